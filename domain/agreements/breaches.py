"""Breaches (mislighold) of service levels: declared on a measurement that was judged as missed, and settled."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.agreements.contracts import Contracts
from domain.agreements.measurements import Measurement, Measurements, Period, of
from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Amount, Id, Name
from domain.vocabulary import Holder

BreachOutcome = Literal["credited", "remedied", "waived", "rejected"]

# Events: stored for ever -----------------------------------------------------------------


class BreachDeclared(Event):
    """A party declared that a target was missed."""

    type: Literal["breach.declared"] = "breach.declared"
    breach_id: Id
    agreement_id: Id
    target_id: Id
    period: Period
    by: Holder
    consequence: Name | None = None
    """What the party asks for."""
    sla_version: Annotated[int, Field(ge=1, le=100_000)]
    """The version the measurement was judged by."""
    measured_in: Annotated[int, Field(ge=1)]
    """The entry with the measurement."""


class BreachResolved(Event):
    """A declared breach was settled."""

    type: Literal["breach.resolved"] = "breach.resolved"
    breach_id: Id
    outcome: BreachOutcome
    credit_ore: Amount | None = None


# Commands --------------------------------------------------------------------------------


class DeclareBreach(Command):
    """Declare that a target was missed in a period, as the measurement of it shows."""

    type: Literal["breach.declare"]
    breach_id: Id
    agreement_id: Id
    target_id: Id
    period: Period
    by: Holder
    consequence: Name | None = None


class ResolveBreach(Command):
    """Settle a declared breach."""

    type: Literal["breach.resolve"]
    breach_id: Id
    outcome: BreachOutcome
    credit_ore: Amount | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach as declared, and how it was settled."""

    event: BreachDeclared
    entry: int
    declared_on: date
    outcome: BreachOutcome | None = None
    credit_ore: int | None = None
    resolved_by: int | None = None
    """The entry that settled it."""
    resolved_on: date | None = None


Breaches: TypeAlias = "HashTrieMap[str, Breach]"
"""Breaches by id."""


def declared(breaches: Breaches, event: BreachDeclared, fact: Fact) -> Breaches:
    """Returns the breaches after one more was declared."""
    return breaches.insert(event.breach_id, Breach(event, fact.number, fact.effective.latest))


def resolved(breaches: Breaches, event: BreachResolved, fact: Fact) -> Breaches:
    """Returns the breaches after one was settled; one that is not there stays so."""
    breach = breaches.get(event.breach_id)
    if breach is None or breach.resolved_by is not None:
        return breaches
    settled = replace(
        breach,
        outcome=event.outcome,
        credit_ore=event.credit_ore,
        resolved_by=fact.number,
        resolved_on=fact.effective.latest,
    )
    return breaches.insert(event.breach_id, settled)


def subjects(event: BreachDeclared | BreachResolved) -> Iterator[Subject]:
    """Yields the breach, and the agreement and the party where the event names them."""
    yield Subject("breach", event.breach_id)
    if isinstance(event, BreachDeclared):
        yield Subject("agreement", event.agreement_id)
        if event.by.kind != "collaboration":
            yield Subject(event.by.kind, event.by.id)


# Rules -----------------------------------------------------------------------------------


def declare(
    command: DeclareBreach, breaches: Breaches, contracts: Contracts, measurements: Measurements, context: Context
) -> Decision:
    """Returns the breach as declared. Raises Rejection."""
    days = (command.period.first_day, command.period.last_day)
    measured = of(measurements, command.agreement_id).get(days)
    ruling = judge(_against_declaring(command, breaches, contracts, measured, context), context.mode)
    version = "unknown" if measured is None else measured.sla_version
    if measured is None or version == "unknown":  # the objections have said so in every mode
        raise _not_missed(command, measured)
    event = BreachDeclared(
        breach_id=command.breach_id,
        agreement_id=command.agreement_id,
        target_id=command.target_id,
        period=command.period,
        by=command.by,
        consequence=command.consequence,
        sla_version=version,
        measured_in=measured.entry,
    )
    return Decision((event,), ruling)


def _against_declaring(
    command: DeclareBreach,
    breaches: Breaches,
    contracts: Contracts,
    measured: Measurement | None,
    context: Context,
) -> Iterator[Rejection]:
    agreement_id = command.agreement_id
    agreement = contracts.get(agreement_id)
    if agreement is None:
        yield Rejection("agreement.unknown_agreement", "fact", agreement_id=agreement_id)
        return
    same = (command.agreement_id, command.target_id, command.period)
    for held in breaches.values():
        if held.event.breach_id == command.breach_id or _about(held.event) == same:
            yield Rejection("breach.already_declared", "fact", entries=(held.entry,), breach_id=held.event.breach_id)
    verdict = None if measured is None else measured.verdict_on(command.target_id)
    if verdict is None or verdict.outcome != "missed":
        yield _not_missed(command, measured)
    if not agreement.is_party(command.by, context.effective):
        yield Rejection(
            "breach.not_a_party",
            entries=(mark.number for line in (agreement.provider, agreement.customers) for mark in line.marks),
            agreement_id=agreement_id,
            kind=command.by.kind,
            id=command.by.id,
        )


def _about(event: BreachDeclared) -> tuple[str, str, Period]:
    return event.agreement_id, event.target_id, event.period


def _not_missed(command: DeclareBreach, measured: Measurement | None) -> Rejection:
    return Rejection(
        "breach.no_such_breach_in_measurements",
        "fact",
        entries=() if measured is None else (measured.entry,),
        agreement_id=command.agreement_id,
        target_id=command.target_id,
        first_day=command.period.first_day.isoformat(),
        last_day=command.period.last_day.isoformat(),
    )


def resolve(command: ResolveBreach, breaches: Breaches, context: Context) -> Decision:
    """Returns how the breach was settled. Raises Rejection."""
    ruling = judge(_against_resolving(command, breaches, context), context.mode)
    event = BreachResolved(breach_id=command.breach_id, outcome=command.outcome, credit_ore=command.credit_ore)
    return Decision((event,), ruling)


def _against_resolving(command: ResolveBreach, breaches: Breaches, context: Context) -> Iterator[Rejection]:
    breach = breaches.get(command.breach_id)
    if breach is None:
        yield Rejection("breach.unknown_breach", "fact", breach_id=command.breach_id)
        return
    if breach.resolved_by is not None:
        yield Rejection(
            "breach.not_open", "fact", entries=(breach.entry, breach.resolved_by), breach_id=command.breach_id
        )
    if (command.credit_ore is not None) != (command.outcome == "credited"):
        yield Rejection("breach.credit_does_not_match", "fact", breach_id=command.breach_id, outcome=command.outcome)
    if context.on < breach.declared_on:
        yield Rejection(
            "breach.resolved_before_declared",
            "fact",
            entries=(breach.entry,),
            breach_id=command.breach_id,
            on=context.on.isoformat(),
            declared_on=breach.declared_on.isoformat(),
        )
