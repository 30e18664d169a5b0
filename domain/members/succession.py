"""Succession: members followed by others through a merger, a split or a change of name (inndelingslova).

The state decides it, so nobody resolves on it here; what the register sees to is that nothing is lost on the way. In a
merger the votes in a body need not be conserved: what the successor has is what its mapping says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel import Command, Context, Decision, Event, Rejection, judge
from domain.members.admission import against_kinds
from domain.members.party import Party, seated_outsiders
from domain.members.state import Members
from domain.rulebook import Standing
from domain.text import Frozen, Id
from domain.vocabulary import SeatAllotment

SuccessionCause = Literal["merger", "split", "change_of_name"]


class BodySeats(SeatAllotment):
    """The successor's seats and votes in one body, in place of its predecessors'."""

    body_id: Id


class Succession(Frozen):
    """What passes from predecessors to a successor, mapped one by one so that nothing is lost on the way."""

    bodies: tuple[BodySeats, ...] = ()
    agreements: tuple[Id, ...] = ()
    """Agreements in which the successor takes the predecessors' place."""
    grants: tuple[Id, ...] = ()
    """Grants of authority in which the successor takes the predecessors' place."""
    services: tuple[Id, ...] = ()
    """Services of which the successor becomes a consumer in the predecessors' place."""


class MemberSucceeded(Event):
    """Members were followed by others through a merger, a split or a change of name (inndelingslova)."""

    type: Literal["member.succeeded"] = "member.succeeded"
    predecessors: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    successors: Annotated[tuple[Party, ...], Field(min_length=1, max_length=50)]
    cause: SuccessionCause
    mapping: Succession = Succession()


class SucceedMember(Command):
    """Record that members are followed by others by law; nobody votes on it here."""

    type: Literal["member.succeed"]
    predecessors: Annotated[tuple[Id, ...], Field(min_length=1, max_length=50)]
    successors: Annotated[tuple[Party, ...], Field(min_length=1, max_length=50)]
    cause: SuccessionCause
    mapping: Succession = Succession()


SeatsOf = Callable[[Collection[str]], tuple[str, ...]]
"""Returns the ids of the bodies in which these members have seats."""


def replaced(succession: MemberSucceeded | SucceedMember) -> tuple[str, ...]:
    """Returns the predecessors that are not their own successors, as one that only changes its name may be."""
    kept = {party.member_id for party in succession.successors}
    return tuple(m for m in succession.predecessors if m not in kept)


def succeed(
    command: SucceedMember, members: Members, standing: Standing, with_seats_for: SeatsOf, context: Context
) -> Decision:
    """Returns the succession. Raises Rejection."""
    event = MemberSucceeded(
        predecessors=command.predecessors,
        successors=command.successors,
        cause=command.cause,
        mapping=command.mapping,
    )
    return Decision((event,), judge(_against(command, members, standing, with_seats_for, context), context.mode))


def _against(
    command: SucceedMember, members: Members, standing: Standing, with_seats_for: SeatsOf, context: Context
) -> Iterator[Rejection]:
    yield from _against_strangers(command, members, context)
    yield from _against_present(command, members, context)
    yield from _against_shape(command)
    yield from _against_nothing(command, members)
    yield from _against_shares(command, members)
    yield from _against_lost_seats(command, with_seats_for)
    outsiders = seated_outsiders(command.successors)
    if outsiders:
        yield Rejection("member.external_customer_cannot_hold_seat", members=outsiders)
    yield from against_kinds(command.successors, standing)


def _against_strangers(command: SucceedMember, members: Members, context: Context) -> Iterator[Rejection]:
    held = {m: members.is_member(m, context.on) for m in command.predecessors}
    strangers = [m for m, member in held.items() if member is False]
    doubtful = [m for m, member in held.items() if member is None]
    if strangers or doubtful:
        yield Rejection(
            "member.predecessor_not_member",
            "fact" if strangers else "unknown",
            entries=members.entries(*(strangers or doubtful)),
            members=strangers or doubtful,
            on=context.on.isoformat(),
        )


def _against_present(command: SucceedMember, members: Members, context: Context) -> Iterator[Rejection]:
    own = set(command.predecessors) if command.cause == "change_of_name" else set[str]()
    new = [party.member_id for party in command.successors if party.member_id not in own]
    held = {m: True if members.stays(m) else members.is_member(m, context.on) for m in new}
    present = [m for m, member in held.items() if member]
    doubtful = [m for m, member in held.items() if member is None]
    if present or doubtful:
        yield Rejection(
            "member.successor_already_member",
            "fact" if present else "unknown",
            entries=members.entries(*(present or doubtful)),
            members=present or doubtful,
        )


def _against_shape(command: SucceedMember) -> Iterator[Rejection]:
    before, after = len(command.predecessors), len(command.successors)
    distinct = len(set(command.predecessors)) == before and len({p.member_id for p in command.successors}) == after
    if not distinct or not _fits(command.cause, before, after):
        yield Rejection("member.succession_shape", cause=command.cause, predecessors=before, successors=after)


def _against_nothing(command: SucceedMember, members: Members) -> Iterator[Rejection]:
    for party in command.successors:
        if party.member_id in command.predecessors and party == members.parties.get(party.member_id):
            yield Rejection(
                "member.nothing_changed",
                "fact",
                entries=members.entries(party.member_id)[-1:],
                member_id=party.member_id,
            )


def _fits(cause: SuccessionCause, before: int, after: int) -> bool:
    return {
        "merger": before > 1 and after == 1,
        "split": before == 1 and after > 1,
        "change_of_name": before == after == 1,
    }[cause]


def _against_shares(command: SucceedMember, members: Members) -> Iterator[Rejection]:
    before = [members.parties[m] for m in command.predecessors if m in members.parties]
    known = [_liability(parties) for parties in (before, command.successors)]
    silent = [all(party.liability == "unknown" for party in parties) for parties in (before, command.successors)]
    if all(silent) or (None not in known and known[0] == known[1]):
        return
    yield Rejection(
        "member.shares_not_conserved",
        "unknown" if None in known else "rule",
        law="kommuneloven §§ 18-2, 19-2; IKS-loven § 3",
        entries=members.entries(*(party.member_id for party in before)),
        before=_shown(known[0]),
        after=_shown(known[1]),
    )


def _liability(parties: Iterable[Party]) -> Fraction | None:
    """Returns their liability together, None where one's is not known."""
    total = Fraction(0)
    for party in parties:
        if party.liability == "unknown":
            return None
        total += party.liability.fraction
    return total


def _shown(share: Fraction | None) -> str:
    return "unknown" if share is None else str(share)


def _against_lost_seats(command: SucceedMember, with_seats_for: SeatsOf) -> Iterator[Rejection]:
    mapped = {seats.body_id for seats in command.mapping.bodies}
    lost = sorted(body_id for body_id in with_seats_for(replaced(command)) if body_id not in mapped)
    if lost:
        yield Rejection("member.seat_mapping_incomplete", bodies=lost)
    heirs = {party.member_id for party in command.successors}
    strangers = sorted({seats.member_id for seats in command.mapping.bodies} - heirs)
    if strangers:
        yield Rejection("member.seat_mapping_to_stranger", "fact", members=strangers)
