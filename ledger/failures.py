"""What a failure of the database is to those who wait: no room, to be tried again on another connection, or neither."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError, PersistenceError
from psycopg.errors import DiskFull

from ledger.connections import BeingImported, ConnectionLost
from ledger.errors import BookImporting, LedgerUnavailable, NothingWritten, StorageFull
from ledger.location import Location, SQLiteLocation

_NO_ROOM = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE})
"""What SQLite says on a full disk, and where a file may not grow."""


def not_written(location: Location, error: PersistenceError) -> LedgerUnavailable:
    """Returns what to tell those whose entries are known not to be written because of an error."""
    said = f"{location.name} could not be written: {error}"
    if isinstance(error, BeingImported):
        return BookImporting(said, error.book)
    cause = error.__cause__
    if isinstance(cause, DiskFull) or getattr(cause, "sqlite_errorcode", None) in _NO_ROOM:
        return StorageFull(said)
    if not isinstance(location, SQLiteLocation) and isinstance(
        error, (OperationalError, InterfaceError, ConnectionLost)
    ):
        return NothingWritten(said)
    return LedgerUnavailable(said)


@contextmanager
def told(location: Location, hold: AbstractContextManager[None]) -> Iterator[None]:
    """Holds books as `hold` does, and raises what to tell where that fails; IntegrityError as it is."""
    try:
        with hold:
            yield
    except IntegrityError:
        raise
    except PersistenceError as error:
        raise not_written(location, error) from error
