"""A book verified in parts: the same is found as entry by entry, whatever was tampered with and wherever parts end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.cli.verifying import Verified, known_books, verify_books
from api.composition import house, open_house
from ledger.checks import Finding, check_book
from ledger.errors import LedgerError
from ledger.location import SQLiteLocation
from ledger.log.checking import check_log
from ledger.log.cosigned import check_cosignatures
from tests.log.tampering.hand import Kind
from tests.log.tampering.installation import Place, built
from tests.log.tampering.table import KINDS

Named = set[tuple[str, str | None, int | None]]

ALL = [kind for kind in KINDS if not kind.in_package]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The installation nobody tampered with, its rows made."""
    place = built(tmp_path_factory.mktemp("whole"))
    open_house(SQLiteLocation(place.book)).close()
    return place


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a tile, so that the book of 280 entries has two; nobody else writes here."""
    monkeypatch.setattr("ledger.parts.PART_ENTRIES", 256)
    monkeypatch.setattr("ledger.joining.PART_ENTRIES", 256)
    monkeypatch.setattr("api.cli.verifying.FOLLOWING_SECONDS", 0.0)


def entry_by_entry(place: Place) -> Named:
    """Returns what is found when every entry is read into its class and the log derived from the first on."""
    with house(SQLiteLocation(place.book), read_only=True) as opened:
        found: list[Finding] = []
        for book in known_books(opened)[0]:
            found += [one for one in check_book(opened.ledger, book) if isinstance(one, Finding)]
            try:
                found += check_log(opened.ledger, book)
                found += check_cosignatures(opened.ledger, book, {})
            except LedgerError:
                found.append(Finding("log_unreadable", book, None, ""))
        return named(found)


def in_parts(place: Place, *, with_rows: bool) -> Named:
    """Returns what `verify` finds, but for what is wrong in the rows."""
    with house(SQLiteLocation(place.book), read_only=True) as opened:
        ids, verified = known_books(opened)[0], Verified()
        found = list(verify_books(opened, ids, verified, lambda _: None, with_rows=with_rows))
        assert verified.books == len(ids)
        return named(one for one in found if not one.code.startswith(("row", "projection")))


def named(found: Iterator[Finding] | list[Finding]) -> Named:
    """Returns code, book and entry of each."""
    return {(one.code, one.collaboration, one.entry) for one in found}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
def test_the_same_is_found_in_parts_as_entry_by_entry(kind: Kind, whole: Place, tmp_path: Path) -> None:
    place = whole.copy(tmp_path / "copy")
    kind.change(place)
    expected = entry_by_entry(place)
    assert in_parts(place, with_rows=True) == expected
    assert in_parts(place, with_rows=False) == expected
    shutil.rmtree(place.folder)
