"""The strategy map: seven levels against the members, what no strategy covers, and what helps or hinders each goal."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response

from api.book_state import day_of
from api.pages.sheets.goals import standing
from api.pages.sheets.sheet import JSON, AskedDep, Desk, Written, answered
from api.pages.sheets.tables import Cell, Column, Grid, Section
from api.pages.words import titled
from api.strategy_map import mapped

router = APIRouter()


@router.api_route("/collaborations/{collaboration_id}/strategy-map", methods=["GET", "HEAD"], include_in_schema=False)
def strategies(asked: AskedDep) -> Response:
    """The strategies of every level and member."""
    return answered(asked, written)


def written(desk: Desk) -> Written:
    """Returns what the sheet says."""
    answer, speech = mapped(desk.house, desk.point, day_of(desk.house, desk.point)), desk.speech
    return Written(
        title=speech("map.title"),
        lead=speech("map.lead"),
        sections=tuple(_sections(desk, answer)) if answer["strategies"] or answer["goals"] else (),
        path="strategy-map",
        empty=speech("map.empty"),
        commands=("strategy.adopt", "goal.define", "goal.align"),
        withheld=answer["withheld"],
    )


def _sections(desk: Desk, answer: JSON) -> Iterator[Section]:
    speech = desk.speech
    if answer["cells"]:
        said = speech("map.uncovered", uncovered=len(answer["uncovered"]), of=len(answer["cells"]))
        yield Section(id="map", title=speech("map.cells"), said=(said,), grids=(_map(desk, answer),))
    if answer["strategies"]:
        yield Section(id="strategies", title=speech("map.strategies"), grids=(_strategies(desk, answer),))
    if answer["goals"]:
        yield Section(id="goals", title=speech("map.goals"), grids=(_goals(desk, answer),))


def _map(desk: Desk, answer: JSON) -> Grid:
    """Returns a row for each level, a column for each member, and in each cell what covers it."""
    found = {(cell["level"], cell["member"]): cell for cell in answer["cells"]}
    members = [Column(title=desk.names.of("member", id_)) for id_ in answer["members"]]
    return Grid(
        caption=desk.speech("map.caption"),
        columns=(*desk.columns("map.level"), *members),
        rows=tuple(
            (
                desk.word("strategy_level", level),
                *(_cell(desk, found[level, member], answer) for member in answer["members"]),
            )
            for level in answer["levels"]
        ),
    )


def _cell(desk: Desk, cell: JSON, answer: JSON) -> Cell:
    if cell["covered"] is None:
        return desk.gap()
    if not cell["covered"]:
        return desk.gap("map.not_covered")
    held = {one["id"]: one for one in answer["strategies"]}
    notes = () if cell["aligned"] else (desk.speech("map.not_aligned"),)
    covered = Cell(text=desk.speech("map.covered"), notes=notes)
    return desk.with_entries(covered, (held[id_]["entry"] for id_ in cell["strategies"]))


def _strategies(desk: Desk, answer: JSON) -> Grid:
    speech = desk.speech
    return Grid(
        caption=speech("map.strategies_caption", count=len(answer["strategies"])),
        columns=desk.columns("map.strategy", "map.level", "map.holds_for", "map.until", "common.entry"),
        rows=tuple(
            (
                Cell(
                    text=speech("map.version", title=one["title"], version=one["version"]),
                    notes=() if one["certain"] else (speech("sheet.not_certain"),),
                ),
                desk.word("strategy_level", one["level"]),
                desk.gap()
                if one["holds_for"] is None
                else Cell(text=speech.listed(desk.names.of("member", id_) for id_ in one["holds_for"])),
                desk.gap("map.no_end") if one["until"] is None else Cell(text=desk.day(one["until"])),
                desk.entries([one["entry"]]),
            )
            for one in answer["strategies"]
        ),
    )


def _goals(desk: Desk, answer: JSON) -> Grid:
    speech = desk.speech
    return Grid(
        caption=speech("map.goals_caption", count=len(answer["goals"])),
        columns=desk.columns("map.goal", "map.kind", "goals.standing", "map.for_it", "map.against_it", "common.entry"),
        rows=tuple(
            (
                Cell(text=goal["title"], notes=() if goal["certain"] else (speech("sheet.not_certain"),)),
                desk.word("goal_kind", goal["kind"]),
                standing(desk, goal["measured"]),
                _contributing(desk, goal["id"], answer, blocking=False),
                _contributing(desk, goal["id"], answer, blocking=True),
                desk.entries([goal["entry"]]),
            )
            for goal in answer["goals"]
        ),
    )


def _contributing(desk: Desk, goal_id: str, answer: JSON, *, blocking: bool) -> Cell:
    """Returns what enables or supports a goal, or what blocks it."""
    found = [
        one for one in answer["alignments"] if one["goal"] == goal_id and (one["contribution"] == "blocks") == blocking
    ]
    if not found:
        return desk.gap("sheet.none")
    first, *others = (_node(desk, one) for one in found)
    return desk.with_entries(Cell(text=first, notes=tuple(others)), (one["entry"] for one in found))


def _node(desk: Desk, one: JSON) -> str:
    kind = desk.speech.word("subject_kind", one["kind"])
    said = desk.speech("map.node", kind=kind, name=desk.names.of(one["kind"], one["id"]))
    if not one["certain"]:
        return f"{titled(said)} ({desk.speech('sheet.not_certain')})"
    return titled(said)
