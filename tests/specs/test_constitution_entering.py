"""Charters enter into force with the last council's resolution, or by two thirds; refusals in order of precedence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.constitution import CharterEnteredIntoForce, RatifiedBy, Tally
from domain.members import Party
from tests.spec import At, Given, When, command, given
from tests.specs.constitution_books import (
    ROR,
    SOURCE,
    admitted,
    all_resolved,
    clause,
    demanded,
    departed,
    founded,
    in_force,
    party,
    proposed,
    refusal,
    resolved,
)

MEMBERS = ("aukra", "molde", "rauma")
KO = demanded("ko", "2025-12-31")


def enter(book: Given, day: Any, version: str = "v1", **fields: Any) -> When:
    """Returns the entering into force of a charter, sent to a book."""
    return book.when(command("charter.enter_into_force", charter_version=version, effective=day, **fields))


def governed(*facts: At, form: str = "ko") -> Given:
    """Returns a book of three members with a charter in force, and these facts."""
    return given(founded(form, *MEMBERS), proposed(form), in_force(), *facts)


# Entering into force: ROR-IKT in 2013 ------------------------------------------------------

RATIFIED = (
    ("2013-06-18", "rauma"),
    ("2013-09-05", "aukra"),
    ("2013-09-05", "midsund"),
    ("2013-09-12", "molde"),
    ("2013-09-26", "vestnes"),
)


def ror(*skipped: str) -> Given:
    """Returns the book of ROR-IKT in 2013, without the resolutions of the councils skipped."""
    book = given(founded("historic_27", *ROR, day="2013-09-26"), proposed("historic_27", day="2013-06-18"))
    return book.and_(*(resolved(day, member, "charter", "v1") for day, member in RATIFIED if member not in skipped))


def test_ror_ikt_s_charter_enters_into_force_with_the_last_of_five_councils() -> None:
    ratified = tuple(RatifiedBy(member_id=member, entry=3 + index) for index, (_, member) in enumerate(RATIFIED))
    after = enter(ror(), "2013-09-26").then(CharterEnteredIntoForce(charter_version="v1", ratified_by=ratified))
    assert after.state.constitution.standing(date(2013, 9, 25)).charter_version is None
    assert after.state.constitution.standing(date(2013, 9, 26)).charter_version == "v1"


@pytest.mark.parametrize("mode", ["decide", "import"])
def test_ror_ikt_s_charter_is_not_in_force_the_day_before(mode: str) -> None:
    rejection = refusal(enter(ror(), "2013-09-25", source=SOURCE), mode)
    assert rejection.code == "charter.effective_before_last_ratification"
    assert (rejection.nature, rejection.params["earliest"]) == ("rule", "2013-09-26")


@pytest.mark.parametrize("mode", ["decide", "import"])
@pytest.mark.parametrize("skipped", ROR)
def test_four_of_five_councils_are_not_enough(skipped: str, mode: str) -> None:
    rejection = refusal(enter(ror(skipped), "2013-09-26", source=SOURCE), mode)
    assert (rejection.code, rejection.nature) == ("charter.not_ratified_by_all", "rule")
    assert rejection.params["members"] == [skipped]
    assert (rejection.params["ratified"], rejection.params["required"]) == (4, 5)


def test_a_history_that_is_silent_on_every_council_is_imported_as_unverified() -> None:
    silent = enter(ror(*ROR), "2013-09-26", mode="import", source=SOURCE)
    event = CharterEnteredIntoForce(charter_version="v1", ratified_by=())
    silent.then(event, unverified=["charter.not_ratified_by_all"])
    assert refusal(silent, "decide").nature == "unknown"


# Entering into force: refusals in order of precedence --------------------------------------


def ratified(*facts: At, skip: str | None = None) -> Given:
    """Returns a book with a proposed charter that all councils but one have adopted, and these facts."""
    councils = tuple(member for member in MEMBERS if member != skip)
    book = given(founded("ko", *MEMBERS), proposed("ko"))
    return book.and_(*all_resolved("2020-03-01", councils, "charter", "v1"), *facts)


def test_only_what_was_proposed_enters_into_force() -> None:
    rejection = enter(ratified(), "2020-03-01", version="v9").then_rejected("charter.not_proposed")
    assert (rejection.nature, rejection.params) == ("fact", {"charter_version": "v9"})


def test_a_charter_enters_into_force_once() -> None:
    rejection = enter(ratified(in_force(day="2020-03-01")), "2021-01-01").then_rejected("charter.already_in_force")
    assert (rejection.nature, rejection.entries) == ("fact", (6,))


def test_one_council_s_no_stops_a_charter() -> None:
    book = ratified(resolved("2020-04-01", "rauma", "charter", "v1", outcome="rejected"), skip="rauma")
    rejection = enter(book, "2020-05-01").then_rejected("charter.rejected_by_member", members=["rauma"])
    assert rejection.entries == (2, 3, 4, 5)


def test_a_no_before_a_missing_yes() -> None:
    book = given(founded("ko", *MEMBERS), proposed("ko")).and_(
        resolved("2020-03-01", "aukra", "charter", "v1", outcome="rejected")
    )
    enter(book, "2020-05-01").then_rejected("charter.rejected_by_member", members=["aukra"])


def test_a_council_may_come_round() -> None:
    book = ratified(
        resolved("2020-04-01", "rauma", "charter", "v1", outcome="rejected"),
        resolved("2020-04-15", "rauma", "charter", "v1"),
        skip="rauma",
    )
    enter(book, "2020-04-14").then_rejected("charter.effective_before_last_ratification", earliest="2020-04-15")
    enter(book, "2020-04-15").decide()


def test_a_no_after_the_charter_took_effect_comes_too_late() -> None:
    book = ratified(resolved("2020-06-01", "rauma", "charter", "v1", outcome="rejected"))
    enter(book, "2020-05-31").decide()
    enter(book, "2020-06-01").then_rejected("charter.rejected_by_member")


def test_resolutions_recorded_out_of_order_count_by_their_dates() -> None:
    book = ratified(
        resolved("2020-04-15", "rauma", "charter", "v1"),
        resolved("2020-04-01", "rauma", "charter", "v1", outcome="rejected"),
        skip="rauma",
    )
    enter(book, "2020-05-01").decide()


def test_a_rough_day_of_effect_needs_one_day_after_the_last_council() -> None:
    enter(ratified(), {"earliest": "2020-01-01", "latest": "2020-02-29"}).then_rejected(
        "charter.effective_before_last_ratification"
    )
    enter(ratified(), {"earliest": "2020-01-01", "latest": "2020-03-01"}).decide()


def test_a_council_s_rough_day_may_be_before_the_charter_s() -> None:
    book = ratified(resolved("2020-02-01", "rauma", "charter", "v1", latest="2020-12-31"), skip="rauma")
    within = enter(book, "2020-06-01", mode="import", source=SOURCE)
    assert within.decide().ruling.unverified == ("charter.effective_before_last_ratification",)
    assert refusal(within, "decide").params["earliest"] == "2020-12-31"
    assert refusal(enter(book, "2020-02-29", source=SOURCE), "import").nature == "rule"
    enter(book, "2020-12-31").decide()


def test_a_charter_proposed_before_2026_and_in_force_after_it_says_who_answers_for_the_documentation() -> None:
    enter(ratified(), "2025-12-31").decide()
    enter(ratified(), "2026-01-01").then_rejected("charter.clause_missing", clauses=["documentation_responsibility"])


def test_who_joins_on_the_same_day_is_not_asked_and_who_joined_before_is() -> None:
    enter(ratified(admitted("2020-06-01", "nesset")), "2020-06-01").decide()
    enter(ratified(admitted("2020-05-31", "nesset")), "2020-06-01").then_rejected(
        "charter.not_ratified_by_all", members=["nesset"]
    )


def test_who_has_left_is_not_asked() -> None:
    enter(ratified(departed("2020-05-31", "rauma"), skip="rauma"), "2020-06-01").decide()
    enter(ratified(departed("2020-06-01", "rauma"), skip="rauma"), "2020-06-01").then_rejected(
        "charter.not_ratified_by_all", members=["rauma"]
    )


def test_customers_and_observers_are_not_asked() -> None:
    customer = party("sunndal", member_class="external_customer")
    enter(ratified(admitted("2020-02-01", customer)), "2020-06-01").decide()
    founders: tuple[str | Party, ...] = (*MEMBERS, party("fraena", member_class="observer"))
    book = given(founded("ko", *founders), proposed("ko"), *all_resolved("2020-03-01", MEMBERS, "charter", "v1"))
    enter(book, "2020-06-01").decide()


# Entering into force by two thirds ----------------------------------------------------------


def amended(*facts: At) -> Given:
    """Returns a book with a charter in force, another proposed for two thirds to adopt, and these facts."""
    changed = [*(clause(key) for key in KO), clause("meeting_rules")]
    return governed(proposed("ko", "v2", "2025-02-01", changed, "top_body_two_thirds"), *facts)


@pytest.mark.parametrize(("cast", "in_favour"), [(3, 2), (9, 6), (10, 7), (1, 1)])
def test_two_thirds_of_the_votes_cast_are_enough(cast: int, in_favour: int) -> None:
    enter(amended(), "2025-03-01", "v2", vote={"cast": cast, "in_favour": in_favour}).then(
        CharterEnteredIntoForce(charter_version="v2", ratified_by=(), vote=Tally(cast=cast, in_favour=in_favour))
    )


@pytest.mark.parametrize(("cast", "in_favour"), [(3, 1), (10, 6), (1, 0), (0, 0)])
def test_fewer_are_not(cast: int, in_favour: int) -> None:
    rejection = enter(amended(), "2025-03-01", "v2", vote={"cast": cast, "in_favour": in_favour}).then_rejected(
        "charter.two_thirds_not_met", cast=cast, in_favour=in_favour
    )
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 19-4")


def test_a_vote_the_source_does_not_count_is_imported_as_unverified() -> None:
    uncounted = enter(amended(), "2025-03-01", "v2", mode="import", source=SOURCE)
    assert uncounted.decide().ruling.unverified == ("charter.two_thirds_not_met",)
    shown = refusal(uncounted, "decide").params
    assert (shown["cast"], shown["in_favour"]) == ("unknown", "unknown")


def test_no_more_votes_are_in_favour_than_were_cast() -> None:
    with pytest.raises(ValueError, match="no more votes are in favour than are cast"):
        Tally(cast=1, in_favour=2)


def test_what_the_councils_changed_meanwhile_two_thirds_do_not_change_back() -> None:
    newer = [clause(key, "annet" if key == "seats" else None) for key in KO]
    book = amended(proposed("ko", "v3", "2025-02-10", newer), in_force("v3", "2025-02-20"))
    vote = {"cast": 3, "in_favour": 3}
    enter(book, "2025-03-01", "v2", vote=vote).then_rejected("charter.route_too_weak", clauses=["seats"])
    enter(book, "2025-02-19", "v2", vote=vote).decide()
