"""Backups: taken while others write, compared before they are kept, and put back so that nothing is signed too soon."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from ledger.application import Ledger
from ledger.backing_up import BackedUp, back_up
from ledger.errors import BadArchive, BadBackup, BookHeld
from ledger.location import Location, SQLiteLocation
from ledger.log.checking import check_keys, check_log
from ledger.log.checkpointing import Signer, SigningHeld, follow, known_keys, open_signer
from ledger.log.holding import breaks, record_break, resume
from ledger.log.notes import Note
from ledger.log.tables import INSTALLATION
from ledger.log.timestamping import Timestamp, insertion, timestamps
from ledger.restoring import restore
from ledger.snapshot import PREFIX, snapshot
from tests.ledger.support import BOOK, Clock, begin, person, send, service, states

ORIGIN = "styringsbok.example/prove"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the signing key is kept."""
    return tmp_path / "prove.key"


@pytest.fixture
def signer(ledger: Ledger, path: Path) -> Signer:
    """A signer for a book of four entries, one with a sealed text, of which the first three are signed."""
    begin(ledger, service("a"), person("kari"))
    found = open_signer(ledger, path=path, origin=ORIGIN)
    assert found.checkpoint(BOOK) is not None
    later(ledger, "b")
    return found


def later(ledger: Ledger, name: str) -> None:
    """Records one more entry, and lets the clock go on so that it may be signed."""
    ledger.record(send(service(name)))
    assert isinstance(ledger.clock, Clock)
    ledger.clock.turn(seconds=2)


def backed_up(signer: Signer, to: Path) -> BackedUp:
    """Takes a backup, with the key at hand."""
    return back_up(signer.ledger, to, lambda copy: open_signer(copy, text=str(signer.key)))


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in another file."""
    found = Ledger(SQLiteLocation(tmp_path / "other" / "book.db"), clock=Clock())
    yield found
    found.close()


def test_everything_comes_back_with_what_was_signed_and_held(
    signer: Signer, other: Ledger, tmp_path: Path, path: Path
) -> None:
    ledger = signer.ledger
    line = ("INSERT INTO log_cosignatures VALUES (%s,%s,%s,%s,%s)", (BOOK, 3, "vitne.example", "— v AAAAAAA=", 7))
    stamp = insertion(Timestamp(BOOK, 3, "prove", bytes(range(256)), "-----BEGIN", "2026-11-24T08:00:00.000000Z"))
    ledger.write_beside([line, stamp])
    done = backed_up(signer, tmp_path / "b.zip")
    assert (done.signed, done.unsigned_because) == ({BOOK: 4}, None)
    restore(other, tmp_path / "b.zip")
    assert states(other) == states(ledger)
    assert known_keys(other) == known_keys(ledger)
    assert list(check_log(other, BOOK)) == list(check_keys(other)) == []
    assert other.log_of(BOOK).stored_frontier() == ledger.log_of(BOOK).frontier(4)
    assert [size for (size,) in other.query("SELECT size FROM log_checkpoints ORDER BY size")] == [3, 4]
    assert other.query("SELECT * FROM log_cosignatures") == ledger.query("SELECT * FROM log_cosignatures")
    assert timestamps(other, BOOK) == timestamps(ledger, BOOK) != []
    assert list(other.held()) == [INSTALLATION, BOOK]
    with pytest.raises(BookHeld):
        other.record(send(service("c")))
    assert signer.checkpoint(BOOK) is not None
    again = open_signer(other, path=path)
    resume(other, outside(signer))
    later(other, "c")
    later(other, "d")
    signed = again.checkpoint(BOOK)
    assert signed is not None
    assert signed.checkpoint.size == 6


def outside(signer: Signer) -> Note:
    """Returns the newest checkpoint as somebody outside has it."""
    signed = signer.checkpoint(BOOK)
    assert signed is not None
    return signed.note


def test_an_old_backup_is_caught_by_the_checkpoint_known_outside(
    signer: Signer, other: Ledger, tmp_path: Path, path: Path
) -> None:
    backed_up(signer, tmp_path / "old.zip")
    later(signer.ledger, "c")
    known = outside(signer)
    restore(other, tmp_path / "old.zip")
    with pytest.raises(SigningHeld, match="the book ends at entry 4, and a checkpoint of 5 is known outside"):
        resume(other, known)
    again = open_signer(other, path=path)
    record_break(again, BOOK, "the disk burned after the last backup")
    later(other, "x")
    assert again.checkpoint(BOOK) is not None
    assert list(check_log(other, BOOK)) == []
    back_up(other, tmp_path / "after.zip", lambda copy: open_signer(copy, path=path))
    third = Ledger(SQLiteLocation(tmp_path / "third" / "book.db"), clock=Clock())
    restore(third, tmp_path / "after.zip")
    assert list(breaks(third, BOOK)) == list(breaks(other, BOOK))
    third.close()


def test_a_backup_taken_while_others_write_is_one_moment(signer: Signer, other: Ledger, tmp_path: Path) -> None:
    ledger, stop, written = signer.ledger, threading.Event(), list[int]()

    def write() -> None:
        while not stop.is_set():
            ledger.record(send(service(f"w-{len(written)}"), person(f"w-{len(written)}")))
            written.append(1)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            least = ledger.head(BOOK)
            done = backed_up(signer, tmp_path / f"{number}.zip")
            head = done.manifest.books[BOOK].last_number
            assert head >= least
            assert done.signed == {BOOK: head}
    finally:
        stop.set()
        writer.join()
    assert written
    restore(other, tmp_path / "2.zip")
    assert states(other) == states(ledger)[: other.head(BOOK)]


def test_a_snapshot_does_not_see_what_is_recorded_later(signer: Signer, tmp_path: Path) -> None:
    with snapshot(signer.ledger, tmp_path) as copy:
        before = states(copy)
        later(signer.ledger, "c")
        assert copy.head(BOOK) == 4
        assert states(copy) == before == states(signer.ledger)[:4]
        assert [row.originator_version for row in copy.rows(BOOK, 1, 3)] == [2, 3]
    assert not list(tmp_path.glob(f"{PREFIX}*"))


def test_without_the_key_it_is_as_good_as_what_was_signed_before(signer: Signer, tmp_path: Path) -> None:
    done = back_up(signer.ledger, tmp_path / "b.zip", lambda copy: open_signer(copy, path=tmp_path / "no.key"))
    assert done.signed == {BOOK: 3}
    assert "not at" in str(done.unsigned_because)
    assert not (tmp_path / "no.key").exists()


def test_what_was_never_signed_is_backed_up_too(ledger: Ledger, other: Ledger, tmp_path: Path) -> None:
    begin(ledger)
    done = back_up(ledger, tmp_path / "b.zip", lambda copy: open_signer(copy, path=tmp_path / "no.key"))
    assert done.signed == {BOOK: 0}
    restore(other, tmp_path / "b.zip")
    assert list(other.held()) == [BOOK]


# What goes wrong -------------------------------------------------------------------------


def test_an_interrupted_backup_leaves_nothing(signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "backups").mkdir()

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        back_up(
            signer.ledger,
            tmp_path / "backups" / "b.zip",
            lambda copy: open_signer(copy, text=str(signer.key)),
            interrupt,
        )
    assert list((tmp_path / "backups").iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from ledger.application import Ledger
from ledger.backing_up import back_up
from ledger.location import locate
from ledger.log.checkpointing import open_signer

back_up(
    Ledger(locate(sys.argv[1]), read_only=True),
    Path(sys.argv[2]),
    lambda copy: open_signer(copy, text=sys.argv[3]),
    lambda done: os.kill(os.getpid(), signal.SIGKILL),
)
"""


def test_a_backup_that_is_killed_leaves_nothing_to_restore(
    signer: Signer, other: Ledger, tmp_path: Path, database_url: str
) -> None:
    (tmp_path / "backups").mkdir()
    to = tmp_path / "backups" / "b.zip"
    done = subprocess.run(
        [sys.executable, "-c", KILLED, database_url, str(to), str(signer.key)], capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not to.exists()
    (half,) = (path for path in to.parent.iterdir() if path.is_file())
    assert half.name.startswith(".b.zip.")
    with pytest.raises(BadArchive, match="no ZIP file"):
        restore(other, half)
    backed_up(signer, to)
    assert not list(to.parent.glob(f"{PREFIX}*"))
    restore(other, to)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_a_killed_backup_left_is_thrown_away_by_the_next(signer: Signer, tmp_path: Path) -> None:
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    left = tmp_path / f"{PREFIX}{child}"
    left.mkdir()
    (left / "book.db").write_bytes(b"a copy")
    with snapshot(signer.ledger, tmp_path):
        assert not left.exists()


def test_a_book_that_is_not_what_was_signed_is_not_backed_up(signer: Signer, tmp_path: Path) -> None:
    later(signer.ledger, "c")
    (note, at), *_ = signer.ledger.query("SELECT note, signed_at FROM log_checkpoints")
    signer.ledger.write_beside(
        [("INSERT INTO log_checkpoints VALUES (%s,%s,%s,%s)", (BOOK, 2, str(note).replace("\n3\n", "\n2\n"), str(at)))]
    )
    with pytest.raises(BadBackup, match="the checkpoint of 2 entries"):
        backed_up(signer, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_copy_of_the_bare_file_is_no_backup(
    signer: Signer, location: Location, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `cp` takes it under a writer: what is in the write-ahead log is missing, and SQLite finds nothing wrong."""
    import sqlite3

    assert isinstance(location, SQLiteLocation)
    with sqlite3.connect(location.book) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    later(signer.ledger, "c")
    assert outside(signer)
    monkeypatch.setattr("ledger.snapshot._copy", shutil.copyfile)
    with pytest.raises(BadBackup, match="ends at entry 4, and 5 entries were signed: the tail is missing"):
        backed_up(signer, tmp_path / "b.zip")
    assert not (tmp_path / "b.zip").exists()


def changed(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """Writes an archive anew with one file changed, and a manifest that fits it."""
    import hashlib

    with ZipFile(path) as archive:
        found = {one: archive.read(one) for one in archive.namelist()}
    found[name] = change(found[name])
    manifest = json.loads(found["manifest.json"])
    digest = hashlib.sha256(found[name]).hexdigest()
    manifest["members"][name] = {"lines": found[name].count(b"\n"), "bytes": len(found[name]), "sha256": digest}
    found["manifest.json"] = json.dumps(manifest).encode()
    to = path.with_name("changed.zip")
    with ZipFile(to, "w") as archive:
        for one, content in found.items():
            archive.writestr(one, content)
    return to


LOG, ENTRIES = f"log/{BOOK}.ndjson", f"entries/{BOOK}.ndjson"

CHANGED: dict[str, tuple[str, Callable[[bytes], bytes], str]] = {
    "an entry rewritten": (ENTRIES, lambda c: c.replace(b"Teneste a", b"Teneste z"), "one of 1 to 3 is another"),
    "the last entry rewritten": (ENTRIES, lambda c: c.replace(b"Teneste b", b"Teneste z"), "one of 4 to 4 is another"),
    "a checkpoint forged": (LOG, lambda c: c.replace(b"\\n3\\n", b"\\n2\\n", 1), "the checkpoint of 3 entries"),
    "a checkpoint of another size": (LOG, lambda c: c.replace(b'"size":3', b'"size":2'), "was not signed by this log"),
    "a line that is none": (LOG, lambda _: b"{}\n", "a line of its log is none"),
    "a leaf of another size": ("leaves.ndjson", lambda c: c.replace(b'"size":3', b'"size":2'), "of 3 entries, not 2"),
    "a leaf that was never signed": ("leaves.ndjson", lambda c: c.replace(b"\\n3\\n", b"\\n2\\n", 1), "leaf 1 of the"),
    "keys of a stranger": (
        "keys.json",
        lambda c: c.replace(ORIGIN.encode(), b"andre.example/x"),
        "not signed by this log",
    ),
}


@pytest.mark.parametrize("case", CHANGED)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_backup_that_was_changed_is_refused_and_nothing_is_restored(
    signer: Signer, other: Ledger, tmp_path: Path, case: str
) -> None:
    name, change, said = CHANGED[case]
    backed_up(signer, tmp_path / "b.zip")
    with pytest.raises(BadArchive, match=said):
        restore(other, changed(tmp_path / "b.zip", name, change))
    assert (other.heads(), other.held()) == ({}, {})
    assert known_keys(other) == ()
    restore(other, tmp_path / "b.zip")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_archive_of_the_first_form_is_restored_and_held_too(signer: Signer, other: Ledger, tmp_path: Path) -> None:
    backed_up(signer, tmp_path / "b.zip")
    with ZipFile(tmp_path / "b.zip") as archive, ZipFile(tmp_path / "v1.zip", "w") as first:
        manifest = json.loads(archive.read("manifest.json"))
        del manifest["attachments"]
        gone = [LOG, "keys.json", "installation.ndjson", "leaves.ndjson"]
        members = {name: account for name, account in manifest["members"].items() if name not in gone}
        first.writestr("manifest.json", json.dumps({**manifest, "version": 1, "members": members}))
        for name in members:
            first.writestr(name, archive.read(name))
    restore(other, tmp_path / "v1.zip")
    assert states(other) == states(signer.ledger)
    assert (list(other.held()), known_keys(other)) == ([BOOK], ())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_into_a_database_that_signs_as_another_nothing_is_restored(
    signer: Signer, other: Ledger, tmp_path: Path, path: Path
) -> None:
    backed_up(signer, tmp_path / "b.zip")
    open_signer(other, path=tmp_path / "other.key", origin="andre.example")
    with pytest.raises(BadArchive, match="has a signing key already"):
        restore(other, tmp_path / "b.zip")
    assert other.heads() == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_key_that_was_lost_with_the_disk_is_followed_by_another(
    signer: Signer, other: Ledger, tmp_path: Path
) -> None:
    backed_up(signer, tmp_path / "b.zip")
    known = outside(signer)
    restore(other, tmp_path / "b.zip")
    resume(other, known)
    new = follow(other, "the disk burned", ORIGIN, tmp_path / "new.key")
    later(other, "c")
    assert new.checkpoint(BOOK) is not None
    assert list(check_log(other, BOOK)) == list(check_keys(other)) == []
