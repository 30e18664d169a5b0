"""What `verify` looks at: the book by `ledger.checks`, then its rows against a fresh fold."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from api.composition import House
from ledger import checks
from ledger.checks import Finding
from ledger.errors import DamagedEntry, LedgerError
from ledger.location import SQLiteLocation
from ledger.log.checking import check_log, signed_books, told_of
from projections.runner import Difference
from projections.tables import table
from projections.views import ViewsUnavailable

FOLLOWING_SECONDS = 2.0
"""How long rows may take to follow what a running server records meanwhile."""
PAUSE_SECONDS = 0.05
ATTEMPTS_MAX = 5
"""How often rows are compared again because the book went on meanwhile."""


@dataclass(slots=True)
class Verified:
    """What was verified, and what was found."""

    books: int = 0
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)
    told: list[Finding] = field(default_factory=list)
    """What is not wrong, and must be known: books that are held after a restore, breaks that were recorded, and by when
    entries were there as authorities say."""

    def as_json(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "ok": not self.findings,
            "books": self.books,
            "entries": self.entries,
            "findings": [_plain(one) for one in self.findings],
            "told": [_plain(one) for one in self.told],
        }


def _plain(one: Finding) -> dict[str, Any]:
    return {"collaboration": one.collaboration, "entry": one.entry, "what": one.what, "code": one.code}


def known_books(house: House) -> tuple[list[str], list[Finding]]:
    """Returns the ids of the books of which anything is kept, in the book, its log or rows, and what cannot be read."""
    found, unreadable = checks.books(house.ledger)
    with suppress(LedgerError):  # an older database has no log; what is damaged is said where each log is checked
        found.update(signed_books(house.ledger))
    if views_exist(house):
        try:
            found.update(house.views.positions())
            for projection in house.projector.projections:
                statement = f"SELECT DISTINCT collaboration_id FROM {table(projection.name)}"  # noqa: S608
                found.update(str(row[0]) for row in house.views.query(statement))
        except ViewsUnavailable as error:
            unreadable.append(Finding("rows_unreadable", None, None, f"the rows cannot be read: {error}"))
    return sorted(found), unreadable


def views_exist(house: House) -> bool:
    """Returns whether rows were ever built."""
    place = house.ledger.location
    if isinstance(place, SQLiteLocation):
        return place.views.exists()
    return bool(house.ledger.query("SELECT 1 FROM pg_tables WHERE tablename = %s", ("view_positions",)))


def verify_books(
    house: House, ids: Sequence[str], verified: Verified, progress: Callable[[int], None]
) -> Iterator[Finding]:
    """Yields what is wrong with books, and counts in `verified`."""
    before = 0
    for collaboration_id in ids:
        rows = 0
        for found in checks.check_book(house.ledger, collaboration_id):
            if isinstance(found, Finding):
                yield found
            else:
                rows = found
                progress(before + rows)
        before += rows
        verified.books += 1
        verified.entries += rows
        yield from _verify_log(house, collaboration_id, verified)
        yield from verify_rows(house, collaboration_id)


def _verify_log(house: House, collaboration_id: str, verified: Verified) -> Iterator[Finding]:
    """Yields what in the log of a book is not what its entries lead to; an older database has no log yet."""
    try:
        yield from check_log(house.ledger, collaboration_id)
        verified.told.extend(told_of(house.ledger, collaboration_id))
    except LedgerError as error:
        yield Finding("log_unreadable", collaboration_id, None, f"its log cannot be read: {error}")


def verify_rows(house: House, collaboration_id: str) -> Iterator[Finding]:
    """Yields where the rows of a book are not those of a fresh fold."""
    try:
        head = house.ledger.head(collaboration_id)
        position = _position(house, collaboration_id, head)
        if position < head:
            yield _behind(collaboration_id, position, head)
        if not views_exist(house):
            return
        if position > house.ledger.head(collaboration_id):
            what = f"rows are rendered up to entry {position}, and the book ends at entry {head}"
            yield Finding("rows_ahead", collaboration_id, position, what)
        for fault in house.views.faults(collaboration_id):
            what = f"the projection {fault.projection} stopped there ({fault.category}: {fault.message})"
            yield Finding("projection_stopped", collaboration_id, fault.entry, what)
        for one in _differences(house, collaboration_id):
            what = f"{one.projection}, row {one.key}: {one.what}"
            yield Finding("row_differs", collaboration_id, one.entry, what)
    except DamagedEntry as error:
        what = "it is damaged, so no row of the book can be compared with a fresh fold"
        yield Finding("rows_not_compared", collaboration_id, error.number, what)
    except (LedgerError, ViewsUnavailable, TypeError, ValueError) as error:
        # The last two: values of a kind no row of ours ever had.
        yield Finding("rows_unreadable", collaboration_id, None, f"its rows cannot be compared: {error}")


def _behind(collaboration_id: str, position: int, head: int) -> Finding:
    what = f"rows are rendered up to entry {position} of {head}; `styringsbok rebuild {collaboration_id}` renders them"
    return Finding("rows_behind", collaboration_id, position + 1, what)


def _position(house: House, collaboration_id: str, head: int) -> int:
    """Returns how far a book's rows are rendered, once they have had the time to follow."""
    if not views_exist(house):
        return 0
    give_up = time.monotonic() + FOLLOWING_SECONDS
    while (position := house.views.position(collaboration_id)) < head and time.monotonic() < give_up:
        time.sleep(PAUSE_SECONDS)
    return position


def _differences(house: House, collaboration_id: str) -> list[Difference]:
    """Returns where rows differ, compared again as long as the book goes on meanwhile."""
    found: list[Difference] = []
    for _ in range(ATTEMPTS_MAX):
        before = house.views.position(collaboration_id)
        found = list(house.projector.verify(collaboration_id))
        if not found or house.views.position(collaboration_id) == before:
            break
    return found
