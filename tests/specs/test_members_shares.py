"""Who owns how much: refusals in order of precedence, what lies just right of each, and that all is exactly one."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from domain.collaboration import subjects
from domain.kernel import Rejection, Subject
from domain.members import MemberShare, SharesRestated, WithdrawalNoticeGiven
from domain.members.shares import percent
from domain.text import Share
from tests.spec import At, Given, When, at, command, given
from tests.specs.constitution_books import (
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
DAY = "2024-06-01"
Counts = dict[str, int]


def book(form: str = "iks", *facts: At, resolve: bool = True) -> Given:
    """Returns a book of three members and a customer whose councils resolved on the shares `a-1`, and these facts."""
    customer = party("sunndal", member_class="external_customer")
    told = given(founded(form, *MEMBERS, customer), proposed(form, clauses=[clause("withdrawal")]), in_force())
    return told.and_(*(all_resolved("2024-05-01", MEMBERS, "shares", "a-1") if resolve else ()), *facts)


def shares(counts: Counts, whole: int) -> list[dict[str, Any]]:
    """Returns shares as a client sends them: so many parts of the whole each."""
    return [{"member_id": m, "share": {"numerator": n, "denominator": whole}} for m, n in counts.items()]


EVEN = shares(dict.fromkeys(MEMBERS, 1), 3)


def restate(told: Given, listed: list[dict[str, Any]] = EVEN, day: Any = DAY, **fields: Any) -> When:
    """Returns a restatement of the shares sent to a book."""
    return told.when(
        command("shares.restate", **{"shares_version": "a-1", "shares": listed, "effective": day, **fields})
    )


def restated(listed: list[dict[str, Any]] = EVEN, version: str = "a-1", **fields: Any) -> SharesRestated:
    """Returns the event a restatement leads to."""
    owned = tuple(MemberShare.model_validate(share) for share in listed)
    return SharesRestated(shares_version=version, shares=owned, **fields)


# What is accepted -------------------------------------------------------------------------


def test_shares_are_laid_down_from_a_day() -> None:
    after = restate(book()).then(restated()).state.members
    held = after.shares.certain(date(2024, 6, 1))
    assert held is not None
    assert held.ownership["rauma"] == Share(numerator=1, denominator=3)
    assert after.shares.certain(date(2024, 5, 31)) is None
    assert subjects(restated())[0] == Subject("collaboration", "this")
    assert {subject.id for subject in subjects(restated())[1:]} == set(MEMBERS)


def test_liability_may_differ_from_what_each_owns_and_is_what_its_member_answers_for() -> None:
    liable = shares({"aukra": 1, "molde": 2, "rauma": 1}, 4)
    after = restate(book(), liability=liable).decide()
    state = book().and_(at(DAY, after.events[0])).state.members  # type: ignore[arg-type]
    assert state.parties["molde"].liability == Share(numerator=2, denominator=4)


def test_a_charter_every_council_adopted_lays_them_down_as_well() -> None:
    told = book("iks", *all_resolved("2024-05-01", MEMBERS, "charter", "v1"), resolve=False)
    restate(told, charter_version="v1").decide()
    restate(told).then_rejected("shares.consent_missing")


@pytest.mark.parametrize("form", ["historic_27", "host_admin", "as", "informal"])
def test_where_no_act_has_the_councils_resolve_nobody_is_asked(form: str) -> None:
    restate(book(form, resolve=False)).decide()


# What is refused, in order of precedence ---------------------------------------------------


@pytest.mark.parametrize("mode", ["decide", "record", "import"])
def test_a_version_is_laid_down_once(mode: str) -> None:
    told = book("iks", at(DAY, restated()))
    rejection = refusal(restate(told, [*EVEN, *EVEN], reason="x", source=SOURCE), mode)
    assert (rejection.code, rejection.nature, rejection.entries) == ("shares.already_restated", "fact", (7,))


def test_each_member_is_listed_once() -> None:
    listed = [*EVEN, *shares({"rauma": 1}, 3)]
    assert restate(book(), listed).then_rejected("shares.member_listed_twice", members=["rauma"]).nature == "fact"
    restate(book(), liability=listed).then_rejected("shares.member_listed_twice", members=["rauma"])


@pytest.mark.parametrize("stranger", ["oslo", "sunndal", "nesset"])
def test_only_a_party_to_the_charter_has_a_share(stranger: str) -> None:
    told = book("iks", admitted("2024-06-02", "nesset"))
    rejection = restate(told, [*EVEN, *shares({stranger: 0}, 1)]).then_rejected(
        "shares.share_of_stranger", members=[stranger], on=DAY
    )
    assert rejection.nature == "fact"


def test_whether_a_roughly_dated_member_has_a_share_is_not_known() -> None:
    told = book("iks", admitted("2024-01-01", "nesset", "2024-12-31"))
    doubtful = restate(told, [*EVEN, *shares({"nesset": 0}, 1)], mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("shares.share_of_stranger",)


def test_shares_are_not_laid_down_as_they_are() -> None:
    told = book("iks", *all_resolved("2024-05-01", MEMBERS, "shares", "a-2"), at("2024-05-02", restated()))
    same = restate(told, shares_version="a-2")
    rejection = same.then_rejected("shares.nothing_changed", shares_version="a-1")
    assert (rejection.nature, rejection.entries) == ("fact", (10,))
    restate(told, shares_version="a-2", liability=EVEN).decide()
    restate(told, shares({"aukra": 2, "molde": 1, "rauma": 0}, 3), shares_version="a-2").decide()


def test_every_party_to_the_charter_has_a_share_if_only_none() -> None:
    two = shares({"aukra": 1, "molde": 1}, 2)
    rejection = restate(book(), two).then_rejected(
        "shares.share_missing_for_member", members=["rauma"], what="ownership"
    )
    assert rejection.nature == "rule"
    restate(book(), liability=two).then_rejected("shares.share_missing_for_member", what="liability")
    restate(book(), [*two, *shares({"rauma": 0}, 1)]).decide()


SEVEN = ("aukra", "gjemnes", "hustadvika", "midsund", "molde", "rauma", "vestnes")
TENTHS = (325, 216, 81, 190, 51, 54, 84)


def test_rounded_percentages_that_come_to_a_tenth_too_much_are_refused_and_by_how_much() -> None:
    told = given(founded("iks", *SEVEN), *all_resolved("2024-05-01", SEVEN, "shares", "a-1"))
    rounded = shares(dict(zip(SEVEN, TENTHS, strict=True)), 1000)
    rejection = restate(told, rounded).then_rejected(
        "shares.do_not_sum_to_one", total="1001/1000", percent="100.1", off="1/1000", off_percent="0.1"
    )
    assert (rejection.nature, rejection.law) == ("rule", "IKS-loven § 3")
    exact = shares(dict(zip(SEVEN, (324, *TENTHS[1:]), strict=True)), 1000)
    restate(told, exact).decide()


@pytest.mark.parametrize("off", [-1, 1])
def test_shares_come_to_exactly_one(off: int) -> None:
    counts = {"aukra": 1, "molde": 1, "rauma": 10**9 - 2 + off}
    restate(book(), shares(counts, 10**9)).then_rejected("shares.do_not_sum_to_one", off="1/1000000000")
    restate(book(), shares({**counts, "rauma": 10**9 - 2}, 10**9)).decide()
    lacking = shares({"aukra": 1, "molde": 1, "rauma": 0}, 3)
    restate(book(), liability=lacking).then_rejected("shares.do_not_sum_to_one", what="liability", total="2/3")


def test_a_share_in_per_cent_says_where_it_is_rounded() -> None:
    assert percent(Fraction(1001, 1000)) == "100.1"
    assert percent(Fraction(1, 3)) == "≈ 33.333333"
    assert percent(Fraction(1)) == "100"


@pytest.mark.parametrize(
    ("form", "law"),
    [("iks", "IKS-loven §§ 4, 26"), ("ko", "kommuneloven § 19-4"), ("ipr", "kommuneloven § 18-4")],
)
def test_every_council_resolves_on_the_shares(form: str, law: str) -> None:
    two = all_resolved("2024-05-01", MEMBERS[:2], "shares", "a-1")
    rejection = restate(book(form, *two, resolve=False)).then_rejected("shares.consent_missing", missing=["rauma"])
    assert (rejection.nature, rejection.law) == ("rule", law)
    no = resolved("2024-05-02", "rauma", "shares", "a-1", outcome="rejected")
    restate(book(form, no)).then_rejected("shares.consent_missing", rejected=["rauma"], missing=[])
    silent = restate(book(form, resolve=False), mode="import", source=SOURCE)
    assert silent.decide().ruling.unverified == ("shares.consent_missing",)


def test_shares_wait_for_the_last_council() -> None:
    two = all_resolved("2024-05-01", MEMBERS[:2], "shares", "a-1")
    told = book("iks", *two, resolved("2024-06-02", "rauma", "shares", "a-1"), resolve=False)
    rejection = restate(told).then_rejected("shares.effective_before_last_resolution", earliest="2024-06-02")
    assert rejection.nature == "rule"
    restate(told, day="2024-06-02").decide()


def test_one_that_leaves_need_not_consent_to_being_left_with_nothing() -> None:
    notice = at("2023-06-01", WithdrawalNoticeGiven(member_id="rauma", departs_on=date(2024, 6, 1)))
    two = all_resolved("2024-05-01", MEMBERS[:2], "shares", "a-1")
    halves = shares({"aukra": 1, "molde": 1, "rauma": 0}, 2)
    restate(book("iks", *two, notice, resolve=False), halves).decide()
    restate(book("iks", *two, notice, resolve=False), halves, "2024-05-31").then_rejected("shares.consent_missing")
    restate(book("iks", *two, notice, resolve=False)).then_rejected("shares.consent_missing", missing=["rauma"])
    restate(book("iks", *two, resolve=False), halves).then_rejected("shares.consent_missing", missing=["rauma"])
    put_out = all_resolved("2024-05-01", MEMBERS[:2], "position", "rauma")
    restate(book("iks", *two, *put_out, resolve=False), halves).decide()


# Over time --------------------------------------------------------------------------------


def test_shares_of_a_day_are_those_laid_down_last_by_then() -> None:
    more = shares({"aukra": 2, "molde": 1, "rauma": 1}, 4)
    told = book("iks", at("2024-06-01", restated()), at("2025-01-01", restated(more, "a-2")))
    line = told.state.members.shares
    versions = [reading and reading.version for reading in map(line.certain, (date(2024, 12, 31), date(2025, 1, 1)))]
    assert versions == ["a-1", "a-2"]


@examples(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6), st.integers(1, 12), st.integers(1, 28)),
        max_size=8,
    )
)
def test_whatever_is_laid_down_in_whatever_order_comes_to_exactly_one(
    sent: list[tuple[int, int, int, int, int]],
) -> None:
    told = book("host_admin", departed("2024-09-01", "rauma"))
    for number, (one, two, three, month, day) in enumerate(sent):
        listed = shares({"aukra": one, "molde": two, "rauma": three}, 6)
        restating = restate(told, listed, date(2024, month, day), shares_version=f"a-{number}")
        try:
            decision = restating.decide()
        except Rejection:
            continue
        told = told.and_(at(f"2024-{month:02}-{day:02}", decision.events[0]))  # type: ignore[arg-type]
    for mark in told.state.members.shares.marks:
        assert mark.value.owned(mark.value.ownership) == 1
