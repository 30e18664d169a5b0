"""The installation's own log: every checkpoint of a book is a leaf, in the order they were signed, and none is lost."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from zipfile import ZipFile

import pytest
from eventsourcing.persistence import IntegrityError

from ledger.application import Ledger
from ledger.backing_up import back_up
from ledger.errors import BadArchive, BookHeld
from ledger.location import SQLiteLocation
from ledger.log.appending import not_in_the_log
from ledger.log.checkpointing import Signer, SigningHeld, open_signer, rotate
from ledger.log.checkpoints import Checkpoint, Receipt
from ledger.log.holding import record_break, resume
from ledger.log.installation_checking import check_known, told_of_installation
from ledger.log.installation_log import InstallationLog
from ledger.log.merkle import check_consistency, leaf_hash, root_of
from ledger.log.tables import INSTALLATION
from ledger.restoring import restore
from tests.conformance.database import Database
from tests.conformance.installation_logs import ORIGIN, OTHER, codes, leaves, of, signed, signed_books, turn
from tests.ledger.support import BOOK, Clock, begin, send, service


@pytest.fixture
def signer(ledger: Ledger, tmp_path: Path) -> Signer:
    """A signer for two books, three leaves in the log."""
    return signed_books(ledger, tmp_path / "prove.key")


# Signing ---------------------------------------------------------------------------------


def test_every_checkpoint_of_a_book_is_a_leaf_as_it_was_signed(signer: Signer) -> None:
    found = leaves(signer.ledger)
    assert [(leaf.collaboration_id, leaf.size) for leaf in found] == [(BOOK, 2), (OTHER, 1), (BOOK, 3)]
    for leaf in found:
        kept = signer.at(leaf.collaboration_id, leaf.size)
        assert kept is not None
        assert leaf.note == str(kept.note).encode()
    assert signer.checkpoint(BOOK) is not None
    assert leaves(signer.ledger) == found


def test_its_checkpoint_bears_the_installations_own_name_and_it_only_grows(signer: Signer) -> None:
    first = of(signer)
    assert first.verified(signer.keys_of(INSTALLATION)).keys() == set(signer.keys_of(INSTALLATION))
    root = root_of(leaf_hash(leaf.note) for leaf in leaves(signer.ledger))
    assert Checkpoint.read(first.text) == Checkpoint(ORIGIN, 3, root)
    assert str(of(signer)) == str(first)
    signed(signer, "c")
    second = Checkpoint.read(of(signer).text)
    assert second.size == 4
    proof = signer.ledger.log_of(INSTALLATION).consistency(3, 4)
    check_consistency(3, 4, root, second.root, proof)
    assert [one.checkpoint.size for one in signer.all(INSTALLATION)] == [3, 4]


def test_it_is_signed_at_most_once_a_second_and_never_of_nothing(ledger: Ledger, tmp_path: Path) -> None:
    begin(ledger)
    begin(ledger, book=OTHER)
    signer = open_signer(ledger, path=tmp_path / "prove.key", origin=ORIGIN)
    assert signer.checkpoint(INSTALLATION) is None
    assert signer.checkpoint(BOOK) is not None
    first = signer.checkpoint(INSTALLATION)
    assert signer.checkpoint(OTHER) is not None
    assert signer.checkpoint(INSTALLATION) == first
    assert Checkpoint.read(of(signer).text).size == 2


def test_a_receipt_proves_that_a_checkpoint_is_in_it(signer: Signer) -> None:
    log = InstallationLog(signer.ledger)
    number = log.last_of(BOOK, log.size())
    assert number == 3
    found = signer.receipt(INSTALLATION, number)
    assert found is not None
    Receipt.read(str(found).encode()).check(leaf_hash(leaves(signer.ledger)[2].note))
    assert log.last_of(BOOK, 2) == 1
    assert log.last_of("ingen", 3) is None


def test_leaves_of_the_key_before_stay_and_are_known(signer: Signer, tmp_path: Path) -> None:
    later = rotate(signer, tmp_path / "ny.key")
    signed(later, "c")
    assert codes(signer.ledger) == []
    assert len(leaves(signer.ledger)) == 4


def test_nothing_is_signed_of_a_log_that_lost_a_leaf(signer: Signer, database: Database) -> None:
    of(signer)
    database.without_triggers()
    database.execute("DELETE FROM installation_log WHERE number = 3")
    turn(signer)
    with pytest.raises(SigningHeld, match="the installation's log is signed: it ends at 2, and 3 leaves"):
        signer.checkpoint(INSTALLATION)
    signed(signer, "c", OTHER)
    turn(signer)
    signed(signer, "d", OTHER)
    with pytest.raises(SigningHeld, match="its first 3 leaves are not those that were signed before"):
        signer.checkpoint(INSTALLATION)


def test_several_that_sign_at_once_lose_no_leaf(signer: Signer, tmp_path: Path) -> None:
    """Other processes on PostgreSQL, each with a ledger of its own; on SQLite one process alone writes."""
    books = [f"bok-{number}" for number in range(4)]
    for book in books:
        begin(signer.ledger, book=book)
    alone = isinstance(signer.ledger.location, SQLiteLocation)
    ledgers = [signer.ledger] if alone else [Ledger(signer.ledger.location, clock=Clock()) for _ in range(3)]
    errors: list[Exception] = []

    def sign(own: Signer, turned: int) -> None:
        try:
            for book in [*books[turned:], *books[:turned]]:
                own.checkpoint(book, at_once=True)
        except Exception as error:
            errors.append(error)

    signers = [Signer(one, signer.key) for one in ledgers for _ in range(2)]
    threads = [threading.Thread(target=sign, args=(one, turned)) for turned, one in enumerate(signers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in ledgers[0 if not alone else 1 :]:
        one.close()
    assert errors == []
    found = [leaf.collaboration_id for leaf in leaves(signer.ledger)]
    assert found[:3] == [BOOK, OTHER, BOOK]
    assert sorted(found[3:]) == books
    assert codes(signer.ledger) == []


# What the database refuses ---------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE installation_log SET leaf = %s WHERE number = 1",
        "DELETE FROM installation_log WHERE number = 3 AND leaf <> %s",
        "INSERT INTO installation_log VALUES (5, 'x', 1, %s)",
        "INSERT INTO installation_log VALUES (3, 'x', 1, %s)",
    ],
)
def test_a_leaf_is_added_at_the_end_and_nothing_else(signer: Signer, statement: str) -> None:
    before = leaves(signer.ledger)
    with pytest.raises(IntegrityError):
        signer.ledger.book_recorder.write_beside([(statement, (b"x",))])
    assert leaves(signer.ledger) == before


# Of before there was this log --------------------------------------------------------------


def without_the_log(database: Database) -> None:
    """Makes a database one of before there was an installation's log."""
    database.without_triggers()
    database.execute("DELETE FROM installation_log")
    database.execute("DELETE FROM log_checkpoints WHERE collaboration_id = '*'")
    database.execute("DELETE FROM log_frontiers WHERE collaboration_id = '*'")


def test_what_was_signed_before_is_added_once_in_the_order_it_was_signed(
    signer: Signer, database: Database, tmp_path: Path
) -> None:
    before = leaves(signer.ledger)
    without_the_log(database)
    assert codes(signer.ledger) == ["log_leaf_missing"] * 3
    for _ in range(2):
        open_signer(signer.ledger, path=tmp_path / "prove.key")
        assert sorted(leaves(signer.ledger), key=str) == sorted(before, key=str)
        assert leaves(signer.ledger)[2] == before[2]
    assert codes(signer.ledger) == []


def test_what_the_log_never_signed_is_not_added(signer: Signer, database: Database, tmp_path: Path) -> None:
    without_the_log(database)
    database.execute("UPDATE log_checkpoints SET note = 'x' WHERE size = 2")
    open_signer(signer.ledger, path=tmp_path / "prove.key")
    assert len(leaves(signer.ledger)) == 2
    assert [leaf.size for leaf in not_in_the_log(signer.ledger)] == [2]


def test_a_database_that_never_had_it_is_read_as_it_is(signer: Signer, database: Database) -> None:
    without_the_log(database)
    database.execute("DROP TABLE installation_log")
    with closing(Ledger(signer.ledger.location, read_only=True)) as old:
        assert codes(old) == []
    database.execute("INSERT INTO log_checkpoints VALUES ('*', 1, 'x', 'y')")
    with closing(Ledger(signer.ledger.location, read_only=True)) as gone:
        assert codes(gone) == ["log_installation_dropped"]


# Restoring -------------------------------------------------------------------------------


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in another file."""
    found = Ledger(SQLiteLocation(tmp_path / "other" / "book.db"), clock=Clock())
    yield found
    found.close()


def backed_up(signer: Signer, to: Path) -> Path:
    """Takes a backup, with the key at hand."""
    back_up(signer.ledger, to, lambda copy: open_signer(copy, text=str(signer.key)))
    return to


def test_it_comes_back_with_the_books_and_is_held(signer: Signer, other: Ledger, tmp_path: Path) -> None:
    known = of(signer)
    signer.ledger.write_beside(
        [
            (
                "INSERT INTO log_cosignatures VALUES (%s,%s,%s,%s,%s)",
                (INSTALLATION, 3, "vitne.example", "— v AAAAAAA=", 7),
            )
        ]
    )
    signer.ledger.record(send(service("c")))
    restore(other, backed_up(signer, tmp_path / "b.zip"))
    assert leaves(other)[:3] == leaves(signer.ledger)
    assert [(leaf.collaboration_id, leaf.size) for leaf in leaves(other)[3:]] == [(BOOK, 4)]
    assert codes(other) == []
    assert [one.code for one in told_of_installation(other)] == ["book_held"]
    again = open_signer(other, path=tmp_path / "prove.key")
    assert [one.checkpoint.size for one in again.all(INSTALLATION)] == [3]
    assert other.query("SELECT line FROM log_cosignatures") == [("— v AAAAAAA=",)]
    assert isinstance(other.clock, Clock)
    other.clock.turn(seconds=9)
    with pytest.raises(SigningHeld, match="not yet shown to be the one that is known outside"):
        again.checkpoint(INSTALLATION)
    assert resume(other, known) == INSTALLATION
    assert list(other.held()) == [OTHER, BOOK]
    assert again.checkpoint(INSTALLATION) is not None


def test_what_was_signed_after_the_backup_keeps_it_held_until_a_break_is_recorded(
    signer: Signer, other: Ledger, tmp_path: Path
) -> None:
    restore(other, backed_up(signer, tmp_path / "b.zip"))
    signed(signer, "c")
    begin(signer.ledger, book="tapt")
    assert signer.checkpoint("tapt") is not None
    known = of(signer)
    with pytest.raises(SigningHeld, match="it ends at leaf 3, and a checkpoint of 5 is known outside"):
        resume(other, known)
    assert [one.code for one in check_known(other, known)] == ["log_installation_dropped"]
    again = open_signer(other, path=tmp_path / "prove.key")
    for book in (BOOK, OTHER):
        record_break(again, book, "the disk burned")
    with pytest.raises(BookHeld):
        begin(other, book="ny")
    record_break(again, INSTALLATION, "the disk burned")
    begin(other, book="ny")
    assert [leaf.collaboration_id for leaf in leaves(other)] == [BOOK, OTHER, BOOK, BOOK, OTHER, INSTALLATION]
    assert again.checkpoint(INSTALLATION) is not None
    assert codes(other) == []
    assert [one.what.split(" went")[0] for one in told_of_installation(other)] == ["the installation's log"]
    restored_again = Ledger(SQLiteLocation(tmp_path / "third" / "book.db"), clock=Clock())
    restore(restored_again, backed_up(again, tmp_path / "after.zip"))
    assert leaves(restored_again)[:6] == leaves(other)[:6]
    assert codes(restored_again) == []
    restored_again.close()


def test_of_an_archive_of_before_there_was_this_log_what_was_signed_becomes_leaves(
    signer: Signer, other: Ledger, tmp_path: Path
) -> None:
    backed_up(signer, tmp_path / "b.zip")
    newer = ("installation.ndjson", "leaves.ndjson")
    with ZipFile(tmp_path / "b.zip") as archive, ZipFile(tmp_path / "v2.zip", "w") as second:
        manifest = json.loads(archive.read("manifest.json"))
        members = {name: account for name, account in manifest["members"].items() if name not in newer}
        second.writestr("manifest.json", json.dumps({**manifest, "version": 2, "members": members}))
        for name in members:
            second.writestr(name, archive.read(name))
    restore(other, tmp_path / "v2.zip")
    assert sorted(leaves(other), key=str) == sorted(leaves(signer.ledger), key=str)
    assert list(other.held()) == [INSTALLATION, OTHER, BOOK]
    assert codes(other) == []


def test_leaves_that_are_not_those_that_were_signed_are_not_restored(
    signer: Signer, other: Ledger, tmp_path: Path
) -> None:
    of(signer)
    backed_up(signer, tmp_path / "b.zip")
    with ZipFile(tmp_path / "b.zip") as archive, ZipFile(tmp_path / "less.zip", "w") as less:
        found = {name: archive.read(name) for name in archive.namelist()}
        found["leaves.ndjson"] = b"".join(found["leaves.ndjson"].splitlines(keepends=True)[:2])
        manifest = json.loads(found["manifest.json"])
        digest = hashlib.sha256(found["leaves.ndjson"]).hexdigest()
        manifest["members"]["leaves.ndjson"] = {"lines": 2, "bytes": len(found["leaves.ndjson"]), "sha256": digest}
        for name, content in {**found, "manifest.json": json.dumps(manifest).encode()}.items():
            less.writestr(name, content)
    with pytest.raises(BadArchive, match="the installation's log ends at leaf 2, and 3 leaves were signed"):
        restore(other, tmp_path / "less.zip")
    assert (other.heads(), leaves(other)) == ({}, [])
