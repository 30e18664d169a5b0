"""PostgreSQL's connections: one that is lost leaves nobody in doubt, and nothing held that others wait for."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from typing import Any

import pytest
from eventsourcing.persistence import DatabaseError, OperationalError
from psycopg import sql

from ledger.application import Ledger
from ledger.connections import BookDatastore, QuickAttempt, QuickPool
from ledger.deciding import Decided, Submission
from ledger.errors import OutcomeUnknown
from ledger.location import PostgresLocation
from ledger.postgres import PostgresBookRecorder
from ledger.reading import Book
from tests.conformance.database import Database
from tests.conftest import Cluster
from tests.ledger.support import BOOK, begin, numbers, person, send, service

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

LATE_SECONDS = 0.4


def datastore_of(ledger: Ledger) -> BookDatastore:
    """Returns the ledger's connections."""
    datastore = ledger.book_recorder.datastore
    assert isinstance(datastore, BookDatastore)
    return datastore


def cut_all(database: Database) -> None:
    """Ends every other connection to the database, as a server that goes down does."""
    database.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def once_decided(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, happens: Any, times: int = 1) -> None:
    """Lets something happen between a decision and its writing."""
    decide, left = ledger.decide, iter(range(times))

    def decided(book: Book, submission: Submission) -> Decided:
        result = decide(book, submission)
        if next(left, None) is not None:
            happens()
        return result

    monkeypatch.setattr(ledger, "decide", decided)


def test_a_connection_lost_before_it_was_written_is_made_up_for(
    ledger: Ledger, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    once_decided(ledger, monkeypatch, lambda: cut_all(database))
    receipt = ledger.record(send(service("it-drift"), person("p1")))
    assert not receipt.repeated
    assert receipt.recorded == tuple(ledger.entries(BOOK, after=1))
    assert numbers(ledger) == [1, 2, 3]


def test_a_lost_connection_leaves_no_book_held(
    ledger: Ledger, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    with pytest.raises(OperationalError, match="lost"), datastore_of(ledger).holding([BOOK]):  # noqa: PT012
        cut_all(database)
        with suppress(DatabaseError), datastore_of(ledger).get_connection() as connection:
            connection.execute("SELECT 1")
    assert database.rows("SELECT 1 FROM pg_locks WHERE locktype = 'advisory'") == []
    ledger.record(send(service("it-drift")))
    assert numbers(ledger) == [1, 2]


@contextmanager
def committed_late(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Lets the next insertion lose its connection at once, while the server goes on with it and commits later."""
    assert isinstance(ledger.location, PostgresLocation)
    server = PostgresBookRecorder(BookDatastore(ledger.location))
    append = server._append
    under_way = threading.Event()

    def slowly(*args: Any) -> Any:
        positions = append(*args)
        under_way.set()
        time.sleep(LATE_SECONDS)
        return positions

    monkeypatch.setattr(server, "_append", slowly)
    insert, threads = ledger.recorder.insert_events, list[threading.Thread]()

    def lost(*args: Any, **kwargs: Any) -> None:
        monkeypatch.setattr(ledger.recorder, "insert_events", insert)
        datastore_of(ledger)._holding.held.connection.close()
        threads.append(threading.Thread(target=server.insert_events, args=args, kwargs=kwargs))
        threads[0].start()
        under_way.wait(timeout=10)
        raise OperationalError("connection lost")

    monkeypatch.setattr(ledger.recorder, "insert_events", lost)
    yield
    threads[0].join()
    server.datastore.close()


def test_what_the_server_commits_after_the_connection_was_lost_is_told_as_success(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    with committed_late(ledger, monkeypatch):
        receipt = ledger.record(send(service("it-drift"), person("p1")))
    assert not receipt.repeated
    assert receipt.recorded == tuple(ledger.entries(BOOK, after=1))
    assert numbers(ledger) == [1, 2, 3]


def test_what_the_server_has_not_decided_in_time_is_told_as_unknown(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    monkeypatch.setattr("ledger.connections.LOCK_SECONDS_MAX", LATE_SECONDS / 4)
    submission = send(service("it-drift"))
    with committed_late(ledger, monkeypatch), pytest.raises(OutcomeUnknown, match="send the same again"):
        ledger.record(submission)
    assert ledger.record(submission).repeated
    assert numbers(ledger) == [1, 2]


@contextmanager
def no_standby(cluster: Cluster) -> Iterator[None]:
    """Lets commits that ask for it wait for a standby that is not there."""
    for standby in ("nobody", ""):
        cluster.execute(sql.SQL("ALTER SYSTEM SET synchronous_standby_names = {}").format(sql.Literal(standby)))
        cluster.execute(sql.Composed([sql.SQL("SELECT pg_reload_conf()")]))
        if standby:
            yield


def waiting(database: Database) -> list[int]:
    """Returns the processes of the server that wait for the standby, once there are any."""
    give_up = time.monotonic() + 10
    statement = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = current_database()"
    while not (found := [int(pid) for (pid,) in database.rows(statement)]):
        assert time.monotonic() < give_up, "nobody waits for the standby"
        time.sleep(0.01)
    return found


def test_a_commit_is_not_acknowledged_while_no_standby_has_it(
    ledger: Ledger, database: Database, postgresql_cluster: Cluster
) -> None:
    begin(ledger)
    assert isinstance(ledger.location, PostgresLocation)
    submission = send(service("it-drift"))
    with no_standby(postgresql_cluster), ThreadPoolExecutor(1) as pool:
        told = pool.submit(ledger.record, submission)
        for pid in waiting(database):  # the commit itself
            database.rows(f"SELECT pg_cancel_backend({pid})")
        for pid in waiting(database):  # reading it back
            database.rows(f"SELECT pg_cancel_backend({pid})")
        assert isinstance(told.exception(timeout=10), OutcomeUnknown)
        told = pool.submit(ledger.record, submission)
        repeated = told.result(timeout=10)
    assert repeated.repeated
    assert numbers(ledger) == [1, 2]


@pytest.mark.parametrize("said", ["off", "local", "remote_apply"])
def test_a_commit_waits_for_the_disk_whatever_the_url_says(ledger: Ledger, said: str) -> None:
    assert isinstance(ledger.location, PostgresLocation)
    with closing(Ledger(PostgresLocation(f"{ledger.location.url}&options=-csynchronous_commit%3D{said}"))) as other:
        ((own,),) = other.query("SELECT current_setting('synchronous_commit')")
    assert own == ("on" if said == "off" else said)


def test_what_the_server_itself_leaves_to_luck_is_known(ledger: Ledger) -> None:
    assert ledger.not_durable() == ["fsync", "full_page_writes"], "as this cluster of the tests is set up"


def test_what_has_become_a_standby_is_left_for_one_that_accepts_writes(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    datastore = datastore_of(ledger)
    once_decided(
        ledger, monkeypatch, lambda: datastore._holding.held.connection.execute("SET TRANSACTION READ ONLY"), times=2
    )
    assert not ledger.record(send(service("it-drift"))).repeated
    with pytest.raises(OperationalError, match="read-only"), datastore.get_connection() as connection:  # noqa: PT012
        connection.execute("SET default_transaction_read_only = on")
        connection.execute("DELETE FROM sealed_texts")
    assert connection.closed
    assert numbers(ledger) == [1, 2]


def test_the_pool_tries_again_soon(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt, waited = QuickAttempt(timeout=60), 0.0
    for _ in range(6):
        attempt.update_delay(time.monotonic())
        waited += attempt.delay
    assert waited < 4
    pool = datastore_of(ledger).pool
    assert isinstance(pool, QuickPool)
    given: list[object] = []
    monkeypatch.setattr("eventsourcing.postgres.ConnectionPool._add_connection", lambda _, one, __: given.append(one))
    pool._add_connection(None)
    assert [type(one) for one in given] == [QuickAttempt]
