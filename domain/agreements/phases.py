"""Phases of an agreement (faser): start-up, operation, continuous evaluation and exit, and what opens each.

An agreement begins in start-up. It is put into operation when the conditions it was concluded on are met and something
has been measured, so that there is a baseline to hold what comes against. It may be wound up from any phase.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.agreements.contracts import Agreement, Contracts
from domain.agreements.measurements import Measurements, of
from domain.dates import Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Id

Phase = Literal["start_up", "operation", "continuous_evaluation", "exit"]

# Events: stored for ever -----------------------------------------------------------------


class AgreementPhaseChanged(Event):
    """An agreement went on to another phase."""

    type: Literal["agreement_phase.changed"] = "agreement_phase.changed"
    agreement_id: Id
    from_phase: Phase
    """The phase it left."""
    to_phase: Phase
    conditions_met: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    """Conditions of the start-up that the evidence shows to be met."""


# Commands --------------------------------------------------------------------------------


class ChangeAgreementPhase(Command):
    """Let an agreement go on to its next phase, or be wound up."""

    type: Literal["agreement_phase.change"]
    agreement_id: Id
    to_phase: Phase
    conditions_met: Annotated[tuple[Id, ...], Field(max_length=100)] = ()


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stage:
    """The phase an agreement is in, and the conditions of its start-up that have been met."""

    phase: Phase
    met: tuple[str, ...]


Phases: TypeAlias = "HashTrieMap[str, Timeline[Stage]]"
"""Phases over time by agreement id, after the start-up every agreement begins in."""
_NONE: Timeline[Stage] = Timeline()
START = Stage("start_up", ())


def line_of(phases: Phases, agreement_id: str) -> Timeline[Stage]:
    """Returns the phases of one agreement after start-up, none for one that has gone no further."""
    return phases.get(agreement_id, _NONE)


def evolve(phases: Phases, event: AgreementPhaseChanged, fact: Fact) -> Phases:
    """Returns the phases after an agreement went on to another."""
    line = line_of(phases, event.agreement_id)
    met = START.met if line.last is None else line.last.value.met
    stage = Stage(event.to_phase, tuple(dict.fromkeys((*met, *event.conditions_met))))
    line = line.closed_by(fact.effective).with_mark(fact.effective, fact.number, stage)
    return phases.insert(event.agreement_id, line)


def subjects(event: AgreementPhaseChanged) -> Iterator[Subject]:
    """Yields the agreement."""
    yield Subject("agreement", event.agreement_id)


# Rules -----------------------------------------------------------------------------------

NEXT: Mapping[Phase, tuple[Phase, ...]] = {
    "start_up": ("operation", "exit"),
    "operation": ("continuous_evaluation", "exit"),
    "continuous_evaluation": ("exit",),
    "exit": (),
}
"""What each phase may be followed by."""


def decide(
    command: ChangeAgreementPhase,
    phases: Phases,
    contracts: Contracts,
    measurements: Measurements,
    context: Context,
) -> Decision:
    """Returns the phase as changed. Raises Rejection."""
    ruling = judge(_against(command, phases, contracts, measurements, context), context.mode)
    last = line_of(phases, command.agreement_id).last
    event = AgreementPhaseChanged(
        agreement_id=command.agreement_id,
        from_phase=(START if last is None else last.value).phase,
        to_phase=command.to_phase,
        conditions_met=command.conditions_met,
    )
    return Decision((event,), ruling)


def _against(
    command: ChangeAgreementPhase,
    phases: Phases,
    contracts: Contracts,
    measurements: Measurements,
    context: Context,
) -> Iterator[Rejection]:
    agreement_id = command.agreement_id
    agreement = contracts.get(agreement_id)
    if agreement is None:
        yield Rejection("agreement.unknown_agreement", "fact", agreement_id=agreement_id)
        return
    last = line_of(phases, agreement_id).last
    stage = START if last is None else last.value
    entries = (agreement.entry,) if last is None else (last.number,)
    if command.to_phase not in NEXT[stage.phase]:
        yield Rejection(
            "agreement_phase.phase_not_next",
            "fact",
            entries=entries,
            agreement_id=agreement_id,
            from_phase=stage.phase,
            to_phase=command.to_phase,
        )
    unknown = sorted(set(command.conditions_met) - {condition.condition_id for condition in agreement.conditions})
    if unknown:
        yield Rejection(
            "agreement_phase.unknown_condition",
            "fact",
            entries=(agreement.entry,),
            agreement_id=agreement_id,
            condition_ids=unknown,
        )
    if last is not None and context.effective.latest < last.effective.earliest:
        yield Rejection(
            "agreement_phase.before_the_last",
            "fact",
            entries=entries,
            agreement_id=agreement_id,
            effective=context.on.isoformat(),
            not_before=last.effective.earliest.isoformat(),
        )
    if agreement.life.during(context.effective) is False:
        yield Rejection(
            "agreement.not_in_force", entries=agreement.entries, agreement_id=agreement_id, on=context.on.isoformat()
        )
    if command.to_phase == "operation":
        yield from _against_operation(command, stage, agreement, measurements, context)


def _against_operation(
    command: ChangeAgreementPhase,
    stage: Stage,
    agreement: Agreement,
    measurements: Measurements,
    context: Context,
) -> Iterator[Rejection]:
    """Yields what the start-up lacks. What an old source does not show of it is not known to have been lacking."""
    nature: Literal["rule", "unknown"] = "unknown" if context.mode == "import" else "rule"
    if not any(m.period.last_day <= context.on for m in of(measurements, agreement.agreement_id).values()):
        yield Rejection(
            "agreement_phase.no_baseline_measurement",
            nature,
            entries=(agreement.entry,),
            agreement_id=agreement.agreement_id,
        )
    met = {*stage.met, *command.conditions_met}
    remaining = [c.condition_id for c in agreement.conditions if c.condition_id not in met]
    if remaining:
        yield Rejection(
            "agreement_phase.open_start_up_conditions",
            nature,
            entries=(agreement.entry,),
            agreement_id=agreement.agreement_id,
            condition_ids=remaining,
        )
    if command.conditions_met and not context.evidence:
        yield Rejection("agreement_phase.evidence_missing", nature, agreement_id=agreement.agreement_id)
