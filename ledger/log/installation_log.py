"""The installation's own log (installasjonens logg): what was signed of its books, so that one dropped whole shows.

A leaf is the bytes of a signed checkpoint of a book, or of a break after a restore: the text and the log's own
signature, without those of witnesses. Frontier, tiles and checkpoints are kept as those of a book.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.log.book_log import BookLog, Statement, Store
from ledger.log.merkle import Frontier, leaf_hash
from ledger.log.tables import INSERT_LEAF, INSTALLATION, UPSERT_FRONTIER

LEAVES_AT_A_TIME = 2_000


@dataclass(frozen=True, slots=True)
class Leaf:
    """Something that was signed of a book."""

    collaboration_id: str
    size: int
    """Entries of the book it covers."""
    note: bytes
    """The text with the log's signature, as it is kept."""


class InstallationLog(BookLog):
    """The log over what was signed of all books."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, INSTALLATION)

    def size(self) -> int:
        """Returns how many leaves there are."""
        return int(self._store.query("SELECT COALESCE(MAX(number), 0) FROM installation_log")[0][0])

    def leaves(self, after: int, up_to: int) -> Iterator[bytes]:
        """Yields the leaves with numbers above `after` up to `up_to`."""
        return (leaf.note for leaf in self.signed(after, up_to))

    def signed(self, after: int, up_to: int) -> Iterator[Leaf]:
        """Yields what the leaves with numbers above `after` up to `up_to` are, in order."""
        while after < up_to:
            rows = self._store.query(
                "SELECT number, collaboration_id, size, leaf FROM installation_log "
                "WHERE number > %s AND number <= %s ORDER BY number LIMIT %s",
                (after, up_to, LEAVES_AT_A_TIME),
            )
            yield from (Leaf(str(book), int(size), bytes(leaf)) for _, book, size, leaf in rows)
            if len(rows) < LEAVES_AT_A_TIME:
                return
            after = int(rows[-1][0])

    def last_of(self, collaboration_id: str, up_to: int) -> int | None:
        """Returns the number of the last leaf of a book, of the first `up_to`; None where it has none."""
        rows = self._store.query(
            "SELECT MAX(number) FROM installation_log WHERE collaboration_id = %s AND number <= %s",
            (collaboration_id, up_to),
        )
        return None if rows[0][0] is None else int(rows[0][0])

    def appending(self, *leaves: Leaf) -> list[Statement]:
        """Returns what adds leaves at the end, and grows the frontier. To be written while nobody else adds any.

        Raises DamagedEntry where the frontier cannot be read.
        """
        size, stored = self.size(), self.stored_frontier()
        # Never by way of the tiles: what would be stored of them then ends the transaction that holds the log.
        before = stored if stored and stored.size == size else Frontier().grown(self.leaf_hashes(0, size))
        after = before.grown(leaf_hash(leaf.note) for leaf in leaves)
        return [
            *(
                (INSERT_LEAF, (number, leaf.collaboration_id, leaf.size, leaf.note))
                for number, leaf in enumerate(leaves, start=size + 1)
            ),
            (UPSERT_FRONTIER, (INSTALLATION, after.size, after.packed)),
        ]
