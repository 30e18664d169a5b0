"""A ledger in an SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.location import SQLiteLocation


@pytest.fixture
def location(tmp_path: Path) -> SQLiteLocation:
    """A file that does not exist yet."""
    return SQLiteLocation(tmp_path / "book.db")


@pytest.fixture
def ledger(location: SQLiteLocation) -> Iterator[Ledger]:
    """An empty ledger."""
    ledger = Ledger(location)
    yield ledger
    ledger.close()
