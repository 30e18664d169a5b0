"""What things cost: the prices in force on the day, product group by product group, and how each group is priced."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Response

from api.benefits_line import HIERARCHY
from api.overview import Seen, looked
from api.pages.sheets.sheet import AskedDep, Desk, Written, answered
from api.pages.sheets.tables import Cell, Grid, Section
from api.pages.words import titled, when
from projections.deliveries import PRICE_LIST, PRODUCT_GROUPS

router = APIRouter()


@router.api_route("/collaborations/{collaboration_id}/price-list", methods=["GET", "HEAD"], include_in_schema=False)
def prices(asked: AskedDep) -> Response:
    """The prices in force, by product group."""
    return answered(asked, written)


def written(desk: Desk) -> Written:
    """Returns what the sheet says."""
    speech = desk.speech
    rows, hidden = looked(desk.house, PRICE_LIST, desk.point)
    laid_down, unseen = looked(desk.house, PRODUCT_GROUPS, desk.point)
    priced = {row.body["id"]: row for row in laid_down}
    found = {group: [row for row in rows if row.body["group"] == group] for group in HIERARCHY}
    return Written(
        title=speech("prices.title"),
        lead=speech("prices.lead"),
        sections=tuple(
            _group(desk, group, priced.get(group), items) for group, items in found.items() if items or group in priced
        ),
        path="price-list",
        empty=speech("prices.empty"),
        commands=("product_group.define", "price_terms.revise"),
        withheld=hidden + unseen,
    )


def _group(desk: Desk, group: str, laid_down: Seen | None, items: Sequence[Seen]) -> Section:
    return Section(
        id=group,
        title=titled(desk.speech.word("product_group", group)),
        said=(_how(desk, laid_down), *(() if items else (desk.speech("prices.none"),))),
        grids=() if not items else (_list(desk, items),),
    )


def _how(desk: Desk, laid_down: Seen | None) -> str:
    speech = desk.speech
    if laid_down is None:
        return speech("prices.model_unknown")
    said = speech("prices.model", model=speech.word("pricing_model", laid_down.body["pricing_model"]))
    treatment = laid_down.body["treatment"]
    return said if treatment is None else f"{said} {treatment}"


def _list(desk: Desk, items: Sequence[Seen]) -> Grid:
    return Grid(
        caption=desk.speech("prices.caption", count=len(items)),
        columns=(
            *desk.columns("prices.item"),
            *desk.figures("prices.price"),
            *desk.columns("prices.unit", "prices.index", "prices.agreement", "common.since", "common.entry"),
        ),
        rows=tuple(_row(desk, row) for row in items),
    )


def _row(desk: Desk, row: Seen) -> tuple[Cell, ...]:
    body, speech = row.body, desk.speech
    ore, index = body["price_ore"], body["price_index"]
    return (
        Cell(text=body["name"], notes=() if row.certain else (speech("sheet.not_certain"),)),
        desk.gap() if ore == "unknown" else desk.money(ore, "prices.no_price"),
        Cell(text=body["unit"]),
        desk.gap("prices.no_index") if index is None else Cell(text=index),
        desk.named("agreement", body["agreement"], notes=(speech("prices.version", version=body["price_version"]),)),
        Cell(text=when(body["effective"], speech).text),
        desk.entries([body["entry"]]),
    )
