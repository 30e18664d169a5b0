"""What may be corrected, and how each register forgets what was recorded wrongly and holds the replacement instead.

Only registrations of fact are here: what was measured, spent or found, what a thing is called, what a council resolved.
What was decided, agreed or adopted is changed by deciding anew, for others have acted on it. What the years cost and
gave, and what audits found, is in `reckoning`; the heads of meetings are in `sittings`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.agreements import measurements as measured
from domain.agreements import reviews as reviewed
from domain.agreements import services as catalogue
from domain.bodies import offices
from domain.bodies import people as persons
from domain.cases import opening as opened
from domain.copying import replace
from domain.corrections import reckoning, sittings
from domain.corrections.kinds import Kind, Registers
from domain.corrections.state import Held
from domain.kernel import Fact
from domain.resolutions import evolve as resolved
from domain.resolutions import without_resolution


def _without_measurement(registers: Registers, held: Held) -> Registers:
    agreements = registers.agreements
    kept = measured.without(agreements.measurements, held.fact)
    return replace(registers, agreements=replace(agreements, measurements=kept))


def _with_measurement(registers: Registers, held: Held, event: Any, fact: Fact) -> Registers:
    agreements = registers.agreements
    kept = measured.corrected(agreements.measurements, held.fact, event, fact)
    return replace(registers, agreements=replace(agreements, measurements=kept))


def _without_review(registers: Registers, held: Held) -> Registers:
    agreements = registers.agreements
    return replace(registers, agreements=replace(agreements, reviews=reviewed.without(agreements.reviews, held.fact)))


def _with_review(registers: Registers, held: Held, event: Any, fact: Fact) -> Registers:
    agreements = registers.agreements
    kept = reviewed.corrected(agreements.reviews, held.fact, event, fact)
    return replace(registers, agreements=replace(agreements, reviews=kept))


def _without_service(registers: Registers, held: Held) -> Registers:
    agreements = registers.agreements
    kept = agreements.services.discard(getattr(held.fact.event, "service_id", ""))
    return replace(registers, agreements=replace(agreements, services=kept))


def _with_service(registers: Registers, _: Held, event: Any, fact: Fact) -> Registers:
    agreements = registers.agreements
    return replace(
        registers, agreements=replace(agreements, services=catalogue.corrected(agreements.services, event, fact))
    )


def _without_case(registers: Registers, held: Held) -> Registers:
    by_id = registers.cases.by_id.discard(getattr(held.fact.event, "case_id", ""))
    return replace(registers, cases=replace(registers.cases, by_id=by_id))


def _with_case(registers: Registers, _: Held, event: Any, fact: Fact) -> Registers:
    return replace(registers, cases=opened.corrected(registers.cases, event, fact))


def _without_person(registers: Registers, held: Held) -> Registers:
    known = registers.bodies.persons.discard(getattr(held.fact.event, "person_id", ""))
    return replace(registers, bodies=replace(registers.bodies, persons=known))


def _with_person(registers: Registers, _: Held, event: Any, fact: Fact) -> Registers:
    return replace(registers, bodies=persons.corrected(registers.bodies, event, fact))


def _without_office(registers: Registers, held: Held) -> Registers:
    known = registers.bodies.offices.discard(getattr(held.fact.event, "office_id", ""))
    return replace(registers, bodies=replace(registers.bodies, offices=known))


def _with_office(registers: Registers, _: Held, event: Any, fact: Fact) -> Registers:
    return replace(registers, bodies=offices.corrected(registers.bodies, event, fact))


def _without_resolution(registers: Registers, held: Held) -> Registers:
    return replace(registers, resolutions=without_resolution(registers.resolutions, held.fact))


def _with_resolution(registers: Registers, held: Held, event: Any, fact: Fact) -> Registers:
    """Acts that rest on the resolution name the entry it was first recorded by, which tells the right one too."""
    after = resolved(without_resolution(registers.resolutions, held.fact), event, fact)
    told = after.by_entry
    for entry in (held.fact.number, *held.stands_for):
        told = told.insert(entry, after.by_entry[fact.number])
    return replace(registers, resolutions=replace(after, by_entry=told))


KINDS: Mapping[str, Kind] = {
    "targets.measured": Kind("targets.measure", ("agreement_id",), _without_measurement, _with_measurement),
    "service_review.held": Kind("service_review.hold", ("agreement_id",), _without_review, _with_review),
    "service.registered": Kind(
        "service.register", ("service_id", "consumers"), _without_service, _with_service, dated=False
    ),
    "case.opened": Kind(
        "case.open", ("case_id", "kind", "bodies", "individual", "case_type"), _without_case, _with_case
    ),
    "person.registered": Kind("person.register", ("person_id",), _without_person, _with_person),
    "member_resolution.recorded": Kind(
        "member_resolution.record", ("member_id", "subject"), _without_resolution, _with_resolution
    ),
    "office.established": Kind(
        "office.establish", ("office_id", "kind", "body_id", "member_id"), _without_office, _with_office, dated=False
    ),
    **sittings.KINDS,
    **reckoning.KINDS,
}
"""What may be corrected, by the stored name of the event."""

EVENT_OF: Mapping[str, str] = {kind.command: name for name, kind in KINDS.items()}
"""The event's stored name, by the command that leads to it."""
