"""The four that look for tampering, each by itself: what the first thing is that it names, or None.

Each is what the program has: `verify` on the database, the log's part of it, and `verify.py` on a package. The auditor
and the witness go by the entries as they are now and by nothing an installation says of itself.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from ledger import checks
from ledger.application import Ledger
from ledger.checks import Finding
from ledger.errors import LedgerError
from ledger.glancing import as_bytes
from ledger.location import SQLiteLocation
from ledger.log import verifier
from ledger.log.checking import check_attachments, check_keys, check_log, signed_books
from ledger.log.checkpointing import in_words, verifier_keys, what_it_has
from ledger.log.checkpoints import Checkpoint
from ledger.log.cosigned import check_cosignatures
from ledger.log.installation_checking import check_installation
from ledger.log.merkle import consistency_proof, leaf_hash, root_of
from ledger.log.notes import InvalidNote, Note, Signature
from ledger.log.tables import INSTALLATION
from ledger.log.timestamp_checks import check_timestamps
from ledger.log.witness import Answer, Memory, Sent
from tests.log.tampering.installation import ORIGIN, Place, opened_witness
from tests.log.tampering.of_timestamps import authorities

Detector = Callable[[Place], str | None]


def _found(place: Path, look: Callable[[Ledger], Iterator[str]]) -> str | None:
    """Returns the first thing said of a database, or that it cannot be read."""
    try:
        with closing(Ledger(SQLiteLocation(place), read_only=True)) as ledger:
            return next(look(ledger), None)
    except LedgerError:
        return "the file cannot be read"


def _named(finding: Finding) -> str:
    entry = f"entry {finding.entry} of " if finding.entry else ""
    where = f": {entry}{finding.collaboration}" if finding.collaboration else ""
    return f"`{finding.code}`{where}"


def _books(ledger: Ledger) -> list[str]:
    return sorted(checks.books(ledger)[0])


# 1: the database alone -------------------------------------------------------------------


def database_checks(place: Place) -> str | None:
    """What `verify` finds without the log: rows against records, what lies beside them, documents, the file."""
    return _found(place.book, lambda ledger: map(_named, _in_the_database(ledger)))


def _in_the_database(ledger: Ledger) -> Iterator[Finding]:
    for book in _books(ledger):
        yield from (one for one in checks.check_book(ledger, book) if isinstance(one, Finding))
    yield from check_attachments(ledger)
    yield from checks.check_file(ledger)


# 2: what was signed ----------------------------------------------------------------------


def signed_checkpoints(place: Place) -> str | None:
    """What `verify` finds by the log: its keys, every checkpoint, timestamp and cosignature kept in the database."""

    def look(ledger: Ledger) -> Iterator[str]:
        yield from map(_named, check_keys(ledger))
        for book in sorted({*_books(ledger), *signed_books(ledger)}):
            yield from map(_named, check_log(ledger, book))
            yield from map(_named, check_timestamps(ledger, book, authorities(place), []))
            yield from map(_named, check_cosignatures(ledger, book, place.outside.policy.witnesses))
        yield from map(_named, check_cosignatures(ledger, INSTALLATION, place.outside.policy.witnesses))
        yield from (_named(one) for one in check_installation(ledger) if isinstance(one, Finding))

    return _found(place.book, look)


# 3: what the auditor knows ---------------------------------------------------------------


def last_visit(place: Place) -> str | None:
    """What the auditor finds who holds the checkpoints of the last visit against the entries there are now."""

    def look(ledger: Ledger) -> Iterator[str]:
        for text in place.outside.kept:
            yield from _unlike(ledger, Note.read(text.encode()))

    return _found(place.book, look)


def _unlike(ledger: Ledger, kept: Note) -> Iterator[str]:
    point = Checkpoint.read(kept.text)
    book = _book(point.origin)
    leaves, name, what = _leaves(ledger, book), in_words(book), what_it_has(book)
    if len(leaves) < point.size:
        yield f"{name} has {len(leaves)} {what}, and had {point.size}"
    elif root_of(leaves[: point.size]) != point.root:
        yield f"the first {point.size} {what} of {name} are others"
    elif not any(key in kept.verified([key]) for key in verifier_keys(ledger, book)):
        yield f"the key {name} was signed with is no longer known"


def _book(origin: str) -> str:
    return INSTALLATION if origin == ORIGIN else origin.rpartition("/")[2]


def _leaves(ledger: Ledger, book: str) -> list[bytes]:
    if book == INSTALLATION:
        return [leaf_hash(leaf) for leaf in ledger.log_of(book).leaves(0, ledger.log_of(book).size())]
    return [leaf_hash(as_bytes(row.state)) for row in ledger.rows(book)]


# 4: what the witness has seen ------------------------------------------------------------


def outside_witness(place: Place) -> str | None:
    """What a witness finds that is asked to cosign every book it has seen, as it is now."""
    path = Path(shutil.copy(place.outside.memory, place.folder / "vitne.db"))
    with closing(Memory(path)) as memory:
        return _found(place.book, lambda ledger: _refused(ledger, place, memory))


def _refused(ledger: Ledger, place: Place, memory: Memory) -> Iterator[str]:
    asked = opened_witness(memory, place.outside.key, place.outside.policy)
    for origin, seen in _seen(memory):
        book = _book(origin)
        name, what = in_words(book), what_it_has(book)
        newest = ledger.query(
            "SELECT note, size FROM log_checkpoints WHERE collaboration_id = %s ORDER BY size DESC LIMIT 1", (book,)
        )
        if not newest:
            yield f"nothing signed is left of {name}, of which it saw {seen} {what}"
            continue
        try:
            note = Note.read(str(newest[0][0]).encode())
            size = Checkpoint.read(note.text).size
        except InvalidNote:
            yield f"the newest checkpoint of {name} is none"
            continue
        if size < seen:
            yield f"{name} ends at {size} {what}, and it saw {seen}"
            continue
        proof = _proof(_leaves(ledger, book), seen, size)
        answer = asked.add_checkpoint(str(Sent(seen, tuple(proof), note)).encode())
        yield from _said(answer, book, seen)
        yield from _cosigned(ledger, place, book, note, size)


def _seen(memory: Memory) -> list[tuple[str, int]]:
    """Returns what a witness has seen: the books first, and then the installation's log."""
    return sorted(memory.logs(), key=lambda one: (one[0] == ORIGIN, one[0]))


def _proof(leaves: list[bytes], seen: int, size: int) -> list[bytes]:
    """Returns the best proof there can be from the entries as they are."""
    if not seen < size <= len(leaves):
        return []
    return consistency_proof(seen, size, lambda level, at: root_of(leaves[at << level : (at + 1) << level]))


def _said(answer: Answer, book: str, seen: int) -> Iterator[str]:
    match answer.status:
        case 200:
            return
        case 403 | 404:
            yield f"the newest checkpoint of {in_words(book)} is signed by no key it knows"
        case _:
            yield f"{in_words(book)} does not go on from the {seen} {what_it_has(book)} it saw"


def _cosigned(ledger: Ledger, place: Place, book: str, note: Note, size: int) -> Iterator[str]:
    """Yields what is said to be its own signature and is not, or that there is none on what it has seen."""
    key = next(iter(place.outside.policy.witnesses.values())).key
    lines = ledger.query(
        "SELECT line FROM log_cosignatures WHERE collaboration_id = %s AND size = %s ORDER BY witness", (book, size)
    )
    try:
        signatures = tuple(Signature.read(str(line).rstrip("\n")) for (line,) in lines)
        if key not in Note(note.text, signatures).verified([key]):
            yield f"its signature on the {size} {what_it_has(book)} of {in_words(book)} is gone"
    except InvalidNote:
        yield f"what stands for its signature on the {size} {what_it_has(book)} of {in_words(book)} is not its own"


# Packages --------------------------------------------------------------------------------


def no_database(_: Place) -> str | None:
    """Whoever is handed a package has no database to check."""
    return None


def package_alone(place: Place) -> str | None:
    """What `verify.py` finds in a package by the policy that came with it."""
    return _verified(place, [], None)


def package_and_visit(place: Place) -> str | None:
    """What `verify.py` finds with the checkpoints of the last visit, and nothing else of one's own."""
    return _verified(place, _kept_files(place), None)


def package_and_witness(place: Place) -> str | None:
    """What `verify.py` finds with a policy of one's own that asks for the witness, and what the witness has seen."""
    policy = place.folder / "policy.txt"
    policy.write_text(str(place.outside.policy))
    if wrong := _verified(place, [], policy):
        return wrong
    path = Path(shutil.copy(place.outside.memory, place.folder / "vitne.db"))
    with closing(Memory(path)) as memory:
        for origin, seen in _seen(memory):
            book = _book(origin)
            under = "installation" if book == INSTALLATION else f"log/{book}"
            found = place.package / under / "checkpoint"
            size = int(found.read_text().split("\n")[1]) if found.exists() else 0
            if size < seen:
                return f"{in_words(book)} ends at {size} {what_it_has(book)}, and the witness saw {seen}"
    return None


def _kept_files(place: Place) -> list[Path]:
    paths = []
    for number, text in enumerate(place.outside.kept):
        paths.append(place.folder / f"visit-{number}")
        paths[-1].write_text(text)
    return paths


def _verified(place: Place, known: list[Path], policy: Path | None) -> str | None:
    try:
        for _ in verifier.verify(place.package, known, policy):
            pass
    except verifier.Wrong as error:
        return str(error).replace(f"{place.folder}/", "")
    except (OSError, ValueError, KeyError, TypeError):
        return "the package cannot be read"
    return None


LEVELS = ("database checks alone", "signed checkpoints", "the auditor's last checkpoint", "an outside witness")
DATABASE: tuple[Detector, ...] = (database_checks, signed_checkpoints, last_visit, outside_witness)
PACKAGE: tuple[Detector, ...] = (no_database, package_alone, package_and_visit, package_and_witness)
