"""Where a URL says the book is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.location import BadLocation, PostgresLocation, SQLiteLocation, locate


@pytest.mark.parametrize(
    ("url", "book"),
    [
        ("sqlite:///book.db", "book.db"),
        ("sqlite:///data/book.db", "data/book.db"),
        ("sqlite:////srv/book.db", "/srv/book.db"),
        ("sqlite:///min%20bok%C3%B8.db", "min bokø.db"),
    ],
)
def test_a_file_is_named_by_three_strokes_and_its_path(url: str, book: str) -> None:
    assert locate(url) == SQLiteLocation(Path(book))


def test_views_are_in_a_second_file_beside_the_book() -> None:
    assert SQLiteLocation(Path("data/book.db")).views == Path("data/book.views.db")
    assert SQLiteLocation(Path("data/book")).views == Path("data/book.views.db")


def test_nothing_said_is_a_file_in_the_users_data_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    for nothing in (None, ""):
        assert locate(nothing) == SQLiteLocation(tmp_path / "styringsbok" / "styringsbok.db")


def test_a_name_in_messages_has_no_password() -> None:
    location = locate("postgresql://kari:hemmelig@db.invalid:5433/bok?sslmode=require")
    assert location == PostgresLocation("postgresql://kari:hemmelig@db.invalid:5433/bok?sslmode=require")
    assert location.name == "postgresql://db.invalid/bok"


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///", "book.db", "mysql://x/y", "postgresql:x", "http://[", "postgresql://["]
)
def test_any_other_url_is_refused_with_what_one_looks_like(url: str) -> None:
    with pytest.raises(BadLocation, match=r"sqlite:///path/to/file\.db or postgresql://user@host/database"):
        locate(url)
