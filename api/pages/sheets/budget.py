"""The year in the columns the regulations ask for: original and amended budget, accounts, forecast and last year.

FOR-2023-08-16-1327 §§ 2-3 and 3-3. Below it, what each member bears.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from fastapi import APIRouter, Response

from api.book_state import day_of
from api.member_bill import Year
from api.overview import Seen, looked
from api.pages.parts import Link
from api.pages.sheets.sheet import AskedDep, Choice, Desk, Written, answered
from api.pages.sheets.tables import Cell, Grid, Section
from api.pages.words import titled
from projections.budgets import BUDGET_LINES
from projections.costs import MEMBER_BILL
from projections.statements import BUDGET_STATEMENT

router = APIRouter()

PATH = "budget"
DIRECTIONS = {"income": "budget.income", "expense": "budget.expense"}
"""The tables of each part of the budget."""


@router.api_route("/collaborations/{collaboration_id}/budget", methods=["GET", "HEAD"], include_in_schema=False)
def budget(asked: AskedDep, year: Year = None) -> Response:
    """The budget of a year, in its columns."""
    return answered(asked, lambda desk: written(desk, year))


def written(desk: Desk, year: int | None) -> Written:
    """Returns what the sheet says of a year, of the day's own unless told, else of the last there is anything of."""
    speech = desk.speech
    rows, hidden = looked(desk.house, BUDGET_STATEMENT, desk.point)
    years = sorted(
        {row.body["year"] for row in rows if not row.body["without_line"] or row.body["actual_ore"] is not None}
    )
    own = day_of(desk.house, desk.point).year
    chosen = year or (own if own in years or not years else years[-1])
    of_year = [row for row in rows if row.body["year"] == chosen]
    return Written(
        title=speech("budget.title", year=chosen),
        lead=speech("budget.lead"),
        sections=tuple(_sections(desk, chosen, of_year)),
        path="budget-statement",
        empty=speech("budget.empty", year=chosen),
        commands=("budget.adopt", "actuals.record", "deviation.report"),
        withheld=hidden,
        choices_named=speech("budget.years"),
        choices=tuple(
            Choice(link=Link(text=str(one), url=desk.url(PATH, year=one)), current=one == chosen) for one in years
        ),
    )


def _sections(desk: Desk, year: int, rows: Sequence[Seen]) -> Iterator[Section]:
    entries = _entries(desk, year)
    for part in ("operating", "investment"):
        of_part = [row for row in rows if row.body["part"] == part]
        if of_part:
            title = titled(desk.speech.word("budget_part", part))
            yield Section(id=part, title=title, grids=tuple(_directions(desk, of_part, entries)))
    loose = [row for row in rows if row.body["without_line"]]
    if loose:
        caption = desk.speech("budget.without_line_said")
        grid = _grid(desk, caption, loose, entries)
        yield Section(id="without-line", title=desk.speech("budget.without_line"), grids=(grid,))
    bills = _bills(desk, year)
    if bills:
        yield Section(id="bills", title=desk.speech("bill.all"), said=(desk.speech("bill.all_said"),), links=bills)


def _directions(desk: Desk, rows: Iterable[Seen], entries: dict[str, set[int]]) -> Iterator[Grid]:
    told = list(rows)
    for direction, code in DIRECTIONS.items():
        found = [row for row in told if row.body["direction"] == direction]
        if found:
            yield _grid(desk, desk.speech(code), found, entries)


def _grid(desk: Desk, caption: str, rows: Iterable[Seen], entries: dict[str, set[int]]) -> Grid:
    return Grid(
        caption=caption,
        columns=(
            *desk.columns("budget.line"),
            *desk.figures("budget.original", "budget.amended", "budget.actual", "budget.forecast", "budget.last_year"),
            *desk.columns("common.entry"),
        ),
        rows=tuple(_row(desk, row, entries) for row in rows),
    )


def _row(desk: Desk, row: Seen, entries: dict[str, set[int]]) -> tuple[Cell, ...]:
    body = row.body
    unbudgeted = "budget.not_budgeted" if body["without_line"] else "sheet.not_recorded"
    return (
        Cell(text=body["name"] or desk.speech("budget.account", number=body["line"])),
        desk.money(body["original_ore"], unbudgeted),
        desk.money(body["amended_ore"], unbudgeted),
        desk.money(body["actual_ore"]),
        desk.money(body["forecast_ore"]),
        desk.money(body["last_year_ore"]),
        desk.entries(entries.get(body["line"], ())),
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
