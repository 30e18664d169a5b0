"""Actuals (regnskapstall): what was spent and earned, line by line, as batches from an accounting system give it.

The budget, the amended budget and what it came to stand side by side (FOR-2023-08-16-1327 §§ 2-3 and 3-3;
kommuneloven § 14-6). A year whose accounts are adopted is closed (IKS-loven § 27; kommuneloven § 14-8).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from rpds import HashTrieMap

from domain.budgets.frames import Year
from domain.budgets.plan import ByYear
from domain.dates import Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import INT_MAX, Frozen, Id, Name, Ore, Sha256

# Parts of events -------------------------------------------------------------------------


class ActualRow(Frozen):
    """What one line came to in the period; above zero in the direction of the line."""

    line_id: Id
    amount_ore: Ore
    without_line: bool = False
    """It is an account the budget has no line for."""
    name: Name | None = None


_ROWS = Annotated[tuple[ActualRow, ...], Field(min_length=1, max_length=2_000)]
_Month = Annotated[int, Field(ge=1, le=12)]

# Events: stored for ever -----------------------------------------------------------------


class ActualsRecorded(Event):
    """A batch of actuals was recorded."""

    type: Literal["actuals.recorded"] = "actuals.recorded"
    year: Year
    month: _Month | None = None
    """None for the whole year."""
    rows: _ROWS
    batch_sha256: Sha256
    """Of the file the batch was read from, so that none is counted twice."""


# Commands --------------------------------------------------------------------------------


class RecordActuals(Command):
    """Record a batch of actuals of a month or a year; an account without a budget line is marked as such."""

    type: Literal["actuals.record"]
    year: Year
    month: _Month | None = None
    rows: _ROWS
    batch_sha256: Sha256


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Batch:
    """What one entry recorded, and from which day."""

    entry: int
    effective: Interval
    rows: tuple[ActualRow, ...]


@dataclass(frozen=True, slots=True)
class YearActuals:
    """What a year has come to so far."""

    batches: tuple[Batch, ...] = ()
    """In the order they were entered."""
    by_line: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """In oere, of lines of the budget."""
    without_line: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """In oere, of accounts the budget has no line for."""

    def recorded_by(self, day: date) -> Iterator[Batch]:
        """Yields the batches certainly recorded by `day`."""
        return (batch for batch in self.batches if batch.effective.latest <= day)

    def come_to(self, day: date) -> dict[str, int]:
        """Returns what lines of the budget certainly had come to by `day`, in oere; no line of which nothing is."""
        amounts: dict[str, int] = {}
        for batch in self.recorded_by(day):
            for row in batch.rows:
                if not row.without_line:
                    amounts[row.line_id] = amounts.get(row.line_id, 0) + row.amount_ore
        return amounts

    @property
    def entries(self) -> tuple[int, ...]:
        """The entries of the batches, in the order they are counted."""
        return tuple(batch.entry for batch in self.batches)


@dataclass(frozen=True, slots=True)
class Actuals:
    """What each year has come to, and the batches it was read from."""

    by_year: HashTrieMap[int, YearActuals] = field(default_factory=HashTrieMap)
    batches: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """The entry of each batch, by its hash."""

    def of(self, year: int) -> YearActuals:
        """Returns what a year has come to."""
        return self.by_year.get(year, _NOTHING)


_NOTHING = YearActuals()


def evolve(held: Actuals, event: ActualsRecorded, fact: Fact) -> Actuals:
    """Returns the actuals after one more batch; a batch that is counted already changes nothing."""
    if event.batch_sha256 in held.batches:
        return held
    year = _added(held.of(event.year), Batch(fact.number, fact.effective, event.rows))
    return Actuals(held.by_year.insert(event.year, year), held.batches.insert(event.batch_sha256, fact.number))


def _added(year: YearActuals, batch: Batch) -> YearActuals:
    by_line, without = year.by_line, year.without_line
    for row in batch.rows:
        if row.without_line:
            without = without.insert(row.line_id, without.get(row.line_id, 0) + row.amount_ore)
        else:
            by_line = by_line.insert(row.line_id, by_line.get(row.line_id, 0) + row.amount_ore)
    return YearActuals((*year.batches, batch), by_line, without)


def without(held: Actuals, recorded: Fact) -> Actuals:
    """Returns the actuals without the batch that one entry recorded; unchanged where it is not counted."""
    event = recorded.event
    if not isinstance(event, ActualsRecorded) or held.batches.get(event.batch_sha256) != recorded.number:
        return held
    year = YearActuals()
    for batch in held.of(event.year).batches:
        if batch.entry != recorded.number:
            year = _added(year, batch)
    return Actuals(held.by_year.insert(event.year, year), held.batches.discard(event.batch_sha256))


def subjects(event: ActualsRecorded) -> Iterator[Subject]:
    """Yields the year's budget, and that of the year after, which shows what the year before it came to."""
    yield Subject("budget", str(event.year))
    yield Subject("budget", str(event.year + 1))


# Rules -----------------------------------------------------------------------------------


def decide(command: RecordActuals, held: Actuals, budgets: ByYear, closed_by: int | None, context: Context) -> Decision:
    """Returns the batch as it was recorded; `closed_by` is the entry that adopted the year's accounts.

    Raises Rejection.
    """
    ruling = judge(_against(command, held, budgets, closed_by, context), context.mode)
    event = ActualsRecorded(
        year=command.year, month=command.month, rows=command.rows, batch_sha256=command.batch_sha256
    )
    return Decision((event,), ruling)


def _against(
    command: RecordActuals, held: Actuals, budgets: ByYear, closed_by: int | None, context: Context
) -> Iterator[Rejection]:
    year, budget = command.year, budgets.get(command.year)
    counted = held.batches.get(command.batch_sha256)
    if counted is not None:
        yield Rejection("actuals.duplicate_batch", "fact", entries=(counted,), entry=counted, year=year)
    named = {row.line_id for row in command.rows if not row.without_line}
    if budget is not None and (unknown := sorted(named - set(budget.lines))):
        yield Rejection("actuals.unknown_line", "fact", entries=(budget.entry,), line_ids=unknown, year=year)
    after = _added(held.of(year), Batch(0, context.effective, command.rows))
    large = {
        line_id
        for column in (after.by_line, after.without_line)
        for line_id, amount in column.items()
        if abs(amount) > INT_MAX
    }
    if large:
        yield Rejection("actuals.amount_too_large", "fact", line_ids=sorted(large), year=year, largest_ore=INT_MAX)
    if closed_by is not None:
        yield Rejection("actuals.closed_period", law=CLOSING_LAW, entries=(closed_by,), year=year, entry=closed_by)
    first = date(year, command.month or 1, 1)
    if first > context.on:
        yield Rejection("actuals.period_not_begun", year=year, first_day=first.isoformat(), day=context.on.isoformat())
    if budget is None and named:
        yield Rejection("actuals.budget_missing", "unknown", year=year)


CLOSING_LAW = "kommuneloven § 14-8; IKS-loven § 27"
