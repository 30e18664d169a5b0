"""Tiles: paths as the specification writes them, and proofs from tiles as from the whole tree."""

from __future__ import annotations

import pytest

from ledger.log.merkle import (
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)
from ledger.log.tiles import (
    TILE_WIDTH,
    Tile,
    bundles_of,
    hashes_in,
    nodes_in,
    pack_entries,
    root_of_tile,
    tiles_of,
    unpack_entries,
)

SIZE = 70_000
HASHES = [leaf_hash(number.to_bytes(3)) for number in range(SIZE)]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "tile/0/000"),
        (Tile(0, 1_234_067), "tile/0/x001/x234/067"),
        (Tile(2, 999, 17), "tile/2/999.p/17"),
        (Tile("entries", 1_000, 255), "tile/entries/x001/000.p/255"),
    ],
)
def test_a_path_is_written_and_read(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.read(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0",
        "tile/00/000",
        "tile/64/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/x000/000",
        "tile/0/../000",
        "tile/data/000",
    ],
)
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="no path of a tile"):
        Tile.read(path)


def test_the_specifications_example_of_70_000_entries() -> None:
    tiles = list(tiles_of(SIZE))
    assert sum(tile.level == 0 and tile.width == TILE_WIDTH for tile in tiles) == 273
    rest = [tile for tile in tiles if tile.level or tile.width < TILE_WIDTH]
    assert rest == [Tile(0, 273, 112), Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert list(tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles_of(0)) == []


def test_what_a_grown_log_has_that_it_had_not() -> None:
    assert list(tiles_of(300, after=300)) == []
    assert list(tiles_of(300, after=10)) == [Tile(0, 0), Tile(0, 1, 44), Tile(1, 0, 1)]
    assert list(bundles_of(600, after=300)) == [Tile("entries", 1), Tile("entries", 2, 88)]


def test_entries_are_unpacked_as_they_were_packed() -> None:
    entries = [b"", b"a", b"b" * 65_535]
    assert list(unpack_entries(pack_entries(entries))) == entries
    with pytest.raises(ValueError, match="65536 bytes"):
        pack_entries([b"b" * 65_536])
    for broken in (b"\x00", b"\x00\x02a"):
        with pytest.raises(ValueError, match="in the middle"):
            list(unpack_entries(broken))


def stored() -> dict[tuple[int, int], bytes]:
    """Returns the tiles of the whole log, by level and index."""
    found: dict[tuple[int, int], bytes] = {}
    for tile in tiles_of(SIZE):
        assert tile.level != "entries"
        span = range(tile.index * TILE_WIDTH, tile.index * TILE_WIDTH + tile.width)
        level = tile.level
        hashes = [root_of_tile(found[level - 1, place]) if level else HASHES[place] for place in span]
        found[level, tile.index] = b"".join(hashes)
    return found


def test_proofs_from_tiles_are_those_of_the_whole_tree() -> None:
    tiles = stored()
    for size in (1, 255, 256, 257, 65_535, 65_536, 65_537, SIZE):
        node = nodes_in(lambda level, index: hashes_in(tiles[level, index]))
        root = root_of(HASHES[:size])
        for index in {0, size // 2, size - 1}:
            check_inclusion(HASHES[index], index, size, inclusion_proof(index, size, node), root)
        for first in {1, size // 3 or 1, size}:
            check_consistency(first, size, root_of(HASHES[:first]), root, consistency_proof(first, size, node))


def test_a_tile_cut_short_is_noticed() -> None:
    node = nodes_in(lambda *_: hashes_in(b"".join(HASHES[:100])))
    with pytest.raises(ValueError, match="tile 0/0 has no hash at"):
        inclusion_proof(3, 200, node)
    for broken in (b"", bytes(33), bytes(257 * 32)):
        with pytest.raises(ValueError, match="no tile"):
            hashes_in(broken)
    with pytest.raises(ValueError, match="no place in the level above"):
        root_of_tile(bytes(64))
