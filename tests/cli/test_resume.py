"""`resume` that asks the witnesses itself, as an operator runs it after a restore."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli.context import signing_of, witnesses_of
from api.composition import house
from api.settings import Settings
from ledger.location import locate
from ledger.log.checkpointing import SECONDS_BETWEEN
from ledger.log.keys import SigningKey, create
from ledger.log.tables import INSTALLATION
from ledger.log.witnessing import Asking
from tests.cli.support import CommandLine, book_of, person, write
from tests.cli.test_serving import serving

NAME = "nabo.example/vitne"


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SigningKey:
    """The installation's signing key, in the file the settings name."""
    monkeypatch.setenv("STYRINGSBOK_SIGNING_KEY_FILE", str(tmp_path / "prove.key"))
    monkeypatch.setenv("STYRINGSBOK_ORIGIN", "prove.example")
    return create(tmp_path / "prove.key", "prove.example")


@pytest.fixture
def policy(key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A policy that names a witness which is running."""
    known = str(key.key_for("prove.example"))
    run = ("witness", "--name", NAME, "--log", known, "--state", str(tmp_path / "vitne"), "--port", 0)
    with serving(*run, cwd=tmp_path) as (_, _, said):
        path = tmp_path / "policy.txt"
        line = next(one for one in said.splitlines() if one.startswith("witness "))
        path.write_text(f"{line}\nquorum {NAME}\n", encoding="utf-8")
        monkeypatch.setenv("STYRINGSBOK_WITNESSES", str(path))
        yield path


@pytest.fixture
def empty(tmp_path: Path) -> CommandLine:
    """The command line on another SQLite file that does not exist yet."""
    return CommandLine(f"sqlite:///{tmp_path / 'other' / 'book.db'}")


def cosigned(cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the witness cosign every book, as a server does now and then."""
    settings = Settings()
    monkeypatch.setattr("ledger.log.checkpointing.SECONDS_BETWEEN", 0)
    with house(locate(cli.url), signing=signing_of(settings)) as opened:
        assert {one.state for one in Asking(opened, witnesses_of(settings)).ask_all()} == {"cosigned"}
    monkeypatch.setattr("ledger.log.checkpointing.SECONDS_BETWEEN", SECONDS_BETWEEN)


@pytest.mark.usefixtures("policy")
def test_a_restored_book_goes_on_from_what_the_witness_saw_and_an_older_one_does_not(
    cli: CommandLine, empty: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.run("import", write(tmp_path / "two.ndjson", [*book_of("aker", 5), *book_of("birk", 3)]))
    cosigned(cli, monkeypatch)
    cli.run("backup", "--to", tmp_path / "b.zip")
    empty.run("restore", tmp_path / "b.zip")
    assert empty.refused("resume", "cask") == "cask is not held; these are: *, aker, birk."
    done = empty.json("resume", "aker")
    assert (done["resumed"], list(done["held"])) == (["aker"], [INSTALLATION, "birk"])
    said = empty.run("resume").stdout
    assert f"birk: {NAME} saw it up to entry 3, as it is here." in said
    assert empty.run("resume").stdout == "No book is held.\n"
    assert empty.json("import", write(tmp_path / "more", [person("birk", 4)]))["recorded"] == 1

    cli.run("import", write(tmp_path / "later", [person("aker", 6), person("aker", 7), *book_of("cask", 2)]))
    cosigned(cli, monkeypatch)
    late = CommandLine(f"sqlite:///{tmp_path / 'late' / 'book.db'}")
    late.run("restore", tmp_path / "b.zip")
    ran = late.run("resume", code=1)
    assert "birk agrees with what is known outside, and goes on." in ran.stdout
    assert "aker is held" in ran.stdout
    assert f"aker: {NAME} saw 7 entries: entries 6 to 7 are missing here." in ran.stderr
    assert f"cask: {NAME} saw 2 entries: the whole book is missing here." in ran.stderr
    assert ran.stderr.count("A later backup has them") == 1
    asked = late.json("resume", code=1)
    assert [(one["collaboration_id"], one["state"], one["size"]) for one in asked["asked"]] == [
        (INSTALLATION, "missing", 4),
        ("aker", "missing", 7),
        ("cask", "missing", 2),
    ]
    late.run("resume", "--record-break", "the later backups burned")
    assert late.run("resume").stdout == "No book is held.\n"


def test_a_witness_that_does_not_answer_or_never_saw_it_is_told(
    policy: Path, cli: CommandLine, empty: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as without:
        without.delenv("STYRINGSBOK_SIGNING_KEY_FILE")
        cli.run("import", write(tmp_path / "one.ndjson", book_of("aker", 5)))
        cli.run("backup", "--to", tmp_path / "unsigned.zip")
    unsigned = CommandLine(f"sqlite:///{tmp_path / 'unsigned' / 'book.db'}")
    unsigned.run("restore", tmp_path / "unsigned.zip")
    assert "Nothing was signed when the backup was made" in unsigned.run("resume", code=1).stderr
    cli.run("export", "--format", "evidence", tmp_path / "e.zip")
    cli.run("backup", "--to", tmp_path / "b.zip")
    empty.run("restore", tmp_path / "b.zip")
    ran = empty.run("resume", code=1)
    assert f"aker: {NAME} never saw it, which shows nothing." in ran.stderr
    assert "No witness saw it. Give --checkpoint" in ran.stderr
    cosigned(cli, monkeypatch)
    whole = policy.read_text(encoding="utf-8")
    policy.write_text(whole.rsplit(":", 1)[0] + f":1\nquorum {NAME}\n", encoding="utf-8")
    ran = empty.run("resume", code=1)
    assert f"aker: {NAME} did not answer at http://127.0.0.1:1" in ran.stderr
    assert "Every witness has to answer" in ran.stderr
    assert list(empty.json("resume", code=1)["held"]) == [INSTALLATION, "aker"]
    policy.write_text(whole, encoding="utf-8")
    assert empty.json("resume")["resumed"] == [INSTALLATION, "aker"]


@pytest.mark.usefixtures("policy")
def test_beside_a_server_it_is_said_what_to_do(sqlite_cli: CommandLine, empty: CommandLine, tmp_path: Path) -> None:
    sqlite_cli.run("import", write(tmp_path / "one.ndjson", book_of("aker", 3)))
    sqlite_cli.run("backup", "--to", tmp_path / "b.zip")
    empty.run("restore", tmp_path / "b.zip")
    named = {"STYRINGSBOK_DATABASE": empty.url, "STYRINGSBOK_SIGNING_KEY_FILE": str(tmp_path / "prove.key")}
    with serving("serve", "--port", 0, cwd=tmp_path, **named) as (server, _, _):
        for args in ((), ("--record-break", "the disk burned")):
            said = empty.refused("resume", *args)
            assert f"process {server.pid}, which serves it as held: stop it, run this again" in said


def test_without_witnesses_the_held_are_listed_and_no_book_is_asked_about(
    cli: CommandLine, empty: CommandLine, key: SigningKey, tmp_path: Path
) -> None:
    assert key.origin == "prove.example"
    cli.run("import", write(tmp_path / "one.ndjson", book_of("aker", 5)))
    cli.run("backup", "--to", tmp_path / "b.zip")
    empty.run("restore", tmp_path / "b.zip")
    assert "aker is held" in empty.run("resume").stdout
    assert "or set STYRINGSBOK_WITNESSES" in empty.refused("resume", "aker")
    assert "a checkpoint names its own" in empty.refused("resume", "aker", "--checkpoint", tmp_path / "b.zip")
