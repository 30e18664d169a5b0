"""The power to contract: who may bind the collaboration to an agreement or end one, and what is not known of it."""

from __future__ import annotations

from typing import Any

import pytest

from domain.agreements import ServiceRegistered
from domain.authority import AuthorityRevoked
from domain.authority.terms import Condition
from domain.decisions import DecisionMade
from domain.vocabulary import Scope
from tests.spec import At, Given, at, command
from tests.specs.agreement_books import UNIT, concluded
from tests.specs.body_books import COUNCIL, MANAGER, governed, granted, seated

DOCUMENT = [{"kind": "document", "ref": "Avtale, signert"}]
DECIDED = [{"kind": "decision", "ref": "d-1"}]
BY_MANAGER = {"office": "manager"}
IN_OFFICE = seated("p-1", office_id="manager")


def book(*facts: At) -> Given:
    """Returns a book with a manager in office and two services."""
    catalogue = (ServiceRegistered(service_id=i, name=i, group="operations") for i in ("desk", "mail"))
    return governed(*(at("2022-01-01", service) for service in catalogue), IN_OFFICE, *facts)


def contract(**fields: Any) -> At:
    """Returns that the manager was given the power to contract, as `g-1`."""
    return granted("g-1", COUNCIL, MANAGER, **{"powers": ("contract",), **fields})


def conclude(**fields: Any) -> Any:
    """Returns a command by which the manager concludes an agreement on the desk."""
    known: dict[str, Any] = {
        "agreement_id": "sla",
        "name": "SLA",
        "provider": UNIT.model_dump(),
        "customers": ["aukra"],
        "services": ["desk"],
        "review_months": 12,
        "effective": "2023-06-01",
        "acted_by": BY_MANAGER,
        "basis": DOCUMENT,
    }
    return command("service_agreement.conclude", **{**known, **fields})


def terminate(**fields: Any) -> Any:
    """Returns a command by which the collaboration ends it."""
    known: dict[str, Any] = {
        "agreement_id": "sla",
        "by": UNIT.model_dump(),
        "notice_given_on": "2023-05-01",
        "exit_plan": "Data leveres ut.",
        "effective": "2023-06-01",
        "acted_by": BY_MANAGER,
    }
    return command("service_agreement.terminate", **{**known, **fields})


def decided(**fields: Any) -> At:
    """Returns that something was decided as `d-1`, by the council where nothing else is said."""
    maker = {} if "office_id" in fields else {"body_id": "council"}
    known = {"decision_id": "d-1", "title": "Avtale", "kind": "resolution", "text": None}
    return at("2023-05-02", DecisionMade.model_validate({**known, **maker, **fields}))


def revoked(day: str) -> At:
    """Returns that the grant `g-1` was taken back."""
    return at(day, AuthorityRevoked(grant_id="g-1"))


AGREED = concluded("2023-01-01", customers=["aukra"])


def test_an_office_with_the_power_to_contract_concludes_and_ends() -> None:
    book(contract()).when(conclude()).decide()
    book(contract(), AGREED).when(terminate()).decide()


def test_another_power_is_not_the_power_to_contract() -> None:
    refused = (
        book(contract(powers=("spend", "sign")))
        .when(conclude())
        .then_rejected(
            "agreement.no_authority_to_contract",
            agreement_id="sla",
            office_id="manager",
            grant_id="g-1",
            reasons=["authority.power_not_granted"],
            on="2023-06-01",
        )
    )
    assert (refused.nature, refused.entries) == ("rule", (book(contract()).number,))
    refused = book(contract(powers=("spend",)), AGREED).when(terminate()).then_rejected("agreement.no_authority")
    assert (refused.nature, refused.params["reasons"]) == ("rule", ["authority.power_not_granted"])


@pytest.mark.parametrize(
    ("scope", "customers", "services", "reason"),
    [
        (Scope(services=("desk",)), ["aukra"], ["desk"], None),
        (Scope(services=("desk",)), ["aukra"], ["desk", "mail"], "authority.outside_scope"),
        (Scope(services=("desk",)), ["aukra"], [], "authority.scope_unknown"),
        (Scope(members=("aukra",)), ["aukra"], ["desk"], None),
        (Scope(members=("aukra",)), ["aukra", "molde"], ["desk"], "authority.outside_scope"),
    ],
)
def test_the_grant_covers_every_service_and_every_customer(
    scope: Scope, customers: list[str], services: list[str], reason: str | None
) -> None:
    sent = book(contract(scope=scope)).when(conclude(customers=customers, services=services))
    if reason is None:
        sent.decide()
        return
    refused = sent.then_rejected("agreement.no_authority_to_contract", reasons=[reason])
    assert refused.nature == ("unknown" if reason == "authority.scope_unknown" else "rule")


def test_of_several_grants_one_must_carry_it_all() -> None:
    narrow = granted("g-2", COUNCIL, MANAGER, powers=("contract",), scope=Scope(services=("mail",)))
    both = {"services": ["desk", "mail"]}
    desk = contract(scope=Scope(services=("desk",)))
    book(desk, narrow).when(conclude(**both)).then_rejected("agreement.no_authority_to_contract")
    book(contract(), narrow).when(conclude(**both)).decide()


def test_a_grant_that_was_taken_back_gives_no_power() -> None:
    before = book(contract(), revoked("2023-05-01"))
    refused = before.when(conclude()).then_rejected("agreement.no_authority_to_contract")
    assert refused.params["reasons"] == ["authority.no_valid_grant_at_time"]
    assert refused.nature == "rule"


def test_what_a_source_does_not_show_of_the_power_is_imported_unverified() -> None:
    assert book().when(conclude()).then_rejected("agreement.no_authority_to_contract").nature == "unknown"
    source = {"mode": "import", "source": {"title": "Avtale", "read_on": "2026-05-02"}}
    assert book().when(conclude(**source)).decide().ruling.unverified == ("agreement.no_authority_to_contract",)
    nobody = conclude(acted_by=None)
    assert book().when(nobody).then_rejected("agreement.authority_unknown", agreement_id="sla").nature == "unknown"
    ruling = book().when(conclude(acted_by=None, **source)).decide().ruling
    assert ruling.unverified == ("agreement.authority_unknown",)
    silent = terminate(acted_by=None)
    assert book(AGREED).when(silent).then_rejected("agreement.authority_unknown").nature == "unknown"


def test_a_person_alone_says_nothing_of_the_power() -> None:
    book().when(conclude(acted_by={"person": "p-1"})).then_rejected("agreement.authority_unknown")


@pytest.mark.parametrize(
    "basis", [{"kind": "resolution", "ref": "sak-7"}, {"kind": "law", "ref": "brann- og eksplosjonsvernloven § 15"}]
)
def test_a_councils_resolution_or_a_provision_is_enough(basis: dict[str, str]) -> None:
    book().when(conclude(basis=[basis])).decide()
    book(AGREED).when(terminate(basis=[basis])).decide()


def test_a_body_that_decides_needs_no_grant() -> None:
    book(decided()).when(conclude(basis=DECIDED)).decide()
    book(AGREED, decided()).when(terminate(basis=DECIDED)).decide()
    book().when(conclude(acted_by={"body": "council"})).decide()


@pytest.mark.parametrize("kind", ["recommendation", "noted", "postponed"])
def test_a_decision_that_adopts_nothing_gives_no_power(kind: str) -> None:
    before = book(decided(kind=kind))
    before.when(conclude(basis=DECIDED, acted_by=None)).then_rejected("agreement.authority_unknown")
    before.when(conclude(basis=DECIDED)).then_rejected("agreement.no_authority_to_contract")


def test_an_office_that_decided_did_so_under_a_grant_with_the_power_to_contract() -> None:
    spend = granted("g-2", COUNCIL, MANAGER, powers=("spend",))
    for grant_id, carries in (("g-1", True), ("g-2", False)):
        made = decided(office_id="manager", grant_id=grant_id)
        sent = book(contract(), spend, made).when(conclude(basis=DECIDED, acted_by=None))
        if carries:
            sent.decide()
        else:
            refused = sent.then_rejected("agreement.no_authority_to_contract", grant_id="g-2", on="2023-05-02")
            assert refused.params["reasons"] == ["authority.power_not_granted"]


def test_the_chain_is_asked_on_the_day_the_office_decided() -> None:
    made = decided(office_id="manager", grant_id="g-1")
    later = revoked("2023-05-15")
    book(contract(), made, later).when(conclude(basis=DECIDED, acted_by=None)).decide()
    before = revoked("2023-05-01")
    book(contract(), made, before).when(conclude(basis=DECIDED, acted_by=None)).then_rejected(
        "agreement.no_authority_to_contract"
    )


def test_an_office_that_is_the_provider_ends_by_its_own_power() -> None:
    own = concluded("2023-01-01", customers=["aukra"], provider=MANAGER)
    sent = terminate(by=MANAGER.model_dump(), acted_by=None)
    book(contract(), own).when(sent).decide()
    book(own).when(sent).then_rejected("agreement.no_authority", office_id="manager")


def test_a_body_that_is_the_provider_or_a_member_that_is_a_customer_ends_on_its_own_account() -> None:
    board = {"kind": "body", "id": "council"}
    own = concluded("2023-01-01", customers=["aukra"], provider=board)
    book(own).when(terminate(by=board, acted_by=None)).decide()
    book(AGREED).when(terminate(by={"kind": "member", "id": "aukra"}, acted_by=None)).decide()


def test_an_agreement_a_grant_is_bound_by_does_not_narrow_the_power_to_contract() -> None:
    bound = contract(conditions=(Condition(kind="service_level", agreement_id="sla"),))
    book(bound).when(conclude(services=["mail"])).decide()
