"""Large databases to measure on: the fictitious book, and as many copies of it as are asked for.

A copy is what a restore would append: the stored bytes with another book's id, and what is kept beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

from eventsourcing.persistence import StoredEvent

from api.composition import House, open_house
from api.importing import parse, record
from demo.fictitious import lines
from demo.vindfjord.telling import BOOK
from ledger.application import Ledger
from ledger.location import Location, SQLiteLocation
from ledger.log.merkle import Frontier, leaf_hash
from ledger.log.tables import UPSERT_FRONTIER
from ledger.pages import pages
from ledger.rows import Page
from projections.tables import table
from projections.views import Views

EACH = 1_000
"""Entries of a copy."""


@contextmanager
def built(place: Path | Location, books: int) -> Iterator[House]:
    """Yields a house with the fictitious book, and `books` copies of its first entries; no rows are made of any.

    `place` is a database, or the file of one.
    """
    house = open_house(SQLiteLocation(place) if isinstance(place, Path) else place)
    try:
        following = list(house.ledger.listeners)
        house.ledger.listeners.clear()
        record(house.ledger, parse(BytesIO(b"".join(lines())), "en", 1), "en")
        house.ledger.listeners.extend(following)
        part = list(pages(house.ledger, BOOK, EACH))
        for number in range(books):
            copied = copy_of(number)
            copies = [_copy(page, copied) for page in part]
            house.ledger.book_recorder.insert_pages(copies, [_frontier(copied, copies)])
        yield house
    finally:
        house.close()


def copy_of(number: int) -> str:
    """Returns the id of a copy, counted from 0."""
    return f"copy-{number:06d}"


def size_of(where: Ledger | Views) -> int:
    """Returns the bytes of an SQLite database, those that are still in its write-ahead file too."""
    ((size,),) = where.query("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
    return int(size)


def versions(house: House) -> int:
    """Returns how many versions of rows are kept."""
    statements = (f"SELECT COUNT(*) FROM {table(name)}" for name in house.views.projections)  # noqa: S608
    return sum(int(house.views.query(statement)[0][0]) for statement in statements)


def _frontier(book: str, copies: Sequence[Page]) -> tuple[str, tuple[Any, ...]]:
    """Returns the statement that keeps how far the copy's log has come, as recording its entries would have."""
    frontier = Frontier().grown(leaf_hash(row.state) for page in copies for row in page.rows)
    return UPSERT_FRONTIER, (book, frontier.size, frontier.packed)


def _copy(page: Page, book: str) -> Page:
    old, new = f'"collaboration_id":"{BOOK}"'.encode(), f'"collaboration_id":"{book}"'.encode()
    return Page(
        rows=[StoredEvent(book, row.originator_version, row.topic, row.state.replace(old, new)) for row in page.rows],
        commands=[replace(command, collaboration_id=book) for command in page.commands],
        texts=[replace(text, collaboration_id=book) for text in page.texts],
    )
