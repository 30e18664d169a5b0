"""`python -m bench`: takes every measurement, or those named, and writes each into bench/RESULTS.md.

What was measured before and is not taken now stays as it was, with the commit it was taken at.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import append, callers, cold, importing, reading, rebuild, requests, size, verifying
from bench.measure import ROUNDS, Section, commit, disk, machine

MEASUREMENTS: dict[str, Callable[[], Sequence[Section]]] = {
    "append": append.run,
    "callers": callers.run,
    "requests": requests.run,
    "importing": importing.run,
    "rebuild": rebuild.run,
    "reading": reading.run,
    "cold": cold.run,
    "verifying": verifying.run,
    "size": size.run,
}
RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = f"""# What was measured

Medians of {ROUNDS} alternating rounds in one run where a ratio stands. The machine is shared: the ratios count, the
rates only say where it stood. `make bench` takes all of it, `python -m bench NAME` one part. What bounds the goals that
are not reached is in [docs/speed.md](../docs/speed.md).
"""
_PART = re.compile(r"<!-- (\w+) -->\n(.*?)(?=<!-- \w+ -->|\Z)", re.DOTALL)


def main(names: list[str]) -> None:
    """Takes the measurements named, or all. Raises SystemExit for a name that is none."""
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        raise SystemExit(f"no measurement {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    for name in names or MEASUREMENTS:
        taken = f"Taken {datetime.now(UTC):%Y-%m-%d} at {commit()}: {machine()}; {disk()}.\n"
        sections = [section.markdown(f"python -m bench {name}") for section in MEASUREMENTS[name]()]
        print("\n".join(sections))
        _keep(name, "\n".join([*sections, taken]))


def _keep(name: str, part: str) -> None:
    """Writes one part among those that are there, in the order of the measurements."""
    there = dict(_PART.findall(RESULTS.read_text(encoding="utf-8"))) if RESULTS.exists() else {}
    there[name] = part
    parts = [f"<!-- {one} -->\n{there[one].rstrip()}\n" for one in MEASUREMENTS if one in there]
    RESULTS.write_text("\n".join([HEAD, *parts]), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
