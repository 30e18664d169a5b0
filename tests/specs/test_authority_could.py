"""Could they? The answer, the chain it rests on, and the reasons against, by the rules that judge the act itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from domain.authority import Act, AuthoritySuspended, Verdict, could
from domain.bodies import SeatVacated
from domain.collaboration import book_of
from domain.dates import Interval
from domain.kernel import Basis
from domain.vocabulary import Holder, Limits, Scope
from tests.spec import At, Given, at
from tests.specs.body_books import COUNCIL, DEPUTY, MANAGER, body, governed, granted, seated

DAY = date(2023, 6, 1)


def asked(book: Given, actor: Holder = MANAGER, day: date = DAY, **fields: Any) -> Verdict:
    """Returns whether somebody could spend on a day."""
    act = Act(actor=actor, powers=("spend",), interval=Interval.exact(day))
    return could(replace(act, **fields), book_of(book.state, day))


def codes(verdict: Verdict) -> list[str]:
    """Returns the codes of what stands against it."""
    return [reason.code for reason in verdict.reasons]


def chained(*facts: At, **terms: Any) -> Given:
    """Returns a book with a chain of two grants, whose holders' offices are filled, on a decision and a resolution."""
    first = granted("g-1", COUNCIL, MANAGER, **{"depth": 1, **terms})
    basis = (Basis(kind="decision", ref="d-1"), Basis(kind="resolution", ref="4"))
    people = (seated("p-1", office_id="manager"), seated("p-2", office_id="deputy"))
    return governed(*people, replace(first, basis=basis), granted("g-2", MANAGER, DEPUTY, **terms), *facts)


def test_yes_with_every_step_from_the_source_to_the_person() -> None:
    verdict = asked(chained(), DEPUTY)
    assert (verdict.answer, verdict.grant_id, verdict.reasons) == ("yes", "g-2", ())
    assert [(step.kind, step.id, step.entry, step.certain) for step in verdict.chain] == [
        ("basis", "decision:d-1", None, True),
        ("basis", "resolution:4", 4, True),
        ("grant", "g-1", 11, True),
        ("grant", "g-2", 12, True),
        ("office", "deputy", 4, True),
        ("person", "p-2", 10, True),
    ]
    assert (verdict.chain[2].grantor, verdict.chain[3].grantee) == (COUNCIL, DEPUTY)


def test_no_with_every_reason() -> None:
    book = chained(limits=Limits(per_act=100_00), scope=Scope(services=("a",)))
    verdict = asked(book, amount_ore=100_01, service_id="b")
    assert verdict.answer == "no"
    assert codes(verdict) == ["authority.outside_scope", "authority.limit_exceeded"]
    assert asked(book, amount_ore=100_00, service_id="a").answer == "yes"


def test_no_where_a_link_above_is_suspended_and_it_says_which() -> None:
    book = chained(at("2023-06-01", AuthoritySuspended(grant_id="g-1")))
    verdict = asked(book, DEPUTY)
    assert (verdict.answer, codes(verdict)) == ("no", ["authority.no_valid_grant_at_time"])
    assert verdict.reasons[0].params["link"] == "g-1"
    assert [step.certain for step in verdict.chain if step.kind == "grant"] == [False, True]
    assert asked(book, DEPUTY, date(2023, 5, 31)).answer == "yes"


def test_no_where_there_is_no_grant_or_nobody_of_that_name() -> None:
    assert codes(asked(governed(seated("p-1", office_id="manager")))) == ["authority.no_valid_grant_at_time"]
    assert asked(governed(seated("p-1", office_id="manager"))).answer == "no"
    nobody = asked(governed(), Holder(kind="office", id="nobody"))
    assert (nobody.answer, nobody.reasons[0].code, nobody.chain) == ("no", "authority.unknown_actor", ())


def test_no_where_the_office_is_empty_and_unknown_where_the_book_never_knew() -> None:
    left = at("2023-01-01", SeatVacated(person_id="p-1", office_id="manager", cause="resigned"))
    assert (asked(chained(left)).answer, codes(asked(chained(left)))) == ("no", ["authority.office_not_held"])
    silent = governed(granted("g-1", COUNCIL, MANAGER))
    assert (asked(silent).answer, codes(asked(silent))) == ("unknown", ["authority.office_not_held"])


def test_unknown_where_it_rests_on_a_rough_date() -> None:
    book = governed(
        seated("p-1", office_id="manager"), granted("g-1", COUNCIL, MANAGER, "2023-01-01", latest="2024-01-01")
    )
    assert (asked(book).answer, codes(asked(book))) == ("unknown", ["authority.grant_uncertain"])
    assert (asked(book, day=date(2022, 12, 31)).answer, asked(book, day=date(2024, 1, 1)).answer) == ("no", "yes")


def test_of_a_named_person() -> None:
    assert asked(chained(), person_id="p-1").answer == "yes"
    other = asked(chained(), person_id="p-2")
    assert (other.answer, codes(other)) == ("no", ["authority.office_not_held"])


def test_the_top_body_needs_no_grant_but_the_legal_form_binds_it() -> None:
    verdict = asked(governed(), COUNCIL)
    assert (verdict.answer, verdict.by_nature, verdict.grant_id, verdict.chain) == ("yes", True, None, ())
    no = asked(governed(), COUNCIL, powers=("individual_decision",))
    assert (no.answer, codes(no)) == ("no", ["authority.power_not_allowed_for_form"])
    internal = asked(governed(), COUNCIL, powers=("individual_decision",), case_type="internal")
    assert internal.answer == "yes"
    board = asked(governed(body("board", "board")), Holder(kind="body", id="board"))
    assert (board.answer, board.by_nature) == ("no", False)


def test_before_the_founding_is_certain_the_form_is_unknown() -> None:
    whole = Holder(kind="collaboration", id="this")
    verdict = asked(governed(), whole, date(2020, 12, 31), powers=("regulation",))
    assert (verdict.answer, codes(verdict)) == ("unknown", ["authority.form_unknown"])
