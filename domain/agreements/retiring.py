"""Taking a service out of the catalogue, once no agreement in force covers it."""

from __future__ import annotations

from collections.abc import Iterator

from domain.agreements.contracts import Contracts
from domain.agreements.services import RetireService, ServiceRetired, Services
from domain.kernel import Context, Decision, Rejection, judge


def decide(command: RetireService, services: Services, contracts: Contracts, context: Context) -> Decision:
    """Returns the service as retired. Raises Rejection."""
    ruling = judge(_against(command, services, contracts, context), context.mode)
    event = ServiceRetired(service_id=command.service_id, successor_service=command.successor_service)
    return Decision((event,), ruling)


def _against(command: RetireService, services: Services, contracts: Contracts, context: Context) -> Iterator[Rejection]:
    service_id, successor = command.service_id, command.successor_service
    service = services.get(service_id)
    if service is None:
        yield Rejection("service.unknown_service", "fact", service_id=service_id)
        return
    if service.retired_by is not None:
        yield Rejection(
            "service.already_retired", "fact", entries=(service.entry, service.retired_by), service_id=service_id
        )
    if context.effective.latest <= service.life.possible_from:
        yield Rejection(
            "service.retired_before_registered",
            "fact",
            entries=(service.entry,),
            service_id=service_id,
            on=context.on.isoformat(),
            begins=service.life.possible_from.isoformat(),
        )
    if successor is not None and (successor == service_id or successor not in services):
        yield Rejection("service.unknown_successor", "fact", service_id=service_id, successor_service=successor)
    active = sorted(
        agreement.agreement_id
        for agreement in contracts.values()
        if service_id in agreement.services and agreement.life.outlasts(context.on)
    )
    if active:
        yield Rejection(
            "service.active_agreement",
            entries=(contracts[agreement_id].entry for agreement_id in active),
            service_id=service_id,
            agreement_ids=active,
        )
