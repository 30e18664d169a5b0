"""Readiness and pitfalls: what people scored and raised, beside what the book itself shows.

Indicators and hints are worked out from the book as it was after an entry, on one day; nothing of them is recorded.
What rests on shielded entries is withheld from those who may not see them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

import orjson
from fastapi import APIRouter, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import Answer, documented
from api.book_state import day_of, folded, hidden_among
from api.catalogue import catalogue
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.overview import looked
from domain.collaboration import readiness_book
from domain.readiness import HINTS, INDICATORS, Figure
from domain.readiness.figures import Lack
from domain.readiness.hints import leaning
from domain.rulebook.readiness import CATALOGUE, CATALOGUES, THRESHOLDS, THRESHOLDS_NOW, PairKey
from projections.readiness import PITFALLS, READINESS

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

JSON = dict[str, Any]

# What is answered ------------------------------------------------------------------------


class FigureShown(Answer):
    """What was worked out from the book."""

    value: int | None
    """Null where the book does not know, or it is withheld."""
    of: int | None
    """Of how many, where it is a share."""
    unit: str
    """What is counted; `ore` is money in øre."""
    lacks: Lack | None
    """What the book would have to hold for it to be known; null where it is known, or withheld."""
    why: dict[str, str] | None
    """The same in words, by language."""
    entries: list[int]
    """The entries it was worked out from."""
    withheld: bool
    """Whether it rests on entries that are shielded from whoever asks."""


class IndicatorOf(FigureShown):
    """What the indicator of a pitfall comes to."""

    raised: bool | None
    """Whether it shows the pitfall; null where the book does not know, or it is withheld."""


class ConcernSeen(Answer):
    """Once that somebody, or the indicator, raised a pitfall."""

    id: str
    raised_by: Literal["indicator", "person"]
    severity: str
    status: str
    """`open`, or what came of it: avoided, mitigated, accepted or unfounded."""
    follow_up: str | None
    """The task that deals with it."""
    certain: bool
    """False where the day it was raised is possible but not certain."""
    entry: int
    handled_by_entry: int | None


class PitfallSeen(Answer):
    """One pitfall of the catalogue."""

    id: str
    heading: str
    """What it is a pitfall of: transition, operator, preparation, agreements, staff or power."""
    names: dict[str, str]
    """What it is called, by language."""
    indicator: IndicatorOf
    concerns: list[ConcernSeen]
    """Every time it was raised by the day, the earliest entry first."""


class PitfallRadar(Answer):
    """Every pitfall of the catalogue, with what the book shows of it and what was done about it."""

    collaboration: str
    catalogue: str
    entry: int
    """The number of the last entry folded."""
    effective_on: date
    shown: int
    """How many pitfalls their indicators show."""
    unknown: int
    """How many the book does not know of."""
    open: int
    """How many have been raised and are not handled."""
    pitfalls: list[PitfallSeen]
    withheld: int
    """How many indicators and concerns rest on entries shielded from whoever asks."""


class HintShown(FigureShown):
    """What the book itself shows of a pair."""

    higher: Literal["village", "city"]
    """Which of the two a higher value leans to."""
    leans: Literal["village", "between", "city"] | None
    """What it leans to by the thresholds; null where it is not known, or withheld."""
    village_from: str
    """From where it leans to the village, as a fraction: of `value` out of `of` where it is a share."""
    city_from: str
    """From where it leans to the city."""


class ScoreSeen(Answer):
    """What a pair was scored in one assessment."""

    assessment: str
    score: int | Literal["unknown"]
    """From -2, wholly to the village, to 2, wholly to the city."""
    on: date
    """The last day it can have been made."""
    certain: bool
    entry: int


class PairSeen(Answer):
    """One pair of village and city."""

    pair: str
    names: dict[str, str]
    """Both of the pair, by language."""
    hint: HintShown
    scores: list[ScoreSeen]
    """In the order of their days, so that they show where it goes."""


class ReadinessShown(Answer):
    """The twelve pairs of village and city: as they were scored, and what the book itself shows."""

    collaboration: str
    instrument: str
    entry: int
    """The number of the last entry folded."""
    effective_on: date
    thresholds: str
    """The version of the thresholds hints are read by."""
    pairs: list[PairSeen]
    withheld: int
    """How many hints and assessments rest on entries shielded from whoever asks."""


# The radar -------------------------------------------------------------------------------


@router.get("/{collaboration_id}/pitfall-radar", operation_id="getPitfallRadar", **documented(PitfallRadar))
def pitfall_radar(point: PointOnADayDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """Every pitfall of the catalogue on a day: what its indicator comes to, and what was raised and handled."""
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(radar(house, point))))


def radar(house: House, point: Point) -> JSON:
    """Returns the radar as seen from a point."""
    day = day_of(house, point)
    book = readiness_book(folded(house, point))
    figures = {pitfall_id: indicate(book, day) for pitfall_id, indicate in INDICATORS.items()}
    hidden = _hidden(house, point, figures.values())
    rows, shielded = looked(house, PITFALLS, point)
    concerns = sorted((_concern(row.body, day, certain=row.certain) for row in rows), key=lambda one: one["entry"])
    pitfalls: list[JSON] = [
        {
            "id": pitfall_id,
            "heading": heading,
            "names": catalogue().word_in_every_language("pitfall", pitfall_id),
            "indicator": _indicator(figures[pitfall_id], hidden),
            "concerns": [_without_pitfall(one) for one in concerns if one["pitfall"] == pitfall_id],
        }
        for pitfall_id, heading in CATALOGUES[CATALOGUE].items()
    ]
    told = [pitfall["indicator"] for pitfall in pitfalls]
    return {
        "collaboration": point.collaboration_id,
        "catalogue": CATALOGUE,
        "entry": point.entry,
        "effective_on": day.isoformat(),
        "shown": sum(indicator["raised"] is True for indicator in told),
        "unknown": sum(indicator["raised"] is None for indicator in told),
        "open": len({one["pitfall"] for one in concerns if one["status"] == "open"}),
        "pitfalls": pitfalls,
        "withheld": shielded + sum(indicator["withheld"] for indicator in told),
    }


def _hidden(house: House, point: Point, figures: Iterable[Figure]) -> frozenset[int]:
    return hidden_among(house, point, {number for figure in figures for number in figure.entries})


def _figure(figure: Figure, hidden: frozenset[int]) -> JSON:
    """Returns a figure; of one that rests on a shielded entry only what it counts."""
    withheld = not hidden.isdisjoint(figure.entries)
    return {
        "value": None if withheld else figure.value,
        "of": None if withheld else figure.of,
        "unit": figure.unit,
        "lacks": None if withheld else figure.lacks,
        "why": None
        if withheld or figure.lacks is None
        else catalogue().word_in_every_language("figure_lacks", figure.lacks),
        "entries": [] if withheld else list(figure.entries),
        "withheld": withheld,
    }


def _hint(pair: PairKey, figure: Figure, hidden: frozenset[int]) -> JSON:
    shown, threshold = _figure(figure, hidden), THRESHOLDS[THRESHOLDS_NOW][pair]
    return {
        **shown,
        "higher": HINTS[pair].higher,
        "leans": None if shown["withheld"] else leaning(pair, figure),
        "village_from": str(threshold.village),
        "city_from": str(threshold.city),
    }


def _indicator(figure: Figure, hidden: frozenset[int]) -> JSON:
    shown = _figure(figure, hidden)
    return {**shown, "raised": None if shown["withheld"] else figure.raised}


def _concern(body: JSON, day: date, *, certain: bool) -> JSON:
    """Returns a concern as it stood on a day: what came of it later had not come of it yet."""
    handled = body["handled"] is not None and body["handled"]["latest"] <= day.isoformat()
    return {
        "pitfall": body["pitfall"],
        "id": body["id"],
        "raised_by": body["raised_by"],
        "severity": body["severity"],
        "status": body["outcome"] if handled else "open",
        "follow_up": body["follow_up"] if handled else None,
        "certain": certain,
        "entry": body["entry"],
        "handled_by_entry": body["handled_by_entry"] if handled else None,
    }


def _why(lacks: str) -> dict[str, str]:
    return catalogue().word_in_every_language("figure_lacks", lacks)


def _without_pitfall(concern: JSON) -> JSON:
    return {name: value for name, value in concern.items() if name != "pitfall"}


# Readiness -------------------------------------------------------------------------------


@router.get("/{collaboration_id}/readiness-pairs", operation_id="getReadiness", **documented(ReadinessShown))
def readiness(point: PointOnADayDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """The twelve pairs of village and city on a day: what the book itself shows, and every score by then."""
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(paired(house, point))))


def paired(house: House, point: Point) -> JSON:
    """Returns the pairs as seen from a point."""
    day = day_of(house, point)
    book = readiness_book(folded(house, point))
    figures = {pair: hint.work_out(book, day) for pair, hint in HINTS.items()}
    hidden = _hidden(house, point, figures.values())
    rows, shielded = looked(house, READINESS, point)
    rows.sort(key=lambda row: (row.body["effective"]["latest"], row.body["entry"]))
    pairs: list[JSON] = [
        {
            "pair": pair,
            "names": catalogue().word_in_every_language("readiness_pair", pair),
            "hint": _hint(pair, figures[pair], hidden),
            "scores": [
                {
                    "assessment": row.body["id"],
                    "score": row.body["scores"][pair],
                    "on": row.body["effective"]["latest"],
                    "certain": row.certain,
                    "entry": row.body["entry"],
                }
                for row in rows
                if pair in row.body["scores"]
            ],
        }
        for pair in HINTS
    ]
    return {
        "collaboration": point.collaboration_id,
        "instrument": "landsby_storby-1",
        "entry": point.entry,
        "effective_on": day.isoformat(),
        "thresholds": THRESHOLDS_NOW,
        "pairs": pairs,
        "withheld": shielded + sum(pair["hint"]["withheld"] for pair in pairs),
    }
