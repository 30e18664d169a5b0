"""What is signed without anybody asking: at the end of an import, of the demonstration, and while books are served."""

from __future__ import annotations

import time
from contextlib import closing
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.location import locate
from ledger.log.installation_log import InstallationLog
from tests.cli.support import CommandLine, book_of, person, write
from tests.cli.test_serving import serving

WITHIN_SECONDS = 60.0


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the signing key is kept, as the settings say."""
    path = tmp_path / "prove.key"
    monkeypatch.setenv("STYRINGSBOK_SIGNING_KEY_FILE", str(path))
    return path


def leaves(cli: CommandLine) -> list[tuple[str, int]]:
    """Returns the leaves of the installation's log, by book and size."""
    with closing(Ledger(locate(cli.url), read_only=True)) as ledger:
        log = InstallationLog(ledger)
        return [(leaf.collaboration_id, leaf.size) for leaf in log.signed(0, log.size())]


def test_an_import_signs_each_book_once_at_its_end(cli: CommandLine, key: Path, tmp_path: Path) -> None:
    cli.run("import", write(tmp_path / "two", [*book_of("aker", 5), *book_of("birk", 3)]))
    assert leaves(cli) == [("aker", 5), ("birk", 3)]
    cli.run("import", write(tmp_path / "more", [person("birk", 4)]))
    assert leaves(cli)[2:] == [("birk", 4)]
    cli.run("import", "--dry-run", write(tmp_path / "dry", [person("birk", 5)]))
    assert len(leaves(cli)) == 3


def test_an_import_makes_no_key_and_a_key_that_is_lost_is_told(
    sqlite_cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_cli.run("import", write(tmp_path / "aker", book_of("aker", 2)))
    assert leaves(sqlite_cli) == []
    assert not list(tmp_path.glob("**/*.key"))
    sqlite_cli.run("export", "--format", "evidence", tmp_path / "e.zip")
    (made,) = tmp_path.glob("**/*.key")
    made.unlink()
    ran = sqlite_cli.run("import", write(tmp_path / "more", [person("aker", 3)]))
    assert "Not all that is recorded is signed yet: the signing key is not at" in ran.stderr
    assert leaves(sqlite_cli) == [("aker", 2)]


def test_a_served_book_nobody_asks_about_is_signed(sqlite_cli: CommandLine, tmp_path: Path) -> None:
    sqlite_cli.run("import", write(tmp_path / "aker", book_of("aker", 2)))
    with serving("--database", sqlite_cli.url, "serve", "--port", "0", cwd=tmp_path):
        deadline = time.monotonic() + WITHIN_SECONDS
        while not leaves(sqlite_cli) and time.monotonic() < deadline:
            time.sleep(0.1)
    assert leaves(sqlite_cli) == [("aker", 2)]
    assert sqlite_cli.json("verify")["ok"] is True
