"""Puts the pages, their files and their errors into the application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.pages import benchmark, collaboration, collaborations, entry, history, meeting
from api.pages.problem import problem_page
from api.pages.rendering import STATIC
from api.pages.sheets import SHEETS
from api.pages.speech import speech_of
from api.problems import MEDIA_TYPE, problem_response, unavailable
from ledger.errors import LedgerUnavailable

NOT_PAGES = ("/api/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/static/")
"""Beginnings of the paths that programs ask for."""

RETRY_SECONDS = 5

Handler = Callable[[Request, Exception], Awaitable[Response]]


class Files(StaticFiles):
    """The pages' style sheets and pictures."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Returns a file, to be asked for again only if it has changed."""
        response = await super().get_response(path, scope)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-cache"
        return response


def wants_page(request: Request) -> bool:
    """Returns whether a browser asks for a page."""
    if request.url.path.startswith(NOT_PAGES):
        return False
    return "text/html" in request.headers.get("accept", "").lower()


def install(app: FastAPI) -> None:
    """Adds the pages. What `app` answers as a problem is a page where a browser asks for one.

    To be called when the problem handlers are installed.
    """
    if LedgerUnavailable not in app.exception_handlers:
        app.add_exception_handler(LedgerUnavailable, _on_unavailable)
    for error, handler in list(app.exception_handlers.items()):
        app.add_exception_handler(error, _as_page(handler))
    for module in (collaborations, benchmark, collaboration, entry, history, meeting, *SHEETS):
        app.include_router(module.router)
    app.mount("/static", Files(directory=STATIC), name="static")


def _as_page(handler: Any) -> Handler:
    async def handle(request: Request, error: Exception) -> Response:
        if not wants_page(request):
            answer: Response = await handler(request, error)
            return answer
        problem = await handler(_spoken(request), error)
        return problem_page(request, problem) if problem.media_type == MEDIA_TYPE else problem

    return handle


async def _on_unavailable(request: Request, _: Exception) -> Response:
    return problem_response(request.scope, unavailable("unavailable", RETRY_SECONDS))


def _spoken(request: Request) -> Request:
    """Returns the request as if its browser preferred the language of the page."""
    language = speech_of(request).language.encode()
    headers = [(name, value) for name, value in request.scope["headers"] if name != b"accept-language"]
    return Request({**request.scope, "headers": [*headers, (b"accept-language", language)]})
