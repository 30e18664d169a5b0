"""`backup`, `restore` and `resume`, as an operator runs them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import sleep
from typing import Any
from urllib.error import HTTPError
from zipfile import ZipFile

import pytest

from api.composition import house
from ledger.application import Ledger
from ledger.location import locate
from ledger.log.checkpointing import SECONDS_BETWEEN
from ledger.log.tables import INSTALLATION
from tests.cli.support import CommandLine, book_of, person, write
from tests.cli.test_serving import get, post, serving


@pytest.fixture
def signed(cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line on two books that were signed, with the key in a file of its own; on each engine."""
    monkeypatch.setenv("STYRINGSBOK_SIGNING_KEY_FILE", str(tmp_path / "prove.key"))
    cli.run("import", write(tmp_path / "two.ndjson", [*book_of("aker", 5), *book_of("birk", 3)]))
    cli.run("export", "--format", "evidence", tmp_path / "evidence.zip")
    return cli


@pytest.fixture
def empty(tmp_path: Path) -> CommandLine:
    """The command line on another SQLite file that does not exist yet."""
    return CommandLine(f"sqlite:///{tmp_path / 'other' / 'book.db'}")


def checkpoint(cli: CommandLine, book: str, to: Path) -> Path:
    """Keeps a book's last checkpoint in a file, as somebody outside would."""
    sleep(SECONDS_BETWEEN)
    cli.run("export", "--format", "evidence", to.with_suffix(".zip"), book)
    with ZipFile(to.with_suffix(".zip")) as archive:
        to.write_bytes(archive.read(f"log/{book}/checkpoint"))
    return to


def installation(cli: CommandLine, to: Path) -> Path:
    """Keeps the installation's checkpoint in a file, as somebody outside would."""
    cli.run("export", "--format", "evidence", to.with_suffix(".zip"), "--force")
    with ZipFile(to.with_suffix(".zip")) as archive:
        to.write_bytes(archive.read("installation/checkpoint"))
    return to


def test_a_backup_is_restored_and_goes_on_where_what_is_known_outside_agrees(
    signed: CommandLine, empty: CommandLine, tmp_path: Path
) -> None:
    done = signed.json("backup", "--to", tmp_path / "b.zip")
    assert (done["books"], done["signed"], done["unsigned_because"]) == ({"aker": 5, "birk": 3},) * 2 + (None,)
    aker, birk = (checkpoint(signed, book, tmp_path / book) for book in ("aker", "birk"))
    restored = empty.json("restore", tmp_path / "b.zip", "--known-checkpoint", aker)
    assert (restored["held"], restored["differing"]) == ([INSTALLATION, "birk"], [])
    more = write(tmp_path / "more", [person("aker", 6)])
    assert empty.json("import", more)["recorded"] == 1
    assert "styringsbok resume" in empty.refused("import", write(tmp_path / "m", [person("birk", 4)]), code=1)
    assert [one["code"] for one in empty.json("verify")["told"]] == ["book_held", "book_held"]
    assert list(empty.json("resume")["held"]) == [INSTALLATION, "birk"]
    assert "birk agrees with what is known outside" in empty.run("resume", "--checkpoint", birk).stdout
    known = installation(signed, tmp_path / "installation")
    assert "the installation's log agrees with what" in empty.run("resume", "--checkpoint", known).stdout
    assert "No book is held" in empty.run("resume").stdout
    assert empty.json("verify")["told"] == []


def test_a_backup_of_what_was_never_signed_says_so_and_nothing_of_where_it_was_copied_to(
    cli: CommandLine, empty: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cli.run("import", write(tmp_path / "one.ndjson", book_of("aker", 5)))
    monkeypatch.setenv("STYRINGSBOK_SIGNING_KEY_FILE", str(tmp_path / "prove.key"))
    ran = cli.run("backup", "--to", tmp_path / "b.zip")
    why = "nothing of these books was ever signed: their key is made when they first are"
    assert ran.stderr == f"No checkpoint was signed for it: {why}.\n"
    assert not (tmp_path / "prove.key").exists()
    assert cli.json("backup", "--to", tmp_path / "c.zip")["unsigned_because"] == why
    assert empty.json("restore", tmp_path / "b.zip")["held"] == ["aker"]


class Killed(BaseException):
    """The process ends."""


@pytest.fixture
def cut_short(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Returns what ends the process when it lets the second book go, and not after that."""

    def prepare() -> None:
        let_go, calls = Ledger.let_go, iter((False, True))

        def once(self: Ledger, *args: Any) -> None:
            if next(calls, False):
                raise Killed
            let_go(self, *args)

        monkeypatch.setattr(Ledger, "let_go", once)

    return prepare


def restored(signed: CommandLine, empty: CommandLine, tmp_path: Path) -> list[object]:
    """Backs up and restores, and returns what resumes both books and then the installation's log."""
    known = [checkpoint(signed, book, tmp_path / book) for book in ("aker", "birk")]
    known.append(installation(signed, tmp_path / "installation"))
    signed.run("backup", "--to", tmp_path / "b.zip")
    empty.run("restore", tmp_path / "b.zip")
    return [part for one in known for part in ("--checkpoint", one)]


def test_a_resume_that_was_cut_short_is_run_again_and_a_second_time_changes_nothing(
    signed: CommandLine, empty: CommandLine, tmp_path: Path, cut_short: Callable[[], None]
) -> None:
    shown = restored(signed, empty, tmp_path)
    cut_short()
    with pytest.raises(Killed):
        empty.run("resume", *shown)
    half = empty.json("resume")
    assert list(half["held"]) == [INSTALLATION, "birk"]
    for number, args in enumerate((("backup", "--to"), ("export",))):
        assert empty.json(*args, tmp_path / f"half{number}.zip")["books"] == {"aker": 5, "birk": 3}
        again = CommandLine(f"sqlite:///{tmp_path / str(number) / 'book.db'}")
        assert again.json("restore", tmp_path / f"half{number}.zip")["held"] == [INSTALLATION, "aker", "birk"]
        assert again.json("verify")["findings"] == []
        assert again.json("resume", *shown)["resumed"] == [INSTALLATION, "aker", "birk"]
    done = empty.json("resume", *shown)
    assert (done["resumed"], done["held"], done["differing"]) == ([INSTALLATION, "birk"], {}, [])
    for _ in range(2):
        done = empty.json("resume", *shown)
        assert (done["resumed"], done["broken"], done["held"], done["differing"]) == ([], [], {}, [])
    assert empty.json("verify") == {"ok": True, "books": 2, "entries": 8, "findings": [], "told": []}


def test_a_break_that_was_cut_short_is_recorded_once_of_each_book(
    signed: CommandLine, empty: CommandLine, tmp_path: Path, cut_short: Callable[[], None]
) -> None:
    restored(signed, empty, tmp_path)
    broken = ("resume", "aker", "birk", "aker", "--record-break", "the disk burned")
    cut_short()
    with pytest.raises(Killed):
        empty.run(*broken)
    ran = empty.run(*broken)
    assert "birk goes on without proof" in ran.stdout
    assert ran.stderr == "aker is not held, and goes on with its break already: nothing more is recorded.\n"
    assert empty.json(*broken)["broken"] == []
    told = [(one["collaboration"], one["code"]) for one in empty.json("verify")["told"]]
    assert told == [(None, "book_held"), ("aker", "log_break"), ("birk", "log_break")]
    assert "There is no collaboration 'cask'" in empty.refused("resume", "cask", "--record-break", "the disk burned")
    empty.run("backup", "--to", tmp_path / "after.zip")
    again = CommandLine(f"sqlite:///{tmp_path / 'again' / 'book.db'}")
    assert again.json("restore", tmp_path / "after.zip")["held"] == [INSTALLATION, "aker", "birk"]


def test_an_old_backup_is_told_and_goes_on_only_with_a_break_that_is_signed(
    signed: CommandLine, empty: CommandLine, tmp_path: Path
) -> None:
    signed.run("backup", "--to", tmp_path / "old.zip")
    signed.run("import", write(tmp_path / "more", [person("aker", 6)]))
    known = checkpoint(signed, "aker", tmp_path / "aker")
    ran = empty.run("restore", tmp_path / "old.zip", "--known-checkpoint", known, code=1)
    assert "the book ends at entry 5, and a checkpoint of 6 is known outside" in ran.stderr
    assert empty.run("resume", "--checkpoint", known, code=1).stdout.count("is held") == 3
    assert empty.json("resume", "aker", "--record-break", "the disk burned")["broken"] == ["aker"]
    assert empty.json("import", write(tmp_path / "again", [person("aker", 7)]))["recorded"] == 1
    told = empty.json("verify")["told"]
    assert [(one["collaboration"], one["code"]) for one in told] == [
        (None, "book_held"),
        ("aker", "log_break"),
        ("birk", "book_held"),
    ]
    assert empty.json("resume", INSTALLATION, "--record-break", "the disk burned")["broken"] == [INSTALLATION]
    empty.run("export", "--format", "evidence", tmp_path / "after.zip", "aker")
    assert "went on after a restore without proof, at entry 5" in empty.run("verify", tmp_path / "after.zip").stdout
    with house(locate(empty.url), read_only=True) as opened:
        assert opened.ledger.head("aker") == 6


def test_beside_a_server_it_is_taken_and_a_server_on_it_tells_that_it_is_held(
    signed: CommandLine, empty: CommandLine, tmp_path: Path
) -> None:
    key_file = {"STYRINGSBOK_SIGNING_KEY_FILE": str(tmp_path / "prove.key")}
    with serving("--database", signed.url, "serve", "--port", "0", cwd=tmp_path, **key_file):
        assert signed.json("backup", "--to", tmp_path / "b.zip")["signed"] == {"aker": 5, "birk": 3}
    empty.run("restore", tmp_path / "b.zip")
    key = empty.json("key", "create", "--role", "secretary", "--name", "secretary-1")["key"]
    with serving("--database", empty.url, "serve", "--port", "0", cwd=tmp_path, **key_file) as (server, url, _):
        ready = get(f"{url}/readyz")
        held = [one["collaboration"] for one in ready["held"]]
        assert (ready["status"], held) == ("degraded", [INSTALLATION, "aker", "birk"])
        service = {"type": "service.register", "service_id": "s", "name": "Drift", "group": "operations"}
        with pytest.raises(HTTPError) as refused:
            post(f"{url}/api/v1/collaborations/aker/entries", {**service, "effective": "2025-01-01"}, key)
        with refused.value as answer:
            assert (answer.code, json.load(answer)["code"]) == (503, "book_held")
        assert len(get(f"{url}/api/v1/collaborations/aker/entries")["entries"]) == 5
        server.kill()
        assert server.stderr is not None
        assert "aker is held, so nothing is recorded or signed" in server.stderr.read()


def test_into_a_folder_it_gets_a_name_and_nothing_is_replaced_unasked(signed: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    file = Path(signed.json("backup", "--to", tmp_path / "backups")["file"])
    assert file.parent == tmp_path / "backups"
    assert list(file.parent.iterdir()) == [file]
    assert "--force" in signed.refused("backup", "--to", file)
    signed.run("backup", "--to", file, "--force")
    assert "is no folder" in signed.refused("backup", "--to", tmp_path / "nowhere" / "b.zip")


def test_what_resume_does_not_take(signed: CommandLine, tmp_path: Path) -> None:
    assert "with --record-break only" in signed.refused("resume", "aker")
    assert "is not held" in signed.refused("resume", "aker", "--record-break", "why not", code=1)
    note = write(tmp_path / "none", ["no checkpoint"])
    assert "is neither a checkpoint nor a receipt: a note is a text" in signed.refused("resume", "--checkpoint", note)
    (tmp_path / "bytes").write_bytes(b"c2sp.org/tlog-proof@v1\nindex 1\n\xff\n\nx")
    assert "bytes is neither a checkpoint" in signed.refused("resume", "--checkpoint", tmp_path / "bytes")
    assert "No such file" in signed.refused("resume", "--checkpoint", tmp_path / "gone")


def test_a_file_that_is_no_checkpoint_leads_to_no_break(
    signed: CommandLine, empty: CommandLine, tmp_path: Path
) -> None:
    signed.run("backup", "--to", tmp_path / "b.zip")
    empty.run("restore", tmp_path / "b.zip")
    note, held = write(tmp_path / "none", ["no checkpoint"]), empty.json("resume")["held"]
    assert "neither a checkpoint nor" in empty.refused("resume", "--record-break", "why", "--checkpoint", note)
    assert empty.json("resume")["held"] == held != {}
