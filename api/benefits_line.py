"""Benefits by where they come from: how high up among the services, with how many taking part, planned and measured.

Composed from rows. The higher up and the more who take part, the larger a benefit can be; what was measured stands
beside what was planned. What is missing for a benefit to come is told as hints, and refused by nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, Literal, get_args

import orjson
from fastapi import APIRouter, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import Answer, documented
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.overview import Seen, looked
from domain.benefits.planning import BenefitType, BudgetSaving, Category, Outcome, Status
from domain.vocabulary import ProductGroup
from ledger.deciding import today_in_oslo
from projections.benefits import BENEFIT_MEASUREMENTS, BENEFITS
from projections.bodies import OFFICES

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

JSON = dict[str, Any]
HIERARCHY: tuple[ProductGroup, ...] = get_args(ProductGroup)
"""From what is bought together to what is developed together."""
CATEGORIES: tuple[Category, ...] = get_args(Category)

Hint = Literal["no_owner", "owner_outside_the_line", "no_baseline", "no_follow_up", "no_budget_effect", "overdue"]

# What is answered ------------------------------------------------------------------------


class MeasuredValue(Answer):
    """What was measured last."""

    value: str
    as_of: date
    outcome: Outcome | None
    """Held against the plan of that day; null for a baseline, and where the plan does not say enough."""
    entry: int


class BenefitInPlace(Answer):
    """A benefit on the day."""

    id: str
    title: str
    category: Category
    benefit_type: BenefitType
    hierarchy_level: ProductGroup
    participants: int
    members: list[str]
    owner_office: str
    """`unknown` where the book names none."""
    owner_in_the_line: bool | None
    """Whether the office belongs to a member; null where the book does not know."""
    unit: str
    target: str
    minimum: str | None
    due: date | None
    status: Literal["planned"] | Status
    budget_saving: BudgetSaving | None
    baseline: MeasuredValue | None
    follow_up: MeasuredValue | None
    hints: list[Hint]
    certain: bool
    entry: int


class BenefitPlace(Answer):
    """How many benefits come from one level, with so many taking part."""

    hierarchy_level: ProductGroup
    participants: int
    planned: int
    measured: int
    """How many of them have been followed up."""
    realised: int
    """How many of them were settled as realised, in full or in part."""
    benefits: list[str]


class CategoryTotal(Answer):
    """How many benefits there are for someone."""

    category: Category
    planned: int
    measured: int
    met: int
    """How many were last measured to reach their target or what is good enough."""
    realised: int
    saved_ore: int
    """What stands in the budget for them."""


class BenefitsLine(Answer):
    """Benefits by level among the services and by how many take part."""

    collaboration: str
    levels: list[ProductGroup]
    places: list[BenefitPlace]
    """Where there are any, in the order of the levels, then by how many take part."""
    categories: list[CategoryTotal]
    benefits: list[BenefitInPlace]
    withheld: int
    """How many rows are left out because they are shielded from whoever asks."""
    entry: int
    """The number of the last entry folded."""
    effective_on: date


# Benefits by place -----------------------------------------------------------------------

_LOOKED_AT = (BENEFITS, BENEFIT_MEASUREMENTS, OFFICES)


@router.get("/{collaboration_id}/benefits-line", operation_id="getBenefitsLine", **documented(BenefitsLine))
def benefits_line(point: PointOnADayDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """Benefits by level among the services and by how many take part: what was planned, and what was measured."""
    day = point.on or today_in_oslo(house.ledger.clock())
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(line(house, point, day))))


def line(house: House, point: Point, day: date) -> JSON:
    """Returns the benefits as seen from a point, on a day; what is in a place or a total is certain."""
    looks = {projection.name: looked(house, projection, replace(point, on=day)) for projection in _LOOKED_AT}
    offices = {row.body["id"]: row.body for row in looks[OFFICES.name][0]}
    measured = [row.body for row in looks[BENEFIT_MEASUREMENTS.name][0]]
    shown = [_benefit(row, measured, offices, day) for row in looks[BENEFITS.name][0]]
    certain = [benefit for benefit in shown if benefit["certain"]]
    return {
        "collaboration": point.collaboration_id,
        "levels": list(HIERARCHY),
        "places": list(_places(certain)),
        "categories": [_total(category, certain) for category in CATEGORIES],
        "benefits": shown,
        "withheld": sum(withheld for _, withheld in looks.values()),
        "entry": point.entry,
        "effective_on": day.isoformat(),
    }


def _benefit(row: Seen, measured: list[JSON], offices: dict[str, JSON], day: date) -> JSON:
    body = row.body
    names = ("id", "title", "category", "benefit_type", "hierarchy_level", "owner_office", "unit", "target")
    more = ("minimum", "due", "status", "budget_saving", "entry")
    shown = {name: body[name] for name in (*names, *more)}
    members = sorted(set(body["member_ids"]))
    shown |= {
        "participants": len(members),
        "members": members,
        "owner_in_the_line": in_the_line(offices.get(body["owner_office"])),
        "baseline": _last("baseline", body["id"], measured),
        "follow_up": _last("follow_up", body["id"], measured),
        "certain": row.certain,
    }
    return {**shown, "hints": list(_hints(shown, day))}


def in_the_line(office: JSON | None) -> bool | None:
    """Returns whether an office belongs to a member's administration; None where the office says of neither.

    An office that answers to a body of the collaboration, or runs the joint operation, is outside the line.
    """
    if office is None:
        return None
    if office["member"] is not None:
        return True
    return False if office["body"] is not None or office["kind"] == "managing_director" else None


def _last(measured_as: str, benefit_id: str, measured: list[JSON]) -> JSON | None:
    own = [body for body in measured if body["benefit"] == benefit_id and body["measured_as"] == measured_as]
    if not own:
        return None
    last = max(own, key=lambda body: (body["as_of"], body["entry"]))
    return {name: last[name] for name in ("value", "as_of", "outcome", "entry")}


def _hints(shown: JSON, day: date) -> Iterator[Hint]:
    """Yields what is missing for the benefit to come, as far as the book can tell."""
    if shown["owner_office"] == "unknown":
        yield "no_owner"
    if shown["category"] != "ict" and shown["owner_in_the_line"] is False:
        yield "owner_outside_the_line"
    if shown["status"] == "dropped":
        return
    if shown["baseline"] is None:
        yield "no_baseline"
    if shown["follow_up"] is None:
        yield "no_follow_up"
    if shown["benefit_type"] == "budget" and shown["budget_saving"] is None:
        yield "no_budget_effect"
    if shown["status"] != "realised" and shown["due"] is not None and shown["due"] < day.isoformat():
        yield "overdue"


def _counts(found: list[JSON]) -> dict[str, int]:
    return {
        "planned": len(found),
        "measured": sum(benefit["follow_up"] is not None for benefit in found),
        "realised": sum(benefit["status"] in ("realised", "partly") for benefit in found),
    }


def _places(certain: list[JSON]) -> Iterator[JSON]:
    for level in HIERARCHY:
        on_level = [benefit for benefit in certain if benefit["hierarchy_level"] == level]
        for participants in sorted({benefit["participants"] for benefit in on_level}):
            found = [benefit for benefit in on_level if benefit["participants"] == participants]
            ids = [benefit["id"] for benefit in found]
            yield {"hierarchy_level": level, "participants": participants, **_counts(found), "benefits": ids}


def _total(category: str, certain: list[JSON]) -> JSON:
    found = [benefit for benefit in certain if benefit["category"] == category]
    last = [benefit["follow_up"] for benefit in found if benefit["follow_up"] is not None]
    savings = [benefit["budget_saving"] for benefit in found if benefit["budget_saving"] is not None]
    return {
        "category": category,
        **_counts(found),
        "met": sum(measured["outcome"] in ("met", "good_enough") for measured in last),
        "saved_ore": sum(saving["amount_ore"] for saving in savings),
    }
