"""Consent to be compared with other books: refusals in order, and the days a consent holds."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.collaboration import subjects
from domain.decisions import DecisionMade
from domain.kernel import Subject
from domain.records import BenchmarkConsentGiven, BenchmarkConsentWithdrawn
from tests.spec import At, Given, at, command, given
from tests.specs.agreement_books import founded

MADE = at("2026-01-10", DecisionMade(decision_id="sak-12", title="Sammenligning", kind="resolution", text=None))
ADVISED = at("2026-01-11", DecisionMade(decision_id="sak-13", title="Råd", kind="recommendation", text=None))


def book(*facts: At) -> Given:
    """Returns a book with a decision that resolves on something, and one that only recommends."""
    return given(founded(), MADE, ADVISED, *facts)


def give(**fields: Any) -> Any:
    """Returns a command to let the collaboration be compared."""
    known = {"consent_id": "s-1", "compared_on": ["days_to_decide"], "decision_id": "sak-12", "effective": "2026-02-01"}
    return command("benchmark_consent.give", **{**known, **fields})


def withdraw(**fields: Any) -> Any:
    """Returns a command to withdraw the consent."""
    return command("benchmark_consent.withdraw", **{"consent_id": "s-1", "effective": "2026-03-01", **fields})


def consent(until: str | None = None) -> BenchmarkConsentGiven:
    """Returns the event the command leads to."""
    last = None if until is None else date.fromisoformat(until)
    return BenchmarkConsentGiven(consent_id="s-1", compared_on=("days_to_decide",), until=last, decision_id="sak-12")


def test_a_consent_holds_from_its_day_to_its_last_one() -> None:
    after = book().when(give(until="2026-06-30")).then(consent("2026-06-30"))
    held = after.state.records.consents["s-1"]
    days = (date(2026, 1, 31), date(2026, 2, 1), date(2026, 6, 30), date(2026, 7, 1))
    assert [held.life.on(day) for day in days] == [False, True, True, False]
    assert subjects(consent()) == (Subject("benchmark_consent", "s-1"),)


def test_what_a_consent_is_refused_for_in_order() -> None:
    told = {"compared_on": ["days_to_decide", "days_to_decide"], "until": "2026-01-31"}
    wrong = {**told, "decision_id": "unknown"}
    book(at("2026-02-01", consent())).when(give(**wrong)).then_rejected("benchmark_consent.already_given")
    book().when(give(**wrong)).then_rejected("benchmark_consent.measure_listed_twice", measures=["days_to_decide"])
    once = {**wrong, "compared_on": ["days_to_decide"]}
    refused = book().when(give(**once)).then_rejected("benchmark_consent.ends_before_it_begins", until="2026-01-31")
    assert refused.nature == "fact"
    book().when(give(decision_id="sak-99")).then_rejected("benchmark_consent.decision_unknown", decision_id="sak-99")
    advised = book().when(give(decision_id="sak-13")).then_rejected("benchmark_consent.decision_adopts_nothing")
    assert (advised.nature, advised.entries) == ("rule", (3,))
    missing = book().when(give(decision_id="unknown")).then_rejected("benchmark_consent.decision_missing")
    assert missing.nature == "unknown"


def test_a_consent_of_one_day_is_a_consent() -> None:
    book().when(give(until="2026-02-01")).then(consent("2026-02-01"))


def test_a_withdrawn_consent_holds_no_longer_and_needs_no_decision() -> None:
    event = BenchmarkConsentWithdrawn(consent_id="s-1", decision_id="unknown")
    after = book(at("2026-02-01", consent())).when(withdraw()).then(event)
    held = after.state.records.consents["s-1"]
    assert (held.withdrawn_by, held.life.certain_to) == (5, date(2026, 3, 1))


def test_what_a_withdrawal_is_refused_for_in_order() -> None:
    book().when(withdraw()).then_rejected("benchmark_consent.not_given")
    there = book(at("2026-02-01", consent()))
    gone = there.and_(at("2026-03-01", BenchmarkConsentWithdrawn(consent_id="s-1", decision_id="unknown")))
    gone.when(withdraw(effective="2026-01-01")).then_rejected("benchmark_consent.already_withdrawn")
    there.when(withdraw(effective="2026-01-31")).then_rejected("benchmark_consent.withdrawn_before_given")
    there.when(withdraw(effective="2026-02-01", decision_id="sak-99")).then_rejected(
        "benchmark_consent.decision_unknown"
    )
    there.when(withdraw(decision_id="sak-13")).then_rejected("benchmark_consent.decision_adopts_nothing")
