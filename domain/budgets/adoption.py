"""Adopting the budget of a year with its plan (årsbudsjett og økonomiplan).

Kommuneloven §§ 14-3, 14-4, 14-8 and 19-4; IKS-loven §§ 18, 20 and 22.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field
from rpds import HashTrieMap

from domain.budgets.around import Around
from domain.budgets.competence import against_adopting
from domain.budgets.frames import Frames, Year, against_contributions
from domain.budgets.plan import (
    PLAN_RULE_FROM,
    Budget,
    BudgetLine,
    ByYear,
    Line,
    against_basis,
    as_printed,
    balance_law,
    contributions,
    sums,
    too_large,
    twice,
    unbalanced,
    uneven,
)
from domain.decisions import Decisions
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, judge
from domain.members import Members
from domain.rulebook import Standing
from domain.rulebook.deadlines import is_late
from domain.text import INT_MAX, Amount, Id, SealedText, Text, Unknown

# Events: stored for ever -----------------------------------------------------------------


class BudgetAdopted(Event):
    """The budget of a year and its plan were adopted."""

    type: Literal["budget.adopted"] = "budget.adopted"
    year: Year
    lines: Annotated[tuple[BudgetLine, ...], Field(min_length=1, max_length=500)]
    new_loans: Amount
    """Loans to be taken up in the year (kommuneloven § 14-4; IKS-loven § 20)."""
    decision_id: Id | Unknown
    goals: SealedText | None = None
    late: bool | None = None
    """Whether it was after the new year (IKS-loven § 18; kommuneloven §§ 14-3, 14-8), by which nothing is refused.

    None where no act in the rulebook says so, where it depends on a rough date, and of what was stored before.
    """


# Commands --------------------------------------------------------------------------------


class AdoptBudget(Command):
    """Adopt the budget of a year with its plan; income and expense balance in every year and in each part."""

    type: Literal["budget.adopt"]
    year: Year
    lines: Annotated[tuple[BudgetLine, ...], Field(min_length=1, max_length=500)]
    new_loans: Amount = 0
    decision_id: Id | Unknown = "unknown"
    goals: Text | None = None


# State -----------------------------------------------------------------------------------


def evolve(by_year: ByYear, event: BudgetAdopted, fact: Fact) -> ByYear:
    """Returns the budgets after one more was adopted."""
    budget = Budget(
        year=event.year,
        entry=fact.number,
        effective=fact.effective,
        new_loans=event.new_loans,
        decision_id=event.decision_id,
        late=event.late,
        order=tuple(dict.fromkeys(line.line_id for line in event.lines)),
        lines=HashTrieMap({line.line_id: Line(line, line.amounts) for line in event.lines}),
    )
    return by_year.insert(event.year, budget)


# Rules -----------------------------------------------------------------------------------

PLAN_YEARS = 4


def decide(
    command: AdoptBudget,
    budgets: ByYear,
    frames: Frames,
    around: Around,
    context: Context,
) -> Decision:
    """Returns the budget as it was adopted. Raises Rejection."""
    objections = _against(command, budgets, frames, around, context)
    ruling, form = judge(objections, context.mode), around.standing.form
    event = BudgetAdopted(
        year=command.year,
        lines=command.lines,
        new_loans=command.new_loans,
        decision_id=command.decision_id,
        goals=None if command.goals is None else context.seal(command.goals),
        late=is_late("budget_and_plan", None if form is None else form.id, command.year, context.effective),
    )
    return Decision((event,), ruling)


def _against(
    command: AdoptBudget,
    budgets: ByYear,
    frames: Frames,
    around: Around,
    context: Context,
) -> Iterator[Rejection]:
    members, standing = around.members, around.standing
    yield from _against_contents(command, budgets, members, around.decisions)
    yield from _against_plan(command, standing, context)
    paid = contributions((line, line.amounts[0]) for line in command.lines)
    yield from against_contributions(paid, command.year, frames, members, standing, context.on)
    yield from _against_loans(command, standing)
    yield from against_basis(command.decision_id, command.year, around.decisions, standing)
    yield from against_adopting(command.decision_id, command.year, around, context.on)


def _against_contents(
    command: AdoptBudget, budgets: ByYear, members: Members, decisions: Decisions
) -> Iterator[Rejection]:
    """What contradicts the book or itself."""
    year = command.year
    held = budgets.get(year)
    if held is not None:
        yield Rejection("budget.already_adopted", "fact", entries=(held.entry,), year=year)
    if repeated := twice(line.line_id for line in command.lines):
        yield Rejection("budget.line_listed_twice", "fact", line_ids=repeated, year=year)
    for about in uneven(command.lines, len(command.lines[0].amounts)):
        yield Rejection("budget.plan_length", "fact", year=year, **about)
    unknown = {line.member_id for line in command.lines if line.member_id is not None} - set(members.parties)
    if unknown:
        yield Rejection("budget.unknown_member", "fact", member_ids=sorted(unknown), year=year)
    if command.decision_id != "unknown" and command.decision_id not in decisions.by_id:
        yield Rejection("budget.decision_unknown", "fact", decision_id=command.decision_id, year=year)
    for about in too_large(sums((line, line.amounts) for line in command.lines), year):
        yield Rejection("budget.amount_too_large", "fact", largest_ore=INT_MAX, **about)


def _against_plan(command: AdoptBudget, standing: Standing, context: Context) -> Iterator[Rejection]:
    years = len(command.lines[0].amounts)
    must_have_four = standing.form is not None and standing.form.id == "iks" and context.on >= PLAN_RULE_FROM
    if must_have_four and years != PLAN_YEARS:
        yield Rejection(
            "budget.plan_not_four_years", law="IKS-loven § 18", years=years, plan_years=PLAN_YEARS, year=command.year
        )
    for about in unbalanced(sums((line, line.amounts) for line in command.lines), command.year):
        yield Rejection("budget.not_balanced", as_printed(context), law=balance_law(standing), **about)


def _against_loans(command: AdoptBudget, standing: Standing) -> Iterator[Rejection]:
    form = standing.form
    if command.new_loans == 0 or form is None or form.loans == "unregulated":
        return
    about: dict[str, Any] = {"new_loans_ore": command.new_loans, "year": command.year}
    if form.loans == "not_its_own":
        yield Rejection("budget.loan_not_its_own", law=form.law, entries=_known(standing.entry), **about)
        return
    keys = ["borrowing", "loan_ceiling"] if form.loans == "charter_must_allow_with_ceiling" else ["borrowing"]
    law = next((demand.law for demand in form.demands if demand.key in keys), form.charter_law)
    entries = _known(standing.charter_entry)
    lacking = [key for key in keys if key not in standing.clauses]
    silent = [key for key in keys if not standing.clauses.get(key)]
    if lacking and standing.charter_version is not None:
        yield Rejection("budget.loan_without_charter_right", law=law, entries=entries, clauses=lacking, **about)
    elif silent:
        yield Rejection("budget.loan_right_unknown", "unknown", law=law, entries=entries, clauses=silent, **about)


def _known(number: int | None) -> tuple[int, ...]:
    return () if number is None else (number,)
