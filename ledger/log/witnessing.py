"""Asking witnesses to cosign (C2SP tlog-witness), outside the commit path: how far each has come, and what it refused.

Cosignatures are kept beside the checkpoints. A witness that will not go on from what it has seen says that the book it
saw was another: that is an alarm and never passes by itself.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Container, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from ledger.background import Background
from ledger.errors import LedgerError
from ledger.log.checkpointing import Signed, Signer
from ledger.log.notes import InvalidNote, Note, Signature
from ledger.log.policy import Witness
from ledger.log.tables import INSTALLATION
from ledger.log.witness import Sent

SECONDS_BETWEEN_ROUNDS = 30.0
UNWITNESSED_AFTER_SECONDS = 3_600
"""A book whose last entries no witness has seen for so long is said to be unwitnessed."""
TIMEOUT_SECONDS = 10.0
ANSWER_BYTES_MAX = 65_536
PATH = "add-checkpoint"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a witness answered: an HTTP status and a body."""

    status: int
    body: bytes


Post = Callable[[str, bytes], Heard]
"""Sends a body to an address. Raises OSError where nobody answers."""

State = Literal["cosigned", "unreachable", "refused", "ahead", "unknown_log", "not_ours"]
"""`refused`: the witness says that the book does not go on from what it saw. `ahead`: it saw more entries than there
are. `not_ours`: what it sent is no cosignature of its key."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of asking one witness about one book."""

    witness: str
    collaboration_id: str
    """Or INSTALLATION."""
    state: State
    size: int
    """Entries cosigned; where it is refused or ahead, what the witness has seen."""
    why: str | None = None

    @property
    def is_alarm(self) -> bool:
        """Whether the witness has seen another book than this one."""
        return self.state in ("refused", "ahead")


class House(Protocol):
    """What is asked about: anything with a signer."""

    @property
    def signer(self) -> Signer:
        """Signs the checkpoints. Raises KeyTrouble."""
        ...


def post(url: str, body: bytes) -> Heard:
    """Sends a body over HTTP. Raises OSError."""
    request = urllib.request.Request(url, body, {"Content-Type": "text/plain"}, method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 (http and https alike)
            return Heard(answer.status, answer.read(ANSWER_BYTES_MAX))
    except urllib.error.HTTPError as error:
        with error:
            return Heard(error.code, error.read(ANSWER_BYTES_MAX))


class Asking(Background):
    """Asks the witnesses of an installation about its books."""

    def __init__(self, house: House, witnesses: Iterable[Witness], send: Post = post) -> None:
        super().__init__("witnesses")
        self._house, self._send = house, send
        self.witnesses = tuple(witness for witness in witnesses if witness.url is not None)
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        """What became of asking last, by witness and book."""
        self.seconds = SECONDS_BETWEEN_ROUNDS
        """Between rounds."""

    def step(self) -> float:
        """Asks once about everything."""
        with suppress(LedgerError):  # the database or the key is out of reach: the next round tries again
            self.ask_all()
        return self.seconds

    # One round ---------------------------------------------------------------------------

    def ask_all(self) -> list[Outcome]:
        """Asks about every book that has grown since each witness saw it, and then about the installation's log.

        Returns what became of it.
        """
        signer = self._house.signer
        books = [*sorted(signer.ledger.heads()), INSTALLATION]
        asked = [self.ask(signer, witness, book) for book in books for witness in self.witnesses]
        return [outcome for outcome in asked if outcome is not None]

    def ask(self, signer: Signer, witness: Witness, collaboration_id: str) -> Outcome | None:
        """Asks one witness about one book; None where it has seen all of it. What it says is kept and returned."""
        try:
            signed = signer.checkpoint(collaboration_id)
        except LedgerError:
            return None  # nothing is signed for this book now: that is said where it is asked for
        if signed is None:
            return None
        held = cosigned_sizes(signer, witness.name, collaboration_id)
        if signed.checkpoint.size in held:
            return self._kept(Outcome(witness.name, collaboration_id, "cosigned", signed.checkpoint.size))
        return self._kept(self._ask(signer, witness, signed, collaboration_id, max(held, default=0)))

    def _kept(self, outcome: Outcome) -> Outcome:
        self.outcomes[outcome.witness, outcome.collaboration_id] = outcome
        return outcome

    def _ask(self, signer: Signer, witness: Witness, signed: Signed, book: str, old: int) -> Outcome:
        size = signed.checkpoint.size
        heard = self._sent(signer, witness, signed, book, old)
        if isinstance(heard, Heard) and heard.status == 409:  # noqa: PLR2004
            known = read_size(heard.body)
            name, what = _words(book)
            if known is not None and known > size:
                why = f"it has seen {known} {what}, and the {name} has {size}"
                return Outcome(witness.name, book, "ahead", known, why)
            if known is not None and known != old:
                heard = self._sent(signer, witness, signed, book, known)
                old = known
        if isinstance(heard, str):
            return Outcome(witness.name, book, "unreachable", old, heard)
        return self._outcome(signer, witness, signed, book, old, heard)

    def _sent(self, signer: Signer, witness: Witness, signed: Signed, book: str, old: int) -> Heard | str:
        """Returns what the witness answered, or why nothing was heard."""
        size = signed.checkpoint.size
        proof = signer.ledger.log_of(book).consistency(old, size) if 0 < old < size else []
        note = Note(signed.note.text, signed.note.signatures[:1])
        try:
            return self._send(f"{str(witness.url).rstrip('/')}/{PATH}", str(Sent(old, tuple(proof), note)).encode())
        except OSError as error:
            return f"{type(error).__name__}: {error}"

    def _outcome(self, signer: Signer, witness: Witness, signed: Signed, book: str, old: int, heard: Heard) -> Outcome:
        said = heard.body.decode("utf-8", "replace").strip()[:300]
        match heard.status:
            case 200:
                return self._cosigned(signer, witness, signed, book, heard)
            case 422 | 409:
                same = old == signed.checkpoint.size
                name, what = _words(book)
                why = f"it has seen another {name} of {old} {what}" if same else said
                return Outcome(witness.name, book, "refused", old, why)
            case 403 | 404:
                return Outcome(witness.name, book, "unknown_log", old, said)
            case _:
                return Outcome(witness.name, book, "unreachable", old, f"HTTP {heard.status}: {said}")

    def _cosigned(self, signer: Signer, witness: Witness, signed: Signed, book: str, heard: Heard) -> Outcome:
        size = signed.checkpoint.size
        try:
            lines = heard.body.decode().splitlines()
            note = Note(signed.note.text, tuple(Signature.read(line) for line in lines))
            time = note.verified([witness.key]).get(witness.key)
        except (InvalidNote, UnicodeDecodeError) as error:
            return Outcome(witness.name, book, "not_ours", size, str(error))
        if time is None:
            return Outcome(witness.name, book, "not_ours", size, "no signature of its key was in the answer")
        line = next(str(one) for one in note.signatures if (one.name, one.id) == (witness.key.name, witness.key.id))
        row = (book, size, witness.name, line, time)
        insert = "INSERT INTO log_cosignatures VALUES (%s,%s,%s,%s,%s) ON CONFLICT DO NOTHING"
        signer.ledger.write_beside([(insert, row)])
        return Outcome(witness.name, book, "cosigned", size)


def _words(collaboration_id: str) -> tuple[str, str]:
    """Returns what to call a log, and what it has."""
    return ("log", "leaves") if collaboration_id == INSTALLATION else ("book", "entries")


def read_size(body: bytes) -> int | None:
    """Returns the size a witness answers with where it has come further or less far; None where it names none."""
    text = body.decode("ascii", "replace").strip()
    return int(text) if text.isdecimal() and len(text) < 20 else None  # noqa: PLR2004


# What has been witnessed -------------------------------------------------------------------


def cosigned_sizes(signer: Signer, witness: str, collaboration_id: str) -> frozenset[int]:
    """Returns the sizes of a book that a witness has cosigned."""
    rows = signer.ledger.query(
        "SELECT size FROM log_cosignatures WHERE collaboration_id = %s AND witness = %s", (collaboration_id, witness)
    )
    return frozenset(int(size) for (size,) in rows)


@dataclass(frozen=True, slots=True)
class Witnessed:
    """How far a book, or the installation's log, has been seen outside."""

    collaboration_id: str
    entries: int
    cosigned: dict[str, int]
    """By witness: the last entry it has seen; 0 for one that has seen none."""
    seconds_behind: float
    """Since the first entry that too few have seen; 0 where there is none."""

    @property
    def is_late(self) -> bool:
        """Whether entries have been unseen for too long."""
        return self.seconds_behind > UNWITNESSED_AFTER_SECONDS


def witnessed(
    signer: Signer, witnesses: Sequence[str], least: int = 1, only: Container[str] | None = None
) -> list[Witnessed]:
    """Returns how far each book, or each of `only` these, has been seen by at least so many of the witnesses."""
    ledger, found = signer.ledger, list[Witnessed]()
    for book, head in sorted(ledger.heads().items()):
        if only is not None and book not in only:
            continue
        seen = {name: max(cosigned_sizes(signer, name, book), default=0) for name in witnesses}
        enough = sorted(seen.values(), reverse=True)[least - 1] if len(seen) >= least else 0
        behind = 0.0
        if enough < head:
            first = ledger.entry(book, enough + 1)
            recorded_at: datetime | None = None if first is None else first.entry.recorded_at
            behind = 0.0 if recorded_at is None else max(0.0, (ledger.clock() - recorded_at).total_seconds())
        found.append(Witnessed(book, head, seen, behind))
    return found


def is_unknown(said: Sequence[Outcome]) -> bool:
    """Returns whether no witness knows the installation's log: they were given keys of books alone."""
    return bool(said) and all(one.collaboration_id == INSTALLATION and one.state == "unknown_log" for one in said)


def installation_witnessed(signer: Signer, witnesses: Sequence[str]) -> Witnessed:
    """Returns how far the installation's log has been seen by one of the witnesses."""
    ledger, head = signer.ledger, signer.ledger.log_of(INSTALLATION).size()
    seen = {name: max(cosigned_sizes(signer, name, INSTALLATION), default=0) for name in witnesses}
    enough = max(seen.values(), default=0)
    behind = 0.0
    if enough < head:
        rows = ledger.query(
            "SELECT c.signed_at FROM installation_log l JOIN log_checkpoints c "
            "ON c.collaboration_id = l.collaboration_id AND c.size = l.size WHERE l.number = %s",
            (enough + 1,),
        )
        for (signed_at,) in rows:  # none for a break: what was signed after it tells
            behind = max(0.0, (ledger.clock() - datetime.fromisoformat(str(signed_at))).total_seconds())
    return Witnessed(INSTALLATION, head, seen, behind)
