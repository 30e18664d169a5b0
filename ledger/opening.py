"""A ledger's database opened: on which engine, with settings that are ours alone, and held by one who writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, cast

from eventsourcing.application import Application
from eventsourcing.persistence import InfrastructureFactory, Mapper, PersistenceError, Transcoder
from eventsourcing.utils import Environment

from ledger.connections import NOT_DURABLE
from ledger.errors import BookHeld, LedgerUnavailable, NoLedger
from ledger.location import Location, SQLiteLocation
from ledger.lockfile import WriterLock
from ledger.log.book_log import Statement
from ledger.mapper import EntryMapper, EntryTranscoder
from ledger.postgres import PostgresBookFactory, PostgresBookRecorder
from ledger.sqlite import SQLiteBookFactory, SQLiteBookRecorder

HELD_SECONDS = 1.0
"""How long what other processes hold or let go may go unseen."""

DELETE_HOLD = "DELETE FROM log_holds WHERE collaboration_id = %s"


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
        self.log_lock = threading.RLock()
        """Of whoever adds to the installation's log; see `ledger.log.appending`."""
        self._held: tuple[float, dict[str, str]] | None = None
        self._lock = self._take_lock()
        try:
            super().__init__()
            if read_only and not self.has_table("stored_events"):
                raise NoLedger(location.name)
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

    def has_table(self, name: str) -> bool:
        """Returns whether the database has a table: one of before it was thought of does not, until it is written."""
        found = (
            "sqlite_master WHERE type = 'table' AND name"
            if isinstance(self.location, SQLiteLocation)
            else "pg_tables WHERE tablename"
        )
        return bool(self.query(f"SELECT 1 FROM {found} = %s", (name,)))  # noqa: S608

    def not_durable(self) -> list[str]:
        """Returns the settings of a server by which it can lose in a crash what it acknowledged; none on SQLite.

        Raises LedgerUnavailable.
        """
        if isinstance(self.location, SQLiteLocation):
            return []
        return [str(name) for (name,) in self.query(NOT_DURABLE)]

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

    # Books that are held -----------------------------------------------------------------

    def held(self) -> dict[str, str]:
        """Returns the books that were restored and not yet shown to agree with what is known outside, with why."""
        known = self._held
        if known is not None and (self._lock is not None or time.monotonic() - known[0] < HELD_SECONDS):
            return known[1]
        rows = self.query("SELECT collaboration_id, why FROM log_holds ORDER BY collaboration_id")
        found = {str(book): str(why) for book, why in rows}
        self._held = (time.monotonic(), found)
        return found

    def assert_free(self, collaboration_id: str, head: int) -> None:
        """Raises BookHeld for a book that is held; and, while any is, for one that would begin (`head` is 0).

        A book that is not there may have stood in what the restore lost.
        """
        held = self.held()
        if held and (collaboration_id in held or head == 0):
            why = held.get(collaboration_id) or "other books are held, and it may have been one of theirs"
            raise BookHeld(collaboration_id, why)

    def hold(self, since: str, why: str, collaboration_ids: Iterable[str]) -> None:
        """Lets nothing be recorded in these books, nor signed of them."""
        self.write_beside(hold_statements(since, why, collaboration_ids))
        self._held = None

    def look_again(self) -> None:
        """Forgets which books were held, where that was written by other means."""
        self._held = None

    def let_go(self, collaboration_id: str, *statements: Statement) -> None:
        """Ends the hold on a book, and writes what shows why in the same transaction."""
        self.write_beside([*statements, (DELETE_HOLD, (collaboration_id,))])
        self._held = None

    def close(self) -> None:
        """Closes the database and gives the file back."""
        super().close()
        self._release()

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()


def hold_statements(since: str, why: str, collaboration_ids: Iterable[str]) -> Iterator[Statement]:
    """Yields what holds books; one that is held already stays so for the reason it is."""
    insert = "INSERT INTO log_holds VALUES (%s,%s,%s) ON CONFLICT (collaboration_id) DO NOTHING"
    return ((insert, (book, since, why)) for book in collaboration_ids)
