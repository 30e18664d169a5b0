"""Seats laid down anew, bodies dissolved, offices, people, seats after a merger: refusals in order of precedence."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.bodies import (
    BodyDissolved,
    BodyEstablished,
    OfficeEstablished,
    PersonRegistered,
    SeatFilled,
    SeatPlanAdopted,
)
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.members import BodySeats, MemberSucceeded, Party, Succession
from tests.spec import At, at, command, given, seal
from tests.specs.body_books import FULL, PLAN, SOURCE, allotted, body, council, founded, office, person, plan


def adopt(seats: Any = FULL, body_id: str = "council", **fields: Any) -> Any:
    """Returns a command to lay down seats anew."""
    return command("seat_plan.adopt", **{"body_id": body_id, "seat_plan": seats, "effective": "2023-01-01", **fields})


def dissolve(body_id: str = "council", **fields: Any) -> Any:
    """Returns a command to dissolve a body."""
    return command("body.dissolve", **{"body_id": body_id, "effective": "2025-01-01", **fields})


# seat_plan.adopt --------------------------------------------------------------------------

SILENT = "2026-05-01"
"""The day a source was read that gives no date."""
FEWER = (allotted("aukra", 1, 1), allotted("molde", 1, 1))


def test_seats_are_laid_down_anew_from_a_day() -> None:
    after = (
        given(founded(), council())
        .when(adopt(plan(("aukra", 1, 1), ("molde", 1, 1))))
        .then(SeatPlanAdopted(body_id="council", seat_plan=FEWER))
    )
    seats = after.state.bodies.bodies["council"].seat_plans
    began = [mark.effective.latest.isoformat() for mark in seats.marks]
    assert (began, [mark.value for mark in seats.marks]) == (["2022-01-01", "2023-01-01"], [PLAN, FEWER])


def test_the_seats_a_body_was_set_up_with_on_a_rough_date_do_not_come_back() -> None:
    rough = at("2022-01-01", BodyEstablished(body_id="new", name="Råd", kind="steering_group", seat_plan=PLAN), SILENT)
    book = given(founded(), rough, at("2023-01-01", SeatPlanAdopted(body_id="new", seat_plan=FEWER)))
    seats = book.state.bodies.bodies["new"].seat_plans
    assert [seats.certain(date.fromisoformat(day)) for day in ("2022-12-31", "2023-01-01", SILENT)] == [
        None,
        FEWER,
        FEWER,
    ]


def test_but_those_laid_down_on_a_rough_date_may_come_after() -> None:
    rough = at("2022-06-01", SeatPlanAdopted(body_id="council", seat_plan=FEWER), SILENT)
    more = (allotted("aukra", 3, 3), allotted("molde", 3, 3))
    book = given(founded(), council(), rough, at("2023-01-01", SeatPlanAdopted(body_id="council", seat_plan=more)))
    seats = book.state.bodies.bodies["council"].seat_plans
    assert [seats.ever(date.fromisoformat(day)) for day in ("2022-01-01", "2023-01-01", SILENT)] == [
        (PLAN,),
        (more, FEWER),
        (FEWER,),
    ]


def test_a_seat_plan_touches_its_body_and_members() -> None:
    touched = (Subject("body", "council"), Subject("member", "aukra"), Subject("member", "molde"))
    assert subjects(SeatPlanAdopted(body_id="council", seat_plan=FEWER)) == touched


def test_seats_are_laid_down_in_a_known_body() -> None:
    given(founded()).when(adopt()).then_rejected("body.unknown_body", body_id="council")


def test_and_not_in_one_that_is_gone() -> None:
    gone = (body("group", "steering_group"), at("2023-01-01", BodyDissolved(body_id="group")))
    given(founded(), *gone).when(adopt(body_id="group")).then_rejected("body.dissolved", body_id="group")


def test_the_same_seats_in_another_order_are_nothing_new() -> None:
    same = plan(("molde", 2, 2), ("aukra", 2, 2))
    rejection = given(founded(), council()).when(adopt(same)).then_rejected("body.nothing_changed", body_id="council")
    assert (rejection.nature, rejection.entries) == ("fact", (2,))


def test_new_seats_are_held_against_the_same_rules() -> None:
    book = given(founded(), council())
    book.when(adopt(plan(("vestnes", 1, 1)))).then_rejected("body.unknown_member", members=["vestnes"])
    book.when(adopt(plan(("aukra", 1, 1)))).then_rejected("body.member_without_seat", members=["molde"])
    book.when(adopt(plan(("aukra", 2, 2), ("molde", 2, 1)))).then_rejected("body.deputies_missing", members=["molde"])
    book.when(adopt([])).then_rejected("body.seats_unknown", members=["aukra", "molde"])


# body.dissolve ----------------------------------------------------------------------------


def test_an_advisory_body_is_dissolved_once() -> None:
    after = (
        given(founded(), body("group", "steering_group")).when(dissolve("group")).then(BodyDissolved(body_id="group"))
    )
    gone = after.state.bodies.bodies["group"]
    assert (gone.dissolved_by, gone.successor, str(gone.life.possible_to)) == (3, None, "2025-01-01")


def test_a_dissolution_touches_the_successor() -> None:
    event = BodyDissolved(body_id="group", successor="council")
    assert subjects(event) == (Subject("body", "group"), Subject("body", "council"))


def test_an_unknown_body_is_not_dissolved() -> None:
    given(founded()).when(dissolve(successor="nobody")).then_rejected("body.unknown_body", body_id="council")


def test_nor_one_that_is_dissolved_from_that_day() -> None:
    gone = at("2025-01-01", BodyDissolved(body_id="group", successor="council"))
    book = given(founded(), council(), body("group", "steering_group"), gone)
    book.when(dissolve("group")).then_rejected("body.dissolved", since="2025-01-01")
    after = book.when(dissolve("group", effective="2024-12-31")).then(BodyDissolved(body_id="group"))
    assert str(after.state.bodies.bodies["group"].life.possible_to) == "2024-12-31"


def test_nor_again_when_it_may_have_been_already() -> None:
    sent = dissolve("group", mode="import", source=SOURCE, effective={"earliest": "2023-01-01"})
    after = given(founded(), body("group", "steering_group")).when(sent).then(BodyDissolved(body_id="group"))
    again = after.when(dissolve("group")).then_rejected("body.dissolved", since="2023-01-01")
    assert (again.nature, again.entries) == ("fact", (3,))


def test_nor_before_it_was_set_up() -> None:
    sent = dissolve("group", effective="2021-12-31")
    given(founded(), body("group", "steering_group")).when(sent).then_rejected("body.not_established_yet")


def test_a_successor_must_be_another_known_body() -> None:
    book = given(founded(), body("group", "steering_group"))
    book.when(dissolve("group", successor="nobody")).then_rejected("body.unknown_successor", successor="nobody")
    book.when(dissolve("group", successor="group")).then_rejected("body.unknown_successor", successor="group")


def test_the_top_body_is_not_dissolved_without_another() -> None:
    rejection = given(founded(), council()).when(dissolve()).then_rejected("body.top_body_required", legal_form="ko")
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "kommuneloven § 19-3", (1,))


def test_nor_for_a_body_of_another_kind() -> None:
    book = given(founded(), council(), body("board", "board"))
    book.when(dissolve(successor="board")).then_rejected("body.top_body_required", kind="council_of_representatives")


def test_but_for_one_of_the_same_kind() -> None:
    book = given(founded(), council(), body("new", "council_of_representatives", PLAN))
    book.when(dissolve(successor="new")).then(BodyDissolved(body_id="council", successor="new"))


def test_nor_does_another_form_need_it() -> None:
    book = given(founded("host_admin"), council())
    book.when(dissolve()).then(BodyDissolved(body_id="council"))


# office.establish and person.register -----------------------------------------------------


def test_an_office_is_set_up_once() -> None:
    sent = command("office.establish", office_id="leader", title="Leder", kind="leader", body_id="council")
    event = OfficeEstablished(office_id="leader", title="Leder", kind="leader", body_id="council")
    given(founded(), council()).when(sent).then(event)
    assert subjects(event) == (Subject("office", "leader"), Subject("body", "council"))


def test_an_office_is_set_up_with_what_the_book_knows() -> None:
    book = given(founded(), office("clerk"))
    sent = {"title": "Sekretær", "kind": "secretary", "body_id": "nobody", "member_id": "vestnes"}
    book.when(command("office.establish", office_id="clerk", **sent)).then_rejected("office.already_established")
    book.when(command("office.establish", office_id="new", **sent)).then_rejected("body.unknown_body")
    known = {**sent, "body_id": None}
    book.when(command("office.establish", office_id="new", **known)).then_rejected("body.unknown_member")


def test_an_office_that_is_only_possible_is_filled_unverified_in_an_import() -> None:
    rough = at("2022-01-01", OfficeEstablished(office_id="clerk", title="Sekretær", kind="secretary"), SILENT)
    book = given(founded(), rough, person("p-1"))
    sent = {"person_id": "p-1", "office_id": "clerk", "effective": "2023-01-01"}
    book.when(command("seat.fill", **sent)).then_rejected("office.existence_uncertain", office_id="clerk")
    book.when(command("seat.fill", **sent, mode="import", source=SOURCE)).then(
        SeatFilled(person_id="p-1", office_id="clerk"), unverified=["office.existence_uncertain"]
    )


def test_an_office_touches_the_member_it_belongs_to() -> None:
    event = OfficeEstablished(office_id="director", title="Direktør", kind="chief_executive", member_id="molde")
    assert subjects(event) == (Subject("office", "director"), Subject("member", "molde"))


def test_a_person_is_registered_once_and_the_name_is_sealed() -> None:
    event = PersonRegistered(person_id="p-9", name=seal("Kari Nordmann"))
    given(founded()).when(command("person.register", person_id="p-9", name="Kari Nordmann")).then(event)
    assert subjects(event) == (Subject("person", "p-9"),)


def test_a_registered_person_is_not_registered_again() -> None:
    sent = command("person.register", person_id="p-1", name="Kari")
    rejection = given(founded(), person("p-1")).when(sent).then_rejected("person.already_registered", person_id="p-1")
    assert (rejection.nature, rejection.entries) == ("fact", (2,))


# member.succeeded -------------------------------------------------------------------------


def merged(*seats: BodySeats) -> At:
    """Returns the merger of Midsund and Molde into Molde, with the seats it leads to."""
    return at(
        "2025-01-01",
        MemberSucceeded(
            predecessors=("midsund", "molde"),
            successors=(Party(member_id="molde", name="Molde"),),
            cause="merger",
            mapping=Succession(bodies=seats),
        ),
    )


def test_mapped_seats_replace_those_of_the_predecessors() -> None:
    before = (allotted("aukra"), allotted("midsund"), allotted("molde"))
    after = given(
        founded("ko", "aukra", "midsund", "molde"),
        council(before),
        merged(BodySeats(body_id="council", member_id="molde", seats=3, deputies=3)),
    )
    seats = after.state.bodies.bodies["council"].seat_plans
    assert [mark.value for mark in seats.marks] == [before, (allotted("aukra"), allotted("molde", 3, 3))]
    assert after.state.bodies.with_seats_for(["midsund"]) == ()
    assert after.state.bodies.with_seats_for(["molde"]) == ("council",)


def test_and_in_plans_laid_down_beforehand_for_a_later_day() -> None:
    before = (allotted("aukra"), allotted("midsund"), allotted("molde"))
    later = at("2026-01-01", SeatPlanAdopted(body_id="council", seat_plan=(allotted("aukra", 1), allotted("midsund"))))
    after = given(
        founded("ko", "aukra", "midsund", "molde"),
        council(before),
        later,
        merged(BodySeats(body_id="council", member_id="molde", seats=3), BodySeats(body_id="nowhere", member_id="x")),
    )
    last = after.state.bodies.bodies["council"].seat_plans.last
    assert last is not None
    assert last.value == (allotted("aukra", 1), allotted("molde", 3, "unknown"))


def test_and_in_a_body_whose_setting_up_is_only_known_roughly() -> None:
    before = (allotted("aukra"), allotted("midsund"), allotted("molde"))
    rough = at(
        "2022-01-01", BodyEstablished(body_id="new", name="Råd", kind="steering_group", seat_plan=before), SILENT
    )
    after = given(
        founded("ko", "aukra", "midsund", "molde"), rough, merged(BodySeats(body_id="new", member_id="molde", seats=3))
    )
    seats = after.state.bodies.bodies["new"].seat_plans
    mapped = (allotted("aukra"), allotted("molde", 3, "unknown"))
    assert [seats.certain(date.fromisoformat(day)) for day in ("2025-01-01", SILENT)] == [mapped, mapped]
    assert after.state.bodies.with_seats_for(["midsund"]) == ()


def test_bodies_with_seats_are_those_not_dissolved() -> None:
    gone = (body("group", "steering_group", PLAN), at("2023-01-01", BodyDissolved(body_id="group")))
    book = given(founded(), council(), body("board", "board"), *gone)
    assert book.state.bodies.with_seats_for(["aukra", "vestnes"]) == ("council",)
