"""Books to try strategies, goals and benefits on: members, offices, a service, an agreement, decisions and a budget."""

from __future__ import annotations

from typing import Any

from domain.agreements import ServiceAgreementConcluded, ServiceRegistered
from domain.benefits import (
    BenefitMeasured,
    BenefitPlanned,
    BenefitStatusDecided,
    GoalAligned,
    GoalDefined,
    GoalMeasured,
    StrategyAdopted,
)
from domain.bodies import OfficeEstablished
from domain.budgets import BudgetAdopted, BudgetAmended
from domain.constitution import CollaborationFounded
from domain.decisions import DecisionMade
from domain.members import Party
from domain.vocabulary import Holder
from tests.spec import At, Given, at, command, given, seal
from tests.specs.budget_books import line

DAY = "2026-11-20"
THIS = {"kind": "collaboration", "id": "this"}

_EVENTS: dict[str, Any] = {
    "strategy.adopt": StrategyAdopted,
    "goal.define": GoalDefined,
    "goal.measure": GoalMeasured,
    "goal.align": GoalAligned,
    "benefit.plan": BenefitPlanned,
    "benefit.measure": BenefitMeasured,
    "benefit_status.decide": BenefitStatusDecided,
}


def founded() -> At:
    """Returns the founding of a joint task cooperation of three members."""
    founders = tuple(Party(member_id=name, name=name.title()) for name in ("aukra", "molde", "rauma"))
    event = CollaborationFounded(name="Romsdal IKT KO", purpose=None, legal_form="ko", founders=founders)
    return at("2020-01-01", event)


def decided(decision_id: str, kind: str = "resolution") -> At:
    """Returns that a decision was made."""
    event = DecisionMade.model_validate({"decision_id": decision_id, "title": "Sak", "kind": kind, "text": None})
    return at("2026-11-18", event)


def budget() -> tuple[At, At]:
    """Returns the budget of 2027, and an amendment that takes 1,000 kroner off one line and adds them to another."""
    lines = (line("drift", "operating", "expense", 900_000), line("salg", "operating", "income", 900_000))
    adopted = {"year": 2027, "lines": lines, "new_loans": 0, "decision_id": "d-1", "goals": None}
    moved = [{"line_id": "drift", "amounts": (-100_000,)}, {"line_id": "salg", "amounts": (-100_000,)}]
    amended = {"year": 2027, "amendment_no": 1, "deltas": tuple(moved), "cause": seal("Felles"), "decision_id": "d-1"}
    return at("2026-11-18", BudgetAdopted.model_validate(adopted)), at(
        "2026-11-19", BudgetAmended.model_validate(amended)
    )


def book(*facts: At) -> Given:
    """Returns a book with the offices `line` and `ict`, the service `mail`, the agreement `sla` and decision `d-1`."""
    provider = Holder(kind="collaboration", id="this")
    concluded = ServiceAgreementConcluded.model_validate(
        {"agreement_id": "sla", "name": "Avtalen", "provider": provider, "customers": ("aukra",)}
    )
    return given(
        founded(),
        at("2020-01-01", OfficeEstablished(office_id="line", title="Leder", kind="head_of_service", member_id="aukra")),
        at("2020-01-01", OfficeEstablished(office_id="ict", title="Daglig leder", kind="managing_director")),
        at("2020-01-01", ServiceRegistered(service_id="mail", name="E-post", group="operations")),
        at("2020-01-01", concluded),
        decided("d-1"),
        *facts,
    )


SENT: dict[str, dict[str, Any]] = {
    "strategy.adopt": {
        "strategy_id": "ikt",
        "strategy_version": 1,
        "title": "IKT-strategi",
        "strategy_level": "ict",
        "owned_by": THIS,
        "decision_id": "d-1",
    },
    "goal.define": {
        "goal_id": "up",
        "kind": "operating",
        "title": "Oppetid",
        "indicator": "Oppetid",
        "unit": "%",
        "operator": "at_least",
        "target": "99.5",
        "due": "2027-12-31",
        "owned_by": THIS,
    },
    "goal.measure": {"goal_id": "up", "as_of": "2026-11-19", "value": "99.4"},
    "goal.align": {"aligned": {"kind": "service", "id": "mail"}, "goal_id": "up", "contribution": "supports"},
    "benefit.plan": {
        "benefit_id": "b",
        "benefit_version": 1,
        "title": "Felles vakt",
        "category": "municipal_business",
        "benefit_type": "unpriced",
        "hierarchy_level": "process_support",
        "member_ids": ["aukra", "molde"],
        "owner_office": "line",
        "unit": "timer",
        "target": "100",
        "baseline_due": "2026-11-01",
        "effect_from": "2026-11-05",
        "due": "2026-12-31",
    },
    "benefit.measure": {"benefit_id": "b", "measured_as": "follow_up", "as_of": "2026-11-19", "value": "60"},
    "benefit_status.decide": {"benefit_id": "b", "status": "realised", "decision_id": "d-1"},
}


def sent(name: str, **fields: Any) -> Any:
    """Returns a command that is in order in the book it is meant for, with these fields in place of its own."""
    return command(name, effective=DAY, **{**SENT[name], **fields})


def event(name: str, **fields: Any) -> Any:
    """Returns the event that command leads to."""
    command_, cls = sent(name, **fields), _EVENTS[name]
    values = {field: getattr(command_, field) for field in cls.model_fields if field != "type"}
    if values.get("statement") is not None:
        values["statement"] = seal(values["statement"])
    return cls.model_validate(values)


def told(name: str, day: str = DAY, **fields: Any) -> At:
    """Returns that it happened."""
    return at(day, event(name, **fields))
