"""Why are we here: each reason the collaboration was founded for, held against what has been measured since."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response

from api.book_state import day_of
from api.founding_reasons import held
from api.pages.sheets.goals import standing
from api.pages.sheets.sheet import JSON, AskedDep, Desk, Written, answered
from api.pages.sheets.tables import Cell, Grid, Section
from api.pages.words import grouped, titled

router = APIRouter()

STATES = {
    "met": "reasons.met",
    "good_enough": "reasons.good_enough",
    "not_yet": "reasons.not_yet",
    "missed": "reasons.missed",
    "uncomputable": "reasons.uncomputable",
    "not_measured": "reasons.not_measured",
    "no_measurable_goal": "reasons.no_measurable_goal",
}
"""How a reason stands."""


@router.api_route(
    "/collaborations/{collaboration_id}/why-are-we-here", methods=["GET", "HEAD"], include_in_schema=False
)
def reasons(asked: AskedDep) -> Response:
    """The reasons of the founding, and how they stand."""
    return answered(asked, written)


def written(desk: Desk) -> Written:
    """Returns what the sheet says."""
    answer, speech = held(desk.house, desk.point, day_of(desk.house, desk.point)), desk.speech
    return Written(
        title=speech("reasons.title"),
        lead=speech("reasons.lead"),
        sections=tuple(_sections(desk, answer)),
        path="why-are-we-here",
        empty=speech("reasons.empty"),
        commands=("collaboration.found", "goal.define", "benefit.plan"),
        withheld=answer["withheld"],
    )


def _sections(desk: Desk, answer: JSON) -> Iterator[Section]:
    speech = desk.speech
    for reason in answer["reasons"]:
        number = reason["entry"]
        yield Section(
            id=reason["reason"],
            title=titled(speech.word("founding_reason", reason["reason"])),
            said=(speech(STATES[reason["state"]]),),
            grids=() if not reason["goals"] else (_goals(desk, reason["goals"]),),
            links=(desk.entry(number).model_copy(update={"text": speech("reasons.founding", number=number)}),),
        )
    if answer["other_goals"]:
        listed = speech.listed(desk.names.of("goal", id_) for id_ in answer["other_goals"])
        yield Section(id="other-goals", title=speech("reasons.other_goals"), said=(listed,))


def _goals(desk: Desk, goals: list[JSON]) -> Grid:
    speech = desk.speech
    return Grid(
        caption=speech("map.goals_caption", count=len(goals)),
        columns=desk.columns(
            "map.goal", "map.kind", "goals.standing", "reasons.benefits", "map.against_it", "common.entry"
        ),
        rows=tuple(
            (
                Cell(text=goal["title"], notes=() if goal["certain"] else (speech("sheet.not_certain"),)),
                desk.word("goal_kind", goal["kind"]),
                standing(desk, goal["measured"]),
                _benefits(desk, goal["benefits"]),
                _blocked(desk, goal["blocked_by"]),
                desk.entries([goal["entry"]]),
            )
            for goal in goals
        ),
    )


def _benefits(desk: Desk, benefits: list[JSON]) -> Cell:
    if not benefits:
        return desk.gap("sheet.none")
    first, *others = (_benefit(desk, one) for one in benefits)
    return desk.with_entries(Cell(text=first, notes=tuple(others)), (one["entry"] for one in benefits))


def _benefit(desk: Desk, one: JSON) -> str:
    speech = desk.speech
    if one["value"] is None:
        return speech("reasons.benefit_not_measured", title=one["title"])
    value, outcome = grouped(one["value"], speech), one["outcome"] or "uncomputable"
    word = speech.word("target_outcome", outcome)
    return speech("reasons.benefit", title=one["title"], value=value, day=one["as_of"], outcome=word)


def _blocked(desk: Desk, blocked_by: list[str]) -> Cell:
    if not blocked_by:
        return desk.gap("sheet.none")
    parted = [subject.partition(":") for subject in blocked_by]
    said = [
        titled(desk.speech("map.node", kind=desk.speech.word("subject_kind", kind), name=desk.names.of(kind, id_)))
        for kind, _, id_ in parted
    ]
    return Cell(text=said[0], notes=tuple(said[1:]))
