"""Sizes: what is on disk and in memory, and what a command and a look take, as the ledger grows to a million entries.

The database is the fictitious book and copies of its first thousand entries, each copy a book of its own.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

from api.app import create_app
from api.composition import House, open_house
from api.deps import Point
from api.overview import overview
from api.settings import Settings
from bench.building import EACH, built, copy_of, size_of
from bench.callers import office
from bench.measure import MIB, SIZES, Section, alone, milliseconds
from demo.vindfjord.telling import BOOK
from ledger.location import SQLiteLocation

TIMES = 400
LOOKED_AT = 50
"""Books whose rows are made, so that they can be looked at."""


def run() -> list[Section]:
    """Measures each size, in a process of its own, so that its memory is its own."""
    rows = [json.loads(alone(__name__, size, TIMES)) for size in SIZES]
    heads = ("entries", "book, MiB", "bytes an entry", "command, ms p50, p99", "overview, ms p50, p99", "memory, MiB")
    remark = (
        f"Each book has {EACH:,} entries; the fictitious one is in the file too. A command goes to a book that is in "
        f"memory already; an overview is of one of up to {LOOKED_AT} books whose rows have been made. Memory is the "
        "resident size of a server's process when every book has been decided on once."
    )
    return [Section("Size, SQLite", heads, rows, remark)]


def _measured(size: int, times: int) -> tuple[str, ...]:
    books = [copy_of(number) for number in range(size // EACH)]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "book.db"
        with built(path, len(books)) as house:
            house.ledger.listeners.clear()
            on_disk, entries = size_of(house.ledger), size + house.ledger.head(BOOK)
            house.ledger.book(books[-1])
            command = milliseconds(lambda: house.ledger.record(office(books[-1])), times)
            for _ in house.projector.rebuild(books[:LOOKED_AT]):
                pass
            chance = Random(1)
            look = milliseconds(lambda: _look(house, chance.choice(books[:LOOKED_AT])), times)
        memory = int(alone("bench.size", "memory", path, *books))
    return (
        f"{size:,}",
        f"{on_disk / MIB:,.0f}",
        f"{on_disk / entries:,.0f}",
        "{:.2f}, {:.2f}".format(*command),
        "{:.2f}, {:.2f}".format(*look),
        f"{memory / MIB:,.0f}",
    )


def _memory(path: Path, books: Sequence[str]) -> int:
    """Returns the bytes a server's process holds when each of the books has been decided on."""
    house = open_house(SQLiteLocation(path), catch_up=False)
    create_app(house, Settings())
    for book in books:
        house.ledger.book(book)
    resident = _resident()
    house.close()
    return resident


def _look(house: House, book: str) -> None:
    overview(house, Point(book, EACH, date(2024, 1, 1), EACH, shielded=False))


def _resident() -> int:
    """Returns the bytes of memory this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    if sys.argv[1] == "memory":
        print(_memory(Path(sys.argv[2]), sys.argv[3:]))
    else:
        print(json.dumps(_measured(int(sys.argv[1]), int(sys.argv[2]))))
