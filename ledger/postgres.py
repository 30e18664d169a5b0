"""The book in PostgreSQL: for several processes and machines.

No database function appends: readers would miss entries. A book is held while what is sent to it is decided and
written; the table is locked in the order of commit, so that positions never appear out of order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from typing import Any, LiteralString

import psycopg
from eventsourcing.persistence import OperationalError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresFactory
from psycopg import Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL, Identifier

from ledger.attachment_tables import attachment_tables
from ledger.connections import BARRIER, CONNECTION, HOLD_BOOKS, LOCK_SECONDS_MAX, BookDatastore
from ledger.errors import LedgerUnavailable
from ledger.location import PostgresLocation
from ledger.log.tables import log_tables
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

TABLES = (
    """CREATE TABLE IF NOT EXISTS command_identities (
    collaboration_id text NOT NULL, principal text NOT NULL, command_id text NOT NULL,
    salt bytea NOT NULL, fingerprint bytea NOT NULL, first_number bigint NOT NULL, last_number bigint NOT NULL,
    PRIMARY KEY (collaboration_id, principal, command_id))""",
    """CREATE TABLE IF NOT EXISTS sealed_texts (
    collaboration_id text NOT NULL, commitment text NOT NULL, number bigint NOT NULL,
    salt bytea NOT NULL, text text NOT NULL,
    PRIMARY KEY (collaboration_id, commitment))""",
    """CREATE TABLE IF NOT EXISTS erased_texts (
    collaboration_id text NOT NULL, commitment text NOT NULL, number bigint NOT NULL, of_entry bigint NOT NULL,
    finished integer NOT NULL, PRIMARY KEY (collaboration_id, commitment))""",
    """CREATE TABLE IF NOT EXISTS api_keys (
    key_hash bytea NOT NULL PRIMARY KEY, principal text NOT NULL, role text NOT NULL, books text NOT NULL,
    created_at text NOT NULL, revoked_at text)""",
    *log_tables("bytea"),
    *attachment_tables("bytea"),
)

TRIGGERS = (
    """CREATE OR REPLACE FUNCTION styringsbok_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME
       USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE OR REPLACE FUNCTION styringsbok_no_gap() RETURNS trigger LANGUAGE plpgsql VOLATILE AS
    $$ BEGIN
       IF NEW.originator_version <> 1 + COALESCE(
           (SELECT MAX(originator_version) FROM stored_events WHERE originator_id = NEW.originator_id), 0) THEN
           RAISE EXCEPTION 'entries are numbered without gaps' USING ERRCODE = 'integrity_constraint_violation';
       END IF;
       RETURN NEW; END $$""",
    """CREATE OR REPLACE TRIGGER stored_events_append_only BEFORE UPDATE OR DELETE ON stored_events
    FOR EACH ROW EXECUTE FUNCTION styringsbok_refuse()""",
    """CREATE OR REPLACE TRIGGER stored_events_no_truncate BEFORE TRUNCATE ON stored_events
    FOR EACH STATEMENT EXECUTE FUNCTION styringsbok_refuse()""",
    """CREATE OR REPLACE TRIGGER stored_events_no_gap BEFORE INSERT ON stored_events
    FOR EACH ROW EXECUTE FUNCTION styringsbok_no_gap()""",
    """CREATE OR REPLACE FUNCTION styringsbok_only_forget() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
       IF length(NEW.salt) = 0 AND length(NEW.fingerprint) = 0
           AND (NEW.collaboration_id, NEW.principal, NEW.command_id, NEW.first_number, NEW.last_number)
             = (OLD.collaboration_id, OLD.principal, OLD.command_id, OLD.first_number, OLD.last_number) THEN
           RETURN NEW;
       END IF;
       RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME
           USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    """CREATE OR REPLACE TRIGGER command_identities_append_only BEFORE DELETE ON command_identities
    FOR EACH ROW EXECUTE FUNCTION styringsbok_refuse()""",
    """CREATE OR REPLACE TRIGGER command_identities_only_forgotten BEFORE UPDATE ON command_identities
    FOR EACH ROW EXECUTE FUNCTION styringsbok_only_forget()""",
    """CREATE OR REPLACE TRIGGER command_identities_no_truncate BEFORE TRUNCATE ON command_identities
    FOR EACH STATEMENT EXECUTE FUNCTION styringsbok_refuse()""",
    """CREATE OR REPLACE TRIGGER sealed_texts_no_truncate BEFORE TRUNCATE ON sealed_texts
    FOR EACH STATEMENT EXECUTE FUNCTION styringsbok_refuse()""",
    """CREATE OR REPLACE TRIGGER sealed_texts_no_update BEFORE UPDATE ON sealed_texts
    FOR EACH ROW EXECUTE FUNCTION styringsbok_refuse()""",
    """CREATE OR REPLACE FUNCTION styringsbok_next_leaf() RETURNS trigger LANGUAGE plpgsql VOLATILE AS
    $$ BEGIN
       IF NEW.number <> 1 + COALESCE((SELECT MAX(number) FROM installation_log), 0) THEN
           RAISE EXCEPTION 'what was signed is numbered without gaps'
               USING ERRCODE = 'integrity_constraint_violation';
       END IF;
       RETURN NEW; END $$""",
    """CREATE OR REPLACE TRIGGER installation_log_append_only BEFORE UPDATE OR DELETE ON installation_log
    FOR EACH ROW EXECUTE FUNCTION styringsbok_refuse()""",
    """CREATE OR REPLACE TRIGGER installation_log_no_truncate BEFORE TRUNCATE ON installation_log
    FOR EACH STATEMENT EXECUTE FUNCTION styringsbok_refuse()""",
    """CREATE OR REPLACE TRIGGER installation_log_no_gap BEFORE INSERT ON installation_log
    FOR EACH ROW EXECUTE FUNCTION styringsbok_next_leaf()""",
)

FIND_COMMANDS = (
    f"SELECT {COMMAND_COLUMNS} FROM unnest(%s::text[], %s::text[], %s::text[]) AS asked (book, sender, id) "  # noqa: S608
    "JOIN command_identities ON (collaboration_id, principal, command_id) = (book, sender, id)"
)
INSERT_COMMANDS = (
    "INSERT INTO command_identities SELECT * FROM "
    "unnest(%s::text[], %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::bigint[], %s::bigint[])"
)
INSERT_TEXTS = (
    "INSERT INTO sealed_texts SELECT * FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bytea[], %s::text[])"
)
INSERT_FRONTIERS = (
    "INSERT INTO log_frontiers SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bytea[]) "
    "ON CONFLICT (collaboration_id) DO UPDATE SET size = excluded.size, hashes = excluded.hashes"
)

_SET_UP_LOCK = 7_266_331
"""Advisory lock under which the tables are made, so that processes starting together do not collide."""


class PostgresBookRecorder(PostgresApplicationRecorder):
    """Writes entries, command identities and texts in one transaction."""

    datastore: BookDatastore

    def __init__(
        self, datastore: BookDatastore, *, events_table_name: str = "stored_events", triggers: bool = True
    ) -> None:
        super().__init__(datastore, events_table_name=events_table_name)
        self.triggers = TRIGGERS if triggers else ()

    def _create_table(self, curs: Cursor[DictRow]) -> None:
        curs.execute("SELECT pg_advisory_xact_lock(%s)", (_SET_UP_LOCK,))
        super()._create_table(curs)
        for statement in (*TABLES, *self.triggers):
            curs.execute(SQL(statement))

    @contextmanager
    def holding(self, books: Iterable[str]) -> Iterator[None]:
        """Holds books against every other process until what is inserted within is committed.

        Raises DatabaseError where another process keeps one of them, OperationalError where the connection was lost
        before anything was inserted.
        """
        with self.datastore.holding(books):
            yield

    @contextmanager
    def importing(self, book: str) -> Iterator[None]:
        """Holds a book against every other process until the end, over many transactions. Raises as `holding`."""
        with self.datastore.importing(book):
            yield

    @contextmanager
    def settled(self, book: str) -> Iterator[None]:
        """Holds a book once whoever was writing it has come to an end, to see what came of it.

        What is read is on the standby as well when this ends, where commits wait for one.
        """
        with self.datastore.holding([book]):
            yield
            with self.datastore.transaction(commit=True) as cursor:
                cursor.execute(BARRIER)

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int]:
        """Inserts entries, and what belongs to them, in one transaction; returns their positions.

        One statement for each table, rather than the package's pipeline of one a row: with many rows the pipeline can
        wait for an answer to what it has not sent yet, and then waits for ever. Nor does it try again by itself after a
        lost connection, as the package does: what becomes of the first attempt is to be known before the second.
        """
        with self.datastore.transaction(commit=True) as cursor:
            for book in sorted({str(event.originator_id) for event in stored_events}):
                cursor.execute(HOLD_BOOKS, (book,))
            self._insert_events(cursor, stored_events, **kwargs)
            return self._append(cursor, stored_events) if stored_events else []

    def _insert_events(
        self,
        curs: Cursor[DictRow],
        stored_events: Sequence[StoredEvent],  # noqa: ARG002
        *,
        commands: Sequence[CommandRow] = (),
        texts: Sequence[TextRow] = (),
        erased: Sequence[ErasedRow] = (),
        frontiers: Sequence[FrontierRow] = (),
        **_: Any,
    ) -> None:
        for statement, rows in (
            (INSERT_COMMANDS, [astuple(row) for row in commands]),
            (INSERT_TEXTS, [astuple(row) for row in texts]),
            (INSERT_FRONTIERS, [astuple(row) for row in frontiers]),
        ):
            if rows:
                curs.execute(statement, [list(column) for column in zip(*rows, strict=True)])
        self._erase(curs, erased)

    def _erase(self, curs: Cursor[DictRow], rows: Iterable[ErasedRow]) -> None:
        for row in rows:
            for statement, params in row.statements:
                curs.execute(statement, params)

    def erase_texts(self, rows: Iterable[ErasedRow]) -> None:
        """Deletes texts, in one transaction, and notes that what the tables still hold of them is to be cleared."""
        with self.datastore.transaction(commit=True) as cursor:
            self._erase(cursor, rows)

    def clear_texts(self) -> bool:
        """Writes the table of texts anew, without what was deleted. Raises OperationalError while others read it.

        What the server's own write-ahead log and its copies still hold is for whoever runs it to let go.
        """
        self._vacuum("VACUUM FULL sealed_texts")
        return True

    def clear_documents(self) -> None:
        """Writes the table of documents anew, without what was deleted. Raises OperationalError while others read."""
        self._vacuum("VACUUM FULL attachment_blocks")

    def _vacuum(self, statement: LiteralString) -> None:
        with self.datastore.get_connection() as connection:
            connection.rollback()
            connection.autocommit = True
            try:
                connection.execute(f"SET lock_timeout = '{LOCK_SECONDS_MAX}s'")
                connection.execute(statement)
            except psycopg.Error as error:
                raise OperationalError(error) from error
            finally:
                if not connection.closed:
                    connection.execute("RESET lock_timeout")
                    connection.autocommit = False

    def mark_cleared(self) -> None:
        """Marks every erasure as finished."""
        self.write_beside([(MARK_CLEARED, ())])

    def _append(self, curs: Cursor[DictRow], stored_events: Sequence[StoredEvent]) -> Sequence[int]:
        self._lock_table(curs)
        self._notify_channel(curs)
        rows = [(str(e.originator_id), e.originator_version, e.topic, e.state) for e in stored_events]
        curs.execute(
            SQL(
                "INSERT INTO {schema}.{table} (originator_id, originator_version, topic, state) "
                "SELECT book, number, topic, state FROM unnest(%s::text[], %s::bigint[], %s::text[], %s::bytea[]) "
                "WITH ORDINALITY AS e (book, number, topic, state, place) ORDER BY place RETURNING notification_id"
            ).format(schema=Identifier(self.datastore.schema), table=Identifier(self.events_table_name)),
            [list(column) for column in zip(*rows, strict=True)],
        )
        return [int(row["notification_id"]) for row in curs.fetchall()]

    def insert_pages(self, pages: Iterable[Page], beside: Iterable[tuple[str, tuple[Any, ...]]] = ()) -> None:
        """Inserts every page, then executes statements, in one transaction; nothing if an iterable raises."""
        with self.datastore.transaction(commit=True) as cursor:
            for page in pages:
                self._insert_events(cursor, page.rows, commands=page.commands, texts=page.texts, erased=page.erased)
                self._append(cursor, page.rows)
            for statement, params in beside:
                cursor.execute(statement, params)

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a reading statement; parameters are marked `%s` on either engine."""
        # Rows as dicts, which the package asks for, lose one of two columns of the same name.
        with self.datastore.get_connection() as conn, conn.cursor(row_factory=tuple_row) as cursor:
            cursor.execute(statement, params, prepare=True)
            return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]

    @staticmethod
    def asking_for(identities: Iterable[Identity]) -> tuple[str, tuple[Any, ...]]:
        """Returns the statement, and its parameters, that finds commands by their identities."""
        return FIND_COMMANDS, tuple(list(column) for column in zip(*identities, strict=True))

    def write_beside(self, statements: Iterable[tuple[str, tuple[Any, ...]]]) -> None:
        """Executes statements that write beside the entries, in one transaction; `%s` marks a parameter."""
        with self.datastore.transaction(commit=True) as cursor:
            for statement, params in statements:
                cursor.execute(statement, params)

    def write_key(self, row: KeyRow) -> None:
        """Stores an API key's hash, or marks it revoked."""
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(
                "INSERT INTO api_keys VALUES (%s,%s,%s,%s,%s,%s) "
                "ON CONFLICT (key_hash) DO UPDATE SET revoked_at = excluded.revoked_at",
                (row.key_hash, row.principal, row.role, row.books, row.created_at, row.revoked_at),
            )


def _reach(location: PostgresLocation) -> None:
    """Connects. Raises LedgerUnavailable saying why it cannot: the pool would try for half a minute, and not say."""
    try:
        given: dict[str, Any] = {**CONNECTION, **conninfo_to_dict(location.url)}
        psycopg.connect(**given).close()
    except psycopg.Error as error:
        raise LedgerUnavailable(f"{location.name} cannot be reached: {error}") from error


class PostgresBookFactory(PostgresFactory):
    """Builds the recorder for one database."""

    def __init__(self, location: PostgresLocation, *, read_only: bool = False) -> None:
        super().__init__(
            {
                "POSTGRES_DBNAME": "-",
                "POSTGRES_HOST": "-",
                "POSTGRES_PORT": "-",
                "POSTGRES_USER": "-",
                "POSTGRES_PASSWORD": "-",
            }
        )
        self.datastore.close()
        _reach(location)
        self.datastore = self._books = BookDatastore(location)
        self.read_only = read_only

    def application_recorder(self) -> PostgresBookRecorder:
        """Returns the recorder, its tables made if need be."""
        recorder = PostgresBookRecorder(self._books)
        if self.read_only:
            self.datastore.register_type_adapters()
        else:
            recorder.create_table()
        return recorder
