"""`signing-key`, as an operator runs it: shown, let another follow, recorded as lost, and never by itself."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from ledger.application import Ledger
from ledger.errors import LedgerError
from ledger.location import locate
from ledger.log.checkpointing import open_signer
from ledger.log.keys import load
from ledger.log.rotating import rotate_in_place
from tests.cli.support import CommandLine, book_of, person, write
from tests.cli.test_serving import serving

GONE = "the disk burned, and no copy of the key was kept"


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the signing key is."""
    path = tmp_path / "keys" / "prove.key"
    monkeypatch.setenv("STYRINGSBOK_SIGNING_KEY_FILE", str(path))
    monkeypatch.setenv("STYRINGSBOK_ORIGIN", "prove.example")
    return path


@pytest.fixture
def signed(cli: CommandLine, key: Path, tmp_path: Path) -> CommandLine:
    """The command line on two books that were signed; on each engine."""
    cli.run("import", write(tmp_path / "two.ndjson", [*book_of("aker", 5), *book_of("birk", 3)]))
    cli.run("export", "--format", "evidence", tmp_path / "first.zip")
    assert key.exists()
    return cli


def goes_on(cli: CommandLine, tmp_path: Path, number: int) -> Path:
    """Records one entry more and writes evidence of it, which the verifier in it finds to be as it was signed."""
    cli.run("import", write(tmp_path / f"{number}.ndjson", [person("aker", number)]))
    package = tmp_path / f"{number}.zip"
    cli.run("export", "--format", "evidence", package)
    assert cli.json("verify", package)["ok"] is True
    return package


def alone(package: Path, tmp_path: Path) -> str:
    """Returns what the verifier in a package says of it."""
    with ZipFile(package) as archive:
        archive.extract("verify.py", tmp_path)
    said = subprocess.run(
        [sys.executable, "-I", tmp_path / "verify.py", package], capture_output=True, text=True, check=True
    )
    return said.stdout


# Showing ---------------------------------------------------------------------------------


def test_it_is_shown_in_public_and_nothing_of_the_private_one(signed: CommandLine, key: Path) -> None:
    shown = signed.json("signing-key", "show")
    own = str(load(key).key_for("prove.example"))
    assert (shown["origin"], shown["key"], shown["number"], shown["at"]) == ("prove.example", own, 1, str(key))
    assert shown["trouble"] is None
    assert shown["policy"] == [f"log {load(key).key_for(f'prove.example/{book}')}" for book in ("aker", "birk")]
    said = signed.run("signing-key", "show").stdout
    assert own in said
    secret = key.read_text().split("+", 4)[4].strip()
    assert secret not in said
    assert secret not in str(shown)


def test_it_is_shown_though_it_cannot_be_used_and_never_made(signed: CommandLine, key: Path) -> None:
    before = key.read_bytes()
    key.unlink()
    said = signed.run("signing-key", "show").stdout
    assert "Nothing can be signed: the signing key is not at" in said
    assert "styringsbok signing-key lost" in said
    assert not key.exists()
    key.write_bytes(before)
    key.chmod(0o644)
    assert "chmod 600" in signed.json("signing-key", "show")["trouble"]


def test_what_was_never_signed_has_no_key(
    cli: CommandLine, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.delenv("STYRINGSBOK_SIGNING_KEY_FILE")
        cli.run("import", write(tmp_path / "one.ndjson", book_of("aker", 2)))
    assert "has never been signed" in cli.refused("signing-key", "show")
    assert "has never been signed" in cli.refused("signing-key", "rotate")
    lost = ("signing-key", "lost", "--reason", GONE, "--to", key, "--nobody-has-it")
    assert "there is no key that could be lost" in cli.refused(*lost, code=1)
    assert not key.exists()


# Rotating --------------------------------------------------------------------------------


def test_a_new_key_takes_the_place_of_the_old_one(signed: CommandLine, key: Path, tmp_path: Path) -> None:
    old = key.read_bytes()
    said = signed.run("signing-key", "rotate").stdout
    assert (key.parent / "prove.key.1").read_bytes() == old
    assert str(load(key).key_for("prove.example")) in said
    assert f"The old key is in {key.parent / 'prove.key.1'}" in said
    package = goes_on(signed, tmp_path, 6)
    assert alone(package, tmp_path).count("as they were signed") == 3
    assert signed.json("verify")["told"] == []
    assert signed.json("verify", tmp_path / "first.zip")["ok"] is True
    signed.run("signing-key", "rotate")
    key.with_name("prove.key.2").rename(tmp_path / "two")
    key.rename(tmp_path / "three")
    (tmp_path / "two").rename(key)
    said = signed.json("signing-key", "show")["trouble"]
    assert said.startswith(f"the key in {key} is key 2, which another has followed, and not the one")
    key.rename(key.with_name("prove.key.2"))
    (tmp_path / "three").rename(key)
    shown = signed.json("signing-key", "show")
    assert [(one["number"], one["lost"]) for one in shown["keys"]] == [(1, None), (2, None), (3, None)]
    assert sorted(one.name for one in key.parent.iterdir()) == ["prove.key", "prove.key.1", "prove.key.2"]


def test_a_new_key_in_a_file_of_its_own(
    signed: CommandLine, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "ny.key"
    assert f"Set STYRINGSBOK_SIGNING_KEY_FILE={new}" in signed.run("signing-key", "rotate", "--to", new).stdout
    refused = signed.run("export", "--format", "evidence", tmp_path / "e.zip", code=2).stderr
    assert "is key 1, which another has followed, and not the one the log was last signed with, key 2" in refused
    assert "styringsbok signing-key lost" in refused
    assert "is there already" in signed.refused("signing-key", "lost", "--reason", "x", "--to", key, *SURE, code=1)
    monkeypatch.setenv("STYRINGSBOK_SIGNING_KEY_FILE", str(new))
    goes_on(signed, tmp_path, 6)


SURE = ("--nobody-has-it",)


def test_a_rotation_cut_short_is_told_with_the_file_the_key_is_in(
    signed: CommandLine, key: Path, tmp_path: Path
) -> None:
    ledger = Ledger(locate(signed.url))
    rotate_in_place(open_signer(ledger, path=key), key)
    ledger.close()
    (key.parent / "prove.key.new").write_bytes(key.read_bytes())
    (key.parent / "prove.key.1").rename(key)
    said = signed.run("export", "--format", "evidence", tmp_path / "e.zip", code=2).stderr
    assert f"it is in {key.parent / 'prove.key.new'}" in said
    key.unlink()
    lost = signed.refused("signing-key", "lost", "--reason", GONE, "--to", tmp_path / "ny.key", *SURE, code=1)
    assert lost.startswith(f"The key is not lost: it is in {key.parent / 'prove.key.new'}")
    assert not (tmp_path / "ny.key").exists()


def test_what_another_rotation_left_is_not_overwritten(signed: CommandLine, key: Path) -> None:
    for name, said in (("prove.key.new", "is left of a rotation"), ("prove.key.1", "is there already")):
        (key.parent / name).write_text("kept")
        assert said in signed.refused("signing-key", "rotate", code=1)
        assert (key.parent / name).read_text() == "kept"
        (key.parent / name).unlink()
    assert signed.json("signing-key", "show")["number"] == 1


def test_a_key_in_the_environment_is_followed_in_a_file(
    signed: CommandLine, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STYRINGSBOK_SIGNING_KEY", key.read_text())
    assert "say with --to" in signed.refused("signing-key", "rotate")
    said = signed.run("signing-key", "rotate", "--to", tmp_path / "ny.key").stdout
    assert f"Take STYRINGSBOK_SIGNING_KEY away, and set STYRINGSBOK_SIGNING_KEY_FILE={tmp_path / 'ny.key'}" in said


def test_the_file_of_a_key_that_was_not_recorded_is_taken_away(
    signed: CommandLine, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise LedgerError("the disk is full")

    ledger = Ledger(locate(signed.url))
    signer = open_signer(ledger, path=key)
    monkeypatch.setattr(ledger, "write_beside", refuse)
    with pytest.raises(LedgerError, match="the disk is full"):
        rotate_in_place(signer, key)
    ledger.close()
    assert [one.name for one in key.parent.iterdir()] == ["prove.key"]


# Losing it -------------------------------------------------------------------------------


def test_a_loss_is_recorded_once_it_is_said_twice_and_told_from_then_on(
    signed: CommandLine, key: Path, tmp_path: Path
) -> None:
    signed.run("backup", "--to", tmp_path / "b.zip")
    key.unlink()
    lost = ("signing-key", "lost", "--reason", GONE, "--to", key)
    asked = signed.refused(*lost, code=1)
    assert "run this again with --nobody-has-it" in asked
    assert not key.exists()
    assert signed.json("signing-key", "show")["number"] == 1
    assert signed.json(*lost, *SURE)["lost"] == GONE
    package = goes_on(signed, tmp_path, 6)
    answer = signed.json("verify")
    assert (answer["ok"], [one["code"] for one in answer["told"]]) == (True, ["log_key_lost"])
    assert f"the key before was lost: {GONE} [log_key_lost]" in signed.run("verify").stdout
    assert f"since {load_since(signed)}: the key before was lost: {GONE}" in alone(package, tmp_path)
    assert f"the key before was lost: {GONE}" in signed.run("verify", package).stdout
    assert signed.json("verify", package)["books"][0]["lost_keys"] != []
    assert signed.json("verify", tmp_path / "first.zip")["ok"] is True, "what the lost key signed is valid still"
    signed.run("backup", "--to", tmp_path / "after.zip")
    other = CommandLine(f"sqlite:///{tmp_path / 'other' / 'book.db'}")
    other.run("restore", tmp_path / "after.zip")
    assert [one["code"] for one in other.json("verify")["told"]] == ["log_key_lost", *["book_held"] * 3]


def load_since(cli: CommandLine) -> str:
    """Returns since when the last key signs."""
    return str(cli.json("signing-key", "show")["since"])


def test_a_key_that_is_there_is_not_lost(signed: CommandLine, key: Path, tmp_path: Path) -> None:
    lost = ("signing-key", "lost", "--reason", GONE, "--to", tmp_path / "ny.key", *SURE)
    assert "is the one in use, and not lost: `styringsbok signing-key rotate`" in signed.refused(*lost, code=1)
    key.chmod(0o644)
    assert signed.refused(*lost, code=1).startswith(f"The key is not lost: it is in {key}; others may read")
    shutil.move(key, key.with_name("kopi.key"))
    assert f"it is in {key.with_name('kopi.key')}" in signed.refused(*lost, code=1)
    assert not (tmp_path / "ny.key").exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "\x1b[2J"])
def test_a_loss_needs_a_reason(signed: CommandLine, key: Path, reason: str) -> None:
    key.unlink()
    said = signed.refused("signing-key", "lost", "--reason", reason, "--to", key, *SURE, code=1)
    assert "a reason of 1 to 500 characters that print" in said
    assert not key.exists()


# Beside a server -------------------------------------------------------------------------


def test_beside_a_server_it_is_shown_and_not_changed(sqlite_cli: CommandLine, key: Path, tmp_path: Path) -> None:
    sqlite_cli.run("import", write(tmp_path / "one.ndjson", book_of("aker", 3)))
    environment = {"STYRINGSBOK_DATABASE": sqlite_cli.url, "STYRINGSBOK_SIGNING_KEY_FILE": str(key)}
    with serving("serve", "--port", 0, cwd=tmp_path, **environment) as (server, _, _):
        for args in (("rotate",), ("lost", "--reason", GONE, "--to", tmp_path / "ny.key", *SURE)):
            said = sqlite_cli.refused("signing-key", *args)
            assert re.search(rf"process {server.pid}.*stop it, run this again, and start it with the new key", said)
    assert [one.name for one in key.parent.iterdir()] == ["prove.key"]


def test_nothing_is_signed_with_a_key_that_another_process_let_be_followed(
    signed: CommandLine, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(locate(signed.url))
    first, second = open_signer(ledger, path=key), open_signer(ledger, path=key)
    rotate_in_place(second, key)
    ledger.close()
    with monkeypatch.context() as without:
        without.delenv("STYRINGSBOK_SIGNING_KEY_FILE")
        signed.run("import", write(tmp_path / "more", [person("aker", 6)]))
    ledger = Ledger(locate(signed.url), read_only=True)
    first.ledger = ledger
    with pytest.raises(LedgerError, match="another key follows the one this process signs with"):
        first.checkpoint("aker", at_once=True)
    ledger.close()
