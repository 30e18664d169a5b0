"""A member's bill of a year: each share it has, the key and the figures it rests on, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response

from api.book_state import day_of
from api.member_bill import Member, Year, billed
from api.overview import looked
from api.pages.parts import Link
from api.pages.sheets.sheet import JSON, AskedDep, Choice, Desk, Written, answered
from api.pages.sheets.tables import Cell, Grid, Section
from api.pages.words import money, titled
from projections.budgets import BUDGET_LINES
from projections.costs import MEMBER_BILL

router = APIRouter()

BASES = ("budget", "actual", "project")
"""What is shared, in the order it is shown."""


@router.api_route(
    "/collaborations/{collaboration_id}/bill/{member_id}", methods=["GET", "HEAD"], include_in_schema=False
)
def bill(asked: AskedDep, member_id: Member, year: Year = None) -> Response:
    """What a member bears in a year."""
    return answered(asked, lambda desk: written(desk, member_id, year))


def written(desk: Desk, member_id: str, year: int | None) -> Written:
    """Returns what the sheet says of a year, of the day's own unless told."""
    speech = desk.speech
    chosen = year or day_of(desk.house, desk.point).year
    answer = billed(desk.house, desk.point, member_id, chosen)
    name, lines = desk.names.of("member", member_id), _lines(desk, chosen)
    return Written(
        title=speech("bill.title", name=name, year=chosen),
        lead=speech("bill.lead"),
        sections=tuple(_of(desk, basis, answer, lines) for basis in BASES if basis in answer["totals_ore"]),
        path=f"bill/{member_id}",
        empty=speech("bill.empty", name=name, year=chosen),
        commands=("cost_key.adopt", "cost_drivers.record", "costs.allocate"),
        withheld=answer["withheld"],
        choices_named=speech("budget.years"),
        choices=tuple(_years(desk, member_id, chosen)),
        query=(("year", chosen),),
    )


def _years(desk: Desk, member_id: str, chosen: int) -> Iterator[Choice]:
    rows, _ = looked(desk.house, MEMBER_BILL, desk.point, member=member_id)
    for year in sorted({row.body["year"] for row in rows} | {chosen}):
        yield Choice(link=Link(text=str(year), url=desk.url("bill", member_id, year=year)), current=year == chosen)


def _lines(desk: Desk, year: int) -> dict[str, str]:
    """Returns the names of the budget's lines."""
    rows, _ = looked(desk.house, BUDGET_LINES, desk.point, year=str(year))
    return {row.body["line"]: row.body["name"] for row in rows}


def _of(desk: Desk, basis: str, answer: JSON, names: dict[str, str]) -> Section:
    speech, total = desk.speech, answer["totals_ore"][basis]
    lines = [line for line in answer["lines"] if line["cost_basis"] == basis]
    return Section(
        id=basis,
        title=titled(speech.word("cost_basis", basis)),
        said=(speech("bill.total", total=money(total, speech)),),
        grids=(
            Grid(
                caption=speech("bill.caption", count=len(lines)),
                columns=(
                    *desk.columns("bill.what"),
                    *desk.figures("bill.shared"),
                    *desk.columns("bill.key"),
                    *desk.figures("bill.share"),
                    *desk.columns("bill.rests_on", "bill.shared_by"),
                ),
                rows=tuple(_row(desk, line, names) for line in lines),
            ),
        ),
    )


def _row(desk: Desk, line: JSON, names: dict[str, str]) -> tuple[Cell, ...]:
    speech = desk.speech
    if line["line"] is not None:
        what = names.get(line["line"], str(line["line"]))
    elif line["agreement"] is not None:
        what = desk.names.of("agreement", line["agreement"])
    else:
        what = line["project"] or line["allocation"]
    figures = [*line["driver_entries"], *([] if line["shares_entry"] is None else [line["shares_entry"]])]
    return (
        Cell(text=what, notes=() if line["certain"] else (speech("sheet.not_certain"),)),
        desk.money(line["amount_ore"]),
        Cell(text=speech("bill.key_version", key=line["cost_key"], version=line["key_version"])),
        desk.money(line["share_ore"]),
        desk.entries(figures),
        desk.entries([line["entry"]]),
    )
