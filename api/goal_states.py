"""How goals stand on a day, by the rules of the register, with what rests on shielded entries withheld."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from api.answers import Answer
from api.book_state import folded, hidden_among
from api.composition import House
from api.deps import Point
from domain.benefits.attaining import GoalState, Standing, standing

JSON = dict[str, Any]


class MeasuredGoal(Answer):
    """How a goal stands, and the measurement that says so."""

    state: GoalState | None
    """Null where the measurement is shielded from whoever asks."""
    value: str | None
    """Null where it was not measured, or the measurement is withheld."""
    as_of: date | None
    entry: int | None
    """Of the measurement."""
    in_agreement: str | None
    """The agreement it is measured in; null where it is measured by itself."""
    withheld: bool


def standings(house: House, point: Point, day: date, goal_ids: Iterable[str]) -> dict[str, JSON]:
    """Returns how each of these goals stands on a day, as seen from a point, by goal id."""
    state = folded(house, point)
    goals = {goal_id: state.benefits.goals[goal_id] for goal_id in goal_ids}
    found = {goal_id: standing(goal, state.agreements, day) for goal_id, goal in goals.items()}
    told = (one.rests_on.entry for one in found.values() if one.rests_on is not None)
    hidden = hidden_among(house, point, told)
    ties = {goal_id: goal.event.tied_to for goal_id, goal in goals.items()}
    agreements = {goal_id: None if tie is None else tie.agreement_id for goal_id, tie in ties.items()}
    return {goal_id: _shown(one, agreements[goal_id], hidden) for goal_id, one in found.items()}


def _shown(found: Standing, agreement_id: str | None, hidden: frozenset[int]) -> JSON:
    measured = found.rests_on
    withheld = measured is not None and measured.entry in hidden
    seen = None if withheld else measured
    return {
        "state": None if withheld else found.state,
        "value": None if seen is None else seen.value,
        "as_of": None if seen is None else seen.as_of.isoformat(),
        "entry": None if seen is None else seen.entry,
        "in_agreement": agreement_id,
        "withheld": withheld,
    }
