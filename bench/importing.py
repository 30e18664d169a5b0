"""Importing the fictitious history, beside inserting the same bytes raw in one transaction."""

from __future__ import annotations

import itertools
import tempfile
from io import BytesIO
from pathlib import Path

from api.composition import open_house
from api.importing import parse, record
from bench.append import raw
from bench.measure import Section, compare, rates
from demo.fictitious import lines
from demo.vindfjord.telling import BOOK
from ledger.application import Ledger
from ledger.location import SQLiteLocation

ROUNDS = 5


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
