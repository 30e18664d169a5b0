"""Many who record at once: numbers without gaps, and what was acknowledged is there exactly once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import Any

import pytest

from domain.kernel import Rejection
from ledger.application import Ledger
from ledger.deciding import Decided, Receipt, Submission
from ledger.errors import LedgerUnavailable, StaleBook
from ledger.location import Location, SQLiteLocation
from ledger.reading import Book
from tests.conformance.database import Database
from tests.ledger.support import BOOK, begin, numbers, person, send, service

THREADS = 8
COMMANDS = 200

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""On SQLite one process holds the file, and so one ledger."""


@contextmanager
def ledgers(location: Location) -> Iterator[list[Ledger]]:
    """Yields two ledgers on one database, or one where the engine admits no second."""
    with ExitStack() as stack:
        opened = [Ledger(location) for _ in range(1 if isinstance(location, SQLiteLocation) else 2)]
        for ledger in opened:
            stack.callback(ledger.close)
        yield opened


@pytest.fixture
def other(ledger: Ledger) -> Iterator[Ledger]:
    """A second ledger on the same database."""
    second = Ledger(ledger.location)
    yield second
    second.close()


def submissions() -> list[Submission]:
    """Returns submissions in which every service is registered twice under two ids and every person twice under one."""
    services = [
        send(service(f"s{number % (COMMANDS // 4)}"), command_id=f"service-{number}") for number in range(COMMANDS // 2)
    ]
    persons = [
        send(person(f"p{number % (COMMANDS // 4)}"), command_id=f"person-{number % (COMMANDS // 4)}")
        for number in range(COMMANDS // 2)
    ]
    return list(chain.from_iterable(zip(services, persons, strict=True)))


def outcome(ledger: Ledger, submission: Submission) -> Receipt | Exception:
    """Returns what a submission led to."""
    try:
        return ledger.record(submission)
    except Exception as error:
        return error


def test_what_is_acknowledged_is_there_exactly_once(location: Location) -> None:
    sent = submissions()
    with ledgers(location) as opened, ThreadPoolExecutor(THREADS) as pool:
        begin(opened[0])
        outcomes = list(pool.map(lambda pair: outcome(opened[pair[0] % len(opened)], pair[1]), enumerate(sent)))
        stored = list(opened[0].entries(BOOK))[1:]
    acknowledged = {s.command_id: o for s, o in zip(sent, outcomes, strict=True) if isinstance(o, Receipt)}
    refused = [o for o in outcomes if not isinstance(o, Receipt)]
    assert [recorded.entry.number for recorded in stored] == list(range(2, len(stored) + 2))
    assert sorted(recorded.entry.command_id for recorded in stored) == sorted(acknowledged)
    for recorded in stored:
        assert acknowledged[recorded.entry.command_id].recorded == (recorded,)
    assert all(isinstance(error, Rejection | LedgerUnavailable) for error in refused)
    assert {error.code for error in refused if isinstance(error, Rejection)} == {"service.already_registered"}
    assert len(acknowledged) >= COMMANDS // 2 - sum(isinstance(error, LedgerUnavailable) for error in refused)
    assert len(acknowledged) > COMMANDS // 4


def meanwhile(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, *happens: Any) -> None:
    """Lets each thing happen between one decision of the ledger and its writing, in turn."""
    decide, left = ledger.decide, list(happens)

    def decided(book: Book, submission: Submission) -> Decided:
        result = decide(book, submission)
        if left:
            left.pop(0)()
        return result

    monkeypatch.setattr(ledger, "decide", decided)


@contextmanager
def sent_meanwhile(
    ledger: Ledger, other: Ledger, monkeypatch: pytest.MonkeyPatch, submission: Submission
) -> Iterator[Future[Receipt | Exception]]:
    """Lets another process send something while the ledger decides what it is sent first."""
    told: Future[Receipt | Exception] = Future()

    def send_it() -> None:
        sender = threading.Thread(target=lambda: told.set_result(outcome(other, submission)))
        sender.start()
        sender.join(timeout=0.1)
        assert sender.is_alive(), "it does not wait for the book"

    meanwhile(ledger, monkeypatch, send_it)
    yield told
    told.result(timeout=10)


@on_postgresql
def test_another_process_waits_for_the_book_and_goes_on_from_there(
    ledger: Ledger, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    with sent_meanwhile(ledger, other, monkeypatch, send(service("vakt"))) as told:
        receipt = ledger.record(send(service("it-drift")))
    after = told.result()
    assert isinstance(after, Receipt)
    assert [recorded.entry.number for recorded in (*receipt.recorded, *after.recorded)] == [2, 3]
    assert numbers(ledger) == [1, 2, 3]


@on_postgresql
def test_what_another_process_recorded_first_counts(
    ledger: Ledger, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    with sent_meanwhile(ledger, other, monkeypatch, send(service("it-drift"))) as told:
        ledger.record(send(service("it-drift")))
    refused = told.result()
    assert isinstance(refused, Rejection)
    assert (refused.code, refused.entries) == ("service.already_registered", (2,))
    with sent_meanwhile(ledger, other, monkeypatch, send(service("arkiv"), expected=2)) as told:
        ledger.record(send(service("vakt")))
    assert isinstance(told.result(), StaleBook)
    assert numbers(ledger) == [1, 2, 3]


@on_postgresql
def test_the_same_submission_at_two_processes_is_recorded_once(
    ledger: Ledger, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    submission = send(person("p1"), service("it-drift"))
    with sent_meanwhile(ledger, other, monkeypatch, submission) as told:
        receipt = ledger.record(submission)
    assert not receipt.repeated
    assert told.result() == Receipt(receipt.recorded, repeated=True)
    assert numbers(ledger) == [1, 2, 3]


@on_postgresql
def test_a_book_that_somebody_keeps_is_told_and_nothing_is_recorded(
    ledger: Ledger, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    monkeypatch.setattr("ledger.connections.LOCK_SECONDS_MAX", 1)
    submission = send(service("it-drift"))
    with other.holding([BOOK]):
        with pytest.raises(LedgerUnavailable, match="kept the book for 1 seconds; send the same again"):
            ledger.record(submission)
        begin(ledger, book="ei-anna")
    assert numbers(ledger) == [1]
    assert not ledger.record(submission).repeated


@on_postgresql
def test_processes_that_write_the_same_books_do_not_wait_for_each_other_for_ever(ledger: Ledger, other: Ledger) -> None:
    books = ("a", "b", "c")
    for book in books:
        begin(ledger, book=book)

    def sent(one: Ledger, order: Sequence[str]) -> None:
        async def all_of_them() -> None:
            services = [send(service(f"{id(one)}-{n}"), book=order[n % 3]) for n in range(60)]
            await asyncio.gather(*(one.record_soon(submission) for submission in services))

        asyncio.run(all_of_them())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(sent, (ledger, other), (books, books[::-1])))
    assert [numbers(ledger, book) for book in books] == [list(range(1, 42))] * 3


@on_postgresql
def test_a_reader_sees_what_another_process_recorded(ledger: Ledger, other: Ledger) -> None:
    begin(ledger)
    assert other.book(BOOK).number == 1
    ledger.record(send(service("it-drift")))
    assert other.book(BOOK) == ledger.book(BOOK)


def test_a_reader_beside_the_writer_sees_what_is_recorded(ledger: Ledger, database: Database) -> None:
    begin(ledger)
    reader = Ledger(ledger.location, read_only=True)
    assert reader.book(BOOK).number == 1
    ledger.record(send(service("it-drift")))
    assert reader.book(BOOK) == ledger.book(BOOK)
    before = database.everything()
    with pytest.raises(LedgerUnavailable, match="reading only"):
        reader.record(send(service("vakt")))
    assert database.everything() == before
    reader.close()
