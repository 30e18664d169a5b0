"""Meetings opened (møtet settes): who leads it, who is there and who is not, who signs the minutes.

Kommuneloven §§ 7-10, 11-2, 11-4; IKS-loven §§ 9, 9a, 12; aksjeloven §§ 5-12, 6-19. Quorum is judged vote by vote. A
meeting read in a source need not have been called: its head then comes with its opening.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field
from rpds import HashTrieMap

from domain.bodies import Place
from domain.bodies.presence import against_body
from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.meetings.around import Around, against_strangers, against_unknown_form
from domain.meetings.calling import (
    Agenda,
    Clock,
    Persons,
    Present,
    against_agenda,
    attendees,
    listed,
    titles,
)
from domain.meetings.places import Room, against_place, on_behalf_of
from domain.meetings.state import Meeting, MeetingMode, Meetings
from domain.rulebook.meetings import MeetingRules
from domain.text import Count, Frozen, Id, Name, Unknown

OtherPresent = Annotated[tuple[Name, ...], Field(max_length=100)]


class MeetingHead(Frozen):
    """What a call would have said of a meeting that the source shows no call of."""

    body_id: Id
    meeting_number: Name | Unknown = "unknown"
    starts_at: Clock | None = None
    place: Name | None = None
    meeting_mode: MeetingMode = "in_person"
    agenda: Agenda = ()


# Events: stored for ever -----------------------------------------------------------------


class MeetingOpened(Event):
    """A meeting began."""

    type: Literal["meeting.opened"] = "meeting.opened"
    meeting_id: Id
    body_id: Id
    head: MeetingHead | None = None
    """Only of a meeting that was not called in this book."""
    chair: Id | Unknown = "unknown"
    chair_elected: bool = False
    """Whether those there elected who leads it."""
    present: Present = ()
    absent: Persons = ()
    """Members and deputies who did not come."""
    present_count: Count | Unknown = "unknown"
    """Where the source gives a number and no names."""
    others_present: OtherPresent = ()
    """Who else was there, by role and not by name."""
    minute_signers: Persons | Unknown = "unknown"
    """Who was chosen to sign the minutes beside the chair."""


# Commands --------------------------------------------------------------------------------


class OpenMeeting(Command):
    """Open a meeting; `effective` is the day it is held."""

    type: Literal["meeting.open"]
    meeting_id: Id
    head: MeetingHead | None = None
    chair: Id | Unknown = "unknown"
    chair_elected: bool = False
    present: Present = ()
    absent: Persons = ()
    present_count: Count | Unknown = "unknown"
    others_present: OtherPresent = ()
    minute_signers: Persons | Unknown = "unknown"


# evolve ----------------------------------------------------------------------------------


def opened(state: Meetings, event: MeetingOpened, fact: Fact) -> Meetings:
    """Returns the state in which the meeting is going on, with those who are there."""
    meeting = state.by_id.get(event.meeting_id) or _uncalled(event, fact)
    there = attendees(event.present, fact.number)
    ever = meeting.ever_present
    for attendee in there:
        ever = ever.insert(attendee.person_id, ever.get(attendee.person_id) or fact.number)
    begun = replace(
        meeting,
        on=fact.effective.latest,
        opened_by=fact.number,
        chair=None if event.chair == "unknown" else event.chair,
        signers=() if event.minute_signers == "unknown" else event.minute_signers,
        attendees=HashTrieMap((attendee.person_id, attendee) for attendee in there),
        ever_present=ever,
        absent=event.absent,
        present_count=None if event.present else event.present_count,
        others_present=event.others_present,
    )
    return state.held(begun)


def _uncalled(event: MeetingOpened, fact: Fact) -> Meeting:
    head = event.head or MeetingHead(body_id=event.body_id)
    return Meeting(
        meeting_id=event.meeting_id,
        body_id=event.body_id,
        entry=fact.number,
        number=head.meeting_number,
        on=fact.effective.latest,
        mode=head.meeting_mode,
        place=head.place,
        time=head.starts_at,
        agenda=listed(head.agenda),
        titles=titles(head.agenda),
    )


# subjects --------------------------------------------------------------------------------


def subjects(event: MeetingOpened) -> Iterator[Subject]:
    """Yields the meeting, its body, everyone named as there or away, and the cases of a head that came with it."""
    yield Subject("meeting", event.meeting_id)
    yield Subject("body", event.body_id)
    if event.head is not None:
        yield from (Subject("case", item.case_id) for item in event.head.agenda)
    if event.chair != "unknown":
        yield Subject("person", event.chair)
    yield from (Subject("person", person.person_id) for person in event.present)
    yield from (Subject("person", person_id) for person_id in event.absent)
    if event.minute_signers != "unknown":
        yield from (Subject("person", person_id) for person_id in event.minute_signers)


# Rules -----------------------------------------------------------------------------------


def open_meeting(command: OpenMeeting, around: Around, context: Context) -> Decision:
    """Returns the meeting opened. Raises Rejection."""
    ruling = judge(_against_opening(command, around, context), context.mode)
    body_id = _body_of(command, around)
    event = MeetingOpened(
        meeting_id=command.meeting_id,
        body_id=body_id,
        head=command.head,
        chair=command.chair,
        chair_elected=command.chair_elected,
        present=tuple(on_behalf_of(person, body_id, context.on, around) for person in command.present),
        absent=command.absent,
        present_count=command.present_count,
        others_present=command.others_present,
        minute_signers=command.minute_signers,
    )
    return Decision((event,), ruling)


def _body_of(command: OpenMeeting, around: Around) -> str:
    """Returns the body whose meeting it is; a command that names none was refused before."""
    meeting = around.meetings.by_id.get(command.meeting_id)
    if meeting is not None:
        return meeting.body_id
    return "" if command.head is None else command.head.body_id


def _against_opening(command: OpenMeeting, around: Around, context: Context) -> Iterator[Rejection]:
    meeting = around.meetings.by_id.get(command.meeting_id)
    if meeting is None:
        nature: Literal["fact", "unknown"] = "fact" if command.head is None else "unknown"
        yield Rejection("meeting.not_called", nature, meeting_id=command.meeting_id)
    elif meeting.opened_by is not None:
        entries = (meeting.opened_by,)
        yield Rejection("meeting.already_open", "fact", entries=entries, meeting_id=command.meeting_id)
    elif command.head is not None:
        yield Rejection("meeting.already_called", "fact", entries=(meeting.entry,), meeting_id=command.meeting_id)
    body_id, day = _body_of(command, around), context.on
    yield from against_body(around.bodies, body_id, context.effective)
    if command.head is not None:
        yield from against_agenda(command.head.agenda, around)
    yield from _against_people(command, around)
    if meeting is not None:
        yield from _against_day(meeting, around, context)
    yield from against_unknown_form(around, body_id, day)
    rules = around.rules(body_id, day)
    yield from _against_places(command, body_id, around, rules, context)
    yield from _against_chair(command, body_id, around, rules, context)
    yield from _against_signers(command, body_id, around, rules, context)


def _against_people(command: OpenMeeting, around: Around) -> Iterator[Rejection]:
    signers = () if command.minute_signers == "unknown" else command.minute_signers
    chair = () if command.chair == "unknown" else (command.chair,)
    present = [person.person_id for person in command.present]
    yield from against_strangers(around, (*chair, *present, *command.absent, *signers))
    twice = sorted(person_id for person_id, times in Counter(present).items() if times > 1)
    if twice:
        yield Rejection("meeting.person_present_twice", "fact", meeting_id=command.meeting_id, persons=twice)
    both = sorted(set(present) & set(command.absent))
    if both:
        yield Rejection("meeting.present_and_absent", "fact", meeting_id=command.meeting_id, persons=both)
    if command.present_count != "unknown" and command.present and command.present_count != len(present):
        counts: dict[str, Any] = {"count": command.present_count, "named": len(present)}
        yield Rejection("meeting.counts_do_not_fit", "fact", meeting_id=command.meeting_id, **counts)


def _against_day(meeting: Meeting, around: Around, context: Context) -> Iterator[Rejection]:
    """A meeting is held on the day it was called to (kommuneloven § 11-3; IKS-loven § 8; aksjeloven § 5-10)."""
    interval, called = context.effective, meeting.on.isoformat()
    rules = around.rules(meeting.body_id, meeting.on)
    law = None if rules is None else rules.notice_law
    params: dict[str, Any] = {"meeting_id": meeting.meeting_id, "called": called, "on": context.on.isoformat()}
    if not interval.earliest <= meeting.on <= interval.latest:
        yield Rejection("meeting.on_another_day", law=law, entries=(meeting.entry,), **params)
    elif not interval.is_exact:
        yield Rejection("meeting.day_uncertain", "unknown", law=law, entries=(meeting.entry,), **params)


def _against_places(
    command: OpenMeeting, body_id: str, around: Around, rules: MeetingRules | None, context: Context
) -> Iterator[Rejection]:
    if not command.present:
        yield Rejection("meeting.attendance_unknown", "unknown", meeting_id=command.meeting_id)
    stood_in_for: dict[str, str] = {}
    for person in command.present:
        if person.deputy_for is not None:
            stood_in_for.setdefault(person.deputy_for, person.person_id)
    present = frozenset(person.person_id for person in command.present)
    room = Room(body_id, context.on, present, command.absent, (), stood_in_for)
    for person in command.present:
        yield from against_place(person, room, around, rules)


def _against_chair(
    command: OpenMeeting, body_id: str, around: Around, rules: MeetingRules | None, context: Context
) -> Iterator[Rejection]:
    """Leader or deputy leader leads; where neither is there, or the book shows neither, whom those there elect."""
    if rules is None:
        return
    law = rules.chair_law
    params: dict[str, Any] = {"meeting_id": command.meeting_id, "chair": command.chair}
    if command.chair == "unknown":
        yield Rejection("meeting.chair_unknown", "unknown", law=law, meeting_id=command.meeting_id)
        return
    present = {person.person_id for person in command.present}
    if present and command.chair not in present and not rules.by_proxy:
        yield Rejection("meeting.chair_not_present", rules.nature, law=law, **params)
    if rules.chair == "elected":
        if not command.chair_elected:
            yield Rejection("meeting.chair_not_entitled", rules.nature, law=law, leaders=[], **params)
        return
    leaders = _leaders(body_id, around, context)
    there = sorted(person_id for person_id in leaders if person_id in present)
    if command.chair in leaders or (command.chair_elected and not there):
        return
    entries = tuple(leaders.values())
    if leaders:
        yield Rejection(
            "meeting.chair_not_entitled",
            rules.nature,
            law=law,
            entries=entries,
            leaders=there or sorted(leaders),
            **params,
        )
    else:
        yield Rejection("meeting.leader_unknown", "unknown", law=law, body_id=body_id, **params)


def _leaders(body_id: str, around: Around, context: Context) -> dict[str, int]:
    """Returns the body's leader and deputy leader on the day, each with the entry that seated them."""
    offices = (
        office_id
        for office_id, office in around.bodies.offices.items()
        if office.body_id == body_id and office.kind in ("leader", "deputy_leader")
    )
    sitting = (around.bodies.sitting(Place("office", office_id), context.on) for office_id in offices)
    return {tenure.person_id: tenure.entry for there in sitting for tenure in (*there.certain, *there.possible)}


def _against_signers(
    command: OpenMeeting, body_id: str, around: Around, rules: MeetingRules | None, context: Context
) -> Iterator[Rejection]:
    """Two elected sign beside the chair (IKS-loven § 9a), or as many as the body's own rules say."""
    own = around.own_rules(body_id, context.on)
    by_act = 0 if rules is None else rules.signers
    needed = max(by_act, 0 if own is None else own.minute_signers or 0)
    law = rules.signers_law if rules is not None and needed and needed == by_act else None
    entries = around.resting_on(body_id, context.on)
    if command.minute_signers == "unknown":
        if needed:
            yield Rejection(
                "meeting.signers_unknown",
                "unknown",
                law=law,
                entries=entries,
                meeting_id=command.meeting_id,
                needed=needed,
            )
        return
    chosen = {person_id for person_id in command.minute_signers if person_id != command.chair}
    present = {person.person_id for person in command.present}
    if len(chosen) < needed:
        nature = "rule" if rules is None or law is None else rules.nature
        yield Rejection(
            "meeting.signers_not_elected",
            nature,
            law=law,
            entries=entries,
            meeting_id=command.meeting_id,
            needed=needed,
            chosen=len(chosen),
        )
    away = sorted(chosen - present) if present else []
    if away:
        yield Rejection("meeting.signer_not_present", law=law, meeting_id=command.meeting_id, persons=away)
