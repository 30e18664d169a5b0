"""The audit history of one thing a book speaks of: every public entry that concerns it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, ClassVar

from fastapi import APIRouter, Query, Request, Response

from api.deps import NUMBER_MAX, BookId, HouseDep
from api.pages.looking import Look, point_of
from api.pages.minutes import LINES_MAX, lines, read, reader_for
from api.pages.names import names, people
from api.pages.parts import Line, Link, Page, frame
from api.pages.rendering import rendered
from api.pages.speech import SpeechDep
from api.pages.words import titled
from projections.history import HISTORY

router = APIRouter()

Subject = Annotated[str, Query(max_length=100, pattern=r"^[a-z_]+:[A-Za-z0-9._-]+$")]
Before = Annotated[int, Query(ge=1, le=NUMBER_MAX)]


class HistoryContext(Page):
    """The history of one subject."""

    template: ClassVar[str] = "history.html"

    name: str
    """The subject's name."""
    kind: str
    """What it is, in words."""
    subject: str
    """Its kind and id."""
    lines: tuple[Line, ...]
    """The entries that concern it, newest first."""
    older: str | None
    """Link to older entries."""
    newest: str | None
    """Link back to the newest entries."""
    json_url: str
    """The same history as JSON."""


@router.api_route("/collaborations/{collaboration_id}/history", methods=["GET", "HEAD"], include_in_schema=False)
def history(
    collaboration_id: BookId,
    subject: Subject,
    request: Request,
    house: HouseDep,
    speech: SpeechDep,
    before: Before = NUMBER_MAX,
) -> Response:
    """The entries that concern a subject, such as member:aukra. Whom a shielded entry concerns is not told."""
    point = replace(point_of(house, collaboration_id, Look()), on=None)
    where = {"about": subject}
    after = f"{subject}:{before:010d}"
    rows = house.views.select(HISTORY, point.query(where=where, after_key=after, limit=LINES_MAX + 1, descending=True))
    found = read(house, collaboration_id, [row.from_entry for row in rows[:LINES_MAX]])
    kind, _, id_ = subject.partition(":")
    called = names(house, point).with_people(people(house, point, [id_] if kind == "person" else []))
    reader = reader_for(house, point, speech, called, found)
    name, code = called.of(kind, id_), f"subject_kind.{kind}"
    link = f"/api/v1/collaborations/{collaboration_id}/history?subject={subject}"
    trail = (
        Link(text=speech("list.title"), url=speech.link("/")),
        Link(text=called.own, url=speech.collaboration(collaboration_id)),
    )
    context = HistoryContext(
        **frame(request, speech, speech("history.title", name=name), *trail),
        name=name,
        kind=titled(speech(code if speech.knows(code) else "subject_kind.other")),
        subject=subject,
        lines=lines(found, reader),
        older=speech.collaboration(collaboration_id, "history", subject=subject, before=rows[LINES_MAX - 1].from_entry)
        if len(rows) > LINES_MAX
        else None,
        newest=speech.collaboration(collaboration_id, "history", subject=subject) if before != NUMBER_MAX else None,
        json_url=link,
    )
    return rendered(context, speech)
