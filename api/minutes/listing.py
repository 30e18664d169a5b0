"""Which meetings everyone may know of, and what of how far their minutes have come: asked by the API and by the page.

Who met and when is no less public for an entry of the meeting that is exempt from access: a meeting is listed where its
call and its opening are for everyone (kommuneloven § 11-5; offentleglova § 3). Of what was done with its minutes, acts
that are exempt are withheld, and that they were done is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import orjson

from api.composition import House
from api.deps import Point
from api.entries import recorded_of
from projections.projection import Projection
from projections.views import Found, Query

Row = dict[str, Any]

ACTS = ("signature", "approval", "publication")
"""What is done with minutes, each by an entry of its own."""

HEAD = ("id", "body", "number", "on", "status", "called_by_entry", "opened_by_entry")
"""What the call and the opening say of a meeting, and whether it is over; its cases and people are in other entries."""


def known(house: House, point: Point, projection: Projection, query: Query | None = None) -> list[Found]:
    """Returns the rows of meetings or of their minutes that everyone may know of, whatever their other entries are.

    Both kinds of row name the entries that called and opened the meeting. The query's page is not looked at.
    """
    asked = replace(query or point.query(), shielded=True, after_key=None, limit=None)
    rows = house.views.select(projection, asked)
    if point.shielded:
        return rows
    hidden = [(row, orjson.loads(row.body)) for row in rows if row.access != "public"]
    open_ = _open(house, point, [number for _, body in hidden for number in (*_begun(body), *_done(body))])
    shown = {row.key: _without_what_is_exempt(body, open_) for row, body in hidden if _is_known(body, open_)}
    return [
        row if row.access == "public" else replace(row, body=orjson.dumps(shown[row.key]))
        for row in rows
        if row.access == "public" or row.key in shown
    ]


def _open(house: House, point: Point, numbers: Sequence[int]) -> set[int]:
    found = recorded_of(house, point.collaboration_id, sorted(set(numbers)))
    return {number for number, one in found.items() if one.entry.access.level == "public"}


def _is_known(body: Row, open_: set[int]) -> bool:
    return bool(_begun(body)) and _begun(body) <= open_


def _begun(body: Row) -> set[int]:
    """Returns the entries that called and opened a meeting, which say its number, body and day."""
    return {number for number in (body["called_by_entry"], body["opened_by_entry"]) if number is not None}


def _done(body: Row) -> set[int]:
    return {body[name]["entry"] for name in ACTS if body.get(name) is not None}


def _without_what_is_exempt(body: Row, open_: set[int]) -> Row:
    """Returns the head of a meeting; of minutes, acts that everyone may not read are named by their entries alone."""
    if "meeting" not in body:
        return {name: body[name] for name in HEAD}
    exempt = {name: body[name]["entry"] for name in ACTS if body.get(name) and body[name]["entry"] not in open_}
    return {**body, **{name: {"entry": number, "withheld": True} for name, number in exempt.items()}}
