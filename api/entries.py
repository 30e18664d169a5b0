"""Entries: what is recorded through here, and what was recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from api.access import Principal, allow
from api.composition import House
from api.deps import BookId, HouseDep, PointDep, PrincipalDep, etag, expected_number
from api.problems import Refused, damaged, key_reused, stale, unavailable
from api.sending import read_commands
from api.texts import texts_for
from domain.collaboration import AnyCommand
from ledger.deciding import Receipt, Submission
from ledger.errors import CommandIdReused, DamagedEntry, LedgerUnavailable, StaleBook, UnknownCollaboration
from ledger.reading import Recorded
from projections.minute_book import MINUTE_BOOK

router = APIRouter(prefix="/api/v1/collaborations/{collaboration_id}/entries", tags=["entries"])

PAGE_MAX = 1_000
RETRY_SECONDS = 5

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="The identity of what is sent: the same again records nothing and is answered with the first entries.",
    ),
]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description='The entity tag last seen, such as "17": refused if the book has moved on.'),
]


@router.post("", status_code=201, operation_id="record")
async def record(
    collaboration_id: BookId,
    request: Request,
    house: HouseDep,
    principal: PrincipalDep,
    dry_run: Annotated[bool, Query(description="Only show what would be recorded.")] = False,  # noqa: FBT002
    idempotency_key: IdempotencyKey = None,
    if_match: IfMatch = None,
) -> Response:
    """Records a command, or a list of up to 100 that holds or fails as one.

    201 with the entries; 200 where the same was recorded before, and for a dry run. 409 with a code when the rules say no.
    """
    commands = read_commands(await request.body())
    _may_record(principal, collaboration_id, commands)
    submission = _submission(collaboration_id, commands, principal, idempotency_key, expected_number(if_match))
    receipt = await run_in_threadpool(_recorded, house, submission, dry_run)
    number = receipt.recorded[-1].entry.number
    head = {"ETag": etag(number, None), "Ledger-Position": str(number)}
    if not dry_run:
        head["Location"] = f"/api/v1/collaborations/{collaboration_id}/entries/{receipt.recorded[0].entry.number}"
    body = _listing(receipt.recorded, {"dry_run": dry_run, "repeated": receipt.repeated, "number": number})
    return _json(body, 200 if dry_run or receipt.repeated else 201, head)


def _may_record(principal: Principal, collaboration_id: str, commands: Iterable[AnyCommand]) -> None:
    if all(allow(principal, "record", collaboration_id, command.access.level) for command in commands):
        return
    if principal.is_anonymous:
        raise Refused("not_authenticated", headers={"WWW-Authenticate": 'Bearer realm="styringsbok"'})
    raise Refused("not_allowed", role=principal.role, collaboration=collaboration_id)


def _submission(
    collaboration_id: str, commands: tuple[AnyCommand, ...], principal: Principal, key: str | None, expected: int | None
) -> Submission:
    if key is None:
        return Submission(collaboration_id, commands, principal.id, expected=expected)
    return Submission(collaboration_id, commands, principal.id, key, expected)


def _recorded(house: House, submission: Submission, dry_run: bool) -> Receipt:  # noqa: FBT001
    try:
        return house.ledger.record(submission, dry_run=dry_run)
    except UnknownCollaboration as error:
        raise Refused("unknown_collaboration", collaboration=error.collaboration_id) from error
    except StaleBook as error:
        raise stale(error.current, etag(error.current, None)) from error
    except CommandIdReused as error:
        raise key_reused(error.command_id) from error
    except DamagedEntry as error:
        raise damaged(error.collaboration_id, error.number) from error
    except LedgerUnavailable as error:
        raise unavailable("unavailable", RETRY_SECONDS) from error


@router.get("", operation_id="listEntries")
def entries(
    point: PointDep,
    house: HouseDep,
    after: Annotated[int, Query(ge=0, le=2**53 - 1, description="Only entries with higher numbers.")] = 0,
    limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    type: Annotated[
        str | None, Query(max_length=64, description="Only entries of this type, such as member.admitted.")
    ] = None,  # noqa: A002
) -> Response:
    """Lists the entries of a book in order, as they are stored, with the texts their commitments stand for."""
    where = {"type": type} if type else None
    query = point.query(where=where, after_key=f"{after:010d}", limit=limit + 1)
    found = house.views.select(MINUTE_BOOK, _visible_to_all(query))
    numbers = [row.from_entry for row in found[:limit]]
    shown = _page(house, point.collaboration_id, numbers, shielded=point.shielded)
    more = {"number": point.entry, "next": None}
    headers = {"ETag": etag(point.entry, None)}
    if len(found) > limit:
        url = f"/api/v1/collaborations/{point.collaboration_id}/entries?after={numbers[-1]}&limit={limit}&entry={point.entry}"
        more["next"] = url if not type else f"{url}&type={type}"  # type: ignore[assignment]
        headers["Link"] = f'<{more["next"]}>; rel="next"'
    texts = texts_for(house, point.collaboration_id, shown)
    body = b'{"entries":[' + b",".join(shown) + b'],"texts":' + orjson.dumps(texts) + b"," + orjson.dumps(more)[1:]
    return _json(body, 200, headers)


@router.get("/{number}", operation_id="getEntry")
def entry(number: int, point: PointDep, house: HouseDep) -> Response:
    """Returns one entry as it is stored, the texts its commitments stand for, and the hash of its bytes."""
    if not 1 <= number <= point.entry:
        raise Refused("unknown_entry", number=number, head=point.entry)
    shown = _shown(house, point.collaboration_id, number, shielded=point.shielded)
    digest = hashlib.sha256(shown).hexdigest()
    texts = orjson.dumps(texts_for(house, point.collaboration_id, [shown]))
    body = b'{"entry":' + shown + b',"texts":' + texts + b',"sha256":"' + digest.encode() + b'"}'
    return _json(body, 200, {"ETag": f'"{digest}"'})


def _visible_to_all(query: Any) -> Any:
    """Every entry has its place in the list: a shielded one is shown withheld, never left out."""
    return replace(query, on=None, shielded=True)


def _shown(house: House, collaboration_id: str, number: int, *, shielded: bool) -> bytes:
    """Returns one entry as `_page` does. Raises Refused if it is damaged."""
    try:
        recorded = house.ledger.entry(collaboration_id, number)
    except DamagedEntry as error:
        raise damaged(error.collaboration_id, error.number) from error
    except LedgerUnavailable as error:
        raise unavailable("unavailable", RETRY_SECONDS) from error
    if recorded is None:
        raise damaged(collaboration_id, number)
    return _as_seen(recorded, shielded=shielded)


def _page(house: House, collaboration_id: str, numbers: list[int], *, shielded: bool) -> list[bytes]:
    """Returns the entries of these numbers, in order; a damaged one is named in its place and the rest stays readable."""
    shown: list[bytes] = []
    for first, last in _runs(numbers):
        try:
            rows = list(house.ledger.rows(collaboration_id, first - 1, last))
        except LedgerUnavailable as error:
            raise unavailable("unavailable", RETRY_SECONDS) from error
        for row in rows:
            try:
                shown.append(_as_seen(house.ledger.read(row), shielded=shielded))
            except DamagedEntry as error:
                shown.append(orjson.dumps({"number": error.number, "damaged": error.what}))
    return shown


def _runs(numbers: list[int]) -> Iterable[tuple[int, int]]:
    """Yields the first and last of each run of numbers that follow each other."""
    start = 0
    for index, number in enumerate(numbers):
        if index + 1 == len(numbers) or numbers[index + 1] != number + 1:
            yield numbers[start], number
            start = index + 1


def _as_seen(recorded: Recorded, *, shielded: bool) -> bytes:
    """Returns an entry's stored bytes, or what of it may be shown to one who may not see what is shielded."""
    return recorded.state if shielded or recorded.entry.access.level == "public" else withheld(recorded)


def withheld(recorded: Recorded) -> bytes:
    """Returns what of a shielded entry everyone may know: that it is there, its kind and time, and why it is withheld."""
    entry = orjson.loads(recorded.state)
    kept = ("schema", "type", "collaboration_id", "number", "recorded_at", "mode", "access", "rulebook_version")
    return orjson.dumps({name: entry[name] for name in kept} | {"withheld": True}, option=orjson.OPT_SORT_KEYS)


def _listing(recorded: Iterable[Recorded], more: dict[str, Any]) -> bytes:
    return b'{"entries":[' + b",".join(r.state for r in recorded) + b"]," + orjson.dumps(more)[1:]


def _json(body: bytes, status: int, headers: dict[str, str]) -> Response:
    return Response(body, status, {"Cache-Control": "no-cache", **headers}, "application/json")
