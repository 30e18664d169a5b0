"""Threads that take turns: one runs at a time, and wherever two might meet, the seed says which of them goes on.

The locks, events and threads here stand in for those of `threading`, so that the code that uses them is run as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random
from types import SimpleNamespace

STUCK_SECONDS = 60
"""How long all of them may take together; a run takes some thousandths of a second."""

KEEPS_ON = 0.5
"""How often whoever runs goes on where it might have been another's turn."""


class Killed(BaseException):
    """The process this runs in has been killed. Nothing it does from here on reaches anything outside it."""


class Group:
    """What is killed together: a process."""

    def __init__(self, name: str) -> None:
        self.name, self.killed = name, False


class Worker:
    """A thread of the machine, which is lent to one actor after the other."""

    idle: list[Worker] = []  # noqa: RUF012 - those of the whole process

    def __init__(self) -> None:
        self.go = threading.Lock()
        self.go.acquire()
        self.work: Callable[[], None] | None = None
        threading.Thread(target=self._run, name="takes turns", daemon=True).start()

    def _run(self) -> None:
        while True:
            self.go.acquire()
            if self.work is not None:
                self.work()


class Actor:
    """Something that runs by itself within a group."""

    def __init__(
        self, turns: Turns, work: Callable[[], object], group: Group, afterwards: Callable[[], object] | None
    ) -> None:
        self.turns, self.work, self.group, self.afterwards = turns, work, group, afterwards
        self.waits_among: list[Actor] | None = None
        self.worker = Worker.idle.pop() if Worker.idle else Worker()
        self.worker.work = self._run

    def _run(self) -> None:
        try:
            if not self.group.killed:
                self.work()
        except Killed:
            pass
        except BaseException as error:
            self.turns.failures.append(f"{self.group.name}: {type(error).__name__}: {error}")
        if self.afterwards is not None:
            self.afterwards()
        Worker.idle.append(self.worker)
        self.turns.leave(self)


class Turns:
    """Gives the turns of one run."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.running: Actor | None = None
        self.failures: list[str] = []
        self.taken = 0
        """Turns that were another's than the one before: the same for the same seed."""
        self._ready: list[Actor] = []
        self._waiting: list[Actor] = []
        self._over = threading.Lock()
        self._over.acquire()

    def start(self, work: Callable[[], object], group: Group, afterwards: Callable[[], object] | None = None) -> Actor:
        """Lets something run, some time from now; what comes afterwards comes even if its process was killed."""
        actor = Actor(self, work, group, afterwards)
        self._ready.append(actor)
        return actor

    def run(self) -> None:
        """Returns when nobody has anything left to do but to wait."""
        self._pass_on()
        if not self._over.acquire(timeout=STUCK_SECONDS):
            raise AssertionError("somebody keeps the turn, or waits for something that is not simulated")

    def end(self) -> None:
        """Kills whoever still waits."""
        for actor in list(self._waiting):
            actor.group.killed = True
            self._wake(actor)
        if self._ready:
            self.run()

    def turn(self) -> None:
        """Lets another go on, or nobody. Raises Killed where the caller's process was killed meanwhile."""
        me = self.running
        if me is None:
            return
        if not me.group.killed and self.random.random() >= KEEPS_ON and self._pass_on() is not me:
            me.worker.go.acquire()
        if me.group.killed:
            raise Killed

    def wait(self, among: list[Actor]) -> None:
        """Waits until those among whom the caller waits are woken."""
        me = self.running
        if me is None:
            raise AssertionError("nobody is left who could end this waiting")
        if me.group.killed:
            raise Killed
        me.waits_among = among
        among.append(me)
        self._ready.remove(me)
        self._waiting.append(me)
        self._pass_on()
        me.worker.go.acquire()
        if me.group.killed:
            raise Killed

    def wake(self, among: list[Actor]) -> None:
        """Wakes all of them."""
        for actor in list(among):
            self._wake(actor)

    def kill(self, group: Group) -> None:
        """Kills a process: whoever waits in it waits no longer, and nobody in it gets further than to its next turn."""
        group.killed = True
        for actor in [one for one in self._waiting if one.group is group]:
            self._wake(actor)

    def leave(self, actor: Actor) -> None:
        """Takes the turn from an actor that has come to its end."""
        self._ready.remove(actor)
        self._pass_on()

    def _wake(self, actor: Actor) -> None:
        if actor.waits_among is not None:
            actor.waits_among.remove(actor)
            actor.waits_among = None
            self._waiting.remove(actor)
            self._ready.append(actor)

    def _pass_on(self) -> Actor | None:
        """Gives the turn to one of those who are ready, and returns who that is: it may run by then."""
        before = self.running
        chosen = self._ready[int(self.random.random() * len(self._ready))] if self._ready else None
        self.running = chosen
        if chosen is None:
            self._over.release()
        elif chosen is not before:
            self.taken += 1
            chosen.worker.go.release()
        return chosen

    # What stands in for `threading` ------------------------------------------------------

    def threading(self, group: Callable[[], Group]) -> SimpleNamespace:
        """Returns what a module imports `threading` for; threads belong to the group of whoever starts them."""
        return SimpleNamespace(
            Lock=lambda: Lock(self),
            RLock=lambda: Lock(self),
            Event=lambda: Event(self),
            Thread=lambda target, **_: Thread(self, target, group()),
            current_thread=lambda: self.running,
        )


class Lock:
    """A lock that whoever has it may take again."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._owner: object = None
        self._depth = 0
        self._waiting: list[Actor] = []

    def acquire(self, blocking: bool = True) -> bool:
        """Takes the lock, if need be when it is given back."""
        self._turns.turn()
        me: object = self._turns.running or self._turns
        while self._owner not in (None, me):
            if not blocking:
                return False
            self._turns.wait(self._waiting)
        self._owner = me
        self._depth += 1
        return True

    def release(self) -> None:
        """Gives it back."""
        self._depth -= 1
        if self._depth == 0:
            self._owner = None
            self._turns.wake(self._waiting)

    def hand_over(self, to: Actor) -> None:
        """Gives it to somebody else, who gives it back."""
        self._owner = to

    def __enter__(self) -> None:
        self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class Event:
    """Something that happens, and can be waited for."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self._set = False
        self._waiting: list[Actor] = []

    def is_set(self) -> bool:
        """Whether it has happened."""
        return self._set

    def set(self) -> None:
        """Lets it happen."""
        self._set = True
        self._turns.wake(self._waiting)

    def clear(self) -> None:
        """Makes it not have happened."""
        self._turns.turn()
        self._set = False
        self._turns.turn()

    def wait(self) -> bool:
        """Returns when it has happened."""
        self._turns.turn()
        while not self._set:
            self._turns.wait(self._waiting)
        return True


class Thread:
    """A thread of a simulated process."""

    def __init__(self, turns: Turns, target: Callable[[], object], group: Group) -> None:
        self._turns, self._target, self._group = turns, target, group

    def start(self) -> None:
        """Lets it run."""
        self._turns.start(self._target, self._group)
