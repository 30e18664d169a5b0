"""What a change of legal form leaves behind: the top body, who takes over what, legal personality, and the archive."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.bodies import BodyEstablished
from domain.constitution import LegalFormChanged, Transfer
from tests.spec import At, Given, When, at, command, given
from tests.specs.constitution_books import (
    EVIDENCE,
    SOURCE,
    all_resolved,
    founded,
    in_force,
    proposed,
    refusal,
    seated,
    top_body,
)

MEMBERS = ("aukra", "molde", "rauma")
DAY = "2021-01-01"


def book(to_form: str, *facts: At, from_form: str = "historic_27", day: str = DAY) -> Given:
    """Returns a book with a charter of another form that all councils adopted, in force from a day, and these facts."""
    told = given(founded(from_form, *MEMBERS, day="2013-09-26"), proposed(to_form, day="2020-06-01"))
    return told.and_(*all_resolved("2020-11-01", MEMBERS, "charter", "v1"), in_force(day=day), *facts)


def change(told: Given, to_form: str, day: Any = DAY, **fields: Any) -> When:
    """Returns a change of form on version v1, sent to a book."""
    known: dict[str, Any] = {"charter_version": "v1", "law": "kommuneloven", "effective": day}
    if to_form in ("ko", "ipr"):
        known["name"] = f"ROR-IKT {to_form.upper()}"
    if to_form.startswith("host"):
        known["host"] = "molde"
    return told.when(command("legal_form.change", to_form=to_form, **{**known, **fields}))


def body(kind: Any, body_id: str = "styret", day: str = "2020-10-01") -> At:
    """Returns a body set up."""
    return at(day, BodyEstablished(body_id=body_id, name=body_id.title(), kind=kind))


# The top body -----------------------------------------------------------------------------


def test_a_board_of_chief_executives_becomes_a_task_community_only_under_an_elected_council() -> None:
    """The councils elect a council of representatives, set up under § 27, before the board's powers become a KO's."""
    chiefs = (body("board"), *seated("2020-10-01", "styret", *MEMBERS))
    board = book("ko", *chiefs)
    rejection = change(board, "ko").then_rejected(
        "legal_form.top_body_missing", to_form="ko", kind="council_of_representatives", members=list(MEMBERS)
    )
    assert (rejection.law, rejection.entries) == ("kommuneloven § 19-3", ())
    seats = [{"member_id": member_id, "seats": 1, "deputies": 1} for member_id in MEMBERS]
    kind = "council_of_representatives"
    sent = {"body_id": "rep", "name": "Representantskapet", "kind": kind, "seat_plan": seats}
    council = board.when(command("body.establish", effective="2020-12-01", **sent))
    elected = board.and_(at("2020-12-01", council.decide().events[0]))  # type: ignore[arg-type]
    for count, member_id in enumerate(MEMBERS, start=1):
        change(elected, "ko").then_rejected("legal_form.top_body_missing", members=list(MEMBERS[count - 1 :]))
        elected = elected.and_(*seated("2020-12-15", "rep", member_id))
    after = change(elected, "ko").then(
        LegalFormChanged(
            from_form="historic_27",
            to_form="ko",
            charter_version="v1",
            law="kommuneloven",
            name="ROR-IKT KO",
            transfers_to="unknown",
        )
    )
    form = after.state.constitution.standing(date(2021, 1, 1)).form
    assert form is not None
    assert form.id == "ko"


@pytest.mark.parametrize(
    ("from_form", "to_form", "law"),
    [
        ("historic_27", "ko", "kommuneloven § 19-3"),
        ("historic_27", "ipr", "kommuneloven § 18-3"),
        ("historic_27", "iks", "IKS-loven § 6"),
        ("host_admin", "host_joint_board", "kommuneloven § 20-3"),
    ],
)
def test_every_member_is_in_the_top_body_of_the_new_form(from_form: str, to_form: str, law: str) -> None:
    told = book(to_form, *top_body(to_form, *MEMBERS[:2]), from_form=from_form)
    rejection = change(told, to_form).then_rejected("legal_form.top_body_missing", members=["rauma"])
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", law, (7,))
    change(book(to_form, *top_body(to_form, *MEMBERS), from_form=from_form), to_form).decide()


def test_each_member_has_two_in_a_joint_board() -> None:
    one = (body("joint_board", "nemnda"), *seated("2020-10-01", "nemnda", *MEMBERS, each=1))
    told = book("host_joint_board", *one, from_form="host_admin")
    change(told, "host_joint_board").then_rejected(
        "legal_form.top_body_missing", members=list(MEMBERS), minimum=2, kind="joint_board"
    )


def test_the_top_body_is_there_by_the_day_the_change_takes_effect() -> None:
    late = (body("council_of_representatives", "rep"), *seated("2021-01-02", "rep", *MEMBERS))
    change(book("ko", *late), "ko").then_rejected("legal_form.top_body_missing", on="2021-01-01")
    change(book("ko", *late), "ko", "2021-01-02").decide()


def test_a_source_silent_on_every_seat_is_imported_as_unverified_and_one_that_shows_some_is_not() -> None:
    silent = change(book("ko"), "ko", mode="import", source=SOURCE)
    assert silent.decide().ruling.unverified == ("legal_form.top_body_missing",)
    empty = change(book("ko", body("council_of_representatives", "rep")), "ko", mode="import", source=SOURCE)
    assert empty.decide().ruling.unverified == ("legal_form.top_body_missing",)
    some = book("ko", body("council_of_representatives", "rep"), *seated("2020-12-01", "rep", "aukra"))
    assert refusal(change(some, "ko", source=SOURCE), "import").nature == "rule"


def test_a_company_and_an_administrative_host_have_no_seats_to_fill() -> None:
    change(book("as"), "as").decide()
    change(book("host_admin"), "host_admin").decide()


# Who takes over what ----------------------------------------------------------------------


def test_what_passes_is_listed_thing_by_thing() -> None:
    transfers = [
        {"kind": "asset", "what": "Fibernettet", "to": "molde"},
        {"kind": "archive", "what": "Arkivet til styret", "to": "this"},
        {"kind": "obligation", "what": "Leieavtalen"},
    ]
    told = book("as", from_form="iks")
    decision = change(told, "as", transfers=transfers).decide()
    event = decision.events[0]
    assert isinstance(event, LegalFormChanged)
    assert event.transfers[0] == Transfer(kind="asset", what="Fibernettet", to="molde")
    assert event.transfers[2].to == "unknown"


def test_only_someone_named_as_a_member_takes_over() -> None:
    stray = change(book("as"), "as", transfers=[{"kind": "asset", "what": "Bilen", "to": "oslo"}])
    assert stray.then_rejected("legal_form.transfer_to_stranger", members=["oslo"]).nature == "fact"
    change(book("as"), "as", transfers_to=["oslo"]).then_rejected("legal_form.transfer_to_stranger")
    change(book("as"), "as", transfers_to=["rauma"]).decide()


def test_a_converted_board_that_is_no_legal_person_leaves_its_assets_to_members() -> None:
    told = book("ko", *top_body("ko", *MEMBERS))
    rejection = change(told, "ko", own_legal_person=False, transfers_to=[]).then_rejected(
        "legal_form.transfer_list_missing"
    )
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 31-2")
    silent = change(told, "ko", own_legal_person=False, mode="import", source=SOURCE)
    assert silent.decide().ruling.unverified == ("legal_form.transfer_list_missing",)
    change(told, "ko", own_legal_person=False, transfers_to=["molde"]).decide()
    change(told, "ko", own_legal_person=True, transfers_to=[]).decide()


@pytest.mark.parametrize(
    ("to_form", "said", "law"),
    [
        ("host_admin", True, "kommuneloven § 20-2"),
        ("iks", False, "IKS-loven § 2"),
        ("as", False, "aksjeloven § 1-1"),
    ],
)
def test_the_act_says_whether_a_form_is_a_legal_person(to_form: str, said: bool, law: str) -> None:
    told = book(to_form, *top_body(to_form, *MEMBERS))
    rejection = change(told, to_form, own_legal_person=said).then_rejected(
        "legal_form.legal_personality_contradicts_form", legal_form=to_form, own_legal_person=said
    )
    assert (rejection.nature, rejection.law) == ("rule", law)
    for right in (not said, "unknown"):
        change(told, to_form, own_legal_person=right).decide()


@pytest.mark.parametrize("said", [True, False])
def test_the_charter_of_a_task_community_says_whether_it_is_one(said: bool) -> None:
    told = book("ko", *top_body("ko", *MEMBERS))
    change(told, "ko", own_legal_person=said, transfers_to=["molde"]).decide()


def test_a_founding_does_not_contradict_its_act_either() -> None:
    founders = [{"member_id": m, "name": m.title()} for m in MEMBERS]
    sent: dict[str, Any] = {"name": "ROR", "legal_form": "iks", "founders": founders, "effective": "2024-01-01"}
    wrong = given().when(command("collaboration.found", own_legal_person=False, **sent))
    rejection = wrong.then_rejected("collaboration.legal_personality_contradicts_form", legal_form="iks")
    assert (rejection.nature, rejection.law) == ("rule", "IKS-loven § 2")
    given().when(command("collaboration.found", own_legal_person=True, **sent)).decide()
    host = {**sent, "legal_form": "host_admin", "own_legal_person": True}
    given().when(command("collaboration.found", **host)).then_rejected(
        "collaboration.legal_personality_contradicts_form"
    )


# The archive ------------------------------------------------------------------------------


def test_from_2026_there_is_an_overview_where_the_documentation_moves() -> None:
    told = book("host_admin")
    rejection = change(told, "host_admin", "2026-01-01").then_rejected(
        "legal_form.archive_overview_missing", from_form="historic_27", to_form="host_admin"
    )
    assert (rejection.nature, rejection.law) == ("rule", "arkivforskrifta § 49")
    change(told, "host_admin", "2025-12-31").decide()
    change(told, "host_admin", "2026-01-01", archive_overview="Oversikt over arkivet (oppdiktet)").decide()


def test_an_overview_that_is_not_known_is_imported_as_unverified() -> None:
    silent = change(
        book("host_admin"), "host_admin", "2026-01-01", archive_overview="unknown", mode="import", source=SOURCE
    )
    assert silent.decide().ruling.unverified == ("legal_form.archive_overview_missing",)
    rough = {"earliest": "2025-12-01", "latest": "2026-01-15"}
    perhaps = change(book("host_admin"), "host_admin", rough, mode="import", source=SOURCE, evidence=EVIDENCE)
    assert perhaps.decide().ruling.unverified == ("legal_form.archive_overview_missing",)


def test_a_conversion_keeps_its_archive() -> None:
    change(book("ko", *top_body("ko", *MEMBERS)), "ko", "2026-06-01").decide()
