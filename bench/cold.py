"""How long a book of 25,000 entries takes from a closed file to its first decision."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median

from bench.append import FOUND
from bench.callers import office
from bench.measure import Section
from domain.collaboration import COMMANDS
from ledger.application import Ledger
from ledger.deciding import Submission
from ledger.location import SQLiteLocation

ENTRIES = 25_000
TIMES = 5


def run() -> list[Section]:
    """Measures opening, and opening with the first decision."""
    with tempfile.TemporaryDirectory() as name:
        place = SQLiteLocation(Path(name) / "book.db")
        ledger = Ledger(place)
        ledger.record(Submission("test", (COMMANDS["collaboration.found"].model_validate_json(FOUND),), "bench"))
        person = COMMANDS["person.register"]
        bodies = (f'{{"type":"person.register","person_id":"p{n}","name":"Testperson"}}' for n in range(ENTRIES - 1))
        ledger.record_all(Submission("test", (person.model_validate_json(body),), "bench") for body in bodies)
        ledger.close()
        opened, decided = [], []
        for _ in range(TIMES):
            started = time.perf_counter()
            ledger = Ledger(place)
            opened.append(time.perf_counter() - started)
            ledger.record(office(), dry_run=True)
            decided.append(time.perf_counter() - started)
            ledger.close()
    rows = [("opened", f"{median(opened):.3f}"), ("first decision", f"{median(decided):.3f}")]
    return [Section(f"A cold book of {ENTRIES:,} entries, SQLite", ("", "seconds"), rows)]
