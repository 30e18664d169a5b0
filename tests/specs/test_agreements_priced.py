"""Product groups, prices, reviews and services that are retired: what is accepted, and every refusal in order."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.agreements import (
    BudgetEffect,
    PriceItem,
    PriceTermsRevised,
    ProductGroupDefined,
    ServiceAgreementTerminated,
    ServiceRegistered,
    ServiceRetired,
    ServiceReviewHeld,
)
from domain.agreements.reviews import due, months_after
from domain.budgets import BudgetAdopted
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.vocabulary import Holder
from tests.spec import At, at, command, seal
from tests.specs.agreement_books import BASIS, IMPORTED, book, concluded, service
from tests.specs.test_agreements_measured import JUNE, RAISED, measured

# Product groups ------------------------------------------------------------------------------

OPERATIONS = ProductGroupDefined(group="operations", pricing_model="price_per_performance")
BOUGHT = ProductGroupDefined(group="procurement", pricing_model="pass_through")


def define(group: str = "operations", pricing_model: str = "price_per_performance") -> Any:
    """Returns a command to lay down a product group."""
    return command("product_group.define", group=group, pricing_model=pricing_model)


def test_a_product_group_has_its_own_pricing_model_and_is_laid_down_once() -> None:
    after = book().when(define()).then(OPERATIONS)
    assert after.when(define(pricing_model="fixed")).then_rejected("product_group.already_defined").entries == (6,)
    refused = (
        book()
        .when(define(pricing_model="fixed"))
        .then_rejected("product_group.pricing_model_mismatch", expected="price_per_performance")
    )
    assert refused.nature == "rule"
    assert subjects(OPERATIONS) == (Subject("product_group", "operations"),)


def test_a_service_belongs_to_a_group_that_is_laid_down_once_any_is() -> None:
    fields = {"service_id": "buy", "name": "Innkjøp", "group": "procurement"}
    told = ServiceRegistered(service_id="buy", name="Innkjøp", group="procurement")
    book().when(command("service.register", **fields)).then(told)
    some = book(at("2026-01-01", OPERATIONS))
    refused = some.when(command("service.register", **fields)).then_rejected("service.unknown_group")
    assert (refused.nature, refused.entries) == ("rule", (6,))
    some.and_(at("2026-01-01", BOUGHT)).when(command("service.register", **fields)).then(told)


# Services that are retired -------------------------------------------------------------------


def retire(**fields: Any) -> Any:
    """Returns a command to take the mail service out of the catalogue."""
    return command("service.retire", **{"service_id": "mail", **fields})


def test_a_service_is_retired_once() -> None:
    after = (
        book().when(retire(successor_service="desk")).then(ServiceRetired(service_id="mail", successor_service="desk"))
    )
    assert after.when(retire()).then_rejected("service.already_retired").entries == (5, 6)
    assert after.state.agreements.services["mail"].life.on(date(2026, 11, 24)) is False
    again = at("2026-11-24", ServiceRetired(service_id="mail"))
    assert after.and_(again).state.agreements.services["mail"].successor_service == "desk"
    both = (Subject("service", "mail"), Subject("service", "desk"))
    assert subjects(ServiceRetired(service_id="mail", successor_service="desk")) == both


def test_objections_to_retiring_come_in_order() -> None:
    before = book(concluded(services=["mail"]))
    before.when(retire(service_id="cars")).then_rejected("service.unknown_service")
    before.when(retire(effective="2014-01-01", successor_service="mail")).then_rejected(
        "service.retired_before_registered", begins="2014-01-01"
    )
    for wrong in ("mail", "cars"):
        before.when(retire(successor_service=wrong)).then_rejected("service.unknown_successor", successor_service=wrong)
    refused = before.when(retire()).then_rejected("service.active_agreement", agreement_ids=["sla"])
    assert (refused.nature, refused.entries) == ("rule", (6,))
    ended = ServiceAgreementTerminated(agreement_id="sla", by=Holder(kind="member", id="aukra"))
    before.and_(at("2026-11-24", ended)).when(retire()).then(ServiceRetired(service_id="mail"))
    before.and_(at("2026-11-25", ended)).when(retire()).then_rejected("service.active_agreement")
    book(service("cars", "2014-01-01")).when(retire(service_id="cars", effective="2014-01-02")).decide()


# Prices --------------------------------------------------------------------------------------

ITEM: dict[str, Any] = {
    "item_id": "user",
    "name": "Per bruker",
    "group": "operations",
    "unit": "bruker",
    "price_ore": 480_000,
}
COST = {"year": 2027, "line_id": "drift", "amount": 250_000_00}


def prices(**fields: Any) -> Any:
    """Returns a command to lay down the first version of the prices."""
    known = {"agreement_id": "sla", "price_version": 1, "items": [ITEM], "basis": BASIS}
    return command("price_terms.revise", **{**known, **fields})


def priced(version: int = 1, **fields: Any) -> PriceTermsRevised:
    """Returns the event it leads to."""
    items = (PriceItem.model_validate(ITEM),)
    return PriceTermsRevised(agreement_id="sla", price_version=version, items=items, **fields)


def budget(amount: int) -> At:
    """Returns that a budget with an expense line of this amount was adopted."""
    lines = tuple(
        {"line_id": line_id, "name": line_id, "part": "operating", "direction": direction, "amounts": (amount,)}
        for line_id, direction in (("drift", "expense"), ("salg", "income"))
    )
    told = {"year": 2027, "lines": lines, "new_loans": 0, "decision_id": "unknown"}
    return at("2026-11-01", BudgetAdopted.model_validate(told))


def test_a_price_change_of_250_000_with_200_000_covered_is_refused_naming_50_000() -> None:
    refused = (
        book(concluded(), budget(200_000_00))
        .when(prices(budget_effect=COST))
        .then_rejected(
            "price_terms.exceeds_frame_without_amendment",
            year=2027,
            line_id="drift",
            amount_ore=250_000_00,
            available_ore=200_000_00,
            missing_ore=50_000_00,
            amendment_no=1,
        )
    )
    assert (refused.nature, refused.entries) == ("rule", (7,))
    one_short = book(concluded(), budget(249_999_99)).when(prices(budget_effect=COST))
    one_short.then_rejected("price_terms.exceeds_frame_without_amendment", missing_ore=1)
    effect = BudgetEffect(year=2027, line_id="drift", amount=250_000_00)
    covered = book(concluded(), budget(250_000_00)).when(prices(budget_effect=COST))
    covered.then(priced(budget_effect=effect))
    assert subjects(priced(budget_effect=effect)) == (Subject("agreement", "sla"), Subject("budget", "2027"))


def test_prices_follow_each_other() -> None:
    after = book(concluded()).when(prices()).then(priced())
    after = after.when(prices(price_version=2, effective="2027-01-01")).then(priced(2))
    line = after.state.agreements.prices["sla"]
    assert [terms and terms.price_version for terms in map(line.certain, (date(2026, 12, 31), date(2027, 1, 1)))] == [
        1,
        2,
    ]


def test_objections_to_prices_come_in_order() -> None:
    before = book(concluded(), at("2026-12-01", priced()), at("2026-01-01", OPERATIONS), budget(0))
    free = {**ITEM, "price_ore": None}
    wrong: dict[str, Any] = {
        "agreement_id": "sla-9",
        "items": [free, free],
        "basis": [],
        "budget_effect": {**COST, "line_id": "salg"},
        "effective": "2025-12-31",
    }
    ladder: list[tuple[str, str, dict[str, Any]]] = [
        ("agreement.unknown_agreement", "fact", {"agreement_id": "sla"}),
        ("price_terms.version_not_next", "fact", {"price_version": 2}),
        ("price_terms.item_listed_twice", "fact", {"items": [free]}),
        ("agreement.budget_line_unknown", "fact", {"budget_effect": COST}),
        ("agreement.not_in_force", "rule", {"effective": "2026-11-23"}),
        ("price_terms.effective_overlaps", "rule", {"effective": "2026-12-01"}),
        ("price_terms.pricing_model_mismatch", "rule", {"items": [ITEM]}),
        ("price_terms.exceeds_frame_without_amendment", "rule", {"budget_effect": {**COST, "amount": 0}}),
        ("agreement.basis_missing", "unknown", {"basis": BASIS}),
    ]
    for code, nature, repair in ladder:
        assert before.when(prices(**wrong)).then_rejected(code).nature == nature
        wrong |= repair
    before.when(prices(**wrong)).decide()


def test_a_price_applies_backwards_only_by_decision() -> None:
    before = book(concluded())
    document = [{"kind": "document", "ref": "avtale"}]
    before.when(prices(effective="2026-11-23", basis=document)).then_rejected(
        "price_terms.retroactive_price", effective="2026-11-23", today="2026-11-24"
    )
    before.when(prices(effective="2026-11-24", basis=document)).then(priced())
    before.when(prices(effective="2026-11-23")).then(priced())
    before.when(prices(effective="2026-02-01", **IMPORTED)).then(priced())


def test_what_is_passed_through_has_no_price_of_its_own() -> None:
    before = book(concluded(), at("2026-01-01", BOUGHT))
    bought = {**ITEM, "group": "procurement"}
    before.when(prices(items=[bought])).then_rejected(
        "price_terms.pricing_model_mismatch", item_id="user", pricing_model="pass_through"
    )
    before.when(prices(items=[{**bought, "price_ore": None}])).decide()
    before.when(prices()).then(priced())


# Reviews -------------------------------------------------------------------------------------


def review(**fields: Any) -> Any:
    """Returns a command to record a review today."""
    known = {
        "agreement_id": "sla",
        "customers_present": ["aukra"],
        "provider_present": True,
        "next_review": "2027-11-24",
    }
    return command("service_review.hold", **{**known, **fields})


def held(**fields: Any) -> ServiceReviewHeld:
    """Returns the event it leads to."""
    known: dict[str, Any] = {
        "agreement_id": "sla",
        "customers_present": ("aukra",),
        "provider_present": True,
        "next_review": date(2027, 11, 24),
    }
    return ServiceReviewHeld.model_validate({**known, **fields})


def test_a_review_is_held_with_both_parties_and_sets_the_next() -> None:
    after = book(concluded()).when(review(findings="Godt.")).then(held(findings=seal("Godt.")))
    assert after.when(review()).then_rejected("service_review.already_held").entries == (7,)
    agreements = after.state.agreements
    assert due(agreements.agreements["sla"], agreements.reviews) == date(2027, 11, 24)
    touched = (Subject("agreement", "sla"), Subject("member", "aukra"), Subject("office", "manager"))
    improvement = {"improvement_id": "i-1", "what": "Svare raskere", "owner_office": "manager"}
    assert subjects(held(improvements=(improvement,))) == touched


def test_what_the_parties_say_against_a_measurement_is_kept_as_a_warning() -> None:
    before = book(concluded(), *RAISED, at("2026-07-01", measured(JUNE, 1, "met")))
    said = [{"target_id": "uptime", "outcome": "missed"}]
    told = ({"target_id": "uptime", "outcome": "missed"},)
    before.when(review(reviewed=said)).then(held(reviewed=told, contradicted=("uptime",)))
    agreeing = ({"target_id": "uptime", "outcome": "met"},)
    before.when(review(reviewed=list(agreeing))).then(held(reviewed=agreeing))
    # What was measured after the review cannot contradict it.
    early = {"effective": "2026-06-29", "next_review": "2026-12-01"}
    expected = held(reviewed=told, next_review=date(2026, 12, 1))
    before.when(review(reviewed=said, **early)).then(expected)


def test_objections_to_a_review_come_in_order() -> None:
    before = book(concluded(), at("2026-11-25", held()))
    stranger = {"improvement_id": "i-1", "what": "Noe", "owner_office": "boss"}
    wrong: dict[str, Any] = {
        "agreement_id": "sla-9",
        "customers_present": ["sunndal"],
        "provider_present": False,
        "improvements": [stranger],
        "next_review": "2026-11-24",
        "effective": "2026-11-25",
    }
    ladder: list[tuple[str, str, dict[str, Any]]] = [
        ("agreement.unknown_agreement", "fact", {"agreement_id": "sla"}),
        ("service_review.already_held", "fact", {"effective": "2026-11-26"}),
        ("service_review.not_a_customer", "fact", {"customers_present": []}),
        ("service_review.unknown_office", "fact", {"improvements": []}),
        ("service_review.in_future", "fact", {"effective": "2025-12-31"}),
        ("agreement.not_in_force", "rule", {"effective": "2026-11-24"}),
        ("service_review.no_customer_present", "rule", {"customers_present": ["molde"]}),
        ("service_review.provider_absent", "rule", {"provider_present": True}),
        ("service_review.next_not_after", "fact", {"next_review": "2027-11-25"}),
        ("service_review.next_too_late", "rule", {"next_review": None}),
        ("service_review.next_missing", "unknown", {"next_review": "2027-11-24"}),
    ]
    for code, nature, repair in ladder:
        assert before.when(review(**wrong)).then_rejected(code).nature == nature
        wrong |= repair
    before.when(review(**wrong)).decide()


def test_the_next_review_is_due_by_what_was_set_or_by_the_agreement() -> None:
    agreements = book(concluded()).state.agreements
    agreement = agreements.agreements["sla"]
    assert due(agreement, agreements.reviews) == date(2027, 1, 1)
    silent = book(concluded(review_months="unknown")).state.agreements
    assert due(silent.agreements["sla"], silent.reviews) is None
    once = book(concluded(), at("2026-03-31", held(next_review=None))).state.agreements
    assert due(agreement, once.reviews) == date(2027, 3, 31)
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)
