"""One process holds a book in a file; a full disk or a closed folder is told and leaves nothing half done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.application import Ledger
from ledger.errors import LedgerHeld, LedgerUnavailable, NoLedger
from ledger.location import SQLiteLocation
from tests.ledger.support import begin, numbers, send, service

ROOT = Path(__file__).resolve().parents[2]


def command_line(act: str, book: Path) -> list[str]:
    """Returns how to start another process with something to do."""
    return [sys.executable, "-m", "tests.ledger.child", act, str(book)]


def another_process(act: str, book: Path) -> dict[str, Any]:
    """Returns what another process answers that did something with a book."""
    done = subprocess.run(command_line(act, book), cwd=ROOT, check=True, capture_output=True, timeout=60)
    answered: dict[str, Any] = orjson.loads(done.stdout)
    return answered


@contextmanager
def holding(book: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Yields another process that holds a book."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command_line("hold", book), cwd=ROOT, stdin=pipe, stdout=pipe) as process:
        assert process.stdout is not None
        assert orjson.loads(process.stdout.readline())["pid"] == process.pid
        yield process
        process.kill()


def test_a_second_process_is_refused_with_the_name_of_the_first(ledger: Ledger, location: SQLiteLocation) -> None:
    begin(ledger)
    error = another_process("try_to_open", location.book)["error"]
    assert error.startswith(f"LedgerHeld: {location.book} is held by process {os.getpid()};")
    assert "stop it, or send" in error
    ledger.record(send(service("it-drift")))
    ledger.close()
    assert another_process("try_to_open", location.book)["error"] is None


def test_a_book_held_by_another_process_can_be_read_and_is_free_once_that_is_killed(location: SQLiteLocation) -> None:
    with holding(location.book) as holder:
        with pytest.raises(LedgerHeld, match=f"held by process {holder.pid}"):
            Ledger(location)
        reader = Ledger(location, read_only=True)
        assert numbers(reader) == [1]
        reader.close()
        holder.kill()
    ledger = Ledger(location)
    ledger.record(send(service("it-drift")))
    assert numbers(ledger) == [1, 2]
    ledger.close()


def test_a_second_ledger_in_the_same_process_is_refused(ledger: Ledger, location: SQLiteLocation) -> None:
    with pytest.raises(LedgerHeld, match=f"process {os.getpid()}"):
        Ledger(location)


def test_a_forked_child_is_refused(location: SQLiteLocation) -> None:
    said = another_process("fork", location.book)
    assert said["error"].startswith("LedgerHeld: ")
    assert f"process {said['pid']}, from which this one was forked" in said["error"]
    assert said["numbers"] == [1, 2]


def test_a_full_disk_is_told_and_leaves_nothing_half_written(location: SQLiteLocation) -> None:
    said = another_process("fill_the_disk", location.book)
    assert said["error"].startswith(f"StorageFull: {location.book} could not be written: ")
    assert said["acknowledged"] > 3
    assert said["when_full"] == list(range(1, said["acknowledged"] + 1))
    assert said["afterwards"] == list(range(1, said["acknowledged"] + 2))
    assert said["folded"] == len(said["afterwards"])
    assert said["identities"] == [[len(said["afterwards"])]]
    assert said["texts"] == [[said["acknowledged"] // 2]]


@pytest.fixture
def closed_folder() -> Iterator[Path]:
    """A folder, and everything above it, that anyone may look into and nobody but root may write to."""
    folder = Path(tempfile.mkdtemp(prefix="styringsbok-", dir="/tmp"))
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_folder_that_may_not_be_written_is_told(closed_folder: Path) -> None:
    closed_folder.chmod(0o555)
    for_writing, for_reading = another_process("without_leave", closed_folder / "book.db")["errors"]
    assert for_writing == f"LedgerUnavailable: {closed_folder}/book.db cannot be written: Permission denied"
    assert for_reading.startswith("NoLedger: ")
    assert list(closed_folder.iterdir()) == []


def test_a_book_in_a_folder_that_may_not_be_written_is_told_and_stays_as_it_is(closed_folder: Path) -> None:
    book = closed_folder / "book.db"
    ledger = Ledger(SQLiteLocation(book))
    begin(ledger)
    ledger.close()
    before = book.read_bytes()
    closed_folder.chmod(0o555)
    for_writing, for_reading = another_process("without_leave", book)["errors"]
    assert for_writing == f"LedgerUnavailable: {book} cannot be written: Permission denied"
    assert for_reading.startswith(f"LedgerUnavailable: {book} cannot be ")
    assert for_reading.endswith(("unable to open database file", "attempt to write a readonly database"))
    assert book.read_bytes() == before


def test_a_place_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(LedgerUnavailable, match=r"cannot be written: (Not a directory|File exists)"):
        Ledger(SQLiteLocation(tmp_path / "file" / "book.db"))


def test_a_file_that_is_no_book_is_told_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "book.db"
    other.write_bytes(b"somebody's notes, and not a database at all\n" * 200)
    before = other.read_bytes()
    for read_only in (False, True):
        with pytest.raises(LedgerUnavailable, match=r"cannot be (opened|read): file is not a database"):
            Ledger(SQLiteLocation(other), read_only=read_only)
    assert other.read_bytes() == before


def test_there_is_nothing_to_read_where_no_book_is(location: SQLiteLocation) -> None:
    with pytest.raises(NoLedger):
        Ledger(location, read_only=True)
    assert not location.book.exists()
