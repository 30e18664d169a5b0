"""What may be sent to a book as it stands, of how members share costs; see `acts`."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import get_args

from domain.budgets.drivers import RecordedDriver, latest
from domain.budgets.keys import Driver, KeyVersion
from domain.budgets.loans import LoanPurpose
from domain.budgets.plan import Budget
from tests.properties.acts import Act, Fields, Scene
from tests.properties.acts_of_money import adopting


def adopt_key(s: Scene) -> Fields | None:
    """Adopts a key or its next version, on a decision where there is one; now and then of shares that are off."""
    decision_id = adopting(s)
    if decision_id == "unknown" and s.r.random() < 0.8:
        return None
    key_id = s.r.choice(["drift", "prosjekt"])
    held = s.state.budgets.keys.get(key_id, ())
    drivers = s.r.sample(get_args(Driver), s.r.choice([1, 1, 2, 4]))
    weighing = s.r.choice(["shares", "numbers"])
    off = weighing == "numbers" or s.r.random() < 0.1
    count = len(drivers) + (s.r.randint(1, 3) if off else 0)
    if s.r.random() < 0.03:
        drivers = [*drivers, drivers[0]]
        count += 1
    return {
        "key_id": key_id,
        "key_version": held[-1].key_version + 1 if held else 1,
        "weighing": weighing,
        "key_parts": [{"driver": driver, "numerator": 1, "denominator": count} for driver in drivers],
        "decision_id": decision_id,
    }


def record_drivers(s: Scene) -> Fields | None:
    """Records the figures of every member as of a day not long ago."""
    if not s.deciding:
        return None
    as_of = s.day - timedelta(days=s.r.choice([0, 0, 30, 200]))
    members = sorted({*s.state.members.deciding_on(as_of), *s.deciding})
    values = [{"member_id": m, "value": s.r.choice(["1200", "7", "0.5", "33.25"])} for m in members]
    return {"driver": s.r.choice(get_args(RecordedDriver)), "as_of": as_of.isoformat(), "driver_values": values}


def _shareable(s: Scene, key: KeyVersion) -> bool:
    """Whether the book has figures for every part of a key."""
    budgets, shares = s.state.budgets, s.state.members.shares.certain(s.day)
    recorded = get_args(RecordedDriver)
    return all(
        latest(budgets.recordings, part.driver, s.day) is not None
        if part.driver in recorded
        else part.driver == "equal" or shares is not None
        for part in key.parts
    )


def likelier(s: Scene) -> dict[str, float]:
    """Returns the weights of what costs wait for: a key where some decision can adopt one, then what it shares."""
    if not s.state.budgets.keys:
        return {"cost_key.adopt": 5.0} if any(m.kind == "resolution" for m in s.state.decisions.by_id.values()) else {}
    return {"costs.allocate": 12.0} if shareable(s) else {}


def shareable(s: Scene) -> list[tuple[str, KeyVersion]]:
    """Returns the last version of each key that there are figures for, with the key's id."""
    keys = sorted(s.state.budgets.keys.items())
    return [(key_id, held[-1]) for key_id, held in keys if _shareable(s, held[-1])]


def allocate(s: Scene) -> Fields | None:
    """Shares an amount by a key there are figures for: of a budget, of what was spent, or of a project."""
    budgets = s.state.budgets
    chosen = s.one(shareable(s))
    if chosen is None:
        return None
    key_id, key = chosen
    year = s.one([y for y in budgets.by_year if y >= s.day.year]) if s.r.random() < 0.5 else None
    projects = sorted(ref for kind, ref in s.state.resolutions.rounds if kind == "project")
    project = s.one(projects) if s.r.random() < 0.4 else None
    basis = "actual" if project is None else "project"
    return {
        "allocation_id": s.fresh("fordeling", budgets.allocations.by_id),
        "cost_basis": basis if year is None else "budget",
        "year": s.day.year if year is None else year,
        "project_id": project,
        "amount_ore": s.r.choice([1, 100_01, 7_777_777_77]),
        "key_id": key_id,
        "key_version": key.key_version,
    }


def _budget(s: Scene) -> Budget | None:
    """Returns a budget of a year that has begun."""
    return s.one(budget for year, budget in sorted(s.state.budgets.by_year.items()) if year <= s.day.year)


def record_actuals(s: Scene) -> Fields | None:
    """Records a batch of actuals, of a budget's lines where there is one, else of accounts without."""
    budget = _budget(s)
    rows: list[Fields] = [{"line_id": "7790", "amount_ore": s.r.randint(-900, 900), "without_line": True}]
    if budget is not None:
        rows += [{"line_id": line_id, "amount_ore": s.r.randint(0, 90_000_00)} for line_id in budget.order[:3]]
    elif s.r.random() < 0.7:
        return None
    batch = hashlib.sha256(str(s.r.random()).encode()).hexdigest()
    return {"year": s.day.year if budget is None else budget.year, "rows": rows, "batch_sha256": batch}


def report_deviation(s: Scene) -> Fields | None:
    """Reports where a budget's year is heading, with a case that proposes amendments where there is one."""
    budget = s.one(budget for _, budget in sorted(s.state.budgets.by_year.items()))
    if budget is None:
        return None
    case = s.one(sorted(s.state.cases.by_id))
    return {
        "year": budget.year,
        "as_of": s.day.isoformat(),
        "forecasts": [{"line_id": line_id, "forecast_ore": s.r.randint(0, 90_000_00)} for line_id in budget.order[:2]],
        "material": s.often(case is not None, other=True),
        "to_body": s.one(sorted(s.state.bodies.bodies)) or "unknown",
        "proposal_case": case,
        "explanation": s.often("Dyrere strøm (prøve)."),
    }


def assert_balance(s: Scene) -> Fields | None:
    """Says what a line of a year stands at: most often what the book has of it."""
    years = [(year, held) for year, held in sorted(s.state.budgets.actuals.by_year.items()) if held.batches]
    chosen = s.one(years)
    if chosen is None:
        return None
    year, held = chosen
    rows = [row for batch in held.recorded_by(s.day) for row in batch.rows]
    row = s.one(rows)
    if row is None:
        return None
    has = sum(one.amount_ore for one in rows if one.line_id == row.line_id)
    return {
        "year": year,
        "line_id": row.line_id,
        "as_of": s.day.isoformat(),
        "amount_ore": s.often(has, has + 1, chance=0.9),
    }


def adopt_accounts(s: Scene) -> Fields | None:
    """Adopts the accounts of the year before, on a decision where there is one; now and then of negative equity."""
    year, decision_id = s.day.year - 1, adopting(s)
    if year in s.state.budgets.accounts or (decision_id == "unknown" and s.r.random() < 0.8):
        return None
    income, expense = s.r.randint(0, 9) * 1_000_00, s.r.randint(0, 9) * 1_000_00
    equity = s.r.choice([-500_00, 900_00, "unknown"])
    return {
        "year": year,
        "income_ore": income,
        "expense_ore": expense,
        "result_ore": income - expense,
        "equity_ore": equity,
        "audited_on": date(year + 1, 1, 1).isoformat(),
        "disposition": "Settes av til fond (prøve).",
        "covered_by": year + 1 if equity == -500_00 or income < expense else None,
        "decision_id": decision_id,
    }


def authorise_loan(s: Scene) -> Fields | None:
    """Authorises a loan where the form lets the book borrow, on a decision where there is one."""
    form, decision_id = s.standing.form, adopting(s)
    if form is None or form.loans == "not_its_own" or (decision_id == "unknown" and s.r.random() < 0.8):
        return None
    return {
        "loan_id": s.fresh("lan", s.state.budgets.loans),
        "loan_purpose": s.often("fixed_assets", s.r.choice(get_args(LoanPurpose)), 0.8),
        "amount_ore": s.r.randint(1, 5_000_000_00),
        "robek_members": s.often([], s.some(s.members, 0), 0.8),
        "decision_id": decision_id,
    }


ACTS: dict[str, Act] = {
    "cost_key.adopt": adopt_key,
    "cost_drivers.record": record_drivers,
    "costs.allocate": allocate,
    "actuals.record": record_actuals,
    "deviation.report": report_deviation,
    "accounts.adopt": adopt_accounts,
    "balance.assert": assert_balance,
    "loan.authorise": authorise_loan,
}
"""What is told of costs and accounts, by type of command."""
