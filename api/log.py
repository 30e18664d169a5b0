"""The transparency log of a book over HTTP (C2SP tlog-tiles): checkpoint, tiles, receipts, consistency, keys, policy.

All of it is for everyone: a hash gives nothing away. Bundles of entries hold the entries themselves, so where one of
them is shielded they are for those who may see it.
"""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Response

from api.access import Principal, allow
from api.answering import IfNoneMatch, Made, by_content
from api.answers import Consistency, documented
from api.composition import House
from api.deps import NUMBER_MAX, BookId, HouseDep, PrincipalDep
from api.problems import Refused, unavailable
from ledger.log.book_log import BookLog
from ledger.log.checkpointing import Signed
from ledger.log.notes import encoded
from ledger.log.tiles import TILE_WIDTH, Tile
from projections.minute_book import MINUTE_BOOK
from projections.views import Query as RowQuery

router = APIRouter(prefix="/api/v1/collaborations/{collaboration_id}/log", tags=["log"])

TEXT = "text/plain; charset=utf-8"
BYTES = "application/octet-stream"
FOR_EVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=1"

Size = Annotated[int, Query(ge=1, le=NUMBER_MAX, description="How many entries, or leaves.")]


def plain(content: str, keep: str = BRIEFLY) -> Response:
    """Returns a text."""
    return Response(content, media_type=TEXT, headers={"Cache-Control": keep})


def _signed(house: House, collaboration_id: str) -> Signed:
    """Returns the book's checkpoint. Raises Refused for a book there is none of."""
    signed = house.signer.checkpoint(collaboration_id)
    if signed is None:
        raise Refused("unknown_collaboration", collaboration=collaboration_id)
    return signed


def only_added_to(log: BookLog, first: int, second: int) -> dict[str, Any]:
    """Returns the proof that a log of the second size, which it has, only adds to that of the first, as it is answered.

    Raises Refused where the first is the larger.
    """
    if first > second:
        raise Refused("sizes_reversed", first=first, second=second)
    return {
        "first": first,
        "second": second,
        "first_root": encoded(log.frontier(first).root),
        "second_root": encoded(log.frontier(second).root),
        "proof": [encoded(one) for one in log.consistency(first, second)],
    }


PLAIN: dict[str, Any] = {
    "response_model": None,
    "responses": {"200": {"content": {"text/plain": {"schema": {"type": "string"}}}}},
}
OCTETS: dict[str, Any] = {
    "response_model": None,
    "responses": {"200": {"content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}},
}


@router.get("/checkpoint", operation_id="getCheckpoint", **PLAIN)
def checkpoint(collaboration_id: BookId, house: HouseDep) -> Response:
    """The signed checkpoint (tlog-checkpoint): how many entries the book has, and the root of the tree over them.

    Signed when it is asked for, at most once a second; the cosignatures that have come stand below.
    """
    return plain(str(_signed(house, collaboration_id).note))


@router.get("/tile/{path:path}", operation_id="getTile", **OCTETS)
def tile(
    collaboration_id: BookId,
    path: Annotated[
        str,
        Path(
            description="As in tlog-tiles: `0/000`, `1/000.p/17`, `entries/000`.", max_length=80, examples=["0/000.p/3"]
        ),
    ],
    house: HouseDep,
    principal: PrincipalDep,
) -> Response:
    """A tile of the tree, or a bundle of entries. Bundles with a shielded entry are for those who may see it.

    Tiles never change. A bundle does not either, but who may read it may, so that nobody keeps it unasked.
    """
    try:
        wanted = Tile.read(f"tile/{path}")
    except ValueError:
        raise Refused("unknown_route") from None
    try:
        content = house.ledger.log_of(collaboration_id).tile(wanted)
    except LookupError:
        raise Refused("unknown_route") from None
    if wanted.level == "entries":
        _require_open(house, principal, collaboration_id, wanted)
    keep = "private, no-cache" if wanted.level == "entries" else FOR_EVER
    return Response(content, media_type=BYTES, headers={"Cache-Control": keep})


def _require_open(house: House, principal: Principal, collaboration_id: str, bundle: Tile) -> None:
    """Raises Refused where an entry of the bundle is shielded from the one who asks, or it is not known whether one is.

    The bundle is there: rows that lack one of its entries, or a later change of access, are behind or have stopped.
    """
    if allow(principal, "read", collaboration_id, "shielded"):
        return
    stopped = {fault.projection for fault in house.views.faults(collaboration_id)}
    if MINUTE_BOOK.name in stopped or house.views.position(collaboration_id) < house.ledger.head(collaboration_id):
        raise unavailable()
    first = bundle.index * TILE_WIDTH + 1
    last = first + bundle.width - 1
    query = RowQuery(collaboration_id, last, None, shielded=True, after_key=f"{first - 1:010d}", limit=bundle.width)
    rows = house.views.select(MINUTE_BOOK, query)
    if len(rows) < bundle.width:
        raise unavailable()
    if any(row.access == "shielded" for row in rows):
        raise Refused("not_allowed")


@router.get("/entries/{number}.tlog-proof", operation_id="getReceipt", **PLAIN)
def receipt(collaboration_id: BookId, number: Annotated[int, Path(ge=1, le=NUMBER_MAX)], house: HouseDep) -> Response:
    """The receipt of an entry (tlog-proof): that it stands in the book, to be kept and verified offline for ever."""
    signed = _signed(house, collaboration_id)
    found = house.signer.receipt(collaboration_id, number)
    if found is None:
        raise Refused("entry_not_yet", entry=number, head=signed.checkpoint.size)
    return plain(str(found), "no-cache")


@router.get("/consistency", operation_id="getConsistency", **documented(Consistency))
def consistency(
    collaboration_id: BookId, first: Size, second: Size, house: HouseDep, if_none_match: IfNoneMatch = None
) -> Response:
    """The proof that the book of the second size only adds to that of the first (RFC 6962 section 2.1.2), in base64."""
    head = house.ledger.head(collaboration_id)
    if head == 0:
        raise Refused("unknown_collaboration", collaboration=collaboration_id)
    if max(first, second) > head:
        raise Refused("entry_not_yet", entry=max(first, second), head=head)
    proof = only_added_to(house.ledger.log_of(collaboration_id), first, second)
    return by_content(Made(orjson.dumps({"collaboration": collaboration_id, **proof})), if_none_match)


@router.get("/keys", operation_id="getLogKeys", **PLAIN)
def keys(collaboration_id: BookId, house: HouseDep) -> Response:
    """The verifier keys that may have signed the book's checkpoints, the newest first, one a line."""
    return plain("".join(f"{key}\n" for key in house.signer.keys_of(collaboration_id)), "no-cache")


@router.get("/policy", operation_id="getLogPolicy", **PLAIN)
def policy(collaboration_id: BookId, house: HouseDep) -> Response:
    """The trust policy (tlog-policy) of the book: whose signatures make a checkpoint count."""
    return plain(str(house.signer.policy([collaboration_id], house.witnesses)), "no-cache")
