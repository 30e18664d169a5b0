"""The command line run in this process, and import files of fictitious books (test data about no real body)."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
from typer.testing import CliRunner

from api.cli import app
from ledger.location import SQLiteLocation, locate

ROOT = Path(__file__).resolve().parents[2]
ROR_IKT = Path(str(files("demo") / "ror-ikt.ndjson"))

Line = dict[str, Any]

SOURCE = {"title": "Fictitious minutes", "read_on": "2026-11-23"}


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        """The one line of JSON it answered."""
        return json.loads(self.stdout)


@dataclass(frozen=True)
class CommandLine:
    """`styringsbok` on one database."""

    url: str

    def run(self, *args: object, code: int = 0, stdin: bytes | None = None) -> Ran:
        """Runs a command and asserts its exit code; an error that nobody handled fails the test with its trace."""
        result = CliRunner().invoke(app, ["--database", self.url, *map(str, args)], input=stdin, catch_exceptions=False)
        ran = Ran(result.exit_code, result.stdout, result.stderr)
        assert ran.exit_code == code, ran
        return ran

    def json(self, *args: object, code: int = 0, stdin: bytes | None = None) -> Any:
        """Runs a command that answers in JSON and returns the answer."""
        return self.run(*args, "--json", code=code, stdin=stdin).json

    def refused(self, *args: object, code: int = 2) -> str:
        """Runs a command that is refused, and returns what it says: one line, without a trace, and nothing else."""
        ran = self.run(*args, code=code)
        assert ran.stdout == ""
        assert ran.stderr.count("\n") == 1
        assert "Traceback" not in ran.stderr
        return ran.stderr.strip()

    @property
    def files(self) -> SQLiteLocation:
        """The files of an SQLite database."""
        place = locate(self.url)
        assert isinstance(place, SQLiteLocation)
        return place

    def tamper(self, *statements: str, views: bool = False) -> None:
        """Changes the database behind the program's back, its triggers taken away first."""
        place = locate(self.url)
        if isinstance(place, SQLiteLocation):
            tamper_with(place.views if views else place.book, statements)
            return
        with psycopg.connect(place.url) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement.encode())


def tamper_with(path: Path, statements: Iterable[str]) -> None:
    """Runs statements in an SQLite file without its triggers."""
    connection = sqlite3.connect(path)
    with connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def process(*args: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line as a process of its own."""
    return subprocess.run(command(*args), cwd=cwd, env=around(environment), capture_output=True, text=True, check=False)


def command(*args: object) -> list[str]:
    """Returns the words that start the command line."""
    return [sys.executable, "-m", "api", *map(str, args)]


def around(environment: dict[str, str]) -> dict[str, str]:
    """Returns the environment of a process: this one's, without our own variables, and what is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STYRINGSBOK_")}
    paths = os.pathsep.join(filter(None, (str(ROOT), kept.get("PYTHONPATH", ""))))
    return {**kept, "PYTHONPATH": paths, **environment}


# Fictitious books ------------------------------------------------------------------------


def line(book: str, key: object, command: Line, **envelope: Any) -> Line:
    """Returns one line of an import file."""
    return {
        "collaboration": book,
        "command": {"source": SOURCE, **command},
        "mode": "import",
        "recorded_by": "import:test",
        "idempotency_key": f"{book}-{key}",
        **envelope,
    }


def founding(book: str, **fields: Any) -> Line:
    """Returns the line that opens a book."""
    founders = [{"member_id": one, "name": one.title()} for one in ("fjordvik", "elvdal")]
    founded = {"type": "collaboration.found", "effective": "2024-01-01", "name": f"Test {book} KO", "legal_form": "ko"}
    return line(book, 1, {**founded, "purpose": f"Fictitious purpose of {book}.", "founders": founders, **fields})


def person(book: str, number: int, **fields: Any) -> Line:
    """Returns a line that registers a person, whose name is a sealed text."""
    named = {
        "type": "person.register",
        "effective": "2024-01-02",
        "person_id": f"p-{number}",
        "name": f"Person {number}",
    }
    return line(book, number, {**named, **fields})


def book_of(name: str, entries: int = 5) -> list[Line]:
    """Returns the lines of a book of so many entries."""
    return [founding(name), *(person(name, number) for number in range(2, entries + 1))]


def write(path: Path, lines: Sequence[Line | str | bytes]) -> Path:
    """Writes an import file: values as JSON, texts and bytes as they are."""
    texts = [one if isinstance(one, str | bytes) else json.dumps(one, ensure_ascii=False) for one in lines]
    path.write_bytes(b"".join((one.encode() if isinstance(one, str) else one) + b"\n" for one in texts))
    return path


def plain(text: str) -> str:
    """Returns help or an error without boxes, colours and line breaks."""
    return " ".join(re.sub(r"\x1b\[[0-9;]*m|[─│╭╮╰╯]", " ", text).split())
