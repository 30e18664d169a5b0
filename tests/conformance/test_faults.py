"""When the database fails: what came through is told as success, what did not as failure, and damage by its number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from domain.kernel import Rejection
from ledger.application import Ledger
from ledger.committing import ATTEMPTS_MAX
from ledger.entry import ENTRY_BYTES_MAX, encode
from ledger.errors import DamagedEntry, LedgerUnavailable
from ledger.location import SQLiteLocation
from ledger.reading import Commit
from tests.conformance.database import Database
from tests.ledger.support import BOOK, begin, founding, numbers, person, send, service, states

# Outcomes that are not what they look like -----------------------------------------------


def failing(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, error: Exception, *, comes_through: bool, times: int = 1
) -> None:
    """Lets the next insertion fail, or the next ones, with its entries written or not."""
    insert, left = ledger.recorder.insert_events, iter(range(times - 1))

    def once(*args: Any, **kwargs: Any) -> Any:
        if next(left, None) is None:
            monkeypatch.setattr(ledger.recorder, "insert_events", insert)
        if comes_through:
            insert(*args, **kwargs)
        raise error

    monkeypatch.setattr(ledger.recorder, "insert_events", once)


def attempts(ledger: Ledger) -> int:
    """Returns how often a batch is tried: where there is a server, a lost connection is no reason to give up."""
    return 1 if isinstance(ledger.location, SQLiteLocation) else ATTEMPTS_MAX


@pytest.mark.parametrize("error", [IntegrityError("own entries"), OperationalError("connection lost")])
def test_an_own_success_told_as_a_failure_is_answered_as_success(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    commits: list[Commit] = []
    begin(ledger)
    ledger.listeners.append(commits.append)
    failing(ledger, monkeypatch, error, comes_through=True)
    receipt = ledger.record(send(service("it-drift"), person("p1")))
    assert not receipt.repeated
    assert receipt.recorded == tuple(ledger.entries(BOOK, after=1))
    assert [len(commit.steps) for commit in commits] == [2]
    ledger.record(send(service("vakt")))
    assert numbers(ledger) == [1, 2, 3, 4]


def test_a_failure_that_wrote_nothing_is_told_as_a_failure(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    begin(ledger)
    before = database.everything()
    submission = send(service("it-drift"), person("p1"))
    failing(ledger, monkeypatch, OperationalError("connection lost"), comes_through=False, times=attempts(ledger))
    with pytest.raises(LedgerUnavailable, match="could not be written: connection lost"):
        ledger.record(submission)
    assert database.everything() == before
    assert not ledger.record(submission).repeated
    assert numbers(ledger) == [1, 2, 3]


def test_a_conflict_that_wrote_nothing_is_decided_anew(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(ledger)
    failing(ledger, monkeypatch, IntegrityError("someone was first"), comes_through=False)
    assert [recorded.entry.number for recorded in ledger.record(send(service("it-drift"))).recorded] == [2]


@pytest.mark.parametrize("comes_through", [True, False])
def test_an_outcome_nobody_knows_is_told_as_such_and_the_same_again_settles_it(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, comes_through: bool
) -> None:
    begin(ledger)
    submission = send(service("it-drift"))
    failing(ledger, monkeypatch, OperationalError("connection lost"), comes_through=comes_through)
    query = ledger.book_recorder.query

    def no_answer(*args: Any) -> Any:
        raise OperationalError("no answer")

    def after_the_insertion(statement: str, params: Any = ()) -> Any:
        failed = ledger.recorder.insert_events.__name__ != "once"
        return no_answer() if failed else query(statement, params)

    monkeypatch.setattr(ledger.recorder, "query", after_the_insertion)
    with pytest.raises(LedgerUnavailable, match="whether it was recorded is not known: send the same again"):
        ledger.record(submission)
    monkeypatch.undo()
    assert ledger.record(submission).repeated is comes_through
    assert numbers(ledger) == [1, 2]


def test_many_submissions_fail_as_one_does(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(ledger)
    lines = [send(service(f"s{number}")) for number in range(3)]
    failing(ledger, monkeypatch, OperationalError("connection lost"), comes_through=False)
    with pytest.raises(LedgerUnavailable, match="could not be written"):
        ledger.record_all(lines)
    failing(ledger, monkeypatch, OperationalError("connection lost"), comes_through=True)
    assert ledger.record_all(lines) == (3, 0)
    assert ledger.record_all(lines) == (0, 3)


# Size ------------------------------------------------------------------------------------


def consumers(count: int) -> dict[str, Any]:
    """Returns founders enough to make an entry of some size."""
    return {"founders": [{"member_id": f"m{n}", "name": "Ø" * 150} for n in range(count)]}


def test_an_entry_that_is_too_large_is_refused_with_its_size(ledger: Ledger, database: Database) -> None:
    with pytest.raises(Rejection) as caught:
        ledger.record(send(founding(**consumers(160))))
    assert (caught.value.code, caught.value.nature) == ("entry.too_large", "fact")
    assert caught.value.params["limit"] == ENTRY_BYTES_MAX == 65_535
    size = caught.value.params["size"]
    assert isinstance(size, int)
    assert size > ENTRY_BYTES_MAX
    assert database.everything()["stored_events"] == []


@pytest.mark.parametrize("spare", [0, -1])
def test_the_limit_is_exact(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, spare: int) -> None:
    submission = send(founding())
    (as_decided,) = ledger.record(submission, dry_run=True).recorded
    monkeypatch.setattr("ledger.mapper.ENTRY_BYTES_MAX", len(as_decided.state) + spare)
    if spare < 0:
        with pytest.raises(Rejection, match=r"entry\.too_large"):
            ledger.record(submission)
    else:
        ledger.record(submission)
    assert len(states(ledger)) == 1 + spare


# Damage ----------------------------------------------------------------------------------

Damage = Callable[[bytes], bytes]

DAMAGES: dict[str, tuple[Damage, str]] = {
    "cut short": (lambda state: state[:-1], "unexpected end of data"),
    "no JSON": (lambda state: b"\x00" * len(state), "unexpected"),
    "not UTF-8": (lambda state: state.replace("ø".encode(), b"\xff\xff"), ""),
    "another number": (lambda state: state.replace(b'"number":2', b'"number":3'), "its record says"),
    "another book": (lambda state: state.replace(BOOK.encode(), b"x" * len(BOOK)), "its record says"),
    "an unknown type": (lambda state: state.replace(b"person.registered", b"person.unregister"), "unknown type"),
    "a known type that is not this": (
        lambda state: state.replace(b"person.registered", b"service.registered"),
        "event",
    ),
    "a type that is no text": (lambda state: state.replace(b'"person.registered"', b"[]"), "unknown type"),
    "a newer schema": (lambda state: state.replace(b'"schema":2', b'"schema":3'), "use a newer version"),
    "no schema": (lambda state: state.replace(b'"schema":2', b'"schema":"2"'), "no schema number"),
    "a field too many": (lambda state: state[:-1] + b',"extra":1}', "extra"),
    "a field too few": (lambda state: state.replace(b'"entry_id"', b'"entry_no"'), "entry_id"),
    "a list": (lambda _: b"[1]", "no entry"),
}


def damage(database: Database, number: int, how: Damage) -> None:
    """Changes the bytes of an entry, past the triggers."""
    ((state,),) = database.rows(
        f"SELECT state FROM stored_events WHERE originator_id = '{BOOK}' AND originator_version = {number}"
    )
    changed = how(bytes(state))
    assert changed != bytes(state)
    database.without_triggers()
    database.execute(
        "UPDATE stored_events SET state = ? WHERE originator_id = ? AND originator_version = ?", changed, BOOK, number
    )
    database.with_triggers()


@pytest.mark.parametrize(("how", "what"), DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_row_is_named_by_book_and_number(ledger: Ledger, database: Database, how: Damage, what: str) -> None:
    begin(ledger, person("p1", source={"title": "Prøve", "read_on": "2026-01-01"}), service("it-drift"))
    begin(ledger, service("it-drift"), book="andre")
    ledger.close()
    damage(database, 2, how)
    reopened = Ledger(ledger.location)
    for read in (lambda: list(reopened.entries(BOOK)), lambda: reopened.entry(BOOK, 2), lambda: reopened.book(BOOK)):
        with pytest.raises(DamagedEntry) as caught:
            read()
        assert (caught.value.collaboration_id, caught.value.number) == (BOOK, 2)
        assert what in caught.value.what
    assert reopened.entry(BOOK, 1) is not None
    assert reopened.entry(BOOK, 3) is not None
    assert reopened.heads() == {BOOK: 3, "andre": 2}
    assert reopened.book("andre").number == 2
    reopened.record(send(service("vakt"), book="andre"))
    with pytest.raises(DamagedEntry):
        reopened.record(send(service("vakt")))
    assert reopened.head(BOOK) == 3
    reopened.close()


def test_a_row_with_another_topic_is_damaged(ledger: Ledger, database: Database) -> None:
    begin(ledger, service("it-drift"))
    database.without_triggers()
    database.execute("UPDATE stored_events SET topic = 'os:system' WHERE originator_version = 2")
    with pytest.raises(DamagedEntry, match=r"its row says os:system"):
        list(ledger.entries(BOOK))


def test_two_rows_that_changed_places_are_damaged(ledger: Ledger, database: Database) -> None:
    begin(ledger, service("it-drift"), service("vakt"))
    database.without_triggers()
    for old, new in ((2, 9), (3, 2), (9, 3)):
        database.execute("UPDATE stored_events SET originator_version = ? WHERE originator_version = ?", new, old)
    with pytest.raises(DamagedEntry, match="entry 2 of"):
        list(ledger.entries(BOOK))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("as_stored", ["CAST(state AS TEXT)", "7"])
def test_a_record_stored_as_something_else_than_bytes_is_damaged(
    ledger: Ledger, database: Database, as_stored: str
) -> None:
    begin(ledger, service("it-drift"))
    database.without_triggers()
    database.execute(f"UPDATE stored_events SET state = {as_stored} WHERE originator_version = 2")
    with pytest.raises(DamagedEntry, match="not as bytes"):
        list(ledger.entries(BOOK))


def test_what_is_stored_has_been_read_back_before(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(ledger)
    monkeypatch.setattr("ledger.mapper.encode", lambda entry: encode(entry).replace(b"IT", b"it"))
    with pytest.raises(DamagedEntry, match="does not read back as it was written"):
        ledger.record(send(service("it-drift", name="IT-drift")))
    monkeypatch.setattr("ledger.mapper.encode", lambda entry: orjson.dumps({"schema": 1, "type": entry.type}))
    with pytest.raises(DamagedEntry, match="does not read back: collaboration_id"):
        ledger.record(send(service("it-drift")))
    monkeypatch.undo()
    assert numbers(ledger) == [1]
