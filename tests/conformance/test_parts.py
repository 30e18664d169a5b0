"""A book verified in parts: the same findings in the same order as entry by entry, wherever its parts meet."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from ledger.application import Ledger
from ledger.checks import Finding, check_book
from ledger.joining import Joined
from ledger.log.checking import check_log
from ledger.log.checkpointing import open_signer
from ledger.log.merkle import Frontier, leaf_hash
from ledger.parts import check_part, joined, parts_of
from tests.conformance.database import Database
from tests.ledger.support import BOOK, Clock, begin, person, send, service

PART = 256
ENTRIES = 540
SIGNED = (100, 250, 262, 300, 512, 513, ENTRIES)
SEVERAL = range(250, 262)
"""Entries 251 to 262 are of one command, across the end of the first part; all others of one each."""
AT_A_GLANCE = ENTRIES
"""Entries up to here are not read into their classes where a glance shows nothing amiss."""


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of one tile."""
    monkeypatch.setattr("ledger.parts.PART_ENTRIES", PART)
    monkeypatch.setattr("ledger.joining.PART_ENTRIES", PART)


@pytest.fixture
def book(ledger: Ledger, tmp_path: Path) -> Ledger:
    """A ledger with a book of 540 entries, signed on the way, both full tiles stored."""
    clock = ledger.clock = Clock()
    begin(ledger)
    signer = open_signer(ledger, path=tmp_path / "key", origin="styringsbok.example")
    for size in SIGNED:
        new = range(ledger.head(BOOK), size)
        commands = [person(f"p-{n}") if n in SEVERAL[::2] or n % 50 == 0 else service(f"s-{n}") for n in new]
        clock.turn(seconds=5)
        if new == SEVERAL:
            ledger.record(send(*commands, command_id="several"))
        else:
            ledger.record_all(send(one, command_id=f"c-{n}") for n, one in zip(new, commands, strict=True))
        assert signer.checkpoint(BOOK) is not None
    ledger.log_of(BOOK).inclusion(1, ENTRIES)
    return ledger


def entry_by_entry(ledger: Ledger) -> list[Finding]:
    """Returns what is found in one pass over the entries, and another for the log."""
    return [*(one for one in check_book(ledger, BOOK) if isinstance(one, Finding)), *check_log(ledger, BOOK)]


def in_parts(ledger: Ledger, read_after: int = 0) -> list[Finding]:
    """Returns what is found in parts."""
    together = Joined(ledger, BOOK)
    found = [one for part in parts_of(ledger, BOOK, read_after) for one in together.add(check_part(ledger, part))]
    return [*found, *together.end()]


def test_nothing_is_found_in_a_book_that_is_whole(book: Ledger) -> None:
    parts = parts_of(book, BOOK, 0)
    assert [(part.after, part.up_to, part.entries) for part in parts] == [
        (0, 256, 256),
        (256, 512, 256),
        (512, None, 28),
    ]
    assert in_parts(book) == in_parts(book, AT_A_GLANCE) == entry_by_entry(book) == []
    assert in_parts(book, 300) == []


def test_every_entry_is_counted_once(book: Ledger) -> None:
    together = Joined(book, BOOK)
    seen = [check_part(book, part) for part in parts_of(book, BOOK, AT_A_GLANCE)]
    for one in seen:
        assert list(together.add(one)) == []
    assert list(together.end()) == []
    assert (together.entries, together.agreed) == (ENTRIES, ENTRIES)
    assert sum(one.commands for one in seen) == len(book.query("SELECT 1 FROM command_identities"))
    assert sum(one.texts for one in seen) == len(book.query("SELECT 1 FROM sealed_texts"))


def state_of(database: Database, number: int) -> bytes:
    """Returns the bytes of an entry."""
    where = f"originator_id = '{BOOK}' AND originator_version = {number}"
    ((state,),) = database.rows(f"SELECT state FROM stored_events WHERE {where}")
    return bytes(state)


def set_state(database: Database, number: int, state: bytes) -> None:
    """Changes the bytes of an entry past the triggers."""
    where = f"originator_id = '{BOOK}' AND originator_version = {number}"
    database.execute(f"UPDATE stored_events SET state = ? WHERE {where}", state)


def with_field(state: bytes, **fields: object) -> bytes:
    """Returns an entry with other fields, written as entries are."""
    return orjson.dumps({**orjson.loads(state), **fields}, option=orjson.OPT_SORT_KEYS)


WHERE = f"collaboration_id = '{BOOK}'"
ROW = f"originator_id = '{BOOK}' AND originator_version"
NO_IDENTITY = f"DELETE FROM command_identities WHERE {WHERE} AND first_number"
ONE_MORE_TILE = "FROM log_tiles WHERE tile_index = 1"
STATEMENTS = {
    "the identity of the command between two parts taken away": f"{NO_IDENTITY} = 251",
    "the identity of the command that begins a part taken away": f"{NO_IDENTITY} = 513",
    "the identity of the command between two parts shortened": (
        "UPDATE command_identities SET last_number = 256 WHERE command_id = 'several'"
    ),
    "the last entry of a part deleted": f"DELETE FROM stored_events WHERE {ROW} = 256",
    "the first entry of a part deleted": f"DELETE FROM stored_events WHERE {ROW} = 513",
    "the last entry deleted": f"DELETE FROM stored_events WHERE {ROW} = {ENTRIES}",
    "a whole part deleted": f"DELETE FROM stored_events WHERE {ROW} > 256 AND originator_version <= 512",
    "all but the last part deleted": f"DELETE FROM stored_events WHERE {ROW} <= 512",
    "all entries deleted": f"DELETE FROM stored_events WHERE {ROW} > 0",
    "an entry numbered far away": f"UPDATE stored_events SET originator_version = 1000000000000 WHERE {ROW} = 300",
    "a text moved to an entry of another part": f"UPDATE sealed_texts SET number = 300 WHERE {WHERE} AND number = 253",
    "a text of the first part deleted": f"DELETE FROM sealed_texts WHERE {WHERE} AND number = 253",
    "a tile of the second part changed": "UPDATE log_tiles SET hashes = ZEROS WHERE tile_index = 1",
    "a tile too many": f"INSERT INTO log_tiles SELECT collaboration_id, 0, 9, hashes {ONE_MORE_TILE}",
    "a tile above": f"INSERT INTO log_tiles SELECT collaboration_id, 1, 0, hashes {ONE_MORE_TILE}",
    "a tile far above": f"INSERT INTO log_tiles SELECT collaboration_id, 3, 0, hashes {ONE_MORE_TILE}",
    "a tile of no such level": f"INSERT INTO log_tiles SELECT collaboration_id, 1000000000, 0, hashes {ONE_MORE_TILE}",
    "a tile below the lowest level": f"INSERT INTO log_tiles SELECT collaboration_id, -1, 0, hashes {ONE_MORE_TILE}",
    "a tile before the first": f"INSERT INTO log_tiles SELECT collaboration_id, 0, -1, hashes {ONE_MORE_TILE}",
    "the frontier moved": "UPDATE log_frontiers SET size = 512",
    "the frontier of others": "UPDATE log_frontiers SET hashes = ZEROS",
    "a checkpoint at the end of a part put further": "UPDATE log_checkpoints SET size = 514 WHERE size = 512",
    "a checkpoint taken away": "DELETE FROM log_checkpoints WHERE size = 512",
}


@pytest.mark.parametrize("kind", STATEMENTS)
def test_a_change_where_parts_meet_is_found_as_entry_by_entry(kind: str, book: Ledger, database: Database) -> None:
    zeros = f"x'{'00' * 8192}'" if database.engine == "sqlite" else f"'\\x{'00' * 8192}'::bytea"
    database.without_triggers()
    database.execute(STATEMENTS[kind].replace("ZEROS", zeros))
    expected = entry_by_entry(book)
    assert (expected == []) == (kind == "a checkpoint taken away")
    assert in_parts(book) == in_parts(book, AT_A_GLANCE) == expected


BYTES = {
    "the last entry of a part unreadable": (256,),
    "the first entry of a part unreadable": (257,),
    "all around the end of a part unreadable": tuple(range(245, 270)),
    "the beginning of the command between two parts unreadable": (251,),
    "its end unreadable": (262,),
    "all before a part unreadable": tuple(range(1, 257)),
}


@pytest.mark.parametrize("kind", BYTES)
def test_entries_that_cannot_be_read_where_parts_meet(kind: str, book: Ledger, database: Database) -> None:
    database.without_triggers()
    for number in BYTES[kind]:
        set_state(database, number, b"{")
    expected = entry_by_entry(book)
    assert expected
    assert in_parts(book) == in_parts(book, AT_A_GLANCE) == expected


@pytest.mark.parametrize("numbers", [(257,), (256,), (512, 513), (257, 258, 259)])
def test_a_time_that_goes_back_where_parts_meet(numbers: tuple[int, ...], book: Ledger, database: Database) -> None:
    database.without_triggers()
    for number in numbers:
        set_state(database, number, with_field(state_of(database, number), recorded_at="2026-11-24T07:00:00.000000Z"))
    expected = entry_by_entry(book)
    assert ("time_goes_back", numbers[0]) in {(one.code, one.entry) for one in expected}
    assert in_parts(book) == in_parts(book, AT_A_GLANCE) == expected


def test_what_only_reading_shows_is_found_where_it_is_read(book: Ledger, database: Database) -> None:
    database.without_triggers()
    record = orjson.loads(state_of(database, 300))
    set_state(database, 300, with_field(state_of(database, 300), event={**record["event"], "secret": 1}))
    read = [(one.code, one.entry) for one in in_parts(book, 299)]
    assert ("damaged_entry", 300) in read
    assert [(one.code, one.entry) for one in in_parts(book, 300)] == [one for one in read if one[0] != "damaged_entry"]


def test_a_tree_is_the_same_from_parts() -> None:
    leaves = [leaf_hash(bytes([n % 256, n // 256])) for n in range(1500)]
    tree = Frontier()
    for start in range(0, len(leaves), 64):
        tree = joined(tree, Frontier().grown(leaves[start : start + 64]), 64)
        assert tree == Frontier().grown(leaves[: start + 64])
