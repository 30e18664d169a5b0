"""Stories of refusals about costs, accounts and loans, of those the specs show in books no commands lead to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.properties.stories_by_hand import BODY, OFFICE, TOP_BODY, Line, decided, founded, imported, line

IKS = founded("iks", "Prøve IKS")


def _accounts(year: int, on: str, **fields: Any) -> Line:
    """Returns the adoption of accounts that came out even, audited in time, on the decision of the group."""
    known = {"income_ore": 900, "expense_ore": 900, "result_ore": 0, "audited_on": f"{year + 1}-04-15"}
    return line("accounts.adopt", on, year=year, **{**known, "decision_id": "d-1", **fields})


def _noted(last: Line) -> Sequence[Line]:
    return [IKS, BODY, decided(kind="noted"), last]


def _twice() -> Sequence[Line]:
    return [IKS, BODY, decided(), _accounts(2024, "2025-05-20"), _accounts(2024, "2025-05-21")]


def _covered_late() -> Sequence[Line]:
    return [IKS, BODY, decided(), _accounts(2024, "2025-05-20", equity_ore=-1, covered_by=2027)]


def _in_deficit(**fields: Any) -> Sequence[Line]:
    told = _accounts(2024, "2025-05-20", expense_ore=901, result_ore=-1, **fields)
    return [founded("ko", "Prøve KO"), BODY, decided(), told]


def _shared_by(*figures: tuple[str, str], named: list[int]) -> Sequence[Line]:
    """Returns the sharing of a cost by the figures that are named, of those recorded: each a driver and a day."""
    parts = [{"driver": "population", "numerator": 1}]
    key = imported("cost_key.adopt", key_id="drift", key_version=1, key_parts=parts)
    values = [{"member_id": "m-1", "value": "2"}, {"member_id": "m-2", "value": "1"}]
    recorded = [
        line("cost_drivers.record", as_of, driver=driver, as_of=as_of, driver_values=values)
        for driver, as_of in figures
    ]
    shared = {"allocation_id": "drift", "cost_basis": "actual", "year": 2026, "amount_ore": 100}
    by = {"key_id": "drift", "key_version": 1, "driver_entries": named}
    return [IKS, key, *recorded, line("costs.allocate", "2026-11-24", **shared, **by)]


def _beyond_a_grant() -> Sequence[Line]:
    """Returns that the manager moves one øre more within a budget than its decision under a grant is for."""
    director = {"kind": "office", "id": "leder"}
    granted = {"grant_id": "g-1", "grantor": {"kind": "body", "id": "laget"}, "grantee": director}
    grant = imported("authority.grant", powers=["spend"], until="2030-01-01", **granted)
    by_director: dict[str, Any] = {"body_id": None, "office_id": "leder", "grant_id": "g-1", "amount": 10}
    sides = (("inn", "income", 100), ("ut", "expense", 60), ("leie", "expense", 40))
    shape = {"name": "Prøve", "part": "operating"}
    lines = [{"line_id": id_, "direction": way, "amounts": [ore] * 4, **shape} for id_, way, ore in sides]
    adopted = line("budget.adopt", "2026-11-01", year=2027, lines=lines, decision_id="d-1")
    deltas = [{"line_id": id_, "amounts": [ore, 0, 0, 0]} for id_, ore in (("ut", -11), ("leie", 11))]
    told = {"year": 2027, "amendment_no": 1, "cause": "Prøve.", "deltas": deltas}
    amended = line("budget.amend", "2026-11-24", decision_id="d-2", **told)
    return [IKS, TOP_BODY, OFFICE, decided(), grant, decided("d-2", **by_director), adopted, amended]


BY_HAND: Mapping[str, Sequence[Line]] = {
    "accounts.already_adopted": _twice(),
    "accounts.audit_unknown": [IKS, _accounts(2024, "2025-05-20", audited_on="unknown", decision_id="unknown")],
    "accounts.audited_later": [IKS, _accounts(2024, "2025-04-14", decision_id="unknown")],
    "accounts.decision_adopts_nothing": _noted(_accounts(2024, "2025-05-20")),
    "accounts.deficit_covered_late": _in_deficit(covered_by=2026),
    "accounts.deficit_without_plan": _in_deficit(),
    "accounts.negative_equity_covered_late": _covered_late(),
    "budget.beyond_grant": _beyond_a_grant(),
    "costs.drivers_not_of_key": _shared_by(("users", "2026-01-01"), named=[3]),
    "costs.drivers_stale": _shared_by(("population", "2026-01-01"), ("population", "2026-07-01"), named=[3]),
    "loan.decision_adopts_nothing": [
        founded("as", "Prøve AS"),
        BODY,
        decided(kind="noted"),
        line("loan.authorise", "2026-11-24", loan_id="l", loan_purpose="other", amount_ore=1, decision_id="d-1"),
    ],
}
