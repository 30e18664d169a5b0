"""Notices that are given early, given in a time that is locked, and taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.collaboration import subjects
from domain.constitution import CharterProposed
from domain.kernel import Subject
from domain.members import WithdrawalNoticeGiven, WithdrawalNoticeRescinded
from domain.resolutions import RatifiedBy
from tests.spec import At, Given, When, at, command, given, seal
from tests.specs.constitution_books import SOURCE, all_resolved, clause, founded, in_force, proposed, refusal, resolved

MEMBERS = ("aukra", "molde", "rauma")
OTHERS = MEMBERS[:2]


def book(form: str, *facts: At, withdrawal: str | None = None, lock: str | None = None) -> Given:
    """Returns a book of three members with a charter in force and these facts."""
    clauses = (clause("parties"),) if withdrawal is None else (clause("parties"), clause("withdrawal", withdrawal))
    charter = proposed(form, clauses=clauses).event
    assert isinstance(charter, CharterProposed)
    locked = charter.model_copy(update={"lock_in_until": None if lock is None else date.fromisoformat(lock)})
    return given(founded(form, *MEMBERS), at("2020-01-01", locked), in_force(), *facts)


def give(told: Given, departs_on: str, day: Any = "2024-05-15", **fields: Any) -> When:
    """Returns a notice sent to a book."""
    sent = {"member_id": "rauma", "departs_on": departs_on, "effective": day, **fields}
    return told.when(command("withdrawal_notice.give", **sent))


def rescind(told: Given, day: Any = "2024-09-01", **fields: Any) -> When:
    """Returns a notice taken back, sent to a book."""
    return told.when(command("withdrawal_notice.rescind", **{"member_id": "rauma", "effective": day, **fields}))


NOTICE = at("2024-05-15", WithdrawalNoticeGiven(member_id="rauma", departs_on=date(2025, 5, 15)))


# Given early, or in a time that is locked ----------------------------------------------------


@pytest.mark.parametrize("form", ["iks", "host_admin", "ko"])
def test_what_all_the_others_agree_to_stands_beside_the_charter(form: str) -> None:
    early = all_resolved("2024-05-15", OTHERS, "withdrawal", "rauma")
    give(book(form, *early), "2024-06-01").decide()
    refusal(give(book(form, *early[:1]), "2024-06-01"), "decide")
    late = (early[0], resolved("2024-05-16", "molde", "withdrawal", "rauma"))
    refusal(give(book(form, *late), "2024-06-01"), "decide")


def test_no_notice_is_given_in_the_time_the_charter_locks() -> None:
    told = book("iks", lock="2024-05-15")
    rejection = give(told, "2026-01-01").then_rejected("member.lock_in_period", until="2024-05-15", member_id="rauma")
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "IKS-loven § 30", (3,))
    give(told, "2026-01-01", "2024-05-16").decide()
    give(
        book("iks", *all_resolved("2024-05-01", OTHERS, "withdrawal", "rauma"), lock="2024-05-15"), "2026-01-01"
    ).decide()


def test_a_roughly_dated_notice_may_have_come_after_the_lock() -> None:
    rough = {"earliest": "2024-05-01", "latest": "2024-06-30"}
    doubtful = give(book("iks", lock="2024-05-15"), "2026-01-01", rough, mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("member.lock_in_period",)


def test_the_lock_is_a_matter_of_the_withdrawal_clause() -> None:
    keys = ("name", "legal_personality", "seats", "tasks_and_authority", "contributions", "shares_and_liability")
    more = ("borrowing", "reporting", "withdrawal", "dissolution")
    full = tuple(clause(key) for key in (*keys, *more))
    told = given(founded("ko", *MEMBERS), proposed("ko", clauses=full), in_force())
    sent = {"charter_version": "v2", "kind": "cooperation_agreement", "legal_form": "ko", "effective": "2025-01-01"}
    clauses = [{"key": "meetings", "text": "To i året."}]
    two_thirds = {**sent, "clauses": clauses, "route": "top_body_two_thirds"}
    told.when(command("charter.propose", **two_thirds, lock_in_until="2027-12-31")).then_rejected(
        "charter.route_too_weak", clauses=["withdrawal"]
    )
    told.when(command("charter.propose", **two_thirds)).decide()


def test_two_thirds_carry_a_lock_over_as_it_is() -> None:
    told = book("iks", lock="2027-12-31")
    keys = ("name", "parties", "purpose", "head_office", "board_size", "contributions", "shares_and_liability", "seats")
    full = [{"key": key, "text": key} for key in keys]
    sent = {"charter_version": "v2", "kind": "company_agreement", "legal_form": "iks", "effective": "2025-01-01"}
    decided = told.when(command("charter.propose", **sent, clauses=full, route="top_body_two_thirds"))
    assert refusal(decided, "decide").code == "charter.route_too_weak"
    both = given(founded("iks", *MEMBERS), proposed("iks"), in_force())
    locked = both.when(
        command("charter.propose", **sent, clauses=full, route="top_body_two_thirds", lock_in_until="2027-12-31")
    ).decide()
    event = locked.events[0]
    assert isinstance(event, CharterProposed)
    assert event.lock_in_until == date(2027, 12, 31)
    assert event.clauses[0].text == seal("name")
    again = both.and_(at("2025-01-01", event), in_force("v2", "2025-02-01"))
    kept = again.when(
        command(
            "charter.propose",
            **{**sent, "charter_version": "v3", "effective": "2025-03-01"},
            clauses=full[:1],
            route="top_body_two_thirds",
        )
    ).decide()
    last = kept.events[0]
    assert isinstance(last, CharterProposed)
    assert last.lock_in_until == date(2027, 12, 31)


# Taken back -------------------------------------------------------------------------------


def test_a_notice_is_taken_back_with_the_consent_of_all_the_others() -> None:
    consents = all_resolved("2024-08-01", OTHERS, "rescission", "rauma")
    event = WithdrawalNoticeRescinded(
        member_id="rauma",
        notice_entry=4,
        consents=(RatifiedBy(member_id="aukra", entry=5), RatifiedBy(member_id="molde", entry=6)),
    )
    after = rescind(book("iks", NOTICE, *consents)).then(event)
    assert after.state.members.notices.get("rauma") is None
    assert after.state.members.is_member("rauma", date(2026, 1, 1)) is True
    assert subjects(event) == (Subject("member", "rauma"),)
    give(after, "2026-01-01", "2024-10-01").decide()


@pytest.mark.parametrize("mode", ["decide", "record", "import"])
def test_there_is_a_notice_to_take_back(mode: str) -> None:
    rejection = refusal(rescind(book("iks"), source=SOURCE, reason="x"), mode)
    assert (rejection.code, rejection.nature) == ("member.no_open_notice", "fact")


def test_a_notice_that_took_effect_is_not_taken_back() -> None:
    told = book("iks", NOTICE, *all_resolved("2024-08-01", OTHERS, "rescission", "rauma"))
    rejection = rescind(told, "2025-05-15").then_rejected("member.notice_already_effective", departed="2025-05-15")
    assert (rejection.nature, rejection.entries) == ("fact", (4,))
    rescind(told, "2025-05-14").decide()
    rough = rescind(told, {"earliest": "2025-05-01", "latest": "2025-05-31"}, mode="import", source=SOURCE)
    assert rough.decide().ruling.unverified == ("member.notice_already_effective",)


def test_all_the_others_consent_and_after_it_was_given() -> None:
    one = resolved("2024-08-01", "aukra", "rescission", "rauma")
    rejection = rescind(book("iks", NOTICE, one)).then_rejected(
        "member.rescission_consent_missing", members=["molde"], member_id="rauma"
    )
    assert (rejection.nature, rejection.law) == ("rule", "IKS-loven § 30")
    before = resolved("2024-05-01", "molde", "rescission", "rauma")
    rescind(book("iks", before, NOTICE, one)).then_rejected("member.rescission_consent_missing", members=["molde"])
    silent = rescind(book("iks", NOTICE), mode="import", source=SOURCE)
    assert silent.decide().ruling.unverified == ("member.rescission_consent_missing",)


def test_a_notice_stands_until_the_last_has_consented() -> None:
    consents = (
        resolved("2024-08-01", "aukra", "rescission", "rauma"),
        resolved("2024-09-02", "molde", "rescission", "rauma"),
    )
    told = book("iks", NOTICE, *consents)
    rejection = rescind(told).then_rejected("member.rescinded_before_last_consent", earliest="2024-09-02")
    assert rejection.nature == "rule"
    rescind(told, "2024-09-02").decide()


def test_a_charter_may_let_a_member_take_its_notice_back() -> None:
    told = book("ko", NOTICE, withdrawal="Varselet kan trekkes innen seks måneder.")
    event = WithdrawalNoticeRescinded(member_id="rauma", notice_entry=4, clause="§ 9")
    rescind(told, clause="§ 9").then(event)
    rescind(book("ko", NOTICE, withdrawal=""), clause="§ 9").then_rejected("member.rescission_consent_missing")
    rescind(book("ko", NOTICE), clause="§ 9").then_rejected("member.rescission_consent_missing")
