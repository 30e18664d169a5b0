"""What is written beside entries in the same transaction: identities of commands, and texts that are committed to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from eventsourcing.persistence import StoredEvent

from ledger.glancing import Glance

UPSERT_ERASED = (
    "INSERT INTO erased_texts VALUES (%s,%s,%s,%s,0) "
    "ON CONFLICT (collaboration_id, commitment) DO UPDATE SET finished = 0, "
    "number = CASE WHEN excluded.number > 0 THEN excluded.number ELSE erased_texts.number END"
)
DELETE_TEXT = "DELETE FROM sealed_texts WHERE collaboration_id = %s AND commitment = %s"
FORGET_COMMAND = (
    "UPDATE command_identities SET salt = %s, fingerprint = %s "
    "WHERE collaboration_id = %s AND first_number <= %s AND last_number >= %s"
)
MARK_CLEARED = "UPDATE erased_texts SET finished = 1 WHERE finished = 0"
"""What erasing does beside the entries; `%s` marks a parameter on either engine."""


Identity = tuple[str, str, str]
"""Of a command: the book, who sent it, and the id they gave it."""

COMMAND_COLUMNS = "collaboration_id, principal, command_id, salt, fingerprint, first_number, last_number"


@dataclass(frozen=True, slots=True)
class CommandRow:
    """The identity of a command, so that sending it again records nothing more."""

    collaboration_id: str
    principal: str
    command_id: str
    salt: bytes
    fingerprint: bytes
    """SHA-256 of the salt and the command's canonical bytes: tells same content from other, and nothing else.

    Both are empty where a text the command sent was erased: with them a guess at a name could be confirmed.
    """
    first_number: int
    last_number: int

    @property
    def identity(self) -> Identity:
        """Which command it is."""
        return self.collaboration_id, self.principal, self.command_id


class Led(NamedTuple):
    """Of the identity of a command only which one it is, and the entries it led to."""

    principal: str
    command_id: str
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
    """A text that is taken away, or a document."""

    collaboration_id: str
    commitment: str
    """Of a document: its SHA-256."""
    number: int
    """The entry that orders it; 0 where that is not in the book, but in one that came to nothing."""
    of_entry: int
    """The entry whose text it is."""

    @property
    def statements(self) -> tuple[tuple[str, tuple[object, ...]], ...]:
        """What takes it away, and what the identity of the command that sent it could be guessed from."""
        book, of_entry = self.collaboration_id, self.of_entry
        return (
            (UPSERT_ERASED, (book, self.commitment, self.number, of_entry)),
            (DELETE_TEXT, (book, self.commitment)),
            (FORGET_COMMAND, (b"", b"", book, of_entry, of_entry)),
        )


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
    glances: Sequence[Glance] = ()
    """What each row shows, where somebody has looked."""


@dataclass(frozen=True, slots=True)
class Glanced:
    """Consecutive rows of one book as they are verified, and what belongs to them."""

    rows: Sequence[StoredEvent]
    glances: Sequence[Glance]
    commands: Sequence[Led]
    """Of commands whose first entry is here, in that order."""
    texts: Sequence[TextRow]


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
