"""Collaborations: which there are, one at a glance, and every projection of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Response

from api.answering import IfNoneMatch, Made, by_content, from_point, link
from api.answers import Collaborations, Overview, Rows, documented
from api.composition import House
from api.deps import PROJECTION_NAMES, HouseDep, Point, PointDep, PointOnADayDep, projection_named
from api.minutes.listing import known
from api.overview import is_certain, overview
from api.texts import looked_up
from ledger.deciding import today_in_oslo
from projections.constitution import CONSTITUTION
from projections.history import HISTORY
from projections.lists import books, current, withheld
from projections.members import MEMBERS
from projections.minutes import MINUTES
from projections.projection import Projection
from projections.views import Found
from projections.views import Query as RowQuery

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

BASE = "/api/v1/collaborations"
PAGE_MAX = 1_000

Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="Rows in one answer, at most.")]
After = Annotated[str | None, Query(max_length=300, description="The cursor of the page before: see `next`.")]


# The list --------------------------------------------------------------------------------


def listed(house: House, after: str | None = None, limit: int | None = None) -> list[dict[str, Any]]:
    """Returns the collaborations by id, each with its name, legal form and number of members today."""
    today = today_in_oslo(house.ledger.clock()).isoformat()
    heads = dict(books(house.views, after, limit))
    constitution = current(house.views, CONSTITUTION, list(heads))
    members = current(house.views, MEMBERS, list(heads))
    return [
        {
            "id": book,
            **_facets(constitution[book], today),
            "members": sum(_is_member(row, today) for row in members[book]),
            "entry": head,
            "url": f"{BASE}/{book}",
        }
        for book, head in heads.items()
    ]


def named(house: House, ids: Sequence[str]) -> dict[str, str | None]:
    """Returns the name of each of these collaborations today; None where a book tells of none."""
    today = today_in_oslo(house.ledger.clock()).isoformat()
    return {book: _facets(rows, today)["name"] for book, rows in current(house.views, CONSTITUTION, ids).items()}


def _facets(rows: list[Found], today: str) -> dict[str, Any]:
    """Returns name and legal form as they are today, and before the founding the name it was founded under."""
    shown = {"name": None, "legal_form": None}
    for row in rows:
        body = orjson.loads(row.body)
        facet = body["facet"]
        if facet in shown and (row.certain_on(today) or (facet == "name" and shown["name"] is None)):
            shown[facet] = body["value"]
    return shown


def _is_member(row: Found, today: str) -> bool:
    return row.certain_on(today) and orjson.loads(row.body)["status"] == "member"


@router.get("", operation_id="listCollaborations", **documented(Collaborations))
def collaborations(
    house: HouseDep,
    if_none_match: IfNoneMatch = None,
    after: Annotated[str | None, Query(max_length=64, description="Only ids after this one: see `next`.")] = None,
    limit: Limit = 100,
) -> Response:
    """Lists the collaborations by id, with name, legal form and number of members today."""
    found = listed(house, after, limit + 1)
    following = link(BASE, after=found[limit - 1]["id"], limit=limit) if len(found) > limit else None
    return by_content(
        Made(orjson.dumps({"collaborations": found[:limit], "next": following}), following), if_none_match
    )


# One -------------------------------------------------------------------------------------


@router.get("/{collaboration_id}", operation_id="getCollaboration", **documented(Overview))
def collaboration(point: PointOnADayDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """One collaboration at a glance: as of an entry or a time of recording, and on a date.

    What is certain stands in its place; what is possible but not certain on that date stands under `possible`.
    """

    def made() -> Made:
        body = orjson.dumps(overview(house, point))
        return Made(body[:-1] + b"," + orjson.dumps(looked_up(house, point.collaboration_id, [body]))[1:])

    return from_point(house, point, if_none_match, made)


# Its rows --------------------------------------------------------------------------------


@router.get("/{collaboration_id}/history", operation_id="getHistory", **documented(Rows))
def history(
    point: PointDep,
    house: HouseDep,
    subject: Annotated[
        str | None,
        Query(
            max_length=100,
            pattern=r"^[a-z_]{1,30}:[a-z0-9._-]{1,69}$",
            description="Kind and id, such as member:aukra. Left out: every entity of the book.",
            examples=["member:aukra"],
        ),
    ] = None,
    if_none_match: IfNoneMatch = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The audit history: the entries that touched an entity, whatever dates they are about.

    `withheld` counts the shielded rows of the whole history: of one subject it would give away what is shielded.
    """
    ever = replace(point, on=None)
    where = {"about": subject} if subject else None
    query = ever.query(where=where, after_key=after, limit=limit + 1)
    path = f"{BASE}/{point.collaboration_id}/history"
    return from_point(house, ever, if_none_match, lambda: _page(house, ever, HISTORY, query, path, subject=subject))


@router.get("/{collaboration_id}/{projection}", operation_id="getProjection", **documented(Rows))
def projection(
    projection: Annotated[
        str,
        Path(
            description="A projection's name; an underscore is as good as a hyphen.",
            json_schema_extra={"enum": list[Any](PROJECTION_NAMES)},
        ),
    ],
    point: PointDep,
    house: HouseDep,
    if_none_match: IfNoneMatch = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The rows of a projection: as of an entry or a time of recording, and on a date. `certain` tells the kinds apart.

    What lists entries themselves (`minute-book`, `history`) lists them whatever dates they are about.
    """
    chosen = projection_named(projection)
    seen_from = replace(point, on=None) if chosen.kind is None else point
    query = seen_from.query(after_key=after, limit=limit + 1)
    path = f"{BASE}/{point.collaboration_id}/{projection}"
    return from_point(house, seen_from, if_none_match, lambda: _page(house, seen_from, chosen, query, path))


def _page(house: House, point: Point, chosen: Projection, query: RowQuery, path: str, **more: str | None) -> Made:
    limit = (query.limit or 0) - 1
    if chosen is MINUTES:
        every = known(house, point, chosen, query)
        left_out = len(house.views.select(chosen, replace(query, shielded=True, after_key=None, limit=None))) - len(
            every
        )
        found = [row for row in every if query.after_key is None or row.key > query.after_key][: query.limit]
    else:
        found, left_out = house.views.select(chosen, query), withheld(house.views, chosen, query)
    shown, day = found[:limit], "all" if point.on is None else point.on.isoformat()
    following = None
    if len(found) > limit:
        following = link(path, after=shown[-1].key, limit=limit, entry=point.entry, effective_on=day, **more)
    tail = {
        "collaboration": point.collaboration_id,
        "entry": point.entry,
        "effective_on": None if point.on is None else day,
        "withheld": left_out,
        "next": following,
        **looked_up(house, point.collaboration_id, (row.body for row in shown)),
    }
    rows = b",".join(_row(row, point) for row in shown)
    return Made(b'{"rows":[' + rows + b"]," + orjson.dumps(tail)[1:], following)


def _row(row: Found, point: Point) -> bytes:
    """Returns a row's stored body with what its version says: is it certain, and which entry it stands from."""
    mark = orjson.dumps({"certain": is_certain(row, point), "from_entry": row.from_entry})
    return row.body[:-1] + b"," + mark[1:]
