"""What a database lacks that was made before there was a table, as long as it is only read."""

from __future__ import annotations

from ledger.application import Ledger
from ledger.location import SQLiteLocation


def has_table(ledger: Ledger, name: str) -> bool:
    """Returns whether a database has a table. Raises LedgerUnavailable."""
    place = (
        "sqlite_master WHERE type = 'table' AND name"
        if isinstance(ledger.location, SQLiteLocation)
        else "pg_tables WHERE tablename"
    )
    return bool(ledger.query(f"SELECT 1 FROM {place} = %s", (name,)))  # noqa: S608
