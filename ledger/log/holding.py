"""After a restore: a book is held until a checkpoint known outside agrees with it, or an operator records the break.

A break is a checkpoint with one line more, `break <instant> <reason>`, signed by the log's key: it says of which
entries the book consisted when somebody vouched for going on from there. It stays in the log for ever.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from ledger.application import Ledger
from ledger.entry import format_instant
from ledger.errors import LedgerError
from ledger.log.appending import holding_log
from ledger.log.checkpointing import (
    Signer,
    SigningHeld,
    in_words,
    known_origin,
    log_name,
    verifier_keys,
    what_it_has,
)
from ledger.log.checkpoints import PROOF_HEADER, Checkpoint, Receipt
from ledger.log.installation_log import Leaf
from ledger.log.notes import InvalidNote, Note
from ledger.log.tables import INSTALLATION

RESTORED = "it was restored, and is not yet shown to be the one that is known outside"
REASON_CHARACTERS_MAX = 500
INSERT_BREAK = "INSERT INTO log_breaks VALUES (%s,%s,%s,%s)"


class NotHeld(LedgerError):
    """There is nothing to break with: the book is not held, or has no such reason. The message says which."""


@dataclass(frozen=True, slots=True)
class Break:
    """That a book goes on from a restore without agreement with what is known outside."""

    collaboration_id: str
    recorded_at: str
    size: int
    """Entries the book had."""
    note: str
    """The signed statement, as it is kept."""

    @property
    def reason(self) -> str:
        """What whoever recorded it said."""
        return said_in(self.note)


def said_in(note: str) -> str:
    """Returns the reason in a statement of a break, empty where there is none."""
    lines = note.split("\n")
    return lines[3].split(" ", 2)[2] if len(lines) > 3 and lines[3].count(" ") > 1 else ""  # noqa: PLR2004


def outside_note(raw: bytes) -> Note:
    """Returns the checkpoint in what somebody kept: a signed checkpoint, or a receipt. Raises InvalidNote."""
    return Receipt.read(raw).note if raw.startswith(PROOF_HEADER.encode()) else Note.read(raw)


def agreed(ledger: Ledger, note: Note) -> str:
    """Returns the book of a checkpoint known outside, once it is shown to go on from it; or INSTALLATION.

    Raises InvalidNote if the checkpoint is none of this installation's, SigningHeld where the book is another.
    """
    outside = Checkpoint.read(note.text)
    collaboration_id = log_called(ledger, note)
    log = ledger.log_of(collaboration_id)
    head = log.size()
    if outside.size > head:
        ends = f"it ends at leaf {head}" if collaboration_id == INSTALLATION else f"the book ends at entry {head}"
        raise SigningHeld(collaboration_id, f"{ends}, and a checkpoint of {outside.size} is known outside")
    if log.frontier(outside.size).root != outside.root:
        what = what_it_has(collaboration_id)
        raise SigningHeld(collaboration_id, f"its first {outside.size} {what} are not those known outside")
    return collaboration_id


def log_called(ledger: Ledger, note: Note) -> str:
    """Returns the book a checkpoint known outside is of, or INSTALLATION for one of the installation's own log.

    Raises InvalidNote if it is none this installation signed.
    """
    outside = Checkpoint.read(note.text)
    origin = known_origin(ledger)
    collaboration_id = INSTALLATION if outside.origin == origin else outside.origin.removeprefix(f"{origin}/")
    keys = verifier_keys(ledger, collaboration_id)
    if log_name(origin, collaboration_id) != outside.origin or not any(key in keys for key in note.verified(keys)):
        raise InvalidNote(f"the checkpoint of {outside.origin} is not signed by this installation")
    return collaboration_id


def resume(ledger: Ledger, note: Note) -> str:
    """Lets a book go on, or the installation's log, that agrees with a checkpoint known outside.

    Returns which. Raises as `agreed`.
    """
    collaboration_id = agreed(ledger, note)
    ledger.let_go(collaboration_id)
    return collaboration_id


def record_break(signer: Signer, collaboration_id: str, reason: str) -> Break:
    """Lets a held book go on as it is, and keeps a signed statement of that, in the installation's log too.

    That log is broken with in the same way. Raises NotHeld or DamagedEntry.
    """
    ledger, told = signer.ledger, " ".join(reason.split())
    if not 1 <= len(told) <= REASON_CHARACTERS_MAX or any(unicodedata.category(c)[0] == "C" for c in told):
        raise NotHeld(f"a break needs a reason of 1 to {REASON_CHARACTERS_MAX} characters that print")
    if collaboration_id not in ledger.held():
        raise NotHeld(f"{in_words(collaboration_id)} is not held: there is nothing to break with")
    log, now = ledger.log_of(collaboration_id), format_instant(ledger.clock())
    head = log.size()
    body = Checkpoint(signer.name_of(collaboration_id), head, log.frontier(head).root)
    text = f"{body.text}break {now} {told}\n"
    note = str(Note(text, (signer.key.sign(text, body.origin),)))
    with holding_log(ledger) as installation:
        leaf = installation.appending(Leaf(collaboration_id, head, note.encode()))
        ledger.let_go(collaboration_id, (INSERT_BREAK, (collaboration_id, now, head, note)), *leaf)
    return Break(collaboration_id, now, head, note)


def breaks(ledger: Ledger, collaboration_id: str | None = None) -> Iterator[Break]:
    """Yields the breaks that were recorded of a book, or of all, the oldest first."""
    where, params = ("", ()) if collaboration_id is None else ("WHERE collaboration_id = %s ", (collaboration_id,))
    rows = ledger.query(
        f"SELECT collaboration_id, recorded_at, size, note FROM log_breaks {where}"  # noqa: S608
        "ORDER BY collaboration_id, recorded_at",
        params,
    )
    return (Break(str(book), str(at), int(size), str(note)) for book, at, size, note in rows)
