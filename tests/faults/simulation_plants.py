"""Faults planted in the product, each of which the simulation must find within its first seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from typing import Any
from unittest import mock

from ledger import committing, deciding
from ledger.application import Ledger
from ledger.committing import Batch, Committer, Outcome, Waiting
from ledger.deciding import Receipt
from ledger.errors import LedgerUnavailable, OutcomeUnknown
from ledger.log.tables import UPSERT_FRONTIER
from ledger.reading import Change
from ledger.rows import CommandRow, FrontierRow
from projections.projection import Changes
from projections.runner import Projector
from projections.view_engines import SQLiteViews
from projections.views import Fault
from tests.faults.simulation_processes import Recorder

insert_events, caught_up, outcomes, take = (
    Recorder.insert_events,
    Projector._caught_up,
    Batch.outcomes,
    Committer._take,
)


def answer_early(self: Committer, waiting: Sequence[Waiting]) -> list[tuple[Waiting, Outcome]]:
    """Tells everybody as soon as everything is decided, and writes then."""
    batch = Batch()
    with suppress(Exception), self._ledger.holding({one.submission.collaboration_id for one in waiting}):
        earlier = self._ledger.commands([one.submission.identity for one in waiting])
        for one in waiting:
            self._take(batch, one, earlier.get(one.submission.identity))
        for one, outcome in batch.outcomes():
            one.answer(outcome)
        self._outbox.deliver()
        if batch.decided:
            self._ledger.write(list(batch.before.values()), [decided for _, decided in batch.decided])
    told = {id(one) for one, _ in batch.outcomes()}
    return [(one, RuntimeError("not taken")) for one in waiting if id(one) not in told]


def take_as_new(self: Committer, batch: Batch, waiting: Waiting, _earlier: CommandRow | None) -> None:
    """Takes every submission for one that was never sent before."""
    take(self, batch, waiting, None)


def look_at_once(self: Ledger, command: CommandRow) -> bool:
    """Reads back without waiting for the server to come to an end with what it was sent."""
    try:
        row = self.commands([command.identity]).get(command.identity)
    except LedgerUnavailable as error:
        raise OutcomeUnknown(str(error)) from error
    return row is not None and row.salt == command.salt


def write_the_tree_afterwards(self: Recorder, rows: Any, *, frontiers: Sequence[FrontierRow], **more: Any) -> Any:
    """Writes the frontiers in a transaction of their own."""
    positions = insert_events(self, rows, frontiers=(), **more)
    self.write_beside([(UPSERT_FRONTIER, (one.collaboration_id, one.size, one.hashes)) for one in frontiers])
    return positions


def move_first(
    self: SQLiteViews, book: str, before: int, after: int, changes: Changes, faults: Sequence[Fault]
) -> bool:
    """Says how far the rows are, and writes them in a second transaction."""
    with self._writing() as cursor:
        if not self._move(cursor, book, before, after):
            return False
    with self._writing() as cursor:
        self._insert(cursor, book, changes)
    return True


def run_and_clear(self: Committer) -> None:
    """Forgets that it was asked when it has done everything, rather than before it begins."""
    while not self._closed:
        self._wake.wait()
        while self._queue:
            with self._writing:
                self._commit_some()
        self._wake.clear()


def pass_over(self: Projector, change: Change) -> bool:
    """Takes a book that could not be rendered for one that was."""
    caught_up(self, change)
    return True


def tell_all_the_same(self: Batch) -> list[tuple[Waiting, Outcome]]:
    """Tells everybody whose submission is written what became of the first of them."""
    told = outcomes(self)
    receipts = [outcome for _, outcome in told if isinstance(outcome, Receipt)]
    return [(one, receipts[0] if isinstance(outcome, Receipt) else outcome) for one, outcome in told]


def as_the_clock_says(now: datetime, last: datetime | None) -> datetime:
    """Takes the time from the clock, whatever the entry before says."""
    return now


@contextmanager
def both(one: AbstractContextManager[object], other: AbstractContextManager[object]) -> Iterator[None]:
    """Plants two that show only together."""
    with one, other:
        yield


Plant = Callable[[], AbstractContextManager[object]]

PLANTS: dict[str, Plant] = {
    "answers before it commits": lambda: mock.patch.object(Committer, "_committed", answer_early),
    "takes a lost answer for a failure": lambda: mock.patch.object(Ledger, "_came_through", return_value=False),
    "takes any failure for a success": lambda: mock.patch.object(Ledger, "_came_through", return_value=True),
    "reads back before the server is done, and tries once": lambda: both(
        mock.patch.object(Ledger, "_came_through", look_at_once), mock.patch.object(committing, "ATTEMPTS_MAX", 1)
    ),
    "does not look whether it was sent before": lambda: mock.patch.object(Committer, "_take", take_as_new),
    "writes the tree afterwards": lambda: mock.patch.object(Recorder, "insert_events", write_the_tree_afterwards),
    "moves the position before the rows": lambda: mock.patch.object(SQLiteViews, "flush", move_first),
    "takes the time as the clock says": lambda: mock.patch.object(deciding, "_not_before", as_the_clock_says),
    "forgets a wake-up": lambda: mock.patch.object(Committer, "_run", run_and_clear),
    "passes over a book that failed": lambda: mock.patch.object(Projector, "_caught_up", pass_over),
    "tells all the same": lambda: mock.patch.object(Batch, "outcomes", tell_all_the_same),
}
"""By what each does wrong."""
