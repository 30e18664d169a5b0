"""The self-check: what is altered is named while the book is served, and no longer once it is as it was recorded."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from eventsourcing.persistence import OperationalError
from structlog.testing import capture_logs

from ledger.application import Ledger
from ledger.log.checkpointing import open_signer
from ledger.self_check import SECONDS_BETWEEN_PASSES, SelfCheck
from tests.conformance.database import Database
from tests.conformance.test_log_checks import of_another_name, rewrite
from tests.ledger.support import BOOK, begin, person, send, service
from tests.spec import command

ORDER = {"kind": "single_item", "ref": "26/1042", "issued_by": "Nasjonalarkivet", "issued_on": "2026-11-20"}


def filled(ledger: Ledger, entries: int) -> None:
    """Records a book of so many entries."""
    begin(ledger)
    ledger.record_all(send(service(f"s-{n}"), command_id=f"c-{n}") for n in range(ledger.head(BOOK), entries))


def passed(check: SelfCheck) -> list[tuple[str | None, int | None, str]]:
    """Returns what is known after a whole pass, by book, entry and code."""
    before = check.passes
    while check.passes == before:
        check.step()
    return [(one.collaboration, one.entry, one.code) for one in check.findings]


def state_of(database: Database, number: int) -> bytes:
    """Returns the stored bytes of an entry."""
    where = f"originator_id = '{BOOK}' AND originator_version = {number}"
    ((state,),) = database.rows(f"SELECT state FROM stored_events WHERE {where}")
    return bytes(state)


def test_nothing_is_found_in_books_that_are_whole(ledger: Ledger, tmp_path: Path) -> None:
    filled(ledger, 300)
    begin(ledger, person("p1"), book="annen")
    signer = open_signer(ledger, path=tmp_path / "key", origin="styringsbok.example")
    assert signer.checkpoint(BOOK) is not None
    ledger.log_of(BOOK).inclusion(1, 300)
    check = SelfCheck(ledger, 100)
    assert passed(check) == []
    assert (check.passes, check.entries, check.last_pass_at) == (1, 302, ledger.clock())
    assert passed(SelfCheck(ledger, 7)) == []


def test_an_empty_ledger_is_gone_through_too(ledger: Ledger) -> None:
    assert passed(SelfCheck(ledger)) == []


def test_an_altered_row_is_named_until_it_is_put_back(ledger: Ledger, database: Database) -> None:
    filled(ledger, 30)
    whole = state_of(database, 17)
    check = SelfCheck(ledger, 10)
    assert passed(check) == []
    rewrite(database, 17, lambda state: b"{" + state)
    with capture_logs() as logged:
        assert (BOOK, 17, "damaged_entry") in passed(check)
    said = [one for one in logged if one.get("code") == "damaged_entry"]
    assert [(one["log_level"], one["book"], one["entry"]) for one in said] == [("error", BOOK, 17)]
    with capture_logs() as logged:
        assert (BOOK, 17, "damaged_entry") in passed(check)
    assert [one for one in logged if one.get("code") == "damaged_entry"] == []
    rewrite(database, 17, lambda _: whole)
    check.step()
    assert (BOOK, 17, "damaged_entry") in [(one.collaboration, one.entry, one.code) for one in check.findings]
    with capture_logs() as logged:
        assert passed(check) == []
    assert (BOOK, 17) in [(one["book"], one["entry"]) for one in logged if one["log_level"] == "warning"]


def test_an_entry_that_reads_well_and_is_another_is_named_by_its_tile(
    ledger: Ledger, database: Database, tmp_path: Path
) -> None:
    filled(ledger, 300)
    signer = open_signer(ledger, path=tmp_path / "key", origin="styringsbok.example")
    signer.checkpoint(BOOK)
    ledger.log_of(BOOK).inclusion(1, 300)
    rewrite(database, 150, of_another_name)
    found = passed(SelfCheck(ledger))
    assert found == [(BOOK, 150, "log_tile"), (BOOK, 1, "log_other_entries"), (BOOK, 1, "log_frontier")]


def test_a_dropped_tail_is_named_by_what_was_signed(ledger: Ledger, database: Database, tmp_path: Path) -> None:
    filled(ledger, 40)
    open_signer(ledger, path=tmp_path / "key", origin="styringsbok.example").checkpoint(BOOK)
    database.without_triggers()
    database.execute(f"DELETE FROM stored_events WHERE originator_id = '{BOOK}' AND originator_version > 25")
    assert (BOOK, 26, "log_tail_dropped") in passed(SelfCheck(ledger))
    database.execute(f"DELETE FROM stored_events WHERE originator_id = '{BOOK}'")
    assert (BOOK, 1, "log_tail_dropped") in passed(SelfCheck(ledger))


def test_a_checkpoint_that_was_replaced_is_named(ledger: Ledger, database: Database, tmp_path: Path) -> None:
    filled(ledger, 40)
    open_signer(ledger, path=tmp_path / "key", origin="styringsbok.example").checkpoint(BOOK)
    database.execute("UPDATE log_checkpoints SET note = 'x'")
    assert passed(SelfCheck(ledger, 10)) == [(BOOK, 40, "log_checkpoint")]


def test_a_book_that_was_dropped_without_a_trace_is_named_until_it_is_back(
    ledger: Ledger, database: Database, tmp_path: Path
) -> None:
    filled(ledger, 40)
    begin(ledger, book="annen")
    signer = open_signer(ledger, path=tmp_path / "key", origin="styringsbok.example")
    for book in (BOOK, "annen"):
        signer.checkpoint(book)
    check = SelfCheck(ledger, 10)
    assert passed(check) == []
    tables = ("command_identities", "log_frontiers", "log_checkpoints")
    database.without_triggers()
    kept = {table: database.rows(f"SELECT * FROM {table} WHERE collaboration_id = 'annen'") for table in tables}
    entries = database.rows("SELECT * FROM stored_events WHERE originator_id = 'annen'")
    database.execute("DELETE FROM stored_events WHERE originator_id = 'annen'")
    for table in tables:
        database.execute(f"DELETE FROM {table} WHERE collaboration_id = 'annen'")
    with capture_logs() as logged:
        assert passed(check) == [("annen", None, "log_book_dropped")]
        assert passed(check) == [("annen", None, "log_book_dropped")]
    assert [one["code"] for one in logged if one["log_level"] == "error"] == ["log_book_dropped"]
    for table, rows in {"stored_events": entries, **kept}.items():
        for row in rows:
            database.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", *row)
    assert passed(check) == []


def test_a_text_that_was_altered_is_named(ledger: Ledger, database: Database) -> None:
    begin(ledger, person("p1"), person("p2", name="En Annen"))
    database.without_triggers()
    database.execute("UPDATE sealed_texts SET text = 'Noen' WHERE text = 'En Annen'")
    assert passed(SelfCheck(ledger)) == [(BOOK, 3, "text_altered")]


@pytest.mark.parametrize("at_most", [1, 7, 200, 2_000])
def test_no_step_reads_more_than_its_pause_allows(ledger: Ledger, at_most: int) -> None:
    filled(ledger, 40)
    check, steps, paused = SelfCheck(ledger, at_most), 0, 0.0
    while True:
        before = check.entries
        pause = check.step()
        if check.passes:
            break
        read = check.entries - before
        assert 0 < read <= min(at_most, 500)
        assert read / pause <= at_most + 1e-6
        steps, paused = steps + 1, paused + pause
    assert check.entries == 40
    assert steps == -(-40 // at_most)
    assert paused == pytest.approx(40 / at_most)
    assert pause == SECONDS_BETWEEN_PASSES


def test_what_is_recorded_and_erased_meanwhile_is_no_fault(ledger: Ledger, tmp_path: Path) -> None:
    """Between any two pages something is recorded, signed, or erased, of what was read and of what was not yet."""
    begin(ledger, *(person(f"p{number}", name=f"Prøve Prøvesen {number}") for number in range(12)))
    signer = open_signer(ledger, path=tmp_path / "key", origin="styringsbok.example")
    check, turns = SelfCheck(ledger, 3), 0
    erased = iter((11, 1, 9, 3, 7, 5, 10, 0, 8, 2, 6, 4))
    while check.passes < 3:
        check.step()
        if check.passes == 0 and (gone := next(erased, None)) is not None:
            head = ledger.head(BOOK)
            ledger.record(send(command("personal_data.erase", person_id=f"p{gone}", order=ORDER)))
            ledger.record(send(person(f"q{head}"), person(f"r{head}")))
            signer.checkpoint(BOOK, at_once=True)
            turns += 1
        assert check.findings == []
    assert turns > 3


def test_it_reads_while_somebody_else_writes(ledger: Ledger) -> None:
    """Whoever holds the writer's lock keeps nobody from going through the book."""
    filled(ledger, 20)
    check = SelfCheck(ledger, 10)
    goes_through = threading.Thread(target=lambda: passed(check), daemon=True)
    with ledger._writing:
        goes_through.start()
        goes_through.join(30)
        assert not goes_through.is_alive()
    assert check.entries == 20


def test_a_database_that_cannot_be_read_is_no_finding_and_what_is_known_stays(
    ledger: Ledger, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(ledger, 10)
    rewrite(database, 4, lambda state: b"{" + state)
    check = SelfCheck(ledger, 5)
    found = passed(check)
    assert (BOOK, 4, "damaged_entry") in found
    check.step()
    assert check.entries == 10 + 5
    with monkeypatch.context() as away:
        away.setattr(ledger.book_recorder, "query", lost)
        for _ in range(4):
            assert check.step() >= SECONDS_BETWEEN_PASSES
    assert (check.passes, check.position) == (1, None)
    assert [(one.collaboration, one.entry, one.code) for one in check.findings] == found
    assert passed(check) == found


def lost(*_: object) -> None:
    """Raises what the package raises where a connection is lost."""
    raise OperationalError("the connection is lost")


def test_a_table_that_is_gone_is_named_though_the_database_answers(ledger: Ledger, database: Database) -> None:
    filled(ledger, 10)
    check = SelfCheck(ledger)
    assert passed(check) == []
    database.execute("ALTER TABLE sealed_texts RENAME TO elsewhere")
    for _ in range(3):
        check.step()
    assert [(one.collaboration, one.entry, one.code) for one in check.findings] == [(None, None, "unreadable")]
    database.execute("ALTER TABLE elsewhere RENAME TO sealed_texts")
    assert passed(check) == []


def test_it_runs_in_the_background_until_it_is_stopped(ledger: Ledger) -> None:
    filled(ledger, 10)
    check = SelfCheck(ledger, 1_000)
    check.start()
    deadline = time.monotonic() + 30
    while not check.passes and time.monotonic() < deadline:
        time.sleep(0.01)
    check.stop()
    assert (check.passes, check.entries) == (1, 10)
    assert not any(thread.name == "self-check" for thread in threading.enumerate())


def test_a_book_that_cannot_be_read_is_named_and_the_others_are_gone_through(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(ledger, 10)
    begin(ledger, book="annen")
    check = SelfCheck(ledger, 5)
    with monkeypatch.context() as broken:
        read = ledger.recorder.select_events

        def torn(originator_id: str, *, gt: int, **bounds: Any) -> Any:
            if (originator_id, gt) == (BOOK, 5):
                raise OperationalError("a page of the file is torn")
            return read(originator_id, gt=gt, **bounds)

        broken.setattr(ledger.recorder, "select_events", torn)
        assert passed(check) == [(BOOK, 6, "unreadable")]
        assert check.entries == 1 + 5 + 5
    assert passed(check) == []
