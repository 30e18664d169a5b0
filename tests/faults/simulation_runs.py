"""Many seeds, on all cores; those that failed once are kept in a file and run before all others."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.simulation import World, run
from tests.faults.simulation_plants import PLANTS

KEPT = Path(__file__).with_name("seeds.json")

FORKS = multiprocessing.get_context("forkserver")

SHARE = 50
"""Seeds one process runs before it says what it found."""


@dataclass
class Found:
    """What runs came to."""

    runs: int = 0
    wrong: dict[int, list[str]] = field(default_factory=dict)
    """By seed."""
    met: Counter[str] = field(default_factory=Counter)
    """How often each thing that can happen did."""

    def add(self, other: Found) -> None:
        """Takes in what others found."""
        self.runs += other.runs
        self.wrong |= other.wrong
        self.met += other.met


def kept() -> dict[str, list[int]]:
    """Returns the seeds that failed once, by what was planted then; those of the product itself are under "nothing"."""
    read: dict[str, list[int]] = json.loads(KEPT.read_text(encoding="utf-8"))
    return read


def keep(plant: str, seed: int) -> None:
    """Keeps a seed that failed."""
    seeds = kept()
    seeds[plant] = sorted({*seeds.get(plant, []), seed})
    lines = [f"  {json.dumps(name)}: {json.dumps(seeds[name])}" for name in sorted(seeds)]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def told(world: World) -> list[tuple[str, str]]:
    """Returns what the clients of a run were told, in its order: the id sent, and the kind of answer."""
    return [(one.submission.command_id, kind(one.outcome)) for one in world.told]


def kind(outcome: object) -> str:
    """Returns what to call an answer."""
    name = "no answer" if outcome is None else type(outcome).__name__
    return "repeated" if getattr(outcome, "repeated", False) else name


def look_at(seeds: Sequence[int], plant: str | None = None) -> Found:
    """Runs seeds one after the other, to the first that cannot be brought to an end."""
    found = Found()
    planted: AbstractContextManager[object] = nullcontext() if plant is None else PLANTS[plant]()
    with planted:
        for seed in seeds:
            found.runs += 1
            try:
                world = run(seed)
            except AssertionError as stuck:
                found.wrong[seed] = [str(stuck)]
                break
            if world.wrong:
                found.wrong[seed] = world.wrong
            found.met.update(kind(one.outcome) for one in world.told)
            found.met.update(world.faults.met)
            found.met["on a server" if world.on_a_server else "in a file"] += 1
            found.met["power cut"] += world.power_cuts
    return found


def _on_one_core(core: int, seeds: Sequence[int]) -> Found:
    os.sched_setaffinity(0, {core})  # threads that take turns lose time when they change cores
    return look_at(seeds)


def on_all_cores(seeds: Sequence[int]) -> Found:
    """Runs seeds on every core there is, and stops soon after the first that fails."""
    cores = sorted(os.sched_getaffinity(0))
    found = Found()
    FORKS.set_forkserver_preload([__name__])
    with ProcessPoolExecutor(len(cores), mp_context=FORKS) as pool:
        shares: list[Any] = [
            pool.submit(_on_one_core, cores[number % len(cores)], seeds[start : start + SHARE])
            for number, start in enumerate(range(0, len(seeds), SHARE))
        ]
        for share in shares:
            if not found.wrong:
                found.add(share.result())
            share.cancel()
    return found
