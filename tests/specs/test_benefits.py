"""Benefits: planned with a baseline and an owner, measured, and settled once their saving stands in the budget."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.benefits import due_on
from domain.benefits.planning import outcome
from domain.collaboration import subjects
from domain.kernel import Subject
from tests.specs.benefit_books import book, budget, decided, event, sent, told

IMPORTED = {"mode": "import", "source": {"title": "Gevinstplan", "read_on": "2026-11-23"}}
SAVING = {"year": 2027, "amendment_no": 1, "line_id": "drift", "amount_ore": 100_000}


def test_a_benefit_is_planned_version_by_version() -> None:
    after = book().when(sent("benefit.plan")).then(event("benefit.plan"))
    after.when(sent("benefit.plan", benefit_version=3)).then_rejected("benefit.version_not_next", expected=2)
    after.when(sent("benefit.plan", benefit_version=2)).then(event("benefit.plan", benefit_version=2))


def test_the_objections_to_a_plan_come_in_order() -> None:
    wrong: dict[str, Any] = {
        "benefit_version": 2,
        "member_ids": ["oslo"],
        "owner_office": "nobody",
        "minimum": "100.1",
        "baseline_due": "unknown",
    }
    for code, repair in (
        ("benefit.version_not_next", {"benefit_version": 1}),
        ("body.unknown_member", {"member_ids": ["aukra"]}),
        ("office.unknown_office", {"owner_office": "unknown"}),
        ("benefit.minimum_stricter", {"minimum": "100"}),
        ("benefit.no_baseline_plan", {"baseline_due": "2026-11-06"}),
        ("benefit.baseline_due_after_effect_start", {"baseline_due": "2026-11-05"}),
        ("benefit.no_owner", {"owner_office": "line"}),
    ):
        book().when(sent("benefit.plan", **wrong)).then_rejected(code)
        wrong |= repair
    book().when(sent("benefit.plan", **wrong)).then(event("benefit.plan", **wrong))


def test_a_measure_is_given_to_an_office_there_is() -> None:
    to_nobody = {"measures": [{"what": "Vaktliste", "by_office": "nobody"}]}
    book().when(sent("benefit.plan", **to_nobody)).then_rejected("office.unknown_office", office_id="nobody")


@pytest.mark.parametrize("field", ["baseline_due", "effect_from"])
def test_without_a_baseline_there_is_no_plan_but_history_may_be_silent(field: str) -> None:
    silent = {field: "unknown"}
    refused = book().when(sent("benefit.plan", **silent)).then_rejected("benefit.no_baseline_plan", fields=[field])
    assert refused.nature == "unknown"
    book().when(sent("benefit.plan", **silent, owner_office="unknown", **IMPORTED)).then(
        event("benefit.plan", **silent, owner_office="unknown"),
        unverified=["benefit.no_baseline_plan", "benefit.no_owner"],
    )


def test_a_benefit_is_measured_once_as_of_a_day_that_has_been() -> None:
    book().when(sent("benefit.measure")).then_rejected("benefit.unknown_benefit", benefit_id="b")
    given = book(told("benefit.plan"))
    after = given.when(sent("benefit.measure", measured_how="Timelister")).then(
        event("benefit.measure", measured_how="Timelister")
    )
    after.when(sent("benefit.measure", value="61")).then_rejected("benefit.already_measured", as_of="2026-11-19")
    given.when(sent("benefit.measure", as_of="2026-11-25")).then_rejected(
        "benefit.measured_in_future", as_of="2026-11-25", today="2026-11-24"
    )
    given.when(sent("benefit.measure", as_of="2026-11-24")).then(event("benefit.measure", as_of="2026-11-24"))


def test_a_baseline_is_from_before_the_benefit_may_show() -> None:
    given = book(told("benefit.plan"))
    baseline = {"measured_as": "baseline", "value": "0"}
    refused = given.when(sent("benefit.measure", **baseline, as_of="2026-11-06")).then_rejected(
        "benefit.baseline_after_effect_start", effect_from="2026-11-05"
    )
    assert (refused.nature, refused.entries) == ("rule", (7,))
    after = given.when(sent("benefit.measure", **baseline, as_of="2026-11-05")).then(
        event("benefit.measure", **baseline, as_of="2026-11-05")
    )
    after.when(sent("benefit.measure", as_of="2026-11-05")).then(event("benefit.measure", as_of="2026-11-05"))


def test_a_baseline_cannot_be_judged_where_the_start_is_not_known() -> None:
    given = book(told("benefit.plan", effect_from="unknown"))
    baseline = {"measured_as": "baseline"}
    given.when(sent("benefit.measure", **baseline)).then_rejected("benefit.effect_start_unknown")
    given.when(sent("benefit.measure", **baseline, **IMPORTED)).then(
        event("benefit.measure", **baseline), unverified=["benefit.effect_start_unknown"]
    )


def test_a_value_is_held_against_the_plan() -> None:
    plan = event("benefit.plan", minimum="50")
    assert [outcome(value, plan) for value in ("100", "99.999999", "50", "49.999999")] == [
        "met",
        "good_enough",
        "good_enough",
        "missed",
    ]
    assert outcome("99", event("benefit.plan")) == "missed"
    assert outcome("99", event("benefit.plan", minimum="unknown")) is None
    assert outcome("100", event("benefit.plan", target="unknown")) is None
    assert outcome("3", event("benefit.plan", operator="at_most", target="3")) == "met"


def test_the_objections_to_a_status_come_in_order() -> None:
    book().when(sent("benefit_status.decide")).then_rejected("benefit.unknown_benefit")
    measured = (told("benefit.plan", benefit_type="budget"), told("benefit.measure"))
    given = book(*budget(), decided("noted-1", "noted"), *measured)
    wrong: dict[str, Any] = {
        "decision_id": "nowhere",
        "status": "dropped",
        "extended_to": "2026-12-31",
        "budget_saving": {**SAVING, "amount_ore": 100_001},
    }
    for code, repair in (
        ("benefit_status.decision_unknown", {"decision_id": "unknown"}),
        ("benefit_status.extension_unclear", {"status": "extended"}),
        ("benefit_status.extension_not_later", {"status": "dropped", "extended_to": None}),
        ("benefit_status.saving_not_realised", {"status": "realised"}),
        ("benefit_status.budget_effect_without_amendment", {"budget_saving": None}),
        ("benefit_status.no_budget_effect", {"budget_saving": SAVING}),
        ("benefit_status.no_decision", {"decision_id": "noted-1"}),
        ("benefit_status.decision_adopts_nothing", {"decision_id": "d-1"}),
    ):
        given.when(sent("benefit_status.decide", **wrong)).then_rejected(code)
        wrong |= repair
    after = given.when(sent("benefit_status.decide", **wrong)).then(event("benefit_status.decide", **wrong))
    refused = after.when(sent("benefit.plan", benefit_version=2)).then_rejected("benefit.settled")
    assert (refused.nature, refused.entries) == ("fact", (12,))


def test_nothing_is_realised_that_was_not_followed_up() -> None:
    given = book(told("benefit.plan"))
    for status in ("realised", "partly"):
        given.when(sent("benefit_status.decide", status=status)).then_rejected(
            "benefit_status.no_follow_up_measurement", on="2026-11-20"
        )
    baseline = told("benefit.measure", measured_as="baseline", as_of="2026-11-01")
    late = told("benefit.measure", as_of="2026-11-21")
    book(told("benefit.plan"), baseline, late).when(sent("benefit_status.decide")).then_rejected(
        "benefit_status.no_follow_up_measurement"
    )
    just = told("benefit.measure", as_of="2026-11-20")
    book(told("benefit.plan"), just).when(sent("benefit_status.decide")).then(event("benefit_status.decide"))
    given.when(sent("benefit_status.decide", status="dropped")).then(event("benefit_status.decide", status="dropped"))


@pytest.mark.parametrize(
    ("fields", "nature"),
    [
        ({"amount_ore": 100_001}, "rule"),
        ({"line_id": "salg", "amount_ore": 1}, "rule"),
        ({"line_id": "nothing", "amount_ore": 1}, "rule"),
        ({"amendment_no": 2, "amount_ore": 1}, "rule"),
        ({"year": 2028, "amount_ore": 1}, "unknown"),
    ],
)
def test_a_saving_stands_in_a_line_by_an_amendment(fields: dict[str, Any], nature: str) -> None:
    """The amendment cut `drift`, an expense; what it took from `salg`, an income, saved nothing."""
    given = book(*budget(), told("benefit.plan", benefit_type="budget"), told("benefit.measure"))
    refused = given.when(sent("benefit_status.decide", budget_saving={**SAVING, **fields})).then_rejected(
        "benefit_status.budget_effect_without_amendment"
    )
    assert refused.nature == nature
    given.when(sent("benefit_status.decide", budget_saving=SAVING)).then(
        event("benefit_status.decide", budget_saving=SAVING)
    )


def test_an_amendment_that_does_not_hold_yet_saves_nothing() -> None:
    given = book(*budget(), told("benefit.plan"), told("benefit.measure", as_of="2026-11-18"))
    early = {**sent("benefit_status.decide", budget_saving=SAVING).model_dump(), "effective": date(2026, 11, 18)}
    refused = given.when(type(sent("benefit_status.decide")).model_validate(early)).then_rejected(
        "benefit_status.budget_effect_without_amendment"
    )
    assert refused.params["saved_ore"] == 0


def test_the_same_saving_is_counted_once() -> None:
    plans = [told("benefit.plan", benefit_id=benefit_id) for benefit_id in ("b", "c")]
    measured = [told("benefit.measure", benefit_id=benefit_id) for benefit_id in ("b", "c")]
    first = told("benefit_status.decide", budget_saving={**SAVING, "amount_ore": 60_000})
    given = book(*budget(), *plans, *measured, first)
    refused = given.when(
        sent("benefit_status.decide", benefit_id="c", budget_saving={**SAVING, "amount_ore": 40_001})
    ).then_rejected("benefit_status.budget_effect_without_amendment", claimed_ore=60_000, missing_ore=1)
    assert 13 in refused.entries
    rest = {"benefit_id": "c", "budget_saving": {**SAVING, "amount_ore": 40_000}}
    given.when(sent("benefit_status.decide", **rest)).then(event("benefit_status.decide", **rest))


def test_more_time_is_a_later_day() -> None:
    given = book(told("benefit.plan"))
    extended: dict[str, Any] = {"status": "extended", "extended_to": "2026-12-31"}
    refused = given.when(sent("benefit_status.decide", **extended)).then_rejected(
        "benefit_status.extension_not_later", due="2026-12-31"
    )
    assert refused.nature == "fact"
    given.when(sent("benefit_status.decide", status="extended")).then_rejected("benefit_status.extension_unclear")
    extended["extended_to"] = "2027-01-01"
    after = given.when(sent("benefit_status.decide", **extended)).then(event("benefit_status.decide", **extended))
    assert due_on(after.state.benefits.by_id["b"], date(2026, 11, 19)) == date(2026, 12, 31)
    assert due_on(after.state.benefits.by_id["b"], date(2026, 11, 20)) == date(2027, 1, 1)
    after.when(sent("benefit_status.decide", status="dropped")).then_rejected("benefit_status.already_decided")


def test_a_plan_that_is_settled_stays_so_and_an_irregular_status_settles_nothing() -> None:
    given = book(told("benefit.plan", benefit_type="budget"), told("benefit.measure"))
    bare = sent("benefit_status.decide", mode="record", reason="Slik ble det vedtatt.")
    after = given.when(bare).then(event("benefit_status.decide"), irregular=["benefit_status.no_budget_effect"])
    assert after.state.benefits.by_id["b"].settled_by is None


def test_each_touches_what_it_names() -> None:
    measures = [{"what": "Vaktliste", "by_office": "ict"}]
    assert subjects(event("benefit.plan", measures=measures)) == (
        Subject("benefit", "b"),
        Subject("office", "line"),
        Subject("member", "aukra"),
        Subject("member", "molde"),
        Subject("office", "ict"),
    )
    assert subjects(event("benefit.measure")) == (Subject("benefit", "b"),)
    assert subjects(event("benefit_status.decide", budget_saving=SAVING)) == (
        Subject("benefit", "b"),
        Subject("decision", "d-1"),
        Subject("budget", "2027"),
    )
