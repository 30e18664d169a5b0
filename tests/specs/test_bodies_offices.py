"""Offices with what they are for, and how they are abolished; bodies that may not be dissolved yet; what is lacking."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.bodies import (
    BodyDissolved,
    BodyEstablished,
    OfficeAbolished,
    OfficeEstablished,
    Place,
    SeatPlanAdopted,
    SeatVacated,
)
from domain.cases import CaseClosed, CaseOpened
from domain.collaboration import Collaboration, subjects
from domain.kernel import Subject
from projections.seating import seating_gap_rows, vacant_office_rows
from tests.spec import At, Given, at, command, given, seal
from tests.specs.body_books import (
    CLERK,
    MANAGER,
    SINCE,
    allotted,
    body,
    council,
    founded,
    governed,
    granted,
    office,
    person,
    plan,
    seated,
)

DAY = "2023-01-01"
CLERK_GONE = OfficeAbolished(office_id="clerk")


def abolish(office_id: str = "clerk", **fields: Any) -> Any:
    """Returns a command to abolish an office from 2023."""
    return command("office.abolish", **{"office_id": office_id, "effective": DAY, **fields})


# Offices ----------------------------------------------------------------------------------


def test_an_office_says_what_it_is_for() -> None:
    said = {"purpose": "Drift.", "accountabilities": "Budsjettet."}
    shape: dict[str, Any] = {"office_id": "ops", "title": "Drift", "kind": "other"}
    made = OfficeEstablished(**shape, purpose=seal("Drift."), accountabilities=seal("Budsjettet."))
    after = governed().when(command("office.establish", **shape, **said)).then(made)
    assert after.state.bodies.offices["ops"].purpose == seal("Drift.")


def test_an_office_is_abolished_once() -> None:
    after = governed().when(abolish()).then(CLERK_GONE)
    known = after.state.bodies.offices["clerk"]
    assert (known.life.ended_since(known.life.began), known.abolished_by) == (None, 9)
    assert after.when(abolish()).then_rejected("office.abolished", since=DAY).entries == (9,)
    assert subjects(CLERK_GONE) == (Subject("office", "clerk"),)


def test_one_the_book_knows() -> None:
    governed().when(abolish("nowhere")).then_rejected("office.unknown_office", office_id="nowhere")
    book = governed()
    assert book.and_(at(DAY, OfficeAbolished(office_id="nowhere"))).state == book.state


def test_nobody_takes_one_that_is_abolished() -> None:
    book = governed(at(DAY, CLERK_GONE))
    sent = command("seat.fill", person_id="p-1", office_id="clerk", effective=DAY)
    assert book.when(sent).then_rejected("office.abolished", office_id="clerk", since=DAY).entries == (9,)


def test_it_holds_no_authority_any_more() -> None:
    book = governed(granted("g-1", MANAGER, CLERK), seated("p-1", office_id="clerk"))
    rejection = book.when(abolish()).then_rejected("office.still_holds_authority", grants=["g-1"])
    assert rejection.nature == "rule"
    ended = governed(granted("g-1", MANAGER, CLERK, until=_day("2022-12-31")))
    ended.when(abolish()).then(CLERK_GONE)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def test_and_nobody_fills_it() -> None:
    book = governed(seated("p-1", office_id="clerk"))
    assert book.when(abolish()).then_rejected("office.still_filled", persons=["p-1"]).entries == (9,)
    left = at(DAY, SeatVacated(person_id="p-1", office_id="clerk", cause="resigned"))
    book.and_(left).when(abolish()).then(CLERK_GONE)
    a_day_before = abolish(effective="2022-12-31")
    book.and_(left).when(a_day_before).then_rejected("office.still_filled")


# Bodies -----------------------------------------------------------------------------------


def dissolve(body_id: str = "group", **fields: Any) -> Any:
    """Returns a command to dissolve a body from 2023."""
    return command("body.dissolve", **{"body_id": body_id, "effective": DAY, **fields})


def opened(*route: str) -> At:
    """Returns the opening of a case that goes to these bodies."""
    return at(SINCE, CaseOpened(case_id="c-1", case_number="1/22", kind="decision", title="Sak", bodies=route))


def test_a_body_with_open_cases_is_not_dissolved_unless_another_takes_them_over() -> None:
    group, heir = body("group", "steering_group"), body("heir", "steering_group")
    book = governed(group, heir, opened("council", "group"))
    assert book.when(dissolve()).then_rejected("body.open_cases", cases=["c-1"]).nature == "rule"
    told = BodyDissolved(body_id="group", successor="heir")
    book.when(dissolve(successor="heir")).then(told)
    closed = at("2022-06-01", CaseClosed(case_id="c-1", outcome="withdrawn"))
    book.and_(closed).when(dissolve()).then(BodyDissolved(body_id="group"))


def test_a_case_on_its_way_to_another_body_is_not_open_in_it() -> None:
    book = governed(body("group", "steering_group"), opened("group", "council"))
    book.when(dissolve()).then(BodyDissolved(body_id="group"))


def test_a_control_committee_has_five_members() -> None:
    def sent(molde: int) -> Any:
        return command(
            "body.establish", body_id="control", name="Control", kind="control_committee", effective=SINCE,
            seat_plan=plan(("aukra", 2, 0), ("molde", molde, 0)),
        )  # fmt: skip

    rejection = given(founded()).when(sent(2)).then_rejected("body.control_committee_below_five", seats=4, minimum=5)
    assert rejection.law == "kommuneloven § 23-1"
    seats = (allotted("aukra", 2, 0), allotted("molde", 3, 0))
    shape: dict[str, Any] = {"body_id": "control", "name": "Control", "kind": "control_committee"}
    given(founded()).when(sent(3)).then(BodyEstablished(**shape, seat_plan=seats))


# What is lacking --------------------------------------------------------------------------


def gaps(state: Collaboration, kind: str) -> list[tuple[Any, ...]]:
    """Returns what a council lacks: member, how many are missing, how many perhaps sit, and the days."""
    rows = (row.body for row in seating_gap_rows(state, "council"))
    found = [row for row in rows if row["kind"] == kind]
    return [(r["member"], r["missing"], r["perhaps_filled"], r["from"], r["to"]) for r in found]


def test_seats_lack_those_who_do_not_certainly_sit() -> None:
    leaves = at("2025-01-01", SeatVacated(person_id="p-2", body_id="council", cause="resigned"))
    book = governed(
        seated("p-1", "2022-06-01", "2022-09-01", body_id="council", on_behalf_of="aukra"),
        seated("p-2", "2023-01-01", body_id="council", on_behalf_of="aukra"),
        leaves,
    )
    assert gaps(book.state, "seats_unfilled") == [
        ("aukra", 2, 0, "2022-01-01", "2022-06-01"),
        ("aukra", 2, 1, "2022-06-01", "2022-09-01"),
        ("aukra", 1, 0, "2022-09-01", "2023-01-01"),
        ("aukra", 1, 0, "2025-01-01", None),
        ("molde", 2, 0, "2022-01-01", None),
    ]
    assert [gap[0] for gap in gaps(book.state, "deputies_unfilled")] == ["aukra", "molde"]


def test_a_full_council_lacks_nothing_but_the_elections_the_book_does_not_show() -> None:
    one_each = council((allotted("aukra", 1, 0), allotted("molde", 1, 0)))
    people = (person("p-1"), person("p-2"))
    seats = [seated(p, body_id="council", on_behalf_of=m) for p, m in (("p-1", "aukra"), ("p-2", "molde"))]
    rows = [row.body for row in seating_gap_rows(given(founded(), one_each, *people, *seats).state, "council")]
    assert [(row["kind"], row["member"], row["seat_entry"]) for row in rows] == [
        ("election_not_shown", "molde", 6),
        ("election_not_shown", "aukra", 5),
    ]


def test_a_council_without_a_known_plan_lacks_it_until_it_has_one() -> None:
    later = at(DAY, SeatPlanAdopted(body_id="council", seat_plan=(allotted("aukra", 0, 0), allotted("molde", 0, 0))))
    rows = [row.body for row in seating_gap_rows(given(founded(), council(()), later).state, "council")]
    assert [(row["kind"], row["from"], row["to"]) for row in rows] == [("seats_not_laid_down", SINCE, DAY)]


def test_nothing_is_lacking_in_a_body_that_is_no_more() -> None:
    gone = at(DAY, BodyDissolved(body_id="council"))
    lacking = gaps(given(founded(), council(), gone).state, "seats_unfilled")
    assert lacking == [("aukra", 2, 0, SINCE, DAY), ("molde", 2, 0, SINCE, DAY)]
    assert list(seating_gap_rows(given(founded()).state, "council")) == []


def vacant(book: Given) -> list[tuple[str, str]]:
    """Returns the days on which the clerk's office was empty, and how many perhaps filled it."""
    return [(row.body["from"], str(row.possible_to)) for row in vacant_office_rows(book.state, "clerk")]


def test_an_office_is_empty_while_nobody_holds_it_and_a_stand_in_does_not() -> None:
    book = given(founded(), office("clerk"), person("p-1"))
    stands_in = seated("p-1", office_id="clerk", deputy_rank=1)
    assert vacant(book.and_(stands_in)) == [(SINCE, "9999-12-31")]
    holds = book.and_(seated("p-1", DAY, office_id="clerk"))
    assert vacant(holds) == [(SINCE, DAY)]
    assert vacant(book.and_(at(DAY, CLERK_GONE))) == [(SINCE, DAY)]
    assert holds.state.bodies.sitting(Place("office", "clerk"), _day(DAY)).certain[0].person_id == "p-1"
