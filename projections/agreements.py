"""Services, agreements and the versions of their service levels."""

from __future__ import annotations

from collections.abc import Iterator

from domain.agreements import Agreement
from domain.collaboration import Collaboration
from domain.dates import Timeline
from projections.projection import Projection, Row, dated, plain, span_row


def service_rows(state: Collaboration, service_id: str) -> Iterator[Row]:
    """Yields a row for each set of consumers a service has had."""
    service = state.agreements.services.get(service_id)
    if service is None:
        return
    for span in service.consumers.spans():
        shown = {
            "id": service_id,
            "name": service.name,
            "group": service.group,
            "owner_office": service.owner_office,
            "statutory": service.statutory,
            "ambition": service.ambition,
            "consumers": list(span.mark.value),
            "successor_service": service.successor_service,
            "retired": None if service.life.ended is None else dated(service.life.ended),
        }
        key = f"{service_id}:{span.mark.number:010d}"
        yield span_row(span, key, shown, service.life, product_group=service.group)


def agreement_rows(state: Collaboration, agreement_id: str) -> Iterator[Row]:
    """Yields a row for each time an agreement got another provider or other customers."""
    agreement = state.agreements.agreements.get(agreement_id)
    if agreement is None:
        return
    for span in _turns(agreement).spans():
        provider = agreement.provider.certain(span.certain_from) or agreement.provider.marks[0].value
        customers = agreement.customers.certain(span.certain_from) or agreement.customers.marks[0].value
        shown = {
            "id": agreement_id,
            "name": agreement.name,
            "provider": plain(provider),
            "customers": list(customers),
            "services": list(agreement.services),
            "review_months": agreement.review_months,
            "notice_months": agreement.notice_months,
            "until": None if agreement.life.until is None else agreement.life.until.isoformat(),
            "ended": None if agreement.life.ended is None else dated(agreement.life.ended),
        }
        yield span_row(span, f"{agreement_id}:{span.mark.number:010d}", shown, agreement.life)


def _turns(agreement: Agreement) -> Timeline[None]:
    """Returns the days the parties change, each entry once."""
    marks = {mark.number: mark.effective for line in (agreement.customers, agreement.provider) for mark in line.marks}
    turns = Timeline[None]()
    for number, effective in sorted(marks.items()):
        turns = turns.with_mark(effective, number, None)
    return turns


def level_rows(state: Collaboration, agreement_id: str) -> Iterator[Row]:
    """Yields a row for each version of an agreement's service levels."""
    agreement = state.agreements.agreements.get(agreement_id)
    if agreement is None:
        return
    for span in state.agreements.levels.get(agreement_id, Timeline()).spans():
        level = span.mark.value
        shown = {
            "agreement": agreement_id,
            "sla_version": level.sla_version,
            "name": level.name,
            "targets": plain(level.targets),
            "targets_complete": level.targets_complete,
            "budget_effect": plain(level.budget_effect),
            "review_ref": level.review_ref,
        }
        yield span_row(span, f"{agreement_id}:{level.sla_version:08d}", shown, agreement.life, agreement=agreement_id)


SERVICES = Projection("services", "service", service_rows, columns=("product_group",))
AGREEMENTS = Projection("agreements", "agreement", agreement_rows)
SERVICE_LEVELS = Projection("service_levels", "agreement", level_rows, columns=("agreement",))
