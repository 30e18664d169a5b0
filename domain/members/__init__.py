"""Register of members (deltakere): who takes part, since when, and who stepped into whose place.

Kommuneloven §§ 18-1, 18-2, 18-4, 19-1, 19-2, 19-4, 20-4, 20-8; IKS-loven §§ 1, 3, 4, 30-32; mergers and splits by
inndelingslova. Each subject has a file with its events, commands and rules; the state they share is in `state`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import assert_never

from domain.kernel import Context, Decision, Fact, Subject
from domain.members.admission import AdmitMember, MemberAdmitted, admit
from domain.members.party import DECIDING, Party, fields_of, of_wrong_kind, parties_to_charter, seated_outsiders
from domain.members.state import Members, Notice, joined, left
from domain.members.succession import (
    BodySeats,
    MemberSucceeded,
    SeatsOf,
    SucceedMember,
    Succession,
    SuccessionCause,
    replaced,
    succeed,
)
from domain.members.ties import Tie, TieKind, Ties, nature_of
from domain.members.withdrawal import (
    DepartMember,
    DepartureCause,
    GiveWithdrawalNotice,
    MemberDeparted,
    WithdrawalNoticeGiven,
    depart,
    give_notice,
)
from domain.resolutions import Resolutions
from domain.rulebook import Standing

__all__ = [
    "DECIDING",
    "AdmitMember",
    "BodySeats",
    "DepartMember",
    "DepartureCause",
    "GiveWithdrawalNotice",
    "MemberAdmitted",
    "MemberCommand",
    "MemberDeparted",
    "MemberEvent",
    "MemberSucceeded",
    "Members",
    "Notice",
    "Party",
    "SucceedMember",
    "Succession",
    "SuccessionCause",
    "Tie",
    "TieKind",
    "Ties",
    "WithdrawalNoticeGiven",
    "decide",
    "dissolved",
    "evolve",
    "found",
    "nature_of",
    "of_wrong_kind",
    "parties_to_charter",
    "seated_outsiders",
    "subjects",
]

MemberEvent = MemberAdmitted | WithdrawalNoticeGiven | MemberDeparted | MemberSucceeded
MemberCommand = AdmitMember | GiveWithdrawalNotice | DepartMember | SucceedMember


def found(state: Members, founders: Iterable[Party], fact: Fact) -> Members:
    """Returns the state in which the founders are the first members, from the founding on."""
    named = tuple(founders)
    return replace(joined(state, named, fact), founders=tuple(party.member_id for party in named))


def dissolved(state: Members, member_ids: Iterable[str], fact: Fact) -> Members:
    """Returns the state in which these are no members from the fact on: the collaboration is no more."""
    return left(state, (m for m in member_ids if m in state.membership), fact)


def evolve(state: Members, event: MemberEvent, fact: Fact) -> Members:
    """Returns the state after one event."""
    match event:
        case MemberAdmitted():
            return joined(state, (Party(**fields_of(event)),), fact)
        case WithdrawalNoticeGiven():
            notice = Notice(fact.number, event.departs_on)
            return replace(state, notices=state.notices.insert(event.member_id, notice))
        case MemberDeparted():
            return left(state, (event.member_id,), fact)
        case MemberSucceeded():
            return joined(left(state, replaced(event), fact), event.successors, fact)
        case _:
            assert_never(event)


def subjects(event: MemberEvent) -> Iterator[Subject]:
    """Yields everyone and everything an event touches."""
    match event:
        case MemberAdmitted() | WithdrawalNoticeGiven() | MemberDeparted():
            yield Subject("member", event.member_id)
        case MemberSucceeded():
            yield from (Subject("member", member_id) for member_id in event.predecessors)
            yield from (Subject("member", party.member_id) for party in event.successors)
            yield from (Subject("body", seats.body_id) for seats in event.mapping.bodies)
            yield from (Subject("agreement", agreement_id) for agreement_id in event.mapping.agreements)
            yield from (Subject("grant", grant_id) for grant_id in event.mapping.grants)
            yield from (Subject("service", service_id) for service_id in event.mapping.services)
        case _:
            assert_never(event)


def decide(
    command: MemberCommand,
    members: Members,
    resolutions: Resolutions,
    standing: Standing,
    with_seats_for: SeatsOf,
    context: Context,
) -> Decision:
    """Answers a command. `with_seats_for` tells in which bodies given members have seats. Raises Rejection."""
    match command:
        case AdmitMember():
            return admit(command, members, resolutions, standing, context)
        case GiveWithdrawalNotice():
            return give_notice(command, members, standing, context)
        case DepartMember():
            return depart(command, members, resolutions, standing, context)
        case SucceedMember():
            return succeed(command, members, standing, with_seats_for, context)
        case _:
            assert_never(command)
