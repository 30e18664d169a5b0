"""Lists as of an old entry beside the same lists now, in a book of 1,000 entries and in one of 100,000.

The book is the fictitious one, which goes on: people are registered, and the council gives out grants and takes half
of them back. What is asked for is a page, as the API answers it, of entries taken at random from the whole book.
"""

from __future__ import annotations

import json
import tempfile
import time
from bisect import bisect
from collections.abc import Iterator
from datetime import date
from io import BytesIO
from itertools import islice
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

from api.collaborations import projection
from api.composition import House, open_house
from api.deps import Point, projection_named
from api.importing import parse, record
from bench.measure import Section
from demo.fictitious import lines
from demo.vindfjord.telling import BOOK, COUNCIL, SOURCE
from domain.collaboration import COMMANDS
from ledger.deciding import Submission
from ledger.location import SQLiteLocation

SMALL, LARGE = 1_000, 100_000
LISTS = ("authority", "budget-lines", "persons", "minute-book")
AT_A_TIME = 5_000
"""Commands recorded together: they are held until all of them are decided."""
READS = 400
PAGE = 25
ON = date(2026, 1, 15)
BEGINNING = 400
"""Lines of the fictitious history."""
EARLY = 100
CYCLE = 10
"""Entries among which is a grant; every second is taken back a cycle later."""


# The book --------------------------------------------------------------------------------


def commands(entries: int) -> Iterator[Submission]:
    """Yields so many commands that each add an entry to the fictitious book."""
    given = {
        "grantor": {"kind": "body", "id": COUNCIL},
        "grantee": {"kind": "office", "id": "daglig-leder"},
        "powers": ["spend"],
        "limits": {"per_act": 100_000_00},
        "until": "2027-12-31",
        "basis": [{"kind": "charter", "ref": "avtale-1"}],
    }
    for number in range(entries):
        cycle, place = divmod(number, CYCLE)
        if place == 0:
            yield _command("authority.grant", grant_id=f"fullmakt-{cycle:06d}", **given)
        elif place == CYCLE - 1 and cycle % 2:
            yield _command("authority.revoke", grant_id=f"fullmakt-{cycle:06d}", acted_by={"body": COUNCIL})
        else:
            yield _command("person.register", person_id=f"person-{number:06d}", name=f"Testperson {number}")


def _command(kind: str, **fields: Any) -> Submission:
    shape = {"type": kind, "mode": "import", "source": SOURCE, "effective": "2026-01-02", **fields}
    return Submission(BOOK, (COMMANDS[kind].model_validate_json(json.dumps(shape)),), "bench")


def grown(path: Path, entries: int) -> House:
    """Returns a house with the beginning of the fictitious book, gone on to so many entries, and its rows."""
    house = open_house(SQLiteLocation(path))
    first = islice(lines(), min(BEGINNING, entries // 2))
    record(house.ledger, parse(BytesIO(b"".join(first)), "en", 1), "en")
    going_on = commands(entries - house.ledger.head(BOOK))
    while part := list(islice(going_on, AT_A_TIME)):
        house.ledger.record_all(part)
    return house


# Measured --------------------------------------------------------------------------------


def run() -> list[Section]:
    """Measures what a page of each list takes, now and as of old entries, in the small book and in the large."""
    heads = (
        "list",
        "entries",
        "now",
        "as of any entry",
        "last page, early entry",
        "p99, old to now",
        "p99, to the small one's",
    )
    rows: list[tuple[str, ...]] = []
    with tempfile.TemporaryDirectory() as name:
        small, large = (grown(Path(name) / f"{entries}.db", entries) for entries in (SMALL, LARGE))
        for one in LISTS:
            before = _measured(small, one)
            after = _measured(large, one)
            rows += [_row(one, small, before, before), _row(one, large, after, before)]
        small.close()
        large.close()
    remark = (
        f"Milliseconds of processor time, which other work does not lengthen: p50 and p99 of {READS} pages of {PAGE} "
        "rows, as the API makes them, each after a row taken at random from those that were there. The last page, for "
        f"which all that was recorded since is passed over, is as of the entry at {1 / EARLY:.0%} of the book. The "
        "last two columns are of p99 as of any entry."
    )
    return [Section("Pages of lists, now and as of old entries, SQLite", heads, rows, remark)]


Times = dict[str, tuple[float, float]]
"""Milliseconds, the median and the 99th percentile, by the point that is looked from."""


def _measured(house: House, one: str) -> Times:
    """Returns what pages take. The points take turns, so that the machine's noise falls on all."""
    head, chance = house.ledger.head(BOOK), Random(1)
    taken: dict[str, list[float]] = {"now": [], "any": [], "last": []}
    found = house.views.select(projection_named(one), _point(head, head).query())
    since = sorted((row.from_entry, row.key) for row in found)

    def there(entry: int) -> list[tuple[int, str]]:
        """Returns the rows that were there already as of an entry."""
        return since[: bisect(since, entry, key=lambda row: row[0])]

    early = max(head // EARLY, since[0][0])
    last = sorted(key for _, key in there(early))[-PAGE // 2 :][0]
    for _ in range(READS):
        entry = chance.randint(1, head)
        for name, at, rows in (("now", head, since), ("any", entry, there(entry)), ("last", early, [(0, last)])):
            after = chance.choice(rows)[1] if rows else None
            started = time.thread_time()
            answer = projection(one, _point(at, head), house, None, after, PAGE)
            taken[name].append((time.thread_time() - started) * 1_000)
            if answer.status_code != 200:
                raise RuntimeError(f"answered {answer.status_code}")
    return {name: (median(times), quantiles(times, n=100)[98]) for name, times in taken.items()}


def _point(entry: int, head: int) -> Point:
    return Point(BOOK, entry, ON, head, shielded=False)


def _row(one: str, house: House, times: Times, small: Times) -> tuple[str, ...]:
    shown = [f"{p50:.2f}, {p99:.2f}" for p50, p99 in times.values()]
    old, now = times["any"][1], times["now"][1]
    return (one, f"{house.ledger.head(BOOK):,}", *shown, f"{old / now:.1f}", f"{old / small['any'][1]:.1f}")
