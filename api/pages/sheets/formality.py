"""The formality meter: how much was written down, and of what formal kind, before, during and after agreement."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.formality import AgreementParam, measured
from api.overview import looked
from api.pages.parts import Link
from api.pages.sheets.sheet import JSON, AskedDep, Choice, Desk, Written, answered
from api.pages.sheets.tables import Cell, Column, Grid, Section
from projections.agreements import AGREEMENTS

router = APIRouter()

PATH = "formality-meter"
PHASES = {"before": "formality.before", "during": "formality.during", "after": "formality.after"}
"""What each phase is called."""


@router.api_route(
    "/collaborations/{collaboration_id}/formality-meter", methods=["GET", "HEAD"], include_in_schema=False
)
def formality(asked: AskedDep, agreement: AgreementParam = None) -> Response:
    """How much was written down in each phase, of one agreement or of all of them together."""
    return answered(asked, lambda desk: written(desk, agreement))


def written(desk: Desk, agreement: str | None) -> Written:
    """Returns what the sheet says. Raises Refused for an agreement the book does not show."""
    answer, speech = measured(desk.house, desk.point, agreement), desk.speech
    phases = answer["phases"]
    said = speech("formality.said") if len(phases) > 1 else speech("formality.nothing_agreed")
    section = Section(
        id="phases",
        title=speech("formality.phases"),
        said=(said,),
        grids=(_entries(desk, phases), _kinds(desk, phases)),
    )
    return Written(
        title=speech("formality.title"),
        lead=speech("formality.lead"),
        sections=(section,) if any(phase["entries"] for phase in phases) else (),
        path=PATH,
        empty=speech("formality.empty"),
        commands=("service_agreement.conclude", "decision.make"),
        withheld=answer["withheld"],
        choices_named=speech("formality.agreements"),
        choices=_choices(desk, agreement),
        query=() if agreement is None else (("agreement", agreement),),
    )


def _choices(desk: Desk, agreement: str | None) -> tuple[Choice, ...]:
    rows, _ = looked(desk.house, AGREEMENTS, desk.point)
    ids = list(dict.fromkeys(row.body["id"] for row in rows))
    if not ids:
        return ()
    every = Choice(link=Link(text=desk.speech("formality.all"), url=desk.url(PATH)), current=agreement is None)
    each = (
        Choice(
            link=Link(text=desk.names.of("agreement", id_), url=desk.url(PATH, agreement=id_)),
            current=agreement == id_,
        )
        for id_ in ids
    )
    return (every, *each)


def _entries(desk: Desk, phases: list[JSON]) -> Grid:
    return Grid(
        caption=desk.speech("formality.caption"),
        columns=(
            *desk.columns("formality.phase", "formality.days"),
            *desk.figures("formality.entries", "formality.formal"),
        ),
        rows=tuple(
            (
                Cell(text=desk.speech(PHASES[phase["phase"]])),
                Cell(text=_days(desk, phase)),
                Cell(text=str(phase["entries"])),
                Cell(text=str(phase["formal"])),
            )
            for phase in phases
        ),
    )


def _days(desk: Desk, phase: JSON) -> str:
    since, until = phase["since"], phase["until"]
    if since is not None and until is not None:
        return desk.speech("ladder.from_to", first=since, last=until)
    if since is not None:
        return desk.speech("formality.from", day=since)
    return desk.speech("formality.all_days") if until is None else desk.speech("formality.until", day=until)


def _kinds(desk: Desk, phases: list[JSON]) -> Grid:
    """Returns a row for each formal kind there is any of, a column for each phase."""
    kinds = sorted(
        {kind for phase in phases for kind in phase["kinds"]}, key=lambda kind: desk.speech(f"formal.{kind}")
    )
    columns = [Column(title=desk.speech(PHASES[phase["phase"]]), number=True) for phase in phases]
    return Grid(
        caption=desk.speech("formality.kinds"),
        columns=(*desk.columns("common.kind"), *columns),
        rows=tuple(
            (
                Cell(text=desk.speech(f"formal.{kind}")),
                *(Cell(text=str(phase["kinds"].get(kind, 0))) for phase in phases),
            )
            for kind in kinds
        ),
    )
