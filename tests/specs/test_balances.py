"""Asserted balances: refusals in order, the amount just right, and what is shown when the actuals change afterwards."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.budgets import BalanceAsserted
from domain.budgets.balances import stands_at
from domain.collaboration import subjects
from domain.kernel import Subject
from projections.statements import balance_rows
from tests.spec import Given, at, command
from tests.specs.test_actuals import budgeted, recorded

HERE = {"year": 2026, "line_id": "lonn", "as_of": date(2026, 4, 30), "amount_ore": 250}


def claim(**fields: Any) -> Any:
    """Returns a command to assert the balance of a line."""
    return command("balance.assert", **{**HERE, "as_of": "2026-04-30", **fields})


def asserted(**fields: Any) -> BalanceAsserted:
    """Returns the event the command leads to."""
    return BalanceAsserted(**{**HERE, **fields})


def kept() -> Given:
    """Returns a book with one batch: 250 øre of a line, and minus one of an account that has none."""
    return budgeted("as", at("2026-04-01", recorded()))


def test_what_agrees_with_the_book_is_kept_and_counts_the_day_itself() -> None:
    kept().when(claim()).then(asserted())
    kept().when(claim(as_of="2026-04-01")).then(asserted(as_of=date(2026, 4, 1)))
    kept().when(claim(line_id="7790", amount_ore=-1)).then(asserted(line_id="7790", amount_ore=-1))
    assert subjects(asserted()) == (Subject("budget", "2026"),)


def test_one_ore_off_is_refused_with_what_the_book_has() -> None:
    for off in (-1, 1):
        refused = kept().when(claim(amount_ore=250 + off))
        told = refused.then_rejected("balance.does_not_match", recorded_ore=250, difference_ore=off, year=2026)
        assert (told.nature, told.entries) == ("rule", (4,))


def test_what_a_source_prints_is_kept_and_marked() -> None:
    source = {"mode": "import", "source": {"title": "Regnskap (prøve)", "read_on": "2026-11-24"}}
    printed = claim(amount_ore=260, effective="2026-05-01", **source)
    after = kept().when(printed).then(asserted(amount_ore=260), unverified=["balance.does_not_match"])
    (row,) = balance_rows(after.state, "2026")
    assert (row.body["recorded_ore"], row.body["difference_ore"], row.body["matches"]) == (250, 10, "no")


def test_what_it_is_refused_for_in_order() -> None:
    before = kept().and_(at("2026-05-01", asserted()))
    again = before.when(claim()).then_rejected("balance.already_asserted", as_of="2026-04-30")
    assert (again.nature, again.entries) == ("fact", (5,))
    before.when(claim(amount_ore=251)).then_rejected("balance.does_not_match")
    coming = {"as_of": "2026-11-25", "line_id": "leie"}
    assert kept().when(claim(**coming)).then_rejected("balance.in_future", on="2026-11-24").nature == "fact"
    kept().when(claim(as_of="2026-11-24")).decide()
    assert kept().when(claim(line_id="leie")).then_rejected("balance.unknown_line").nature == "fact"
    for nothing in ({"line_id": "salg"}, {"as_of": "2026-03-31"}, {"year": 2025}):
        assert kept().when(claim(**nothing)).then_rejected("balance.nothing_recorded").nature == "unknown"


def test_a_batch_that_comes_later_shows_in_what_the_book_has_and_not_in_what_was_said() -> None:
    after = kept().and_(at("2026-05-01", asserted()), at("2026-04-20", recorded(batch_sha256="cd" * 32)))
    (row,) = balance_rows(after.state, "2026")
    shown = (row.body["amount_ore"], row.body["recorded_ore"], row.body["difference_ore"], row.body["matches"])
    assert shown == (250, 500, -250, "no")
    assert stands_at(after.state.budgets.actuals.of(2026), asserted(line_id="salg")) is None
