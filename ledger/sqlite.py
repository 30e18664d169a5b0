"""The book in an SQLite file: WAL, every commit synchronised to the disk, append-only by trigger, one writing process.

Why each setting: a power cut loses acknowledged entries with synchronous=NORMAL; deleted tail rows would give their
ids away again without AUTOINCREMENT; before SQLite 3.51.3 two checkpointing processes can corrupt a WAL database.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import orjson
from eventsourcing.persistence import Notification, OperationalError, StoredEvent
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteFactory,
    SQLiteTransaction,
)

from ledger.errors import LedgerUnavailable
from ledger.location import SQLiteLocation
from ledger.log.tables import UPSERT_FRONTIER
from ledger.rows import (
    COMMAND_COLUMNS,
    MARK_CLEARED,
    CommandRow,
    ErasedRow,
    FrontierRow,
    Identity,
    KeyRow,
    Page,
    TextRow,
)
from ledger.sqlite_tables import SEALED_TEXTS_NO_UPDATE, TABLES, TRIGGERS, WRITTEN_ANEW

WAL_PAGES_MAX = 10_000
"""Pages of 4 KiB in the write-ahead log before it is folded into the file: with fewer the slowest thousandth stalls."""

JOURNAL_BYTES_MAX = 67_108_864
"""What the write-ahead log is cut back to after a long reader let it grow."""

# The identities come first, whatever is known of the table: each is looked up by its key.
FIND_COMMANDS = (
    f"SELECT {COMMAND_COLUMNS} FROM json_each(%s) AS asked CROSS JOIN command_identities "  # noqa: S608
    "WHERE collaboration_id = json_extract(asked.value, '$[0]') AND principal = json_extract(asked.value, '$[1]') "
    "AND command_id = json_extract(asked.value, '$[2]')"
)

BUSY_SECONDS = 5

SYNCHRONOUS_FULL = 2
"""What SQLite answers when asked for a level of `synchronous` that waits for the disk at every commit."""

SETTINGS = (
    "PRAGMA recursive_triggers=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA wal_autocheckpoint={WAL_PAGES_MAX}",
    f"PRAGMA journal_size_limit={JOURNAL_BYTES_MAX}",
)


class ImmediateTransaction(SQLiteTransaction):
    """Takes the write lock at once where it will write, so that what it reads first is still so when it writes."""

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE" if self.commit else "BEGIN")
        except sqlite3.Error as error:  # the package translates what goes wrong later, but not this
            raise OperationalError(error) from error
        return cursor


class BookConnection(SQLiteConnection):
    """A connection whose writing transactions begin immediate."""

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """Yields a cursor in a transaction."""
        with ImmediateTransaction(self, commit=commit) as cursor, cursor:
            yield cursor


class BookConnectionPool(SQLiteConnectionPool):
    """Connections with our settings, asserted; a connection that cannot be opened never keeps the writer lock."""

    def __init__(self, *, durable: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.durable = durable
        self._waiting = threading.local()

    def _create_connection(self) -> SQLiteConnection:
        try:
            raw = super()._create_connection()._sqlite_conn
            try:
                self._set_up(raw)
            except BaseException:
                raw.close()
                raise
        except sqlite3.Error as error:
            raise OperationalError(error) from error
        return BookConnection(raw, max_age=self.max_age)

    def _set_up(self, raw: sqlite3.Connection) -> None:
        for setting in SETTINGS:
            raw.execute(setting).fetchall()
        raw.execute(f"PRAGMA synchronous={'FULL' if self.durable else 'NORMAL'}")
        if self.durable:
            assert_durable(raw, memory=self.is_sqlite_memory_mode)

    def _get_connection(self, timeout: float = 0.0) -> SQLiteConnection:
        self._waiting.admitted = True
        return super()._get_connection(timeout)

    def get_connection(self, timeout: float | None = None, *, is_writer: bool | None = None) -> SQLiteConnection:
        """Returns a connection. Where none can be opened, gives back the lock it was to be opened under, then raises.

        The package keeps the writer lock in that case, and nothing can be written until a restart.
        """
        self._waiting.admitted = False
        try:
            return super().get_connection(timeout, is_writer=is_writer)
        except BaseException:
            if self._waiting.admitted:
                self._give_back(is_writer=is_writer)
            raise

    def close(self) -> None:
        """Closes the pool when its connections are back, or after some seconds without those that are not.

        The package closes them under the statements other threads are running, which can end the whole process.
        """
        with self._put_condition:
            if not self._closed:
                self._put_condition.wait_for(lambda: not self._in_use, timeout=BUSY_SECONDS)
                self._in_use.clear()
            super().close()

    def _give_back(self, *, is_writer: bool | None) -> None:
        if is_writer is True:
            self._num_writers -= 1
            self._writer_lock.release()
        elif is_writer is False:
            with self._no_readers:
                self._num_readers -= 1
                if self._num_readers == 0:
                    self._no_readers.notify()


def assert_durable(connection: sqlite3.Connection, *, memory: bool = False) -> None:
    """Raises LedgerUnavailable unless the connection writes ahead and synchronises every commit."""
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    if synchronous != SYNCHRONOUS_FULL or (not memory and str(journal).lower() != "wal"):
        raise LedgerUnavailable(
            f"SQLite runs with synchronous={synchronous} and journal_mode={journal}; a book needs FULL (2) and wal"
        )


class FileDatastore(SQLiteDatastore):
    """A datastore on one file with our connections."""

    def __init__(self, path: Path, *, durable: bool = True, read_only: bool = False) -> None:
        """Opens `path`; `durable` False is for views, which a power cut may set back and a catch-up makes whole."""
        name = f"file:{quote(str(path.absolute()))}{'?mode=ro' if read_only else ''}"
        super().__init__(name, originator_id_type="text", lock_timeout=BUSY_SECONDS)
        self.pool = BookConnectionPool(db_name=name, lock_timeout=BUSY_SECONDS, durable=durable)


class SQLiteBookRecorder(SQLiteApplicationRecorder):
    """Writes entries, command identities and texts in one transaction."""

    def __init__(
        self, datastore: SQLiteDatastore, events_table_name: str = "stored_events", *, triggers: bool = True
    ) -> None:
        self.triggers = TRIGGERS if triggers else ()
        super().__init__(datastore, events_table_name)
        self.insert_events_statement = (
            f"INSERT INTO {events_table_name} (originator_id, originator_version, topic, state) VALUES (?,?,?,?)"  # noqa: S608
        )
        self.select_max_notification_id_statement = f"SELECT MAX(notification_id) FROM {events_table_name}"  # noqa: S608

    def construct_create_table_statements(self) -> list[str]:
        """Returns our tables and triggers."""
        return [*TABLES, *self.triggers]

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        *,
        commands: Sequence[CommandRow] = (),
        texts: Sequence[TextRow] = (),
        erased: Sequence[ErasedRow] = (),
        frontiers: Sequence[FrontierRow] = (),
        **_: Any,
    ) -> Sequence[int]:
        if not stored_events:
            return []
        c.executemany(
            self.insert_events_statement,
            [(str(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events],
        )
        c.executemany(
            "INSERT INTO command_identities VALUES (?,?,?,?,?,?,?)",
            [
                (r.collaboration_id, r.principal, r.command_id, r.salt, r.fingerprint, r.first_number, r.last_number)
                for r in commands
            ],
        )
        c.executemany(
            "INSERT INTO sealed_texts VALUES (?,?,?,?,?)",
            [(t.collaboration_id, t.commitment, t.number, t.salt, t.text) for t in texts],
        )
        self._erase(c, erased)
        c.executemany(UPSERT_FRONTIER.replace("%s", "?"), [(f.collaboration_id, f.size, f.hashes) for f in frontiers])
        c.execute(self.select_max_notification_id_statement)
        last = int(c.fetchone()[0])
        return [*range(last - len(stored_events) + 1, last + 1)]

    @contextmanager
    def holding(self, books: Iterable[str]) -> Iterator[None]:  # noqa: ARG002
        """Holds books against every other process: one process alone writes the file, and holds it anyway."""
        yield

    @contextmanager
    def importing(self, book: str) -> Iterator[None]:  # noqa: ARG002
        """Holds a book until the end: in a file, whoever writes holds every book there is."""
        yield

    @contextmanager
    def settled(self, book: str) -> Iterator[None]:  # noqa: ARG002
        """Waits until whoever was writing a book has come to an end: a transaction that failed has, in a file."""
        yield

    def _erase(self, c: SQLiteCursor, rows: Iterable[ErasedRow]) -> None:
        for row in rows:
            for statement, params in row.statements:
                c.execute(statement.replace("%s", "?"), params)

    def erase_texts(self, rows: Iterable[ErasedRow]) -> None:
        """Deletes texts, in one transaction, and notes that what the file still holds of them is to be cleared."""
        with self.datastore.transaction(commit=True) as c:
            self._erase(c, rows)

    def clear_texts(self) -> bool:
        """Writes the table of texts anew and empties the write-ahead log. Returns False while someone reads the old."""
        with self.datastore.transaction(commit=True) as c:
            for statement in (*WRITTEN_ANEW, *(one for one in self.triggers if one == SEALED_TEXTS_NO_UPDATE)):
                c.execute(statement)
        with self.datastore.get_connection(commit=True) as connection:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = int(cursor.fetchone()[0])
        return not busy

    def mark_cleared(self) -> None:
        """Marks every erasure as finished."""
        self.write_beside([(MARK_CLEARED, ())])

    def insert_pages(self, pages: Iterable[Page], beside: Iterable[tuple[str, tuple[Any, ...]]] = ()) -> None:
        """Inserts every page, then executes statements, in one transaction; nothing if an iterable raises."""
        with self.datastore.transaction(commit=True) as c:
            for page in pages:
                self._insert_events(c, page.rows, commands=page.commands, texts=page.texts, erased=page.erased)
            for statement, params in beside:
                c.execute(statement.replace("%s", "?"), params)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Returns at most `limit` entries in the order they were committed, over all books."""
        where, params = ["1=1"], list[Any]()
        if start is not None:
            where.append(f"notification_id {'>=' if inclusive_of_start else '>'} ?")
            params.append(start)
        if stop is not None:
            where.append("notification_id <= ?")
            params.append(stop)
        if topics:
            where.append(f"topic IN ({','.join('?' * len(topics))})")
            params.extend(topics)
        query = f"SELECT * FROM {self.events_table_name} WHERE {' AND '.join(where)} ORDER BY notification_id LIMIT ?"  # noqa: S608
        with self.datastore.transaction(commit=False) as c:
            c.execute(query, [*params, limit])
            return [
                Notification(r["originator_id"], r["originator_version"], r["topic"], r["state"], r["notification_id"])
                for r in c.fetchall()
            ]

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a reading statement; parameters are marked `%s` on either engine."""
        # One statement sees one state of the file without a transaction around it, which costs more than most of them.
        with self.datastore.get_connection(commit=False) as connection, connection.cursor() as c:
            try:
                c.execute(statement.replace("%s", "?"), params)
                return [tuple(row) for row in c.fetchall()]
            except sqlite3.Error as error:  # the package translates in its transactions only
                raise OperationalError(error) from error

    @staticmethod
    def asking_for(identities: Iterable[Identity]) -> tuple[str, tuple[Any, ...]]:
        """Returns the statement, and its parameters, that finds commands by their identities."""
        return FIND_COMMANDS, (orjson.dumps(list(identities)).decode(),)

    def write_beside(self, statements: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
        """Executes statements that write beside the entries, in one transaction; `%s` marks a parameter."""
        with self.datastore.transaction(commit=True) as c:
            for statement, params in statements:
                c.execute(statement.replace("%s", "?"), params)

    def write_key(self, row: KeyRow) -> None:
        """Stores an API key's hash, or marks it revoked."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(
                "INSERT INTO api_keys VALUES (?,?,?,?,?,?) "
                "ON CONFLICT (key_hash) DO UPDATE SET revoked_at = excluded.revoked_at",
                (row.key_hash, row.principal, row.role, row.books, row.created_at, row.revoked_at),
            )


class SQLiteBookFactory(SQLiteFactory):
    """Builds the recorder for one file."""

    def __init__(self, location: SQLiteLocation, *, read_only: bool = False) -> None:
        super().__init__({"SQLITE_DBNAME": ":memory:", "ORIGINATOR_ID_TYPE": "text"})
        self.datastore.close()
        self.datastore = FileDatastore(location.book, read_only=read_only)
        self.read_only = read_only

    def application_recorder(self) -> SQLiteBookRecorder:
        """Returns the recorder, its tables made if need be. Raises LedgerUnavailable if the file cannot be used."""
        recorder = SQLiteBookRecorder(self.datastore)
        if not self.read_only:
            recorder.create_table()
        return recorder
