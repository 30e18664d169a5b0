"""The catalogue of services (tjenestekatalog): what can be agreed on, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.agreements.succession import Succeeding, with_successors
from domain.bodies import Bodies
from domain.dates import Mark, Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.members import Members
from domain.text import Id, Name, Unknown
from domain.vocabulary import ProductGroup

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
        consumers=Timeline((Mark(fact.effective, fact.number, consumers),)),
    )
    return services.insert(event.service_id, service)


def succeed(services: Services, service_ids: tuple[str, ...], succeeding: Succeeding) -> Services:
    """Returns the services in which successors take their predecessors' place as consumers, in those listed only."""
    for service_id in service_ids:
        service = services.get(service_id)
        if service is not None:
            consumers = with_successors(service.consumers, succeeding.ids, succeeding)
            services = services.insert(service_id, replace(service, consumers=consumers))
    return services


def subjects(event: ServiceRegistered) -> Iterator[Subject]:
    """Yields the service, its consumers and the office that owns it."""
    yield Subject("service", event.service_id)
    yield from (Subject("member", member_id) for member_id in event.consumers)
    if event.owner_office != "unknown":
        yield Subject("office", event.owner_office)


# Rules -----------------------------------------------------------------------------------


def decide(
    command: RegisterService, services: Services, members: Members, bodies: Bodies, context: Context
) -> Decision:
    """Returns the service as registered. Raises Rejection."""
    ruling = judge(_against(command, services, members, bodies), context.mode)
    event = ServiceRegistered(
        service_id=command.service_id,
        name=command.name,
        group=command.group,
        owner_office=command.owner_office,
        consumers=command.consumers,
        statutory=command.statutory,
    )
    return Decision((event,), ruling)


def _against(command: RegisterService, services: Services, members: Members, bodies: Bodies) -> Iterator[Rejection]:
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
