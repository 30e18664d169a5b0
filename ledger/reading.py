"""What those who read may know of the ledger: recorded entries, in the order of one book or of the whole ledger."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.collaboration import Collaboration
from domain.kernel import Fact
from ledger.entry import AnyEntry


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry with its stored bytes."""

    entry: AnyEntry
    state: bytes


@dataclass(frozen=True, slots=True)
class Step:
    """One entry folded: what was recorded, and the state after it."""

    recorded: Recorded
    fact: Fact
    after: Collaboration


@dataclass(frozen=True, slots=True)
class Book:
    """One collaboration's book as folded up to its last entry."""

    id: str
    number: int = 0
    """Of the last entry; 0 in an empty book."""
    recorded_at: datetime | None = None
    """Of the last entry."""
    state: Collaboration = Collaboration()


@dataclass(frozen=True, slots=True)
class Commit:
    """What one transaction added to one book."""

    before: Book
    steps: tuple[Step, ...]

    @property
    def collaboration_id(self) -> str:
        """The book."""
        return self.before.id


@dataclass(frozen=True, slots=True)
class Change:
    """A book that has grown: its last entry, and that entry's position in the whole ledger."""

    collaboration_id: str
    number: int
    position: int


class LedgerReader(Protocol):
    """Read access to a ledger. Every method raises DamagedEntry where it meets a row it cannot trust."""

    def heads(self) -> dict[str, int]:
        """Returns the number of the last entry by collaboration."""
        ...

    def changes(self, after: int) -> list[Change]:
        """Returns the books with entries committed after a position of the whole ledger."""
        ...

    def head(self, collaboration_id: str) -> int:
        """Returns the number of a book's last entry, 0 where there is none."""
        ...

    def entries(self, collaboration_id: str, after: int = 0, up_to: int | None = None) -> Iterator[Recorded]:
        """Yields the entries of a book with numbers above `after` and at most `up_to`, in order, a page at a time."""
        ...

    def steps(self, book: Book, up_to: int | None = None) -> Iterator[Step]:
        """Yields the entries that follow a folded book, each with the state after it."""
        ...

    def texts(self, collaboration_id: str, commitments: Sequence[str]) -> dict[str, str]:
        """Returns the texts that are still kept, by commitment."""
        ...
