"""The ladder of service levels and prices (tjenestenivåer og priser): every version against the one before.

Composed from rows. What a version changes is told target by target, or price by price, and field by field; each
measurement stands under the version that judged it, so a later version never changes an earlier verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import Answer, documented
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.entries import recorded_of
from api.overview import Seen, looked
from domain.agreements import PriceItem
from domain.dates import Interval
from projections.agreements import AGREEMENTS, SERVICE_LEVELS
from projections.deliveries import PRICE_LIST, SCORECARD

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

JSON = dict[str, Any]

ITEM_FIELDS = tuple(PriceItem.model_fields)


class FieldChanged(Answer):
    """One field of a target, before and after."""

    target: str
    field: str
    was: Any
    now: Any


class Redline(Answer):
    """What a version changes in the one before; of the first everything is added."""

    added: list[str]
    """Targets, by id."""
    removed: list[str]
    changed: list[FieldChanged]


class Rung(Answer):
    """A version of an agreement's service levels."""

    sla_version: int
    name: str
    effective: Interval
    entry: int
    in_force: bool
    """Whether it certainly holds on the day asked about."""
    decisions: list[str]
    """The decisions it rests on."""
    targets: list[dict[str, Any]]
    redline: Redline
    scorecard: list[dict[str, Any]]
    """What was measured and judged by this version, period by period."""


class PriceChanged(Answer):
    """One field of a price, before and after."""

    item: str
    field: str
    was: Any
    now: Any


class PriceRedline(Answer):
    """What a version of the prices changes in the one before; of the first everything is added."""

    added: list[str]
    """Prices, by id."""
    removed: list[str]
    changed: list[PriceChanged]


class PriceRung(Answer):
    """A version of an agreement's prices."""

    price_version: int
    effective: Interval
    entry: int
    in_force: bool
    """Whether it certainly holds on the day asked about."""
    decisions: list[str]
    """The decisions it rests on."""
    items: list[dict[str, Any]]
    redline: PriceRedline


class Ladder(Answer):
    """An agreement with its versions, the first first."""

    agreement: str
    name: str
    rungs: list[Rung]
    prices: list[PriceRung]


class SlaLadder(Answer):
    """The service levels and prices of every agreement, version by version."""

    collaboration: str
    entry: int
    effective_on: str
    agreements: list[Ladder]
    withheld: int
    """Rows that rest on entries shielded from whoever asks."""


@router.get("/{collaboration_id}/sla-ladder", operation_id="getSlaLadder", **documented(SlaLadder))
def sla_ladder(
    point: PointOnADayDep,
    house: HouseDep,
    agreement: Annotated[str | None, Query(max_length=64, description="Only this agreement.")] = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Every version of every agreement's service levels and prices: what it changed, on which decision, how it went."""
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(ladders(house, point, agreement))))


def ladders(house: House, point: Point, only: str | None) -> JSON:
    """Returns the answer."""
    ever = replace(point, on=None)
    (agreements, hidden), (levels, unseen) = looked(house, AGREEMENTS, ever), looked(house, SERVICE_LEVELS, ever)
    (measured, unjudged), (prices, unpriced) = looked(house, SCORECARD, ever), looked(house, PRICE_LIST, ever)
    names = {row.body["id"]: row.body["name"] for row in agreements if only in (None, row.body["id"])}
    resting = Resting(house, point, [*levels, *prices])
    return {
        "collaboration": point.collaboration_id,
        "entry": point.entry,
        "effective_on": point.on.isoformat() if point.on else None,
        "agreements": [
            {
                "agreement": id_,
                "name": name,
                "rungs": [resting.told(id_, rung, "sla_version") for rung in _rungs(id_, levels, measured)],
                "prices": [resting.told(id_, rung, "price_version") for rung in _price_rungs(id_, prices)],
            }
            for id_, name in sorted(names.items())
        ],
        "withheld": hidden + unseen + unjudged + unpriced,
    }


class Resting:
    """What versions rest on, and which are in force on the day asked about."""

    def __init__(self, house: House, point: Point, versions: list[Seen]) -> None:
        numbers = sorted({row.body["entry"] for row in versions})
        self._decided = {
            n: _decisions(one.entry) for n, one in recorded_of(house, point.collaboration_id, numbers).items()
        }
        self._in_force = {
            (kind, row.body["agreement"], row.body[kind])
            for projection, kind in ((SERVICE_LEVELS, "sla_version"), (PRICE_LIST, "price_version"))
            for row in looked(house, projection, point)[0]
            if row.certain
        }

    def told(self, agreement_id: str, rung: JSON, kind: str) -> JSON:
        """Returns a version with that added."""
        in_force = (kind, agreement_id, rung[kind]) in self._in_force
        return rung | {"decisions": self._decided.get(rung["entry"], []), "in_force": in_force}


def _decisions(entry: Any) -> list[str]:
    return [basis.ref for basis in entry.basis if basis.kind == "decision"]


def _rungs(agreement_id: str, levels: list[Seen], measured: list[Seen]) -> Iterator[JSON]:
    before: dict[str, JSON] = {}
    own = [row.body for row in levels if row.body["agreement"] == agreement_id]
    for body in sorted(own, key=lambda one: one["sla_version"]):
        targets = {target["target_id"]: target for target in body["targets"]}
        yield {
            "sla_version": body["sla_version"],
            "name": body["name"],
            "effective": body["effective"],
            "entry": body["entry"],
            "targets": body["targets"],
            "redline": redline(before, targets, "target"),
            "scorecard": [
                row.body
                for row in measured
                if (row.body["agreement"], row.body["sla_version"]) == (agreement_id, body["sla_version"])
            ],
        }
        before = targets


def _price_rungs(agreement_id: str, prices: list[Seen]) -> Iterator[JSON]:
    before: dict[str, JSON] = {}
    own = [row.body for row in prices if row.body["agreement"] == agreement_id]
    own.sort(key=lambda body: (body["price_version"], body["item_id"]))
    for version, rows in groupby(own, key=lambda body: body["price_version"]):
        bodies = list(rows)
        items = {body["item_id"]: {name: body[name] for name in ITEM_FIELDS} for body in bodies}
        yield {
            "price_version": version,
            "effective": bodies[0]["effective"],
            "entry": bodies[0]["entry"],
            "items": list(items.values()),
            "redline": redline(before, items, "item"),
        }
        before = items


def redline(before: dict[str, JSON], after: dict[str, JSON], kind: str) -> JSON:
    """Returns what is added, taken away and changed between two versions, target by target or price by price."""
    return {
        "added": sorted(after.keys() - before.keys()),
        "removed": sorted(before.keys() - after.keys()),
        "changed": [
            {kind: id_, "field": field, "was": before[id_].get(field), "now": after[id_].get(field)}
            for id_ in sorted(before.keys() & after.keys())
            for field in sorted(before[id_].keys() | after[id_].keys())
            if before[id_].get(field) != after[id_].get(field)
        ],
    }
