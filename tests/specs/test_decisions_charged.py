"""A decision charged to a line of the budget: no more than the line has left, unless there is a legal duty to pay."""

from __future__ import annotations

from typing import Any

import pytest

from domain.budgets import BudgetAdopted, BudgetAmended
from domain.decisions import DecisionMade
from domain.vocabulary import LegalFormId
from tests.spec import At, Given, at, command, given, seal
from tests.specs.body_books import body, founded
from tests.specs.budget_books import line

VOTE = {"form": "unanimous"}


def adopted(amount: int = 100_000) -> At:
    """Returns the budget of 2027: so much for networks, and as much in income."""
    lines = (line("nett", "operating", "expense", amount), line("salg", "operating", "income", amount))
    told = {"year": 2027, "lines": lines, "new_loans": 0, "decision_id": "d-0", "goals": None}
    return at("2026-11-20", BudgetAdopted.model_validate(told))


def amended(more: int) -> At:
    """Returns an amendment that gives the line more, and takes in as much."""
    deltas = tuple({"line_id": line_id, "amounts": (more,)} for line_id in ("nett", "salg"))
    told = {"year": 2027, "amendment_no": 1, "deltas": deltas, "cause": seal("Meir"), "decision_id": "d-0"}
    return at("2027-02-01", BudgetAmended.model_validate(told))


def book(*facts: At, form: LegalFormId = "ko") -> Given:
    """Returns a book of a form with a group that decides."""
    return given(founded(form), body("gruppa", "working_committee"), *facts)


def made(decision_id: str, amount: int, **charge: Any) -> At:
    """Returns a decision that is charged to the line."""
    told = {"decision_id": decision_id, "title": "Kjøp", "kind": "resolution", "body_id": "gruppa", "text": None}
    charged = {"year": 2027, "line_id": "nett", **charge}
    return at("2027-03-01", DecisionMade.model_validate({**told, "amount": amount, "charge": charged}))


def decide(amount: int | None, **charge: Any) -> Any:
    """Returns a command to decide on so much of the line."""
    charged = {"year": 2027, "line_id": "nett", **charge}
    told = {"decision_id": "d-9", "title": "Kjøp", "body_id": "gruppa", "vote": VOTE, "effective": "2027-04-01"}
    return command("decision.make", **told, amount=amount, charge=charged)


@pytest.mark.parametrize(("form", "law"), [("ko", "kommuneloven § 14-5"), ("iks", "IKS-loven § 19")])
def test_a_line_may_be_used_up_and_not_an_oere_more(form: LegalFormId, law: str) -> None:
    before = book(adopted(), made("d-1", 60_000), form=form)
    before.when(decide(40_000)).decide()
    refused = before.when(decide(40_001)).then_rejected(
        "decision.budget_exceeded",
        line_id="nett",
        amount_ore=40_001,
        budgeted_ore=100_000,
        decided_ore=60_000,
        missing_ore=1,
        amendment_no=1,
    )
    assert (refused.nature, refused.law, refused.entries) == ("rule", law, (3, 4))


def test_an_amendment_makes_room() -> None:
    book(adopted(), made("d-1", 100_000), amended(500)).when(decide(500)).decide()
    book(adopted(), made("d-1", 100_000), amended(500)).when(decide(501)).then_rejected("decision.budget_exceeded")


def test_what_is_due_by_law_is_no_matter_for_the_budget() -> None:
    full = book(adopted(), made("d-1", 100_000))
    full.when(decide(1, legally_due=True)).decide()


def test_an_act_that_makes_no_budget_binding_refuses_nothing() -> None:
    book(adopted(), form="as").when(decide(100_001)).decide()


def test_what_says_nothing_of_an_amount_or_a_line_is_not_judged() -> None:
    full = book(adopted(), made("d-1", 100_000))
    full.when(decide(None)).decide()
    full.when(decide(1).model_copy(update={"charge": None})).decide()
    full.when(decide(1, year=2027, line_id="nett", legally_due=True)).decide()


def test_only_expense_lines_that_are_there_are_charged() -> None:
    there = book(adopted())
    for line_id in ("salg", "ingen"):
        refused = there.when(decide(1, line_id=line_id)).then_rejected("decision.line_unknown", line_id=line_id)
        assert (refused.nature, refused.entries) == ("fact", (3,))
    refused = there.when(decide(1, year=2028)).then_rejected("decision.line_unknown", year=2028)
    assert (refused.nature, refused.entries) == ("unknown", ())


def test_it_can_be_recorded_as_it_took_place() -> None:
    sent = decide(100_001).model_copy(update={"mode": "record", "reason": "Det var gjort."})
    assert book(adopted()).when(sent).decide().ruling.irregular == ("decision.budget_exceeded",)
