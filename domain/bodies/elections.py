"""By which resolution or decision a person was elected, or recalled: by the member's own council and no other.

Kommuneloven §§ 18-3, 19-3, 20-3; IKS-loven § 6. An act that rests on a resolution of this book names it by the number
of the entry that records it; what is named by anything else the book cannot look up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from domain.bodies.eligibility import ELECTED_BY_COUNCILS
from domain.bodies.establishment import TOP_BODY_LAW
from domain.bodies.state import Body
from domain.kernel import Basis, Context, Rejection
from domain.resolutions import Resolutions, Resolved, SubjectKind
from domain.rulebook import Standing

ABOUT_SEATS: frozenset[SubjectKind] = frozenset({"seat", "position"})
"""What a council's resolution on its own in a body is recorded as."""


def election_of(basis: Iterable[Basis]) -> Basis | None:
    """Returns the resolution an election rests on, else the decision, None where neither is named."""
    told = {kind: next((b for b in basis if b.kind == kind), None) for kind in ("resolution", "decision")}
    return told["resolution"] or told["decision"]


def against_election(
    person_id: str, on_behalf_of: str | None, body: Body, resolutions: Resolutions, context: Context
) -> Iterator[Rejection]:
    """Yields that the resolution an election rests on is not one by which the member's council elects.

    That none is named is no objection: it is listed among what the book does not show of a body.
    """
    if body.kind not in ELECTED_BY_COUNCILS or on_behalf_of is None:
        return
    for ref in _numbers(context):
        found = resolutions.by_entry.get(ref)
        if not _settles(found, body, on_behalf_of):
            yield Rejection(
                "seat.election_by_another_council",
                "fact",
                entries=() if found is None else (ref,),
                person_id=person_id,
                body_id=body.body_id,
                member_id=on_behalf_of,
                ref=ref,
            )


def against_recall(
    person_id: str,
    on_behalf_of: str | None,
    body: Body,
    resolutions: Resolutions,
    standing: Standing,
    context: Context,
) -> Iterator[Rejection]:
    """Yields that a recall rests on no resolution of the council that elected, or on one that cannot be looked up."""
    if not body.is_top_of(standing) or body.kind not in ELECTED_BY_COUNCILS:
        return
    named = [basis for basis in context.basis if basis.kind == "resolution"]
    numbers = list(_numbers(context))
    if any(_settles(resolutions.by_entry.get(number), body, on_behalf_of) for number in numbers):
        return
    params: dict[str, Any] = {"person_id": person_id, "body_id": body.body_id}
    law = None if standing.form is None else TOP_BODY_LAW.get(standing.form.id, standing.form.law)
    known = [number for number in numbers if number in resolutions.by_entry]
    if len(numbers) < len(named) or (known and on_behalf_of is None):
        yield Rejection("seat.recall_resolution_unknown", "unknown", law=law, entries=known, **params)
    else:
        yield Rejection("seat.recall_not_by_own_council", law=law, entries=known, **params)


def _numbers(context: Context) -> Iterator[int]:
    """Yields the entries named as resolutions the act rests on."""
    for basis in context.basis:
        if basis.kind == "resolution" and basis.ref.isascii() and basis.ref.isdecimal():
            yield int(basis.ref)


def _settles(resolved: Resolved | None, body: Body, on_behalf_of: str | None) -> bool:
    """Returns whether a resolution is one by which the member's council settles who sits for it in the body."""
    return (
        resolved is not None
        and resolved.outcome == "adopted"
        and resolved.member_id == on_behalf_of
        and resolved.kind in ABOUT_SEATS
        and (resolved.kind == "position" or resolved.ref == body.body_id)
    )
