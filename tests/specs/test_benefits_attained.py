"""Goals measured: by themselves or in an agreement, once, and whether what was wanted was there by the due day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.agreements import ServiceLevelRevised, TargetsMeasured
from domain.benefits.attaining import measurements_of, outcome, standing
from domain.collaboration import Collaboration, subjects
from domain.kernel import Subject
from tests.spec import At, at
from tests.specs.benefit_books import book, event, sent, told

IMPORTED = {"mode": "import", "source": {"title": "Årsrapport", "read_on": "2026-11-23"}}
TIE = {"agreement_id": "sla", "metric": "Oppetid"}


def level(version: int, day: str, **fields: Any) -> At:
    """Returns a version of the agreement's levels with one promise, of uptime in per cent, and listed in full."""
    target = {"target_id": "t", "metric": "Oppetid", "operator": "at_least", "value": "99", "unit": "%", **fields}
    values = {"agreement_id": "sla", "name": "Avtalen", "sla_version": version, "targets": (target,)}
    return at(day, ServiceLevelRevised.model_validate({**values, "targets_complete": True}))


def delivered(value: str, last: str, version: int | str = 1, net: str | None = None) -> At:
    """Returns what the uptime came to in the month that ends on `last`."""
    row: dict[str, Any] = {"target_id": "t", "value": value, "net_value": net, "measured_by": "overvåkingen"}
    values = {
        "agreement_id": "sla", "period": {"first_day": date.fromisoformat(last).replace(day=1),
        "last_day": date.fromisoformat(last)}, "rows": (row,), "sla_version": version, "verdicts": (),
    }  # fmt: skip
    return at(last, TargetsMeasured.model_validate(values))


def stands(state: Collaboration, day: str) -> tuple[str, str | None]:
    """Returns how the goal stands on a day, and the value that says so."""
    found = standing(state.benefits.goals["up"], state.agreements, date.fromisoformat(day))
    return found.state, None if found.rests_on is None else found.rests_on.value


# Measuring by itself ---------------------------------------------------------------------


def test_a_goal_is_measured_once_as_of_a_day_that_has_been() -> None:
    book().when(sent("goal.measure")).then_rejected("goal.unknown_goal", goal_id="up")
    given = book(told("goal.define"))
    after = given.when(sent("goal.measure", measured_how="Overvåkingen")).then(
        event("goal.measure", measured_how="Overvåkingen")
    )
    refused = after.when(sent("goal.measure", value="99.9")).then_rejected("goal.already_measured", as_of="2026-11-19")
    assert (refused.nature, refused.entries) == ("fact", (8,))
    after.when(sent("goal.measure", as_of="2026-11-18")).then(event("goal.measure", as_of="2026-11-18"))
    given.when(sent("goal.measure", as_of="2026-11-25")).then_rejected(
        "goal.measured_in_future", as_of="2026-11-25", today="2026-11-24"
    )
    given.when(sent("goal.measure", as_of="2026-11-24")).then(event("goal.measure", as_of="2026-11-24"))
    assert tuple(subjects(event("goal.measure"))) == (Subject("goal", "up"),)


@pytest.mark.parametrize("field", ["indicator", "unit", "operator", "target", "due"])
def test_a_goal_that_lacks_what_to_measure_by_is_measured_only_from_a_source(field: str) -> None:
    given = book(told("goal.define", **{field: "unknown"}))
    refused = given.when(sent("goal.measure")).then_rejected("goal.nothing_to_measure_by", fields=[field])
    assert (refused.nature, refused.entries) == ("unknown", (7,))
    given.when(sent("goal.measure", **IMPORTED)).then(event("goal.measure"), unverified=["goal.nothing_to_measure_by"])


def test_a_value_is_held_against_what_is_wanted() -> None:
    goal = event("goal.define", good_enough="99")
    values = ("99.5", "99.499999", "99", "98.999999")
    assert [outcome(value, goal) for value in values] == ["met", "good_enough", "good_enough", "missed"]
    assert outcome("99.4", event("goal.define")) == "missed"
    assert outcome("99.4", event("goal.define", good_enough="unknown")) is None
    assert outcome("99.5", event("goal.define", good_enough="unknown")) == "met"
    assert outcome("99.5", event("goal.define", target="unknown")) is None
    assert outcome("99.5", event("goal.define", operator="unknown")) is None
    assert outcome("99.5", event("goal.define", operator="at_most")) == "met"


def test_a_goal_is_missed_once_it_was_due_and_what_comes_after_is_too_late() -> None:
    given = book(
        told("goal.define", due="2026-11-10"),
        told("goal.measure", as_of="2026-11-01", value="98"),
        told("goal.measure", as_of="2026-11-12", value="99.9"),
    )
    assert stands(given.state, "2026-10-31") == ("not_measured", None)
    assert stands(given.state, "2026-11-01") == ("not_yet", "98")
    assert stands(given.state, "2026-11-10") == ("not_yet", "98")
    assert stands(given.state, "2026-11-11") == ("missed", "98")
    assert stands(given.state, "2026-11-20") == ("missed", "98")


def test_the_last_measurement_by_the_day_says_how_a_goal_stands() -> None:
    given = book(
        told("goal.define", good_enough="99"),
        told("goal.measure", as_of="2026-11-12", value="99.5"),
        told("goal.measure", as_of="2026-11-01", value="99.2"),
        told("goal.measure", as_of="2026-11-15", value="98"),
    )
    assert stands(given.state, "2026-11-11") == ("good_enough", "99.2")
    assert stands(given.state, "2026-11-12") == ("met", "99.5")
    assert stands(given.state, "2026-11-15") == ("not_yet", "98")


def test_of_a_goal_that_says_too_little_it_is_not_known_how_it_stands() -> None:
    silent = book(told("goal.define", target="unknown"))
    assert stands(silent.state, "2026-11-20") == ("not_measurable", None)
    measured = book(told("goal.define", target="unknown"), told("goal.measure"))
    assert stands(measured.state, "2026-11-20") == ("uncomputable", "99.4")
    undated = book(told("goal.define", due="unknown"), told("goal.measure"))
    assert stands(undated.state, "2029-01-01") == ("not_yet", "99.4")


# Measuring in an agreement ---------------------------------------------------------------


def test_the_objections_to_a_tie_come_in_order() -> None:
    given = book(level(1, "2020-01-01"))
    wrong: dict[str, Any] = {"kind": "effect", "unit": "timer", "tied_to": {**TIE, "agreement_id": "gone"}}
    for code, repair in (
        ("goal.tied_not_operating", {"kind": "operating"}),
        ("agreement.unknown_agreement", {"tied_to": {**TIE, "metric": "Svartid"}}),
        ("goal.metric_unknown", {"tied_to": TIE}),
        ("goal.metric_unit_differs", {"unit": "%"}),
    ):
        refused = given.when(sent("goal.define", **wrong)).then_rejected(code)
        assert refused.nature == "fact"
        wrong |= repair
    given.when(sent("goal.define", **wrong)).then(event("goal.define", **wrong))
    named = tuple(subjects(event("goal.define", **wrong)))
    assert named[-1] == Subject("agreement", "sla")


def test_what_an_agreement_promises_is_not_known_before_its_levels_are() -> None:
    refused = book().when(sent("goal.define", tied_to=TIE)).then_rejected("goal.metric_unknown", metric="Oppetid")
    assert refused.nature == "unknown"
    book().when(sent("goal.define", tied_to=TIE, **IMPORTED)).then(
        event("goal.define", tied_to=TIE), unverified=["goal.metric_unknown"]
    )


def test_a_tied_goal_is_measured_in_the_agreement_and_not_twice() -> None:
    given = book(
        level(1, "2020-01-01"),
        told("goal.define", day="2026-01-01", tied_to=TIE),
        delivered("99.1", "2026-09-30"),
        delivered("99.0", "2026-10-31", net="99.6"),
    )
    refused = given.when(sent("goal.measure")).then_rejected("goal.measured_in_agreement", **TIE)
    assert refused.entries == (8,)
    assert stands(given.state, "2026-09-29") == ("not_measured", None)
    assert stands(given.state, "2026-10-30") == ("not_yet", "99.1")
    assert stands(given.state, "2026-10-31") == ("met", "99.6")


@pytest.mark.parametrize(
    "told_otherwise",
    [
        level(2, "2026-10-01", metric="Svartid"),
        level(2, "2026-10-01", unit="timer"),
        level(2, "2026-10-01", target_id="other"),
    ],
)
def test_what_another_version_promises_by_another_name_or_unit_does_not_count(told_otherwise: At) -> None:
    given = book(
        level(1, "2020-01-01"),
        told("goal.define", day="2026-01-01", tied_to=TIE),
        told_otherwise,
        delivered("99.1", "2026-09-30"),
        delivered("99.9", "2026-10-31", version=2),
        delivered("99.8", "2026-11-10", version="unknown"),
    )
    goal = given.state.benefits.goals["up"]
    assert [one.value for one in measurements_of(goal, given.state.agreements)] == ["99.1"]
