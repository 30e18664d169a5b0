"""Wrong usage and databases that cannot be used: one clear line and exit code 2, never a trace."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli import app
from api.cli.context import explained
from api.cli.terminal import counted, printable
from tests.cli.support import CommandLine, plain

COMMANDS = (
    "demo",
    "serve",
    "import",
    "history",
    "replay",
    "rebuild",
    "export",
    "restore",
    "verify",
    "recheck",
    "key",
    "signing-key",
)


def test_without_a_command_it_lists_them() -> None:
    result = CliRunner().invoke(app, [])
    assert all(f" {name} " in plain(result.output) for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_is_for(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYRINGSBOK_PORT", "help is shown whatever is set")
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output


@pytest.mark.parametrize("args", [("found",), ("verify", "--deep"), ("replay",), ("replay", "x", "--entry", "-1")])
def test_wrong_usage_says_how_to_get_help(sqlite_cli: CommandLine, args: tuple[str, ...]) -> None:
    assert "--help" in sqlite_cli.run(*args, code=2).stderr


@pytest.mark.parametrize("url", ["mysql://host/x", "book.db", "sqlite://", "sqlite:///", "postgresql://[x"])
def test_a_url_that_names_no_database_is_refused(url: str) -> None:
    said = CommandLine(url).refused("verify")
    assert "sqlite:///path/to/file.db or postgresql://user@host/database" in said


def test_a_variable_that_is_wrong_is_named(sqlite_cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYRINGSBOK_PORT", "many")
    assert sqlite_cli.refused("verify").startswith("STYRINGSBOK_PORT cannot be used")


def test_what_is_said_on_the_command_line_wins(sqlite_cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYRINGSBOK_DATABASE", "mysql://host/x")
    assert "There is no book at" in sqlite_cli.refused("verify")


def test_a_server_that_does_not_answer_is_said_at_once() -> None:
    said = CommandLine("postgresql://clerk:secret@127.0.0.1:1/book").refused("verify")
    assert "postgresql://127.0.0.1/book cannot be reached" in said
    assert "secret" not in said


@pytest.mark.parametrize("command", ["verify", "rebuild"])
def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path, command: str) -> None:
    (tmp_path / "book.db").write_text("not a database, and long enough to be seen as none at all", encoding="utf-8")
    assert "is not a database" in CommandLine(f"sqlite:///{tmp_path / 'book.db'}").refused(command)


@pytest.mark.parametrize("command", ["verify", "rebuild"])
def test_a_folder_is_no_database(tmp_path: Path, command: str) -> None:
    assert "The database cannot be used" in CommandLine(f"sqlite:///{tmp_path}").refused(command)


def test_a_file_with_nothing_in_it_holds_no_book(tmp_path: Path) -> None:
    (tmp_path / "book.db").touch()
    assert "There is no book at" in CommandLine(f"sqlite:///{tmp_path / 'book.db'}").refused("verify")


def test_a_disk_that_is_full_is_said_in_a_line() -> None:
    full = explained(OSError(errno.ENOSPC, "No space left on device"))
    assert (str(full), full and full.exit_code) == ("No space left on device.", 2)
    assert explained(BrokenPipeError()) is None
    assert explained(KeyError("ours")) is None


def test_what_steers_a_terminal_is_not_shown() -> None:
    assert printable("a\x1b[2Jb\tc\u202ed\ne") == "a\ufffd[2Jb\ufffdc\ufffdd\ne"


def test_things_are_counted_in_words() -> None:
    assert [counted(number, "book", "books") for number in (0, 1, 2)] == ["0 books", "1 book", "2 books"]
