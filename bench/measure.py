"""How a figure is taken: alternating rounds, medians, and ratios within each round."""

from __future__ import annotations

import os
import platform
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

ROUNDS = 9
"""Alternating rounds: an odd number, so that the median is a measured one."""
FSYNCS = 101
SIZES = tuple(int(size) for size in os.environ.get("STYRINGSBOK_BENCH_SIZES", "10000 100000 1000000").split())
"""Entries in all, where it is measured how something grows."""
MIB = 2**20
PEAK = "The memory is what a process of its own held at most, the making of the books included."


@dataclass(frozen=True, slots=True)
class Figure:
    """What one alternative did: items a second, and its ratio to the first alternative, medians over the rounds."""

    name: str
    per_second: float
    ratio: float
    rounds: tuple[float, ...] = ()
    """Items a second in each round."""
    processor: float = 0.0
    """Milliseconds of this process's processor time an item, the median over the rounds."""

    def over(self, other: Figure) -> float:
        """Returns how many times as fast it was as another, the median over the rounds."""
        return median(mine / theirs for mine, theirs in zip(self.rounds, other.rounds, strict=True))


@dataclass(frozen=True, slots=True)
class Section:
    """A table of results, with what it shows."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]
    remark: str = ""

    def markdown(self, command: str) -> str:
        """Returns it as Markdown, with the command that takes it."""
        lines = [f"## {self.title}", "", f"`{command}`", "", f"| {' | '.join(self.heads)} |"]
        lines += ["|" + "---|" * len(self.heads), *(f"| {' | '.join(row)} |" for row in self.rows)]
        return "\n".join([*lines, "", *([self.remark, ""] if self.remark else [])])


def compare(alternatives: Mapping[str, Callable[[], int]], rounds: int | None = None) -> list[Figure]:
    """Runs the alternatives in turn, `rounds` times, ROUNDS unless told. Each returns how many items it did."""
    rates: dict[str, list[float]] = {name: [] for name in alternatives}
    used: dict[str, list[float]] = {name: [] for name in alternatives}
    for _ in range(ROUNDS if rounds is None else rounds):
        for name, run in alternatives.items():
            started, before = time.perf_counter(), time.process_time()
            items = run()
            used[name].append((time.process_time() - before) * 1_000 / items)
            rates[name].append(items / (time.perf_counter() - started))
    first = rates[next(iter(alternatives))]
    return [
        Figure(
            name,
            median(rates[name]),
            median(r / f for r, f in zip(rates[name], first, strict=True)),
            tuple(rates[name]),
            median(used[name]),
        )
        for name in alternatives
    ]


def compare_over(
    books: Sequence[str], alternatives: Mapping[str, Callable[[Sequence[str]], int]], rounds: int = 10
) -> list[Figure]:
    """Runs the alternatives in turn over a part of the books each round, so that each goes over all of them once."""
    parts = [books[start::rounds] for start in range(min(rounds, len(books)))]

    def over_parts(run: Callable[[Sequence[str]], int]) -> Callable[[], int]:
        remaining = iter(parts)
        return lambda: run(next(remaining))

    return compare({name: over_parts(run) for name, run in alternatives.items()}, len(parts))


def rates(title: str, unit: str, figures: Sequence[Figure], remark: str = "", *, processor: bool = False) -> Section:
    """Returns rates as a section; with `processor` also what an item takes of this process's processor time."""
    heads = ["", unit, f"ratio to {figures[0].name}"]
    rows = [[f.name, f"{f.per_second:,.0f}", f"{f.ratio:.2f}"] for f in figures]
    if processor:
        heads.append("ms of processor")
        for row, figure in zip(rows, figures, strict=True):
            row.append(f"{figure.processor:.3f}")
    return Section(title, heads, rows, remark)


def over(figures: Sequence[Figure], pairs: Iterable[tuple[str, str]]) -> str:
    """Returns a sentence of how many times as fast the one of each pair was as the other, in the same rounds.

    A pair of which one was not measured is left out; "" where none is left.
    """
    by_name = {figure.name: figure for figure in figures}
    told = [
        f"{one} {by_name[one].over(by_name[other]):.1f} x {other}"
        for one, other in pairs
        if one in by_name and other in by_name
    ]
    return f"In the same rounds: {'; '.join(told)}." if told else ""


def milliseconds(run: Callable[[], object], times: int) -> tuple[float, float]:
    """Returns the median and the 99th percentile of what `run` takes, in milliseconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1_000)
    return median(taken), quantiles(taken, n=100)[98]


def alone(module: str, *words: object) -> str:
    """Returns what a module of ours prints in a process of its own, so that its memory is its own."""
    command = [sys.executable, "-m", module, *map(str, words)]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout  # noqa: S603


def peak() -> int:
    """Returns the bytes of memory this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1_024


def machine() -> str:
    """Returns the machine in a line."""
    cpus = os.cpu_count()
    system = f"{platform.system()} {platform.machine()}"
    return f"{cpus} cores, {system}, Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"


def disk() -> str:
    """Returns how long a write takes to be safe where temporary files are, and how busy the machine is, in a line."""
    with tempfile.TemporaryFile() as file:
        taken = []
        for _ in range(FSYNCS):
            file.write(b"x" * 4_096)
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - started) * 1_000)
    return f"fsync of 4 KiB {median(taken):.2f} ms, load {os.getloadavg()[0]:.1f} before it began"


def commit() -> str:
    """Returns the commit the code is at, marked where files differ from it; the results themselves may."""
    found = _git("describe", "--always")
    differs = _git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/RESULTS.md")
    return f"{found}, changed" if differs else found or "unknown"


def _git(*words: str) -> str:
    found = subprocess.run(["git", *words], capture_output=True, text=True, check=False)  # noqa: S603, S607
    return found.stdout.strip()
