"""Deciding what became of a benefit: realised, in part, dropped, or given more time.

What is said to be saved must exist in a line of the budget, by an amendment, and is counted once: the refusals are the
book's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from domain.benefits.known import Known
from domain.benefits.planning import Benefit, BudgetSaving, ByBenefit, Settlement, Status
from domain.budgets import Budget
from domain.copying import replace
from domain.dates import Day
from domain.decisions import ADOPTS_NOTHING
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Id, Unknown

# Events: stored for ever -----------------------------------------------------------------


class BenefitStatusDecided(Event):
    """What became of a benefit was decided."""

    type: Literal["benefit_status.decided"] = "benefit_status.decided"
    benefit_id: Id
    status: Status
    budget_saving: BudgetSaving | None
    extended_to: Day | None
    """The new day it is due, of one given more time."""
    decision_id: Id | Unknown


# Commands --------------------------------------------------------------------------------


class DecideBenefitStatus(Command):
    """Record what was decided of a benefit, and where what it saves stands in the budget."""

    type: Literal["benefit_status.decide"]
    benefit_id: Id
    status: Status
    budget_saving: BudgetSaving | None = None
    extended_to: Day | None = None
    decision_id: Id | Unknown = "unknown"


# State -----------------------------------------------------------------------------------


def evolve(benefits: ByBenefit, event: BenefitStatusDecided, fact: Fact) -> ByBenefit:
    """Returns the benefits after one was decided on; a decision on one never planned changes nothing."""
    held = benefits.get(event.benefit_id)
    if held is None:
        return benefits
    settled = Settlement(event.status, event.budget_saving, event.extended_to, event.decision_id)
    statuses = held.statuses.with_mark(fact.effective, fact.number, settled)
    return benefits.insert(event.benefit_id, replace(held, statuses=statuses))


def subjects(event: BenefitStatusDecided) -> Iterator[Subject]:
    """Yields the benefit, the decision, and the budget in which it shows."""
    yield Subject("benefit", event.benefit_id)
    if event.decision_id != "unknown":
        yield Subject("decision", event.decision_id)
    if event.budget_saving is not None:
        yield Subject("budget", str(event.budget_saving.year))


# Rules -----------------------------------------------------------------------------------


def decide(command: DecideBenefitStatus, benefits: ByBenefit, known: Known, context: Context) -> Decision:
    """Returns what was decided. Raises Rejection."""
    ruling = judge(_against(command, benefits, known, context), context.mode)
    event = BenefitStatusDecided(
        benefit_id=command.benefit_id,
        status=command.status,
        budget_saving=command.budget_saving,
        extended_to=command.extended_to,
        decision_id=command.decision_id,
    )
    return Decision((event,), ruling)


def _against(command: DecideBenefitStatus, benefits: ByBenefit, known: Known, context: Context) -> Iterator[Rejection]:
    held = benefits.get(command.benefit_id)
    if held is None:
        yield Rejection("benefit.unknown_benefit", "fact", benefit_id=command.benefit_id)
        return
    yield from _against_earlier(command, held, context)
    made = known.decisions.by_id.get(command.decision_id)
    if command.decision_id != "unknown" and made is None:
        yield Rejection(
            "benefit_status.decision_unknown",
            "fact",
            benefit_id=command.benefit_id,
            decision_id=command.decision_id,
        )
    yield from _against_extension(command, held, context)
    if command.status in ("realised", "partly"):
        yield from _against_realising(command, held, benefits, known, context)
    elif command.budget_saving is not None:
        yield Rejection(
            "benefit_status.saving_not_realised", "fact", benefit_id=command.benefit_id, status=command.status
        )
    if command.decision_id == "unknown":
        yield Rejection("benefit_status.no_decision", "unknown", benefit_id=command.benefit_id)
    elif made is not None and made.kind in ADOPTS_NOTHING:
        yield Rejection(
            "benefit_status.decision_adopts_nothing",
            entries=(made.entry,),
            benefit_id=command.benefit_id,
            decision_id=command.decision_id,
            kind=made.kind,
        )


def _against_earlier(command: DecideBenefitStatus, held: Benefit, context: Context) -> Iterator[Rejection]:
    if held.settled_by is not None:
        yield Rejection("benefit.settled", "fact", entries=(held.settled_by,), benefit_id=command.benefit_id)
    for mark in held.statuses.marks:
        if mark.effective == context.effective:
            yield Rejection(
                "benefit_status.already_decided",
                "fact",
                entries=(mark.number,),
                benefit_id=command.benefit_id,
                status=mark.value.status,
                on=context.on.isoformat(),
            )


def _against_extension(command: DecideBenefitStatus, held: Benefit, context: Context) -> Iterator[Rejection]:
    extended = command.status == "extended"
    if extended != (command.extended_to is not None):
        yield Rejection(
            "benefit_status.extension_unclear", "fact", benefit_id=command.benefit_id, status=command.status
        )
    due = due_on(held, context.on)
    if extended and command.extended_to is not None and due is not None and command.extended_to <= due:
        yield Rejection(
            "benefit_status.extension_not_later",
            "fact",
            entries=(mark.number for mark in (*held.plans.marks, *held.statuses.marks)),
            benefit_id=command.benefit_id,
            extended_to=command.extended_to.isoformat(),
            due=due.isoformat(),
        )


def due_on(benefit: Benefit, day: date) -> date | None:
    """Returns the day a benefit is due, as planned or as extended by `day`; None where it is not known."""
    extended = [
        mark.value.extended_to
        for mark in benefit.statuses.marks
        if mark.value.extended_to is not None and mark.effective.latest <= day
    ]
    planned = benefit.plan_on(day).due
    return extended[-1] if extended else None if planned == "unknown" else planned


def _against_realising(
    command: DecideBenefitStatus, held: Benefit, benefits: ByBenefit, known: Known, context: Context
) -> Iterator[Rejection]:
    benefit_id, saving = command.benefit_id, command.budget_saving
    if held.measured("follow_up", context.on) is None:
        yield Rejection(
            "benefit_status.no_follow_up_measurement",
            "unknown",
            entries=(mark.number for mark in held.plans.marks),
            benefit_id=benefit_id,
            on=context.on.isoformat(),
        )
    if saving is None:
        if held.plan_on(context.on).benefit_type == "budget":
            entries = (mark.number for mark in held.plans.marks)
            yield Rejection("benefit_status.no_budget_effect", entries=entries, benefit_id=benefit_id)
        return
    budget = known.budgets.by_year.get(saving.year)
    found = 0 if budget is None else saved(budget, saving, context.on)
    counted = _counted(benefits, saving)
    claimed = sum(amount for _, amount in counted)
    if found - claimed < saving.amount_ore:
        rests_on = (*(() if budget is None else budget.entries), *(entry for entry, _ in counted))
        yield Rejection(
            "benefit_status.budget_effect_without_amendment",
            "unknown" if budget is None else "rule",
            entries=rests_on,
            benefit_id=benefit_id,
            year=saving.year,
            amendment_no=saving.amendment_no,
            line_id=saving.line_id,
            amount_ore=saving.amount_ore,
            saved_ore=found,
            claimed_ore=claimed,
            missing_ore=saving.amount_ore - (found - claimed),
        )


def saved(budget: Budget, saving: BudgetSaving, day: date) -> int:
    """Returns what an amendment that certainly holds on `day` takes off an expense line or adds to an income line.

    In oere of the budget year; 0 for an amendment or a line that is not there, negative where the line moved away.
    """
    line = budget.lines.get(saving.line_id)
    if line is None:
        return 0
    certain, _ = budget.amendments_on(day)
    deltas = (delta for a in certain if a.amendment_no == saving.amendment_no for delta in a.deltas)
    moved = sum(delta.amounts[0] for delta in deltas if delta.line_id == saving.line_id)
    return moved if line.original.direction == "income" else -moved


def _counted(benefits: ByBenefit, saving: BudgetSaving) -> list[tuple[int, int]]:
    """Returns the entries that count the same amendment of the same line already, each with its amount."""
    where = (saving.year, saving.amendment_no, saving.line_id)
    found: list[tuple[int, int]] = []
    for benefit in benefits.values():
        for mark in benefit.statuses.marks:
            told = mark.value.budget_saving
            if told is not None and (told.year, told.amendment_no, told.line_id) == where:
                found.append((mark.number, told.amount_ore))
    return found
