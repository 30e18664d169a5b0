"""What books are compared on: each measure of one book in one year, worked out from its rows.

A figure is left out, with why, where the book does not know what it rests on, and where a row it would be worked out
from is shielded from whoever asks: the rest would be another figure under the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from statistics import median
from typing import Any, Literal

from api.composition import House
from api.deps import Point
from api.overview import Seen, looked
from domain.records import Measure
from projections.agreements import SERVICES
from projections.benefits import BENEFITS
from projections.cases import CASES
from projections.costs import COST_DRIVERS
from projections.decisions import DECISIONS
from projections.deliveries import SCORECARD
from projections.projection import Projection
from projections.statements import BUDGET_STATEMENT

JSON = dict[str, Any]
Gap = Literal["nothing_recorded", "users_not_recorded", "withheld"]
"""Why there is no figure."""

DECIDES_NOTHING = frozenset({"recommendation", "noted", "postponed"})


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of one book."""

    value: int | None = None
    of: int | None = None
    """Of how many, where it is a share."""
    gap: Gap | None = None
    """Why there is no value."""
    rows: int = 0
    """How many rows it was worked out from."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a measure is worked out, and how it is read."""

    unit: Literal["ore", "days", "share", "ratio"]
    better: Literal["lower", "higher"] | None
    """Which way is better; None where neither is."""
    rests_on: tuple[Projection, ...]
    figure: Callable[[Rows, int], Figure]


class Rows:
    """The rows of one book that measures rest on, read once."""

    def __init__(self, house: House, point: Point) -> None:
        self._house, self._point = house, point
        self._read: dict[str, tuple[list[Seen], int]] = {}

    def of(self, projection: Projection, day: date | None = None) -> list[JSON]:
        """Returns bodies: of all rows, or of those that certainly hold on a day."""
        return [row.body for row in self._looked(projection, day)[0] if row.certain]

    def hides(self, projections: Iterable[Projection]) -> bool:
        """Returns whether any of these has a row that is shielded from whoever asks."""
        return any(self._looked(projection, None)[1] > 0 for projection in projections)

    def _looked(self, projection: Projection, day: date | None) -> tuple[list[Seen], int]:
        key = f"{projection.name}@{day}"
        if key not in self._read:
            self._read[key] = looked(self._house, projection, replace(self._point, on=day))
        return self._read[key]


def measured(rows: Rows, measure: Measure, year: int) -> Figure:
    """Returns a measure of a book in a year."""
    kind = KINDS[measure]
    return Figure(gap="withheld") if rows.hides(kind.rests_on) else kind.figure(rows, year)


# Measures --------------------------------------------------------------------------------


def _cost_per_user(rows: Rows, year: int) -> Figure:
    """What was spent on the operating budget's lines, in øre, by each user as last counted by the end of the year."""
    lines = [body for body in rows.of(BUDGET_STATEMENT) if body["year"] == year and body["actual_ore"] is not None]
    spent = [body["actual_ore"] for body in lines if (body["part"], body["direction"]) == ("operating", "expense")]
    if not spent:
        return Figure(gap="nothing_recorded")
    counted = [b for b in rows.of(COST_DRIVERS) if b["driver"] == "users" and b["as_of"] <= f"{year:04d}-12-31"]
    last: JSON = max(counted, key=lambda body: (body["as_of"], body["entry"])) if counted else {"values": {}}
    users = sum((Fraction(value) for value in last["values"].values()), Fraction(0))
    if users <= 0:
        return Figure(gap="users_not_recorded")
    return Figure(value=_nearest(sum(spent) / users), rows=len(spent) + 1)


def _days_to_decide(rows: Rows, year: int) -> Figure:
    """The median of the days from when a case was opened until its decision, of cases whose days are exact."""
    opened = {body["id"]: body["opened"] for body in rows.of(CASES)}
    taken = [
        (date.fromisoformat(made["effective"]["latest"]) - date.fromisoformat(case["latest"])).days
        for made in rows.of(DECISIONS)
        if made["kind"] not in DECIDES_NOTHING and _in(made["effective"], year)
        if (case := opened.get(made["case_id"])) is not None and case["earliest"] == case["latest"]
    ]
    if not taken:
        return Figure(gap="nothing_recorded")
    return Figure(value=_nearest(Fraction(median(taken))), rows=2 * len(taken))


def _decisions_carried_out(rows: Rows, year: int) -> Figure:
    """How much of what the year's decisions lay down has been carried out by now."""
    made = [body for body in rows.of(DECISIONS) if _in(body["effective"], year)]
    effects = [effect for body in made for effect in body["effects"]]
    done = sum(effect["applied_by_entry"] is not None for effect in effects)
    return _share(done, len(effects))


def _service_level_attainment(rows: Rows, year: int) -> Figure:
    """How often a target was met, or what was agreed to be good enough, of all measurements of periods in the year."""
    judged = [
        body["outcome"]
        for body in rows.of(SCORECARD)
        if body["period"]["last_day"][:4] == f"{year:04d}" and body["outcome"] in ("met", "good_enough", "missed")
    ]
    return _share(sum(outcome != "missed" for outcome in judged), len(judged))


def _benefits_realised(rows: Rows, year: int) -> Figure:
    """How many benefits are decided to be realised, of all that were due by the end of the year."""
    due = [b for b in rows.of(BENEFITS, date(year, 12, 31)) if b["due"] is not None and b["due"] <= f"{year:04d}-12-31"]
    return _share(sum(body["status"] == "realised" for body in due), len(due))


def _services_per_function(rows: Rows, year: int) -> Figure:
    """How many services there were at the end of the year, and of how many functions: one of each is the fewest."""
    there = rows.of(SERVICES, date(year, 12, 31))
    return _share(len(there), len({body["group"] for body in there}))


def functions(rows: Rows, year: int) -> dict[str, list[str]]:
    """Returns the services there were at the end of the year, by product group; none where any is shielded."""
    found: dict[str, list[str]] = {}
    if not rows.hides((SERVICES,)):
        for body in rows.of(SERVICES, date(year, 12, 31)):
            found.setdefault(body["group"], []).append(body["name"])
    return found


def _in(effective: JSON, year: int) -> bool:
    """Returns whether something happened on a known day of the year."""
    exact: bool = effective["earliest"] == effective["latest"]
    return exact and effective["latest"][:4] == f"{year:04d}"


def _share(value: int, of: int) -> Figure:
    return Figure(value=value, of=of, rows=of) if of else Figure(gap="nothing_recorded")


def _nearest(value: Fraction) -> int:
    """Returns the nearest whole number, halves upwards."""
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


KINDS: dict[Measure, Kind] = {
    "cost_per_user": Kind("ore", "lower", (BUDGET_STATEMENT, COST_DRIVERS), _cost_per_user),
    "days_to_decide": Kind("days", "lower", (CASES, DECISIONS), _days_to_decide),
    "decisions_carried_out": Kind("share", "higher", (DECISIONS,), _decisions_carried_out),
    "service_level_attainment": Kind("share", "higher", (SCORECARD,), _service_level_attainment),
    "benefits_realised": Kind("share", "higher", (BENEFITS,), _benefits_realised),
    "services_per_function": Kind("ratio", None, (SERVICES,), _services_per_function),
}
"""Every measure, by id."""
