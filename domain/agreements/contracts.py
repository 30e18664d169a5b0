"""Service agreements (tjenesteavtaler): who delivers what to whom, and when that is in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias, assert_never

from pydantic import Field
from rpds import HashTrieMap

from domain.agreements.succession import Succeeding, with_successors
from domain.copying import replace
from domain.dates import Day, Interval, Mark, Timeline
from domain.kernel import Event, Fact, Rejection, Subject
from domain.lifetime import Lifetime
from domain.text import Frozen, Id, Name, SealedText, Unknown
from domain.vocabulary import Holder

# Events: stored for ever -----------------------------------------------------------------


class StartUpCondition(Frozen):
    """What must be in place before an agreement is put into operation."""

    condition_id: Id
    what: Name


class ServiceAgreementConcluded(Event):
    """An agreement on services was concluded."""

    type: Literal["service_agreement.concluded"] = "service_agreement.concluded"
    agreement_id: Id
    name: Name
    provider: Holder
    customers: Annotated[tuple[Id, ...], Field(min_length=1, max_length=400)]
    services: Annotated[tuple[Id, ...], Field(max_length=400)] = ()
    until: Day | None = None
    review_months: Annotated[int, Field(ge=1, le=120)] | Unknown = "unknown"
    """At most this many months between reviews."""
    conditions: Annotated[tuple[StartUpCondition, ...], Field(max_length=100)] = ()
    """What must be in place before it is put into operation."""
    notice_months: Annotated[int, Field(ge=0, le=120)] | Unknown = "unknown"
    """How many months' notice a party must give to end it; 0 where none is needed."""


class ServiceAgreementTerminated(Event):
    """An agreement was ended."""

    type: Literal["service_agreement.terminated"] = "service_agreement.terminated"
    agreement_id: Id
    by: Holder
    notice_given_on: Day | Unknown = "unknown"
    exit_plan: SealedText | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement: who delivers to whom, and when it is in force."""

    agreement_id: str
    name: str
    provider: Timeline[Holder]
    customers: Timeline[tuple[str, ...]]
    """Member ids."""
    services: tuple[str, ...]
    review_months: int | Unknown
    entry: int
    life: Lifetime
    """Its last day agreed beforehand, if any, is `life.until`."""
    terminated_by: int | None = None
    """The entry that ended it."""
    conditions: tuple[StartUpCondition, ...] = ()
    """What must be in place before it is put into operation."""
    notice_months: int | Unknown = "unknown"

    @property
    def entries(self) -> tuple[int, ...]:
        """Numbers of the entries that say when it is in force."""
        return (self.entry,) if self.terminated_by is None else (self.entry, self.terminated_by)

    def is_party(self, holder: Holder, interval: Interval) -> bool:
        """Returns whether `holder` certainly or possibly is the provider or a customer at either end of `interval`."""
        days = (interval.earliest, interval.latest)
        if any(holder == provider for day in days for provider in self.provider.ever(day)):
            return True
        customers = (customer for day in days for listed in self.customers.ever(day) for customer in listed)
        return holder.kind == "member" and holder.id in customers


Contracts: TypeAlias = "HashTrieMap[str, Agreement]"
"""Agreements by id."""


def concluded(contracts: Contracts, event: ServiceAgreementConcluded, fact: Fact) -> Contracts:
    """Returns the agreements after one more was concluded."""
    customers = tuple(dict.fromkeys(event.customers))
    agreement = Agreement(
        agreement_id=event.agreement_id,
        name=event.name,
        provider=Timeline((Mark(fact.effective, fact.number, event.provider),)),
        customers=Timeline((Mark(fact.effective, fact.number, customers),)),
        services=event.services,
        review_months=event.review_months,
        entry=fact.number,
        life=Lifetime(fact.effective, until=event.until),
        conditions=event.conditions,
        notice_months=event.notice_months,
    )
    return contracts.insert(event.agreement_id, agreement)


def terminated(contracts: Contracts, event: ServiceAgreementTerminated, fact: Fact) -> Contracts:
    """Returns the agreements after one was ended."""
    agreement = contracts.get(event.agreement_id)
    if agreement is None or agreement.terminated_by is not None:
        return contracts
    ended = replace(agreement, life=agreement.life.end(fact.effective), terminated_by=fact.number)
    return contracts.insert(event.agreement_id, ended)


def succeed(contracts: Contracts, agreement_ids: tuple[str, ...], succeeding: Succeeding) -> Contracts:
    """Returns the agreements in which successors take their predecessors' place, in those listed only."""
    for agreement_id in agreement_ids:
        agreement = contracts.get(agreement_id)
        if agreement is not None:
            customers = with_successors(agreement.customers, succeeding.ids, succeeding)
            provider = with_successors(agreement.provider, succeeding.holder, succeeding)
            contracts = contracts.insert(agreement_id, replace(agreement, customers=customers, provider=provider))
    return contracts


def subjects(event: ServiceAgreementConcluded | ServiceAgreementTerminated) -> Iterator[Subject]:
    """Yields the agreement, and everyone and every service the event names."""
    yield Subject("agreement", event.agreement_id)
    match event:
        case ServiceAgreementConcluded():
            yield from _party(event.provider)
            yield from (Subject("member", member_id) for member_id in event.customers)
            yield from (Subject("service", service_id) for service_id in event.services)
        case ServiceAgreementTerminated():
            yield from _party(event.by)
        case _:
            assert_never(event)


def _party(holder: Holder) -> Iterator[Subject]:
    if holder.kind != "collaboration":
        yield Subject(holder.kind, holder.id)


# Rules -----------------------------------------------------------------------------------


def empty_period(agreement_id: str, begins: date, last_day: date, entries: tuple[int, ...]) -> Rejection:
    """Returns that an agreement would end before it begins."""
    return Rejection(
        "agreement.period_empty",
        "fact",
        entries=entries,
        agreement_id=agreement_id,
        begins=begins.isoformat(),
        last_day=last_day.isoformat(),
    )
