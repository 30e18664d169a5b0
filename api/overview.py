"""One collaboration at a glance, composed from rows: what is certain on a day, and apart from it what is possible."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


def seen(house: House, projection: Projection, point: Point, **where: str) -> list[Seen]:
    """Returns a projection's rows as seen from a point, certain and possible ones, in the order of their keys."""
    found = house.views.select(projection, point.query(where=where or None))
    return [Seen(orjson.loads(row.body), is_certain(row, point)) for row in found]


def is_certain(row: Found, point: Point) -> bool:
    """Returns whether a row certainly holds on the point's day; with all days asked for, every row is shown as certain."""
    return point.on is None or row.certain_on(point.on.isoformat())


def overview(house: House, point: Point) -> Answer:
    """Returns the collaboration as seen from a point. Before the founding `legal_form` is None and `members` is empty."""
    constitution = seen(house, CONSTITUTION, point)
    members = seen(house, MEMBERS, point)
    bodies = seen(house, BODIES, point)
    agreements = seen(house, AGREEMENTS, point)
    levels = seen(house, SERVICE_LEVELS, point)
    grants, offices, services = (seen(house, p, point) for p in (AUTHORITY, OFFICES, SERVICES))
    plans = {plan.body["body"]: plan.body["seats"] for plan in seen(house, SEAT_PLANS, point) if plan.certain}
    members_now = [m for m in members if m.certain and m.body["status"] == "member"]
    return {
        "id": point.collaboration_id,
        "name": _facet(constitution, "name") or _founding_name(house, point),
        "legal_form": _facet(constitution, "legal_form"),
        "host": _facet(constitution, "host"),
        "charter": _facet(constitution, "charter"),
        "members": sorted((m.body for m in members_now), key=lambda body: (body["name"], body["id"])),
        "bodies": [{**b.body, "seats": plans.get(b.body["id"], [])} for b in bodies if b.certain],
        "offices": [o.body for o in offices if o.certain],
        "services": [s.body for s in services if s.certain],
        "agreements": [_agreement(a.body, levels) for a in agreements if a.certain],
        "authority": [g.body for g in grants if g.certain],
        "possible": _possible(constitution, members, bodies, agreements, levels, grants, offices),
        "entry": point.entry,
        "effective_on": None if point.on is None else point.on.isoformat(),
        "head": point.head,
    }


def _facet(constitution: Iterable[Seen], facet: str) -> Any:
    values = [row.body["value"] for row in constitution if row.certain and row.body["facet"] == facet]
    return values[-1] if values else None


def _founding_name(house: House, point: Point) -> str | None:
    """Returns the name it was founded under, so that a book has a name before the founding takes effect."""
    rows = house.views.select(
        CONSTITUTION, Point(point.collaboration_id, point.entry, None, point.head, point.shielded).query(where={"facet": "name"})
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


def _possible(
    constitution: Iterable[Seen], members: Iterable[Seen], bodies: Iterable[Seen], agreements: Iterable[Seen],
    levels: Iterable[Seen], grants: Iterable[Seen], offices: Iterable[Seen],
) -> list[Answer]:  # fmt: skip
    """Returns what is possible but not certain: each with its kind, id, what it would be, and since which interval."""
    listed = [_shape(row.body, row.body["facet"], row.body["value"], value=row.body["value"]) for row in constitution if not row.certain]
    listed += [_shape(m.body, "member", m.body["id"], status=m.body["status"]) for m in members if not m.certain]
    for kind, rows in (("body", bodies), ("office", offices), ("agreement", agreements), ("grant", grants)):
        listed += [_shape(row.body, kind, row.body["id"], ended=row.body.get("ended")) for row in rows if not row.certain]
    listed += [
        _shape(level.body, "sla_version", level.body["agreement"], sla_version=level.body["sla_version"])
        for level in levels
        if not level.certain
    ]
    return listed


def _shape(body: Answer, kind: str, id_: str, **more: Any) -> Answer:
    name = body.get("name") or body.get("title")
    return {"kind": kind, "id": id_, "name": name, "effective": body["effective"], "entry": body["entry"], **more}
