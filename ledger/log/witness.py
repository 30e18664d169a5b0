"""A witness (C2SP tlog-witness): remembers how far each log has come, and cosigns only what goes on from there.

A member municipality runs one outside the installation. It cosigns no history that was rewritten, whoever's key signed
it, and keeps what it refused: a checkpoint signed by the log that does not go on from the one before is proof of it.

It does as v1.0.0 says, but for one answer: another tree of the size it has seen is a 422, as the text has it since July
2026, and no 409. A 409 names the size to go on from, and a client that has that size already would ask again for ever.
"""

from __future__ import annotations

import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ledger.log.checkpoints import Checkpoint, read_hashes
from ledger.log.keys import SigningKey
from ledger.log.merkle import EMPTY_ROOT, InvalidProof, check_consistency
from ledger.log.notes import COSIGNATURE, InvalidNote, Note, VerifierKey, cosign, encoded

BODY_BYTES_MAX = 131_072
"""A proof has at most 63 hashes and a checkpoint is a few hundred bytes; the rest is for signatures of others."""
PROOF_LINES_MAX = 63
REFUSED_MAX = 1_000
"""Refused checkpoints that are kept of each log; after that no more, so that nobody fills the disk."""
SIZE_TYPE = "text/x.tlog.size"
TEXT_TYPE = "text/plain; charset=utf-8"

Status = Literal[200, 204, 400, 403, 404, 409, 422]

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")

_TABLES = (
    """CREATE TABLE IF NOT EXISTS cosigned (
    origin TEXT NOT NULL PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS refused (
    number INTEGER PRIMARY KEY, origin TEXT NOT NULL, at INTEGER NOT NULL, size INTEGER NOT NULL, held INTEGER NOT NULL,
    why TEXT NOT NULL, note TEXT NOT NULL, UNIQUE (origin, note))""",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a checkpoint, as HTTP has it."""

    status: Status
    body: str
    media_type: str = TEXT_TYPE


@dataclass(frozen=True, slots=True)
class Sent:
    """A checkpoint sent to a witness, with the proof that it goes on from the one it cosigned last."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        lines = [f"old {self.old}", *map(encoded, self.proof)]
        return "\n".join(lines) + f"\n\n{self.note}"

    @classmethod
    def read(cls, raw: bytes) -> Sent:
        """Returns what a request holds. Raises InvalidNote, saying what is wrong."""
        head, blank, below = raw.partition(b"\n\n")
        try:
            first, *lines = head.decode("ascii").split("\n")
            proof = read_hashes(lines)
        except (UnicodeDecodeError, ValueError) as error:
            raise InvalidNote(f"the proof cannot be read: {error}") from error
        old = _OLD.fullmatch(first)
        if not blank or old is None or len(proof) > PROOF_LINES_MAX:
            raise InvalidNote("a request is `old` and a size, up to 63 hashes a line each, a blank line, a checkpoint")
        return cls(int(old[1]), proof, Note.read(below))


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a log had come when it was cosigned last."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class RefusedCheckpoint:
    """A checkpoint the log signed and the witness did not: it contradicts the one before."""

    origin: str
    at: int
    """POSIX time."""
    size: int
    held: int
    """The size cosigned before."""
    why: str
    note: str


class Memory:
    """What a witness remembers, in an SQLite file that is synchronised before anything is answered."""

    def __init__(self, path: Path) -> None:
        """Opens the file, making it at the first start. Raises sqlite3.Error or OSError."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode=DELETE")
        self._connection.execute("PRAGMA synchronous=EXTRA")
        self._connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        for table in _TABLES:
            self._connection.execute(table)

    def close(self) -> None:
        """Gives the file back."""
        self._connection.close()

    def seen(self, origin: str) -> Seen:
        """Returns how far a log had come; an empty tree for one never cosigned."""
        row = self._connection.execute("SELECT size, root FROM cosigned WHERE origin = ?", (origin,)).fetchone()
        return Seen(0, EMPTY_ROOT) if row is None else Seen(int(row[0]), bytes(row[1]))

    def last(self, origin: str) -> Note | None:
        """Returns the checkpoint of a log that was cosigned last, as the log signed it; None where none was."""
        row = self._connection.execute("SELECT note FROM cosigned WHERE origin = ?", (origin,)).fetchone()
        return None if row is None else Note.read(str(row[0]).encode())

    def advance(self, point: Checkpoint, note: Note) -> None:
        """Remembers that a log has come so far."""
        self._connection.execute(
            "INSERT INTO cosigned VALUES (?,?,?,?) ON CONFLICT (origin) DO UPDATE SET "
            "size = excluded.size, root = excluded.root, note = excluded.note WHERE excluded.size >= cosigned.size",
            (point.origin, point.size, point.root, str(note)),
        )

    def refuse(self, refused: RefusedCheckpoint) -> None:
        """Keeps a checkpoint that was refused, once, and not more than a bound of each log."""
        self._connection.execute(
            "INSERT OR IGNORE INTO refused (origin, at, size, held, why, note) SELECT ?,?,?,?,?,? "
            "WHERE (SELECT COUNT(*) FROM refused WHERE origin = ?) < ?",
            (
                refused.origin,
                refused.at,
                refused.size,
                refused.held,
                refused.why,
                refused.note,
                refused.origin,
                REFUSED_MAX,
            ),
        )

    def refused(self) -> list[RefusedCheckpoint]:
        """Returns what was refused, in the order it came."""
        rows = self._connection.execute("SELECT origin, at, size, held, why, note FROM refused ORDER BY number")
        return [RefusedCheckpoint(*row) for row in rows]

    def logs(self) -> list[tuple[str, int]]:
        """Returns the logs it has cosigned and how far each has come."""
        rows = self._connection.execute("SELECT origin, size FROM cosigned ORDER BY origin")
        return [(str(origin), int(size)) for origin, size in rows]


class Witness:
    """Takes checkpoints of the logs it knows, one at a time, and cosigns those that go on from what it has seen."""

    def __init__(
        self,
        key: SigningKey,
        logs: Iterable[VerifierKey],
        memory: Memory,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`logs` are the keys it believes; one under an installation's own name stands for all its books."""
        self.key, self.memory, self._logs, self._clock = key, memory, tuple(logs), clock
        self._taking = threading.Lock()

    @property
    def name(self) -> str:
        """What it signs as."""
        return self.key.origin

    @property
    def verifier_key(self) -> VerifierKey:
        """The key its cosignatures are verified with."""
        return VerifierKey(self.name, COSIGNATURE, self.key.public)

    def keys_for(self, origin: str) -> list[VerifierKey]:
        """Returns the keys that may sign for a log; none for one it does not know."""
        return [
            replace(key, name=origin) for key in self._logs if origin == key.name or origin.startswith(f"{key.name}/")
        ]

    def add_checkpoint(self, raw: bytes) -> Answer:
        """Returns the answer to a request: a cosignature, or a status with why not. Nothing is raised for bad input."""
        try:
            sent = Sent.read(raw)
            point = Checkpoint.read(sent.note.text)
        except InvalidNote as error:
            return Answer(400, f"{error}\n")
        keys = self.keys_for(point.origin)
        if not keys:
            return Answer(404, f"the log {point.origin} is not known here\n")
        try:
            signed = sent.note.verified(keys)
        except InvalidNote as error:
            return Answer(403, f"{error}\n")
        if not signed:
            return Answer(403, f"no key known here for {point.origin} signed the checkpoint\n")
        if sent.old > point.size:
            return Answer(400, f"the old size {sent.old} is more than the checkpoint's, {point.size}\n")
        with self._taking:
            return self._take(sent, point)

    def last_checkpoint(self, origin: str) -> Answer:
        """Returns the checkpoint of a log that was cosigned last, cosigned anew at this moment.

        It is what an installation is held against that was restored from a backup. 204 where none was cosigned yet.
        """
        if not self.keys_for(origin):
            return Answer(404, f"the log {origin} is not known here\n")
        with self._taking:
            note = self.memory.last(origin)
        if note is None:
            return Answer(204, "")
        own = cosign(note.text, self.name, self.key.private, int(self._clock()))
        return Answer(200, str(Note(note.text, (note.signatures[0], own))))

    def _take(self, sent: Sent, point: Checkpoint) -> Answer:
        seen = self.memory.seen(point.origin)
        if sent.old != seen.size:
            return Answer(409, f"{seen.size}\n", SIZE_TYPE)
        try:
            _check(seen, sent, point)
        except InvalidProof as error:
            now = int(self._clock())
            self.memory.refuse(RefusedCheckpoint(point.origin, now, point.size, seen.size, str(error), str(sent.note)))
            return Answer(422, f"{error}\n")
        self.memory.advance(point, sent.note)
        return Answer(200, str(cosign(sent.note.text, self.name, self.key.private, int(self._clock()))))


def _check(seen: Seen, sent: Sent, point: Checkpoint) -> None:
    """Checks that a checkpoint goes on from what was seen. Raises InvalidProof."""
    if seen.size == 0:
        if sent.proof:
            raise InvalidProof("nothing is proved from an empty tree: the proof must be empty")
        if point.size == 0 and point.root != EMPTY_ROOT:
            raise InvalidProof("an empty tree has another root")
        return
    check_consistency(seen.size, point.size, seen.root, point.root, sent.proof)
