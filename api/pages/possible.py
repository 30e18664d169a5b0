"""What is possible but not certain on a day, each with its interval in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from api.composition import House
from api.deps import Point
from api.overview import seen
from api.pages.parts import Link, Part, When
from api.pages.state import Body, Renderer, SeatsShown
from api.pages.words import titled, when
from projections.agreements import SERVICES
from projections.authority import AUTHORITY
from projections.bodies import SEAT_PLANS

CHANGES = frozenset({"legal_form", "name", "host", "charter", "dissolution"})
"""Kinds of which there is one at a time: a possible one would take the place of the certain one."""

SUBJECTS: Mapping[str, str] = {"sla_version": "agreement", "seat_plan": "body"}
"""The kind of subject whose history tells more, where it is not the kind itself."""


class Turn(Part):
    """A beginning or an end whose day is not known."""

    text: str
    """What happened and between which dates."""
    when: When
    """The interval."""


class Possibility(Part):
    """Something that may be so."""

    kind: str
    """What it is, in words."""
    name: str
    """Its name."""
    url: str | None
    """Its history."""
    seats: tuple[SeatsShown, ...]
    """Of a plan of seats: what each member would have."""
    turns: tuple[Turn, ...]
    """When it may have begun and ended."""
    entry: Link
    """The entry that says so."""


def complete(house: House, point: Point, listed: Sequence[Body]) -> list[Body]:
    """Returns the overview's possible things with the parties of each grant, and with plans of seats and services.

    The overview itself lists neither of the two. A plan that only says that the seats are not known says nothing here.
    """
    grants = {row.body["id"]: row.body for row in seen(house, AUTHORITY, point)}
    found = [{**grants.get(item["id"], {}), **item} if item["kind"] == "grant" else item for item in listed]
    there = {item["kind"] for item in listed}
    for kind, id_field, projection in (("seat_plan", "body", SEAT_PLANS), ("service", "id", SERVICES)):
        if kind not in there:
            rows = (
                row.body for row in seen(house, projection, point) if not row.certain and row.body.get("known", True)
            )
            found += [{**body, "kind": kind, "id": body[id_field]} for body in rows]
    return found


def possibility(item: Body, day: str | None, renderer: Renderer) -> Possibility:
    """Returns one of the overview's possible things in words; `day` is the day asked about, in ISO form."""
    kind = item["kind"]
    turns = [_turn(_beginning(item), item["effective"], renderer)] if _open(item["effective"], day) else []
    if item.get("ended") is not None and _open(item["ended"], day):
        turns.append(_turn("possible.ended", item["ended"], renderer))
    subject = SUBJECTS.get(kind, kind)
    return Possibility(
        kind=renderer.speech(f"possible.what.{kind}"),
        name=_name(item, renderer),
        url=None if kind in CHANGES else renderer.history(subject, item["id"], "").url,
        seats=renderer.seats(item.get("seats", ())),
        turns=tuple(turns) or (_turn(_beginning(item), item["effective"], renderer),),
        entry=renderer.entry(item["entry"]),
    )


def _open(interval: Mapping[str, Any], day: str | None) -> bool:
    """Returns whether the day is one of those it may have happened before or after."""
    return day is None or bool(interval["earliest"] <= day < interval["latest"])


def _beginning(item: Body) -> str:
    if item["kind"] in CHANGES:
        return "possible.changed"
    if item["kind"] == "member":
        return "possible.left" if item["status"] == "left" else "possible.joined"
    return "possible.plan" if item["kind"] == "seat_plan" else "possible.begun"


def _turn(code: str, interval: Mapping[str, Any], renderer: Renderer) -> Turn:
    shown = when(interval, renderer.speech)
    return Turn(text=renderer.speech(code, when=shown.text), when=shown)


def _name(item: Body, renderer: Renderer) -> str:
    speech, names = renderer.speech, renderer.names
    match item["kind"]:
        case "legal_form":
            return titled(speech.word("legal_form", item["value"]))
        case "dissolution":
            return titled(speech.word("dissolution_cause", item["value"]))
        case "host":
            return speech("possible.no_host") if item["value"] is None else names.of("member", item["value"])
        case "name" | "charter":
            return str(item["value"])
        case "sla_version":
            params = {
                "number": item["sla_version"],
                "agreement": names.of("agreement", item["id"]),
                "name": item["name"],
            }
            return titled(speech("possible.version", **params))
        case "grant" if "grantor" in item:
            parties = {role: renderer.holder(item[role]) for role in ("grantor", "grantee")}
            return speech("authority.from_to", **parties)
        case "seat_plan":
            return names.of("body", item["id"])
        case kind:
            return str(item.get("name") or names.of(kind, item["id"]))
