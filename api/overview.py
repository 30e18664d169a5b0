"""One collaboration at a glance, composed from rows: what is certain on a day, and apart from it what is possible."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from api.composition import House
from api.deps import Point
from projections.agreements import AGREEMENTS, SERVICE_LEVELS, SERVICES
from projections.authority import AUTHORITY
from projections.bodies import BODIES, OFFICES, SEAT_PLANS
from projections.constitution import CONSTITUTION
from projections.members import MEMBERS
from projections.projection import Projection
from projections.views import Found

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Seen:
    """A row as seen on a day: its body, and whether it is certain."""

    body: Answer
    certain: bool


def looked(house: House, projection: Projection, point: Point, **where: str) -> tuple[list[Seen], int]:
    """Returns a projection's rows as `seen` does, and how many are withheld for being shielded."""
    found = house.views.select(projection, replace(point.query(where=where or None), shielded=True))
    shown = [row for row in found if point.shielded or row.access == "public"]
    return [Seen(orjson.loads(row.body), is_certain(row, point)) for row in shown], len(found) - len(shown)


def seen(house: House, projection: Projection, point: Point, **where: str) -> list[Seen]:
    """Returns a projection's rows as seen from a point, certain and possible ones, in the order of their keys."""
    return looked(house, projection, point, **where)[0]


def is_certain(row: Found, point: Point) -> bool:
    """Returns whether a row certainly holds on the point's day; where all days are asked for, every row does."""
    return point.on is None or row.certain_on(point.on.isoformat())


_LOOKED_AT = (CONSTITUTION, MEMBERS, BODIES, SEAT_PLANS, OFFICES, SERVICES, AGREEMENTS, SERVICE_LEVELS, AUTHORITY)

Look = Mapping[str, Sequence[Seen]]
"""Rows as seen, by projection."""


def overview(house: House, point: Point) -> Answer:
    """Returns the collaboration as seen from a point. Before the founding `legal_form` is None and `members` empty."""
    looks = {projection.name: looked(house, projection, point) for projection in _LOOKED_AT}
    look: Look = {name: rows for name, (rows, _) in looks.items()}
    members = [body for body in _certain(look, MEMBERS) if body["status"] == "member"]
    plans = {plan["body"]: plan["seats"] for plan in _certain(look, SEAT_PLANS)}
    return {
        "id": point.collaboration_id,
        "name": _facet(look, "name") or _founding_name(house, point),
        "legal_form": _facet(look, "legal_form"),
        "host": _facet(look, "host"),
        "charter": _facet(look, "charter"),
        "members": sorted(members, key=lambda body: (body["name"], body["id"])),
        "bodies": [{**body, "seats": plans.get(body["id"], [])} for body in _certain(look, BODIES)],
        "offices": _certain(look, OFFICES),
        "services": _certain(look, SERVICES),
        "agreements": [_agreement(body, look[SERVICE_LEVELS.name]) for body in _certain(look, AGREEMENTS)],
        "authority": _certain(look, AUTHORITY),
        "possible": list(_possible(look)),
        "withheld": sum(withheld for _, withheld in looks.values()),
        "entry": point.entry,
        "effective_on": None if point.on is None else point.on.isoformat(),
        "head": point.head,
    }


def _certain(look: Look, projection: Projection) -> list[Answer]:
    return [row.body for row in look[projection.name] if row.certain]


def _facet(look: Look, facet: str) -> Any:
    values = [body["value"] for body in _certain(look, CONSTITUTION) if body["facet"] == facet]
    return values[-1] if values else None


def _founding_name(house: House, point: Point) -> str | None:
    """Returns the name it was founded under, so that a book has a name before the founding takes effect."""
    rows = house.views.select(
        CONSTITUTION,
        Point(point.collaboration_id, point.entry, None, point.head, point.shielded).query(where={"facet": "name"}),
    )
    return str(orjson.loads(rows[0].body)["value"]) if rows else None


def _agreement(body: Answer, levels: Iterable[Seen]) -> Answer:
    own = [level for level in levels if level.body["agreement"] == body["id"]]
    certain = [level.body for level in own if level.certain]
    now = certain[-1] if certain else None
    return {
        **body,
        "sla_version": None if now is None else now["sla_version"],
        "service_level": now,
        "possible_sla_versions": [level.body["sla_version"] for level in own if not level.certain],
    }


_NAMED = (("body", BODIES), ("office", OFFICES), ("service", SERVICES), ("agreement", AGREEMENTS), ("grant", AUTHORITY))
"""What has an id of its own, by kind."""


def _possible(look: Look) -> Iterator[Answer]:
    """Yields what is possible but not certain: each with its kind, id, what it would be, and since which interval."""
    for body in _uncertain(look, CONSTITUTION):
        yield _shape(body, body["facet"], body["value"], value=body["value"])
    for body in _uncertain(look, MEMBERS):
        yield _shape(body, "member", body["id"], status=body["status"])
    for kind, projection in _NAMED:
        for body in _uncertain(look, projection):
            yield _shape(body, kind, body["id"], ended=body.get("ended"))
    for body in _uncertain(look, SEAT_PLANS):
        if body["known"]:
            yield _shape(body, "seat_plan", body["body"], seats=body["seats"])
    for body in _uncertain(look, SERVICE_LEVELS):
        yield _shape(body, "sla_version", body["agreement"], sla_version=body["sla_version"])


def _uncertain(look: Look, projection: Projection) -> list[Answer]:
    return [row.body for row in look[projection.name] if not row.certain]


def _shape(body: Answer, kind: str, id_: str, **more: Any) -> Answer:
    name = body.get("name") or body.get("title")
    return {"kind": kind, "id": id_, "name": name, "effective": body["effective"], "entry": body["entry"], **more}
