"""Service levels (tjenestenivå): what an agreement promises, version by version, and since when.

A version is possible between its earliest and its latest day and certain after. A later one never changes which was
in force on an earlier day that is certain.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.agreements.contracts import Agreement, Contracts
from domain.agreements.cover import BudgetEffect, Cover, shortfalls
from domain.copying import replace
from domain.dates import Interval, Mark, Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Frozen, Id, Name, Quantity, SealedText, Text, Unknown

# Events: stored for ever -----------------------------------------------------------------


class Target(Frozen):
    """One promise of a service level."""

    target_id: Id
    metric: Name
    operator: Literal["at_least", "at_most"]
    value: Quantity | Unknown
    unit: Name
    good_enough: Quantity | Unknown | None = None
    """What the parties accept short of the target; None where they have not said."""
    ideal: Quantity | Unknown | None = None
    """What they would have if nothing stood in the way, beyond what is promised; None where they have not said."""
    window: Name | Unknown = "unknown"
    """What the value is measured over, such as a calendar year."""
    calendar: Name | Unknown = "unknown"
    """The hours that count."""
    measured_by: Name | Unknown = "unknown"
    consequence: Name | Unknown | None = "unknown"
    binding: bool | Unknown = "unknown"
    """False for a guiding target."""


class ServiceLevelRevised(Event):
    """A new version of an agreement's service levels was laid down."""

    type: Literal["service_level.revised"] = "service_level.revised"
    agreement_id: Id
    sla_version: Annotated[int, Field(ge=1, le=100_000)]
    name: Name
    targets: Annotated[tuple[Target, ...], Field(max_length=500)] = ()
    targets_complete: bool | Unknown = "unknown"
    """Whether every target of the version is listed."""
    reason: SealedText | None = None
    budget_effect: BudgetEffect | None = None
    review_ref: Name | None = None
    """The review it comes from: the agreement's id, a colon and the day; None where none is named."""


# Commands --------------------------------------------------------------------------------


class ReviseServiceLevel(Command):
    """Lay down the next version of an agreement's service levels."""

    type: Literal["service_level.revise"]
    agreement_id: Id
    sla_version: Annotated[int, Field(ge=1, le=100_000)]
    name: Name
    targets: Annotated[tuple[Target, ...], Field(max_length=500)] = ()
    targets_complete: bool | Unknown = "unknown"
    reason_text: Text | None = None
    budget_effect: BudgetEffect | None = None
    review_ref: Name | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """One version of an agreement's service levels."""

    sla_version: int
    name: str
    targets: tuple[Target, ...]
    targets_complete: bool | Unknown
    budget_effect: BudgetEffect | None
    review_ref: str | None = None
    decisions: tuple[str, ...] = ()
    """The decisions it rests on."""


Levels: TypeAlias = "HashTrieMap[str, Timeline[ServiceLevel]]"
"""Versions over time by agreement id, in the order of their numbers."""
_NO_VERSIONS: Timeline[ServiceLevel] = Timeline()
Reviewing: TypeAlias = Callable[[str], bool]
"""Returns whether a review is held under a name."""


def versions_of(levels: Levels, agreement_id: str) -> Timeline[ServiceLevel]:
    """Returns the versions of one agreement, none for one that has none."""
    return levels.get(agreement_id, _NO_VERSIONS)


def evolve(levels: Levels, event: ServiceLevelRevised, fact: Fact) -> Levels:
    """Returns the service levels after one more version was laid down."""
    level = ServiceLevel(
        sla_version=event.sla_version,
        name=event.name,
        targets=event.targets,
        targets_complete=event.targets_complete,
        budget_effect=event.budget_effect,
        review_ref=event.review_ref,
        decisions=tuple(basis.ref for basis in fact.basis if basis.kind == "decision"),
    )
    line = versions_of(levels, event.agreement_id)
    return levels.insert(event.agreement_id, _followed_by(line, fact.effective, fact.number, level))


def _followed_by(
    line: Timeline[ServiceLevel], effective: Interval, number: int, level: ServiceLevel
) -> Timeline[ServiceLevel]:
    """Returns the timeline with the version that follows the last.

    Of rough dates the order of the versions says more: the new one began no earlier than the one before it can have,
    and those before had begun when it did. So a version with vague dates never outlives its follower.
    """
    floor = line.last.effective.earliest if line.last is not None else effective.earliest
    began = effective.model_copy(update={"earliest": min(max(floor, effective.earliest), effective.latest)})
    marks = tuple(replace(mark, effective=_begun_by(mark.effective, effective)) for mark in line.marks)
    return Timeline(tuple(sorted((*marks, Mark(began, number, level)))))


def _begun_by(earlier: Interval, later: Interval) -> Interval:
    latest = max(earlier.earliest, min(earlier.latest, later.latest))
    return earlier.model_copy(update={"latest": latest})


def subjects(event: ServiceLevelRevised) -> Iterator[Subject]:
    """Yields the agreement, and the budget that covers the cost."""
    yield Subject("agreement", event.agreement_id)
    if event.budget_effect is not None:
        yield Subject("budget", str(event.budget_effect.year))


# Rules -----------------------------------------------------------------------------------


def decide(
    command: ReviseServiceLevel,
    levels: Levels,
    contracts: Contracts,
    reviewed: Reviewing,
    cover: Cover,
    context: Context,
) -> Decision:
    """Returns the version as laid down. Raises Rejection."""
    ruling = judge(_against(command, levels, contracts, reviewed, cover, context), context.mode)
    event = ServiceLevelRevised(
        agreement_id=command.agreement_id,
        sla_version=command.sla_version,
        name=command.name,
        targets=command.targets,
        targets_complete=command.targets_complete,
        reason=None if command.reason_text is None else context.seal(command.reason_text),
        budget_effect=command.budget_effect,
        review_ref=command.review_ref,
    )
    return Decision((event,), ruling)


def _against(
    command: ReviseServiceLevel,
    levels: Levels,
    contracts: Contracts,
    reviewed: Reviewing,
    cover: Cover,
    context: Context,
) -> Iterator[Rejection]:
    agreement_id = command.agreement_id
    agreement = contracts.get(agreement_id)
    if agreement is None:
        yield Rejection("agreement.unknown_agreement", "fact", agreement_id=agreement_id)
        return
    last = versions_of(levels, agreement_id).last
    yield from _against_contents(command, last, cover)
    yield from _against_review(command, reviewed)
    yield from _against_days(agreement, last, context)
    yield from _against_thresholds(command)
    yield from _against_cost(command, cover, context)
    uncomputable = [target.target_id for target in command.targets if target.value == "unknown"]
    if uncomputable:
        yield Rejection("agreement.target_uncomputable", "unknown", agreement_id=agreement_id, target_ids=uncomputable)
    if not context.basis:
        yield Rejection("agreement.basis_missing", "unknown", agreement_id=agreement_id)


def _against_contents(
    command: ReviseServiceLevel, last: Mark[ServiceLevel] | None, cover: Cover
) -> Iterator[Rejection]:
    """What contradicts the book or itself."""
    agreement_id, effect = command.agreement_id, command.budget_effect
    expected = 1 if last is None else last.value.sla_version + 1
    if command.sla_version != expected:
        yield Rejection(
            "agreement.version_not_next",
            "fact",
            entries=() if last is None else (last.number,),
            agreement_id=agreement_id,
            sla_version=command.sla_version,
            expected=expected,
        )
    times = Counter(target.target_id for target in command.targets)
    twice = sorted(target_id for target_id, count in times.items() if count > 1)
    if twice:
        yield Rejection("agreement.target_listed_twice", "fact", agreement_id=agreement_id, target_ids=twice)
    if effect is not None and cover.available(effect) is None:
        budget = cover.budgets.by_year.get(effect.year)
        yield Rejection(
            "agreement.budget_line_unknown",
            "fact",
            entries=() if budget is None else (budget.entry,),
            agreement_id=agreement_id,
            year=effect.year,
            line_id=effect.line_id,
        )


def _against_days(agreement: Agreement, last: Mark[ServiceLevel] | None, context: Context) -> Iterator[Rejection]:
    agreement_id, effective = agreement.agreement_id, context.effective
    if agreement.life.during(effective) is False:
        yield Rejection(
            "agreement.not_in_force", entries=agreement.entries, agreement_id=agreement_id, on=context.on.isoformat()
        )
    if last is not None and effective.latest < last.effective.earliest:
        yield Rejection(
            "agreement.effective_overlaps",
            entries=(last.number,),
            agreement_id=agreement_id,
            previous_version=last.value.sla_version,
            effective=effective.latest.isoformat(),
            not_before=last.effective.earliest.isoformat(),
        )
    consented = any(basis.kind in ("decision", "resolution") for basis in context.basis)
    if effective.earliest < context.today and context.mode != "import" and not consented:
        yield Rejection(
            "agreement.retroactive_without_consent",
            agreement_id=agreement_id,
            effective=effective.earliest.isoformat(),
            today=context.today.isoformat(),
        )


def _against_review(command: ReviseServiceLevel, reviewed: Reviewing) -> Iterator[Rejection]:
    """Yields that the review a version comes from was never held, or was one of another agreement."""
    ref = command.review_ref
    if ref is not None and not (ref.partition(":")[0] == command.agreement_id and reviewed(ref)):
        yield Rejection("agreement.review_not_held", "fact", agreement_id=command.agreement_id, review_ref=ref)


def _against_thresholds(command: ReviseServiceLevel) -> Iterator[Rejection]:
    """Yields what is good enough and yet stricter than the target, and what is ideal and yet weaker."""
    for target in command.targets:
        if _is_stricter(target.good_enough, target.value, target):
            yield Rejection(
                "agreement.good_enough_stricter",
                agreement_id=command.agreement_id,
                target_id=target.target_id,
                value=target.value,
                good_enough=target.good_enough,
            )
        if _is_stricter(target.value, target.ideal, target):
            yield Rejection(
                "agreement.ideal_weaker",
                agreement_id=command.agreement_id,
                target_id=target.target_id,
                value=target.value,
                ideal=target.ideal,
            )


def _is_stricter(one: Quantity | Unknown | None, other: Quantity | Unknown | None, target: Target) -> bool:
    """Whether `one` certainly asks for more than `other`, the way the target is turned; the same is no more."""
    if one is None or other is None or "unknown" in (one, other):
        return False
    first, second = Fraction(one), Fraction(other)
    return first > second if target.operator == "at_least" else first < second


def _against_cost(command: ReviseServiceLevel, cover: Cover, context: Context) -> Iterator[Rejection]:
    for params in shortfalls(command.agreement_id, command.budget_effect, cover, context):
        yield Rejection("agreement.budget_effect_not_covered", **params)
