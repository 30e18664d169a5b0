"""Loans: refusals in order of precedence, what lies just on the right side of each, and the charter's ceiling."""

from __future__ import annotations

from typing import Any

import pytest

from domain.budgets import LoanAuthorised
from domain.collaboration import subjects
from domain.constitution import CharterProposed
from domain.decisions import DecisionMade
from domain.kernel import Subject
from domain.text import INT_MAX
from tests.spec import At, Given, at, command
from tests.specs.budget_books import book, charter

RIGHT = (("borrowing", "Selskapet kan ta opp lån (prøve)."), ("loan_ceiling", "Inntil ti kroner (prøve)."))


def within(ceiling: int | None, form: str = "iks", *clauses: tuple[str, str | None]) -> tuple[At, ...]:
    """Returns a charter in force with a right to borrow up to a ceiling, in oere."""
    proposed, in_force = charter(form, *(clauses or RIGHT))
    assert isinstance(proposed.event, CharterProposed)
    event = proposed.event.model_copy(update={"loan_ceiling_ore": ceiling})
    return (at("2020-01-01", event), in_force)


def allowed(*facts: At, ceiling: int | None = 1_000) -> Given:
    """Returns a book of an IKS that may borrow up to a ceiling."""
    return book("iks", *within(ceiling), *facts)


def authorise(**fields: Any) -> Any:
    """Returns a command to authorise a loan for assets of its own."""
    known: dict[str, Any] = {
        "loan_id": "lan",
        "loan_purpose": "fixed_assets",
        "amount_ore": 400,
        "robek_members": [],
        "decision_id": "budget-2027",
    }
    return command("loan.authorise", **{**known, **fields})


def authorised(total: int = 400, **fields: Any) -> LoanAuthorised:
    """Returns the event the command leads to."""
    sent = authorise(**fields)
    names = ("loan_id", "loan_purpose", "amount_ore", "robek_members", "approved_on", "decision_id")
    return LoanAuthorised(**{name: getattr(sent, name) for name in names}, total_after_ore=total)


def entered(total: int = 400, **fields: Any) -> At:
    """Returns that a loan was authorised."""
    return at("2026-11-22", authorised(total, **fields))


def test_what_is_owed_in_all_stays_within_the_ceiling_of_the_charter() -> None:
    allowed().when(authorise(amount_ore=1_000)).then(authorised(1_000, amount_ore=1_000))
    refused = (
        allowed()
        .when(authorise(amount_ore=1_001))
        .then_rejected("loan.above_charter_ceiling", total_after_ore=1_001, ceiling_ore=1_000, excess_ore=1)
    )
    assert (refused.nature, refused.law, refused.entries) == ("rule", "IKS-loven § 22", (4,))
    second: dict[str, Any] = {"loan_id": "nytt", "amount_ore": 600}
    allowed(entered()).when(authorise(**second)).then(authorised(1_000, **second))
    allowed(entered()).when(authorise(loan_id="nytt", amount_ore=601)).then_rejected("loan.above_charter_ceiling")


def test_what_has_been_paid_back_is_stated_and_refinancing_adds_nothing() -> None:
    before = allowed(entered(900))
    stated: dict[str, Any] = {"loan_id": "nytt", "amount_ore": 600}
    before.when(authorise(**stated)).then_rejected("loan.above_charter_ceiling", total_after_ore=1_500)
    before.when(authorise(**stated, total_after_ore=700)).then(authorised(700, **stated))
    anew: dict[str, Any] = {"loan_id": "nytt", "loan_purpose": "refinancing", "amount_ore": 900}
    before.when(authorise(**anew)).then(authorised(900, **anew))


def test_a_ceiling_is_held_whatever_the_form_and_only_an_iks_must_have_one() -> None:
    unknown = allowed(ceiling=None).when(authorise()).then_rejected("loan.ceiling_unknown", loan_id="lan")
    assert (unknown.nature, unknown.law) == ("unknown", "IKS-loven § 22")
    ko = book("ko", *within(300, "ko"))
    assert ko.when(authorise()).then_rejected("loan.above_charter_ceiling", excess_ore=100).law is None
    book("ko", *within(None, "ko")).when(authorise()).then(authorised())
    silent = book("iks", *within(400, "iks", RIGHT[0], ("loan_ceiling", None)))
    silent.when(authorise()).then(authorised())  # the amount is known, though the text is not


@pytest.mark.parametrize(
    ("form", "clauses", "lacking", "law"),
    [
        ("iks", (("name", "Romsdal IKT IKS"),), ["borrowing", "loan_ceiling"], "IKS-loven § 22"),
        ("iks", RIGHT[:1], ["loan_ceiling"], "IKS-loven § 22"),
        ("ko", (("name", "Romsdal IKT KO"),), ["borrowing"], "kommuneloven § 19-4"),
    ],
)
def test_only_a_charter_gives_the_right_to_borrow(form: str, clauses: Any, lacking: list[str], law: str) -> None:
    refused = (
        book(form, *within(None, form, *clauses))
        .when(authorise())
        .then_rejected("loan.no_charter_right", clauses=lacking)
    )
    assert (refused.nature, refused.law, refused.entries) == ("rule", law, (4,))
    nothing = book(form).when(authorise()).then_rejected("loan.right_unknown")
    assert (nothing.nature, nothing.entries) == ("unknown", ())


@pytest.mark.parametrize("form", ["host_admin", "informal"])
def test_what_is_no_party_of_its_own_borrows_nothing(form: str) -> None:
    assert book(form).when(authorise()).then_rejected("loan.not_its_own", loan_id="lan").nature == "rule"
    book("as").when(authorise()).then(authorised())


@pytest.mark.parametrize("purpose", ["onward_lending", "operations", "other"])
def test_an_iks_borrows_for_what_the_act_lists(purpose: str) -> None:
    refused = allowed().when(authorise(loan_purpose=purpose)).then_rejected("loan.purpose_not_allowed", purpose=purpose)
    assert (refused.nature, refused.law) == ("rule", "IKS-loven § 22")
    for listed in ("fixed_assets", "property_company", "liquidity", "refinancing"):
        allowed().when(authorise(loan_purpose=listed)).then(authorised(loan_purpose=listed))
    book("ko", *within(None, "ko")).when(authorise(loan_purpose=purpose)).then(authorised(loan_purpose=purpose))
    before = at(
        "2023-12-20",
        DecisionMade.model_validate({"decision_id": "lan-2023", "title": "Lån", "kind": "resolution", "text": None}),
    )
    old: dict[str, Any] = {"loan_purpose": purpose, "effective": "2023-12-31", "decision_id": "lan-2023"}
    allowed(before).when(authorise(**old)).then(authorised(**old))
    allowed(before).when(authorise(**old | {"effective": "2024-01-01"})).then_rejected("loan.purpose_not_allowed")


def test_with_a_member_in_the_register_the_ministry_approves() -> None:
    named: dict[str, Any] = {"robek_members": ["aukra"]}
    refused = allowed().when(authorise(**named)).then_rejected("loan.robek_approval_missing", member_ids=["aukra"])
    assert (refused.nature, refused.law) == ("rule", "IKS-loven § 22 a")
    approved: dict[str, Any] = named | {"approved_on": "2026-11-20"}
    allowed().when(authorise(**approved)).then(authorised(**approved))
    silent = allowed().when(authorise(robek_members="unknown")).then_rejected("loan.robek_unknown")
    assert silent.nature == "unknown"
    known: dict[str, Any] = {"robek_members": "unknown", "approved_on": "2026-11-20"}
    allowed().when(authorise(**known)).then(authorised(**known))
    book("ko", *within(None, "ko")).when(authorise(**named)).then(authorised(**named))


def test_a_loan_is_authorised_once() -> None:
    refused = allowed(entered()).when(authorise(amount_ore=1)).then_rejected("loan.already_authorised", loan_id="lan")
    assert (refused.nature, refused.entries) == ("fact", (5,))


def test_amounts_stay_exact() -> None:
    most = entered(INT_MAX)
    book("as", most).when(authorise(loan_id="nytt", amount_ore=1)).then_rejected("loan.total_too_large")
    whole: dict[str, Any] = {"loan_id": "nytt", "amount_ore": INT_MAX}
    book("as").when(authorise(**whole)).then(authorised(INT_MAX, **whole))
    book("as").when(authorise(total_after_ore=399)).then_rejected("loan.total_below_loan", total_after_ore=399)
    book("as").when(authorise(total_after_ore=400)).then(authorised())


def test_a_loan_rests_on_a_decision_that_adopts_it() -> None:
    allowed().when(authorise(decision_id="nowhere")).then_rejected("loan.decision_unknown", decision_id="nowhere")
    missing = allowed().when(authorise(decision_id="unknown")).then_rejected("loan.decision_missing", loan_id="lan")
    assert missing.nature == "unknown"
    noted = {"decision_id": "sett", "title": "Tatt til orientering", "kind": "noted", "text": None}
    before = allowed(at("2026-05-01", DecisionMade.model_validate(noted)))
    refused = before.when(authorise(decision_id="sett")).then_rejected("loan.decision_adopts_nothing", kind="noted")
    assert refused.entries == (5,)


def test_objections_come_in_order() -> None:
    wrong: dict[str, Any] = {
        "amount_ore": 2_000,
        "total_after_ore": 1_999,
        "loan_purpose": "operations",
        "robek_members": ["nowhere"],
        "decision_id": "nowhere",
    }
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("loan.already_authorised", {"loan_id": "nytt"}),
        ("loan.decision_unknown", {"decision_id": "unknown"}),
        ("loan.unknown_member", {"robek_members": ["aukra"]}),
        ("loan.total_below_loan", {"total_after_ore": 2_000}),
        ("loan.above_charter_ceiling", {"amount_ore": 5, "total_after_ore": 1_000}),
        ("loan.purpose_not_allowed", {"loan_purpose": "liquidity"}),
        ("loan.robek_approval_missing", {"robek_members": []}),
        ("loan.decision_missing", {"decision_id": "budget-2027"}),
    ]
    before = allowed(entered())
    for code, repair in ladder:
        before.when(authorise(**wrong)).then_rejected(code)
        wrong |= repair
    del wrong["total_after_ore"]
    before.when(authorise(**wrong, total_after_ore=1_000)).then(authorised(1_000, **wrong))


def test_a_loan_touches_its_decision_and_the_members_in_the_register() -> None:
    loan, decision = Subject("loan", "lan"), Subject("decision", "budget-2027")
    assert subjects(authorised(robek_members=["aukra"])) == (loan, decision, Subject("member", "aukra"))
    assert subjects(authorised(robek_members="unknown", decision_id="unknown")) == (loan,)
