"""Service agreements (tjenesteavtaler): concluded between a provider and its customers, and ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Literal, TypeAlias, assert_never

from pydantic import Field
from rpds import HashTrieMap

from domain.agreements.services import Services
from domain.agreements.succession import Succeeding, with_successors
from domain.bodies import Bodies
from domain.dates import Day, Interval, Mark, Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.members import Members
from domain.text import Frozen, Id, Name, SealedText, Text, Unknown
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


class ServiceAgreementTerminated(Event):
    """An agreement was ended."""

    type: Literal["service_agreement.terminated"] = "service_agreement.terminated"
    agreement_id: Id
    by: Holder
    notice_given_on: Day | Unknown = "unknown"
    exit_plan: SealedText | None = None


# Commands --------------------------------------------------------------------------------


class ConcludeServiceAgreement(Command):
    """Conclude an agreement between a provider and its customers."""

    type: Literal["service_agreement.conclude"]
    agreement_id: Id
    name: Name
    provider: Holder
    customers: Annotated[tuple[Id, ...], Field(min_length=1, max_length=400)]
    services: Annotated[tuple[Id, ...], Field(max_length=400)] = ()
    until: Day | None = None
    review_months: Annotated[int, Field(ge=1, le=120)] | Unknown = "unknown"
    conditions: Annotated[tuple[StartUpCondition, ...], Field(max_length=100)] = ()


class TerminateServiceAgreement(Command):
    """End an agreement; `effective` is the first day without it."""

    type: Literal["service_agreement.terminate"]
    agreement_id: Id
    by: Holder
    notice_given_on: Day | Unknown = "unknown"
    exit_plan: Text | None = None


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
_NEVER_MEMBER: Timeline[bool] = Timeline()


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


def conclude(
    command: ConcludeServiceAgreement,
    contracts: Contracts,
    services: Services,
    members: Members,
    bodies: Bodies,
    context: Context,
) -> Decision:
    """Returns the agreement as concluded. Raises Rejection."""
    ruling = judge(_against_conclusion(command, contracts, services, members, bodies, context), context.mode)
    event = ServiceAgreementConcluded(
        agreement_id=command.agreement_id,
        name=command.name,
        provider=command.provider,
        customers=command.customers,
        services=command.services,
        until=command.until,
        review_months=command.review_months,
        conditions=command.conditions,
    )
    return Decision((event,), ruling)


def _against_conclusion(
    command: ConcludeServiceAgreement,
    contracts: Contracts,
    services: Services,
    members: Members,
    bodies: Bodies,
    context: Context,
) -> Iterator[Rejection]:
    agreement_id = command.agreement_id
    held = contracts.get(agreement_id)
    if held is not None:
        yield Rejection("agreement.already_concluded", "fact", entries=(held.entry,), agreement_id=agreement_id)
    yield from _against_names(command, services, members, bodies)
    if command.until is not None and command.until < context.effective.earliest:
        yield _empty_period(agreement_id, context.effective.earliest, command.until, ())
    gone = [i for i in sorted(set(command.services)) if services[i].is_gone(context.effective)]
    if gone:
        yield Rejection(
            "agreement.service_retired",
            entries=(services[i].entry for i in gone),
            agreement_id=agreement_id,
            service_ids=gone,
        )
    yield from _against_customers(command, members, context)
    if command.review_months == "unknown":
        yield Rejection("agreement.review_interval_missing", "unknown", agreement_id=agreement_id)
    if not context.basis:
        yield Rejection("agreement.basis_missing", "unknown", agreement_id=agreement_id)


def _against_names(
    command: ConcludeServiceAgreement, services: Services, members: Members, bodies: Bodies
) -> Iterator[Rejection]:
    agreement_id, provider = command.agreement_id, command.provider
    customers = sorted(set(command.customers) - set(members.parties))
    if customers:
        yield Rejection("agreement.unknown_customer", "fact", agreement_id=agreement_id, member_ids=customers)
    if not _exists(provider, members, bodies):
        yield Rejection(
            "agreement.unknown_provider", "fact", agreement_id=agreement_id, kind=provider.kind, id=provider.id
        )
    unknown = sorted(set(command.services) - set(services))
    if unknown:
        yield Rejection("agreement.unknown_service", "fact", agreement_id=agreement_id, service_ids=unknown)


def _exists(holder: Holder, members: Members, bodies: Bodies) -> bool:
    match holder.kind:
        case "member":
            return holder.id in members.parties
        case "body":
            return holder.id in bodies.bodies
        case "office":
            return holder.id in bodies.offices
        case "collaboration":
            return True
        case _:
            assert_never(holder.kind)


def _against_customers(command: ConcludeServiceAgreement, members: Members, context: Context) -> Iterator[Rejection]:
    agreement_id, on = command.agreement_id, context.on.isoformat()
    standing = {m: _is_customer(m, members, context.effective) for m in sorted(set(command.customers))}
    outside = [member_id for member_id, is_member in standing.items() if is_member is False]
    if outside:
        yield Rejection(
            "agreement.customer_not_a_member",
            entries=members.entries(*outside),
            agreement_id=agreement_id,
            member_ids=outside,
            on=on,
        )
    doubtful = [member_id for member_id, is_member in standing.items() if is_member is None]
    if doubtful:
        yield Rejection(
            "agreement.customer_uncertain",
            "unknown",
            entries=members.entries(*doubtful),
            agreement_id=agreement_id,
            member_ids=doubtful,
            on=on,
        )


def _is_customer(member_id: str, members: Members, interval: Interval) -> bool | None:
    """Whether it is a member on the last day; None where that, or how it was earlier in `interval`, is uncertain."""
    by_then = members.is_member(member_id, interval.latest)
    if by_then is not False:
        return by_then
    marks = members.membership.get(member_id, _NEVER_MEMBER).marks
    days = (interval.earliest, *(mark.effective.earliest for mark in marks))
    within = (day for day in days if interval.earliest <= day <= interval.latest)
    return None if any(members.is_member(member_id, day) is not False for day in within) else False


def _empty_period(agreement_id: str, begins: date, last_day: date, entries: tuple[int, ...]) -> Rejection:
    return Rejection(
        "agreement.period_empty",
        "fact",
        entries=entries,
        agreement_id=agreement_id,
        begins=begins.isoformat(),
        last_day=last_day.isoformat(),
    )


def terminate(command: TerminateServiceAgreement, contracts: Contracts, context: Context) -> Decision:
    """Returns the end of an agreement. Raises Rejection."""
    ruling = judge(_against_termination(command, contracts, context), context.mode)
    event = ServiceAgreementTerminated(
        agreement_id=command.agreement_id,
        by=command.by,
        notice_given_on=command.notice_given_on,
        exit_plan=None if command.exit_plan is None else context.seal(command.exit_plan),
    )
    return Decision((event,), ruling)


def _against_termination(
    command: TerminateServiceAgreement, contracts: Contracts, context: Context
) -> Iterator[Rejection]:
    agreement_id = command.agreement_id
    agreement = contracts.get(agreement_id)
    if agreement is None:
        yield Rejection("agreement.unknown_agreement", "fact", agreement_id=agreement_id)
        return
    yield from _against_end(agreement, context.effective)
    if not agreement.is_party(command.by, context.effective):
        yield Rejection(
            "agreement.not_a_party",
            entries=(mark.number for line in (agreement.provider, agreement.customers) for mark in line.marks),
            agreement_id=agreement_id,
            kind=command.by.kind,
            id=command.by.id,
        )
    yield from _against_notice(command, context)
    if command.exit_plan is None:
        # What an agreement was ended with long ago is a matter of what the source shows.
        nature: Literal["rule", "unknown"] = "unknown" if context.mode == "import" else "rule"
        yield Rejection("agreement.exit_plan_missing", nature, agreement_id=agreement_id)


def _against_end(agreement: Agreement, ends: Interval) -> Iterator[Rejection]:
    life, about = agreement.life, {"agreement_id": agreement.agreement_id}
    if life.ended is not None:
        yield Rejection(
            "agreement.already_terminated",
            "fact",
            entries=agreement.entries,
            ended=life.ended.latest.isoformat(),
            **about,
        )
    if life.until is not None and ends.earliest > life.until:
        yield Rejection(
            "agreement.already_expired", "fact", entries=(agreement.entry,), last_day=life.until.isoformat(), **about
        )
    if ends.latest <= life.possible_from:
        last_day = ends.latest - timedelta(days=1)
        yield _empty_period(agreement.agreement_id, life.possible_from, last_day, (agreement.entry,))


def _against_notice(command: TerminateServiceAgreement, context: Context) -> Iterator[Rejection]:
    agreement_id, notice = command.agreement_id, command.notice_given_on
    if notice == "unknown":
        yield Rejection("agreement.notice_unknown", "unknown", agreement_id=agreement_id)
    elif notice > context.on:
        yield Rejection(
            "agreement.notice_after_end",
            agreement_id=agreement_id,
            notice_given_on=notice.isoformat(),
            ended=context.on.isoformat(),
        )
