"""Strategies, goals and what does something for them: refusals in order of precedence, and what lies just beside."""

from __future__ import annotations

from typing import Any

import pytest

from domain.benefits.alignment import towards
from domain.collaboration import subjects
from domain.kernel import Subject
from tests.specs.benefit_books import book, decided, event, sent, told

IMPORTED = {"mode": "import", "source": {"title": "Strategiplan", "read_on": "2026-11-23"}}


def test_a_strategy_is_adopted_version_by_version_and_all_are_kept() -> None:
    after = (
        book(told("goal.define"))
        .when(sent("strategy.adopt", goal_ids=["up"]))
        .then(event("strategy.adopt", goal_ids=["up"]))
    )
    after.when(sent("strategy.adopt", strategy_version=3)).then_rejected("strategy.version_not_next", expected=2)
    later = after.when(sent("strategy.adopt", strategy_version=2)).then(event("strategy.adopt", strategy_version=2))
    marks = later.state.benefits.strategies["ikt"].marks
    assert [mark.value.event.strategy_version for mark in marks] == [1, 2]


def test_a_strategy_holds_for_those_named_or_for_the_member_that_owns_it() -> None:
    def held(**fields: Any) -> tuple[str, ...] | None:
        state = book(told("strategy.adopt", **fields)).state
        return state.benefits.strategies["ikt"].marks[0].value.holds_for

    assert held() is None
    assert held(owned_by={"kind": "member", "id": "aukra"}) == ("aukra",)
    assert held(strategy_for=["molde", "rauma"]) == ("molde", "rauma")


def test_the_objections_to_a_strategy_come_in_order() -> None:
    wrong: dict[str, Any] = {
        "strategy_version": 2,
        "owned_by": {"kind": "office", "id": "nobody"},
        "strategy_for": ["oslo"],
        "goal_ids": ["up", "gone"],
        "decision_id": "nowhere",
        "until": "2026-11-19",
        "strategy_level": "unknown",
    }
    given = book(decided("noted-1", "noted"))
    for code, repair in (
        ("strategy.version_not_next", {"strategy_version": 1}),
        ("office.unknown_office", {"owned_by": {"kind": "office", "id": "ict"}}),
        ("body.unknown_member", {"strategy_for": ["aukra"]}),
        ("strategy.goal_unknown", {"goal_ids": []}),
        ("strategy.decision_unknown", {"decision_id": "unknown"}),
        ("strategy.ends_before_it_begins", {"until": "2026-11-20"}),
        ("strategy.unknown_level", {"strategy_level": "regional_ict"}),
        ("strategy.no_decision", {"decision_id": "noted-1"}),
        ("strategy.decision_adopts_nothing", {"decision_id": "d-1"}),
    ):
        given.when(sent("strategy.adopt", **wrong)).then_rejected(code)
        wrong |= repair
    given.when(sent("strategy.adopt", **wrong)).then(event("strategy.adopt", **wrong))


@pytest.mark.parametrize("kind", ["body", "member"])
def test_what_does_not_exist_owns_nothing(kind: str) -> None:
    owner = {"kind": kind, "id": "nobody"}
    for name in ("strategy.adopt", "goal.define"):
        with_owner = sent(name, owned_by=owner)
        book().when(with_owner).then_rejected({"body": "body.unknown_body", "member": "body.unknown_member"}[kind])


def test_history_may_be_silent_on_level_and_decision() -> None:
    silent = {"strategy_level": "unknown", "decision_id": "unknown"}
    book().when(sent("strategy.adopt", **silent, **IMPORTED)).then(
        event("strategy.adopt", **silent), unverified=["strategy.unknown_level", "strategy.no_decision"]
    )


def test_a_goal_is_measurable_and_owned_and_set_once() -> None:
    after = (
        book().when(sent("goal.define", statement="Alltid oppe")).then(event("goal.define", statement="Alltid oppe"))
    )
    assert after.state.benefits.goals["up"].measurable
    assert after.when(sent("goal.define")).then_rejected("goal.already_defined").entries == (7,)
    for field in ("indicator", "unit", "operator", "target", "due"):
        book().when(sent("goal.define", **{field: "unknown"})).then_rejected("goal.not_measurable", fields=[field])


def test_the_objections_to_a_goal_come_in_order() -> None:
    wrong: dict[str, Any] = {
        "owned_by": {"kind": "office", "id": "nobody"},
        "good_enough": "99.500001",
        "unit": "unknown",
    }
    for code, repair in (
        ("office.unknown_office", {"owned_by": "unknown"}),
        ("goal.good_enough_stricter", {"good_enough": "99.5"}),
        ("goal.not_measurable", {"unit": "%"}),
        ("goal.owner_missing", {"owned_by": {"kind": "office", "id": "line"}}),
    ):
        book().when(sent("goal.define", **wrong)).then_rejected(code)
        wrong |= repair
    book().when(sent("goal.define", **wrong)).then(event("goal.define", **wrong))


def test_good_enough_is_never_stricter_whichever_way_the_goal_is_turned() -> None:
    lower = {"operator": "at_most", "target": "10"}
    book().when(sent("goal.define", **lower, good_enough="9.9")).then_rejected("goal.good_enough_stricter")
    book().when(sent("goal.define", **lower, good_enough="10")).then(event("goal.define", **lower, good_enough="10"))
    half = {"operator": "unknown", "good_enough": "1000"}
    book().when(sent("goal.define", **half)).then_rejected("goal.not_measurable", fields=["operator"])


def test_a_goal_nobody_can_measure_stands_as_a_gap_where_the_source_is_silent() -> None:
    silent = {"unit": "unknown", "target": "unknown", "owned_by": "unknown"}
    after = (
        book()
        .when(sent("goal.define", **silent, **IMPORTED))
        .then(event("goal.define", **silent), unverified=["goal.not_measurable", "goal.owner_missing"])
    )
    assert not after.state.benefits.goals["up"].measurable


@pytest.mark.parametrize(
    ("kind", "id_"), [("goal", "other"), ("service", "mail"), ("agreement", "sla"), ("benefit", "b")]
)
def test_whatever_is_in_the_book_may_be_held_against_a_goal(kind: str, id_: str) -> None:
    given = book(told("goal.define"), told("goal.define", goal_id="other"), told("benefit.plan"))
    node = {"kind": kind, "id": id_}
    given.when(sent("goal.align", aligned=node)).then(event("goal.align", aligned=node))
    gone = {"kind": kind, "id": "gone"}
    given.when(sent("goal.align", aligned=gone)).then_rejected("goal.unknown_node", node_kind=kind, node_id="gone")
    given.when(sent("goal.align", goal_id="gone")).then_rejected("goal.unknown_node", node_kind="goal", node_id="gone")


def test_the_same_is_not_said_twice_and_may_change() -> None:
    given = book(told("goal.define"), told("goal.align"))
    refused = given.when(sent("goal.align")).then_rejected("goal.already_aligned", contribution="supports")
    assert (refused.nature, refused.entries) == ("fact", (8,))
    after = given.when(sent("goal.align", contribution="blocks")).then(event("goal.align", contribution="blocks"))
    line = towards(after.state.benefits.alignments, "up")["service", "mail"]
    assert [mark.value for mark in line.marks] == ["supports", "blocks"]


def test_goals_make_up_no_circle() -> None:
    goals = [told("goal.define", goal_id=goal_id) for goal_id in ("a", "b", "c")]
    served = [
        told("goal.align", aligned={"kind": "goal", "id": low}, goal_id=high) for low, high in (("a", "b"), ("b", "c"))
    ]
    given = book(*goals, *served)
    back = {"aligned": {"kind": "goal", "id": "c"}, "goal_id": "a"}
    refused = given.when(sent("goal.align", **back)).then_rejected("goal.cycle", path=["a", "b", "c"])
    assert (refused.nature, refused.entries) == ("rule", (10, 11))
    given.when(sent("goal.align", aligned={"kind": "goal", "id": "a"}, goal_id="a")).then_rejected(
        "goal.cycle", path=["a"]
    )
    forward = {"aligned": {"kind": "goal", "id": "a"}, "goal_id": "c"}
    given.when(sent("goal.align", **forward)).then(event("goal.align", **forward))


def test_each_touches_what_it_names() -> None:
    named = event("strategy.adopt", goal_ids=["up"], strategy_for=["aukra"], owned_by={"kind": "office", "id": "ict"})
    assert subjects(named) == (
        Subject("strategy", "ikt"),
        Subject("goal", "up"),
        Subject("office", "ict"),
        Subject("member", "aukra"),
        Subject("decision", "d-1"),
    )
    assert subjects(event("strategy.adopt", decision_id="unknown")) == (
        Subject("strategy", "ikt"),
        Subject("collaboration", "this"),
    )
    assert subjects(event("goal.define", owned_by="unknown")) == (Subject("goal", "up"),)
    assert subjects(event("goal.align")) == (Subject("goal", "up"), Subject("service", "mail"))
