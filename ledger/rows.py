"""What is written beside entries in the same transaction: identities of commands, and texts that are committed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eventsourcing.persistence import StoredEvent

UPSERT_ERASED = (
    "INSERT INTO erased_texts VALUES (%s,%s,%s,0) ON CONFLICT (collaboration_id, commitment) DO UPDATE SET finished = 0"
)
DELETE_TEXT = "DELETE FROM sealed_texts WHERE collaboration_id = %s AND commitment = %s"
MARK_CLEARED = "UPDATE erased_texts SET finished = 1 WHERE finished = 0"
"""What erasing does beside the entries; `%s` marks a parameter on either engine."""


@dataclass(frozen=True, slots=True)
class CommandRow:
    """The identity of a command, so that sending it again records nothing more."""

    collaboration_id: str
    principal: str
    command_id: str
    salt: bytes
    fingerprint: bytes
    """SHA-256 of the salt and the command's canonical bytes: tells same content from other, and nothing else."""
    first_number: int
    last_number: int


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text kept beside the book: what a commitment in an entry stands for."""

    collaboration_id: str
    commitment: str
    number: int
    """The entry whose commitment it is."""
    salt: bytes
    text: str


@dataclass(frozen=True, slots=True)
class ErasedRow:
    """A text that is taken away."""

    collaboration_id: str
    commitment: str
    number: int
    """The entry that orders it."""


@dataclass(frozen=True, slots=True)
class FrontierRow:
    """How far a book's log has come with these entries: see `ledger.log.merkle.Frontier`."""

    collaboration_id: str
    size: int
    hashes: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive rows of one book, and what belongs to them."""

    rows: Sequence[StoredEvent]
    commands: Sequence[CommandRow]
    """Of commands whose first entry is here, in that order."""
    texts: Sequence[TextRow]
    """In the order of entry number, then commitment."""
    erased: Sequence[ErasedRow] = ()
    """What entries here take away."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An API key: whom it signs in, by the hash of the key only."""

    key_hash: bytes
    principal: str
    role: str
    books: str
    """`*`, or ids of collaborations separated by commas."""
    created_at: str
    revoked_at: str | None = None
