"""The agenda changed (saksliste): cases that were not in the call, and cases taken off.

Kommuneloven § 11-3: a case that is not on the agenda sent out may be decided unless the chair, or a third of those
there, object. IKS-loven § 9: only if every representative consents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from domain.cases import against_case
from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.meetings.around import Around, against_case_elsewhere, against_unknown_form, against_unknown_meeting
from domain.meetings.state import Meeting, Meetings
from domain.rulebook.meetings import MeetingRules
from domain.text import Count, Id, Unknown

CaseIds = Annotated[tuple[Id, ...], Field(max_length=300)]

# Events: stored for ever -----------------------------------------------------------------


class AgendaChanged(Event):
    """Cases were put on the agenda or taken off it."""

    type: Literal["agenda.changed"] = "agenda.changed"
    meeting_id: Id
    added: CaseIds = ()
    removed: CaseIds = ()
    chair_objects: bool = False
    """Whether the chair is against treating what was added."""
    objecting: Count = 0
    """How many of those there are against it."""
    voters_present: Count | None = None
    """How many are there; left out: as the book counts them."""
    all_consent: bool | Unknown = "unknown"
    """Whether every representative consents (IKS-loven § 9)."""


# Commands --------------------------------------------------------------------------------


class ChangeAgenda(Command):
    """Put cases on the agenda, or take some off."""

    type: Literal["agenda.change"]
    meeting_id: Id
    added: CaseIds = ()
    removed: CaseIds = ()
    chair_objects: bool = False
    objecting: Count = 0
    voters_present: Count | None = None
    all_consent: bool | Unknown = "unknown"


# evolve ----------------------------------------------------------------------------------


def changed(state: Meetings, event: AgendaChanged, fact: Fact) -> Meetings:
    """Returns the state in which the agenda has these cases more at its end, and those less."""
    meeting = state.by_id.get(event.meeting_id)
    if meeting is None:
        return state
    kept = tuple(case_id for case_id in meeting.agenda if case_id not in event.removed)
    added, outcomes = meeting.added, meeting.outcomes
    for case_id in event.removed:
        added = added.discard(case_id)
    for case_id in event.added:
        added, outcomes = added.insert(case_id, fact.number), outcomes.discard(case_id)
    agenda = tuple(dict.fromkeys((*kept, *event.added)))
    return state.held(replace(meeting, agenda=agenda, added=added, outcomes=outcomes))


# subjects --------------------------------------------------------------------------------


def subjects(event: AgendaChanged) -> Iterator[Subject]:
    """Yields the meeting and the cases."""
    yield Subject("meeting", event.meeting_id)
    yield from (Subject("case", case_id) for case_id in (*event.added, *event.removed))


# Rules -----------------------------------------------------------------------------------

BLOCKING_PART = 3
"""One of so many of those there is enough to keep a case off (kommuneloven § 11-3)."""


def change(command: ChangeAgenda, around: Around, context: Context) -> Decision:
    """Returns the agenda changed. Raises Rejection."""
    ruling = judge(_against_changing(command, around, context), context.mode)
    fields = {name: getattr(command, name) for name in AgendaChanged.model_fields if name != "type"}
    return Decision((AgendaChanged(**fields),), ruling)


def _against_changing(command: ChangeAgenda, around: Around, context: Context) -> Iterator[Rejection]:
    yield from against_unknown_meeting(around, command.meeting_id)
    meeting = around.meetings.by_id.get(command.meeting_id)
    if meeting is None:
        return
    if meeting.adjourned_by is not None:
        entries = (meeting.adjourned_by,)
        yield Rejection("meeting.already_ended", "fact", entries=entries, meeting_id=command.meeting_id)
    if not command.added and not command.removed:
        yield Rejection("agenda.nothing_changed", "fact", entries=(meeting.entry,), meeting_id=command.meeting_id)
    yield from _against_cases(command, meeting, around)
    if not command.added:
        return
    yield from against_unknown_form(around, meeting.body_id, meeting.on)
    rules = around.rules(meeting.body_id, meeting.on)
    if rules is None or rules.addition is None or _in_time(meeting, rules, context):
        return
    if rules.addition == "all_consent":
        yield from _against_missing_consent(command, meeting, rules)
    else:
        yield from _against_objections(command, meeting, rules)


def _against_cases(command: ChangeAgenda, meeting: Meeting, around: Around) -> Iterator[Rejection]:
    times = Counter((*command.added, *command.removed))
    twice = sorted(case_id for case_id, count in times.items() if count > 1)
    if twice:
        yield Rejection("meeting.case_listed_twice", "fact", cases=twice)
    for case_id in command.added:
        yield from against_case(around.cases, case_id)
    there = sorted(set(command.added) & set(meeting.agenda))
    if there:
        entries = {meeting.added.get(case_id) or meeting.entry for case_id in there}
        yield Rejection("agenda.case_already_on", "fact", entries=entries, meeting_id=command.meeting_id, cases=there)
    for case_id in command.removed:
        yield from against_case_elsewhere(meeting, case_id)
    handled = {*around.decided_in(meeting), *meeting.outcomes}
    done = sorted(set(command.removed) & handled)
    if done:
        yield Rejection(
            "agenda.case_already_handled", "fact", entries=(meeting.entry,), meeting_id=command.meeting_id, cases=done
        )


def _in_time(meeting: Meeting, rules: MeetingRules, context: Context) -> bool:
    """Returns whether the change itself comes as early as a call must, before the meeting opens."""
    if meeting.opened_by is not None or rules.notice_days is None:
        return False
    return (meeting.on - context.effective.latest).days >= rules.notice_days


def _against_missing_consent(command: ChangeAgenda, meeting: Meeting, rules: MeetingRules) -> Iterator[Rejection]:
    cases = sorted(command.added)
    if command.all_consent == "unknown":
        yield Rejection(
            "agenda.consent_unknown",
            "unknown",
            law=rules.addition_law,
            entries=(meeting.entry,),
            meeting_id=command.meeting_id,
            cases=cases,
        )
    elif not command.all_consent:
        yield Rejection(
            "agenda.all_must_consent",
            rules.nature,
            law=rules.addition_law,
            entries=(meeting.entry,),
            meeting_id=command.meeting_id,
            cases=cases,
        )


def _against_objections(command: ChangeAgenda, meeting: Meeting, rules: MeetingRules) -> Iterator[Rejection]:
    """Exactly a third is enough to keep a case off."""
    there = command.voters_present
    if there is None and meeting.attendees:
        there = len(meeting.taking_part(None))
    elif there is None and isinstance(meeting.present_count, int):
        there = meeting.present_count
    if there is not None and command.objecting > there:
        yield Rejection(
            "agenda.counts_do_not_fit",
            "fact",
            entries=(meeting.entry,),
            meeting_id=command.meeting_id,
            objecting=command.objecting,
            present=there,
        )
    if command.chair_objects or (there is not None and command.objecting > 0 and _blocks(command.objecting, there)):
        yield Rejection(
            "agenda.objection_blocks_addition",
            rules.nature,
            law=rules.addition_law,
            entries=(meeting.entry,),
            meeting_id=command.meeting_id,
            objecting=command.objecting,
            present="unknown" if there is None else there,
        )
    elif there is None and command.objecting:
        yield Rejection(
            "agenda.present_unknown",
            "unknown",
            law=rules.addition_law,
            entries=(meeting.entry,),
            meeting_id=command.meeting_id,
            objecting=command.objecting,
        )


def _blocks(objecting: int, there: int) -> bool:
    return objecting * BLOCKING_PART >= there
