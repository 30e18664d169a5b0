"""Benchmarking (sammenligning): measures of the collaborations that agree to it, side by side.

Only books with a consent in force today are in it, each with the measures it consents to and no others. Of a book that
does not consent, nothing is read.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from statistics import median
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Response

from api.access import Principal, allow
from api.answering import IfNoneMatch, Made, by_content, link
from api.answers import Answer, documented
from api.benchmark_measures import KINDS, Figure, Gap, Kind, Rows, functions, measured
from api.catalogue import catalogue
from api.collaborations import BASE, named
from api.composition import House
from api.deps import HouseDep, Point, PrincipalDep
from domain.dates import FIRST_DAY, LAST_DAY
from domain.records import MEASURES, Measure
from ledger.deciding import today_in_oslo
from projections.lists import books, current
from projections.records import BENCHMARK_CONSENTS

router = APIRouter(prefix="/api/v1", tags=["collaborations"])

JSON = dict[str, Any]

# What is answered ------------------------------------------------------------------------


class ComparedBook(Answer):
    """A measure of one collaboration."""

    collaboration: str
    name: str | None
    consent: str
    """The consent it is shown under."""
    value: int | None
    """In the measure's unit; null where there is no figure."""
    of: int | None
    """Of how many, where the measure is a share or a ratio."""
    gap: Gap | None
    """Why there is no figure; null where there is one."""
    rows: int
    """How many rows of the book it was worked out from."""
    sources: list[str]
    """Where those rows are read."""


class MeasureCompared(Answer):
    """A measure of every collaboration that consents to it."""

    measure: Measure
    names: dict[str, str]
    """What it is called, by language."""
    unit: Literal["ore", "days", "share", "ratio"]
    better: Literal["lower", "higher"] | None
    """Which way is better; null where neither is."""
    median: str | None
    """Over the figures there are, as an exact fraction; null where there is none."""
    books: list[ComparedBook]
    """The best first; those without a figure last, and in the order of their ids where neither is better."""


class FunctionServed(Answer):
    """How many solutions serve one function, over the collaborations that let their services be compared."""

    product_group: str
    services: int
    """Different names of services, over all books."""
    books: int


class Benchmark(Answer):
    """Measures of the collaborations that agree to be compared, in one year."""

    year: int
    measures: list[MeasureCompared]
    functions: list[FunctionServed]
    without_consent: int
    """Collaborations that are not in it, for they have not agreed to be compared."""


# The comparison --------------------------------------------------------------------------

YearParam = Annotated[
    int | None,
    Query(ge=FIRST_DAY.year, le=LAST_DAY.year, description="The year compared. Left out: last year.", examples=[2026]),
]
MeasureParam = Annotated[Measure | None, Query(description="One measure. Left out: all of them.")]


@router.get("/benchmark", operation_id="getBenchmark", **documented(Benchmark))
def benchmark(
    house: HouseDep,
    principal: PrincipalDep,
    year: YearParam = None,
    measure: MeasureParam = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Compares the collaborations that agree to it: cost, time to decide, service levels, benefits, and variety."""
    asked = MEASURES if measure is None else (measure,)
    body = compared(house, principal, year, asked)
    return by_content(Made(orjson.dumps(body)), if_none_match, shielded=not principal.is_anonymous)


def compared(house: House, principal: Principal, year: int | None, asked: tuple[Measure, ...] = MEASURES) -> JSON:
    """Returns the measures asked for, of the books that consent to them today, in a year: last year if not told."""
    today = today_in_oslo(house.ledger.clock())
    year = today.year - 1 if year is None else year
    heads = dict(books(house.views))
    consents = _consents(house, list(heads), today)
    names = named(house, sorted(consents))
    rows = {book: Rows(house, _point(principal, book, heads[book])) for book in sorted(consents)}
    shown = [_compared(measure, rows, consents, names, year) for measure in asked]
    sorts = [functions(rows[book], year) for book, held in consents.items() if "services_per_function" in held]
    return {
        "year": year,
        "measures": shown,
        "functions": _served(sorts) if "services_per_function" in asked else [],
        "without_consent": len(heads) - len(consents),
    }


def _consents(house: House, ids: list[str], today: date) -> dict[str, dict[str, str]]:
    """Returns the consent each measure of each book is shown under today. One that may have ended counts for none."""
    found: dict[str, dict[str, str]] = {}
    for book, rows in current(house.views, BENCHMARK_CONSENTS, ids).items():
        for row in rows:
            if row.certain_on(today.isoformat()):
                body = orjson.loads(row.body)
                found.setdefault(book, {}).update(dict.fromkeys(body["compared_on"], body["id"]))
    return found


def _point(principal: Principal, book: str, head: int) -> Point:
    return Point(book, head, None, head, allow(principal, "read", book, "shielded"))


def _compared(
    measure: Measure,
    rows: dict[str, Rows],
    consents: dict[str, dict[str, str]],
    names: dict[str, str | None],
    year: int,
) -> JSON:
    kind = KINDS[measure]
    figures = {book: measured(rows[book], measure, year) for book, held in sorted(consents.items()) if measure in held}
    known = [_size(figure) for figure in figures.values() if figure.value is not None]
    return {
        "measure": measure,
        "names": catalogue().word_in_every_language("benchmark_measure", measure),
        "unit": kind.unit,
        "better": kind.better,
        "median": str(Fraction(median(known))) if known else None,
        "books": [
            {
                "collaboration": book,
                "name": names[book],
                "consent": consents[book][measure],
                "value": figure.value,
                "of": figure.of,
                "gap": figure.gap,
                "rows": figure.rows,
                "sources": [link(f"{BASE}/{book}/{one.name}", effective_on="all") for one in kind.rests_on],
            }
            for book, figure in sorted(figures.items(), key=lambda one: _place(kind, *one))
        ],
    }


def _place(kind: Kind, book: str, figure: Figure) -> tuple[bool, Fraction, str]:
    """Returns what orders books by: those without a figure last, the better before the worse."""
    if figure.value is None or kind.better is None:
        return figure.value is None, Fraction(0), book
    size = _size(figure)
    return False, size if kind.better == "lower" else -size, book


def _size(figure: Figure) -> Fraction:
    return Fraction(figure.value or 0, figure.of or 1)


def _served(sorts: list[dict[str, list[str]]]) -> list[JSON]:
    groups = sorted({group for one in sorts for group in one})
    return [
        {
            "product_group": group,
            "services": len({name.casefold() for one in sorts for name in one.get(group, ())}),
            "books": sum(group in one for one in sorts),
        }
        for group in groups
    ]
