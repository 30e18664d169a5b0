"""Dissolution: refusals in order of precedence, what lies just right of each, and what comes after the end."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.agreements import ServiceAgreementConcluded
from domain.authority import AuthorityGranted
from domain.bodies import BodyEstablished
from domain.collaboration import subjects
from domain.constitution import AFTERWARDS, CollaborationDissolved, Custodian, Liable, Obligation
from domain.decisions import DecisionMade
from domain.kernel import Subject
from domain.members import WithdrawalNoticeGiven
from domain.text import Share
from domain.vocabulary import Holder
from tests.spec import At, Given, When, at, command, given, seal
from tests.specs.constitution_books import (
    EVIDENCE,
    SOURCE,
    all_resolved,
    clause,
    departed,
    founded,
    in_force,
    party,
    proposed,
    refusal,
    resolved,
)

MEMBERS = ("aukra", "molde", "rauma")
ARCHIVE = {"kind": "archive", "name": "Fylkesarkivet (oppdiktet)"}
THIRD = Share(numerator=1, denominator=3)
LIABLE = [{"member_id": m, "liability": {"numerator": 1, "denominator": 3}} for m in MEMBERS]
DAY = "2024-06-01"


def book(form: str, *facts: At, resolve: bool = True, dissolution: str | None = None) -> Given:
    """Returns a book of three members and a customer whose councils have resolved on dissolution, and these facts."""
    customer = party("sunndal", member_class="external_customer")
    clauses = [clause("parties")] if dissolution is None else [clause("dissolution", dissolution)]
    told = given(founded(form, *MEMBERS, customer), proposed(form, clauses=clauses), in_force())
    if form == "iks":
        board = BodyEstablished(body_id="avvikling", name="Avviklingsstyret", kind="liquidation_board")
        told = told.and_(at("2024-01-02", board))
    return told.and_(*(all_resolved("2024-01-01", MEMBERS, "dissolution", "this") if resolve else ()), *facts)


def dissolve(told: Given, day: Any = DAY, **fields: Any) -> When:
    """Returns a dissolution sent to a book."""
    known = {"cause": "agreed", "archive_custodian": ARCHIVE, "residual_liability": LIABLE, "effective": day}
    return told.when(command("collaboration.dissolve", **{**known, **fields}))


def dissolved(**fields: Any) -> CollaborationDissolved:
    """Returns the event a dissolution leads to."""
    known: dict[str, Any] = {
        "cause": "agreed",
        "members": ("aukra", "molde", "rauma", "sunndal"),
        "archive_custodian": Custodian(kind="archive", name="Fylkesarkivet (oppdiktet)"),
        "residual_liability": tuple(Liable(member_id=m, liability=THIRD) for m in MEMBERS),
    }
    return CollaborationDissolved.model_validate({**known, **fields})


def granted(grant_id: str, day: str = "2020-01-01") -> At:
    """Returns a grant by the collaboration as a whole to Molde."""
    this, molde = Holder(kind="collaboration", id="this"), Holder(kind="member", id="molde")
    return at(day, AuthorityGranted(grant_id=grant_id, grantor=this, grantee=molde, powers=("operate",)))


def concluded(agreement_id: str) -> At:
    """Returns an agreement the collaboration delivers by to two members."""
    event = ServiceAgreementConcluded(
        agreement_id=agreement_id,
        name="Drift",
        provider=Holder(kind="collaboration", id="this"),
        customers=("aukra", "molde"),
        services=(),
    )
    return at("2020-01-01", event)


# What is accepted -------------------------------------------------------------------------


def test_with_the_collaboration_end_membership_grants_and_agreements() -> None:
    told = book("iks", granted("drift"), concluded("sla"))
    obligations = [
        {"kind": "grant", "ref": "drift", "outcome": "ended"},
        {"kind": "agreement", "ref": "sla", "outcome": "assigned", "to": "molde"},
        {"kind": "loan", "ref": "lan-1", "outcome": "assigned", "to": "Banken (oppdiktet)"},
    ]
    settled = tuple(Obligation.model_validate(obligation) for obligation in obligations)
    event = dissolved(settlement=seal("Likt delt."), obligations=settled)
    state = dissolve(told, obligations=obligations, settlement="Likt delt.").then(event).state
    assert state.members.on(date(2024, 5, 31)) == ("aukra", "molde", "rauma", "sunndal")
    assert state.members.on(date(2024, 6, 1)) == ()
    assert state.authority.open_grants(date(2024, 5, 31)) == ("drift",)
    assert state.authority.open_grants(date(2024, 6, 1)) == ()
    assert state.agreements.in_force(date(2024, 6, 1)).certain == ()
    gone = state.constitution.dissolution
    assert gone is not None
    assert (gone.entry, gone.archive_custodian) == (told.number + 1, "Fylkesarkivet (oppdiktet)")


def test_a_dissolution_touches_everyone_and_everything_that_ends_with_it() -> None:
    settled = (
        Obligation(kind="grant", ref="drift", outcome="ended"),
        Obligation(kind="agreement", ref="sla", outcome="ended"),
        Obligation(kind="loan", ref="lan-1", outcome="assigned", to="molde"),
    )
    assert subjects(dissolved(members=("aukra", "molde"), obligations=settled)) == (
        Subject("collaboration", "this"),
        Subject("member", "aukra"),
        Subject("member", "molde"),
        Subject("grant", "drift"),
        Subject("agreement", "sla"),
    )


def test_open_notices_are_spent_with_it() -> None:
    notice = at("2024-01-15", WithdrawalNoticeGiven(member_id="rauma", departs_on=date(2025, 1, 15)))
    state = dissolve(book("iks", notice)).then(dissolved()).state
    assert state.members.notices.get("rauma") is None


# What is refused, in order of precedence ---------------------------------------------------


@pytest.mark.parametrize("mode", ["decide", "record", "import"])
def test_it_is_dissolved_once(mode: str) -> None:
    told = book("iks", at("2024-05-01", dissolved()))
    rejection = refusal(dissolve(told, archive_custodian=None, reason="x", source=SOURCE), mode)
    assert (rejection.code, rejection.nature) == ("collaboration.already_dissolved", "fact")
    assert (rejection.entries, rejection.params) == ((8,), {"since": "2024-05-01"})


@pytest.mark.parametrize(
    ("form", "law"), [("ko", "kommuneloven § 19-4"), ("ipr", "kommuneloven § 18-4"), ("iks", None), ("informal", None)]
)
def test_someone_keeps_the_archive(form: str, law: str | None) -> None:
    rejection = dissolve(book(form), archive_custodian=None).then_rejected("collaboration.archive_custodian_missing")
    assert (rejection.nature, rejection.law) == ("rule", law)
    silent = dissolve(book(form), archive_custodian="unknown", mode="import", source=SOURCE)
    assert silent.decide().ruling.unverified == ("collaboration.archive_custodian_missing",)
    dissolve(book(form), archive_custodian={"kind": "member", "name": "molde"}).decide()


def test_a_member_that_keeps_the_archive_is_one_that_was_named() -> None:
    stranger = dissolve(book("iks"), archive_custodian={"kind": "member", "name": "oslo"})
    rejection = stranger.then_rejected("collaboration.archive_custodian_not_a_member", custodian="oslo")
    assert rejection.nature == "fact"
    left = book("iks", departed("2024-02-01", "rauma"))
    dissolve(left, archive_custodian={"kind": "member", "name": "rauma"}).decide()


def test_only_someone_named_as_a_member_is_liable() -> None:
    stray = [*LIABLE, {"member_id": "oslo"}]
    rejection = dissolve(book("iks"), residual_liability=stray).then_rejected(
        "collaboration.liability_of_stranger", members=["oslo"]
    )
    assert rejection.nature == "fact"


@pytest.mark.parametrize(
    ("form", "law"),
    [
        ("iks", "IKS-loven § 32"),
        ("host_admin", "kommuneloven § 20-8"),
        ("ko", "kommuneloven § 19-4"),
        ("historic_27", "kommuneloven (1992) § 27"),
        ("informal", None),
    ],
)
def test_every_council_resolves_on_it(form: str, law: str | None) -> None:
    two = all_resolved("2024-01-01", MEMBERS[:2], "dissolution", "this")
    rejection = dissolve(book(form, *two, resolve=False)).then_rejected(
        "collaboration.dissolution_resolution_missing", members=["rauma"]
    )
    assert (rejection.nature, rejection.law) == ("rule", law)
    dissolve(book(form)).decide()
    silent = dissolve(book(form, resolve=False), mode="import", source=SOURCE)
    assert silent.decide().ruling.unverified == ("collaboration.dissolution_resolution_missing",)


def test_one_council_s_no_stops_it() -> None:
    no = resolved("2024-02-01", "rauma", "dissolution", "this", outcome="rejected")
    dissolve(book("iks", no)).then_rejected("collaboration.dissolution_rejected_by_member", members=["rauma"])


def test_it_comes_after_the_last_council() -> None:
    last = resolved("2024-06-01", "rauma", "dissolution", "this")
    two = all_resolved("2024-01-01", MEMBERS[:2], "dissolution", "this")
    rejection = dissolve(book("iks", *two, last, resolve=False), "2024-05-31").then_rejected(
        "collaboration.dissolved_before_last_resolution", earliest="2024-06-01", effective="2024-05-31"
    )
    assert rejection.nature == "rule"
    dissolve(book("iks", *two, last, resolve=False), "2024-06-01").decide()


DECIDED = [{"kind": "decision", "ref": "vedtak-1"}]
DECISION = at(
    "2024-01-03",
    DecisionMade(decision_id="vedtak-1", title="Oppløsning", kind="resolution", body_id="rep", text=None),
)


def test_where_the_charter_says_how_a_decision_under_it_is_enough() -> None:
    agreed = book("ko", DECISION, resolve=False, dissolution="Representantskapet vedtar oppløsning.")
    dissolve(agreed, basis=DECIDED).decide()
    dissolve(agreed).then_rejected("collaboration.dissolution_resolution_missing")
    unseen = book("ko", DECISION, resolve=False, dissolution="")
    dissolve(unseen, basis=DECIDED).then_rejected("collaboration.dissolution_resolution_missing")
    by_law = book("iks", DECISION, resolve=False, dissolution="Representantskapet vedtar oppløsning.")
    dissolve(by_law, basis=DECIDED).then_rejected("collaboration.dissolution_resolution_missing")


@pytest.mark.parametrize(("form", "law"), [("as", "aksjeloven § 16-1"), ("association", None)])
def test_a_general_meeting_decides_on_its_own(form: str, law: str | None) -> None:
    rejection = dissolve(book(form)).then_rejected("collaboration.dissolution_decision_missing")
    assert (rejection.nature, rejection.law) == ("unknown", law)
    dissolve(book(form, DECISION, resolve=False), basis=DECIDED).decide()


def test_one_member_left_is_one() -> None:
    gone = (departed("2024-02-01", "aukra"), departed("2024-02-01", "molde"))
    rejection = dissolve(book("iks", gone[0]), cause="one_member_left").then_rejected(
        "collaboration.more_than_one_member_left", members=["molde", "rauma"]
    )
    assert (rejection.nature, rejection.law) == ("fact", "IKS-loven § 32")
    dissolve(book("iks", *gone), cause="one_member_left").decide()


def test_a_company_of_municipalities_is_wound_up_by_a_liquidation_board() -> None:
    told = given(founded("iks", *MEMBERS), *all_resolved("2024-01-01", MEMBERS, "dissolution", "this"))
    rejection = dissolve(told).then_rejected("collaboration.liquidation_board_missing")
    assert (rejection.nature, rejection.law) == ("rule", "IKS-loven § 33")
    imported = dissolve(told, mode="import", source=SOURCE)
    assert imported.decide().ruling.unverified == ("collaboration.liquidation_board_missing",)


@pytest.mark.parametrize(
    ("form", "law"), [("ko", "kommuneloven § 19-2"), ("ipr", "kommuneloven § 18-2"), ("iks", "IKS-loven § 3")]
)
def test_each_member_stays_liable_for_its_share(form: str, law: str) -> None:
    rejection = dissolve(book(form), residual_liability=LIABLE[:2]).then_rejected(
        "collaboration.residual_liability_missing", members=["rauma"]
    )
    assert (rejection.nature, rejection.law) == ("rule", law)
    unseen = [*LIABLE[:2], {"member_id": "rauma"}]
    imported = dissolve(book(form), residual_liability=unseen, mode="import", source=SOURCE)
    assert imported.decide().ruling.unverified == ("collaboration.residual_liability_missing",)


def test_where_nobody_is_liable_nothing_is_asked() -> None:
    dissolve(book("host_admin"), residual_liability=[]).decide()


def test_nothing_open_is_left_without_anyone() -> None:
    told = book("host_admin", granted("drift"), granted("senere", "2024-06-02"), concluded("sla"))
    rejection = dissolve(told).then_rejected("collaboration.open_obligations_unassigned", obligations=["drift", "sla"])
    assert (rejection.nature, rejection.entries) == ("rule", (7, 9))
    ended = [{"kind": "grant", "ref": "drift", "outcome": "ended"}]
    dissolve(told, obligations=ended).then_rejected("collaboration.open_obligations_unassigned", obligations=["sla"])
    passed = [*ended, {"kind": "agreement", "ref": "sla", "outcome": "assigned", "to": "molde"}]
    dissolve(told, obligations=passed).decide()


def test_what_may_still_be_open_is_not_known_to_be() -> None:
    this, molde = Holder(kind="collaboration", id="this"), Holder(kind="member", id="molde")
    rough = AuthorityGranted(grant_id="drift", grantor=this, grantee=molde, powers=("operate",))
    told = book("host_admin", at("2024-01-01", rough, "2024-12-31"))
    doubtful = dissolve(told, mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("collaboration.open_obligations_unassigned",)


def test_what_is_taken_over_is_taken_over_by_someone() -> None:
    taken = {"kind": "loan", "ref": "lan-1", "outcome": "assigned"}
    dissolve(book("iks"), obligations=[taken]).then_rejected(
        "collaboration.obligation_without_taker", obligations=["lan-1"]
    )
    nobody = {"kind": "grant", "ref": "drift", "outcome": "assigned"}
    dissolve(book("host_admin", granted("drift")), obligations=[nobody]).then_rejected(
        "collaboration.open_obligations_unassigned", obligations=["drift"]
    )
    dissolve(book("iks"), obligations=[{**taken, "to": "Banken (oppdiktet)"}]).decide()


# After the end ----------------------------------------------------------------------------


def ended() -> Given:
    """Returns a book dissolved from 1 June 2024."""
    return book("iks", at(DAY, dissolved()))


def test_nothing_is_done_from_the_day_it_is_no_more() -> None:
    for sent in (
        command("body.establish", body_id="b", name="Faggruppa", kind="professional_group", effective=DAY),
        command("person.register", person_id="p", name="Kari Oppdiktet", effective="2024-07-01"),
        command("charter.propose", charter_version="v2", kind="articles", legal_form="iks", effective=DAY),
    ):
        rejection = ended().when(sent).then_rejected("collaboration.dissolved", since="2024-06-01")
        assert (rejection.nature, rejection.entries) == ("fact", (8,))


def test_what_was_done_before_can_still_be_recorded() -> None:
    sent = {"body_id": "b", "name": "Faggruppa", "kind": "professional_group", "effective": "2024-05-31"}
    ended().when(command("body.establish", **sent)).decide()


def test_what_may_have_been_done_before_the_end_is_taken_to_have_been() -> None:
    rough = {"earliest": "2024-05-31", "latest": "2024-06-30"}
    sent = command("body.establish", body_id="b", name="Faggruppa", kind="professional_group", effective=rough)
    ended().when(sent).decide()


def test_nobody_becomes_a_member_of_what_is_no_more_whatever_the_day() -> None:
    sent = command("member.admit", member_id="nesset", name="Nesset", effective="2022-01-01")
    ended().when(sent).then_rejected("collaboration.dissolved")


def test_councils_may_look_back() -> None:
    assert "minutes.sign" in AFTERWARDS
    subject = {"kind": "position", "ref": "rauma"}
    sent = {"member_id": "molde", "council": "Molde kommunestyre", "subject": subject, "evidence": EVIDENCE}
    ended().when(command("member_resolution.record", effective="2024-09-01", **sent)).decide()
