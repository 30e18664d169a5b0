"""Strategies: what is to be achieved, on which of seven levels, by whose decision, and for which members.

No act asks for them; the levels are those on which strategies of members and of the region are held against each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.benefits.goals import Goals
from domain.benefits.known import Known, against_owner
from domain.bodies.presence import against_members
from domain.dates import Day, Timeline
from domain.decisions import ADOPTS_NOTHING
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Id, Name, Unknown
from domain.vocabulary import Holder

Level = Literal[
    "municipal", "business", "admin_infrastructure", "ict", "system_operations", "regional_business", "regional_ict"
]
"""The municipality's own, that of a line of business, common administrative infrastructure, ICT, and its operation;
and those of the region for business and for ICT."""

Version = Annotated[int, Field(ge=1, le=10_000)]
GoalIds = Annotated[tuple[Id, ...], Field(max_length=200)]
MemberIds = Annotated[tuple[Id, ...], Field(max_length=500)]

# Events: stored for ever -----------------------------------------------------------------


class StrategyAdopted(Event):
    """A version of a strategy was adopted."""

    type: Literal["strategy.adopted"] = "strategy.adopted"
    strategy_id: Id
    strategy_version: Version
    title: Name
    strategy_level: Level | Unknown
    owned_by: Holder
    strategy_for: MemberIds | Unknown
    """The members it holds for."""
    goal_ids: GoalIds
    until: Day | None
    """The last day it holds, None where none is laid down."""
    decision_id: Id | Unknown


# Commands --------------------------------------------------------------------------------


class AdoptStrategy(Command):
    """Adopt a strategy, or its next version, with the goals it sets."""

    type: Literal["strategy.adopt"]
    strategy_id: Id
    strategy_version: Version
    title: Name
    strategy_level: Level | Unknown = "unknown"
    owned_by: Holder
    strategy_for: MemberIds | Unknown = "unknown"
    goal_ids: GoalIds = ()
    until: Day | None = None
    decision_id: Id | Unknown = "unknown"


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Strategy:
    """A version of a strategy."""

    event: StrategyAdopted

    @property
    def holds_for(self) -> tuple[str, ...] | None:
        """The members it holds for: those named, else the member that owns it; None where neither is known."""
        if self.event.strategy_for != "unknown":
            return self.event.strategy_for
        return (self.event.owned_by.id,) if self.event.owned_by.kind == "member" else None


Strategies: TypeAlias = "HashTrieMap[str, Timeline[Strategy]]"
"""Versions over time by strategy id."""
_NO_VERSIONS: Timeline[Strategy] = Timeline()


def versions_of(strategies: Strategies, strategy_id: str) -> Timeline[Strategy]:
    """Returns the versions of one strategy, none for one that has none."""
    return strategies.get(strategy_id, _NO_VERSIONS)


def evolve(strategies: Strategies, event: StrategyAdopted, fact: Fact) -> Strategies:
    """Returns the strategies after one more version was adopted."""
    line = versions_of(strategies, event.strategy_id)
    return strategies.insert(event.strategy_id, line.with_mark(fact.effective, fact.number, Strategy(event)))


def subjects(event: StrategyAdopted) -> Iterator[Subject]:
    """Yields the strategy, its goals, its owner, the members it holds for and the decision."""
    yield Subject("strategy", event.strategy_id)
    yield from (Subject("goal", goal_id) for goal_id in event.goal_ids)
    yield Subject(event.owned_by.kind, event.owned_by.id)
    if event.strategy_for != "unknown":
        yield from (Subject("member", member_id) for member_id in event.strategy_for)
    if event.decision_id != "unknown":
        yield Subject("decision", event.decision_id)


# Rules -----------------------------------------------------------------------------------


def decide(command: AdoptStrategy, strategies: Strategies, goals: Goals, known: Known, context: Context) -> Decision:
    """Returns the strategy as it was adopted. Raises Rejection."""
    ruling = judge(_against(command, strategies, goals, known, context), context.mode)
    event = StrategyAdopted(
        strategy_id=command.strategy_id,
        strategy_version=command.strategy_version,
        title=command.title,
        strategy_level=command.strategy_level,
        owned_by=command.owned_by,
        strategy_for=command.strategy_for,
        goal_ids=command.goal_ids,
        until=command.until,
        decision_id=command.decision_id,
    )
    return Decision((event,), ruling)


def _against(
    command: AdoptStrategy, strategies: Strategies, goals: Goals, known: Known, context: Context
) -> Iterator[Rejection]:
    strategy_id, marks = command.strategy_id, versions_of(strategies, command.strategy_id).marks
    if command.strategy_version != len(marks) + 1:
        yield Rejection(
            "strategy.version_not_next",
            "fact",
            entries=sorted(mark.number for mark in marks)[-1:],
            strategy_id=strategy_id,
            strategy_version=command.strategy_version,
            expected=len(marks) + 1,
        )
    yield from against_owner(command.owned_by, known, context.effective)
    if command.strategy_for != "unknown":
        yield from against_members(known.members, command.strategy_for, context.effective)
    if unknown := sorted({goal_id for goal_id in command.goal_ids if goal_id not in goals}):
        yield Rejection("strategy.goal_unknown", "fact", strategy_id=strategy_id, goal_ids=unknown)
    made = known.decisions.by_id.get(command.decision_id)
    if command.decision_id != "unknown" and made is None:
        yield Rejection("strategy.decision_unknown", "fact", strategy_id=strategy_id, decision_id=command.decision_id)
    if command.until is not None and command.until < context.effective.latest:
        yield Rejection(
            "strategy.ends_before_it_begins",
            "fact",
            strategy_id=strategy_id,
            until=command.until.isoformat(),
            begins=context.effective.latest.isoformat(),
        )
    if command.strategy_level == "unknown":
        yield Rejection("strategy.unknown_level", "unknown", strategy_id=strategy_id)
    if command.decision_id == "unknown":
        yield Rejection("strategy.no_decision", "unknown", strategy_id=strategy_id)
    elif made is not None and made.kind in ADOPTS_NOTHING:
        yield Rejection(
            "strategy.decision_adopts_nothing",
            entries=(made.entry,),
            strategy_id=strategy_id,
            decision_id=command.decision_id,
            kind=made.kind,
        )
