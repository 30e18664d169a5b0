"""Evidence from the command line: written from a book, checked offline, and by the one file in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.cli.support import CommandLine

BOOKS = {"aker": 5, "birk": 3}


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the signing key is kept."""
    path = tmp_path / "signing.key"
    monkeypatch.setenv("STYRINGSBOK_SIGNING_KEY_FILE", str(path))
    return path


@pytest.fixture
def package(two_books: CommandLine, key: Path, tmp_path: Path) -> Path:
    """The evidence of two books."""
    path = tmp_path / "bevis.zip"
    answer = two_books.json("export", "--format", "evidence", path)
    assert (answer["entries"], answer["books"]) == (8, BOOKS)
    return path


def unpacked(package: Path, folder: Path) -> Path:
    """Returns the folder a package is unpacked into."""
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder)
    return folder


def test_evidence_is_checked_offline_by_us_and_by_the_file_in_it(
    two_books: CommandLine, package: Path, tmp_path: Path
) -> None:
    answer = two_books.json("verify", package)
    assert (answer["ok"], {book["book"]: book["entries"] for book in answer["books"]}) == (True, BOOKS)
    folder = unpacked(package, tmp_path / "bevis")
    ran = subprocess.run([sys.executable, "-I", "verify.py", "."], cwd=folder, capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")


def test_one_book_is_written_by_itself(two_books: CommandLine, key: Path, tmp_path: Path) -> None:
    ran = two_books.run("export", "--format", "evidence", tmp_path / "birk.zip", "birk")
    assert ran.stdout == f"Wrote evidence of 1 book: {tmp_path / 'birk.zip'}\n"
    said = "birk: 3 entries, as signed\nthe installation's log: 1 leaf, as signed\n"
    assert two_books.run("verify", tmp_path / "birk.zip").stdout == said


def test_texts_stay_out_of_evidence_where_that_is_said(two_books: CommandLine, key: Path, tmp_path: Path) -> None:
    two_books.run("export", "--format", "evidence", "--no-texts", tmp_path / "uten.zip")
    with zipfile.ZipFile(tmp_path / "uten.zip") as archive:
        assert [name for name in archive.namelist() if name.startswith(("texts/", "attachments/"))] == []
    answer = two_books.json("verify", tmp_path / "uten.zip")
    assert (answer["ok"], {book["book"]: book["entries"] for book in answer["books"]}) == (True, BOOKS)
    refused = two_books.refused("export", "--no-texts", tmp_path / "arkiv.zip")
    assert "An archive is for restore" in refused
    assert not (tmp_path / "arkiv.zip").exists()


def test_what_is_not_as_it_was_signed_is_named(two_books: CommandLine, package: Path, tmp_path: Path) -> None:
    folder = unpacked(package, tmp_path / "bevis")
    bundle = folder / "log" / "birk" / "tile" / "entries" / "000.p" / "3"
    bundle.write_bytes(bundle.read_bytes().replace(b'"schema":2', b'"schema":3', 1))
    ran = two_books.run("verify", folder, "--json", code=1)
    assert (ran.json["ok"], "of birk is not the one in the tree" in ran.json["wrong"]) == (False, True)


def test_a_known_checkpoint_tells_another_history(two_books: CommandLine, package: Path, tmp_path: Path) -> None:
    visit = tmp_path / "last-visit"
    with zipfile.ZipFile(package) as archive:
        visit.write_bytes(archive.read("log/aker/checkpoint"))
    assert two_books.json("verify", package, "--known", visit)["ok"] is True
    two_books.run("export", "--format", "evidence", tmp_path / "birk.zip", "birk")
    ran = two_books.run("verify", tmp_path / "birk.zip", "--known", visit, "--json", code=1)
    assert "is missing: it was dropped" in ran.json["wrong"]


def test_what_is_no_package_is_said_to_be_none(two_books: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"x")
    assert "cannot be read as a package of evidence" in two_books.refused("verify", tmp_path / "x.zip")
    assert "x is no line of a policy" in two_books.refused("verify", "aker", "--policy", tmp_path / "x.zip")
    assert "neither a checkpoint nor a receipt" in two_books.refused("verify", "--known", tmp_path / "x.zip")


def test_the_file_that_cannot_be_read_is_named(two_books: CommandLine, package: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone.zip"
    for arguments in ((gone,), (package, "--known", gone), (package, "--policy", gone)):
        assert two_books.refused("verify", *arguments) == f"{gone} cannot be read: No such file or directory."
        ran = own_verifier(package, tmp_path / "bevis", *arguments)
        assert (ran.returncode, ran.stderr) == (2, f"{gone} cannot be read: No such file or directory\n")


def test_the_verifier_says_what_it_needs_where_that_is_not_installed(package: Path, tmp_path: Path) -> None:
    ran = own_verifier(package, tmp_path / "bevis", package, python=(sys.executable, "-S"))
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1)
    assert ran.stderr.startswith("Nothing was checked: No module named 'cryptography'. To install it:")


def own_verifier(
    package: Path, folder: Path, *arguments: object, python: tuple[str, ...] = (sys.executable,)
) -> subprocess.CompletedProcess[str]:
    """Returns how the verifier in a package ended."""
    command = [*python, str(unpacked(package, folder) / "verify.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_lost_key_is_said_and_no_package_is_written(
    two_books: CommandLine, package: Path, key: Path, tmp_path: Path
) -> None:
    key.unlink()
    said = two_books.refused("export", "--format", "evidence", tmp_path / "ny.zip")
    assert "put it back" in said
    assert not (tmp_path / "ny.zip").exists()
    assert not key.exists()


def test_verify_looks_at_what_was_signed(two_books: CommandLine, package: Path) -> None:
    assert two_books.json("verify")["findings"] == []
    two_books.tamper("UPDATE log_checkpoints SET note = replace(note, 'birk', 'bork') WHERE collaboration_id = 'birk'")
    found = two_books.run("verify", "--json", code=1).json["findings"]
    assert [(one["collaboration"], one["code"]) for one in found] == [("birk", "log_checkpoint")]
