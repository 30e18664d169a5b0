"""The year in the columns the regulations ask for, and what was reported and adopted of it.

FOR-2023-08-16-1327 §§ 2-3 and 3-3: the year's accounts, the original budget, the amended one and last year's accounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.budgets import Budget, stands_at
from domain.budgets.deviations import latest
from domain.collaboration import Collaboration
from projections.projection import Projection, Row, dated, plain


def statement_rows(state: Collaboration, year: str) -> Iterator[Row]:
    """Yields a row for each line of the budget of a year, then for each account it has no line for.

    `forecast_ore` is that of the latest report; what nothing is recorded of is null.
    """
    number, held = int(year), state.budgets
    actual, before = held.actuals.of(number), held.actuals.of(number - 1)
    report = latest(held.reports.get(number, ()))
    budget = held.by_year.get(number)
    for position, line_id in enumerate(() if budget is None else budget.order):
        shown = {
            **_budgeted(budget, line_id),
            "actual_ore": actual.by_line.get(line_id),
            "forecast_ore": None if report is None else report.forecasts.get(line_id),
            "last_year_ore": before.by_line.get(line_id),
            "year": number,
            "line": line_id,
        }
        yield Row(key=f"{year}:{position:04d}", body=shown, columns={"year": year})
    for account in sorted({*actual.without_line, *before.without_line}):
        shown = {
            **_budgeted(None, account),
            "actual_ore": actual.without_line.get(account),
            "forecast_ore": None,
            "last_year_ore": before.without_line.get(account),
            "year": number,
            "line": account,
        }
        yield Row(key=f"{year}:without:{account}", body=shown, columns={"year": year})


def _budgeted(budget: Budget | None, line_id: str) -> Mapping[str, Any]:
    """Returns what a budget says of a line in its own year; nothing of an account it has no line for."""
    line = None if budget is None else budget.lines[line_id]
    return {
        "without_line": line is None,
        "name": None if line is None else line.original.name,
        "part": None if line is None else line.original.part,
        "direction": None if line is None else line.original.direction,
        "member": None if line is None else line.original.member_id,
        "original_ore": None if line is None else line.original.amounts[0],
        "amended_ore": None if line is None else line.amended[0],
    }


def deviation_rows(state: Collaboration, year: str) -> Iterator[Row]:
    """Yields a row for each report on the year."""
    for report in state.budgets.reports.get(int(year), ()):
        shown = {
            "year": int(year),
            "as_of": report.as_of.isoformat(),
            "material": report.material,
            "to_body": report.to_body,
            "proposal_case": report.proposal_case,
            "forecasts_ore": dict(sorted(report.forecasts.items())),
            "entry": report.entry,
        }
        yield Row(key=f"{year}:{report.entry:010d}", body=shown, columns={"year": year})


def balance_rows(state: Collaboration, year: str) -> Iterator[Row]:
    """Yields a row for each balance that was asserted, beside what the book has now by the same day."""
    actuals = state.budgets.actuals.of(int(year))
    for one in state.budgets.balances.get(int(year), ()):
        has = stands_at(actuals, one.event)
        shown = {
            "year": int(year),
            "line": one.event.line_id,
            "as_of": one.event.as_of.isoformat(),
            "amount_ore": one.event.amount_ore,
            "recorded_ore": has,
            "difference_ore": None if has is None else one.event.amount_ore - has,
            "entry": one.entry,
        }
        matches = "unknown" if has is None else "yes" if has == one.event.amount_ore else "no"
        columns = {"year": year, "line": one.event.line_id, "matches": matches}
        yield Row(key=f"{year}:{one.entry:010d}", body={**shown, "matches": matches}, columns=columns)


def account_rows(state: Collaboration, year: str) -> Iterator[Row]:
    """Yields the row of the year's accounts, where they were adopted."""
    one = state.budgets.accounts.get(int(year))
    if one is not None:
        fields = one.event.model_dump(mode="json", exclude={"type", "disposition"})
        shown = {
            **fields,
            "disposition": plain(one.event.disposition),
            "effective": dated(one.effective),
            "entry": one.entry,
        }
        first, last = one.effective.earliest, one.effective.latest
        yield Row(key=year, body=shown, possible_from=first, certain_from=last, columns={"year": year})


def loan_rows(state: Collaboration, loan_id: str) -> Iterator[Row]:
    """Yields the row of one loan as it was authorised."""
    one = state.budgets.loans.get(loan_id)
    if one is not None:
        fields = one.event.model_dump(mode="json", exclude={"type"})
        shown = {**fields, "effective": dated(one.effective), "entry": one.entry}
        first, last = one.effective.earliest, one.effective.latest
        yield Row(key=loan_id, body=shown, possible_from=first, certain_from=last)


BUDGET_STATEMENT = Projection("budget_statement", "budget", statement_rows, columns=("year",))
DEVIATIONS = Projection("deviations", "budget", deviation_rows, columns=("year",))
BALANCES = Projection("balances", "budget", balance_rows, columns=("year", "line", "matches"))
ACCOUNTS = Projection("accounts", "budget", account_rows, columns=("year",))
LOANS = Projection("loans", "loan", loan_rows)
