"""Given, when, then for the API: entries, a request, and the answer with the entries it led to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx2
from starlette.testclient import TestClient

from api.composition import House
from ledger import keys
from ledger.keys import Role
from tests.ledger.support import Clock

BOOK = "provesamarbeidet"
BASE = "/api/v1/collaborations"
SHIELD = {"level": "shielded", "legal_basis": "offentleglova § 13"}

JSON = dict[str, Any]

_keys = count(1)

# Commands that are always accepted ---------------------------------------------------------


def founding(**fields: Any) -> JSON:
    """Returns the founding of an informal collaboration of two municipalities."""
    founders = [{"member_id": "nordvik", "name": "Nordvik"}, {"member_id": "sorvik", "name": "Sørvik"}]
    given = {"name": "Prøvesamarbeidet", "legal_form": "informal", "founders": founders, "effective": "2020-01-01"}
    return {"type": "collaboration.found", **given, **fields}


def service(service_id: str, **fields: Any) -> JSON:
    """Returns the registration of a service."""
    return {"type": "service.register", "service_id": service_id, "name": "Drift", "group": "operations", **fields}


def person(person_id: str, name: str = "Prøve Prøvesen", **fields: Any) -> JSON:
    """Returns the registration of a person, whose name is kept beside the book."""
    return {"type": "person.register", "person_id": person_id, "name": name, **fields}


def customer(member_id: str, **fields: Any) -> JSON:
    """Returns the admission of an external customer, which no council need resolve on."""
    party = {"member_id": member_id, "name": member_id.title(), "member_class": "external_customer"}
    return {"type": "member.admit", **party, **fields}


# Requests ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """A request: who sends it, and what it is."""

    method: str
    path: str
    by: Role | None = None
    """The role whose key is shown, None for no key."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


def post(
    *commands: JSON, book: str = BOOK, by: Role | None = "secretary", as_list: bool = False, **more: str
) -> Request:
    """Returns the request to record a command, or several; `more` are headers, underscores for hyphens.

    It has an Idempotency-Key of its own unless one is given.
    """
    body = commands[0] if len(commands) == 1 and not as_list else list(commands)
    return raw(json.dumps(body).encode(), book=book, by=by, **more)


def raw(body: bytes, *, book: str = BOOK, by: Role | None = "secretary", query: str = "", **more: str) -> Request:
    """Returns the request to record what these bytes hold."""
    headers = {"content-type": "application/json", "idempotency-key": f"sent-{next(_keys)}", **_headers(more)}
    return Request("POST", f"{BASE}/{book}/entries{query}", by, headers, body)


def get(path: str, *, by: Role | None = None, **more: str) -> Request:
    """Returns a request to read; a path that does not begin with a slash is one of the book of the test."""
    whole = path if path.startswith("/") else f"{BASE}/{BOOK}{'/' if path and path[0] not in '?' else ''}{path}"
    return Request("GET", whole, by, _headers(more))


def _headers(more: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in more.items()}


# The door ----------------------------------------------------------------------------------


@dataclass
class Door:
    """An application on a house, and a key for every role."""

    house: House
    client: TestClient
    clock: Clock
    secrets: dict[tuple[Role, str], str] = field(default_factory=dict, repr=False)

    def key(self, role: Role, books: str = keys.ALL_BOOKS) -> str:
        """Returns the key of a role, made at the first asking. Its principal is named for the role."""
        if (role, books) not in self.secrets:
            self.secrets[role, books] = keys.create(self.house.ledger, f"{role}-1", role, books)
        return self.secrets[role, books]

    def send(self, request: Request) -> httpx2.Response:
        """Returns the answer to a request."""
        headers = dict(request.headers)
        if request.by is not None:
            headers["authorization"] = f"Bearer {self.key(request.by)}"
        return self.client.request(request.method, request.path, content=request.body, headers=headers)

    def see(self, path: str, *, by: Role | None = None, **more: str) -> Any:
        """Returns what a read that is answered says."""
        answer = self.send(get(path, by=by, **more))
        assert answer.status_code == 200, answer.text
        return answer.json()

    def given(self, *commands: JSON, book: str = BOOK) -> Given:
        """Records commands one by one, a founding first unless the book has one, and returns what they led to."""
        opened = self.house.ledger.head(book) or (commands and commands[0]["type"] == "collaboration.found")
        first = [] if opened else [founding()]
        for one in (*first, *commands):
            answer = self.send(post(one, book=book))
            assert answer.status_code == 201, answer.text
        return Given(self)

    def types(self, book: str, after: int = 0) -> list[str]:
        """Returns the types of a book's entries, as they are stored."""
        return [recorded.entry.type for recorded in self.house.ledger.entries(book, after)]


@dataclass(frozen=True)
class Given:
    """Books with what was recorded in them."""

    door: Door

    def when(self, request: Request) -> When:
        """Returns a request, not yet sent."""
        return When(self.door, request)


@dataclass(frozen=True)
class When:
    """A request to a door."""

    door: Door
    request: Request

    @property
    def book(self) -> str:
        """The book it is about."""
        return self.request.path.removeprefix(f"{BASE}/").split("/", 1)[0]

    def then(self, status: int, *types: str) -> httpx2.Response:
        """Asserts the status and the types of the entries it led to, and that the same again records nothing more."""
        ledger = self.door.house.ledger
        before = ledger.heads()
        answer = self.door.send(self.request)
        assert answer.status_code == status, answer.text
        assert self.door.types(self.book, before.get(self.book, 0)) == list(types)
        after = {**before, self.book: before.get(self.book, 0) + len(types)} if types else before
        assert ledger.heads() == after
        if types:
            again = self.door.send(self.request)
            assert (again.status_code, again.json()["repeated"]) == (200, True)
            assert again.json()["entries"] == answer.json()["entries"]
            assert ledger.heads() == after
        return answer

    def then_refused(self, status: int, code: str, **params: object) -> JSON:
        """Asserts that a problem with this code and at least these parameters comes back, and nothing is recorded."""
        before = self.door.house.ledger.heads()
        answer = self.door.send(self.request)
        problem: JSON = answer.json()
        assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert {name: problem["params"].get(name) for name in params} == params
        assert all(problem[name] for name in ("title", "detail", "how_to_go_on", "instance"))
        assert self.door.house.ledger.heads() == before
        return problem
