"""Keys (tilgangsnøkler): listed, made and revoked while the book is served, by an administrator of all books.

A key that leaked is revoked at once, and a new secretary need not wait until the server can be stopped. The first
administrator's key is made on the command line: `styringsbok key create --role administrator`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import orjson
import structlog
from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from api.access import Principal, not_authenticated
from api.answers import Answer, documented
from api.deps import HouseDep, PrincipalDep
from api.intake import read_json
from api.problems import Refused, invalid
from ledger import keys
from ledger.entry import CollaborationId
from ledger.entry import Principal as PrincipalId
from ledger.keys import ALL_BOOKS, FINGERPRINT_DIGITS, Role

PREFIX = "/api/v1/keys"
BOOKS_MAX = 100
"""Books one key may name."""

router = APIRouter(prefix=PREFIX, tags=["keys"])

log = structlog.get_logger("keys")


class NewKey(BaseModel):
    """A key to be made."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)

    principal: PrincipalId
    """Whom it signs in: an opaque id, never a person's name."""
    role: Role
    """What it lets one do."""
    books: Annotated[list[CollaborationId], Field(min_length=1, max_length=BOOKS_MAX)] | None = None
    """Ids of the books it opens; left out: all."""


class KeyShown(Answer):
    """A key: everything but the secret."""

    fingerprint: str
    """Names the key without giving it away."""
    principal: str
    role: str
    books: str
    """Ids of the books it opens with commas between, or `*` for all."""
    created_at: str
    revoked_at: str | None


class KeyMade(KeyShown):
    """A new key."""

    key: str
    """The secret, shown this once: only its hash is kept."""


class KeyList(Answer):
    """All keys, revoked ones too, oldest first."""

    keys: list[KeyShown]


_SENT: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": NewKey.model_json_schema()}}}
}

Fingerprint = Annotated[
    str,
    Path(
        pattern=f"^[0-9a-f]{{{FINGERPRINT_DIGITS}}}$",
        description="A key's fingerprint, as the list shows it.",
        examples=["0123456789ab"],
    ),
]


@router.get("", operation_id="listKeys", **documented(KeyList))
def list_keys(house: HouseDep, principal: PrincipalDep) -> Response:
    """Lists all keys, revoked ones too, oldest first. For administrators."""
    _require_administrator(principal)
    return _answer({"keys": [asdict(key) for key in keys.listed(house.ledger)]})


@router.post("", status_code=201, operation_id="makeKey", openapi_extra=_SENT, **documented(KeyMade, "201"))
async def make_key(request: Request, house: HouseDep, principal: PrincipalDep) -> Response:
    """Makes a key and answers with its secret, this once. For administrators."""
    _require_administrator(principal)
    document = read_json(await request.body())
    try:
        wanted = NewKey.model_validate(document)
    except ValidationError as error:
        raise invalid(error, document) from None
    books = ALL_BOOKS if wanted.books is None else ",".join(dict.fromkeys(wanted.books))
    made, secret = await run_in_threadpool(keys.make, house.ledger, wanted.principal, wanted.role, books)
    log.info("key made", fingerprint=made.fingerprint, of=made.principal, role=made.role, by=principal.id)
    return _answer({**asdict(made), "key": secret}, 201)


@router.delete("/{fingerprint}", operation_id="revokeKey", **documented(KeyShown))
def revoke_key(fingerprint: Fingerprint, house: HouseDep, principal: PrincipalDep) -> Response:
    """Revokes a key, at once and for good; one that was revoked before stays as it was. For administrators."""
    _require_administrator(principal)
    revoked = keys.revoke(house.ledger, fingerprint)
    if revoked is None:
        raise Refused("unknown_key", fingerprint=fingerprint)
    log.info("key revoked", fingerprint=revoked.fingerprint, of=revoked.principal, by=principal.id)
    return _answer(asdict(revoked))


def _require_administrator(principal: Principal) -> None:
    """Raises Refused for everyone but one who administers all books."""
    if principal.is_anonymous:
        raise not_authenticated()
    if principal.role != "administrator" or principal.books is not None:
        raise Refused("not_allowed", role=principal.role)


def _answer(told: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(told), status, {"Cache-Control": "no-store"}, "application/json")
