"""Each part of the bench runs, at a size at which its figures mean nothing."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bench import (
    __main__,
    append,
    callers,
    cold,
    disks,
    django_history,
    importing,
    lists,
    measure,
    reading,
    rebuild,
    requests,
    runner,
    size,
    verifying,
)
from bench.building import EACH, built, copy_of
from demo.vindfjord.telling import BOOK
from ledger.checks import check_book
from ledger.log.checking import check_log

TINY: dict[ModuleType, dict[str, Any]] = {
    measure: {"ROUNDS": 1, "FSYNCS": 3},
    append: {"EACH": 2},
    callers: {"EACH": 64},
    requests: {"EACH": 64},
    importing: {"ROUNDS": 1, "STREAMED": (EACH,)},
    rebuild: {"SIZES": (EACH,)},
    runner: {"ROUNDS": 1, "EVENTS": 50, "BOOKS": 1},
    reading: {"SMALL": 10, "LARGE": 20, "READS": 2},
    lists: {"SMALL": 600, "LARGE": 700, "READS": 5},
    cold: {"ENTRIES": 2_100, "ROUNDS": 1},
    disks: {"ROUNDS": 1, "MILLISECONDS": (1,)},
    verifying: {"ROUNDS": 1, "ROUNDS_OF_A_MILLION": 1, "BOOKS": 1, "BOOKS_WITH_ROWS": 1, "BOOKS_OF_A_MILLION": 2},
    size: {"SIZES": (EACH,), "TIMES": 3},
}
"""What makes each module quick."""


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, values in TINY.items():
        for name, value in values.items():
            monkeypatch.setattr(module, name, value)


@pytest.mark.parametrize("name", __main__.MEASUREMENTS)
def test_a_part_runs(name: str) -> None:
    sections = __main__.MEASUREMENTS[name]()
    assert sections
    for section in sections:
        assert section.rows
        assert {len(row) for row in section.rows} == {len(section.heads)}
        assert f"`python -m bench {name}`" in section.markdown(f"python -m bench {name}")


# Results ----------------------------------------------------------------------------------


def _section(title: str) -> Sequence[measure.Section]:
    return [measure.Section(title, ("a", "b"), [("1", "2")])]


def test_what_is_not_taken_now_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = tmp_path / "RESULTS.md"
    monkeypatch.setattr(__main__, "RESULTS", results)
    for name in ("size", "append", "cold"):
        monkeypatch.setitem(__main__.MEASUREMENTS, name, partial(_section, f"First {name}"))
        __main__.main([name])
    monkeypatch.setitem(__main__.MEASUREMENTS, "cold", lambda: _section("Second cold"))
    __main__.main(["cold"])
    found = [line for line in results.read_text(encoding="utf-8").splitlines() if line.startswith("## ")]
    assert found == ["## First append", "## Second cold", "## First size"]


@pytest.mark.parametrize(("words", "taken"), [([], ["short"]), (["--large"], ["short", "long"]), (["long"], ["long"])])
def test_what_is_long_is_taken_when_it_is_asked_for(
    words: list[str], taken: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def part(name: str) -> __main__.Measure:
        def run() -> Sequence[measure.Section]:
            ran.append(name)
            return _section(name)

        return run

    short, long = {"short": part("short")}, {"long": part("long")}
    monkeypatch.setattr(__main__, "RESULTS", tmp_path / "RESULTS.md")
    monkeypatch.setattr(__main__, "SHORT", short)
    monkeypatch.setattr(__main__, "LARGE", long)
    monkeypatch.setattr(__main__, "MEASUREMENTS", {**short, **long})
    __main__.main(words)
    assert ran == taken


def test_a_part_that_is_none_is_refused() -> None:
    with pytest.raises(SystemExit, match="no measurement nothing; there are append"):
        __main__.main(["append", "nothing"])


def test_one_figure_over_another_is_the_median_of_the_rounds() -> None:
    one = measure.Figure("one", 1.0, 1.0, (10.0, 90.0, 20.0))
    other = measure.Figure("other", 1.0, 1.0, (5.0, 10.0, 4.0))
    assert one.over(other) == 5.0
    assert measure.over([one, other], [("one", "other"), ("one", "nobody")]) == "In the same rounds: one 5.0 x other."
    assert measure.over([one], [("one", "nobody")]) == ""


# What is measured -------------------------------------------------------------------------


def test_a_copy_is_a_sound_book_with_a_log_as_far_as_its_entries(tmp_path: Path) -> None:
    with built(tmp_path / "book.db", 1) as house:
        book = copy_of(0)
        assert house.ledger.head(book) == EACH
        assert [*check_book(house.ledger, book)][-1] == EACH
        assert [*check_log(house.ledger, book)] == []
        frontier = house.ledger.log_of(book).stored_frontier()
        assert frontier is not None
        assert frontier.size == EACH
        assert house.views.positions() == {}


def test_the_large_books_lists_are_of_regular_entries(tmp_path: Path) -> None:
    house = lists.grown(tmp_path / "book.db", 600)
    entries = list(house.ledger.entries(BOOK))
    house.close()
    added = [found.entry for found in entries if found.entry.recorded_by == "bench"]
    assert len(entries) == 600
    assert {type(entry.event).__name__ for entry in added} == {
        "AuthorityGranted",
        "AuthorityRevoked",
        "PersonRegistered",
    }
    assert [entry.number for entry in added if entry.irregular] == []


# Django -----------------------------------------------------------------------------------


def test_django_saves_a_row_and_its_history(tmp_path: Path) -> None:
    with django_history.connected(django_history.sqlite(tmp_path / "django.db")) as office:
        with django_history.saves(office, 2, 4) as run:
            assert run() == 4
        assert (office.objects.count(), office.history.count()) == (4, 4)


def test_django_that_does_not_wait_for_the_disk_is_not_measured(tmp_path: Path) -> None:
    database = django_history.sqlite(tmp_path / "django.db")
    database["OPTIONS"]["init_command"] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL"
    with pytest.raises(RuntimeError, match="synchronous=1"), django_history.connected(database):
        pass


def test_without_django_the_rest_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(django_history, "find_spec", lambda _: None)
    with ExitStack() as stack:
        assert django_history.alternatives(stack, django_history.sqlite(tmp_path / "django.db"), 1) == {}
