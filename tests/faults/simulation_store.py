"""A simulated database: what is committed stays, whoever comes and goes, and a commit may go wrong in any way it can.

The statements are the product's own, with its tables and triggers, in an SQLite database in memory. Beneath them a
commit can fail, be slow, come through without an answer, come through long after the connection was lost, or be the
last thing its process does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

from eventsourcing.persistence import IntegrityError, OperationalError, PersistenceError
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore

from tests.faults.simulation_turns import Group, Killed, Lock, Turns

Fate = str
Noted = tuple[bool, str, Any]
"""Whether a statement is executed for several rows, the statement, and its parameters."""

IN_ONE_FILE: tuple[Fate, ...] = ("fails", "comes through unanswered", "killed before", "killed after")
"""What can become of a commit to a file, beside coming through."""
ON_A_SERVER: tuple[Fate, ...] = (*IN_ONE_FILE, "comes through late", "killed, and comes through late")
"""What can become of one that a server carries out."""
SLOW_OF_ALL = 0.15
NO_ANSWER_OF_READS = 0.25
"""Of the faults there are, how many befall reading where reading comes to it."""


class Faults:
    """How much goes wrong in a run, and when."""

    def __init__(self, random: Random, fates: Sequence[Fate]) -> None:
        self._random, self._fates = random, fates
        self._rate = random.choice((0.02, 0.1, 0.3))
        self.left = random.randrange(8)
        self.met: list[Fate] = []

    def of_commit(self) -> Fate:
        """Returns what becomes of a commit."""
        if self._comes(self._rate):
            return self._note(self._random.choice(self._fates))
        return "slow" if self._random.random() < SLOW_OF_ALL else "comes through"

    def of_reading(self) -> bool:
        """Returns whether a question gets no answer."""
        return self._comes(self._rate * NO_ANSWER_OF_READS) and bool(self._note("not read"))

    def _comes(self, rate: float) -> bool:
        return self.left > 0 and self._random.random() < rate

    def _note(self, fate: Fate) -> Fate:
        self.left -= 1
        self.met.append(fate)
        return fate


class Store:
    """One database. Between two runs it is emptied."""

    def __init__(self, statements: Iterable[str]) -> None:
        self.connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        for statement in statements:
            self.connection.execute(statement)
        self.turns: Turns
        self.writing: Lock
        """Held by whoever commits."""
        self.books: dict[str, Lock]
        """Held from before something is decided on until it is committed, where several processes write."""
        self.server = Group("server")

    def begin(self, turns: Turns) -> None:
        """Begins a run."""
        self.turns, self.writing, self.books = turns, Lock(turns), {}
        self.connection.execute("BEGIN")
        self.committed: list[Sequence[Noted]] = []

    def set_back(self) -> None:
        """Loses the last commits, as many as may be, as a file does that does not wait for the disk."""
        kept = self.committed[: self.turns.random.randrange(len(self.committed) + 1)]
        self.empty()
        self.connection.execute("BEGIN")
        self.committed = []
        for noted in kept:
            self.commit_again(noted)

    def empty(self) -> None:
        """Ends it, and forgets everything."""
        self.connection.execute("ROLLBACK")

    def rows(self, statement: str, *params: object) -> list[tuple[Any, ...]]:
        """Returns what is committed, as someone sees it who goes past everything."""
        return [tuple(row) for row in self.connection.execute(statement, params).fetchall()]

    def stage(self) -> None:
        """Begins a transaction."""
        self.connection.execute("SAVEPOINT staged")

    def commit(self, noted: Sequence[Noted]) -> None:
        """Makes what is staged last."""
        self.connection.execute("RELEASE staged")
        self.committed.append(noted)

    def undo(self) -> None:
        """Drops what is staged."""
        self.connection.execute("ROLLBACK TO staged")
        self.connection.execute("RELEASE staged")

    def commit_again(self, noted: Sequence[Noted]) -> None:
        """Makes last what was staged before and undone for the time being."""
        self.stage()
        try:
            for many, statement, params in noted:
                (self.connection.executemany if many else self.connection.execute)(statement, params)
        except sqlite3.Error:
            self.undo()
            raise
        self.commit(noted)

    def commit_late(self, noted: Sequence[Noted], held: Sequence[Lock]) -> None:
        """Lets the server go on with a transaction that nobody waits for, and that keeps all others waiting."""
        held = (self.writing, *held)

        def later() -> None:
            for _ in range(self.turns.random.randrange(12)):
                self.turns.turn()
            self.commit_again(noted)
            for lock in held:
                lock.release()

        server = self.turns.start(later, self.server)
        for lock in held:
            lock.hand_over(server)


class Noting(SQLiteCursor):
    """A cursor that notes what it executes."""

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        super().__init__(cursor)
        self.noted: list[Noted] = []

    def execute(self, statement: Any, params: Any = ()) -> None:
        """Executes a statement."""
        self.noted.append((False, statement, params))
        self.sqlite_cursor.execute(statement, params)

    def executemany(self, statement: Any, rows: Any) -> None:
        """Executes it for each of several rows."""
        self.noted.append((True, statement, rows))
        self.sqlite_cursor.executemany(statement, rows)


@dataclass(frozen=True, slots=True)
class Reached:
    """A connection that was reached."""

    reading: SQLiteCursor

    def cursor(self) -> SQLiteCursor:
        """Returns its cursor."""
        return self.reading


class Datastore(SQLiteDatastore):
    """What one process has of a store: connections that can be lost."""

    originator_id_type = "text"
    single_row_tracking = True

    def __init__(self, store: Store, faults: Faults | None, kill: Callable[[], None]) -> None:
        """`kill` kills the process. Nothing goes wrong without `faults`."""
        self._store, self._faults, self._kill = store, faults, kill
        self._unreachable = 0
        self._held: list[Lock] = []

    def __del__(self) -> None:
        """Leaves nothing behind."""

    def close(self) -> None:
        """Leaves the store as it is."""

    @contextmanager
    def holding(self, books: Iterable[str]) -> Iterator[None]:
        """Holds books until what is written within is committed."""
        self._let_go()
        self._connect()
        try:
            for book in sorted(books):
                lock = self._store.books.setdefault(book, Lock(self._store.turns))
                lock.acquire()
                self._held.append(lock)
            yield
        finally:
            self._let_go()

    def _let_go(self) -> None:
        while self._held:
            self._held.pop().release()

    def _connect(self) -> None:
        self._store.turns.turn()
        if self._unreachable > 0:
            self._unreachable -= 1
            raise OperationalError("no connection")

    @contextmanager
    def get_connection(self, *, commit: bool) -> Iterator[Reached]:  # type: ignore[override]
        """Yields a connection, for one statement by itself. Raises as `transaction`."""
        with self.transaction(commit=commit) as cursor:
            yield Reached(cursor)

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """Yields a cursor in a transaction. Raises what the package's own would."""
        store = self._store
        self._connect()
        if not commit:
            if self._faults is not None and self._faults.of_reading():
                raise OperationalError("no answer")
            yield SQLiteCursor(store.connection.cursor())
            return
        store.writing.acquire()
        fate = "comes through" if self._faults is None else self._faults.of_commit()
        try:
            cursor = Noting(store.connection.cursor())
            store.stage()
            try:
                yield cursor
            except BaseException as error:
                store.undo()
                fate = "refused"
                if isinstance(error, sqlite3.Error):
                    raise translated(error) from error
                raise
            self._end(fate, cursor.noted)
        finally:
            if not fate.endswith("late"):
                store.writing.release()
                self._let_go()
        self._afterwards(fate)

    def _end(self, fate: Fate, noted: Sequence[Noted]) -> None:
        """Commits, or not."""
        store = self._store
        if fate in ("comes through", "comes through unanswered", "killed after"):
            store.commit(noted)
            return
        store.undo()
        if fate == "slow":
            for _ in range(3):
                store.turns.turn()
            store.commit_again(noted)
        elif fate in ("comes through late", "killed, and comes through late"):
            store.commit_late(noted, self._held)
            self._held = []

    def _afterwards(self, fate: Fate) -> None:
        """Lets the process learn of it, or not."""
        if fate.startswith("killed"):
            self._kill()
            raise Killed
        if fate in ("fails", "comes through unanswered", "comes through late"):
            self._unreachable = self._store.turns.random.choice((0, 0, 0, 1, 2, 3))
            raise OperationalError(f"the connection was lost: it {fate}")
        self._store.turns.turn()


def translated(error: sqlite3.Error) -> PersistenceError:
    """Returns an error as the package has it."""
    return IntegrityError(error) if isinstance(error, sqlite3.IntegrityError) else OperationalError(error)
