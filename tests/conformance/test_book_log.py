"""The log of a book: the frontier moves with the entries; tiles and proofs are those of the stored bytes."""

from __future__ import annotations

import pytest

from ledger.application import Ledger
from ledger.deciding import Submission
from ledger.errors import DamagedEntry
from ledger.log.merkle import check_consistency, check_inclusion, leaf_hash, root_of
from ledger.log.tiles import Tile, bundles_of, tiles_of, unpack_entries
from tests.ledger.support import BOOK, begin, send, service, states

ENTRIES = 600


@pytest.fixture
def book(ledger: Ledger) -> Ledger:
    """A ledger with a book of three tiles, the last of them partial."""
    begin(ledger)
    ledger.record_all(send(service(f"s-{number}"), command_id=f"c-{number}") for number in range(ENTRIES - 1))
    return ledger


def hashes(ledger: Ledger) -> list[bytes]:
    """Returns the leaf hashes of the book, from its stored bytes."""
    return [leaf_hash(state) for state in states(ledger)]


def test_the_frontier_is_that_of_the_entries(book: Ledger) -> None:
    frontier = book.log_of(BOOK).stored_frontier()
    assert frontier is not None
    assert (frontier.size, frontier.root) == (ENTRIES, root_of(hashes(book)))
    book.record(send(service("more")))
    grown = book.log_of(BOOK).stored_frontier()
    assert grown is not None
    assert (grown.size, grown.root) == (ENTRIES + 1, root_of(hashes(book)))


def test_an_older_frontier_is_found_again(book: Ledger) -> None:
    leaves = hashes(book)
    for size in (0, 1, 255, 256, 257, 512, ENTRIES - 1, ENTRIES):
        assert book.log_of(BOOK).frontier(size).root == root_of(leaves[:size])


def test_a_book_that_never_had_a_frontier_gets_one_with_its_next_entry(book: Ledger) -> None:
    book.write_beside([("DELETE FROM log_frontiers", ())])
    book.cache.forget_frontiers()
    assert book.log_of(BOOK).stored_frontier() is None
    book.record(send(service("more")))
    frontier = book.log_of(BOOK).stored_frontier()
    assert frontier is not None
    assert (frontier.size, frontier.root) == (ENTRIES + 1, root_of(hashes(book)))


def test_a_frontier_that_is_none_is_named(book: Ledger) -> None:
    book.write_beside([("UPDATE log_frontiers SET size = size + 1", ())])
    with pytest.raises(DamagedEntry, match="its frontier is damaged"):
        book.log_of(BOOK).stored_frontier()


def test_bundles_hold_the_entries_and_tiles_their_hashes(book: Ledger) -> None:
    log = book.log_of(BOOK)
    unpacked = [entry for tile in bundles_of(ENTRIES) for entry in unpack_entries(log.tile(tile))]
    assert unpacked == states(book)
    level_0 = b"".join(log.tile(tile) for tile in tiles_of(ENTRIES) if tile.level == 0)
    assert level_0 == b"".join(hashes(book))
    assert log.tile(Tile(1, 0, 2)) == root_of(hashes(book)[:256]) + root_of(hashes(book)[256:512])
    assert log.tile(Tile(0, 2, 5)) == b"".join(hashes(book)[512:517])
    for missing in (Tile(0, 3, 1), Tile(0, 2), Tile(1, 0, 3), Tile("entries", 2, 89)):
        with pytest.raises(LookupError, match="is not there yet"):
            log.tile(missing)


def test_full_tiles_are_stored_once_and_partial_ones_never(book: Ledger) -> None:
    for _ in range(2):
        book.log_of(BOOK).inclusion(1, ENTRIES)
        book.log_of(BOOK).inclusion(ENTRIES, ENTRIES)
    stored = book.query("SELECT level, tile_index FROM log_tiles ORDER BY level, tile_index")
    assert [tuple(map(int, row)) for row in stored] == [(0, 0), (0, 1)]


def test_every_entry_is_proved_and_every_size_consistent(book: Ledger) -> None:
    log, leaves = book.log_of(BOOK), hashes(book)
    root = root_of(leaves)
    for number in (1, 2, 256, 257, 513, ENTRIES):
        check_inclusion(leaves[number - 1], number - 1, ENTRIES, log.inclusion(number, ENTRIES), root)
    for first in (1, 256, 300, 512, ENTRIES):
        check_consistency(first, ENTRIES, root_of(leaves[:first]), root, log.consistency(first, ENTRIES))


def test_two_books_have_two_logs(book: Ledger) -> None:
    begin(book, book="annen")
    other = book.log_of("annen").stored_frontier()
    assert other is not None
    assert (other.size, other.root) == (1, root_of([leaf_hash(state) for state in states(book, "annen")]))
    assert isinstance(send(service("x"), book="annen"), Submission)
