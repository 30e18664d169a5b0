"""Tiles (C2SP tlog-tiles v0.1.0): a tree as static files of 256 hashes, and entries in bundles of 256.

Level 0 has the leaves' hashes; each hash of a level above is the root of a full tile of the level below. The last tile
of a level may be partial; what hangs on it is found by hashing, never stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ledger.log.merkle import HASH_BYTES, Nodes, node_hash, root_of

TILE_WIDTH = 256
TILE_HEIGHT = 8
LEVELS_MAX = 64
LEAF_BYTES_MAX = 65_535
"""The length of an entry in a bundle has two bytes."""
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


@dataclass(frozen=True, slots=True)
class Tile:
    """One file: a tile of hashes, or a bundle of entries."""

    level: int | Literal["entries"]
    index: int
    width: int = TILE_WIDTH
    """How many hashes or entries it holds; fewer than 256 in a partial one."""

    @property
    def path(self) -> str:
        """Where it is served, below the log's prefix."""
        last, *above = _thousands(self.index)
        folders = "".join(f"x{part:03}/" for part in reversed(above))
        partial = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{self.level}/{folders}{last:03}{partial}"

    @classmethod
    def read(cls, path: str) -> Tile:
        """Returns the tile a path names. Raises ValueError if it names none, or not as it is written."""
        found = _PATH.fullmatch(path)
        if found is None:
            raise ValueError(f"{path[:80]!r} is no path of a tile")
        level: int | Literal["entries"] = "entries" if found[1] == "entries" else int(found[1])
        index = int(re.sub(r"[x/]", "", found[2]))
        tile = cls(level, index, int(found[3] or TILE_WIDTH))
        if tile.path != path or tile.width > TILE_WIDTH or (level != "entries" and level >= LEVELS_MAX):
            raise ValueError(f"{path[:80]!r} is no path of a tile")
        return tile


def _thousands(index: int) -> Iterator[int]:
    """Yields the digits of an index in thousands, the last first."""
    yield index % 1000
    while index := index // 1000:
        yield index % 1000


def tiles_of(size: int, *, after: int = 0) -> Iterator[Tile]:
    """Yields the tiles of hashes a tree of a size has that one of size `after` does not: full ones, then partial."""
    level = 0
    while size:
        full, rest = divmod(size, TILE_WIDTH)
        before = after // TILE_WIDTH
        yield from (Tile(level, index) for index in range(before, full))
        if rest and size > after:
            yield Tile(level, full, rest)
        size, after, level = full, before, level + 1


def bundles_of(size: int, *, after: int = 0) -> Iterator[Tile]:
    """Yields the bundles of entries a log of a size has that one of size `after` does not."""
    return (Tile("entries", tile.index, tile.width) for tile in tiles_of(size, after=after) if tile.level == 0)


# Contents --------------------------------------------------------------------------------


def pack_entries(leaves: Iterable[bytes]) -> bytes:
    """Returns a bundle of entries. Raises ValueError for one of more than 65,535 bytes."""
    packed = bytearray()
    for leaf in leaves:
        if len(leaf) > LEAF_BYTES_MAX:
            raise ValueError(f"an entry has {len(leaf)} bytes; {LEAF_BYTES_MAX} is the most")
        packed += len(leaf).to_bytes(2) + leaf
    return bytes(packed)


def unpack_entries(bundle: bytes) -> Iterator[bytes]:
    """Yields the entries of a bundle. Raises ValueError where it ends in the middle of one."""
    place = 0
    while place < len(bundle):
        length = int.from_bytes(bundle[place : place + 2])
        leaf = bundle[place + 2 : place + 2 + length]
        if len(leaf) != length or place + 2 > len(bundle):
            raise ValueError(f"the bundle ends in the middle of its entry at byte {place}")
        yield leaf
        place += 2 + length


def hashes_in(tile: bytes) -> Sequence[bytes]:
    """Returns the hashes of a tile. Raises ValueError for bytes that are none."""
    if not tile or len(tile) % HASH_BYTES or len(tile) > TILE_WIDTH * HASH_BYTES:
        raise ValueError(f"{len(tile)} bytes are no tile: it has 1 to {TILE_WIDTH} hashes of {HASH_BYTES} bytes")
    return [tile[start : start + HASH_BYTES] for start in range(0, len(tile), HASH_BYTES)]


def root_of_tile(tile: bytes) -> bytes:
    """Returns the hash a full tile has in the level above. Raises ValueError for one that is not full."""
    hashes = hashes_in(tile)
    if len(hashes) != TILE_WIDTH:
        raise ValueError(f"a tile of {len(hashes)} hashes has no place in the level above")
    return root_of(hashes)


class Derived:
    """The tiles that lead from the hashes of one level, made level by level as they are asked for."""

    def __init__(self, hashes: Sequence[bytes], level: int = 0) -> None:
        self._levels, self._lowest = [hashes], level

    def tile(self, level: int, index: int) -> bytes:
        """Returns the hashes of a tile, as many as there are, whatever is asked for; none below the lowest level."""
        while self._lowest + len(self._levels) <= level and len(self._levels[-1]) >= TILE_WIDTH:
            below = self._levels[-1]
            full = range(0, len(below) - TILE_WIDTH + 1, TILE_WIDTH)
            self._levels.append([root_of_tile(b"".join(below[at : at + TILE_WIDTH])) for at in full])
        if not 0 <= level - self._lowest < len(self._levels) or index < 0:
            return b""
        return b"".join(self._levels[level - self._lowest][index * TILE_WIDTH : (index + 1) * TILE_WIDTH])


def first_entry(level: int, index: int) -> int | None:
    """Returns the number of the first entry below a tile, None where there is no such tile."""
    return index * TILE_WIDTH ** (level + 1) + 1 if index >= 0 and 0 <= level < LEVELS_MAX else None


Read = Callable[[int, int], Sequence[bytes]]
"""Returns the hashes of the tile of a level and an index, as many as there are."""


def nodes_in(read: Read) -> Nodes:
    """Returns how to find the hash of any whole subtree from tiles; each is read once."""
    held: dict[tuple[int, int], Sequence[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        tile_level, inside = divmod(level, TILE_HEIGHT)
        start = index << inside
        tile_index, first = divmod(start, TILE_WIDTH)
        place = (tile_level, tile_index)
        if place not in held:
            held[place] = read(*place)
        hashes = list(held[place][first : first + (1 << inside)])
        if len(hashes) != 1 << inside:
            raise ValueError(f"tile {tile_level}/{tile_index} has no hash at {max(first, len(held[place]))}")
        while len(hashes) > 1:
            hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    return node
