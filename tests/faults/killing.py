"""Kills a writing process again and again, and looks each time at what it left: all it was told, once, in its place."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from random import Random
from typing import Any

import orjson

from ledger.application import Ledger
from ledger.location import locate
from ledger.log.merkle import Frontier, leaf_hash
from tests.faults.writing import BOOKS, Sending, Twin, write

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.faults.writing"])

LIVES_MAX_SECONDS = 0.06
"""How long a process writes at most before it is killed."""
STARTS_MAX_SECONDS = 60


@dataclass
class Witnessed:
    """What the processes were told, and what has been found in the books so far."""

    acknowledged: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    """By book and number: the SHA-256 of the entry, and the identity it was sent under."""
    unanswered: dict[str, Sending] = field(default_factory=dict)
    trees: dict[str, Frontier] = field(default_factory=lambda: dict.fromkeys(BOOKS, Frontier()))
    found: dict[str, dict[str, int]] = field(default_factory=lambda: {book: {} for book in BOOKS})
    """By book: the number of the entry each identity led to."""
    faults: list[str] = field(default_factory=list)

    def told(self, said: dict[str, Any]) -> None:
        """Takes in a line of a process: that it sends something, or that it was told of an entry."""
        if "sending" in said:
            self.unanswered[said["sending"]] = Sending(said["book"], said["sending"])
        elif "sha256" in said:
            self.unanswered.pop(said["name"], None)
            known = (said["sha256"], said["name"])
            before = self.acknowledged.setdefault((said["book"], said["number"]), known)
            if before != known:
                self.faults.append(f"{said['book']} entry {said['number']} was acknowledged for {before} and {known}")


def kill(url: str, runs: int, seed: int, twin: Twin = "sound") -> Witnessed:
    """Starts a writer and kills it, so many times, and returns what was found; it stops at the first fault."""
    r, witnessed = Random(seed), Witnessed()
    for run in range(runs):
        _one_life(url, run, r.uniform(0, LIVES_MAX_SECONDS), witnessed, twin)
        with closing(Ledger(locate(url))) as ledger:
            for book in BOOKS:
                witnessed.faults += look(ledger, book, witnessed)
        if witnessed.faults:
            break
    return witnessed


def _one_life(url: str, run: int, seconds: float, witnessed: Witnessed, twin: Twin) -> None:
    """Lets a process write for a time once it is ready, kills it, and takes in all it has said."""
    receiving, sending = FORKS.Pipe(duplex=False)
    process = FORKS.Process(target=write, args=(url, sending, run, list(witnessed.unanswered.values()), twin))
    process.start()
    sending.close()
    _listen(receiving, witnessed, time.monotonic() + STARTS_MAX_SECONDS, until_ready=True)
    _listen(receiving, witnessed, time.monotonic() + seconds)
    process.kill()
    _listen(receiving, witnessed, None)
    process.join()
    receiving.close()
    if process.exitcode != -9:
        witnessed.faults.append(f"the writer of run {run} ended by itself: exit code {process.exitcode}")


def _listen(pipe: Connection, witnessed: Witnessed, until: float | None, *, until_ready: bool = False) -> None:
    """Takes in what comes through the pipe until that time, to its end where there is none, or until it is ready."""
    while until is None or pipe.poll(max(0.0, until - time.monotonic())):
        try:
            said = orjson.loads(pipe.recv_bytes())
        except (EOFError, OSError):
            return
        witnessed.told(said)
        if until_ready and "ready" in said:
            return


def look(ledger: Ledger, book: str, witnessed: Witnessed) -> Iterator[str]:
    """Yields what is wrong in a book: an entry lost, changed, doubled or out of place, a tree that is another."""
    stored = ledger.log_of(book).stored_frontier() or Frontier()
    tree, found = witnessed.trees[book], witnessed.found[book]
    leaves: list[bytes] = []
    for recorded in ledger.entries(book, tree.size, stored.size):
        entry = recorded.entry
        if entry.number != tree.size + len(leaves) + 1:
            yield f"{book}: entry {entry.number} stands where {tree.size + len(leaves) + 1} should"
        if entry.command_id in found:
            yield f"{book}: {entry.command_id} led to entries {found[entry.command_id]} and {entry.number}"
        found[entry.command_id] = entry.number
        leaves.append(leaf_hash(recorded.state))
        told = witnessed.acknowledged.get((book, entry.number))
        if told is not None and told[1] != entry.command_id:
            yield f"{book}: entry {entry.number} was acknowledged for {told[1]} and is that of {entry.command_id}"
    grown = tree.grown(leaves)
    if (grown.size, grown.root) != (stored.size, stored.root) or ledger.head(book) < stored.size:
        yield f"{book}: the tree of {stored.size} entries is not that of the {grown.size} there are"
    witnessed.trees[book] = grown
    for (where, number), (_, name) in witnessed.acknowledged.items():
        if where == book and found.get(name) != number:
            yield f"{book}: entry {number} was acknowledged for {name} and is lost"
