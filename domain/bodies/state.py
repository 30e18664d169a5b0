"""The state of the register of bodies: bodies with their seat plans, offices, people, and who sat where on a day."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal, NamedTuple

from pydantic import Field
from rpds import HashTrieMap, List

from domain.copying import replace
from domain.dates import Interval, Mark, Timeline
from domain.kernel import Basis
from domain.lifetime import Lifetime, Present, present
from domain.members import MemberSucceeded, Succession
from domain.rulebook import Standing
from domain.rulebook.bodies import Base, Needed
from domain.rulebook.eligibility import Position
from domain.text import Frozen, SealedText, Share, Unknown
from domain.vocabulary import BodyKind, OfficeKind, SeatAllotment

Allotments = tuple[SeatAllotment, ...]
Rank = Literal["full", "deputy"]
MajorityAbout = Literal["ordinary", "charter", "budget", "election", "dissolution"]
"""What a majority is for; `ordinary` is everything that has none of its own."""
Weights = Literal["per_person", "per_member", "by_seat_plan", "by_shares"]
"""One vote each, one for each member, the votes of the seat plan, or as the members' shares."""


class Threshold(Frozen):
    """A share that must be reached, or passed."""

    share: Share
    more_than: bool = False
    """Whether the share itself is not enough."""

    @property
    def needed(self) -> Needed:
        """As a number to compare by."""
        return Needed(self.share.fraction, self.more_than)


class MajorityRule(Frozen):
    """The majority a body asks for in one kind of matter."""

    about: MajorityAbout = "ordinary"
    needed: Threshold
    base: Base = "votes_cast"


class BodyRules(Frozen):
    """What a body has laid down for its own meetings; None where it has laid down nothing, so that the act applies."""

    quorum: Threshold | None = None
    """Of the members, who must be there."""
    majorities: Annotated[tuple[MajorityRule, ...], Field(max_length=5)] = ()
    notice_days: Annotated[int, Field(ge=0, le=365)] | None = None
    """Whole days from the call to the meeting."""
    term_years: Annotated[int, Field(ge=1, le=50)] | None = None
    minute_signers: Annotated[int, Field(ge=0, le=20)] | None = None
    """How many chosen for it sign the minutes beside the chair."""
    all_present_sign: bool = False
    """Whether everyone who was there signs the minutes."""
    remote_allowed: bool | Unknown = "unknown"
    """Whether meetings may be held remotely (fjernmøte)."""
    casting_vote: bool | Unknown = "unknown"
    """Whether the chair's vote decides where votes are equal."""
    consensus: bool = False
    """Whether nothing is decided against anyone's vote."""
    weights: Weights | Unknown = "unknown"

    def majority(self, about: MajorityAbout) -> MajorityRule | None:
        """Returns the majority for a matter, else the ordinary one, else None."""
        found = {rule.about: rule for rule in self.majorities}
        return found.get(about) or found.get("ordinary")


class Place(NamedTuple):
    """Where a person can sit: a body or an office."""

    kind: Literal["body", "office"]
    id: str


@dataclass(frozen=True, slots=True)
class Body:
    """A body, with the seats laid down for each member over time."""

    body_id: str
    name: str
    kind: BodyKind
    parent: str | None
    meets_in_public: bool | Unknown
    role: SealedText | None
    entry: int
    life: Lifetime
    seat_plans: Timeline[Allotments]
    """An empty plan is one the source does not show."""
    dissolved_by: int | None = None
    """The entry that dissolved it."""
    successor: str | None = None
    rules: Timeline[BodyRules] = field(default_factory=Timeline)
    """The rules it has adopted for itself."""

    def rules_on(self, day: date) -> BodyRules | None:
        """Returns the rules of its own that certainly hold on `day`, None where it has adopted none by then."""
        return self.rules.certain(day)

    def is_top_of(self, standing: Standing) -> bool:
        """Returns whether it is of the kind that is the top body of the legal form."""
        return standing.form is not None and standing.form.top_body == self.kind

    def set_up_by(self, effective: Interval) -> Timeline[Allotments]:
        """Returns the plans, the first of them in force by the last day of `effective` if it can have been.

        Seats are laid down anew in a body that is there, so a rough date of setting up does not come after it.
        """
        return Timeline(tuple(sorted(self._no_later(mark, effective) for mark in self.seat_plans.marks)))

    def _no_later(self, mark: Mark[Allotments], effective: Interval) -> Mark[Allotments]:
        interval = mark.effective
        if mark.number != self.entry or not interval.earliest <= effective.latest < interval.latest:
            return mark
        return Mark(interval.model_copy(update={"latest": effective.latest}), mark.number, mark.value)

    def with_plan(self, effective: Interval, number: int, plan: Allotments) -> Body:
        """Returns the body with these seats from `effective`."""
        return replace(self, seat_plans=self.set_up_by(effective).with_mark(effective, number, plan))

    def seats_for(self, member_id: str, rank: Rank, day: date) -> int | Unknown:
        """Returns how many full members, or deputies, the member certainly has in it on `day`.

        Unknown where the source shows no plan; 0 for a member that the plan does not name.
        """
        plan = self.seat_plans.certain(day)
        if not plan:
            return "unknown"
        allotment = next((allotment for allotment in plan if allotment.member_id == member_id), None)
        if allotment is None:
            return 0
        return allotment.seats if rank == "full" else allotment.deputies


@dataclass(frozen=True, slots=True)
class Office:
    """An office, whoever fills it."""

    office_id: str
    title: str
    kind: OfficeKind
    body_id: str | None
    member_id: str | None
    entry: int
    life: Lifetime
    purpose: SealedText | None = None
    accountabilities: SealedText | None = None
    abolished_by: int | None = None
    """The entry that abolished it."""


InterestKind = Literal["employment", "board", "ownership", "family", "party", "project", "other"]
"""What ties a person to an organisation. `family`: someone close is tied to it; `party`: a political party."""


@dataclass(frozen=True, slots=True)
class Interest:
    """A tie a person has declared."""

    interest_id: str
    person_id: str
    kind: InterestKind
    party: str
    """The organisation's name."""
    member_id: str | None
    """The organisation, where it is a member of the collaboration."""
    of_collaboration: bool
    """Whether the organisation is the collaboration itself."""
    position: Position | None
    public_company: bool | Unknown | None
    entry: int
    life: Lifetime
    ended_by: int | None = None
    """The entry that ended it before its last day."""


@dataclass(frozen=True, slots=True)
class Merged:
    """That a person had two ids, and is known by one of them from then on."""

    into: str
    entry: int


@dataclass(frozen=True, slots=True)
class Move:
    """Man-years of a function that came to an employer, or left it where they are negative."""

    employer: str
    man_years: Fraction
    effective: Interval
    number: int


@dataclass(frozen=True, slots=True)
class Function:
    """Work that is done by some employer's staff, and how the man-years for it have moved."""

    function_id: str
    name: str
    entry: int
    moves: tuple[Move, ...] = ()
    """In the order of their entries."""

    def placed(self, employer: str, day: date) -> Fraction | Unknown:
        """Returns the man-years certainly placed with an employer on `day`; unknown where none are known to have come.

        A move away from an employer that nothing is known to have come to leaves it unknown how many remain.
        """
        own = [move for move in self.moves if move.employer == employer and move.effective.earliest <= day]
        certain = [move for move in own if move.effective.latest <= day]
        total = sum((move.man_years for move in certain), Fraction(0))
        if not any(move.man_years > 0 for move in own) or len(certain) < len(own) or total < 0:
            return "unknown"
        return total


@dataclass(frozen=True, slots=True)
class Tenure:
    """One person's time in one body or office."""

    person_id: str
    place: Place
    on_behalf_of: str | None
    deputy_rank: int | None
    entry: int
    life: Lifetime
    vacated_by: int | None = None
    """The entry that ended it before its term."""
    cause: str | None = None
    election: Basis | None = None
    """The resolution or decision by which the person was elected, as far as the book names one."""

    @property
    def rank(self) -> Rank:
        """Whether it is a full member's seat or a deputy's."""
        return "full" if self.deputy_rank is None else "deputy"


class TenureKey(NamedTuple):
    """A tenure by the entry that began it; one entry may fill both a body and an office."""

    entry: int
    place: Place


@dataclass(frozen=True)
class Bodies:
    """Bodies, offices and people, and who sat where."""

    bodies: HashTrieMap[str, Body] = field(default_factory=HashTrieMap)
    offices: HashTrieMap[str, Office] = field(default_factory=HashTrieMap)
    persons: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """The entry that registered each person."""
    tenures: HashTrieMap[TenureKey, Tenure] = field(default_factory=HashTrieMap)
    by_place: HashTrieMap[Place, List[TenureKey]] = field(default_factory=HashTrieMap)
    """The newest first."""
    by_person: HashTrieMap[str, List[TenureKey]] = field(default_factory=HashTrieMap)
    """The newest first."""
    merged: HashTrieMap[str, Merged] = field(default_factory=HashTrieMap)
    """Ids no longer in use, each with the one its person has since."""
    interests: HashTrieMap[str, Interest] = field(default_factory=HashTrieMap)
    interests_by_person: HashTrieMap[str, List[str]] = field(default_factory=HashTrieMap)
    """The newest first."""
    contacts: HashTrieMap[str, Mark[SealedText]] = field(default_factory=HashTrieMap)
    """How each person can be reached, as last recorded."""
    functions: HashTrieMap[str, Function] = field(default_factory=HashTrieMap)

    def interests_of(self, person_id: str, day: date) -> Present[Interest]:
        """Returns the interests a person has declared and has on `day`, certain and possible apart."""
        return present(self.declared_by(person_id), Interval.exact(day))

    def declared_by(self, person_id: str) -> Iterator[Interest]:
        """Yields every interest a person ever declared, the newest entry first."""
        return (self.interests[interest_id] for interest_id in self.interests_by_person.get(person_id) or ())

    def with_seats_for(self, member_ids: Collection[str]) -> tuple[str, ...]:
        """Returns the ids of bodies not dissolved whose latest seat plan names any of the members, sorted."""
        return tuple(sorted(body.body_id for body in self.bodies.values() if _seats_any(body, member_ids)))

    def tenures_at(self, place: Place) -> Iterator[Tenure]:
        """Yields everyone who ever sat, sits or will sit there, the newest entry first."""
        return (self.tenures[key] for key in self.by_place.get(place) or ())

    def tenures_of(self, person_id: str) -> Iterator[Tenure]:
        """Yields every seat and office the person ever had, has or will have, the newest entry first."""
        return (self.tenures[key] for key in self.by_person.get(person_id) or ())

    def sitting(self, place: Place, day: date) -> Present[Tenure]:
        """Returns who sits there on `day`, certain and possible apart."""
        return present(self.tenures_at(place), Interval.exact(day))

    def held(self, person_id: str, place: Place, interval: Interval) -> Tenure | None:
        """Returns the tenure the person has there throughout `interval`, else one possible in it, else None."""
        there = present((tenure for tenure in self.tenures_of(person_id) if tenure.place == place), interval)
        return next(iter((*there.certain, *there.possible)), None)

    def seated(self, tenure: Tenure) -> Bodies:
        """Returns the state with one more tenure."""
        key = TenureKey(tenure.entry, tenure.place)
        at_place: List[TenureKey] = self.by_place.get(tenure.place) or List()
        of_person: List[TenureKey] = self.by_person.get(tenure.person_id) or List()
        return replace(
            self,
            tenures=self.tenures.insert(key, tenure),
            by_place=self.by_place.insert(tenure.place, at_place.push_front(key)),
            by_person=self.by_person.insert(tenure.person_id, of_person.push_front(key)),
        )


def _seats_any(body: Body, member_ids: Collection[str]) -> bool:
    last = body.seat_plans.last
    if body.life.ended is not None or last is None:
        return False
    return any(allotment.member_id in member_ids for allotment in last.value)


def with_successors(state: Bodies, event: MemberSucceeded, effective: Interval, number: int) -> Bodies:
    """Returns the state in which mapped seats replace the predecessors', from `effective` and in every later plan."""
    bodies = state.bodies
    for body_id in dict.fromkeys(seats.body_id for seats in event.mapping.bodies):
        body = bodies.get(body_id)
        if body is not None:
            bodies = bodies.insert(body_id, _body_with_successors(body, event, effective, number))
    return replace(state, bodies=bodies)


def _body_with_successors(body: Body, event: MemberSucceeded, effective: Interval, number: int) -> Body:
    mapped = _mapped_seats(event.mapping, body.body_id)
    gone = frozenset(event.predecessors) - mapped.keys()
    held = body.set_up_by(effective).certain(effective.latest) or ()
    succeeded = body.with_plan(effective, number, _replaced(held, mapped, gone))
    for mark in succeeded.seat_plans.marks:
        # A plan for a later day may have been laid down before the succession, and then still names the predecessors.
        if mark.effective.latest > effective.latest and any(a.member_id in gone for a in mark.value):
            succeeded = succeeded.with_plan(mark.effective, number, _replaced(mark.value, mapped, gone))
    return succeeded


def _replaced(plan: Allotments, mapped: Mapping[str, SeatAllotment], gone: Collection[str]) -> Allotments:
    return (*(a for a in plan if a.member_id not in gone and a.member_id not in mapped), *mapped.values())


def _mapped_seats(mapping: Succession, body_id: str) -> dict[str, SeatAllotment]:
    return {
        seats.member_id: SeatAllotment(
            member_id=seats.member_id, seats=seats.seats, votes=seats.votes, deputies=seats.deputies
        )
        for seats in mapping.bodies
        if seats.body_id == body_id
    }
