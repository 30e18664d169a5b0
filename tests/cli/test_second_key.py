"""The second signature as an operator has it: a switch, a file beside the first key, and a command for another one."""

from __future__ import annotations

import stat
from pathlib import Path
from urllib.request import urlopen

import pytest

from ledger.log.notes import Note, VerifierKey
from tests.cli.support import CommandLine, book_of, person, write
from tests.cli.test_serving import get, serving


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the first key is, and beside it the second."""
    path = tmp_path / "keys" / "prove.key"
    monkeypatch.setenv("STYRINGSBOK_SIGNING_KEY_FILE", str(path))
    monkeypatch.setenv("STYRINGSBOK_ORIGIN", "prove.example")
    monkeypatch.setenv("STYRINGSBOK_SECOND_SIGNATURE", "true")
    return path.with_name("prove.key.ml-dsa-44")


@pytest.fixture
def signed(cli: CommandLine, key: Path, tmp_path: Path) -> CommandLine:
    """The command line on a book that was signed by both keys; on each engine."""
    cli.run("import", write(tmp_path / "one.ndjson", book_of("aker", 5)))
    cli.run("export", "--format", "evidence", tmp_path / "first.zip")
    return cli


def test_the_switch_makes_the_key_and_the_package_bears_its_signature(
    signed: CommandLine, key: Path, tmp_path: Path
) -> None:
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    (book,) = signed.json("verify", tmp_path / "first.zip")["books"]
    assert book["second_signature"] is True
    assert signed.json("verify")["ok"] is True
    signed.run("backup", "--to", tmp_path / "backup.zip")


def test_a_lost_second_key_is_said_and_another_may_follow(signed: CommandLine, key: Path, tmp_path: Path) -> None:
    shown = signed.json("signing-key", "second")
    assert (shown["number"], shown["at"], shown["signs"]) == (1, str(key), True)
    assert f"{key} is there already" in signed.refused("signing-key", "second", "--another")
    key.unlink()
    signed.run("import", write(tmp_path / "more.ndjson", [person("aker", 9)]))
    refused = signed.refused("export", "--format", "evidence", tmp_path / "second.zip")
    assert "signing-key second --another" in refused
    made = signed.json("signing-key", "second", "--another")
    assert (made["number"], made["at"], made["signs"]) == (2, str(key), True)
    assert VerifierKey.read(made["key"]).algorithm == 0x06
    (line,) = made["policy"]
    assert VerifierKey.read(line.removeprefix("log ")).name == "prove.example/aker"
    signed.run("export", "--format", "evidence", tmp_path / "second.zip")
    assert signed.json("verify", tmp_path / "second.zip")["books"][0]["second_signature"] is True


def test_without_the_switch_the_command_makes_a_key_that_does_not_sign_yet(
    cli: CommandLine, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STYRINGSBOK_SECOND_SIGNATURE")
    cli.run("import", write(tmp_path / "one.ndjson", book_of("aker", 5)))
    cli.run("export", "--format", "evidence", tmp_path / "first.zip")
    assert not key.exists()
    assert "Set STYRINGSBOK_SECOND_SIGNATURE=true to have it sign." in cli.run("signing-key", "second").stdout
    cli.run("import", write(tmp_path / "more.ndjson", [person("aker", 9)]))
    cli.run("export", "--format", "evidence", tmp_path / "second.zip")
    assert cli.json("verify", tmp_path / "second.zip")["books"][0]["second_signature"] is False


def test_both_keys_are_served(sqlite_cli: CommandLine, key: Path, tmp_path: Path) -> None:
    sqlite_cli.run("import", write(tmp_path / "one.ndjson", book_of("aker", 5)))
    environment = {
        "STYRINGSBOK_DATABASE": sqlite_cli.url,
        "STYRINGSBOK_SIGNING_KEY_FILE": str(key.with_suffix("")),
        "STYRINGSBOK_SECOND_SIGNATURE": "true",
    }
    with serving("serve", "--port", 0, cwd=tmp_path, **environment) as (_, url, _):
        log = f"{url}/api/v1/collaborations/aker/log"
        with urlopen(f"{log}/keys", timeout=30) as answer:
            keys = [VerifierKey.read(line) for line in answer.read().decode().splitlines()]
        with urlopen(f"{log}/checkpoint", timeout=30) as answer:
            note = Note.read(answer.read())
        with urlopen(f"{log}/policy", timeout=30) as answer:
            policy = answer.read().decode()
        assert get(f"{url}/readyz")["status"] == "ready"
    assert [key.algorithm for key in keys] == [0x01, 0x06]
    assert note.verified(keys).keys() == set(keys)
    assert policy == "".join(f"log {one}\n" for one in keys) + "quorum none\n"
