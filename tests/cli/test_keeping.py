"""`rebuild`, `export` and `restore`: rows come back as they were, and books byte for byte."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from api.composition import house
from ledger.location import locate
from projections.projection import Version
from tests.cli.support import ROR_IKT, CommandLine, Line, book_of, person, write

# rebuild ---------------------------------------------------------------------------------


def rows(cli: CommandLine) -> list[Version]:
    """Returns every version of every row."""
    with house(locate(cli.url), read_only=True) as opened:
        return [
            version
            for projection in opened.projector.projections
            for book in opened.ledger.heads()
            for version in opened.views.all_versions(projection, book)
        ]


def test_a_rebuild_gives_identical_rows(cli: CommandLine) -> None:
    cli.run("import", ROR_IKT)
    before = rows(cli)
    assert len(before) > 100
    answer = cli.json("rebuild")
    assert answer == {"ok": True, "books": {"ror-ikt": len(ROR_IKT.read_text("utf-8").splitlines())}, "damaged": []}
    assert rows(cli) == before


def test_rows_thrown_away_are_built_again(ror_ikt: CommandLine) -> None:
    before = rows(ror_ikt)
    ror_ikt.files.views.unlink()
    ror_ikt.run("rebuild")
    assert rows(ror_ikt) == before


def test_one_book_is_rebuilt_by_itself(two_books: CommandLine) -> None:
    before = rows(two_books)
    assert two_books.json("rebuild", "birk")["books"] == {"birk": 3}
    assert two_books.run("rebuild").stdout == "Rebuilt the rows of 2 books with 8 entries.\n"
    assert rows(two_books) == before


def test_a_damaged_book_keeps_its_rows_and_the_others_are_rebuilt(two_books: CommandLine) -> None:
    before = rows(two_books)
    two_books.tamper("UPDATE stored_events SET topic = '' WHERE originator_id = 'aker' AND originator_version = 3")
    ran = two_books.run("rebuild", "--json", code=1)
    assert (ran.json["ok"], ran.json["books"]) == (False, {"birk": 3})
    assert [(one["collaboration"], one["entry"]) for one in ran.json["damaged"]] == [("aker", 3)]
    assert "aker keeps its old rows: entry 3 is damaged" in ran.stderr
    assert rows(two_books) == before


# export ----------------------------------------------------------------------------------


def contents(path: Path) -> dict[str, bytes]:
    """Returns the bytes of every file of an archive."""
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_archive_holds_the_stored_bytes_and_what_is_beside_them(two_books: CommandLine, tmp_path: Path) -> None:
    two_books.run("key", "create", "--role", "auditor", "--name", "someone")
    answer = two_books.json("export", tmp_path / "all.zip")
    assert answer == {"file": str(tmp_path / "all.zip"), "entries": 8, "books": {"aker": 5, "birk": 3}}
    found = contents(tmp_path / "all.zip")
    with house(locate(two_books.url), read_only=True) as opened:
        stored = [recorded.state for recorded in opened.ledger.entries("aker")]
    assert found["entries/aker.ndjson"] == b"".join(state + b"\n" for state in stored)
    texts = [json.loads(one) for one in found["texts/aker.ndjson"].splitlines()]
    assert [text["text"] for text in texts[1:]] == ["Person 2", "Person 3", "Person 4", "Person 5"]
    commands = [json.loads(one) for one in found["commands/aker.ndjson"].splitlines()]
    assert [(one["command_id"], one["first_number"]) for one in commands] == [(f"aker-{n}", n) for n in range(1, 6)]
    assert not any(b"someone" in content for content in found.values())
    manifest = json.loads(found["manifest.json"])
    assert (manifest["format"], manifest["version"], manifest["entries"]) == ("styringsbok-archive", 3, 8)
    assert set(manifest["members"]) == set(found) - {"manifest.json"}
    assert manifest["members"]["entries/birk.ndjson"]["lines"] == manifest["books"]["birk"]["last_number"] == 3


def test_the_same_books_give_the_same_archive(two_books: CommandLine, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        two_books.run("export", tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_some_books_are_exported_by_name(two_books: CommandLine, tmp_path: Path) -> None:
    assert two_books.json("export", tmp_path / "birk.zip", "birk")["books"] == {"birk": 3}
    assert "entries/aker.ndjson" not in contents(tmp_path / "birk.zip")
    assert "'cask'" in two_books.refused("export", tmp_path / "c.zip", "cask")
    assert not (tmp_path / "c.zip").exists()


def test_a_file_that_is_there_is_not_replaced_unless_told_to(two_books: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    path.write_bytes(b"precious")
    assert "--force" in two_books.refused("export", path)
    assert path.read_bytes() == b"precious"
    two_books.run("export", path, "--force")
    assert "manifest.json" in contents(path)


def test_an_archive_is_for_its_owner_only(two_books: CommandLine, tmp_path: Path) -> None:
    two_books.run("export", tmp_path / "all.zip")
    assert stat.S_IMODE(os.stat(tmp_path / "all.zip").st_mode) == 0o600


DAMAGE = {
    "an entry": "UPDATE stored_events SET topic = '' WHERE originator_id = 'birk' AND originator_version = 2",
    "a text": "UPDATE sealed_texts SET text = 'Another' WHERE collaboration_id = 'birk' AND number = 2",
    "an identity": "DELETE FROM command_identities WHERE collaboration_id = 'birk' AND first_number = 2",
    "a stray text": "UPDATE sealed_texts SET number = 1 WHERE collaboration_id = 'birk' AND number = 2",
    "a gap": "DELETE FROM stored_events WHERE originator_id = 'birk' AND originator_version = 2",
}


@pytest.mark.parametrize("case", DAMAGE)
def test_a_damaged_book_is_not_exported_and_leaves_no_file(two_books: CommandLine, tmp_path: Path, case: str) -> None:
    two_books.tamper(DAMAGE[case])
    said = two_books.refused("export", tmp_path / "all.zip", code=1)
    assert "of birk is damaged" in said
    assert "styringsbok verify" in said
    assert [path.name for path in tmp_path.iterdir() if "zip" in path.name] == []
    two_books.run("export", tmp_path / "aker.zip", "aker")


def test_a_folder_that_is_none_is_wrong_usage(two_books: CommandLine, tmp_path: Path) -> None:
    assert "is no folder" in two_books.refused("export", tmp_path / "nowhere" / "all.zip")


def test_a_book_larger_than_a_page_is_exported_and_restored_whole(
    sqlite_cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.pages.PAGE_ROWS", 7)
    monkeypatch.setattr("ledger.restoring.PAGE_ROWS", 5)
    sqlite_cli.run("import", write(tmp_path / "f", book_of("aker", 40)))
    sqlite_cli.run("export", tmp_path / "a.zip")
    other = CommandLine(f"sqlite:///{tmp_path / 'other' / 'book.db'}")
    assert other.json("restore", tmp_path / "a.zip")["books"] == {"aker": 40}
    verified = other.json("verify")
    assert (verified["ok"], verified["entries"], verified["findings"]) == (True, 40, [])
    assert [one["code"] for one in verified["told"]] == ["book_held"]


# restore ---------------------------------------------------------------------------------


@pytest.fixture
def archive(sqlite_cli: CommandLine, tmp_path: Path) -> Path:
    """An archive of two fictitious books and a real one."""
    sqlite_cli.run("import", write(tmp_path / "two", [*book_of("aker", 5), *book_of("birk", 3)]))
    sqlite_cli.run("import", ROR_IKT)
    sqlite_cli.run("export", tmp_path / "all.zip")
    return tmp_path / "all.zip"


@pytest.fixture
def empty(tmp_path: Path) -> CommandLine:
    """The command line on another SQLite file that does not exist yet."""
    return CommandLine(f"sqlite:///{tmp_path / 'other' / 'book.db'}")


def test_books_come_back_byte_for_byte_on_either_engine(archive: Path, postgresql_url: str, empty: CommandLine) -> None:
    """From SQLite to PostgreSQL to SQLite."""
    source = archive
    for target in (CommandLine(postgresql_url), empty):
        answer = target.json("restore", source)
        assert set(answer["books"]) == {"aker", "birk", "ror-ikt"}
        copy = archive.with_name(f"{target.url[:6]}.zip")
        target.run("export", copy)
        assert copy.read_bytes() == archive.read_bytes()
        assert target.json("verify")["ok"] is True
        source = copy


def test_a_restored_book_answers_and_goes_on_as_before(
    archive: Path, sqlite_cli: CommandLine, empty: CommandLine, tmp_path: Path
) -> None:
    empty.run("restore", archive)
    assert rows(empty) == rows(sqlite_cli)
    for args in (("history", "ror-ikt"), ("replay", "ror-ikt", "--effective-on", "2019-01-01")):
        assert empty.json(*args) == sqlite_cli.json(*args)
    assert empty.json("import", ROR_IKT)["recorded"] == 0
    assert "aker is held" in empty.run("resume").stdout
    empty.run("resume", "--record-break", "nobody outside had seen it yet")
    assert empty.json("import", write(tmp_path / "more", [person("aker", 6)]))["recorded"] == 1
    assert empty.json("verify")["ok"] is True


def test_an_empty_ledger_is_exported_and_restored(sqlite_cli: CommandLine, empty: CommandLine, tmp_path: Path) -> None:
    sqlite_cli.run("rebuild")
    assert sqlite_cli.json("export", tmp_path / "none.zip")["books"] == {}
    assert empty.json("restore", tmp_path / "none.zip")["entries"] == 0


def test_only_an_empty_database_is_restored_into(archive: Path, two_books: CommandLine) -> None:
    before = two_books.json("history", "aker")
    assert "into an empty database" in two_books.refused("restore", archive, code=1)
    assert two_books.json("history", "aker") == before


def test_rows_of_another_book_are_not_mixed_in(archive: Path, empty: CommandLine, tmp_path: Path) -> None:
    empty.run("import", write(tmp_path / "f", book_of("cask", 2)))
    empty.files.book.unlink()
    said = empty.refused("restore", archive, code=1)
    assert f"remove {empty.files.views}" in said
    empty.files.views.unlink()
    empty.run("restore", archive)


def repacked(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Writes an archive anew with its files changed."""
    found = contents(path)
    change(found)
    changed = path.with_name("changed.zip")
    with ZipFile(changed, "w", ZIP_STORED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return changed


def with_manifest(change: Callable[[Line], None]) -> Callable[[dict[str, bytes]], None]:
    """Returns a change of the manifest."""

    def changed(found: dict[str, bytes]) -> None:
        manifest = json.loads(found["manifest.json"])
        change(manifest)
        found["manifest.json"] = json.dumps(manifest).encode()

    return changed


def forged(name: str, change: Callable[[bytes], bytes]) -> Callable[[dict[str, bytes]], None]:
    """Returns a change of one file, with a manifest that says so."""
    import hashlib

    def changed(found: dict[str, bytes]) -> None:
        found[name] = change(found[name])
        account = {
            "lines": found[name].count(b"\n"),
            "bytes": len(found[name]),
            "sha256": hashlib.sha256(found[name]).hexdigest(),
        }
        with_manifest(lambda manifest: manifest["members"].update({name: account}))(found)

    return changed


def without_line(number: int) -> Callable[[bytes], bytes]:
    """Returns a change that leaves out a line, counted from 0."""
    return lambda content: b"".join(one for n, one in enumerate(content.splitlines(keepends=True)) if n != number)


AKER, TEXTS, COMMANDS = "entries/aker.ndjson", "texts/aker.ndjson", "commands/aker.ndjson"

CHANGED: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "a file changed": (lambda found: found.update({AKER: found[AKER] + b" "}), "SHA-256"),
    "a file missing": (lambda found: void(found.pop(TEXTS)), "its files are not those"),
    "a file too many": (lambda found: found.update({"notes.txt": b""}), "its files are not those"),
    "a file elsewhere": (lambda found: found.update({"../x": b""}), "its files are not those"),
    "no manifest": (lambda found: void(found.pop("manifest.json")), "no manifest.json"),
    "another format": (with_manifest(lambda manifest: manifest.update(format="other")), "format"),
    "a newer version": (with_manifest(lambda manifest: manifest.update(version=4)), "version"),
    "a manifest that is none": (lambda found: found.update({"manifest.json": b"[]"}), "manifest.json"),
    "a book outside its folder": (with_manifest(lambda m: m["books"].update({"../x": m["books"]["aker"]})), "books"),
    "another head": (with_manifest(lambda m: m["books"]["aker"].update(last_number=4)), "not as its manifest says"),
    "an entry changed": (forged(AKER, lambda c: c.replace(b'"number":3', b'"number":9')), "aker"),
    "an entry taken out": (forged(AKER, without_line(2)), "missing"),
    "the last entry taken out": (forged(AKER, without_line(4)), "belong to no entry"),
    "entries in another order": (forged(AKER, lambda c: b"".join(reversed(c.splitlines(keepends=True)))), "aker"),
    "an entry that is none": (forged(AKER, lambda c: b"{}\n" + c), "is no entry"),
    "a line without end": (forged(AKER, lambda c: c[:-1]), "does not end"),
    "a text changed": (forged(TEXTS, lambda c: c.replace(b"Person 3", b"Person 8")), "does not match its commitment"),
    "a text that is none": (forged(TEXTS, lambda _: b"[]\n"), "is no text"),
    "an identity taken out": (forged(COMMANDS, without_line(1)), "is not kept"),
    "an identity twice": (forged(COMMANDS, lambda c: c.splitlines(keepends=True)[0] + c), "twice"),
    "an identity that is none": (forged(COMMANDS, lambda _: b"{}\n"), "is no identity"),
}


def void(_: object) -> None:
    """Takes a value and gives none."""


@pytest.mark.parametrize("case", CHANGED)
def test_an_archive_that_was_changed_is_refused_and_nothing_is_restored(
    archive: Path, empty: CommandLine, case: str
) -> None:
    change, said = CHANGED[case]
    assert said in empty.refused("restore", repacked(archive, change), code=1)
    if empty.files.book.exists():
        assert empty.json("export", archive.with_name("nothing.zip"))["entries"] == 0
    empty.run("restore", archive)


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_an_archive_with_broken_bytes_is_refused(archive: Path, empty: CommandLine, where: float) -> None:
    content = bytearray(archive.read_bytes())
    place = int(len(content) * where)
    content[place : place + 40] = b"\xff" * 40
    archive.write_bytes(content)
    empty.refused("restore", archive, code=1)
    assert not empty.files.book.exists()


def test_a_file_that_is_no_archive_is_refused(empty: CommandLine, tmp_path: Path) -> None:
    assert "no ZIP file" in empty.refused("restore", write(tmp_path / "f", ["x"]), code=1)
    assert "No such file" in empty.refused("restore", tmp_path / "nothing")
