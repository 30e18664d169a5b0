"""Attendance changed in a meeting (oppmøte underveis): who came, who left, at which case, in whose place.

A deputy may come for a member who is away, or who is there and shut out of a case, and then counts in that case only
(kommuneloven § 7-10; forvaltningsloven §§ 8, 9).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.meetings.around import Around, against_case_elsewhere, against_not_open, against_strangers
from domain.meetings.calling import PresentPerson
from domain.meetings.places import Room, against_place, on_behalf_of
from domain.meetings.state import Attendee, Meeting, Meetings
from domain.text import Id

# Events: stored for ever -----------------------------------------------------------------


class AttendanceChanged(Event):
    """A person came to a meeting that was going on, or left it."""

    type: Literal["attendance.changed"] = "attendance.changed"
    meeting_id: Id
    person_id: Id
    change: Literal["arrived", "left"]
    at_case: Id | None = None
    """The case that was next, or that a deputy came for."""
    on_behalf_of: Id | None = None
    """The member that elected the person."""
    deputy_for: Id | None = None
    """The person whose place a deputy takes."""


# Commands --------------------------------------------------------------------------------


class ChangeAttendance(Command):
    """Record that a person came to a meeting, or left it."""

    type: Literal["attendance.change"]
    meeting_id: Id
    person_id: Id
    change: Literal["arrived", "left"]
    at_case: Id | None = None
    on_behalf_of: Id | None = None
    deputy_for: Id | None = None


# evolve ----------------------------------------------------------------------------------


def changed(state: Meetings, event: AttendanceChanged, fact: Fact) -> Meetings:
    """Returns the state in which the person is there from now on, or is not."""
    meeting = state.by_id.get(event.meeting_id)
    if meeting is None:
        return state
    if event.change == "left":
        return state.held(replace(meeting, attendees=meeting.attendees.discard(event.person_id)))
    came = Attendee(event.person_id, fact.number, event.on_behalf_of, event.deputy_for)
    ever = meeting.ever_present
    if event.person_id not in ever:
        ever = ever.insert(event.person_id, fact.number)
    arrived = replace(meeting, attendees=meeting.attendees.insert(came.person_id, came), ever_present=ever)
    return state.held(arrived)


# subjects --------------------------------------------------------------------------------


def subjects(event: AttendanceChanged) -> Iterator[Subject]:
    """Yields the meeting, the person, whom they stand in for, and the case."""
    yield Subject("meeting", event.meeting_id)
    yield Subject("person", event.person_id)
    if event.deputy_for is not None:
        yield Subject("person", event.deputy_for)
    if event.at_case is not None:
        yield Subject("case", event.at_case)


# Rules -----------------------------------------------------------------------------------


def change(command: ChangeAttendance, around: Around, context: Context) -> Decision:
    """Returns the attendance changed. Raises Rejection."""
    ruling = judge(_against_changing(command, around), context.mode)
    meeting = around.meetings.by_id.get(command.meeting_id)
    person = _person(command)
    if meeting is not None and command.change == "arrived":
        person = on_behalf_of(person, meeting.body_id, meeting.on, around)
    event = AttendanceChanged(
        meeting_id=command.meeting_id,
        person_id=command.person_id,
        change=command.change,
        at_case=command.at_case,
        on_behalf_of=person.on_behalf_of,
        deputy_for=command.deputy_for,
    )
    return Decision((event,), ruling)


def _person(command: ChangeAttendance) -> PresentPerson:
    return PresentPerson(person_id=command.person_id, on_behalf_of=command.on_behalf_of, deputy_for=command.deputy_for)


def _against_changing(command: ChangeAttendance, around: Around) -> Iterator[Rejection]:
    yield from against_not_open(around, command.meeting_id)
    meeting = around.meetings.by_id.get(command.meeting_id)
    if meeting is None:
        return
    deputised = () if command.deputy_for is None else (command.deputy_for,)
    yield from against_strangers(around, (command.person_id, *deputised))
    there = meeting.attendees.get(command.person_id)
    params: dict[str, Any] = {"meeting_id": command.meeting_id, "person_id": command.person_id}
    if command.change == "left" and there is None:
        yield Rejection("attendance.not_in_meeting", "fact", entries=(meeting.opened_by or meeting.entry,), **params)
    if command.change == "arrived" and there is not None:
        yield Rejection("attendance.already_present", "fact", entries=(there.entry,), **params)
    yield from against_case_elsewhere(meeting, command.at_case)
    if command.change == "arrived":
        room = _room(command, meeting)
        yield from against_place(_person(command), room, around, around.rules(meeting.body_id, meeting.on))


def _room(command: ChangeAttendance, meeting: Meeting) -> Room:
    """Returns who is there when the person comes; shut out are those of the case they come for, else of any case."""
    cases = meeting.agenda if command.at_case is None else (command.at_case,)
    others = [a for a in meeting.attendees.values() if a.person_id != command.person_id]
    return Room(
        body_id=meeting.body_id,
        day=meeting.on,
        present=frozenset(attendee.person_id for attendee in others),
        absent=meeting.absent,
        shut_out=frozenset(person_id for case_id in cases for person_id in meeting.shut_out(case_id)),
        stood_in_for={a.deputy_for: a.person_id for a in others if a.deputy_for is not None},
    )
