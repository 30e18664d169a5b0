"""Every kind of tampering is found and named, nothing is where nobody tampered, and docs/tampering.md says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.log.tampering import detectors
from tests.log.tampering.detectors import DATABASE, PACKAGE
from tests.log.tampering.installation import Place, built
from tests.log.tampering.table import KINDS, PAGE, Result, looked_at, page, tried


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The installation nobody tampered with."""
    return built(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def results(whole: Place, tmp_path_factory: pytest.TempPathFactory) -> list[Result]:
    """What became of every kind."""
    return list(tried(whole, tmp_path_factory.mktemp("copies")))


def test_nothing_is_named_where_nobody_tampered(whole: Place, tmp_path: Path) -> None:
    copy = whole.copy(tmp_path / "copy")
    assert looked_at(copy, DATABASE) == looked_at(copy, PACKAGE) == (None,) * 4


def test_every_kind_is_found_and_named(results: list[Result]) -> None:
    assert [one.kind.name for one in results if one.level is None] == []
    assert len(results) >= 55
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_each_level_finds_what_the_levels_above_it_do_not(results: list[Result]) -> None:
    first = Counter(one.level for one in results)
    assert all(first[level] >= 10 for level in (1, 2, 3, 4)), first


def test_the_page_is_what_comes_out(results: list[Result]) -> None:
    told = "docs/tampering.md is another: run `python -m tests.log.tampering`"
    assert PAGE.read_text(encoding="utf-8") == page(results), told


# A detector that is broken -----------------------------------------------------------------


def named(name: str, whole: Place, folder: Path) -> tuple[str | None, ...]:
    """Returns what each level names of one kind."""
    (kind,) = (kind for kind in KINDS if kind.name == name)
    (result,) = tried(whole, folder, [kind])
    return result.named


def nothing(*_: object) -> Iterator[object]:
    """Finds nothing."""
    return iter(())


BROKEN = {
    "ledger.checks.BookCheck._text": ("a sealed text changed", 1),
    "tests.log.tampering.detectors.check_log": ("a tile of the log changed", 2),
    "tests.log.tampering.detectors._unlike": ("a book taken back to before the visit, with its log", 3),
    "ledger.log.witness.check_consistency": ("a late entry changed and everything signed anew", 4),
}
"""What is broken, a kind that it finds, and at which level."""


@pytest.mark.parametrize("broken", BROKEN)
def test_a_detector_that_is_broken_shows(
    broken: str, whole: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, level = BROKEN[broken]
    before = named(name, whole, tmp_path)
    assert before[level - 1] is not None
    monkeypatch.setattr(broken, nothing)
    after = named(name, whole, tmp_path)
    assert after[level - 1] != before[level - 1]


def test_a_detector_that_cries_wolf_shows(whole: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detectors, "root_of", lambda _: bytes(32))
    assert looked_at(whole.copy(tmp_path / "copy"), DATABASE)[2] is not None
