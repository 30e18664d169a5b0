"""What tests of witnesses start from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ledger.log.witness import Memory
from tests.ledger.support import begin, service
from tests.log.witnessed import Installation


@pytest.fixture
def ours(tmp_path: Path) -> Iterator[Installation]:
    """An installation with a book of four entries."""
    (tmp_path / "ours").mkdir()
    made = Installation(tmp_path / "ours")
    begin(made.ledger, service("a"), service("b"), service("c"))
    yield made
    made.ledger.close()


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    """What a witness remembers."""
    with closing(Memory(tmp_path / "vitne" / "vitne.db")) as opened:
        yield opened
