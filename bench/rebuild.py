"""Rebuilding every projection of a book, beside the bare loop that reads its rows and parses them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import orjson

from bench.building import built
from bench.measure import Section, compare, rates
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
