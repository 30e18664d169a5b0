"""Rebuilding every projection of a book, beside the bare loop that reads its rows and parses them."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import orjson

from bench.building import EACH, built, copy_of, size_of, versions
from bench.measure import MIB, PEAK, SIZES, Section, alone, compare, compare_over, peak, rates
from demo.vindfjord.telling import BOOK

REMARK = "The book is the fictitious one of `demo/fictitious.py`; 8 row versions are stored for an entry."


def run() -> list[Section]:
    """Measures entries a second of the bare loop, of folding, and of rebuilding all rows."""
    with tempfile.TemporaryDirectory() as name, built(Path(name) / "book.db", books=0) as house:
        entries = house.ledger.head(BOOK)

        def bare() -> int:
            return sum(1 for row in house.ledger.rows(BOOK) if orjson.loads(row.state))

        def fold() -> int:
            return house.ledger.book(BOOK, number=entries).number

        def rebuild() -> int:
            return sum(number for _, number in house.projector.rebuild([BOOK]))

        figures = compare({"read rows + orjson.loads": bare, "read and fold": fold, "rebuild all projections": rebuild})
        return [rates("Rebuild of one book's projections, SQLite", "entries/s", figures, REMARK)]


# As it grows -----------------------------------------------------------------------------


def run_sizes() -> list[Section]:
    """Measures the rebuild of all projections of many books, once each, in a process of its own."""
    rows = [json.loads(alone(__name__, size)) for size in SIZES]
    heads = ("entries", "read rows + orjson.loads, entries/s", "rebuild all projections, entries/s", "ratio")
    remark = f"Each book has {EACH:,} entries; a tenth of the books at a time, first by the bare loop. {PEAK}"
    more = ("rows written", "views, MiB", "took, s", "of processor time, s", "memory at most, MiB")
    return [Section("Rebuild of many books' projections, SQLite", (*heads, *more), rows, remark)]


def _measured(size: int) -> tuple[str, ...]:
    ids = [copy_of(number) for number in range(size // EACH)]
    with tempfile.TemporaryDirectory() as name, built(Path(name) / "book.db", len(ids)) as house:

        def bare(books: Sequence[str]) -> int:
            return sum(1 for book in books for row in house.ledger.rows(book) if orjson.loads(row.state))

        def rebuild(books: Sequence[str]) -> int:
            return sum(number for _, number in house.projector.rebuild(books))

        read, rebuilt = compare_over(ids, {"read rows + orjson.loads": bare, "rebuild all projections": rebuild})
        rows, on_disk = versions(house), size_of(house.views)
    rates = (f"{read.per_second:,.0f}", f"{rebuilt.per_second:,.0f}", f"{rebuilt.ratio:.3f}")
    took = sum(size / len(rebuilt.rounds) / rate for rate in rebuilt.rounds)
    return (
        f"{size:,}",
        *rates,
        f"{rows:,}",
        f"{on_disk / MIB:,.0f}",
        f"{took:,.0f}",
        f"{rebuilt.processor * size / 1_000:,.0f}",
        f"{peak() / MIB:,.0f}",
    )


if __name__ == "__main__":
    print(json.dumps(_measured(int(sys.argv[1]))))
