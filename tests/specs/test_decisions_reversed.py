"""Decisions reversed: by whoever made them, whoever is above, or whoever they were made for; by nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from domain.bodies import BodyEstablished
from domain.collaboration import subjects
from domain.decisions import DecisionReversed
from domain.kernel import Subject
from domain.vocabulary import Holder
from tests.spec import Given, at, command
from tests.specs.body_books import MANAGER, SINCE, body, governed, granted
from tests.specs.test_decisions import AUKRA, made, managed
from tests.specs.test_decisions_challenged import MADE, hosted


def reverse(kind: str = "body", id_: str = "council", **fields: Any) -> Any:
    """Returns a command to reverse the decision."""
    known = {
        "decision_id": "d-1",
        "by": {"kind": kind, "id": id_},
        "legal_basis": "fvl. § 35",
        "effective": "2023-07-01",
    }
    return command("decision.reverse", **{**known, **fields})


def reversed_(kind: Any = "body", id_: str = "council", **fields: Any) -> DecisionReversed:
    """Returns the event of it."""
    return DecisionReversed(decision_id="d-1", by=Holder(kind=kind, id=id_), legal_basis="fvl. § 35", **fields)


def test_a_body_reverses_its_own_decision() -> None:
    other = at("2023-06-30", made().model_copy(update={"decision_id": "d-2"}))
    event = reversed_(replaced_by="d-2")
    after = governed(MADE, other).when(reverse(replaced_by="d-2")).then(event)
    record = after.state.decisions.by_id["d-1"]
    assert record.end is not None
    assert (record.end.kind, record.end.entry) == ("reversed", 11)
    assert set(subjects(event)) == {Subject("decision", "d-1"), Subject("body", "council"), Subject("decision", "d-2")}


def boards(**decision: Any) -> Given:
    """Returns a book with a board under another, apart from the council, and a decision by the lower; entry 12."""
    upper, lower = body("upper", "board"), BodyEstablished(body_id="lower", name="U", kind="board", parent="upper")
    return governed(body("group", "steering_group"), upper, at(SINCE, lower), at("2023-06-01", made(**decision)))


def test_a_body_above_may_and_one_beside_may_not() -> None:
    book = boards(body_id="lower")
    for by in ("lower", "upper", "council"):
        book.when(reverse(id_=by)).then(reversed_(id_=by))
    rejection = book.when(reverse(id_="group")).then_rejected("decision.not_competent", by="group", decision_id="d-1")
    assert (rejection.nature, rejection.entries) == ("rule", (12,))
    assert rejection.law == "forvaltningsloven § 35; kommuneloven § 22-1"
    boards(body_id="upper").when(reverse(id_="lower")).then_rejected("decision.not_competent")


def test_what_an_office_decided_is_reversed_by_itself_or_who_gave_it_the_power() -> None:
    board = Holder(kind="body", id="board")
    by_manager = (body("board", "board"), granted("g-1", board, MANAGER), at("2023-06-01", managed()))
    book = governed(*by_manager)
    for kind, by in (("office", "manager"), ("body", "board"), ("body", "council")):
        book.when(reverse(kind, by)).then(reversed_(kind, by))
    for kind, by in (("office", "clerk"), ("member", "aukra"), ("collaboration", "this")):
        book.when(reverse(kind, by)).then_rejected("decision.not_competent", by=by)
    office = governed(granted("g-1", Holder(kind="office", id="deputy"), MANAGER), at("2023-06-01", managed()))
    office.when(reverse("office", "deputy")).then(reversed_("office", "deputy"))


def test_a_council_reverses_what_was_decided_by_its_own_power() -> None:
    book = governed(granted("g-1", AUKRA, MANAGER), at("2023-06-01", managed()))
    book.when(reverse("member", "aukra")).then(reversed_("member", "aukra"))
    book.when(reverse("member", "molde")).then_rejected("decision.not_competent", by="molde")


def test_at_a_host_the_principal_is_competent_and_the_hosts_council_is_not() -> None:
    rejection = (
        hosted()
        .when(reverse("member", "molde"))
        .then_rejected("decision.not_competent", by="molde", binding_on=["aukra"])
    )
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 20-2; forvaltningsloven § 35")
    hosted().when(reverse("member", "aukra")).then(reversed_("member", "aukra"))
    hosted(binding_on=()).when(reverse("member", "aukra")).then(reversed_("member", "aukra"))
    hosted(binding_on=()).when(reverse("member", "molde")).then_rejected("decision.not_competent")
    both = hosted(binding_on=("aukra", "molde"))
    both.when(reverse("member", "aukra")).then_rejected("decision.not_competent", binding_on=["aukra", "molde"])
    own = hosted(binding_on=("molde",))
    own.when(reverse("member", "molde")).then(reversed_("member", "molde"))
    hosted().when(reverse()).then_rejected("decision.not_competent", by="council")


def test_only_what_is_in_force_is_reversed_and_by_whom_the_book_knows() -> None:
    assert governed().when(reverse()).then_rejected("decision.unknown_decision").nature == "fact"
    gone = governed(MADE, at("2023-06-30", reversed_()))
    rejection = gone.when(reverse(replaced_by="d-9")).then_rejected("decision.already_reversed", end="reversed")
    assert (rejection.nature, rejection.entries) == ("fact", (9, 10))
    governed(MADE).when(reverse(id_="nowhere", replaced_by="d-9")).then_rejected(
        "decision.unknown_decision", decision_id="d-9"
    )
    governed(MADE).when(reverse(id_="nowhere")).then_rejected("decision.unknown_body", body_id="nowhere")
    assert gone.and_(at("2023-07-01", reversed_())).state == gone.state
    assert governed(at("2023-07-01", reversed_())).state.decisions == governed().state.decisions


def test_who_reverses_is_always_said() -> None:
    with pytest.raises(ValueError, match="by"):
        reverse(by=None)
