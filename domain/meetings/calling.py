"""Meetings called (innkalling): when, where, on what, and who was told in time.

Kommuneloven §§ 11-3, 11-7, 11-8, 23-6; IKS-loven §§ 8, 8a, 11, 12; aksjeloven §§ 5-10, 6-22. Where an act asks for
reasonable notice and gives no number, none is computed. The act takes effect on the day the call is sent; the rules are
those of the day of the meeting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints
from rpds import HashTrieMap

from domain.bodies.presence import against_body, against_members
from domain.cases import against_case
from domain.dates import Day, Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.meetings.around import Around, against_strangers, against_unknown_form
from domain.meetings.state import Attendee, Meeting, MeetingMode, Meetings
from domain.rulebook.meetings import MeetingRules
from domain.text import Frozen, Id, Name, SealedText, Text, Unknown
from domain.vocabulary import MemberKind

Clock = Annotated[str, StringConstraints(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day in Norway, such as 09:30."""
Persons = Annotated[tuple[Id, ...], Field(max_length=500)]
Parties = Annotated[tuple[Id, ...], Field(max_length=400)]


class AgendaItem(Frozen):
    """A case on the agenda."""

    case_id: Id
    title: Name | None = None
    """As the agenda has it, where that is not the case's own title."""


Agenda = Annotated[tuple[AgendaItem, ...], Field(max_length=300)]


class Notified(Frozen):
    """Who was told of the meeting in time; unknown where the source does not show it."""

    persons: Persons | Unknown = "unknown"
    """Members of the body, and deputies called in."""
    members: Parties | Unknown = "unknown"
    """Members of the collaboration themselves."""
    control_committees: Parties | Unknown = "unknown"
    """Members whose control committees were told."""
    public: bool | Unknown = "unknown"
    """Whether the meeting was announced."""


class PresentPerson(Frozen):
    """A person in a meeting who may vote."""

    person_id: Id
    on_behalf_of: Id | None = None
    """The member that elected the person."""
    deputy_for: Id | None = None
    """The person whose place a deputy takes."""


Present = Annotated[tuple[PresentPerson, ...], Field(max_length=500)]

# Events: stored for ever -----------------------------------------------------------------


class MeetingCalled(Event):
    """A meeting was called."""

    type: Literal["meeting.called"] = "meeting.called"
    meeting_id: Id
    body_id: Id
    meeting_number: Name | Unknown = "unknown"
    """As the secretary writes it, such as 6/2014."""
    starts_on: Day
    starts_at: Clock | None = None
    place: Name | None = None
    meeting_mode: MeetingMode
    agenda: Agenda = ()
    documents: Annotated[tuple[Id, ...], Field(max_length=1_000)] = ()
    """Documents of the cases that went with the call."""
    notified: Notified
    urgent_reason: SealedText | None = None
    """Why it is called later than it should be, or held remotely or in writing."""
    asked: Present = ()
    """In a procedure in writing: the members the proposals are put to."""


# Commands --------------------------------------------------------------------------------


class CallMeeting(Command):
    """Call a meeting; `effective` is the day the call is sent."""

    type: Literal["meeting.call"]
    meeting_id: Id
    body_id: Id
    meeting_number: Name | Unknown = "unknown"
    starts_on: Day
    starts_at: Clock | None = None
    place: Name | None = None
    meeting_mode: MeetingMode = "in_person"
    agenda: Agenda = ()
    documents: Annotated[tuple[Id, ...], Field(max_length=1_000)] = ()
    notified: Notified = Notified()
    urgent_reason: Text | None = None


# evolve ----------------------------------------------------------------------------------


def called(state: Meetings, event: MeetingCalled, fact: Fact) -> Meetings:
    """Returns the state with one more meeting; as it was where the book has one of that id.

    A procedure in writing is open from the call on, and those it was put to are in it.
    """
    if event.meeting_id in state.by_id:
        return state
    there = attendees(event.asked, fact.number)
    meeting = Meeting(
        meeting_id=event.meeting_id,
        body_id=event.body_id,
        entry=fact.number,
        number=event.meeting_number,
        on=event.starts_on,
        mode=event.meeting_mode,
        place=event.place,
        time=event.starts_at,
        agenda=listed(event.agenda),
        opened_by=fact.number if event.meeting_mode == "written" else None,
        attendees=HashTrieMap((attendee.person_id, attendee) for attendee in there),
        ever_present=HashTrieMap((attendee.person_id, fact.number) for attendee in there),
        called_to=event.starts_on,
        called_by=fact.number,
        sent=fact.effective,
        urgent=event.urgent_reason is not None,
        titles=titles(event.agenda),
    )
    return state.held(meeting)


def attendees(people: Collection[PresentPerson], number: int) -> tuple[Attendee, ...]:
    """Returns those who came by the entry of this number."""
    return tuple(Attendee(person.person_id, number, person.on_behalf_of, person.deputy_for) for person in people)


def listed(agenda: Agenda) -> tuple[str, ...]:
    """Returns the cases on an agenda in their order, each once."""
    return tuple(dict.fromkeys(item.case_id for item in agenda))


def titles(agenda: Agenda) -> HashTrieMap[str, str]:
    """Returns what an agenda calls its cases, where it calls them something."""
    return HashTrieMap((item.case_id, item.title) for item in agenda if item.title is not None)


# subjects --------------------------------------------------------------------------------


def subjects(event: MeetingCalled) -> Iterator[Subject]:
    """Yields the meeting, its body, its cases, and everyone who was told of it."""
    yield Subject("meeting", event.meeting_id)
    yield Subject("body", event.body_id)
    yield from (Subject("case", item.case_id) for item in event.agenda)
    if event.notified.persons != "unknown":
        yield from (Subject("person", person_id) for person_id in event.notified.persons)
    yield from (Subject("person", person.person_id) for person in event.asked)
    if event.notified.members != "unknown":
        yield from (Subject("member", member_id) for member_id in event.notified.members)


# Rules -----------------------------------------------------------------------------------

WITH_CONTROL_COMMITTEE: frozenset[MemberKind] = frozenset({"municipality", "county"})


def call(command: CallMeeting, around: Around, context: Context) -> Decision:
    """Returns the meeting called. Raises Rejection."""
    ruling = judge(_against_calling(command, around, context), context.mode)
    asked: tuple[PresentPerson, ...] = ()
    if command.meeting_mode == "written":
        seated = around.seated(command.body_id, command.starts_on).certain
        people = sorted({(tenure.person_id, tenure.on_behalf_of) for tenure in seated}, key=lambda pair: pair[0])
        asked = tuple(PresentPerson(person_id=person_id, on_behalf_of=member_id) for person_id, member_id in people)
    event = MeetingCalled(
        meeting_id=command.meeting_id,
        body_id=command.body_id,
        meeting_number=command.meeting_number,
        starts_on=command.starts_on,
        starts_at=command.starts_at,
        place=command.place,
        meeting_mode=command.meeting_mode,
        agenda=command.agenda,
        documents=command.documents,
        notified=command.notified,
        urgent_reason=None if command.urgent_reason is None else context.seal(command.urgent_reason),
        asked=asked,
    )
    return Decision((event,), ruling)


def _against_calling(command: CallMeeting, around: Around, context: Context) -> Iterator[Rejection]:
    known = around.meetings.by_id.get(command.meeting_id)
    if known is not None:
        yield Rejection("meeting.already_called", "fact", entries=(known.entry,), meeting_id=command.meeting_id)
    day = command.starts_on
    yield from against_body(around.bodies, command.body_id, Interval.exact(day))
    if context.effective.earliest > day:
        yield Rejection(
            "meeting.called_after_it_began",
            "fact",
            meeting_id=command.meeting_id,
            sent=context.effective.earliest.isoformat(),
            starts_on=day.isoformat(),
        )
    yield from against_agenda(command.agenda, around)
    yield from _against_documents(command, around)
    told = command.notified
    yield from against_strangers(around, () if told.persons == "unknown" else told.persons)
    for parties in (told.members, told.control_committees):
        if parties != "unknown":
            yield from against_members(around.members, dict.fromkeys(parties), Interval.exact(day))
    yield from against_unknown_form(around, command.body_id, day)
    rules = around.rules(command.body_id, day)
    yield from against_short_notice(command, command.body_id, day, rules, around, context)
    if rules is not None:
        yield from _against_untold_persons(command, around, rules)
        yield from _against_untold_members(command, around, rules)
    yield from _against_mode(command, around, rules)


def against_agenda(agenda: Agenda, around: Around) -> Iterator[Rejection]:
    """Yields what stands against an agenda: a case twice, one the book does not know, or one that is closed."""
    times = Counter(item.case_id for item in agenda)
    twice = sorted(case_id for case_id, count in times.items() if count > 1)
    if twice:
        yield Rejection("meeting.case_listed_twice", "fact", cases=twice)
    for case_id in times:
        yield from against_case(around.cases, case_id)


def _against_documents(command: CallMeeting, around: Around) -> Iterator[Rejection]:
    cases = (around.cases.by_id.get(case_id) for case_id in listed(command.agenda))
    known = {document_id for case in cases if case is not None for document_id in case.documents}
    unknown = sorted(set(command.documents) - known)
    if unknown:
        yield Rejection("meeting.unknown_document", "fact", meeting_id=command.meeting_id, documents=unknown)


def against_short_notice(
    command: CallMeeting, body_id: str, day: date, rules: MeetingRules | None, around: Around, context: Context
) -> Iterator[Rejection]:
    """Yields that the call comes too late: by the act, or by the body's own rules where those ask for more."""
    own = around.own_rules(body_id, day)
    by_act = None if rules is None else rules.notice_days
    asked = max((days for days in (by_act, None if own is None else own.notice_days) if days is not None), default=None)
    if asked is None or (command.urgent_reason is not None and _may_be_late(command, rules)):
        return
    law = None if rules is None or rules.notice_days != asked else rules.notice_law
    entries = around.resting_on(body_id, day)
    at_least, at_most = (day - context.effective.latest).days, (day - context.effective.earliest).days
    if at_most < asked:
        nature = "rule" if rules is None or law is None else rules.nature
        yield Rejection(
            "meeting.notice_too_short", nature, law=law, entries=entries, body_id=body_id, days=at_most, asked=asked
        )
    elif at_least < asked:
        yield Rejection(
            "meeting.notice_uncertain",
            "unknown",
            law=law,
            entries=entries,
            body_id=body_id,
            days=at_least,
            asked=asked,
        )


def _may_be_late(command: CallMeeting, rules: MeetingRules | None) -> bool:
    if rules is None:
        return False
    return rules.urgency_law is not None or (
        command.meeting_mode != "in_person" and rules.urgent_remote_law is not None
    )


def _against_untold_persons(command: CallMeeting, around: Around, rules: MeetingRules) -> Iterator[Rejection]:
    """Every member of the body is called (kommuneloven § 11-3; IKS-loven §§ 8, 11; aksjeloven § 6-22)."""
    if rules.by_proxy:
        return
    told = command.notified.persons
    if told == "unknown":
        yield _untold_unknown(command, rules.notice_law, "persons")
        return
    seated = around.seated(command.body_id, command.starts_on)
    missing = sorted({t.person_id for t in seated.certain} - set(told))
    entries = [t.entry for t in seated.certain if t.person_id in missing]
    on = command.starts_on.isoformat()
    if missing:
        yield Rejection(
            "meeting.member_not_notified",
            rules.nature,
            law=rules.notice_law,
            entries=entries,
            body_id=command.body_id,
            persons=missing,
        )
    perhaps = sorted({t.person_id for t in seated.possible} - set(told))
    if perhaps or not seated.certain:
        yield Rejection(
            "meeting.members_unknown",
            "unknown",
            law=rules.notice_law,
            entries=[t.entry for t in seated.possible],
            body_id=command.body_id,
            persons=perhaps,
            on=on,
        )


def _against_untold_members(command: CallMeeting, around: Around, rules: MeetingRules) -> Iterator[Rejection]:
    """The members themselves (IKS-loven § 8), and their control committees (kommuneloven § 23-6)."""
    deciding, told = around.members.deciding_on(command.starts_on), command.notified
    if rules.participants_law is not None and told.members == "unknown":
        yield _untold_unknown(command, rules.participants_law, "members")
    elif rules.participants_law is not None and (missing := sorted(set(deciding) - set(told.members))):
        yield Rejection(
            "meeting.participants_not_notified",
            rules.nature,
            law=rules.participants_law,
            entries=around.members.entries(*missing),
            body_id=command.body_id,
            members=missing,
        )
    parties = around.members.parties
    controlled = {m for m in deciding if parties[m].kind in WITH_CONTROL_COMMITTEE}
    if rules.control_law is not None and told.control_committees == "unknown":
        yield _untold_unknown(command, rules.control_law, "control_committees")
    elif rules.control_law is not None and (missing := sorted(controlled - set(told.control_committees))):
        yield Rejection(
            "meeting.control_committee_not_notified",
            rules.nature,
            law=rules.control_law,
            entries=around.members.entries(*missing),
            body_id=command.body_id,
            members=missing,
        )


def _untold_unknown(
    command: CallMeeting, law: str, who: Literal["persons", "members", "control_committees"]
) -> Rejection:
    return Rejection("meeting.notified_unknown", "unknown", law=law, meeting_id=command.meeting_id, who=who)


def _against_mode(command: CallMeeting, around: Around, rules: MeetingRules | None) -> Iterator[Rejection]:
    urgent = command.urgent_reason is not None
    by_urgency = None if rules is None else rules.urgent_remote_law
    if command.meeting_mode == "written" and rules is not None and by_urgency is not None and not urgent:
        yield Rejection("meeting.written_needs_urgency", rules.nature, law=by_urgency, meeting_id=command.meeting_id)
    if command.meeting_mode != "remote" or (urgent and by_urgency is not None):
        return
    own = around.own_rules(command.body_id, command.starts_on)
    allowed = "unknown" if own is None else own.remote_allowed
    law = None if rules is None else rules.remote_law
    entries = around.resting_on(command.body_id, command.starts_on)
    if allowed is False:
        yield Rejection("meeting.remote_not_allowed", law=law, entries=entries, body_id=command.body_id)
    elif allowed == "unknown" and law is not None:
        yield Rejection("meeting.remote_unknown", "unknown", law=law, entries=entries, body_id=command.body_id)
