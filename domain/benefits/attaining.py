"""Measuring goals (måloppnåelse): what each came to, and whether that is what was wanted by the day it is due.

A goal tied to an agreement is measured by what is measured of the agreement, and nothing of it is recorded twice.
Whether a goal is met on a day is worked out and never stored: it changes with the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.agreements import Agreements, Measurement
from domain.agreements.levels import versions_of
from domain.benefits.goals import Goal, GoalDefined, GoalMeasurement, Goals, missing
from domain.benefits.known import reached
from domain.copying import replace
from domain.dates import Day, Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Id, Name, Quantity, Unknown

GoalOutcome = Literal["met", "good_enough", "missed"]
GoalState = Literal["met", "good_enough", "not_yet", "missed", "uncomputable", "not_measured", "not_measurable"]
"""`not_yet`: short of what is wanted, with time left; `missed`: short of it when it was due."""

# Events: stored for ever -----------------------------------------------------------------


class GoalMeasured(Event):
    """What a goal came to as of a day; where that was read is the entry's source."""

    type: Literal["goal.measured"] = "goal.measured"
    goal_id: Id
    as_of: Day
    value: Quantity
    """In the unit of the goal."""
    measured_how: Name | Unknown


# Commands --------------------------------------------------------------------------------


class MeasureGoal(Command):
    """Record what a goal came to as of a day; one tied to an agreement is measured there."""

    type: Literal["goal.measure"]
    goal_id: Id
    as_of: Day
    value: Quantity
    measured_how: Name | Unknown = "unknown"


# State -----------------------------------------------------------------------------------


def evolve(goals: Goals, event: GoalMeasured, fact: Fact) -> Goals:
    """Returns the goals after one was measured; a measurement of one never set changes nothing."""
    held = goals.get(event.goal_id)
    if held is None:
        return goals
    measured = GoalMeasurement(event.as_of, event.value, event.measured_how, fact.number, fact.effective)
    return goals.insert(event.goal_id, replace(held, measurements=(*held.measurements, measured)))


def subjects(event: GoalMeasured) -> Iterator[Subject]:
    """Yields the goal."""
    yield Subject("goal", event.goal_id)


# How a goal stands -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How a goal stands on a day."""

    state: GoalState
    rests_on: GoalMeasurement | None
    """The measurement that says so; None where none does."""


def outcome(value: str, goal: GoalDefined) -> GoalOutcome | None:
    """Returns how a value stands to what is wanted; None where the goal does not say enough to tell."""
    if goal.target == "unknown" or goal.operator == "unknown":
        return None
    if reached(value, goal.target, goal.operator):
        return "met"
    if goal.good_enough == "unknown":
        return None
    accepted = goal.good_enough is not None and reached(value, goal.good_enough, goal.operator)
    return "good_enough" if accepted else "missed"


def measurements_of(goal: Goal, agreements: Agreements) -> tuple[GoalMeasurement, ...]:
    """Returns what was measured of a goal, of one tied to an agreement what was measured there, by the day it is of."""
    tied = goal.event.tied_to is not None
    found: Iterable[GoalMeasurement] = _in_the_agreement(goal.event, agreements) if tied else goal.measurements
    return tuple(sorted(found, key=lambda measured: (measured.as_of, measured.entry)))


def _in_the_agreement(goal: GoalDefined, agreements: Agreements) -> Iterator[GoalMeasurement]:
    """Yields each period in which the version that judged had the metric, in the unit of the goal."""
    if goal.tied_to is None:
        return
    agreement_id, metric = goal.tied_to.agreement_id, goal.tied_to.metric
    versions = {mark.value.sla_version: mark.value for mark in versions_of(agreements.levels, agreement_id).marks}
    for measured in agreements.measured(agreement_id).values():
        version = None if measured.sla_version == "unknown" else versions.get(measured.sla_version)
        targets = () if version is None else version.targets
        named = {target.target_id for target in targets if (target.metric, target.unit) == (metric, goal.unit)}
        yield from _rows(measured, named)


def _rows(measured: Measurement, target_ids: set[str]) -> Iterator[GoalMeasurement]:
    for row in measured.rows:
        if row.target_id in target_ids:
            on = measured.period.last_day
            interval = Interval(earliest=on, latest=on)
            yield GoalMeasurement(on, row.net_value or row.value, row.measured_by, measured.entry, interval)


def standing(goal: Goal, agreements: Agreements, day: date) -> Standing:
    """Returns how a goal stands on `day`, by the last measurement as of it or, once it is due, of the day it was due.

    What came later than that came too late. A goal of which it is not known when it is due is never missed.
    """
    event = goal.event
    until = day if event.due == "unknown" else min(day, event.due)
    by_then = [measured for measured in measurements_of(goal, agreements) if measured.as_of <= until]
    if not by_then:
        return Standing("not_measured" if goal.measurable else "not_measurable", None)
    found = outcome(by_then[-1].value, event)
    over = event.due != "unknown" and day > event.due
    state: GoalState = "uncomputable" if found is None else "not_yet" if found == "missed" and not over else found
    return Standing(state, by_then[-1])


# Rules -----------------------------------------------------------------------------------


def decide(command: MeasureGoal, goals: Goals, context: Context) -> Decision:
    """Returns the measurement. Raises Rejection."""
    ruling = judge(_against(command, goals, context), context.mode)
    event = GoalMeasured(
        goal_id=command.goal_id, as_of=command.as_of, value=command.value, measured_how=command.measured_how
    )
    return Decision((event,), ruling)


def _against(command: MeasureGoal, goals: Goals, context: Context) -> Iterator[Rejection]:
    goal_id, held, as_of = command.goal_id, goals.get(command.goal_id), command.as_of.isoformat()
    if held is None:
        yield Rejection("goal.unknown_goal", "fact", goal_id=goal_id)
        return
    tie = held.event.tied_to
    if tie is not None:
        yield Rejection(
            "goal.measured_in_agreement",
            "fact",
            entries=(held.entry,),
            goal_id=goal_id,
            agreement_id=tie.agreement_id,
            metric=tie.metric,
        )
    for measured in held.measurements:
        if measured.as_of == command.as_of:
            yield Rejection("goal.already_measured", "fact", entries=(measured.entry,), goal_id=goal_id, as_of=as_of)
    if command.as_of > context.today:
        today = context.today.isoformat()
        yield Rejection("goal.measured_in_future", "fact", goal_id=goal_id, as_of=as_of, today=today)
    if lacking := missing(held.event):
        yield Rejection("goal.nothing_to_measure_by", "unknown", entries=(held.entry,), goal_id=goal_id, fields=lacking)
