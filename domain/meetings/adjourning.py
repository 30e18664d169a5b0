"""Meetings adjourned (møtet heves eller utsettes): ended, or to go on another day, with what became of every case.

Kommuneloven § 11-4 (the minutes hold which cases were treated and what was decided).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from domain.copying import replace
from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.meetings.around import Around, against_case_elsewhere, against_not_open
from domain.meetings.state import CaseOutcome, Meeting, Meetings
from domain.text import Frozen, Id


class UndecidedCase(Frozen):
    """What became of a case that was not decided."""

    case_id: Id
    outcome: CaseOutcome


Undecided = Annotated[tuple[UndecidedCase, ...], Field(max_length=300)]

# Events: stored for ever -----------------------------------------------------------------


class MeetingAdjourned(Event):
    """A meeting ended, or was broken off to go on another day."""

    type: Literal["meeting.adjourned"] = "meeting.adjourned"
    meeting_id: Id
    ended: bool
    continues_on: Day | None = None
    undecided: Undecided = ()


# Commands --------------------------------------------------------------------------------


class AdjournMeeting(Command):
    """End a meeting, or break it off to go on another day."""

    type: Literal["meeting.adjourn"]
    meeting_id: Id
    ended: bool = True
    continues_on: Day | None = None
    undecided: Undecided = ()


# evolve ----------------------------------------------------------------------------------


def adjourned(state: Meetings, event: MeetingAdjourned, fact: Fact) -> Meetings:
    """Returns the state in which the meeting has ended, or goes on another day."""
    meeting = state.by_id.get(event.meeting_id)
    if meeting is None:
        return state
    outcomes = meeting.outcomes
    for case in event.undecided:
        outcomes = outcomes.insert(case.case_id, case.outcome)
    left = replace(meeting, outcomes=outcomes, continues_on=event.continues_on)
    return state.held(replace(left, adjourned_by=fact.number) if event.ended else left)


# subjects --------------------------------------------------------------------------------


def subjects(event: MeetingAdjourned) -> Iterator[Subject]:
    """Yields the meeting and the cases that were not decided."""
    yield Subject("meeting", event.meeting_id)
    yield from (Subject("case", case.case_id) for case in event.undecided)


# Rules -----------------------------------------------------------------------------------


def adjourn(command: AdjournMeeting, around: Around, context: Context) -> Decision:
    """Returns the meeting adjourned. Raises Rejection."""
    ruling = judge(_against_adjourning(command, around, context), context.mode)
    event = MeetingAdjourned(
        meeting_id=command.meeting_id,
        ended=command.ended,
        continues_on=command.continues_on,
        undecided=command.undecided,
    )
    return Decision((event,), ruling)


def _against_adjourning(command: AdjournMeeting, around: Around, context: Context) -> Iterator[Rejection]:
    yield from against_not_open(around, command.meeting_id)
    meeting = around.meetings.by_id.get(command.meeting_id)
    if meeting is None:
        return
    yield from _against_continuing(command, meeting, context)
    times = Counter(case.case_id for case in command.undecided)
    twice = sorted(case_id for case_id, count in times.items() if count > 1)
    if twice:
        yield Rejection("meeting.case_listed_twice", "fact", cases=twice)
    for case_id in times:
        yield from against_case_elsewhere(meeting, case_id)
    decided = frozenset(around.decided_in(meeting))
    both = sorted(times.keys() & decided)
    if both:
        yield Rejection(
            "meeting.case_already_decided", "fact", entries=(meeting.entry,), meeting_id=command.meeting_id, cases=both
        )
    without = sorted(set(meeting.agenda) - decided - times.keys() - set(meeting.outcomes))
    if command.ended and without:
        # What became of it is not known to be nothing: a source may be silent on it, so it rests on what is not known.
        yield Rejection(
            "meeting.agenda_item_without_outcome",
            "unknown",
            law="kommuneloven § 11-4",
            entries=(meeting.entry,),
            meeting_id=command.meeting_id,
            cases=without,
        )


def _against_continuing(command: AdjournMeeting, meeting: Meeting, context: Context) -> Iterator[Rejection]:
    entries, later = (meeting.entry,), command.continues_on
    if command.ended != (later is None):
        yield Rejection("meeting.ends_or_continues", "fact", entries=entries, meeting_id=command.meeting_id)
    if later is None:
        return
    on = later.isoformat()
    if later == meeting.continues_on:
        yield Rejection("meeting.already_adjourned", "fact", entries=entries, meeting_id=command.meeting_id, on=on)
    if later < context.effective.earliest:
        yield Rejection("meeting.continues_before", "fact", entries=entries, meeting_id=command.meeting_id, on=on)
