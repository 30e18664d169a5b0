"""Notice and departure (oppsigelse, uttreden, utelukkelse).

Kommuneloven §§ 18-2, 18-4, 19-2, 19-4, 20-8; IKS-loven §§ 30-32. A charter whose withdrawal clause is known may agree
another notice than the act's one year, and what it agrees is words: how long it is then is not judged here.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from typing import Literal

from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Nature, Rejection, judge
from domain.members.admission import against_early
from domain.members.state import Members
from domain.resolutions import COLLABORATION, Resolutions, ratification
from domain.rulebook import Standing
from domain.text import Id, Name, SealedText, Share, Text, Unknown


class WithdrawalNoticeGiven(Event):
    """A member gave notice that it will leave (kommuneloven § 20-8; IKS-loven § 30)."""

    type: Literal["withdrawal_notice.given"] = "withdrawal_notice.given"
    member_id: Id
    departs_on: Day
    """The first day it is no longer a member."""
    clause: Name | Unknown = "unknown"
    """The charter's withdrawal clause, as it is numbered there."""


DepartureCause = Literal["withdrawn", "excluded", "breach", "dissolved"]
"""`breach`: it leaves at once because the others broke its rights (IKS-loven § 30). `excluded`: the others put it out
because it broke its duties (§ 31)."""


class MemberDeparted(Event):
    """A member left."""

    type: Literal["member.departed"] = "member.departed"
    member_id: Id
    cause: DepartureCause
    settlement: SealedText | None = None
    residual_liability: Share | Unknown | None = None
    """Share of the obligations at the day of leaving (kommuneloven §§ 18-2, 19-2; IKS-loven § 30); None where the form
    has no such liability."""


class GiveWithdrawalNotice(Command):
    """Record a member's notice of withdrawal; `effective` is the day it was given."""

    type: Literal["withdrawal_notice.give"]
    member_id: Id
    departs_on: Day
    clause: Name | Unknown = "unknown"


class DepartMember(Command):
    """Record that a member leaves; `effective` is the first day it is no longer a member."""

    type: Literal["member.depart"]
    member_id: Id
    cause: DepartureCause
    settlement: Text | None = None
    residual_liability: Share | Unknown | None = None


def a_year_after(day: date) -> date:
    """Returns the day with the same number a year later, 28 February for 29 (domstolloven § 148)."""
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return day.replace(year=day.year + 1, day=min(day.day, last))


def give_notice(command: GiveWithdrawalNotice, members: Members, standing: Standing, context: Context) -> Decision:
    """Returns the notice. Raises Rejection."""
    event = WithdrawalNoticeGiven(member_id=command.member_id, departs_on=command.departs_on, clause=command.clause)
    return Decision((event,), judge(_against_notice(command, members, standing, context), context.mode))


def _against_notice(
    command: GiveWithdrawalNotice, members: Members, standing: Standing, context: Context
) -> Iterator[Rejection]:
    yield from _against_stranger(command.member_id, members, context)
    notice = members.notices.get(command.member_id)
    if notice is not None:
        yield Rejection(
            "member.notice_already_given",
            "fact",
            entries=(notice.entry,),
            member_id=command.member_id,
            departs_on=notice.departs_on.isoformat(),
        )
    if members.decides(command.member_id):
        yield from _against_no_clause(standing)
    yield from _against_short(command, members, standing, context)


def _against_stranger(member_id: str, members: Members, context: Context) -> Iterator[Rejection]:
    held = members.is_member(member_id, context.on)
    if held is not True:
        yield Rejection(
            "member.not_a_member",
            "fact" if held is False else "unknown",
            entries=members.entries(member_id),
            member_id=member_id,
            on=context.on.isoformat(),
        )


_AGREED: dict[bool | None, Nature | None] = {True: None, False: "unknown", None: "rule"}


def _without_clause(standing: Standing) -> Nature | None:
    """Returns what a rule is broken by that a withdrawal clause may set aside: None if the charter has one whose text
    is known, a rule if it has none, the unknown if the clause's text or the charter itself is not known.
    """
    if standing.charter_version is None:
        return "unknown"
    return _AGREED[standing.clauses.get("withdrawal")]


def _against_no_clause(standing: Standing) -> Iterator[Rejection]:
    nature = _without_clause(standing)
    if standing.form is not None and standing.form.withdrawal == "as_charter_says" and nature is not None:
        yield Rejection(
            "member.charter_has_no_withdrawal_clause",
            nature,
            law=standing.form.withdrawal_law,
            entries=_charter_entries(standing),
            charter_version=standing.charter_version,
        )


def _charter_entries(standing: Standing) -> tuple[int, ...]:
    return () if standing.charter_entry is None else (standing.charter_entry,)


def _against_short(
    command: GiveWithdrawalNotice, members: Members, standing: Standing, context: Context
) -> Iterator[Rejection]:
    given, form = context.effective, standing.form
    if command.departs_on < given.earliest:
        yield _too_short(command, standing, "rule", given.earliest)
        return
    if form is None or form.withdrawal != "one_year_unless_agreed" or not members.decides(command.member_id):
        return
    nature = _without_clause(standing)
    if nature is None or command.departs_on >= a_year_after(given.latest):
        return
    certain = command.departs_on < a_year_after(given.earliest)
    yield _too_short(command, standing, nature if certain else "unknown", a_year_after(given.latest))


def _too_short(command: GiveWithdrawalNotice, standing: Standing, nature: Nature, earliest: date) -> Rejection:
    return Rejection(
        "member.notice_too_short",
        nature,
        law=standing.form.withdrawal_law if standing.form else None,
        entries=_charter_entries(standing),
        member_id=command.member_id,
        departs_on=command.departs_on.isoformat(),
        earliest=earliest.isoformat(),
    )


def depart(
    command: DepartMember, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Decision:
    """Returns the departure. Raises Rejection."""
    event = MemberDeparted(
        member_id=command.member_id,
        cause=command.cause,
        settlement=None if command.settlement is None else context.seal(command.settlement),
        residual_liability=command.residual_liability,
    )
    return Decision((event,), judge(_against_departure(command, members, resolutions, standing, context), context.mode))


def _against_departure(
    command: DepartMember, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Iterator[Rejection]:
    yield from _against_stranger(command.member_id, members, context)
    if not members.decides(command.member_id):
        return
    if command.cause == "withdrawn":
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
    others = set(members.required_on(context.on)) - {command.member_id}
    round_ = ratification(resolutions, ("position", command.member_id), required=others, on=context.on)
    by_law = standing.form is not None and standing.form.id == "iks"
    law = "IKS-loven § 31" if by_law else None
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
    law = _DISSOLUTION_LAW.get(standing.form.id) if standing.form else None
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


_DISSOLUTION_LAW: dict[str, str] = {
    "ipr": "kommuneloven § 18-4",
    "ko": "kommuneloven § 19-4",
    "host_admin": "kommuneloven § 20-8",
    "host_joint_board": "kommuneloven § 20-8",
    "iks": "IKS-loven § 32",
}


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
