"""Assessments of readiness (modenhetsvurderinger): the twelve pairs of village and city, each scored by someone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.dates import Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.readiness.assessors import against_assessor, subject_of
from domain.readiness.book import Book
from domain.rulebook.readiness import INSTRUMENTS, LEAST, MOST, InstrumentId, PairKey
from domain.text import Frozen, Id, SealedText, Text, Unknown
from domain.vocabulary import Holder

# Events: stored for ever -----------------------------------------------------------------


class Score(Frozen):
    """Where one pair was found to lean: from -2, wholly to the village, to 2, wholly to the city."""

    pair: PairKey
    score: Annotated[int, Field(ge=LEAST, le=MOST)] | Unknown


class ReadinessAssessed(Event):
    """Someone assessed how small or how large the collaboration behaves."""

    type: Literal["readiness.assessed"] = "readiness.assessed"
    assessment_id: Id
    instrument: InstrumentId
    assessor: Holder | Unknown
    scores: Annotated[tuple[Score, ...], Field(max_length=24)]
    remarks: SealedText | None = None


# Commands --------------------------------------------------------------------------------


class AssessReadiness(Command):
    """Assess how small or how large the collaboration behaves; every pair has a score."""

    type: Literal["readiness.assess"]
    assessment_id: Id
    instrument: InstrumentId = "landsby_storby-1"
    assessor: Holder | Unknown = "unknown"
    scores: Annotated[tuple[Score, ...], Field(max_length=24)]
    remarks: Text | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment as it was made."""

    event: ReadinessAssessed
    entry: int
    on: Interval


Assessments: TypeAlias = "HashTrieMap[str, Assessment]"
"""Assessments by id."""


def evolve(assessments: Assessments, event: ReadinessAssessed, fact: Fact) -> Assessments:
    """Returns the assessments after one more."""
    return assessments.insert(event.assessment_id, Assessment(event, fact.number, fact.effective))


def subjects(event: ReadinessAssessed) -> Iterator[Subject]:
    """Yields the assessment, and who made it where that is known."""
    yield Subject("assessment", event.assessment_id)
    yield from subject_of(event.assessor)


# Rules -----------------------------------------------------------------------------------


def decide(command: AssessReadiness, assessments: Assessments, book: Book, context: Context) -> Decision:
    """Returns the assessment as made. Raises Rejection."""
    ruling = judge(_against(command, assessments, book), context.mode)
    event = ReadinessAssessed(
        assessment_id=command.assessment_id,
        instrument=command.instrument,
        assessor=command.assessor,
        scores=command.scores,
        remarks=None if command.remarks is None else context.seal(command.remarks),
    )
    return Decision((event,), ruling)


def _against(command: AssessReadiness, assessments: Assessments, book: Book) -> Iterator[Rejection]:
    assessment_id = command.assessment_id
    held = assessments.get(assessment_id)
    if held is not None:
        yield Rejection("readiness.already_assessed", "fact", entries=(held.entry,), assessment_id=assessment_id)
    times = Counter(score.pair for score in command.scores)
    twice = [pair for pair, count in times.items() if count > 1]
    if twice:
        yield Rejection("readiness.scored_twice", "fact", assessment_id=assessment_id, pairs=twice)
    yield from against_assessor(command.assessor, book)
    scored = {score.pair for score in command.scores if score.score != "unknown"}
    missing = [pair for pair in INSTRUMENTS[command.instrument] if pair not in scored]
    if missing:
        # What an old source does not show of an assessment is not known to have been left out of it.
        yield Rejection("readiness.incomplete_scores", "unknown", assessment_id=assessment_id, missing_pairs=missing)
