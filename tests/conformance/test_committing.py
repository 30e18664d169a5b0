"""Group commit: many at once in few transactions, each with an answer of its own, a refusal for one alone."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError

from domain.kernel import Rejection
from ledger import committing
from ledger.application import Ledger
from ledger.deciding import Receipt, Submission
from ledger.errors import CommandIdReused, LedgerBusy, LedgerUnavailable, UnknownCollaboration
from tests.ledger.support import begin, numbers, send, service

MANY = 100


@pytest.fixture
def book(ledger: Ledger) -> Ledger:
    """A ledger with a book that is founded."""
    begin(ledger)
    return ledger


@pytest.fixture
def transactions(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many entries each transaction wrote."""
    written: list[int] = []
    insert = book.recorder.insert_events

    def counted(stored_events: Any, **more: Any) -> Any:
        found = insert(stored_events, **more)
        written.append(len(stored_events))
        return found

    monkeypatch.setattr(book.recorder, "insert_events", counted)
    return written


async def outcome(ledger: Ledger, submission: Submission) -> Receipt | Exception:
    """Returns what a submission led to."""
    try:
        return await ledger.record_soon(submission)
    except Exception as error:
        return error


def together(ledger: Ledger, *submissions: Submission) -> list[Receipt | Exception]:
    """Sends all from one loop at once."""

    async def sent() -> list[Receipt | Exception]:
        return await asyncio.gather(*(outcome(ledger, submission) for submission in submissions))

    return asyncio.run(sent())


def test_what_comes_together_is_committed_together_in_the_order_it_came(book: Ledger, transactions: list[int]) -> None:
    receipts = together(book, *(send(service(f"s-{n}")) for n in range(MANY)))
    assert [r.recorded[0].entry.number for r in receipts if isinstance(r, Receipt)] == list(range(2, MANY + 2))
    assert sum(transactions) == MANY
    assert len(transactions) <= MANY // 10
    assert numbers(book) == list(range(1, MANY + 2))


def test_a_refusal_leaves_its_neighbours_alone(book: Ledger) -> None:
    first, twice, lost, last = together(
        book,
        send(service("a")),
        send(service("a")),
        send(service("a"), book="nowhere"),
        send(service("b")),
    )
    assert isinstance(twice, Rejection)
    assert twice.code == "service.already_registered"
    assert isinstance(lost, UnknownCollaboration)
    assert isinstance(first, Receipt)
    assert isinstance(last, Receipt)
    assert numbers(book) == [1, 2, 3]


def test_the_same_twice_in_one_batch_is_recorded_once(book: Ledger) -> None:
    one, again, other = together(
        book,
        send(service("a"), command_id="one"),
        send(service("a"), command_id="one"),
        send(service("b"), command_id="one"),
    )
    assert isinstance(one, Receipt)
    assert isinstance(again, Receipt)
    assert (one.repeated, again.repeated) == (False, True)
    assert again.recorded == one.recorded
    assert isinstance(other, CommandIdReused)
    assert numbers(book) == [1, 2]


def test_books_committed_together_are_told_of_one_by_one(ledger: Ledger) -> None:
    told: list[tuple[str, int, int]] = []
    for name in ("en", "to"):
        begin(ledger, book=name)
    ledger.listeners.append(
        lambda commit: told.append((commit.collaboration_id, commit.before.number, len(commit.steps)))
    )
    together(ledger, *(send(service(f"s{n}"), book=b) for n in range(2) for b in ("en", "to")))
    assert sorted((book, sum(steps for b, _, steps in told if b == book)) for book in {"en", "to"}) == [
        ("en", 2),
        ("to", 2),
    ]


def test_whoever_goes_away_does_not_undo_what_is_committed(book: Ledger) -> None:
    async def gone() -> None:
        task = asyncio.ensure_future(book.record_soon(send(service("a"))))
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert isinstance(await outcome(book, send(service("b"))), Receipt)

    asyncio.run(gone())
    assert numbers(book) == [1, 2, 3]


def test_a_full_queue_says_so_at_once_and_records_nothing_of_it(book: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(committing, "WAITING_MAX", 3)

    async def sent() -> list[Receipt | Exception]:
        with book._writing:  # as a long import holds it
            waiting = [asyncio.ensure_future(outcome(book, send(service(f"s-{n}")))) for n in range(6)]
            await asyncio.sleep(0.05)
        return await asyncio.gather(*waiting)

    outcomes = asyncio.run(sent())
    refused = [one for one in outcomes if isinstance(one, LedgerBusy)]
    assert len(refused) in (2, 3)  # one may have been taken up before the queue was full
    assert numbers(book) == list(range(1, 8 - len(refused)))


def test_when_it_cannot_be_written_all_who_wait_are_told_and_nothing_is_recorded(
    book: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise OperationalError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(book.recorder, "insert_events", fails)
        outcomes = together(book, *(send(service(f"s-{n}")) for n in range(3)))
        assert [isinstance(one, LedgerUnavailable) for one in outcomes] == [True] * 3
        assert {str(one).partition(": ")[2] for one in outcomes} == {"the disk is full"}
    assert numbers(book) == [1]
    assert isinstance(together(book, send(service("s-0")))[0], Receipt)


def test_threads_and_coroutines_wait_in_one_queue(book: Ledger) -> None:
    def from_a_thread(n: int) -> None:
        for m in range(10):
            book.record(send(service(f"t{n}-{m}")))

    threads = [threading.Thread(target=from_a_thread, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    receipts = together(book, *(send(service(f"c-{n}")) for n in range(20)))
    for thread in threads:
        thread.join()
    assert all(isinstance(one, Receipt) for one in receipts)
    assert numbers(book) == list(range(1, 62))


def test_a_closed_book_takes_nothing(book: Ledger) -> None:
    book.close()
    with pytest.raises(LedgerUnavailable, match="closed"):
        book.record(send(service("a")))
