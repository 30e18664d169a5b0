"""Register of bodies, offices and people (organer, verv og personer).

Offices hold authority and persons hold offices for a time. A person is an opaque id; the name is a sealed text.
Kommuneloven §§ 18-3, 19-3, 20-3; IKS-loven §§ 6 and 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain.bodies import establishment, offices, rules, seats
from domain.bodies.establishment import (
    AdoptSeatPlan,
    BodyDissolved,
    BodyEstablished,
    DissolveBody,
    EstablishBody,
    SeatPlan,
    SeatPlanAdopted,
)
from domain.bodies.offices import EstablishOffice, OfficeEstablished, PersonRegistered, RegisterPerson
from domain.bodies.presence import membership
from domain.bodies.representation import represented, seats_of
from domain.bodies.rules import AdoptBodyRules, BodyRulesAdopted
from domain.bodies.seats import FillSeat, SeatFilled, SeatVacated, VacateSeat
from domain.bodies.state import (
    Bodies,
    Body,
    BodyRules,
    MajorityAbout,
    MajorityRule,
    Office,
    Place,
    Tenure,
    TenureKey,
    Threshold,
    with_successors,
)
from domain.kernel import Context, Decision, Fact, Subject
from domain.members import Members, MemberSucceeded
from domain.rulebook import Standing

__all__ = [
    "AdoptBodyRules",
    "AdoptSeatPlan",
    "Bodies",
    "Body",
    "BodyCommand",
    "BodyDissolved",
    "BodyEstablished",
    "BodyEvent",
    "BodyRules",
    "BodyRulesAdopted",
    "DissolveBody",
    "EstablishBody",
    "EstablishOffice",
    "FillSeat",
    "MajorityAbout",
    "MajorityRule",
    "Office",
    "OfficeEstablished",
    "PersonRegistered",
    "Place",
    "RegisterPerson",
    "SeatFilled",
    "SeatPlan",
    "SeatPlanAdopted",
    "SeatVacated",
    "Tenure",
    "TenureKey",
    "Threshold",
    "VacateSeat",
    "decide",
    "evolve",
    "membership",
    "represented",
    "seats_of",
    "subjects",
    "succeed",
]

BodyEvent = (
    BodyEstablished
    | SeatPlanAdopted
    | BodyRulesAdopted
    | BodyDissolved
    | OfficeEstablished
    | PersonRegistered
    | SeatFilled
    | SeatVacated
)
BodyCommand = (
    EstablishBody
    | AdoptSeatPlan
    | AdoptBodyRules
    | DissolveBody
    | EstablishOffice
    | RegisterPerson
    | FillSeat
    | VacateSeat
)


def evolve(state: Bodies, event: BodyEvent, fact: Fact) -> Bodies:
    """Returns the state after one event."""
    match event:
        case BodyEstablished():
            return establishment.established(state, event, fact)
        case SeatPlanAdopted():
            return establishment.seat_plan_adopted(state, event, fact)
        case BodyRulesAdopted():
            return rules.adopted(state, event, fact)
        case BodyDissolved():
            return establishment.dissolved(state, event, fact)
        case OfficeEstablished():
            return offices.established(state, event, fact)
        case PersonRegistered():
            return offices.registered(state, event, fact)
        case SeatFilled():
            return seats.filled(state, event, fact)
        case SeatVacated():
            return seats.vacated(state, event, fact)
        case _:
            assert_never(event)


def succeed(state: Bodies, event: MemberSucceeded, fact: Fact) -> Bodies:
    """Returns the state in which the mapped seats replace the predecessors' from the fact's interval."""
    return with_successors(state, event, fact.effective, fact.number)


def subjects(event: BodyEvent) -> Iterator[Subject]:
    """Yields every entity the event touches, the one it is about first."""
    match event:
        case BodyEstablished() | SeatPlanAdopted() | BodyDissolved():
            return establishment.subjects(event)
        case BodyRulesAdopted():
            return rules.subjects(event)
        case OfficeEstablished() | PersonRegistered():
            return offices.subjects(event)
        case SeatFilled() | SeatVacated():
            return seats.subjects(event)
        case _:
            assert_never(event)


def decide(command: BodyCommand, bodies: Bodies, members: Members, standing: Standing, context: Context) -> Decision:
    """Returns what a command on bodies, offices or people leads to. Raises Rejection."""
    match command:
        case EstablishBody():
            return establishment.establish(command, bodies, members, standing, context)
        case AdoptSeatPlan():
            return establishment.adopt_seat_plan(command, bodies, members, standing, context)
        case AdoptBodyRules():
            return rules.adopt(command, bodies, standing, context)
        case DissolveBody():
            return establishment.dissolve(command, bodies, standing, context)
        case EstablishOffice():
            return offices.establish(command, bodies, members, context)
        case RegisterPerson():
            return offices.register(command, bodies, context)
        case FillSeat():
            return seats.fill(command, bodies, members, standing, context)
        case VacateSeat():
            return seats.vacate(command, bodies, standing, context)
        case _:
            assert_never(command)
