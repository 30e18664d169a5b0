"""`verify`: nothing is found in a book nobody touched, and every change behind the program's back is named."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from api.composition import Signing, house
from ledger.deciding import Submission
from ledger.location import locate
from ledger.log.tables import INSTALLATION
from tests.cli.support import ROR_IKT, CommandLine, book_of, process, tamper_with, write
from tests.spec import command

Finding = dict[str, Any]


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else writes here: rows that are behind stay behind."""
    monkeypatch.setattr("api.cli.verifying.FOLLOWING_SECONDS", 0.0)


def findings(cli: CommandLine, *books: str) -> list[Finding]:
    """Returns what verify finds, and asserts that it says so in every way."""
    answer = cli.json("verify", *books, code=1)
    assert answer["ok"] is False
    said = cli.run("verify", *books, code=1).stdout
    for finding in answer["findings"]:
        assert set(finding) == {"collaboration", "entry", "what", "code"}
        assert f"[{finding['code']}]" in said
    found: list[Finding] = answer["findings"]
    return found


def named(found: list[Finding]) -> set[tuple[str | None, int | None, str]]:
    """Returns book, entry and code of each finding."""
    return {(one["collaboration"], one["entry"], one["code"]) for one in found}


# A book nobody touched -------------------------------------------------------------------


def test_nothing_is_found_in_books_nobody_touched(two_books: CommandLine) -> None:
    assert two_books.json("verify") == {"ok": True, "books": 2, "entries": 8, "findings": [], "told": []}
    assert two_books.json("verify", "birk") == {"ok": True, "books": 1, "entries": 3, "findings": [], "told": []}
    assert two_books.run("verify").stdout == "Verified 2 books with 8 entries: nothing wrong.\n"


def test_nothing_is_found_in_a_real_history(cli: CommandLine) -> None:
    cli.run("import", ROR_IKT)
    assert cli.json("verify")["ok"] is True


def test_nothing_is_found_where_nothing_was_recorded_yet(cli: CommandLine) -> None:
    cli.run("key", "create", "--role", "reader", "--name", "r")
    assert cli.json("verify") == {"ok": True, "books": 0, "entries": 0, "findings": [], "told": []}


def test_it_changes_no_file(ror_ikt: CommandLine) -> None:
    def hashes() -> dict[str, str]:
        place = ror_ikt.files
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (place.book, place.views)}

    before = hashes()
    ror_ikt.run("verify")
    assert hashes() == before


def test_it_works_beside_a_process_that_writes(cli: CommandLine, tmp_path: Path) -> None:
    cli.run("import", ROR_IKT)
    with house(locate(cli.url)) as opened:
        for number in range(3):
            person = command(
                "person.register", effective="2024-01-02", person_id=f"p-{number}", name=f"Person {number}"
            )
            opened.ledger.record(Submission("ror-ikt", (person,), "clerk"))
            ran = process("verify", "--json", cwd=tmp_path, STYRINGSBOK_DATABASE=cli.url)
            assert (ran.returncode, ran.stderr) == (0, "")
            assert '"ok":true' in ran.stdout


# A book somebody changed: the same on either engine --------------------------------------


@dataclass(frozen=True)
class Tampering:
    """A change behind the program's back, and what must be said of it."""

    statement: str
    named: set[tuple[str | None, int | None, str]]


ROW = "WHERE originator_id = 'aker' AND originator_version"

IN_THE_BOOK = {
    "a topic": Tampering(
        f"UPDATE stored_events SET topic = 'member.admitted' {ROW} = 3", {("aker", 3, "damaged_entry")}
    ),
    "an unknown topic": Tampering(f"UPDATE stored_events SET topic = '' {ROW} = 3", {("aker", 3, "damaged_entry")}),
    "a number": Tampering(
        f"UPDATE stored_events SET originator_version = 9 {ROW} = 5",
        {("aker", 5, "numbering"), ("aker", 9, "damaged_entry"), ("aker", 5, "entry_missing")},
    ),
    "a row taken from the middle": Tampering(
        f"DELETE FROM stored_events {ROW} = 3", {("aker", 3, "numbering"), ("aker", 3, "entry_missing")}
    ),
    "the first row": Tampering(
        f"DELETE FROM stored_events {ROW} = 1", {("aker", 1, "numbering"), ("aker", 1, "entry_missing")}
    ),
    "the last row": Tampering(
        f"DELETE FROM stored_events {ROW} = 5", {("aker", 5, "entry_missing"), ("aker", 5, "rows_ahead")}
    ),
    "a whole book": Tampering(
        "DELETE FROM stored_events WHERE originator_id = 'aker'",
        {("aker", number, "entry_missing") for number in range(1, 6)} | {("aker", 5, "rows_ahead")},
    ),
    "a row moved to another book": Tampering(
        f"UPDATE stored_events SET originator_id = 'birk', originator_version = 4 {ROW} = 5",
        {("birk", 4, "damaged_entry"), ("aker", 5, "entry_missing")},
    ),
    "a text": Tampering(
        "UPDATE sealed_texts SET text = 'Another' WHERE collaboration_id = 'aker' AND number = 2",
        {("aker", 2, "text_altered")},
    ),
    "a text taken away": Tampering(
        "DELETE FROM sealed_texts WHERE collaboration_id = 'aker' AND number = 2", {("aker", 2, "text_missing")}
    ),
    "a text's place": Tampering(
        "UPDATE sealed_texts SET number = 4 WHERE collaboration_id = 'aker' AND number = 2",
        {("aker", 4, "text_misplaced")},
    ),
    "a command's identity": Tampering(
        "UPDATE command_identities SET command_id = 'x' WHERE collaboration_id = 'aker' AND first_number = 2",
        {("aker", 2, "identity_missing"), ("aker", 2, "identity_wrong")},
    ),
    "a command's entries": Tampering(
        "UPDATE command_identities SET last_number = 4 WHERE collaboration_id = 'aker' AND first_number = 2",
        {("aker", 2, "identity_wrong")},
    ),
    "an identity taken away": Tampering(
        "DELETE FROM command_identities WHERE collaboration_id = 'aker' AND first_number = 2",
        {("aker", 2, "identity_missing")},
    ),
    "an identity of nothing": Tampering(
        "INSERT INTO command_identities SELECT 'cask', principal, command_id, salt, fingerprint, 1, 1 "
        "FROM command_identities WHERE collaboration_id = 'aker' AND first_number = 1",
        {("cask", 1, "entry_missing")},
    ),
}


@pytest.mark.parametrize("case", IN_THE_BOOK)
def test_a_change_in_the_book_is_named(two_books: CommandLine, case: str) -> None:
    tampering = IN_THE_BOOK[case]
    two_books.tamper(tampering.statement)
    found = findings(two_books)
    assert tampering.named <= named(found)
    assert {one["collaboration"] for one in found} <= {None, *(book for book, _, _ in tampering.named)}


IN_THE_ROWS = {
    "a body": "UPDATE view_members SET body = BYTES WHERE collaboration_id = 'aker' AND from_entry = 1",
    "an end": "UPDATE view_members SET to_entry = 4 WHERE collaboration_id = 'aker' AND from_entry = 1",
    "a column": "UPDATE view_minute_book SET recorded_at = '2000' WHERE collaboration_id = 'aker'",
    "a row taken away": "DELETE FROM view_minute_book WHERE collaboration_id = 'aker' AND from_entry = 2",
    "a row too many": "UPDATE view_minute_book SET key = 'stray' WHERE collaboration_id = 'aker' AND from_entry = 2",
}


@pytest.mark.parametrize("case", IN_THE_ROWS)
def test_a_change_in_the_rows_is_named(two_books: CommandLine, case: str) -> None:
    literal = "x'7B7D'" if two_books.url.startswith("sqlite") else "'{}'::bytea"
    two_books.tamper(IN_THE_ROWS[case].replace("BYTES", literal), views=True)
    found = findings(two_books)
    assert {(one["code"], one["collaboration"]) for one in found} == {("row_differs", "aker")}
    assert all(one["entry"] and "row " in one["what"] for one in found)
    two_books.run("rebuild")
    assert two_books.json("verify")["ok"] is True


def test_rows_are_left_out_where_that_is_asked_for(two_books: CommandLine) -> None:
    two_books.tamper(IN_THE_ROWS["a row taken away"], views=True)
    assert two_books.json("verify", "--no-rows") == {"ok": True, "books": 2, "entries": 8, "findings": [], "told": []}
    two_books.tamper(f"UPDATE stored_events SET topic = '' {ROW} = 3")
    found = two_books.json("verify", "--no-rows", code=1)["findings"]
    assert [(one["collaboration"], one["entry"], one["code"]) for one in found] == [("aker", 3, "damaged_entry")]


def test_rows_of_a_book_that_is_not_there_are_found(two_books: CommandLine) -> None:
    two_books.tamper(
        "UPDATE view_minute_book SET collaboration_id = 'cask' WHERE collaboration_id = 'birk'", views=True
    )
    assert {("cask", 1, "row_differs"), ("birk", 1, "row_differs")} <= named(findings(two_books))


def test_rows_that_stay_behind_are_found(two_books: CommandLine) -> None:
    two_books.tamper("DELETE FROM view_positions WHERE collaboration_id = 'birk'", views=True)
    assert ("birk", 1, "rows_behind") in named(findings(two_books))


def test_a_projection_that_stopped_is_found(two_books: CommandLine) -> None:
    two_books.tamper("INSERT INTO view_faults VALUES ('members', 'birk', 2, 'KeyError', 'x')", views=True)
    assert ("birk", 2, "projection_stopped") in named(findings(two_books))


def test_all_damage_is_listed_not_only_the_first(two_books: CommandLine) -> None:
    two_books.tamper(
        f"UPDATE stored_events SET topic = '' {ROW} IN (2, 4)",
        "UPDATE stored_events SET topic = '' WHERE originator_id = 'birk' AND originator_version = 3",
        "UPDATE sealed_texts SET text = 'Another' WHERE collaboration_id = 'aker' AND number = 5",
    )
    found = findings(two_books)
    assert {
        ("aker", 2, "damaged_entry"),
        ("aker", 4, "damaged_entry"),
        ("aker", 5, "text_altered"),
        ("aker", 2, "rows_not_compared"),
        ("birk", 3, "damaged_entry"),
    } <= named(found)
    assert named(findings(two_books, "birk")) == {("birk", 3, "damaged_entry"), ("birk", 3, "rows_not_compared")}


# Bytes -----------------------------------------------------------------------------------


def change_bytes(cli: CommandLine, number: int, change: Callable[[bytes], bytes | str]) -> None:
    """Changes the bytes of one entry of `aker` in an SQLite file."""
    path = cli.files.book
    tamper_with(path, ())
    with sqlite3.connect(path) as connection:
        where = "originator_id = 'aker' AND originator_version = ?"
        (state,) = connection.execute(f"SELECT state FROM stored_events WHERE {where}", (number,)).fetchone()
        changed = change(state)
        assert changed != state
        connection.execute(f"UPDATE stored_events SET state = ? WHERE {where}", (changed, number))
    connection.close()


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    """Returns a change of the first `old` into `new`."""
    return lambda state: state.replace(old, new, 1)


def flipped(marker: bytes) -> Callable[[bytes], bytes]:
    """Returns a change of the one hexadecimal digit that follows `marker`."""

    def change(state: bytes) -> bytes:
        place = state.index(marker) + len(marker)
        return state[:place] + (b"0" if state[place : place + 1] != b"0" else b"1") + state[place + 1 :]

    return change


BYTES: dict[str, tuple[Callable[[bytes], bytes | str], str, int]] = {
    "a byte gone": (lambda state: state[:-1], "damaged_entry", 3),
    "no JSON": (lambda _: b"\x00" * 20, "damaged_entry", 3),
    "text and no bytes": (lambda state: state.decode(), "damaged_entry", 3),
    "a space": (replaced(b",", b", "), "not_canonical", 3),
    "a space at the end": (lambda state: state + b" ", "not_canonical", 3),
    "a letter escaped": (replaced(b'"type":"p', b'"type":"\\u0070'), "not_canonical", 3),
    "the number": (replaced(b'"number":3', b'"number":4'), "damaged_entry", 3),
    "the book": (replaced(b'"collaboration_id":"aker"', b'"collaboration_id":"birk"'), "damaged_entry", 3),
    "the type": (replaced(b"person.registered", b"person.registereD"), "damaged_entry", 3),
    "the schema": (replaced(b'"schema":2', b'"schema":9'), "damaged_entry", 3),
    "an unknown field": (replaced(b'"schema":2', b'"schema":2,"secret":1'), "damaged_entry", 3),
    "who": (replaced(b"import:test", b"import:tess"), "identity_missing", 3),
    "the command": (replaced(b'"aker-3"', b'"aker-2"'), "identity_wrong", 2),
    "when": (replaced(b'"recorded_at":"20', b'"recorded_at":"19'), "time_goes_back", 3),
    "a commitment": (flipped(b'"commitment":"'), "text_misplaced", 3),
    "a person": (replaced(b'"p-3"', b'"p-8"'), "row_differs", 3),
    "the date": (replaced(b'"latest":"2024-01-02"', b'"latest":"2024-01-03"'), "row_differs", 3),
}


@pytest.fixture
def aker(sqlite_cli: CommandLine, tmp_path: Path) -> CommandLine:
    """The command line on a fictitious book of five entries in an SQLite file."""
    sqlite_cli.run("import", write(tmp_path / "aker.ndjson", book_of("aker", 5)))
    return sqlite_cli


@pytest.mark.parametrize("case", BYTES)
def test_changed_bytes_are_named(aker: CommandLine, case: str) -> None:
    change, code, entry = BYTES[case]
    change_bytes(aker, 3, change)
    assert ("aker", entry, code) in named(findings(aker))


def test_a_row_numbered_with_a_word_is_named(aker: CommandLine) -> None:
    aker.tamper(f"UPDATE stored_events SET originator_version = 'two' {ROW} = 5")
    assert {("aker", None, "numbering"), ("aker", 5, "entry_missing")} <= named(findings(aker))


# The file --------------------------------------------------------------------------------


def test_rows_removed_with_everything_beside_them_are_missed_in_the_file(aker: CommandLine, tmp_path: Path) -> None:
    aker.run("import", write(tmp_path / "birk.ndjson", book_of("birk", 3)))
    aker.tamper(
        "DELETE FROM stored_events WHERE originator_id = 'birk'",
        "DELETE FROM command_identities WHERE collaboration_id = 'birk'",
        "DELETE FROM sealed_texts WHERE collaboration_id = 'birk'",
    )
    aker.files.views.unlink()
    aker.run("rebuild")
    (finding,) = findings(aker)
    assert (finding["code"], finding["collaboration"]) == ("entries_removed", None)
    assert finding["what"] == "8 entries were recorded in this file, over all books; 5 are in it"


def test_a_book_of_which_what_was_signed_is_all_that_is_left_is_missed(aker: CommandLine, tmp_path: Path) -> None:
    aker.run("import", write(tmp_path / "birk.ndjson", book_of("birk", 3)))
    aker.run("export", "--format", "evidence", tmp_path / "bevis.zip")
    aker.tamper(
        *(f"DELETE FROM {table} WHERE collaboration_id = 'birk'" for table in ("command_identities", "sealed_texts")),
        "DELETE FROM stored_events WHERE originator_id = 'birk'",
        "UPDATE sqlite_sequence SET seq = 5 WHERE name = 'stored_events'",
    )
    aker.files.views.unlink()
    aker.run("rebuild")
    assert ("birk", 1, "log_tail_dropped") in named(findings(aker))


def test_pages_that_do_not_fit_are_found_and_the_rest_is_read(aker: CommandLine) -> None:
    size = 4_096
    content = bytearray(aker.files.book.read_bytes())
    connection = sqlite3.connect(aker.files.book)
    query = "SELECT rootpage FROM sqlite_master WHERE name = 'sealed_texts'"
    (page,) = connection.execute(query).fetchone()
    connection.close()
    content[(page - 1) * size : page * size] = b"\xff" * size
    aker.files.book.write_bytes(content)
    assert "file_damaged" in {one["code"] for one in findings(aker)}


def test_rows_that_were_never_built_are_found(aker: CommandLine) -> None:
    aker.files.views.unlink()
    assert named(findings(aker)) == {("aker", 1, "rows_behind")}
    aker.run("rebuild")
    assert aker.json("verify")["ok"] is True


def test_rows_in_a_file_that_is_none_are_found(aker: CommandLine) -> None:
    aker.files.views.write_bytes(b"no database at all, but long enough to be taken for one" * 100)
    assert {one["code"] for one in findings(aker)} == {"rows_unreadable"}
    assert "throw them away" in aker.refused("rebuild")
    aker.files.views.unlink()
    aker.run("rebuild")
    assert aker.json("verify")["ok"] is True


def test_a_file_of_before_there_were_logs_is_said_to_have_none(aker: CommandLine) -> None:
    aker.tamper("DROP TABLE log_checkpoints", "DROP TABLE log_holds", "DROP TABLE log_frontiers")
    assert named(findings(aker)) == {("aker", None, "log_unreadable"), (None, None, "log_unreadable")}
    assert [one["code"] for one in findings(aker)] == ["log_unreadable"] * 2, "the book's and the installation's, once"


def test_a_book_that_was_dropped_without_a_trace_is_named(two_books: CommandLine, tmp_path: Path) -> None:
    signing = Signing(path=tmp_path / "prove.key")
    with house(locate(two_books.url), signing=signing) as opened:
        for book in ("aker", "birk"):
            assert opened.signer.checkpoint(book) is not None
        known = opened.signer.checkpoint(INSTALLATION)
    assert known is not None
    (tmp_path / "known").write_text(str(known.note))
    assert two_books.json("verify", "--checkpoint", tmp_path / "known")["ok"] is True
    for table in ("stored_events WHERE originator_id", *(f"{one} WHERE collaboration_id" for one in BESIDE)):
        two_books.tamper(f"DELETE FROM {table} = 'birk'")
    assert ("log_book_dropped", "birk") in found(two_books, "verify")
    two_books.tamper("DELETE FROM installation_log WHERE collaboration_id = 'birk'")
    two_books.tamper("DELETE FROM log_checkpoints WHERE collaboration_id = '*'")
    two_books.tamper("DELETE FROM log_frontiers WHERE collaboration_id = '*'")
    assert "log_installation_dropped" not in dict(found(two_books, "verify"))
    assert ("log_installation_dropped", None) in found(two_books, "verify", "--checkpoint", tmp_path / "known")


BESIDE = ("command_identities", "sealed_texts", "log_frontiers", "log_checkpoints")


def found(cli: CommandLine, *arguments: object) -> list[tuple[str, str | None]]:
    """Returns what is found, by code and book."""
    ran = cli.run(*arguments, "--json", code=1)
    return [(one["code"], one["collaboration"]) for one in ran.json["findings"]]
