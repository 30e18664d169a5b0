"""How what a year cost and gave, what it was shared by, and what audits found is corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.audits import findings
from domain.benefits import measuring
from domain.budgets import actuals, deviations, drivers
from domain.copying import replace
from domain.corrections.kinds import Kind, Registers
from domain.corrections.state import Held
from domain.kernel import Fact


def _without_actuals(registers: Registers, held: Held) -> Registers:
    kept = actuals.without(registers.budgets.actuals, held.fact)
    return replace(registers, budgets=replace(registers.budgets, actuals=kept))


def _with_actuals(registers: Registers, held: Held, event: Any, fact: Fact) -> Registers:
    kept = actuals.evolve(actuals.without(registers.budgets.actuals, held.fact), event, fact)
    return replace(registers, budgets=replace(registers.budgets, actuals=kept))


def _without_drivers(registers: Registers, held: Held) -> Registers:
    kept = registers.budgets.recordings.discard(held.fact.number)
    return replace(registers, budgets=replace(registers.budgets, recordings=kept))


def _with_drivers(registers: Registers, held: Held, event: Any, fact: Fact) -> Registers:
    """What was shared by the figures before names their entry still; whoever shares anew names the right ones."""
    kept = drivers.evolve(registers.budgets.recordings.discard(held.fact.number), event, fact)
    return replace(registers, budgets=replace(registers.budgets, recordings=kept))


def _without_report(registers: Registers, held: Held) -> Registers:
    kept = deviations.without(registers.budgets.reports, held.fact)
    return replace(registers, budgets=replace(registers.budgets, reports=kept))


def _with_report(registers: Registers, held: Held, event: Any, fact: Fact) -> Registers:
    kept = deviations.corrected(registers.budgets.reports, held.fact, event, fact)
    return replace(registers, budgets=replace(registers.budgets, reports=kept))


def _without_benefit_measurement(registers: Registers, held: Held) -> Registers:
    kept = measuring.without(registers.benefits.by_id, held.fact)
    return replace(registers, benefits=replace(registers.benefits, by_id=kept))


def _with_benefit_measurement(registers: Registers, held: Held, event: Any, fact: Fact) -> Registers:
    kept = measuring.corrected(registers.benefits.by_id, held.fact, event, fact)
    return replace(registers, benefits=replace(registers.benefits, by_id=kept))


def _without_finding(registers: Registers, held: Held) -> Registers:
    kept = registers.audits.findings.discard(getattr(held.fact.event, "finding_id", ""))
    return replace(registers, audits=replace(registers.audits, findings=kept))


def _with_finding(registers: Registers, _: Held, event: Any, fact: Fact) -> Registers:
    return replace(registers, audits=findings.corrected(registers.audits, event, fact))


def _without_answer(registers: Registers, held: Held) -> Registers:
    return replace(registers, audits=findings.without_answer(registers.audits, held.fact))


def _with_answer(registers: Registers, held: Held, event: Any, fact: Fact) -> Registers:
    return replace(registers, audits=findings.answer_corrected(registers.audits, held.fact, event, fact))


KINDS: Mapping[str, Kind] = {
    "actuals.recorded": Kind("actuals.record", ("year",), _without_actuals, _with_actuals),
    "cost_drivers.recorded": Kind("cost_drivers.record", ("driver",), _without_drivers, _with_drivers),
    "deviation.reported": Kind("deviation.report", ("year",), _without_report, _with_report),
    "benefit.measured": Kind(
        "benefit.measure", ("benefit_id",), _without_benefit_measurement, _with_benefit_measurement
    ),
    "audit_finding.raised": Kind(
        "audit_finding.raise", ("finding_id", "audit_id", "addressee"), _without_finding, _with_finding
    ),
    "audit_finding.answered": Kind("audit_finding.answer", ("finding_id", "by"), _without_answer, _with_answer),
}
