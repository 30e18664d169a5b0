"""A problem as a page: what a browser gets where a program gets problem+json."""

from __future__ import annotations

from typing import ClassVar

import orjson
from fastapi import Request, Response

from api.pages.parts import Link, Page, Part, frame
from api.pages.rendering import rendered
from api.pages.speech import speech_of

KEPT = frozenset({"allow", "retry-after", "www-authenticate", "x-request-id", "etag"})
"""Headers of the problem that the page keeps."""


class FieldShown(Part):
    """What is wrong with one thing that was asked for."""

    name: str
    """Which one."""
    message: str
    """What is wrong with it."""


class ProblemContext(Page):
    """A problem."""

    template: ClassVar[str] = "problem.html"

    detail: str
    """What went wrong."""
    how: str
    """How to go on."""
    fields: tuple[FieldShown, ...]
    """What is wrong with which field."""
    code: str
    """The problem's code."""
    status: int
    """The answer's status."""
    request_id: str
    """What to name when asking for help."""


def problem_page(request: Request, problem: Response) -> Response:
    """Returns a problem, as the door answers it to programs, as a page with the same status."""
    told = orjson.loads(bytes(problem.body))
    speech = speech_of(request)
    context = ProblemContext(
        **frame(request, speech, told["title"], Link(text=speech("list.title"), url=speech.link("/"))),
        detail=told["detail"],
        how=told["how_to_go_on"],
        fields=tuple(
            FieldShown(name=error.get("pointer") or error.get("parameter") or "", message=error["message"])
            for error in told.get("errors", ())
        ),
        code=told["code"],
        status=told["status"],
        request_id=told["request_id"],
    )
    kept = {name: value for name, value in problem.headers.items() if name.lower() in KEPT}
    return rendered(context, speech, problem.status_code, {**kept, "Cache-Control": "no-store"})
