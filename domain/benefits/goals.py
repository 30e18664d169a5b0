"""Goals: what is to be reached (effektmål) or kept up (driftsmål), measurable and owned by someone.

A goal that cannot be measured or has no owner is no goal: the refusals are the book's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from rpds import HashTrieMap

from domain.benefits.known import Known, Operator, against_owner, stricter
from domain.constitution import ReasonCode
from domain.dates import Day, Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Id, Name, Quantity, SealedText, Text, Unknown
from domain.vocabulary import Holder

GoalKind = Literal["effect", "operating"]
"""effektmål, driftsmål."""
Arena = Literal["municipalities", "operator", "between"]
"""Where development is led: in the members' lines of business, in the joint operation, or between them."""
Aim = Literal["remove_obstacle", "new_platform", "other"]

# Events: stored for ever -----------------------------------------------------------------


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


# Commands --------------------------------------------------------------------------------


class DefineGoal(Command):
    """Set a goal: what is measured, in which unit, how much is wanted by when, and who answers for it."""

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


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal as it was set."""

    event: GoalDefined
    entry: int
    effective: Interval

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
    """Yields the goal and its owner."""
    yield Subject("goal", event.goal_id)
    if event.owned_by != "unknown":
        yield Subject(event.owned_by.kind, event.owned_by.id)


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
    if lacking := missing(command):
        yield Rejection("goal.not_measurable", "unknown", goal_id=goal_id, fields=lacking)
    if command.owned_by == "unknown":
        yield Rejection("goal.owner_missing", "unknown", goal_id=goal_id)
