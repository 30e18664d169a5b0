"""Consent to benchmarking (samtykke til sammenligning): on what a collaboration lets itself be set beside others.

A book is its collaboration's own. Its figures stand in a comparison with other books only for as long as a decision of
its own says so, and only those measures it says. No act asks for such a consent, so the refusals are the book's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, get_args

from pydantic import Field

from domain.copying import replace
from domain.dates import Day
from domain.decisions import ADOPTS_NOTHING, Decisions
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.records.state import Consent, Records
from domain.text import Id, Unknown

Measure = Literal[
    "cost_per_user",
    "days_to_decide",
    "decisions_carried_out",
    "service_level_attainment",
    "benefits_realised",
    "services_per_function",
]
"""What books can be compared on: kostnad per bruker, tid til vedtak, gjennomførte vedtak, oppnådd tjenestenivå,
realiserte gevinster, løsninger per funksjon."""

MEASURES: tuple[Measure, ...] = get_args(Measure)

_MEASURES = Annotated[tuple[Measure, ...], Field(min_length=1, max_length=len(MEASURES))]

# Events: stored for ever -----------------------------------------------------------------


class BenchmarkConsentGiven(Event):
    """The collaboration agreed to be compared with others."""

    type: Literal["benchmark_consent.given"] = "benchmark_consent.given"
    consent_id: Id
    compared_on: _MEASURES
    until: Day | None = None
    """The last day it holds; None until it is withdrawn."""
    decision_id: Id | Unknown


class BenchmarkConsentWithdrawn(Event):
    """The collaboration agreed to it no longer."""

    type: Literal["benchmark_consent.withdrawn"] = "benchmark_consent.withdrawn"
    consent_id: Id
    decision_id: Id | Unknown


# Commands --------------------------------------------------------------------------------


class GiveBenchmarkConsent(Command):
    """Let the collaboration be compared with others that agree to it too, on the measures named."""

    type: Literal["benchmark_consent.give"]
    consent_id: Id
    compared_on: _MEASURES
    until: Day | None = None
    decision_id: Id | Unknown = "unknown"


class WithdrawBenchmarkConsent(Command):
    """Let the collaboration be compared no longer. No decision is asked for: nobody is held to a comparison."""

    type: Literal["benchmark_consent.withdraw"]
    consent_id: Id
    decision_id: Id | Unknown = "unknown"


# evolve ----------------------------------------------------------------------------------


def given(state: Records, event: BenchmarkConsentGiven, fact: Fact) -> Records:
    """Returns the state with one more consent."""
    consent = Consent(event, fact.number, Lifetime(fact.effective, until=event.until))
    return replace(state, consents=state.consents.insert(event.consent_id, consent))


def withdrawn(state: Records, event: BenchmarkConsentWithdrawn, fact: Fact) -> Records:
    """Returns the state in which a consent has ended."""
    held = state.consents.get(event.consent_id)
    if held is None:
        return state
    ended = replace(held, life=held.life.end(fact.effective), withdrawn_by=fact.number)
    return replace(state, consents=state.consents.insert(event.consent_id, ended))


def subjects(event: BenchmarkConsentGiven | BenchmarkConsentWithdrawn) -> Iterator[Subject]:
    """Yields the consent."""
    yield Subject("benchmark_consent", event.consent_id)


# Rules -----------------------------------------------------------------------------------


def give(command: GiveBenchmarkConsent, state: Records, decisions: Decisions, context: Context) -> Decision:
    """Returns the consent given. Raises Rejection."""
    ruling = judge(_against_giving(command, state, decisions, context), context.mode)
    event = BenchmarkConsentGiven(
        consent_id=command.consent_id,
        compared_on=command.compared_on,
        until=command.until,
        decision_id=command.decision_id,
    )
    return Decision((event,), ruling)


def withdraw(command: WithdrawBenchmarkConsent, state: Records, decisions: Decisions, context: Context) -> Decision:
    """Returns the consent withdrawn. Raises Rejection."""
    ruling = judge(_against_withdrawing(command, state, decisions, context), context.mode)
    event = BenchmarkConsentWithdrawn(consent_id=command.consent_id, decision_id=command.decision_id)
    return Decision((event,), ruling)


def _against_giving(
    command: GiveBenchmarkConsent, state: Records, decisions: Decisions, context: Context
) -> Iterator[Rejection]:
    consent_id, held = command.consent_id, state.consents.get(command.consent_id)
    if held is not None:
        yield Rejection("benchmark_consent.already_given", "fact", entries=(held.entry,), consent_id=consent_id)
    repeated = sorted({one for one in command.compared_on if command.compared_on.count(one) > 1})
    if repeated:
        yield Rejection("benchmark_consent.measure_listed_twice", "fact", consent_id=consent_id, measures=repeated)
    if command.until is not None and command.until < context.effective.latest:
        yield Rejection(
            "benchmark_consent.ends_before_it_begins",
            "fact",
            consent_id=consent_id,
            until=command.until.isoformat(),
            on=context.effective.latest.isoformat(),
        )
    yield from _against_decision(command, decisions)
    if command.decision_id == "unknown":
        yield Rejection("benchmark_consent.decision_missing", "unknown", consent_id=consent_id)


def _against_withdrawing(
    command: WithdrawBenchmarkConsent, state: Records, decisions: Decisions, context: Context
) -> Iterator[Rejection]:
    consent_id, held = command.consent_id, state.consents.get(command.consent_id)
    if held is None:
        yield Rejection("benchmark_consent.not_given", "fact", consent_id=consent_id)
        return
    if held.withdrawn_by is not None:
        entries = (held.entry, held.withdrawn_by)
        yield Rejection("benchmark_consent.already_withdrawn", "fact", entries=entries, consent_id=consent_id)
    if context.effective.latest < held.life.began.earliest:
        yield Rejection(
            "benchmark_consent.withdrawn_before_given",
            "fact",
            entries=(held.entry,),
            consent_id=consent_id,
            on=context.effective.latest.isoformat(),
            given=held.life.began.earliest.isoformat(),
        )
    yield from _against_decision(command, decisions)


def _against_decision(
    command: GiveBenchmarkConsent | WithdrawBenchmarkConsent, decisions: Decisions
) -> Iterator[Rejection]:
    consent_id, decision_id = command.consent_id, command.decision_id
    made = decisions.by_id.get(decision_id)
    if decision_id != "unknown" and made is None:
        yield Rejection("benchmark_consent.decision_unknown", "fact", consent_id=consent_id, decision_id=decision_id)
    elif made is not None and made.kind in ADOPTS_NOTHING:
        yield Rejection(
            "benchmark_consent.decision_adopts_nothing",
            entries=(made.entry,),
            consent_id=consent_id,
            decision_id=decision_id,
            kind=made.kind,
        )
