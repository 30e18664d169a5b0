"""Charters: what a proposal must hold, and by which route it goes; refusals in order of precedence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.collaboration import subjects
from domain.constitution import (
    CharterEnteredIntoForce,
    CharterProposed,
    Clause,
    ConstitutionEvent,
)
from domain.kernel import Subject
from tests.spec import At, Given, When, command, given, seal
from tests.specs.constitution_books import (
    ROR,
    SOURCE,
    clause,
    demanded,
    founded,
    in_force,
    proposed,
    reformed,
    refusal,
)

MEMBERS = ("aukra", "molde", "rauma")
KO = demanded("ko", "2025-12-31")


def texts(*keys: str, **changed: str | None) -> list[dict[str, Any]]:
    """Returns clauses as a client sends them, each with its key as text unless changed."""
    return [{"key": key, "text": changed.get(key, key)} for key in keys]


def propose(book: Given, clauses: list[dict[str, Any]], form: str = "ko", **fields: Any) -> When:
    """Returns the proposal of version v2 sent to a book."""
    known: dict[str, Any] = {"charter_version": "v2", "kind": "cooperation_agreement", "effective": "2025-06-01"}
    return book.when(command("charter.propose", **{**known, "legal_form": form, "clauses": clauses, **fields}))


def proposal(clauses: list[Clause], form: str = "ko", **fields: Any) -> CharterProposed:
    """Returns the event a proposal of v2 leads to."""
    known: dict[str, Any] = {"charter_version": "v2", "kind": "cooperation_agreement", "route": "member_councils"}
    return CharterProposed.model_validate({**known, "legal_form": form, "clauses": tuple(clauses), **fields})


def governed(*facts: At, form: str = "ko") -> Given:
    """Returns a book of three members with a charter in force, and these facts."""
    return given(founded(form, *MEMBERS), proposed(form), in_force(), *facts)


# Proposing --------------------------------------------------------------------------------


def test_a_complete_charter_is_proposed_once() -> None:
    propose(governed(), texts(*KO)).then(proposal([clause(key) for key in KO]))


def test_a_charter_may_have_more_clauses_and_headings() -> None:
    extra = {"key": "serving_others", "heading": "§ 3 Tjenester til andre", "text": "x"}
    told = Clause(key="serving_others", heading="§ 3 Tjenester til andre", text=seal("x"))
    propose(governed(), [*texts(*KO), extra]).then(proposal([*(clause(key) for key in KO), told]))


def test_a_charter_may_be_proposed_before_the_founding_takes_effect() -> None:
    book = given(founded("historic_27", *ROR, day="2013-09-26"))
    keys = demanded("historic_27", "2013-06-18")
    propose(book, texts(*keys), form="historic_27", effective="2013-06-18").decide()


def test_a_charter_version_is_proposed_once_whatever_it_says() -> None:
    again = propose(governed(proposed("ko", version="v2")), [], form="as")
    rejection = again.then_rejected("charter.already_proposed", charter_version="v2")
    assert (rejection.nature, rejection.entries) == ("fact", (4,))


def test_a_charter_is_of_the_form_in_force_or_of_one_that_can_be_taken() -> None:
    rejection = propose(governed(), texts("name", "name"), form="iks").then_rejected(
        "charter.form_mismatch", legal_form="iks", in_force="ko"
    )
    assert rejection.entries == (1,)
    board = governed(form="historic_27")
    propose(board, texts(*KO), form="ko").decide()
    propose(board, texts("name"), form="association").then_rejected("charter.form_mismatch")


def test_the_form_of_a_charter_is_held_against_the_form_of_its_day() -> None:
    book = given(founded("historic_27", *MEMBERS), reformed("2021-01-01", "historic_27", "host_admin"))
    host = texts(*demanded("host_admin", "2020-12-31"))
    propose(book, host, form="host_joint_board", effective="2020-12-31").then_rejected("charter.clause_missing")
    propose(book, texts(*KO), form="ko", effective="2020-12-31").decide()
    propose(book, texts(*KO), form="ko", effective="2021-01-01").then_rejected("charter.form_mismatch")


@pytest.mark.parametrize("mode", ["decide", "record", "import"])
def test_a_clause_is_listed_once(mode: str) -> None:
    rejection = refusal(propose(governed(), texts("name", "name", "seats"), source=SOURCE, reason="x"), mode)
    assert rejection.code == "charter.clause_listed_twice"
    assert rejection.params["clauses"] == ["name"]


@pytest.mark.parametrize("left_out", KO)
def test_a_charter_has_every_clause_its_act_demands(left_out: str) -> None:
    rejection = propose(governed(), texts(*(key for key in KO if key != left_out))).then_rejected(
        "charter.clause_missing", charter_version="v2", legal_form="ko", clauses=[left_out]
    )
    assert (rejection.nature, rejection.law) == ("rule", "kommuneloven § 19-4")


def test_an_iks_that_may_borrow_says_how_much() -> None:
    keys = demanded("iks", "2025-06-01")
    book = governed(form="iks")
    propose(book, texts(*keys, "borrowing"), form="iks").then_rejected(
        "charter.clause_missing", clauses=["loan_ceiling"]
    )
    propose(book, texts(*keys, "borrowing", "loan_ceiling"), form="iks").decide()
    propose(book, texts(*keys), form="iks").decide()


def test_from_2026_a_charter_says_who_answers_for_the_documentation() -> None:
    propose(governed(), texts(*KO), effective="2025-12-31").decide()
    rejection = propose(governed(), texts(*KO), effective="2026-01-01").then_rejected(
        "charter.clause_missing", clauses=["documentation_responsibility"]
    )
    assert rejection.law == "arkivforskrifta § 8"
    propose(governed(), texts(*KO, "documentation_responsibility"), effective="2026-01-01").decide()


def test_whether_a_roughly_dated_charter_is_under_the_rule_of_2026_is_not_known() -> None:
    when = {"earliest": "2021-01-01", "latest": "2026-05-02"}
    imported = propose(governed(), texts(*KO), effective=when, mode="import", source=SOURCE)
    assert imported.decide().ruling.unverified == ("charter.clause_missing",)
    assert refusal(imported, "decide").nature == "unknown"
    surely = {"earliest": "2026-01-01", "latest": "2026-05-02"}
    assert refusal(propose(governed(), texts(*KO), effective=surely, source=SOURCE), "import").nature == "rule"


def test_a_clause_without_its_text_is_imported_and_not_decided() -> None:
    silent = propose(governed(), texts(*KO, withdrawal=None, seats=None), mode="import", source=SOURCE)
    event = proposal([clause(key, "" if key in ("withdrawal", "seats") else None) for key in KO])
    silent.then(event, unverified=["charter.clause_unknown"])
    rejection = refusal(silent, "decide")
    assert (rejection.code, rejection.nature) == ("charter.clause_unknown", "unknown")
    assert rejection.params["clauses"] == ["seats", "withdrawal"]


# The route of the top body's two thirds ----------------------------------------------------

TWO_THIRDS = {"route": "top_body_two_thirds"}


def test_two_thirds_may_change_what_the_act_does_not_reserve() -> None:
    carried = [clause(key) for key in sorted(KO)]
    propose(governed(), texts("meeting_rules"), **TWO_THIRDS).then(
        proposal([clause("meeting_rules"), *carried], **TWO_THIRDS)
    )


def test_a_reserved_clause_may_be_listed_as_it_stands() -> None:
    propose(governed(), texts(*KO, "meeting_rules"), **TWO_THIRDS).decide()


def test_what_the_book_does_not_know_is_carried_over_as_it_is() -> None:
    silent = [clause(key, "" if key == "seats" else None) for key in KO]
    book = given(founded("ko", *MEMBERS), proposed("ko", clauses=silent), in_force())
    decision = propose(book, texts("meeting_rules"), **TWO_THIRDS).decide()
    event = decision.events[0]
    assert isinstance(event, CharterProposed)
    assert clause("seats", "") in event.clauses


def test_two_thirds_do_not_change_a_reserved_clause() -> None:
    rejection = propose(governed(), texts("seats", "withdrawal", seats="to hver"), **TWO_THIRDS).then_rejected(
        "charter.route_too_weak", clauses=["seats"]
    )
    assert (rejection.nature, rejection.law, rejection.entries) == ("rule", "kommuneloven § 19-4", (2,))


def test_two_thirds_may_say_who_answers_for_the_documentation() -> None:
    lacking = propose(governed(), texts("meeting_rules"), effective="2026-01-01", **TWO_THIRDS)
    lacking.then_rejected("charter.clause_missing", clauses=["documentation_responsibility"])
    propose(governed(), texts("documentation_responsibility"), effective="2026-01-01", **TWO_THIRDS).decide()


def test_two_thirds_cannot_tell_a_change_where_a_text_is_not_known() -> None:
    silent = [clause(key, "" if key == "seats" else None) for key in KO]
    book = given(founded("ko", *MEMBERS), proposed("ko", clauses=silent), in_force())
    doubtful = propose(book, texts("seats"), mode="import", source=SOURCE, **TWO_THIRDS)
    assert doubtful.decide().ruling.unverified == ("charter.route_too_weak",)
    assert refusal(doubtful, "decide").params["clauses"] == ["seats"]


def test_two_thirds_do_not_add_a_ceiling_on_loans() -> None:
    book = governed(form="iks")
    rejection = propose(book, texts("borrowing", "loan_ceiling"), form="iks", **TWO_THIRDS).then_rejected(
        "charter.route_too_weak", clauses=["loan_ceiling"]
    )
    assert rejection.nature == "rule"


def test_the_first_charter_goes_to_the_councils() -> None:
    book = given(founded("ko", *MEMBERS))
    propose(book, texts(*KO), **TWO_THIRDS).then_rejected("charter.route_too_weak", clauses=[])
    propose(book, texts(*KO)).decide()


@pytest.mark.parametrize("form", ["host_admin", "host_joint_board", "historic_27", "informal", "purchase"])
def test_where_no_top_body_amends_the_councils_do(form: str) -> None:
    propose(governed(form=form), texts("meeting_rules"), form=form, **TWO_THIRDS).then_rejected(
        "charter.route_too_weak", legal_form=form
    )


def test_a_charter_of_another_form_goes_to_the_councils() -> None:
    keys = ("name", "purpose", "share_capital", "nominal_value")
    book = governed(form="iks")
    propose(book, texts(*keys), form="as", **TWO_THIRDS).then_rejected("charter.route_too_weak")
    propose(book, texts(*keys), form="as").decide()


def test_a_full_charter_carries_over_no_more_than_there_is_room_for() -> None:
    many = texts(*(f"k{'a' * (n // 26)}{chr(97 + n % 26)}" for n in range(200)))
    propose(governed(), many, **TWO_THIRDS).then_rejected("charter.clause_missing")


# What is touched, and what is in force when -------------------------------------------------


def test_a_charter_touches_itself_and_in_force_the_collaboration() -> None:
    events: tuple[ConstitutionEvent, ...] = (
        proposal([]),
        CharterEnteredIntoForce(charter_version="v2", ratified_by=()),
    )
    assert [subjects(event) for event in events] == [
        (Subject("charter", "v2"),),
        (Subject("charter", "v2"), Subject("collaboration", "this")),
    ]


def test_a_roughly_dated_charter_does_not_come_back_after_the_next() -> None:
    book = given(founded("historic_27", *ROR, day="2013-06-18"), proposed("historic_27", "v1"))
    book = book.and_(in_force("v1", "2013-06-18", "2026-05-02"), proposed("historic_27", "v2"))
    book = book.and_(in_force("v2", "2018-11-15"))
    constitution = book.state.constitution
    assert constitution.standing(date(2018, 11, 14)).charter_version is None
    assert constitution.in_force.ever(date(2018, 11, 14)) == ("v1",)
    assert constitution.standing(date(2026, 11, 24)).charter_version == "v2"
