"""Notice of withdrawal (oppsigelse), and that it is taken back.

Kommuneloven §§ 18-4, 19-4, 20-8; IKS-loven § 30. A charter whose withdrawal clause is known may agree another notice
than the act's one year, and what it agrees is words: how long it is then is not judged here. What all the others agree
to stands beside the charter: a shorter notice, or that one given is taken back.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Nature, Rejection, judge
from domain.members.state import Members
from domain.resolutions import Ratification, RatifiedBy, Resolutions, SubjectKind, ratification
from domain.rulebook import Standing
from domain.text import Id, Name, Unknown


class WithdrawalNoticeGiven(Event):
    """A member gave notice that it will leave (kommuneloven § 20-8; IKS-loven § 30)."""

    type: Literal["withdrawal_notice.given"] = "withdrawal_notice.given"
    member_id: Id
    departs_on: Day
    """The first day it is no longer a member."""
    clause: Name | Unknown = "unknown"
    """The charter's withdrawal clause, as it is numbered there."""


class WithdrawalNoticeRescinded(Event):
    """A member took back its notice, and stays."""

    type: Literal["withdrawal_notice.rescinded"] = "withdrawal_notice.rescinded"
    member_id: Id
    notice_entry: Annotated[int, Field(ge=1)]
    """The entry of the notice, found when it was decided."""
    consents: tuple[RatifiedBy, ...] = ()
    """The others' resolutions it rests on, found when it was decided."""
    clause: Name | None = None
    """The charter's clause that lets a member take its notice back, None where it rests on the others' consent."""


class GiveWithdrawalNotice(Command):
    """Record a member's notice of withdrawal; `effective` is the day it was given."""

    type: Literal["withdrawal_notice.give"]
    member_id: Id
    departs_on: Day
    clause: Name | Unknown = "unknown"


class RescindWithdrawalNotice(Command):
    """Take back an open notice, with the consent of all the others unless a clause of the charter allows it."""

    type: Literal["withdrawal_notice.rescind"]
    member_id: Id
    clause: Name | None = None


def a_year_after(day: date) -> date:
    """Returns the day with the same number a year later, 28 February for 29 (domstolloven § 148)."""
    last = calendar.monthrange(day.year + 1, day.month)[1]
    return day.replace(year=day.year + 1, day=min(day.day, last))


def others_on(
    kind: SubjectKind, member_id: str, members: Members, resolutions: Resolutions, context: Context
) -> Ratification:
    """Returns how far the other members' councils have come with something that concerns one member."""
    others = set(members.required_on(context.on)) - {member_id}
    return ratification(resolutions, (kind, member_id), required=others, on=context.on)


def agreed(round_: Ratification, context: Context) -> bool:
    """Returns whether all that had to have certainly agreed in time."""
    return bool(round_.required) and not round_.missing and not round_.rejected and round_.last_day <= context.on


def give_notice(
    command: GiveWithdrawalNotice, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Decision:
    """Returns the notice. Raises Rejection."""
    event = WithdrawalNoticeGiven(member_id=command.member_id, departs_on=command.departs_on, clause=command.clause)
    return Decision((event,), judge(_against_notice(command, members, resolutions, standing, context), context.mode))


def _against_notice(
    command: GiveWithdrawalNotice, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Iterator[Rejection]:
    yield from against_stranger(command.member_id, members, context)
    notice = members.notices.get(command.member_id)
    if notice is not None:
        yield Rejection(
            "member.notice_already_given",
            "fact",
            entries=(notice.entry,),
            member_id=command.member_id,
            departs_on=notice.departs_on.isoformat(),
        )
    early = agreed(others_on("withdrawal", command.member_id, members, resolutions, context), context)
    if members.decides(command.member_id) and not early:
        yield from _against_no_clause(standing)
        yield from _against_lock_in(command, standing, context)
    yield from _against_short(command, members, standing, context, early=early)


def _against_lock_in(command: GiveWithdrawalNotice, standing: Standing, context: Context) -> Iterator[Rejection]:
    """Yields that the notice was given in the time in which the charter lets nobody give one."""
    until, given = standing.lock_in_until, context.effective
    if until is not None and given.earliest <= until:
        yield Rejection(
            "member.lock_in_period",
            "rule" if given.latest <= until else "unknown",
            law=standing.form.withdrawal_law if standing.form else None,
            entries=_charter_entries(standing),
            member_id=command.member_id,
            until=until.isoformat(),
        )


def against_stranger(member_id: str, members: Members, context: Context) -> Iterator[Rejection]:
    """Yields that it is no member on the day, or not certainly one."""
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
    command: GiveWithdrawalNotice, members: Members, standing: Standing, context: Context, *, early: bool
) -> Iterator[Rejection]:
    given, form = context.effective, standing.form
    if command.departs_on < given.earliest:
        yield _too_short(command, standing, "rule", given.earliest)
        return
    if form is None or form.withdrawal != "one_year_unless_agreed" or not members.decides(command.member_id):
        return
    nature = _without_clause(standing)
    if early or nature is None or command.departs_on >= a_year_after(given.latest):
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


def rescind(
    command: RescindWithdrawalNotice,
    members: Members,
    resolutions: Resolutions,
    standing: Standing,
    context: Context,
) -> Decision:
    """Returns the notice taken back. Raises Rejection."""
    notice = members.notices.get(command.member_id)
    consents = _consents(command.member_id, members, resolutions, context)
    event = WithdrawalNoticeRescinded(
        member_id=command.member_id,
        notice_entry=1 if notice is None else notice.entry,
        consents=() if command.clause else tuple(RatifiedBy(member_id=m, entry=entry) for m, entry in consents),
        clause=command.clause,
    )
    return Decision(
        (event,), judge(_against_rescission(command, members, resolutions, standing, context), context.mode)
    )


def _consents(
    member_id: str, members: Members, resolutions: Resolutions, context: Context
) -> tuple[tuple[str, int], ...]:
    """Returns who consented to the open notice being taken back, by which entry; what came before the notice is not to
    it.
    """
    notice = members.notices.get(member_id)
    since = 0 if notice is None else notice.entry
    round_ = others_on("rescission", member_id, members, resolutions, context)
    return tuple((m, entry) for m, entry in round_.adopted if entry > since)


def _against_rescission(
    command: RescindWithdrawalNotice,
    members: Members,
    resolutions: Resolutions,
    standing: Standing,
    context: Context,
) -> Iterator[Rejection]:
    member_id, notice = command.member_id, members.notices.get(command.member_id)
    if notice is None:
        yield Rejection("member.no_open_notice", "fact", entries=members.entries(member_id), member_id=member_id)
        return
    if context.effective.latest >= notice.departs_on:
        certain = context.effective.earliest >= notice.departs_on
        yield Rejection(
            "member.notice_already_effective",
            "fact" if certain else "unknown",
            entries=(notice.entry,),
            member_id=member_id,
            departed=notice.departs_on.isoformat(),
        )
    if command.clause is not None and standing.clauses.get("withdrawal"):
        return
    round_ = others_on("rescission", member_id, members, resolutions, context)
    consented = {m for m, _ in _consents(member_id, members, resolutions, context)}
    missing = [m for m in round_.required if m not in consented]
    if missing:
        yield Rejection(
            "member.rescission_consent_missing",
            round_.nature_of_gap,
            law=standing.form.withdrawal_law if standing.form else None,
            entries=(notice.entry, *round_.entries),
            member_id=member_id,
            members=missing,
        )
    elif round_.precedes(context.effective) != "yes":
        yield Rejection(
            "member.rescinded_before_last_consent",
            "rule" if round_.precedes(context.effective) == "no" else "unknown",
            entries=round_.entries,
            member_id=member_id,
            earliest=round_.last_day.isoformat(),
        )
