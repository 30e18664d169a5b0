"""Cuts the power of a recorded run at any of its writes, and makes the files as the disk may then hold them.

What was synchronised is there. What was written since may be there, may be lost, or may be there in part: torn at a
sector, in any order.
"""

from __future__ import annotations

import hashlib
import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any, Literal, NamedTuple

import ledger.sqlite
from ledger.application import Ledger
from ledger.deciding import Receipt
from ledger.location import SQLiteLocation
from ledger.log.merkle import Frontier
from tests.faults.recorded_disk import Act, Cut, Gone, RecordedDisk, Sync, Told, Write, library
from tests.ledger.support import founding, person, send, service

SECTOR = 512
PAGES_BETWEEN_CHECKPOINTS = 60
"""Few, so that a short run folds its write-ahead log into the file many times."""
BOOKS = ("nordboka", "sorboka")

Fate = Literal["dropped", "kept", "torn"]
FATES: tuple[Fate, ...] = ("dropped", "kept", "torn")
Durability = Literal["full", "normal"]


# The run that is recorded ----------------------------------------------------------------


def run(book: Path, recording: Path, durability: Durability, rounds: int) -> None:
    """Records a run of the ledger on a file, and writes down what it did to the disk and what it was told when."""
    loaded = library()
    assert loaded is not None, "SQLite is built into this Python"
    disk = RecordedDisk(loaded)
    disk.install()
    often = f"PRAGMA wal_autocheckpoint={PAGES_BETWEEN_CHECKPOINTS}"
    ledger.sqlite.SETTINGS = (*ledger.sqlite.SETTINGS, often)  # type: ignore[assignment]
    if durability == "normal":
        ledger.sqlite.assert_durable = _not_durable
    for session in range(3):
        with closing(Ledger(SQLiteLocation(book))) as opened:
            for name in BOOKS:
                if session == 0:
                    _told(disk, opened.record(send(founding(), book=name)))
            for number in range(rounds):
                name = BOOKS[number % len(BOOKS)]
                many = [service(f"s{session}-{number}-{n}") for n in range(number % 3)]
                _told(disk, opened.record(send(person(f"p{session}-{number}"), *many, book=name)))
    recording.write_bytes(pickle.dumps(disk.acts))


def _told(disk: RecordedDisk, receipt: Receipt) -> None:
    for one in receipt.recorded:
        disk.tell((one.entry.collaboration_id, one.entry.number, hashlib.sha256(one.state).hexdigest()))


def _not_durable(connection: sqlite3.Connection, *, memory: bool = False) -> None:
    """Stands in for the look at the settings: it makes them such as lose what was acknowledged."""
    del memory
    connection.execute("PRAGMA synchronous=NORMAL")


# What the disk holds ---------------------------------------------------------------------


class Image(NamedTuple):
    """The files as they may be after a power cut, and what had been acknowledged by then."""

    at: int
    """How many acts came before."""
    fate: Fate
    files: dict[str, bytes]
    acknowledged: Sequence[tuple[str, int, str]]


def images(acts: Sequence[Act], most: int, seed: int = 1) -> Iterator[Image]:
    """Yields up to `most` images: after every act, or as many of them as that allows, with each fate."""
    r, disk, told = Random(seed), _Disk(), list[tuple[str, int, str]]()
    points = [n for n, act in enumerate(acts, start=1) if not isinstance(act, Told)]
    chosen = frozenset(points if len(points) * len(FATES) <= most else r.sample(points, most // len(FATES)))
    for number, act in enumerate(acts, start=1):
        if isinstance(act, Told):
            told.append(act.said)
        else:
            disk.take(act)
        if number in chosen:
            for fate in FATES:
                yield Image(number, fate, disk.after(fate, r), tuple(told))


class _Disk:
    """Every file as it is synchronised, and what was asked of it since."""

    def __init__(self) -> None:
        self._safe: dict[str, bytes] = {}
        self._since: dict[str, list[Write | Cut]] = {}

    def take(self, act: Act) -> None:
        match act:
            case Write(path) | Cut(path):
                self._since.setdefault(path, []).append(act)
            case Sync(path):
                self._safe[path] = _applied(self._safe.get(path, b""), self._since.pop(path, ()))
            case Gone(path):
                self._safe.pop(path, None)
                self._since.pop(path, None)

    def after(self, fate: Fate, r: Random) -> dict[str, bytes]:
        """Returns the files as they are found when the power is back."""
        found = dict(self._safe)
        for path, acts in self._since.items():
            left = {"dropped": (), "kept": acts, "torn": _torn(acts, r)}[fate]
            if left or path in found:
                found[path] = _applied(found.get(path, b""), left)
        return found


def _torn(acts: Iterable[Write | Cut], r: Random) -> list[Write | Cut]:
    """Returns some of the acts in another order, some of them cut short at a sector."""
    left: list[Write | Cut] = []
    for act in acts:
        chance = r.random()
        if isinstance(act, Write) and chance < 1 / 3:
            sectors = r.randint(0, len(act.data) // SECTOR)
            left.append(act._replace(data=act.data[: sectors * SECTOR]))
        elif chance < 2 / 3:
            left.append(act)
    r.shuffle(left)
    return left


def _applied(content: bytes, acts: Iterable[Write | Cut]) -> bytes:
    found = bytearray(content)
    for act in acts:
        if isinstance(act, Cut):
            del found[act.size :]
        elif act.data:
            found.extend(bytes(max(0, act.offset - len(found))))
            found[act.offset : act.offset + len(act.data)] = act.data
    return bytes(found)


# What is found in it ---------------------------------------------------------------------


def look(image: Image, original: Path, folder: Path) -> Iterator[str]:
    """Yields what is wrong with a book opened from an image, which is laid out in `folder`."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in image.files.items():
        (folder / Path(name).name).write_bytes(content)
    at = f"{image.fate} after act {image.at}"
    try:
        with closing(Ledger(SQLiteLocation(folder / original.name))) as opened:
            yield from (f"{at}: {wrong}" for wrong in _wrong(opened, image.acknowledged))
    except Exception as error:
        yield f"{at}: it does not open: {type(error).__name__}: {error}"


def _wrong(opened: Ledger, acknowledged: Sequence[tuple[str, int, str]]) -> Iterator[str]:
    (sound,) = opened.query("PRAGMA quick_check")[0]
    if sound != "ok":
        yield f"the file is damaged: {sound}"
    for book in BOOKS:
        states = [bytes(row.state) for row in opened.rows(book)]
        digests = [hashlib.sha256(state).hexdigest() for state in states]
        for _, number, digest in (told for told in acknowledged if told[0] == book):
            if digests[number - 1 : number] != [digest]:
                yield f"{book}: entry {number} was acknowledged and is lost"
        stored = opened.log_of(book).stored_frontier() or Frontier()
        if stored.size != len(states):
            yield f"{book}: the tree has {stored.size} entries and the book {len(states)}"
        numbers = [int(row[0]) for row in opened.query(_NUMBERS, (book,))]
        if numbers != list(range(1, len(states) + 1)):
            yield f"{book}: the numbers have gaps: {numbers}"
        kept: list[tuple[Any, ...]] = opened.query(_IDENTITIES, (book,))
        if (kept[0][0] or 0) != len(states):
            yield f"{book}: {kept[0][0]} entries belong to a submission, of {len(states)}"


_NUMBERS = "SELECT originator_version FROM stored_events WHERE originator_id = %s ORDER BY originator_version"
_IDENTITIES = "SELECT SUM(last_number - first_number + 1) FROM command_identities WHERE collaboration_id = %s"
