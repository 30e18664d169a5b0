"""A ledger on each engine, and a way to its database past the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.location import Location, locate
from ledger.storage import views_datastore
from projections.registry import ALL
from projections.runner import Projector
from projections.view_engines import open_views
from tests.conformance.database import Database, opened
from tests.conformance.keeping import keeping
from tests.conformance.rows import Views, projector_of
from tests.ledger.support import BOOK, Clock, begin, person, service


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


@pytest.fixture
def data_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's data directory, where states of books in PostgreSQL are kept."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


@pytest.fixture
def kept(data_home: None, location: Location, clock: Clock) -> Path:
    """The file in which the state of a book of four entries is kept."""
    with keeping(location, clock) as ledger:
        begin(ledger, service("it-drift"), person("p1", name="Merket Navnesen"), person("p2"))
    return location.states / BOOK
