"""Keys made and revoked while the book is served, by an administrator and nobody else."""

from __future__ import annotations

import json

import pytest

from ledger import keys
from ledger.keys import Role
from tests.api.spec import JSON, Door, Request, get, post, service

KEYS = "/api/v1/keys"


def make(fields: JSON, by: Role | None = "administrator") -> Request:
    """Returns the request for a new key."""
    wanted = {"principal": "ny-1", "role": "secretary", **fields}
    return Request("POST", KEYS, by, {"content-type": "application/json"}, json.dumps(wanted).encode())


def revoke(fingerprint: str, by: Role | None = "administrator") -> Request:
    """Returns the request to revoke a key."""
    return Request("DELETE", f"{KEYS}/{fingerprint}", by)


def made(door: Door, **fields: object) -> JSON:
    """Returns a new key."""
    answer = door.send(make(fields))
    assert (answer.status_code, answer.headers["cache-control"]) == (201, "no-store"), answer.text
    found: JSON = answer.json()
    return found


def records(door: Door, secret: str, book: str, number: int) -> int:
    """Returns the status of recording with a key."""
    sent = post(service(f"s-{number}"), book=book, by=None, authorization=f"Bearer {secret}")
    return door.send(sent).status_code


def test_a_key_is_made_shown_once_and_revoked_at_once(door: Door) -> None:
    door.given()
    key = made(door)
    assert records(door, key["key"], "provesamarbeidet", 1) == 201
    (shown,) = [one for one in door.see(KEYS, by="administrator")["keys"] if one["fingerprint"] == key["fingerprint"]]
    assert shown == {name: value for name, value in key.items() if name != "key"}
    assert (shown["principal"], shown["books"], shown["revoked_at"]) == ("ny-1", "*", None)
    gone = door.send(revoke(key["fingerprint"]))
    assert gone.json() == {**shown, "revoked_at": "2026-11-24T08:00:00.000000Z"}
    assert records(door, key["key"], "provesamarbeidet", 2) == 401
    door.clock.turn(days=1)
    assert door.send(revoke(key["fingerprint"])).json() == gone.json()


def test_a_key_opens_the_books_it_names(door: Door) -> None:
    door.given()
    key = made(door, books=["provesamarbeidet", "annen", "annen"])
    assert key["books"] == "provesamarbeidet,annen"
    assert records(door, key["key"], "provesamarbeidet", 1) == 201
    assert records(door, made(door, books=["annen"])["key"], "provesamarbeidet", 2) == 403


@pytest.mark.parametrize("by", [None, "reader", "auditor", "secretary"])
def test_others_neither_see_nor_change_any(sqlite_door: Door, by: Role | None) -> None:
    sqlite_door.given()
    fingerprint = made(sqlite_door)["fingerprint"]
    status, code = (401, "not_authenticated") if by is None else (403, "not_allowed")
    if by is not None:
        sqlite_door.key(by)
    before = keys.listed(sqlite_door.house.ledger)
    for request in (get(KEYS, by=by), make({}, by), revoke(fingerprint, by)):
        sqlite_door.given().when(request).then_refused(status, code)
    assert keys.listed(sqlite_door.house.ledger) == before


def test_an_administrator_of_some_books_keeps_no_keys(sqlite_door: Door) -> None:
    secret = made(sqlite_door, role="administrator", books=["provesamarbeidet"])["key"]
    told = sqlite_door.send(get(KEYS, authorization=f"Bearer {secret}"))
    assert (told.status_code, told.json()["code"]) == (403, "not_allowed")


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"principal": "Kari Nordmann"}, "/principal"),
        ({"role": "king"}, "/role"),
        ({"books": []}, "/books"),
        ({"books": ["Ikke Slik"]}, "/books/0"),
        ({"secret": "x"}, "/secret"),
    ],
)
def test_what_no_key_can_have_is_named(sqlite_door: Door, fields: JSON, pointer: str) -> None:
    sqlite_door.given()
    sqlite_door.key("administrator")
    before = keys.listed(sqlite_door.house.ledger)
    problem = sqlite_door.given().when(make(fields)).then_refused(422, "invalid")
    assert [one["pointer"] for one in problem["errors"]] == [pointer]
    assert keys.listed(sqlite_door.house.ledger) == before


def test_a_key_that_is_not_there_is_named(sqlite_door: Door) -> None:
    sqlite_door.given().when(revoke("0" * 12)).then_refused(404, "unknown_key", fingerprint="0" * 12)
    assert sqlite_door.send(revoke("xyz")).status_code == 422
