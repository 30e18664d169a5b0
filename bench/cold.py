"""How long a book of 25,000 entries takes from a closed file to its first decision, with its state kept and without."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import TypeVar

from bench.append import FOUND
from bench.callers import office
from bench.measure import ROUNDS, Section
from domain.collaboration import COMMANDS
from ledger.application import Ledger
from ledger.deciding import Submission
from ledger.kept_states import forget_all
from ledger.location import SQLiteLocation

ENTRIES = 25_000

T = TypeVar("T")
Taken = tuple[float, float]
"""Seconds on the clock, and seconds of the processor."""


def run() -> list[Section]:
    """Measures opening with the first decision, with a kept state and without, and what keeping it takes."""
    with tempfile.TemporaryDirectory() as name:
        place = SQLiteLocation(Path(name) / "book.db")
        with closing(Ledger(place)) as ledger:
            ledger.record(Submission("test", (COMMANDS["collaboration.found"].model_validate_json(FOUND),), "bench"))
            person = COMMANDS["person.register"]
            bodies = (
                f'{{"type":"person.register","person_id":"p{n}","name":"Testperson"}}' for n in range(ENTRIES - 1)
            )
            ledger.record_all(Submission("test", (person.model_validate_json(body),), "bench") for body in bodies)
        kept_bytes = (place.states / "test").stat().st_size
        taken: dict[str, list[Taken]] = {}
        for _ in range(ROUNDS):
            for what, seconds in _round(place).items():
                taken.setdefault(what, []).append(seconds)
    rows = [(what, _middle(found, 0), _middle(found, 1)) for what, found in taken.items()]
    remark = (
        f"What is kept has {kept_bytes / 1e6:.1f} MB; it is written when a ledger is closed, not while commands come."
    )
    return [Section(f"A cold book of {ENTRIES:,} entries, SQLite", ("", "seconds", "of the processor"), rows, remark)]


def _round(place: SQLiteLocation) -> dict[str, Taken]:
    found: dict[str, Taken] = {}

    def decided() -> Ledger:
        ledger = Ledger(place)
        ledger.record(office(), dry_run=True)
        return ledger

    ledger, found["first decision, the state kept"] = _timed(decided)
    ledger.close()
    forget_all(place)
    ledger, found["first decision, nothing kept"] = _timed(decided)
    _, found["the fold alone"] = _timed(lambda: ledger.book("test", number=ENTRIES))
    _, found["closing, which keeps the state"] = _timed(ledger.close)
    return found


def _timed(run: Callable[[], T]) -> tuple[T, Taken]:
    clock, processor = time.perf_counter(), time.process_time()
    result = run()
    return result, (time.perf_counter() - clock, time.process_time() - processor)


def _middle(taken: list[Taken], which: int) -> str:
    return f"{median(one[which] for one in taken):.3f}"
