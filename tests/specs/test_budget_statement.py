"""The year in the columns the regulations ask for: original, amended, actual, forecast, and last year's actual."""

from __future__ import annotations

from typing import Any

from domain.budgets import BudgetAmended
from projections.statements import statement_rows
from tests.spec import Given, at, seal
from tests.specs.budget_books import book
from tests.specs.test_actuals import budget, recorded, reported

NAMES = ("line", "original_ore", "amended_ore", "actual_ore", "forecast_ore", "last_year_ore")


def columns(given: Given, year: int = 2026) -> list[tuple[Any, ...]]:
    """Returns the rows of a year's statement, in their order."""
    return [tuple(row.body[name] for name in NAMES) for row in statement_rows(given.state, str(year))]


def amended() -> BudgetAmended:
    """Returns an amendment of both lines of the budget."""
    deltas = [{"line_id": "lonn", "amounts": (50,)}, {"line_id": "salg", "amounts": (50,)}]
    known = {"year": 2026, "amendment_no": 1, "deltas": tuple(deltas), "decision_id": "budget-2027"}
    return BudgetAmended.model_validate({**known, "cause": seal("Mer (prøve).")})


def test_what_nothing_is_recorded_of_is_left_open() -> None:
    assert columns(book("as", budget())) == [
        ("lonn", 900, 900, None, None, None),
        ("salg", 900, 900, None, None, None),
    ]
    assert columns(book("as")) == []


def test_every_column_is_read_from_what_was_recorded() -> None:
    last_year = recorded(year=2025, rows=[{"line_id": "lonn", "amount_ore": 870}], batch_sha256="cd" * 32)
    told = book(
        "as",
        budget(2025),
        budget(),
        at("2026-01-10", last_year),
        at("2026-03-01", amended()),
        at("2026-04-01", recorded()),
        at("2026-09-01", reported()),
        at("2026-10-01", reported(as_of="2026-07-31", forecasts=[{"line_id": "salg", "forecast_ore": 1}])),
    )
    assert columns(told) == [  # of two reports the one of the later day is the latest
        ("lonn", 900, 950, 250, 950, 870),
        ("salg", 900, 950, None, None, None),
        ("7790", None, None, -1, None, None),
    ]
    assert columns(told, 2027) == [("7790", None, None, None, None, -1)]
