"""A ledger's database opened: on which engine, with settings that are ours alone, and held by one who writes."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Any, cast

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, Mapper, PersistenceError, Transcoder
from eventsourcing.utils import Environment

from ledger.errors import LedgerUnavailable, NoLedger
from ledger.location import Location, SQLiteLocation
from ledger.lockfile import WriterLock
from ledger.log.book_log import Statement
from ledger.mapper import EntryMapper, EntryTranscoder
from ledger.postgres import PostgresBookFactory, PostgresBookRecorder
from ledger.sqlite import SQLiteBookFactory, SQLiteBookRecorder


class Opened(Application[str]):
    """One database opened, to be read by statements and written beside the entries."""

    name = "ledger"

    def __init__(self, location: Location, *, read_only: bool) -> None:
        """Opens the database, making its tables if need be.

        Raises LedgerHeld if another process writes the file, NoLedger if there is nothing to read with `read_only`,
        LedgerUnavailable if the database cannot be used.
        """
        self.location = location
        self.read_only = read_only
        self._writing = threading.RLock()
        self._lock = self._take_lock()
        try:
            super().__init__()
            if read_only:
                self._require_tables()
        except BaseException as error:
            self._release()
            if isinstance(error, (PersistenceError, OSError)):
                raise LedgerUnavailable(f"{location.name} cannot be opened: {error}") from error
            raise

    def _take_lock(self) -> WriterLock | None:
        if not isinstance(self.location, SQLiteLocation):
            return None
        if self.read_only:
            if not self.location.book.exists() or self.location.book.stat().st_size == 0:
                raise NoLedger(self.location.name)
            return None
        try:
            self.location.book.parent.mkdir(parents=True, exist_ok=True)
            return WriterLock(self.location.book)
        except OSError as error:
            raise LedgerUnavailable(f"{self.location.name} cannot be written: {error.strerror}") from error

    def _require_tables(self) -> None:
        found = (
            "sqlite_master WHERE type = 'table' AND name"
            if isinstance(self.location, SQLiteLocation)
            else "pg_tables WHERE tablename"
        )
        if not self.query(f"SELECT 1 FROM {found} = %s", ("stored_events",)):  # noqa: S608
            raise NoLedger(self.location.name)

    def construct_env(self, name: str, env: Any = None) -> Environment:  # noqa: ARG002
        """Returns no settings: what the package would take from the environment can change how entries are written."""
        return Environment(name)

    def construct_factory(self, env: Any) -> InfrastructureFactory[Any]:  # noqa: ARG002
        """Returns the factory of the engine the location names, whatever the environment says."""
        if isinstance(self.location, SQLiteLocation):
            return SQLiteBookFactory(self.location, read_only=self.read_only)
        return PostgresBookFactory(self.location, read_only=self.read_only)

    def construct_transcoder(self) -> Transcoder:
        """Returns the canonical JSON transcoder, whatever the environment says."""
        return EntryTranscoder()

    def construct_mapper(self) -> Mapper[str]:
        """Returns the mapper over the closed union of entries, whatever the environment says."""
        return EntryMapper(self.construct_transcoder())

    @property
    def book_recorder(self) -> SQLiteBookRecorder | PostgresBookRecorder:
        """The recorder, which also writes command identities and texts."""
        return cast("SQLiteBookRecorder | PostgresBookRecorder", self.recorder)

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a query; `%s` marks a parameter on either engine. Raises LedgerUnavailable."""
        try:
            return self.book_recorder.query(statement, params)
        except PersistenceError as error:
            raise LedgerUnavailable(f"{self.location.name} cannot be read: {error}") from error

    def write_beside(self, statements: Iterable[Statement]) -> None:
        """Writes beside the entries, in one transaction. Raises LedgerUnavailable."""
        if self.read_only:
            return
        try:
            with self._writing:
                self.book_recorder.write_beside(statements)
        except PersistenceError as error:
            raise LedgerUnavailable(f"{self.location.name} could not be written: {error}") from error

    def close(self) -> None:
        """Closes the database and gives the file back."""
        super().close()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()
