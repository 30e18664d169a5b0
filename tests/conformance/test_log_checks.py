"""What verify finds in the log of a book: nothing in one that is whole, and whatever was tampered with by its name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from ledger.application import Ledger
from ledger.checks import check_book
from ledger.log.checking import check_keys, check_log
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.checkpoints import Checkpoint
from ledger.log.notes import Note
from tests.conformance.database import Database
from tests.ledger.support import BOOK, Clock, begin, send, service

ENTRIES = 300
SIGNED = (100, 200, ENTRIES)


@pytest.fixture
def signer(ledger: Ledger, tmp_path: Path) -> Signer:
    """A signer for a ledger with a book of 300 entries, signed three times on the way; one full tile is stored."""
    clock = ledger.clock = Clock()
    begin(ledger)
    found = open_signer(ledger, path=tmp_path / "key", origin="styringsbok.example")
    for size in SIGNED:
        head = ledger.head(BOOK)
        ledger.record_all(send(service(f"s-{n}"), command_id=f"c-{n}") for n in range(head, size))
        clock.turn(seconds=5)
        assert found.checkpoint(BOOK) is not None
    ledger.log_of(BOOK).inclusion(1, ENTRIES)
    return found


def findings(ledger: Ledger) -> list[tuple[str, int | None]]:
    """Returns what is found in the log, by code and entry."""
    found = [*check_keys(ledger), *check_log(ledger, BOOK)]
    return [(one.code, one.entry) for one in found]


def test_nothing_is_found_in_a_book_that_is_whole(signer: Signer) -> None:
    assert findings(signer.ledger) == []
    assert findings_of_a_book_never_signed(signer.ledger) == []


def findings_of_a_book_never_signed(ledger: Ledger) -> list[str]:
    """Returns what is found in the log of another book."""
    begin(ledger, book="annen")
    return [one.code for one in check_log(ledger, "annen")]


def rewrite(database: Database, number: int, change: Callable[[bytes], bytes]) -> None:
    """Changes the bytes of an entry past the triggers, so that row and record still agree."""
    where = f"originator_id = '{BOOK}' AND originator_version = {number}"
    ((state,),) = database.rows(f"SELECT state FROM stored_events WHERE {where}")
    database.without_triggers()
    database.execute(f"UPDATE stored_events SET state = ? WHERE {where}", change(bytes(state)))


def of_another_name(state: bytes) -> bytes:
    """Returns an entry that registers the service under another name, written as entries are."""
    record = orjson.loads(state)
    record["event"]["name"] = "En annen tjeneste (prøve)"
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


@pytest.mark.parametrize(("number", "first"), [(7, 1), (150, 101), (299, 201)])
def test_an_entry_that_reads_well_and_is_another_is_bracketed_by_what_was_signed(
    signer: Signer, database: Database, number: int, first: int
) -> None:
    rewrite(database, number, of_another_name)
    assert [one for one in check_book(signer.ledger, BOOK) if not isinstance(one, int)] == []
    found = findings(signer.ledger)
    assert ("log_other_entries", first) in found
    assert ("log_frontier", None) in found
    assert (("log_tile", 1) in found) == (number <= 256)


def test_a_dropped_tail_is_found_by_what_was_signed(signer: Signer, database: Database) -> None:
    database.without_triggers()
    database.execute(f"DELETE FROM stored_events WHERE originator_id = '{BOOK}' AND originator_version > 250")
    found = findings(signer.ledger)
    assert ("log_tail_dropped", 251) in found
    assert ("log_frontier", None) in found


def forged(signer: Signer, size: int, root: bytes, *, own: bool) -> str:
    """Returns a checkpoint with another root, signed by the log's key or by none."""
    point = Checkpoint(signer.name_of(BOOK), size, root)
    signature = signer.key.sign(point.text if own else "another text\n", point.origin)
    return str(Note(point.text, (signature,)))


BESIDE: dict[str, tuple[str, Callable[[Signer], tuple[object, ...]], tuple[str, int | None]]] = {
    "a checkpoint replaced": (
        "UPDATE log_checkpoints SET note = ? WHERE size = 200",
        lambda signer: (forged(signer, 200, bytes(32), own=False),),
        ("log_checkpoint", 200),
    ),
    "a checkpoint replaced and signed with our own key": (
        "UPDATE log_checkpoints SET note = ? WHERE size = 200",
        lambda signer: (forged(signer, 200, bytes(32), own=True),),
        ("log_other_entries", 101),
    ),
    "a checkpoint of another size": (
        "UPDATE log_checkpoints SET size = 201 WHERE size = 200",
        lambda _: (),
        ("log_checkpoint", 201),
    ),
    "a checkpoint that is none": ("UPDATE log_checkpoints SET note = 'x'", lambda _: (), ("log_checkpoint", 100)),
    "a frontier": ("UPDATE log_frontiers SET hashes = ?", lambda _: (bytes(128),), ("log_frontier", None)),
    "a tile": ("UPDATE log_tiles SET hashes = ?", lambda _: (bytes(8192),), ("log_tile", 1)),
    "the keys swapped": ("UPDATE log_keys SET public = ?", lambda _: (bytes(32),), ("log_checkpoint", 100)),
    "a key of nobody's": (
        "INSERT INTO log_keys VALUES (2, ?, '2026-01-01', 'x' || chr(10) || chr(10) || 'y')",
        lambda _: (bytes(32),),
        ("log_key", None),
    ),
    "the origin": ("UPDATE log_origin SET origin = 'another.example'", lambda _: (), ("log_checkpoint", 100)),
}


@pytest.mark.parametrize("kind", BESIDE)
def test_what_lies_beside_the_entries_is_found_when_it_is_not_theirs(
    kind: str, signer: Signer, database: Database
) -> None:
    statement, params, expected = BESIDE[kind]
    if database.engine == "sqlite":
        statement = statement.replace("chr(10)", "char(10)")
    database.execute(statement, *params(signer))
    assert expected in findings(signer.ledger)
