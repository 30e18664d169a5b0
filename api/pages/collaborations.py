"""The first page: every collaboration, as it is today."""

from __future__ import annotations

from typing import ClassVar

from fastapi import APIRouter, Request, Response

from api.collaborations import listed
from api.deps import HouseDep
from api.pages.parts import Page, Part, frame
from api.pages.rendering import rendered
from api.pages.speech import SpeechDep
from api.pages.words import on, titled
from ledger.deciding import today_in_oslo

router = APIRouter()


class CollaborationShown(Part):
    """One collaboration in the list."""

    name: str
    """Its name, or its id before it has one."""
    url: str
    """Its page."""
    legal_form: str | None
    """Its legal form in words, None before the founding takes effect."""
    members: int
    """Members today."""
    entries: int
    """Entries in its book."""


class CollaborationsContext(Page):
    """The list of collaborations."""

    template: ClassVar[str] = "collaborations.html"

    today: str
    """Today's date in Norway, in words."""
    collaborations: tuple[CollaborationShown, ...]
    """Every collaboration, by id."""
    json_url: str
    """The same list as JSON."""
    import_command: str
    """What brings in a history from a file."""
    founding_url: str
    """Schema and example of the command that founds a collaboration."""


@router.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
def collaborations(request: Request, house: HouseDep, speech: SpeechDep) -> Response:
    """The list of collaborations."""
    context = CollaborationsContext(
        **frame(request, speech, speech("list.title")),
        today=on(today_in_oslo(house.ledger.clock()), speech),
        collaborations=tuple(
            CollaborationShown(
                name=found["name"] or found["id"],
                url=speech.collaboration(found["id"]),
                legal_form=titled(speech.word("legal_form", found["legal_form"])) if found["legal_form"] else None,
                members=found["members"],
                entries=found["entry"],
            )
            for found in listed(house)
        ),
        json_url="/api/v1/collaborations",
        import_command="styringsbok import historie.ndjson",
        founding_url="/api/v1/commands/collaboration.found",
    )
    return rendered(context, speech)
