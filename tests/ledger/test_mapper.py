"""How records of an older schema are read, and that a newer one's are not guessed at."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from ledger.application import Ledger
from ledger.entry import SCHEMA
from ledger.errors import DamagedEntry
from ledger.mapper import read_record
from ledger.upcasts import UPCASTS, Record, upcast
from tests.ledger.support import BOOK, begin, numbers, send, service, states


def renamed(record: Record) -> Record:
    """Turns schema 1 into 2: what was `name` in a service is `title`."""
    if record["type"] != "service.registered":
        return record
    event = {("name" if key == "title" else key): value for key, value in record["event"].items()}
    return {**record, "event": event}


def emptied(record: Record) -> Record:
    """Turns schema 2 into 3: nothing is unverified."""
    return {**record, "unverified": []}


def older(state: bytes) -> bytes:
    """Returns a record of today as schema 1 is imagined to have had it."""
    record: dict[str, Any] = orjson.loads(state)
    record["event"]["title"] = record["event"].pop("name")
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


@pytest.fixture
def schema_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets this version be one that writes schema 3."""
    monkeypatch.setattr("ledger.upcasts.UPCASTS", (renamed, emptied))
    monkeypatch.setattr("ledger.mapper.SCHEMA", 3)
    monkeypatch.setattr("ledger.deciding.SCHEMA", 3)


def test_there_is_a_step_from_each_schema_to_the_next() -> None:
    assert len(UPCASTS) == SCHEMA - 1


def test_an_older_record_is_read_through_every_step_and_its_bytes_stay(ledger: Ledger, schema_three: None) -> None:
    begin(ledger)
    today = ledger.record(send(service("it-drift", name="Drift")), dry_run=True).recorded[0]
    assert orjson.loads(today.state)["schema"] == 3
    state = older(today.state).replace(b'"schema":3', b'"schema":1')
    entry = read_record(state)
    assert entry.event == today.entry.event
    assert entry.schema_number == 3
    with pytest.raises(ValueError, match=r"event\.name|title"):
        read_record(state.replace(b'"schema":1', b'"schema":2'))


def test_an_upcast_goes_only_the_steps_that_are_missing(schema_three: None) -> None:
    record = {"schema": 2, "type": "service.registered", "event": {"title": "Drift"}, "unverified": ["x"]}
    assert upcast(record, 3) == {**record, "schema": 3, "unverified": []}
    assert upcast({**record, "schema": 3}, 3) == {**record, "schema": 3}


def test_a_book_of_a_newer_version_is_not_read_nor_written(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(ledger)
    with monkeypatch.context() as newer:
        newer.setattr("ledger.upcasts.UPCASTS", (renamed, emptied))
        newer.setattr("ledger.mapper.SCHEMA", 3)
        newer.setattr("ledger.deciding.SCHEMA", 3)
        ledger.record(send(service("it-drift")))
        assert numbers(ledger) == [1, 2]
        assert f'"schema":{SCHEMA}'.encode() in states(ledger)[0]
        assert b'"schema":3' in states(ledger)[1]
    ledger.close()
    older_version = Ledger(ledger.location)
    for use in (lambda: older_version.book(BOOK), lambda: older_version.record(send(service("vakt")))):
        with pytest.raises(DamagedEntry, match=f"schema 3; this version reads up to {SCHEMA}: use a newer version"):
            use()
    older_version.close()
