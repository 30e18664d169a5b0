"""The strategy map: seven levels against the members, what no strategy covers, and what goals do for each other.

Composed from rows. A cell is covered where a strategy of the level certainly holds for the member, and not covered
where none does; where that rests on a strategy whose level, reach or day the book does not know, it is neither.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Literal, get_args

import orjson
from fastapi import APIRouter, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import Answer, documented
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.goal_states import MeasuredGoal, standings
from api.overview import Seen, looked
from domain.benefits.alignment import Contribution, NodeKind
from domain.benefits.strategies import Level
from ledger.deciding import today_in_oslo
from projections.members import MEMBERS
from projections.strategies import ALIGNMENTS, GOALS, STRATEGIES

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

JSON = dict[str, Any]
LEVELS: tuple[Level, ...] = get_args(Level)

# What is answered ------------------------------------------------------------------------


class Cell(Answer):
    """One level of strategy for one member."""

    level: Level
    member: str
    covered: bool | None
    """Null where the book does not know enough to tell."""
    aligned: bool | None
    """Whether some goal of the strategies is held against another goal; null where nothing covers the cell."""
    strategies: list[str]
    """Those that certainly hold for the member."""


class Place(Answer):
    """A place on the map."""

    level: Level
    member: str


class StrategyOnTheMap(Answer):
    """A strategy on the day."""

    id: str
    version: int
    title: str
    level: Level | Literal["unknown"]
    holds_for: list[str] | None
    """The members; null where the book does not know."""
    goals: list[str]
    until: date | None
    certain: bool
    entry: int


class GoalOnTheMap(Answer):
    """A goal on the day."""

    id: str
    title: str
    kind: Literal["effect", "operating"]
    measurable: bool
    strategies: list[str]
    """Those that certainly hold and set it."""
    measured: MeasuredGoal
    certain: bool
    entry: int


class AlignmentOnTheMap(Answer):
    """What something does for a goal."""

    kind: NodeKind
    id: str
    goal: str
    contribution: Contribution
    certain: bool
    entry: int


class StrategyMap(Answer):
    """Seven levels of strategy against the members."""

    collaboration: str
    levels: list[Level]
    members: list[str]
    """Who certainly takes part on the day."""
    cells: list[Cell]
    """In the order of the levels, then of the members."""
    uncovered: list[Place]
    """Where no strategy holds."""
    unaligned: list[Place]
    """Where a strategy holds, and none of its goals is held against another."""
    strategies: list[StrategyOnTheMap]
    goals: list[GoalOnTheMap]
    alignments: list[AlignmentOnTheMap]
    withheld: int
    """How many rows and measurements are left out because they are shielded from whoever asks."""
    entry: int
    """The number of the last entry folded."""
    effective_on: date


# The map ---------------------------------------------------------------------------------

_LOOKED_AT = (MEMBERS, STRATEGIES, GOALS, ALIGNMENTS)


@router.get("/{collaboration_id}/strategy-map", operation_id="getStrategyMap", **documented(StrategyMap))
def strategy_map(point: PointOnADayDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """Which of the seven levels of strategy each member has on a day, where none is, and how goals hang together."""
    day = point.on or today_in_oslo(house.ledger.clock())
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(mapped(house, point, day))))


def mapped(house: House, point: Point, day: date) -> JSON:
    """Returns the map as seen from a point, on a day."""
    looks = {projection.name: looked(house, projection, replace(point, on=day)) for projection in _LOOKED_AT}
    rows = {name: seen for name, (seen, _) in looks.items()}
    members = sorted(r.body["id"] for r in rows[MEMBERS.name] if r.certain and r.body["status"] == "member")
    strategies, alignments = rows[STRATEGIES.name], rows[ALIGNMENTS.name]
    between = [row.body for row in alignments if row.certain and row.body["kind"] == "goal"]
    tied = {goal for body in between for goal in (body["id"], body["goal"])}
    cells = [_cell(level, member, strategies, tied) for level in LEVELS for member in members]
    goals = rows[GOALS.name]
    measured = standings(house, point, day, (row.body["id"] for row in goals))
    return {
        "collaboration": point.collaboration_id,
        "levels": list(LEVELS),
        "members": members,
        "cells": cells,
        "uncovered": [_place(cell) for cell in cells if cell["covered"] is False],
        "unaligned": [_place(cell) for cell in cells if cell["aligned"] is False],
        "strategies": [_strategy(row) for row in strategies],
        "goals": [{**_goal(row, strategies), "measured": measured[row.body["id"]]} for row in goals],
        "alignments": [_alignment(row) for row in alignments],
        "withheld": sum(withheld for _, withheld in looks.values()) + sum(one["withheld"] for one in measured.values()),
        "entry": point.entry,
        "effective_on": day.isoformat(),
    }


def _cell(level: str, member: str, strategies: list[Seen], tied: set[str]) -> JSON:
    covering = [row.body for row in strategies if _covers(row, level, member) is True]
    possible = any(_covers(row, level, member) is None for row in strategies)
    goals = {goal for body in covering for goal in body["goals"]}
    return {
        "level": level,
        "member": member,
        "covered": True if covering else None if possible else False,
        "aligned": bool(goals & tied) if covering else None,
        "strategies": [body["id"] for body in covering],
    }


def _covers(row: Seen, level: str, member: str) -> bool | None:
    """Returns whether a strategy covers a cell; None where that is possible but not certain."""
    body = row.body
    elsewhere = body["holds_for"] is not None and member not in body["holds_for"]
    if elsewhere or body["level"] not in (level, "unknown"):
        return False
    certain = row.certain and body["level"] == level and body["holds_for"] is not None
    return True if certain else None


def _place(cell: JSON) -> JSON:
    return {"level": cell["level"], "member": cell["member"]}


def _strategy(row: Seen) -> JSON:
    names = ("id", "version", "title", "level", "holds_for", "goals", "until", "entry")
    return {"certain": row.certain, **{name: row.body[name] for name in names}}


def _goal(row: Seen, strategies: list[Seen]) -> JSON:
    names = ("id", "title", "kind", "measurable", "entry")
    setting = (s.body["id"] for s in strategies if s.certain and row.body["id"] in s.body["goals"])
    return {"certain": row.certain, "strategies": list(setting), **{name: row.body[name] for name in names}}


def _alignment(row: Seen) -> JSON:
    names = ("kind", "id", "goal", "contribution", "entry")
    return {"certain": row.certain, **{name: row.body[name] for name in names}}
