"""What monitoring is told: `/metrics` in Prometheus' text format, and what the self-check found in `/readyz`."""

from __future__ import annotations

import re

import pytest

from ledger.self_check import SelfCheck
from tests.api.spec import BOOK, JSON, Door, founding, get, post, service
from tests.conformance.database import opened
from tests.conformance.test_log_checks import rewrite

SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\.)*",?)*)\})? (-?[0-9.e+]+)')


def samples(door: Door) -> dict[str, float]:
    """Returns each value by name and labels, after looking at how they are written."""
    answer = door.send(get("/metrics"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text.endswith("\n")
    found: dict[str, float] = {}
    told: list[str] = []
    for line in answer.text.splitlines():
        if line.startswith("# HELP "):
            told.append(line.split()[2])
        elif line.startswith("# TYPE "):
            assert line.split()[2:] in ([told[-1], "gauge"], [told[-1], "counter"])
            assert line.endswith("counter") == told[-1].endswith("_total")
        else:
            sample = SAMPLE.fullmatch(line)
            assert sample is not None, line
            assert sample[1] == told[-1]
            name = line.rpartition(" ")[0]
            assert name not in found
            found[name] = float(sample[3])
    assert len(told) == len(set(told))
    return found


def step_through(check: SelfCheck) -> None:
    """Goes through all books once."""
    before = check.passes
    while check.passes == before:
        check.step()


def test_books_entries_and_the_queue_are_counted(door: Door) -> None:
    assert samples(door) == {"styringsbok_books": 0, "styringsbok_commit_queue_length": 0}
    door.given(founding(), service("drift"))
    assert samples(door) == {
        "styringsbok_books": 1,
        f'styringsbok_entries{{collaboration="{BOOK}"}}': 2,
        f'styringsbok_rows_behind_entries{{collaboration="{BOOK}"}}': 0,
        "styringsbok_commit_queue_length": 0,
    }


def test_rows_that_are_behind_are_counted(sqlite_door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_door.given(founding(), service("drift"))
    monkeypatch.setattr(sqlite_door.house.ledger, "listeners", [])
    sqlite_door.send(post(service("support")))
    assert samples(sqlite_door)[f'styringsbok_rows_behind_entries{{collaboration="{BOOK}"}}'] == 1


def test_what_waits_is_counted(sqlite_door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_door.house.ledger.committer, "_queue", [None] * 3)
    assert samples(sqlite_door)["styringsbok_commit_queue_length"] == 3
    monkeypatch.undo()


def test_the_self_check_says_where_it_is_and_when_it_was_done(door: Door) -> None:
    assert door.see("/readyz")["self_check"] is None
    door.given(founding(), *(service(f"s{number}") for number in range(4)))
    check = door.house.self_check = SelfCheck(door.house.ledger, 2)
    check.step()
    position = f'styringsbok_self_check_position_entry{{collaboration="{BOOK}"}}'
    seen = {name: value for name, value in samples(door).items() if "self_check" in name}
    assert seen == {
        "styringsbok_self_check_entries_total": 2,
        "styringsbok_self_check_passes_total": 0,
        position: 2,
        "styringsbok_self_check_findings": 0,
    }
    under_way = door.see("/readyz")
    nothing: JSON = {"passes": 0, "last_pass_at": None, "findings": []}
    assert under_way["self_check"] == {**nothing, "collaboration": BOOK, "entry": 2}
    step_through(check)
    seen = samples(door)
    assert position not in seen
    assert seen["styringsbok_self_check_last_pass_timestamp_seconds"] == door.clock().timestamp()
    assert (seen["styringsbok_self_check_passes_total"], seen["styringsbok_self_check_entries_total"]) == (1, 5)
    ready = door.see("/readyz")
    assert ready["status"] == "ready"
    assert ready["self_check"]["last_pass_at"].startswith("2026-11-24T08:00:00")


def test_an_altered_entry_is_an_alarm_until_it_is_put_back(door: Door) -> None:
    door.given(founding(), service("drift"), service("support"))
    check = door.house.self_check = SelfCheck(door.house.ledger)
    whole = next(door.house.ledger.entries(BOOK, 1)).state
    with opened(door.house.ledger.location) as database:
        rewrite(database, 2, lambda state: b"{" + state)
        step_through(check)
        ready = door.see("/readyz")
        assert ready["status"] == "degraded"
        assert {"collaboration": BOOK, "entry": 2, "code": "damaged_entry"} in ready["self_check"]["findings"]
        seen = samples(door)
        named = f'styringsbok_self_check_finding{{collaboration="{BOOK}",entry="2",code="damaged_entry"}}'
        assert seen[named] == 1
        assert seen["styringsbok_self_check_findings"] == len(ready["self_check"]["findings"])
        rewrite(database, 2, lambda _: whole)
    step_through(check)
    ready = door.see("/readyz")
    assert (ready["status"], ready["self_check"]["findings"]) == ("ready", [])
    assert named not in samples(door)
