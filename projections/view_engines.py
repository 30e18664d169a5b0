"""The engines rows are kept on: on SQLite a file of its own, on PostgreSQL tables beside the book.

Both are `eventsourcing` tracking recorders.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
from eventsourcing.persistence import OperationalError
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore, SQLiteTrackingRecorder
from psycopg import Cursor
from psycopg.rows import DictRow, tuple_row
from psycopg.sql import SQL

from projections.projection import Projection
from projections.tables import Marked, create_statements, table
from projections.views import Views, translated

_SET_UP_LOCK = 7_266_332
"""Advisory lock under which PostgreSQL's tables are made, so that processes starting together do not collide."""

ROWS_AT_A_TIME = 2_000
"""Rows inserted by one statement on PostgreSQL."""


class SQLiteViews(Views, SQLiteTrackingRecorder):
    """Rows in an SQLite file of their own."""

    tracking_table = "tracking"
    _among = "IN (SELECT value FROM json_each(%s))"

    def __init__(
        self, datastore: SQLiteDatastore, projections: Iterable[Projection] = (), *, create: bool = True
    ) -> None:
        self.projections = {projection.name: projection for projection in projections}
        super().__init__(datastore)
        if create:
            self.create_table()

    def construct_create_table_statements(self) -> list[str]:
        """Returns the tracking table's statement and ours."""
        ours = (statement.replace("BYTES", "BLOB") for statement in create_statements(self.projections.values()))
        return [*super().construct_create_table_statements(), *ours]

    def _create_table(self, c: SQLiteCursor) -> None:
        c.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        self._make_way(c, [row["name"] for row in c.fetchall()])
        super()._create_table(c)

    @contextmanager
    def _writing(self) -> Iterator[Marked]:
        with translated(), self.datastore.transaction(commit=True) as cursor:
            yield Marked(cursor)

    @staticmethod
    def _listed(values: list[str]) -> str:
        return orjson.dumps(values).decode()

    def _insert_into(self, cursor: Any, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        marks = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {table(name)} VALUES ({marks})", rows)  # noqa: S608

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a reading statement. Raises ViewsUnavailable."""
        # One statement sees one state of the file without a transaction around it, which costs more than most of them.
        with translated(), self.datastore.get_connection(commit=False) as connection, connection.cursor() as cursor:
            try:
                cursor.execute(statement.replace("%s", "?"), params)
                return [tuple(row) for row in cursor.fetchall()]
            except sqlite3.Error as error:  # the package translates in its transactions only
                raise OperationalError(error) from error


class PostgresViews(Views, PostgresTrackingRecorder):
    """Rows in tables beside the book."""

    tracking_table = "view_tracking"
    _among = "= ANY(%s)"

    def __init__(
        self, datastore: PostgresDatastore, projections: Iterable[Projection] = (), *, create: bool = True
    ) -> None:
        self.projections = {projection.name: projection for projection in projections}
        super().__init__(datastore, tracking_table_name=self.tracking_table)
        for statement in create_statements(self.projections.values()):
            # By the bytes, as SQLite does, and not by the rules of the language the database was made for.
            ours = statement.replace("BYTES", "BYTEA").replace("TEXT NOT NULL", 'TEXT COLLATE "C" NOT NULL')
            self.sql_create_statements.append(SQL(ours).format())
        if create:
            self.create_table()

    def _create_table(self, curs: Cursor[DictRow]) -> None:
        curs.execute("SELECT pg_advisory_xact_lock(%s)", (_SET_UP_LOCK,))
        curs.execute("SELECT tablename AS name FROM pg_tables WHERE schemaname = %s", (self.datastore.schema,))
        self._make_way(curs, [row["name"] for row in curs.fetchall()])
        super()._create_table(curs)

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with translated(), self.datastore.transaction(commit=True) as cursor:
            # A crash of the server may set rows back by a moment, with their position: they are caught up.
            cursor.execute("SET LOCAL synchronous_commit TO off")
            yield cursor

    @staticmethod
    def _listed(values: list[str]) -> list[str]:
        return values

    def _insert_into(self, cursor: Any, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Inserts column by column: one statement takes a third of the time that one a row does."""
        own = len(self.projections[name].columns)
        kinds = ("text", "text", "text", "bigint", "bigint", *["text"] * (5 + own), "bytea")
        arrays = ", ".join(f"%s::{kind}[]" for kind in kinds)
        statement = f"INSERT INTO {table(name)} SELECT * FROM unnest({arrays})"  # noqa: S608
        for start in range(0, len(rows), ROWS_AT_A_TIME):
            some = rows[start : start + ROWS_AT_A_TIME]
            cursor.execute(statement, [list(column) for column in zip(*some, strict=True)])

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a reading statement. Raises ViewsUnavailable."""
        with (
            translated(),
            self.datastore.get_connection() as connection,
            connection.cursor(row_factory=tuple_row) as cursor,
        ):
            cursor.execute(statement, params, prepare=True)
            return [tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in cursor.fetchall()]


def open_views(
    datastore: SQLiteDatastore | PostgresDatastore, projections: Iterable[Projection], *, create: bool = True
) -> SQLiteViews | PostgresViews:
    """Returns the views in a datastore, their tables made if need be. Raises ViewsUnavailable."""
    with translated():
        if isinstance(datastore, SQLiteDatastore):
            return SQLiteViews(datastore, projections, create=create)
        return PostgresViews(datastore, projections, create=create)
