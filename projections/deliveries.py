"""What agreements cost, how far they have come, what was delivered, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.agreements import Measurement
from domain.collaboration import Collaboration
from domain.dates import Timeline
from projections.projection import Projection, Row, plain, span_row


def group_rows(state: Collaboration, group: str) -> Iterator[Row]:
    """Yields the row of a product group that was laid down."""
    held = state.agreements.groups.get(group)
    if held is not None:
        shown = {"id": group, "pricing_model": held.pricing_model, "treatment": held.treatment}
        yield Row(key=group, body=shown)


def price_rows(state: Collaboration, agreement_id: str) -> Iterator[Row]:
    """Yields a row for each price of each version of an agreement's prices."""
    agreement = state.agreements.agreements.get(agreement_id)
    if agreement is None:
        return
    for span in state.agreements.prices.get(agreement_id, Timeline()).spans():
        terms = span.mark.value
        for item in terms.items:
            shown = {
                "agreement": agreement_id,
                "price_version": terms.price_version,
                "item_id": item.item_id,
                "name": item.name,
                "group": item.group,
                "unit": item.unit,
                "price_ore": item.price_ore,
                "price_index": item.price_index,
            }
            key = f"{agreement_id}:{terms.price_version:08d}:{item.item_id}"
            columns = {"agreement": agreement_id, "product_group": item.group}
            yield span_row(span, key, shown, agreement.life, **columns)


def phase_rows(state: Collaboration, agreement_id: str) -> Iterator[Row]:
    """Yields a row for each phase of an agreement, the start-up it begins in first, with what that waits for."""
    agreement = state.agreements.agreements.get(agreement_id)
    if agreement is None:
        return
    stages = state.agreements.stages(agreement_id)
    for span in stages.spans():
        stage = span.mark.value
        shown = {
            "agreement": agreement_id,
            "phase": stage.phase,
            "conditions": plain(agreement.conditions),
            "met": list(stage.met),
        }
        yield span_row(span, f"{agreement_id}:{span.mark.number:010d}", shown, agreement.life, agreement=agreement_id)


def scorecard_rows(state: Collaboration, agreement_id: str) -> Iterator[Row]:
    """Yields a row for each target measured in each period, with its verdict and the version that judged."""
    for _, measured in sorted(state.agreements.measured(agreement_id).items()):
        for row, verdict in zip(measured.rows, measured.verdicts, strict=False):
            shown = {
                "agreement": agreement_id,
                "period": plain(measured.period),
                **plain(row),
                "sla_version": measured.sla_version,
                "gross": verdict.gross,
                "outcome": verdict.outcome,
                "entry": measured.entry,
                "earlier": [told for before in measured.earlier for told in _as_before(before, row.target_id)],
            }
            key = f"{agreement_id}:{measured.period.first_day}:{measured.period.last_day}:{row.target_id}"
            columns = {"agreement": agreement_id, "target_id": row.target_id, "outcome": verdict.outcome}
            yield Row(key=key, body=shown, columns=columns)


def _as_before(measured: Measurement, target_id: str) -> Iterator[dict[str, Any]]:
    """Yields what a target was measured at and judged as before it was corrected."""
    for row, verdict in zip(measured.rows, measured.verdicts, strict=False):
        if row.target_id == target_id:
            yield {
                "period": plain(measured.period),
                "value": row.value,
                "net_value": row.net_value,
                "sla_version": measured.sla_version,
                "gross": verdict.gross,
                "outcome": verdict.outcome,
                "entry": measured.entry,
            }


def review_rows(state: Collaboration, agreement_id: str) -> Iterator[Row]:
    """Yields a row for each review of an agreement."""
    for review in state.agreements.reviews.get(agreement_id, ()):
        shown = {
            "agreement": agreement_id,
            "held": review.held.latest.isoformat(),
            "customers_present": list(review.event.customers_present),
            "provider_present": review.event.provider_present,
            "reviewed": plain(review.event.reviewed),
            "findings": plain(review.event.findings),
            "improvements": plain(review.event.improvements),
            "next_review": None if review.event.next_review is None else review.event.next_review.isoformat(),
            "contradicted": list(review.event.contradicted),
        }
        yield Row(key=f"{agreement_id}:{review.entry:010d}", body=shown, columns={"agreement": agreement_id})


def breach_rows(state: Collaboration, breach_id: str) -> Iterator[Row]:
    """Yields the row of a breach."""
    breach = state.agreements.breaches.get(breach_id)
    if breach is None:
        return
    event = breach.event
    shown = {
        "id": breach_id,
        "agreement": event.agreement_id,
        "target_id": event.target_id,
        "period": plain(event.period),
        "by": plain(event.by),
        "consequence": event.consequence,
        "sla_version": event.sla_version,
        "measured_in": event.measured_in,
        "declared_on": breach.declared_on.isoformat(),
        "outcome": breach.outcome,
        "credit_ore": breach.credit_ore,
    }
    status = "open" if breach.outcome is None else breach.outcome
    yield Row(key=breach_id, body=shown, columns={"agreement": event.agreement_id, "status": status})


PRODUCT_GROUPS = Projection("product_groups", "product_group", group_rows)
PRICE_LIST = Projection("price_list", "agreement", price_rows, columns=("agreement", "product_group"))
AGREEMENT_PHASES = Projection("agreement_phases", "agreement", phase_rows, columns=("agreement",))
SCORECARD = Projection("scorecard", "agreement", scorecard_rows, columns=("agreement", "target_id", "outcome"))
SERVICE_REVIEWS = Projection("service_reviews", "agreement", review_rows, columns=("agreement",))
BREACHES = Projection("breaches", "breach", breach_rows, columns=("agreement", "status"))
