"""Concluding a service agreement (tjenesteavtale) between a provider and its customers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, assert_never

from pydantic import Field

from domain.agreements.around import Around
from domain.agreements.contracting import Contracting, against_power
from domain.agreements.contracts import Contracts, ServiceAgreementConcluded, StartUpCondition, empty_period
from domain.agreements.services import Services
from domain.bodies import Bodies
from domain.dates import Day, Interval, Timeline
from domain.kernel import Command, Context, Decision, Rejection, judge
from domain.members import Members
from domain.text import Id, Name, Unknown
from domain.vocabulary import Holder

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
    notice_months: Annotated[int, Field(ge=0, le=120)] | Unknown = "unknown"


# Rules -----------------------------------------------------------------------------------

_NEVER_MEMBER: Timeline[bool] = Timeline()


def decide(
    command: ConcludeServiceAgreement,
    contracts: Contracts,
    services: Services,
    around: Around,
    context: Context,
) -> Decision:
    """Returns the agreement as concluded. Raises Rejection."""
    ruling = judge(_against_conclusion(command, contracts, services, around, context), context.mode)
    event = ServiceAgreementConcluded(
        agreement_id=command.agreement_id,
        name=command.name,
        provider=command.provider,
        customers=command.customers,
        services=command.services,
        until=command.until,
        review_months=command.review_months,
        conditions=command.conditions,
        notice_months=command.notice_months,
    )
    return Decision((event,), ruling)


def _against_conclusion(
    command: ConcludeServiceAgreement,
    contracts: Contracts,
    services: Services,
    around: Around,
    context: Context,
) -> Iterator[Rejection]:
    agreement_id = command.agreement_id
    held = contracts.get(agreement_id)
    if held is not None:
        yield Rejection("agreement.already_concluded", "fact", entries=(held.entry,), agreement_id=agreement_id)
    yield from _against_names(command, services, around.members, around.bodies)
    if command.until is not None and command.until < context.effective.earliest:
        yield empty_period(agreement_id, context.effective.earliest, command.until, ())
    gone = [i for i in sorted(set(command.services)) if services[i].is_gone(context.effective)]
    if gone:
        yield Rejection(
            "agreement.service_retired",
            entries=(services[i].entry for i in gone),
            agreement_id=agreement_id,
            service_ids=gone,
        )
    yield from _against_customers(command, around.members, context)
    if command.review_months == "unknown":
        yield Rejection("agreement.review_interval_missing", "unknown", agreement_id=agreement_id)
    if not context.basis:
        yield Rejection("agreement.basis_missing", "unknown", agreement_id=agreement_id)
    if context.basis or context.actor is not None:
        contracting = Contracting(agreement_id, command.services, command.customers)
        yield from against_power(contracting, around, context, by=None)


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
