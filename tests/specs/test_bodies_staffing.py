"""Man-years moved between employers: refusals in order of precedence, and what lies just beside each."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from domain.bodies import StaffPlacementChanged
from domain.bodies.staffing import decimal
from domain.collaboration import subjects
from domain.kernel import Subject
from tests.spec import At, at, command, seal
from tests.specs.body_books import SINCE, SOURCE, governed
from tests.specs.test_bodies import AUKRA_LEFT

DAY = "2023-01-01"


def moved(man_years: str = "3", source: str | None = None, target: str | None = "aukra", **fields: Any) -> Any:
    """Returns the event by which man-years of IT operations moved."""
    shape = {"function_id": "ikt", "function": "IKT-drift", "from_employer": source, "to_employer": target}
    return StaffPlacementChanged.model_validate({**shape, "man_years": man_years, **fields})


def move(man_years: str = "3", source: str | None = None, target: str | None = "aukra", **fields: Any) -> Any:
    """Returns a command to move them."""
    shape = {"function_id": "ikt", "function": "IKT-drift", "from_employer": source, "to_employer": target}
    return command("staff_placement.change", **{**shape, "man_years": man_years, "effective": DAY, **fields})


PLACED: At = at(SINCE, moved("3.5"))
"""Three and a half man-years with Aukra from 2022."""


def test_man_years_move_from_one_employer_to_another() -> None:
    after = (
        governed(PLACED)
        .when(move("1.25", "aukra", "this", staff_terms="Avtalt."))
        .then(moved("1.25", "aukra", "this", staff_terms=seal("Avtalt.")))
    )
    function = after.state.bodies.functions["ikt"]
    days = (date(2022, 12, 31), date(2023, 1, 1))
    assert [function.placed("aukra", day) for day in days] == [Fraction("3.5"), Fraction("2.25")]
    assert [function.placed("this", day) for day in days] == ["unknown", Fraction("1.25")]


def test_it_touches_the_function_and_the_members() -> None:
    assert subjects(moved("1", "aukra", "molde")) == (
        Subject("function", "ikt"),
        Subject("member", "aukra"),
        Subject("member", "molde"),
    )
    assert subjects(moved("1", "this", None)) == (Subject("function", "ikt"),)


def test_an_employer_is_a_member_or_the_collaboration() -> None:
    sent = move("0", "nowhere", "nowhere")
    rejection = governed().when(sent).then_rejected("staff_placement.unknown_employer", employer="nowhere", on=DAY)
    assert rejection.nature == "fact"
    governed().when(move(target="this")).then(moved(target="this"))


def test_and_one_on_that_day() -> None:
    book = governed(AUKRA_LEFT)
    book.when(move(effective="2024-01-01")).then_rejected("staff_placement.unknown_employer", employer="aukra")
    book.when(move(effective="2023-12-31")).then(moved())


def test_which_may_be_uncertain() -> None:
    governed(AUKRA_LEFT).when(_imported("2023-06-01", "2024-06-01")).then(
        moved(), unverified=["staff_placement.employer_uncertain"]
    )


def _imported(earliest: str, latest: str) -> Any:
    """Returns the placing as history of a rough date."""
    shape = {"function_id": "ikt", "function": "IKT-drift", "to_employer": "aukra", "man_years": "3"}
    rough = {"earliest": earliest, "latest": latest}
    return command("staff_placement.change", **shape, mode="import", effective=rough, source=SOURCE)


@pytest.mark.parametrize("employer", [None, "aukra", "this"])
def test_something_moves(employer: str | None) -> None:
    governed().when(move("0", employer, employer)).then_rejected("staff_placement.nothing_moved")


@pytest.mark.parametrize("man_years", ["0", "-1", "-0.000001"])
def test_and_not_less_than_something(man_years: str) -> None:
    governed().when(move(man_years)).then_rejected("staff_placement.man_years_not_positive", man_years=man_years)
    governed().when(move("0.000001")).then(moved("0.000001"))


def test_the_same_move_is_recorded_once() -> None:
    book = governed(at(DAY, moved("1")))
    assert book.when(move("1.0")).then_rejected("staff_placement.already_recorded").entries == (9,)
    book.when(move("1", effective="2023-01-02")).then(moved("1"))
    book.when(move("1", target="molde")).then(moved("1", target="molde"))


def test_no_more_leave_than_are_placed_there() -> None:
    book = governed(PLACED)
    rejection = book.when(move("3.500001", "aukra", "molde")).then_rejected(
        "staff_placement.more_than_placed", employer="aukra", placed="3.5", man_years="3.500001"
    )
    assert (rejection.nature, rejection.entries) == ("fact", (9,))
    book.when(move("3.5", "aukra", None)).then(moved("3.5", "aukra", None))


def test_how_many_are_may_be_unknown() -> None:
    for book in (governed(), governed(PLACED)):
        rejection = book.when(move("1", "molde", "this")).then_rejected(
            "staff_placement.placement_unknown", employer="molde"
        )
        assert rejection.nature == "unknown"


def test_and_stays_so_where_more_is_known_to_have_left_than_came() -> None:
    left: At = at("2022-06-01", moved("2", "aukra", "this"))
    book = governed(left, at("2022-07-01", moved("1")))
    assert book.when(move("1", "aukra", None)).then_rejected("staff_placement.placement_unknown").entries == (9, 10)


def test_or_where_a_move_is_of_a_rough_date() -> None:
    rough: At = at(SINCE, moved("3"), "2024-01-01")
    governed(rough).when(move("1", "aukra", None)).then_rejected("staff_placement.placement_unknown")


@over(st.integers(-(10**12), 10**12))
def test_a_sum_of_decimals_is_written_as_the_decimal_it_is(millionths: int) -> None:
    written = decimal(Fraction(millionths, 10**6))
    assert Fraction(written) == Fraction(millionths, 10**6)
    assert not written.endswith((".", "-"))
