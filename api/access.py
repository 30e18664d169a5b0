"""Who may do what: one function, and who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.near import near
from api.problems import Refused, problem_response, unavailable
from ledger.application import Ledger
from ledger.errors import LedgerUnavailable
from ledger.keys import ALL_BOOKS, find

Action = Literal["read", "record"]
AccessClass = Literal["public", "shielded"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking, as far as the key says."""

    id: str
    role: str
    books: frozenset[str] | None
    """The books the key opens; None for all."""

    @property
    def is_anonymous(self) -> bool:
        """True for one who shows no key."""
        return self.role == "anonymous"


ANONYMOUS = Principal("anonymous", "anonymous", None)

_MAY: Mapping[str, frozenset[tuple[Action, AccessClass]]] = {
    "anonymous": frozenset({("read", "public")}),
    "reader": frozenset({("read", "public")}),
    "administrator": frozenset({("read", "public")}),
    "auditor": frozenset({("read", "public"), ("read", "shielded")}),
    "secretary": frozenset({("read", "public"), ("read", "shielded"), ("record", "public"), ("record", "shielded")}),
}


def allow(principal: Principal, action: Action, book: str, access_class: AccessClass = "public") -> bool:
    """Returns whether a principal may do this in a book, to what is public or shielded. What is not said is denied.

    Everyone may read what is public (offentleglova § 3), whatever books a key was made for.
    """
    if (action, access_class) == ("read", "public"):
        return True
    if principal.books is not None and book not in principal.books:
        return False
    return (action, access_class) in _MAY.get(principal.role, frozenset())


def may_record(principal: Principal) -> bool:
    """Returns whether a principal may record in any book at all, so also send a document that an entry is to name."""
    return any(allow(principal, "record", book) for book in (principal.books or {""}))


async def principal_of(request: Request) -> Principal:
    """Returns who is asking."""
    found: Principal = request.scope["state"]["principal"]
    return found


class Authenticate:
    """Finds out who is asking before anything else is done, and refuses a key that is not known."""

    def __init__(self, app: ASGIApp, ledger: Ledger) -> None:
        self.app = app
        self.ledger = ledger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        header = next((value for name, value in scope["headers"] if name == b"authorization"), None)
        try:
            principal = ANONYMOUS if header is None else await near(self.ledger, self._known, header)
        except LedgerUnavailable:
            await problem_response(scope, unavailable())(scope, receive, send)
            return
        if principal is None:
            await problem_response(scope, not_authenticated())(scope, receive, send)
            return
        scope.setdefault("state", {})["principal"] = principal
        await self.app(scope, receive, send)

    def _known(self, header: bytes) -> Principal | None:
        scheme, _, secret = header.decode("latin-1").partition(" ")
        key = find(self.ledger, secret.strip()) if scheme.lower() == "bearer" else None
        if key is None:
            return None
        return Principal(key.principal, key.role, None if key.books == ALL_BOOKS else frozenset(key.books.split(",")))


def not_authenticated() -> Refused:
    """Returns the refusal of one who shows no key that is known."""
    return Refused("not_authenticated", headers={"WWW-Authenticate": 'Bearer realm="styringsbok"'})


def require(principal: Principal, action: Action, book: str, access_class: AccessClass = "public") -> None:
    """Raises Refused if a principal may not do this; see `allow`."""
    if allow(principal, action, book, access_class):
        return
    if principal.is_anonymous:
        raise not_authenticated()
    raise Refused("not_allowed", role=principal.role, collaboration=book)
