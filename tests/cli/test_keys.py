"""`key`: made, shown once, listed without the secret, revoked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ledger import keys
from ledger.application import Ledger
from ledger.location import locate
from tests.cli.support import CommandLine


def known(cli: CommandLine, secret: str) -> str | None:
    """Returns the role of the key with this secret, None if it opens nothing."""
    ledger = Ledger(locate(cli.url), read_only=True)
    try:
        key = keys.find(ledger, secret)
        return None if key is None else f"{key.principal} {key.role} {key.books}"
    finally:
        ledger.close()


def test_a_key_is_shown_once_and_opens_what_it_was_made_for(cli: CommandLine) -> None:
    made = cli.json("key", "create", "--role", "secretary", "--name", "clerk-1", "--books", "aker, birk,aker")
    assert {name: made[name] for name in ("principal", "role", "books")} == {
        "principal": "clerk-1",
        "role": "secretary",
        "books": "aker,birk",
    }
    assert known(cli, made["key"]) == "clerk-1 secretary aker,birk"
    listed = cli.run("key", "list", "--json")
    assert made["key"] not in listed.stdout
    assert [key["principal"] for key in listed.json["keys"]] == ["clerk-1"]


def test_for_people_the_secret_is_all_there_is_on_standard_output(cli: CommandLine) -> None:
    ran = cli.run("key", "create", "--role", "auditor", "--name", "a")
    secret = ran.stdout.strip()
    assert known(cli, secret) == "a auditor *"
    assert secret not in ran.stderr
    assert "auditor" in cli.run("key", "list").stdout


def test_a_revoked_key_opens_nothing_and_is_still_listed(cli: CommandLine) -> None:
    secret = cli.json("key", "create", "--role", "reader", "--name", "r")["key"]
    (key,) = cli.json("key", "list")["keys"]
    assert "Revoked the key" in cli.run("key", "revoke", key["fingerprint"]).stdout
    assert known(cli, secret) is None
    (revoked,) = cli.json("key", "list")["keys"]
    assert revoked["revoked_at"] is not None
    assert cli.json("key", "revoke", key["fingerprint"]) == revoked


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("create", "--role", "reader", "--name", "Kari Nordmann"), "--name takes"),
        (("create", "--role", "reader", "--name", "r", "--books", "Aker"), "--books takes"),
        (("create", "--role", "reader", "--name", "r", "--books", "aker,,birk"), "--books takes"),
        (("revoke", "abc"), "12 digits"),
        (("revoke", "abcdefabcdef"), "no key"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(sqlite_cli: CommandLine, args: tuple[str, ...], said: str) -> None:
    assert said in sqlite_cli.refused("key", *args)


def test_an_unknown_role_is_wrong_usage(sqlite_cli: CommandLine) -> None:
    ran = sqlite_cli.run("key", "create", "--role", "mayor", "--name", "m", code=2)
    assert "secretary" in ran.stderr


# The keys of the demonstration -----------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in, with no database named."""
    monkeypatch.chdir(tmp_path)
    return tmp_path / "demo-data"


def test_the_demonstration_leaves_its_keys_in_a_file_of_its_owner(folder: Path, sqlite_cli: CommandLine) -> None:
    first = sqlite_cli.run("demo", "--no-serve", "--small").stdout
    kept = json.loads((folder / "keys.json").read_text(encoding="utf-8"))
    assert set(kept) == {"secretary", "auditor"}
    assert (folder / "keys.json").stat().st_mode & 0o777 == 0o600
    assert all(secret in first for secret in kept.values())
    assert known(sqlite_cli, kept["secretary"]) == "demo-secretary secretary *"
    assert known(sqlite_cli, kept["auditor"]) == "demo-auditor auditor *"
    second = sqlite_cli.run("demo", "--no-serve", "--small").stdout
    assert json.loads((folder / "keys.json").read_text(encoding="utf-8")) == kept
    assert all(secret in second for secret in kept.values())
    assert len(sqlite_cli.json("key", "list")["keys"]) == 2


@pytest.mark.parametrize("content", ["", "[]", '{"secretary": 7}', '{"secretary": "sbk_of-another-database"}'])
def test_keys_this_database_does_not_know_are_made_anew(folder: Path, sqlite_cli: CommandLine, content: str) -> None:
    folder.mkdir()
    (folder / "keys.json").write_text(content, encoding="utf-8")
    sqlite_cli.run("demo", "--no-serve", "--small")
    kept = json.loads((folder / "keys.json").read_text(encoding="utf-8"))
    assert known(sqlite_cli, kept["secretary"]) == "demo-secretary secretary *"
    assert (folder / "keys.json").stat().st_mode & 0o777 == 0o600
