"""Bodies with their seats, offices, and who sits where."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from projections.projection import Projection, Row, life_row, plain, span_row


def body_rows(state: Collaboration, body_id: str) -> Iterator[Row]:
    """Yields the row of one body."""
    body = state.bodies.bodies.get(body_id)
    if body is not None:
        shown = {
            "id": body_id,
            "name": body.name,
            "kind": body.kind,
            "parent": body.parent,
            "meets_in_public": body.meets_in_public,
            "role": plain(body.role),
            "successor": body.successor,
            "dissolved_by_entry": body.dissolved_by,
        }
        yield life_row(body.life, body_id, shown, body.entry, kind=body.kind)


def seat_plan_rows(state: Collaboration, body_id: str) -> Iterator[Row]:
    """Yields a row for each plan of a body's seats and votes; an empty plan is one that is not known."""
    body = state.bodies.bodies.get(body_id)
    if body is None:
        return
    for span in body.seat_plans.spans():
        shown = {"body": body_id, "seats": plain(span.mark.value), "known": bool(span.mark.value)}
        yield span_row(span, f"{body_id}:{span.mark.number:010d}", shown, body.life, body_id=body_id)


def body_rules_rows(state: Collaboration, body_id: str) -> Iterator[Row]:
    """Yields a row for each set of rules a body has adopted for itself."""
    body = state.bodies.bodies.get(body_id)
    if body is None:
        return
    for span in body.rules.spans():
        shown = {"body": body_id, **plain(span.mark.value)}
        yield span_row(span, f"{body_id}:{span.mark.number:010d}", shown, body.life, body_id=body_id)


def office_rows(state: Collaboration, office_id: str) -> Iterator[Row]:
    """Yields the row of one office."""
    office = state.bodies.offices.get(office_id)
    if office is not None:
        shown = {
            "id": office_id,
            "title": office.title,
            "kind": office.kind,
            "body": office.body_id,
            "member": office.member_id,
            "purpose": plain(office.purpose),
            "accountabilities": plain(office.accountabilities),
            "abolished_by_entry": office.abolished_by,
        }
        yield life_row(office.life, office_id, shown, office.entry)


def tenure_rows(state: Collaboration, person_id: str) -> Iterator[Row]:
    """Yields a row for each seat or office a person has had."""
    for tenure in state.bodies.tenures_of(person_id):
        shown = {
            "person": person_id,
            "place": {"kind": tenure.place.kind, "id": tenure.place.id},
            "on_behalf_of": tenure.on_behalf_of,
            "deputy_rank": tenure.deputy_rank,
            "elected_by": plain(tenure.election),
            "cause": tenure.cause,
            "vacated_by_entry": tenure.vacated_by,
        }
        key = f"{tenure.place.kind}:{tenure.place.id}:{person_id}:{tenure.entry:010d}"
        yield life_row(tenure.life, key, shown, tenure.entry, place=f"{tenure.place.kind}:{tenure.place.id}")


BODIES = Projection("bodies", "body", body_rows, columns=("kind",))
SEAT_PLANS = Projection("seat_plans", "body", seat_plan_rows, columns=("body_id",))
BODY_RULES = Projection("body_rules", "body", body_rules_rows, columns=("body_id",))
OFFICES = Projection("offices", "office", office_rows)
TENURES = Projection("tenures", "person", tenure_rows, columns=("place",))
