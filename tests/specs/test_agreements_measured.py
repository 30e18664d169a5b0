"""Measurements, breaches and phases: verdicts by the version in force, and every refusal in order of precedence."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.agreements import (
    AgreementPhaseChanged,
    BreachDeclared,
    BreachResolved,
    Measured,
    Period,
    ServiceAgreementTerminated,
    ServiceLevelRevised,
    Target,
    TargetsMeasured,
    Verdict,
)
from domain.collaboration import subjects
from domain.kernel import Subject
from domain.vocabulary import Holder
from tests.spec import At, Given, at, command
from tests.specs.agreement_books import BASIS, IMPORTED, book, concluded

JUNE = {"first_day": "2026-06-01", "last_day": "2026-06-30"}
JULY = {"first_day": "2026-07-01", "last_day": "2026-07-31"}
ROW: dict[str, Any] = {"target_id": "uptime", "value": "99.6"}


def target(value: str, **fields: Any) -> Target:
    """Returns what a version promises of uptime."""
    told = {"target_id": "uptime", "metric": "Oppetid", "operator": "at_least", "unit": "prosent", "value": value}
    return Target.model_validate({**told, **fields})


def level(version: int, day: str, *targets: Target, latest: str | None = None, complete: Any = True) -> At:
    """Returns that a version with these targets took effect."""
    event = ServiceLevelRevised(
        agreement_id="sla", sla_version=version, name=f"v{version}", targets=targets, targets_complete=complete
    )
    return at(day, event, latest)


RAISED = (level(1, "2026-01-01", target("99.5", good_enough="99")), level(2, "2026-07-01", target("99.9")))


def measure(**fields: Any) -> Any:
    """Returns a command to record June, complete but for what `fields` change."""
    return command("targets.measure", **{"agreement_id": "sla", "period": JUNE, "rows": [ROW], **fields})


def measured(period: Any, version: Any, outcome: str, gross: str | None = None, **row: Any) -> TargetsMeasured:
    """Returns that uptime was measured and how it was judged."""
    verdict = Verdict.model_validate({"target_id": "uptime", "gross": gross or outcome, "outcome": outcome})
    return TargetsMeasured(
        agreement_id="sla",
        period=Period.model_validate_json(f'{{"first_day":"{period["first_day"]}","last_day":"{period["last_day"]}"}}'),
        rows=(Measured.model_validate({**ROW, **row}),),
        sla_version=version,
        verdicts=(verdict,),
    )


def running(*facts: At) -> Given:
    """Returns a book with the agreement, its target raised from 99.5 to 99.9 with effect 1 July."""
    return book(concluded(), *RAISED, *facts)


# Measuring ---------------------------------------------------------------------------------


def test_a_target_raised_from_july_leaves_june_met() -> None:
    after = running().when(measure()).then(measured(JUNE, 1, "met"))
    after = after.when(measure(period=JULY)).then(measured(JULY, 2, "missed"))
    held = after.state.agreements.measured("sla")
    june = held[date(2026, 6, 1), date(2026, 6, 30)]
    assert (june.sla_version, june.verdict_on("uptime"), june.verdict_on("other")) == (
        1,
        Verdict(target_id="uptime", gross="met", outcome="met"),
        None,
    )
    assert subjects(measured(JUNE, 1, "met")) == (Subject("agreement", "sla"),)


@pytest.mark.parametrize(
    ("value", "outcome"),
    [("99.5", "met"), ("99.499999", "good_enough"), ("99", "good_enough"), ("98.999999", "missed")],
)
def test_what_is_good_enough_lies_between_met_and_missed(value: str, outcome: str) -> None:
    running().when(measure(rows=[{**ROW, "value": value}])).then(measured(JUNE, 1, outcome, value=value))


@pytest.mark.parametrize(("value", "outcome"), [("30", "met"), ("30.000001", "missed")])
def test_what_is_to_be_at_most_is_met_from_below(value: str, outcome: str) -> None:
    before = book(concluded(), level(1, "2026-01-01", target("30", operator="at_most")))
    before.when(measure(rows=[{**ROW, "value": value}])).then(measured(JUNE, 1, outcome, value=value))


def test_the_net_value_decides_and_the_gross_is_kept_beside_it() -> None:
    excluded = [{"minutes": 120, "why": "Varslet vedlikehold"}]
    row = {**ROW, "value": "99.2", "net_value": "99.7", "excluded": excluded}
    told = Measured.model_validate_json(
        '{"target_id":"uptime","value":"99.2","net_value":"99.7",'
        '"excluded":[{"minutes":120,"why":"Varslet vedlikehold"}]}'
    )
    expected = measured(JUNE, 1, "met", "good_enough").model_copy(update={"rows": (told,)})
    running().when(measure(rows=[row])).then(expected)


@pytest.mark.parametrize("unset", [{"value": "unknown"}, {"value": "99.9", "good_enough": "unknown"}])
def test_a_target_that_is_not_known_cannot_be_judged(unset: dict[str, Any]) -> None:
    before = book(concluded(), level(1, "2026-01-01", target(**unset)))
    before.when(measure()).then(measured(JUNE, 1, "uncomputable"))


def test_objections_to_a_measurement_come_in_order() -> None:
    before = running(at("2026-07-01", measured(JUNE, 1, "met")))
    future = {"first_day": "2026-06-01", "last_day": "2026-11-25"}
    twice = [{**ROW, "net_value": "99.7"}, ROW]
    wrong: dict[str, Any] = {"agreement_id": "sla-9", "rows": twice, "period": JUNE}
    ladder: list[tuple[str, str, dict[str, Any]]] = [
        ("agreement.unknown_agreement", "fact", {"agreement_id": "sla"}),
        ("targets.duplicate_period", "fact", {"period": future}),
        ("targets.target_measured_twice", "fact", {"rows": twice[:1]}),
        ("targets.net_without_reasons", "fact", {"rows": [{**ROW, "target_id": "other"}]}),
        ("targets.period_open_in_future", "fact", {"period": {"first_day": "2026-06-30", "last_day": "2026-07-01"}}),
        ("targets.no_single_version", "unknown", {"period": JULY}),
        ("targets.metric_not_in_version", "fact", {"rows": [ROW]}),
    ]
    for code, nature, repair in ladder:
        assert before.when(measure(**wrong)).then_rejected(code).nature == nature
        wrong |= repair
    before.when(measure(**wrong)).then(measured(JULY, 2, "missed"))


def test_a_period_is_measured_once_it_is_over() -> None:
    today = {"first_day": "2026-11-01", "last_day": "2026-11-24"}
    running().when(measure(period=today)).then(measured(today, 2, "missed"))
    tomorrow = {**today, "last_day": "2026-11-25"}
    running().when(measure(period=tomorrow)).then_rejected(
        "targets.period_open_in_future", last_day="2026-11-25", today="2026-11-24"
    )


def test_nothing_is_measured_of_an_agreement_that_was_over() -> None:
    ended = ServiceAgreementTerminated(agreement_id="sla", by=Holder(kind="member", id="aukra"))
    over = running(at("2026-07-01", ended))
    assert over.when(measure(period=JULY)).then_rejected("agreement.not_in_force").nature == "rule"
    over.when(measure()).then(measured(JUNE, 1, "met"))


def test_what_no_known_version_can_judge_is_imported_without_a_verdict() -> None:
    told = {**IMPORTED, "basis": []}
    book(concluded()).when(measure(**told)).then(
        measured(JUNE, "unknown", "uncomputable"), unverified=["targets.no_single_version"]
    )
    partly = book(concluded(), level(1, "2026-01-01", complete="unknown"))
    assert partly.when(measure()).then_rejected("targets.metric_not_in_version").nature == "unknown"
    partly.when(measure(**told)).then(measured(JUNE, 1, "uncomputable"), unverified=["targets.metric_not_in_version"])


def test_a_version_that_only_possibly_was_in_force_judges_nothing() -> None:
    vague = book(concluded(), RAISED[0], level(2, "2026-06-30", target("99.9"), latest="2026-07-15"))
    vague.when(measure()).then_rejected("targets.no_single_version", first_day="2026-06-01", last_day="2026-06-30")


@given(st.lists(st.integers(90, 99), max_size=6))
def test_a_verdict_never_changes_when_a_later_version_comes(values: list[int]) -> None:
    state = running().when(measure()).then(measured(JUNE, 1, "met"))
    before = state.state.agreements.measured("sla")
    for version, value in enumerate(values, start=3):
        state = state.and_(level(version, "2026-07-01", target(str(value))))
        assert state.state.agreements.measured("sla") == before


# Breaches ----------------------------------------------------------------------------------

MISSED = at("2026-08-01", measured(JULY, 2, "missed"))


def declare(**fields: Any) -> Any:
    """Returns a command to declare the breach of July."""
    known = {
        "breach_id": "b-1",
        "agreement_id": "sla",
        "target_id": "uptime",
        "period": JULY,
        "by": {"kind": "member", "id": "aukra"},
    }
    return command("breach.declare", **{**known, **fields})


DECLARED = BreachDeclared(
    breach_id="b-1",
    agreement_id="sla",
    target_id="uptime",
    period=Period(first_day=date(2026, 7, 1), last_day=date(2026, 7, 31)),
    by=Holder(kind="member", id="aukra"),
    sla_version=2,
    measured_in=9,
)


def test_a_breach_rests_on_a_measurement_that_was_missed() -> None:
    after = running(MISSED).when(declare()).then(DECLARED)
    assert after.when(declare(breach_id="b-2")).then_rejected("breach.already_declared", breach_id="b-1").entries == (
        10,
    )
    assert subjects(DECLARED) == (Subject("breach", "b-1"), Subject("agreement", "sla"), Subject("member", "aukra"))
    met = running(at("2026-07-01", measured(JUNE, 1, "met")))
    assert met.when(declare(period=JUNE)).then_rejected("breach.no_such_breach_in_measurements").entries == (9,)
    enough = running(at("2026-07-01", measured(JUNE, 1, "good_enough")))
    enough.when(declare(period=JUNE)).then_rejected("breach.no_such_breach_in_measurements")


def test_objections_to_a_breach_come_in_order() -> None:
    before = running(MISSED, at("2026-08-02", DECLARED), at("2026-09-01", measured(JUNE, 1, "missed")))
    wrong: dict[str, Any] = {"agreement_id": "sla-9", "target_id": "other", "by": {"kind": "member", "id": "sunndal"}}
    ladder: list[tuple[str, str, dict[str, Any]]] = [
        ("agreement.unknown_agreement", "fact", {"agreement_id": "sla"}),
        ("breach.already_declared", "fact", {"breach_id": "b-2"}),
        ("breach.no_such_breach_in_measurements", "fact", {"target_id": "uptime", "period": JUNE}),
        ("breach.not_a_party", "rule", {"by": {"kind": "collaboration", "id": "this"}}),
    ]
    for code, nature, repair in ladder:
        assert before.when(declare(**wrong)).then_rejected(code).nature == nature
        wrong |= repair
    before.when(declare(**wrong)).decide()


def resolve(**fields: Any) -> Any:
    """Returns a command to settle the breach."""
    return command("breach.resolve", **{"breach_id": "b-1", "outcome": "credited", "credit_ore": 100_00, **fields})


def test_a_breach_is_settled_once() -> None:
    before = running(MISSED, at("2026-08-02", DECLARED))
    settled = BreachResolved(breach_id="b-1", outcome="credited", credit_ore=100_00)
    after = before.when(resolve()).then(settled)
    assert after.when(resolve()).then_rejected("breach.not_open").entries == (10, 11)
    held = after.state.agreements.breaches["b-1"]
    assert (held.outcome, held.credit_ore, held.resolved_by) == ("credited", 100_00, 11)
    assert after.and_(at("2026-08-03", settled)).state.agreements.breaches["b-1"].resolved_by == 11
    assert subjects(settled) == (Subject("breach", "b-1"),)


def test_objections_to_settling_come_in_order() -> None:
    before = running(MISSED, at("2026-08-02", DECLARED))
    before.when(resolve(breach_id="b-9")).then_rejected("breach.unknown_breach", breach_id="b-9")
    early = {"effective": "2026-08-01"}
    before.when(resolve(outcome="waived", **early)).then_rejected("breach.credit_does_not_match")
    before.when(resolve(credit_ore=None)).then_rejected("breach.credit_does_not_match")
    before.when(resolve(**early)).then_rejected("breach.resolved_before_declared", on="2026-08-01")
    before.when(resolve(effective="2026-08-02")).decide()


# Phases ------------------------------------------------------------------------------------

EVIDENCE = [{"sha256": "a" * 64, "name": "Overtakelse.pdf"}]
WITH_CONDITION = concluded(conditions=[{"condition_id": "line", "what": "Sambandet er oppe"}])


def change(to_phase: str, **fields: Any) -> Any:
    """Returns a command to change the phase."""
    return command("agreement_phase.change", **{"agreement_id": "sla", "to_phase": to_phase, **fields})


def changed(from_phase: str, to_phase: str, *met: str) -> AgreementPhaseChanged:
    """Returns that the phase was changed."""
    told = {"agreement_id": "sla", "from_phase": from_phase, "to_phase": to_phase, "conditions_met": met}
    return AgreementPhaseChanged.model_validate(told)


def test_an_agreement_goes_through_its_phases_in_order() -> None:
    before = running(at("2026-07-01", measured(JUNE, 1, "met")))
    after = before.when(change("operation")).then(changed("start_up", "operation"))
    after = after.when(change("continuous_evaluation")).then(changed("operation", "continuous_evaluation"))
    after = after.when(change("exit")).then(changed("continuous_evaluation", "exit"))
    phases = [mark.value.phase for mark in after.state.agreements.stages("sla").marks]
    assert phases == ["start_up", "operation", "continuous_evaluation", "exit"]
    assert after.state.agreements.stages("nobody").marks == ()
    running().when(change("exit")).then(changed("start_up", "exit"))
    assert subjects(changed("start_up", "exit")) == (Subject("agreement", "sla"),)


def test_objections_to_a_phase_come_in_order() -> None:
    before = book(WITH_CONDITION, *RAISED)
    before.when(change("operation", agreement_id="sla-9")).then_rejected("agreement.unknown_agreement")
    unknown = {"conditions_met": ["other"], "effective": "2025-12-31"}
    refused = before.when(change("continuous_evaluation", **unknown)).then_rejected("agreement_phase.phase_not_next")
    assert (refused.nature, refused.entries) == ("fact", (6,))
    before.when(change("operation", **unknown)).then_rejected("agreement_phase.unknown_condition")
    before.when(change("operation", effective="2025-12-31")).then_rejected("agreement.not_in_force")
    refused = before.when(change("operation")).then_rejected("agreement_phase.no_baseline_measurement")
    assert refused.nature == "rule"
    measured_ = before.and_(at("2026-07-01", measured(JUNE, 1, "met")))
    measured_.when(change("operation", effective="2026-06-29", basis=BASIS)).then_rejected(
        "agreement_phase.no_baseline_measurement"
    )
    measured_.when(change("operation")).then_rejected(
        "agreement_phase.open_start_up_conditions", condition_ids=["line"]
    )
    met = {"conditions_met": ["line"]}
    measured_.when(change("operation", **met)).then_rejected("agreement_phase.evidence_missing")
    after = measured_.when(change("operation", evidence=EVIDENCE, **met)).then(changed("start_up", "operation", "line"))
    after.when(change("exit", effective="2026-11-23")).then_rejected(
        "agreement_phase.before_the_last", not_before="2026-11-24"
    )


def test_what_a_source_does_not_show_of_a_start_up_is_imported_unverified() -> None:
    book(WITH_CONDITION).when(change("operation", **IMPORTED)).then(
        changed("start_up", "operation"),
        unverified=["agreement_phase.no_baseline_measurement", "agreement_phase.open_start_up_conditions"],
    )
