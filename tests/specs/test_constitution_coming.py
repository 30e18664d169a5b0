"""A legal form that is on its way: what it needs can be set up before the change takes effect, and not sooner."""

from __future__ import annotations

import pytest

from tests.spec import At, Given, When, at, command, given
from tests.specs.constitution_books import all_resolved, founded, in_force, proposed, reformed, resolved

MEMBERS = ("aukra", "molde", "rauma")


def book(*facts: At, form: str = "host_admin") -> Given:
    """Returns a book of three members with a charter in force, and these facts."""
    return given(founded(form, *MEMBERS), proposed(form), in_force(), *facts)


def joint_board(told: Given, day: str = "2021-01-01") -> When:
    """Returns the establishment of a joint elected board, which an administrative host cooperation cannot have."""
    seats = [{"member_id": member_id, "seats": 2} for member_id in MEMBERS]
    sent = {"body_id": "nemnda", "name": "Felles nemnd", "kind": "joint_board", "seat_plan": seats, "effective": day}
    return told.when(command("body.establish", **sent))


COMING = proposed("host_joint_board", "v2", "2020-06-01")


def test_a_body_of_the_coming_form_is_set_up_once_every_council_has_adopted_its_charter() -> None:
    joint_board(book()).then_rejected("body.kind_not_in_legal_form", legal_form="host_admin")
    joint_board(book(COMING)).then_rejected("body.kind_not_in_legal_form")
    some = all_resolved("2020-12-31", MEMBERS[:2], "charter", "v2")
    joint_board(book(COMING, *some)).then_rejected("body.kind_not_in_legal_form")
    joint_board(book(COMING, *some, resolved("2021-01-01", "rauma", "charter", "v2"))).decide()
    late = resolved("2021-01-02", "rauma", "charter", "v2")
    joint_board(book(COMING, *some, late)).then_rejected("body.kind_not_in_legal_form")


def test_one_council_s_no_stops_what_is_coming() -> None:
    no = resolved("2021-01-01", "rauma", "charter", "v2", outcome="rejected")
    joint_board(book(COMING, *all_resolved("2020-12-31", MEMBERS, "charter", "v2"), no)).then_rejected(
        "body.kind_not_in_legal_form"
    )


def test_a_form_that_was_left_is_not_coming() -> None:
    adopted = all_resolved("2020-12-31", MEMBERS, "charter", "v1")
    left = (*adopted, COMING, reformed("2020-12-31", "host_joint_board", "host_admin"))
    joint_board(book(*left, form="host_joint_board")).then_rejected("body.kind_not_in_legal_form")


@pytest.mark.parametrize("form", ["ko", "iks"])
def test_a_form_it_cannot_change_to_is_not_coming(form: str) -> None:
    adopted = all_resolved("2020-12-31", MEMBERS, "charter", "v2")
    told = book(proposed(form, "v2", "2020-06-01"), *adopted)
    sent = {"body_id": "b", "name": "Styret", "kind": "board", "effective": "2021-01-01"}
    told.when(command("body.establish", **sent)).then_rejected("body.kind_not_in_legal_form")


def test_nothing_is_coming_before_the_founding() -> None:
    told = given(at("2020-01-01", COMING.event))
    joint_board(told).then_rejected("collaboration.not_founded")
