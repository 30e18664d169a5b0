"""Adopting a budget: refusals in order of precedence, and what lies just on the right side of each."""

from __future__ import annotations

from typing import Any

import pytest

from domain.budgets import BudgetAdopted, BudgetLine
from domain.collaboration import subjects
from domain.decisions import DecisionMade
from domain.kernel import Subject
from domain.text import INT_MAX
from projections.budgets import line_rows
from tests.spec import At, at, command, seal
from tests.specs.budget_books import book, charter, in_time, line

FOUR = (100_000, 110_000, 120_000, 130_000)
LINES = [line("aukra", "operating", "income", *FOUR, member_id="aukra"), line("staff", "operating", "expense", *FOUR)]


def adopt(**fields: Any) -> Any:
    """Returns a command to adopt the budget of 2027, complete but for what `fields` change."""
    return command("budget.adopt", **{"year": 2027, "lines": LINES, "decision_id": "budget-2027", **fields})


def adopted(lines: list[dict[str, Any]] | None = None, **fields: Any) -> BudgetAdopted:
    """Returns the event the command leads to."""
    told = tuple(BudgetLine.model_validate_json(_json(shape)) for shape in (LINES if lines is None else lines))
    known: dict[str, Any] = {"year": 2027, "lines": told, "new_loans": 0, "decision_id": "budget-2027", **fields}
    return BudgetAdopted(**known)


def _json(shape: dict[str, Any]) -> str:
    sent = command("budget.adopt", year=2027, lines=[shape])
    return str(sent.lines[0].model_dump_json())  # type: ignore[union-attr]


# What is accepted -------------------------------------------------------------------------


def test_a_balanced_budget_is_adopted_once() -> None:
    book().when(adopt(goals="Lavere ventetid.")).then(adopted(goals=seal("Lavere ventetid.")))


def test_a_budget_touches_its_year_its_members_and_its_decision() -> None:
    assert subjects(adopted()) == (
        Subject("budget", "2027"),
        Subject("member", "aukra"),
        Subject("decision", "budget-2027"),
    )
    assert subjects(adopted(decision_id="unknown"))[-1] == Subject("member", "aukra")


def test_the_budget_is_kept_as_it_was_adopted() -> None:
    budget = book().when(adopt()).then(adopted()).state.budgets.by_year[2027]
    assert (budget.year, budget.entry, budget.order, budget.plan_years) == (2027, 3, ("aukra", "staff"), 4)
    assert budget.lines["staff"].original.amounts == budget.lines["staff"].amended == FOUR


@pytest.mark.parametrize("form", ["iks", "ipr", "ko"])
def test_a_budget_adopted_after_the_new_year_is_late(form: str) -> None:
    lines = [line("fee", "operating", "income", *[5] * 4), line("staff", "operating", "expense", *[5] * 4)]
    early = at("2024-11-01", DecisionMade(decision_id="b", title="Budsjett", kind="resolution", text=None))
    known: dict[str, Any] = {"year": 2026, "lines": lines, "decision_id": "b"}
    days = {
        "2025-12-31": False,
        "2026-01-01": True,
        "2025-12-31/2026-01-01": None,
        "2026-01-01/2026-02-01": True,
        "2025-11-01/2025-12-31": False,
    }
    for told, late in days.items():
        first, _, last = told.partition("/")
        effective = {"earliest": first, "latest": last} if last else first
        after = book(form, early).when(adopt(effective=effective, **known)).then(adopted(**known, late=late))
        assert {row.body["late"] for row in line_rows(after.state, "2026")} == {late}
    book("as", early).when(adopt(effective="2026-02-01", **known)).then(adopted(**known))


def test_plans_that_no_act_sets_a_day_for_are_not_late() -> None:
    early = at("2023-01-05", DecisionMade(decision_id="b", title="Budsjett", kind="resolution", text=None))
    lines = [line("fee", "operating", "income", 5), line("staff", "operating", "expense", 5)]
    known: dict[str, Any] = {"year": 2023, "lines": lines, "decision_id": "b"}
    book("iks", early).when(adopt(effective="2023-01-05", **known)).then(adopted(**known))


# What contradicts the book or itself ------------------------------------------------------


def test_a_year_has_one_budget() -> None:
    before = book("as", at("2026-11-21", adopted()))
    refused = before.when(adopt(goals="Andre mål.")).then_rejected("budget.already_adopted", year=2027)
    assert refused.entries == (3,)
    before.when(adopt(year=2028)).then(adopted(year=2028))


def test_a_line_is_listed_once() -> None:
    twice = [*LINES, line("staff", "investment", "expense", 0, 0, 0, 0)]
    book().when(adopt(lines=twice)).then_rejected("budget.line_listed_twice", line_ids=["staff"], year=2027)


def test_every_line_has_as_many_years_as_the_first() -> None:
    short = [LINES[0], line("staff", "operating", "expense", *FOUR[:3])]
    refused = (
        book().when(adopt(lines=short)).then_rejected("budget.plan_length", line_id="staff", years=3, plan_years=4)
    )
    assert refused.nature == "fact"


def test_whoever_contributes_is_known() -> None:
    strangers = [
        line("smola", "operating", "income", *FOUR, member_id="smola"),
        line("eide", "operating", "income", 0, 0, 0, 0, member_id="eide"),
        LINES[1],
    ]
    book().when(adopt(lines=strangers)).then_rejected("budget.unknown_member", member_ids=["eide", "smola"], year=2027)


def test_the_decision_is_in_the_book() -> None:
    refused = book().when(adopt(decision_id="b-28")).then_rejected("budget.decision_unknown", decision_id="b-28")
    assert refused.nature == "fact"


def test_sums_are_numbers_that_every_reader_keeps_exactly() -> None:
    def lines(extra: int) -> list[dict[str, Any]]:
        return [
            line("grant", "operating", "income", INT_MAX - 1),
            line("fee", "operating", "income", 1 + extra),
            line("staff", "operating", "expense", INT_MAX),
        ]

    book().when(adopt(lines=lines(0))).then(adopted(lines(0)))
    refused = (
        book()
        .when(adopt(lines=lines(1)))
        .then_rejected("budget.amount_too_large", part="operating", year=2027, largest_ore=INT_MAX)
    )
    assert refused.nature == "fact"


# What breaks a rule -----------------------------------------------------------------------


def with_years(count: int) -> list[dict[str, Any]]:
    """Returns balanced lines of a plan of `count` years."""
    return [line("fee", "operating", "income", *[5] * count), line("staff", "operating", "expense", *[5] * count)]


@pytest.mark.parametrize("years", [1, 3, 5, 10])
def test_the_plan_of_an_inter_municipal_company_covers_four_years(years: int) -> None:
    refused = (
        book("iks")
        .when(adopt(lines=with_years(years)))
        .then_rejected("budget.plan_not_four_years", years=years, plan_years=4, year=2027)
    )
    assert refused.law == "IKS-loven § 18"
    book("iks").when(adopt(lines=with_years(4))).then(adopted(with_years(4), late=False))


@pytest.mark.parametrize("form", ["as", "host_admin", "informal"])
def test_other_forms_may_plan_for_the_budget_year_alone(form: str) -> None:
    book(form).when(adopt(lines=with_years(1))).then(adopted(with_years(1)))


def test_plans_from_before_the_act_was_amended_are_not_held_against_its_length() -> None:
    def sent(day: str) -> Any:
        return adopt(lines=with_years(1), effective=day, mode="import", source={"title": "Møtebok", "read_on": day})

    book("iks").when(sent("2023-12-31")).then(adopted(with_years(1), late=False))
    book("iks").when(sent("2024-01-01")).then_rejected("budget.plan_not_four_years")


@pytest.mark.parametrize(
    ("form", "law"),
    [
        ("ipr", "kommuneloven § 14-4"),
        ("ko", "kommuneloven § 14-4"),
        ("host_admin", "kommuneloven § 14-4"),
        ("iks", "IKS-loven § 20"),
        ("as", None),
    ],
)
def test_each_year_balances_to_the_oere(form: str, law: str | None) -> None:
    off = (100_000, 110_000, 120_001, 130_000)
    lines = [line("fee", "operating", "income", *off), line("staff", "operating", "expense", *FOUR)]
    refused = (
        book(form)
        .when(adopt(lines=lines))
        .then_rejected(
            "budget.not_balanced",
            year=2029,
            part="operating",
            income_ore=120_001,
            expense_ore=120_000,
            difference_ore=1,
        )
    )
    assert refused.law == law


def test_operating_and_investment_balance_apart() -> None:
    def lines(transfer: int) -> list[dict[str, Any]]:
        return [
            line("fee", "operating", "income", 700),
            line("staff", "operating", "expense", 600),
            line("to-investment", "operating", "expense", 100),
            line("from-operating", "investment", "income", transfer),
            line("servers", "investment", "expense", 100),
        ]

    book().when(adopt(lines=lines(100))).then(adopted(lines(100)))
    book().when(adopt(lines=lines(99))).then_rejected(
        "budget.not_balanced", year=2027, part="investment", income_ore=99, expense_ore=100, difference_ore=-1
    )


def test_figures_of_a_source_that_do_not_add_up_are_kept_as_printed_and_flagged() -> None:
    lines = [line("fee", "operating", "income", 99), line("staff", "operating", "expense", 100)]
    imported = adopt(lines=lines, mode="import", source={"title": "Budsjett 2027 (prøve)", "read_on": "2026-11-24"})
    after = book("informal").when(imported).then(adopted(lines), unverified=["budget.not_balanced"])
    kept = after.state.budgets.by_year[2027].lines
    assert (kept["fee"].original.amounts, kept["staff"].original.amounts) == ((99,), (100,))


# Loans ------------------------------------------------------------------------------------


BORROWING = ("borrowing", "Selskapet kan ta opp lån.")
CEILING = ("loan_ceiling", "Inntil ti millioner kroner.")


@pytest.mark.parametrize(
    ("form", "clauses", "lacking", "law"),
    [
        ("iks", [], ["borrowing", "loan_ceiling"], "IKS-loven § 22"),
        ("iks", [BORROWING], ["loan_ceiling"], "IKS-loven § 22"),
        ("historic_27", [], ["borrowing"], "kommuneloven (1992) § 27"),
        ("ko", [("name", "Romsdal IKT KO")], ["borrowing"], "kommuneloven § 19-4"),
    ],
)
def test_a_loan_needs_a_right_in_the_charter(form: str, clauses: Any, lacking: list[str], law: str) -> None:
    own = [line("fee", "operating", "income", *FOUR), LINES[1]]
    before = book(form, *charter(form, *clauses))
    refused = before.when(adopt(lines=own, new_loans=1)).then_rejected(
        "budget.loan_without_charter_right", clauses=lacking, new_loans_ore=1, year=2027
    )
    assert (refused.nature, refused.law, refused.entries) == ("rule", law, (4,))
    before.when(adopt(lines=own)).then(adopted(own, late=in_time(form)))
    with_right = book(form, *charter(form, BORROWING, CEILING))
    with_right.when(adopt(lines=own, new_loans=1)).then(adopted(own, new_loans=1, late=in_time(form)))


@pytest.mark.parametrize("facts", [(), charter("iks", BORROWING, ("loan_ceiling", None))])
def test_a_right_to_borrow_that_is_not_known_is_no_right(facts: tuple[At, ...]) -> None:
    refused = book("iks", *facts).when(adopt(new_loans=1)).then_rejected("budget.loan_right_unknown", year=2027)
    assert refused.nature == "unknown"
    assert refused.params["clauses"] == (["loan_ceiling"] if facts else ["borrowing", "loan_ceiling"])
    source = {"title": "Årsbudsjett", "read_on": "2026-11-24"}
    imported = adopt(new_loans=1, mode="import", source=source)
    book("iks", *facts).when(imported).then(adopted(new_loans=1, late=False), unverified=["budget.loan_right_unknown"])


@pytest.mark.parametrize("form", ["host_admin", "informal", "purchase"])
def test_what_is_no_party_of_its_own_borrows_nothing(form: str) -> None:
    refused = book(form).when(adopt(new_loans=1)).then_rejected("budget.loan_not_its_own", new_loans_ore=1, year=2027)
    assert refused.entries == (1,)


@pytest.mark.parametrize("form", ["as", "association", "ipr"])
def test_other_forms_borrow_by_their_own_acts(form: str) -> None:
    own = [line("fee", "operating", "income", *FOUR), LINES[1]]
    book(form).when(adopt(lines=own, new_loans=1)).then(adopted(own, new_loans=1, late=in_time(form)))


# What the book does not know --------------------------------------------------------------


@pytest.mark.parametrize(("form", "law"), [("iks", "IKS-loven § 18"), ("as", None)])
def test_a_budget_rests_on_a_decision(form: str, law: str | None) -> None:
    refused = book(form).when(adopt(decision_id="unknown")).then_rejected("budget.decision_missing", year=2027)
    assert (refused.nature, refused.law) == ("unknown", law)


@pytest.mark.parametrize("kind", ["recommendation", "noted", "postponed", "election"])
def test_a_recommendation_adopts_no_budget(kind: str) -> None:
    made = DecisionMade.model_validate({"decision_id": "pre", "title": "Innstilling", "kind": kind, "text": None})
    before = book("ko", at("2026-11-21", made))
    refused = before.when(adopt(decision_id="pre", lines=with_years(1))).then_rejected(
        "budget.decision_adopts_nothing", decision_id="pre", kind=kind, year=2027
    )
    assert (refused.nature, refused.law, refused.entries) == ("rule", "kommuneloven § 14-8", (3,))


def test_objections_come_in_order() -> None:
    wrong: dict[str, Any] = {
        "lines": [
            line("staff", "operating", "expense", INT_MAX, 1),
            line("staff", "operating", "expense", 1, 1, 1),
            line("eide", "operating", "income", 5, 1, member_id="eide"),
        ],
        "decision_id": "nowhere",
        "new_loans": 1,
        "year": 2026,
    }
    before = book("iks", at("2025-12-01", adopted(year=2026)))
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("budget.already_adopted", {"year": 2027}),
        (
            "budget.line_listed_twice",
            {"lines": [wrong["lines"][0], {**wrong["lines"][1], "line_id": "more"}, wrong["lines"][2]]},
        ),
        (
            "budget.plan_length",
            {"lines": [wrong["lines"][0], line("more", "operating", "expense", 1, 1), wrong["lines"][2]]},
        ),
        ("budget.unknown_member", {"lines": [*wrong["lines"][:1], line("more", "operating", "expense", 1, 1)]}),
        ("budget.decision_unknown", {"decision_id": "unknown"}),
        ("budget.amount_too_large", {"lines": wrong["lines"][:1]}),
        ("budget.plan_not_four_years", {"lines": [line("staff", "operating", "expense", 1, 1, 1, 1)]}),
        ("budget.not_balanced", {"lines": with_years(4)}),
        ("budget.loan_right_unknown", {"new_loans": 0}),
        ("budget.decision_missing", {"decision_id": "budget-2027"}),
    ]
    natures = []
    for code, repair in ladder:
        natures.append(before.when(adopt(**wrong)).then_rejected(code).nature)
        wrong |= repair
    assert natures == [*["fact"] * 6, *["rule"] * 2, *["unknown"] * 2]
    before.when(adopt(**wrong)).then(adopted(with_years(4), late=False))


def test_an_act_that_breaks_rules_is_recorded_as_irregular_and_changes_nothing() -> None:
    lines = [line("staff", "operating", "expense", 1)]
    sent = adopt(lines=lines, decision_id="unknown", mode="record", reason="Vedtatt uten dekning.")
    after = (
        book("iks")
        .when(sent)
        .then(
            adopted(lines, decision_id="unknown", late=False),
            irregular=["budget.plan_not_four_years", "budget.not_balanced", "budget.decision_missing"],
        )
    )
    assert len(after.state.budgets.by_year) == 0
