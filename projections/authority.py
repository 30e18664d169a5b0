"""Authority: every grant with its terms over time, every use of it, and what each member has given up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.authority import Done, Grant
from domain.authority.use import Use
from domain.collaboration import Collaboration
from domain.vocabulary import Holder
from projections.projection import Projection, Row, dated, plain, span_row


def rows(state: Collaboration, grant_id: str) -> Iterator[Row]:
    """Yields a row for each set of terms a grant has had; they change where members are succeeded by others."""
    grant = state.authority.grants.get(grant_id)
    if grant is None:
        return
    for span in grant.terms.spans():
        terms = span.mark.value
        shown = {
            "id": grant_id,
            "grantor": plain(terms.grantor),
            "grantee": plain(terms.grantee),
            "powers": plain(terms.powers),
            "scope": plain(terms.scope),
            "limits": plain(terms.limits),
            "depth": terms.depth,
            "parent": grant.parent,
            "sub_delegated": grant.bound,
            "basis": plain(grant.basis),
            "conditions": plain(grant.conditions),
            "bounded_by_agreements": plain(terms.agreements),
            "legal_basis": grant.legal_basis,
            "until": None if grant.life.until is None else grant.life.until.isoformat(),
            "review_on": None if grant.review_on is None else grant.review_on.isoformat(),
            "ended": None if grant.life.ended is None else dated(grant.life.ended),
            "ended_by_entry": grant.ended_by,
            "suspensions": _suspensions(grant),
            "instructions": _instructions(grant),
        }
        key = f"{grant_id}:{span.mark.number:010d}"
        yield span_row(span, key, shown, grant.life, grantee=f"{terms.grantee.kind}:{terms.grantee.id}")


def _suspensions(grant: Grant) -> list[dict[str, Any]]:
    return [
        {
            "entry": suspension.entry,
            "effective": dated(suspension.life.began),
            "until": None if suspension.life.until is None else suspension.life.until.isoformat(),
            "ended": None if suspension.life.ended is None else dated(suspension.life.ended),
        }
        for suspension in grant.suspensions
    ]


def _instructions(grant: Grant) -> list[dict[str, Any]]:
    return [
        {
            "id": instruction.instruction_id,
            "entry": instruction.entry,
            "by": plain(instruction.by),
            "members": plain(instruction.members),
            "effective": dated(instruction.life.began),
            "until": None if instruction.life.until is None else instruction.life.until.isoformat(),
        }
        for instruction in grant.instructions
    ]


def use_rows(state: Collaboration, grant_id: str) -> Iterator[Row]:
    """Yields a row for each act under a grant, those of sub-delegates too, and whether a report lists it."""
    for done in state.authority.done_under(grant_id):
        yield Row(
            key=f"{grant_id}:{done.entry:010d}",
            body={
                "grant": grant_id,
                "act": plain(done.ref),
                "chain": list(done.grants),
                "own": done.grants[-1] == grant_id,
                "amount_ore": done.amount_ore,
                "members": list(done.member_ids),
                "reported_by_entry": done.reported_by,
                "effective": dated(done.interval),
                "entry": done.entry,
            },
            possible_from=done.interval.earliest,
            certain_from=done.interval.latest,
            columns={"grant_id": grant_id, "reported": "no" if done.reported_by is None else "yes"},
        )


def ceiling_rows(state: Collaboration, grant_id: str) -> Iterator[Row]:
    """Yields a row for each year a grant was used in: how much was used, and what its ceiling leaves."""
    grant = state.authority.grants.get(grant_id)
    if grant is None:
        return
    years = {done.interval.latest.year for done in state.authority.done_under(grant_id) if done.amount_ore is not None}
    for year in sorted(years):
        used = state.authority.used[Use(grant_id, year=year)]
        last = grant.terms.last
        limit = None if last is None else last.value.limits.per_year
        yield Row(
            key=f"{grant_id}:{year}",
            body={
                "grant": grant_id,
                "year": year,
                "used_ore": used.ore,
                "limit_ore": limit,
                "left_ore": limit - used.ore if isinstance(limit, int) else None,
                "acts": len(used.entries),
            },
            columns={"grant_id": grant_id, "granted_by_entry": str(grant.entry)},
        )


def balance_rows(state: Collaboration, grant_id: str) -> Iterator[Row]:
    """Yields a row for each member whose power a grant hands over: what, to whom, since when, how much was used.

    A grant that covers every member, whoever they are, has one row that names none.
    """
    grant = state.authority.grants.get(grant_id)
    if grant is None:
        return
    for span in grant.terms.spans():
        terms = span.mark.value
        for member_id in (None,) if terms.members is None else terms.members:
            acts = [done for done in state.authority.done_under(grant_id) if _concerns(done, member_id)]
            shown = {
                "member": member_id,
                "grant": grant_id,
                "given_by": plain(terms.grantor),
                "given_to": plain(terms.grantee),
                "by_the_member_itself": terms.grantor == Holder(kind="member", id=member_id) if member_id else False,
                "powers": plain(terms.powers),
                "limits": plain(terms.limits),
                "acts": len(acts),
                "amount_ore": sum(done.amount_ore or 0 for done in acts),
            }
            key = f"{member_id or '-'}:{grant_id}:{span.mark.number:010d}"
            yield span_row(span, key, shown, grant.life, member=member_id or "")


def _concerns(done: Done, member_id: str | None) -> bool:
    return member_id is None or not done.member_ids or member_id in done.member_ids


AUTHORITY = Projection("authority", "grant", rows, columns=("grantee",))
AUTHORITY_USE = Projection("authority_use", "grant", use_rows, columns=("grant_id", "reported"))
AUTHORITY_CEILINGS = Projection(
    "authority_ceilings",
    "grant",
    ceiling_rows,
    columns=("grant_id", "granted_by_entry"),
    telling="granted_by_entry",
)
POWER_BALANCE = Projection("power_balance", "grant", balance_rows, columns=("member",))
