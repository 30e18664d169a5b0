"""The command line on an empty database, on each engine, and on one that holds a real history."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.support import ROR_IKT, CommandLine, book_of, write


@pytest.fixture
def cli(database_url: str) -> CommandLine:
    """The command line on an empty database, once on each engine."""
    return CommandLine(database_url)


@pytest.fixture
def sqlite_cli(sqlite_url: str) -> CommandLine:
    """The command line on an SQLite file that does not exist yet."""
    return CommandLine(sqlite_url)


@pytest.fixture
def ror_ikt(sqlite_cli: CommandLine) -> CommandLine:
    """The command line on an SQLite file with the history of ROR-IKT."""
    sqlite_cli.run("import", ROR_IKT)
    return sqlite_cli


@pytest.fixture
def two_books(cli: CommandLine, tmp_path: Path) -> CommandLine:
    """The command line on two fictitious books, once on each engine: `aker` with 5 entries and `birk` with 3."""
    cli.run("import", write(tmp_path / "two.ndjson", [*book_of("aker", 5), *book_of("birk", 3)]))
    return cli
