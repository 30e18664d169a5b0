"""Benefits by how high up they come from and how many take part: planned, measured, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response

from api.benefits_line import line
from api.book_state import day_of
from api.pages.sheets.sheet import JSON, AskedDep, Desk, Written, answered
from api.pages.sheets.tables import Cell, Grid, Section
from api.pages.words import money, titled

router = APIRouter()

HINTS = {
    "no_owner": "benefits.hint.no_owner",
    "owner_outside_the_line": "benefits.hint.owner_outside_the_line",
    "no_baseline": "benefits.hint.no_baseline",
    "no_follow_up": "benefits.hint.no_follow_up",
    "no_budget_effect": "benefits.hint.no_budget_effect",
    "overdue": "benefits.hint.overdue",
}
"""What is said of what is missing."""


@router.api_route("/collaborations/{collaboration_id}/benefits-line", methods=["GET", "HEAD"], include_in_schema=False)
def benefits(asked: AskedDep) -> Response:
    """The benefits by level and by how many take part."""
    return answered(asked, written)


def written(desk: Desk) -> Written:
    """Returns what the sheet says."""
    answer, speech = line(desk.house, desk.point, day_of(desk.house, desk.point)), desk.speech
    return Written(
        title=speech("benefits.title"),
        lead=speech("benefits.lead"),
        sections=tuple(_sections(desk, answer)) if answer["benefits"] else (),
        path="benefits-line",
        empty=speech("benefits.empty"),
        commands=("benefit.plan", "benefit.measure"),
        withheld=answer["withheld"],
    )


def _sections(desk: Desk, answer: JSON) -> Iterator[Section]:
    speech = desk.speech
    yield Section(
        id="places",
        title=speech("benefits.places"),
        said=(speech("benefits.places_said"),),
        grids=(_places(desk, answer),),
    )
    yield Section(id="categories", title=speech("benefits.categories"), grids=(_categories(desk, answer),))
    yield Section(
        id="each",
        title=speech("benefits.each"),
        grids=tuple(_benefit(desk, benefit) for benefit in answer["benefits"]),
    )


def _places(desk: Desk, answer: JSON) -> Grid:
    titles = {benefit["id"]: benefit for benefit in answer["benefits"]}
    there = {place["hierarchy_level"] for place in answer["places"]}
    rows = [
        (
            desk.word("product_group", place["hierarchy_level"]),
            Cell(text=str(place["participants"])),
            *(Cell(text=str(place[name])) for name in ("planned", "measured", "realised")),
            desk.entries(titles[id_]["entry"] for id_ in place["benefits"]),
        )
        for place in reversed(answer["places"])
    ]
    missing = [level for level in reversed(answer["levels"]) if level not in there]
    rows += [
        (desk.word("product_group", level), *(desk.gap("sheet.none") for _ in range(4)), desk.gap("sheet.no_entry"))
        for level in missing
    ]
    return Grid(
        caption=desk.speech("benefits.places_caption"),
        columns=(
            *desk.columns("benefits.level"),
            *desk.figures("benefits.participants", "benefits.planned", "benefits.measured", "benefits.realised"),
            *desk.columns("common.entry"),
        ),
        rows=tuple(sorted(rows, key=lambda row: _height(desk, answer, row[0].text))),
    )


def _height(desk: Desk, answer: JSON, level: str) -> int:
    """Returns where a level stands when the highest comes first."""
    named = [titled(desk.speech.word("product_group", one)) for one in answer["levels"]]
    return -named.index(level)


def _categories(desk: Desk, answer: JSON) -> Grid:
    return Grid(
        caption=desk.speech("benefits.categories_caption"),
        columns=(
            *desk.columns("benefits.category"),
            *desk.figures(
                "benefits.planned", "benefits.measured", "benefits.met", "benefits.realised", "benefits.saved"
            ),
        ),
        rows=tuple(
            (
                desk.word("benefit_category", one["category"]),
                *(Cell(text=str(one[name])) for name in ("planned", "measured", "met", "realised")),
                Cell(text=money(one["saved_ore"], desk.speech)),
            )
            for one in answer["categories"]
        ),
    )


def _benefit(desk: Desk, benefit: JSON) -> Grid:
    """Returns a benefit as a table of what is known of it."""
    speech = desk.speech
    rows = [
        ("benefits.status", _status(desk, benefit)),
        ("benefits.level", desk.word("product_group", benefit["hierarchy_level"])),
        ("benefits.participants", _members(desk, benefit)),
        ("benefits.owner", _owner(desk, benefit)),
        ("benefits.type", desk.word("benefit_type", benefit["benefit_type"])),
        ("benefits.target", _target(desk, benefit)),
        ("benefits.due", desk.gap("value.none") if benefit["due"] is None else Cell(text=desk.day(benefit["due"]))),
        ("benefits.baseline", _value(desk, benefit, "baseline")),
        ("benefits.follow_up", _value(desk, benefit, "follow_up")),
        ("benefits.saving", _saving(desk, benefit)),
        ("benefits.missing", _missing(desk, benefit)),
    ]
    return Grid(
        caption=benefit["title"],
        columns=desk.columns("sheet.about", "sheet.value"),
        rows=tuple((Cell(text=speech(code)), cell) for code, cell in rows),
    )


def _status(desk: Desk, benefit: JSON) -> Cell:
    planned = benefit["status"] == "planned"
    cell = Cell(text=desk.speech("benefits.is_planned")) if planned else desk.word("benefit_status", benefit["status"])
    notes = () if benefit["certain"] else (desk.speech("sheet.not_certain"),)
    return desk.with_entries(cell.model_copy(update={"notes": notes}), [benefit["entry"]])


def _members(desk: Desk, benefit: JSON) -> Cell:
    names = desk.speech.listed(desk.names.of("member", id_) for id_ in benefit["members"])
    return Cell(text=str(benefit["participants"]), notes=(names,))


def _owner(desk: Desk, benefit: JSON) -> Cell:
    if benefit["owner_office"] == "unknown":
        return desk.gap()
    return desk.named("office", benefit["owner_office"])


def _target(desk: Desk, benefit: JSON) -> Cell:
    unit, least = benefit["unit"], benefit["minimum"]
    notes = () if least is None else (desk.speech("benefits.minimum", value=desk.measured(least, unit)),)
    return Cell(text=desk.measured(benefit["target"], unit), notes=notes)


def _value(desk: Desk, benefit: JSON, measured_as: str) -> Cell:
    found = benefit[measured_as]
    if found is None:
        return desk.gap("sheet.not_measured")
    notes = [desk.speech("benefits.as_of", day=found["as_of"])]
    if found["outcome"] is not None:
        notes.append(titled(desk.speech.word("target_outcome", found["outcome"])))
    cell = Cell(text=desk.measured(found["value"], benefit["unit"]), notes=tuple(notes))
    return desk.with_entries(cell, [found["entry"]])


def _saving(desk: Desk, benefit: JSON) -> Cell:
    saving = benefit["budget_saving"]
    if saving is None:
        return desk.gap("sheet.none")
    note = desk.speech("benefits.saving_in", year=saving["year"], line=saving["line_id"], number=saving["amendment_no"])
    return desk.money(saving["amount_ore"], notes=(note,))


def _missing(desk: Desk, benefit: JSON) -> Cell:
    if not benefit["hints"]:
        return desk.gap("benefits.nothing_missing")
    first, *others = (titled(desk.speech(HINTS[hint])) for hint in benefit["hints"])
    return Cell(text=first, notes=tuple(others))
