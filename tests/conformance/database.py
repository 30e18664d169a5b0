"""The ledger's database as someone sees it who goes past the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg

from ledger.location import Location, SQLiteLocation
from ledger.postgres import TRIGGERS as POSTGRES_TRIGGERS
from ledger.sqlite_tables import TRIGGERS as SQLITE_TRIGGERS

TABLES = ("stored_events", "command_identities", "sealed_texts", "installation_log")


@dataclass(frozen=True)
class Database:
    """A connection of its own; each statement is a transaction."""

    engine: str
    connection: Any

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Returns the rows of a reading statement."""
        return [tuple(row) for row in self.connection.execute(statement).fetchall()]

    def execute(self, statement: str, *params: Any) -> None:
        """Runs a statement; parameters are marked `?`."""
        self.connection.execute(statement if self.engine == "sqlite" else statement.replace("?", "%s"), params)

    def everything(self) -> dict[str, list[tuple[Any, ...]]]:
        """Returns all rows of the book's tables."""
        return {table: sorted(self.rows(f"SELECT * FROM {table}"), key=repr) for table in TABLES}

    def without_triggers(self) -> None:
        """Takes the triggers away, as whoever owns the database can."""
        if self.engine == "sqlite":
            for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                self.execute(f"DROP TRIGGER {name}")
        else:
            for table in TABLES:
                self.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")

    def with_triggers(self) -> None:
        """Puts the triggers back."""
        if self.engine == "sqlite":
            for statement in SQLITE_TRIGGERS:
                self.execute(statement)
        else:
            assert POSTGRES_TRIGGERS
            for table in TABLES:
                self.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@contextmanager
def opened(location: Location) -> Iterator[Database]:
    """Yields a connection to a database in which the ledger has made its tables."""
    if isinstance(location, SQLiteLocation):
        with closing(sqlite3.connect(location.book, isolation_level=None)) as connection:
            yield Database("sqlite", connection)
    else:
        with psycopg.connect(location.url, autocommit=True) as connected:
            yield Database("postgresql", connected)
