"""Measuring benefits: the baseline before they may show, and how they stand afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from domain.benefits.planning import Benefit, ByBenefit, MeasuredAs, Measurement
from domain.copying import replace
from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Id, Name, Quantity, Unknown

# Events: stored for ever -----------------------------------------------------------------


class BenefitMeasured(Event):
    """A benefit was measured as of a day."""

    type: Literal["benefit.measured"] = "benefit.measured"
    benefit_id: Id
    measured_as: MeasuredAs
    as_of: Day
    value: Quantity
    measured_how: Name | Unknown


# Commands --------------------------------------------------------------------------------


class MeasureBenefit(Command):
    """Record what a benefit came to as of a day: its baseline, or how it stands since."""

    type: Literal["benefit.measure"]
    benefit_id: Id
    measured_as: MeasuredAs
    as_of: Day
    value: Quantity
    measured_how: Name | Unknown = "unknown"


# State -----------------------------------------------------------------------------------


def evolve(benefits: ByBenefit, event: BenefitMeasured, fact: Fact) -> ByBenefit:
    """Returns the benefits after one was measured; a measurement of one never planned changes nothing."""
    held = benefits.get(event.benefit_id)
    if held is None:
        return benefits
    return benefits.insert(
        event.benefit_id, replace(held, measurements=(*held.measurements, _measurement(event, fact)))
    )


def without(benefits: ByBenefit, recorded: Fact) -> ByBenefit:
    """Returns the benefits without the measurement that one entry recorded."""
    held = benefits.get(getattr(recorded.event, "benefit_id", ""))
    if held is None:
        return benefits
    kept = tuple(one for one in held.measurements if one.entry != recorded.number)
    return benefits.insert(held.benefit_id, replace(held, measurements=kept))


def corrected(benefits: ByBenefit, recorded: Fact, event: BenefitMeasured, fact: Fact) -> ByBenefit:
    """Returns the benefits in which another measurement stands in the place of the one that an entry recorded."""
    held = benefits.get(event.benefit_id)
    if held is None:
        return benefits
    there = _measurement(event, fact)
    kept = tuple(there if one.entry == recorded.number else one for one in held.measurements)
    return benefits.insert(event.benefit_id, replace(held, measurements=kept))


def _measurement(event: BenefitMeasured, fact: Fact) -> Measurement:
    return Measurement(event.measured_as, event.as_of, event.value, event.measured_how, fact.number, fact.effective)


def subjects(event: BenefitMeasured) -> Iterator[Subject]:
    """Yields the benefit."""
    yield Subject("benefit", event.benefit_id)


# Rules -----------------------------------------------------------------------------------


def decide(command: MeasureBenefit, benefits: ByBenefit, context: Context) -> Decision:
    """Returns the measurement. Raises Rejection."""
    ruling = judge(_against(command, benefits, context), context.mode)
    event = BenefitMeasured(
        benefit_id=command.benefit_id,
        measured_as=command.measured_as,
        as_of=command.as_of,
        value=command.value,
        measured_how=command.measured_how,
    )
    return Decision((event,), ruling)


def _against(command: MeasureBenefit, benefits: ByBenefit, context: Context) -> Iterator[Rejection]:
    benefit_id, held = command.benefit_id, benefits.get(command.benefit_id)
    as_of = command.as_of.isoformat()
    if held is None:
        yield Rejection("benefit.unknown_benefit", "fact", benefit_id=benefit_id)
        return
    for measured in held.measurements:
        if (measured.measured_as, measured.as_of) == (command.measured_as, command.as_of):
            yield Rejection(
                "benefit.already_measured", "fact", entries=(measured.entry,), benefit_id=benefit_id, as_of=as_of
            )
    if command.as_of > context.today:
        today = context.today.isoformat()
        yield Rejection("benefit.measured_in_future", "fact", benefit_id=benefit_id, as_of=as_of, today=today)
    if command.measured_as == "baseline":
        yield from _against_baseline(command, held)


def _against_baseline(command: MeasureBenefit, held: Benefit) -> Iterator[Rejection]:
    """Yields that the effect may show in the baseline already; on the day it starts it does not yet."""
    benefit_id, plan = command.benefit_id, held.plan_on(command.as_of)
    entries = (mark.number for mark in held.plans.marks if mark.value == plan)
    if plan.effect_from == "unknown":
        yield Rejection("benefit.effect_start_unknown", "unknown", entries=entries, benefit_id=benefit_id)
    elif command.as_of > plan.effect_from:
        yield Rejection(
            "benefit.baseline_after_effect_start",
            entries=entries,
            benefit_id=benefit_id,
            as_of=command.as_of.isoformat(),
            effect_from=plan.effect_from.isoformat(),
        )
