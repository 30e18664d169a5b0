"""What routes are handed: the house, who is asking, and the point of the book the question is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request

from api.access import Principal, allow, principal_of
from api.composition import House
from api.problems import Refused
from domain.dates import FIRST_DAY, LAST_DAY
from ledger.deciding import today_in_oslo
from ledger.entry import format_instant
from projections.registry import BY_NAME
from projections.views import Query as RowQuery

BookId = Annotated[
    str,
    Path(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$", description="Id of a collaboration.", examples=["ror-ikt"]),
]

NUMBER_MAX = 2**53 - 1


def house_of(request: Request) -> House:
    """Returns the house the app was made for."""
    found: House = request.app.state.house
    return found


HouseDep = Annotated[House, Depends(house_of)]
PrincipalDep = Annotated[Principal, Depends(principal_of)]


@dataclass(frozen=True, slots=True)
class Point:
    """A point to look from: the book after an entry, and a day, or None for all days."""

    collaboration_id: str
    entry: int
    on: date | None
    head: int
    """The book's last entry."""
    shielded: bool
    """Whether the one who asks may see what is shielded."""

    def query(self, **more: Any) -> RowQuery:
        """Returns the query for rows as seen from here."""
        return RowQuery(self.collaboration_id, self.entry, self.on, shielded=self.shielded, **more)


EntryParam = Annotated[
    int | None,
    Query(ge=0, le=NUMBER_MAX, description="As the book was after this entry. Not together with recorded_as_of."),
]
RecordedParam = Annotated[
    datetime | None,
    Query(description="As the book was at this instant, such as 2026-11-24T08:00:00Z. Not together with entry."),
]
EffectiveParam = Annotated[
    str | None,
    Query(
        pattern=r"^(all|[0-9]{4}-[0-9]{2}-[0-9]{2})$",
        description="What was in effect on this date; `all` for every date. Left out: today in Europe/Oslo.",
        examples=["2019-01-01"],
    ),
]


def read_day(text: str) -> date:
    """Returns the date. Raises Refused if there is no such day or it is out of bounds."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("no_such_day", day=text, parameter="effective_on") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Refused("day_out_of_bounds", day=text, first=FIRST_DAY.isoformat(), last=LAST_DAY.isoformat())
    return day


def point(
    collaboration_id: BookId,
    house: HouseDep,
    principal: PrincipalDep,
    entry: EntryParam = None,
    recorded_as_of: RecordedParam = None,
    effective_on: EffectiveParam = None,
) -> Point:
    """Returns the point a question is asked from. Raises Refused for an unknown book and for parameters that do not fit."""
    if entry is not None and recorded_as_of is not None:
        raise Refused("entry_and_instant")
    head = house.views.position(collaboration_id)
    if head == 0:
        raise Refused("unknown_collaboration", collaboration=collaboration_id)
    if effective_on == "all":
        day = None
    else:
        day = today_in_oslo(house.ledger.clock()) if effective_on is None else read_day(effective_on)
    if recorded_as_of is not None:
        if recorded_as_of.utcoffset() is None:
            raise Refused("instant_without_zone")
        entry = _last_before(house, collaboration_id, recorded_as_of)
    elif entry is not None and entry > head:
        raise Refused("entry_not_yet", entry=entry, head=head)
    return Point(
        collaboration_id,
        head if entry is None else entry,
        day,
        head,
        allow(principal, "read", collaboration_id, "shielded"),
    )


PointDep = Annotated[Point, Depends(point)]


def _last_before(house: House, collaboration_id: str, instant: datetime) -> int:
    """Returns the number of the last entry recorded at or before an instant, 0 if there is none."""
    rows = house.views.query(
        "SELECT MAX(from_entry) FROM view_minute_book WHERE collaboration_id = %s AND recorded_at <= %s",
        (collaboration_id, format_instant(instant)),
    )
    return int(rows[0][0] or 0)


_ETAG = re.compile(r'^(?:W/)?"([0-9]{1,16})(?:;[0-9-]+)?"$')


def expected_number(if_match: str | None) -> int | None:
    """Returns the entry number an If-Match insists on, None without one. Raises Refused if it is not an entity tag of ours."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _ETAG.match(if_match.strip())
    if found is None:
        raise Refused("if_match_unreadable")
    return int(found[1])


def etag(number: int, on: date | None) -> str:
    """Returns the entity tag of what a book shows after an entry on a day."""
    return f'"{number};{on.isoformat()}"' if on else f'"{number}"'


def projection_named(name: str) -> Any:
    """Returns a projection. Raises Refused if there is none by that name."""
    if name not in BY_NAME:
        raise Refused("unknown_route")
    return BY_NAME[name]
