"""Checkpoints of every book's log: signed on demand outside the commit path, at most once a second for each book.

Nothing is signed that contradicts what was signed before. After a restore nothing is signed at all, until what is known
outside is shown to be consistent with the book, or an operator records that it is not.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.application import Ledger
from ledger.entry import format_instant
from ledger.errors import LedgerError
from ledger.location import SQLiteLocation, default_path
from ledger.log.appending import add_what_is_not_in_the_log, holding_log
from ledger.log.book_log import BookLog
from ledger.log.checkpoints import Checkpoint, Receipt
from ledger.log.installation_log import Leaf
from ledger.log.keys import (
    KeyTrouble,
    KnownKey,
    SigningKey,
    check_chain,
    create,
    load,
    loss_text,
    lying_beside,
    new_origin,
    rotation_text,
)
from ledger.log.notes import ED25519, Note, Signature, VerifierKey
from ledger.log.policy import NONE, Group, Policy, Witness
from ledger.log.second_keys import SecondKey, key_of, known_second_keys, open_second, path_beside
from ledger.log.tables import INSERT_CHECKPOINT, INSTALLATION

SECONDS_BETWEEN = 1
"""A book's checkpoint is signed again after this at the earliest."""


class SigningHeld(LedgerError):
    """Nothing is signed for this book: what would be is not known to agree with what was."""

    def __init__(self, collaboration_id: str, why: str) -> None:
        super().__init__(f"no checkpoint of {in_words(collaboration_id)} is signed: {why}")
        self.collaboration_id, self.why = collaboration_id, why


def in_words(collaboration_id: str) -> str:
    """Returns what a log is called in a sentence: a book's id, or that it is the installation's own."""
    return "the installation's log" if collaboration_id == INSTALLATION else collaboration_id


def what_it_has(collaboration_id: str) -> str:
    """Returns what the leaves of a log are called."""
    return "leaves" if collaboration_id == INSTALLATION else "entries"


def log_name(origin: str | None, collaboration_id: str) -> str:
    """Returns the origin of a book's log, or of the installation's own: that is the installation's name itself."""
    return str(origin) if collaboration_id == INSTALLATION else f"{origin}/{collaboration_id}"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that is signed, with the cosignatures that have come."""

    note: Note
    signed_at: str

    @property
    def checkpoint(self) -> Checkpoint:
        """What was signed."""
        return Checkpoint.read(self.note.text)


def key_path(ledger: Ledger) -> Path:
    """Returns where the signing key is unless told otherwise: beside an SQLite book, else in the data directory."""
    if isinstance(ledger.location, SQLiteLocation):
        return ledger.location.book.with_name(ledger.location.book.name + ".key")
    name = ledger.location.name.removeprefix("postgresql://").replace("/", "-")
    return default_path().with_name(f"{name}.key")


class Signer:
    """Signs the checkpoints of one installation's books, and of its own log over them."""

    def __init__(self, ledger: Ledger, key: SigningKey, second: SecondKey | None = None) -> None:
        self.ledger = ledger
        self.key = key
        self.second = second
        """The key that signs checkpoints beside the first, where one does."""
        self._signing = threading.Lock()

    @property
    def origin(self) -> str:
        """The installation's name."""
        return self.key.origin

    def name_of(self, collaboration_id: str) -> str:
        """Returns the origin of a book's log, or of the installation's own."""
        return log_name(self.key.origin, collaboration_id)

    def keys_of(self, collaboration_id: str) -> tuple[VerifierKey, ...]:
        """Returns the keys that may have signed a book's checkpoints, the newest first, and then the second keys."""
        return (*verifier_keys(self.ledger, collaboration_id), *second_verifier_keys(self.ledger, collaboration_id))

    def policy(self, collaboration_ids: Iterable[str], witnesses: Iterable[Witness] = (), least: int = 0) -> Policy:
        """Returns whom to believe of these books: this installation's keys, and so many of the witnesses.

        Where they are asked is left out: it is nobody else's concern. How many must have cosigned is for whoever
        verifies to say, in a policy of their own.
        """
        named = {witness.name: replace(witness, url=None) for witness in witnesses}
        groups = {"witnesses": Group("witnesses", least, tuple(named))} if least else {}
        logs = tuple(key for book in collaboration_ids for key in self.keys_of(book))
        return Policy(logs, named, groups, "witnesses" if least else NONE)

    # Signing -----------------------------------------------------------------------------

    def checkpoint(self, collaboration_id: str, *, at_once: bool = False) -> Signed | None:
        """Returns the checkpoint of a book as it stands, or of a second ago; None for a book without entries.

        With `at_once` as it stands. What is signed for a ledger opened to be read is not kept; else it is a leaf of
        the installation's log from then on, unless it is that log's own.

        Raises SigningHeld, DamagedEntry, KeyTrouble where another key follows this one, or LedgerUnavailable.
        """
        with self._signing:
            while True:
                latest, log = self.latest(collaboration_id), self.ledger.log_of(collaboration_id)
                head = log.size()
                if head == 0 or (latest is not None and latest.checkpoint.size == head):
                    return latest
                if latest is not None and not at_once and self._is_fresh(latest):
                    return latest
                self._assert_goes_on(collaboration_id, latest, log, head)
                self._assert_last()
                body = Checkpoint(self.name_of(collaboration_id), head, log.frontier(head).root)
                note = Note(body.text, tuple(self._signatures(body)))
                signed = Signed(note, format_instant(self.ledger.clock()))
                if self._keep(collaboration_id, latest, signed):
                    return signed

    def _assert_goes_on(self, collaboration_id: str, latest: Signed | None, log: BookLog, head: int) -> None:
        """Raises SigningHeld for what would contradict what was signed, or may."""
        why = self.ledger.held().get(collaboration_id)
        if why is not None:
            raise SigningHeld(collaboration_id, why)
        size, what = latest.checkpoint.size if latest else 0, what_it_has(collaboration_id)
        if size > head:
            raise SigningHeld(collaboration_id, f"it ends at {head}, and {size} {what} were signed before")
        if latest is not None and log.frontier(size).root != latest.checkpoint.root:
            raise SigningHeld(collaboration_id, f"its first {size} {what} are not those that were signed before")

    def _keep(self, collaboration_id: str, latest: Signed | None, signed: Signed) -> bool:
        """Keeps a checkpoint, and one of a book as a leaf; False where somebody else signed after `latest`."""
        row = (collaboration_id, signed.checkpoint.size, str(signed.note), signed.signed_at)
        if self.ledger.read_only:
            return True
        if collaboration_id == INSTALLATION:  # two that sign at once sign the same: nothing is ever taken out of it
            self.ledger.write_beside([(f"{INSERT_CHECKPOINT} ON CONFLICT DO NOTHING", row)])
            return True
        with holding_log(self.ledger) as log:
            now = self.latest(collaboration_id)
            if (now and now.checkpoint) != (latest and latest.checkpoint):
                return False
            leaf = Leaf(collaboration_id, signed.checkpoint.size, str(signed.note).encode())
            self.ledger.write_beside([(INSERT_CHECKPOINT, row), *log.appending(leaf)])
            return True

    def _assert_last(self) -> None:
        """Raises KeyTrouble where another process let a key follow this one."""
        last = self.ledger.query("SELECT public, since FROM log_keys ORDER BY number DESC LIMIT 1")
        if last and bytes(last[0][0]) != self.key.public:
            what = f"another key follows the one this process signs with, since {str(last[0][1])[:19]}Z"
            raise KeyTrouble(f"{what}: start it again with that one")

    def _signatures(self, body: Checkpoint) -> Iterator[Signature]:
        yield self.key.sign(body.text, body.origin)
        if self.second is not None:
            yield self.second.sign(body.text, body.origin, int(self.ledger.clock().timestamp()))

    def _is_fresh(self, latest: Signed) -> bool:
        age = self.ledger.clock() - datetime.fromisoformat(latest.signed_at)
        return 0 <= age.total_seconds() < SECONDS_BETWEEN

    def latest(self, collaboration_id: str) -> Signed | None:
        """Returns the last checkpoint signed of a book, with its cosignatures."""
        return next(self._signed(collaboration_id, "ORDER BY size DESC LIMIT 1"), None)

    def at(self, collaboration_id: str, size: int) -> Signed | None:
        """Returns the checkpoint signed of a book at a size."""
        return next(self._signed(collaboration_id, "AND size = %s", size), None)

    def all(self, collaboration_id: str) -> Iterator[Signed]:
        """Yields every checkpoint signed of a book, the smallest first."""
        return self._signed(collaboration_id, "ORDER BY size")

    def _signed(self, collaboration_id: str, which: str, *more: Any) -> Iterator[Signed]:
        rows = self.ledger.query(
            f"SELECT size, note, signed_at FROM log_checkpoints WHERE collaboration_id = %s {which}",  # noqa: S608
            (collaboration_id, *more),
        )
        for size, note, signed_at in rows:
            lines = self.ledger.query(
                "SELECT line FROM log_cosignatures WHERE collaboration_id = %s AND size = %s ORDER BY witness",
                (collaboration_id, int(size)),
            )
            cosigned = [Signature.read(str(line).rstrip("\n")) for (line,) in lines]
            yield Signed(Note.read(str(note).encode()).with_signatures(cosigned), str(signed_at))

    # Receipts ----------------------------------------------------------------------------

    def receipt(self, collaboration_id: str, number: int) -> Receipt | None:
        """Returns the proof that an entry is in the book's log; None where no checkpoint reaches it yet.

        Raises as `checkpoint`.
        """
        signed = self.checkpoint(collaboration_id)
        if signed is None or not 1 <= number <= signed.checkpoint.size:
            return None
        path = self.ledger.log_of(collaboration_id).inclusion(number, signed.checkpoint.size)
        return Receipt(number - 1, tuple(path), signed.note)


# The key of a ledger -----------------------------------------------------------------------


def verifier_keys(ledger: Ledger, collaboration_id: str) -> tuple[VerifierKey, ...]:
    """Returns the keys that may have signed a book's checkpoints, the newest first; none before the first is made."""
    name = log_name(known_origin(ledger), collaboration_id)
    return tuple(VerifierKey(name, ED25519, known.public) for known in reversed(known_keys(ledger)))


def second_verifier_keys(ledger: Ledger, collaboration_id: str) -> tuple[VerifierKey, ...]:
    """Returns the second keys that may have signed a book's checkpoints too, the newest first."""
    name = log_name(known_origin(ledger), collaboration_id)
    return tuple(key_of(known.public, name) for known in reversed(known_second_keys(ledger)))


def known_keys(ledger: Ledger) -> tuple[KnownKey, ...]:
    """Returns the keys the log has been signed with, the first first."""
    rows = ledger.query("SELECT number, public, since, statement FROM log_keys ORDER BY number")
    return tuple(KnownKey(int(n), bytes(public), str(since), str(statement)) for n, public, since, statement in rows)


def known_origin(ledger: Ledger) -> str | None:
    """Returns the installation's name, None where no key has been made yet."""
    rows = ledger.query("SELECT origin FROM log_origin")
    return str(rows[0][0]) if rows else None


def open_signer(
    ledger: Ledger,
    *,
    text: str | None = None,
    path: Path | None = None,
    origin: str | None = None,
    second: bool = False,
) -> Signer:
    """Returns what signs for a ledger: with the key given as text, in a file, or in the file at its usual place.

    With `second` the second key, in the file beside, signs checkpoints too.
    Only where the log has never been signed is a key made. Raises KeyTrouble: a key that is lost or another one is
    never replaced in silence, and the origin never changes. What was signed of the books before there was an
    installation's log is added to it.
    """
    where = path or key_path(ledger)
    named, keys = known_origin(ledger), known_keys(ledger)
    if named is not None and origin is not None and origin != named:
        raise KeyTrouble(f"the log is called {named}, and cannot be called {origin}: its checkpoints name it")
    if not keys and ledger.read_only:
        raise KeyTrouble(f"{ledger.location.name} has never been signed, and was opened for reading only")
    key = _given(text, where, keys, named or origin or new_origin())
    if keys and keys[-1].public != key.public:
        earlier = [known.number for known in keys if known.public == key.public]
        which = f"key {earlier[0]}, which another has followed, and not" if earlier else "not"
        raise KeyTrouble(f"the key in {'the environment' if text else where} is {which} the one {_wanted(where, keys)}")
    if named is not None and key.origin != named:
        raise KeyTrouble(f"the key signs for {key.origin}, and the log is called {named}")
    check_chain(key.origin, keys)
    if not keys:
        now = format_instant(ledger.clock())
        first = rotation_text(key.origin, 1, key.public, now)
        ledger.write_beside(
            [
                ("INSERT INTO log_origin VALUES (%s,%s,%s) ON CONFLICT (one) DO NOTHING", (1, key.origin, now)),
                ("INSERT INTO log_keys VALUES (%s,%s,%s,%s)", (1, key.public, now, first)),
            ]
        )
    beside = open_second(ledger, key, known_keys(ledger), path_beside(where)) if second else None
    signer = Signer(ledger, key, beside)
    if not ledger.read_only:
        add_what_is_not_in_the_log(ledger, signer.keys_of)
    return signer


def _given(text: str | None, where: Path, keys: Sequence[KnownKey], origin: str) -> SigningKey:
    if text:
        try:
            return SigningKey.read(text)
        except ValueError as error:
            raise KeyTrouble(f"the signing key in the environment cannot be used: {error}") from error
    try:
        return load(where)
    except FileNotFoundError:
        if keys:
            raise KeyTrouble(f"the signing key is not at {where}; needed is the one {_wanted(where, keys)}") from None
    return create(where, origin)


def _wanted(where: Path, keys: Sequence[KnownKey]) -> str:
    """Returns what to say of the key that is asked for, and how to go on without it."""
    found = lying_beside(where, keys[-1].public)
    how = (
        "put it back, or record that nobody has it any more: `styringsbok signing-key lost --help`"
        if found is None
        else f"it is in {found}: name that file in STYRINGSBOK_SIGNING_KEY_FILE, or rename it to {where}"
    )
    return f"the log was last signed with, key {keys[-1].number} of {keys[-1].since[:19]}Z; {how}"


def rotate(signer: Signer, path: Path) -> Signer:
    """Makes a new key in a file and lets it follow the one there was, which signs for it.

    Returns the new signer. Raises KeyTrouble.
    """
    return follow(signer.ledger, signer.key, signer.origin, path)


def follow(ledger: Ledger, old: SigningKey | str, origin: str, path: Path) -> Signer:
    """Returns the signer with a new key in a file, that follows the last one known: `old`, or why nobody has that."""
    keys = known_keys(ledger)
    key, now, number = create(path, origin), format_instant(ledger.clock()), len(keys) + 1
    if isinstance(old, str):
        statement = loss_text(origin, number, key.public, now, old)
    else:
        text = rotation_text(origin, number, key.public, now)
        statement = str(Note(text, (old.sign(text, origin),)))
    row = (number, key.public, now, statement)
    try:
        ledger.write_beside([("INSERT INTO log_keys VALUES (%s,%s,%s,%s)", row)])
    except LedgerError:
        with suppress(LedgerError):  # it may have been written though nobody answered: then the file is needed
            if key.public not in {known.public for known in known_keys(ledger)}:
                path.unlink()
        raise
    return Signer(ledger, key)
