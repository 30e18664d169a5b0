"""Work on a database shared with helping processes: each opens the database for itself, to be read.

This process works too, so nothing waits for a helper to begin; answers come in the order of the work, whoever did it.
A helper does one piece at a time. It ends when its pipe does: with this process, however that ends.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, Generic, Protocol, TypeVar

import structlog

from api.cli import terminal
from api.cli.terminal import Stopped

WORTH_A_HELPER = 300_000
"""Cost of work for which another process is started: that takes two to three seconds, in which this one does as much.

A cost of 1 is about ten microseconds: an entry verified at a glance.
"""
SECONDS_TO_END = 2.0
"""How long a helper whose pipe was closed may take to close the database."""

log = structlog.get_logger("crew")

S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)

Progress = Callable[[int], None]
"""Told how many more entries are done."""


class Piece(Protocol[S_contra]):
    """A piece of work; it is sent to another process."""

    @property
    def cost(self) -> int:
        """How much it is."""
        ...

    def __call__(self, opened: S_contra, progress: Progress, /) -> Any:
        """Does it on an open database."""
        ...


def cores() -> int:
    """Returns how many processes can run at once."""
    with suppress(AttributeError):  # only some systems tell which cores a process may use
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def adding(tell: Callable[[int], None]) -> Progress:
    """Returns what is told how many more are done, and tells how many are in all."""
    done = 0

    def more(entries: int) -> None:
        nonlocal done
        done += entries
        tell(done)

    return more


@dataclass(frozen=True, slots=True)
class _Answer:
    value: Any
    failed: str | None = None
    """An error nobody expected; its trace is in the log."""


class _Failed(Exception):
    """A helper met an error nobody expected."""


@dataclass(slots=True)
class Crew(Generic[S]):
    """This process, and at most `jobs - 1` helpers, as far as the work is worth them."""

    opening: Callable[[], AbstractContextManager[S]]
    """How a helper opens the database; it is sent to another process."""
    opened: S
    jobs: int

    def answers(self, pieces: Sequence[Piece[S]], progress: Progress) -> Generator[Any, None, None]:
        """Yields the answer to each piece, in order. Raises Stopped if a helper is lost or fails."""
        return self._work(pieces, progress, lambda shared, index: shared.answer(index, self.opened))

    def answers_as_they_come(self, pieces: Sequence[Piece[S]], progress: Progress) -> Generator[Any, None, None]:
        """Yields the answers in no order, so that few are held in memory. Raises as `answers`."""
        return self._work(pieces, progress, lambda shared, _: shared.answer(None, self.opened))

    def _work(
        self, pieces: Sequence[Piece[S]], progress: Progress, answer: Callable[[_Shared[S], int], Any]
    ) -> Generator[Any, None, None]:
        helpers = min(self.jobs - 1, sum(piece.cost for piece in pieces) // WORTH_A_HELPER, len(pieces) - 1)
        if helpers <= 0:
            yield from (piece(self.opened, progress) for piece in pieces)
            return
        shared = _Shared(pieces, progress)
        hands: list[_Hand[S]] = []
        try:
            hands += (_Hand(shared, self.opening) for _ in range(helpers))
            for index in range(len(pieces)):
                yield answer(shared, index)
        finally:
            shared.end()
            for hand in hands:
                hand.end()


class _Shared(Generic[S]):
    """Pieces and answers, for this process and the threads that speak with the helpers."""

    def __init__(self, pieces: Sequence[Piece[S]], progress: Progress) -> None:
        self.pieces = pieces
        largest_first = sorted(range(len(pieces)), key=lambda index: -pieces[index].cost)
        self._waiting = deque(largest_first)
        self._answers: dict[int, Any] = {}
        self._trouble: str | None = None
        self._changed = threading.Condition()
        self._progress, self._telling = progress, threading.Lock()

    def progress(self, more: int) -> None:
        with self._telling:
            self._progress(more)

    def take(self) -> int | None:
        """Returns the next piece, None where there is none left."""
        with self._changed:
            return self._waiting.popleft() if self._waiting else None

    def give(self, index: int, value: Any) -> None:
        with self._changed:
            self._answers[index] = value
            self._changed.notify_all()

    def fail(self, trouble: str) -> None:
        with self._changed:
            self._waiting.clear()
            self._trouble = self._trouble or trouble
            self._changed.notify_all()

    def end(self) -> None:
        with self._changed:
            self._waiting.clear()

    def answer(self, wanted: int | None, opened: S) -> Any:
        """Returns an answer, any for None; as long as it is not there, works on whatever is next."""
        while True:
            with self._changed:
                if self._trouble is not None:
                    raise Stopped(self._trouble)
                ready = next(iter(self._answers), None) if wanted is None else wanted
                if ready in self._answers:
                    return self._answers.pop(ready)
                if not self._waiting:
                    self._changed.wait()
                    continue
            index = self.take()
            if index is not None:
                self.give(index, self.pieces[index](opened, self.progress))


class _Hand(Generic[S]):
    """A helper and the thread that speaks with it."""

    def __init__(self, shared: _Shared[S], opening: Callable[[], AbstractContextManager[S]]) -> None:
        context = multiprocessing.get_context("spawn")
        self._shared = shared
        self._here, there = context.Pipe()
        self._process: SpawnProcess = context.Process(target=_help, args=(there, opening), daemon=True)
        self._process.start()
        there.close()
        self._is_idle = False
        self._thread = threading.Thread(target=self._speak, daemon=True)
        self._thread.start()

    def _speak(self) -> None:
        try:
            self._answer()
            while (index := self._shared.take()) is not None:
                self._here.send(self._shared.pieces[index])
                self._shared.give(index, self._answer())
            self._is_idle = True
        except _Failed as error:
            self._shared.fail(f"A helping process failed; --jobs 1 does without: {error}.")
        except (EOFError, OSError):
            self._process.join(SECONDS_TO_END)
            code = self._process.exitcode
            self._shared.fail(f"A helping process ended before it was done (exit code {code}); --jobs 1 does without.")

    def _answer(self) -> Any:
        """Returns the next answer, and passes on how much is done meanwhile. Raises _Failed, or EOFError or OSError."""
        while not isinstance(answer := self._here.recv(), _Answer):
            self._shared.progress(answer)
        if answer.failed is not None:
            raise _Failed(answer.failed)
        return answer.value

    def end(self) -> None:
        """Ends the helper: by itself where it waits, at once where it works on what nobody waits for any more."""
        if self._is_idle:
            self._here.close()
            self._process.join(SECONDS_TO_END)
        if self._process.is_alive():
            self._process.kill()
        self._process.join()
        self._thread.join()
        self._here.close()


def _help(pipe: Connection, opening: Callable[[], AbstractContextManager[Any]]) -> None:
    """Does pieces of work until there are no more.

    In a session of its own: an interrupt at the terminal is for the process that is helped, and on a machine that is
    shared by sessions a helper takes nothing from it.
    """
    os.setsid()
    terminal.log_to_standard_error()
    with suppress(EOFError, OSError):
        try:
            with opening() as opened:
                pipe.send(_Answer(None))
                while True:
                    piece = pipe.recv()
                    pipe.send(_Answer(piece(opened, pipe.send)))
        except EOFError:
            return
        except Exception as error:
            log.exception("a helping process failed")
            pipe.send(_Answer(None, f"{type(error).__name__}: {error}"))
