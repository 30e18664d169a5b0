"""The year in the columns the regulations ask for: original and amended budget, accounts, forecast and last year.

FOR-2023-08-16-1327 §§ 2-3 and 3-3. Below it, what each member bears.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fastapi import APIRouter, Response

from api.book_state import day_of
from api.budget_columns import columns
from api.member_bill import Year
from api.overview import looked
from api.pages.parts import Link
from api.pages.sheets.sheet import JSON, AskedDep, Choice, Desk, Written, answered
from api.pages.sheets.tables import Cell, Grid, Section
from api.pages.words import titled
from projections.budgets import BUDGET_LINES
from projections.costs import MEMBER_BILL
from projections.statements import BUDGET_STATEMENT

router = APIRouter()

PATH = "budget"
DIRECTIONS = {"income": "budget.income", "expense": "budget.expense"}
"""The tables of each part of the budget."""
DEVIATIONS = {"forecast": "budget.deviation_of_forecast", "actual": "budget.deviation_of_actual"}
"""What the deviation is worked out from."""
COLUMNS = {
    "original_ore": "budget.original",
    "amended_ore": "budget.amended",
    "actual_ore": "budget.actual",
    "forecast_ore": "budget.forecast",
    "deviation_ore": "budget.deviation",
    "last_year_ore": "budget.last_year",
}
"""The columns, in the order they are shown."""


@router.api_route("/collaborations/{collaboration_id}/budget", methods=["GET", "HEAD"], include_in_schema=False)
def budget(asked: AskedDep, year: Year = None) -> Response:
    """The budget of a year, in its columns."""
    return answered(asked, lambda desk: written(desk, year))


def written(desk: Desk, year: int | None) -> Written:
    """Returns what the sheet says of a year, of the day's own unless told, else of the last there is anything of."""
    speech = desk.speech
    years = _years(desk)
    own = day_of(desk.house, desk.point).year
    chosen = year or (own if own in years or not years else years[-1])
    # As the JSON route gives it: what the book holds at the entry, whatever the day.
    answer = columns(desk.house, replace(desk.point, on=None), chosen)
    return Written(
        title=speech("budget.title", year=chosen),
        lead=speech("budget.lead"),
        sections=tuple(_sections(desk, answer)),
        path=f"budget-columns/{chosen}",
        empty=speech("budget.empty", year=chosen),
        commands=("budget.adopt", "actuals.record", "deviation.report"),
        withheld=answer["withheld"],
        choices_named=speech("budget.years"),
        choices=tuple(
            Choice(link=Link(text=str(one), url=desk.url(PATH, year=one)), current=one == chosen) for one in years
        ),
    )


def _years(desk: Desk) -> list[int]:
    """Returns the years there is a budget of, or accounts."""
    bodies = [row.body for row in looked(desk.house, BUDGET_STATEMENT, replace(desk.point, on=None))[0]]
    return sorted({body["year"] for body in bodies if not body["without_line"] or body["actual_ore"] is not None})


def _sections(desk: Desk, answer: JSON) -> Iterator[Section]:
    speech, entries = desk.speech, _entries(desk, answer["year"])
    for part in ("operating", "investment"):
        sums = [one for one in answer["sums"] if one["part"] == part]
        if sums:
            yield Section(
                id=part,
                title=titled(speech.word("budget_part", part)),
                said=(speech(DEVIATIONS[answer["deviation_of"]]),),
                grids=tuple(_side(desk, one, answer["lines"], entries) for one in sums),
            )
    if answer["without_line"]:
        grid = _without_line(desk, answer["without_line"])
        yield Section(id="without-line", title=speech("budget.without_line"), grids=(grid,))
    bills = _bills(desk, answer["year"])
    if bills:
        yield Section(id="bills", title=speech("bill.all"), said=(speech("bill.all_said"),), links=bills)


def _side(desk: Desk, total: JSON, lines: Sequence[JSON], entries: dict[str, set[int]]) -> Grid:
    """Returns the lines of one part on one side, and what they come to."""
    found = [line for line in lines if (line["part"], line["direction"]) == (total["part"], total["direction"])]
    return Grid(
        caption=desk.speech(DIRECTIONS[total["direction"]]),
        columns=(
            *desk.columns("budget.line"),
            *desk.figures(*COLUMNS.values()),
        ),
        rows=(*(_line(desk, line, entries) for line in found), _sum(desk, total)),
    )


def _line(desk: Desk, line: JSON, entries: dict[str, set[int]]) -> tuple[Cell, ...]:
    figures = (desk.money(line[name]) for name in COLUMNS)
    return (desk.with_entries(Cell(text=line["name"]), entries.get(line["line"], ())), *figures)


def _sum(desk: Desk, total: JSON) -> tuple[Cell, ...]:
    """Returns the sums; one that rests on some of the lines only says on how many."""
    return (
        Cell(text=desk.speech("budget.sum", lines=total["lines"])),
        *(_total(desk, total, name) for name in COLUMNS),
    )


def _total(desk: Desk, total: JSON, name: str) -> Cell:
    lines, recorded = total["lines"], total["recorded"].get(name)
    if recorded in (None, 0, lines):
        return desk.money(total[name])
    return desk.money(total[name], notes=(desk.speech("budget.sum_rests_on", recorded=recorded, lines=lines),))


def _without_line(desk: Desk, found: Sequence[JSON]) -> Grid:
    return Grid(
        caption=desk.speech("budget.without_line_said"),
        columns=(*desk.columns("budget.unbudgeted"), *desk.figures("budget.actual", "budget.last_year")),
        rows=tuple(
            (Cell(text=one["account"]), *(desk.money(one[name]) for name in ("actual_ore", "last_year_ore")))
            for one in found
        ),
    )


def _entries(desk: Desk, year: int) -> dict[str, set[int]]:
    """Returns the entries each line of the budget stands from, by line."""
    found: dict[str, set[int]] = {}
    for row in looked(desk.house, BUDGET_LINES, desk.point, year=str(year))[0]:
        found.setdefault(row.body["line"], set()).add(row.body["entry"])
    return found


def _bills(desk: Desk, year: int) -> tuple[Link, ...]:
    rows, _ = looked(desk.house, MEMBER_BILL, desk.point, year=str(year))
    members = sorted({row.body["member"] for row in rows}, key=lambda id_: desk.names.of("member", id_))
    return tuple(Link(text=desk.names.of("member", id_), url=desk.url("bill", id_, year=year)) for id_ in members)
