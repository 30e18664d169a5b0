"""The pitfalls raised in a collaboration: each with how grave it was found, since when, and what came of it."""

from __future__ import annotations

from api.composition import House
from api.deps import Point
from api.overview import Seen, seen
from api.pages.parts import Link, Part
from api.pages.speech import Speech
from api.pages.words import titled, when
from projections.readiness import PITFALLS


class ConcernShown(Part):
    """A pitfall that was raised."""

    pitfall: str
    """What it is called."""
    raised_by: str
    """Its indicator, or someone."""
    severity: str
    """How grave it was found."""
    since: str
    """When it was raised."""
    status: str
    """Open, or what came of it."""
    entry: Link
    """The entry it was raised by."""


def pitfalls(house: House, point: Point, speech: Speech) -> tuple[ConcernShown, ...]:
    """Returns the pitfalls certainly raised by the point's day that everyone may know of, those open first."""
    day = None if point.on is None else point.on.isoformat()
    told = [(_is_open(row, day), row) for row in seen(house, PITFALLS, point) if row.certain]
    told.sort(key=lambda one: (not one[0], -one[1].body["entry"]))
    return tuple(_shown(row, point, speech, open_=open_) for open_, row in told)


def _is_open(row: Seen, day: str | None) -> bool:
    handled = row.body["handled"]
    return handled is None or (day is not None and handled["latest"] > day)


def _shown(row: Seen, point: Point, speech: Speech, *, open_: bool) -> ConcernShown:
    body = row.body
    severity, number = body["severity"], body["entry"]
    return ConcernShown(
        pitfall=titled(speech.word("pitfall", body["pitfall"])),
        raised_by=titled(speech.word("pitfall_source", body["raised_by"])),
        severity=titled(
            speech("value.unknown") if severity == "unknown" else speech.word("pitfall_severity", severity)
        ),
        since=when(body["effective"], speech).text,
        status=speech("pitfalls.open") if open_ else titled(speech.word("pitfall_outcome", body["outcome"])),
        entry=Link(text=str(number), url=speech.collaboration(point.collaboration_id, "entries", str(number))),
    )
