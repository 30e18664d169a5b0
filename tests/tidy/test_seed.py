"""docs/seed.md: every row of the source document has its place, and every place it names is there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.app import create_app
from api.composition import open_house
from api.settings import Settings
from domain.collaboration import EVENTS
from ledger.location import SQLiteLocation
from projections.registry import BY_NAME

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "docs" / "seed.md"
SHARED = ROOT.parent / "shared" / "domain" / "seed-rows.md"
LAST_ROW = 150
SHORT = "/api/v1/collaborations/{collaboration_id}"
"""What the page writes as an ellipsis."""

NOT_YET: frozenset[str] = frozenset()
"""What the page may say is planned and not built. What is built is taken out, here and there."""

LATER = " (not yet)"
PLACE = re.compile(rf"`([^`]+)`({re.escape(LATER)})?")
BOOK = re.compile(r"\bdemo/cases/[a-z0-9.-]+\.(?:ndjson|json)\b")


@dataclass(frozen=True)
class Row:
    """One row of the page."""

    number: int
    title: str
    events: str
    projections: str
    routes: str
    remark: str


def rows(text: str) -> Iterator[Row]:
    """Yields the rows of the page's tables."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0].isdigit():
            number, title, events, projections, routes, remark = cells
            yield Row(int(number), title, events, projections, routes, remark)


def wrong(cell: str, there: frozenset[str], planned: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yields places of a cell that are not there, or are said to come and are there or planned by nobody."""
    for name, later in PLACE.findall(cell):
        full = name.replace("…", SHORT)
        if (full not in there) if not later else (full in there or name not in planned):
            yield name


ROWS = tuple(rows(SEED.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[frozenset[str]]:
    """The paths the API describes."""
    house = open_house(SQLiteLocation(tmp_path_factory.mktemp("seed") / "book.db"))
    yield frozenset(create_app(house, Settings()).openapi()["paths"])
    house.close()


def test_every_row_is_there_once_and_in_order() -> None:
    assert [row.number for row in ROWS] == list(range(1, LAST_ROW + 1))


def test_every_row_says_what_it_is_and_where_it_lives() -> None:
    for row in ROWS:
        assert row.title
        assert PLACE.search(row.events + row.projections + row.routes) or BOOK.search(row.remark), row.number


def test_every_event_a_row_points_at_is_there() -> None:
    there = frozenset(EVENTS)
    assert [(row.number, name) for row in ROWS for name in wrong(row.events, there)] == []


def test_every_projection_a_row_points_at_is_there() -> None:
    there = frozenset(BY_NAME)
    assert [(row.number, name) for row in ROWS for name in wrong(row.projections, there)] == []


def test_every_route_a_row_points_at_is_there(routes: frozenset[str]) -> None:
    assert [(row.number, name) for row in ROWS for name in wrong(row.routes, routes, NOT_YET)] == []


def test_every_book_a_row_points_at_is_there() -> None:
    named = {path for row in ROWS for path in BOOK.findall(row.remark)}
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).is_file()] == []


def test_the_rows_are_those_of_the_source_where_it_is_at_hand() -> None:
    if not SHARED.is_file():
        pytest.skip("../shared is not here")
    assert numbers(SHARED.read_text(encoding="utf-8")) == {row.number for row in ROWS}


def numbers(text: str) -> set[int]:
    """Returns the numbers of the source's rows; a line may hold several, and a pair a second number of its own."""
    found: set[int] = set()
    for first, last in re.findall(r"^\| (\d+)(?:[–-](\d+))?(?:/\d+)? \|", text, re.MULTILINE):
        found |= set(range(int(first), int(last or first) + 1))
    return found


def test_a_row_that_points_at_nothing_is_caught() -> None:
    there, planned = frozenset({"member.admitted", SHORT}), frozenset({"goal.defined"})
    assert list(wrong("`member.admitted`, `…`", there, planned)) == []
    assert list(wrong("`member.vanished`", there, planned)) == ["member.vanished"]
    assert list(wrong("`goal.defined`", there, planned)) == ["goal.defined"]
    assert list(wrong("`goal.defined` (not yet)", there, planned)) == []
    assert list(wrong("`goal.dreamt` (not yet)", there, planned)) == ["goal.dreamt"]
    assert numbers("| 38–46 | x |\n| 77/1 | y |\n| 150 | z |\n| # | a |") == {*range(38, 47), 77, 150}
