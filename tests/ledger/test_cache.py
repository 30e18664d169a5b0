"""Folded books in memory: the last ones asked for, bounded in number and in size, and never copied."""

from __future__ import annotations

import gc
import tracemalloc

import pytest
from eventsourcing.persistence import StoredEvent

from ledger import cache
from ledger.application import Ledger
from ledger.cache import BookCache
from ledger.collecting import collect_seldom, not_collecting
from ledger.log.merkle import Frontier
from ledger.reading import Book, Recorded
from tests.ledger.support import BOOK, begin, numbers, person, send, service

MANY = 1_500


def kept(books: BookCache, *names: str) -> list[str]:
    """Returns which of these are kept."""
    return [name for name in names if books.book(name) is not None]


def test_the_books_asked_for_last_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "BOOKS_MAX", 2)
    books = BookCache()
    for name in ("a", "b", "a", "c"):
        books.keep(Book(name, 1), Frontier(1, (bytes(32),)))
    assert kept(books, "a", "b", "c") == ["a", "c"]
    assert (len(books), books.entries) == (2, 2)
    assert books.frontier(Book("a", 1)) is not None
    assert books.frontier(Book("b", 1)) is None


def test_large_books_leave_room_for_fewer_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "ENTRIES_MAX", 100)
    books = BookCache()
    for name, entries in (("a", 40), ("b", 40), ("a", 50), ("c", 20)):
        books.keep(Book(name, entries))
    assert kept(books, "a", "b", "c") == ["a", "c"]
    assert books.entries == 70
    books.keep(Book("huge", 1_000))
    assert (kept(books, "a", "c", "huge"), books.entries) == (["huge"], 1_000)
    books.keep(Book("d", 1))
    assert (kept(books, "huge", "d"), books.entries) == (["d"], 1)
    books.forget("d")
    assert (len(books), books.entries) == (0, 0)


def test_a_frontier_is_that_of_the_last_entry_or_none() -> None:
    books = BookCache()
    books.keep(Book("a", 1), Frontier(1, (bytes(32),)))
    assert books.frontier(Book("a", 2)) is None


def test_a_book_that_was_forgotten_is_folded_again(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(ledger, service("it-drift"), person("p1"))
    before = ledger.book(BOOK)
    monkeypatch.setattr(cache, "ENTRIES_MAX", 1)
    begin(ledger, book="annan")
    assert ledger.cache.book(BOOK) is None
    assert ledger.book(BOOK) == before
    ledger.record(send(service("vakt")))
    assert numbers(ledger) == [1, 2, 3, 4]


def bytes_for(ledger: Ledger, name: str) -> int:
    """Returns how much memory recording one service takes at most."""
    submission = send(service(name))
    tracemalloc.start()
    ledger.record(submission)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_a_book_is_kept_as_it_is_and_a_command_copies_nothing_it_leaves_alone(ledger: Ledger) -> None:
    begin(ledger, service("s"), person("p"))
    bytes_for(ledger, "first-of-all")
    small = bytes_for(ledger, "small")
    ledger.record_all([send(service(f"many-{n}") if n % 2 else person(f"many-{n}")) for n in range(MANY)])
    before = ledger.book(BOOK)
    assert ledger.book(BOOK) is before
    large = bytes_for(ledger, "large")
    assert large < small + MANY * 8, "not even a pointer for each entry"
    assert ledger.book(BOOK).number == before.number + 1
    assert ledger.book(BOOK).state.bodies is before.state.bodies


def test_the_garbage_collector_is_held_back_while_a_book_is_folded_and_no_longer(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger, service("it-drift"))
    read, seen = ledger.read, list[bool]()

    def watched(row: StoredEvent) -> Recorded:
        seen.append(gc.isenabled())
        return read(row)

    monkeypatch.setattr(ledger, "read", watched)
    ledger.cache.forget(BOOK)
    with not_collecting():
        ledger.book(BOOK)
        assert not gc.isenabled()
    assert gc.isenabled()
    assert seen == [False, False]
    gc.disable()
    try:
        ledger.book(BOOK, number=1)
        assert not gc.isenabled(), "whoever has it off keeps it off"
    finally:
        gc.enable()


def test_a_server_goes_through_everything_it_holds_a_tenth_as_often() -> None:
    before = gc.get_threshold()
    try:
        collect_seldom()
        assert gc.get_threshold() == (*before[:2], 10 * before[2])
    finally:
        gc.set_threshold(*before)
