"""The door on an empty house, and on one that holds a real history, on each engine."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from psycopg import sql
from starlette.testclient import TestClient

from api.app import create_app
from api.composition import open_house
from api.importing import parse
from api.settings import Settings
from ledger.location import locate
from tests.api.spec import Door
from tests.conftest import Cluster
from tests.ledger.support import Clock

REAL = "real_history"


@contextmanager
def door_on(url: str) -> Iterator[Door]:
    """Yields the door on a database, its clock standing still."""
    clock = Clock()
    house = open_house(locate(url), clock=clock)
    try:
        with TestClient(create_app(house, Settings(_env_file=None)), raise_server_exceptions=False) as client:
            yield Door(house, client, clock)
    finally:
        house.close()


def fill(url: str) -> None:
    """Records the history of ROR-IKT in a database."""
    house = open_house(locate(url), clock=Clock())
    for lines in parse(BytesIO((files("demo") / "ror-ikt.ndjson").read_bytes()), "nb", 1).values():
        house.ledger.record_all(line.submission for line in lines)
    house.close()


@pytest.fixture(scope="session")
def real_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an SQLite book and views of ROR-IKT, to be copied."""
    folder = tmp_path_factory.mktemp("real")
    fill(f"sqlite:///{folder / 'book.db'}")
    return folder


@pytest.fixture(scope="session")
def real_database(postgresql_cluster: Cluster) -> str:
    """The name of a PostgreSQL database with the book and views of ROR-IKT, to be copied."""
    postgresql_cluster.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(REAL)))
    fill(postgresql_cluster.url(REAL))
    return REAL


@pytest.fixture
def door(database_url: str) -> Iterator[Door]:
    """The door on an empty house, once on each engine."""
    with door_on(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_door(sqlite_url: str) -> Iterator[Door]:
    """The door on an empty house, on SQLite alone: for what does not depend on the engine."""
    with door_on(sqlite_url) as opened:
        yield opened


@pytest.fixture(params=["sqlite", "postgresql"])
def real_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database of its own that holds the history of ROR-IKT, once on each engine."""
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("real_files"), tmp_path / "real")
        yield f"sqlite:///{tmp_path / 'real' / 'book.db'}"
        return
    cluster: Cluster = request.getfixturevalue("postgresql_cluster")
    template, name = sql.Identifier(request.getfixturevalue("real_database")), sql.Identifier(f"{REAL}_copy")
    cluster.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, template))
    yield cluster.url(f"{REAL}_copy")
    cluster.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def real(real_url: str) -> Iterator[Door]:
    """The door on a house of its own with the history of ROR-IKT, once on each engine."""
    with door_on(real_url) as opened:
        yield opened
