"""What may be corrected, and how each register forgets what was recorded wrongly and holds the replacement instead.

Only registrations of fact are here: what was measured, what a thing is called, what a council resolved. What was
decided, agreed or adopted is changed by deciding anew, for others have acted on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.agreements import Agreements
from domain.agreements import measurements as measured
from domain.agreements import reviews as reviewed
from domain.agreements import services as catalogue
from domain.bodies import Bodies
from domain.bodies import people as persons
from domain.cases import Cases
from domain.cases import opening as opened
from domain.corrections.state import Held
from domain.kernel import Fact
from domain.resolutions import Resolutions, without_resolution
from domain.resolutions import evolve as resolved


@dataclass(frozen=True, slots=True)
class Registers:
    """The registers that hold what may be corrected."""

    resolutions: Resolutions
    bodies: Bodies
    cases: Cases
    agreements: Agreements


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of act is corrected."""

    command: str
    fixed: tuple[str, ...]
    """Fields that tell which act it is, or what others have acted on: a correction leaves them as they are."""
    without: Callable[[Registers, Held], Registers]
    """Returns the registers as if the act had not been recorded: what its replacement is judged on."""
    replaced: Callable[[Registers, Held, Any, Fact], Registers]
    """Returns the registers in which the replacement stands in the act's place."""
    dated: bool = True
    """Whether its date may be corrected."""


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
}
"""What may be corrected, by the stored name of the event."""

EVENT_OF: Mapping[str, str] = {kind.command: name for name, kind in KINDS.items()}
"""The event's stored name, by the command that leads to it."""
