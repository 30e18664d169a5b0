"""What the rules of meetings need to know of the book, and the objections they have in common."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from domain.bodies import Bodies, BodyRules, Place, Tenure
from domain.cases import Cases
from domain.kernel import Rejection
from domain.lifetime import Present
from domain.meetings.state import Meeting, Meetings
from domain.members import Members
from domain.rulebook import Standing
from domain.rulebook.meetings import MeetingRules, meeting_rules


@dataclass(frozen=True, slots=True)
class Around:
    """The book as the rules of meetings see it."""

    meetings: Meetings
    cases: Cases
    bodies: Bodies
    members: Members
    standing_on: Callable[[date], Standing]
    """Tells the legal form on a day: a meeting is judged by the rules of the day it is held."""
    votes: Container[str]
    """Ids of votes taken."""
    decided_in: Callable[[Meeting], Collection[str]]
    """Tells the cases on a meeting's agenda that were decided in it."""

    def rules(self, body_id: str, day: date) -> MeetingRules | None:
        """Returns what the acts lay down for the body's meetings on a day, None where they are silent."""
        body, form = self.bodies.bodies.get(body_id), self.standing_on(day).form
        return None if body is None or form is None else meeting_rules(form, body.kind, day)

    def own_rules(self, body_id: str, day: date) -> BodyRules | None:
        """Returns what the body has laid down for itself by a day, None where it has laid down nothing."""
        body = self.bodies.bodies.get(body_id)
        return None if body is None else body.rules_on(day)

    def resting_on(self, body_id: str, day: date) -> tuple[int, ...]:
        """Returns the entries a rule on the body's meetings rests on: the body's, its own rules', the legal form's."""
        body, form_entry = self.bodies.bodies.get(body_id), self.standing_on(day).entry
        own = None if body is None else body.rules.on(day).certain
        found = (None if body is None else body.entry, None if own is None else own.number, form_entry)
        return tuple(entry for entry in found if entry is not None)

    def seated(self, body_id: str, day: date) -> Present[Tenure]:
        """Returns the body's members on a day, deputies apart: those certain and those possible."""
        there = self.bodies.sitting(Place("body", body_id), day)
        return Present(
            tuple(tenure for tenure in there.certain if tenure.rank == "full"),
            tuple(tenure for tenure in there.possible if tenure.rank == "full"),
        )


def against_unknown_meeting(around: Around, meeting_id: str) -> Iterator[Rejection]:
    """Yields that the book knows no such meeting."""
    if meeting_id not in around.meetings.by_id:
        yield Rejection("meeting.unknown_meeting", "fact", meeting_id=meeting_id)


def against_not_open(around: Around, meeting_id: str) -> Iterator[Rejection]:
    """Yields what stands against acting in a meeting: that it is unknown, not opened yet, or ended."""
    yield from against_unknown_meeting(around, meeting_id)
    meeting = around.meetings.by_id.get(meeting_id)
    if meeting is not None and not meeting.is_open:
        entries = (meeting.adjourned_by or meeting.entry,)
        yield Rejection("meeting.meeting_not_open", "fact", entries=entries, meeting_id=meeting_id)


def against_case_elsewhere(meeting: Meeting, case_id: str | None) -> Iterator[Rejection]:
    """Yields that a case is not on the agenda."""
    if case_id is not None and case_id not in meeting.agenda:
        yield Rejection(
            "meeting.case_not_on_agenda",
            "fact",
            entries=(meeting.entry,),
            meeting_id=meeting.meeting_id,
            case_id=case_id,
        )


def against_strangers(around: Around, person_ids: Iterable[str]) -> Iterator[Rejection]:
    """Yields that persons are not in the book."""
    unknown = sorted({person_id for person_id in person_ids if person_id not in around.bodies.persons})
    if unknown:
        yield Rejection("meeting.unknown_person", "fact", persons=unknown)


def against_unknown_vote(around: Around, vote_id: str | None) -> Iterator[Rejection]:
    """Yields that a vote is not in the book."""
    if vote_id is not None and vote_id not in around.votes:
        yield Rejection("meeting.unknown_vote", "fact", vote_id=vote_id)


def against_unknown_form(around: Around, body_id: str, day: date) -> Iterator[Rejection]:
    """Yields that the legal form, and with it the rules of the meeting, is not certain on a day."""
    if around.standing_on(day).form is None:
        yield Rejection("meeting.form_unknown", "unknown", body_id=body_id, on=day.isoformat())
