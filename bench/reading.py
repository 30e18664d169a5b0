"""Lists as of an old entry beside the same lists now, in a small and in a large book."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

from api.composition import House, open_house
from api.deps import Point
from api.overview import overview
from bench.append import FOUND
from bench.measure import Section, compare, rates
from domain.collaboration import COMMANDS
from ledger.deciding import Submission
from ledger.location import SQLiteLocation

SMALL, LARGE = 200, 10_000
READS = 50


def _filled(path: Path, entries: int) -> House:
    house = open_house(SQLiteLocation(path))
    house.ledger.record(Submission("test", (COMMANDS["collaboration.found"].model_validate_json(FOUND),), "bench"))
    bodies = (f'{{"type":"person.register","person_id":"p{n}","name":"Testperson"}}' for n in range(entries - 1))
    person = COMMANDS["person.register"]
    house.ledger.record_all(Submission("test", (person.model_validate_json(body),), "bench") for body in bodies)
    return house


def run() -> list[Section]:
    """Measures overviews a second: now and as of an old entry, in a book of 200 and in one of 10,000 entries."""
    with tempfile.TemporaryDirectory() as name:
        small, large = _filled(Path(name) / "small.db", SMALL), _filled(Path(name) / "large.db", LARGE)

        def read(house: House, entry: int, head: int) -> int:
            for _ in range(READS):
                overview(house, Point("test", entry, date(2026, 1, 3), head, shielded=False))
            return READS

        figures = compare(
            {
                f"now, {SMALL} entries": lambda: read(small, SMALL, SMALL),
                f"as of entry {SMALL // 2}, {SMALL} entries": lambda: read(small, SMALL // 2, SMALL),
                f"now, {LARGE} entries": lambda: read(large, LARGE, LARGE),
                f"as of entry {LARGE // 2}, {LARGE} entries": lambda: read(large, LARGE // 2, LARGE),
            }
        )
        small.close()
        large.close()
        return [rates("The overview, now and as of an old entry, SQLite", "answers/s", figures)]
