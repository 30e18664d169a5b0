"""Goals: what is to be reached (effektmål) or kept up (driftsmål), measurable and owned by someone.

A goal that cannot be measured or has no owner is no goal: the refusals are the book's own. An operating goal may be
tied to what an agreement promises: what is measured of that is then measured of the goal, and recorded once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from rpds import HashTrieMap

from domain.agreements import Agreements
from domain.agreements.levels import versions_of
from domain.benefits.known import Known, Operator, against_owner, stricter
from domain.constitution import ReasonCode
from domain.dates import Day, Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Frozen, Id, Name, Quantity, SealedText, Text, Unknown
from domain.vocabulary import Holder

GoalKind = Literal["effect", "operating"]
"""effektmål, driftsmål."""
Arena = Literal["municipalities", "operator", "between"]
"""Where development is led: in the members' lines of business, in the joint operation, or between them."""
Aim = Literal["remove_obstacle", "new_platform", "other"]

# Events: stored for ever -----------------------------------------------------------------


class AgreementMetric(Frozen):
    """What an agreement promises, by the name it has among its targets."""

    agreement_id: Id
    metric: Name


class GoalDefined(Event):
    """A goal was set."""

    type: Literal["goal.defined"] = "goal.defined"
    goal_id: Id
    kind: GoalKind
    title: Name
    statement: SealedText | None
    indicator: Name | Unknown
    """What is measured."""
    unit: Name | Unknown
    operator: Operator | Unknown
    target: Quantity | Unknown
    good_enough: Quantity | Unknown | None
    """What is accepted short of the target; None where nothing is."""
    due: Day | Unknown
    owned_by: Holder | Unknown
    arena: Arena | None
    aim: Aim | None
    reason_code: ReasonCode | None
    """The reason for the collaboration it stands for, None where it stands for none of them."""
    tied_to: AgreementMetric | None = None
    """What it is measured by in an agreement; None where it is measured by itself."""


# Commands --------------------------------------------------------------------------------


class DefineGoal(Command):
    """Set a goal: what is measured, in which unit, how much is wanted by when, and who answers for it.

    One tied to a metric of an agreement is measured where the agreement is.
    """

    type: Literal["goal.define"]
    goal_id: Id
    kind: GoalKind
    title: Name
    statement: Text | None = None
    indicator: Name | Unknown = "unknown"
    unit: Name | Unknown = "unknown"
    operator: Operator | Unknown = "unknown"
    target: Quantity | Unknown = "unknown"
    good_enough: Quantity | Unknown | None = None
    due: Day | Unknown = "unknown"
    owned_by: Holder | Unknown = "unknown"
    arena: Arena | None = None
    aim: Aim | None = None
    reason_code: ReasonCode | None = None
    tied_to: AgreementMetric | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoalMeasurement:
    """What a goal came to as of a day."""

    as_of: date
    value: str
    method: str
    """`unknown` where the source does not show it."""
    entry: int
    effective: Interval


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as it was set, and what was measured of it."""

    event: GoalDefined
    entry: int
    effective: Interval
    measurements: tuple[GoalMeasurement, ...] = ()
    """In the order they were entered; none of a goal that is tied to an agreement."""

    @property
    def measurable(self) -> bool:
        """Whether the book says what is measured, in which unit and how much is wanted."""
        return not missing(self.event)


Goals: TypeAlias = "HashTrieMap[str, Goal]"
"""By goal id."""


def evolve(goals: Goals, event: GoalDefined, fact: Fact) -> Goals:
    """Returns the goals after one more was set; of one set twice the first stays."""
    if event.goal_id in goals:
        return goals
    return goals.insert(event.goal_id, Goal(event, fact.number, fact.effective))


def missing(goal: GoalDefined | DefineGoal) -> list[str]:
    """Returns the fields a goal lacks to be measurable, in the order of its fields."""
    return [name for name in ("indicator", "unit", "operator", "target", "due") if getattr(goal, name) == "unknown"]


def subjects(event: GoalDefined) -> Iterator[Subject]:
    """Yields the goal, its owner, and the agreement it is measured by."""
    yield Subject("goal", event.goal_id)
    if event.owned_by != "unknown":
        yield Subject(event.owned_by.kind, event.owned_by.id)
    if event.tied_to is not None:
        yield Subject("agreement", event.tied_to.agreement_id)


# Rules -----------------------------------------------------------------------------------


def decide(command: DefineGoal, goals: Goals, known: Known, context: Context) -> Decision:
    """Returns the goal as it was set. Raises Rejection."""
    ruling = judge(_against(command, goals, known, context), context.mode)
    event = GoalDefined(
        goal_id=command.goal_id,
        kind=command.kind,
        title=command.title,
        statement=None if command.statement is None else context.seal(command.statement),
        indicator=command.indicator,
        unit=command.unit,
        operator=command.operator,
        target=command.target,
        good_enough=command.good_enough,
        due=command.due,
        owned_by=command.owned_by,
        arena=command.arena,
        aim=command.aim,
        reason_code=command.reason_code,
        tied_to=command.tied_to,
    )
    return Decision((event,), ruling)


def _against(command: DefineGoal, goals: Goals, known: Known, context: Context) -> Iterator[Rejection]:
    goal_id, held = command.goal_id, goals.get(command.goal_id)
    if held is not None:
        yield Rejection("goal.already_defined", "fact", entries=(held.entry,), goal_id=goal_id)
    if command.owned_by != "unknown":
        yield from against_owner(command.owned_by, known, context.effective)
    if stricter(command.good_enough, command.target, command.operator):
        yield Rejection(
            "goal.good_enough_stricter",
            "fact",
            goal_id=goal_id,
            target=command.target,
            good_enough=command.good_enough,
        )
    if command.tied_to is not None:
        yield from _against_tie(command, command.tied_to, known.agreements)
    if lacking := missing(command):
        yield Rejection("goal.not_measurable", "unknown", goal_id=goal_id, fields=lacking)
    if command.owned_by == "unknown":
        yield Rejection("goal.owner_missing", "unknown", goal_id=goal_id)


def _against_tie(command: DefineGoal, tie: AgreementMetric, agreements: Agreements) -> Iterator[Rejection]:
    """Yields what stands against a tie; of versions not listed in full it is not known what else they promise."""
    goal_id, agreement_id = command.goal_id, tie.agreement_id
    if command.kind != "operating":
        yield Rejection("goal.tied_not_operating", "fact", goal_id=goal_id, kind=command.kind)
    if agreement_id not in agreements.agreements:
        yield Rejection("agreement.unknown_agreement", "fact", agreement_id=agreement_id)
        return
    marks = versions_of(agreements.levels, agreement_id).marks
    units = {target.unit for mark in marks for target in mark.value.targets if target.metric == tie.metric}
    about = {"goal_id": goal_id, "agreement_id": agreement_id, "metric": tie.metric}
    entries = tuple(mark.number for mark in marks)
    if not units:
        complete = bool(marks) and all(mark.value.targets_complete is True for mark in marks)
        yield Rejection("goal.metric_unknown", "fact" if complete else "unknown", entries=entries, **about)
    elif command.unit != "unknown" and command.unit not in units:
        yield Rejection(
            "goal.metric_unit_differs", "fact", entries=entries, **about, unit=command.unit, units=sorted(units)
        )
