"""States kept between starts: what goes wrong with files harms nobody, and there are never too many."""

from __future__ import annotations

import errno
import os
import shutil
import time
from contextlib import closing
from pathlib import Path

import pytest

import domain
from ledger import kept_states
from ledger.application import Ledger
from ledger.kept_states import SEALED_WITH
from ledger.location import Location
from tests.conformance.keeping import ALL, folded, keeping
from tests.conformance.test_erasing import erase
from tests.ledger.support import BOOK, Clock, begin, person, send, service

pytestmark = pytest.mark.usefixtures("data_home")

# What goes wrong -------------------------------------------------------------------------


def full(*_: object) -> None:
    """Fails as a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_what_was_kept_before(
    kept: Path, location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, said = kept.read_bytes(), list[str]()
    with keeping(location, clock) as ledger, monkeypatch.context() as disk:
        ledger.record(send(service("lonn")))
        disk.setattr(kept_states, "write_state", full)
        disk.setattr(kept_states.log, "warning", lambda what, **_: said.append(what))
        ledger.close()
    assert said == ["a state could not be kept"]
    assert kept.read_bytes() == before
    assert sorted(os.listdir(kept.parent)) == [SEALED_WITH, BOOK]
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == [5]


def test_where_nothing_can_be_written_nothing_is_kept(location: Location, clock: Clock) -> None:
    location.states.parent.mkdir(parents=True, exist_ok=True)
    location.states.write_bytes(b"a file where the folder should be")
    with keeping(location, clock) as ledger:
        begin(ledger)
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == [1]


def test_where_the_code_cannot_be_told_nothing_is_kept(
    location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_states, "CODE", None)
    with keeping(location, clock) as ledger:
        begin(ledger)
    assert not location.states.exists()


def test_what_was_not_finished_is_taken_away_when_it_is_old(kept: Path, location: Location, clock: Clock) -> None:
    old, new = kept.with_name(".b.4711"), kept.with_name(".b.4712")
    for path in (old, new):
        path.write_bytes(b"half")
    ago = time.time() - kept_states.LEFT_SECONDS - 1
    for path in (old, kept.with_name(SEALED_WITH)):
        os.utime(path, (ago, ago))
    with keeping(location, clock) as ledger:
        ledger.record(send(service("lonn")))
    assert sorted(os.listdir(kept.parent)) == [new.name, SEALED_WITH, BOOK]


def test_the_fingerprint_is_of_everything_folding_depends_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(kept_states.__file__).parents[1]
    shutil.copytree(root / "domain", tmp_path / "domain")
    shutil.copytree(root / "ledger", tmp_path / "ledger")
    monkeypatch.setattr(domain, "__file__", str(tmp_path / "domain" / "__init__.py"))
    monkeypatch.setattr(kept_states, "__file__", str(tmp_path / "ledger" / "kept_states.py"))
    found = [kept_states.CODE, kept_states._fingerprint()]
    assert found[0] == found[1] is not None
    for name in ("domain/rulebook/forms.py", "domain/dates.py", "ledger/entry.py", "ledger/state_bytes.py"):
        with (tmp_path / name).open("a") as file:
            file.write("\n")
        found.append(kept_states._fingerprint())
    (tmp_path / "domain" / "dates.py").rename(tmp_path / "domain" / "days.py")
    found.append(kept_states._fingerprint())
    monkeypatch.setattr(kept_states, "version", lambda name: f"{name} 99")
    found.append(kept_states._fingerprint())
    assert len(set(found)) == len(found) - 1
    (tmp_path / "ledger" / "entry.py").unlink()
    assert kept_states._fingerprint() is None


# How much --------------------------------------------------------------------------------


def kept_of(location: Location) -> list[str]:
    """Returns the books whose states are kept."""
    return sorted(path.name for path in location.states.iterdir() if path.name != SEALED_WITH)


def aged(location: Location, **ago: int) -> None:
    """Makes files so many seconds old."""
    for name, seconds in ago.items():
        os.utime(location.states / name, (time.time() - seconds,) * 2)


@pytest.mark.parametrize(("bound", "value"), [("FILES_MAX", 2), ("BYTES_MAX", 20_000)])
def test_the_oldest_go_where_there_are_too_many(
    location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch, bound: str, value: int
) -> None:
    with keeping(location, clock) as ledger:
        for book in ("a", "b"):
            begin(ledger, book=book)
    aged(location, a=10, b=20)
    size = (location.states / "a").stat().st_size
    monkeypatch.setattr(kept_states, bound, value if bound == "FILES_MAX" else int(2.5 * size))
    with keeping(location, clock) as ledger:
        begin(ledger, book="c")
    assert kept_of(location) == ["a", "c"]
    aged(location, a=10)
    monkeypatch.setattr(kept_states, bound, 1)
    with keeping(location, clock) as ledger:
        begin(ledger, book="d")
    assert kept_of(location) == ["d"], "the last one stays, whatever its size"


def test_a_book_too_long_is_not_kept(location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_states, "ENTRIES_MAX", 2)
    with keeping(location, clock) as ledger:
        begin(ledger, person("p1"), person("p2"), book="long")
        begin(ledger, person("p1"), book="short")
    assert kept_of(location) == ["short"]


def test_a_file_too_large_is_not_read(kept: Path, location: Location, clock: Clock) -> None:
    os.truncate(kept, kept_states.FILE_BYTES_MAX + 1)
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == ALL


def test_the_longest_come_first_and_no_more_than_there_is_time_for(
    location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keeping(location, clock) as ledger:
        begin(ledger, book="short")
        begin(ledger, person("p1"), book="long")
        now = iter((0.0, 1.0, kept_states.SECONDS_MAX + 1))
        with monkeypatch.context() as clockwork:
            clockwork.setattr(kept_states, "monotonic", lambda: next(now))
            ledger.states.keep(ledger.cache.books())
        assert kept_of(location) == ["long"]


def test_it_is_not_taken_from_somebody_else(
    kept: Path, location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.kept_states.os.geteuid", lambda: os.getuid() + 1)
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == ALL


def test_without_a_place_for_it_nothing_is_kept(
    location: Location, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless(_: object) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(type(location), "states", property(homeless))
    with keeping(location, clock) as ledger:
        begin(ledger, person("p1"))
        ledger.record(send(erase()))
        assert folded(ledger) == []
    with closing(Ledger(location, clock=clock)) as ledger:
        assert folded(ledger) == [1, 2, 3]
