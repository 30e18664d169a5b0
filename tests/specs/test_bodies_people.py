"""People and what they declare: contact, two ids made one, interests. Refusals in order of precedence."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.bodies import (
    InterestDeclared,
    InterestEnded,
    PersonContactRecorded,
    PersonMerged,
    Place,
    SeatFilled,
    SeatVacated,
)
from domain.collaboration import subjects
from domain.kernel import Subject
from tests.spec import At, at, command, seal
from tests.specs.body_books import PLAN, SINCE, SOURCE, body, governed, seated

SHIELDED = {"level": "shielded", "legal_basis": "offentleglova § 13"}
DAY = "2023-01-01"


# person_contact.record --------------------------------------------------------------------


def contact(person_id: str = "p-1", **fields: Any) -> Any:
    """Returns a command to record how a person can be reached."""
    sent = {"person_id": person_id, "contact": "Prøvegata 1", "effective": DAY, "access": SHIELDED}
    return command("person_contact.record", **{**sent, **fields})


def test_a_contact_is_sealed_and_touches_nothing_of_the_person() -> None:
    told = PersonContactRecorded(person_id="p-1", contact=seal("Prøvegata 1"))
    after = governed().when(contact()).then(told)
    assert after.state.bodies.contacts["p-1"].value == seal("Prøvegata 1")
    assert subjects(told) == (Subject("contact", "p-1"),)


def test_only_a_registered_person_can_be_reached() -> None:
    sent = contact("nobody", access={"level": "public"})
    governed().when(sent).then_rejected("seat.unknown_person", person_id="nobody")


def test_a_contact_is_new_on_a_new_day_only() -> None:
    book = governed().when(contact()).then(PersonContactRecorded(person_id="p-1", contact=seal("Prøvegata 1")))
    sent = contact(contact="Prøvegata 2", access={"level": "public"})
    book.when(sent).then_rejected("person.contact_already_recorded", on=DAY)
    moved = contact(contact="Prøvegata 2", effective="2023-01-02")
    book.when(moved).then(PersonContactRecorded(person_id="p-1", contact=seal("Prøvegata 2")))


def test_a_contact_is_never_for_everyone_not_even_afterwards() -> None:
    sent = contact(access={"level": "public"}, mode="record", reason="Slik ble det.")
    assert governed().when(sent).then_rejected("person.contact_not_shielded").nature == "fact"


# person.merge -----------------------------------------------------------------------------


def merge(person_id: str = "p-2", into: str = "p-1") -> Any:
    """Returns a command to make two ids one person."""
    return command("person.merge", person_id=person_id, into=into, effective=DAY)


MERGED = PersonMerged(person_id="p-2", into="p-1")
STEERING = body("group", "steering_group")


def tie(interest_id: str, person_id: str = "p-1", **fields: Any) -> InterestDeclared:
    """Returns the declaration of a seat in the board of a company."""
    shape = {"interest_id": interest_id, "person_id": person_id, "kind": "board", "party": "Prøve AS"}
    return InterestDeclared.model_validate({**shape, **fields}, strict=False)


def test_what_either_id_had_is_one_persons_from_then_on() -> None:
    had = (seated("p-1", body_id="group"), seated("p-2", office_id="clerk"), at(SINCE, tie("i-2", "p-2")))
    after = governed(STEERING, *had, at(SINCE, tie("i-1"))).when(merge()).then(MERGED)
    bodies = after.state.bodies
    assert [tenure.place.id for tenure in bodies.tenures_of("p-1")] == ["clerk", "group"]
    assert [tenure.person_id for tenure in bodies.tenures_at(Place("office", "clerk"))] == ["p-1"]
    assert [interest.interest_id for interest in bodies.declared_by("p-1")] == ["i-1", "i-2"]
    assert (list(bodies.tenures_of("p-2")), list(bodies.declared_by("p-2"))) == ([], [])
    assert subjects(MERGED) == (Subject("person", "p-2"), Subject("person", "p-1"))


def test_an_id_that_was_merged_is_no_longer_in_use() -> None:
    book = governed(STEERING, at(DAY, MERGED))
    register = command("person.register", person_id="p-2", name="Kari Prøve")
    for sent in (
        register,
        command("seat.fill", person_id="p-2", body_id="group"),
        contact("p-2"),
        merge("p-2", "p-3"),
        merge("p-3", "p-2"),
        declare(person_id="p-2"),
    ):
        rejection = book.when(sent).then_rejected("person.merged", person_id="p-2", into="p-1")
        assert (rejection.nature, rejection.entries) == ("fact", (10,))


def test_both_are_registered() -> None:
    governed().when(merge("nobody")).then_rejected("seat.unknown_person", person_id="nobody")
    governed().when(merge(into="nobody")).then_rejected("seat.unknown_person", person_id="nobody")


def test_and_two_ids() -> None:
    book = governed(STEERING, seated("p-1", body_id="group"))
    book.when(merge("p-1")).then_rejected("person.same_person", person_id="p-1")


def test_two_who_sit_together_are_not_one() -> None:
    both = (seated("p-1", body_id="group"), seated("p-2", body_id="group"))
    rejection = governed(STEERING, *both).when(merge()).then_rejected("person.both_seated", place_id="group")
    assert (rejection.nature, rejection.entries) == ("fact", (10, 11))
    left: At = at("2022-06-01", SeatVacated(person_id="p-1", body_id="group", cause="resigned"))
    after = (seated("p-1", body_id="group"), left, seated("p-2", "2022-06-01", body_id="group"))
    governed(STEERING, *after).when(merge()).then(MERGED)


def test_whether_they_did_may_be_uncertain() -> None:
    left: At = at("2022-06-01", SeatVacated(person_id="p-1", body_id="group", cause="resigned"), "2022-09-01")
    book = governed(STEERING, seated("p-1", body_id="group"), left, seated("p-2", "2022-07-01", body_id="group"))
    assert book.when(merge()).then_rejected("person.both_seated").nature == "unknown"


def test_ids_the_book_does_not_know_change_nothing() -> None:
    book = governed()
    assert book.and_(at(DAY, PersonMerged(person_id="nobody", into="p-1"))).state == book.state


# interest.declare -------------------------------------------------------------------------


def declare(interest_id: str = "i-1", **fields: Any) -> Any:
    """Returns a command to declare a seat in the board of a company."""
    sent = {"interest_id": interest_id, "person_id": "p-1", "kind": "board", "party": "Prøve AS", "effective": DAY}
    return command("interest.declare", **{**sent, **fields})


def test_an_interest_holds_from_its_first_day_to_its_last() -> None:
    sent = declare(until="2023-12-31", public_company=False)
    after = governed().when(sent).then(tie("i-1", until="2023-12-31", public_company=False))
    days = ("2022-12-31", "2023-01-01", "2023-12-31", "2024-01-01")
    held = [after.state.bodies.interests_of("p-1", date.fromisoformat(day)).certain for day in days]
    assert [len(interests) for interests in held] == [0, 1, 1, 0]


def test_an_interest_touches_itself_alone() -> None:
    assert subjects(tie("i-1")) == (Subject("interest", "i-1"),)
    assert subjects(InterestEnded(interest_id="i-1")) == (Subject("interest", "i-1"),)


def test_an_id_is_used_once() -> None:
    rejection = (
        governed(at(SINCE, tie("i-1")))
        .when(declare(person_id="nobody"))
        .then_rejected("interest.already_declared", interest_id="i-1")
    )
    assert (rejection.nature, rejection.entries) == ("fact", (9,))


def test_only_a_registered_person_declares() -> None:
    governed().when(declare(person_id="nobody", member_id="nowhere")).then_rejected("seat.unknown_person")


def test_the_member_is_one_there_has_been() -> None:
    sent = declare(member_id="nowhere", of_collaboration=True)
    governed().when(sent).then_rejected("interest.unknown_member", member_id="nowhere")


def test_an_interest_is_in_one_organisation() -> None:
    sent = declare(member_id="aukra", of_collaboration=True, position="auditor")
    governed().when(sent).then_rejected("interest.two_organisations")


def test_a_position_is_an_employees() -> None:
    sent = declare(position="auditor", until="2022-12-31")
    governed().when(sent).then_rejected("interest.position_without_employment", position="auditor")
    governed().when(declare(position="auditor", kind="employment")).then(
        tie("i-1", position="auditor", kind="employment")
    )


def test_it_does_not_end_before_it_begins() -> None:
    governed().when(declare(until="2022-12-31")).then_rejected("interest.term_empty", starts=DAY, until="2022-12-31")
    governed().when(declare(until=DAY)).then(tie("i-1", until=DAY))


def test_the_same_tie_is_declared_once_for_the_same_time() -> None:
    book = governed(at(SINCE, tie("i-0", until=DAY)))
    rejection = book.when(declare(party="PRØVE AS")).then_rejected("interest.declared_twice", other_id="i-0")
    assert (rejection.nature, rejection.entries) == ("fact", (9,))
    book.when(declare(effective="2023-01-02")).then(tie("i-1"))
    book.when(declare(kind="ownership")).then(tie("i-1", kind="ownership"))
    book.when(declare(person_id="p-2")).then(tie("i-1", "p-2"))


# interest.end -----------------------------------------------------------------------------


def end(**fields: Any) -> Any:
    """Returns a command to record that an interest is no more."""
    return command("interest.end", **{"interest_id": "i-1", "effective": DAY, **fields})


ENDED = InterestEnded(interest_id="i-1")


def test_an_interest_ends() -> None:
    after = governed(at(SINCE, tie("i-1"))).when(end()).then(ENDED)
    held = [after.state.bodies.interests_of("p-1", date.fromisoformat(day)).certain for day in ("2022-12-31", DAY)]
    assert [len(interests) for interests in held] == [1, 0]


def test_one_that_was_declared() -> None:
    governed().when(end()).then_rejected("interest.unknown_interest", interest_id="i-1")
    book = governed()
    assert book.and_(at(DAY, ENDED)).state == book.state


def test_and_is_there_that_day() -> None:
    early = end(effective="2021-12-31")
    assert governed(at(SINCE, tie("i-1"))).when(early).then_rejected("interest.not_held").entries == (9,)
    over = governed(at(SINCE, tie("i-1")), at("2022-06-01", ENDED))
    assert over.when(end()).then_rejected("interest.not_held", on=DAY).entries == (9, 10)


def test_whether_it_is_may_be_uncertain() -> None:
    book = governed(at(SINCE, tie("i-1"), "2024-01-01"))
    assert book.when(end()).then_rejected("interest.perhaps_not_held").nature == "unknown"
    history = end(mode="import", source=SOURCE, effective={"earliest": "2023-01-01", "latest": "2024-06-01"})
    book.when(history).then(ENDED, unverified=["interest.perhaps_not_held"])


def test_an_interest_of_an_id_merged_before_is_found_by_the_id_in_use() -> None:
    book = governed(at(DAY, MERGED), at(DAY, tie("i-1", "p-2")))
    assert [interest.interest_id for interest in book.state.bodies.declared_by("p-1")] == ["i-1"]


def test_seats_are_not_touched_by_merging_those_who_sit_elsewhere() -> None:
    board = body("board", "board", PLAN)
    sits = at(SINCE, SeatFilled(person_id="p-2", body_id="board", on_behalf_of="aukra"))
    after = governed(board, sits).when(merge()).then(MERGED)
    held = after.state.bodies.sitting(Place("body", "board"), date(2022, 1, 1)).certain
    assert [(tenure.person_id, tenure.on_behalf_of) for tenure in held] == [("p-1", "aukra")]
