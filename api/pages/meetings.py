"""The meetings of a collaboration: each with its number, body and day, and how far its minutes have come."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from api.composition import House
from api.deps import Point
from api.minutes.listing import known
from api.pages.minutes import LINES_MAX
from api.pages.names import Key, Names
from api.pages.parts import Link, Part
from api.pages.speech import Speech
from api.pages.words import on
from projections.meetings import MEETINGS
from projections.minutes import MINUTES
from projections.projection import Projection

Row = dict[str, Any]

STATUS: Mapping[str, str] = {
    "draft": "minutes_status.draft",
    "signed": "minutes_status.signed",
    "added_to": "minutes_status.added_to",
    "published": "minutes_status.published",
}
"""The words for how far minutes have come."""

NOT_HELD: Mapping[str, str] = {"called": "meetings.called", "open": "meetings.open"}
"""The words for a meeting that is not over, of which there are no minutes to sign yet."""


class MeetingShown(Part):
    """A meeting in the list."""

    meeting: Link
    """Its number, which leads to its minutes."""
    body: str
    """The body that met."""
    day: str
    """When it was held, or is to be."""
    state: str
    """How far its minutes have come."""


class MeetingList(Part):
    """The meetings of a collaboration, the latest first, those that are to come as well."""

    latest: tuple[MeetingShown, ...]
    """The latest."""
    earlier: tuple[MeetingShown, ...]
    """The others."""


def meetings(house: House, point: Point, names: Names, speech: Speech) -> MeetingList:
    """Returns the meetings in the book as of the point's entry, whatever the day, as everyone may know of them."""
    every = sorted(_held(house, point), key=lambda body: (body["on"], body["id"]), reverse=True)
    minutes = {body["meeting"]: body["status"] for body in _rows(house, MINUTES, point)}
    as_of = None if point.entry == point.head else point.entry
    sight = Sight(point, names, speech, as_of)
    shown = tuple(_shown(body, minutes.get(body["id"], "draft"), sight) for body in every)
    return MeetingList(latest=shown[:LINES_MAX], earlier=shown[LINES_MAX:])


@dataclass(frozen=True, slots=True)
class Sight:
    """Where the list is seen from."""

    point: Point
    names: Names
    speech: Speech
    as_of: int | None
    """The entry that links keep to; None where that is the last."""


def _shown(body: Row, status: str, sight: Sight) -> MeetingShown:
    speech, number = sight.speech, body["number"]
    text = number if number not in (None, "unknown") else speech("meetings.unnumbered")
    code = NOT_HELD.get(body["status"], STATUS["draft"]) if status == "draft" else STATUS[status]
    return MeetingShown(
        meeting=Link(
            text=text,
            url=speech.collaboration(sight.point.collaboration_id, "meetings", body["id"], entry=sight.as_of),
        ),
        body=sight.names.of("body", body["body"]),
        day=on(date.fromisoformat(body["on"]), speech),
        state=speech(code),
    )


def called(house: House, point: Point, ids: Collection[str], speech: Speech) -> dict[Key, str]:
    """Returns what meetings are called as part of a sentence: by number, else by day."""
    told: dict[Key, str] = {}
    for body in _held(house, point) if ids else ():
        if body["id"] in ids and body["number"] not in (None, "unknown"):
            told["meeting", body["id"]] = speech("meetings.numbered", number=body["number"])
        elif body["id"] in ids:
            told["meeting", body["id"]] = speech("meetings.held_on", day=body["on"])
    return told


# Rows ------------------------------------------------------------------------------------


def _held(house: House, point: Point) -> list[Row]:
    return _rows(house, MEETINGS, point)


def _rows(house: House, projection: Projection, point: Point) -> list[Row]:
    """Returns the rows as everyone may know of them, whatever the day; of meetings only what stands in the list."""
    everywhen = replace(point, on=None, shielded=False)
    return [orjson.loads(row.body) for row in known(house, everywhen, projection)]
