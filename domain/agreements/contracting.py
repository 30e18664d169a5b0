"""The power to contract (fullmakt til å inngå avtaler): who may bind the collaboration to an agreement, or end one.

A decision that adopts something, by a body, is enough, as is a resolution, a provision or the charter. An office needs
a grant with the power to contract that covers the services and the customers, and holds on the day all the way up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.agreements.around import Around
from domain.authority import Act, Grant, against_act
from domain.dates import Interval
from domain.decisions import ADOPTS_NOTHING
from domain.kernel import Basis, Context, Nature, Rejection
from domain.vocabulary import Holder


@dataclass(frozen=True, slots=True)
class Contracting:
    """An agreement as it is about to be concluded or ended."""

    agreement_id: str
    services: tuple[str, ...]
    members: tuple[str, ...]
    ending: bool = False


@dataclass(frozen=True, slots=True)
class _Office:
    """An office that contracts, when, and under which grant where it is said."""

    office_id: str
    interval: Interval
    grant_id: str | None = None


def against_power(
    contracting: Contracting, around: Around, context: Context, *, by: Holder | None
) -> Iterator[Rejection]:
    """Yields that whoever contracts has no power to; `by` is who does where the act itself says so.

    Where neither the basis nor the actor tells who it was, that is what the book does not know.
    """
    if by is not None and by.kind == "body":
        return
    if (context.actor is not None and context.actor.body is not None) or any(
        _suffices(basis, around) for basis in context.basis
    ):
        return
    offices = list(_offices(around, context, by))
    if not offices:
        yield Rejection("agreement.authority_unknown", "unknown", agreement_id=contracting.agreement_id)
        return
    refusals = [_refusal(office, contracting, around) for office in offices]
    refused = [refusal for refusal in refusals if refusal is not None]
    if len(refused) == len(refusals):
        yield refused[0]


def _suffices(basis: Basis, around: Around) -> bool:
    """Whether it is enough by itself; that a decision is in the book and in force is judged for every act."""
    match basis.kind:
        case "decision":
            made = around.decisions.by_id.get(basis.ref)
            return made is None or (made.body is not None and made.kind not in ADOPTS_NOTHING)
        case "resolution" | "law" | "charter":
            return True
        case "document":
            return False


def _offices(around: Around, context: Context, by: Holder | None) -> Iterator[_Office]:
    """Yields the offices that contract: by a decision of their own, as who acts, or as the party itself."""
    for basis in context.basis:
        made = around.decisions.by_id.get(basis.ref) if basis.kind == "decision" else None
        if made is not None and made.office is not None and made.kind not in ADOPTS_NOTHING:
            yield _Office(made.office, made.interval, made.grant_id)
    if context.actor is not None and context.actor.office is not None:
        yield _Office(context.actor.office, context.effective)
    elif by is not None and by.kind == "office":
        yield _Office(by.id, context.effective)


def _refusal(office: _Office, contracting: Contracting, around: Around) -> Rejection | None:
    """Returns what stands against the office under the grant that comes nearest; None where one carries it all."""
    held = around.authority.held_by(Holder(kind="office", id=office.office_id), office.interval.latest)
    grants = list(held) if office.grant_id is None else [around.authority.grants.get(office.grant_id)]
    found = [(grant, _objections(office, grant, contracting, around)) for grant in grants or [None]]
    grant, objections = min(found, key=lambda one: (any(o.nature != "unknown" for o in one[1]), len(one[1])))
    if not objections:
        return None
    params: dict[str, Any] = {
        "agreement_id": contracting.agreement_id,
        "office_id": office.office_id,
        "grant_id": None if grant is None else grant.grant_id,
        "reasons": list(dict.fromkeys(one.code for one in objections)),
        "on": office.interval.latest.isoformat(),
    }
    nature: Nature = "unknown" if all(one.nature == "unknown" for one in objections) else "rule"
    entries = tuple(entry for one in objections for entry in one.entries)
    if contracting.ending:
        return Rejection("agreement.no_authority", nature, entries=entries, **params)
    return Rejection("agreement.no_authority_to_contract", nature, entries=entries, **params)


def _objections(office: _Office, grant: Grant | None, contracting: Contracting, around: Around) -> list[Rejection]:
    services: tuple[str | None, ...] = contracting.services or (None,)
    acts = (
        Act(
            actor=Holder(kind="office", id=office.office_id),
            powers=("contract",),
            interval=office.interval,
            service_id=service_id,
            member_ids=contracting.members,
        )
        for service_id in services
    )
    return [one for act in acts for one in against_act(act, grant, around.authority, around.bodies)]
