"""Admission of a member (opptak), which every present member's council resolves on.

Kommuneloven §§ 18-4, 19-4, 20-4 and IKS-loven § 4: who takes part, and with what share, is for the councils to agree.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from domain.kernel import Command, Context, Decision, Event, Rejection, judge
from domain.members.party import DECIDING, Party, fields_of, of_wrong_kind, seated_outsiders
from domain.members.state import Members
from domain.resolutions import Ratification, Resolutions, ratification
from domain.rulebook import Standing


class MemberAdmitted(Party, Event):
    """A party became a member."""

    type: Literal["member.admitted"] = "member.admitted"


class AdmitMember(Party, Command):
    """Admit a party as member; every present member's council has resolved on the admission."""

    type: Literal["member.admit"]


def admit(
    command: AdmitMember, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Decision:
    """Returns the admission. Raises Rejection."""
    event = MemberAdmitted(**fields_of(command))
    return Decision((event,), judge(_against(command, members, resolutions, standing, context), context.mode))


def _against(
    command: AdmitMember, members: Members, resolutions: Resolutions, standing: Standing, context: Context
) -> Iterator[Rejection]:
    law = standing.form.charter_law if standing.form else None
    required = set(members.required_on(context.on)) - {command.member_id}
    round_ = ratification(resolutions, ("admission", command.member_id), required=required, on=context.on)
    resolved_on = command.member_class in DECIDING
    yield from _against_twice(command.member_id, members, context)
    if resolved_on:
        yield from _against_unresolved(command.member_id, round_, law)
    if seated_outsiders((command,)):
        yield Rejection("member.external_customer_cannot_hold_seat", members=[command.member_id])
    yield from against_kinds((command,), standing)
    if resolved_on:
        yield from against_early(command.member_id, round_, context, law)


def _against_twice(member_id: str, members: Members, context: Context) -> Iterator[Rejection]:
    held = True if members.stays(member_id) else members.is_member(member_id, context.on)
    if held is not False:
        yield Rejection(
            "member.already_member",
            "unknown" if held is None else "fact",
            entries=members.entries(member_id),
            member_id=member_id,
        )


def _against_unresolved(member_id: str, round_: Ratification, law: str | None) -> Iterator[Rejection]:
    if round_.rejected:
        yield Rejection(
            "member.admission_rejected",
            law=law,
            entries=round_.entries,
            member_id=member_id,
            members=list(round_.rejected),
        )
    if round_.missing:
        yield Rejection(
            "member.admission_not_resolved",
            round_.nature_of_gap,
            law=law,
            entries=round_.entries,
            member_id=member_id,
            members=list(round_.missing),
        )


def against_kinds(named: tuple[Party, ...], standing: Standing) -> Iterator[Rejection]:
    """Yields what speaks against these as parties to the charter of the legal form in force."""
    form = standing.form
    wrong = of_wrong_kind(named, form)
    if form is None or not wrong:
        return
    entries = () if standing.entry is None else (standing.entry,)
    if form.id == "iks":
        yield Rejection("member.iks_member_not_municipal", law="IKS-loven § 1", entries=entries, members=wrong)
    else:
        yield Rejection(
            "member.kind_not_allowed", law=form.members_law, entries=entries, members=wrong, legal_form=form.id
        )


def against_early(member_id: str, round_: Ratification, context: Context, law: str | None) -> Iterator[Rejection]:
    """Yields what speaks against a day of effect before the last of the councils had resolved."""
    resolved = round_.precedes(context.effective)
    if resolved != "yes":
        yield Rejection(
            "member.effective_before_last_resolution",
            "rule" if resolved == "no" else "unknown",
            law=law,
            entries=round_.entries,
            member_id=member_id,
            earliest=round_.last_day.isoformat(),
        )
