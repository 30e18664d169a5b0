"""Impartiality decided (habilitet, fritak): who may not take part in a case, by whom that was decided, and on what.

Kommuneloven §§ 11-4, 11-10, 11-11; IKS-loven § 15; forvaltningsloven §§ 6 to 9; aksjeloven § 6-27. The body decides
without the member, and without anyone else of whom the same question is raised in the case, unless it would not be
quorate otherwise (§ 8).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from domain.bodies import Place
from domain.copying import replace
from domain.dates import Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.meetings.around import (
    Around,
    against_case_elsewhere,
    against_not_open,
    against_strangers,
    against_unknown_vote,
)
from domain.meetings.calling import Persons
from domain.meetings.state import Answered, Meeting, Meetings, Qualification, Question
from domain.rulebook.meetings import MeetingRules
from domain.text import Id, Name, SealedText, Text, Unknown

# Events: stored for ever -----------------------------------------------------------------


class ImpartialityDecided(Event):
    """It was decided whether a person may take part in a case."""

    type: Literal["impartiality.decided"] = "impartiality.decided"
    meeting_id: Id
    case_id: Id
    person_id: Id
    outcome: Qualification
    legal_basis: Name | Unknown | None = None
    grounds: SealedText | None = None
    """Why; kept beside the book, as it is often about the person."""
    took_part: Persons | Unknown = "unknown"
    """Who took part in deciding it."""
    all_for_quorum: bool = False
    """Whether all took part because the body would not have been quorate otherwise (forvaltningsloven § 8)."""
    vote_id: Id | None = None


# Commands --------------------------------------------------------------------------------


class DecideImpartiality(Command):
    """Decide whether a person may take part in a case."""

    type: Literal["impartiality.decide"]
    meeting_id: Id
    case_id: Id
    person_id: Id
    outcome: Qualification
    legal_basis: Name | Unknown | None = None
    grounds: Text | None = None
    took_part: Persons | Unknown = "unknown"
    all_for_quorum: bool = False
    vote_id: Id | None = None


# evolve ----------------------------------------------------------------------------------


def decided(state: Meetings, event: ImpartialityDecided, fact: Fact) -> Meetings:
    """Returns the state in which the question of the person's part in the case is answered."""
    meeting = state.by_id.get(event.meeting_id)
    if meeting is None:
        return state
    question = Question(event.case_id, event.person_id)
    answers = meeting.answers.insert(question, Answered(event.outcome, fact.number, _law(event)))
    return state.held(replace(meeting, answers=answers))


def _law(event: ImpartialityDecided) -> str | None:
    return None if event.legal_basis in (None, "unknown") else event.legal_basis


# subjects --------------------------------------------------------------------------------


def subjects(event: ImpartialityDecided) -> Iterator[Subject]:
    """Yields the meeting, the case, the person, and the vote."""
    yield Subject("meeting", event.meeting_id)
    yield Subject("case", event.case_id)
    yield Subject("person", event.person_id)
    if event.vote_id is not None:
        yield Subject("vote", event.vote_id)


# Rules -----------------------------------------------------------------------------------


def decide_impartiality(command: DecideImpartiality, around: Around, context: Context) -> Decision:
    """Returns the question answered. Raises Rejection."""
    ruling = judge(_against_deciding(command, around), context.mode)
    event = ImpartialityDecided(
        meeting_id=command.meeting_id,
        case_id=command.case_id,
        person_id=command.person_id,
        outcome=command.outcome,
        legal_basis=command.legal_basis,
        grounds=None if command.grounds is None else context.seal(command.grounds),
        took_part=command.took_part,
        all_for_quorum=command.all_for_quorum,
        vote_id=command.vote_id,
    )
    return Decision((event,), ruling)


def _against_deciding(command: DecideImpartiality, around: Around) -> Iterator[Rejection]:
    yield from against_not_open(around, command.meeting_id)
    meeting = around.meetings.by_id.get(command.meeting_id)
    if meeting is None:
        return
    yield from against_case_elsewhere(meeting, command.case_id)
    took_part = () if command.took_part == "unknown" else command.took_part
    yield from against_strangers(around, (command.person_id, *took_part))
    yield from against_unknown_vote(around, command.vote_id)
    known = meeting.answers.get(Question(command.case_id, command.person_id))
    params: dict[str, Any] = {"case_id": command.case_id, "person_id": command.person_id}
    if known is not None and known.outcome == command.outcome:
        outcome = command.outcome
        yield Rejection("impartiality.already_decided", "fact", entries=(known.entry,), outcome=outcome, **params)
    yield from _against_outsider(command, meeting, around)
    away = sorted(set(took_part) - set(meeting.attendees)) if meeting.attendees else []
    if away:
        yield Rejection("impartiality.not_in_meeting", "fact", entries=(meeting.entry,), persons=away, **params)
    rules = around.rules(meeting.body_id, meeting.on)
    if rules is not None:
        yield from _against_missing_basis(command, meeting, rules)
        yield from _against_own_part(command, meeting, rules)


def _against_outsider(command: DecideImpartiality, meeting: Meeting, around: Around) -> Iterator[Rejection]:
    """It is asked of those who are there, or who have a seat and may be called."""
    if command.person_id in meeting.attendees:
        return
    place = Place("body", meeting.body_id)
    params: dict[str, Any] = {"person_id": command.person_id, "body_id": meeting.body_id}
    if next(around.bodies.tenures_at(place), None) is None:
        yield Rejection("impartiality.seat_unknown", "unknown", entries=(meeting.entry,), **params)
    elif around.bodies.held(command.person_id, place, Interval.exact(meeting.on)) is None:
        yield Rejection("impartiality.not_of_the_body", "rule", entries=(meeting.entry,), **params)


def _against_missing_basis(command: DecideImpartiality, meeting: Meeting, rules: MeetingRules) -> Iterator[Rejection]:
    """The minutes hold the legal basis for shutting somebody out (§ 11-4), and excuses have their own (§ 11-11)."""
    if command.outcome == "qualified" or rules.answer_law is None:
        return
    params: dict[str, Any] = {"case_id": command.case_id, "person_id": command.person_id}
    entries = (meeting.entry,)
    if command.legal_basis is None:
        yield Rejection(
            "impartiality.legal_basis_missing", rules.nature, law=rules.answer_law, entries=entries, **params
        )
    elif command.legal_basis == "unknown":
        yield Rejection("impartiality.legal_basis_unknown", "unknown", law=rules.answer_law, entries=entries, **params)
    if command.outcome != "excused" or rules.excuse_law is None:
        return
    law = rules.excuse_law
    if command.legal_basis not in (None, "unknown") and "11-11" not in command.legal_basis:
        basis = command.legal_basis
        yield Rejection("impartiality.excuse_not_by_law", law=law, entries=entries, legal_basis=basis, **params)
    if command.grounds is None:
        nature = "unknown" if command.legal_basis == "unknown" else rules.nature
        yield Rejection("impartiality.excuse_without_reason", nature, law=law, entries=entries, **params)


def _against_own_part(command: DecideImpartiality, meeting: Meeting, rules: MeetingRules) -> Iterator[Rejection]:
    """Nobody takes part in deciding their own question, or another's where theirs is raised too (§ 8)."""
    law = rules.impartiality_law
    if law is None:
        return
    params: dict[str, Any] = {"case_id": command.case_id, "person_id": command.person_id}
    if command.took_part == "unknown":
        yield Rejection("impartiality.deciders_unknown", "unknown", law=law, entries=(meeting.entry,), **params)
        return
    raised = {
        question.person_id: answered.entry
        for question, answered in meeting.answers.items()
        if question.case_id == command.case_id and question.person_id != command.person_id
    }
    if command.all_for_quorum and raised:
        return
    if command.person_id in command.took_part:
        yield Rejection("impartiality.person_took_part_in_own_question", law=law, entries=(meeting.entry,), **params)
    others = sorted(set(raised) & set(command.took_part))
    if others:
        entries = [raised[person_id] for person_id in others]
        yield Rejection("impartiality.others_in_question_took_part", law=law, entries=entries, persons=others, **params)
