"""Register of bodies, offices and people (organer, verv og personer).

Offices hold authority and persons hold offices for a time. A person is an opaque id; the name is a sealed text.
Kommuneloven §§ 18-3, 19-3, 20-3; IKS-loven §§ 6 and 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain.bodies import establishment, interests, offices, people, rules, seats, staffing
from domain.bodies.eligibility import ELECTED_BY_COUNCILS
from domain.bodies.elsewhere import Elsewhere
from domain.bodies.establishment import (
    AdoptSeatPlan,
    BodyDissolved,
    BodyEstablished,
    DissolveBody,
    EstablishBody,
    SeatPlan,
    SeatPlanAdopted,
)
from domain.bodies.interests import DeclareInterest, EndInterest, InterestDeclared, InterestEnded
from domain.bodies.offices import AbolishOffice, EstablishOffice, OfficeAbolished, OfficeEstablished
from domain.bodies.people import (
    MergePerson,
    PersonContactRecorded,
    PersonMerged,
    PersonRegistered,
    RecordPersonContact,
    RegisterPerson,
)
from domain.bodies.presence import membership
from domain.bodies.representation import represented, seats_of
from domain.bodies.rules import AdoptBodyRules, BodyRulesAdopted
from domain.bodies.seats import FillSeat, SeatFilled, SeatVacated, VacateSeat
from domain.bodies.staffing import ChangeStaffPlacement, StaffPlacementChanged
from domain.bodies.state import (
    Bodies,
    Body,
    BodyRules,
    Function,
    Interest,
    InterestKind,
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
from domain.resolutions import Resolutions
from domain.rulebook import Standing

__all__ = [
    "ELECTED_BY_COUNCILS",
    "AbolishOffice",
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
    "ChangeStaffPlacement",
    "DeclareInterest",
    "DissolveBody",
    "Elsewhere",
    "EndInterest",
    "EstablishBody",
    "EstablishOffice",
    "FillSeat",
    "Function",
    "Interest",
    "InterestDeclared",
    "InterestEnded",
    "InterestKind",
    "MajorityAbout",
    "MajorityRule",
    "MergePerson",
    "Office",
    "OfficeAbolished",
    "OfficeEstablished",
    "PersonContactRecorded",
    "PersonMerged",
    "PersonRegistered",
    "Place",
    "RecordPersonContact",
    "RegisterPerson",
    "SeatFilled",
    "SeatPlan",
    "SeatPlanAdopted",
    "SeatVacated",
    "StaffPlacementChanged",
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
    | OfficeAbolished
    | PersonRegistered
    | PersonContactRecorded
    | PersonMerged
    | InterestDeclared
    | InterestEnded
    | StaffPlacementChanged
    | SeatFilled
    | SeatVacated
)
PersonCommand = (
    RegisterPerson | RecordPersonContact | MergePerson | DeclareInterest | EndInterest | ChangeStaffPlacement
)
BodyCommand = (
    EstablishBody
    | AdoptSeatPlan
    | AdoptBodyRules
    | DissolveBody
    | EstablishOffice
    | AbolishOffice
    | PersonCommand
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
        case OfficeAbolished():
            return offices.abolished(state, event, fact)
        case PersonRegistered():
            return people.registered(state, event, fact)
        case PersonContactRecorded():
            return people.contact_recorded(state, event, fact)
        case PersonMerged():
            return people.merged(state, event, fact)
        case InterestDeclared():
            return interests.declared(state, event, fact)
        case InterestEnded():
            return interests.ended(state, event, fact)
        case StaffPlacementChanged():
            return staffing.changed(state, event, fact)
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
        case OfficeEstablished() | OfficeAbolished():
            return offices.subjects(event)
        case PersonRegistered() | PersonContactRecorded() | PersonMerged():
            return people.subjects(event)
        case InterestDeclared() | InterestEnded():
            return interests.subjects(event)
        case StaffPlacementChanged():
            return staffing.subjects(event)
        case SeatFilled() | SeatVacated():
            return seats.subjects(event)
        case _:
            assert_never(event)


def decide(
    command: BodyCommand,
    bodies: Bodies,
    members: Members,
    resolutions: Resolutions,
    elsewhere: Elsewhere,
    standing: Standing,
    context: Context,
) -> Decision:
    """Returns what a command on bodies, offices or people leads to. Raises Rejection."""
    match command:
        case EstablishBody():
            return establishment.establish(command, bodies, members, standing, context)
        case AdoptSeatPlan():
            return establishment.adopt_seat_plan(command, bodies, members, standing, context)
        case AdoptBodyRules():
            return rules.adopt(command, bodies, standing, context)
        case DissolveBody():
            return establishment.dissolve(command, bodies, elsewhere, standing, context)
        case EstablishOffice():
            return offices.establish(command, bodies, members, context)
        case AbolishOffice():
            return offices.abolish(command, bodies, elsewhere, context)
        case FillSeat():
            return seats.fill(command, bodies, members, resolutions, standing, context)
        case VacateSeat():
            return seats.vacate(command, bodies, resolutions, standing, context)
        case _:
            return _decide_on_people(command, bodies, members, context)


def _decide_on_people(command: PersonCommand, bodies: Bodies, members: Members, context: Context) -> Decision:
    match command:
        case RegisterPerson():
            return people.register(command, bodies, context)
        case RecordPersonContact():
            return people.record_contact(command, bodies, context)
        case MergePerson():
            return people.merge(command, bodies, context)
        case DeclareInterest():
            return interests.declare(command, bodies, members, context)
        case EndInterest():
            return interests.end(command, bodies, context)
        case ChangeStaffPlacement():
            return staffing.change(command, bodies, members, context)
        case _:
            assert_never(command)
