"""The log of a book derived anew page by page, beside a book that goes on: what the self-check knows of the tree.

What is compared is fixed at the start: the entries there were then, with the frontier of them. Nothing that is recorded
or signed meanwhile is looked at, but in the next pass.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eventsourcing.persistence import StoredEvent

from ledger.application import Ledger
from ledger.checks import Finding
from ledger.glancing import as_bytes
from ledger.log.checking import dropped, other_entries, signed_between
from ledger.log.merkle import HASH_BYTES, Frontier, leaf_hash
from ledger.log.tiles import TILE_WIDTH


class TreeCheck:
    """Checks the pages of one book, in order, against its tiles, everything signed of it, and its frontier."""

    def __init__(self, ledger: Ledger, collaboration_id: str) -> None:
        """Fixes how far the book is looked at. Raises LedgerUnavailable."""
        self.ledger, self.collaboration_id = ledger, collaboration_id
        before = ledger.head(collaboration_id)
        self._beyond, self._unsigned = signed_between(ledger, collaboration_id, before)
        self.up_to, self._kept = self._now()
        """The book's last entry, which whatever was signed before it was asked for does not exceed."""
        self._frontier = Frontier()
        self._agreed = 0
        """Entries of the last checkpoint that agrees."""
        self._reported = False
        self._tile: list[bytes] = []
        """Hashes of the entries of the last tile, as long as it is not full."""

    def _now(self) -> tuple[int, tuple[int, bytes] | None]:
        """Returns the book's last entry and its frontier, None where it has none, as they are at one moment."""
        ((head, size, hashes),) = self.ledger.query(
            "SELECT (SELECT COALESCE(MAX(originator_version), 0) FROM stored_events WHERE originator_id = %s), "
            "(SELECT size FROM log_frontiers WHERE collaboration_id = %s), "
            "(SELECT hashes FROM log_frontiers WHERE collaboration_id = %s)",
            (self.collaboration_id,) * 3,
        )
        return int(head), None if size is None else (int(size), bytes(hashes))

    def page(self, rows: Sequence[StoredEvent]) -> Iterator[Finding]:
        """Yields where the next entries are not those of the tree. Raises LedgerUnavailable."""
        before = self._frontier.size
        signed, wrong = signed_between(self.ledger, self.collaboration_id, before, before + len(rows))
        yield from wrong
        for row in rows:
            hashed = leaf_hash(as_bytes(row.state))
            self._frontier = self._frontier.grown((hashed,))
            yield from self._against_the_tile(hashed)
            roots = {point.root for point in signed.get(self._frontier.size, ())}
            if roots == {self._frontier.root}:
                self._agreed = self._frontier.size
            elif roots and not self._reported:
                self._reported = True
                yield other_entries(self.collaboration_id, self._agreed, self._frontier.size)

    def _against_the_tile(self, hashed: bytes) -> Iterator[Finding]:
        """Yields the first entry of a full tile that is another, where the tile was ever stored."""
        self._tile.append(hashed)
        if len(self._tile) < TILE_WIDTH:
            return
        start = self._frontier.size - TILE_WIDTH
        derived, self._tile = self._tile, []
        rows = self.ledger.query(
            "SELECT hashes FROM log_tiles WHERE collaboration_id = %s AND level = 0 AND tile_index = %s",
            (self.collaboration_id, start // TILE_WIDTH),
        )
        stored = bytes(rows[0][0]) if rows else b"".join(derived)
        for index, one in enumerate(derived):
            if stored[index * HASH_BYTES : (index + 1) * HASH_BYTES] != one:
                number = start + index + 1
                what = f"it is not the entry whose hash stands in tile 0/{start // TILE_WIDTH} of the log"
                yield Finding("log_tile", self.collaboration_id, number, what)
                return

    def end(self) -> Iterator[Finding]:
        """Yields where the book as a whole is not what its log says; to be called after the last page."""
        yield from self._unsigned
        size, book = self._frontier.size, self.collaboration_id
        yield from dropped(book, self.up_to, max(self._beyond, default=0))
        if self._kept is not None and self._kept != (size, self._frontier.packed):
            what = f"the log's frontier says {self._kept[0]} entries, or others than the {size} there are"
            yield Finding("log_frontier", book, self._agreed + 1 if self._agreed < size else None, what)
