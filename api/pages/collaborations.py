"""The first page: every collaboration, as it is today."""

from __future__ import annotations

from typing import ClassVar

from fastapi import APIRouter, Request, Response

from api.collaborations import listed
from api.deps import HouseDep
from api.pages.parts import Page, Part, frame
from api.pages.rendering import rendered
from api.pages.speech import Speech, SpeechDep
from api.pages.unwitnessed import installation_unwitnessed, unwitnessed
from api.pages.words import on, titled
from demo.library import CaseClass, Certainty, cases
from ledger.deciding import today_in_oslo

router = APIRouter()

KINDS: dict[CaseClass, str] = {"observed": "list.library.observed", "piloted": "list.library.piloted"}
CERTAINTIES: dict[Certainty, str] = {
    "confirmed": "list.library.confirmed",
    "parts_confirmed": "list.library.parts_confirmed",
    "uncertain": "list.library.uncertain",
    "unknown": "list.library.unknown",
}
"""Codes of the words for what a case was, and for how surely it is known."""


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


class CaseShown(Part):
    """One case of the case library."""

    title: str
    """Its title."""
    url: str | None
    """The page of its book, None where it has none here."""
    is_stub: bool
    """Whether it has no book for want of anything to put in it."""
    kind: str
    """Whether it was observed or a pilot, in words."""
    certainty: str
    """How sure what is known is, in words."""
    known: str
    """What is known, in Norwegian."""


class CollaborationsContext(Page):
    """The list of collaborations."""

    template: ClassVar[str] = "collaborations.html"

    today: str
    """Today's date in Norway, in words."""
    unwitnessed: tuple[str, ...]
    """Books nobody outside has seen for too long, or that were refused."""
    collaborations: tuple[CollaborationShown, ...]
    """Every collaboration, by id."""
    library: tuple[CaseShown, ...]
    """The case library, where its books have been loaded; else nothing."""
    benchmark_url: str
    """The page that compares those that agree to it."""
    json_url: str
    """The same list as JSON."""
    import_command: str
    """What brings in a history from a file."""
    founding_url: str
    """Schema and example of the command that founds a collaboration."""


@router.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
def collaborations(request: Request, house: HouseDep, speech: SpeechDep) -> Response:
    """The list of collaborations."""
    books = listed(house)
    context = CollaborationsContext(
        **frame(request, speech, speech("list.title")),
        today=on(today_in_oslo(house.ledger.clock()), speech),
        unwitnessed=(
            *unwitnessed(house, speech, {one["id"]: one["name"] or one["id"] for one in books}),
            *installation_unwitnessed(house, speech),
        ),
        collaborations=tuple(
            CollaborationShown(
                name=found["name"] or found["id"],
                url=speech.collaboration(found["id"]),
                legal_form=titled(speech.word("legal_form", found["legal_form"])) if found["legal_form"] else None,
                members=found["members"],
                entries=found["entry"],
            )
            for found in books
        ),
        library=_library({found["id"] for found in books}, speech),
        benchmark_url=speech.link("/benchmark"),
        json_url="/api/v1/collaborations",
        import_command="styringsbok import historie.ndjson",
        founding_url="/api/v1/commands/collaboration.found",
    )
    return rendered(context, speech)


def _library(held: set[str], speech: Speech) -> tuple[CaseShown, ...]:
    """Returns the case library for a house that holds these books; one that holds none of the cases has no library."""
    if not any(case.case_id in held for case in cases()):
        return ()
    return tuple(
        CaseShown(
            title=case.title,
            url=speech.collaboration(case.case_id) if case.case_id in held else None,
            is_stub=case.is_stub,
            kind=titled(speech(KINDS[case.case_class])),
            certainty=titled(speech(CERTAINTIES[case.certainty])),
            known=case.known,
        )
        for case in cases()
    )
