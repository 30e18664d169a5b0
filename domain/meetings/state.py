"""The state of the register of meetings: who is there now, what is on the agenda, who is shut out of which case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

from rpds import HashTrieMap, List

from domain.dates import Interval
from domain.text import Unknown

MeetingMode = Literal["in_person", "remote", "written"]
"""`remote`: fjernmøte. `written`: skriftlig saksbehandling."""
CaseOutcome = Literal["postponed", "withdrawn", "not_handled", "noted"]
"""What became of a case that was not decided in the meeting."""
Qualification = Literal["disqualified", "qualified", "excused"]
"""`disqualified`: inhabil. `qualified`: found not to be. `excused`: exempted for weighty personal reasons (§ 11-11)."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person who is in the meeting and may vote, for as long as they are there."""

    person_id: str
    entry: int
    """By which they came."""
    on_behalf_of: str | None
    """The member that elected them."""
    deputy_for: str | None = None
    """The person whose place a deputy takes."""


class Question(NamedTuple):
    """Whether a person may take part in a case."""

    case_id: str
    person_id: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What was decided of a person's impartiality in a case."""

    outcome: Qualification
    entry: int
    legal_basis: str | None = None
    """None where none is given, or where the source is silent."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting of one body, from the call on."""

    meeting_id: str
    body_id: str
    entry: int
    """By which it was called, or first heard of."""
    number: str | Unknown
    """As the secretary writes it, such as 6/2014."""
    on: date
    """The day it is held, by the call and then by its opening."""
    mode: MeetingMode
    place: str | None = None
    time: str | None = None
    """When it begins, as HH:MM."""
    agenda: tuple[str, ...] = ()
    """The cases, in the order of the agenda."""
    added: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """Cases that came after the call, with the entry that added them."""
    opened_by: int | None = None
    """The entry by which it was opened."""
    chair: str | None = None
    """The person who leads it."""
    signers: tuple[str, ...] = ()
    """The persons chosen to sign the minutes beside the chair."""
    attendees: HashTrieMap[str, Attendee] = field(default_factory=HashTrieMap)
    """Who is there now, by person."""
    ever_present: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """Everyone who was there at some time, with the entry by which they first came."""
    absent: tuple[str, ...] = ()
    """Seated members who did not come."""
    present_count: int | Unknown | None = None
    """How many were there, where the source gives a number and no names; None where names are given."""
    answers: HashTrieMap[Question, Answered] = field(default_factory=HashTrieMap)
    closed: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """Cases treated behind closed doors now, with the entry that closed them; `*` for the whole meeting."""
    outcomes: HashTrieMap[str, CaseOutcome] = field(default_factory=HashTrieMap)
    """What became of cases that were not decided."""
    adjourned_by: int | None = None
    """The entry that ended it."""
    called_to: date | None = None
    """The day it was called to; None where the source shows no call."""
    called_by: int | None = None
    """The entry that called it; None where the source shows no call."""
    sent: Interval | None = None
    """When the call was sent."""
    urgent: bool = False
    """Whether it was called as an urgent meeting."""
    titles: HashTrieMap[str, str] = field(default_factory=HashTrieMap)
    """What the agenda calls a case, where that is not the case's own title."""
    others_present: tuple[str, ...] = ()
    """Who else was there, by role."""
    continues_on: date | None = None
    """The day it goes on, where it was adjourned to another day."""

    @property
    def is_open(self) -> bool:
        """Whether it is going on: opened and not yet ended."""
        return self.opened_by is not None and self.adjourned_by is None

    def shut_out(self, case_id: str) -> frozenset[str]:
        """Returns the persons who may not take part in a case: disqualified or excused."""
        return frozenset(
            question.person_id
            for question, answered in self.answers.items()
            if question.case_id == case_id and answered.outcome != "qualified"
        )

    def taking_part(self, case_id: str | None) -> tuple[Attendee, ...]:
        """Returns who is there now and may vote in a case, sorted by person; in no case, those shut out of one too.

        A deputy counts while the member whose place it is does not: is not there, or is shut out of the case.
        """
        out = frozenset[str]() if case_id is None else self.shut_out(case_id)
        return tuple(
            attendee
            for _, attendee in sorted(self.attendees.items())
            if attendee.person_id not in out
            and (attendee.deputy_for is None or attendee.deputy_for not in self.attendees or attendee.deputy_for in out)
        )


@dataclass(frozen=True)
class Meetings:
    """Every meeting, by id."""

    by_id: HashTrieMap[str, Meeting] = field(default_factory=HashTrieMap)
    by_body: HashTrieMap[str, List[str]] = field(default_factory=HashTrieMap)
    """The meetings of each body, the latest called first."""

    def of_body(self, body_id: str) -> Iterator[Meeting]:
        """Yields a body's meetings, the latest called first."""
        return (self.by_id[meeting_id] for meeting_id in self.by_body.get(body_id) or ())

    def held(self, meeting: Meeting) -> Meetings:
        """Returns the state with this meeting in place of the one of the same id, or as its body's latest."""
        known: List[str] = self.by_body.get(meeting.body_id) or List()
        if meeting.meeting_id not in self.by_id:
            known = known.push_front(meeting.meeting_id)
        return Meetings(
            by_id=self.by_id.insert(meeting.meeting_id, meeting),
            by_body=self.by_body.insert(meeting.body_id, known),
        )
