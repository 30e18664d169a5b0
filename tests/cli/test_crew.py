"""Work shared with helping processes: answers in order, and a clear word where a helper is lost."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from api.cli.crew import Crew, Progress, adding
from api.cli.terminal import Stopped
from tests.cli.support import CommandLine

SECONDS_TO_HELP = 60.0
"""How long a helper may take to begin, on a machine that is busy."""


@contextmanager
def opening(folder: Path) -> Iterator[Path]:
    """Stands for opening a database."""
    yield folder


@contextmanager
def refusing() -> Iterator[Path]:
    """Stands for a database that cannot be opened any more."""
    raise OSError("it is gone")
    yield Path()


@dataclass(frozen=True)
class Piece:
    """Answers with its name and who did it; this process waits until the helper has begun one too."""

    name: int
    parent: int
    what: str = "work"
    cost: int = 1

    def __call__(self, folder: Path, progress: Progress) -> tuple[int, bool]:
        if os.getpid() != self.parent:
            (folder / "begun").touch()
            match self.what:
                case "die":
                    os._exit(3)
                case "fail":
                    raise ValueError("no such thing")
                case "never end":
                    time.sleep(SECONDS_TO_HELP)
        give_up = time.monotonic() + SECONDS_TO_HELP
        while not (folder / "begun").exists() and time.monotonic() < give_up:
            time.sleep(0.01)
        progress(10)
        return self.name, os.getpid() == self.parent


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A helper is worth it for any work at all."""
    monkeypatch.setattr("api.cli.crew.WORTH_A_HELPER", 1)


def pieces(what: str = "work", count: int = 6) -> list[Piece]:
    """Returns pieces of different sizes."""
    return [Piece(number, os.getpid(), what, cost=1 + number % 3) for number in range(count)]


@pytest.mark.usefixtures("small")
def test_answers_come_in_order_whoever_did_the_work(tmp_path: Path) -> None:
    told: list[int] = []
    crew = Crew(partial(opening, tmp_path), tmp_path, jobs=2)
    answers = list(crew.answers(pieces(), adding(told.append)))
    assert [name for name, _ in answers] == list(range(6))
    assert {own for _, own in answers} == {True, False}
    assert told == [10, 20, 30, 40, 50, 60]
    assert multiprocessing.active_children() == []


def test_no_process_is_started_for_little_work_or_for_one_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "begun").touch()
    for jobs, worth in ((8, 1_000), (1, 1)):
        monkeypatch.setattr("api.cli.crew.WORTH_A_HELPER", worth)
        crew = Crew(partial(opening, tmp_path), tmp_path, jobs)
        assert all(own for _, own in crew.answers(pieces(), lambda _: None))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("what", "said"), [("die", r"ended before it was done \(exit code 3\)"), ("fail", "ValueError: no such thing")]
)
def test_a_helper_that_is_lost_is_a_clear_error(what: str, said: str, tmp_path: Path) -> None:
    crew = Crew(partial(opening, tmp_path), tmp_path, jobs=2)
    with pytest.raises(Stopped, match=said) as stopped:
        list(crew.answers(pieces(what), lambda _: None))
    assert "--jobs 1 does without" in str(stopped.value)
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("small")
def test_a_database_a_helper_cannot_open_is_said(tmp_path: Path) -> None:
    with pytest.raises(Stopped, match="OSError: it is gone"):
        list(Crew(refusing, tmp_path, jobs=2).answers(pieces(count=2), lambda _: None))


@pytest.mark.usefixtures("small")
def test_an_interrupt_ends_the_helpers_too(tmp_path: Path) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(Crew(partial(opening, tmp_path), tmp_path, jobs=2).answers(pieces("never end"), interrupted))
    assert multiprocessing.active_children() == []
    assert time.monotonic() - started < SECONDS_TO_HELP


# The commands ------------------------------------------------------------------------------


@pytest.mark.usefixtures("small")
def test_verify_says_the_same_with_helpers(two_books: CommandLine) -> None:
    where = "WHERE originator_id = 'aker' AND originator_version"
    assert two_books.run("verify", "--jobs", "3").stdout == "Verified 2 books with 8 entries: nothing wrong.\n"
    two_books.tamper(f"UPDATE stored_events SET topic = '' {where} IN (2, 4)", "DELETE FROM command_identities")
    alone = two_books.json("verify", "--jobs", "1", code=1)
    assert len(alone["findings"]) > 8
    assert two_books.json("verify", "--jobs", "3", code=1) == alone


@pytest.mark.usefixtures("small")
def test_recheck_says_the_same_with_helpers(two_books: CommandLine) -> None:
    assert (
        two_books.run("recheck", "--jobs", "3").stdout == "Re-checked 2 books with 8 entries: every verdict stands.\n"
    )
    where = "WHERE originator_version = 2"
    two_books.tamper(f"UPDATE stored_events SET topic = '' {where}")
    alone = two_books.json("recheck", "--jobs", "1", code=1)
    assert [one["kind"] for one in alone["findings"]] == ["damaged", "damaged"]
    assert two_books.json("recheck", "--jobs", "3", code=1) == alone


@pytest.mark.usefixtures("small")
def test_rebuild_writes_the_same_rows_with_helpers(two_books: CommandLine) -> None:
    wrong = "UPDATE view_minute_book SET recorded_at = '2000'"
    two_books.tamper(wrong, views=True)
    assert two_books.json("rebuild", "--jobs", "3") == {"ok": True, "books": {"aker": 5, "birk": 3}, "damaged": []}
    assert two_books.json("verify", "--jobs", "1")["ok"] is True
    two_books.tamper("UPDATE stored_events SET topic = '' WHERE originator_id = 'birk' AND originator_version = 2")
    answer = two_books.json("rebuild", "--jobs", "3", code=1)
    assert answer["books"] == {"aker": 5}
    assert [(one["collaboration"], one["entry"]) for one in answer["damaged"]] == [("birk", 2)]
