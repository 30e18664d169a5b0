"""Register of services and agreements (tjenester og tjenestenivåavtaler).

Who delivers what to whom, at which service level, since when.

`services` holds the catalogue and `groups` how each kind of service is paid for; `contracts` the agreements themselves,
`concluding` and `terminating` how they begin and end,
`levels` and `prices` the versions of what they promise and cost, `phases` how far they have come; `measurements`,
`reviews` and `breaches` what came of the promises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import assert_never

from rpds import HashTrieMap

from domain.agreements import (
    breaches,
    concluding,
    contracts,
    groups,
    levels,
    measurements,
    phases,
    prices,
    retiring,
    reviews,
    services,
    terminating,
    ties,
)
from domain.agreements.around import Around
from domain.agreements.boundary import against_service_level
from domain.agreements.breaches import Breach, BreachDeclared, Breaches, BreachResolved, DeclareBreach, ResolveBreach
from domain.agreements.claims import claims_of
from domain.agreements.concluding import ConcludeServiceAgreement
from domain.agreements.contracts import (
    Agreement,
    Contracts,
    ServiceAgreementConcluded,
    ServiceAgreementTerminated,
    StartUpCondition,
)
from domain.agreements.cover import BudgetEffect, Cover
from domain.agreements.groups import DefineProductGroup, Groups, ProductGroupDefined
from domain.agreements.levels import (
    Levels,
    ReviseServiceLevel,
    ServiceLevel,
    ServiceLevelRevised,
    Target,
)
from domain.agreements.measurements import (
    Excluded,
    Measured,
    Measurement,
    Measurements,
    MeasureTargets,
    Period,
    TargetsMeasured,
    Verdict,
)
from domain.agreements.phases import AgreementPhaseChanged, ChangeAgreementPhase, Phases, Stage
from domain.agreements.prices import PriceItem, Prices, PriceTerms, PriceTermsRevised, RevisePriceTerms
from domain.agreements.reviews import (
    HoldServiceReview,
    Improvement,
    Reviewed,
    Reviews,
    ServiceReviewHeld,
    was_reviewed,
)
from domain.agreements.services import (
    RegisterService,
    RetireService,
    Service,
    ServiceRegistered,
    ServiceRetired,
    Services,
)
from domain.agreements.succession import Succeeding
from domain.agreements.terminating import TerminateServiceAgreement
from domain.agreements.ties import agreements_of, open_agreements, services_of
from domain.budgets import Claim
from domain.copying import replace
from domain.dates import Interval, Reading, Timeline
from domain.kernel import Context, Decision, Fact, Subject
from domain.lifetime import Present, present
from domain.members import MemberDeparted, MemberSucceeded

__all__ = [
    "Agreement",
    "AgreementCommand",
    "AgreementEvent",
    "AgreementPhaseChanged",
    "Agreements",
    "Around",
    "Breach",
    "BreachDeclared",
    "BreachResolved",
    "BudgetEffect",
    "ChangeAgreementPhase",
    "ConcludeServiceAgreement",
    "DeclareBreach",
    "DefineProductGroup",
    "Excluded",
    "HoldServiceReview",
    "Improvement",
    "MeasureTargets",
    "Measured",
    "Measurement",
    "Period",
    "PriceItem",
    "PriceTerms",
    "PriceTermsRevised",
    "ProductGroupDefined",
    "RegisterService",
    "ResolveBreach",
    "RetireService",
    "Reviewed",
    "RevisePriceTerms",
    "ReviseServiceLevel",
    "Service",
    "ServiceAgreementConcluded",
    "ServiceAgreementTerminated",
    "ServiceLevel",
    "ServiceLevelRevised",
    "ServiceRegistered",
    "ServiceRetired",
    "ServiceReviewHeld",
    "StartUpCondition",
    "Target",
    "TargetsMeasured",
    "TerminateServiceAgreement",
    "Verdict",
    "against_service_level",
    "agreements_of",
    "decide",
    "depart",
    "ended",
    "evolve",
    "open_agreements",
    "services_of",
    "subjects",
    "succeed",
    "was_reviewed",
]

AgreementEvent = (
    ProductGroupDefined
    | ServiceRegistered
    | ServiceRetired
    | ServiceAgreementConcluded
    | AgreementPhaseChanged
    | ServiceLevelRevised
    | PriceTermsRevised
    | TargetsMeasured
    | ServiceReviewHeld
    | BreachDeclared
    | BreachResolved
    | ServiceAgreementTerminated
)
AgreementCommand = (
    DefineProductGroup
    | RegisterService
    | RetireService
    | ConcludeServiceAgreement
    | ChangeAgreementPhase
    | ReviseServiceLevel
    | RevisePriceTerms
    | MeasureTargets
    | HoldServiceReview
    | DeclareBreach
    | ResolveBreach
    | TerminateServiceAgreement
)

# State -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Agreements:
    """The catalogue of services, the agreements on them, and what those promise."""

    services: Services = field(default_factory=HashTrieMap)
    agreements: Contracts = field(default_factory=HashTrieMap)
    levels: Levels = field(default_factory=HashTrieMap)
    groups: Groups = field(default_factory=HashTrieMap)
    phases: Phases = field(default_factory=HashTrieMap)
    prices: Prices = field(default_factory=HashTrieMap)
    measurements: Measurements = field(default_factory=HashTrieMap)
    reviews: Reviews = field(default_factory=HashTrieMap)
    breaches: Breaches = field(default_factory=HashTrieMap)

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

    def stages(self, agreement_id: str) -> Timeline[Stage]:
        """Returns the phases of an agreement over time, the start-up it begins in first; none for an unknown one."""
        agreement = self.agreements.get(agreement_id)
        if agreement is None:
            return Timeline()
        line = phases.line_of(self.phases, agreement_id)
        return line.with_mark(agreement.life.began, agreement.entry, phases.START)

    def claims(self) -> Iterator[Claim]:
        """Yields what their versions take of the lines of the budgets."""
        return claims_of(self.levels, self.prices, self.agreements)

    def measured(self, agreement_id: str) -> HashTrieMap[tuple[date, date], Measurement]:
        """Returns the measurements of an agreement by the first and last day of their period."""
        return measurements.of(self.measurements, agreement_id)


def evolve(state: Agreements, event: AgreementEvent, fact: Fact) -> Agreements:
    """Returns the state after one event."""
    match event:
        case ProductGroupDefined():
            return replace(state, groups=groups.evolve(state.groups, event, fact))
        case ServiceRetired():
            return replace(state, services=services.retired(state.services, event, fact))
        case AgreementPhaseChanged():
            return replace(state, phases=phases.evolve(state.phases, event, fact))
        case PriceTermsRevised():
            return replace(state, prices=prices.evolve(state.prices, event, fact))
        case TargetsMeasured():
            return replace(state, measurements=measurements.evolve(state.measurements, event, fact))
        case ServiceReviewHeld():
            return replace(state, reviews=reviews.evolve(state.reviews, event, fact))
        case BreachDeclared():
            return replace(state, breaches=breaches.declared(state.breaches, event, fact))
        case BreachResolved():
            return replace(state, breaches=breaches.resolved(state.breaches, event, fact))
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
        case ProductGroupDefined():
            return groups.subjects(event)
        case AgreementPhaseChanged():
            return phases.subjects(event)
        case PriceTermsRevised():
            return prices.subjects(event)
        case TargetsMeasured():
            return measurements.subjects(event)
        case ServiceReviewHeld():
            return reviews.subjects(event)
        case BreachDeclared() | BreachResolved():
            return breaches.subjects(event)
        case ServiceRegistered() | ServiceRetired():
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
    around: Around,
    context: Context,
) -> Decision:
    """Returns what a command leads to. Raises Rejection."""
    held, members, bodies = agreements.agreements, around.members, around.bodies
    match command:
        case DefineProductGroup():
            return groups.decide(command, agreements.groups, context)
        case RetireService():
            return retiring.decide(command, agreements.services, held, context)
        case ChangeAgreementPhase():
            return phases.decide(command, agreements.phases, held, agreements.measurements, context)
        case RevisePriceTerms():
            cover = _cover(agreements, around)
            return prices.decide(command, agreements.prices, held, agreements.groups, cover, context)
        case MeasureTargets():
            return measurements.decide(command, agreements.measurements, held, agreements.levels, context)
        case HoldServiceReview():
            known = frozenset(bodies.offices)
            return reviews.decide(command, agreements.reviews, held, agreements.measurements, known, context)
        case DeclareBreach():
            return breaches.declare(command, agreements.breaches, held, agreements.measurements, context)
        case ResolveBreach():
            return breaches.resolve(command, agreements.breaches, context)
        case RegisterService():
            return services.decide(command, agreements.services, agreements.groups, members, bodies, context)
        case ConcludeServiceAgreement():
            return concluding.decide(command, held, agreements.services, around, context)
        case ReviseServiceLevel():
            reviewed = partial(was_reviewed, agreements.reviews)
            return levels.decide(command, agreements.levels, held, reviewed, _cover(agreements, around), context)
        case TerminateServiceAgreement():
            return terminating.decide(command, held, around, context)
        case _:
            assert_never(command)


def _cover(agreements: Agreements, around: Around) -> Cover:
    return Cover(around.budgets, around.decisions, tuple(agreements.claims()))
