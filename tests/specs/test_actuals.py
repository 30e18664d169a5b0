"""What a year comes to: batches of actuals, and reports of deviation, with every refusal and its right side."""

from __future__ import annotations

from typing import Any

import pytest

from domain.bodies import BodyEstablished
from domain.budgets import AccountsAdopted, ActualsRecorded, BudgetAdopted, DeviationReported
from domain.cases import CaseOpened
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.text import INT_MAX
from tests.spec import At, Given, at, command, seal
from tests.specs.budget_books import book, line

LINES = (line("lonn", "operating", "expense", 900), line("salg", "operating", "income", 900))
ROWS = ({"line_id": "lonn", "amount_ore": 250}, {"line_id": "7790", "amount_ore": -1, "without_line": True})


def budget(year: int = 2026) -> At:
    """Returns that a budget of two lines was adopted."""
    event = {"year": year, "lines": LINES, "new_loans": 0, "decision_id": "budget-2027"}
    return at("2025-12-01", BudgetAdopted.model_validate(event))


def budgeted(form: str = "as", *facts: At) -> Given:
    """Returns a book with a budget of this year."""
    return book(form, budget(), *facts)


# Actuals ---------------------------------------------------------------------------------


def record(**fields: Any) -> Any:
    """Returns a command to record a batch."""
    return command("actuals.record", **{"year": 2026, "month": 3, "rows": ROWS, "batch_sha256": "ab" * 32, **fields})


def recorded(**fields: Any) -> ActualsRecorded:
    """Returns the event the command leads to."""
    sent = record(**fields)
    return ActualsRecorded(year=sent.year, month=sent.month, rows=sent.rows, batch_sha256=sent.batch_sha256)


def test_batches_add_up_line_by_line() -> None:
    after = budgeted().when(record()).then(recorded())
    again = {"batch_sha256": "cd" * 32, "month": None}
    year = after.when(record(**again)).then(recorded(**again)).state.budgets.actuals.of(2026)
    assert (dict(year.by_line), dict(year.without_line), year.entries) == ({"lonn": 500}, {"7790": -2}, (4, 5))


def test_a_batch_is_counted_once() -> None:
    refused = (
        budgeted("as", at("2026-04-01", recorded()))
        .when(record(month=4))
        .then_rejected("actuals.duplicate_batch", entry=4)
    )
    assert (refused.nature, refused.entries) == ("fact", (4,))


def test_a_row_is_of_a_line_of_the_budget_or_marked() -> None:
    rows = [{"line_id": "7790", "amount_ore": 1}]
    refused = budgeted().when(record(rows=rows)).then_rejected("actuals.unknown_line", line_ids=["7790"], year=2026)
    assert (refused.nature, refused.entries) == ("fact", (3,))
    marked = [{"line_id": "7790", "amount_ore": 1, "without_line": True}]
    budgeted().when(record(rows=marked)).then(recorded(rows=marked))
    book().when(record(rows=marked)).then(recorded(rows=marked))
    assert book().when(record()).then_rejected("actuals.budget_missing", year=2026).nature == "unknown"


def test_sums_stay_exact() -> None:
    for direction in (1, -1):
        most = [{"line_id": "lonn", "amount_ore": direction * INT_MAX}]
        before = budgeted("as", at("2026-04-01", recorded(rows=most)))
        more = [{"line_id": "lonn", "amount_ore": direction}]
        before.when(record(rows=more, batch_sha256="cd" * 32)).then_rejected("actuals.amount_too_large")
        less = {"rows": [{"line_id": "lonn", "amount_ore": -direction}], "batch_sha256": "cd" * 32}
        before.when(record(**less)).then(recorded(**less))


def test_a_year_whose_accounts_are_adopted_is_closed() -> None:
    fields = {"year": 2025, "income_ore": 0, "expense_ore": 0, "result_ore": 0, "decision_id": "budget-2027"}
    closed = at("2026-05-01", AccountsAdopted.model_validate({**fields, "budgeted": (), "late": None}))
    before = budgeted("as", budget(2025), closed)
    refused = before.when(record(year=2025)).then_rejected("actuals.closed_period", year=2025, entry=5)
    assert (refused.nature, refused.entries) == ("rule", (5,))
    before.when(record()).then(recorded())


def test_a_period_has_begun() -> None:
    before = budgeted("as", budget(2027))
    before.when(record(month=12)).then_rejected("actuals.period_not_begun", first_day="2026-12-01", day="2026-11-24")
    before.when(record(year=2027, month=None)).then_rejected("actuals.period_not_begun", first_day="2027-01-01")
    before.when(record(month=11)).then(recorded(month=11))


def test_objections_to_actuals_come_in_order() -> None:
    before = budgeted("as", at("2026-04-01", recorded(rows=[{"line_id": "lonn", "amount_ore": INT_MAX}])))
    wrong: dict[str, Any] = {"month": 12, "rows": [*ROWS, {"line_id": "nowhere", "amount_ore": 1}]}
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("actuals.duplicate_batch", {"batch_sha256": "cd" * 32}),
        ("actuals.unknown_line", {"rows": ROWS}),
        ("actuals.amount_too_large", {"rows": ROWS[1:]}),
        ("actuals.period_not_begun", {"month": 11}),
    ]
    for code, repair in ladder:
        before.when(record(**wrong)).then_rejected(code)
        wrong |= repair
    before.when(record(**wrong)).then(recorded(**wrong))


def test_actuals_touch_their_year_and_the_one_after_it() -> None:
    assert subjects(recorded()) == (Subject("budget", "2026"), Subject("budget", "2027"))


# Deviation -------------------------------------------------------------------------------

BOARD = at("2020-01-01", BodyEstablished.model_validate({"body_id": "styret", "name": "Styret", "kind": "board"}))
CASE = at("2026-09-01", CaseOpened(case_id="sak", case_number="unknown", kind="decision", title="Budsjettendring"))


def report(**fields: Any) -> Any:
    """Returns a command to report where the year is heading."""
    known = {"year": 2026, "as_of": "2026-08-31", "forecasts": [{"line_id": "lonn", "forecast_ore": 950}]}
    return command("deviation.report", **{**known, "material": False, **fields})


def reported(**fields: Any) -> DeviationReported:
    """Returns the event the command leads to."""
    sent = report(**fields)
    names = ("year", "as_of", "forecasts", "material", "to_body", "proposal_case")
    known = {name: getattr(sent, name) for name in names}
    return DeviationReported(**known, explanation=None if sent.explanation is None else seal(sent.explanation))


def test_a_report_says_where_each_line_is_heading() -> None:
    fields = {"explanation": "Dyrere strøm (prøve).", "to_body": "styret", "material": True, "proposal_case": "sak"}
    after = budgeted("as", BOARD, CASE).when(report(**fields)).then(reported(**fields))
    (held,) = after.state.budgets.reports[2026]
    assert (dict(held.forecasts), held.entry) == ({"lonn": 950}, 6)


def test_a_day_is_reported_to_a_body_once() -> None:
    before = budgeted("as", BOARD, at("2026-09-01", reported()))
    refused = before.when(report(material=True)).then_rejected("deviation.already_reported", as_of="2026-08-31")
    assert (refused.nature, refused.entries) == ("fact", (5,))
    for other in ({"as_of": "2026-09-01"}, {"to_body": "styret"}):
        before.when(report(**other)).then(reported(**other))


def test_what_a_report_names_is_in_the_book() -> None:
    once = {"line_id": "lonn", "forecast_ore": 1}
    budgeted().when(report(forecasts=[once, once])).then_rejected("deviation.line_listed_twice", line_ids=["lonn"])
    strange = [{"line_id": "leie", "forecast_ore": 1}]
    budgeted().when(report(forecasts=strange)).then_rejected("deviation.unknown_line", line_ids=["leie"])
    budgeted().when(report(to_body="styret")).then_rejected("deviation.unknown_body", body_id="styret")
    budgeted().when(report(proposal_case="sak")).then_rejected("deviation.unknown_case", case_id="sak")
    assert book().when(report()).then_rejected("deviation.budget_missing", year=2026).nature == "unknown"


@pytest.mark.parametrize("form", ["ko", "ipr", "host_admin", "host_joint_board"])
def test_with_a_material_deviation_comes_a_proposal(form: str) -> None:
    before = budgeted(form, BOARD, CASE)
    refused = before.when(report(material=True)).then_rejected("deviation.proposal_missing", year=2026)
    assert (refused.nature, refused.law) == ("rule", "kommuneloven § 14-5")
    before.when(report()).then(reported())
    proposed = {"material": True, "proposal_case": "sak"}
    before.when(report(**proposed)).then(reported(**proposed))


def test_in_an_iks_the_notice_comes_at_once_and_the_proposal_thereafter() -> None:
    after = budgeted("iks", BOARD, CASE).when(report(material=True)).then(reported(material=True))
    later = {"material": True, "as_of": "2026-09-30"}
    refused = after.when(report(**later)).then_rejected("deviation.proposal_missing", year=2026)
    assert (refused.law, refused.entries) == ("IKS-loven § 19", (6,))
    after.when(report(**later | {"material": False})).then(reported(**later | {"material": False}))
    proposed = after.when(report(**later, proposal_case="sak")).then(reported(**later, proposal_case="sak"))
    again = {"material": True, "as_of": "2026-10-31"}
    proposed.when(report(**again)).then(reported(**again))


def test_no_act_asks_a_company_for_a_proposal_and_a_source_may_be_silent_on_it() -> None:
    before = budgeted("as", at("2026-09-01", reported(material=True)))
    later = {"material": True, "as_of": "2026-09-30"}
    before.when(report(**later)).then(reported(**later))
    source = {"mode": "import", "source": {"title": "Rapport (prøve)", "read_on": "2026-11-24"}}
    sent = report(material=True, **source)
    budgeted("ko").when(sent).then(reported(material=True), unverified=["deviation.proposal_missing"])


def test_objections_to_a_report_come_in_order() -> None:
    before = book("ko", budget(), at("2026-09-01", reported()))
    wrong: dict[str, Any] = {
        "forecasts": [{"line_id": "leie", "forecast_ore": 1}] * 2,
        "to_body": "unknown",
        "proposal_case": None,
        "material": True,
    }
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("deviation.already_reported", {"to_body": "nowhere", "proposal_case": "nowhere"}),
        ("deviation.line_listed_twice", {"forecasts": [{"line_id": "leie", "forecast_ore": 1}]}),
        ("deviation.unknown_line", {"forecasts": [{"line_id": "salg", "forecast_ore": 1}]}),
        ("deviation.unknown_body", {"to_body": "unknown", "as_of": "2026-10-31"}),
        ("deviation.unknown_case", {"proposal_case": None}),
        ("deviation.proposal_missing", {"material": False, "year": 2027}),
        ("deviation.budget_missing", {"year": 2026}),
    ]
    for code, repair in ladder:
        before.when(report(**wrong)).then_rejected(code)
        wrong |= repair
    before.when(report(**wrong)).then(reported(**wrong))


def test_a_report_touches_its_year_and_what_it_names() -> None:
    named = reported(to_body="styret", proposal_case="sak")
    assert subjects(named) == (Subject("budget", "2026"), Subject("body", "styret"), Subject("case", "sak"))
    assert subjects(reported()) == (Subject("budget", "2026"),)
