"""Connections to PostgreSQL: none waits for ever for a silent peer, only a primary that accepts writes is taken, and a
book can be held against every other process while what is sent to it is decided and written.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from eventsourcing import persistence
from eventsourcing.persistence import OperationalError
from eventsourcing.postgres import ConnectionPool, PostgresDatastore
from psycopg import Connection, Cursor
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import Diagnostic, LockNotAvailable, ReadOnlySqlTransaction
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow
from psycopg_pool.base import AttemptWithBackoff

from ledger.location import PostgresLocation

CONNECTION = {
    "connect_timeout": 5,
    "tcp_user_timeout": 4_000,
    "keepalives": 1,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "target_session_attrs": "read-write",
}
"""Seconds, but `tcp_user_timeout` in milliseconds: without them a client of a vanished primary waits for ever."""

LOCK_SECONDS_MAX = 10

POOL_MAX = 10

WAITING_SECONDS_MAX = 30.0
"""How long to wait for a connection from the pool."""

HOLD_BOOKS = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 7266330))"
"""Waits until no other process holds a book, and holds it to the end of the transaction. The number keeps the locks
apart from those of whatever else uses the database; two books that share a hash only wait for each other."""

IMPORT_BOOK = (
    "SELECT pg_advisory_lock(hashtextextended(%s, 7266330)), pg_advisory_lock_shared(hashtextextended(%s, 7266332))"
)
"""Holds a book for as long as the session lasts or until all is unlocked: over the many transactions of an import. The
second lock stops nobody: it says to those who wait for the first what they wait for."""

IS_IMPORTED = (
    "SELECT 1 FROM pg_locks, (SELECT hashtextextended(%s, 7266332) AS key) AS wanted "
    "WHERE locktype = 'advisory' AND granted AND objsubid = 1 "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
    "AND classid::bigint = (key >> 32) & 4294967295 AND objid::bigint = key & 4294967295"
)

WAIT_FOR_THE_DISK = (
    "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
)
"""A commit is then on the disk before it is acknowledged. What waits for a standby as well stays as it is set."""

NOT_DURABLE = (
    "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes') AND setting = 'off' ORDER BY name"
)
"""What no connection can put right: the server itself does not see to it that what it wrote is there after a crash."""

BARRIER = "SELECT pg_logical_emit_message(true, 'styringsbok', '')"
"""Makes the commit of a transaction that only reads wait for the standby: what it has read is there as well then."""


class ConnectionLost(persistence.DatabaseError):
    """The connection on which a book was held is lost: nothing is tried again before the book is held anew."""


class BeingImported(persistence.DatabaseError):
    """Another process imports into a book, and holds it until the last of it is written."""

    def __init__(self, book: str) -> None:
        super().__init__(f"{book} is held by an import of another process: send the same again when that is done")
        self.book = book


class QuickAttempt(AttemptWithBackoff):
    """When the pool tries again to connect: its own delays of 1, 2, 4, 8 seconds make an interruption longer."""

    INITIAL_DELAY = 0.25
    DELAY_BACKOFF = 1.2


class QuickPool(ConnectionPool[Connection[DictRow]]):
    """A pool that soon tries again to connect."""

    def _add_connection(self, attempt: AttemptWithBackoff | None, growing: bool = False) -> None:  # noqa: FBT001, FBT002 - the package's signature
        super()._add_connection(attempt or QuickAttempt(timeout=self.reconnect_timeout), growing)


@dataclass(slots=True)
class Held:
    """A transaction of one thread that holds books."""

    connection: Connection[DictRow]
    ended: bool = False


@dataclass(slots=True)
class Pinned:
    """A connection that one thread does everything on, since its session holds a book."""

    connection: Connection[DictRow]
    used: int = 0
    """How many uses are under way, one within the other."""


class BookDatastore(PostgresDatastore):
    """A datastore on one database, with our time-outs; what the URL itself says of them wins."""

    def __init__(self, location: PostgresLocation) -> None:
        self._holding, self._heard = threading.local(), threading.local()
        self._imported: set[str] = set()
        """Books that others were importing into when they were last asked for: nobody waits for those again."""
        given = conninfo_to_dict(location.url)
        names = ("dbname", "host", "port", "user", "password")
        super().__init__(
            *(str(given.pop(name, "") or "") for name in names),
            lock_timeout=LOCK_SECONDS_MAX,
            originator_id_type="text",
            enable_db_functions=False,
        )
        kwargs = dict(self.pool.kwargs) if isinstance(self.pool.kwargs, dict) else {}
        self.pool = QuickPool(
            connection_class=Connection[DictRow],
            kwargs={**kwargs, **CONNECTION, **given},
            min_size=1,
            max_size=POOL_MAX,
            open=False,
            configure=self.after_connect_func(),
            timeout=WAITING_SECONDS_MAX,
        )

    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """Returns what is done to a new connection, beside what the package does: its commits are durable, whatever the
        server, the role or the URL says, and it is heard when it warns."""
        configure, heard = super().after_connect_func(), self._heard

        def after_connect(connection: Connection[Any]) -> None:
            configure(connection)
            connection.execute(WAIT_FOR_THE_DISK)
            connection.commit()
            connection.add_notice_handler(lambda notice: _hear(notice, heard))

        return after_connect

    # Holding books -----------------------------------------------------------------------

    @contextmanager
    def holding(self, books: Iterable[str]) -> Iterator[None]:
        """Holds books against every other process until what this thread writes first is committed, or the end.

        What this thread reads meanwhile, it reads on the same connection. Raises DatabaseError where another process
        keeps one of them, OperationalError where the connection was lost before anything was written.
        """
        outer: Held | None = getattr(self._holding, "held", None)
        if outer is not None:
            _end(outer)  # whoever holds something anew has given up what came before: never wait for oneself
        self._holding.held = None
        try:
            with ExitStack() as stack:
                held = Held(self._hold(stack, books))
                self._holding.held = held
                try:
                    yield
                    if held.connection.closed and not held.ended:
                        raise OperationalError("the connection was lost")
                finally:
                    self._holding.held = None
                    _end(held)
        finally:
            self._holding.held = outer

    def _hold(self, stack: ExitStack, books: Iterable[str]) -> Connection[DictRow]:
        """Returns a connection on which books are held, given back with the stack; the pool may have some that died."""
        for others_left in range(POOL_MAX, -1, -1):
            try:
                with ExitStack() as own:
                    connection = own.enter_context(self.get_connection())
                    self._begin(connection, books)
                    stack.enter_context(own.pop_all())
                    return connection
            except OperationalError:
                if not others_left:
                    raise
        raise AssertionError("the last of them is returned or raises")

    def _begin(self, connection: Connection[DictRow], books: Iterable[str]) -> None:
        """Begins a transaction that holds books: everyone in the same order, so that no two wait for each other."""
        connection.execute(f"BEGIN; SET LOCAL lock_timeout = '{LOCK_SECONDS_MAX}s'")
        wanted = sorted(set(books))
        for book in wanted:
            if book in self._imported:
                self._assert_not_imported(connection, [book])
        try:
            for book in wanted:
                connection.execute(HOLD_BOOKS, (book,))
        except LockNotAvailable as error:
            connection.rollback()
            self._assert_not_imported(connection, wanted)
            kept = f"another process has kept the book for {LOCK_SECONDS_MAX} seconds; send the same again in a moment"
            raise persistence.DatabaseError(kept) from error

    def _assert_not_imported(self, connection: Connection[DictRow], books: Iterable[str]) -> None:
        """Raises BeingImported for a book that another process imports into."""
        for book in books:
            if connection.execute(IS_IMPORTED, (book,)).fetchone() is not None:
                self._imported.add(book)
                raise BeingImported(book)
            self._imported.discard(book)

    @contextmanager
    def importing(self, book: str) -> Iterator[None]:
        """Holds a book against every other process, over as many transactions as this thread makes within.

        All of them are on one connection, so that what is written is written while the book is held or not at all.
        Raises BeingImported where another process does the same, DatabaseError where it is kept for another reason.
        """
        with self.get_connection() as connection:
            try:
                connection.execute(f"BEGIN; SET LOCAL lock_timeout = '{LOCK_SECONDS_MAX}s'")
                connection.execute(IMPORT_BOOK, (book, book))
                connection.commit()
            except LockNotAvailable as error:
                connection.rollback()
                self._assert_not_imported(connection, [book])
                kept = f"another process has kept {book} for {LOCK_SECONDS_MAX} seconds; try again in a moment"
                raise persistence.DatabaseError(kept) from error
            self._holding.pinned = Pinned(connection)
            try:
                yield
            finally:
                self._holding.pinned = None
                _unlocked(connection)

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        """Yields a connection: the one that holds a book, where this thread does. Raises the package's errors."""
        held: Held | None = getattr(self._holding, "held", None)
        pinned: Pinned | None = getattr(self._holding, "pinned", None)
        if (held is None or held.ended) and pinned is not None and not pinned.connection.closed:
            with _used(pinned):
                yield pinned.connection
            return
        if held is None or held.ended:
            with super().get_connection() as connection:
                try:
                    yield connection
                except ReadOnlySqlTransaction as error:  # the primary has become a standby: another must be found
                    connection.close()
                    raise OperationalError(str(error)) from error
            return
        try:
            yield held.connection
        except psycopg.Error as error:
            raise _translated(error, held.connection) from error

    @contextmanager
    def transaction(self, *, commit: bool = False) -> Iterator[Cursor[DictRow]]:
        """Yields a cursor in a transaction; a writing one where a book is held is the one that holds it, and ends it.

        Raises the package's errors.
        """
        held: Held | None = getattr(self._holding, "held", None)
        pinned: Pinned | None = getattr(self._holding, "pinned", None)
        if commit and pinned is not None and pinned.connection.closed and (held is None or held.ended):
            raise ConnectionLost("the connection on which the book was held is lost: others may have recorded since")
        if held is None or held.ended or not commit:
            with super().transaction(commit=commit) as cursor:
                yield cursor
            return
        with self.get_connection() as connection:
            try:
                yield connection.cursor()
                self._heard.unconfirmed = False
                connection.commit()
                if self._heard.unconfirmed:
                    raise OperationalError("the standby has not confirmed the commit: waiting for it was cancelled")
            except BaseException:
                _end(held)
                raise
            held.ended = True


def _unlocked(connection: Connection[DictRow]) -> None:
    """Lets go what a session holds, or of the session."""
    try:
        if not connection.closed:
            connection.rollback()
            connection.execute("SELECT pg_advisory_unlock_all()")
            connection.commit()
    except psycopg.Error:
        connection.close()


def _hear(notice: Diagnostic, heard: threading.local) -> None:
    """Notes a warning: all the server says where waiting for the standby was cancelled, and takes the commit for done.

    It has no code of its own, and its words are in the language of the server; nothing else warns during a commit.
    """
    if notice.severity_nonlocalized == "WARNING":
        heard.unconfirmed = True


@contextmanager
def _used(pinned: Pinned) -> Iterator[None]:
    """Ends the transaction a use of a connection began, as giving it back to the pool would. Raises our errors."""
    pinned.used += 1
    try:
        yield
        if pinned.used == 1 and pinned.connection.info.transaction_status != TransactionStatus.IDLE:
            pinned.connection.commit()
    except psycopg.Error as error:
        raise _translated(error, pinned.connection) from error
    finally:
        pinned.used -= 1
        idle = pinned.connection.closed or pinned.connection.info.transaction_status == TransactionStatus.IDLE
        if pinned.used == 0 and not idle:
            _rolled_back(pinned.connection)


def _end(held: Held) -> None:
    """Rolls back what was not committed, whatever state the connection is in."""
    held.ended = True
    if not held.connection.closed and held.connection.info.transaction_status != TransactionStatus.IDLE:
        _rolled_back(held.connection)


def _rolled_back(connection: Connection[DictRow]) -> None:
    try:
        connection.rollback()
    except psycopg.Error:
        connection.close()


def _translated(error: psycopg.Error, connection: Connection[DictRow]) -> persistence.PersistenceError:
    """Returns an error as the package has it; one of a connection that is lost is none that it tries again after."""
    if connection.closed:
        return ConnectionLost(str(error))
    if isinstance(error, ReadOnlySqlTransaction):
        connection.close()
        return ConnectionLost(str(error))
    for base in type(error).__mro__:
        if base.__module__ == psycopg.Error.__module__ and base is not psycopg.Error:
            translated: persistence.PersistenceError = getattr(persistence, base.__name__)(str(error))
            return translated
    return persistence.PersistenceError(str(error))
