"""Setting up bodies: refusals in order of precedence, and what lies just on the right side of each."""

from __future__ import annotations

from typing import Any

from domain.bodies import BodyDissolved, BodyEstablished
from domain.collaboration import subjects
from domain.constitution import CollaborationFounded
from domain.kernel import Subject
from domain.members import MemberDeparted, Party
from domain.vocabulary import BodyKind, LegalFormId
from tests.spec import at, command, given, seal
from tests.specs.body_books import FULL, PLAN, SOURCE, allotted, body, council, founded, imported, plan

AUKRA_LEFT = at("2024-01-01", MemberDeparted(member_id="aukra", cause="withdrawn"))


def establish(kind: BodyKind = "council_of_representatives", seats: Any = FULL, **fields: Any) -> Any:
    """Returns a command to set up a body."""
    known = {"body_id": "new", "name": "Nytt organ", "kind": kind, "seat_plan": seats, "effective": "2023-01-01"}
    return command("body.establish", **{**known, **fields})


def established(kind: BodyKind = "council_of_representatives", seats: Any = PLAN, **fields: Any) -> BodyEstablished:
    """Returns the event that sets it up."""
    return BodyEstablished(body_id="new", name="Nytt organ", kind=kind, seat_plan=seats, **fields)


# body.establish: accepted -----------------------------------------------------------------


def test_a_top_body_with_seats_and_deputies_for_all_is_set_up_once() -> None:
    after = given(founded()).when(establish(role="Øverste organ.")).then(established(role=seal("Øverste organ.")))
    made = after.state.bodies.bodies["new"]
    assert (made.name, made.kind, made.entry, made.life.on(made.life.began.latest)) == (
        "Nytt organ",
        "council_of_representatives",
        2,
        True,
    )
    assert made.seats_for("aukra", "full", made.life.began.latest) == 2
    assert made.seats_for("vestnes", "deputy", made.life.began.latest) == 0


def test_a_body_touches_its_parent_and_the_members_with_seats() -> None:
    assert subjects(established(parent="council")) == (
        Subject("body", "new"),
        Subject("member", "aukra"),
        Subject("member", "molde"),
        Subject("body", "council"),
    )


def test_an_advisory_body_needs_no_seats() -> None:
    given(founded()).when(establish("steering_group", [])).then(established("steering_group", ()))


# body.establish: what contradicts the book -----------------------------------------------


def test_a_body_is_not_set_up_twice() -> None:
    sent = establish(body_id="council", parent="nobody")
    rejection = given(founded(), council()).when(sent).then_rejected("body.already_established", body_id="council")
    assert (rejection.nature, rejection.entries) == ("fact", (2,))


def test_a_parent_must_be_known() -> None:
    sent = establish("working_committee", plan(("vestnes", 1, 1)), parent="nobody")
    given(founded()).when(sent).then_rejected("body.unknown_parent", parent="nobody")


def test_a_parent_must_not_be_dissolved() -> None:
    gone = (body("group", "steering_group"), at("2023-01-01", BodyDissolved(body_id="group")))
    sent = establish("working_committee", [], parent="group")
    rejection = given(founded(), *gone).when(sent).then_rejected("body.dissolved", body_id="group", since="2023-01-01")
    assert (rejection.nature, rejection.entries) == ("fact", (3,))


def test_a_parent_stands_until_the_day_before_it_is_dissolved() -> None:
    gone = (body("group", "steering_group"), at("2023-01-02", BodyDissolved(body_id="group")))
    given(founded(), *gone).when(establish("working_committee", [], parent="group")).then(
        established("working_committee", (), parent="group")
    )


def test_a_parent_must_be_there_already() -> None:
    late = body("group", "steering_group", day="2023-01-02")
    sent = establish("working_committee", [], parent="group")
    given(founded(), late).when(sent).then_rejected("body.not_established_yet", body_id="group", since="2023-01-02")


def test_a_parent_that_is_only_possible_passes_unverified_in_an_import() -> None:
    rough = at("2022-06-01", established("steering_group", ()), "2024-01-01")
    sent = {"body_id": "sub", "parent": "new", "effective": "2023-01-01"}
    book = given(founded(), rough)
    book.when(establish("working_committee", [], **sent)).then_rejected("body.existence_uncertain", body_id="new")
    book.when(establish("working_committee", [], **{**sent, "mode": "import", "source": SOURCE})).then(
        BodyEstablished(body_id="sub", name="Nytt organ", kind="working_committee", parent="new"),
        unverified=["body.existence_uncertain"],
    )


def test_a_member_stands_once_in_a_seat_plan() -> None:
    twice = plan(("aukra", 1, 1), ("aukra", 1, 1), ("vestnes", 1, 1))
    given(founded()).when(establish(seats=twice)).then_rejected("body.member_listed_twice", members=["aukra"])


def test_a_seat_plan_names_members_only() -> None:
    named = plan(("aukra", 0, 0), ("vestnes", 1, 1), ("rauma", 1, 1))
    sent = establish("appeals_board", named)
    rejection = given(founded()).when(sent).then_rejected("body.unknown_member", members=["rauma", "vestnes"])
    assert rejection.params["on"] == "2023-01-01"


def test_who_has_left_is_no_member_from_that_day() -> None:
    sent = establish("steering_group", FULL, effective="2024-01-01")
    rejection = given(founded(), AUKRA_LEFT).when(sent).then_rejected("body.unknown_member", members=["aukra"])
    assert rejection.entries == (1, 2)


def test_and_is_one_until_the_day_before() -> None:
    sent = establish("steering_group", FULL, effective="2023-12-31")
    given(founded(), AUKRA_LEFT).when(sent).then(established("steering_group", PLAN))


def test_a_member_for_part_of_a_rough_date_is_uncertain() -> None:
    sent = establish("steering_group", FULL, **imported("2022-01-01"))
    given(founded(), AUKRA_LEFT).when(sent).then(
        established("steering_group", PLAN), unverified=["body.member_uncertain"]
    )


def test_a_member_between_the_bounds_of_a_rough_date_is_uncertain() -> None:
    """Neither on its first day nor on its last, but in between."""
    sent = establish("steering_group", plan(("aukra", 2, 2)), **imported("2019-01-01"))
    given(founded(), AUKRA_LEFT).when(sent).then(
        established("steering_group", (allotted("aukra"),)), unverified=["body.member_uncertain"]
    )


# body.establish: what breaks the law ------------------------------------------------------


def test_before_the_founding_no_form_is_known() -> None:
    sent = establish("steering_group", [], effective="2020-12-31")
    rejection = given(founded()).when(sent).then_rejected("body.form_unknown", kind="steering_group", on="2020-12-31")
    assert rejection.nature == "unknown"


def test_a_kind_the_form_does_not_have_is_refused() -> None:
    sent = establish("joint_board", plan(("aukra", 0, 0)))
    rejection = given(founded()).when(sent).then_rejected("body.kind_not_in_legal_form", legal_form="ko")
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "kommuneloven § 19-1", (1,))
    assert "council_of_representatives" in str(rejection.params["allowed"])


def test_and_recorded_without_effect_when_it_has_happened() -> None:
    sent = establish("joint_board", [], mode="record", reason="Valgt ved en feil.")
    after = given(founded()).when(sent).then(established("joint_board", ()), irregular=["body.kind_not_in_legal_form"])
    assert "new" not in after.state.bodies.bodies


def test_every_member_has_a_seat_in_the_top_body() -> None:
    sent = establish(seats=plan(("molde", 0, 0)))
    rejection = given(founded()).when(sent).then_rejected("body.member_without_seat", members=["aukra", "molde"])
    assert (rejection.law, rejection.params["minimum"]) == ("kommuneloven § 19-3", 1)


def test_one_seat_each_is_enough() -> None:
    given(founded()).when(establish(seats=plan(("aukra", 1, 1), ("molde", 1, 1)))).then(
        established(seats=(allotted("aukra", 1, 1), allotted("molde", 1, 1)))
    )


def test_a_joint_board_has_two_from_each() -> None:
    book = given(founded("host_joint_board"))
    one = plan(("aukra", 1, 0), ("molde", 2, 0))
    rejection = book.when(establish("joint_board", one)).then_rejected("body.member_without_seat", members=["aukra"])
    assert rejection.law == "kommuneloven § 20-3"
    two = (allotted("aukra", 2, 0), allotted("molde", 2, 0))
    book.when(establish("joint_board", plan(("aukra", 2, 0), ("molde", 2, 0)))).then(established("joint_board", two))


def test_a_customer_has_no_seat_to_miss() -> None:
    customer = Party(member_id="sunndal", name="Sunndal", member_class="external_customer")
    named = [Party(member_id=m, name=m.title()) for m in ("aukra", "molde")]
    founding = CollaborationFounded(name="Romsdal KO", purpose=None, legal_form="ko", founders=(*named, customer))
    given(at("2021-01-01", founding)).when(establish()).then(established())


def test_seats_the_source_does_not_show_pass_unverified() -> None:
    book = given(founded())
    rejection = book.when(establish(seats=[])).then_rejected("body.seats_unknown", members=["aukra", "molde"])
    assert rejection.nature == "unknown"
    shown = plan(("aukra", 1, 1), ("molde", "unknown", "unknown"))
    book.when(establish(seats=shown)).then_rejected("body.seats_unknown", members=["molde"])
    book.when(establish(seats=[], **imported("2022-01-01"))).then(
        established(seats=()), unverified=["body.seats_unknown"]
    )


def test_the_top_body_has_as_many_deputies_as_members() -> None:
    short = plan(("aukra", 3, 2), ("molde", 1, 1))
    rejection = given(founded()).when(establish(seats=short)).then_rejected("body.deputies_missing", members=["aukra"])
    assert (rejection.law, rejection.params["per_seat"]) == ("kommuneloven § 19-3", 1)


def test_and_in_an_iks_two_for_each() -> None:
    book = given(founded("iks"))
    short = plan(("aukra", 1, 1), ("molde", 1, 2))
    rejection = book.when(establish(seats=short)).then_rejected("body.deputies_missing", members=["aukra"])
    assert (rejection.law, rejection.params["per_seat"]) == ("IKS-loven § 6", 2)
    enough = (allotted("aukra", 1, 2), allotted("molde", 1, 2))
    book.when(establish(seats=plan(("aukra", 1, 2), ("molde", 1, 2)))).then(established(seats=enough))


def test_without_seats_there_is_nobody_to_stand_in_for() -> None:
    shown = plan(("aukra", 0, "unknown"), ("molde", "unknown", 1))
    ruling = given(founded()).when(establish(seats=shown, mode="record", reason="Slik ble det.")).decide().ruling
    assert ruling.irregular == ("body.member_without_seat", "body.seats_unknown")


def test_deputies_the_source_does_not_show_pass_unverified() -> None:
    shown = plan(("aukra", 1, "unknown"), ("molde", 1, 1))
    given(founded()).when(establish(seats=shown)).then_rejected("body.deputies_unknown", members=["aukra"])


def test_the_board_of_an_iks_has_three_seats() -> None:
    book = given(founded("iks"))
    rejection = book.when(establish("board", plan(("aukra", 2, 0)))).then_rejected("body.board_below_three", seats=2)
    assert rejection.law == "IKS-loven § 10"
    three = (allotted("aukra", 2, 0), allotted("molde", 1, 0))
    book.when(establish("board", plan(("aukra", 2, 0), ("molde", 1, 0)))).then(established("board", three))


def test_a_board_whose_seats_are_not_all_known_is_not_counted() -> None:
    shown = (allotted("aukra", 2, 0), allotted("molde", "unknown", 0))
    given(founded("iks")).when(establish("board", plan(("aukra", 2, 0), ("molde", "unknown", 0)))).then(
        established("board", shown)
    )


def test_the_board_of_another_form_may_be_smaller() -> None:
    given(founded()).when(establish("board", plan(("aukra", 2, 0)))).then(
        established("board", (allotted("aukra", 2, 0),))
    )


def test_every_form_is_judged_without_failing() -> None:
    forms: tuple[LegalFormId, ...] = ("informal", "historic_27", "ipr", "iks", "as", "association")
    for form in forms:
        given(founded(form)).when(establish("steering_group", FULL)).then(established("steering_group"))
