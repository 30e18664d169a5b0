"""One seed, one run: clients send, processes record and render, and everything that can go wrong goes wrong.

What is run is the product: the committer with its queue and its thread, the ledger, the projector. What is simulated
lies beneath and around it: the database, the clock, the threads' turns, the clients.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from types import SimpleNamespace
from unittest import mock

from domain.collaboration import AnyCommand
from ledger import committing, erasing, opening
from ledger.deciding import Receipt, Submission
from ledger.errors import LedgerUnavailable, OutcomeUnknown
from projections import runner
from tests.faults.simulation_checks import Told, look
from tests.faults.simulation_processes import IN_A_FILE, ON_A_SERVER, Call, Process, answered_once, stores
from tests.faults.simulation_store import IN_ONE_FILE as FATES_IN_ONE_FILE
from tests.faults.simulation_store import ON_A_SERVER as FATES_ON_A_SERVER
from tests.faults.simulation_store import Faults
from tests.faults.simulation_turns import Event, Group, Turns
from tests.ledger.support import founding, person, service

BOOKS = ("nordboka", "sorboka")
ATTEMPTS_MAX = 60
"""How often a client sends the same: more often than things go wrong in a run."""
GIVES_UP = 0.5
"""How often one who is told that nothing was recorded does not send it again."""

_service, _person, _founding = cache(service), cache(person), cache(founding)


@dataclass
class World:
    """Everything there is in one run."""

    seed: int
    random: Random
    turns: Turns
    told: list[Told] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    power_cuts: int = 0
    """Each takes the file of the views back to an earlier time; the book's waits for the disk at every commit."""
    finished: int = 0
    """Clients who have an answer to everything."""

    def __post_init__(self) -> None:
        self.stores = stores()
        self.on_a_server = self.random.random() < 0.6
        self.location = ON_A_SERVER if self.on_a_server else IN_A_FILE
        self.faults = Faults(self.random, FATES_ON_A_SERVER if self.on_a_server else FATES_IN_ONE_FILE)
        self._now = datetime(2026, 11, 24, 8, tzinfo=UTC)
        self._dead: list[Process] = []
        self._death = Event(self.turns)
        self._outside = Group("outside")

    def clock(self) -> datetime:
        """Returns what the machine's clock shows, which somebody sets forward and back."""
        step = self.random.random()
        if step < 0.1:
            self._now += timedelta(seconds=self.random.choice((-90_000, -3_600, -0.5, 0.5, 7_200)))
        elif step < 0.7:
            self._now += timedelta(microseconds=self.random.randrange(2_000))
        return self._now

    # What happens ------------------------------------------------------------------------

    def begin(self) -> None:
        """Lets everybody start."""
        for store in self.stores:
            store.begin(self.turns)
        count = self.random.choice((1, 2, 2, 3)) if self.on_a_server else 1
        self.processes = [Process(self, f"process {n + 1}") for n in range(count)]
        self.turns.start(self._start_again, self._outside)
        self.turns.start(self._kill_now_and_then, self._outside)
        self.clients = [Client(self, n, submissions) for n, submissions in enumerate(_plan(self.random))]
        for client in self.clients:
            self.turns.start(client.run, self._outside)

    def died(self, process: Process) -> None:
        """Takes note that a process is gone."""
        self._dead.append(process)
        self._death.set()

    def _start_again(self) -> None:
        while True:
            self._death.wait()
            self._death.clear()
            while self._dead:
                place = self.processes.index(self._dead.pop(0))
                self.turns.turn()
                self.processes[place] = Process(self, f"process {place + 1}, again")

    def _kill_now_and_then(self) -> None:
        for _ in range(self.random.choice((0, 0, 1, 2, 3))):
            for _ in range(self.random.randrange(120)):
                self.turns.turn()
            process = self.random.choice(self.processes)
            if not process.group.killed:
                process.kill()
                if not self.on_a_server and self.random.random() < 0.5:
                    self.power_cuts += 1
                    self.stores[1].set_back()


class Client:
    """Sends one submission after the other, each until it is answered, and the same again where it does not know."""

    def __init__(self, world: World, number: int, submissions: list[Submission]) -> None:
        self._world, self._number, self._submissions = world, number, submissions

    def run(self) -> None:
        """Sends them all."""
        for submission in self._submissions:
            for _ in range(ATTEMPTS_MAX):
                if self._is_settled(self._send(submission)):
                    break
            else:
                self._world.wrong.append(f"{submission.command_id} was sent {ATTEMPTS_MAX} times and never settled")
        self._world.finished += 1

    def _send(self, submission: Submission) -> object:
        world = self._world
        process = world.random.choice(world.processes)
        while process.group.killed or not process.started.is_set():
            world.turns.turn()
            process = world.random.choice(world.processes)
        call = Call(process, submission, world.random)
        call.answered.wait()
        world.told.append(Told(self._number, submission, call.outcome, call.hung_up))
        if isinstance(call.outcome, Receipt):
            world.wrong += _not_committed(world, call.outcome)
        return call.outcome

    def _is_settled(self, outcome: object) -> bool:
        if outcome is None or isinstance(outcome, OutcomeUnknown):
            return False
        if isinstance(outcome, LedgerUnavailable):
            return self._world.random.random() < GIVES_UP
        return True


def _not_committed(world: World, receipt: Receipt) -> Iterator[str]:
    """Yields what a client was told is recorded, and is not."""
    statement = "SELECT state FROM stored_events WHERE originator_id = ? AND originator_version = ?"
    for one in receipt.recorded:
        entry = one.entry
        if world.stores[0].rows(statement, entry.collaboration_id, entry.number) != [(one.state,)]:
            yield f"{entry.command_id} was acknowledged as entry {entry.number} of {entry.collaboration_id}, and is not"


def _plan(random: Random) -> list[list[Submission]]:
    """Returns what each client sends: much of it about the same, some of it the very same, some of it refused."""
    clients: list[list[Submission]] = [[] for _ in range(random.choice((1, 2, 3, 4)))]
    shared: list[Submission] = []
    for number, client in enumerate(clients):
        client += [_opened(book, number) for book in BOOKS if number == 0 or random.random() < 0.3]
        for n in range(random.choice((1, 2, 3))):
            submission = _drawn(random, f"{number}-{n}")
            shared.append(submission)
            client.append(submission)
            if random.random() < 0.3:
                client.append(random.choice(shared))
    return clients


def _opened(book: str, number: int) -> Submission:
    return Submission(book, (_founding(),), "skriver", f"founding-{number}")


def _drawn(random: Random, name: str) -> Submission:
    """Returns a submission of an id that is its own, or that others use for something else."""
    commands: list[AnyCommand] = []
    if random.random() < 0.7:
        commands.append(_service(f"s{random.randrange(9)}"))
    if not commands or random.random() < 0.3:
        commands.append(_person(f"p{random.randrange(9)}"))
    command_id = "often-used" if random.random() < 0.1 else name
    expected = random.randrange(4) if random.random() < 0.1 else None
    return Submission(random.choice(BOOKS), tuple(commands), "skriver", command_id, expected)


# A run -----------------------------------------------------------------------------------


@contextmanager
def simulated_threads(world: World) -> Iterator[None]:
    """Lets what the product makes of `threading` take turns."""

    def group() -> Group:
        running = world.turns.running
        return world._outside if running is None else running.group

    threads = world.turns.threading(group)
    blocked, awaiting = answered_once(world)
    silent = SimpleNamespace(exception=lambda *_, **__: None, warning=lambda *_, **__: None)
    with (
        mock.patch.object(committing, "threading", threads),
        mock.patch.object(committing, "Blocked", blocked),
        mock.patch.object(committing, "Awaiting", awaiting),
        mock.patch.object(opening, "threading", threads),
        mock.patch.object(runner, "threading", threads),
        mock.patch.object(runner, "log", silent),
        mock.patch.object(erasing, "log", silent),
    ):
        yield


def run(seed: int) -> World:
    """Returns the world of a seed after its run, with what went wrong in it that must not."""
    random = Random(seed)
    turns = Turns(random)
    world = World(seed, random, turns)
    with simulated_threads(world):
        world.begin()
        try:
            turns.run()
            world.wrong += turns.failures
            if world.finished < len(world.clients):
                world.wrong.append(f"{len(world.clients) - world.finished} clients wait for an answer that never comes")
            turns.end()
            world.wrong += look(world.stores, world.location, world.clock, world.told)
        finally:
            for store in world.stores:
                store.empty()
    return world
