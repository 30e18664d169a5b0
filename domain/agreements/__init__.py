"""Register of services and agreements (tjenester og tjenestenivåavtaler).

Who delivers what to whom, at which service level, since when.

`services` holds the catalogue, `contracts` the agreements themselves, `levels` the versions of what they promise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import assert_never

from rpds import HashTrieMap

from domain.agreements import contracts, levels, services, ties
from domain.agreements.contracts import (
    Agreement,
    ConcludeServiceAgreement,
    Contracts,
    ServiceAgreementConcluded,
    ServiceAgreementTerminated,
    TerminateServiceAgreement,
)
from domain.agreements.levels import (
    BudgetEffect,
    Levels,
    ReviseServiceLevel,
    ServiceLevel,
    ServiceLevelRevised,
    Target,
)
from domain.agreements.services import RegisterService, Service, ServiceRegistered, Services
from domain.agreements.succession import Succeeding
from domain.agreements.ties import agreements_of, open_agreements, services_of
from domain.bodies import Bodies
from domain.budgets import Budgets
from domain.dates import Interval, Reading
from domain.kernel import Context, Decision, Fact, Subject
from domain.lifetime import Present, present
from domain.members import MemberDeparted, Members, MemberSucceeded

__all__ = [
    "Agreement",
    "AgreementCommand",
    "AgreementEvent",
    "Agreements",
    "BudgetEffect",
    "ConcludeServiceAgreement",
    "RegisterService",
    "ReviseServiceLevel",
    "Service",
    "ServiceAgreementConcluded",
    "ServiceAgreementTerminated",
    "ServiceLevel",
    "ServiceLevelRevised",
    "ServiceRegistered",
    "Target",
    "TerminateServiceAgreement",
    "agreements_of",
    "decide",
    "depart",
    "ended",
    "evolve",
    "open_agreements",
    "services_of",
    "subjects",
    "succeed",
]

AgreementEvent = ServiceRegistered | ServiceAgreementConcluded | ServiceLevelRevised | ServiceAgreementTerminated
AgreementCommand = RegisterService | ConcludeServiceAgreement | ReviseServiceLevel | TerminateServiceAgreement

# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreements:
    """The catalogue of services, the agreements on them, and what those promise."""

    services: Services = field(default_factory=HashTrieMap)
    agreements: Contracts = field(default_factory=HashTrieMap)
    levels: Levels = field(default_factory=HashTrieMap)

    def in_force(self, day: date) -> Present[Agreement]:
        """Returns the agreements in force on `day`, certain and possible apart, each sorted by id."""
        by_id = sorted(self.agreements.values(), key=lambda agreement: agreement.agreement_id)
        return present(by_id, Interval.exact(day))

    def level_on(self, agreement_id: str, day: date) -> Reading[ServiceLevel]:
        """Returns the version of the service levels in force on `day`, certain and possible apart.

        Nothing is in force once the agreement is not, and nothing certain while it is only possibly so.
        """
        agreement = self.agreements.get(agreement_id)
        in_force = False if agreement is None else agreement.life.on(day)
        reading = levels.versions_of(self.levels, agreement_id).on(day)
        if in_force is False:
            return Reading(None, ())
        if in_force is None and reading.certain is not None:
            return Reading(None, (reading.certain, *reading.possible))
        return reading


def evolve(state: Agreements, event: AgreementEvent, fact: Fact) -> Agreements:
    """Returns the state after one event."""
    match event:
        case ServiceRegistered():
            return replace(state, services=services.evolve(state.services, event, fact))
        case ServiceAgreementConcluded():
            return replace(state, agreements=contracts.concluded(state.agreements, event, fact))
        case ServiceLevelRevised():
            return replace(state, levels=levels.evolve(state.levels, event, fact))
        case ServiceAgreementTerminated():
            return replace(state, agreements=contracts.terminated(state.agreements, event, fact))
        case _:
            assert_never(event)


def succeed(state: Agreements, event: MemberSucceeded, fact: Fact) -> Agreements:
    """Returns the state in which successors stand where their predecessors did, from the fact's interval.

    Customers and providers change in the mapped agreements, consumers in the mapped services.
    """
    succeeding = Succeeding.of(event, fact)
    return replace(
        state,
        services=services.succeed(state.services, event.mapping.services, succeeding),
        agreements=contracts.succeed(state.agreements, event.mapping.agreements, succeeding),
    )


def ended(state: Agreements, agreement_ids: Iterable[str], fact: Fact) -> Agreements:
    """Returns the state in which these agreements end in the fact's interval."""
    return replace(state, agreements=ties.ended(state.agreements, agreement_ids, fact))


def depart(state: Agreements, event: MemberDeparted, fact: Fact) -> Agreements:
    """Returns the state in which a member that left is out of the agreements it does not go on with."""
    mapped = (mapping.agreement_id for mapping in event.agreements if mapping.outcome == "leaves")
    return replace(state, agreements=ties.left(state.agreements, event.member_id, mapped, fact))


def subjects(event: AgreementEvent) -> Iterator[Subject]:
    """Yields every entity the event touches, the one it is about first."""
    match event:
        case ServiceRegistered():
            return services.subjects(event)
        case ServiceAgreementConcluded() | ServiceAgreementTerminated():
            return contracts.subjects(event)
        case ServiceLevelRevised():
            return levels.subjects(event)
        case _:
            assert_never(event)


# Rules -----------------------------------------------------------------------------------


def decide(
    command: AgreementCommand,
    agreements: Agreements,
    members: Members,
    bodies: Bodies,
    budgets: Budgets,
    context: Context,
) -> Decision:
    """Returns what a command leads to. Raises Rejection."""
    held = agreements.agreements
    match command:
        case RegisterService():
            return services.decide(command, agreements.services, members, bodies, context)
        case ConcludeServiceAgreement():
            return contracts.conclude(command, held, agreements.services, members, bodies, context)
        case ReviseServiceLevel():
            return levels.decide(command, agreements.levels, held, budgets, context)
        case TerminateServiceAgreement():
            return contracts.terminate(command, held, context)
        case _:
            assert_never(command)
