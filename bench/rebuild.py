"""Rebuilding every projection of a book, beside the bare loop that reads its rows and parses them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import orjson

from api.composition import open_house
from bench.append import FOUND
from bench.measure import Figure, compare
from domain.collaboration import COMMANDS
from ledger.deciding import Submission
from ledger.location import SQLiteLocation

COMMAND = "python -m bench rebuild"
ENTRIES = 5_000


def run() -> list[Figure]:
    """Returns entries a second of the bare loop, of folding, and of rebuilding all rows."""
    with tempfile.TemporaryDirectory() as name:
        house = open_house(SQLiteLocation(Path(name) / "book.db"))
        office = COMMANDS["office.establish"]
        house.ledger.record(Submission("test", (COMMANDS["collaboration.found"].model_validate_json(FOUND),), "bench"))
        bodies = (
            f'{{"type":"office.establish","office_id":"o{n}","title":"Test","kind":"other"}}'
            for n in range(ENTRIES - 1)
        )
        house.ledger.record_all(Submission("test", (office.model_validate_json(body),), "bench") for body in bodies)

        def bare() -> int:
            return sum(1 for row in house.ledger.rows("test") if orjson.loads(row.state))

        def fold() -> int:
            return house.ledger.book("test", number=ENTRIES).number

        def rebuild() -> int:
            return sum(number for _, number in house.projector.rebuild(["test"]))

        figures = compare({"read rows + orjson.loads": bare, "read and fold": fold, "rebuild all projections": rebuild})
        house.close()
        return figures
