"""Large databases to measure on: the fictitious book, and as many copies of it as are asked for.

A copy is what a restore would append: the stored bytes with another book's id, and what is kept beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from eventsourcing.persistence import StoredEvent

from api.composition import House, open_house
from api.importing import parse, record
from demo.fictitious import lines
from demo.vindfjord.telling import BOOK
from ledger.location import SQLiteLocation
from ledger.pages import pages
from ledger.rows import Page

EACH = 1_000
"""Entries of a copy."""


@contextmanager
def built(path: Path, books: int) -> Iterator[House]:
    """Yields a house with the fictitious book, and `books` copies of its first entries; their rows are not made."""
    house = open_house(SQLiteLocation(path))
    try:
        record(house.ledger, parse(BytesIO(b"".join(lines())), "en", 1), "en")
        part = list(pages(house.ledger, BOOK, EACH))
        for number in range(books):
            copied = f"copy-{number:06d}"
            house.ledger.book_recorder.insert_pages(_copy(page, copied) for page in part)
        yield house
    finally:
        house.close()


def _copy(page: Page, book: str) -> Page:
    old, new = f'"collaboration_id":"{BOOK}"'.encode(), f'"collaboration_id":"{book}"'.encode()
    return Page(
        rows=[StoredEvent(book, row.originator_version, row.topic, row.state.replace(old, new)) for row in page.rows],
        commands=[replace(command, collaboration_id=book) for command in page.commands],
        texts=[replace(text, collaboration_id=book) for text in page.texts],
    )
