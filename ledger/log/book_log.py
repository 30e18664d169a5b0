"""The log of each book in the database: its frontier, its tiles, and the proofs that are made from them.

A frontier is written with the entries it covers. Full tiles are written behind, when somebody first asks for what needs
them; partial ones are never stored. Leaves are the entries' stored bytes, read as they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from eventsourcing.persistence import StoredEvent

from ledger.errors import DamagedEntry
from ledger.log.merkle import Frontier, Nodes, consistency_proof, inclusion_proof, leaf_hash
from ledger.log.tables import INSERT_TILE
from ledger.log.tiles import (
    TILE_WIDTH,
    Tile,
    hashes_in,
    nodes_in,
    pack_entries,
    root_of_tile,
)

Statement = tuple[str, tuple[Any, ...]]


class Store(Protocol):
    """What a log needs of the ledger."""

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a query."""
        ...

    def rows(self, collaboration_id: str, after: int = 0, up_to: int | None = None) -> Iterator[StoredEvent]:
        """Yields the rows of a book as they are stored."""
        ...

    def head(self, collaboration_id: str) -> int:
        """Returns the number of a book's last entry."""
        ...

    def write_beside(self, statements: Iterable[Statement]) -> None:
        """Executes statements in one transaction."""
        ...


class BookLog:
    """The log of one book."""

    def __init__(self, store: Store, collaboration_id: str) -> None:
        self._store = store
        self.collaboration_id = collaboration_id

    def size(self) -> int:
        """Returns how many leaves there are."""
        return self._store.head(self.collaboration_id)

    def leaves(self, after: int, up_to: int) -> Iterator[bytes]:
        """Yields the leaves with numbers above `after` up to `up_to`."""
        return (bytes(row.state) for row in self._store.rows(self.collaboration_id, after, up_to))

    # Frontiers ---------------------------------------------------------------------------

    def stored_frontier(self) -> Frontier | None:
        """Returns the frontier the database has, None where it has none. Raises DamagedEntry for one that is none."""
        rows = self._store.query(
            "SELECT size, hashes FROM log_frontiers WHERE collaboration_id = %s", (self.collaboration_id,)
        )
        try:
            return Frontier.read(int(rows[0][0]), bytes(rows[0][1])) if rows else None
        except ValueError as error:
            raise DamagedEntry(self.collaboration_id, int(rows[0][0]), f"its frontier is damaged: {error}") from error

    def frontier(self, size: int) -> Frontier:
        """Returns the frontier of the tree of the first `size` entries."""
        stored = self.stored_frontier()
        if stored is not None and stored.size == size:
            return stored
        if stored is not None and stored.size < size:
            return stored.grown(self.leaf_hashes(stored.size, size))
        node = self.nodes(size)
        roots, start = [], 0
        for level in range(size.bit_length() - 1, -1, -1):
            if size >> level & 1:
                roots.append(node(level, start >> level))
                start += 1 << level
        return Frontier(size, tuple(roots))

    def leaf_hashes(self, after: int, up_to: int) -> Iterator[bytes]:
        """Yields the leaf hashes of entries with numbers above `after` up to `up_to`."""
        return map(leaf_hash, self.leaves(after, up_to))

    # Tiles -------------------------------------------------------------------------------

    def bundle(self, tile: Tile) -> bytes:
        """Returns a bundle of entries. Raises LookupError where the book does not go so far."""
        start = tile.index * TILE_WIDTH
        leaves = list(self.leaves(start, start + tile.width))
        if len(leaves) != tile.width:
            raise LookupError(f"{tile.path} is not there yet")
        return pack_entries(leaves)

    def tile(self, tile: Tile) -> bytes:
        """Returns a tile of hashes, stored or made. Raises LookupError where the book does not go so far."""
        if tile.level == "entries":
            return self.bundle(tile)
        hashes = self._hashes(tile.level, tile.index)[: tile.width]
        if len(hashes) != tile.width:
            raise LookupError(f"{tile.path} is not there yet")
        return b"".join(hashes)

    def _hashes(self, level: int, index: int) -> Sequence[bytes]:
        """Returns the hashes there are of a tile; stores it where it is full and was not stored."""
        stored = self._store.query(
            "SELECT hashes FROM log_tiles WHERE collaboration_id = %s AND level = %s AND tile_index = %s",
            (self.collaboration_id, level, index),
        )
        if stored:
            return hashes_in(bytes(stored[0][0]))
        start = index * TILE_WIDTH
        if level == 0:
            found = list(self.leaf_hashes(start, start + TILE_WIDTH))
        else:
            found = list(self._from_below(level, start))
        if len(found) == TILE_WIDTH:
            self._store.write_beside([(INSERT_TILE, (self.collaboration_id, level, index, b"".join(found)))])
        return found

    def _from_below(self, level: int, start: int) -> Iterator[bytes]:
        """Yields the roots of the full tiles below a tile, as far as there are any."""
        for place in range(start, start + TILE_WIDTH):
            below = self._hashes(level - 1, place)
            if len(below) < TILE_WIDTH:
                return
            yield root_of_tile(b"".join(below))

    # Proofs ------------------------------------------------------------------------------

    def nodes(self, size: int) -> Nodes:
        """Returns how to find the hash of any whole subtree of the first `size` entries."""
        return nodes_in(lambda level, index: self._within(level, index, size))

    def _within(self, level: int, index: int, size: int) -> Sequence[bytes]:
        last = (size >> (8 * level)) - index * TILE_WIDTH
        return self._hashes(level, index)[: max(0, min(TILE_WIDTH, last))]

    def inclusion(self, number: int, size: int) -> list[bytes]:
        """Returns the proof that an entry is in the tree of a size. Raises ValueError where it is not."""
        return inclusion_proof(number - 1, size, self.nodes(size))

    def consistency(self, first: int, second: int) -> list[bytes]:
        """Returns the proof that the tree of the second size only adds to that of the first. Raises ValueError."""
        return consistency_proof(first, second, self.nodes(second))
