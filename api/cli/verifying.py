"""What `verify` looks at: the book in parts, put together by `ledger.joining`, then its rows against a fresh fold."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from api.cli.crew import Crew, Progress
from api.composition import House
from api.composition import house as opened
from ledger import checks
from ledger.checks import Finding
from ledger.errors import DamagedEntry, LedgerError
from ledger.joining import Joined
from ledger.location import SQLiteLocation
from ledger.log.checking import signed_books, told_of
from ledger.log.cosigned import check_cosignatures, unknown_witnesses
from ledger.log.policy import Witness
from ledger.parts import Part, Seen, check_part, parts_of
from ledger.reading_again import Reading
from projections.runner import Difference
from projections.tables import table
from projections.views import ViewsUnavailable

FOLLOWING_SECONDS = 2.0
"""How long rows may take to follow what a running server records meanwhile."""
PAUSE_SECONDS = 0.05
ATTEMPTS_MAX = 5
"""How often rows are compared again because the book went on meanwhile."""
COST_OF_ROWS = 50
"""Of an entry folded and rendered, where one that is looked at costs 1."""
UNREAD = ("damaged_entry", "not_canonical")
"""What reading an entry into its class can find."""


@dataclass(slots=True)
class Verified:
    """What was verified, and what was found."""

    books: int = 0
    entries: int = 0
    findings: list[Finding] = field(default_factory=list)
    witnesses: Mapping[str, Witness] = field(default_factory=dict)
    """Whose signatures are checked, by name."""
    told: list[Finding] = field(default_factory=list)
    """What is not wrong, and must be known: books held after a restore, breaks, lost keys, unknown witnesses, and by
    when entries were there as authorities say."""

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
    house: House, ids: Sequence[str], verified: Verified, progress: Progress, *, jobs: int = 1, with_rows: bool = True
) -> Iterator[Finding]:
    """Yields what is wrong with books, in their order, and counts in `verified`; `progress` is told what is done.

    Without rows, entries that were signed are not read into their classes, as long as they are what was signed.
    """
    planned = [_planned(house, one, with_rows=with_rows) for one in ids]
    crew = Crew(partial(opened, house.ledger.location, read_only=True), house, jobs)
    answers = crew.answers([piece for plan in planned for piece in plan.pieces], progress)
    try:
        for plan in planned:
            yield from _verify_book(house, plan, verified, answers)
    finally:
        answers.close()


@dataclass(frozen=True, slots=True)
class _PartOf:
    """A part of a book, without its rows in the projections."""

    part: Part

    @property
    def cost(self) -> int:
        """How much it is to do."""
        return self.part.entries

    def __call__(self, house: House, progress: Progress) -> Seen:
        seen = check_part(house.ledger, self.part)
        progress(seen.entries)
        return seen


@dataclass(frozen=True, slots=True)
class _RowsOf:
    """The rows of a book in the projections, with every entry they were made from."""

    collaboration_id: str
    position: int
    """The entry up to which all are to be read into their classes."""

    @property
    def cost(self) -> int:
        """How much it is to do."""
        return self.position * COST_OF_ROWS

    def __call__(self, house: House, progress: Progress) -> list[Finding]:
        reading = Reading(house.ledger, self.collaboration_id, progress=progress)
        found = list(verify_rows(house, self.collaboration_id, reading))
        with suppress(LedgerError):  # what cannot be read was found when the part was
            reading.rest(self.position)
        return [*reading.findings, *found]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one book is verified."""

    collaboration_id: str
    parts: list[_PartOf]
    rows: list[_RowsOf]
    """None of them, or one."""
    read_after: int
    """Entries after this one are read into their classes by the parts."""

    @property
    def pieces(self) -> list[_PartOf | _RowsOf]:
        return [*self.parts, *self.rows]


def _planned(house: House, collaboration_id: str, *, with_rows: bool) -> _Plan:
    read_after = 0
    with suppress(LedgerError, ViewsUnavailable, TypeError, ValueError):  # each is said where it is looked at
        read_after = _rendered(house, collaboration_id) if with_rows else _signed(house, collaboration_id)
    try:
        parts = parts_of(house.ledger, collaboration_id, read_after)
    except LedgerError:
        parts = [Part(collaboration_id, 0, None, 0)]
    rows = [_RowsOf(collaboration_id, read_after)] if with_rows else []
    return _Plan(collaboration_id, [_PartOf(part) for part in parts], rows, read_after)


def steps_of(house: House, ids: Sequence[str], *, with_rows: bool) -> int | None:
    """Returns how much `progress` will be told in all; None where that cannot be said."""
    try:
        heads = house.ledger.heads()
    except (LedgerError, ValueError):  # the latter where a row is numbered with a word
        return None
    return sum(heads.get(one, 0) for one in ids) * (2 if with_rows else 1)


def _rendered(house: House, collaboration_id: str) -> int:
    return house.views.position(collaboration_id) if views_exist(house) else 0


def _signed(house: House, collaboration_id: str) -> int:
    ((size,),) = house.ledger.query(
        "SELECT COALESCE(MAX(size), 0) FROM log_checkpoints WHERE collaboration_id = %s", (collaboration_id,)
    )
    return int(size)


def _verify_book(house: House, plan: _Plan, verified: Verified, answers: Iterator[Any]) -> Iterator[Finding]:
    joined, unread, has_log = Joined(house.ledger, plan.collaboration_id), set[int | None](), True
    for found in _of_parts(plan, joined, answers):
        has_log = has_log and found.code != "log_unreadable"
        if found.code in UNREAD:
            unread.add(found.entry)
        yield found
    verified.books += 1
    verified.entries += joined.entries
    if has_log:
        yield from _tell(house, plan.collaboration_id, verified)
    later = next(answers) if plan.rows else _not_as_signed(house, plan, joined.agreed)
    yield from (found for found in later if found.code not in UNREAD or found.entry not in unread)


def _tell(house: House, collaboration_id: str, verified: Verified) -> Iterator[Finding]:
    """Takes down what must be known of a book, and yields that it cannot be read where that is so."""
    try:
        yield from check_cosignatures(house.ledger, collaboration_id, verified.witnesses)
        verified.told.extend(told_of(house.ledger, collaboration_id))
        verified.told.extend(unknown_witnesses(house.ledger, collaboration_id, verified.witnesses))
    except LedgerError as error:
        yield Finding("log_unreadable", collaboration_id, None, f"its log cannot be read: {error}")


def _of_parts(plan: _Plan, joined: Joined, answers: Iterator[Any]) -> Iterator[Finding]:
    for _ in plan.parts:
        yield from joined.add(next(answers))
    yield from joined.end()


def _not_as_signed(house: House, plan: _Plan, agreed: int) -> list[Finding]:
    """Returns what is amiss in entries that were not read since they were signed, and are not what was signed."""
    reading = Reading(house.ledger, plan.collaboration_id, agreed)
    with suppress(LedgerError):
        reading.rest(plan.read_after)
    return reading.findings


def verify_rows(house: House, collaboration_id: str, reading: Reading) -> Iterator[Finding]:
    """Yields where the rows of a book are not those of a fresh fold, for which `reading` reads the entries."""
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
        for one in _differences(house, reading):
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


def _differences(house: House, reading: Reading) -> list[Difference]:
    """Returns where rows differ, compared again as long as the book goes on meanwhile."""
    found: list[Difference] = []
    for _ in range(ATTEMPTS_MAX):
        before = house.views.position(reading.collaboration_id)
        found = list(house.projector.verify(reading.collaboration_id, reading.steps))
        if not found or house.views.position(reading.collaboration_id) == before:
            break
    return found
