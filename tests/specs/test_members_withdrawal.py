"""Notice and departure: refusals in order of precedence, and what lies just on the right side of each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.collaboration import subjects
from domain.kernel import Subject
from domain.members import MemberDeparted, WithdrawalNoticeGiven
from domain.members.withdrawal import a_year_after
from domain.text import Share
from tests.spec import At, Given, When, at, command, given, seal
from tests.specs.constitution_books import (
    EVIDENCE,
    SOURCE,
    admitted,
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
THIRD = {"numerator": 1, "denominator": 3}


def book(form: str, *facts: At, withdrawal: str | None = "absent") -> Given:
    """Returns a book of three members and a customer with a charter in force and these facts; `withdrawal` is the text
    of the charter's clause on it, empty where the source does not show it.
    """
    customer = party("sunndal", member_class="external_customer")
    clauses = [clause("parties")] if withdrawal == "absent" else [clause("parties"), clause("withdrawal", withdrawal)]
    return given(founded(form, *MEMBERS, customer), proposed(form, clauses=clauses), in_force(), *facts)


def notice(told: Given, departs_on: str, day: Any = "2024-05-15", member_id: str = "rauma", **fields: Any) -> When:
    """Returns a notice of withdrawal sent to a book."""
    sent = {"member_id": member_id, "departs_on": departs_on, "effective": day, **fields}
    return told.when(command("withdrawal_notice.give", **sent))


def noticed(departs_on: str, member_id: str = "rauma", day: str = "2024-05-15") -> At:
    """Returns a notice given."""
    return at(day, WithdrawalNoticeGiven(member_id=member_id, departs_on=date.fromisoformat(departs_on)))


def depart(
    told: Given, day: Any = "2025-05-15", cause: str = "withdrawn", member_id: str = "rauma", **fields: Any
) -> When:
    """Returns a departure sent to a book."""
    return told.when(command("member.depart", member_id=member_id, cause=cause, effective=day, **fields))


# Notice -----------------------------------------------------------------------------------


def test_a_member_gives_notice_once() -> None:
    event = WithdrawalNoticeGiven(member_id="rauma", departs_on=date(2025, 5, 15), clause="§ 16")
    after = notice(book("iks"), "2025-05-15", clause="§ 16").then(event)
    assert after.state.members.is_member("rauma", date(2025, 5, 15)) is True
    assert subjects(event) == (Subject("member", "rauma"),)


@pytest.mark.parametrize("mode", ["decide", "record", "import"])
def test_only_a_member_gives_notice(mode: str) -> None:
    for stranger in ("oslo", "nesset"):
        told = book("iks", admitted("2024-05-16", "nesset"))
        refused = notice(told, "2024-05-16", member_id=stranger, source=SOURCE, reason="x")
        rejection = refusal(refused, mode)
        assert (rejection.code, rejection.nature) == ("member.not_a_member", "fact")
    notice(book("iks", admitted("2024-05-15", "nesset")), "2025-05-15", member_id="nesset").decide()


def test_whether_a_roughly_dated_member_gives_notice_is_not_known() -> None:
    told = book("iks", admitted("2024-01-01", "nesset", "2024-12-31"))
    doubtful = notice(told, "2025-05-15", member_id="nesset", mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("member.not_a_member",)


def test_a_notice_stands_until_the_member_has_left() -> None:
    told = book("iks", noticed("2025-05-15"))
    rejection = notice(told, "2024-06-01", day="2024-06-01").then_rejected(
        "member.notice_already_given", member_id="rauma", departs_on="2025-05-15"
    )
    assert (rejection.nature, rejection.entries) == ("fact", (4,))
    back = told.and_(departed("2025-05-15", "rauma"), admitted("2026-01-01", "rauma"))
    notice(back, "2027-02-01", day="2026-02-01").decide()


@pytest.mark.parametrize("form", ["ko", "ipr"])
def test_where_the_act_leaves_it_to_the_charter_the_charter_must_say_how(form: str) -> None:
    rejection = notice(book(form), "2034-05-15").then_rejected(
        "member.charter_has_no_withdrawal_clause", charter_version="v1"
    )
    assert (rejection.nature, rejection.entries) == ("rule", (3,))
    assert rejection.law in ("kommuneloven § 18-4", "kommuneloven § 19-4")
    notice(book(form, withdrawal="Seks måneder."), "2024-11-15").decide()


def test_a_charter_s_clause_that_is_not_shown_is_not_known() -> None:
    doubtful = notice(book("ko", withdrawal=""), "2024-11-15", mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("member.charter_has_no_withdrawal_clause",)
    assert refusal(doubtful, "decide").nature == "unknown"


def test_nor_is_a_charter_the_book_does_not_have() -> None:
    bare = given(founded("ko", *MEMBERS))
    assert notice(bare, "2034-05-15").then_rejected("member.charter_has_no_withdrawal_clause").nature == "unknown"
    bare = given(founded("iks", *MEMBERS))
    assert notice(bare, "2024-11-15").then_rejected("member.notice_too_short").nature == "unknown"
    notice(bare, "2025-05-15").decide()


@pytest.mark.parametrize(
    ("form", "law"),
    [
        ("iks", "IKS-loven § 30"),
        ("host_admin", "kommuneloven § 20-8"),
        ("host_joint_board", "kommuneloven § 20-8"),
        ("historic_27", "kommuneloven (1992) § 27"),
    ],
)
def test_a_notice_is_a_year_and_not_a_day_less(form: str, law: str) -> None:
    rejection = notice(book(form), "2025-05-14").then_rejected(
        "member.notice_too_short", member_id="rauma", departs_on="2025-05-14", earliest="2025-05-15"
    )
    assert (rejection.nature, rejection.law) == ("rule", law)
    notice(book(form), "2025-05-15").decide()


@pytest.mark.parametrize(
    ("given_on", "earliest", "too_soon"),
    [
        ("2024-02-29", "2025-02-28", "2025-02-27"),
        ("2023-02-28", "2024-02-28", "2024-02-27"),
        ("2023-03-01", "2024-03-01", "2024-02-29"),
        ("2024-12-31", "2025-12-31", "2025-12-30"),
    ],
)
def test_a_year_over_a_leap_day_ends_on_the_same_day_or_the_month_s_last(
    given_on: str, earliest: str, too_soon: str
) -> None:
    notice(book("iks"), too_soon, day=given_on).then_rejected("member.notice_too_short", earliest=earliest)
    notice(book("iks"), earliest, day=given_on).decide()


def test_a_year_after() -> None:
    assert a_year_after(date(2024, 2, 29)) == date(2025, 2, 28)
    assert a_year_after(date(2199, 12, 31)) == date(2200, 12, 31)


def test_what_a_known_clause_agrees_is_not_judged_here() -> None:
    notice(book("iks", withdrawal="Tre måneder."), "2024-08-15").decide()


def test_a_clause_that_is_not_shown_may_have_agreed_on_less() -> None:
    doubtful = notice(book("historic_27", withdrawal=""), "2024-08-15", mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("member.notice_too_short",)


def test_nobody_leaves_before_it_gives_notice() -> None:
    agreed = book("iks", withdrawal="Straks.")
    notice(agreed, "2024-05-14").then_rejected("member.notice_too_short", earliest="2024-05-15")
    notice(agreed, "2024-05-15").decide()


def test_nor_before_the_first_day_it_may_have_given_it() -> None:
    agreed, rough = book("iks", withdrawal="Straks."), {"earliest": "2024-05-01", "latest": "2024-05-31"}
    early = notice(agreed, "2024-04-30", day=rough, source=SOURCE)
    assert refusal(early, "import").nature == "rule"
    assert refusal(early, "decide").params["earliest"] == "2024-05-01"
    notice(agreed, "2024-05-01", day=rough).decide()


def test_a_roughly_dated_notice_may_have_been_given_in_time() -> None:
    rough = {"earliest": "2024-05-01", "latest": "2024-05-31"}
    notice(book("iks"), "2025-04-30", day=rough).then_rejected("member.notice_too_short", earliest="2025-05-31")
    doubtful = notice(book("iks"), "2025-05-01", day=rough, mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("member.notice_too_short",)
    notice(book("iks"), "2025-05-31", day=rough).decide()


def test_a_customer_s_notice_is_for_its_own_agreement_to_say() -> None:
    notice(book("iks"), "2024-05-16", member_id="sunndal").decide()
    notice(book("ko"), "2024-05-16", member_id="sunndal").decide()


@pytest.mark.parametrize("form", ["as", "association", "cooperative", "purchase", "informal"])
def test_where_no_act_names_a_notice_any_will_do(form: str) -> None:
    notice(book(form), "2024-05-15").decide()


# Departure --------------------------------------------------------------------------------


def test_a_member_leaves_once_its_notice_has_run() -> None:
    event = MemberDeparted(
        member_id="rauma",
        cause="withdrawn",
        settlement=seal("Ingen."),
        residual_liability=Share(numerator=1, denominator=3),
    )
    told = book("iks", noticed("2025-05-15"))
    after = depart(told, settlement="Ingen.", residual_liability=THIRD).then(event)
    assert after.state.members.on(date(2025, 5, 14)) == ("aukra", "molde", "rauma", "sunndal")
    assert after.state.members.on(date(2025, 5, 15)) == ("aukra", "molde", "sunndal")
    assert after.state.members.notices.get("rauma") is None


def test_only_a_member_leaves() -> None:
    for stranger in ("oslo", "nesset"):
        told = book("as", admitted("2025-05-16", "nesset"))
        rejection = depart(told, member_id=stranger).then_rejected(
            "member.not_a_member", member_id=stranger, on="2025-05-15"
        )
        assert rejection.nature == "fact"


def test_who_withdraws_gave_notice() -> None:
    silent = depart(book("host_admin"), mode="import", source=SOURCE)
    silent.then(MemberDeparted(member_id="rauma", cause="withdrawn"), unverified=["member.no_notice"])
    rejection = refusal(silent, "decide")
    assert (rejection.code, rejection.nature, rejection.law) == ("member.no_notice", "unknown", "kommuneloven § 20-8")


@pytest.mark.parametrize("mode", ["decide", "import"])
def test_nobody_leaves_while_its_notice_runs(mode: str) -> None:
    told = book("host_admin", noticed("2025-05-15"))
    rejection = refusal(depart(told, "2025-05-14", source=SOURCE), mode)
    assert (rejection.code, rejection.nature, rejection.entries) == ("member.notice_period_running", "rule", (4,))
    assert rejection.params == {"member_id": "rauma", "until": "2025-05-15"}
    depart(told, "2025-05-15").decide()
    depart(told, {"earliest": "2025-01-01", "latest": "2025-05-15"}).decide()


def test_where_no_act_names_a_notice_one_that_was_given_still_binds() -> None:
    depart(book("as")).decide()
    depart(book("as", noticed("2025-05-16"))).then_rejected("member.notice_period_running")


@pytest.mark.parametrize(
    ("form", "law"), [("ipr", "kommuneloven § 18-2"), ("ko", "kommuneloven § 19-2"), ("iks", "IKS-loven § 3")]
)
def test_who_is_liable_without_limit_stays_liable_for_its_share(form: str, law: str) -> None:
    told = book(form, noticed("2025-05-15"))
    rejection = depart(told).then_rejected("member.residual_liability_missing", member_id="rauma")
    assert (rejection.nature, rejection.law) == ("rule", law)
    unknown = depart(told, residual_liability="unknown", mode="import", source=SOURCE)
    assert unknown.decide().ruling.unverified == ("member.residual_liability_missing",)
    assert refusal(unknown, "decide").nature == "unknown"
    depart(told, residual_liability={"numerator": 0, "denominator": 1}).decide()


def exclude(*facts: At, form: str = "iks", **fields: Any) -> When:
    """Returns an exclusion of Rauma sent to a book with these facts."""
    return depart(book(form, *facts), cause="excluded", residual_liability=THIRD, **fields)


def test_the_others_exclude_a_member_together() -> None:
    others = all_resolved("2025-05-01", ("aukra", "molde"), "position", "rauma")
    exclude(*others).decide()
    rejection = exclude(others[0]).then_rejected("member.exclusion_not_unanimous", missing=["molde"], rejected=[])
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "IKS-loven § 31", (4,))
    no = resolved("2025-05-01", "molde", "position", "rauma", outcome="rejected")
    exclude(others[0], no).then_rejected("member.exclusion_not_unanimous", missing=[], rejected=["molde"])


def test_an_exclusion_waits_for_the_last_of_the_others() -> None:
    others = all_resolved("2025-05-15", ("aukra", "molde"), "position", "rauma")
    exclude(*others, day="2025-05-14").then_rejected(
        "member.effective_before_last_resolution", member_id="rauma", earliest="2025-05-15"
    )
    exclude(*others, day="2025-05-15").decide()


def test_who_joins_on_the_day_of_an_exclusion_is_not_asked() -> None:
    others = all_resolved("2025-05-01", ("aukra", "molde"), "position", "rauma")
    exclude(*others, admitted("2025-05-15", "nesset")).decide()
    exclude(*others, admitted("2025-05-14", "nesset")).then_rejected(
        "member.exclusion_not_unanimous", missing=["nesset"]
    )


def test_an_exclusion_nobody_is_known_to_have_resolved_on_is_imported_as_unverified() -> None:
    assert exclude(mode="import", source=SOURCE).decide().ruling.unverified == ("member.exclusion_not_unanimous",)


def test_outside_an_iks_the_charter_may_be_content_with_less() -> None:
    one = resolved("2025-05-01", "aukra", "position", "rauma")
    rejection = exclude(one, form="ko").then_rejected("member.exclusion_not_unanimous", missing=["molde"])
    assert (rejection.nature, rejection.law) == ("unknown", None)


def test_who_leaves_at_once_for_the_others_breach_shows_on_what_ground() -> None:
    told = book("iks")
    bare = depart(told, cause="breach", residual_liability=THIRD, mode="import", source=SOURCE)
    assert bare.decide().ruling.unverified == ("member.breach_not_documented",)
    assert refusal(bare, "decide").law == "IKS-loven § 30"
    depart(told, cause="breach", residual_liability=THIRD, evidence=EVIDENCE).decide()
    ground = [{"kind": "document", "ref": "Brev 2025-05-02"}]
    depart(told, cause="breach", residual_liability=THIRD, basis=ground).decide()


def dissolve(*facts: At, member_id: str = "rauma", day: str = "2025-05-15", **fields: Any) -> When:
    """Returns the departure of a member by dissolution, sent to a book with these facts."""
    return depart(book("iks", *facts), day, "dissolved", member_id, residual_liability=THIRD, **fields)


def test_all_dissolve_together_and_then_leave_one_by_one() -> None:
    everyone = all_resolved("2025-05-01", MEMBERS, "dissolution", "this")
    dissolve(*everyone).decide()
    gone = (departed("2025-05-15", "aukra"), departed("2025-05-15", "molde"))
    dissolve(*everyone, *gone).decide()
    rejection = dissolve(*everyone[:2]).then_rejected("member.dissolution_not_resolved", missing=["rauma"], rejected=[])
    assert (rejection.nature, rejection.law) == ("rule", "IKS-loven § 32")
    dissolve(*everyone[1:], gone[0]).then_rejected("member.dissolution_not_resolved", missing=["aukra"])
    dissolve(*everyone, day="2025-04-30").then_rejected("member.effective_before_last_resolution")
    assert dissolve(mode="import", source=SOURCE).decide().ruling.unverified == ("member.dissolution_not_resolved",)


@pytest.mark.parametrize(
    ("form", "law"),
    [("iks", "IKS-loven § 32"), ("ko", "kommuneloven § 19-1"), ("ipr", "kommuneloven § 18-1"), ("informal", None)],
)
def test_the_last_but_one_cannot_leave_alone(form: str, law: str | None) -> None:
    two = book(form, departed("2025-01-01", "aukra"), noticed("2025-05-15"))
    rejection = depart(two, residual_liability=THIRD).then_rejected("member.last_but_one", left=["molde"], least=2)
    assert (rejection.nature, rejection.law) == ("rule", law)
    depart(book(form, noticed("2025-05-15")), residual_liability=THIRD).decide()


def test_a_company_may_have_one_owner_but_not_none() -> None:
    depart(book("as", departed("2025-01-01", "aukra"))).decide()
    gone = (departed("2025-01-01", "aukra"), departed("2025-01-01", "molde"))
    depart(book("as", *gone)).then_rejected("member.last_but_one", left=[], least=1)


def test_a_member_that_may_have_joined_may_be_enough() -> None:
    told = book("host_admin", departed("2025-01-01", "aukra"), noticed("2025-05-15"))
    doubtful = depart(told.and_(admitted("2025-02-01", "nesset", "2025-12-31")), mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("member.last_but_one",)
    assert refusal(depart(told, source=SOURCE), "import").nature == "rule"
    customer = party("fraena", member_class="external_customer")
    with_customer = told.and_(admitted("2025-02-01", customer, "2025-12-31"))
    assert refusal(depart(with_customer, source=SOURCE), "import").nature == "rule"


def test_a_customer_leaves_without_ado() -> None:
    depart(book("iks"), member_id="sunndal").then(MemberDeparted(member_id="sunndal", cause="withdrawn"))
    assert subjects(MemberDeparted(member_id="sunndal", cause="withdrawn")) == (Subject("member", "sunndal"),)
