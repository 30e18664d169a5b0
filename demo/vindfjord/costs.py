"""What the costs are shared by, each year's shares, what was spent month by month, and the accounts."""

from __future__ import annotations

from datetime import date

from demo.vindfjord.matters import held_on
from demo.vindfjord.money import EXPENSES, TOTAL_ORE
from demo.vindfjord.telling import COUNCIL, INHABITANTS, MEMBERS, YEARS, Story, days, decided, months

MONTHS = 12
SPREAD = (94, 105)
"""Percent of a twelfth of the budget that a month may come to."""
NEW_KEY_SINCE = 2024
ROUNDING_ORE = 1_250
EQUITY_ORE = {2022: 1_900_000_00, 2023: 2_600_000_00, 2024: 3_050_000_00}
RESULT_ORE = {2022: 900_000_00, 2023: 700_000_00, 2024: 450_000_00}
USERS_PERCENT = 11
"""How many of the inhabitants use the systems: those who work for the municipality."""


def tell(story: Story) -> None:
    """Tells every year's drivers, shares, spending and accounts."""
    for order, year in enumerate(YEARS):
        _shared(story, year, order)
    for first, last in months():
        _spent(story, first, last)
    for year in YEARS:
        _deviation(story, year)
        _reconciled(story, year)
    for year in EQUITY_ORE:
        _accounts(story, year)


def _shared(story: Story, year: int, order: int) -> None:
    values = [{"member_id": m, "value": str(INHABITANTS[m] * (100 + order) // 100)} for m in MEMBERS]
    day = date(year, 3, 16)
    as_of = f"{year - 1}-07-01"
    story.tell(day, "cost_drivers.record", driver="population", as_of=as_of, driver_values=values)
    users = [{"member_id": m, "value": str(INHABITANTS[m] * USERS_PERCENT // 100)} for m in MEMBERS]
    story.tell(day, "cost_drivers.record", driver="users", as_of=as_of, driver_values=users)
    version = 1 if year < NEW_KEY_SINCE else 2
    for line, (_, percent) in EXPENSES.items():
        told = {"allocation_id": f"{line}-{year}", "cost_basis": "budget", "year": year, "line_id": line}
        amount = TOTAL_ORE[year] * percent // 100
        story.tell(days(day, 1), "costs.allocate", **told, amount_ore=amount, key_id="drift", key_version=version)


def _spent(story: Story, first: date, last: date) -> None:
    """Tells what a month came to, by line; a rounding has no line of its own."""
    r, rows = story.r, []
    for line, (_, percent) in EXPENSES.items():
        twelfth = TOTAL_ORE[first.year] * percent // 100 // MONTHS
        rows.append({"line_id": line, "amount_ore": twelfth * r.randint(*SPREAD) // 100})
    if first.month == MONTHS:
        rows.append({"line_id": "7790", "amount_ore": ROUNDING_ORE, "without_line": True, "name": "Øredifferanse"})
    on = max(days(last, 8), date(2022, 3, 20))
    digest = f"{r.getrandbits(256):064x}"
    story.tell(on, "actuals.record", year=first.year, month=first.month, rows=rows, batch_sha256=digest)


def _deviation(story: Story, year: int) -> None:
    forecasts = [{"line_id": "lisenser", "forecast_ore": TOTAL_ORE[year] * EXPENSES["lisenser"][1] // 100 + 300_000_00}]
    told = {"year": year, "as_of": f"{year}-06-30", "forecasts": forecasts, "material": False, "to_body": COUNCIL}
    why = "Flere lisenser enn budsjettert (oppdiktet)."
    story.tell(date(year, 8, 20), "deviation.report", **told, explanation=why)


def _reconciled(story: Story, year: int) -> None:
    """Tells that the account of roundings stands in the book as in the accounts, once December is in both."""
    day = date(year + 1, 1, 12)
    told = {"year": year, "line_id": "7790", "as_of": day.isoformat(), "amount_ore": ROUNDING_ORE}
    story.tell(day, "balance.assert", **told)


def _accounts(story: Story, year: int) -> None:
    income = TOTAL_ORE[year]
    told = {"year": year, "income_ore": income, "expense_ore": income - RESULT_ORE[year]}
    result = {"result_ore": RESULT_ORE[year], "equity_ore": EQUITY_ORE[year]}
    decision = f"regnskap-{year}"
    story.tell(
        held_on(COUNCIL, year + 1, 2),
        "accounts.adopt",
        **told,
        **result,
        audited_on=f"{year + 1}-04-15",
        disposition="Overskuddet settes av til fond (oppdiktet).",
        decision_id=decision,
        basis=decided(decision),
    )
