"""Services and agreements: refusals in order of precedence, and what lies just on the right side of each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.agreements import ServiceAgreementConcluded, ServiceRegistered
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.members import MemberAdmitted, MemberDeparted
from domain.vocabulary import Holder
from tests.spec import TODAY, At, at, command
from tests.specs.agreement_books import BASIS, IMPORTED, TERMS, book, concluded

# Services ---------------------------------------------------------------------------------

PHONE: dict[str, Any] = {"service_id": "phone", "name": "Telefoni", "group": "infrastructure"}


def register(**fields: Any) -> Any:
    """Returns a command to register a telephone service."""
    return command("service.register", **{**PHONE, **fields})


def registered(**fields: Any) -> ServiceRegistered:
    """Returns the event it leads to."""
    return ServiceRegistered.model_validate({**PHONE, **fields})


def test_a_service_is_registered_once() -> None:
    told = {"consumers": ("aukra", "sunndal"), "owner_office": "manager", "statutory": False, "ambition": "strategic"}
    after = book().when(register(**told)).then(registered(**told))
    service = after.state.agreements.services["phone"]
    assert (service.entry, service.consumers.certain(TODAY)) == (6, ("aukra", "sunndal"))
    assert service.ambition == "strategic"
    assert subjects(registered(**told)) == (
        Subject("service", "phone"),
        Subject("member", "aukra"),
        Subject("member", "sunndal"),
        Subject("office", "manager"),
    )
    assert subjects(registered()) == (Subject("service", "phone"),)


def test_objections_to_a_service_come_in_order() -> None:
    wrong: dict[str, Any] = {"service_id": "desk", "consumers": ["eide", "aukra", "averoy"], "owner_office": "boss"}
    refused = book().when(register(**wrong)).then_rejected("service.already_registered", service_id="desk")
    assert (refused.nature, refused.entries) == ("fact", (4,))
    wrong["service_id"] = "phone"
    refused = (
        book()
        .when(register(**wrong))
        .then_rejected("service.unknown_consumer", service_id="phone", member_ids=["averoy", "eide"])
    )
    assert refused.nature == "fact"
    wrong["consumers"] = ["aukra"]
    refused = (
        book().when(register(**wrong)).then_rejected("service.unknown_office", service_id="phone", office_id="boss")
    )
    assert refused.nature == "fact"
    book().when(register()).then(registered())


# Concluding -------------------------------------------------------------------------------


def conclude(**fields: Any) -> Any:
    """Returns a command to conclude the agreement, complete but for what `fields` change."""
    return command("service_agreement.conclude", **{**TERMS, "basis": BASIS, **fields})


def event(**fields: Any) -> ServiceAgreementConcluded:
    """Returns the event it leads to."""
    told = concluded(**fields).event
    assert isinstance(told, ServiceAgreementConcluded)
    return told


def test_an_agreement_is_concluded_once() -> None:
    after = book().when(conclude()).then(event())
    refused = after.when(conclude(name="En annen")).then_rejected("agreement.already_concluded", agreement_id="sla")
    assert (refused.nature, refused.entries) == ("fact", (6,))


def test_an_agreement_touches_everyone_and_everything_it_names() -> None:
    touched = (("agreement", "sla"), ("member", "aukra"), ("member", "molde"), ("service", "desk"))
    assert subjects(event()) == tuple(Subject(*pair) for pair in touched)
    office = event(provider=Holder(kind="office", id="manager"), customers=["aukra"], services=[])
    assert subjects(office) == (Subject("agreement", "sla"), Subject("office", "manager"), Subject("member", "aukra"))


@pytest.mark.parametrize("kind_and_id", [("member", "molde"), ("body", "board"), ("office", "manager")])
def test_the_provider_is_someone_the_book_knows(kind_and_id: tuple[str, str]) -> None:
    kind, provider_id = kind_and_id
    known = {"kind": kind, "id": provider_id}
    book().when(conclude(provider=known)).then(event(provider=Holder.model_validate(known)))
    refused = (
        book()
        .when(conclude(provider={"kind": kind, "id": "nobody"}))
        .then_rejected("agreement.unknown_provider", agreement_id="sla", kind=kind, id="nobody")
    )
    assert refused.nature == "fact"


def test_customers_and_services_are_known() -> None:
    refused = (
        book()
        .when(conclude(customers=["eide", "aukra"]))
        .then_rejected("agreement.unknown_customer", agreement_id="sla", member_ids=["eide"])
    )
    assert refused.nature == "fact"
    refused = (
        book()
        .when(conclude(services=["desk", "cars"]))
        .then_rejected("agreement.unknown_service", agreement_id="sla", service_ids=["cars"])
    )
    assert refused.nature == "fact"


def test_an_external_customer_is_a_member_in_this_sense() -> None:
    book().when(conclude(customers=["sunndal"])).then(event(customers=["sunndal"]))


def test_a_period_has_at_least_a_day() -> None:
    today, before = TODAY.isoformat(), (TODAY - timedelta(days=1)).isoformat()
    book().when(conclude(until=today)).then(event(until=TODAY))
    rough = {"earliest": "2013-09-26", "latest": "2018-11-15"}
    book().when(conclude(until="2013-09-26", effective=rough, **IMPORTED)).then(event(until=date(2013, 9, 26)))
    book().when(conclude(until="2013-09-25", effective=rough, **IMPORTED)).then_rejected(
        "agreement.period_empty", begins="2013-09-26", last_day="2013-09-25"
    )
    refused = (
        book()
        .when(conclude(until=before))
        .then_rejected("agreement.period_empty", agreement_id="sla", begins=today, last_day=before)
    )
    assert refused.nature == "fact"


def departed(day: str, latest: str | None = None) -> At:
    """Returns that Aukra left."""
    return at(day, MemberDeparted(member_id="aukra", cause="withdrawn"), latest)


def test_a_customer_is_a_member_on_the_day() -> None:
    refused = (
        book(departed("2026-11-24"))
        .when(conclude())
        .then_rejected("agreement.customer_not_a_member", agreement_id="sla", member_ids=["aukra"], on="2026-11-24")
    )
    assert (refused.nature, refused.entries) == ("rule", (1, 6))
    book(departed("2026-11-25")).when(conclude()).then(event())


def test_a_customer_that_is_only_possibly_a_member_is_uncertain() -> None:
    joining = at("2026-11-01", MemberAdmitted(member_id="eide", name="Eide"), "2026-11-25")
    refused = (
        book(joining)
        .when(conclude(customers=["eide"]))
        .then_rejected("agreement.customer_uncertain", agreement_id="sla", member_ids=["eide"], on="2026-11-24")
    )
    assert (refused.nature, refused.entries) == ("unknown", (6,))
    book(joining).when(conclude(customers=["eide"], effective="2026-11-25")).then(event(customers=["eide"]))


def test_an_agreement_with_a_rough_date_may_be_from_before_the_customer_left() -> None:
    rough = {"earliest": "2019-12-31", "latest": "2022-01-01"}
    sent = conclude(effective=rough, **IMPORTED)
    book(departed("2020-01-01")).when(sent).then(event(), unverified=["agreement.customer_uncertain"])
    book(departed("2019-12-31")).when(sent).then_rejected("agreement.customer_not_a_member")
    joined = at("2020-06-01", MemberAdmitted(member_id="eide", name="Eide"))
    book(joined, at("2020-07-01", MemberDeparted(member_id="eide", cause="withdrawn"))).when(
        conclude(customers=["eide"], effective=rough, **IMPORTED)
    ).then(event(customers=["eide"]), unverified=["agreement.customer_uncertain"])


@pytest.mark.parametrize(
    ("silent", "code"),
    [({"review_months": "unknown"}, "agreement.review_interval_missing"), ({"basis": []}, "agreement.basis_missing")],
)
def test_what_a_source_does_not_show_is_imported_unverified(silent: dict[str, Any], code: str) -> None:
    refused = book().when(conclude(**silent)).then_rejected(code, agreement_id="sla")
    assert refused.nature == "unknown"
    terms = {key: value for key, value in silent.items() if key != "basis"}
    book().when(conclude(**{**IMPORTED, **silent})).then(event(**terms), unverified=[code])


def test_objections_to_an_agreement_come_in_order() -> None:
    before = book(
        concluded(),
        departed("2026-11-01"),
        at("2026-11-24", MemberAdmitted(member_id="eide", name="Eide"), "2027-01-01"),
    )
    wrong: dict[str, Any] = {
        "customers": ["nobody", "aukra", "eide"],
        "provider": {"kind": "body", "id": "nobody"},
        "services": ["cars"],
        "until": "2026-01-01",
        "review_months": "unknown",
        "basis": [],
    }
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("agreement.already_concluded", {"agreement_id": "sla-2"}),
        ("agreement.unknown_customer", {"customers": ["aukra", "eide"]}),
        ("agreement.unknown_provider", {"provider": {"kind": "body", "id": "board"}}),
        ("agreement.unknown_service", {"services": ["mail"]}),
        ("agreement.period_empty", {"until": "2027-12-31"}),
        ("agreement.customer_not_a_member", {"customers": ["eide"]}),
        ("agreement.customer_uncertain", {"customers": ["molde"]}),
        ("agreement.review_interval_missing", {"review_months": 6}),
        ("agreement.basis_missing", {"basis": BASIS}),
    ]
    natures = []
    for code, repair in ladder:
        natures.append(before.when(conclude(**wrong)).then_rejected(code).nature)
        wrong |= repair
    assert natures == [*["fact"] * 5, "rule", *["unknown"] * 3]
    before.when(conclude(**wrong)).decide()
