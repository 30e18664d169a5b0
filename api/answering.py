"""How an answer goes out: its bytes as they are, under a tag, or only word that nothing has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Header, Response

from api.composition import House
from api.deps import Point

_VERSION = version("styringsbok")

IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", description="The entity tag last seen: 304 without a body if it still holds."),
]


@dataclass(frozen=True, slots=True)
class Made:
    """An answer's body, and the page that follows it."""

    body: bytes
    next: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def tag_of(house: House, point: Point) -> str:
    """Returns the entity tag of what is seen from a point.

    It begins with the entry's number, which is what If-Match takes. The day is in it, so that a new day is a new tag,
    and so are whether shielded entries are shown, the book's last entry, and the version of the program. Where they are
    not, today is in it too: a shield may end by itself whatever day is asked about.
    """
    day = "all" if point.on is None else point.on.isoformat()
    today = "" if point.shielded else f";{house.views.today().isoformat()}"
    return f'"{point.entry};{day};{"s" if point.shielded else "p"}{point.head}{today};{_VERSION}"'


def from_point(house: House, point: Point, if_none_match: str | None, make: Callable[[], Made]) -> Response:
    """Returns what `make` makes, seen from a point, or 304 where it is what the asker has seen.

    Where projections have stopped, rows may change while the book does not: then there is no tag, and a header that
    names them with the entry each stopped at.
    """
    faults = house.views.faults(point.collaboration_id)
    if faults:
        stopped = ", ".join(f"{fault.projection}@{fault.entry}" for fault in faults)
        return _answer(make(), {"Styringsbok-Stopped": stopped}, shielded=point.shielded)
    tag = tag_of(house, point)
    if matches(if_none_match, tag):
        return unchanged(tag, shielded=point.shielded)
    return _answer(make(), {"ETag": tag}, shielded=point.shielded)


def by_content(made: Made, if_none_match: str | None, *, shielded: bool = False) -> Response:
    """Returns an answer under the hash of its bytes, or 304 where that is the tag the asker has seen."""
    tag = f'"{hashlib.sha256(made.body).hexdigest()}"'
    if matches(if_none_match, tag):
        return unchanged(tag, shielded=shielded)
    return _answer(made, {"ETag": tag}, shielded=shielded)


def matches(if_none_match: str | None, tag: str) -> bool:
    """Returns whether an If-None-Match names a tag, compared weakly (RFC 9110 section 13.1.2)."""
    if if_none_match is None:
        return False
    named = [one.strip().removeprefix("W/") for one in if_none_match.split(",")]
    return "*" in named or tag in named


def unchanged(tag: str, *, shielded: bool) -> Response:
    """Returns the answer that nothing has changed."""
    return Response(status_code=304, headers={"ETag": tag, **_keeping(shielded=shielded)})


def link(path: str, **parameters: str | int | None) -> str:
    """Returns an address with the parameters that are not None, escaped."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _answer(made: Made, headers: Mapping[str, str], *, shielded: bool) -> Response:
    head = {**_keeping(shielded=shielded), **made.headers, **headers}
    if made.next is not None:
        head["Link"] = f'<{made.next}>; rel="next"'
    return Response(made.body, 200, head, "application/json")


def _keeping(*, shielded: bool) -> dict[str, str]:
    """Returns what says who may keep an answer: nobody without asking, and what is shielded none but the asker."""
    return {"Cache-Control": "private, no-cache" if shielded else "no-cache", "Vary": "Authorization"}
