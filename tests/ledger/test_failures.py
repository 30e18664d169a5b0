"""What a failure of the database is to those who wait."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from eventsourcing.persistence import DatabaseError, InterfaceError, InternalError, OperationalError, PersistenceError
from psycopg.errors import DiskFull

from ledger.connections import ConnectionLost
from ledger.errors import LedgerUnavailable, NothingWritten, StorageFull
from ledger.failures import not_written
from ledger.location import PostgresLocation, SQLiteLocation

FILE = SQLiteLocation(Path("book.db"))
SERVER = PostgresLocation("postgresql://user:secret@host/book")


def caused(error: PersistenceError, cause: Exception) -> PersistenceError:
    """Returns an error as the package raises it, with what was behind it."""
    error.__cause__ = cause
    return error


def sqlite_error(code: int) -> sqlite3.Error:
    """Returns an error of SQLite with a code."""
    error = sqlite3.OperationalError("trouble")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("error", "in_a_file", "on_a_server"),
    [
        (OperationalError("lost"), LedgerUnavailable, NothingWritten),
        (InterfaceError("closed"), LedgerUnavailable, NothingWritten),
        (ConnectionLost("lost"), LedgerUnavailable, NothingWritten),
        (InternalError("broken"), LedgerUnavailable, LedgerUnavailable),
        (DatabaseError("kept"), LedgerUnavailable, LedgerUnavailable),
        (caused(OperationalError("full"), DiskFull("full")), StorageFull, StorageFull),
        (caused(OperationalError("full"), sqlite_error(sqlite3.SQLITE_FULL)), StorageFull, StorageFull),
        (caused(OperationalError("full"), sqlite_error(sqlite3.SQLITE_IOERR_WRITE)), StorageFull, StorageFull),
        (caused(OperationalError("busy"), sqlite_error(sqlite3.SQLITE_BUSY)), LedgerUnavailable, NothingWritten),
    ],
)
def test_a_failure_is_told_for_what_it_is(
    error: PersistenceError, in_a_file: type[LedgerUnavailable], on_a_server: type[LedgerUnavailable]
) -> None:
    for location, expected in ((FILE, in_a_file), (SERVER, on_a_server)):
        told = not_written(location, error)
        assert type(told) is expected
        assert str(error) in str(told)
        assert "secret" not in str(told)
