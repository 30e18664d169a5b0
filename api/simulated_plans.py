"""For the simulator: the commands of a departure and of a change of legal form, as far as the book can tell them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from domain.collaboration import Collaboration, departure_checklist
from domain.dates import Interval
from domain.lifetime import present
from domain.rulebook import FORMS
from domain.vocabulary import CharterKind, LegalFormId

Document = dict[str, Any]

_CHARTER: Mapping[LegalFormId, CharterKind] = {
    "iks": "company_agreement",
    "as": "articles",
    "association": "articles",
    "cooperative": "articles",
}
"""What the charter of a form is called; of the others it is a cooperation agreement."""


def departure(state: Collaboration, member_id: str, day: date, today: date) -> list[Document]:
    """Returns the commands by which a member leaves on `day`, decided `today`; what is settled already is left out."""
    open_ = [item for item in departure_checklist(state, member_id, day) if not item.done]
    kinds = {item.kind for item in open_}
    told: list[Document] = []
    if "notice" in kinds and member_id not in state.members.notices:
        told.append(
            {
                "type": "withdrawal_notice.give",
                "member_id": member_id,
                "departs_on": day.isoformat(),
                "effective": today.isoformat(),
            }
        )
    told += _vacated(state, member_id, day)
    if "share" in kinds:
        told.append(_restated(state, member_id, day))
    told.append(
        {
            "type": "member.depart",
            "member_id": member_id,
            "cause": "withdrawn",
            "effective": day.isoformat(),
            "residual_liability": _liable(state, member_id, day),
            "grants": [{"grant_id": item.id, "outcome": "lapses"} for item in open_ if item.kind == "grant"],
            "agreements": [
                {"agreement_id": item.id, "outcome": "leaves"} for item in open_ if item.kind == "agreement"
            ],
        }
    )
    return told


def form_change(state: Collaboration, to: LegalFormId, day: date) -> list[Document]:
    """Returns the commands by which the collaboration takes another form on `day`, in every grant's case going on."""
    told: list[Document] = []
    charters = state.constitution.charters
    proposed = [version for version, charter in charters.items() if charter.legal_form == to]
    version = max(proposed, key=lambda known: charters[known].entry) if proposed else _unused(charters, "ny")
    if not proposed:
        told.append(
            {
                "type": "charter.propose",
                "charter_version": version,
                "kind": _CHARTER.get(to, "cooperation_agreement"),
                "legal_form": to,
                "effective": day.isoformat(),
            }
        )
    told.append(
        {
            "type": "legal_form.change",
            "to_form": to,
            "charter_version": version,
            "law": FORMS[to].law,
            "effective": day.isoformat(),
            "grants": [{"grant_id": id_, "outcome": "continues"} for id_ in state.authority.open_grants(day)],
        }
    )
    return told


def _vacated(state: Collaboration, member_id: str, day: date) -> Iterator[Document]:
    """Yields the giving up of each seat and office that is or may be filled on the member's behalf."""
    held = [tenure for tenure in state.bodies.tenures.values() if tenure.on_behalf_of == member_id]
    sitting = present(held, Interval.exact(day))
    for tenure in sorted((*sitting.certain, *sitting.possible), key=lambda t: (t.place.id, t.person_id)):
        yield {
            "type": "seat.vacate",
            "person_id": tenure.person_id,
            f"{tenure.place.kind}_id": tenure.place.id,
            "cause": "resigned",
            "effective": day.isoformat(),
        }


def _restated(state: Collaboration, member_id: str, day: date) -> Document:
    """Returns the shares with the member's divided among the others in proportion to theirs, to the fraction."""
    shares = state.members.shares.certain(day)
    owned = {} if shares is None else dict(sorted(shares.ownership.items()))
    others = {m: share.fraction for m, share in owned.items() if m != member_id}
    whole = sum(others.values(), Fraction(0)) or Fraction(1)
    divided = {m: share / whole for m, share in others.items()} | {member_id: Fraction(0)}
    return {
        "type": "shares.restate",
        "shares_version": _unused(state.members.restated, f"uten-{member_id}"),
        "shares": [
            {"member_id": m, "share": {"numerator": share.numerator, "denominator": share.denominator}}
            for m, share in divided.items()
        ],
        "effective": day.isoformat(),
    }


def _liable(state: Collaboration, member_id: str, day: date) -> Document | None:
    shares = state.members.shares.certain(day)
    if shares is None:
        return None
    held = shares.ownership if shares.liability is None else shares.liability
    share = held.get(member_id)
    return None if share is None else share.model_dump()


def _unused(known: Container[str], name: str) -> str:
    """Returns the name, with the first number after it that makes it one not in use."""
    number, made = 1, name
    while made in known:
        number += 1
        made = f"{name}-{number}"
    return made
