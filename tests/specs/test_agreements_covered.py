"""Budget cover: what versions of service levels and prices, and decisions, take of one line is added together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.agreements import (
    BudgetEffect,
    PriceItem,
    PriceTermsRevised,
    ServiceAgreementTerminated,
    ServiceLevelRevised,
)
from domain.budgets import BudgetAdopted, BudgetAmended, LineDelta
from domain.decisions import DecisionMade, DecisionReversed
from domain.vocabulary import Holder
from tests.spec import At, Given, at, command, given, seal
from tests.specs.agreement_books import BASIS, book, concluded
from tests.specs.body_books import body, founded

ITEM: dict[str, Any] = {
    "item_id": "user", "name": "Per bruker", "group": "operations", "unit": "bruker", "price_ore": 480_000,
}  # fmt: skip


def budget(amount: int = 100, year: int = 2027) -> At:
    """Returns a budget with so much on the lines `drift` and `nett` each."""
    lines = tuple(
        {"line_id": line_id, "name": line_id, "part": "operating", "direction": direction, "amounts": (of,)}
        for line_id, direction, of in (
            ("drift", "expense", amount),
            ("nett", "expense", amount),
            ("salg", "income", 2 * amount),
        )
    )
    told = {"year": year, "lines": lines, "new_loans": 0, "decision_id": "unknown"}
    return at("2026-11-01", BudgetAdopted.model_validate(told))


def amended(more: int) -> At:
    """Returns an amendment that gives the line `drift` more, and takes in as much."""
    deltas = tuple(LineDelta(line_id=line_id, amounts=(more,)) for line_id in ("drift", "salg"))
    event = BudgetAmended(year=2027, amendment_no=1, deltas=deltas, cause=seal("Dyrere."), decision_id="unknown")
    return at("2026-11-21", event)


def effect(amount: int, **where: Any) -> BudgetEffect:
    """Returns what a version takes of the line."""
    return BudgetEffect.model_validate({"year": 2027, "line_id": "drift", "amount": amount, **where})


def level(version: int, amount: int, agreement_id: str = "sla", by: str | None = None, **where: Any) -> At:
    """Returns that a version of the service levels took so much, resting on the decision `by` if one is given."""
    costs = effect(amount, **where)
    event = ServiceLevelRevised(agreement_id=agreement_id, sla_version=version, name="SLA", budget_effect=costs)
    return at("2026-11-10", event, by=by)


def priced(version: int, amount: int, agreement_id: str = "sla", by: str | None = None) -> At:
    """Returns that a version of the prices took so much."""
    items = (PriceItem.model_validate(ITEM),)
    event = PriceTermsRevised(
        agreement_id=agreement_id, price_version=version, items=items, budget_effect=effect(amount)
    )
    return at("2026-11-10", event, by=by)


def charged(decision_id: str, amount: int, **charge: Any) -> At:
    """Returns a decision charged to the line."""
    told = {"decision_id": decision_id, "title": "Kjøp", "kind": "resolution", "body_id": "board", "text": None}
    on = {"year": 2027, "line_id": "drift", **charge}
    return at("2026-11-10", DecisionMade.model_validate({**told, "amount": amount, "charge": on}))


def revise(amount: int, version: int = 1, **fields: Any) -> Any:
    """Returns a command to lay down a version of the service levels that takes so much."""
    known: dict[str, Any] = {"agreement_id": "sla", "sla_version": version, "name": "SLA", "basis": BASIS}
    told = {"budget_effect": {"year": 2027, "line_id": "drift", "amount": amount}}
    return command("service_level.revise", **{**known, **told, **fields})


def price(amount: int, version: int = 1, **fields: Any) -> Any:
    """Returns a command to lay down a version of the prices that takes so much."""
    known: dict[str, Any] = {"agreement_id": "sla", "price_version": version, "items": [ITEM], "basis": BASIS}
    told = {"budget_effect": {"year": 2027, "line_id": "drift", "amount": amount}}
    return command("price_terms.revise", **{**known, **told, **fields})


def test_what_earlier_versions_took_is_no_longer_there() -> None:
    before = book(concluded(), budget(), level(1, 60))
    before.when(revise(40, version=2)).decide()
    refused = before.when(revise(41, version=2)).then_rejected(
        "agreement.budget_effect_not_covered",
        year=2027,
        line_id="drift",
        amount_ore=41,
        budgeted_ore=100,
        taken_ore=60,
        available_ore=40,
        missing_ore=1,
        amendment_no=1,
    )
    assert (refused.nature, refused.entries) == ("rule", (7, 8))


def test_of_450_000_with_250_000_taken_another_250_000_is_refused_naming_50_000() -> None:
    before = book(concluded(), budget(450_000_00), level(1, 250_000_00))
    before.when(price(250_000_00)).then_rejected(
        "price_terms.exceeds_frame_without_amendment",
        amount_ore=250_000_00,
        available_ore=200_000_00,
        missing_ore=50_000_00,
        amendment_no=1,
    )


def test_prices_levels_and_other_agreements_take_of_the_same_line() -> None:
    other = concluded(agreement_id="other")
    before = book(concluded(), other, budget(), level(1, 20), priced(1, 30, agreement_id="other"))
    before.when(price(50)).decide()
    refused = before.when(price(51)).then_rejected(
        "price_terms.exceeds_frame_without_amendment", taken_ore=50, available_ore=50, missing_ore=1
    )
    assert refused.entries == (8, 9, 10)
    before.when(revise(50, version=2)).decide()
    before.when(revise(51, version=2)).then_rejected("agreement.budget_effect_not_covered", missing_ore=1)


def test_another_line_and_another_year_are_another_matter() -> None:
    before = book(concluded(), budget(), budget(year=2028), level(1, 100, line_id="nett"), level(2, 100, year=2028))
    before.when(revise(100, version=3)).decide()


def test_a_saving_gives_back_and_is_never_refused() -> None:
    before = book(concluded(), budget(), level(1, 90), level(2, -20))
    before.when(revise(30, version=3)).decide()
    before.when(revise(31, version=3)).then_rejected("agreement.budget_effect_not_covered", taken_ore=70)
    overspent = book(concluded(), budget(), level(1, 150))
    overspent.when(revise(-1, version=2)).decide()
    overspent.when(revise(0, version=2)).decide()
    overspent.when(revise(1, version=2)).then_rejected(
        "agreement.budget_effect_not_covered", available_ore=-50, missing_ore=51
    )


def test_an_amendment_makes_room_for_the_next_change() -> None:
    before = book(concluded(), budget(), amended(25), level(1, 100))
    before.when(price(25)).decide()
    before.when(price(26)).then_rejected("price_terms.exceeds_frame_without_amendment", missing_ore=1, amendment_no=2)


def test_an_agreement_that_is_over_before_the_year_takes_nothing_of_it() -> None:
    for ends, free in (("2027-01-01", True), ("2027-01-02", False)):
        by = Holder(kind="member", id="aukra")
        ended = at(ends, ServiceAgreementTerminated(agreement_id="other", by=by))
        before = book(concluded(), concluded(agreement_id="other"), budget(), level(1, 100, "other"), ended)
        if free:
            before.when(revise(100)).decide()
        else:
            before.when(revise(1)).then_rejected("agreement.budget_effect_not_covered", taken_ore=100)
    expiring = concluded(agreement_id="other", until=date(2026, 12, 31))
    book(concluded(), expiring, budget(), level(1, 100, "other")).when(revise(100)).decide()


def test_what_decisions_are_charged_with_counts() -> None:
    before = book(concluded(), budget(), charged("d-1", 70), charged("d-2", 70, line_id="nett"))
    before.when(revise(30)).decide()
    refused = before.when(revise(31)).then_rejected("agreement.budget_effect_not_covered", taken_ore=70, missing_ore=1)
    assert refused.entries == (7, 8)
    reversed_ = at(
        "2026-11-11", DecisionReversed(decision_id="d-1", by=Holder(kind="body", id="board"), legal_basis="Omgjøring")
    )
    before.and_(reversed_).when(revise(100)).decide()


@pytest.mark.parametrize(("amount", "taken"), [(70, 70), (40, 70), (90, 90)])
def test_a_decision_and_the_version_that_carries_it_out_are_the_same_money(amount: int, taken: int) -> None:
    before = book(concluded(), budget(), charged("d-1", 70), level(1, amount, by="d-1"))
    before.when(price(100 - taken)).decide()
    before.when(price(101 - taken)).then_rejected("price_terms.exceeds_frame_without_amendment", taken_ore=taken)


def test_a_version_that_carries_out_a_decision_needs_cover_for_what_is_beyond_it_only() -> None:
    basis = [{"kind": "decision", "ref": "d-1"}]
    before = book(concluded(), budget(), charged("d-1", 70), level(1, 30))
    before.when(revise(70, version=2, basis=basis)).decide()
    before.when(revise(71, version=2, basis=basis)).then_rejected(
        "agreement.budget_effect_not_covered", amount_ore=71, taken_ore=30, available_ore=70, missing_ore=1
    )
    half = before.and_(level(2, 40, by="d-1"))
    half.when(price(30, basis=basis)).decide()
    half.when(price(31, basis=basis)).then_rejected("price_terms.exceeds_frame_without_amendment", taken_ore=70)


def decide(before: Given, amount: int) -> Any:
    """Returns a decision on so much of the line, sent to a book."""
    told = {"decision_id": "d-9", "title": "Kjøp", "body_id": "board", "vote": {"form": "unanimous"}}
    on = {"year": 2027, "line_id": "drift"}
    return before.when(command("decision.make", **told, amount=amount, charge=on))


def test_a_decision_is_charged_to_what_agreements_have_left() -> None:
    facts = concluded(), budget(), charged("d-1", 20), level(1, 20, by="d-1"), priced(1, 30)
    before = given(founded("ko"), body("board", "working_committee"), *facts)
    decide(before, 50).decide()
    refused = decide(before, 51).then_rejected(
        "decision.budget_exceeded", amount_ore=51, budgeted_ore=100, decided_ore=50, missing_ore=1
    )
    assert (refused.law, refused.entries) == ("kommuneloven § 14-5", (4, 5, 6, 7))
