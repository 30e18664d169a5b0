"""Annual accounts: refusals in order of precedence, what lies just on the right side, and the budget beside them."""

from __future__ import annotations

from typing import Any

import pytest

from domain.budgets import AccountsAdopted, BudgetAdopted, BudgetAmended
from domain.collaboration import subjects
from domain.decisions import DecisionMade
from domain.kernel import Subject
from tests.spec import At, Given, at, command, seal
from tests.specs.budget_books import book, line

DECIDED = at(
    "2026-05-20",
    DecisionMade.model_validate({"decision_id": "regnskap", "title": "Regnskap", "kind": "resolution", "text": None}),
)


def accounted(form: str = "iks", *facts: At) -> Given:
    """Returns a book with a decision on the accounts of 2025."""
    return book(form, DECIDED, *facts)


def adopt(**fields: Any) -> Any:
    """Returns a command to adopt the accounts of 2025, which came out even."""
    known: dict[str, Any] = {
        "year": 2025,
        "effective": "2026-05-20",
        "income_ore": 900,
        "expense_ore": 900,
        "result_ore": 0,
        "equity_ore": 0,
        "audited_on": "2026-04-15",
        "decision_id": "regnskap",
    }
    return command("accounts.adopt", **{**known, **fields})


def adopted(late: bool | None = False, budgeted: tuple[Any, ...] = (), **fields: Any) -> AccountsAdopted:
    """Returns the event the command leads to."""
    sent = adopt(**fields)
    names = ("year", "income_ore", "expense_ore", "result_ore", "equity_ore", "audited_on", "covered_by", "decision_id")
    known: dict[str, Any] = {name: getattr(sent, name) for name in names}
    disposition = None if sent.disposition is None else seal(sent.disposition)
    said: dict[str, Any] = {**known, "disposition": disposition, "budgeted": budgeted, "late": late}
    return AccountsAdopted.model_validate(said)


def entered(day: str = "2026-05-20", **fields: Any) -> At:
    """Returns that accounts were adopted."""
    return at(day, adopted(**fields))


def test_the_original_and_the_amended_budget_stand_beside_the_accounts() -> None:
    lines = (
        line("lonn", "operating", "expense", 600, 0),
        line("leie", "operating", "expense", 300, 0),
        line("salg", "operating", "income", 900, 0),
        line("kjop", "investment", "expense", 50, 0),
        line("fond", "investment", "income", 50, 0),
    )
    budget = {"year": 2025, "lines": lines, "new_loans": 0, "decision_id": "budget-2027"}
    deltas = ({"line_id": "lonn", "amounts": (20, 7)}, {"line_id": "salg", "amounts": (20, 7)})
    amendment = {"year": 2025, "amendment_no": 1, "deltas": deltas, "decision_id": "budget-2027"}
    before = accounted(
        "iks",
        at("2024-12-01", BudgetAdopted.model_validate(budget)),
        at("2025-06-01", BudgetAmended.model_validate({**amendment, "cause": seal("Mer (prøve).")})),
    )
    columns = ("part", "direction", "original_ore", "amended_ore")
    rows = (
        ("operating", "income", 900, 920),
        ("operating", "expense", 900, 920),
        ("investment", "income", 50, 50),
        ("investment", "expense", 50, 50),
    )
    budgeted = tuple(dict(zip(columns, row, strict=True)) for row in rows)
    before.when(adopt()).then(adopted(budgeted=budgeted))


@pytest.mark.parametrize("form", ["iks", "as", "ipr", "ko"])
def test_accounts_adopted_after_june_are_late(form: str) -> None:
    known: dict[str, Any] = {"decision_id": "regnskap", "audited_on": "2026-04-15"}
    for day, late in (("2026-06-30", False), ("2026-07-01", True)):
        accounted(form).when(adopt(effective=day, **known)).then(adopted(late, effective=day, **known))
    rough: dict[str, Any] = {"effective": {"earliest": "2026-06-30", "latest": "2026-07-01"}}
    accounted(form).when(adopt(**rough)).then(adopted(late=None))
    accounted("association").when(adopt(effective="2026-07-01")).then(adopted(late=None))


def test_accounts_of_a_year_are_adopted_once() -> None:
    refused = accounted("iks", entered()).when(adopt()).then_rejected("accounts.already_adopted", year=2025)
    assert (refused.nature, refused.entries) == ("fact", (4,))
    accounted("iks", entered()).when(adopt(year=2024)).then(adopted(late=True, year=2024))


def test_the_year_is_over() -> None:
    early: dict[str, Any] = {"effective": "2025-12-31", "audited_on": "2025-12-31"}
    accounted().when(adopt(**early)).then_rejected("accounts.year_not_over", day="2025-12-31", first_day="2026-01-01")
    first: dict[str, Any] = {"effective": "2026-01-01", "audited_on": "2026-01-01"}
    accounted().when(adopt(**first)).then(adopted(**first))


def test_figures_add_up_and_those_of_a_source_are_kept_as_printed() -> None:
    off: dict[str, Any] = {"income_ore": 900, "expense_ore": 880, "result_ore": 21, "disposition": "Til fond (prøve)."}
    refused = (
        accounted()
        .when(adopt(**off))
        .then_rejected("accounts.does_not_add_up", result_ore=21, computed_ore=20, difference_ore=1)
    )
    assert refused.nature == "rule"
    right: dict[str, Any] = off | {"result_ore": 20}
    accounted().when(adopt(**right)).then(adopted(**right))
    source = {"mode": "import", "source": {"title": "Årsmelding (prøve)", "read_on": "2026-11-24"}}
    accounted().when(adopt(**off, **source)).then(adopted(**off), unverified=["accounts.does_not_add_up"])


@pytest.mark.parametrize(
    ("form", "law"), [("iks", "IKS-loven § 27"), ("ko", "kommuneloven § 24-8"), ("ipr", "kommuneloven § 24-8")]
)
def test_accounts_are_audited_before_they_are_adopted(form: str, law: str) -> None:
    before = accounted(form)
    unknown = before.when(adopt(audited_on="unknown")).then_rejected("accounts.audit_unknown", year=2025)
    assert (unknown.nature, unknown.law) == ("unknown", law)
    refused = before.when(adopt(audited_on=None)).then_rejected("accounts.not_audited", year=2025)
    assert (refused.nature, refused.law) == ("rule", law)
    before.when(adopt(audited_on="2026-05-21")).then_rejected("accounts.audited_later", day="2026-05-20")
    before.when(adopt(audited_on="2026-05-20")).then(adopted(audited_on="2026-05-20"))


def test_the_decision_of_an_iks_says_what_becomes_of_a_surplus() -> None:
    surplus: dict[str, Any] = {"income_ore": 901, "result_ore": 1}
    refused = accounted().when(adopt(**surplus)).then_rejected("accounts.disposition_missing", result_ore=1)
    assert refused.law == "IKS-loven § 27"
    said: dict[str, Any] = surplus | {"disposition": "Til fond (prøve)."}
    accounted().when(adopt(**said)).then(adopted(**said))
    accounted("ko").when(adopt(**surplus)).then(adopted(**surplus))
    deficit: dict[str, Any] = {"expense_ore": 901, "result_ore": -1}
    accounted().when(adopt(**deficit)).then(adopted(**deficit))
    before: dict[str, Any] = {"year": 2022, "effective": "2023-12-31", "audited_on": "2023-05-01", **surplus}
    accounted().when(adopt(**before)).then(adopted(late=True, **before))  # the rule is of 1 January 2024


@pytest.mark.parametrize("form", ["ipr", "ko"])
def test_a_deficit_of_a_political_council_or_a_task_community_is_covered_in_the_year_after(form: str) -> None:
    deficit: dict[str, Any] = {"expense_ore": 901, "result_ore": -1}
    refused = (
        accounted(form)
        .when(adopt(**deficit))
        .then_rejected("accounts.deficit_without_plan", year=2025, result_ore=-1, last_year=2026)
    )
    assert (refused.nature, refused.law) == ("rule", "kommuneloven §§ 14-3, 14-12")
    late = (
        accounted(form)
        .when(adopt(**deficit, covered_by=2027))
        .then_rejected("accounts.deficit_covered_late", year=2025, covered_by=2027, last_year=2026)
    )
    assert (late.nature, late.law) == ("rule", "kommuneloven § 14-12")
    for year in (2025, 2026):
        accounted(form).when(adopt(**deficit, covered_by=year)).then(adopted(**deficit, covered_by=year))
    accounted(form).when(adopt()).then(adopted())
    for other in ("as", "iks"):
        accounted(other).when(adopt(**deficit)).then(adopted(**deficit))
    accounted("association").when(adopt(**deficit)).then(adopted(late=None, **deficit))


def test_negative_equity_is_covered_by_the_second_year_after_it_arose() -> None:
    below: dict[str, Any] = {"equity_ore": -1}
    refused = accounted().when(adopt(**below)).then_rejected("accounts.negative_equity_without_plan", equity_ore=-1)
    assert (refused.nature, refused.law) == ("rule", "IKS-loven § 27")
    late = (
        accounted()
        .when(adopt(**below, covered_by=2028))
        .then_rejected("accounts.negative_equity_covered_late", arose=2025, last_year=2027, covered_by=2028)
    )
    assert late.entries == ()
    accounted().when(adopt(**below, covered_by=2027)).then(adopted(**below, covered_by=2027))
    accounted("as").when(adopt(**below)).then(adopted(**below))
    unknown: dict[str, Any] = {"equity_ore": "unknown"}
    accounted().when(adopt(**unknown)).then(adopted(**unknown))


def test_negative_equity_arose_in_the_first_of_the_years_on_end() -> None:
    earlier = entered("2025-05-20", year=2024, equity_ore=-5, covered_by=2026, effective="2025-05-20")
    before = accounted("iks", earlier)
    refused = before.when(adopt(equity_ore=-1, covered_by=2027)).then_rejected(
        "accounts.negative_equity_covered_late", arose=2024, last_year=2026
    )
    assert refused.entries == (4,)
    plan: dict[str, Any] = {"equity_ore": -1, "covered_by": 2026}
    before.when(adopt(**plan)).then(adopted(**plan))


def test_accounts_rest_on_a_decision_that_adopts_them() -> None:
    accounted().when(adopt(decision_id="nowhere")).then_rejected("accounts.decision_unknown", decision_id="nowhere")
    missing = accounted().when(adopt(decision_id="unknown")).then_rejected("accounts.decision_missing", year=2025)
    assert (missing.nature, missing.law) == ("unknown", "IKS-loven § 27")
    noted = {"decision_id": "sett", "title": "Tatt til orientering", "kind": "noted", "text": None}
    before = accounted("ko", at("2026-05-01", DecisionMade.model_validate(noted)))
    refused = before.when(adopt(decision_id="sett")).then_rejected("accounts.decision_adopts_nothing", kind="noted")
    assert (refused.law, refused.entries) == ("kommuneloven § 14-8", (4,))


def test_objections_come_in_order() -> None:
    wrong: dict[str, Any] = {
        "effective": "2025-12-31",
        "result_ore": 5,
        "equity_ore": -1,
        "audited_on": None,
        "decision_id": "nowhere",
    }
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("accounts.already_adopted", {"year": 2024, "effective": "2024-12-31"}),
        ("accounts.decision_unknown", {"decision_id": "unknown"}),
        ("accounts.year_not_over", {"effective": "2025-05-20"}),
        ("accounts.does_not_add_up", {"income_ore": 905}),
        ("accounts.not_audited", {"audited_on": "2025-05-20"}),
        ("accounts.disposition_missing", {"disposition": "Til fond (prøve)."}),
        ("accounts.negative_equity_without_plan", {"covered_by": 2026}),
        ("accounts.decision_missing", {"decision_id": "regnskap"}),
    ]
    before = accounted("iks", entered())
    for code, repair in ladder:
        before.when(adopt(**wrong)).then_rejected(code)
        wrong |= repair
    before.when(adopt(**wrong)).then(adopted(**wrong))


def test_accounts_touch_their_year_and_their_decision() -> None:
    assert subjects(adopted()) == (Subject("budget", "2025"), Subject("decision", "regnskap"))
    assert subjects(adopted(decision_id="unknown")) == (Subject("budget", "2025"),)
