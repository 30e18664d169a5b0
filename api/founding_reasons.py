"""Why are we here: each reason the collaboration was founded for, held against what has been measured since.

Composed from rows. A reason is measured by the goals set for it: by what was measured of each, and of the benefits that
serve it. A reason no measurable goal was set for is said to be so, and where the founding names no reason the book does
not know of any.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any, Literal

import orjson
from fastapi import APIRouter, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import Answer, documented
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.goal_states import MeasuredGoal, standings
from api.overview import Seen, looked
from domain.benefits.planning import Outcome
from domain.constitution import ReasonCode
from ledger.deciding import today_in_oslo
from projections.benefits import BENEFIT_MEASUREMENTS, BENEFITS
from projections.founding_reasons import FOUNDING_REASONS
from projections.strategies import ALIGNMENTS, GOALS

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

JSON = dict[str, Any]
State = Literal["met", "good_enough", "not_yet", "missed", "uncomputable", "not_measured", "no_measurable_goal"]
"""`not_yet`: short of what is wanted, with time left until it is due."""

# What is answered ------------------------------------------------------------------------


class ServingBenefit(Answer):
    """A benefit that serves a goal, itself or through other goals, and what was measured of it last."""

    id: str
    title: str
    status: str
    value: str | None
    """Null where it was never followed up."""
    as_of: date | None
    outcome: Outcome | None
    entry: int


class ReasonGoal(Answer):
    """A goal set for a reason."""

    id: str
    title: str
    kind: Literal["effect", "operating"]
    measurable: bool
    certain: bool
    measured: MeasuredGoal
    """What was measured of the goal itself."""
    benefits: list[ServingBenefit]
    blocked_by: list[str]
    """What certainly stands in its way, as kind and id."""
    entry: int


class HeldReason(Answer):
    """A reason, and how it stands."""

    reason: ReasonCode
    state: State
    """The worst of what was last measured; `no_measurable_goal` where no goal for it can be measured."""
    goals: list[ReasonGoal]
    entry: int
    """Of the founding."""


class WhyAreWeHere(Answer):
    """The reasons the collaboration was founded for, against what has been measured."""

    collaboration: str
    known: bool
    """Whether the book knows of any reason."""
    reasons: list[HeldReason]
    """In the order the founding names them."""
    other_goals: list[str]
    """Goals set for none of these reasons."""
    withheld: int
    """How many rows and measurements are left out because they are shielded from whoever asks."""
    entry: int
    """The number of the last entry folded."""
    effective_on: date


# Reasons ---------------------------------------------------------------------------------

_LOOKED_AT = (FOUNDING_REASONS, GOALS, ALIGNMENTS, BENEFITS, BENEFIT_MEASUREMENTS)
_WORST_FIRST: tuple[State, ...] = ("missed", "uncomputable", "not_yet", "good_enough", "met")


@router.get("/{collaboration_id}/why-are-we-here", operation_id="getWhyAreWeHere", **documented(WhyAreWeHere))
def why_are_we_here(point: PointOnADayDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """Each reason of the founding with its goals, the benefits that serve them, and what was measured last."""
    day = point.on or today_in_oslo(house.ledger.clock())
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(held(house, point, day))))


def held(house: House, point: Point, day: date) -> JSON:
    """Returns the reasons as seen from a point, on a day; what serves a goal certainly does so."""
    looks = {projection.name: looked(house, projection, replace(point, on=day)) for projection in _LOOKED_AT}
    rows = {name: seen for name, (seen, _) in looks.items()}
    reasons = [row.body for row in rows[FOUNDING_REASONS.name]]
    found = standings(house, point, day, (row.body["id"] for row in rows[GOALS.name]))
    goals = [_goal(row, rows, found[row.body["id"]]) for row in rows[GOALS.name]]
    codes = {reason["reason"] for reason in reasons}
    return {
        "collaboration": point.collaboration_id,
        "known": bool(reasons),
        "reasons": [_reason(reason, [goal for code, goal in goals if code == reason["reason"]]) for reason in reasons],
        "other_goals": [goal["id"] for code, goal in goals if code not in codes],
        "withheld": sum(withheld for _, withheld in looks.values()) + sum(one["withheld"] for one in found.values()),
        "entry": point.entry,
        "effective_on": day.isoformat(),
    }


def _reason(reason: JSON, goals: list[JSON]) -> JSON:
    return {"reason": reason["reason"], "state": _state(goals), "goals": goals, "entry": reason["entry"]}


def _state(goals: list[JSON]) -> State:
    measurable = [goal for goal in goals if goal["measurable"] and goal["certain"]]
    if not measurable:
        return "no_measurable_goal"
    measured = [benefit for goal in measurable for benefit in goal["benefits"] if benefit["value"] is not None]
    found = {benefit["outcome"] or "uncomputable" for benefit in measured}
    found |= {goal["measured"]["state"] for goal in measurable}
    return next((state for state in _WORST_FIRST if state in found), "not_measured")


def _goal(row: Seen, rows: dict[str, list[Seen]], found: JSON) -> tuple[str | None, JSON]:
    """Returns a goal with the reason it is set for, None for none."""
    body = row.body
    alignments = [other.body for other in rows[ALIGNMENTS.name] if other.certain]
    serving = _serving(body["id"], alignments)
    benefits = [r.body for r in rows[BENEFITS.name] if r.certain and r.body["id"] in serving]
    measured = [r.body for r in rows[BENEFIT_MEASUREMENTS.name] if r.body["measured_as"] == "follow_up"]
    blocking = (a for a in alignments if a["goal"] == body["id"] and a["contribution"] == "blocks")
    return body["reason_code"], {
        **{name: body[name] for name in ("id", "title", "kind", "measurable", "entry")},
        "certain": row.certain,
        "measured": found,
        "benefits": [_benefit(benefit, measured) for benefit in benefits],
        "blocked_by": [f"{a['kind']}:{a['id']}" for a in blocking],
    }


def _serving(goal_id: str, alignments: Iterable[JSON]) -> set[str]:
    """Returns the benefits that enable or support a goal, itself or through goals that do."""
    helping = [alignment for alignment in alignments if alignment["contribution"] != "blocks"]
    goals, waiting, found = {goal_id}, [goal_id], set[str]()
    while waiting:
        towards = waiting.pop()
        for alignment in helping:
            if alignment["goal"] != towards:
                continue
            if alignment["kind"] == "benefit":
                found.add(alignment["id"])
            elif alignment["kind"] == "goal" and alignment["id"] not in goals:
                goals.add(alignment["id"])
                waiting.append(alignment["id"])
    return found


def _benefit(benefit: JSON, measured: Iterable[JSON]) -> JSON:
    own = [body for body in measured if body["benefit"] == benefit["id"]]
    last: JSON = max(own, key=lambda body: (body["as_of"], body["entry"])) if own else {}
    return {
        **{name: benefit[name] for name in ("id", "title", "status", "entry")},
        **{name: last.get(name) for name in ("value", "as_of", "outcome")},
    }
