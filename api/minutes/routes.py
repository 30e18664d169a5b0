"""The route that answers the minutes of a meeting."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import documented
from api.composition import House
from api.deps import HouseDep, Point, PointDep
from api.minutes.answers import MeetingMinutes
from api.minutes.composing import compose
from api.minutes.correcting import put_right
from api.minutes.reading import Read, case_ids, cases, correcting, done_with, items, read, signed_up_to
from api.pages.names import names, people
from api.texts import looked_up

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

MeetingId = Annotated[
    str,
    Path(
        pattern=r"^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$",
        description="Id of a meeting.",
        examples=["representantskap-2027-1"],
    ),
]


@router.get(
    "/{collaboration_id}/meetings/{meeting_id}/minutes", operation_id="getMinutes", **documented(MeetingMinutes)
)
def minutes(meeting_id: MeetingId, point: PointDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """The minutes of a meeting as of an entry or a time of recording: who was there, and each case as it was treated.

    Everything names its entry. What is shielded is withheld from whoever may not see it, with its legal basis, but
    stands in the digest. `effective_on` changes nothing: a meeting is held once.
    """
    ever = replace(point, on=None)
    return from_point(house, ever, if_none_match, lambda: Made(orjson.dumps(minutes_of(house, ever, meeting_id))))


def minutes_of(house: House, point: Point, meeting_id: str, found: Read | None = None) -> dict[str, Any]:
    """Returns the minutes of a meeting as seen from a point, from what was `found` if it was read already.

    Raises Refused if no entry touches the meeting.
    """
    found = found or read(house, point, meeting_id)
    seen, corrections = put_right(items(found, shielded=point.shielded), correcting(house, point, found))
    told = compose(seen, cases(house, point, meeting_id, case_ids(seen)), signed_up_to(found))
    answer = {
        "collaboration": point.collaboration_id,
        "meeting": meeting_id,
        "entry": point.entry,
        **told,
        "corrections": corrections,
        **done_with(found, shielded=point.shielded),
    }
    body = orjson.dumps(answer)
    return {
        **answer,
        "names": _names(house, point, answer),
        **looked_up(house, point.collaboration_id, [body]),
    }


def _names(house: House, point: Point, answer: dict[str, Any]) -> dict[str, str]:
    """Returns what people, bodies and members are called, by kind and id, as far as everyone may know."""
    found = names(house, point)
    who = people(house, point, sorted(set(_people_in(answer))))
    called = {f"{kind}:{id_}": name for (kind, id_), name in found.by_key.items() if kind in ("body", "member")}
    return {**called, **{f"person:{id_}": name for id_, name in who.items()}}


def _people_in(value: Any) -> list[str]:
    """Returns the ids under the names that minutes give people, wherever they stand."""
    if isinstance(value, list):
        return [person for part in value for person in _people_in(part)]
    if not isinstance(value, dict):
        return []
    found: list[str] = []
    for name, part in value.items():
        if name in PEOPLE and isinstance(part, str) and part != "unknown":
            found.append(part)
        elif name in PEOPLE and isinstance(part, list):
            found += [one for one in part if isinstance(one, str)]
        found += _people_in(part)
    return found


PEOPLE = frozenset(
    {"person_id", "deputy_for", "chair", "minute_signers", "took_part", "elected", "candidates", "winners", "drawn_by"}
    | {"concerns", "moved_up", "stated_elected"}
)
"""Fields of a meeting's events that name people."""
