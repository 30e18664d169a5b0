"""Attachments: documents sent once and named by entries as evidence, by the SHA-256 of their content.

A document is for those who may read an entry that names it, and for nobody before one does.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any
from urllib.parse import quote

import orjson
from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse

from api.access import Principal, allow, may_record, not_authenticated
from api.answering import IfNoneMatch
from api.answers import AttachmentKept, documented
from api.composition import House
from api.deps import HouseDep, PrincipalDep
from api.intake.limits import IntakeLimits
from api.media_types import MEDIA_TYPES, fits
from api.problems import Refused
from api.ranges import IfRange, Range, asked_range
from ledger.attachments import Attachment, hashed
from ledger.entry import format_instant
from ledger.erased_documents import erased_in
from ledger.errors import AttachmentDamaged
from projections.evidence import EVIDENCE
from projections.tables import table

PREFIX = "/api/v1/attachments"

router = APIRouter(prefix=PREFIX, tags=["attachments"])

IN_MEMORY_BYTES = 1024 * 1024
"""Of a document on its way in; what is larger waits in a file."""
SECONDS_MAX = 120.0
"""From a request's headers to the end of a document."""

Sha256Path = Annotated[
    str, Path(pattern=r"^[0-9a-f]{64}$", description="The SHA-256 of the document, in lower-case hexadecimal.")
]

_log = logging.getLogger("styringsbok.door")

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_SENT: dict[str, Any] = {
    "requestBody": {"required": True, "content": dict.fromkeys(MEDIA_TYPES, _BINARY)},
}
_OCTETS: dict[str, Any] = {
    "response_model": None,
    "responses": {
        status: {"description": what, "content": dict.fromkeys(MEDIA_TYPES, _BINARY)}
        for status, what in (("200", "The document."), ("206", "The bytes asked for."))
    },
}


def limits_of(bytes_max: int) -> IntakeLimits:
    """Returns how much of a document may come in."""
    return IntakeLimits(body_bytes_max=bytes_max, body_seconds_max=SECONDS_MAX, media_types=MEDIA_TYPES, streamed=True)


# Sending ---------------------------------------------------------------------------------


@router.put(
    "/{sha256}",
    status_code=201,
    operation_id="putAttachment",
    openapi_extra=_SENT,
    **documented(AttachmentKept, "201"),
)
async def put_attachment(sha256: Sha256Path, request: Request, house: HouseDep, principal: PrincipalDep) -> Response:
    """Keeps a document, to be named by an entry's `evidence`. The same again changes nothing.

    The content must have the hash in the address, and be what its content type says. One that was erased by order is
    not taken again: 410.
    """
    if not may_record(principal):
        raise not_authenticated() if principal.is_anonymous else Refused("not_allowed", role=principal.role)
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    with SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as content:
        await _received(request, content)
        kept = await run_in_threadpool(_keep, house, content, sha256, media_type, principal)
    location = {"Location": f"{PREFIX}/{sha256}", "Cache-Control": "no-store"}
    told = {"sha256": kept.sha256, "size": kept.size, "media_type": kept.media_type}
    return Response(orjson.dumps(told), 201, location, "application/json")


async def _received(request: Request, content: IO[bytes]) -> None:
    """Writes what comes in to a file. Raises Refused where it is too slow; what is too large was refused before."""
    try:
        async with asyncio.timeout(SECONDS_MAX):
            async for block in request.stream():
                await run_in_threadpool(content.write, block)
    except TimeoutError:
        raise Refused("body_too_slow", headers={"Connection": "close"}, limit_seconds=SECONDS_MAX) from None
    except ClientDisconnect:
        raise Refused("body_incomplete", declared_bytes=0, received_bytes=content.tell()) from None


def _keep(house: House, content: IO[bytes], sha256: str, media_type: str, principal: Principal) -> Attachment:
    found, size = hashed(content)
    if found != sha256 or size == 0:
        raise Refused("attachment_other_hash", sha256=found, size=size)
    if not fits(content, media_type):
        raise Refused("attachment_not_its_type", media_type=media_type)
    attachments, known = house.ledger.attachments, house.ledger.attachments.find(sha256)
    if known is None:
        for book, number in sorted(erased_in(house.ledger, sha256).items()):
            raise _erased(sha256, book, number)
    else:
        with suppress(AttachmentDamaged):
            attachments.check(known)
            return known
    about = known or Attachment(sha256, size, media_type, principal.id, format_instant(house.ledger.clock()))
    attachments.add(content, about)
    return about


# Reading ---------------------------------------------------------------------------------


@router.get("/{sha256}", operation_id="getAttachment", **_OCTETS)
def get_attachment(
    request: Request,
    sha256: Sha256Path,
    house: HouseDep,
    principal: PrincipalDep,
    if_none_match: IfNoneMatch = None,
    range_: Range = None,
    if_range: IfRange = None,
) -> Response:
    """The document, for those who may read an entry that names it. 404 for everyone else.

    410 where it was erased by order: the answer names the book and the entry of the order.
    It is hashed while it is sent. One that was altered never comes whole: the connection ends before its last block.
    One range of bytes can be asked for: the whole is hashed before the first of them is sent, so that nothing of one
    that was altered comes.
    """
    names = readable_in(house, principal, sha256)
    gone = {book: number for book, number in erased_in(house.ledger, sha256).items() if book in names} if names else {}
    name = next((name for book, name in names.items() if book not in gone), None)
    about = None if name is None else house.ledger.attachments.find(sha256)
    if name is None and gone:
        raise _erased(sha256, *next(iter(gone.items())))
    if name is None or about is None:
        raise Refused("unknown_attachment", sha256=sha256)
    tag = f'"{sha256}"'
    head = {"ETag": tag, "Cache-Control": "private, no-cache", "Accept-Ranges": "bytes"}
    if if_none_match is not None and tag in if_none_match:
        return Response(status_code=304, headers=head)
    asked = asked_range(range_, if_range, tag, about.size) if request.method == "GET" else None
    begin, end = asked or (0, about.size - 1)
    attachments = house.ledger.attachments
    blocks = attachments.read(about) if asked is None else attachments.read_range(about, begin, end)
    first = next(blocks)
    head |= {
        "Content-Length": str(end - begin + 1),
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }
    if asked is not None:
        head["Content-Range"] = f"bytes {begin}-{end}/{about.size}"
    return StreamingResponse(_rest(first, blocks), 200 if asked is None else 206, head, about.media_type)


def _rest(first: bytes, blocks: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    try:
        yield from blocks
    except AttachmentDamaged as error:
        _log.error("%s", error)
        raise


def _erased(sha256: str, book: str, number: int) -> Refused:
    """Returns the answer for a document that was erased: the entry is unknown where the order is of a lost book."""
    return Refused("attachment_erased", sha256=sha256, collaboration=book, entry=number or None)


def readable_in(house: House, principal: Principal, sha256: str) -> dict[str, str]:
    """Returns, by book, what the first entry that names a document, and that one may read, calls it."""
    found = house.views.query(
        f"SELECT collaboration_id, access, body FROM {table(EVIDENCE.name)} "  # noqa: S608
        "WHERE collaboration_id IN (SELECT collaboration_id FROM view_positions) AND sha256 = %s "
        "ORDER BY collaboration_id, key",
        (sha256,),
    )
    names: dict[str, str] = {}
    for book, access, body in found:
        if allow(principal, "read", str(book), "shielded" if access == "shielded" else "public"):
            names.setdefault(str(book), str(orjson.loads(body)["name"]))
    return names
