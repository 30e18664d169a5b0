"""Books to work indicators out from: an agreement with levels, prices and measurements. All of it is fictitious."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

from domain.agreements import (
    Measured,
    Period,
    PriceTermsRevised,
    ServiceLevelRevised,
    Target,
    TargetsMeasured,
    Verdict,
)
from domain.bodies import StaffPlacementChanged
from domain.budgets import (
    ActualsRecorded,
    BudgetAdopted,
    BudgetAmended,
    CostDriversRecorded,
    CostsAllocated,
    DeviationReported,
    LineDelta,
)
from domain.collaboration import readiness_book
from domain.readiness import HINTS, INDICATORS, Figure
from tests.spec import At, Given, at, seal

DAY = date(2026, 12, 31)


def indicated(pitfall_id: str, given: Given, day: date = DAY) -> Figure:
    """Returns the indicator of a pitfall in a book on a day."""
    return INDICATORS[pitfall_id](readiness_book(given.state), day)


def hinted(pair: Any, given: Given, day: date = DAY) -> Figure:
    """Returns the hint for a pair in a book on a day."""
    hint = next(hint for key, hint in HINTS.items() if key == pair)
    return hint.work_out(readiness_book(given.state), day)


def short(figure: Figure) -> tuple[int | None, int | None, bool | None]:
    """Returns a figure without its unit and its entries."""
    return figure.value, figure.of, figure.raised


def target(value: str, target_id: str = "uptime", operator: Any = "at_least") -> Target:
    """Returns a promise."""
    return Target(target_id=target_id, metric=target_id.title(), operator=operator, value=value, unit="prosent")


def level(version: int, day: str, *targets: Target, latest: str | None = None, **fields: Any) -> At:
    """Returns a version of the service levels of the agreement `sla`."""
    name = f"v{version}"
    known = {"agreement_id": "sla", **fields}
    return at(day, ServiceLevelRevised(sla_version=version, name=name, targets=targets, **known), latest)


def prices(version: int, day: str, price_ore: int | None, item_id: str = "user", **fields: Any) -> At:
    """Returns a version of the prices of the agreement `sla`, of one item."""
    item = {"item_id": item_id, "name": item_id, "group": "operations", "unit": "stk.", "price_ore": price_ore}
    told = {"agreement_id": "sla", "price_version": version, "items": (item,), **fields}
    return at(day, PriceTermsRevised.model_validate(told))


def measured(first: str, last: str, value: str, outcome: Any, target_id: str = "uptime", agreement: str = "sla") -> At:
    """Returns what a target came to in a period, with its verdict."""
    period = Period(first_day=date.fromisoformat(first), last_day=date.fromisoformat(last))
    row = Measured(target_id=target_id, value=value)
    verdict = Verdict(target_id=target_id, gross=outcome, outcome=outcome)
    event = TargetsMeasured(agreement_id=agreement, period=period, rows=(row,), sla_version=1, verdicts=(verdict,))
    return at(last, event)


def moved(function_id: str, to: str | None, years: str, day: str = "2020-01-01", came_from: str | None = None) -> At:
    """Returns man-years of a function placed with an employer."""
    event = StaffPlacementChanged(
        function_id=function_id, function=function_id, from_employer=came_from, to_employer=to, man_years=years
    )
    return at(day, event)


def line(line_id: str, direction: str, *amounts: int, part: str = "operating") -> dict[str, Any]:
    """Returns a budget line."""
    return {"line_id": line_id, "name": line_id, "part": part, "direction": direction, "amounts": amounts}


def budget(year: int, day: str, *lines: dict[str, Any]) -> At:
    """Returns that the budget of a year was adopted."""
    known = lines or (line("running", "expense", 100), line("fees", "income", 100))
    told = {"year": year, "lines": known, "new_loans": 0, "decision_id": "unknown"}
    return at(day, BudgetAdopted.model_validate(told))


def amended(year: int, day: str, number: int = 1, **deltas: int) -> At:
    """Returns an amendment of the budget of a year, by line."""
    told = tuple(LineDelta(line_id=line_id, amounts=(amount,)) for line_id, amount in deltas.items())
    event = BudgetAmended(year=year, amendment_no=number, deltas=told, cause=seal("Mer."), decision_id="unknown")
    return at(day, event)


def spent(year: int, day: str, **amounts: int) -> At:
    """Returns what lines of a year came to, in one batch told apart by the day and the amounts."""
    rows = [{"line_id": line_id, "amount_ore": amount} for line_id, amount in amounts.items()]
    batch = sha256(f"{year} {day} {sorted(amounts.items())}".encode()).hexdigest()
    event = {"year": year, "month": None, "rows": tuple(rows), "batch_sha256": batch}
    return at(day, ActualsRecorded.model_validate(event))


def forecast(year: int, day: str, **amounts: int) -> At:
    """Returns where the year was reported to be heading."""
    rows = tuple({"line_id": line_id, "forecast_ore": amount} for line_id, amount in amounts.items())
    event = {"year": year, "as_of": date.fromisoformat(day), "forecasts": rows, "material": False, "to_body": "unknown"}
    return at(day, DeviationReported.model_validate(event))


def figures(driver: str, day: str, **values: str) -> At:
    """Returns the figures members are weighed by, as they were on a day."""
    told = tuple({"member_id": member_id, "value": value} for member_id, value in values.items())
    event = {"driver": driver, "as_of": date.fromisoformat(day), "driver_values": told}
    return at(day, CostDriversRecorded.model_validate(event))


def allocated(year: int, day: str, amount: int, basis: str = "budget", agreement: str = "sla") -> At:
    """Returns that what the agreement costs was shared between `aukra` and `molde`."""
    shares = ({"member_id": "aukra", "amount_ore": amount}, {"member_id": "molde", "amount_ore": 0})
    event = {
        "allocation_id": f"{agreement}-{year}-{basis}", "cost_basis": basis, "year": year, "agreement_id": agreement,
        "amount_ore": amount, "key_id": "k", "key_version": 1, "sharing": ("aukra", "molde"), "driver_entries": (),
        "member_amounts": shares,
    }  # fmt: skip
    return at(day, CostsAllocated.model_validate(event))
