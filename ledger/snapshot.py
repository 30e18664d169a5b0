"""A ledger as it is at one moment, to be read at leisure while others write: for a backup.

On SQLite the book is copied by SQLite's own backup interface, in one go: a file copied under a writer lacks what is in
the write-ahead log, and nothing in the copy says so. On PostgreSQL everything is read in one repeatable-read
transaction.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from eventsourcing.persistence import StoredEvent
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import tuple_row

from ledger.application import PAGE_ENTRIES, Ledger
from ledger.connections import CONNECTION
from ledger.errors import LedgerUnavailable
from ledger.location import PostgresLocation, SQLiteLocation

PREFIX = ".styringsbok-snapshot-"
"""Begins the name of the folder a copy is in; the number of the process that made it ends it."""


@contextmanager
def snapshot(ledger: Ledger, folder: Path) -> Iterator[Ledger]:
    """Yields the ledger as it is now, for reading. On SQLite a copy is in `folder` meanwhile, for its owner only.

    Raises LedgerUnavailable or OSError.
    """
    if isinstance(ledger.location, PostgresLocation):
        copy: Ledger = PostgresSnapshot(ledger.location, ledger.clock)
        with closing(copy):
            yield copy
        return
    _throw_away_what_others_left(folder)
    own = folder / f"{PREFIX}{os.getpid()}"
    own.mkdir(mode=0o700)
    try:
        place = SQLiteLocation(own / "book.db")
        _copy(ledger.location.book, place.book)
        with closing(Ledger(place, read_only=True, clock=ledger.clock)) as copy:
            yield copy
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _copy(book: Path, to: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"file:{quote(str(book.absolute()))}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(to)) as target,
        ):
            source.backup(target)
    except sqlite3.Error as error:
        raise LedgerUnavailable(f"{book} could not be copied: {error}") from error


def _throw_away_what_others_left(folder: Path) -> None:
    """Removes the copies of processes that ended before they could."""
    for left in folder.glob(f"{PREFIX}*"):
        number = left.name.removeprefix(PREFIX)
        if number.isdecimal() and not _lives(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    if process == os.getpid():
        return False
    with suppress(PermissionError):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
    return True


class PostgresSnapshot(Ledger):
    """A ledger in PostgreSQL, read in one repeatable-read transaction."""

    def __init__(self, location: PostgresLocation, clock: Callable[[], datetime]) -> None:
        super().__init__(location, read_only=True, clock=clock)
        try:
            given: dict[str, Any] = {**CONNECTION, **conninfo_to_dict(location.url)}
            self._reader = psycopg.connect(**given, row_factory=tuple_row)
        except psycopg.Error as error:
            super().close()
            raise LedgerUnavailable(f"{location.name} cannot be reached: {error}") from error
        self._reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._reader.read_only = True
        self.heads()  # the first statement fixes what all others see

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a query as they were at the moment. Raises LedgerUnavailable."""
        if not hasattr(self, "_reader"):
            return super().query(statement, params)
        try:
            rows = self._reader.execute(statement.encode(), params).fetchall()
        except psycopg.Error as error:
            raise LedgerUnavailable(f"{self.location.name} cannot be read: {error}") from error
        return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in rows]

    def rows(
        self, collaboration_id: str, after: int = 0, up_to: int | None = None, at_a_time: int = PAGE_ENTRIES
    ) -> Iterator[StoredEvent]:
        """Yields the rows of a book as they are stored, unread."""
        bound, last = ("", ()) if up_to is None else (" AND originator_version <= %s", (up_to,))
        while True:
            found = self.query(
                "SELECT originator_id, originator_version, topic, state FROM stored_events "  # noqa: S608
                f"WHERE originator_id = %s AND originator_version > %s{bound} ORDER BY originator_version LIMIT %s",
                (collaboration_id, after, *last, at_a_time),
            )
            yield from (StoredEvent(*row) for row in found)
            if len(found) < at_a_time:
                return
            after = int(found[-1][1])

    def close(self) -> None:
        """Ends the transaction and closes the database."""
        self._reader.close()
        super().close()
