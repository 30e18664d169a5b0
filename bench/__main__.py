"""`python -m bench`: takes the measurements that are short, or those named, and writes each into bench/RESULTS.md.

What was measured before and is not taken now stays as it was, with the commit it was taken at. With `--large` the long
ones are taken as well, which go up to a million entries; STYRINGSBOK_BENCH_SIZES="10000 100000" takes other sizes.
"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench import append, callers, cold, disks, importing, lists, reading, rebuild, requests, runner, size, verifying
from bench.measure import ROUNDS, Section, commit, disk, machine

Measure = Callable[[], Sequence[Section]]

SHORT: dict[str, Measure] = {
    "append": append.run,
    "callers": callers.run,
    "disks": disks.run,
    "requests": requests.run,
    "importing": importing.run,
    "rebuild": rebuild.run,
    "runner": runner.run,
    "reading": reading.run,
    "lists": lists.run,
    "cold": cold.run,
    "verifying": verifying.run,
}
"""About a quarter of an hour together."""
LARGE: dict[str, Measure] = {
    "import_sizes": importing.run_sizes,
    "rebuild_sizes": rebuild.run_sizes,
    "verify_million": verifying.run_million,
    "size": size.run,
}
"""About an hour together."""
MEASUREMENTS = {**SHORT, **LARGE}
RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = f"""# What was measured

Medians of {ROUNDS} alternating rounds in one run where a ratio stands. The machine is shared: the ratios count, the
rates only say where it stood. `make bench` takes the short parts, `make bench ARGS=--large` all, `python -m bench NAME`
one. What bounds the goals that are not reached is in [docs/speed.md](../docs/speed.md).
"""
_PART = re.compile(r"<!-- (\w+) -->\n(.*?)(?=<!-- \w+ -->|\Z)", re.DOTALL)


def main(words: Sequence[str]) -> None:
    """Takes the measurements named, or the short ones; with `--large` all. Raises SystemExit for one that is none."""
    parser = ArgumentParser(prog="python -m bench", description="Measures, and writes bench/RESULTS.md.")
    told = f"Short: {', '.join(SHORT)}. Long: {', '.join(LARGE)}."
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"What to measure; left out: all that is short. {told}"
    )
    parser.add_argument("--large", action="store_true", help="Also what is long, up to a million entries: an hour.")
    given = parser.parse_args(words)
    unknown = [name for name in given.names if name not in MEASUREMENTS]
    if unknown:
        raise SystemExit(f"no measurement {', '.join(unknown)}; there are {', '.join(MEASUREMENTS)}")
    for name in given.names or (MEASUREMENTS if given.large else SHORT):
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
