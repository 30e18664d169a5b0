"""An import holds its book against every other process, from the first decision to the last chunk; others wait."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from api.problems import STATUS
from api.trouble import refused
from ledger.application import Ledger
from ledger.checks import check_book
from ledger.deciding import Submission, SubmissionFailed
from ledger.errors import BookImporting, LedgerUnavailable
from ledger.location import PostgresLocation
from tests.cli.support import CommandLine, write
from tests.cli.support import person as person_line
from tests.conformance.database import Database
from tests.conformance.test_lost_connections import cut_all
from tests.ledger.support import BOOK, SECRETARY, begin, numbers, send, service

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

NEIGHBOUR = "nabosamarbeidet"
LINES = 6


@pytest.fixture
def other(ledger: Ledger) -> Iterator[Ledger]:
    """A second ledger on the same database."""
    second = Ledger(ledger.location)
    yield second
    second.close()


@pytest.fixture(autouse=True)
def _in_chunks_and_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writes two entries at a time, and lets nobody wait for long."""
    monkeypatch.setattr("ledger.application.CHUNK_ENTRIES", 2)
    monkeypatch.setattr("ledger.connections.LOCK_SECONDS_MAX", 1)


def lines(happens: Callable[[], object] = lambda: None, at: int = LINES - 1) -> Iterator[Submission]:
    """Yields a history; something happens before one of its lines is decided."""
    for number in range(LINES):
        if number == at:
            happens()
        yield Submission(BOOK, (service(f"s{number}"),), SECRETARY, f"line-{number}")


def test_who_sends_meanwhile_is_told_which_book_is_imported_and_other_books_go_on(
    ledger: Ledger, other: Ledger
) -> None:
    begin(ledger)
    begin(ledger, book=NEIGHBOUR)

    def meanwhile() -> None:
        with ThreadPoolExecutor(2) as pool:
            told = pool.submit(other.record, send(service("vakt")))
            beside = pool.submit(other.record, send(service("vakt"), book=NEIGHBOUR))
            assert beside.result().recorded[0].entry.number == 2
            with pytest.raises(BookImporting, match=f"{BOOK} is held by an import") as caught:
                told.result()
            assert caught.value.collaboration_id == BOOK
            again = time.monotonic()
            with pytest.raises(BookImporting):
                pool.submit(other.record, send(service("vakt"))).result()
            assert time.monotonic() - again < 0.9, "nobody waits twice for the same import"

    assert ledger.record_all(lines(meanwhile)) == (LINES, 0)
    assert other.record(send(service("vakt"))).recorded[0].entry.number == LINES + 2
    assert numbers(ledger) == list(range(1, LINES + 3))


def test_who_waits_not_too_long_records_after_the_last_chunk(
    ledger: Ledger, other: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.connections.LOCK_SECONDS_MAX", 20)
    begin(ledger)
    with ThreadPoolExecutor(1) as pool:
        waits: list[object] = []

        def meanwhile() -> None:
            waits.append(pool.submit(lambda: other.record(send(service("vakt"))).recorded[0].entry.number))
            time.sleep(0.3)
            assert not waits[0].done()  # type: ignore[attr-defined]

        assert ledger.record_all(lines(meanwhile, at=1)) == (LINES, 0)
        assert waits[0].result() == LINES + 2  # type: ignore[attr-defined]


def test_two_imports_of_one_book_come_one_after_the_other(ledger: Ledger, other: Ledger) -> None:
    begin(ledger)

    def meanwhile() -> None:
        with ThreadPoolExecutor(1) as pool, pytest.raises(BookImporting):
            pool.submit(other.record_all, lines()).result()

    assert ledger.record_all(lines(meanwhile)) == (LINES, 0)
    assert other.record_all(lines()) == (0, LINES)
    assert [one for one in check_book(ledger, BOOK) if not isinstance(one, int)] == []


def test_an_import_that_is_refused_or_has_nothing_to_write_lets_the_book_go(ledger: Ledger, other: Ledger) -> None:
    begin(ledger)
    with pytest.raises(SubmissionFailed):
        ledger.record_all([*lines(), Submission(BOOK, (service("s0"),), SECRETARY, "again")])
    other.record(send(service("vakt")))
    assert ledger.record_all(lines()) == (LINES, 0)
    assert ledger.record_all(lines()) == (0, LINES)
    assert other.record_all(lines(lambda: ledger.record(send(service("natt")))), dry_run=True) == (0, LINES)
    other.record(send(service("dag")))


def test_a_connection_lost_meanwhile_ends_the_import_and_lets_the_book_go(
    ledger: Ledger, other: Ledger, database: Database
) -> None:
    begin(ledger)
    with pytest.raises((SubmissionFailed, LedgerUnavailable)):
        ledger.record_all(lines(lambda: cut_all(database)))
    assert numbers(ledger) == [1]
    other.record(send(service("vakt")))
    assert ledger.record_all(lines()) == (LINES, 0)


def test_a_connection_lost_between_chunks_writes_nothing_more(
    ledger: Ledger, other: Ledger, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(ledger)
    write_one, left = ledger.write, iter(range(1))

    def write_and_lose(*args: object) -> None:
        write_one(*args)  # type: ignore[arg-type]
        for _ in left:
            cut_all(database)

    monkeypatch.setattr(ledger, "write", write_and_lose)
    with pytest.raises(LedgerUnavailable):
        ledger.record_all(lines())
    assert numbers(ledger) == [1, 2, 3]
    other.record(send(service("vakt")))
    assert ledger.record_all(lines()) == (LINES - 2, 2)
    assert numbers(ledger) == list(range(1, LINES + 3))


def test_threads_of_the_importing_process_wait_for_it(ledger: Ledger) -> None:
    begin(ledger)
    recorded = threading.Event()

    def record() -> None:
        ledger.record(send(service("vakt")))
        recorded.set()

    def meanwhile() -> None:
        threading.Thread(target=record).start()
        assert not recorded.wait(0.2)

    assert ledger.record_all(lines(meanwhile)) == (LINES, 0)
    assert recorded.wait(10)
    assert numbers(ledger) == list(range(1, LINES + 3))


@pytest.mark.usefixtures("database_url")
def test_it_is_answered_as_what_can_be_sent_again_later() -> None:
    answer = refused(BookImporting("the book is held", BOOK))
    assert (answer.code, answer.params, answer.headers) == (
        "book_importing",
        {"collaboration": BOOK},
        {"Retry-After": "60"},
    )
    assert STATUS[answer.code] == 503


def test_the_command_line_says_which_book_is_imported(ledger: Ledger, tmp_path: Path) -> None:
    begin(ledger)
    assert isinstance(ledger.location, PostgresLocation)
    cli = CommandLine(ledger.location.url)

    def meanwhile() -> None:
        with ThreadPoolExecutor(1) as pool:
            file = write(tmp_path / "more.ndjson", [person_line(BOOK, 2)])
            said = pool.submit(cli.refused, "import", file).result()
        assert said.startswith(f"Nothing was recorded: another process imports into {BOOK}.")

    assert ledger.record_all(lines(meanwhile)) == (LINES, 0)
