"""Seats and offices filled and vacated: refusals in order of precedence, and what lies just beside each."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.bodies import BodyDissolved, Place, SeatFilled, SeatPlanAdopted, SeatVacated
from domain.collaboration import subjects
from domain.kernel import Subject
from tests.spec import At, Given, at, command
from tests.specs.body_books import PLAN, SINCE, SOURCE, allotted, body, governed, imported, person, seated
from tests.specs.test_bodies import AUKRA_LEFT

IN_COUNCIL: dict[str, Any] = {"body_id": "council", "on_behalf_of": "aukra"}
COUNCIL = Place("body", "council")


def fill(person_id: str = "p-1", **fields: Any) -> Any:
    """Returns a command to seat a person from 2023."""
    return command("seat.fill", **{"person_id": person_id, "effective": "2023-01-01", **fields})


def vacate(person_id: str = "p-1", **fields: Any) -> Any:
    """Returns a command to record that a person left in 2025."""
    return command("seat.vacate", **{"person_id": person_id, "effective": "2025-01-01", "cause": "resigned", **fields})


def filled(person_id: str = "p-1", **fields: Any) -> SeatFilled:
    """Returns the event that seats a person."""
    return SeatFilled(person_id=person_id, **{**fields, "until": _day(fields.get("until"))})


def vacated(person_id: str = "p-1", cause: Any = "resigned", **fields: Any) -> SeatVacated:
    """Returns the event by which a person left."""
    return SeatVacated(person_id=person_id, cause=cause, **fields)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def sitting(book: Given, place: Place, day: str) -> tuple[list[str], list[str]]:
    """Returns who certainly and who possibly sits there."""
    there = book.state.bodies.sitting(place, date.fromisoformat(day))
    return [tenure.person_id for tenure in there.certain], [tenure.person_id for tenure in there.possible]


# seat.fill: accepted ----------------------------------------------------------------------


def test_a_person_takes_a_seat_for_a_member_for_four_years() -> None:
    term = {**IN_COUNCIL, "until": "2026-12-31"}
    after = governed().when(fill(**term)).then(filled(**term))
    days = ("2022-12-31", "2023-01-01", "2026-12-31", "2027-01-01")
    assert [sitting(after, COUNCIL, day)[0] for day in days] == [[], ["p-1"], ["p-1"], []]


def test_a_seat_touches_person_body_office_and_member() -> None:
    assert subjects(filled(**IN_COUNCIL, office_id="clerk")) == (
        Subject("person", "p-1"),
        Subject("body", "council"),
        Subject("office", "clerk"),
        Subject("member", "aukra"),
    )
    assert subjects(vacated(office_id="clerk")) == (Subject("person", "p-1"), Subject("office", "clerk"))


def test_a_rough_beginning_is_possible_before_it_is_certain() -> None:
    after = governed(seated("p-1", "2023-01-01", "2024-01-01", **IN_COUNCIL))
    days = ("2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01")
    assert [sitting(after, COUNCIL, day) for day in days] == [
        ([], []),
        ([], ["p-1"]),
        ([], ["p-1"]),
        (["p-1"], []),
    ]


# seat.fill: what contradicts the book -----------------------------------------------------


def test_a_seat_is_in_a_body_or_an_office() -> None:
    governed().when(fill("nobody")).then_rejected("seat.nothing_to_fill", person_id="nobody")


def test_only_a_registered_person_takes_a_seat() -> None:
    governed().when(fill("nobody", body_id="nowhere")).then_rejected("seat.unknown_person", person_id="nobody")


def test_only_in_a_known_body() -> None:
    sent = fill(body_id="nowhere", office_id="nowhere")
    governed().when(sent).then_rejected("body.unknown_body", body_id="nowhere")


def test_that_stands() -> None:
    gone = (body("group", "steering_group"), at("2023-01-01", BodyDissolved(body_id="group")))
    governed(*gone).when(fill(body_id="group")).then_rejected("body.dissolved", body_id="group")
    governed(*gone).when(fill(body_id="group", effective="2022-12-31")).then(filled(body_id="group"))


def test_only_in_a_known_office() -> None:
    sent = fill(office_id="nowhere", on_behalf_of="vestnes")
    governed().when(sent).then_rejected("office.unknown_office", office_id="nowhere")


def test_that_is_set_up() -> None:
    sent = fill(office_id="clerk", effective="2021-12-31")
    rejection = governed().when(sent).then_rejected("office.not_established_yet", office_id="clerk", since=SINCE)
    assert rejection.nature == "fact"


def test_only_for_a_member() -> None:
    sent = fill(body_id="council", on_behalf_of="vestnes", until="2022-12-31")
    governed().when(sent).then_rejected("body.unknown_member", members=["vestnes"])


def test_a_term_has_at_least_one_day() -> None:
    sent = fill(**IN_COUNCIL, until="2022-12-31")
    governed().when(sent).then_rejected("seat.term_empty", starts="2023-01-01", until="2022-12-31")
    one_day = {**IN_COUNCIL, "until": "2023-01-01"}
    governed().when(fill(**one_day)).then(filled(**one_day))


def test_a_person_sits_once_in_a_body() -> None:
    book = governed(seated("p-1", **IN_COUNCIL))
    sent = fill(body_id="council", on_behalf_of="molde", deputy_rank=1)
    rejection = book.when(sent).then_rejected("seat.taken", place_id="council", held_by="p-1")
    assert (rejection.nature, rejection.entries) == ("fact", (9,))


def test_also_when_the_other_term_has_not_begun() -> None:
    book = governed(seated("p-1", "2024-01-01", **IN_COUNCIL))
    book.when(fill(**IN_COUNCIL)).then_rejected("seat.taken", held_by="p-1")
    until = {**IN_COUNCIL, "until": "2023-12-31"}
    book.when(fill(**until)).then(filled(**until))


def test_and_may_be_seated_again_when_the_term_is_over() -> None:
    book = governed(seated("p-1", **IN_COUNCIL, until=date(2022, 12, 31)))
    book.when(fill(**IN_COUNCIL)).then(filled(**IN_COUNCIL))


def test_an_office_has_one_holder_at_a_time() -> None:
    book = governed(seated("p-2", office_id="clerk"))
    rejection = book.when(fill(office_id="clerk")).then_rejected("seat.taken", place_id="clerk", held_by="p-2")
    assert (rejection.nature, rejection.entries) == ("rule", (9,))


def test_and_may_be_filled_the_day_after_the_other_left() -> None:
    book = governed(seated("p-2", office_id="clerk"), at("2023-01-01", vacated("p-2", office_id="clerk")))
    book.when(fill(office_id="clerk", effective="2022-12-31")).then_rejected("seat.taken", held_by="p-2")
    book.when(fill(office_id="clerk")).then(filled(office_id="clerk"))


def test_a_stand_in_for_an_office_is_no_second_holder() -> None:
    book = governed(seated("p-2", office_id="clerk"))
    book.when(fill(office_id="clerk", deputy_rank=1)).then(filled(office_id="clerk", deputy_rank=1))


def test_an_office_that_is_only_possibly_held_passes_unverified_in_an_import() -> None:
    book = governed(seated("p-2", "2022-06-01", "2024-01-01", office_id="clerk"))
    until = {"office_id": "clerk", "until": "2023-12-31"}
    rejection = book.when(fill(**until)).then_rejected("seat.perhaps_taken", held_by="p-2")
    assert rejection.nature == "unknown"
    book.when(fill(**until, mode="import", source=SOURCE)).then(filled(**until), unverified=["seat.perhaps_taken"])


# seat.fill: what breaks the law -----------------------------------------------------------


def test_a_seat_in_the_top_body_is_some_members() -> None:
    rejection = governed().when(fill(body_id="council")).then_rejected("seat.elector_unknown", body_id="council")
    assert (rejection.nature, rejection.law) == ("unknown", "kommuneloven § 19-3")
    governed(legal_form="host_admin").when(fill(body_id="council")).then(filled(body_id="council"))
    meeting = governed(body("meeting", "general_meeting"), legal_form="as")
    meeting.when(fill(body_id="meeting")).then(filled(body_id="meeting"))


def test_a_member_has_no_more_seats_than_it_is_allotted() -> None:
    book = governed(seated("p-2", **IN_COUNCIL))
    book.when(fill(**IN_COUNCIL)).then(filled(**IN_COUNCIL))
    full = book.and_(seated("p-3", **IN_COUNCIL))
    rejection = full.when(fill(**IN_COUNCIL)).then_rejected("seat.no_seat_left", member_id="aukra", seats=2)
    assert (rejection.nature, rejection.entries) == ("rule", (2, 9, 10))
    for_molde = {"body_id": "council", "on_behalf_of": "molde"}
    full.when(fill(**for_molde)).then(filled(**for_molde))


def test_nor_on_a_later_day_of_the_term() -> None:
    later = [seated(who, "2024-01-01", **IN_COUNCIL) for who in ("p-2", "p-3")]
    book = governed(*later)
    book.when(fill(**IN_COUNCIL)).then_rejected("seat.no_seat_left", on="2024-01-01")
    until = {**IN_COUNCIL, "until": "2023-12-31"}
    book.when(fill(**until)).then(filled(**until))


def test_nor_than_the_plan_of_that_day() -> None:
    fewer = at("2023-01-01", SeatPlanAdopted(body_id="council", seat_plan=(allotted("aukra", 1), *PLAN[1:])))
    book = governed(fewer, seated("p-2", **IN_COUNCIL))
    book.when(fill(**IN_COUNCIL)).then_rejected("seat.no_seat_left", seats=1)
    until = {**IN_COUNCIL, "effective": "2022-12-31", "until": "2022-12-31"}
    book.when(fill(**until)).then(filled(**{**IN_COUNCIL, "until": "2022-12-31"}))


def test_a_member_the_plan_does_not_name_has_none() -> None:
    board = body("board", "board", PLAN[:1])
    sent = fill(body_id="board", on_behalf_of="molde")
    governed(board).when(sent).then_rejected("seat.no_seat_left", member_id="molde", seats=0)


def test_deputies_are_counted_apart() -> None:
    deputy: dict[str, Any] = {**IN_COUNCIL, "deputy_rank": 1}
    book = governed(person("p-4"), seated("p-2", **IN_COUNCIL), seated("p-3", **IN_COUNCIL))
    book.when(fill(**deputy)).then(filled(**deputy))
    full = book.and_(seated("p-1", **deputy), person("p-5"), seated("p-5", **deputy))
    full.when(fill("p-4", **deputy)).then_rejected("seat.no_deputy_seat_left", member_id="aukra", seats=2)


def test_an_allotment_the_source_does_not_show_passes_unverified() -> None:
    board = body("board", "board")
    rough = imported("2023-01-01", "2023-06-30")
    in_board = {"body_id": "board", "on_behalf_of": "molde"}
    rejection = governed(board).when(fill(**in_board)).then_rejected("seat.seats_unknown", member_id="molde")
    assert rejection.nature == "unknown"
    governed(board).when(fill(**{**in_board, **rough})).then(filled(**in_board), unverified=["seat.seats_unknown"])


def test_nor_can_a_seat_that_is_only_possibly_taken_be_counted() -> None:
    book = governed(seated("p-2", **IN_COUNCIL), seated("p-3", "2022-06-01", "2023-06-01", **IN_COUNCIL))
    until = {**IN_COUNCIL, "until": "2023-05-31"}
    book.when(fill(**until)).then_rejected("seat.seats_unknown", seats=2)
    book.when(fill(**IN_COUNCIL)).then_rejected("seat.no_seat_left", on="2023-06-01")


def test_a_term_is_at_most_four_years() -> None:
    term = {**IN_COUNCIL, "until": "2027-01-01"}
    rejection = governed().when(fill(**term)).then_rejected("seat.term_over_four_years", last_day="2026-12-31")
    assert rejection.law == "kommuneloven § 19-3"


def test_four_years_from_a_leap_day_end_before_the_next() -> None:
    leap = {**IN_COUNCIL, "effective": "2024-02-29"}
    governed().when(fill(**leap, until="2028-02-29")).then_rejected("seat.term_over_four_years", last_day="2028-02-28")
    governed().when(fill(**leap, until="2028-02-28")).then(filled(**IN_COUNCIL, until="2028-02-28"))
    far = {**IN_COUNCIL, "effective": "2096-02-29"}
    governed().when(fill(**far, until="2100-03-01")).then_rejected("seat.term_over_four_years", last_day="2100-02-28")


def test_a_rough_beginning_may_make_it_more() -> None:
    term = {**IN_COUNCIL, "until": "2026-12-31", **imported("2022-12-31", "2023-06-30")}
    governed().when(fill(**term)).then(
        filled(**IN_COUNCIL, until="2026-12-31"), unverified=["seat.term_perhaps_over_four_years"]
    )


def test_advisory_bodies_and_offices_have_no_such_bound() -> None:
    group = body("group", "steering_group")
    for where in ({"body_id": "group"}, {"office_id": "clerk"}):
        governed(group).when(fill(**where, until="2040-01-01")).then(filled(**where, until="2040-01-01"))


def test_the_managing_director_has_no_seat_in_the_council_of_representatives() -> None:
    book = governed(seated("p-1", office_id="manager"))
    rejection = book.when(fill(**IN_COUNCIL)).then_rejected("seat.not_eligible", place_id="council", other_id="manager")
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "kommuneloven § 19-3", (9,))


def test_nor_becomes_managing_director_with_one() -> None:
    book = governed(seated("p-1", **IN_COUNCIL))
    book.when(fill(office_id="manager")).then_rejected("seat.not_eligible", place_id="manager", other_id="council")


def test_nor_takes_both_at_once() -> None:
    governed().when(fill(**IN_COUNCIL, office_id="manager")).then_rejected("seat.not_eligible", person_id="p-1")


def test_but_may_have_had_one() -> None:
    left = at("2023-01-01", vacated(office_id="manager"))
    governed(seated("p-1", office_id="manager"), left).when(fill(**IN_COUNCIL)).then(filled(**IN_COUNCIL))


def test_a_managing_director_sits_in_the_council_of_a_political_council() -> None:
    book = governed(seated("p-1", office_id="manager"), legal_form="ipr")
    book.when(fill(**IN_COUNCIL)).then(filled(**IN_COUNCIL))


def test_neither_managing_director_nor_representative_sits_in_the_board_of_an_iks() -> None:
    board = body("board", "board")
    for other in ({"office_id": "manager"}, IN_COUNCIL):
        book = governed(board, seated("p-1", **other), legal_form="iks")
        rejection = book.when(fill(body_id="board")).then_rejected("seat.not_eligible", place_id="board")
        other_id = other.get("office_id", "council")
        assert (rejection.law, rejection.params["other_id"], rejection.entries) == ("IKS-loven § 10", other_id, (10,))


def test_other_seats_and_offices_may_be_held_together() -> None:
    group = body("group", "steering_group")
    book = governed(body("board", "board"), group, seated("p-1", body_id="group"), legal_form="iks")
    book.when(fill(body_id="board")).then(filled(body_id="board"))
    managing = governed(seated("p-1", office_id="manager"))
    managing.when(fill(office_id="clerk")).then(filled(office_id="clerk"))


def test_a_representative_sits_in_the_board_of_a_task_community() -> None:
    governed(body("board", "board"), seated("p-1", **IN_COUNCIL)).when(fill(body_id="board")).then(
        filled(body_id="board")
    )


def test_a_possible_conflict_passes_unverified_in_an_import() -> None:
    book = governed(seated("p-1", "2022-06-01", "2024-01-01", office_id="manager"))
    term = {**IN_COUNCIL, "until": "2023-06-30"}
    book.when(fill(**term)).then_rejected("seat.eligibility_uncertain", other_id="manager")
    book.when(fill(**term, mode="import", source=SOURCE)).then(
        filled(**term), unverified=["seat.eligibility_uncertain"]
    )


# seat.vacate ------------------------------------------------------------------------------


def test_a_person_leaves_a_seat_once() -> None:
    after = governed(seated("p-1", **IN_COUNCIL)).when(vacate(body_id="council")).then(vacated(body_id="council"))
    assert [sitting(after, COUNCIL, day)[0] for day in ("2024-12-31", "2025-01-01")] == [["p-1"], []]


def test_and_may_leave_sooner_than_was_recorded() -> None:
    book = governed(seated("p-1", **IN_COUNCIL), at("2025-06-01", vacated(body_id="council")))
    after = book.when(vacate(body_id="council", cause="deceased")).then(vacated(cause="deceased", body_id="council"))
    assert [sitting(after, COUNCIL, day)[0] for day in ("2024-12-31", "2025-01-01")] == [["p-1"], []]


def test_one_seat_of_two_filled_together_can_be_left() -> None:
    book = governed(seated("p-1", **IN_COUNCIL, office_id="clerk"))
    after = book.when(vacate(office_id="clerk")).then(vacated(office_id="clerk"))
    assert sitting(after, Place("office", "clerk"), "2025-01-01") == ([], [])
    assert sitting(after, COUNCIL, "2025-01-01") == (["p-1"], [])


def test_something_is_left() -> None:
    governed().when(vacate()).then_rejected("seat.nothing_to_vacate", person_id="p-1")


def test_who_does_not_sit_leaves_nothing() -> None:
    rejection = governed().when(vacate(body_id="council")).then_rejected("seat.not_seated", place_id="council")
    assert rejection.nature == "fact"
    over = governed(seated("p-1", **IN_COUNCIL, until=date(2024, 12, 31)))
    over.when(vacate(body_id="council")).then_rejected("seat.not_seated", on="2025-01-01")
    over.when(vacate(body_id="council", effective="2024-12-31")).then(vacated(body_id="council"))


def test_who_possibly_sits_leaves_unverified_in_an_import() -> None:
    book = governed(seated("p-1", "2023-01-01", "2026-01-01", **IN_COUNCIL))
    book.when(vacate(body_id="council")).then_rejected("seat.perhaps_not_seated", place_id="council")
    after = book.when(vacate(body_id="council", mode="import", source=SOURCE)).then(
        vacated(body_id="council"), unverified=["seat.perhaps_not_seated"]
    )
    days = ("2024-12-31", "2025-01-01", "2026-01-01")
    assert [sitting(after, COUNCIL, day) for day in days] == [([], ["p-1"]), ([], []), ([], [])]


def test_a_board_member_is_recalled_by_the_council_of_representatives() -> None:
    board: At = body("board", "board")
    book = governed(board, seated("p-1", body_id="board"))
    book.when(vacate(body_id="board", cause="recalled")).then(vacated(body_id="board", cause="recalled"))


def test_a_seat_for_a_member_that_has_left_is_not_filled() -> None:
    sent = fill(**IN_COUNCIL, effective="2024-01-01")
    governed(AUKRA_LEFT).when(sent).then_rejected("body.unknown_member", members=["aukra"])
