"""Legal forms as data, and what a member has to settle before it leaves."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Response

from api.answering import IfNoneMatch, Made, by_content, from_point
from api.answers import Answer, documented
from api.book_state import day_of, folded, hidden_among
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.problems import Refused
from domain.collaboration import departure_checklist
from domain.rulebook import form_table

router = APIRouter(prefix="/api/v1", tags=["collaborations"])


MemberId = Annotated[str, Path(pattern=r"^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$", examples=["nesset"])]


class LegalForms(Answer):
    """Every legal form of cooperation with what its act allows and demands, each rule beside its provision."""

    legal_forms: list[dict[str, Any]]


class ChecklistEntry(Answer):
    """One thing that has to be settled."""

    kind: str
    """notice, seat, grant, agreement or share."""
    id: str | None
    """Of what is open; null where nothing of the kind is, or it is withheld."""
    done: bool
    entry: int | None
    """The entry it rests on."""


class DepartureChecklist(Answer):
    """What a member has to settle before it leaves on a day."""

    collaboration: str
    member: str
    entry: int
    """The number of the last entry folded."""
    effective_on: str
    complete: bool
    items: list[ChecklistEntry]
    withheld: int
    """How many items rest on entries that are shielded from whoever asks."""


@cache
def table() -> bytes:
    """Returns the table of legal forms."""
    return orjson.dumps({"legal_forms": form_table()})


@router.get("/legal-forms", operation_id="listLegalForms", **documented(LegalForms))
async def legal_forms(if_none_match: IfNoneMatch = None) -> Response:
    """Every legal form as dated data: when it could be taken, its bodies, what its charter must hold, the way out."""
    return by_content(Made(table()), if_none_match)


@router.get(
    "/collaborations/{collaboration_id}/members/{member_id}/departure-checklist",
    operation_id="getDepartureChecklist",
    **documented(DepartureChecklist),
)
def checklist(
    point: PointOnADayDep,
    member_id: MemberId,
    house: HouseDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """What has to be settled before a member leaves on the day asked about, and what is: with the entry it rests on."""
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(_listed(house, point, member_id))))


def _listed(house: House, point: Point, member_id: str) -> dict[str, Any]:
    state, day = folded(house, point), day_of(house, point)
    if member_id not in state.members.parties:
        raise Refused("unknown_member", member=member_id)
    items = departure_checklist(state, member_id, day)
    hidden = hidden_among(house, point, {item.entry for item in items if item.entry is not None})
    return {
        "collaboration": point.collaboration_id,
        "member": member_id,
        "entry": point.entry,
        "effective_on": day.isoformat(),
        "complete": all(item.done for item in items),
        "items": [
            {
                "kind": item.kind,
                "id": None if item.entry in hidden else item.id,
                "done": item.done,
                "entry": item.entry,
            }
            for item in items
        ],
        "withheld": sum(item.entry in hidden for item in items),
    }
