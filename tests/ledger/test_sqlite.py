"""SQLite: durable connections, and a pool that neither keeps a lock nor closes what is in use."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.persistence import OperationalError, StoredEvent
from eventsourcing.sqlite import SQLiteConnectionPool, SQLiteDatastore

from ledger.application import Ledger
from ledger.errors import LedgerUnavailable
from ledger.location import SQLiteLocation
from ledger.sqlite import BookConnectionPool, FileDatastore, SQLiteBookRecorder, assert_durable
from tests.ledger.support import begin, numbers, send, service


def pool_of(ledger: Ledger) -> BookConnectionPool:
    """Returns the ledger's pool of connections."""
    datastore = ledger.book_recorder.datastore
    assert isinstance(datastore, FileDatastore)
    assert isinstance(datastore.pool, BookConnectionPool)
    return datastore.pool


# Durability ------------------------------------------------------------------------------


@pytest.mark.parametrize("setting", ["synchronous=NORMAL", "synchronous=OFF", "journal_mode=DELETE"])
def test_a_connection_that_may_lose_a_commit_is_refused(tmp_path: Path, setting: str) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL").fetchall()
        connection.execute("PRAGMA synchronous=FULL")
        assert_durable(connection)
        connection.execute(f"PRAGMA {setting}").fetchall()
        with pytest.raises(LedgerUnavailable, match=r"a book needs FULL \(2\) and wal"):
            assert_durable(connection)


def test_a_pool_of_such_connections_is_refused_and_the_file_given_back(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.close()
    set_up = sqlite3.Connection.execute

    def weakened(self: BookConnectionPool, raw: sqlite3.Connection) -> None:
        set_up(raw, "PRAGMA synchronous=NORMAL")
        assert_durable(raw)

    monkeypatch.setattr(BookConnectionPool, "_set_up", weakened)
    with pytest.raises(LedgerUnavailable, match="synchronous=1"):
        Ledger(ledger.location)
    monkeypatch.undo()
    Ledger(ledger.location).close()


def test_views_may_be_set_back_by_a_power_cut_and_a_book_not(tmp_path: Path) -> None:
    for durable, level in ((True, 2), (False, 1)):
        datastore = FileDatastore(tmp_path / f"{level}.db", durable=durable)
        with datastore.transaction(commit=False) as cursor:
            cursor.execute("PRAGMA synchronous")
            assert tuple(cursor.fetchone()) == (level,)
        datastore.close()


def test_what_will_write_takes_the_lock_before_it_reads(ledger: Ledger, location: SQLiteLocation) -> None:
    datastore = ledger.book_recorder.datastore
    with closing(sqlite3.connect(location.book, isolation_level=None, timeout=0)) as other:
        with datastore.transaction(commit=False):
            other.execute("BEGIN IMMEDIATE")
            other.rollback()
        with datastore.transaction(commit=True), pytest.raises(sqlite3.OperationalError, match="database is locked"):
            other.execute("BEGIN IMMEDIATE")


# A connection that cannot be opened ------------------------------------------------------


def fail_once(pool: SQLiteConnectionPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the pool have no idle connection and the next one not be opened."""
    create = pool._create_connection
    while pool._pool:
        pool._pool.popleft().close()

    def no_more_files() -> object:
        monkeypatch.setattr(pool, "_create_connection", create)
        raise OperationalError("unable to open database file")

    monkeypatch.setattr(pool, "_create_connection", no_more_files)


def test_a_failed_opening_for_writing_does_not_keep_the_lock(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(ledger)
    pool = pool_of(ledger)
    with pytest.raises(OperationalError, match="unable to open"):  # noqa: PT012
        fail_once(pool, monkeypatch)
        ledger.recorder.insert_events([StoredEvent("b", 1, "t", b"{}")])
    assert not pool._writer_lock.locked()
    assert (pool._num_writers, pool._num_readers, pool.num_in_use) == (0, 0, 0)
    ledger.record(send(service("it-drift")))
    assert numbers(ledger) == [1, 2]


def test_a_failed_opening_for_reading_is_not_counted_as_a_reader(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    pool = pool_of(ledger)
    fail_once(pool, monkeypatch)
    with pytest.raises(LedgerUnavailable, match="cannot be read: unable to open"):
        ledger.heads()
    assert (pool._num_writers, pool._num_readers, pool.num_in_use) == (0, 0, 0)
    assert numbers(ledger) == [1]


def test_waiting_in_vain_for_the_writer_does_not_give_its_lock_away(ledger: Ledger) -> None:
    pool = pool_of(ledger)
    writer = pool.get_connection(is_writer=True)
    with pytest.raises(OperationalError, match="Timed out waiting for return of writer"):
        pool.get_connection(timeout=0.01, is_writer=True)
    assert pool._writer_lock.locked()
    assert pool._num_writers == 1
    pool.put_connection(writer)
    assert not pool._writer_lock.locked()
    begin(ledger)


def test_the_pool_of_the_package_keeps_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    datastore = SQLiteDatastore(f"file:{tmp_path / 'a.db'}")
    fail_once(datastore.pool, monkeypatch)
    with pytest.raises(OperationalError), datastore.transaction(commit=True):
        pass
    assert datastore.pool._writer_lock.locked(), "the package has mended it: our pool need not any more"
    datastore.close()


def test_a_file_that_cannot_be_opened_is_told_in_the_package_s_errors(tmp_path: Path) -> None:
    (tmp_path / "book.db").write_bytes(b"this is no database, but long enough to be looked at" * 100)
    datastore = FileDatastore(tmp_path / "book.db")
    with pytest.raises(OperationalError, match="file is not a database"):
        SQLiteBookRecorder(datastore).create_table()
    assert not datastore.pool._writer_lock.locked()
    datastore.close()


def test_a_locked_file_is_told_in_the_package_s_errors(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(ledger)
    with ledger.book_recorder.datastore.transaction(commit=True) as cursor:
        cursor.execute("PRAGMA busy_timeout=10")
    assert isinstance(ledger.location, SQLiteLocation)
    with closing(sqlite3.connect(ledger.location.book, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnavailable, match="could not be written: database is locked"):
            ledger.record(send(service("it-drift")))
    ledger.record(send(service("it-drift")))
    assert numbers(ledger) == [1, 2]


# Closing ---------------------------------------------------------------------------------


def test_closing_waits_for_what_is_in_use(ledger: Ledger) -> None:
    begin(ledger)
    pool = pool_of(ledger)
    started, done = threading.Event(), list[tuple[int]]()

    def read() -> None:
        with ledger.book_recorder.datastore.transaction(commit=False) as cursor:
            started.set()
            time.sleep(0.1)
            cursor.execute("SELECT COUNT(*) FROM stored_events")
            done.extend(tuple(row) for row in cursor.fetchall())

    reader = threading.Thread(target=read)
    reader.start()
    started.wait()
    ledger.close()
    assert done == [(1,)]
    reader.join()
    assert pool.closed


def test_closing_does_not_wait_for_ever_nor_close_what_is_in_use(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.sqlite.BUSY_SECONDS", 0.05)
    connection = pool_of(ledger).get_connection(is_writer=False)
    ledger.close()
    cursor = connection.cursor()
    cursor.execute("SELECT COUNT(*) FROM stored_events")
    assert tuple(cursor.fetchone()) == (0,)
    connection.close()
