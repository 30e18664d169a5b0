"""The catalogue of services (tjenestekatalog): what can be agreed on, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.agreements.groups import Groups
from domain.agreements.succession import Succeeding, with_successors
from domain.bodies import Bodies
from domain.copying import replace
from domain.dates import Interval, Mark, Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.members import Members
from domain.text import Id, Name, Unknown
from domain.vocabulary import Ambition, ProductGroup

# Events: stored for ever -----------------------------------------------------------------


class ServiceRegistered(Event):
    """A service was entered in the catalogue."""

    type: Literal["service.registered"] = "service.registered"
    service_id: Id
    name: Name
    group: ProductGroup
    owner_office: Id | Unknown = "unknown"
    consumers: Annotated[tuple[Id, ...], Field(max_length=400)] = ()
    statutory: bool | Unknown = "unknown"
    ambition: Ambition | Unknown = "unknown"
    """Whether the members cooperate on it to develop or to operate."""


class ServiceRetired(Event):
    """A service was taken out of the catalogue."""

    type: Literal["service.retired"] = "service.retired"
    service_id: Id
    successor_service: Id | None = None


# Commands --------------------------------------------------------------------------------


class RegisterService(Command):
    """Enter a service in the catalogue."""

    type: Literal["service.register"]
    service_id: Id
    name: Name
    group: ProductGroup
    owner_office: Id | Unknown = "unknown"
    consumers: Annotated[tuple[Id, ...], Field(max_length=400)] = ()
    statutory: bool | Unknown = "unknown"
    ambition: Ambition | Unknown = "unknown"


class RetireService(Command):
    """Take a service out of the catalogue; `effective` is the first day without it."""

    type: Literal["service.retire"]
    service_id: Id
    successor_service: Id | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the catalogue."""

    service_id: str
    name: str
    group: ProductGroup
    owner_office: str
    """`unknown` where the source does not show it."""
    statutory: bool | Unknown
    entry: int
    consumers: Timeline[tuple[str, ...]]
    """Ids of the members that use it, over time. The first mark is the registration."""
    life: Lifetime
    ambition: Ambition | Unknown = "unknown"
    successor_service: str | None = None
    retired_by: int | None = None
    """The entry that took it out of the catalogue."""

    def is_gone(self, interval: Interval) -> bool:
        """Returns whether it certainly was out of the catalogue again before `interval`."""
        return self.life.ended is not None and interval.earliest >= self.life.ended.latest


Services: TypeAlias = "HashTrieMap[str, Service]"


def evolve(services: Services, event: ServiceRegistered, fact: Fact) -> Services:
    """Returns the services after one more was registered."""
    consumers = tuple(dict.fromkeys(event.consumers))
    service = Service(
        service_id=event.service_id,
        name=event.name,
        group=event.group,
        owner_office=event.owner_office,
        statutory=event.statutory,
        entry=fact.number,
        ambition=event.ambition,
        consumers=Timeline((Mark(fact.effective, fact.number, consumers),)),
        life=Lifetime(fact.effective),
    )
    return services.insert(event.service_id, service)


def corrected(services: Services, event: ServiceRegistered, fact: Fact) -> Services:
    """Returns the services in which one is as it should have been registered; what became of it since stands."""
    service = services.get(event.service_id)
    if service is None:
        return services
    right = replace(
        service,
        name=event.name,
        group=event.group,
        owner_office=event.owner_office,
        statutory=event.statutory,
        ambition=event.ambition,
        entry=fact.number,
    )
    return services.insert(event.service_id, right)


def retired(services: Services, event: ServiceRetired, fact: Fact) -> Services:
    """Returns the services after one was taken out of the catalogue; one that is not there stays so."""
    service = services.get(event.service_id)
    if service is None or service.retired_by is not None:
        return services
    gone = replace(
        service,
        life=service.life.end(fact.effective),
        successor_service=event.successor_service,
        retired_by=fact.number,
    )
    return services.insert(event.service_id, gone)


def succeed(services: Services, service_ids: tuple[str, ...], succeeding: Succeeding) -> Services:
    """Returns the services in which successors take their predecessors' place as consumers, in those listed only."""
    for service_id in service_ids:
        service = services.get(service_id)
        if service is not None:
            consumers = with_successors(service.consumers, succeeding.ids, succeeding)
            services = services.insert(service_id, replace(service, consumers=consumers))
    return services


def subjects(event: ServiceRegistered | ServiceRetired) -> Iterator[Subject]:
    """Yields the service, its consumers and the office that owns it, or the service that follows it."""
    yield Subject("service", event.service_id)
    if isinstance(event, ServiceRetired):
        if event.successor_service is not None:
            yield Subject("service", event.successor_service)
        return
    yield from (Subject("member", member_id) for member_id in event.consumers)
    if event.owner_office != "unknown":
        yield Subject("office", event.owner_office)


# Rules -----------------------------------------------------------------------------------


def decide(
    command: RegisterService, services: Services, groups: Groups, members: Members, bodies: Bodies, context: Context
) -> Decision:
    """Returns the service as registered. Raises Rejection."""
    ruling = judge(_against(command, services, groups, members, bodies), context.mode)
    event = ServiceRegistered(
        service_id=command.service_id,
        name=command.name,
        group=command.group,
        owner_office=command.owner_office,
        consumers=command.consumers,
        statutory=command.statutory,
        ambition=command.ambition,
    )
    return Decision((event,), ruling)


def _against(
    command: RegisterService, services: Services, groups: Groups, members: Members, bodies: Bodies
) -> Iterator[Rejection]:
    service_id = command.service_id
    held = services.get(service_id)
    if held is not None:
        yield Rejection("service.already_registered", "fact", entries=(held.entry,), service_id=service_id)
    unknown = sorted(set(command.consumers) - set(members.parties))
    if unknown:
        yield Rejection("service.unknown_consumer", "fact", service_id=service_id, member_ids=unknown)
    office_id = command.owner_office
    if office_id != "unknown" and office_id not in bodies.offices:
        yield Rejection("service.unknown_office", "fact", service_id=service_id, office_id=office_id)
    if len(groups) > 0 and command.group not in groups:
        # A book that has laid down none of its groups is silent on them; one that has laid down some means these.
        yield Rejection(
            "service.unknown_group",
            entries=(group.entry for group in groups.values()),
            service_id=service_id,
            group=command.group,
        )
