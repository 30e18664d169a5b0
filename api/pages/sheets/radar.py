"""The pitfall radar: every pitfall of the catalogue, what the book shows of it, and what was raised and done."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response

from api.pages.sheets.figures import figure
from api.pages.sheets.sheet import JSON, AskedDep, Desk, Written, answered
from api.pages.sheets.tables import Cell, Grid, Section
from api.pages.words import titled
from api.readiness import radar as composed

router = APIRouter()

HEADINGS = {
    "transition": "radar.transition",
    "operator": "radar.operator",
    "preparation": "radar.preparation",
    "agreements": "radar.agreements",
    "staff": "radar.staff",
    "power": "radar.power",
}
"""The headings of the catalogue, in its order."""


@router.api_route("/collaborations/{collaboration_id}/pitfall-radar", methods=["GET", "HEAD"], include_in_schema=False)
def radar(asked: AskedDep) -> Response:
    """Every pitfall of the catalogue."""
    return answered(asked, written)


def written(desk: Desk) -> Written:
    """Returns what the sheet says; the catalogue is there whatever the book knows."""
    answer, speech = composed(desk.house, desk.point), desk.speech
    counted = {name: answer[name] for name in ("shown", "unknown", "open")}
    return Written(
        title=speech("radar.title"),
        lead=speech("radar.lead", count=len(answer["pitfalls"]), **counted),
        sections=tuple(_sections(desk, answer)) if any(_known(one) for one in answer["pitfalls"]) else (),
        path="pitfall-radar",
        empty=speech("radar.empty"),
        commands=("pitfall.raise", "pitfall.handle"),
        withheld=answer["withheld"],
    )


def _known(pitfall: JSON) -> bool:
    indicator = pitfall["indicator"]
    return bool(indicator["entries"] or indicator["withheld"] or pitfall["concerns"])


def _sections(desk: Desk, answer: JSON) -> Iterator[Section]:
    for heading, code in HEADINGS.items():
        found = [pitfall for pitfall in answer["pitfalls"] if pitfall["heading"] == heading]
        if found:
            yield Section(id=heading, title=desk.speech(code), grids=(_grid(desk, found),))


def _grid(desk: Desk, found: list[JSON]) -> Grid:
    return Grid(
        caption=desk.speech("radar.caption", count=len(found)),
        columns=desk.columns("field.pitfall_id", "radar.verdict", "radar.figure", "radar.raised"),
        rows=tuple(
            (
                Cell(text=titled(pitfall["names"][desk.speech.language])),
                _verdict(desk, pitfall["indicator"]),
                _figure(desk, pitfall),
                _concerns(desk, pitfall["concerns"]),
            )
            for pitfall in found
        ),
    )


def _verdict(desk: Desk, indicator: JSON) -> Cell:
    if indicator["raised"] is None:
        return desk.gap()
    return Cell(text=desk.speech("radar.shown" if indicator["raised"] else "radar.not_shown"))


def _figure(desk: Desk, pitfall: JSON) -> Cell:
    cell = figure(desk, pitfall["indicator"])
    return cell.model_copy(update={"notes": (desk.speech(f"indicator.{pitfall['id']}"), *cell.notes)})


def _concerns(desk: Desk, concerns: list[JSON]) -> Cell:
    if not concerns:
        return desk.gap("radar.never_raised")
    first, *others = (_concern(desk, one) for one in concerns)
    numbers = [number for one in concerns for number in (one["entry"], one["handled_by_entry"]) if number is not None]
    return desk.with_entries(Cell(text=first, notes=tuple(others)), numbers)


def _concern(desk: Desk, concern: JSON) -> str:
    """Returns who raised it, how grave it was found, and what came of it."""
    speech, status = desk.speech, concern["status"]
    grave = concern["severity"]
    said = speech(
        "radar.concern",
        by=speech.word("pitfall_source", concern["raised_by"]),
        severity=speech("value.unknown") if grave == "unknown" else speech.word("pitfall_severity", grave),
        status=speech("radar.open") if status == "open" else speech.word("pitfall_outcome", status),
    )
    return said if concern["certain"] else f"{said} ({speech('sheet.not_certain')})"
