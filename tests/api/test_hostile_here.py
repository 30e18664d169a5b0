"""The corpus of bad input against the real door: nothing falls, nothing is recorded, nothing large comes back."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from api.app import create_app
from api.settings import Settings
from tests.api.asgi import send
from tests.api.hostile import CORPUS, Hostile, Target, complaints, valid
from tests.api.spec import BOOK, Door, get, service


def target(door: Door) -> Target:
    """Returns where commands go, with a founding, which has a value of every kind."""
    return Target(
        url="/api/v1/collaborations/hostile/entries",
        body={
            "type": "collaboration.found",
            "name": "Testsamarbeidet",
            "effective": "2026-01-01",
            "legal_form": "informal",
            "founders": [
                {"member_id": "a", "name": "Testvik", "seats": 1},
                {"member_id": "b", "name": "Testdal", "seats": 1},
            ],
        },
        text=("name",),
        whole=("founders", 0, "seats"),
        day=("effective",),
        choice=("legal_form",),
        many=("founders",),
        number_url=f"/api/v1/collaborations/{BOOK}/entries/{{}}",
        query_url=f"/api/v1/collaborations/{BOOK}/entries?limit={{}}",
        headers=(("authorization", f"Bearer {door.key('secretary')}"),),
    )


@pytest.mark.parametrize("case", CORPUS, ids=lambda case: case.name)
def test_bad_input_is_refused_and_nothing_is_recorded(sqlite_door: Door, case: Hostile) -> None:
    sqlite_door.given(service("drift"))
    before = sqlite_door.house.ledger.heads()
    sent = case.make(target(sqlite_door))
    answer = asyncio.run(send(create_app(sqlite_door.house, Settings()), sent))
    assert complaints(case, sent, answer) == []
    assert answer.raised is None
    assert sqlite_door.house.ledger.heads() == before


def test_the_body_that_is_spoiled_is_good_before(sqlite_door: Door) -> None:
    answer = asyncio.run(send(create_app(sqlite_door.house, Settings()), valid(target(sqlite_door))))
    assert answer.status == 201, answer.body


def test_a_damaged_row_is_named_and_the_rest_stays_readable(sqlite_door: Door, sqlite_url: str) -> None:
    sqlite_door.given(service("drift"), service("utvikling"))
    damage(Path(sqlite_url.removeprefix("sqlite:///")), number=2)
    listed = sqlite_door.see(f"/api/v1/collaborations/{BOOK}/entries")["entries"]
    assert [entry["number"] for entry in listed] == [1, 2, 3]
    assert "damaged" in listed[1]
    assert listed[2]["type"] == "service.registered"
    answer = sqlite_door.send(get(f"/api/v1/collaborations/{BOOK}/entries/2"))
    assert answer.status_code == 500
    assert answer.json()["code"] == "damaged_entry"
    assert answer.json()["params"] == {"collaboration": BOOK, "number": 2}
    assert sqlite_door.see(f"/api/v1/collaborations/{BOOK}")["name"]
    assert sqlite_door.send(get("/readyz")).status_code == 200


def damage(path: Path, number: int) -> None:
    """Changes a stored entry behind the ledger's back."""
    with sqlite3.connect(path) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute(
            "UPDATE stored_events SET state = replace(state, ?, ?) WHERE originator_version = ?",
            (b'"number":', b'"numbre":', number),
        )
