"""The installation's own transparency log over HTTP (C2SP tlog-tiles): over what was signed of its books.

All of it is for everyone: a leaf is the signed checkpoint of a book, which is for everyone too.
"""

from __future__ import annotations

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Response

from api.answering import IfNoneMatch, Made, by_content
from api.answers import LogConsistency, documented
from api.composition import House
from api.deps import NUMBER_MAX, BookId, HouseDep
from api.log import BYTES, FOR_EVER, OCTETS, PLAIN, Size, only_added_to, plain
from api.problems import Refused
from ledger.log.checkpointing import Signed
from ledger.log.installation_log import InstallationLog
from ledger.log.tables import INSTALLATION
from ledger.log.tiles import Tile

router = APIRouter(prefix="/api/v1/log", tags=["log"])


def _signed(house: House) -> Signed:
    """Returns the installation's checkpoint. Raises Refused where nothing was ever signed."""
    signed = house.signer.checkpoint(INSTALLATION)
    if signed is None:
        raise Refused("nothing_signed")
    return signed


@router.get("/checkpoint", operation_id="getInstallationCheckpoint", **PLAIN)
def checkpoint(house: HouseDep) -> Response:
    """The signed checkpoint of the installation's log: how many checkpoints of books there are, and the root over them.

    Its origin is the installation's name. Signed when it is asked for, at most once a second.
    """
    return plain(str(_signed(house).note))


@router.get("/tile/{path:path}", operation_id="getInstallationTile", **OCTETS)
def tile(
    path: Annotated[
        str,
        Path(
            description="As in tlog-tiles: `0/000`, `1/000.p/17`, `entries/000`.", max_length=80, examples=["0/000.p/3"]
        ),
    ],
    house: HouseDep,
) -> Response:
    """A tile of the installation's tree, or a bundle of its leaves, which are checkpoints of books. Neither changes."""
    try:
        content = house.ledger.log_of(INSTALLATION).tile(Tile.read(f"tile/{path}"))
    except (ValueError, LookupError):
        raise Refused("unknown_route") from None
    return Response(content, media_type=BYTES, headers={"Cache-Control": FOR_EVER})


@router.get("/entries/{number}.tlog-proof", operation_id="getInstallationReceipt", **PLAIN)
def receipt(number: Annotated[int, Path(ge=1, le=NUMBER_MAX)], house: HouseDep) -> Response:
    """The receipt of a leaf (tlog-proof): that a checkpoint of a book stands in the installation's log."""
    signed = _signed(house)
    found = house.signer.receipt(INSTALLATION, number)
    if found is None:
        raise Refused("leaf_not_yet", leaf=number, head=signed.checkpoint.size)
    return plain(str(found), "no-cache")


@router.get("/collaborations/{collaboration_id}.tlog-proof", operation_id="getInstallationReceiptOfBook", **PLAIN)
def receipt_of_book(collaboration_id: BookId, house: HouseDep) -> Response:
    """The receipt of the last checkpoint of a book that the installation's checkpoint covers."""
    if house.signer.checkpoint(collaboration_id) is None:
        raise Refused("unknown_collaboration", collaboration=collaboration_id)
    log, signed = InstallationLog(house.ledger), _signed(house)
    number = log.last_of(collaboration_id, signed.checkpoint.size)
    if number is None:  # the book was first signed within the second
        raise Refused("leaf_not_yet", leaf=log.size(), head=signed.checkpoint.size)
    return receipt(number, house)


@router.get("/consistency", operation_id="getInstallationConsistency", **documented(LogConsistency))
def consistency(first: Size, second: Size, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """The proof that the log of the second size only adds to that of the first (RFC 6962 section 2.1.2), in base64."""
    log = house.ledger.log_of(INSTALLATION)
    head = log.size()
    if head == 0:
        raise Refused("nothing_signed")
    if max(first, second) > head:
        raise Refused("leaf_not_yet", leaf=max(first, second), head=head)
    return by_content(Made(orjson.dumps(only_added_to(log, first, second))), if_none_match)


@router.get("/keys", operation_id="getInstallationKeys", **PLAIN)
def keys(house: HouseDep) -> Response:
    """The verifier keys under the installation's own name, the newest first, one a line.

    A witness that is given them cosigns the installation's log and those of all its books.
    """
    return plain("".join(f"{key}\n" for key in house.signer.keys_of(INSTALLATION)), "no-cache")


@router.get("/policy", operation_id="getInstallationPolicy", **PLAIN)
def policy(house: HouseDep) -> Response:
    """The trust policy (tlog-policy) of the installation's log: whose signatures make a checkpoint count."""
    return plain(str(house.signer.policy([INSTALLATION], house.witnesses)), "no-cache")
