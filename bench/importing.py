"""Importing the fictitious history, beside inserting the same bytes raw in one transaction."""

from __future__ import annotations

import itertools
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from api.composition import open_house
from api.importing import parse, record
from bench.append import raw
from bench.building import copy_of
from bench.measure import MIB, SIZES, Section, alone, compare, peak, rates
from demo.fictitious import lines
from demo.vindfjord.telling import BOOK
from ledger.application import Ledger
from ledger.location import SQLiteLocation

ROUNDS = 5
LINES = 1_000
"""Lines of a book, where many are imported."""
STREAMED = tuple(size for size in (10_000, 50_000, 100_000) if size <= max(SIZES))
"""Lines that are imported: of books that are folded, as many as hold 50,000 entries are kept, and no more for more."""


def run() -> list[Section]:
    """Measures entries a second: raw, decided and written, and with their rows."""
    history = b"".join(lines())
    with tempfile.TemporaryDirectory() as name:
        folder, numbers = Path(name), itertools.count(1)
        connection = raw(folder / "raw.db")

        def decided() -> int:
            ledger = Ledger(SQLiteLocation(folder / f"ledger-{next(numbers)}.db"))
            record(ledger, parse(BytesIO(history), "en", 1), "en")
            entries = ledger.head(BOOK)
            ledger.close()
            return entries

        def with_rows() -> int:
            house = open_house(SQLiteLocation(folder / f"house-{next(numbers)}.db"))
            record(house.ledger, parse(BytesIO(history), "en", 1), "en")
            entries = house.ledger.head(BOOK)
            house.close()
            return entries

        stored = _stored(folder / "first.db", history)

        def inserted() -> int:
            book = f"raw-{next(numbers)}"
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)",
                [(book, number, "entry", state) for number, state in enumerate(stored, start=1)],
            )
            connection.execute("COMMIT")
            return len(stored)

        figures = compare(
            {"the same bytes raw, one transaction": inserted, "imported": decided, "imported, with rows": with_rows},
            ROUNDS,
        )
        connection.close()
        return [rates("Import of a history of four years, SQLite", "entries/s", figures)]


def _stored(path: Path, history: bytes) -> list[bytes]:
    ledger = Ledger(SQLiteLocation(path))
    record(ledger, parse(BytesIO(history), "en", 1), "en")
    states = [bytes(row.state) for row in ledger.rows(BOOK)]
    ledger.close()
    return states


# As it grows -----------------------------------------------------------------------------


def run_sizes() -> list[Section]:
    """Measures importing more and more books from a file, each time in a process of its own."""
    rows = [json.loads(alone(__name__, size)) for size in STREAMED]
    heads = ("lines", "file, MiB", "read and checked, lines/s", "recorded with rows, lines/s", "took, s")
    remark = (
        f"As `styringsbok import` does, from a file of books of {LINES:,} lines each; rows are made at once. The "
        "memory is that of a process of its own, before the file was opened and at most."
    )
    return [Section("Import of many books, SQLite", (*heads, "memory before, MiB", "at most, MiB"), rows, remark)]


def _many(books: int) -> Iterator[bytes]:
    """Yields the first lines of the fictitious history, once for each book."""
    first = list(itertools.islice(lines(), LINES))
    for number in range(books):
        for line in first:
            yield line.replace(BOOK.encode(), copy_of(number).encode())


def _measured(size: int) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "history.ndjson"
        with path.open("wb") as file:
            file.writelines(_many(size // LINES))
        house, before = open_house(SQLiteLocation(Path(name) / "book.db")), peak()
        started = time.perf_counter()
        with path.open("rb") as file:
            books = parse(file, "en", 1)
            checked = time.perf_counter()
            recorded = record(house.ledger, books, "en").recorded
        ended = time.perf_counter()
        house.close()
        in_file = path.stat().st_size
    figures = (
        f"{recorded / (checked - started):,.0f}",
        f"{recorded / (ended - checked):,.0f}",
        f"{ended - started:,.0f}",
    )
    return (f"{recorded:,}", f"{in_file / MIB:,.1f}", *figures, f"{before / MIB:,.0f}", f"{peak() / MIB:,.0f}")


if __name__ == "__main__":
    print(json.dumps(_measured(int(sys.argv[1]))))
