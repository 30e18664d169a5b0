"""The comparison: the collaborations that agree to it side by side, a table for each measure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response

from api.access import ANONYMOUS
from api.benchmark import YearParam, compared
from api.benchmark_measures import Gap
from api.deps import HouseDep
from api.pages.parts import Link, Page, Part, frame
from api.pages.rendering import rendered
from api.pages.speech import Speech, SpeechDep
from api.pages.words import money, quantity, titled
from domain.dates import FIRST_DAY, LAST_DAY
from domain.records import Measure

router = APIRouter()

PATH = "/benchmark"

JSON = dict[str, Any]

ABOUT: dict[Measure, str] = {
    "cost_per_user": "benchmark.about.cost_per_user",
    "days_to_decide": "benchmark.about.days_to_decide",
    "decisions_carried_out": "benchmark.about.decisions_carried_out",
    "service_level_attainment": "benchmark.about.service_level_attainment",
    "benefits_realised": "benchmark.about.benefits_realised",
    "services_per_function": "benchmark.about.services_per_function",
}
GAPS: dict[Gap, str] = {
    "nothing_recorded": "benchmark.gap.nothing_recorded",
    "users_not_recorded": "benchmark.gap.users_not_recorded",
    "withheld": "benchmark.gap.withheld",
}
UNITS = {"days": "benchmark.unit.days", "share": "benchmark.unit.share", "ratio": "benchmark.unit.ratio"}
"""Codes of what is counted, of why there is no figure, and of how figures are written; money has its own way."""


class BookShown(Part):
    """A measure of one collaboration."""

    name: str
    """What it is called."""
    url: str
    """Its page."""
    figure: str | None
    """The figure in words; None where there is none."""
    gap: str | None
    """Why there is none."""


class MeasureShown(Part):
    """A measure of every collaboration that consents to it."""

    id: str
    """The measure."""
    title: str
    """What it is called."""
    about: str
    """What is counted."""
    median: str | None
    """The median in words; None where there are not several figures."""
    books: tuple[BookShown, ...]
    """The best first."""


class FunctionShown(Part):
    """How many solutions serve a function."""

    name: str
    """The function."""
    services: int
    """Different services."""
    books: int
    """Collaborations that have any."""


class BenchmarkContext(Page):
    """The collaborations that agree to be compared."""

    template: ClassVar[str] = "benchmark.html"

    year: int
    """The year compared."""
    before: Link | None
    """The year before, if there can be any."""
    after: Link | None
    """The year after, if there can be any."""
    measures: tuple[MeasureShown, ...]
    """Each measure some collaboration consents to."""
    functions: tuple[FunctionShown, ...]
    """Solutions by function."""
    without_consent: int
    """Collaborations that are not in it."""
    command_url: str
    """Schema and example of the command that consents."""
    json_url: str
    """The same as JSON."""


@router.api_route(PATH, methods=["GET", "HEAD"], include_in_schema=False)
def benchmark(request: Request, house: HouseDep, speech: SpeechDep, year: YearParam = None) -> Response:
    """The comparison of one year, last year unless told."""
    found = compared(house, ANONYMOUS, year)
    shown = int(found["year"])
    home = Link(text=speech("site.all"), url=speech.link("/"))
    context = BenchmarkContext(
        **frame(request, speech, speech("benchmark.title"), home),
        year=shown,
        before=_year(shown - 1, speech),
        after=_year(shown + 1, speech),
        measures=tuple(_measure(one, speech) for one in found["measures"] if one["books"]),
        functions=tuple(
            FunctionShown(
                name=titled(speech.word("product_group", one["product_group"])),
                services=one["services"],
                books=one["books"],
            )
            for one in found["functions"]
        ),
        without_consent=found["without_consent"],
        command_url="/api/v1/commands/benchmark_consent.give",
        json_url=f"/api/v1/benchmark?year={shown}",
    )
    return rendered(context, speech)


def _year(year: int, speech: Speech) -> Link | None:
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        return None
    return Link(text=str(year), url=speech.link(PATH, year=year))


def _measure(one: JSON, speech: Speech) -> MeasureShown:
    unit, known = one["unit"], sum(book["value"] is not None for book in one["books"])
    return MeasureShown(
        id=one["measure"],
        title=titled(speech.word("benchmark_measure", one["measure"])),
        about=speech(ABOUT[one["measure"]]),
        median=_size(Fraction(one["median"]), unit, speech) if known > 1 else None,
        books=tuple(
            BookShown(
                name=book["name"] or book["collaboration"],
                url=speech.collaboration(book["collaboration"]),
                figure=None if book["value"] is None else _figure(book, unit, speech),
                gap=None if book["gap"] is None else speech(GAPS[book["gap"]]),
            )
            for book in one["books"]
        ),
    )


def _figure(book: JSON, unit: str, speech: Speech) -> str:
    size = _size(Fraction(book["value"], book["of"] or 1), unit, speech)
    if book["of"] is None:
        return size
    return speech("benchmark.of", size=size, value=book["value"], of=book["of"])


def _size(size: Fraction, unit: str, speech: Speech) -> str:
    """Returns a figure as one reads it: money to the øre, shares in per cent, with one decimal at most."""
    if unit == "ore":
        return money(round(size), speech)
    number = quantity(_decimal(size * 100 if unit == "share" else size), speech)
    return speech(UNITS[unit], number=number)


def _decimal(value: Fraction) -> str:
    return f"{float(value):.1f}".removesuffix(".0")
