"""A process of the simulated world: the real ledger, committer and projector, on a store that several may share."""

from __future__ import annotations

import asyncio
from asyncio import events
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, cast

from eventsourcing.persistence import InfrastructureFactory
from eventsourcing.utils import Environment

from ledger.application import Ledger
from ledger.committing import Awaiting, Blocked, Outcome
from ledger.deciding import Submission
from ledger.location import Location, PostgresLocation, SQLiteLocation
from ledger.reading import Book
from ledger.sqlite import SQLiteBookRecorder
from ledger.sqlite_tables import TABLES, TRIGGERS
from projections.projection import Projection
from projections.registry import BY_NAME
from projections.runner import Projector
from projections.tables import create_statements
from projections.view_engines import SQLiteViews
from tests.faults.simulation_store import Datastore, Store
from tests.faults.simulation_turns import Event, Group, Killed, Turns

if TYPE_CHECKING:
    from tests.faults.simulation import World

PROJECTIONS: tuple[Projection, ...] = tuple(BY_NAME[n] for n in ("minute_book", "history", "services", "persons"))
"""Those in which what is recorded here leaves rows."""

IN_A_FILE = SQLiteLocation(Path("simulated.db"))
ON_A_SERVER = PostgresLocation("postgresql://simulated/book")


@cache
def stores() -> tuple[Store, Store]:
    """Returns the stores of this process of the machine: the book's, and the views'."""
    tracking = "CREATE TABLE tracking (application_name TEXT PRIMARY KEY, notification_id INTEGER) WITHOUT ROWID"
    views = (statement.replace("BYTES", "BLOB") for statement in create_statements(PROJECTIONS))
    return Store((*TABLES, *TRIGGERS)), Store((tracking, *views))


class Recorder(SQLiteBookRecorder):
    """The recorder, which holds books where there is a server."""

    datastore: Datastore

    def __init__(self, datastore: Datastore, *, on_a_server: bool) -> None:
        super().__init__(datastore)
        self._on_a_server = on_a_server

    @contextmanager
    def holding(self, books: Iterable[str]) -> Iterator[None]:
        """Holds books against every other process."""
        if not self._on_a_server:
            yield
            return
        with self.datastore.holding(books):
            yield

    @contextmanager
    def settled(self, book: str) -> Iterator[None]:
        """Holds a book once whoever was writing it has come to an end."""
        with self.holding([book]):
            yield


class Factory(InfrastructureFactory[Any]):
    """Builds that recorder."""

    def __init__(self, datastore: Datastore, *, on_a_server: bool) -> None:
        super().__init__(Environment("simulated"))
        self._recorder = Recorder(datastore, on_a_server=on_a_server)

    def application_recorder(self) -> Recorder:
        """Returns the recorder; the tables are there."""
        return self._recorder

    def aggregate_recorder(self, purpose: str = "events") -> Any:
        """Is not asked for."""
        raise NotImplementedError

    def tracking_recorder(self, tracking_recorder_class: Any = None) -> Any:
        """Is not asked for."""
        raise NotImplementedError

    def process_recorder(self) -> Any:
        """Is not asked for."""
        raise NotImplementedError


class SimulatedLedger(Ledger):
    """The ledger on a store in memory."""

    def __init__(self, datastore: Datastore, location: Location, clock: Callable[[], datetime]) -> None:
        self._datastore = datastore
        super().__init__(location, clock=clock)

    def __del__(self) -> None:
        """Does nothing: what a process had not done when it was killed stays undone."""

    def _take_lock(self) -> None:
        return None

    def construct_factory(self, env: Any) -> InfrastructureFactory[Any]:  # noqa: ARG002
        """Returns the factory of the simulated recorder."""
        return Factory(self._datastore, on_a_server=isinstance(self.location, PostgresLocation))


def projector_of(ledger: Ledger, datastore: Datastore) -> Projector:
    """Returns a projector of a ledger into a store of views."""
    views = SQLiteViews(datastore, PROJECTIONS, create=False)

    def folded(collaboration_id: str, number: int) -> Book:
        return Book(collaboration_id) if number == 0 else ledger.book(collaboration_id, number=number)

    return Projector(ledger, views, folded)


class Loop:
    """An event loop that does what it is told when it is its turn."""

    def __init__(self, turns: Turns) -> None:
        self._turns, self._told = turns, deque[Callable[[], object]]()
        self._asked = Event(turns)

    def run(self) -> None:
        """Does what comes, for as long as the process lives."""
        while True:
            self._asked.wait()
            self._asked.clear()
            while self._told:
                self._told.popleft()()
                self._turns.turn()

    def call_soon(self, callback: Callable[..., object], *args: object, **_: object) -> None:
        """Takes something to do."""
        self._told.append(lambda: callback(*args))
        self._asked.set()

    call_soon_threadsafe = call_soon

    def create_future(self) -> asyncio.Future[Any]:
        """Returns a future of this loop."""
        return asyncio.Future(loop=cast("asyncio.AbstractEventLoop", self))

    def get_debug(self) -> bool:
        """Whether anybody looks for mistakes."""
        return False

    def is_closed(self) -> bool:
        """Whether it does nothing any more."""
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Takes note of an error nobody took."""


class Process:
    """One process, from its start to its end."""

    def __init__(self, world: World, name: str) -> None:
        self.world, self.group = world, Group(name)
        self.started = Event(world.turns)
        self.loop = Loop(world.turns)
        self.ledger: SimulatedLedger
        self.projector: Projector
        world.turns.start(self._run, self.group)

    def kill(self) -> None:
        """Ends it at once."""
        self.world.turns.kill(self.group)
        self.world.died(self)

    def _run(self) -> None:
        """Starts as the server does: opens, catches up, answers. What goes wrong on the way ends it."""
        world = self.world
        try:
            book, views = (Datastore(store, world.faults, self.kill) for store in world.stores)
            self.ledger = SimulatedLedger(book, world.location, world.clock)
            self.projector = projector_of(self.ledger, views)
            self.ledger.listeners.append(self.projector.follow)
            self.projector.catch_up()
        except Exception:
            self.kill()
            return
        world.turns.start(self.loop.run, self.group)
        self.started.set()
        for _ in range(world.turns.random.randrange(4)):
            for _ in range(world.turns.random.randrange(30)):
                world.turns.turn()
            self._catch_up()

    def _catch_up(self) -> None:
        try:
            self.projector.catch_up()
        except Exception:  # the next time
            self.world.turns.turn()


class Call:
    """One command sent to a process: in a thread of it, or in its event loop, where whoever sent it may hang up."""

    def __init__(self, process: Process, submission: Submission, random: Random) -> None:
        self.submission = submission
        self.outcome: object = None
        """A receipt or an error; None where nobody knows."""
        self.answered = Event(process.world.turns)
        self.hung_up = False
        self._process, self._random = process, random
        self._awaits = random.random() < 0.5
        self._hangs_up = self._awaits and random.random() < 0.1
        process.world.turns.start(self._run, process.group, self.answered.set)

    def _run(self) -> None:
        ledger = self._process.ledger
        try:
            self.outcome = self._awaited() if self._awaits else ledger.record(self.submission)
        except Exception as error:
            self.outcome = error

    def _awaited(self) -> object:
        """Runs the coroutine as a loop does; hanging up cancels it, and nobody learns what became of it."""
        turns = self._process.world.turns
        coroutine = self._process.ledger.record_soon(self.submission)
        future: Any = None
        try:
            while True:
                future = self._step(coroutine, future)
                told = Event(turns)
                future.add_done_callback(lambda _, told=told: told.set())
                if self._hangs_up:
                    for _ in range(self._random.randrange(12)):
                        turns.turn()
                    future.cancel()
                told.wait()
        except StopIteration as returned:
            return returned.value
        except asyncio.CancelledError:
            self.hung_up = True
            return None
        except Killed:
            coroutine.close()
            raise

    def _step(self, coroutine: Any, future: Any) -> Any:
        events._set_running_loop(cast("asyncio.AbstractEventLoop", self._process.loop))
        try:
            if future is not None and future.cancelled():
                awaited = coroutine.throw(asyncio.CancelledError())
            else:
                awaited = coroutine.send(None)
        finally:
            events._set_running_loop(None)
        awaited._asyncio_future_blocking = False
        return awaited


def answered_once(world: World) -> tuple[Callable[..., Blocked], type[Awaiting]]:
    """Returns how a thread waits here, for an event of ours, and how a coroutine does; neither is to be told twice."""

    class BlockedOnce(Blocked):
        def answer(self, outcome: Outcome) -> None:
            if self.outcome is not None:
                world.wrong.append(f"{self.submission.command_id} was answered twice")
            Blocked.answer(self, outcome)

    class AwaitingOnce(Awaiting):
        told = False

        def answer(self, outcome: Outcome) -> None:
            if self.told:
                world.wrong.append(f"{self.submission.command_id} was answered twice")
            self.told = True
            Awaiting.answer(self, outcome)

    return lambda submission: BlockedOnce(submission, None, Event(world.turns)), AwaitingOnce  # type: ignore[arg-type]
