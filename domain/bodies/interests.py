"""Interests (habilitet): what ties a person to an organisation, as the person has declared it.

A declaration shuts nobody out of a case by itself: the body decides on that (kommuneloven § 11-10, forvaltningsloven
§§ 6 and 8). An employment says who is eligible where its position does (kommuneloven §§ 7-3, 23-1; IKS-loven §§ 6, 10).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from rpds import List

from domain.bodies.presence import against_person
from domain.bodies.state import Bodies, Interest, InterestKind
from domain.copying import replace
from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.members import Members
from domain.rulebook.eligibility import Position
from domain.text import Id, Name, Unknown

# Events: stored for ever -----------------------------------------------------------------


class InterestDeclared(Event):
    """A person declared a tie to an organisation."""

    type: Literal["interest.declared"] = "interest.declared"
    interest_id: Id
    person_id: Id
    kind: InterestKind
    party: Name
    """The organisation: a company, a municipality, an association. Never the name of a private person: of someone in
    the family the organisation they are tied to."""
    member_id: Id | None = None
    """The organisation, where it is a member of the collaboration."""
    of_collaboration: bool = False
    """Whether the organisation is the collaboration itself."""
    position: Position | None = None
    """For an employment, what the person is there."""
    public_company: bool | Unknown | None = None
    """Whether it is a company wholly owned by public bodies, which forvaltningsloven § 6 first paragraph e excepts."""
    until: Day | None = None
    """The last day of it, where that is known."""


class InterestEnded(Event):
    """A declared tie is no more."""

    type: Literal["interest.ended"] = "interest.ended"
    interest_id: Id


# Commands --------------------------------------------------------------------------------


class DeclareInterest(Command):
    """Declare what ties a person to an organisation; `effective` is the first day of it.

    Give the organisation's name, never that of a private person.
    """

    type: Literal["interest.declare"]
    interest_id: Id
    person_id: Id
    kind: InterestKind
    party: Name
    member_id: Id | None = None
    of_collaboration: bool = False
    position: Position | None = None
    public_company: bool | Unknown | None = None
    until: Day | None = None


class EndInterest(Command):
    """Record that a declared tie is no more; `effective` is the first day without."""

    type: Literal["interest.end"]
    interest_id: Id


# evolve ----------------------------------------------------------------------------------


def declared(state: Bodies, event: InterestDeclared, fact: Fact) -> Bodies:
    """Returns the state with one more interest."""
    interest = Interest(
        interest_id=event.interest_id,
        person_id=event.person_id,
        kind=event.kind,
        party=event.party,
        member_id=event.member_id,
        of_collaboration=event.of_collaboration,
        position=event.position,
        public_company=event.public_company,
        entry=fact.number,
        life=Lifetime(fact.effective, until=event.until),
    )
    held = state.merged.get(event.person_id)
    person_id = event.person_id if held is None else held.into
    others = [i for i in state.interests_by_person.get(person_id) or () if i != event.interest_id]
    return replace(
        state,
        interests=state.interests.insert(interest.interest_id, interest),
        interests_by_person=state.interests_by_person.insert(person_id, List([interest.interest_id, *others])),
    )


def ended(state: Bodies, event: InterestEnded, fact: Fact) -> Bodies:
    """Returns the state in which the interest ends in the fact's interval."""
    interest = state.interests.get(event.interest_id)
    if interest is None:
        return state
    over = replace(interest, life=interest.life.end(fact.effective), ended_by=fact.number)
    return replace(state, interests=state.interests.insert(interest.interest_id, over))


# subjects --------------------------------------------------------------------------------


def subjects(event: InterestDeclared | InterestEnded) -> Iterator[Subject]:
    """Yields the interest alone: one that is shielded must not shield the seats of the person who declared it."""
    yield Subject("interest", event.interest_id)


# Rules -----------------------------------------------------------------------------------


def declare(command: DeclareInterest, state: Bodies, members: Members, context: Context) -> Decision:
    """Returns the interest declared. Raises Rejection."""
    ruling = judge(_against_declaring(command, state, members, context), context.mode)
    event = InterestDeclared(
        interest_id=command.interest_id,
        person_id=command.person_id,
        kind=command.kind,
        party=command.party,
        member_id=command.member_id,
        of_collaboration=command.of_collaboration,
        position=command.position,
        public_company=command.public_company,
        until=command.until,
    )
    return Decision((event,), ruling)


def end(command: EndInterest, state: Bodies, context: Context) -> Decision:
    """Returns the interest ended. Raises Rejection."""
    ruling = judge(_against_ending(command, state, context), context.mode)
    return Decision((InterestEnded(interest_id=command.interest_id),), ruling)


def _against_declaring(
    command: DeclareInterest, state: Bodies, members: Members, context: Context
) -> Iterator[Rejection]:
    known = state.interests.get(command.interest_id)
    if known is not None:
        yield Rejection("interest.already_declared", "fact", entries=(known.entry,), interest_id=command.interest_id)
    yield from against_person(state, command.person_id)
    if command.member_id is not None and command.member_id not in members.parties:
        yield Rejection("interest.unknown_member", "fact", interest_id=command.interest_id, member_id=command.member_id)
    if command.member_id is not None and command.of_collaboration:
        yield Rejection("interest.two_organisations", "fact", interest_id=command.interest_id)
    if command.position is not None and command.kind != "employment":
        yield Rejection(
            "interest.position_without_employment", "fact", interest_id=command.interest_id, position=command.position
        )
    if command.until is not None and command.until < context.effective.earliest:
        yield Rejection(
            "interest.term_empty",
            "fact",
            interest_id=command.interest_id,
            starts=context.effective.earliest.isoformat(),
            until=command.until.isoformat(),
        )
    wanted = Lifetime(context.effective, until=command.until)
    for other in state.declared_by(command.person_id):
        if _same_tie(other, command) and other.life.meets(wanted) is True:
            yield Rejection(
                "interest.declared_twice",
                "fact",
                entries=(other.entry,),
                interest_id=command.interest_id,
                other_id=other.interest_id,
                party=command.party,
            )


def _same_tie(interest: Interest, command: DeclareInterest) -> bool:
    """Returns whether an interest is the one that is being declared: same kind, organisation and position."""
    known = (interest.kind, interest.party.casefold(), interest.member_id, interest.of_collaboration, interest.position)
    told = (command.kind, command.party.casefold(), command.member_id, command.of_collaboration, command.position)
    return known == told


def _against_ending(command: EndInterest, state: Bodies, context: Context) -> Iterator[Rejection]:
    interest = state.interests.get(command.interest_id)
    if interest is None:
        yield Rejection("interest.unknown_interest", "fact", interest_id=command.interest_id)
        return
    there = interest.life.during(context.effective)
    on = context.on.isoformat()
    if there is False or interest.life.ended_since(context.effective) is not None:
        entries = (interest.entry, *(() if interest.ended_by is None else (interest.ended_by,)))
        yield Rejection("interest.not_held", "fact", entries=entries, interest_id=command.interest_id, on=on)
    elif there is None:
        yield Rejection(
            "interest.perhaps_not_held", "unknown", entries=(interest.entry,), interest_id=command.interest_id, on=on
        )
