"""Durable commands on disks that take their time: the same run, with every synchronisation of a file taking longer.

Machines that are rented answer a synchronisation from memory that a battery keeps, in some tenths of a millisecond; a
disk of one's own takes one to ten. What a command costs beside it then decides, or does not. The wait is put under
SQLite itself, and everything measured goes through it.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from bench.callers import alternatives_on_sqlite
from bench.measure import Figure, Section, compare, rates
from tests.faults.recorded_disk import Act, RecordedDisk, Sync, library

MILLISECONDS = (1, 5)
ROUNDS = 5


class SlowDisk(RecordedDisk):
    """The disk, with a wait after every synchronisation; what else is done to it is not kept."""

    seconds = 0.0

    def note(self, act: Act) -> None:
        """Waits, where a file was synchronised."""
        if isinstance(act, Sync):
            time.sleep(self.seconds)


def run() -> list[Section]:
    """Measures each disk in a process of its own: what is put under SQLite stays there."""
    if library() is None:
        return []
    with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as process:
        figures = [(wait, process.apply(measured, (wait, ROUNDS))) for wait in MILLISECONDS]
    return [
        rates(f"Durable commands, every synchronisation taking {wait} ms more, SQLite", "commands/s", found)
        for wait, found in figures
    ]


def measured(milliseconds: int, rounds: int) -> list[Figure]:
    """Returns what was done in so many rounds on a disk that waits so long."""
    found = library()
    if found is None:
        raise RuntimeError("SQLite is built into this Python: nothing can be put under it")
    disk = SlowDisk(found)
    disk.seconds = milliseconds / 1_000
    disk.install()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        return compare(alternatives_on_sqlite(stack, Path(name)), rounds)
