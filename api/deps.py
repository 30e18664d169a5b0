"""What routes are handed: the house, who is asking, and the point of the book the question is about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request

from api.access import Principal, allow, principal_of
from api.composition import House
from api.field_errors import Fault
from api.near import near
from api.problems import Refused, unavailable
from domain.dates import FIRST_DAY, LAST_DAY
from ledger.deciding import today_in_oslo
from projections.lists import last_entry_by
from projections.projection import Projection
from projections.registry import BY_NAME
from projections.views import Query as RowQuery

BookId = Annotated[
    str,
    Path(pattern=r"^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$", description="Id of a collaboration.", examples=["ror-ikt"]),
]

NUMBER_MAX = 2**53 - 1


async def house_of(request: Request) -> House:
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
    str | None,
    Query(
        max_length=40,
        description="As the book was at this instant, with its time zone. Not together with entry.",
        examples=["2026-11-24T08:00:00Z"],
        json_schema_extra={"format": "date-time"},
    ),
]
EffectiveParam = Annotated[
    str | None,
    Query(
        pattern=r"^(all|[0-9]{4}-[0-9]{2}-[0-9]{2})$",
        description="What was in effect on this date; `all` for every date. Left out: today in Europe/Oslo.",
        examples=["2019-01-01"],
    ),
]
DayParam = Annotated[
    str | None,
    Query(
        pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        description="What was in effect on this date. Left out: today in Europe/Oslo.",
        examples=["2019-01-01"],
        json_schema_extra={"format": "date"},
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


_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)([Zz]|[+ -]\d\d:\d\d)?")


def read_instant(text: str) -> datetime:
    """Returns the instant (RFC 3339), naive where no zone stands in it. Raises Refused if there is no such instant."""
    found = _INSTANT.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        day, clock, zone = found.groups(default="")
        # A plus sign that was not escaped in the address arrives as a blank.
        return datetime.fromisoformat(f"{day}T{clock}{zone.upper().replace(' ', '+')}")
    except ValueError:
        raise Refused("invalid", faults=(Fault("moment", parameter="recorded_as_of"),), count=1) from None


def point(
    collaboration_id: str,
    house: House,
    principal: Principal,
    entry: int | None = None,
    recorded_as_of: datetime | None = None,
    effective_on: str | None = None,
) -> Point:
    """Returns the point a question is asked from.

    Raises Refused for an unknown book and for parameters that do not fit.
    """
    if entry is not None and recorded_as_of is not None:
        raise Refused("entry_and_instant")
    if recorded_as_of is not None and recorded_as_of.utcoffset() is None:
        raise Refused("instant_without_zone")
    if effective_on == "all":
        day = None
    else:
        day = today_in_oslo(house.ledger.clock()) if effective_on is None else read_day(effective_on)
    head = _head(house, collaboration_id)
    if recorded_as_of is not None:
        entry = last_entry_by(house.views, collaboration_id, recorded_as_of)
    elif entry is not None and entry > head:
        raise Refused("entry_not_yet", entry=entry, head=head)
    shielded = allow(principal, "read", collaboration_id, "shielded")
    return Point(collaboration_id, head if entry is None else entry, day, head, shielded)


def _head(house: House, collaboration_id: str) -> int:
    """Returns the entry a book's rows have come to. Raises Refused if there is no such book, or no row of it yet."""
    head = house.views.position(collaboration_id)
    if head == 0:
        if house.ledger.head(collaboration_id) > 0:
            raise unavailable()
        raise Refused("unknown_collaboration", collaboration=collaboration_id)
    return head


async def asked_point(
    collaboration_id: BookId,
    house: HouseDep,
    principal: PrincipalDep,
    entry: EntryParam = None,
    recorded_as_of: RecordedParam = None,
    effective_on: EffectiveParam = None,
) -> Point:
    """Returns the point a request asks from. Raises as `point`, and for an instant that cannot be read."""
    instant = None if recorded_as_of is None else read_instant(recorded_as_of)
    return await near(house.ledger, point, collaboration_id, house, principal, entry, instant, effective_on)


async def asked_point_on_a_day(
    collaboration_id: BookId,
    house: HouseDep,
    principal: PrincipalDep,
    entry: EntryParam = None,
    recorded_as_of: RecordedParam = None,
    effective_on: DayParam = None,
) -> Point:
    """Returns the point a request asks from, always on one day. Raises as `asked_point`."""
    return await asked_point(collaboration_id, house, principal, entry, recorded_as_of, effective_on)


PointDep = Annotated[Point, Depends(asked_point)]
PointOnADayDep = Annotated[Point, Depends(asked_point_on_a_day)]


_TAG = re.compile(r'(?:W/)?"([0-9]{1,16})(?:;[^"]*)?"')


def expected_number(if_match: str | None) -> int | None:
    """Returns the entry number an If-Match insists on, None without one. Raises Refused if it is no tag of ours."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Refused("if_match_unreadable")
    return int(found[1])


def etag(number: int) -> str:
    """Returns the entity tag of a book that has come to an entry: what If-Match takes."""
    return f'"{number}"'


def projection_named(name: str) -> Projection:
    """Returns a projection; in its name a hyphen is as good as an underscore. Raises Refused if there is none."""
    found = BY_NAME.get(name.replace("-", "_"))
    if found is None:
        raise Refused("unknown_projection", known=PROJECTION_NAMES)
    return found


PROJECTION_NAMES = sorted(name.replace("_", "-") for name in BY_NAME)
"""The projections as paths name them."""
