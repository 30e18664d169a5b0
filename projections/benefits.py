"""Benefits as they are planned and decided on, and what was measured of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from domain.benefits import Benefit, due_on
from domain.benefits.planning import outcome
from domain.collaboration import Collaboration
from domain.dates import Timeline
from projections.projection import Projection, Row, dated, plain, span_row


def benefit_rows(state: Collaboration, benefit_id: str) -> Iterator[Row]:
    """Yields a row from each time a benefit was planned or decided on."""
    benefit = state.benefits.by_id.get(benefit_id)
    if benefit is None:
        return
    for span in _turns(benefit).spans():
        plan, day = benefit.plan_on(span.certain_from), span.certain_from
        due, settled = due_on(benefit, day), benefit.statuses.certain(day)
        shown: dict[str, Any] = plan.model_dump(mode="json", exclude={"type", "benefit_id", "due"})
        shown |= {
            "id": benefit_id,
            "due": None if due is None else due.isoformat(),
            "status": "planned" if settled is None else settled.status,
            "budget_saving": None if settled is None else plain(settled.budget_saving),
            "decision": None if settled is None else settled.decision_id,
        }
        yield span_row(span, f"{benefit_id}:{span.mark.number:010d}", shown)


def _turns(benefit: Benefit) -> Timeline[None]:
    """Returns the days the plan or the status changes."""
    turns = Timeline[None]()
    for mark in (*benefit.plans.marks, *benefit.statuses.marks):
        turns = turns.with_mark(mark.effective, mark.number, None)
    return turns


def measurement_rows(state: Collaboration, benefit_id: str) -> Iterator[Row]:
    """Yields a row for each measurement, from the day it is of, judged by the plan of that day."""
    benefit = state.benefits.by_id.get(benefit_id)
    if benefit is None:
        return
    for measured in benefit.measurements:
        plan = benefit.plan_on(measured.as_of)
        shown = {
            "benefit": benefit_id,
            "measured_as": measured.measured_as,
            "as_of": measured.as_of.isoformat(),
            "value": measured.value,
            "unit": plan.unit,
            "method": measured.method,
            "target": plan.target,
            "minimum": plan.minimum,
            "outcome": None if measured.measured_as == "baseline" else outcome(measured.value, plan),
            "plan_version": plan.benefit_version,
            "effective": dated(measured.effective),
            "entry": measured.entry,
        }
        key = f"{benefit_id}:{measured.as_of.isoformat()}:{measured.entry:010d}"
        yield Row(
            key=key,
            body=shown,
            possible_from=measured.as_of,
            certain_from=measured.as_of,
            columns={"benefit": benefit_id, "planned_by_entry": str(_planned_by(benefit, measured.as_of))},
        )


def _planned_by(benefit: Benefit, day: date) -> int:
    """Returns the entry of the plan that a measurement of `day` is judged by."""
    plan = benefit.plan_on(day)
    return next(mark.number for mark in benefit.plans.marks if mark.value is plan)


BENEFITS = Projection("benefits", "benefit", benefit_rows)
BENEFIT_MEASUREMENTS = Projection(
    "benefit_measurements",
    "benefit",
    measurement_rows,
    columns=("benefit", "planned_by_entry"),
    telling="planned_by_entry",
)
