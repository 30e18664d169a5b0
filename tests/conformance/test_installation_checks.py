"""What verify finds in the installation's log: a book that is gone, and whatever is not as it was signed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.checks import Finding
from ledger.log.checking import check_log
from ledger.log.checkpointing import Signer
from ledger.log.checkpoints import Checkpoint
from ledger.log.holding import record_break
from ledger.log.installation_checking import check_installation, check_known
from ledger.log.notes import InvalidNote, Note
from ledger.log.tables import INSTALLATION
from tests.conformance.database import Database
from tests.conformance.installation_logs import ORIGIN, OTHER, codes, leaves, of, signed, signed_books
from tests.ledger.support import BOOK


@pytest.fixture
def signer(ledger: Ledger, tmp_path: Path) -> Signer:
    """A signer for two books, three leaves in the log."""
    return signed_books(ledger, tmp_path / "prove.key")


def test_nothing_is_found_in_a_log_that_is_whole(signer: Signer) -> None:
    assert codes(signer.ledger) == []
    known = of(signer)
    assert [*codes(signer.ledger), *check_known(signer.ledger, known)] == []
    assert list(check_known(signer.ledger, signed(signer, "c"))) == []
    for number in range(300):
        signed(signer, f"s-{number}")
    of(signer)
    signer.ledger.log_of(INSTALLATION).inclusion(1, 300)
    assert codes(signer.ledger) == []
    stranger = Checkpoint("andre.example", 1, bytes(32))
    with pytest.raises(InvalidNote, match="not signed by this installation"):
        next(check_known(signer.ledger, Note(stranger.text, (signer.key.sign(stranger.text, ORIGIN),))))


def dropped(database: Database, book: str, *tables: str) -> None:
    """Takes a book out of the entries, and out of these tables."""
    database.execute(f"DELETE FROM stored_events WHERE originator_id = '{book}'")
    for table in tables:
        database.execute(f"DELETE FROM {table} WHERE collaboration_id = '{book}'")


LOG = ("log_frontiers", "log_checkpoints", "log_cosignatures", "log_tiles")


def test_a_book_dropped_without_a_trace_is_named_by_its_leaves(signer: Signer, database: Database) -> None:
    database.without_triggers()
    dropped(database, OTHER, *LOG)
    (found,) = (one for one in check_installation(signer.ledger) if isinstance(one, Finding))
    assert (found.code, found.collaboration) == ("log_book_dropped", OTHER)


def test_a_book_dropped_with_its_leaves_is_found_by_what_was_signed_of_the_log(
    signer: Signer, database: Database
) -> None:
    known = of(signer)
    database.without_triggers()
    dropped(database, OTHER, *LOG, "installation_log")
    assert "log_leaf_missing" in codes(signer.ledger)
    database.execute("UPDATE installation_log SET number = 2 WHERE number = 3")
    assert codes(signer.ledger) == ["log_installation_dropped", "log_frontier"]
    database.execute("DELETE FROM log_checkpoints WHERE collaboration_id = '*'")
    assert codes(signer.ledger) == ["log_frontier"]
    assert [one.code for one in check_known(signer.ledger, known)] == ["log_installation_dropped"]
    signed(signer, "c")
    assert codes(signer.ledger) == []
    assert [one.code for one in check_known(signer.ledger, known)] == ["log_installation_other"]


def test_a_book_that_is_shorter_or_another_is_named_where_its_own_checkpoints_are_gone(
    signer: Signer, database: Database
) -> None:
    database.without_triggers()
    database.execute(f"DELETE FROM log_checkpoints WHERE collaboration_id = '{BOOK}'")
    assert codes(signer.ledger) == ["log_checkpoint_missing"] * 2
    database.execute(
        f"UPDATE stored_events SET state = ? WHERE originator_id = '{BOOK}' AND originator_version = 2", b"{}"
    )
    assert codes(signer.ledger) == ["log_book_other"]
    database.execute(f"DELETE FROM stored_events WHERE originator_id = '{BOOK}' AND originator_version > 1")
    assert codes(signer.ledger) == ["log_book_shorter"]


BESIDE: dict[str, tuple[str, Callable[[Signer], tuple[object, ...]], str]] = {
    "a leaf deleted": ("DELETE FROM installation_log WHERE number = 2", lambda _: (), "log_leaf_missing"),
    "the last leaf deleted": (
        "DELETE FROM installation_log WHERE number = 3",
        lambda _: (),
        "log_installation_dropped",
    ),
    "a leaf that is none": ("UPDATE installation_log SET leaf = ? WHERE number = 1", lambda _: (b"x",), "log_leaf"),
    "a leaf of another size": ("UPDATE installation_log SET size = 1 WHERE number = 1", lambda _: (), "log_leaf"),
    "a leaf said to be of another book": (
        f"UPDATE installation_log SET collaboration_id = '{OTHER}' WHERE number = 1",
        lambda _: (),
        "log_leaf",
    ),
    "a leaf replaced by another that was signed": (
        "UPDATE installation_log SET leaf = ?, size = 3 WHERE number = 1",
        lambda signer: (leaves(signer.ledger)[2].note,),
        "log_installation_other",
    ),
    "the frontier": ("UPDATE log_frontiers SET hashes = ? WHERE size = 3", lambda _: (bytes(64),), "log_frontier"),
    "the installation's checkpoint": (
        "UPDATE log_checkpoints SET note = 'x' WHERE collaboration_id = '*'",
        lambda _: (),
        "log_checkpoint",
    ),
    "the installation's checkpoint signed anew": (
        "UPDATE log_checkpoints SET note = ? WHERE collaboration_id = '*'",
        lambda signer: (str(forged(signer)),),
        "log_installation_other",
    ),
}


def forged(signer: Signer) -> Note:
    """Returns a checkpoint of other leaves, signed with the log's key."""
    point = Checkpoint(ORIGIN, 3, bytes(32))
    return Note(point.text, (signer.key.sign(point.text, ORIGIN),))


@pytest.mark.parametrize("kind", BESIDE)
def test_what_is_not_as_it_was_signed_is_found(kind: str, signer: Signer, database: Database) -> None:
    statement, params, code = BESIDE[kind]
    of(signer)
    database.without_triggers()
    database.execute(statement, *params(signer))
    assert code in codes(signer.ledger)


def test_a_tile_that_is_another_is_found(signer: Signer, database: Database) -> None:
    for number in range(260):
        signed(signer, f"s-{number}")
    signer.ledger.log_of(INSTALLATION).inclusion(1, 260)
    database.execute("UPDATE log_tiles SET hashes = ? WHERE collaboration_id = '*'", bytes(8192))
    assert codes(signer.ledger) == ["log_tile"]


def test_a_tile_that_cannot_be_is_passed_over_and_takes_no_memory(signer: Signer, database: Database) -> None:
    signed(signer, "s")
    for level, index in ((1_000_000_000, 0), (-1, 0), (0, -1)):
        database.execute(f"INSERT INTO log_tiles VALUES ('*', {level}, {index}, ?)", bytes(8192))
    assert codes(signer.ledger) == []


def test_a_break_of_a_book_is_a_leaf_and_the_log_of_the_book_agrees(signer: Signer) -> None:
    signer.ledger.hold("2026-11-24T08:00:00.000000Z", "restored", [BOOK])
    record_break(signer, BOOK, "the disk burned")
    assert leaves(signer.ledger)[-1].note.decode().count("break ") == 1
    assert [*codes(signer.ledger), *check_log(signer.ledger, BOOK)] == []
