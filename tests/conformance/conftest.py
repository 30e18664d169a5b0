"""A ledger on each engine, and a way to its database past the ledger."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ledger.application import Ledger
from ledger.location import Location, locate
from ledger.storage import views_datastore
from projections.registry import ALL
from projections.runner import Projector
from projections.views import open_views
from tests.conformance.database import Database, opened
from tests.conformance.rows import Views, projector_of
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


@pytest.fixture
def views(location: Location) -> Iterator[Views]:
    """Empty views with every projection's tables."""
    views = open_views(views_datastore(location), ALL)
    yield views
    views.datastore.close()


@pytest.fixture
def projector(ledger: Ledger, views: Views) -> Projector:
    """A projector that follows nothing by itself."""
    return projector_of(ledger, views)
