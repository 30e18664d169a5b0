"""Succession: members followed by others through a merger, a split or a change of name (inndelingslova).

The state decides it, so nobody resolves on it here; what the register sees to is that nothing is lost on the way. In a
merger the votes in a body need not be conserved: what the successor has is what its mapping says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field
from rpds import HashTrieMap

from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, judge
from domain.members.admission import against_kinds
from domain.members.party import MemberShare, Party, seated_outsiders
from domain.members.state import Members, Shares, total
from domain.members.ties import Ties, nature_of
from domain.rulebook import Standing
from domain.text import Frozen, Id, Share
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
    shares: Annotated[tuple[MemberShare, ...], Field(max_length=50)] = ()
    """What each successor owns in the predecessors' place, together exactly what those owned."""
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
TiesOf = Callable[[Collection[str]], Ties]
"""Returns what ties these members in the interval of the act."""


@dataclass(frozen=True, slots=True)
class Tied:
    """How to ask the registers above what ties members."""

    with_seats_for: SeatsOf
    ties_of: TiesOf


def replaced(succession: MemberSucceeded | SucceedMember) -> tuple[str, ...]:
    """Returns the predecessors that are not their own successors, as one that only changes its name may be."""
    kept = {party.member_id for party in succession.successors}
    return tuple(m for m in succession.predecessors if m not in kept)


def succeed(command: SucceedMember, members: Members, standing: Standing, tied: Tied, context: Context) -> Decision:
    """Returns the succession. Raises Rejection."""
    event = MemberSucceeded(
        predecessors=command.predecessors,
        successors=command.successors,
        cause=command.cause,
        mapping=command.mapping,
    )
    return Decision((event,), judge(_against(command, members, standing, tied, context), context.mode))


def _against(
    command: SucceedMember, members: Members, standing: Standing, tied: Tied, context: Context
) -> Iterator[Rejection]:
    yield from _against_strangers(command, members, context)
    yield from _against_present(command, members, context)
    yield from _against_shape(command)
    yield from _against_nothing(command, members)
    yield from _against_later_shares(command, members, context)
    yield from _against_shares(command, members)
    yield from _against_owned(command, members, context)
    yield from _against_lost_seats(command, tied.with_seats_for)
    yield from _against_unmapped(command, tied.ties_of(replaced(command)))
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


def _owned_after(succession: MemberSucceeded | SucceedMember) -> dict[str, Share]:
    return {share.member_id: share.share for share in succession.mapping.shares}


def _against_later_shares(command: SucceedMember, members: Members, context: Context) -> Iterator[Rejection]:
    """Yields that shares laid down for a later day still name one that is followed by others by then."""
    gone = replaced(command)
    later = [m for m in members.shares.marks if m.effective.latest > context.on and m.value.owned(gone) > 0]
    if later:
        yield Rejection(
            "member.shares_restated_later",
            "fact",
            entries=(mark.number for mark in later),
            members=sorted(m for m in gone if any(mark.value.owned((m,)) > 0 for mark in later)),
            on=context.on.isoformat(),
        )


def _against_owned(command: SucceedMember, members: Members, context: Context) -> Iterator[Rejection]:
    """Yields that the successors do not own exactly what the predecessors did."""
    held, mapped = members.shares.on(context.on).certain, _owned_after(command)
    strangers = sorted(set(mapped) - {party.member_id for party in command.successors})
    if strangers:
        yield Rejection("member.share_mapping_to_stranger", "fact", members=strangers)
    if held is None and not mapped:
        return
    before = None if held is None else held.value.owned(replaced(command))
    after = total(mapped.values())
    if before != after:
        yield Rejection(
            "member.shares_not_conserved",
            "unknown" if before is None else "rule",
            law="kommuneloven §§ 18-4, 19-4; IKS-loven § 4",
            entries=() if held is None else (held.number,),
            before=_shown(before),
            after=_shown(after),
        )


def succeeded(state: Members, event: MemberSucceeded, fact: Fact) -> Members:
    """Returns the state in which the successors own what the predecessors did; they are liable as is said of them."""
    line = state.shares.closed_by(fact.effective)
    held, gone = line.certain(fact.effective.latest), frozenset(replaced(event))
    if held is None or gone.isdisjoint(held.ownership):
        return state
    ownership = {m: share for m, share in held.ownership.items() if m not in gone} | _owned_after(event)
    liable = {p.member_id: p.liability for p in event.successors if p.liability != "unknown"}
    known = held.liability is not None and len(liable) == len(event.successors)
    kept = {m: share for m, share in (held.liability or {}).items() if m not in gone}
    liability = HashTrieMap({**kept, **liable}) if known else None
    shares = Shares(held.version, HashTrieMap(ownership), liability)
    return replace(state, shares=line.with_mark(fact.effective, fact.number, shares))


def _against_unmapped(command: SucceedMember, ties: Ties) -> Iterator[Rejection]:
    """Yields what names a predecessor and is not passed on: open grants and agreements, and services it uses."""
    grants = ties.without("grant", frozenset(command.mapping.grants))
    if grants:
        yield Rejection(
            "member.grant_mapping_incomplete",
            nature_of(grants),
            entries=(tie.entry for tie in grants),
            grants=[tie.id for tie in grants],
        )
    agreements = ties.without("agreement", frozenset(command.mapping.agreements))
    if agreements:
        yield Rejection(
            "member.agreement_mapping_incomplete",
            nature_of(agreements),
            entries=(tie.entry for tie in agreements),
            agreements=[tie.id for tie in agreements],
        )
    services = ties.without("service", frozenset(command.mapping.services))
    if services:
        yield Rejection(
            "member.service_mapping_incomplete",
            nature_of(services),
            entries=(tie.entry for tie in services),
            services=[tie.id for tie in services],
        )


def _against_lost_seats(command: SucceedMember, with_seats_for: SeatsOf) -> Iterator[Rejection]:
    mapped = {seats.body_id for seats in command.mapping.bodies}
    lost = sorted(body_id for body_id in with_seats_for(replaced(command)) if body_id not in mapped)
    if lost:
        yield Rejection("member.seat_mapping_incomplete", bodies=lost)
    heirs = {party.member_id for party in command.successors}
    strangers = sorted({seats.member_id for seats in command.mapping.bodies} - heirs)
    if strangers:
        yield Rejection("member.seat_mapping_to_stranger", "fact", members=strangers)
