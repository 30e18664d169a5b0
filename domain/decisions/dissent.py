"""Dissent (protokolltilførsel, dissens): who took part and would not have it so, entered before the minutes are signed.

Kommuneloven § 11-4; IKS-loven § 12; aksjeloven § 6-29.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from domain.copying import replace
from domain.decisions.known import Known
from domain.decisions.state import Decisions, Made
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.rulebook import Standing
from domain.text import Id, SealedText, Text
from domain.vocabulary import LegalFormId

# Events: stored for ever -----------------------------------------------------------------


class DissentRecorded(Event):
    """Someone who took part had their dissent entered."""

    type: Literal["dissent.recorded"] = "dissent.recorded"
    decision_id: Id
    person_id: Id
    meeting_id: Id | None = None
    """The meeting it was made in, whose minutes hold it."""
    text: SealedText | None
    """None where the source shows that there was dissent and not what it said."""


# Commands --------------------------------------------------------------------------------


class RecordDissent(Command):
    """Enter the dissent of someone who took part in a decision."""

    type: Literal["dissent.record"]
    decision_id: Id
    person_id: Id
    text: Text | None = None


# State -----------------------------------------------------------------------------------


def recorded(state: Decisions, event: DissentRecorded, fact: Fact) -> Decisions:
    """Returns the state with one more dissent."""
    made = state.by_id.get(event.decision_id)
    if made is None:
        return state
    return state.with_made(
        event.decision_id, replace(made, dissents=made.dissents.insert(event.person_id, fact.number))
    )


# subjects --------------------------------------------------------------------------------


def subjects(event: DissentRecorded) -> Iterator[Subject]:
    """Yields the decision and the person."""
    yield Subject("decision", event.decision_id)
    yield Subject("person", event.person_id)
    if event.meeting_id is not None:
        yield Subject("meeting", event.meeting_id)


# Rules -----------------------------------------------------------------------------------

DISSENT_LAW: Mapping[LegalFormId, str] = {"iks": "IKS-loven § 12", "as": "aksjeloven § 6-29"}
"""The provision on what the minutes hold, where it is not kommuneloven § 11-4."""


def record(command: RecordDissent, known: Known, standing: Standing, context: Context) -> Decision:
    """Returns the dissent recorded. Raises Rejection."""
    ruling = judge(_against(command, known, standing), context.mode)
    made = known.decisions.by_id.get(command.decision_id)
    event = DissentRecorded(
        decision_id=command.decision_id,
        person_id=command.person_id,
        meeting_id=None if made is None else made.event.meeting_id,
        text=None if command.text is None else context.seal(command.text),
    )
    return Decision((event,), ruling)


def _against(command: RecordDissent, known: Known, standing: Standing) -> Iterator[Rejection]:
    made = known.decisions.by_id.get(command.decision_id)
    if made is None:
        yield Rejection("decision.unknown_decision", "fact", decision_id=command.decision_id)
        return
    params: dict[str, Any] = {"decision_id": command.decision_id, "person_id": command.person_id}
    before = made.dissents.get(command.person_id)
    if before is not None:
        yield Rejection("dissent.already_recorded", "fact", entries=(before,), **params)
    took_part = _participants(made, known)
    if not took_part:
        yield Rejection("dissent.participants_unknown", "unknown", entries=(made.entry,), **params)
    elif command.person_id not in took_part:
        yield Rejection("dissent.not_a_participant", "fact", entries=(made.entry,), **params)
    if made.event.meeting_id is not None and known.signed(made.event.meeting_id):
        law = "kommuneloven § 11-4" if standing.form is None else DISSENT_LAW.get(standing.form.id)
        meeting_id = made.event.meeting_id
        yield Rejection(
            "dissent.minutes_already_signed",
            law=law or "kommuneloven § 11-4",
            entries=(made.entry,),
            meeting_id=meeting_id,
            **params,
        )


def _participants(made: Made, known: Known) -> frozenset[str]:
    """Returns who is known to have taken part: those who voted, and those who were in the meeting at some time."""
    vote = None if made.event.vote_id is None else known.votes.by_id.get(made.event.vote_id)
    meeting = None if made.event.meeting_id is None else known.meetings.by_id.get(made.event.meeting_id)
    voters = frozenset[str]() if vote is None else vote.voters
    return voters if meeting is None else voters | frozenset(meeting.ever_present)
