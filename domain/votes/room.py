"""Who can vote, and how much their votes weigh: the body, its rules and the meeting as they stand when a vote is taken.

A member's votes are spread evenly over its representatives, and those of one who is away without a deputy are not cast.
Where they cannot be spread evenly, as when two represent one vote, the council says who holds it and the ballot tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from domain.bodies import Bodies, Body, BodyRules, Place
from domain.cases import Cases
from domain.meetings.state import Attendee, Meeting, Meetings
from domain.members import Members
from domain.rulebook import Standing
from domain.rulebook.voting import VotingRule, voting_rule
from domain.text import Unknown
from domain.votes.evidence import Entitled


@dataclass(frozen=True)
class Surroundings:
    """The registers a vote rests on, on the day of the vote."""

    cases: Cases
    meetings: Meetings
    bodies: Bodies
    members: Members
    standing: Standing


@dataclass(frozen=True)
class Room:
    """One body about to vote in one case."""

    around: Surroundings
    body: Body
    meeting: Meeting | None
    """None for a vote in writing, or where the source does not tell of a meeting."""
    case_id: str | None
    on: date
    in_writing: bool
    left_out: frozenset[str] = frozenset()
    """Persons whose own impartiality is voted on (forvaltningsloven § 8)."""

    @cached_property
    def rule(self) -> VotingRule | None:
        """The act's rule, None where no act speaks of such a body."""
        return voting_rule(self.around.standing.form, self.body.kind, self.on)

    @cached_property
    def own(self) -> BodyRules:
        """The body's own rules; empty where it has none."""
        return self.body.rules_on(self.on) or BodyRules()

    @cached_property
    def shut_out(self) -> frozenset[str]:
        """Persons who may not vote in the case."""
        out = frozenset[str]()
        if self.meeting is not None and self.case_id is not None:
            out = self.meeting.shut_out(self.case_id)
        return out | self.left_out

    @cached_property
    def there(self) -> tuple[Attendee, ...]:
        """Who is there and may vote, sorted by person: in a vote in writing, everyone with a seat."""
        if self.in_writing or self.meeting is None:
            sitting = self.around.bodies.sitting(Place("body", self.body.body_id), self.on).certain
            found = {t.person_id: Attendee(t.person_id, t.entry, t.on_behalf_of) for t in sitting if t.rank == "full"}
            present = tuple(attendee for _, attendee in sorted(found.items())) if self.in_writing else ()
        else:
            present = self.meeting.taking_part(self.case_id)
        return tuple(attendee for attendee in present if attendee.person_id not in self.shut_out)

    @cached_property
    def names_known(self) -> bool:
        """Whether the book knows who was there."""
        return self.in_writing or (self.meeting is not None and bool(self.meeting.attendees))

    @cached_property
    def number_there(self) -> int | Unknown:
        """How many were there and could vote."""
        if self.names_known:
            return len(self.there)
        told = None if self.meeting is None else self.meeting.present_count
        return "unknown" if told is None else told

    @cached_property
    def size(self) -> int | Unknown:
        """How many members the body has: the seats laid down, or those who sit there where they are more."""
        sitting = self.around.bodies.sitting(Place("body", self.body.body_id), self.on)
        seated = {tenure.person_id for tenure in sitting.certain if tenure.rank == "full"}
        seats = [allotment.seats for allotment in self.body.seat_plans.certain(self.on) or ()]
        known = [number for number in seats if number != "unknown"]
        if seats and len(known) == len(seats):
            return max(sum(known), len(seated))
        if seats or not seated or any(tenure.rank == "full" for tenure in sitting.possible):
            return "unknown"
        return len(seated)

    @cached_property
    def weighted(self) -> bool:
        """Whether votes are counted by member and not by person."""
        if self.rule is not None and self.rule.by_head:
            return False
        if self.own.weights != "unknown":
            return self.own.weights != "per_person"
        return any(votes != "unknown" for votes in self._planned.values())

    @cached_property
    def _planned(self) -> Mapping[str, int | Unknown]:
        return {allotment.member_id: allotment.votes for allotment in self.body.seat_plans.certain(self.on) or ()}

    @cached_property
    def votes_of(self) -> Mapping[str, int | Unknown]:
        """The votes each member has in the body together; empty where they are counted by person."""
        if not self.weighted:
            return {}
        if self.own.weights == "per_member":
            return dict.fromkeys(self._planned, 1)
        # Shares are not votes: what each gives in votes is the charter's to say, and not held.
        return self._planned if self.own.weights != "by_shares" else dict.fromkeys(self._planned, "unknown")

    @cached_property
    def votes_in_all(self) -> int | Unknown:
        """All votes in the body together."""
        if not self.weighted:
            return self.size
        known = [votes for votes in self.votes_of.values() if votes != "unknown"]
        return sum(known) if known and len(known) == len(self.votes_of) else "unknown"

    def pooled(self, member_id: str | None) -> bool:
        """Returns whether the ballots tell how a member's votes are spread over its representatives."""
        return self.weighted and member_id is not None and self.weight_of(member_id) == "unknown"

    def weight_of(self, member_id: str | None) -> int | Unknown:
        """Returns how many votes a representative of a member carries, unknown where the book does not say."""
        if not self.weighted:
            return 1
        votes = "unknown" if member_id is None else self.votes_of.get(member_id, "unknown")
        seats = "unknown" if member_id is None else self.body.seats_for(member_id, "full", self.on)
        if votes == "unknown" or seats == "unknown" or not seats:
            return "unknown"
        each, left = divmod(votes, seats)
        return each if left == 0 else "unknown"

    def entitled(self, told: Mapping[str, int]) -> tuple[Entitled, ...]:
        """Returns who could vote and what each carries; `told` are the weights ballots give, by person."""
        return tuple(
            Entitled(
                person_id=a.person_id,
                on_behalf_of=a.on_behalf_of,
                deputy_for=a.deputy_for,
                weight=self._carried(a, told),
            )
            for a in self.there
        )

    def _carried(self, attendee: Attendee, told: Mapping[str, int]) -> int | Unknown:
        laid_down = self.weight_of(attendee.on_behalf_of)
        return told.get(attendee.person_id, "unknown") if laid_down == "unknown" else laid_down

    @property
    def entries(self) -> tuple[int, ...]:
        """The entries that tell who was there."""
        if self.meeting is None:
            return (self.body.entry,)
        return (self.meeting.entry, *(attendee.entry for attendee in self.there))
