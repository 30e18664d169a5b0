"""Admission, and who is a member when: refusals in order of precedence, what lies just on the right side of each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies

from domain.collaboration import subjects
from domain.dates import Interval
from domain.kernel import Fact, Subject
from domain.members import MemberAdmitted, MemberDeparted, Members, Party, evolve, found
from domain.text import Share
from tests.spec import RECORDED, At, Given, When, command, given
from tests.specs.constitution_books import (
    ROR,
    SOURCE,
    admitted,
    all_resolved,
    departed,
    founded,
    party,
    refusal,
    resolved,
)

EXTENDED = (
    ("2018-11-08", "midsund"),
    ("2018-11-13", "aukra"),
    ("2018-11-13", "rauma"),
    ("2018-11-15", "molde"),
    ("2018-11-15", "vestnes"),
)
"""The days on which the five councils of ROR-IKT resolved that Nesset should join."""
EVERYONE_ELSE = ("external_customer", "associate", "observer")


def ror(*facts: At, skip: str | None = None) -> Given:
    """Returns the book of ROR-IKT in 2018 with the councils' resolutions but one, and these facts."""
    round_ = [resolved(day, member, "admission", "nesset") for day, member in EXTENDED if member != skip]
    return given(founded("historic_27", *ROR, day="2013-09-26"), *round_, *facts)


def admit(book: Given, member_id: str = "nesset", day: Any = "2018-11-15", **fields: Any) -> When:
    """Returns an admission sent to a book."""
    known = {"member_id": member_id, "name": member_id.title(), "effective": day}
    return book.when(command("member.admit", **{**known, **fields}))


# What is accepted -------------------------------------------------------------------------


def test_nesset_joins_ror_ikt_with_the_last_of_five_councils() -> None:
    after = admit(ror()).then(MemberAdmitted(member_id="nesset", name="Nesset"))
    assert after.state.members.on(date(2018, 11, 14)) == ROR
    assert after.state.members.on(date(2018, 11, 15)) == ("aukra", "midsund", "molde", "nesset", "rauma", "vestnes")


def test_everything_said_of_the_member_is_kept() -> None:
    share = Share(numerator=1, denominator=6)
    told = party("nesset", org_no="864981062", member_class="owner", seats=2, votes=1, liability=share)
    sent: dict[str, Any] = {"org_no": "864981062", "member_class": "owner", "seats": 2, "votes": 1}
    after = admit(ror(), **sent, liability={"numerator": 1, "denominator": 6}).then(MemberAdmitted(**dict(told)))
    assert after.state.members.parties["nesset"] == told


def test_an_admission_touches_the_member() -> None:
    assert subjects(MemberAdmitted(member_id="nesset", name="Nesset")) == (Subject("member", "nesset"),)


@pytest.mark.parametrize("member_class", EVERYONE_ELSE)
def test_no_council_resolves_on_customers_associates_and_observers(member_class: str) -> None:
    admit(ror(), "sunndal", member_class=member_class).decide()


def test_a_member_that_left_may_come_back() -> None:
    book = ror(departed("2018-06-01", "vestnes")).and_(*all_resolved("2018-11-08", ROR[:4], "admission", "vestnes"))
    after = admit(book, "vestnes").then(MemberAdmitted(member_id="vestnes", name="Vestnes"))
    days = (date(2018, 5, 31), date(2018, 6, 1), date(2018, 11, 14), date(2018, 11, 15))
    assert [after.state.members.is_member("vestnes", day) for day in days] == [True, False, False, True]


def test_one_that_leaves_and_comes_back_on_the_same_day_does_not_resolve_on_itself() -> None:
    book = ror(departed("2018-11-15", "vestnes")).and_(*all_resolved("2018-11-08", ROR[:4], "admission", "vestnes"))
    admit(book, "vestnes").decide()


def test_before_the_founding_no_form_says_who_may_join() -> None:
    admit(ror(), "telenor", "2013-09-25", kind="company", member_class="external_customer").decide()


# What is refused, in order of precedence ---------------------------------------------------


@pytest.mark.parametrize("mode", ["decide", "record", "import"])
def test_a_member_is_admitted_once(mode: str) -> None:
    again = admit(given(founded("historic_27", *ROR, day="2013-09-26")), "molde", source=SOURCE, reason="x")
    rejection = refusal(again, mode)
    assert (rejection.code, rejection.nature, rejection.entries) == ("member.already_member", "fact", (1,))
    assert rejection.params == {"member_id": "molde"}


def test_a_founder_is_a_member_even_where_the_founding_is_only_roughly_dated() -> None:
    book = given(founded("historic_27", *ROR, day="2013-06-18", latest="2026-05-02"))
    assert admit(book, "molde").then_rejected("member.already_member").nature == "fact"


def test_one_that_will_be_a_member_is_not_admitted_again() -> None:
    admit(ror(admitted("2019-01-01", "nesset"))).then_rejected("member.already_member")


def test_whether_one_that_may_have_left_is_a_member_is_not_known() -> None:
    rough = (admitted("2014-01-01", "nesset", "2017-12-31"), departed("2017-12-31", "nesset"))
    doubtful = admit(ror(*rough), day="2016-01-01", mode="import", source=SOURCE)
    assert refusal(doubtful, "decide").nature == "unknown"


def test_one_council_s_no_stops_an_admission() -> None:
    book = ror(resolved("2018-11-14", "vestnes", "admission", "nesset", outcome="rejected"), skip="vestnes")
    rejection = admit(book).then_rejected("member.admission_rejected", member_id="nesset", members=["vestnes"])
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven (1992) § 27")


@pytest.mark.parametrize("mode", ["decide", "import"])
@pytest.mark.parametrize("skip", ROR)
def test_four_of_five_councils_are_not_enough(skip: str, mode: str) -> None:
    rejection = refusal(admit(ror(skip=skip), source=SOURCE), mode)
    assert (rejection.code, rejection.nature) == ("member.admission_not_resolved", "rule")
    assert rejection.params == {"member_id": "nesset", "members": [skip]}


def test_a_history_that_is_silent_on_every_council_is_imported_as_unverified() -> None:
    silent = admit(given(founded("historic_27", *ROR, day="2013-09-26")), mode="import", source=SOURCE)
    silent.then(MemberAdmitted(member_id="nesset", name="Nesset"), unverified=["member.admission_not_resolved"])
    assert refusal(silent, "decide").nature == "unknown"


def test_two_that_join_on_the_same_day_do_not_resolve_on_each_other() -> None:
    admit(ror(admitted("2018-11-15", "eide"))).decide()
    admit(ror(admitted("2018-11-14", "eide"))).then_rejected("member.admission_not_resolved", members=["eide"])


def test_customers_do_not_resolve_on_an_admission() -> None:
    admit(ror(admitted("2014-01-01", party("sunndal", member_class="external_customer")))).decide()


@pytest.mark.parametrize("member_class", EVERYONE_ELSE)
def test_a_customer_an_associate_and_an_observer_have_no_seat(member_class: str) -> None:
    for seat in ({"seats": 1}, {"votes": 1}):
        admit(ror(), "sunndal", member_class=member_class, **seat).then_rejected(
            "member.external_customer_cannot_hold_seat", members=["sunndal"]
        )
    admit(ror(), "sunndal", member_class=member_class, seats=0, votes=0).decide()


def test_in_an_iks_all_members_are_municipal() -> None:
    book = given(founded("iks", "aukra", "molde"), *all_resolved("2020-06-01", ("aukra", "molde"), "admission", "x"))
    rejection = admit(book, "x", "2020-06-01", kind="company").then_rejected(
        "member.iks_member_not_municipal", members=["x"]
    )
    assert (rejection.law, rejection.entries) == ("IKS-loven § 1", (1,))
    for kind in ("municipality", "county", "iks"):
        admit(book, "x", "2020-06-01", kind=kind).decide()


def test_in_the_forms_of_kommuneloven_all_members_are_municipalities_and_counties() -> None:
    admit(ror(), kind="iks").then_rejected("member.kind_not_allowed", members=["nesset"], legal_form="historic_27")
    admit(ror(), kind="county").decide()
    admit(ror(), "telenor", kind="company", member_class="external_customer").decide()


def test_nobody_joins_before_the_last_council_has_resolved() -> None:
    rejection = admit(ror(), day="2018-11-14").then_rejected(
        "member.effective_before_last_resolution", member_id="nesset", earliest="2018-11-15"
    )
    assert rejection.nature == "rule"
    admit(ror(), day={"earliest": "2018-01-01", "latest": "2018-11-14"}).then_rejected(
        "member.effective_before_last_resolution"
    )
    admit(ror(), day={"earliest": "2018-01-01", "latest": "2018-11-15"}).decide()


def test_a_roughly_dated_council_may_have_resolved_in_time() -> None:
    book = ror(resolved("2018-11-01", "vestnes", "admission", "nesset", "2018-11-30"), skip="vestnes")
    doubtful = admit(book, mode="import", source=SOURCE)
    assert doubtful.decide().ruling.unverified == ("member.effective_before_last_resolution",)
    admit(book, day="2018-11-30").decide()


# Who is a member when ---------------------------------------------------------------------


def test_members_are_certain_possible_or_not() -> None:
    members = ror(admitted("2018-11-15", "nesset", "2019-01-01")).state.members
    assert members.possible_on(date(2018, 11, 14)) == ()
    assert members.possible_on(date(2018, 11, 15)) == ("nesset",)
    assert members.possible_on(date(2019, 1, 1)) == ()
    told = [members.is_member("nesset", day) for day in (date(2018, 11, 14), date(2018, 12, 31), date(2019, 1, 1))]
    assert told == [False, None, True]
    assert members.is_member("oslo", date(2019, 1, 1)) is False


def test_who_joined_roughly_and_left_for_certain_does_not_come_back() -> None:
    members = ror(admitted("2018-11-15", "nesset", "2026-05-02"), departed("2020-01-01", "nesset")).state.members
    days = (date(2018, 11, 15), date(2019, 12, 31), date(2020, 1, 1), date(2026, 11, 24))
    assert [members.is_member("nesset", day) for day in days] == [None, None, False, False]


def test_who_leaves_roughly_is_a_member_until_it_is_certain() -> None:
    members = ror(departed("2019-01-01", "vestnes", "2019-12-31")).state.members
    days = (date(2018, 12, 31), date(2019, 6, 1), date(2019, 12, 31))
    assert [members.is_member("vestnes", day) for day in days] == [True, True, False]


def test_the_charter_s_parties_are_told_from_customers() -> None:
    members = ror(admitted("2014-01-01", party("sunndal", member_class="external_customer"))).state.members
    assert "sunndal" in members.on(date(2014, 1, 1))
    assert members.deciding_on(date(2014, 1, 1)) == ROR
    assert not members.decides("sunndal")
    assert not members.decides("oslo")


DAYS = strategies.dates(date(2020, 1, 1), date(2020, 2, 1))
INTERVALS = strategies.tuples(DAYS, DAYS).map(lambda pair: Interval(earliest=min(pair), latest=max(pair)))


@examples(INTERVALS, INTERVALS, DAYS)
def test_who_has_certainly_left_is_gone_and_who_has_not_come_yet_is_not_there(
    came: Interval, went: Interval, day: date
) -> None:
    one = Party(member_id="a", name="A")
    departure = MemberDeparted(member_id="a", cause="withdrawn")
    members = found(Members(), (one,), Fact(MemberAdmitted(**dict(one)), 1, came, RECORDED))
    members = evolve(members, departure, Fact(departure, 2, went, RECORDED))
    held = members.is_member("a", day)
    if day >= went.latest and came.earliest <= went.latest:
        assert held is False
    if day < came.earliest:
        assert held is False
    assert (held is True) == ("a" in members.on(day))
    assert (held is None) == ("a" in members.possible_on(day))
