"""The case library: each book is taken without a refusal, verifies, and is decided again with the same verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.library import cases, histories
from tests.cli.support import ROOT, CommandLine

BOOKS = sorted((ROOT / "demo" / "cases").glob("*.ndjson"))
ROWS_OF_CASES = frozenset(range(23, 37))
"""Rows of the source document that name a case."""


def lines(path: Path) -> Iterator[dict[str, object]]:
    """Yields the lines of an import file."""
    yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("book", BOOKS, ids=lambda path: path.stem)
def test_a_case_is_taken_without_a_refusal_and_verifies(sqlite_cli: CommandLine, book: Path) -> None:
    taken = sqlite_cli.json("import", book)
    count = len(list(lines(book)))
    assert taken["recorded"] == taken["books"][book.stem]["entries"] == count > 0
    assert sqlite_cli.json("import", book)["already_present"] == count
    verified = sqlite_cli.json("verify")
    assert (verified["ok"], verified["entries"]) == (True, count)
    assert sqlite_cli.json("recheck")["findings"] == []


def test_every_case_of_the_source_document_is_there() -> None:
    assert {row for case in cases() for row in case.rows} >= ROWS_OF_CASES
    assert len({case.case_id for case in cases()}) == len(cases())


def test_a_case_has_a_book_or_is_a_stub_that_says_why() -> None:
    assert {case.case_id for case in cases() if not case.is_stub} == {path.stem for path in BOOKS}
    for case in cases():
        assert case.known
        assert case.gaps
        assert all(source["title"] and source["read_on"] for source in case.sources)
    assert {case.case_id for case in cases() if case.certainty == "unknown"} <= {
        c.case_id for c in cases() if c.is_stub
    }


@pytest.mark.parametrize("book", BOOKS, ids=lambda path: path.stem)
def test_every_line_names_its_source_and_its_book(book: Path) -> None:
    keys = [line["idempotency_key"] for line in lines(book)]
    assert len(keys) == len(set(keys))
    for line in lines(book):
        command = line["command"]
        assert isinstance(command, dict)
        assert (line["collaboration"], line["mode"], line["recorded_by"]) == (
            book.stem,
            "import",
            "import:case-library",
        )
        assert command["source"]["title"]


def test_the_demonstration_loads_the_whole_library() -> None:
    names = [source.name for source in histories()]
    assert names == ["ror-ikt.ndjson", *(path.name for path in BOOKS)]
