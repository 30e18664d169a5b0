"""A ledger on each engine, and a way to its database past the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.application import Ledger
from ledger.location import Location, locate
from tests.conformance.database import Database, opened
from tests.ledger.support import Clock


@pytest.fixture
def location(database_url: str) -> Location:
    """Where an empty book is, once on each engine."""
    return locate(database_url)


@pytest.fixture
def clock() -> Clock:
    """The ledger's clock."""
    return Clock()


@pytest.fixture
def ledger(location: Location, clock: Clock) -> Iterator[Ledger]:
    """An empty ledger, with our triggers."""
    ledger = Ledger(location, clock=clock)
    yield ledger
    ledger.close()


@pytest.fixture
def database(ledger: Ledger) -> Iterator[Database]:
    """The ledger's database, by a connection that knows nothing of the ledger."""
    with opened(ledger.location) as database:
        yield database
