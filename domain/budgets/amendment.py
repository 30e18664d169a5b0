"""Amending the budget of a year (budsjettendring), by deltas that balance.

Kommuneloven §§ 14-4, 14-5 and 14-8; IKS-loven §§ 19 and 20.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field
from rpds import HashTrieMap

from domain.budgets.around import Around
from domain.budgets.competence import against_amending
from domain.budgets.frames import Contributions, Frames, Year, against_contributions
from domain.budgets.plan import (
    Amendment,
    Budget,
    ByYear,
    Line,
    LineDelta,
    Sums,
    against_basis,
    as_printed,
    balance_law,
    contributions,
    plus,
    sums,
    too_large,
    twice,
    unbalanced,
    uneven,
)
from domain.copying import replace
from domain.decisions import Decisions
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, judge
from domain.text import INT_MAX, Id, SealedText, Text, Unknown

# Events: stored for ever -----------------------------------------------------------------


class BudgetAmended(Event):
    """The budget of a year was amended."""

    type: Literal["budget.amended"] = "budget.amended"
    year: Year
    amendment_no: Annotated[int, Field(ge=1, le=10_000)]
    deltas: Annotated[tuple[LineDelta, ...], Field(min_length=1, max_length=500)]
    cause: SealedText
    decision_id: Id | Unknown


# Commands --------------------------------------------------------------------------------


class AmendBudget(Command):
    """Amend a year's budget by deltas that balance in every year and in each part."""

    type: Literal["budget.amend"]
    year: Year
    amendment_no: Annotated[int, Field(ge=1, le=10_000)]
    deltas: Annotated[tuple[LineDelta, ...], Field(min_length=1, max_length=500)]
    cause: Text
    decision_id: Id | Unknown = "unknown"


# State -----------------------------------------------------------------------------------


def evolve(budgets: ByYear, event: BudgetAmended, fact: Fact) -> ByYear:
    """Returns the budgets after one was amended; an amendment of a budget that is not there changes nothing."""
    budget = budgets.get(event.year)
    if budget is None:
        return budgets
    amendment = Amendment(event.amendment_no, fact.number, fact.effective, event.deltas, event.decision_id)
    lines = _after(budget, event.deltas)
    return budgets.insert(event.year, replace(budget, lines=lines, amendments=(*budget.amendments, amendment)))


def _after(budget: Budget, deltas: tuple[LineDelta, ...]) -> HashTrieMap[str, Line]:
    lines = budget.lines
    for delta in deltas:
        line = lines.get(delta.line_id)
        if line is not None:
            lines = lines.insert(delta.line_id, replace(line, amended=plus(line.amended, delta.amounts)))
    return lines


# Rules -----------------------------------------------------------------------------------


def decide(
    command: AmendBudget,
    budgets: ByYear,
    frames: Frames,
    around: Around,
    context: Context,
) -> Decision:
    """Returns the amendment. Raises Rejection."""
    ruling = judge(_against(command, budgets, frames, around, context), context.mode)
    event = BudgetAmended(
        year=command.year,
        amendment_no=command.amendment_no,
        deltas=command.deltas,
        cause=context.seal(command.cause),
        decision_id=command.decision_id,
    )
    return Decision((event,), ruling)


def _against(
    command: AmendBudget,
    budgets: ByYear,
    frames: Frames,
    around: Around,
    context: Context,
) -> Iterator[Rejection]:
    year, members, standing = command.year, around.members, around.standing
    budget = budgets.get(year)
    if budget is None:
        yield Rejection("budget.not_adopted", "fact", year=year)
        return
    yield from _against_contents(command, budget, around.decisions)
    for about in unbalanced(_changes(command, budget), year):
        yield Rejection("budget.deltas_not_balanced", as_printed(context), law=balance_law(standing), **about)
    yield from _against_negative(command, budget)
    yield from against_contributions(_risen(command, budget), year, frames, members, standing, context.on)
    yield from against_basis(command.decision_id, year, around.decisions, standing)
    changes = [(budget.lines[delta.line_id].original, delta.amounts) for delta in command.deltas]
    yield from against_amending(command.decision_id, year, changes, around, context.on)


def _against_contents(command: AmendBudget, budget: Budget, decisions: Decisions) -> Iterator[Rejection]:
    """What contradicts the book or itself."""
    year, number, expected = command.year, command.amendment_no, budget.next_amendment
    if number != expected:
        entries = budget.entries[-1:]
        yield Rejection(
            "budget.amendment_not_next", "fact", entries=entries, year=year, amendment_no=number, expected=expected
        )
    entries = (budget.entry,)
    unknown = {delta.line_id for delta in command.deltas if delta.line_id not in budget.lines}
    if unknown:
        yield Rejection("budget.line_unknown", "fact", entries=entries, line_ids=sorted(unknown), year=year)
    if repeated := twice(delta.line_id for delta in command.deltas):
        yield Rejection("budget.line_listed_twice", "fact", line_ids=repeated, year=year)
    for about in uneven(command.deltas, budget.plan_years):
        yield Rejection("budget.plan_length", "fact", entries=entries, year=year, **about)
    if command.decision_id != "unknown" and command.decision_id not in decisions.by_id:
        yield Rejection("budget.decision_unknown", "fact", decision_id=command.decision_id, year=year)
    after = sums((line.original, line.amended) for line in _after(budget, command.deltas).values())
    for about in (*too_large(_changes(command, budget), year), *too_large(after, year)):
        yield Rejection("budget.amount_too_large", "fact", entries=entries, largest_ore=INT_MAX, **about)


def _against_negative(command: AmendBudget, budget: Budget) -> Iterator[Rejection]:
    after = _after(budget, command.deltas)
    for delta in command.deltas:
        for year, amount in enumerate(after[delta.line_id].amended, start=budget.year):
            if amount < 0:
                yield Rejection(
                    "budget.line_negative",
                    entries=budget.entries,
                    line_id=delta.line_id,
                    year=year,
                    amount_ore=amount,
                    missing_ore=-amount,
                )


def _changes(command: AmendBudget, budget: Budget) -> Sums:
    return sums((budget.lines[delta.line_id].original, delta.amounts) for delta in command.deltas)


def _risen(command: AmendBudget, budget: Budget) -> Contributions:
    """Returns what members pay after the amendment, of those it lets pay more: only they can break a frame by it."""
    change = contributions((budget.lines[delta.line_id].original, delta.amounts[0]) for delta in command.deltas)
    after = _after(budget, command.deltas).values()
    total = contributions((line.original, line.amended[0]) for line in after)
    return {key: total[key] for key, amount in change.items() if amount > 0}
