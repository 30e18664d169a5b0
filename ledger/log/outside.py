"""After a restore: every witness is asked how far it saw each held book, and one goes on that goes on from there.

A witness of ours tells the last checkpoint it cosigned. Of any other (C2SP tlog-witness) the size is learned by sending
the newest checkpoint that is kept of the book, which was signed long ago: nothing is signed to ask. Its answer to that,
with the proof from its size, says whether it saw the same entries.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote

import orjson

from ledger.application import Ledger
from ledger.log.checkpointing import known_origin, log_name, verifier_keys
from ledger.log.checkpoints import Checkpoint
from ledger.log.notes import InvalidNote, Note, Signature
from ledger.log.policy import Witness
from ledger.log.tables import INSTALLATION
from ledger.log.witness import Sent
from ledger.log.witnessing import ANSWER_BYTES_MAX, PATH, TIMEOUT_SECONDS, Heard, Post, post, read_size

LAST_PATH = "last-checkpoint"

State = Literal["agrees", "saw_nothing", "missing", "other", "silent", "unsigned"]
"""`missing`: it saw more entries than there are. `other`: it saw other entries. `silent`: it did not say. `unsigned`:
it was not asked, as nothing was ever signed here."""

Get = Callable[[str], Heard]
"""Fetches an address. Raises OSError where nobody answers."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a witness says of a book."""

    witness: str
    collaboration_id: str
    state: State
    size: int
    """Entries it saw; 0 where it saw none or did not say."""
    what: str
    """In words, after the name of the witness."""


def get(url: str) -> Heard:
    """Fetches an address over HTTP. Raises OSError."""
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 (http and https alike)
            return Heard(answer.status, answer.read(ANSWER_BYTES_MAX))
    except urllib.error.HTTPError as error:
        with error:
            return Heard(error.code, error.read(ANSWER_BYTES_MAX))


class Outside:
    """Asks witnesses about the books of a ledger. Signs nothing, and needs no signing key."""

    def __init__(self, ledger: Ledger, witnesses: Iterable[Witness], fetch: Get = get, send: Post = post) -> None:
        self.ledger, self._fetch, self._send = ledger, fetch, send
        self.witnesses = tuple(witness for witness in witnesses if witness.url is not None)

    def resume(self, collaboration_ids: Iterable[str]) -> list[Said]:
        """Lets those held books go on that every witness has answered for and at least one saw, none otherwise.

        Returns what each said. Raises LedgerUnavailable or DamagedEntry.
        """
        return [one for book in collaboration_ids for one in self._asked(book)]

    def lost(self) -> list[Said]:
        """Returns the books of this installation that a witness of ours saw and that are not here at all."""
        return [one for witness in self.witnesses for one in self._lost(witness)]

    def _lost(self, witness: Witness) -> Iterator[Said]:
        origin, here = known_origin(self.ledger), self.ledger.heads()
        try:
            listed = orjson.loads(self._fetch(f"{str(witness.url).rstrip('/')}/").body)
            names = [str(one["log"]) for one in listed["logs"]]
        except (OSError, ValueError, KeyError, TypeError):
            return  # another's witness, or one that does not answer, which is said of every book it is asked about
        for name in names:
            book = name.removeprefix(f"{origin}/")
            said = self.ask(witness, book) if name != book and book not in here else None
            if said is not None and said.state == "missing":
                yield replace(said, what=f"saw {_counted(book, said.size)}: the whole book is missing here")

    def _asked(self, book: str) -> Sequence[Said]:
        said = [self.ask(witness, book) for witness in self.witnesses]
        states = {one.state for one in said}
        if "agrees" in states and states <= {"agrees", "saw_nothing"}:
            self.ledger.let_go(book)
        return said

    def ask(self, witness: Witness, book: str) -> Said:
        """Returns what a witness says of a book."""
        origin = known_origin(self.ledger)
        if origin is None:
            return Said(witness.name, book, "unsigned", 0, "cannot be asked: nothing here was ever signed")
        name = log_name(origin, book)
        try:
            heard = self._fetch(f"{str(witness.url).rstrip('/')}/{LAST_PATH}?log={quote(name, safe='')}")
            if heard.status == 204:  # noqa: PLR2004
                return _nothing(witness, book)
            if heard.status == 200:  # noqa: PLR2004
                return self._held_against(witness, book, heard.body)
            return self._by_size(witness, book)
        except (OSError, ValueError) as error:
            return _silent(witness, book, f"did not answer at {witness.url}: {error}")
        except InvalidNote as error:
            return _silent(witness, book, f"answered with what is no checkpoint it cosigned of {name}: {error}")

    # A witness of ours -------------------------------------------------------------------

    def _held_against(self, witness: Witness, book: str, body: bytes) -> Said:
        note = Note.read(body)
        point, keys = Checkpoint.read(note.text), verifier_keys(self.ledger, book)
        signed = note.verified([*keys, witness.key])
        if witness.key not in signed:
            raise InvalidNote("its own signature is not on it")
        if not keys or point.origin != keys[0].name or not any(key in signed for key in keys):
            raise InvalidNote("it is not signed by this installation")
        return self._compared(witness, book, point.size, point.root)

    def _compared(self, witness: Witness, book: str, size: int, root: bytes) -> Said:
        if missing := self._missing(witness, book, size):
            return missing
        if self.ledger.log_of(book).frontier(size).root != root:
            return _other(witness, book, size)
        return _agrees(witness, book, size)

    def _missing(self, witness: Witness, book: str, size: int) -> Said | None:
        head = self.ledger.log_of(book).size()
        if size <= head:
            return None
        one, many = _words(book)
        lost = f"{one} {size} is" if size == head + 1 else f"{many} {head + 1} to {size} are"
        return Said(witness.name, book, "missing", size, f"saw {_counted(book, size)}: {lost} missing here")

    # Any other ---------------------------------------------------------------------------

    def _by_size(self, witness: Witness, book: str) -> Said:
        rows = self.ledger.query(
            "SELECT note FROM log_checkpoints WHERE collaboration_id = %s ORDER BY size DESC LIMIT 1", (book,)
        )
        if not rows:
            return _silent(witness, book, "cannot be asked: no signed checkpoint of the book is kept here")
        note = Note.read(str(rows[0][0]).encode())
        note, point = Note(note.text, note.signatures[:1]), Checkpoint.read(note.text)
        if self.ledger.log_of(book).frontier(point.size).root != point.root:
            return _silent(witness, book, "was not asked: the newest checkpoint kept here is of other entries")
        heard, seen = self._sent(witness, note, point.size, []), point.size
        if heard.status == 409:  # noqa: PLR2004
            known = read_size(heard.body)
            if known is None:
                return _silent(witness, book, "did not say how far it has come")
            if known == 0:
                return _nothing(witness, book)
            if missing := self._missing(witness, book, known):
                return missing
            if known > point.size:
                what = f"saw {_counted(book, known)}, and the newest checkpoint kept here is of {point.size}"
                return _silent(witness, book, f"{what}: ask whoever runs it for the one it cosigned, for --checkpoint")
            if known < point.size:
                seen = known
                heard = self._sent(witness, note, known, self.ledger.log_of(book).consistency(known, point.size))
        return self._heard(witness, book, note, seen, heard)

    def _sent(self, witness: Witness, note: Note, old: int, proof: Sequence[bytes]) -> Heard:
        return self._send(f"{str(witness.url).rstrip('/')}/{PATH}", str(Sent(old, tuple(proof), note)).encode())

    def _heard(self, witness: Witness, book: str, note: Note, seen: int, heard: Heard) -> Said:
        said = " ".join(heard.body.decode("utf-8", "replace").split())[:300]
        match heard.status:
            case 200:
                lines = heard.body.decode().splitlines()
                cosigned = Note(note.text, tuple(map(Signature.read, lines)))
                if witness.key not in cosigned.verified([witness.key]):
                    raise InvalidNote("its own signature is not on it")
                return _agrees(witness, book, seen)
            case 409 | 422:
                return _other(witness, book, seen)
            case _:
                return _silent(witness, book, f"answered HTTP {heard.status}: {said}")


def _agrees(witness: Witness, book: str, size: int) -> Said:
    return Said(witness.name, book, "agrees", size, f"saw it up to {_words(book)[0]} {size}, as it is here")


def _nothing(witness: Witness, book: str) -> Said:
    return Said(witness.name, book, "saw_nothing", 0, "never saw it, which shows nothing")


def _other(witness: Witness, book: str, size: int) -> Said:
    what = "another log" if book == INSTALLATION else "another book"
    return Said(witness.name, book, "other", size, f"saw {what}: one of {_words(book)[1]} 1 to {size} is another here")


def _silent(witness: Witness, book: str, what: str) -> Said:
    return Said(witness.name, book, "silent", 0, what)


def _words(book: str) -> tuple[str, str]:
    """Returns what a log has, one of them and many."""
    return ("leaf", "leaves") if book == INSTALLATION else ("entry", "entries")


def _counted(book: str, size: int) -> str:
    one, many = _words(book)
    return f"1 {one}" if size == 1 else f"{size} {many}"
