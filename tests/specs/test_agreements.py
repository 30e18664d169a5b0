"""Services and agreements: refusals in order of precedence, and what lies just on the right side of each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain.agreements import ServiceAgreementConcluded, ServiceAgreementTerminated, ServiceRegistered
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.members import MemberAdmitted, MemberDeparted
from domain.vocabulary import Holder
from tests.spec import TODAY, At, Given, at, command, seal
from tests.specs.agreement_books import BASIS, IMPORTED, TERMS, UNIT, book, concluded

# Services ---------------------------------------------------------------------------------

PHONE: dict[str, Any] = {"service_id": "phone", "name": "Telefoni", "group": "infrastructure"}


def register(**fields: Any) -> Any:
    """Returns a command to register a telephone service."""
    return command("service.register", **{**PHONE, **fields})


def registered(**fields: Any) -> ServiceRegistered:
    """Returns the event it leads to."""
    return ServiceRegistered.model_validate({**PHONE, **fields})


def test_a_service_is_registered_once() -> None:
    told = {"consumers": ("aukra", "sunndal"), "owner_office": "manager", "statutory": False}
    after = book().when(register(**told)).then(registered(**told))
    service = after.state.agreements.services["phone"]
    assert (service.entry, service.consumers.certain(TODAY)) == (6, ("aukra", "sunndal"))
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


# Terminating ------------------------------------------------------------------------------


def terminate(**fields: Any) -> Any:
    """Returns a command to end the agreement, complete but for what `fields` change."""
    known: dict[str, Any] = {
        "agreement_id": "sla",
        "by": {"kind": "member", "id": "aukra"},
        "notice_given_on": "2026-11-24",
        "exit_plan": "Data leveres ut.",
    }
    return command("service_agreement.terminate", **{**known, **fields})


def terminated(**fields: Any) -> ServiceAgreementTerminated:
    """Returns the event it leads to."""
    known: dict[str, Any] = {
        "agreement_id": "sla",
        "by": Holder(kind="member", id="aukra"),
        "notice_given_on": date(2026, 11, 24),
        "exit_plan": seal("Data leveres ut."),
    }
    return ServiceAgreementTerminated.model_validate({**known, **fields})


def in_force(given: Given, *days: str) -> list[bool | None]:
    """Returns whether the agreement is in force on each day; None where that is uncertain."""
    return [given.state.agreements.agreements["sla"].life.on(date.fromisoformat(day)) for day in days]


def test_an_ended_agreement_stays_ended() -> None:
    after = book(concluded()).when(terminate(effective="2027-01-01")).then(terminated())
    assert in_force(after, "2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01") == [False, True, True, False]
    refused = after.when(terminate(effective="2027-06-01")).then_rejected(
        "agreement.already_terminated", agreement_id="sla", ended="2027-01-01"
    )
    assert (refused.nature, refused.entries) == ("fact", (6, 7))
    after.when(conclude()).then_rejected("agreement.already_concluded")


def test_which_agreements_are_in_force_is_answered_for_any_day() -> None:
    rough = concluded("2026-03-01", "2026-06-01", agreement_id="b-rough")
    dated = concluded("2026-01-01", agreement_id="a-dated", until=date(2026, 4, 30))
    agreements = book(rough, dated, concluded(agreement_id="c-open")).state.agreements

    def on(day: str) -> tuple[list[str], list[str]]:
        present = agreements.in_force(date.fromisoformat(day))
        return [a.agreement_id for a in present.certain], [a.agreement_id for a in present.possible]

    assert on("2025-12-31") == ([], [])
    assert on("2026-01-01") == (["a-dated", "c-open"], [])
    assert on("2026-04-30") == (["a-dated", "c-open"], ["b-rough"])
    assert on("2026-05-01") == (["c-open"], ["b-rough"])
    assert on("2026-06-01") == (["b-rough", "c-open"], [])


def test_a_rough_beginning_does_not_outlive_an_exact_end() -> None:
    rough = concluded("2013-09-26", "2018-11-15", until=date(2016, 12, 31))
    assert in_force(book(rough), "2013-09-26", "2016-12-31", "2017-01-01", "2019-01-01") == [None, None, False, False]


def test_only_an_agreement_in_the_book_ends() -> None:
    refused = book().when(terminate()).then_rejected("agreement.unknown_agreement", agreement_id="sla")
    assert refused.nature == "fact"
    stray = at("2026-11-24", terminated())
    assert len(book(stray).state.agreements.agreements) == 0


def test_an_agreement_that_has_expired_is_not_ended_again() -> None:
    before = book(concluded(until=date(2026, 12, 31)))
    refused = before.when(terminate(effective="2027-01-01")).then_rejected(
        "agreement.already_expired", agreement_id="sla", last_day="2026-12-31"
    )
    assert (refused.nature, refused.entries) == ("fact", (6,))
    before.when(terminate(effective="2026-12-31")).then(terminated())


def test_an_agreement_ends_after_it_begins() -> None:
    before = book(concluded("2027-01-01"))
    refused = before.when(terminate(effective="2027-01-01")).then_rejected(
        "agreement.period_empty", agreement_id="sla", begins="2027-01-01", last_day="2026-12-31"
    )
    assert refused.nature == "fact"
    before.when(terminate(effective="2027-01-02")).then(terminated())


@pytest.mark.parametrize(
    ("by", "is_party"),
    [
        (Holder(kind="member", id="molde"), True),
        (Holder(kind="collaboration", id="ror-ikt"), True),
        (Holder(kind="member", id="midsund"), False),
        (Holder(kind="office", id="manager"), False),
        (Holder(kind="office", id="molde"), False),
    ],
)
def test_a_party_ends_the_agreement(by: Holder, *, is_party: bool) -> None:
    sent = book(concluded()).when(terminate(by=by.model_dump()))
    if is_party:
        sent.then(terminated(by=by))
        return
    refused = sent.then_rejected("agreement.not_a_party", agreement_id="sla", kind=by.kind, id=by.id)
    assert (refused.nature, refused.entries) == ("rule", (6,))


def test_notice_comes_before_the_end() -> None:
    before = book(concluded())
    refused = before.when(terminate(notice_given_on="2026-11-25")).then_rejected(
        "agreement.notice_after_end", agreement_id="sla", notice_given_on="2026-11-25", ended="2026-11-24"
    )
    assert refused.nature == "rule"
    before.when(terminate()).then(terminated())


def test_a_source_need_not_show_notice_or_exit_plan() -> None:
    before = book(concluded("2020-01-01"))
    assert (
        before.when(terminate(notice_given_on="unknown")).then_rejected("agreement.notice_unknown").nature == "unknown"
    )
    assert before.when(terminate(exit_plan=None)).then_rejected("agreement.exit_plan_missing").nature == "rule"
    sent = terminate(notice_given_on="unknown", exit_plan=None, effective="2022-01-01", **IMPORTED)
    before.when(sent).then(
        terminated(notice_given_on="unknown", exit_plan=None),
        unverified=["agreement.notice_unknown", "agreement.exit_plan_missing"],
    )


def test_objections_to_an_end_come_in_order() -> None:
    before = book(
        concluded("2027-01-01", until=date(2027, 6, 30)),
        concluded(agreement_id="ended"),
        at("2026-11-01", terminated(agreement_id="ended")),
    )
    wrong: dict[str, Any] = {
        "agreement_id": "none",
        "by": {"kind": "member", "id": "midsund"},
        "effective": "2027-07-01",
        "notice_given_on": "2027-08-01",
        "exit_plan": None,
    }
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("agreement.unknown_agreement", {"agreement_id": "ended"}),
        ("agreement.already_terminated", {"agreement_id": "sla"}),
        ("agreement.already_expired", {"effective": "2027-01-01"}),
        ("agreement.period_empty", {"effective": "2027-06-30"}),
        ("agreement.not_a_party", {"by": UNIT.model_dump()}),
        ("agreement.notice_after_end", {"notice_given_on": "unknown"}),
        ("agreement.notice_unknown", {"notice_given_on": "2027-06-30"}),
        ("agreement.exit_plan_missing", {"exit_plan": "Data leveres ut."}),
    ]
    natures = []
    for code, repair in ladder:
        natures.append(before.when(terminate(**wrong)).then_rejected(code).nature)
        wrong |= repair
    assert natures == [*["fact"] * 4, "rule", "rule", "unknown", "rule"]
    before.when(terminate(**wrong)).decide()


def test_an_end_touches_the_agreement_and_whoever_ended_it() -> None:
    assert subjects(terminated()) == (Subject("agreement", "sla"), Subject("member", "aukra"))
    assert subjects(terminated(by=UNIT)) == (Subject("agreement", "sla"),)
