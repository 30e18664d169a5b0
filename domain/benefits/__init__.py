"""Register of strategies, goals and benefits: what the collaboration is for, and whether it comes of it.

`strategies` holds what was adopted on which level, `goals` what is to be reached, `attaining` what came of that,
`alignment` what does something for a goal; `planning` benefits as they are planned, `measuring` what they came to, and
`settling` what was decided of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from rpds import HashTrieMap

from domain.benefits import alignment, attaining, goals, measuring, planning, settling, strategies
from domain.benefits.alignment import AlignedNode, AlignGoal, Alignments, GoalAligned
from domain.benefits.attaining import GoalMeasured, MeasureGoal
from domain.benefits.goals import AgreementMetric, DefineGoal, Goal, GoalDefined, Goals
from domain.benefits.known import Known
from domain.benefits.measuring import BenefitMeasured, MeasureBenefit
from domain.benefits.planning import (
    Benefit,
    BenefitPlanned,
    BudgetSaving,
    ByBenefit,
    Measure,
    Measurement,
    PlanBenefit,
    Settlement,
)
from domain.benefits.settling import BenefitStatusDecided, DecideBenefitStatus, due_on
from domain.benefits.strategies import AdoptStrategy, Strategies, Strategy, StrategyAdopted
from domain.copying import replace
from domain.kernel import Context, Decision, Fact, Subject

__all__ = [
    "AdoptStrategy",
    "AgreementMetric",
    "AlignGoal",
    "AlignedNode",
    "Benefit",
    "BenefitCommand",
    "BenefitEvent",
    "BenefitMeasured",
    "BenefitPlanned",
    "BenefitStatusDecided",
    "Benefits",
    "BudgetSaving",
    "DecideBenefitStatus",
    "DefineGoal",
    "Goal",
    "GoalAligned",
    "GoalDefined",
    "GoalMeasured",
    "Known",
    "Measure",
    "MeasureBenefit",
    "MeasureGoal",
    "Measurement",
    "PlanBenefit",
    "Settlement",
    "Strategy",
    "StrategyAdopted",
    "decide",
    "due_on",
    "evolve",
    "subjects",
]

BenefitEvent = (
    StrategyAdopted | GoalDefined | GoalMeasured | GoalAligned | BenefitPlanned | BenefitMeasured | BenefitStatusDecided
)
BenefitCommand = (
    AdoptStrategy | DefineGoal | MeasureGoal | AlignGoal | PlanBenefit | MeasureBenefit | DecideBenefitStatus
)

# State -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Benefits:
    """Strategies, goals, what does something for them, and benefits."""

    strategies: Strategies = field(default_factory=HashTrieMap)
    goals: Goals = field(default_factory=HashTrieMap)
    alignments: Alignments = field(default_factory=HashTrieMap)
    by_id: ByBenefit = field(default_factory=HashTrieMap)


def evolve(state: Benefits, event: BenefitEvent, fact: Fact) -> Benefits:
    """Returns the state after one event."""
    match event:
        case StrategyAdopted():
            return replace(state, strategies=strategies.evolve(state.strategies, event, fact))
        case GoalDefined():
            return replace(state, goals=goals.evolve(state.goals, event, fact))
        case GoalMeasured():
            return replace(state, goals=attaining.evolve(state.goals, event, fact))
        case GoalAligned():
            return replace(state, alignments=alignment.evolve(state.alignments, event, fact))
        case BenefitPlanned():
            return replace(state, by_id=planning.evolve(state.by_id, event, fact))
        case BenefitMeasured():
            return replace(state, by_id=measuring.evolve(state.by_id, event, fact))
        case BenefitStatusDecided():
            return replace(state, by_id=settling.evolve(state.by_id, event, fact))
        case _:
            assert_never(event)


def subjects(event: BenefitEvent) -> Iterator[Subject]:
    """Yields every entity the event touches, the one it is about first."""
    match event:
        case StrategyAdopted():
            return strategies.subjects(event)
        case GoalDefined():
            return goals.subjects(event)
        case GoalMeasured():
            return attaining.subjects(event)
        case GoalAligned():
            return alignment.subjects(event)
        case BenefitPlanned():
            return planning.subjects(event)
        case BenefitMeasured():
            return measuring.subjects(event)
        case BenefitStatusDecided():
            return settling.subjects(event)
        case _:
            assert_never(event)


# Rules -----------------------------------------------------------------------------------


def decide(command: BenefitCommand, benefits: Benefits, known: Known, context: Context) -> Decision:
    """Returns what a command leads to. Raises Rejection."""
    match command:
        case AdoptStrategy():
            return strategies.decide(command, benefits.strategies, benefits.goals, known, context)
        case DefineGoal():
            return goals.decide(command, benefits.goals, known, context)
        case MeasureGoal():
            return attaining.decide(command, benefits.goals, context)
        case AlignGoal():
            return alignment.decide(
                command, benefits.alignments, benefits.goals, benefits.by_id, known.agreements, context
            )
        case PlanBenefit():
            return planning.decide(command, benefits.by_id, known, context)
        case MeasureBenefit():
            return measuring.decide(command, benefits.by_id, context)
        case DecideBenefitStatus():
            return settling.decide(command, benefits.by_id, known, context)
        case _:
            assert_never(command)
