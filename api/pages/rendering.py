"""From a page's Context to its HTML, under headers that let nothing foreign in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.pages.parts import Page
from api.pages.speech import Speech

FOLDER = Path(__file__).parent.parent
TEMPLATES = FOLDER / "templates"
STATIC = FOLDER / "static"

EXTRAS = frozenset({"t"})
"""What a template is given beside its Context: `t`, the texts of the page's language."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language",
}


@cache
def environment() -> Environment:
    """Returns the template environment: everything escaped, nothing undefined passed over."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def markup(page: Page, speech: Speech) -> str:
    """Returns a page's HTML. Raises UndefinedError where its template asks for what its Context does not hold."""
    return environment().get_template(page.template).render(**dict(page), t=speech)


def rendered(page: Page, speech: Speech, status: int = 200, headers: Mapping[str, str] | None = None) -> HTMLResponse:
    """Returns the answer a browser gets."""
    language = {"Content-Language": speech.language}
    return HTMLResponse(markup(page, speech), status, {**HEADERS, **language, **(headers or {})})
