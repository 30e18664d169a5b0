"""Collaborations: which there are, one at a glance, and every projection of it."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Response

from api.composition import House
from api.deps import BookId, HouseDep, Point, PointDep, etag, projection_named
from api.overview import is_certain, overview
from api.texts import texts_for
from ledger.deciding import today_in_oslo
from projections.history import HISTORY
from projections.views import Found

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

PAGE_MAX = 1_000

IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
After = Annotated[str | None, Query(max_length=300, description="The cursor of the page before: its last key.")]


def listed(house: House) -> list[dict[str, Any]]:
    """Returns every collaboration with its name, legal form and number of members today."""
    today = today_in_oslo(house.ledger.clock())
    found = []
    for collaboration_id, head in sorted(house.views.positions().items()):
        seen = overview(house, Point(collaboration_id, head, today, head, shielded=False))
        found.append(
            {
                "id": collaboration_id,
                "name": seen["name"],
                "legal_form": seen["legal_form"],
                "members": len(seen["members"]),
                "entry": head,
                "url": f"/api/v1/collaborations/{collaboration_id}",
            }
        )
    return found


@router.get("", operation_id="listCollaborations")
def collaborations(house: HouseDep) -> dict[str, list[dict[str, Any]]]:
    """Lists the collaborations."""
    return {"collaborations": listed(house)}


@router.get("/{collaboration_id}", operation_id="getCollaboration")
def collaboration(point: PointDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """One collaboration at a glance: as of an entry or a time of recording, and on a date.

    What is certain stands in its place; what is possible but not certain on that date stands under `possible`.
    """
    tag = etag(point.entry, point.on)
    if if_none_match is not None and tag in if_none_match and not _faulty(house, point):
        return Response(status_code=304, headers={"ETag": tag})
    body = orjson.dumps(overview(house, point))
    texts = orjson.dumps(texts_for(house, point.collaboration_id, [body]))
    return _answer(house, point, body[:-1] + b',"texts":' + texts + b"}")


@router.get("/{collaboration_id}/history", operation_id="getHistory")
def history(
    point: PointDep,
    house: HouseDep,
    subject: Annotated[
        str | None, Query(max_length=100, pattern=r"^[a-z_]+:.+$", description="Kind and id, such as member:aukra.", examples=["member:aukra"])
    ] = None,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The audit history: the entries that touched an entity, or every entity of the book."""
    everything = Point(point.collaboration_id, point.entry, None, point.head, shielded=True)
    where = {"about": subject} if subject else None
    found = house.views.select(HISTORY, everything.query(where=where, after_key=after, limit=limit + 1))
    return _page(house, point, "history", found, limit, f"&subject={subject}" if subject else "")


@router.get("/{collaboration_id}/{projection}", operation_id="getProjection")
def projection(
    collaboration_id: BookId,  # noqa: ARG001
    projection: str,
    point: PointDep,
    house: HouseDep,
    after: After = None,
    limit: Limit = 100,
) -> Response:
    """The rows of a projection: as of an entry or a time of recording, and on a date. `certain` tells the two kinds apart."""
    chosen = projection_named(projection.replace("-", "_"))
    found = house.views.select(chosen, point.query(after_key=after, limit=limit + 1))
    return _page(house, point, projection, found, limit, "")


def _page(house: House, point: Point, path: str, found: list[Found], limit: int, more: str) -> Response:
    rows = [_row(row, point) for row in found[:limit]]
    texts = texts_for(house, point.collaboration_id, (row.body for row in found[:limit]))
    url = None
    if len(found) > limit:
        on = "all" if point.on is None else point.on.isoformat()
        base = f"/api/v1/collaborations/{point.collaboration_id}/{path}"
        url = f"{base}?after={found[limit - 1].key}&limit={limit}&entry={point.entry}&effective_on={on}{more}"
    tail = orjson.dumps(
        {
            "collaboration": point.collaboration_id,
            "entry": point.entry,
            "effective_on": None if point.on is None else point.on.isoformat(),
            "next": url,
            "texts": texts,
        }
    )
    body = b'{"rows":[' + b",".join(rows) + b"]," + tail[1:]
    return _answer(house, point, body, {"Link": f'<{url}>; rel="next"'} if url else {})


def _row(row: Found, point: Point) -> bytes:
    """Returns a row's stored body with what its version says: is it certain, and which entries it stands between."""
    mark = orjson.dumps({"certain": is_certain(row, point), "from_entry": row.from_entry})
    return mark if row.body == b"{}" else row.body[:-1] + b"," + mark[1:]


def _answer(house: House, point: Point, body: bytes, headers: dict[str, str] | None = None) -> Response:
    head = {"ETag": etag(point.entry, point.on), "Cache-Control": "no-cache", "Vary": "Authorization", **(headers or {})}
    if notice := _faulty(house, point):
        head["Styringsbok-Stopped"] = notice
    return Response(body, 200, head, "application/json")


def _faulty(house: House, point: Point) -> str:
    """Returns the projections that stopped, with the entry: their rows are old."""
    return ", ".join(f"{f.projection}@{f.entry}" for f in house.views.faults(point.collaboration_id))


