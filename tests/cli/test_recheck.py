"""`recheck`: the verdicts of a real history stand, and one that does not is named with its entry."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path
from typing import get_args

import pytest

from api.cli.rechecking import SAID, said
from ledger.recheck import Difference, Kind
from tests.cli.support import CommandLine, book_of, tamper_with, write

IRREGULAR = '"irregular":[]'


@pytest.fixture
def aker(sqlite_cli: CommandLine, tmp_path: Path) -> CommandLine:
    """The command line on a fictitious book of five entries in an SQLite file."""
    sqlite_cli.run("import", write(tmp_path / "aker.ndjson", book_of("aker", 5)))
    return sqlite_cli


def change(cli: CommandLine, number: int, old: str, new: str) -> None:
    """Changes the bytes of an entry behind the program's back."""
    tamper_with(cli.files.book, ())
    connection = sqlite3.connect(cli.files.book)
    with connection:
        where = "originator_id = 'aker' AND originator_version = ?"
        (state,) = connection.execute(f"SELECT state FROM stored_events WHERE {where}", (number,)).fetchone()
        assert old.encode() in state
        changed = state.replace(old.encode(), new.encode(), 1)
        connection.execute(f"UPDATE stored_events SET state = ? WHERE {where}", (changed, number))
    connection.close()


def test_every_verdict_of_a_real_history_stands(ror_ikt: CommandLine) -> None:
    answer = ror_ikt.json("recheck")
    assert (answer["ok"], answer["books"], answer["findings"]) == (True, 1, [])
    assert answer["entries"] == len(ror_ikt.json("history", "ror-ikt")["entries"])


def test_it_takes_all_books_or_those_named(two_books: CommandLine) -> None:
    assert two_books.json("recheck") == {"ok": True, "books": 2, "entries": 8, "findings": []}
    assert two_books.json("recheck", "birk") == {"ok": True, "books": 1, "entries": 3, "findings": []}
    assert two_books.run("recheck").stdout == "Re-checked 2 books with 8 entries: every verdict stands.\n"
    assert "There is no collaboration 'cask'" in two_books.refused("recheck", "cask")


def test_it_changes_no_file(ror_ikt: CommandLine) -> None:
    def hashes() -> list[str]:
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in (ror_ikt.files.book, ror_ikt.files.views)]

    before = hashes()
    ror_ikt.run("recheck")
    assert hashes() == before


def test_an_erased_text_changes_no_verdict(ror_ikt: CommandLine) -> None:
    ror_ikt.tamper("DELETE FROM sealed_texts")
    assert ror_ikt.json("recheck")["findings"] == []


def test_a_verdict_that_does_not_stand_is_named(aker: CommandLine) -> None:
    change(aker, 3, IRREGULAR, '"irregular":["seat.no_seat_left"]')
    (finding,) = aker.json("recheck", code=1)["findings"]
    what = "it is kept with the irregular codes seat.no_seat_left; the rules give none"
    assert finding == {
        "collaboration": "aker",
        "entry": 3,
        "type": "person.registered",
        "kind": "irregular_differs",
        "code": None,
        "law": None,
        "fields": [],
        "stored": ["seat.no_seat_left"],
        "recomputed": [],
        "what": what,
    }
    out = aker.run("recheck", code=1).stdout
    assert out == f"aker entry 3: {what} [irregular_differs]\nRe-checked 1 book with 5 entries: 1 finding.\n"


def test_what_the_rules_refuse_is_named_with_the_code(aker: CommandLine) -> None:
    change(aker, 4, '"person_id":"p-4"', '"person_id":"p-3"')
    (finding,) = aker.json("recheck", code=1)["findings"]
    assert (finding["entry"], finding["kind"], finding["code"]) == (4, "refused_now", "person.already_registered")
    assert finding["recomputed"]["entries"] == [3]
    assert "the rules refuse it with person.already_registered" in finding["what"]


def test_a_damaged_entry_is_named_and_the_next_book_is_read(two_books: CommandLine) -> None:
    two_books.tamper("UPDATE stored_events SET topic = '' WHERE originator_id = 'aker' AND originator_version = 3")
    answer = two_books.json("recheck", code=1)
    assert (answer["books"], answer["entries"]) == (2, 5)
    assert [(one["collaboration"], one["entry"], one["kind"]) for one in answer["findings"]] == [("aker", 3, "damaged")]


def test_long_values_are_cut_for_people_and_whole_for_programs() -> None:
    difference = Difference(
        "aker", 3, "charter.proposed", "content_differs", fields=("clauses",), stored={"a": "b" * 999}
    )
    assert len(said(difference)) < 500
    assert "…" in said(difference)


def test_every_kind_has_its_words() -> None:
    assert set(SAID) == set(get_args(Kind))
    for kind in get_args(Kind):
        words = said(Difference("aker", 3, "person.registered", kind, "seat.taken", "IKS-loven § 10", ("a",), "b", "c"))
        assert words.isprintable()
        assert "{" not in words
