"""Group commit: commands that arrive together are decided in turn and committed in one durable transaction.

Whoever comes first commits for all who wait, each of whom gets an answer of their own after the commit; a refusal
leaves the neighbours alone. Callers in an event loop never block it: theirs are committed by a thread that sleeps
while nobody waits. The order is that of arrival. The queue is bounded, and full it says so at once.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from eventsourcing.persistence import IntegrityError

from ledger.deciding import Decided, Receipt, Submission, advanced
from ledger.errors import BookImporting, LedgerBusy, LedgerUnavailable, NothingWritten
from ledger.reading import Book
from ledger.rows import CommandRow, Identity

WAITING_MAX = 2_000
"""Submissions that may wait to be committed: at the slowest measured, about ten seconds of them."""
TOGETHER_MAX = 256
"""Submissions committed in one transaction."""
ATTEMPTS_MAX = 5
"""How often a batch is decided anew when another process recorded first."""

Outcome = Receipt | BaseException


class Waiting(Protocol):
    """A submission, and whoever waits for what becomes of it."""

    submission: Submission

    def answer(self, outcome: Outcome) -> None:
        """Tells what became of it; called once, by the thread that commits."""


@dataclass(slots=True)
class Blocked:
    """A thread that waits."""

    submission: Submission
    outcome: Outcome | None = None
    _told: threading.Event = field(default_factory=threading.Event)

    def answer(self, outcome: Outcome) -> None:
        """Wakes the thread."""
        self.outcome = outcome
        self._told.set()

    def receipt(self) -> Receipt:
        """Waits for the answer and returns it. Raises what was answered."""
        self._told.wait()
        return taken(self.outcome)


@dataclass(slots=True)
class Awaiting:
    """A coroutine that waits."""

    submission: Submission
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Outcome]
    outbox: Outbox

    def answer(self, outcome: Outcome) -> None:
        """Leaves the answer to be delivered with the others of its loop."""
        self.outbox.put(self, outcome)


class Outbox:
    """Answers for coroutines, delivered to each loop in one go: a wake-up costs more than a command."""

    def __init__(self) -> None:
        self._answers: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Outcome], Outcome]]] = {}

    def put(self, waiting: Awaiting, outcome: Outcome) -> None:
        """Adds an answer."""
        self._answers.setdefault(waiting.loop, []).append((waiting.future, outcome))

    def deliver(self) -> None:
        """Delivers what was put. A loop that has been closed has nobody left to tell."""
        answers, self._answers = self._answers, {}
        for loop, told in answers.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_set_all, told)


def _set_all(answers: Sequence[tuple[asyncio.Future[Outcome], Outcome]]) -> None:
    for future, outcome in answers:
        if not future.done():  # the one who waited may have gone: what is committed stays committed
            future.set_result(outcome)


def taken(outcome: Outcome | None) -> Receipt:
    """Returns the receipt. Raises what stands in its place."""
    if isinstance(outcome, Receipt):
        return outcome
    raise outcome or LedgerUnavailable("nothing was answered")


@dataclass(slots=True)
class Batch:
    """What is decided so far of the submissions committed together."""

    books: dict[str, Book] = field(default_factory=dict)
    """Each book as it will be."""
    before: dict[str, Book] = field(default_factory=dict)
    """Each book as it was."""
    decided: list[tuple[Waiting, Decided]] = field(default_factory=list)
    identities: dict[Identity, Decided] = field(default_factory=dict)
    again: list[tuple[Waiting, Decided]] = field(default_factory=list)
    """The same as one in this batch: it stands or falls with it, and is answered as a repetition."""
    answers: list[tuple[Waiting, Outcome]] = field(default_factory=list)
    """What is known without writing: refusals, and what was recorded before."""

    def outcomes(self) -> list[tuple[Waiting, Outcome]]:
        """Returns everybody's answer once the batch is written."""
        first = [(one, _receipt(decided)) for one, decided in self.decided]
        again = [(one, _receipt(decided, repeated=True)) for one, decided in self.again]
        return [*self.answers, *first, *again]

    def failed(self, waiting: Sequence[Waiting], error: Exception) -> list[tuple[Waiting, Outcome]]:
        """Returns everybody's answer where it could not be written for `error`."""
        told = {id(one) for one, _ in self.answers}
        return [*self.answers, *((one, error) for one in waiting if id(one) not in told)]


class Decider(Protocol):
    """What the committer asks of the ledger."""

    def book(self, collaboration_id: str) -> Book:
        """Returns a book folded to its end."""
        ...

    def commands(self, identities: Collection[Identity]) -> dict[Identity, CommandRow]:
        """Returns what is known of commands, by their identities, in one question."""
        ...

    def assert_same(self, submission: Submission, row: CommandRow) -> None:
        """Raises CommandIdReused if what has this identity had other content."""
        ...

    def repeated(self, submission: Submission, row: CommandRow) -> Receipt:
        """Returns the receipt of the same submission recorded before. Raises as `assert_same`."""
        ...

    def decide(self, book: Book, submission: Submission) -> Decided:
        """Returns what a submission leads to."""
        ...

    def holding(self, collaboration_ids: Iterable[str]) -> AbstractContextManager[None]:
        """Holds books against other processes until what is written within is committed. Raises NothingWritten."""
        ...

    def write(self, before: Sequence[Book], decided: Sequence[Decided]) -> None:
        """Writes all of it in one transaction and tells the listeners.

        Raises IntegrityError if others were first, NothingWritten if the connection was lost.
        """
        ...


class Committer:
    """Takes submissions from any thread or loop and commits them together."""

    def __init__(self, ledger: Decider, writing: threading.RLock) -> None:
        """`writing` is held while a batch is decided and written."""
        self._ledger = ledger
        self._writing = writing
        self._queue: deque[Waiting] = deque()
        self._outbox = Outbox()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._closed = False

    def record(self, submission: Submission) -> Receipt:
        """Records from a thread. Raises what refuses it, or LedgerBusy where too many wait."""
        waiting = Blocked(submission)
        self._put(waiting)
        if self._writing.acquire(blocking=False):
            try:
                while waiting.outcome is None:
                    self._commit_some()
            finally:
                self._writing.release()
            if self._queue:
                self._ask()
        else:
            # Whoever holds it looks at the queue again after giving it back; a long import does not, so ask as well.
            self._ask()
        return waiting.receipt()

    async def record_soon(self, submission: Submission) -> Receipt:
        """Records from a coroutine. Raises as `record`. Cancelling it does not undo what is being committed."""
        loop = asyncio.get_running_loop()
        waiting = Awaiting(submission, loop, loop.create_future(), self._outbox)
        self._put(waiting)
        self._ask()
        return taken(await waiting.future)

    def _put(self, waiting: Waiting) -> None:
        if self._closed:
            raise LedgerUnavailable("the book is closed")
        if len(self._queue) >= WAITING_MAX:
            raise LedgerBusy(WAITING_MAX)
        self._queue.append(waiting)

    def _ask(self) -> None:
        """Wakes the thread that commits for those who cannot, starting it at first."""
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="styringsbok-commit", daemon=True)
                    self._thread.start()
        self._wake.set()

    def _run(self) -> None:
        while not self._closed:
            self._wake.wait()
            self._wake.clear()
            while self._queue:
                with self._writing:
                    self._commit_some()

    @property
    def waiting(self) -> int:
        """How many submissions wait to be committed."""
        return len(self._queue)

    def close(self) -> None:
        """Commits what waits, and takes nothing more."""
        while self._queue:
            with self._writing:
                self._commit_some()
        self._closed = True
        self._wake.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    # A batch -----------------------------------------------------------------------------

    def _commit_some(self) -> None:
        """Takes up to TOGETHER_MAX of those who wait, the first first, and answers each."""
        taken_up: list[Waiting] = []
        while self._queue and len(taken_up) < TOGETHER_MAX:
            taken_up.append(self._queue.popleft())
        if not taken_up:
            return
        answers: list[tuple[Waiting, Outcome]] = []
        try:
            answers = self._committed(taken_up)
        except BaseException as error:
            told = {id(waiting) for waiting, _ in answers}
            answers += [(waiting, error) for waiting in taken_up if id(waiting) not in told]
            if not isinstance(error, Exception):
                raise
        finally:
            for waiting, outcome in answers:
                waiting.answer(outcome)
            self._outbox.deliver()

    def _committed(self, waiting: Sequence[Waiting]) -> list[tuple[Waiting, Outcome]]:
        """Returns everybody's answer."""
        batch, kept = Batch(), list[tuple[Waiting, Outcome]]()
        error: Exception = LedgerUnavailable("others kept recording first; send the same again")
        for _ in range(ATTEMPTS_MAX):
            batch = Batch()
            try:
                with self._ledger.holding({one.submission.collaboration_id for one in waiting}):
                    earlier = self._ledger.commands([one.submission.identity for one in waiting])
                    for one in waiting:
                        self._take(batch, one, earlier.get(one.submission.identity))
                    if batch.decided:
                        self._ledger.write(list(batch.before.values()), [decided for _, decided in batch.decided])
                return [*kept, *batch.outcomes()]
            except BookImporting as imported:  # told to those who wait for that book; the others go on without them
                name = imported.collaboration_id
                kept += [(one, imported) for one in waiting if one.submission.collaboration_id == name]
                waiting = [one for one in waiting if one.submission.collaboration_id != name]
                if not waiting:
                    return kept
            except IntegrityError:
                continue  # someone was first: look again
            except NothingWritten as lost:
                error = lost  # and look again
            except Exception as other:  # told to those it befell; the others have their answers
                return [*kept, *batch.failed(waiting, other)]
        return [*kept, *batch.failed(waiting, error)]

    def _take(self, batch: Batch, waiting: Waiting, earlier: CommandRow | None) -> None:
        """Decides one submission on the books as the batch will leave them; `earlier` is the same, recorded before."""
        submission = waiting.submission
        try:
            pending = batch.identities.get(submission.identity)
            if pending is not None:
                self._ledger.assert_same(submission, pending.command)
                batch.again.append((waiting, pending))
                return
            if earlier is not None:
                batch.answers.append((waiting, self._ledger.repeated(submission, earlier)))
                return
            book = batch.books.get(submission.collaboration_id) or self._ledger.book(submission.collaboration_id)
            decided = self._ledger.decide(book, submission)
        except Exception as error:
            batch.answers.append((waiting, error))
            return
        batch.before.setdefault(book.id, book)
        batch.books[book.id] = advanced(book, decided.steps)
        batch.decided.append((waiting, decided))
        batch.identities[submission.identity] = decided


def _receipt(decided: Decided, *, repeated: bool = False) -> Receipt:
    return Receipt(tuple(step.recorded for step in decided.steps), repeated)
