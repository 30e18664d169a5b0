"""Register of readiness (modenhet): how small or large a collaboration behaves, models compared, pitfalls raised.

`assessments` holds the pairs of village and city as someone scored them, `options` comparisons of forms, `pitfalls`
what was raised from the catalogue and what came of it; `indicators` works out each pitfall, and `hints` each pair, from
the book itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from rpds import HashTrieMap

from domain.copying import replace
from domain.kernel import Context, Decision, Fact, Subject
from domain.readiness import assessments, options, pitfalls
from domain.readiness.assessments import Assessment, Assessments, AssessReadiness, ReadinessAssessed, Score
from domain.readiness.book import Book, Broken, Held
from domain.readiness.figures import Figure
from domain.readiness.hints import HINTS, Hint
from domain.readiness.indicators import INDICATORS
from domain.readiness.options import (
    AssessModelOptions,
    Comparison,
    Comparisons,
    CriterionScore,
    ModelOption,
    ModelOptionsAssessed,
    OfferedOption,
)
from domain.readiness.pitfalls import (
    Concern,
    Concerns,
    HandlePitfall,
    IndicatorShown,
    PitfallHandled,
    PitfallRaised,
    RaisePitfall,
)

__all__ = [
    "HINTS",
    "INDICATORS",
    "AssessModelOptions",
    "AssessReadiness",
    "Assessment",
    "Book",
    "Broken",
    "Comparison",
    "Concern",
    "CriterionScore",
    "Figure",
    "HandlePitfall",
    "Held",
    "Hint",
    "IndicatorShown",
    "ModelOption",
    "ModelOptionsAssessed",
    "OfferedOption",
    "PitfallHandled",
    "PitfallRaised",
    "RaisePitfall",
    "Readiness",
    "ReadinessAssessed",
    "ReadinessCommand",
    "ReadinessEvent",
    "Score",
    "decide",
    "evolve",
    "subjects",
]

ReadinessEvent = ReadinessAssessed | ModelOptionsAssessed | PitfallRaised | PitfallHandled
ReadinessCommand = AssessReadiness | AssessModelOptions | RaisePitfall | HandlePitfall

# State -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Readiness:
    """Assessments, comparisons of models, and pitfalls that were raised."""

    assessments: Assessments = field(default_factory=HashTrieMap)
    comparisons: Comparisons = field(default_factory=HashTrieMap)
    concerns: Concerns = field(default_factory=HashTrieMap)


def evolve(state: Readiness, event: ReadinessEvent, fact: Fact) -> Readiness:
    """Returns the state after one event."""
    match event:
        case ReadinessAssessed():
            return replace(state, assessments=assessments.evolve(state.assessments, event, fact))
        case ModelOptionsAssessed():
            return replace(state, comparisons=options.evolve(state.comparisons, event, fact))
        case PitfallRaised():
            return replace(state, concerns=pitfalls.raised(state.concerns, event, fact))
        case PitfallHandled():
            return replace(state, concerns=pitfalls.handled(state.concerns, event, fact))
        case _:
            assert_never(event)


def subjects(event: ReadinessEvent) -> Iterator[Subject]:
    """Yields every entity the event touches, the one it is about first."""
    match event:
        case ReadinessAssessed():
            return assessments.subjects(event)
        case ModelOptionsAssessed():
            return options.subjects(event)
        case PitfallRaised() | PitfallHandled():
            return pitfalls.subjects(event)
        case _:
            assert_never(event)


# Rules -----------------------------------------------------------------------------------


def decide(command: ReadinessCommand, state: Readiness, book: Book, context: Context) -> Decision:
    """Returns what a command leads to. Raises Rejection."""
    match command:
        case AssessReadiness():
            return assessments.decide(command, state.assessments, book, context)
        case AssessModelOptions():
            return options.decide(command, state.comparisons, book, context)
        case RaisePitfall():
            return pitfalls.decide_raising(command, state.concerns, book, INDICATORS, context)
        case HandlePitfall():
            return pitfalls.decide_handling(command, state.concerns, book, context)
        case _:
            assert_never(command)
