"""`serve`, `verify` and `export` with a time-stamping authority over HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.support import ROR_IKT, process
from tests.cli.test_serving import get, serving
from tests.cli.test_witness import WITHIN_SECONDS, imported
from tests.log.authority import LocalAuthority, served

LINES = 12


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[LocalAuthority]:
    """An authority that stamps, and the list that names it."""
    with served(LocalAuthority(tmp_path / "tsa")) as answering:
        (answering.folder / "list.txt").write_text(f"stempler {answering.url} root.pem\n")
        yield answering


def readiness(url: str) -> Any:
    """Returns what /readyz says once an authority was asked."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while time.monotonic() < deadline:
        seen = get(f"{url}/readyz")
        (book,) = seen["timestamps"]
        if book["said"] or book["stamped"]["stempler"]:
            return seen
        time.sleep(0.1)
    return pytest.fail("no authority answered")


@pytest.fixture
def stamped(authority: LocalAuthority, tmp_path: Path) -> dict[str, str]:
    """The environment of a database with one book that was served once and stamped."""
    lines = ROR_IKT.read_text(encoding="utf-8").splitlines(keepends=True)[:LINES]
    named = {**imported(tmp_path, lines), "STYRINGSBOK_TIMESTAMPERS": str(authority.folder / "list.txt")}
    authority.mood = "fails"
    with serving("serve", "--port", 0, cwd=tmp_path, **named) as (_, url, _):
        seen = readiness(url)
        assert seen["timestamps"][0]["said"][0]["state"] == "unreachable"
    authority.mood = "well"
    with serving("serve", "--port", 0, cwd=tmp_path, **named) as (_, url, _):
        book = readiness(url)["timestamps"][0]
        assert (book["stamped"], book["ok"], book["said"]) == ({"stempler": LINES}, True, [])
    return named


def test_verify_says_by_when_entries_were_there(
    stamped: dict[str, str], authority: LocalAuthority, tmp_path: Path
) -> None:
    found = process("verify", cwd=tmp_path, **stamped)
    assert (found.returncode, found.stderr) == (0, "")
    said = f"ror-ikt entry {LINES}: entries 1 to {LINES} were there, and signed, not later than "
    assert said in found.stdout
    assert "kept in the database" not in found.stdout
    without = {name: value for name, value in stamped.items() if name != "STYRINGSBOK_TIMESTAMPERS"}
    assert "its root is the one kept in the database" in process("verify", cwd=tmp_path, **without).stdout
    other = LocalAuthority(tmp_path / "other")
    (authority.folder / "root.pem").write_bytes(other.root.read_bytes())
    refused = process("verify", cwd=tmp_path, **stamped)
    assert (refused.returncode, "[timestamp_untrusted]" in refused.stdout) == (1, True)


def test_a_list_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("stempler http://tid.example gone.pem\n")
    done = process("serve", "--port", 0, cwd=tmp_path, STYRINGSBOK_TIMESTAMPERS=str(path))
    assert done.returncode == 2
    assert f"STYRINGSBOK_TIMESTAMPERS: {path} cannot be used: line 1" in done.stderr
    path.write_text("stempler http://tid.example\n")
    done = process("serve", "--port", 0, cwd=tmp_path, STYRINGSBOK_TIMESTAMPERS=str(path))
    assert "line 1: a line has a name, an address and the file of a root, and this one 2 words" in done.stderr
