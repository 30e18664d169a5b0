"""Which agreements and services tie a member, as the registers below need to know it, and how one leaves them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from domain.agreements.contracts import Contracts
from domain.agreements.services import Services
from domain.copying import replace
from domain.dates import Interval
from domain.kernel import Fact
from domain.lifetime import present
from domain.members import Tie


def open_agreements(contracts: Contracts, interval: Interval) -> Iterator[Tie]:
    """Yields the agreements that may be in force on some day of `interval`, sorted by id."""
    there = present(contracts.values(), interval)
    found = (Tie("agreement", a.agreement_id, a.entry, certain=True) for a in there.certain)
    perhaps = (Tie("agreement", a.agreement_id, a.entry, certain=False) for a in there.possible)
    yield from sorted((*found, *perhaps), key=lambda tie: tie.id)


def agreements_of(contracts: Contracts, member_ids: Collection[str], interval: Interval) -> Iterator[Tie]:
    """Yields the agreements one of the members may be provider or customer of on some day of `interval`."""
    for tie in open_agreements(contracts, interval):
        agreement = contracts[tie.id]
        days = (interval.earliest, interval.latest)
        customers = {m for day in days for listed in agreement.customers.ever(day) for m in listed}
        providers = {h.id for day in days for h in agreement.provider.ever(day) if h.kind == "member"}
        if not (customers | providers).isdisjoint(member_ids):
            yield tie


def services_of(services: Services, member_ids: Collection[str]) -> Iterator[Tie]:
    """Yields the services one of the members is a consumer of in the end, by everything recorded."""
    for _, service in sorted(services.items()):
        last = service.consumers.last
        if last is not None and not set(last.value).isdisjoint(member_ids):
            yield Tie("service", service.service_id, service.entry)


def ended(contracts: Contracts, agreement_ids: Iterable[str], fact: Fact) -> Contracts:
    """Returns the agreements in which these end in the fact's interval; one that was ended before stays as it was."""
    for agreement_id in agreement_ids:
        agreement = contracts.get(agreement_id)
        if agreement is not None and agreement.terminated_by is None:
            life = agreement.life.end(fact.effective)
            contracts = contracts.insert(agreement_id, replace(agreement, life=life, terminated_by=fact.number))
    return contracts


def left(contracts: Contracts, member_id: str, agreement_ids: Iterable[str], fact: Fact) -> Contracts:
    """Returns the agreements in which the member is no customer from the fact's interval on.

    One that it provides, or is the only customer of, ends.
    """
    for agreement_id in agreement_ids:
        agreement = contracts.get(agreement_id)
        if agreement is None or agreement.terminated_by is not None:
            continue
        held = agreement.customers.certain(fact.effective.latest) or agreement.customers.marks[0].value
        others = tuple(m for m in held if m != member_id)
        provider = agreement.provider.certain(fact.effective.latest) or agreement.provider.marks[0].value
        if not others or (provider.kind == "member" and provider.id == member_id):
            contracts = ended(contracts, (agreement_id,), fact)
        elif others != held:
            customers = agreement.customers.closed_by(fact.effective).with_mark(fact.effective, fact.number, others)
            contracts = contracts.insert(agreement_id, replace(agreement, customers=customers))
    return contracts
