"""A process that writes until it is killed, and tells its parent what it sends and what it was told."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Literal

import orjson

from ledger.application import Ledger
from ledger.deciding import Receipt, Submission
from ledger.location import locate
from ledger.log.tables import UPSERT_FRONTIER
from tests.ledger.support import founding, service

BOOKS = ("nordboka", "sorboka", "ostboka")
THREADS = 4

Twin = Literal["sound", "answers_before_it_commits", "writes_the_tree_afterwards"]
"""`sound` is the product; the others have a fault planted that whoever looks must find."""


@dataclass(frozen=True)
class Sending:
    """One submission: a service that is registered once in its book."""

    book: str
    name: str

    @property
    def submission(self) -> Submission:
        """The submission, the same for the same name."""
        return Submission(self.book, (service(self.name),), "skriver", command_id=self.name)


class Teller:
    """Tells the parent, one line at a time, from whichever thread."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._lock = pipe, threading.Lock()

    def __call__(self, **said: Any) -> None:
        """Sends one line."""
        with self._lock:
            self._pipe.send_bytes(orjson.dumps(said))

    def acknowledged(self, receipt: Receipt) -> None:
        """Tells what stands in the book by the receipt."""
        for one in receipt.recorded:
            entry = one.entry
            digest = hashlib.sha256(one.state).hexdigest()
            self(book=entry.collaboration_id, number=entry.number, sha256=digest, name=entry.command_id)


def write(url: str, pipe: Connection, run: int, again: Sequence[Sending], twin: Twin) -> None:
    """Opens the books and records from several threads until killed; first what was sent before and never answered."""
    ledger, tell = Ledger(locate(url)), Teller(pipe)
    _TWINS[twin](ledger, tell)
    for book in BOOKS:
        if not ledger.head(book):
            tell.acknowledged(ledger.record(Submission(book, (founding(),), "skriver", command_id=f"{book}-opnast")))
    for sending in again:
        tell.acknowledged(ledger.record(sending.submission))
    tell(ready=True)
    threads = [threading.Thread(target=_keep_writing, args=(ledger, tell, run, n), daemon=True) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _keep_writing(ledger: Ledger, tell: Teller, run: int, thread: int) -> None:
    number = 0
    while True:
        number += 1
        sending = Sending(BOOKS[(number + thread) % len(BOOKS)], f"t-{run}-{thread}-{number}")
        tell(sending=sending.name, book=sending.book)
        tell.acknowledged(ledger.record(sending.submission))


# Twins -----------------------------------------------------------------------------------


def _sound(ledger: Ledger, tell: Teller) -> None:
    """Plants nothing."""


def _answers_before_it_commits(ledger: Ledger, tell: Teller) -> None:
    """Plants an answer that is given when everything is decided and nothing written."""
    commit = ledger.write

    def write(before: Any, decided: Any) -> None:
        for one in decided:
            tell.acknowledged(Receipt(tuple(step.recorded for step in one.steps)))
        commit(before, decided)

    ledger.write = write  # type: ignore[method-assign]


def _writes_the_tree_afterwards(ledger: Ledger, tell: Teller) -> None:
    """Plants a frontier that is written in a transaction of its own, a moment after the entries."""
    insert = ledger.recorder.insert_events

    def insert_events(rows: Any, *, frontiers: Any, **more: Any) -> Any:
        told = insert(rows, frontiers=[], **more)
        time.sleep(0.005)
        ledger.write_beside([(UPSERT_FRONTIER, tuple(row)) for row in frontiers])
        return told

    ledger.recorder.insert_events = insert_events  # type: ignore[method-assign, assignment]


_TWINS = {
    "sound": _sound,
    "answers_before_it_commits": _answers_before_it_commits,
    "writes_the_tree_afterwards": _writes_the_tree_afterwards,
}
