"""Register of members (deltakere): who takes part, since when, and who stepped into whose place.

Kommuneloven §§ 18-1, 18-2, 18-4, 19-1, 19-2, 19-4, 20-4, 20-8; IKS-loven §§ 1, 3, 4, 30-32; mergers and splits by
inndelingslova. Each subject has a file with its events, commands and rules; the state they share is in `state`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from domain.copying import replace
from domain.kernel import Context, Decision, Fact, Subject
from domain.members.admission import AdmitMember, MemberAdmitted, admit
from domain.members.departure import (
    AgreementMapping,
    ChecklistItem,
    DepartMember,
    DepartureCause,
    MemberDeparted,
    checklist,
    depart,
)
from domain.members.party import (
    DECIDING,
    MemberShare,
    Party,
    fields_of,
    of_wrong_kind,
    parties_to_charter,
    seated_outsiders,
)
from domain.members.shares import RestateShares, SharesRestated, restate, restated
from domain.members.state import Members, Notice, Shares, joined, left
from domain.members.succession import (
    BodySeats,
    MemberSucceeded,
    SucceedMember,
    Succession,
    SuccessionCause,
    Tied,
    replaced,
    succeed,
    succeeded,
)
from domain.members.ties import Tie, TieKind, Ties, nature_of
from domain.members.withdrawal import (
    GiveWithdrawalNotice,
    RescindWithdrawalNotice,
    WithdrawalNoticeGiven,
    WithdrawalNoticeRescinded,
    give_notice,
    rescind,
)
from domain.resolutions import COLLABORATION, Resolutions
from domain.rulebook import Standing

__all__ = [
    "DECIDING",
    "AdmitMember",
    "AgreementMapping",
    "BodySeats",
    "ChecklistItem",
    "DepartMember",
    "DepartureCause",
    "GiveWithdrawalNotice",
    "MemberAdmitted",
    "MemberCommand",
    "MemberDeparted",
    "MemberEvent",
    "MemberShare",
    "MemberSucceeded",
    "Members",
    "Notice",
    "Party",
    "RescindWithdrawalNotice",
    "RestateShares",
    "Shares",
    "SharesRestated",
    "SucceedMember",
    "Succession",
    "SuccessionCause",
    "Tie",
    "TieKind",
    "Tied",
    "Ties",
    "WithdrawalNoticeGiven",
    "WithdrawalNoticeRescinded",
    "checklist",
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

MemberEvent = (
    MemberAdmitted
    | SharesRestated
    | WithdrawalNoticeGiven
    | WithdrawalNoticeRescinded
    | MemberDeparted
    | MemberSucceeded
)
MemberCommand = (
    AdmitMember | RestateShares | GiveWithdrawalNotice | RescindWithdrawalNotice | DepartMember | SucceedMember
)


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
            notice = Notice(fact.number, event.departs_on, fact.effective, event.clause)
            return replace(state, notices=state.notices.insert(event.member_id, notice))
        case WithdrawalNoticeRescinded():
            return replace(state, notices=state.notices.discard(event.member_id))
        case SharesRestated():
            return restated(state, event, fact)
        case MemberDeparted():
            return left(state, (event.member_id,), fact)
        case MemberSucceeded():
            state = joined(left(state, replaced(event), fact), event.successors, fact)
            return succeeded(state, event, fact)
        case _:
            assert_never(event)


def subjects(event: MemberEvent) -> Iterator[Subject]:
    """Yields everyone and everything an event touches."""
    match event:
        case MemberAdmitted() | WithdrawalNoticeGiven() | WithdrawalNoticeRescinded():
            yield Subject("member", event.member_id)
        case MemberDeparted():
            yield Subject("member", event.member_id)
            yield from (Subject("grant", grant.grant_id) for grant in event.grants)
            yield from (Subject("agreement", mapping.agreement_id) for mapping in event.agreements)
        case SharesRestated():
            yield Subject("collaboration", COLLABORATION)
            yield from (Subject("member", share.member_id) for share in (*event.shares, *(event.liability or ())))
        case MemberSucceeded():
            yield from (Subject("member", member_id) for member_id in event.predecessors)
            yield from (Subject("member", party.member_id) for party in event.successors)
            yield from (Subject("body", seats.body_id) for seats in event.mapping.bodies)
            yield from (Subject("agreement", agreement_id) for agreement_id in event.mapping.agreements)
            yield from (Subject("grant", grant_id) for grant_id in event.mapping.grants)
            yield from (Subject("service", service_id) for service_id in event.mapping.services)
            if replaced(event):  # whoever is followed owns nothing any more, even where nobody is said to own it now
                yield Subject("collaboration", COLLABORATION)
        case _:
            assert_never(event)


def decide(
    command: MemberCommand,
    members: Members,
    resolutions: Resolutions,
    standing: Standing,
    tied: Tied,
    context: Context,
) -> Decision:
    """Answers a command. `tied` tells what ties members in the interval of the act. Raises Rejection."""
    match command:
        case AdmitMember():
            return admit(command, members, resolutions, standing, context)
        case GiveWithdrawalNotice():
            return give_notice(command, members, resolutions, standing, context)
        case RescindWithdrawalNotice():
            return rescind(command, members, resolutions, standing, context)
        case RestateShares():
            return restate(command, members, resolutions, standing, context)
        case DepartMember():
            return depart(command, members, resolutions, standing, tied.ties_of((command.member_id,)), context)
        case SucceedMember():
            return succeed(command, members, standing, tied, context)
        case _:
            assert_never(command)
