"""Entries: what is recorded through here, and what was recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.access import require
from api.answering import IfNoneMatch, Made, by_content, from_point, link
from api.answers import EntryAnswer, EntryList, Recording, documented
from api.composition import House
from api.deps import NUMBER_MAX, BookId, HouseDep, Point, PointDep, PrincipalDep, etag, expected_number
from api.entry_access import (
    as_now,
    changes_in,
    is_withheld,
    shielded_fields,
    shown_access,
    without_shielded_fields,
)
from api.problems import Refused, damaged, rejection_response
from api.sending import read_commands
from api.texts import looked_up
from domain.kernel import Rejection
from ledger.deciding import Receipt, Submission
from ledger.errors import DamagedEntry
from ledger.reading import Recorded
from projections.corrections import CORRECTIONS
from projections.minute_book import MINUTE_BOOK

router = APIRouter(prefix="/api/v1/collaborations/{collaboration_id}/entries", tags=["entries"])

PAGE_MAX = 1_000

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="The identity of what is sent: the same again records nothing and is answered as at first.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=200,
        description='An entity tag of this book, such as "17": 412 if the book has moved on from that entry.',
    ),
]
DryRun = Annotated[bool, Query(description="Only show what would be recorded.")]
OfType = Annotated[
    str | None, Query(alias="type", max_length=64, description="Only entries of this type, such as member.admitted.")
]


# Recording -------------------------------------------------------------------------------


@router.post("", status_code=201, operation_id="record", **documented(Recording, "201", "200"))
async def record(
    collaboration_id: BookId,
    request: Request,
    house: HouseDep,
    principal: PrincipalDep,
    dry_run: DryRun = False,  # noqa: FBT002
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Records a command, or a list of up to 100 that holds or fails as one.

    201 with the entries; 200 where the same was recorded before, and for a dry run. 409 with a code when the rules say
    no, and for a list with a pointer to the command they say it of.
    """
    require(principal, "record", collaboration_id)
    sent = read_commands(await request.body())
    for command in sent.commands:
        require(principal, "record", collaboration_id, command.access.level)
    identity = {} if idempotency_key is None else {"command_id": idempotency_key}
    submission = Submission(
        collaboration_id, sent.commands, principal.id, expected=expected_number(if_match), **identity
    )
    try:
        if dry_run:
            receipt = await run_in_threadpool(house.ledger.record, submission, dry_run=True)
        else:
            receipt = await house.ledger.record_soon(submission)
    except Rejection as rejection:
        return rejection_response(request.scope, rejection, sent.place(rejection.index))
    return _receipt(collaboration_id, receipt, dry_run=dry_run)


def _receipt(collaboration_id: str, receipt: Receipt, *, dry_run: bool) -> Response:
    """Returns what was recorded; the tag is what If-Match takes next, the position what a read is to have come to."""
    first, last = receipt.recorded[0].entry.number, receipt.recorded[-1].entry.number
    more = {"collaboration": collaboration_id, "entry": last, "dry_run": dry_run, "repeated": receipt.repeated}
    body = b'{"entries":[' + b",".join(one.state for one in receipt.recorded) + b"]," + orjson.dumps(more)[1:]
    head = {"Cache-Control": "no-store"}
    if not dry_run:
        location = f"/api/v1/collaborations/{collaboration_id}/entries/{first}"
        head |= {"ETag": etag(last), "Ledger-Position": str(last), "Location": location}
    return Response(body, 200 if dry_run or receipt.repeated else 201, head, "application/json")


# Reading ---------------------------------------------------------------------------------


@router.get("", operation_id="listEntries", **documented(EntryList))
def entries(
    point: PointDep,
    house: HouseDep,
    after: Annotated[int, Query(ge=0, le=NUMBER_MAX, description="Only entries with higher numbers.")] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX, description="Entries in one answer, at most.")] = 100,
    of_type: OfType = None,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Lists the entries of a book in order, as they are stored, with the texts their commitments stand for.

    A shielded entry stands in its place, withheld from those who may not see it; a damaged one is named in its place.
    All entries are listed, whatever dates they are about.
    """
    ever = replace(point, on=None)
    return from_point(house, ever, if_none_match, lambda: _list(house, ever, after, limit, of_type))


def _list(house: House, point: Point, after: int, limit: int, of_type: str | None) -> Made:
    query = point.query(where={"type": of_type} if of_type else None, after_key=f"{after:010d}", limit=limit + 1)
    found = house.views.select(MINUTE_BOOK, replace(query, shielded=True))
    numbers = [row.from_entry for row in found[:limit]]
    recorded = recorded_of(house, point.collaboration_id, numbers)
    shown = _shown(recorded, point, numbers)
    following = None
    if len(found) > limit:
        path = f"/api/v1/collaborations/{point.collaboration_id}/entries"
        following = link(path, after=numbers[-1], limit=limit, entry=point.entry, type=of_type)
    tail = {
        "collaboration": point.collaboration_id,
        "entry": point.entry,
        "withheld": 0 if point.shielded else sum(is_withheld(one) for one in recorded.values()),
        "next": following,
        **looked_up(house, point.collaboration_id, shown),
    }
    return Made(b'{"entries":[' + b",".join(shown) + b"]," + orjson.dumps(tail)[1:], following)


@router.get("/{number}", operation_id="getEntry", **documented(EntryAnswer))
def entry(
    number: Annotated[int, Path(ge=1, le=NUMBER_MAX, description="The entry's number.")],
    point: PointDep,
    house: HouseDep,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Returns one entry as it is stored, the texts its commitments stand for, and the SHA-256 of its stored bytes."""
    if number > point.entry:
        raise Refused("unknown_entry", number=number, head=point.entry)
    recorded = house.ledger.entry(point.collaboration_id, number)
    if recorded is None:
        raise damaged(point.collaboration_id, number)
    recorded = as_now(recorded, changes_in(house, point.collaboration_id), house.views.today())
    shown = _as_seen(recorded, shielded=point.shielded)
    digest = hashlib.sha256(recorded.state).hexdigest()
    by = corrected_by(house, point, number)
    access = shown_access(recorded.entry.access)
    tail = {"sha256": digest, "access": access, "corrected_by": by, **looked_up(house, point.collaboration_id, [shown])}
    return by_content(
        Made(b'{"entry":' + shown + b"," + orjson.dumps(tail)[1:]), if_none_match, shielded=point.shielded
    )


def corrected_by(house: House, point: Point, number: int) -> int | None:
    """Returns the entry that stands in the place of one as of a point, None where nothing has corrected it."""
    ever = replace(point, on=None, shielded=True)
    found = house.views.select(CORRECTIONS, ever.query(where={"corrected": str(number)}))
    return found[-1].from_entry if found else None


def recorded_of(house: House, collaboration_id: str, numbers: list[int]) -> dict[int, Recorded]:
    """Returns the entries of these numbers, which are in order, without any that is damaged or gone.

    Each has the access it has now, whatever the point it is looked at from.
    """
    changes, today = changes_in(house, collaboration_id) if numbers else {}, house.views.today()
    found: dict[int, Recorded] = {}
    for first, last in _runs(numbers):
        for row in house.ledger.rows(collaboration_id, first - 1, last):
            with suppress(DamagedEntry):
                found[row.originator_version] = as_now(house.ledger.read(row), changes, today)
    return found


def _shown(found: dict[int, Recorded], point: Point, numbers: list[int]) -> list[bytes]:
    """Returns the entries of these numbers, in order; one damaged or gone is named in its place, the rest readable."""
    return [
        _as_seen(found[number], shielded=point.shielded)
        if number in found
        else _place_of_damage(point.collaboration_id, number)
        for number in numbers
    ]


def _place_of_damage(collaboration_id: str, number: int) -> bytes:
    return orjson.dumps({"collaboration_id": collaboration_id, "number": number, "damaged": True})


def _runs(numbers: list[int]) -> Iterable[tuple[int, int]]:
    """Yields the first and last of each run of numbers that follow each other."""
    start = 0
    for index, number in enumerate(numbers):
        if index + 1 == len(numbers) or numbers[index + 1] != number + 1:
            yield numbers[start], number
            start = index + 1


def _as_seen(recorded: Recorded, *, shielded: bool) -> bytes:
    """Returns an entry's stored bytes, or what of it may be shown to one who may not see what is shielded."""
    if shielded or recorded.entry.access.level == "public":
        return recorded.state
    return without_shielded_fields(recorded) if shielded_fields(recorded) else withheld(recorded)


def withheld(recorded: Recorded) -> bytes:
    """Returns what everyone may know of a shielded entry: that it is there, its kind and time, and on what basis."""
    entry: dict[str, Any] = orjson.loads(recorded.state)
    kept = ("schema", "type", "collaboration_id", "number", "recorded_at", "mode", "access", "rulebook_version")
    now = {"access": shown_access(recorded.entry.access), "withheld": True}
    return orjson.dumps({name: entry[name] for name in kept} | now, option=orjson.OPT_SORT_KEYS)
