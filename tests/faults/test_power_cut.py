"""The power goes at any write: the file opens, every acknowledged entry is in it, and nothing is half written.

STYRINGSBOK_IMAGES=50000 looks at more than a run of all tests has time for.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.faults.power import Durability, images, look, run
from tests.faults.recorded_disk import Act, Sync, Told, library

IMAGES = int(os.environ.get("STYRINGSBOK_IMAGES", "5001"))
ROUNDS = IMAGES // 60
"""Enough that the run has more places to cut it at than images are made."""
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.power"])


def recorded(folder: Path, durability: Durability, rounds: int = ROUNDS) -> tuple[Path, list[Act]]:
    """Returns the file a run was recorded on, and what it did."""
    if library() is None:
        pytest.skip("SQLite is built into this Python, and what it does to the disk cannot be recorded")
    book, recording = folder / "book.db", folder / "recording"
    process = FORKS.Process(target=run, args=(book, recording, durability, rounds))
    process.start()
    process.join()
    assert process.exitcode == 0
    acts: list[Act] = pickle.loads(recording.read_bytes())
    return book, acts


def looked_at(share: int, of: int, book: Path, acts: list[Act], most: int, folder: Path) -> tuple[int, list[str]]:
    """Returns how many images one of several processes looked at, and what was wrong with them."""
    folder.mkdir()
    count, wrong = 0, list[str]()
    for number, image in enumerate(images(acts, most)):
        if number % of == share:
            count += 1
            wrong += look(image, book, folder)
    return count, wrong


def found(book: Path, acts: list[Act], most: int, folder: Path) -> tuple[int, list[str]]:
    """Returns how many images were looked at, and what was wrong with them."""
    of = max(1, len(os.sched_getaffinity(0)))
    with ProcessPoolExecutor(of, mp_context=FORKS) as pool:
        shares: list[Any] = [
            pool.submit(looked_at, share, of, book, acts, most, folder / f"share-{share}") for share in range(of)
        ]
        results = [share.result() for share in shares]
    return sum(count for count, _ in results), [said for _, wrong in results for said in wrong]


def test_nothing_acknowledged_is_lost_whenever_the_power_goes(tmp_path: Path) -> None:
    book, acts = recorded(tmp_path, "full")
    assert sum(isinstance(act, Told) for act in acts) > ROUNDS * 3
    assert any(isinstance(act, Sync) and act.path.endswith("book.db") for act in acts), "it was folded into the file"
    count, wrong = found(book, acts, IMAGES, tmp_path)
    assert wrong == []
    assert count == IMAGES // 3 * 3


def test_a_book_that_does_not_wait_for_the_disk_is_caught(tmp_path: Path) -> None:
    book, acts = recorded(tmp_path, "normal", rounds=10)
    _, wrong = found(book, acts, 600, tmp_path)
    assert any("was acknowledged and is lost" in said for said in wrong)
    assert not any("kept after" in said for said in wrong), "only a power cut loses it, not the end of a process"
