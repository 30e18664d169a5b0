"""The twelve pairs of village and city: as they were scored each time, and what the book itself shows."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.pages.sheets.figures import figure
from api.pages.sheets.sheet import JSON, AskedDep, Desk, Written, answered
from api.pages.sheets.tables import Cell, Column, Grid, Section
from api.pages.words import money, titled
from api.readiness import paired

router = APIRouter()

SCORES = {
    -2: "readiness.wholly_village",
    -1: "readiness.mostly_village",
    0: "readiness.between",
    1: "readiness.mostly_city",
    2: "readiness.wholly_city",
}
"""What a score says."""
OVER = {
    "breadth": "readiness.over_owners",
    "costs": "readiness.over_inhabitants",
    "complexity": "readiness.over_inhabitants",
}
"""How the figure is said of the pairs that hold one thing against so many of another."""
LEANS = {
    "village": "readiness.leans_village",
    "between": "readiness.leans_between",
    "city": "readiness.leans_city",
}
"""What is said of which of the two a figure leans to."""


@router.api_route(
    "/collaborations/{collaboration_id}/readiness-pairs", methods=["GET", "HEAD"], include_in_schema=False
)
def readiness(asked: AskedDep) -> Response:
    """The pairs of village and city."""
    return answered(asked, written)


def written(desk: Desk) -> Written:
    """Returns what the sheet says; what the book shows of a pair is there before anyone has scored it."""
    answer, speech = paired(desk.house, desk.point), desk.speech
    assessments = {score["assessment"]: score["on"] for pair in answer["pairs"] for score in pair["scores"]}
    said = () if assessments else (speech("readiness.never_scored"),)
    section = Section(
        id="pairs",
        title=speech("readiness.pairs"),
        said=(*said, speech("readiness.scale")),
        grids=(_grid(desk, answer, assessments),),
    )
    return Written(
        title=speech("readiness.title"),
        lead=speech("readiness.lead"),
        sections=(section,) if assessments or any(_known(pair) for pair in answer["pairs"]) else (),
        path="readiness-pairs",
        empty=speech("readiness.empty"),
        commands=("readiness.assess",),
        withheld=answer["withheld"],
    )


def _known(pair: JSON) -> bool:
    return bool(pair["hint"]["entries"]) or pair["hint"]["withheld"]


def _grid(desk: Desk, answer: JSON, assessments: dict[str, str]) -> Grid:
    days = [Column(title=desk.speech("readiness.scored", day=day)) for day in assessments.values()]
    return Grid(
        caption=desk.speech("readiness.caption"),
        columns=(*desk.columns("readiness.pair"), *days, *desk.columns("readiness.book")),
        rows=tuple(
            (
                Cell(text=titled(pair["names"][desk.speech.language])),
                *(_score(desk, pair, id_) for id_ in assessments),
                _hint(desk, pair["pair"], pair["hint"]),
            )
            for pair in answer["pairs"]
        ),
    )


def _score(desk: Desk, pair: JSON, assessment: str) -> Cell:
    found = next((score for score in pair["scores"] if score["assessment"] == assessment), None)
    if found is None or found["score"] == "unknown":
        return desk.gap()
    notes = () if found["certain"] else (desk.speech("sheet.not_certain"),)
    return desk.with_entries(Cell(text=desk.speech(SCORES[found["score"]]), notes=notes), [found["entry"]])


def _hint(desk: Desk, pair: str, hint: JSON) -> Cell:
    cell = figure(desk, hint, OVER.get(pair, "sheet.count_of"))
    leans = () if hint["leans"] is None else (desk.speech(LEANS[hint["leans"]]),)
    notes = (desk.speech(f"pair_counts.{pair}"), *leans, _thresholds(desk, hint), *cell.notes)
    return cell.model_copy(update={"notes": notes})


def _thresholds(desk: Desk, hint: JSON) -> str:
    """Returns from where the figure leans to either."""
    shown = {name: _threshold(desk, hint, hint[f"{name}_from"]) for name in ("village", "city")}
    return desk.speech("readiness.rising" if hint["higher"] == "city" else "readiness.falling", **shown)


def _threshold(desk: Desk, hint: JSON, fraction: str) -> str:
    return money(int(fraction), desk.speech) if hint["unit"] == "ore" else fraction
