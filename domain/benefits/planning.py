"""Benefits (gevinster) as they are planned: for whom, of which kind, how much by when, and who in the line owns them.

A benefit without a plan for its baseline can never be shown, and one without an owner is never taken out: both are
refused. Who owns it in the line, outside the ICT operation, is told beside it and refused by nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.benefits.known import Known, Operator, reached, stricter
from domain.benefits.strategies import MemberIds, Version
from domain.bodies.presence import against_members, against_office
from domain.copying import replace
from domain.dates import Day, Interval, Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Amount, Frozen, Id, Name, Quantity, Unknown
from domain.vocabulary import ProductGroup

Category = Literal["citizens", "municipal_business", "ict"]
"""Whose benefit it is: the citizens', that of the members' lines of business, or that of the ICT area."""
BenefitType = Literal["budget", "alternative_use", "other_public", "unpriced"]
"""A lower budget, resources put to other use, a benefit of other public bodies, or one without a price."""
Change = Literal["transaction", "transformation"]
MeasuredAs = Literal["baseline", "follow_up"]
Status = Literal["realised", "partly", "dropped", "extended"]
SETTLED: frozenset[Status] = frozenset({"realised", "dropped"})
"""After these nothing more is planned or decided."""
Outcome = Literal["met", "good_enough", "missed"]

# Parts of events -------------------------------------------------------------------------


class Measure(Frozen):
    """Something that has to be done for the benefit to come, and who does it."""

    what: Name
    by_office: Id | Unknown = "unknown"


class BudgetSaving(Frozen):
    """What a benefit is worth in a budget: the line that was cut, or the income that was raised, by an amendment."""

    year: Annotated[int, Field(ge=1838, le=2199)]
    amendment_no: Annotated[int, Field(ge=1, le=10_000)]
    line_id: Id
    amount_ore: Amount


_MEASURES = Annotated[tuple[Measure, ...], Field(max_length=100)]

# Events: stored for ever -----------------------------------------------------------------


class BenefitPlanned(Event):
    """A benefit was planned, or its plan revised."""

    type: Literal["benefit.planned"] = "benefit.planned"
    benefit_id: Id
    benefit_version: Version
    title: Name
    category: Category
    benefit_type: BenefitType
    hierarchy_level: ProductGroup
    """How high up among the services it comes from."""
    change_kind: Change | None
    member_ids: MemberIds
    """Who takes part in it."""
    owner_office: Id | Unknown
    unit: Name | Unknown
    operator: Operator
    target: Quantity | Unknown
    minimum: Quantity | Unknown | None
    """What is good enough; None where nothing short of the target is."""
    baseline_due: Day | Unknown
    effect_from: Day | Unknown
    """The first day it may show: what is measured after it is no baseline."""
    due: Day | Unknown
    measures: _MEASURES


# Commands --------------------------------------------------------------------------------


class PlanBenefit(Command):
    """Plan a benefit, or the next version of its plan."""

    type: Literal["benefit.plan"]
    benefit_id: Id
    benefit_version: Version
    title: Name
    category: Category
    benefit_type: BenefitType
    hierarchy_level: ProductGroup
    change_kind: Change | None = None
    member_ids: MemberIds = ()
    owner_office: Id | Unknown = "unknown"
    unit: Name | Unknown = "unknown"
    operator: Operator = "at_least"
    target: Quantity | Unknown = "unknown"
    minimum: Quantity | Unknown | None = None
    baseline_due: Day | Unknown = "unknown"
    effect_from: Day | Unknown = "unknown"
    due: Day | Unknown = "unknown"
    measures: _MEASURES = ()


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a benefit came to on a day."""

    measured_as: MeasuredAs
    as_of: date
    value: str
    method: str
    """`unknown` where the source does not show it."""
    entry: int
    effective: Interval


@dataclass(frozen=True, slots=True)
class Settlement:
    """What was decided of a benefit."""

    status: Status
    budget_saving: BudgetSaving | None
    extended_to: date | None
    decision_id: str


@dataclass(frozen=True, slots=True)
class Benefit:
    """A benefit: its plans, what was measured, and what was decided of it."""

    benefit_id: str
    plans: Timeline[BenefitPlanned] = field(default_factory=Timeline)
    measurements: tuple[Measurement, ...] = ()
    """In the order they were entered."""
    statuses: Timeline[Settlement] = field(default_factory=Timeline)

    def plan_on(self, day: date) -> BenefitPlanned:
        """Returns the plan that certainly holds on `day`, before the first certain one the first."""
        return self.plans.certain(day) or self.plans.marks[0].value

    @property
    def settled_by(self) -> int | None:
        """The entry after which nothing more is planned or decided, None while there is none."""
        return next((mark.number for mark in self.statuses.marks if mark.value.status in SETTLED), None)

    def measured(self, measured_as: MeasuredAs, day: date) -> Measurement | None:
        """Returns the last measurement of a kind as of `day` or before, None where there is none."""
        found = [m for m in self.measurements if m.measured_as == measured_as and m.as_of <= day]
        return max(found, key=lambda m: (m.as_of, m.entry)) if found else None


def outcome(value: str, plan: BenefitPlanned) -> Outcome | None:
    """Returns how a measured value stands to a plan; None where the plan does not say enough to tell."""
    if plan.target == "unknown":
        return None
    if reached(value, plan.target, plan.operator):
        return "met"
    if plan.minimum == "unknown":
        return None
    return "good_enough" if plan.minimum is not None and reached(value, plan.minimum, plan.operator) else "missed"


ByBenefit: TypeAlias = "HashTrieMap[str, Benefit]"
"""By benefit id."""


def evolve(benefits: ByBenefit, event: BenefitPlanned, fact: Fact) -> ByBenefit:
    """Returns the benefits after one was planned."""
    held = benefits.get(event.benefit_id) or Benefit(event.benefit_id)
    plans = held.plans.with_mark(fact.effective, fact.number, event)
    return benefits.insert(event.benefit_id, replace(held, plans=plans))


def subjects(event: BenefitPlanned) -> Iterator[Subject]:
    """Yields the benefit, the office that owns it, who takes part, and the offices its measures are given to."""
    yield Subject("benefit", event.benefit_id)
    if event.owner_office != "unknown":
        yield Subject("office", event.owner_office)
    yield from (Subject("member", member_id) for member_id in event.member_ids)
    yield from (Subject("office", m.by_office) for m in event.measures if m.by_office != "unknown")


# Rules -----------------------------------------------------------------------------------


def decide(command: PlanBenefit, benefits: ByBenefit, known: Known, context: Context) -> Decision:
    """Returns the benefit as it was planned. Raises Rejection."""
    ruling = judge(_against(command, benefits, known, context), context.mode)
    event = BenefitPlanned(
        benefit_id=command.benefit_id,
        benefit_version=command.benefit_version,
        title=command.title,
        category=command.category,
        benefit_type=command.benefit_type,
        hierarchy_level=command.hierarchy_level,
        change_kind=command.change_kind,
        member_ids=command.member_ids,
        owner_office=command.owner_office,
        unit=command.unit,
        operator=command.operator,
        target=command.target,
        minimum=command.minimum,
        baseline_due=command.baseline_due,
        effect_from=command.effect_from,
        due=command.due,
        measures=command.measures,
    )
    return Decision((event,), ruling)


def _against(command: PlanBenefit, benefits: ByBenefit, known: Known, context: Context) -> Iterator[Rejection]:
    benefit_id, held = command.benefit_id, benefits.get(command.benefit_id)
    marks = () if held is None else held.plans.marks
    if command.benefit_version != len(marks) + 1:
        yield Rejection(
            "benefit.version_not_next",
            "fact",
            entries=sorted(mark.number for mark in marks)[-1:],
            benefit_id=benefit_id,
            benefit_version=command.benefit_version,
            expected=len(marks) + 1,
        )
    settled = None if held is None else held.settled_by
    if settled is not None:
        yield Rejection("benefit.settled", "fact", entries=(settled,), benefit_id=benefit_id)
    yield from against_members(known.members, command.member_ids, context.effective)
    offices = (command.owner_office, *(measure.by_office for measure in command.measures))
    for office_id in dict.fromkeys(offices):
        if office_id != "unknown":
            yield from against_office(known.bodies, office_id, context.effective)
    if stricter(command.minimum, command.target, command.operator):
        yield Rejection(
            "benefit.minimum_stricter",
            "fact",
            benefit_id=benefit_id,
            target=command.target,
            minimum=command.minimum,
        )
    yield from _against_baseline(command)
    if command.owner_office == "unknown":
        yield Rejection("benefit.no_owner", "unknown", benefit_id=benefit_id)


def _against_baseline(command: PlanBenefit) -> Iterator[Rejection]:
    due, begins = command.baseline_due, command.effect_from
    if due == "unknown" or begins == "unknown":
        lacking = [name for name in ("baseline_due", "effect_from") if getattr(command, name) == "unknown"]
        yield Rejection("benefit.no_baseline_plan", "unknown", benefit_id=command.benefit_id, fields=lacking)
    elif due > begins:
        yield Rejection(
            "benefit.baseline_due_after_effect_start",
            benefit_id=command.benefit_id,
            baseline_due=due.isoformat(),
            effect_from=begins.isoformat(),
        )
