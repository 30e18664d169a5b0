"""A member's bill of a year: each share it has, the key and the figures it rests on, and the entry that shared it.

Nothing of it is recorded as such: it is read from what was allocated, as the book was at any entry and is known on any
day, so that a bill that was sent can be made again to the øre.
"""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import documented
from api.bill_answers import MemberBill
from api.book_state import day_of, folded
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.overview import looked
from api.problems import Refused
from domain.dates import FIRST_DAY, LAST_DAY
from domain.text import Id
from projections.costs import MEMBER_BILL

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

Answer = dict[str, Any]

Year = Annotated[
    int | None,
    Query(ge=FIRST_DAY.year + 1, le=LAST_DAY.year, description="The year. Left out: that of the day asked about."),
]
Member = Annotated[Id, Path(description="The id of the member.")]


@router.get("/{collaboration_id}/bill/{member_id}", operation_id="getMemberBill", **documented(MemberBill))
def member_bill(
    point: PointOnADayDep, house: HouseDep, member_id: Member, year: Year = None, if_none_match: IfNoneMatch = None
) -> Response:
    """What a member bears in a year: every amount it has a share in, by which key and figures, and what they come to.

    What a budget says and what it did cost are summed apart: the one settles the other. A member that has no share in
    anything has an empty bill; an id nobody has is not found.
    """
    chosen = year or day_of(house, point).year
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(billed(house, point, member_id, chosen))))


def billed(house: House, point: Point, member_id: str, year: int) -> Answer:
    """Returns the bill of a member in a year as seen from a point. Raises Refused for an id that nobody has."""
    rows, withheld = looked(house, MEMBER_BILL, point, member=member_id, year=str(year))
    if not (rows or withheld) and member_id not in folded(house, point).members.parties:
        raise Refused("unknown_member", member=member_id)
    lines = [{**row.body, "certain": row.certain} for row in rows]
    totals: dict[str, int] = {}
    for line in lines:
        totals[line["cost_basis"]] = totals.get(line["cost_basis"], 0) + line["share_ore"]
    return {
        "collaboration": point.collaboration_id,
        "member": member_id,
        "year": year,
        "entry": point.entry,
        "effective_on": day_of(house, point).isoformat(),
        "lines": lines,
        "totals_ore": dict(sorted(totals.items())),
        "withheld": withheld,
    }
