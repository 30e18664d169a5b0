"""Who may sit where: each exclusion with its exceptions, in the book's offices and in what people have declared."""

from __future__ import annotations

from typing import Any

import pytest

from domain.bodies import InterestDeclared, SeatFilled, SeatVacated
from domain.rulebook.eligibility import POSITION_OF, Position
from domain.vocabulary import BodyKind, LegalFormId, OfficeKind
from tests.spec import At, Given, at, command, given
from tests.specs.body_books import SINCE, allotted, body, founded, imported, office, person, seated
from tests.specs.test_bodies import AUKRA_LEFT

COUNCIL: BodyKind = "council_of_representatives"
FIVE = (allotted("aukra", 5, 5), allotted("molde", 5, 5))
FOR_AUKRA: dict[str, Any] = {"body_id": "there", "on_behalf_of": "aukra"}


def book(form: LegalFormId, kind: BodyKind, *facts: At) -> Given:
    """Returns a book of a legal form with one body and two people."""
    return given(founded(form), body("there", kind, FIVE), person("p-1"), person("p-2"), *facts)


def fill(**fields: Any) -> Any:
    """Returns a command to seat a person in that body from 2023."""
    return command("seat.fill", **{"person_id": "p-1", "effective": "2023-01-01", **fields})


def works(position: Position | None, member_id: str | None = "aukra", **fields: Any) -> At:
    """Returns the declaration of a person's work, from 2022."""
    own = {"interest_id": "work", "person_id": "p-1", "kind": "employment", "party": "Arbeidsgiver"}
    shape = {**own, "member_id": member_id, "position": position, **fields}
    return at(SINCE, InterestDeclared.model_validate(shape, strict=False))


def holds(kind: OfficeKind, member_id: str | None = None, **fields: Any) -> tuple[At, At]:
    """Returns an office a person has held since 2022."""
    return office("post", kind, member_id), at(SINCE, SeatFilled(person_id="p-1", office_id="post", **fields))


# By position with the municipality that elects --------------------------------------------

SHUT_OUT: list[Position] = [
    "chief_executive",
    "head_of_service",
    "council_secretary",
    "accountant",
    "auditor",
    "control_secretariat",
    "executive_secretariat",
]


@pytest.mark.parametrize("position", SHUT_OUT)
@pytest.mark.parametrize(
    ("form", "kind"), [("ko", COUNCIL), ("ipr", COUNCIL), ("host_joint_board", "joint_board"), ("ipr", "board")]
)
def test_leaders_of_the_municipality_are_shut_out(form: LegalFormId, kind: BodyKind, position: Position) -> None:
    rejection = (
        book(form, kind, works(position))
        .when(fill(**FOR_AUKRA))
        .then_rejected("seat.not_eligible", place_id="there", other_id="work", reason=position)
    )
    assert (rejection.law, rejection.nature, rejection.entries) == ("kommuneloven § 7-3", "rule", (5,))
    book(form, kind, works("employee")).when(fill(**FOR_AUKRA)).then(SeatFilled(person_id="p-1", **FOR_AUKRA))


def test_a_chief_executive_may_sit_below_the_council_of_a_ko_but_not_of_an_ipr() -> None:
    for position in ("chief_executive", "head_of_service"):
        book("ko", "board", works(position)).when(fill(**FOR_AUKRA)).then(SeatFilled(person_id="p-1", **FOR_AUKRA))
        book("ipr", "board", works(position)).when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible")
    book("ko", "board", works("council_secretary")).when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible")


def test_nor_does_the_act_shut_them_out_of_the_bodies_of_an_iks_or_of_one_that_advises() -> None:
    sent = fill(**FOR_AUKRA)
    book("iks", COUNCIL, works("chief_executive")).when(sent).then(SeatFilled(person_id="p-1", **FOR_AUKRA))
    book("ko", "steering_group", works("chief_executive")).when(sent).then(SeatFilled(person_id="p-1", **FOR_AUKRA))


def test_it_is_the_municipality_that_elects_which_counts() -> None:
    for_molde: dict[str, Any] = {"body_id": "there", "on_behalf_of": "molde"}
    book("ko", COUNCIL, works("chief_executive")).when(fill(**for_molde)).then(SeatFilled(person_id="p-1", **for_molde))
    outside = works("chief_executive", None)
    book("ko", COUNCIL, outside).when(fill(**FOR_AUKRA)).then(SeatFilled(person_id="p-1", **FOR_AUKRA))


def test_in_a_board_below_any_member_counts() -> None:
    for_molde: dict[str, Any] = {"body_id": "there", "on_behalf_of": "molde"}
    book("ipr", "board", works("chief_executive")).when(fill(**for_molde)).then_rejected("seat.not_eligible")


def test_an_office_in_the_book_tells_as_much() -> None:
    rejection = (
        book("ko", COUNCIL, *holds("chief_executive", "aukra"))
        .when(fill(**FOR_AUKRA))
        .then_rejected("seat.not_eligible", other_id="post", reason="chief_executive")
    )
    assert rejection.entries == (6,)


def test_and_whoever_stands_in_for_a_chief_executive_is_shut_out_too() -> None:
    stands_in = holds("chief_executive", "aukra", deputy_rank=1)
    book("ko", COUNCIL, *stands_in).when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible")


def test_with_whom_an_office_is_may_be_unknown() -> None:
    rejection = (
        book("ko", COUNCIL, *holds("chief_executive"))
        .when(fill(**FOR_AUKRA))
        .then_rejected("seat.eligibility_uncertain", other_id="post")
    )
    assert (rejection.nature, rejection.law) == ("unknown", "kommuneloven § 7-3")


def test_and_so_may_who_elected() -> None:
    sent = fill(body_id="there", **imported("2023-01-01", "2023-01-01"))
    told = SeatFilled(person_id="p-1", body_id="there")
    book("ko", COUNCIL, works("chief_executive")).when(sent).then(
        told, unverified=["seat.elector_unknown", "seat.eligibility_uncertain"]
    )


def test_a_county_governor_is_shut_out_wherever_elected() -> None:
    governor = works("county_governor", None)
    places: list[tuple[LegalFormId, BodyKind]] = [("ko", COUNCIL), ("ko", "board"), ("ipr", COUNCIL)]
    for form, kind in places:
        book(form, kind, governor).when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible")


def test_who_has_left_the_position_when_the_body_takes_office_is_eligible() -> None:
    until_then = works("chief_executive", until="2022-12-31")
    book("ko", COUNCIL, until_then).when(fill(**FOR_AUKRA)).then(SeatFilled(person_id="p-1", **FOR_AUKRA))
    a_day_more = works("chief_executive", until="2023-01-01")
    book("ko", COUNCIL, a_day_more).when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible")


def test_it_may_be_uncertain_whether_they_had_left() -> None:
    left = at("2022-12-01", SeatVacated(person_id="p-1", office_id="post", cause="resigned"), "2023-02-01")
    held = book("ko", COUNCIL, *holds("chief_executive", "aukra"), left)
    assert held.when(fill(**FOR_AUKRA)).then_rejected("seat.eligibility_uncertain").nature == "unknown"
    later = fill(**FOR_AUKRA, effective="2023-02-01")
    held.when(later).then(SeatFilled(person_id="p-1", **FOR_AUKRA))


def test_a_seat_keeps_from_an_office_as_the_office_from_the_seat() -> None:
    sits = seated("p-1", **FOR_AUKRA)
    sent = fill(office_id="post")
    rejection = (
        book("ko", COUNCIL, office("post", "chief_executive", "aukra"), sits)
        .when(sent)
        .then_rejected("seat.not_eligible", place_id="post", other_id="there")
    )
    assert rejection.entries == (6,)


def test_seat_and_office_are_not_taken_together() -> None:
    sent = fill(**FOR_AUKRA, office_id="post")
    rejection = (
        book("ko", COUNCIL, office("post", "managing_director"))
        .when(sent)
        .then_rejected("seat.not_eligible", place_id="there", other_id="post")
    )
    assert (rejection.law, rejection.entries) == ("kommuneloven § 19-3", ())


# By position with the collaboration itself ------------------------------------------------


@pytest.mark.parametrize("kind", ["accountant", "auditor"])
@pytest.mark.parametrize("form", ["ko", "ipr"])
@pytest.mark.parametrize("place", [COUNCIL, "board"])
def test_who_keeps_or_audits_the_accounts_sits_in_none_of_its_bodies(
    form: LegalFormId, place: BodyKind, kind: OfficeKind
) -> None:
    rejection = book(form, place, *holds(kind)).when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible", reason=kind)
    assert rejection.law == "kommuneloven § 7-3"
    declared = works(POSITION_OF[kind], None, of_collaboration=True)
    book(form, place, declared).when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible", reason=kind)


@pytest.mark.parametrize(
    ("form", "kind", "law"),
    [
        ("ko", COUNCIL, "kommuneloven § 19-3"),
        ("iks", COUNCIL, "IKS-loven § 6"),
        ("iks", "board", "IKS-loven § 10"),
    ],
)
def test_the_managing_director_sits_in_none_of_these(form: LegalFormId, kind: BodyKind, law: str) -> None:
    rejection = book(form, kind, *holds("managing_director")).when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible")
    assert rejection.law == law


def test_but_may_in_the_council_of_an_ipr_and_the_board_of_a_ko() -> None:
    places: list[tuple[LegalFormId, BodyKind]] = [("ipr", COUNCIL), ("ko", "board")]
    for form, kind in places:
        manager = holds("managing_director")
        book(form, kind, *manager).when(fill(**FOR_AUKRA)).then(SeatFilled(person_id="p-1", **FOR_AUKRA))


# By another seat --------------------------------------------------------------------------


def test_a_representative_of_an_iks_sits_not_in_its_board_nor_the_other_way() -> None:
    represents = seated("p-1", body_id="council", on_behalf_of="aukra")
    both = book("iks", "board", body("council", COUNCIL, FIVE), represents)
    rejection = both.when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible", reason=COUNCIL)
    assert rejection.law == "IKS-loven § 10"
    governs = book("iks", "board", body("council", COUNCIL, FIVE), seated("p-1", **FOR_AUKRA))
    governs.when(fill(body_id="council", on_behalf_of="aukra")).then_rejected("seat.not_eligible", reason="board")
    in_a_ko = book("ko", "board", body("council", COUNCIL, FIVE), represents)
    in_a_ko.when(fill(**FOR_AUKRA)).then(SeatFilled(person_id="p-1", **FOR_AUKRA))


@pytest.mark.parametrize(
    ("form", "other"),
    [("ko", COUNCIL), ("ko", "board"), ("ipr", COUNCIL), ("host_joint_board", "joint_board"), ("iks", "board")],
)
def test_who_controls_has_no_seat_in_what_is_controlled(form: LegalFormId, other: BodyKind) -> None:
    elsewhere = body("council", other, FIVE), seated("p-1", body_id="council", on_behalf_of="aukra")
    rejection = book(form, "control_committee", *elsewhere).when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible")
    assert (rejection.law, rejection.params["reason"]) == ("kommuneloven § 23-1", other)


def test_but_may_represent_its_municipality_in_an_iks() -> None:
    represents = seated("p-1", body_id="council", on_behalf_of="aukra")
    both = book("iks", "control_committee", body("council", COUNCIL, FIVE), represents)
    both.when(fill(**FOR_AUKRA)).then(SeatFilled(person_id="p-1", **FOR_AUKRA))


def test_nor_is_who_controls_employed_by_the_municipality_or_leads_the_company() -> None:
    for position in ("employee", None):
        rejection = (
            book("ko", "control_committee", works(position))
            .when(fill(**FOR_AUKRA))
            .then_rejected("seat.not_eligible", reason="employee")
        )
        assert rejection.law == "kommuneloven § 23-1"
    in_molde = works("employee", "molde")
    book("ko", "control_committee", in_molde).when(fill(**FOR_AUKRA)).then(SeatFilled(person_id="p-1", **FOR_AUKRA))
    leads = book("iks", "control_committee", *holds("managing_director"))
    leads.when(fill(**FOR_AUKRA)).then_rejected("seat.not_eligible", reason="managing_director")


def test_an_interest_that_is_no_employment_shuts_nobody_out() -> None:
    declared = {"interest_id": "i", "person_id": "p-1", "kind": "board", "party": "Prøve AS", "member_id": "aukra"}
    tie = at(SINCE, InterestDeclared.model_validate(declared))
    book("ko", COUNCIL, tie).when(fill(**FOR_AUKRA)).then(SeatFilled(person_id="p-1", **FOR_AUKRA))


def test_a_position_with_a_member_that_has_left_shuts_out_of_no_board_after() -> None:
    sent = fill(body_id="there", on_behalf_of="molde", effective="2024-01-01")
    left = book("ipr", "board", works("chief_executive"), AUKRA_LEFT)
    left.when(sent).then(SeatFilled(person_id="p-1", body_id="there", on_behalf_of="molde"))
    before = fill(body_id="there", on_behalf_of="molde", effective="2023-12-31")
    left.when(before).then_rejected("seat.not_eligible", reason="chief_executive")
