"""The year in the columns the regulations ask for (budsjettskjema): every line of the budget, and what lines come to.

FOR-2023-08-16-1327 §§ 2-3 and 3-3: the year's accounts, the amended budget, the original one and last year's accounts.
Composed from rows. What nothing is recorded of is null, and a sum says how many lines it rests on; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Path, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import Answer, documented
from api.composition import House
from api.deps import HouseDep, Point, PointDep
from api.overview import looked
from domain.dates import FIRST_DAY, LAST_DAY
from projections.statements import ACCOUNTS, BUDGET_STATEMENT

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

JSON = dict[str, Any]

Year = Annotated[int, Path(ge=FIRST_DAY.year + 1, le=LAST_DAY.year, description="The year of the budget.")]


class BudgetColumn(Answer):
    """One line of the budget in its own year, in øre; above zero in the direction of the line."""

    line: str
    name: str
    part: Literal["operating", "investment"]
    direction: Literal["income", "expense"]
    member: str | None
    """For a contribution: the member that pays it."""
    original_ore: int
    amended_ore: int
    actual_ore: int | None
    """What is recorded so far; null where nothing is."""
    forecast_ore: int | None
    """What the latest report expects of the whole year."""
    deviation_ore: int | None
    """What the year comes to beyond the amended budget; null where neither is known, as `deviation_of` says."""
    last_year_ore: int | None


class WithoutLine(Answer):
    """An account the budget has no line for; which side it is on is not said, so that it is in no sum."""

    account: str
    actual_ore: int | None
    last_year_ore: int | None


class ColumnSum(Answer):
    """What the lines of one part come to on one side; of a column nothing is recorded in, null."""

    part: Literal["operating", "investment"]
    direction: Literal["income", "expense"]
    original_ore: int
    amended_ore: int
    actual_ore: int | None
    forecast_ore: int | None
    deviation_ore: int | None
    last_year_ore: int | None
    lines: int
    """How many lines there are."""
    recorded: dict[str, int]
    """How many lines each sum that may be null rests on, by column."""


class BudgetColumns(Answer):
    """A year's budget in columns."""

    collaboration: str
    year: int
    entry: int
    deviation_of: Literal["actual", "forecast"]
    """What deviates: what is recorded once the accounts of the year are adopted, until then the latest forecast."""
    lines: list[BudgetColumn]
    without_line: list[WithoutLine]
    sums: list[ColumnSum]
    withheld: int
    """Rows that rest on entries shielded from whoever asks."""


@router.get("/{collaboration_id}/budget-columns/{year}", operation_id="getBudgetColumns", **documented(BudgetColumns))
def budget_columns(point: PointDep, house: HouseDep, year: Year, if_none_match: IfNoneMatch = None) -> Response:
    """The budget of a year, line by line: original, amended, actual, forecast, deviation and last year, with sums.

    A year without a budget has no lines; what was recorded of it all the same stands without a line. The columns are
    what the book holds at the entry, whatever the day: what is recorded counts from when it was recorded.
    """
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(columns(house, point, year))))


def columns(house: House, point: Point, year: int) -> JSON:
    """Returns the answer."""
    rows, withheld = looked(house, BUDGET_STATEMENT, point, year=str(year))
    closed, unseen = looked(house, ACCOUNTS, point, year=str(year))
    deviating: Literal["actual", "forecast"] = "actual" if closed else "forecast"
    lines = [_line(row.body, deviating) for row in rows if not row.body["without_line"]]
    return {
        "collaboration": point.collaboration_id,
        "year": year,
        "entry": point.entry,
        "deviation_of": deviating,
        "lines": lines,
        "without_line": [
            {"account": row.body["line"], **{name: row.body[name] for name in ("actual_ore", "last_year_ore")}}
            for row in rows
            if row.body["without_line"]
        ],
        "sums": [
            _sum(part, direction, chosen)
            for part in ("operating", "investment")
            for direction in ("income", "expense")
            if (chosen := [one for one in lines if (one["part"], one["direction"]) == (part, direction)])
        ],
        "withheld": withheld + unseen,
    }


_OPEN = ("actual_ore", "forecast_ore", "deviation_ore", "last_year_ore")
"""The columns that may be null."""


def _line(body: JSON, deviating: str) -> JSON:
    comes_to = body[f"{deviating}_ore"]
    kept = {name: value for name, value in body.items() if name not in ("year", "without_line")}
    return kept | {"deviation_ore": None if comes_to is None else comes_to - body["amended_ore"]}


def _sum(part: str, direction: str, lines: Sequence[JSON]) -> JSON:
    told = {name: [one[name] for one in lines if one[name] is not None] for name in _OPEN}
    return {
        "part": part,
        "direction": direction,
        **{name: sum(one[name] for one in lines) for name in ("original_ore", "amended_ore")},
        **{name: sum(values) if values else None for name, values in told.items()},
        "lines": len(lines),
        "recorded": {name: len(values) for name, values in told.items()},
    }
