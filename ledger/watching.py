"""Whether anything was committed to the files of a book since it was last asked: what was read then still stands.

SQLite counts for each connection what other connections have committed (`PRAGMA data_version`), in whatever process.
Ours write on others than these, so every entry, key, row, erasure and signature changes an answer given here.
"""

from __future__ import annotations

import sqlite3
from urllib.parse import quote

from ledger.errors import LedgerUnavailable
from ledger.location import SQLiteLocation

Versions = tuple[int, ...]


class Watch:
    """Watches the files of a book and of its views. One thread at a time may ask."""

    def __init__(self, location: SQLiteLocation) -> None:
        """Opens both files, which are there already, for reading. Raises LedgerUnavailable."""
        self._connections: list[sqlite3.Connection] = []
        try:
            for path in (location.book, location.views):
                address = f"file:{quote(str(path.absolute()))}?mode=ro"
                self._connections.append(sqlite3.connect(address, uri=True, check_same_thread=False))
        except sqlite3.Error as error:
            self.close()
            raise LedgerUnavailable(f"{location.name} cannot be watched: {error}") from error

    def versions(self) -> Versions | None:
        """Returns numbers that stay the same while nothing is committed; None where that cannot be told."""
        try:
            return tuple(one.execute("PRAGMA data_version").fetchone()[0] for one in self._connections)
        except sqlite3.Error:
            return None

    def close(self) -> None:
        """Closes the files."""
        for connection in self._connections:
            connection.close()
