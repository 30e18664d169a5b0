"""Figures costs are shared by: refusals in order of precedence, and what lies just on the right side of each."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from domain.budgets import CostDriversRecorded
from domain.budgets.drivers import latest
from domain.collaboration import subjects
from domain.kernel import Subject
from tests.spec import At, at, command
from tests.specs.budget_books import book

FIGURES = {"aukra": "3500", "molde": "32002", "rauma": "7100.5"}


def values(figures: dict[str, str]) -> list[dict[str, str]]:
    """Returns figures as a client sends them."""
    return [{"member_id": member_id, "value": value} for member_id, value in figures.items()]


def record(figures: dict[str, str] = FIGURES, **fields: Any) -> Any:
    """Returns a command to record figures."""
    known = {"driver": "population", "as_of": "2026-07-01", "driver_values": values(figures)}
    return command("cost_drivers.record", **{**known, **fields})


def recorded(figures: dict[str, str] = FIGURES, **fields: Any) -> CostDriversRecorded:
    """Returns the event the command leads to."""
    sent = record(figures, **fields)
    return CostDriversRecorded(driver=sent.driver, as_of=sent.as_of, driver_values=sent.driver_values)


def entered(figures: dict[str, str] = FIGURES, day: str = "2026-11-22", **fields: Any) -> At:
    """Returns that figures were recorded."""
    return at(day, recorded(figures, **fields))


def test_figures_are_kept_exactly() -> None:
    after = book().when(record()).then(recorded())
    held = latest(after.state.budgets.recordings, "population", date(2026, 7, 1))
    assert held is not None
    assert (held.entry, held.values["rauma"]) == (3, Fraction(14201, 2))
    assert latest(after.state.budgets.recordings, "population", date(2026, 6, 30)) is None
    assert latest(after.state.budgets.recordings, "users", date(2026, 7, 1)) is None


def test_every_member_of_the_day_has_a_figure_and_no_one_else_need() -> None:
    some = {name: FIGURES[name] for name in ("aukra", "molde")}
    refused = book().when(record(some)).then_rejected("cost_drivers.member_missing", member_ids=["rauma"])
    assert (refused.nature, refused.entries) == ("unknown", (1,))
    before = {"as_of": "2019-12-31"}  # the day before the founding there was no member
    book().when(record(some, **before)).then(recorded(some, **before))
    customer = FIGURES | {"sunndal": "7000"}
    book().when(record(customer)).then(recorded(customer))


def test_no_figure_is_below_zero() -> None:
    refused = (
        book()
        .when(record(FIGURES | {"aukra": "-0.000001"}))
        .then_rejected("cost_drivers.negative", member_ids=["aukra"])
    )
    assert refused.nature == "rule"
    nothing = FIGURES | {"aukra": "0"}
    book().when(record(nothing)).then(recorded(nothing))


def test_the_same_figures_are_recorded_once_and_corrected_ones_beside_them() -> None:
    before = book("as", entered())
    refused = before.when(record()).then_rejected("cost_drivers.already_recorded", as_of="2026-07-01")
    assert (refused.nature, refused.entries) == ("fact", (3,))
    corrected = FIGURES | {"aukra": "3501"}
    after = before.when(record(corrected)).then(recorded(corrected))
    held = latest(after.state.budgets.recordings, "population", date(2026, 12, 31))
    assert held is not None
    assert held.entry == 4
    before.when(record(driver="users")).then(recorded(driver="users"))


def test_objections_come_in_order() -> None:
    ladder: list[tuple[str, list[dict[str, str]]]] = [
        ("cost_drivers.unknown_member", values({"nowhere": "1", "aukra": "-1"}) + values({"aukra": "2"})),
        ("cost_drivers.member_listed_twice", values({"aukra": "-1"}) + values({"aukra": "-2"})),
        ("cost_drivers.negative", values({"aukra": "-1"})),
        ("cost_drivers.member_missing", values({"aukra": "1"})),
    ]
    for code, sent in ladder:
        book().when(record(driver_values=sent)).then_rejected(code)
    book().when(record()).then(recorded())


def test_figures_touch_their_driver_and_every_member() -> None:
    members = tuple(Subject("member", name) for name in FIGURES)
    assert subjects(recorded()) == (Subject("cost_driver", "population"), *members)
