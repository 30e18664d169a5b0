"""Folded books kept in memory: those asked for last, bounded in number and in size.

What is kept is the book itself, not a copy: states share what they have in common, so that a command makes only what
it changes. A book that was forgotten is folded again from its entries when it is next asked for.
"""

from __future__ import annotations

from collections import OrderedDict

from ledger.log.merkle import Frontier
from ledger.reading import Book

BOOKS_MAX = 256
"""Books kept, of whatever size."""

ENTRIES_MAX = 50_000
"""Entries folded into the books kept, together: the measure of their size, some 4 KiB of memory each."""


class BookCache:
    """Books as they were after their last entry that is known, with the frontiers of their logs."""

    def __init__(self) -> None:
        self._books: OrderedDict[str, Book] = OrderedDict()
        self._frontiers: dict[str, Frontier] = {}
        self.entries = 0
        """Folded into the books that are kept."""

    def __len__(self) -> int:
        """Returns how many books are kept."""
        return len(self._books)

    def book(self, collaboration_id: str) -> Book | None:
        """Returns a book, None where it is not kept."""
        return self._books.get(collaboration_id)

    def books(self) -> list[Book]:
        """Returns the books that are kept, the one asked for last being the last."""
        return list(self._books.values())

    def frontier(self, book: Book) -> Frontier | None:
        """Returns the frontier of a book's log, None where the one of its last entry is not kept."""
        kept = self._frontiers.get(book.id)
        return kept if kept is not None and kept.size == book.number else None

    def keep(self, book: Book, frontier: Frontier | None = None) -> None:
        """Keeps a book, as the one asked for last, and forgets what is too much: never the one asked for last."""
        before = self._books.pop(book.id, None)
        self.entries += book.number - (0 if before is None else before.number)
        self._books[book.id] = book
        if frontier is not None:
            self._frontiers[book.id] = frontier
        while len(self._books) > 1 and (len(self._books) > BOOKS_MAX or self.entries > ENTRIES_MAX):
            self.forget(next(iter(self._books)))

    def forget(self, collaboration_id: str) -> None:
        """Forgets a book."""
        book = self._books.pop(collaboration_id, None)
        self._frontiers.pop(collaboration_id, None)
        if book is not None:
            self.entries -= book.number

    def forget_frontiers(self) -> None:
        """Forgets the frontiers, which are read again from the database."""
        self._frontiers.clear()
