"""Measurements (målinger) of service levels: one entry per period, with what each target came to and its verdict.

The version in force in the period judges, and its number is kept with the verdicts: a later version changes none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError
from rpds import HashTrieMap

from domain.agreements.contracts import Contracts
from domain.agreements.levels import Levels, ServiceLevel, Target, versions_of
from domain.copying import replace
from domain.dates import Day, Interval, Mark
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Frozen, Id, Name, Quantity, Unknown

Outcome = Literal["met", "good_enough", "missed", "uncomputable"]
"""`good_enough`: short of the target, but not of what the parties accept."""

# Events: stored for ever -----------------------------------------------------------------


class Period(Frozen):
    """The days a measurement is of, both included."""

    first_day: Day
    last_day: Day

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last_day < self.first_day:
            raise PydanticCustomError("period_reversed", "the last day must not be before the first")
        return self


class Excluded(Frozen):
    """Minutes that do not count, and why."""

    minutes: Annotated[int, Field(ge=1, le=10_000_000)]
    why: Name


class Measured(Frozen):
    """What one target came to."""

    target_id: Id
    value: Quantity
    """Gross: with everything counted."""
    net_value: Quantity | None = None
    """Without the minutes that do not count; None where none were left out."""
    excluded: Annotated[tuple[Excluded, ...], Field(max_length=100)] = ()
    observations: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    """How many observations the value is of."""
    measured_by: Name | Unknown = "unknown"


class Verdict(Frozen):
    """How one target was judged: on the gross value, and on the net where there is one, which then decides."""

    target_id: Id
    gross: Outcome
    outcome: Outcome


class TargetsMeasured(Event):
    """What the targets of an agreement came to in a period."""

    type: Literal["targets.measured"] = "targets.measured"
    agreement_id: Id
    period: Period
    rows: Annotated[tuple[Measured, ...], Field(min_length=1, max_length=500)]
    sla_version: Annotated[int, Field(ge=1, le=100_000)] | Unknown
    """The version that judges: the one in force in all of the period."""
    verdicts: Annotated[tuple[Verdict, ...], Field(max_length=500)]


# Commands --------------------------------------------------------------------------------


class MeasureTargets(Command):
    """Record what the targets of an agreement came to in a period; the version in force in it judges."""

    type: Literal["targets.measure"]
    agreement_id: Id
    period: Period
    rows: Annotated[tuple[Measured, ...], Field(min_length=1, max_length=500)]


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured in one period."""

    agreement_id: str
    period: Period
    rows: tuple[Measured, ...]
    sla_version: int | Unknown
    verdicts: tuple[Verdict, ...]
    entry: int
    earlier: tuple[Measurement, ...] = ()
    """What it was recorded as before it was corrected, the latest first."""

    def verdict_on(self, target_id: str) -> Verdict | None:
        """Returns how a target was judged, None where it was not measured."""
        return next((verdict for verdict in self.verdicts if verdict.target_id == target_id), None)


Measurements: TypeAlias = "HashTrieMap[str, HashTrieMap[tuple[date, date], Measurement]]"
"""By agreement id, then by the first and last day of the period."""
_NONE: HashTrieMap[tuple[date, date], Measurement] = HashTrieMap()


def of(measurements: Measurements, agreement_id: str) -> HashTrieMap[tuple[date, date], Measurement]:
    """Returns the measurements of one agreement by first and last day, none for one that has none."""
    return measurements.get(agreement_id, _NONE)


def evolve(measurements: Measurements, event: TargetsMeasured, fact: Fact) -> Measurements:
    """Returns the measurements after one more period."""
    measured = Measurement(event.agreement_id, event.period, event.rows, event.sla_version, event.verdicts, fact.number)
    held = of(measurements, event.agreement_id)
    days = (event.period.first_day, event.period.last_day)
    return measurements.insert(event.agreement_id, held.insert(days, measured))


def without(measurements: Measurements, recorded: Fact) -> Measurements:
    """Returns the measurements without those that one entry recorded; unchanged where another has replaced them."""
    event = recorded.event
    if not isinstance(event, TargetsMeasured) or _recorded(measurements, event, recorded.number) is None:
        return measurements
    days = (event.period.first_day, event.period.last_day)
    return measurements.insert(event.agreement_id, of(measurements, event.agreement_id).discard(days))


def corrected(measurements: Measurements, recorded: Fact, event: TargetsMeasured, fact: Fact) -> Measurements:
    """Returns the measurements in which an event stands for what one entry recorded; what that said is kept beside."""
    before = recorded.event
    old = _recorded(measurements, before, recorded.number) if isinstance(before, TargetsMeasured) else None
    if old is None:
        return measurements
    after = evolve(without(measurements, recorded), event, fact)
    days = (event.period.first_day, event.period.last_day)
    held = of(after, event.agreement_id)
    with_earlier = replace(held[days], earlier=(replace(old, earlier=()), *old.earlier))
    return after.insert(event.agreement_id, held.insert(days, with_earlier))


def _recorded(measurements: Measurements, event: TargetsMeasured, entry: int) -> Measurement | None:
    """Returns the measurement of a period if it is the one this entry recorded."""
    found = of(measurements, event.agreement_id).get((event.period.first_day, event.period.last_day))
    return found if found is not None and found.entry == entry else None


def subjects(event: TargetsMeasured) -> Iterator[Subject]:
    """Yields the agreement."""
    yield Subject("agreement", event.agreement_id)


# Verdicts --------------------------------------------------------------------------------


def judged(row: Measured, target: Target | None) -> Verdict:
    """Returns the verdict on one row; uncomputable without a target, or with one whose value is not known."""
    gross = _outcome(row.value, target)
    net = gross if row.net_value is None else _outcome(row.net_value, target)
    return Verdict(target_id=row.target_id, gross=gross, outcome=net)


def _outcome(value: str, target: Target | None) -> Outcome:
    if target is None or target.value == "unknown":
        return "uncomputable"
    if _meets(value, target.value, target):
        return "met"
    if target.good_enough == "unknown":
        return "uncomputable"
    if target.good_enough is not None and _meets(value, target.good_enough, target):
        return "good_enough"
    return "missed"


def _meets(value: str, threshold: str, target: Target) -> bool:
    measured, wanted = Fraction(value), Fraction(threshold)
    return measured >= wanted if target.operator == "at_least" else measured <= wanted


# Rules -----------------------------------------------------------------------------------


def decide(
    command: MeasureTargets, measurements: Measurements, contracts: Contracts, levels: Levels, context: Context
) -> Decision:
    """Returns what was measured with its verdicts. Raises Rejection."""
    version = _throughout(levels, command.agreement_id, command.period)
    ruling = judge(_against(command, measurements, contracts, levels, version, context), context.mode)
    targets = {} if version is None else {target.target_id: target for target in version.value.targets}
    event = TargetsMeasured(
        agreement_id=command.agreement_id,
        period=command.period,
        rows=command.rows,
        sla_version="unknown" if version is None else version.value.sla_version,
        verdicts=tuple(judged(row, targets.get(row.target_id)) for row in command.rows),
    )
    return Decision((event,), ruling)


def _throughout(levels: Levels, agreement_id: str, period: Period) -> Mark[ServiceLevel] | None:
    """Returns the version that certainly was in force on every day of a period, None where there is none."""
    line = versions_of(levels, agreement_id)
    first, last = line.on(period.first_day), line.on(period.last_day)
    if first.certain is None or last.possible or first.certain != last.certain:
        return None
    return first.certain


def _against(
    command: MeasureTargets,
    measurements: Measurements,
    contracts: Contracts,
    levels: Levels,
    version: Mark[ServiceLevel] | None,
    context: Context,
) -> Iterator[Rejection]:
    agreement_id, period = command.agreement_id, command.period
    about = {"first_day": period.first_day.isoformat(), "last_day": period.last_day.isoformat()}
    if agreement_id not in contracts:
        yield Rejection("agreement.unknown_agreement", "fact", agreement_id=agreement_id)
        return
    held = of(measurements, agreement_id).get((period.first_day, period.last_day))
    if held is not None:
        yield Rejection("targets.duplicate_period", "fact", entries=(held.entry,), agreement_id=agreement_id, **about)
    yield from _against_rows(command)
    if period.last_day > context.today:
        yield Rejection(
            "targets.period_open_in_future",
            "fact",
            agreement_id=agreement_id,
            last_day=period.last_day.isoformat(),
            today=context.today.isoformat(),
        )
    agreement = contracts[agreement_id]
    if agreement.life.during(Interval(earliest=period.first_day, latest=period.last_day)) is False:
        yield Rejection(
            "agreement.not_in_force",
            entries=agreement.entries,
            agreement_id=agreement_id,
            on=period.last_day.isoformat(),
        )
    if version is None:
        line = versions_of(levels, agreement_id)
        entries = (mark.number for mark in line.marks if mark.effective.earliest <= period.last_day)
        yield Rejection("targets.no_single_version", "unknown", entries=entries, agreement_id=agreement_id, **about)
    else:
        yield from _against_targets(command, version)


def _against_rows(command: MeasureTargets) -> Iterator[Rejection]:
    times = Counter(row.target_id for row in command.rows)
    twice = sorted(target_id for target_id, count in times.items() if count > 1)
    if twice:
        yield Rejection("targets.target_measured_twice", "fact", agreement_id=command.agreement_id, target_ids=twice)
    unexplained = [row.target_id for row in command.rows if (row.net_value is None) != (not row.excluded)]
    if unexplained:
        yield Rejection(
            "targets.net_without_reasons", "fact", agreement_id=command.agreement_id, target_ids=unexplained
        )


def _against_targets(command: MeasureTargets, version: Mark[ServiceLevel]) -> Iterator[Rejection]:
    """Yields the targets the version does not have; of one not listed in full that is not known."""
    listed = {target.target_id for target in version.value.targets}
    missing = [row.target_id for row in command.rows if row.target_id not in listed]
    if missing:
        nature: Literal["fact", "unknown"] = "fact" if version.value.targets_complete is True else "unknown"
        yield Rejection(
            "targets.metric_not_in_version",
            nature,
            entries=(version.number,),
            agreement_id=command.agreement_id,
            sla_version=version.value.sla_version,
            target_ids=missing,
        )
