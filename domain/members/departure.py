"""Departure (uttreden, utelukkelse): a member leaves once everything that ties it is settled.

Kommuneloven §§ 18-2, 18-4, 19-2, 19-4, 20-8; IKS-loven §§ 30-32; aksjeloven § 4-25. What is settled is a checklist:
seats on its behalf vacated, grants and agreements ended or passed on, its share restated to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.kernel import Command, Context, Decision, Event, Nature, Rejection, judge
from domain.members.admission import against_early
from domain.members.state import Members
from domain.members.ties import TieKind, Ties, nature_of
from domain.members.withdrawal import against_stranger, agreed, others_on
from domain.resolutions import COLLABORATION, Resolutions, ratification
from domain.rulebook import Standing
from domain.text import Frozen, Id, SealedText, Share, Text, Unknown
from domain.vocabulary import GrantMapping

DepartureCause = Literal["withdrawn", "excluded", "breach", "dissolved"]
"""`breach`: it leaves at once because the others broke its rights (IKS-loven § 30). `excluded`: the others put it out
because it broke its duties (§ 31)."""


class AgreementMapping(Frozen):
    """What becomes of an agreement when a member it is with leaves.

    It goes on with the one who has left, as an outside customer, or without: then it ends where nobody else is left in
    it.
    """

    agreement_id: Id
    outcome: Literal["continues", "leaves"]


class MemberDeparted(Event):
    """A member left."""

    type: Literal["member.departed"] = "member.departed"
    member_id: Id
    cause: DepartureCause
    settlement: SealedText | None = None
    residual_liability: Share | Unknown | None = None
    """Share of the obligations at the day of leaving (kommuneloven §§ 18-2, 19-2; IKS-loven § 30); None where the form
    has no such liability."""
    grants: Annotated[tuple[GrantMapping, ...], Field(max_length=400)] = ()
    agreements: Annotated[tuple[AgreementMapping, ...], Field(max_length=400)] = ()


class DepartMember(Command):
    """Record that a member leaves; `effective` is the first day it is no longer a member."""

    type: Literal["member.depart"]
    member_id: Id
    cause: DepartureCause
    settlement: Text | None = None
    residual_liability: Share | Unknown | None = None
    grants: Annotated[tuple[GrantMapping, ...], Field(max_length=400)] = ()
    agreements: Annotated[tuple[AgreementMapping, ...], Field(max_length=400)] = ()


def depart(
    command: DepartMember,
    members: Members,
    resolutions: Resolutions,
    standing: Standing,
    ties: Ties,
    context: Context,
) -> Decision:
    """Returns the departure. Raises Rejection."""
    event = MemberDeparted(
        member_id=command.member_id,
        cause=command.cause,
        settlement=None if command.settlement is None else context.seal(command.settlement),
        residual_liability=command.residual_liability,
        grants=command.grants,
        agreements=command.agreements,
    )
    return Decision(
        (event,), judge(_against_departure(command, members, resolutions, standing, ties, context), context.mode)
    )


def _against_departure(
    command: DepartMember,
    members: Members,
    resolutions: Resolutions,
    standing: Standing,
    ties: Ties,
    context: Context,
) -> Iterator[Rejection]:
    yield from against_stranger(command.member_id, members, context)
    if members.decides(command.member_id):
        yield from _against_leaving(command, members, resolutions, standing, context)
    yield from _against_unsettled(command, members, ties, context)


def _against_leaving(
    command: DepartMember, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Iterator[Rejection]:
    """Yields what speaks against one that is party to the charter leaving for the cause given."""
    round_ = others_on("withdrawal", command.member_id, members, resolutions, context)
    if command.cause == "withdrawn" and not agreed(round_, context):
        yield from _against_no_notice(command, members, standing, context)
    yield from _against_lost_liability(command, standing)
    if command.cause == "excluded":
        yield from _against_exclusion(command, members, resolutions, standing, context)
    if command.cause == "breach" and not context.basis and not context.evidence:
        yield Rejection("member.breach_not_documented", "unknown", law="IKS-loven § 30", member_id=command.member_id)
    if command.cause == "dissolved":
        yield from _against_dissolution(command, members, resolutions, standing, context)
    else:
        yield from _against_too_few(command, members, standing, context)


def _against_no_notice(
    command: DepartMember, members: Members, standing: Standing, context: Context
) -> Iterator[Rejection]:
    notice = members.notices.get(command.member_id)
    law = standing.form.withdrawal_law if standing.form else None
    if notice is None:
        if standing.form is None or standing.form.withdrawal != "unregulated":
            yield Rejection("member.no_notice", "unknown", law=law, member_id=command.member_id)
    elif context.on < notice.departs_on:
        yield Rejection(
            "member.notice_period_running",
            law=law,
            entries=(notice.entry,),
            member_id=command.member_id,
            until=notice.departs_on.isoformat(),
        )


def _against_lost_liability(command: DepartMember, standing: Standing) -> Iterator[Rejection]:
    form, share = standing.form, command.residual_liability
    if form is not None and form.unlimited_liability and (share is None or share == "unknown"):
        yield Rejection(
            "member.residual_liability_missing",
            "rule" if share is None else "unknown",
            law=form.liability_law,
            member_id=command.member_id,
        )


def _against_exclusion(
    command: DepartMember, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Iterator[Rejection]:
    """Yields what speaks against an exclusion. IKS-loven demands that all others agree; other acts leave it to the
    charter, which may be content with less, so that there the book does not know.
    """
    round_ = others_on("position", command.member_id, members, resolutions, context)
    by_law = standing.form is not None and standing.form.exclusion == "unanimous_others"
    law = standing.form.exclusion_law if standing.form else None
    if round_.missing or round_.rejected:
        yield Rejection(
            "member.exclusion_not_unanimous",
            round_.nature_of_gap if by_law else "unknown",
            law=law,
            entries=round_.entries,
            member_id=command.member_id,
            missing=list(round_.missing),
            rejected=list(round_.rejected),
        )
    yield from against_early(command.member_id, round_, context, law)


def _against_dissolution(
    command: DepartMember, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Iterator[Rejection]:
    required = members.required_on(context.on)
    round_ = ratification(resolutions, ("dissolution", COLLABORATION), required=required, on=context.on)
    law = standing.form.ending_law if standing.form else None
    if round_.missing or round_.rejected:
        yield Rejection(
            "member.dissolution_not_resolved",
            round_.nature_of_gap,
            law=law,
            entries=round_.entries,
            missing=list(round_.missing),
            rejected=list(round_.rejected),
        )
    yield from against_early(command.member_id, round_, context, law)


def _against_too_few(
    command: DepartMember, members: Members, standing: Standing, context: Context
) -> Iterator[Rejection]:
    least = standing.form.members_min if standing.form else 2
    left = [m for m in members.deciding_on(context.on) if m != command.member_id]
    perhaps = [m for m in members.possible_on(context.on) if m != command.member_id and members.decides(m)]
    if len(left) < least:
        yield Rejection(
            "member.last_but_one",
            "rule" if len(left) + len(perhaps) < least else "unknown",
            law=standing.form.members_law if standing.form else None,
            member_id=command.member_id,
            left=left,
            least=least,
        )


# The checklist ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing that has to be settled before a member leaves."""

    kind: TieKind | Literal["notice", "share"]
    id: str | None
    """None where nothing of the kind is open."""
    done: bool
    entry: int | None
    """The entry it rests on."""


def share_left(members: Members, member_id: str, day: date) -> tuple[Share, int] | None:
    """Returns what the member certainly owns on `day` and the entry that says so, None if nothing or not known."""
    held = members.shares.on(day).certain
    share = None if held is None else held.value.ownership.get(member_id)
    return None if held is None or share is None or share.numerator == 0 else (share, held.number)


def checklist(members: Members, member_id: str, ties: Ties, day: date) -> tuple[ChecklistItem, ...]:
    """Returns what has to be settled before the member leaves on `day`: what is open thing by thing, and what is done.

    `ties` are those of the member on the day.
    """
    notice, share = members.notices.get(member_id), share_left(members, member_id, day)
    given = notice is not None and notice.departs_on <= day
    items = [ChecklistItem("notice", member_id, given, None if notice is None else notice.entry)]
    kinds: tuple[TieKind, ...] = ("seat", "grant", "agreement")
    for kind in kinds:
        left = [tie for tie in ties.open if tie.kind == kind]
        items += [ChecklistItem(kind, tie.id, done=False, entry=tie.entry) for tie in left]
        items += [] if left else [ChecklistItem(kind, None, done=True, entry=None)]
    items.append(ChecklistItem("share", member_id, share is None, None if share is None else share[1]))
    return tuple(items)


def _against_unsettled(command: DepartMember, members: Members, ties: Ties, context: Context) -> Iterator[Rejection]:
    """Yields that something ties the member still; its share is settled with the rest where the whole is dissolved."""
    seats = ties.without("seat", frozenset())
    grants = ties.without("grant", frozenset(grant.grant_id for grant in command.grants))
    agreements = ties.without("agreement", frozenset(mapping.agreement_id for mapping in command.agreements))
    share = None if command.cause == "dissolved" else share_left(members, command.member_id, context.on)
    left = (*seats, *grants, *agreements)
    if not left and share is None:
        return
    # What was settled long ago, and how, is a matter of what the source shows.
    nature: Nature = "rule" if share is not None else nature_of(left)
    yield Rejection(
        "member.departure_incomplete",
        "unknown" if context.mode == "import" else nature,
        entries=(*(tie.entry for tie in left), *(() if share is None else (share[1],))),
        member_id=command.member_id,
        seats=sorted({tie.id for tie in seats}),
        grants=[tie.id for tie in grants],
        agreements=[tie.id for tie in agreements],
        share=None if share is None else str(share[0].fraction),
    )
