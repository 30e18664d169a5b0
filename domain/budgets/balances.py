"""Asserted balances (avstemming): what an account is said to stand at on a day, held against the actuals of the book.

An assertion changes nothing. It says that the accounts kept elsewhere and the book agree on a line, so that a batch
that was left out, taken in twice or read wrongly shows on the day it is asked about, and not in the year's accounts.
What a source prints is kept as it is, and marked where the book has something else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rpds import HashTrieMap

from domain.budgets.actuals import Actuals, YearActuals
from domain.budgets.frames import Year
from domain.budgets.plan import ByYear
from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Fact, Nature, Rejection, Subject, judge
from domain.text import Id, Ore

# Events: stored for ever -----------------------------------------------------------------


class BalanceAsserted(Event):
    """A line, or an account without one, was said to stand at an amount."""

    type: Literal["balance.asserted"] = "balance.asserted"
    year: Year
    line_id: Id
    as_of: Day
    """Actuals recorded up to this day are counted, and it with them."""
    amount_ore: Ore


# Commands --------------------------------------------------------------------------------


class AssertBalance(Command):
    """Say what a line, or an account without one, stands at in the year's accounts; refused where the book differs."""

    type: Literal["balance.assert"]
    year: Year
    line_id: Id
    as_of: Day
    amount_ore: Ore


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asserted:
    """One assertion."""

    event: BalanceAsserted
    entry: int


Balances: TypeAlias = "HashTrieMap[int, tuple[Asserted, ...]]"
"""By year, in the order they were entered."""
_NONE: tuple[Asserted, ...] = ()


def evolve(balances: Balances, event: BalanceAsserted, fact: Fact) -> Balances:
    """Returns the assertions after one more."""
    return balances.insert(event.year, (*balances.get(event.year, _NONE), Asserted(event, fact.number)))


def subjects(event: BalanceAsserted) -> Iterator[Subject]:
    """Yields the year's budget."""
    yield Subject("budget", str(event.year))


def stands_at(actuals: YearActuals, event: BalanceAsserted | AssertBalance) -> int | None:
    """Returns what the book has of the line by the day, in oere; None where it has nothing of it."""
    rows = [row for batch in actuals.recorded_by(event.as_of) for row in batch.rows if row.line_id == event.line_id]
    return sum(row.amount_ore for row in rows) if rows else None


# Rules -----------------------------------------------------------------------------------


def decide(command: AssertBalance, balances: Balances, actuals: Actuals, budgets: ByYear, context: Context) -> Decision:
    """Returns the balance as it was asserted. Raises Rejection."""
    ruling = judge(_against(command, balances, actuals.of(command.year), budgets, context), context.mode)
    event = BalanceAsserted(
        year=command.year, line_id=command.line_id, as_of=command.as_of, amount_ore=command.amount_ore
    )
    return Decision((event,), ruling)


def _against(
    command: AssertBalance, balances: Balances, actuals: YearActuals, budgets: ByYear, context: Context
) -> Iterator[Rejection]:
    year, line_id, day = command.year, command.line_id, command.as_of.isoformat()
    same = [
        one for one in balances.get(year, _NONE) if (one.event.line_id, one.event.as_of) == (line_id, command.as_of)
    ]
    if any(one.event.amount_ore == command.amount_ore for one in same):
        entries = [one.entry for one in same]
        yield Rejection("balance.already_asserted", "fact", entries=entries, line_id=line_id, year=year, as_of=day)
    if command.as_of > context.on:
        on = context.on.isoformat()
        yield Rejection("balance.in_future", "fact", line_id=line_id, year=year, as_of=day, on=on)
    has = stands_at(actuals, command)
    budget = budgets.get(year)
    if has is None and budget is not None and line_id not in budget.lines:
        yield Rejection("balance.unknown_line", "fact", entries=(budget.entry,), line_id=line_id, year=year)
    if has is None:
        yield Rejection("balance.nothing_recorded", "unknown", line_id=line_id, year=year, as_of=day)
    elif has != command.amount_ore:
        nature: Nature = "unknown" if context.mode == "import" else "rule"
        yield Rejection(
            "balance.does_not_match",
            nature,
            entries=actuals.entries,
            line_id=line_id,
            year=year,
            as_of=day,
            amount_ore=command.amount_ore,
            recorded_ore=has,
            difference_ore=command.amount_ore - has,
        )
