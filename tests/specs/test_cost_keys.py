"""Cost keys: refusals in order of precedence, what lies just on the right side, and exact shares."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from domain.budgets import CostKeyAdopted
from domain.collaboration import subjects
from domain.decisions import DecisionMade
from domain.kernel import Subject
from tests.spec import At, at, command
from tests.specs.budget_books import book

PRINTED = (("equal", 334), ("population", 333), ("users", 334))
"""Percentages as a source prints them, in tenths: they sum to 100.1."""


def parts(*weights: tuple[str, int], of: int = 1) -> list[dict[str, Any]]:
    """Returns the parts of a key as a client sends them."""
    return [{"driver": driver, "numerator": weight, "denominator": of} for driver, weight in weights]


HALVES = parts(("equal", 1), ("population", 1), of=2)


def adopt(**fields: Any) -> Any:
    """Returns a command to adopt the key."""
    known = {"key_id": "drift", "key_version": 1, "key_parts": HALVES, "decision_id": "budget-2027"}
    return command("cost_key.adopt", **{**known, **fields})


def adopted(**fields: Any) -> CostKeyAdopted:
    """Returns the event the command leads to."""
    sent = adopt(**fields)
    names = ("key_id", "key_version", "weighing", "key_parts", "decision_id")
    return CostKeyAdopted.model_validate({name: getattr(sent, name) for name in names})


def entered(**fields: Any) -> At:
    """Returns that the key was adopted."""
    return at("2026-11-22", adopted(**fields))


def test_percentages_that_sum_to_too_much_are_refused_with_the_excess_and_the_same_figures_are_weighed() -> None:
    refused = book().when(adopt(key_parts=parts(*PRINTED, of=1000)))
    refused.then_rejected(
        "cost_key.weights_do_not_sum_to_one",
        key_id="drift",
        total="1001/1000",
        percent="100.1",
        excess="1/1000",
        off="1/1000",
        off_percent="0.1",
    )
    weighed = {"key_parts": parts(*PRINTED), "weighing": "numbers"}
    after = book().when(adopt(**weighed)).then(adopted(**weighed))
    (version,) = after.state.budgets.keys["drift"]
    assert version.shares == (Fraction(334, 1001), Fraction(333, 1001), Fraction(334, 1001))
    assert sum(version.shares) == 1


def test_shares_sum_to_exactly_one() -> None:
    most = 2**53 - 1
    exact = parts(("equal", 1), ("use", most - 1), of=most)
    book().when(adopt(key_parts=exact)).then(adopted(key_parts=exact))
    for last in (most - 2, most):
        book().when(adopt(key_parts=parts(("equal", 1), ("use", last), of=most))).then_rejected(
            "cost_key.weights_do_not_sum_to_one", excess=str(Fraction(last + 1 - most, most))
        )


def test_versions_are_numbered_without_gaps_and_all_are_kept() -> None:
    book().when(adopt(key_version=2)).then_rejected("cost_key.version_not_next", key_version=2, expected=1)
    before = book("as", entered())
    refused = before.when(adopt()).then_rejected("cost_key.version_not_next", key_version=1, expected=2)
    assert (refused.nature, refused.entries) == ("fact", (3,))
    after = before.when(adopt(key_version=2)).then(adopted(key_version=2))
    assert [version.key_version for version in after.state.budgets.keys["drift"]] == [1, 2]
    after.when(adopt(key_id="prosjekt")).then(adopted(key_id="prosjekt"))


def test_a_key_follows_each_driver_once() -> None:
    twice = parts(("use", 1), ("use", 1), of=2)
    book().when(adopt(key_parts=twice)).then_rejected("cost_key.driver_listed_twice", drivers=["use"])


def test_the_decision_is_in_the_book() -> None:
    refused = book().when(adopt(decision_id="nowhere")).then_rejected("cost_key.decision_unknown")
    assert (refused.nature, refused.params["decision_id"]) == ("fact", "nowhere")


def test_a_key_rests_on_a_decision_and_history_may_be_silent_on_it() -> None:
    refused = book().when(adopt(decision_id="unknown")).then_rejected("cost_key.decision_missing", key_id="drift")
    assert refused.nature == "unknown"


@pytest.mark.parametrize("kind", ["recommendation", "noted", "postponed", "election"])
def test_what_adopts_nothing_adopts_no_key(kind: str) -> None:
    made = DecisionMade.model_validate({"decision_id": "pre", "title": "Innstilling", "kind": kind, "text": None})
    refused = (
        book("as", at("2026-11-21", made))
        .when(adopt(decision_id="pre"))
        .then_rejected("cost_key.decision_adopts_nothing", decision_id="pre", kind=kind)
    )
    assert (refused.nature, refused.entries) == ("rule", (3,))


def test_objections_come_in_order() -> None:
    wrong: dict[str, Any] = {"key_version": 3, "key_parts": parts(("use", 1), ("use", 1)), "decision_id": "nowhere"}
    ladder: list[tuple[str, dict[str, Any]]] = [
        ("cost_key.version_not_next", {"key_version": 1}),
        ("cost_key.driver_listed_twice", {"key_parts": parts(("use", 1), ("equal", 1))}),
        ("cost_key.decision_unknown", {"decision_id": "unknown"}),
        ("cost_key.weights_do_not_sum_to_one", {"key_parts": HALVES}),
        ("cost_key.decision_missing", {"decision_id": "budget-2027"}),
    ]
    for code, repair in ladder:
        book().when(adopt(**wrong)).then_rejected(code)
        wrong |= repair
    book().when(adopt(**wrong)).then(adopted())


def test_an_irregular_key_is_kept_without_effect() -> None:
    off = parts(*PRINTED, of=1000)
    sent = adopt(key_parts=off, mode="record", reason="Slik ble det vedtatt.")
    codes = ["cost_key.weights_do_not_sum_to_one"]
    after = book().when(sent).then(adopted(key_parts=off), irregular=codes)
    assert len(after.state.budgets.keys) == 0


def test_a_key_touches_itself_and_its_decision() -> None:
    assert subjects(adopted()) == (Subject("cost_key", "drift"), Subject("decision", "budget-2027"))
    assert subjects(adopted(decision_id="unknown")) == (Subject("cost_key", "drift"),)
