"""A year's budget in columns over HTTP: original, amended, actual, forecast, deviation, last year, and their sums."""

from __future__ import annotations

from typing import Any

from tests.api.spec import BASE, BOOK, SHIELD, Door, founding

COLUMNS = f"{BASE}/{BOOK}/budget-columns"
SOURCE = {"mode": "import", "source": {"title": "Budsjett (prøve)", "read_on": "2026-11-24"}}
NAMES = ("original_ore", "amended_ore", "actual_ore", "forecast_ore", "deviation_ore", "last_year_ore")


def line(line_id: str, direction: str, ore: int, part: str = "operating") -> dict[str, Any]:
    """Returns a budget line."""
    return {"line_id": line_id, "name": line_id.title(), "part": part, "direction": direction, "amounts": [ore]}


def adopted(year: int = 2026) -> dict[str, Any]:
    """Returns the adoption of a budget."""
    lines = [
        line("lonn", "expense", 700),
        line("leie", "expense", 200),
        line("salg", "income", 900),
        line("fond", "income", 5, "investment"),
        line("kjop", "expense", 5, "investment"),
    ]
    return {"type": "budget.adopt", "year": year, "lines": lines, "effective": f"{year - 1}-12-01", **SOURCE}


def amended() -> dict[str, Any]:
    """Returns that 50 øre are moved from one line to another."""
    deltas = [{"line_id": "lonn", "amounts": [-50]}, {"line_id": "leie", "amounts": [50]}]
    known = {"year": 2026, "amendment_no": 1, "deltas": deltas, "cause": "Prøve.", "effective": "2026-03-01"}
    return {"type": "budget.amend", **known, **SOURCE}


def recorded(year: int, batch: str, effective: str, *rows: tuple[str, int], without: int = 0) -> dict[str, Any]:
    """Returns a batch of actuals."""
    told = [{"line_id": line_id, "amount_ore": ore} for line_id, ore in rows]
    told += [{"line_id": "7790", "amount_ore": without, "without_line": True}] if without else []
    batches = {"batch_sha256": batch * 32, "effective": effective}
    return {"type": "actuals.record", "year": year, "rows": told, **batches, **SOURCE}


def reported(*forecasts: tuple[str, int]) -> dict[str, Any]:
    """Returns a report of where the year is heading."""
    told = [{"line_id": line_id, "forecast_ore": ore} for line_id, ore in forecasts]
    known = {"year": 2026, "as_of": "2026-08-31", "forecasts": told, "material": False}
    return {"type": "deviation.report", **known, "effective": "2026-09-01"}


def closed() -> dict[str, Any]:
    """Returns that the accounts of 2026 were adopted."""
    figures = {"income_ore": 880, "expense_ore": 880, "result_ore": 0, "equity_ore": 0, "audited_on": "2026-02-01"}
    return {"type": "accounts.adopt", "year": 2025, "effective": "2026-03-01", **figures, **SOURCE}


def shown(door: Door, query: str = "2026") -> tuple[dict[str, list[Any]], dict[tuple[str, str], list[Any]]]:
    """Returns the columns of every line, and those of every sum."""
    answer = door.see(f"{COLUMNS}/{query}")
    lines = {one["line"]: [one[name] for name in NAMES] for one in answer["lines"]}
    sums = {(one["part"], one["direction"]): [one[name] for name in NAMES] for one in answer["sums"]}
    return lines, sums


def test_every_column_stands_beside_the_others(door: Door) -> None:
    door.given(
        founding(),
        adopted(2025),
        recorded(2025, "ab", "2026-01-10", ("lonn", 690)),
        adopted(),
        amended(),
        recorded(2026, "cd", "2026-08-31", ("lonn", 400), ("salg", 610), without=-7),
        reported(("lonn", 660), ("leie", 250)),
    )
    lines, sums = shown(door)
    assert lines == {
        "lonn": [700, 650, 400, 660, 10, 690],
        "leie": [200, 250, None, 250, 0, None],
        "salg": [900, 900, 610, None, None, None],
        "fond": [5, 5, None, None, None, None],
        "kjop": [5, 5, None, None, None, None],
    }
    assert sums == {
        ("operating", "income"): [900, 900, 610, None, None, None],
        ("operating", "expense"): [900, 900, 400, 910, 10, 690],
        ("investment", "income"): [5, 5, None, None, None, None],
        ("investment", "expense"): [5, 5, None, None, None, None],
    }
    answer = door.see(f"{COLUMNS}/2026")
    assert answer["without_line"] == [{"account": "7790", "actual_ore": -7, "last_year_ore": None}]
    assert answer["deviation_of"] == "forecast"
    expense = next(one for one in answer["sums"] if (one["part"], one["direction"]) == ("operating", "expense"))
    assert expense["lines"] == 2
    assert expense["recorded"] == {"actual_ore": 1, "forecast_ore": 2, "deviation_ore": 2, "last_year_ore": 1}


def test_the_columns_are_those_of_any_entry_before(door: Door) -> None:
    door.given(founding(), adopted(), amended(), recorded(2026, "cd", "2026-08-31", ("lonn", 400)))
    assert shown(door, "2026?entry=2")[0]["lonn"] == [700, 700, None, None, None, None]
    assert shown(door, "2026?entry=3")[0]["lonn"] == [700, 650, None, None, None, None]
    assert shown(door, "2026?entry=4")[0]["lonn"] == [700, 650, 400, None, None, None]


def test_once_the_accounts_are_adopted_what_was_recorded_deviates(door: Door) -> None:
    door.given(founding(), adopted(2025), recorded(2025, "ab", "2026-01-10", ("lonn", 690), ("salg", 905)), closed())
    answer = door.see(f"{COLUMNS}/2025")
    assert answer["deviation_of"] == "actual"
    assert {one["line"]: one["deviation_ore"] for one in answer["lines"]} == {
        "lonn": -10, "leie": None, "salg": 5, "fond": None, "kjop": None,
    }  # fmt: skip


def test_a_year_without_a_budget_has_no_lines(door: Door) -> None:
    door.given(founding(), recorded(2026, "ab", "2026-08-31", without=12))
    answer = door.see(f"{COLUMNS}/2026")
    assert (answer["lines"], answer["sums"]) == ([], [])
    assert answer["without_line"] == [{"account": "7790", "actual_ore": 12, "last_year_ore": None}]
    assert door.see(f"{COLUMNS}/2027")["without_line"] == [{"account": "7790", "actual_ore": None, "last_year_ore": 12}]


def test_rows_that_rest_on_shielded_entries_are_counted_and_not_shown(door: Door) -> None:
    door.given(founding(), {**adopted(), "access": SHIELD})
    hidden = door.see(f"{COLUMNS}/2026")
    assert (hidden["lines"], hidden["withheld"]) == ([], 5)
