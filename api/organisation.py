"""The organisation map: members, bodies, offices and people as nodes, and what ties them together, on a day.

Composed from rows, so that it can be asked for as of any entry and on any date, and says what is possible but not
certain. An empty body or office is marked: nobody certainly sits there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Literal

import orjson
from fastapi import APIRouter, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import Answer, documented
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.overview import Seen, looked
from api.pages.names import people
from projections.bodies import BODIES, OFFICES, SEAT_PLANS, TENURES
from projections.members import MEMBERS

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

JSON = dict[str, Any]

# What is answered ------------------------------------------------------------------------


class Named(Answer):
    """Something by kind and id."""

    kind: Literal["member", "body", "office", "person"]
    id: str


class MapNode(Named):
    """Someone or something on the organisation map."""

    name: str | None
    """Null for a person whose name is shielded or erased."""
    sort: str | None
    """What kind of member, body or office it is; null for a person."""
    empty: bool | None
    """Whether nobody certainly sits there; null for members and people."""
    certain: bool
    """False where it is possible on the day but not certain."""
    entry: int


class MapTie(Answer):
    """What ties two nodes together."""

    kind: Literal["answers_to", "belongs_to", "represented_in", "sits_in", "deputy_in"]
    source: Named
    target: Named
    rank: int | None
    """The deputy's number, null for one who is no deputy."""
    on_behalf_of: str | None
    """The member a person sits for."""
    seats: int | Literal["unknown"] | None
    """How many a member has in a body."""
    certain: bool
    entry: int


class OrganisationMap(Answer):
    """Members, bodies, offices and people on a day, and what ties them together."""

    collaboration: str
    nodes: list[MapNode]
    ties: list[MapTie]
    """Between nodes that are there on the day."""
    withheld: int
    """How many rows are left out because they are shielded from whoever asks."""
    entry: int
    """The number of the last entry folded."""
    effective_on: date | None
    """Null for all days."""


# The map ---------------------------------------------------------------------------------

_LOOKED_AT = (MEMBERS, BODIES, OFFICES, SEAT_PLANS, TENURES)


@router.get("/{collaboration_id}/organisation-map", operation_id="getOrganisationMap", **documented(OrganisationMap))
def organisation_map(point: PointOnADayDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """Who is where on a day: members, bodies, offices and people, and what ties them together.

    A node is empty where nobody certainly sits there; of what is possible but not certain `certain` is false.
    """
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(mapped(house, point))))


def mapped(house: House, point: Point) -> JSON:
    """Returns the map as seen from a point."""
    looks = {projection.name: looked(house, projection, point) for projection in _LOOKED_AT}
    rows = {name: seen for name, (seen, _) in looks.items()}
    members = [row for row in rows[MEMBERS.name] if row.body["status"] == "member"]
    tenures = rows[TENURES.name]
    filled = {_place(row) for row in tenures if row.certain and row.body["deputy_rank"] is None}
    names = people(house, point, (row.body["person"] for row in tenures))
    nodes = [
        *(_node("member", row) for row in members),
        *(_node("body", row, empty=("body", row.body["id"]) not in filled) for row in rows[BODIES.name]),
        *(_node("office", row, empty=("office", row.body["id"]) not in filled) for row in rows[OFFICES.name]),
        *_persons(tenures, names),
    ]
    there = {(node["kind"], node["id"]) for node in nodes}
    ties = [
        *_between_bodies(rows[BODIES.name]),
        *_of_offices(rows[OFFICES.name]),
        *_of_seat_plans(rows[SEAT_PLANS.name]),
        *_of_people(tenures),
    ]
    return {
        "collaboration": point.collaboration_id,
        "nodes": sorted(nodes, key=lambda node: (node["kind"], node["id"], not node["certain"])),
        "ties": [tie for tie in ties if _ends(tie) <= there],
        "withheld": sum(withheld for _, withheld in looks.values()),
        "entry": point.entry,
        "effective_on": None if point.on is None else point.on.isoformat(),
    }


def _ends(tie: JSON) -> set[tuple[str, str]]:
    return {(tie[end]["kind"], tie[end]["id"]) for end in ("source", "target")}


def _place(row: Seen) -> tuple[str, str]:
    place = row.body["place"]
    return place["kind"], place["id"]


def _node(kind: str, row: Seen, *, empty: bool | None = None) -> JSON:
    body = row.body
    return {
        "kind": kind,
        "id": body["id"],
        "name": body.get("name") or body.get("title"),
        "sort": body.get("kind"),
        "empty": empty,
        "certain": row.certain,
        "entry": body["entry"],
    }


def _persons(tenures: Iterable[Seen], names: dict[str, str]) -> Iterator[JSON]:
    """Yields each person who sits somewhere, certain where some seat of theirs is; the name as far as it is public."""
    found: dict[str, bool] = {}
    entries: dict[str, int] = {}
    for row in tenures:
        id_ = row.body["person"]
        found[id_] = found.get(id_, False) or row.certain
        entries[id_] = min(entries.get(id_, row.body["entry"]), row.body["entry"])
    for id_, certain in found.items():
        yield {
            "kind": "person",
            "id": id_,
            "name": names.get(id_),
            "sort": None,
            "empty": None,
            "certain": certain,
            "entry": entries[id_],
        }


# Ties ------------------------------------------------------------------------------------


def _tie(kind: str, source: tuple[str, str], target: tuple[str, str], row: Seen, **more: Any) -> JSON:
    ends = {name: {"kind": k, "id": i} for name, (k, i) in (("source", source), ("target", target))}
    known = {"rank": None, "on_behalf_of": None, "seats": None, **more}
    return {"kind": kind, **ends, "certain": row.certain, "entry": row.body["entry"], **known}


def _between_bodies(bodies: Iterable[Seen]) -> Iterator[JSON]:
    for row in bodies:
        if row.body["parent"] is not None:
            yield _tie("answers_to", ("body", row.body["id"]), ("body", row.body["parent"]), row)


def _of_offices(offices: Iterable[Seen]) -> Iterator[JSON]:
    for row in offices:
        for kind in ("body", "member"):
            if row.body[kind] is not None:
                yield _tie("belongs_to", ("office", row.body["id"]), (kind, row.body[kind]), row)


def _of_seat_plans(plans: Iterable[Seen]) -> Iterator[JSON]:
    for row in plans:
        for seats in row.body["seats"]:
            source, target = ("member", seats["member_id"]), ("body", row.body["body"])
            yield _tie("represented_in", source, target, row, seats=seats["seats"])


def _of_people(tenures: Iterable[Seen]) -> Iterator[JSON]:
    """Yields where each person sits: a seat or an office held, or filled in for by a deputy of some rank."""
    for row in tenures:
        rank, place = row.body["deputy_rank"], _place(row)
        kind = "sits_in" if rank is None else "deputy_in"
        on_behalf_of = row.body["on_behalf_of"]
        yield _tie(kind, ("person", row.body["person"]), place, row, rank=rank, on_behalf_of=on_behalf_of)
