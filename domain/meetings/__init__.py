"""Register of meetings (møter): how they are called, who attends, what is closed, and who may not take part in what.

Each subject has a file with its events, commands and rules; the state they share is in `state`, what the rules need to
know of the book in `around`, and who may take a place in `places`. What the acts lay down is in the rulebook.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain.kernel import Context, Decision, Fact, Subject
from domain.meetings import adjourning, agenda, attendance, calling, doors, impartiality, opening
from domain.meetings.adjourning import AdjournMeeting, MeetingAdjourned, UndecidedCase
from domain.meetings.agenda import AgendaChanged, ChangeAgenda
from domain.meetings.around import Around
from domain.meetings.attendance import AttendanceChanged, ChangeAttendance
from domain.meetings.calling import AgendaItem, CallMeeting, MeetingCalled, Notified, PresentPerson
from domain.meetings.doors import WHOLE_MEETING, ChangeMeetingAccess, MeetingAccessChanged
from domain.meetings.impartiality import DecideImpartiality, ImpartialityDecided
from domain.meetings.opening import MeetingHead, MeetingOpened, OpenMeeting
from domain.meetings.state import Answered, Attendee, CaseOutcome, Meeting, MeetingMode, Meetings, Question

__all__ = [
    "WHOLE_MEETING",
    "AdjournMeeting",
    "AgendaChanged",
    "AgendaItem",
    "Answered",
    "Around",
    "AttendanceChanged",
    "Attendee",
    "CallMeeting",
    "CaseOutcome",
    "ChangeAgenda",
    "ChangeAttendance",
    "ChangeMeetingAccess",
    "DecideImpartiality",
    "ImpartialityDecided",
    "Meeting",
    "MeetingAccessChanged",
    "MeetingAdjourned",
    "MeetingCalled",
    "MeetingCommand",
    "MeetingEvent",
    "MeetingHead",
    "MeetingMode",
    "MeetingOpened",
    "Meetings",
    "Notified",
    "OpenMeeting",
    "PresentPerson",
    "Question",
    "UndecidedCase",
    "decide",
    "evolve",
    "subjects",
]

MeetingEvent = (
    MeetingCalled
    | AgendaChanged
    | MeetingOpened
    | AttendanceChanged
    | MeetingAccessChanged
    | ImpartialityDecided
    | MeetingAdjourned
)
MeetingCommand = (
    CallMeeting
    | ChangeAgenda
    | OpenMeeting
    | ChangeAttendance
    | ChangeMeetingAccess
    | DecideImpartiality
    | AdjournMeeting
)


def evolve(state: Meetings, event: MeetingEvent, fact: Fact) -> Meetings:
    """Returns the state after one event."""
    match event:
        case MeetingCalled():
            return calling.called(state, event, fact)
        case AgendaChanged():
            return agenda.changed(state, event, fact)
        case MeetingOpened():
            return opening.opened(state, event, fact)
        case AttendanceChanged():
            return attendance.changed(state, event, fact)
        case MeetingAccessChanged():
            return doors.changed(state, event, fact)
        case ImpartialityDecided():
            return impartiality.decided(state, event, fact)
        case MeetingAdjourned():
            return adjourning.adjourned(state, event, fact)
        case _:
            assert_never(event)


def subjects(event: MeetingEvent) -> Iterator[Subject]:
    """Yields every entity the event touches, the meeting first."""
    match event:
        case MeetingCalled():
            return calling.subjects(event)
        case AgendaChanged():
            return agenda.subjects(event)
        case MeetingOpened():
            return opening.subjects(event)
        case AttendanceChanged():
            return attendance.subjects(event)
        case MeetingAccessChanged():
            return doors.subjects(event)
        case ImpartialityDecided():
            return impartiality.subjects(event)
        case MeetingAdjourned():
            return adjourning.subjects(event)
        case _:
            assert_never(event)


def decide(command: MeetingCommand, around: Around, context: Context) -> Decision:
    """Returns what a command on meetings leads to. Raises Rejection."""
    match command:
        case CallMeeting():
            return calling.call(command, around, context)
        case ChangeAgenda():
            return agenda.change(command, around, context)
        case OpenMeeting():
            return opening.open_meeting(command, around, context)
        case ChangeAttendance():
            return attendance.change(command, around, context)
        case ChangeMeetingAccess():
            return doors.change(command, around, context)
        case DecideImpartiality():
            return impartiality.decide_impartiality(command, around, context)
        case AdjournMeeting():
            return adjourning.adjourn(command, around, context)
        case _:
            assert_never(command)
