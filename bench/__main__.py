"""`python -m bench`: takes every measurement, or those named, and writes bench/RESULTS.md when it took them all."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from bench import append, reading, rebuild
from bench.measure import ROUNDS, commit, machine, table

MEASUREMENTS = {
    "append": ("Durable commands, one caller, SQLite", append, "commands/s"),
    "rebuild": ("Rebuild of one book's projections, SQLite", rebuild, "entries/s"),
    "reading": ("The overview, now and as of an old entry, SQLite", reading, "answers/s"),
}

NOT_DONE = """## Not done yet

Concurrent callers, PostgreSQL, HTTP, import, verification, a million entries, memory: they belong to the work on the
ledger's speed, and no figure is claimed for them.
"""


def main(names: list[str]) -> None:
    """Takes the measurements named, or all. Raises SystemExit for a name that is none."""
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        raise SystemExit(f"no measurement {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    sections = []
    for name in names or MEASUREMENTS:
        title, module, unit = MEASUREMENTS[name]
        sections.append(table(title, module.COMMAND, unit, module.run()))
        print(sections[-1])
    if not names:
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        head = (
            f"# What was measured\n\nMedians of {ROUNDS} alternating rounds in one run, by `make bench`, on {day}.\n"
            f"Machine: {machine()}. Commit: {commit()}.\n"
            "The machine is shared: the ratios count, the rates only say where it stood.\n"
        )
        Path(__file__).with_name("RESULTS.md").write_text("\n".join([head, *sections, NOT_DONE]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
