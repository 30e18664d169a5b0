"""The departure checklist: what ties a member that leaves, what becomes of it, and that nothing is left open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.agreements import ServiceAgreementConcluded
from domain.authority import AuthorityGranted
from domain.bodies import BodyEstablished, OfficeEstablished, SeatVacated
from domain.collaboration import departure_checklist, subjects
from domain.kernel import Subject
from domain.members import AgreementMapping, MemberDeparted, MemberShare, SharesRestated, WithdrawalNoticeGiven
from domain.text import Share
from domain.vocabulary import GrantMapping, Holder, Scope
from tests.spec import At, Given, When, at, command, given
from tests.specs.constitution_books import SOURCE, all_resolved, founded, party, refusal, seated

MEMBERS = ("aukra", "molde", "rauma")
DAY = "2025-05-15"
THIS = Holder(kind="collaboration", id="this")
RAUMA = Holder(kind="member", id="rauma")
NOTICE = at("2024-05-15", WithdrawalNoticeGiven(member_id="rauma", departs_on=date(2025, 5, 15)))


def book(*facts: At) -> Given:
    """Returns a book of three members and a customer, one with a notice that is out on DAY, and these facts."""
    customer = party("sunndal", member_class="external_customer")
    return given(founded("host_admin", *MEMBERS, customer), NOTICE, *facts)


def depart(told: Given, day: Any = DAY, **fields: Any) -> When:
    """Returns a departure sent to a book."""
    sent = {"member_id": "rauma", "cause": "withdrawn", "effective": day, **fields}
    return told.when(command("member.depart", **sent))


def granted(grant_id: str, grantor: Holder = THIS, grantee: Holder = RAUMA, **fields: Any) -> At:
    """Returns a grant in force from 2020."""
    known = {"grant_id": grant_id, "grantor": grantor, "grantee": grantee, "powers": ("operate",), **fields}
    return at("2020-01-01", AuthorityGranted.model_validate(known))


def concluded(agreement_id: str, *customers: str, provider: Holder = THIS, latest: str | None = None) -> At:
    """Returns an agreement in force from 2020."""
    event = ServiceAgreementConcluded(
        agreement_id=agreement_id, name="Drift", provider=provider, customers=customers, services=()
    )
    return at("2020-01-01", event, latest)


def owning(version: str, day: str, **parts: int) -> At:
    """Returns shares laid down, in quarters."""
    shares = tuple(MemberShare(member_id=m, share=Share(numerator=n, denominator=4)) for m, n in parts.items())
    return at(day, SharesRestated(shares_version=version, shares=shares))


BOARD = at("2020-01-01", BodyEstablished(body_id="utvalg", name="Arbeidsutvalget", kind="working_committee"))


# What has to be settled -------------------------------------------------------------------


def test_a_member_with_nothing_open_leaves() -> None:
    depart(book()).then(MemberDeparted(member_id="rauma", cause="withdrawn"))


def test_a_seat_on_its_behalf_is_vacated_first() -> None:
    told = book(BOARD, *seated("2024-01-01", "utvalg", "rauma", "molde"))
    rejection = depart(told).then_rejected(
        "member.departure_incomplete", seats=["utvalg"], grants=[], agreements=[], share=None
    )
    assert (rejection.nature, rejection.entries) == ("rule", (4,))
    left = SeatVacated(person_id="rauma-0", body_id="utvalg", cause="resigned")
    depart(told.and_(at(DAY, left))).decide()
    depart(told.and_(at("2025-05-16", left))).then_rejected("member.departure_incomplete")


@pytest.mark.parametrize(
    "grant",
    [
        granted("drift"),
        granted("drift", RAUMA, Holder(kind="member", id="molde")),
        granted("drift", THIS, Holder(kind="member", id="molde"), scope=Scope(members=("rauma", "molde"))),
        granted("drift", THIS, Holder(kind="office", id="sjef")),
    ],
    ids=["to", "by", "for", "to its office"],
)
def test_a_grant_to_by_or_for_it_ends_or_goes_on_as_stated(grant: At) -> None:
    office = at("2020-01-01", OfficeEstablished(office_id="sjef", title="Sjef", kind="other", member_id="rauma"))
    told = book(office, grant)
    rejection = depart(told).then_rejected("member.departure_incomplete", grants=["drift"])
    assert rejection.entries == (4,)
    lapsed = depart(told, grants=[{"grant_id": "drift", "outcome": "lapses"}]).then(
        MemberDeparted(member_id="rauma", cause="withdrawn", grants=(GrantMapping(grant_id="drift", outcome="lapses"),))
    )
    authority = lapsed.state.authority
    assert [authority.open_grants(day) for day in (date(2025, 5, 14), date(2025, 5, 15))] == [("drift",), ()]
    kept = depart(told, grants=[{"grant_id": "drift", "outcome": "continues"}]).decide()
    state = told.and_(at(DAY, kept.events[0])).state  # type: ignore[arg-type]
    assert state.authority.open_grants(date(2025, 5, 15)) == ("drift",)


def test_others_grants_are_no_matter_of_its_own() -> None:
    molde = Holder(kind="member", id="molde")
    depart(book(granted("drift", THIS, molde), granted("annen", THIS, molde, scope=Scope(members=("molde",))))).decide()


def test_it_leaves_an_agreement_or_goes_on_as_an_outside_customer() -> None:
    told = book(concluded("sla", "rauma", "molde"))
    depart(told).then_rejected("member.departure_incomplete", agreements=["sla"])
    leaving = depart(told, agreements=[{"agreement_id": "sla", "outcome": "leaves"}]).decide()
    agreements = told.and_(at(DAY, leaving.events[0])).state.agreements  # type: ignore[arg-type]
    customers = agreements.agreements["sla"].customers
    assert [customers.certain(day) for day in (date(2025, 5, 14), date(2025, 5, 15))] == [
        ("rauma", "molde"),
        ("molde",),
    ]
    assert agreements.in_force(date(2025, 5, 15)).certain
    going_on = depart(told, agreements=[{"agreement_id": "sla", "outcome": "continues"}]).decide()
    agreements = told.and_(at(DAY, going_on.events[0])).state.agreements  # type: ignore[arg-type]
    assert agreements.agreements["sla"].customers.certain(date(2025, 5, 15)) == ("rauma", "molde")


@pytest.mark.parametrize(
    "agreement", [concluded("sla", "rauma"), concluded("sla", "molde", provider=RAUMA)], ids=["alone", "provider"]
)
def test_an_agreement_nobody_is_left_in_ends(agreement: At) -> None:
    told = book(agreement)
    leaving = depart(told, agreements=[{"agreement_id": "sla", "outcome": "leaves"}]).decide()
    agreements = told.and_(at(DAY, leaving.events[0])).state.agreements  # type: ignore[arg-type]
    assert [len(agreements.in_force(day).certain) for day in (date(2025, 5, 14), date(2025, 5, 15))] == [1, 0]


def test_its_share_is_restated_to_nothing() -> None:
    told = book(owning("a-1", "2021-01-01", aukra=1, molde=1, rauma=2))
    rejection = depart(told).then_rejected("member.departure_incomplete", share="1/2", seats=[])
    assert (rejection.nature, rejection.entries) == ("rule", (3,))
    depart(told.and_(owning("a-2", DAY, aukra=2, molde=2, rauma=0))).decide()
    depart(told.and_(owning("a-2", "2025-05-16", aukra=2, molde=2, rauma=0))).then_rejected(
        "member.departure_incomplete"
    )


def test_with_the_whole_dissolved_the_shares_are_settled_too() -> None:
    told = book(
        owning("a-1", "2021-01-01", aukra=1, molde=1, rauma=2),
        *all_resolved("2025-01-01", MEMBERS, "dissolution", "this"),
    )
    depart(told, cause="dissolved").decide()


def test_a_customer_s_agreements_are_settled_too() -> None:
    told = book(concluded("sla", "sunndal", "molde"))
    depart(told, member_id="sunndal").then_rejected("member.departure_incomplete", agreements=["sla"])
    depart(told, member_id="sunndal", agreements=[{"agreement_id": "sla", "outcome": "leaves"}]).decide()


def test_what_may_be_open_is_not_known_to_be_and_what_was_long_ago_is_for_the_source_to_show() -> None:
    rough = book(concluded("sla", "rauma", "molde", latest="2025-12-31"))
    assert depart(rough).then_rejected("member.departure_incomplete").nature == "unknown"
    told = book(BOARD, *seated("2024-01-01", "utvalg", "rauma"))
    imported = depart(told, mode="import", source=SOURCE)
    assert imported.decide().ruling.unverified == ("member.departure_incomplete",)
    recorded = depart(told, mode="record", reason="Slik ble det.")
    assert recorded.decide().ruling.irregular == ("member.departure_incomplete",)
    assert refusal(depart(told), "decide").nature == "rule"


def test_all_the_others_may_let_it_go_before_its_notice_is_out() -> None:
    early = all_resolved("2024-06-01", MEMBERS[:2], "withdrawal", "rauma")
    depart(book(), "2024-06-01").then_rejected("member.notice_period_running")
    depart(book(*early), "2024-05-31").then_rejected("member.notice_period_running")
    depart(book(*early), "2024-06-01").decide()


def test_a_departure_touches_what_it_settles() -> None:
    event = MemberDeparted(
        member_id="rauma",
        cause="withdrawn",
        grants=(GrantMapping(grant_id="drift", outcome="lapses"),),
        agreements=(AgreementMapping(agreement_id="sla", outcome="leaves"),),
    )
    assert subjects(event) == (Subject("member", "rauma"), Subject("grant", "drift"), Subject("agreement", "sla"))


# The list ---------------------------------------------------------------------------------


def test_the_checklist_says_what_is_open_and_what_is_done() -> None:
    told = book(BOARD, *seated("2024-01-01", "utvalg", "rauma"), granted("drift"), concluded("sla", "rauma"))
    told = told.and_(owning("a-1", "2021-01-01", aukra=1, molde=1, rauma=2))
    listed = departure_checklist(told.state, "rauma", date(2025, 5, 15))
    assert [(item.kind, item.id, item.done, item.entry) for item in listed] == [
        ("notice", "rauma", True, 2),
        ("seat", "utvalg", False, 4),
        ("grant", "drift", False, 5),
        ("agreement", "sla", False, 6),
        ("share", "rauma", False, 7),
    ]
    early = departure_checklist(told.state, "rauma", date(2025, 5, 14))
    assert early[0].done is False
    nothing = departure_checklist(told.state, "aukra", date(2025, 5, 15))
    assert [(item.kind, item.done) for item in nothing] == [
        ("notice", False),
        ("seat", True),
        ("grant", True),
        ("agreement", True),
        ("share", False),
    ]
