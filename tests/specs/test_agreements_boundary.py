"""The service level as the boundary of authority: an act on a service is within the agreement, or it is refused."""

from __future__ import annotations

from typing import Any

from domain.agreements import ServiceAgreementConcluded, ServiceRegistered, ServiceRetired
from domain.authority import AuthorityExercised, ChainLink
from domain.authority.terms import Condition
from domain.vocabulary import Holder
from tests.spec import Given, at, command
from tests.specs.agreement_books import BASIS, book, concluded
from tests.specs.body_books import COUNCIL, MANAGER, governed, granted, imported, seated

BOUND = (Condition(kind="service_level", agreement_id="sla"),)


def agreed(*services: str, day: str = "2023-01-01", latest: str | None = None) -> Given:
    """Returns a book whose manager may spend within an agreement on these services."""
    agreement = ServiceAgreementConcluded(
        agreement_id="sla",
        name="SLA",
        provider=Holder(kind="collaboration", id="this"),
        customers=("aukra",),
        services=services,
    )
    catalogue = (ServiceRegistered(service_id=i, name=i, group="operations") for i in ("desk", "mail"))
    return governed(
        granted("g-1", COUNCIL, MANAGER, conditions=BOUND),
        seated("p-1", office_id="manager"),
        *(at("2022-01-01", service) for service in catalogue),
        at(day, agreement, latest),
    )


def act(**fields: Any) -> Any:
    """Returns a command by which the manager spends on the desk in the summer of 2023."""
    known = {
        "act_id": "a-1",
        "title": "Innkjøp",
        "actor": MANAGER.model_dump(),
        "power": "spend",
        "service_id": "desk",
        "effective": "2023-06-01",
    }
    return command("authority.exercise", **{**known, **fields})


def decided(**fields: Any) -> Any:
    """Returns a command by which the manager decides on the desk."""
    known = {
        "decision_id": "d-1",
        "title": "Innkjøp",
        "office_id": "manager",
        "grant_id": "g-1",
        "kind": "resolution",
        "service_id": "desk",
        "effective": "2023-06-01",
    }
    return command("decision.make", **{**known, **fields})


def test_an_act_on_a_service_of_the_agreement_is_within_it() -> None:
    after = (
        agreed("desk")
        .when(act())
        .then(
            AuthorityExercised(
                act_id="a-1",
                title="Innkjøp",
                actor=MANAGER,
                power="spend",
                grant_id="g-1",
                chain=(ChainLink(grant_id="g-1", entry=9),),
                service_id="desk",
            )
        )
    )
    after.when(act(act_id="a-2", service_id=None)).decide()


def test_an_act_on_another_service_is_outside() -> None:
    refused = (
        agreed("desk")
        .when(act(service_id="mail"))
        .then_rejected(
            "authority.outside_service_level", grant_id="g-1", agreement_id="sla", service_id="mail", on="2023-06-01"
        )
    )
    assert (refused.nature, refused.entries) == ("rule", (9, 13))


def test_an_act_before_the_agreement_is_in_force_is_outside() -> None:
    agreed("desk").when(act(effective="2023-01-01")).decide()
    agreed("desk").when(act(effective="2022-12-31")).then_rejected("authority.outside_service_level")


def test_an_agreement_that_is_silent_or_only_possibly_in_force_leaves_it_unknown() -> None:
    for vague in (agreed(), agreed("desk", latest="2023-06-02")):
        refused = vague.when(act()).then_rejected("authority.service_level_uncertain", service_id="desk")
        assert refused.nature == "unknown"
        decision = vague.when(act(**imported("2023-06-01", "2023-06-01"))).decide()
        assert "authority.service_level_uncertain" in decision.ruling.unverified


def test_a_decision_is_held_to_the_same_boundary() -> None:
    agreed("mail").when(decided()).then_rejected("authority.outside_service_level", service_id="desk")
    agreed("desk").when(decided()).decide()


def test_nothing_is_agreed_on_a_service_that_was_retired() -> None:
    terms = {
        "agreement_id": "sla-2",
        "name": "SLA",
        "provider": {"kind": "collaboration", "id": "this"},
        "customers": ["aukra"],
        "services": ["mail"],
        "review_months": 12,
        "basis": BASIS,
    }
    before = book(concluded(), at("2026-11-24", ServiceRetired(service_id="mail")))
    refused = before.when(command("service_agreement.conclude", **terms)).then_rejected(
        "agreement.service_retired", service_ids=["mail"]
    )
    assert (refused.nature, refused.entries) == ("rule", (5,))
    before.when(command("service_agreement.conclude", effective="2026-11-23", **terms)).decide()
