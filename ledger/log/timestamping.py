"""Asking authorities for timestamps of checkpoints (RFC 3161), outside the commit path, and what is kept of them.

A book that has grown is stamped at most once in so many hours, as it then stands: what is proven is that its entries
were there by then, and were signed. An answer is kept only once it is checked: it is of this checkpoint, of this
request, and its signature leads to the root that is trusted.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any, Literal

from ledger.application import Ledger
from ledger.background import Background
from ledger.entry import format_instant
from ledger.errors import LedgerError
from ledger.log.book_log import Statement
from ledger.log.checkpointing import Signer
from ledger.log.tokens import Authority, BadToken, check, request
from ledger.log.witnessing import House

HOURS_BETWEEN = 24
"""How long a book waits for its next timestamp, unless told otherwise."""
LATE_AFTER = 2
"""A book is late when its first entry that is not stamped has waited for so many times that long."""
SECONDS_BETWEEN_ROUNDS = 60.0
TIMEOUT_SECONDS = 10.0
FIRST_PAUSE_SECONDS = 60.0
PAUSE_SECONDS_MAX = 3_600.0
"""An authority that gave no timestamp is left alone for a minute, then for two, four ... and an hour at most."""
ANSWER_BYTES_MAX = 65_536
BLOCK_BYTES = 8_192
INSERT_TIMESTAMP = "INSERT INTO log_timestamps VALUES (%s,%s,%s,%s,%s,%s)"

Post = Callable[[str, bytes], bytes]
"""Sends a request to an address and returns the answer. Raises OSError where there is none."""

State = Literal["stamped", "unreachable", "not_ours"]
"""`not_ours`: what was answered is no timestamp of this checkpoint that leads to the trusted root."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of asking one authority about one book."""

    authority: str
    collaboration_id: str
    state: State
    size: int
    """Entries of the checkpoint."""
    why: str | None = None


def post(url: str, body: bytes) -> bytes:
    """Sends a request over HTTP; the whole answer is there in ten seconds or counts for none. Raises OSError."""
    headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
    asked = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 (http and https alike)
    give_up, found = time.monotonic() + TIMEOUT_SECONDS, b""
    with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
        while block := answer.read1(BLOCK_BYTES):
            found += block
            if len(found) > ANSWER_BYTES_MAX:
                raise OSError(f"an answer of more than {ANSWER_BYTES_MAX} bytes")
            if time.monotonic() > give_up:
                raise TimeoutError(f"no whole answer within {TIMEOUT_SECONDS:g} seconds")
    return found


class Stamping(Background):
    """Asks the authorities of an installation to stamp its books."""

    def __init__(
        self, house: House, authorities: Iterable[Authority], hours: int = HOURS_BETWEEN, send: Post = post
    ) -> None:
        super().__init__("timestamps")
        self._house, self._send = house, send
        self.authorities, self.hours = tuple(authorities), hours
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        """What became of asking last, by authority and book."""
        self.clock: Callable[[], float] = time.monotonic
        self._pauses: dict[str, tuple[float, float]] = {}
        """By authority that gave none: until when it is left alone, and for how long that was."""
        self.seconds = SECONDS_BETWEEN_ROUNDS
        """Between rounds."""

    def step(self) -> float:
        """Asks once for everything that is due."""
        with suppress(LedgerError):  # the database or the key is out of reach: the next round tries again
            self.ask_all()
        return self.seconds

    # One round ---------------------------------------------------------------------------

    def ask_all(self) -> list[Outcome]:
        """Has every book stamped that is due. Returns what became of it. Raises KeyTrouble, LedgerUnavailable."""
        signer = self._house.signer
        return [outcome for authority in self.authorities for outcome in self._round(signer, authority)]

    def _round(self, signer: Signer, authority: Authority) -> Iterator[Outcome]:
        """Yields what became of asking one authority; the first time it gives none ends its round."""
        until, pause = self._pauses.get(authority.name, (0.0, 0.0))
        if pause and self.clock() < until:
            return
        for book in self._due(signer, authority):
            outcome = self._ask(signer, authority, book)
            if outcome is None:
                continue
            self.outcomes[authority.name, book] = outcome
            yield outcome
            if outcome.state != "stamped":
                pause = min(PAUSE_SECONDS_MAX, pause * 2 or FIRST_PAUSE_SECONDS)
                self._pauses[authority.name] = (self.clock() + pause, pause)
                return
            self._pauses.pop(authority.name, None)
            pause = 0.0

    def _due(self, signer: Signer, authority: Authority) -> list[str]:
        """Returns the books to be stamped now; those that failed last come last, so that they keep nobody waiting."""
        kept = {
            str(book): (int(size), str(at))
            for book, size, at in signer.ledger.query(
                "SELECT collaboration_id, MAX(size), MAX(stamped_at) FROM log_timestamps WHERE authority = %s "
                "GROUP BY collaboration_id",
                (authority.name,),
            )
        }
        since = format_instant(signer.ledger.clock() - timedelta(hours=self.hours))
        books = [
            book
            for book, head in signer.ledger.heads().items()
            if book not in kept or (kept[book][0] < head and kept[book][1] <= since)
        ]
        return sorted(books, key=lambda book: ((authority.name, book) in self._failed, book))

    @property
    def _failed(self) -> set[tuple[str, str]]:
        return {key for key, outcome in self.outcomes.items() if outcome.state != "stamped"}

    def _ask(self, signer: Signer, authority: Authority, book: str) -> Outcome | None:
        """Asks for a timestamp of one book; None where nothing is signed of it now. What is given is kept."""
        try:
            signed = signer.checkpoint(book)
            size = 0 if signed is None else signed.checkpoint.size
            message = stamped_bytes(signer.ledger, book, size)
        except LedgerError:
            return None  # nothing is signed for this book now: that is said where it is asked for
        if message is None:
            return None
        asked = request(message)
        try:
            token = self._send(authority.url, asked.body)
        except (OSError, HTTPException, ValueError) as error:  # the last two for what is no HTTP, or no address
            return Outcome(authority.name, book, "unreachable", size, f"{type(error).__name__}: {error}")
        try:
            check(token, message, authority.roots, asked.nonce)
        except BadToken as error:
            return Outcome(authority.name, book, "not_ours", size, str(error))
        row = (book, size, authority.name, token, authority.roots, format_instant(signer.ledger.clock()))
        signer.ledger.write_beside([(f"{INSERT_TIMESTAMP} ON CONFLICT DO NOTHING", row)])
        return Outcome(authority.name, book, "stamped", size)


# What is stamped, and what is kept of it ---------------------------------------------------


def stamped_bytes(ledger: Ledger, collaboration_id: str, size: int) -> bytes | None:
    """Returns what of a checkpoint is stamped: its text and the log's own signature lines, as they are kept."""
    rows = ledger.query(
        "SELECT note FROM log_checkpoints WHERE collaboration_id = %s AND size = %s", (collaboration_id, size)
    )
    return str(rows[0][0]).encode() if rows else None


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A timestamp of a checkpoint, as it is kept."""

    collaboration_id: str
    size: int
    """Entries of the checkpoint."""
    authority: str
    token: bytes
    """The whole answer of the authority, in DER."""
    roots: str
    """The certificates, in PEM, its signature was found to lead to when it came."""
    stamped_at: str
    """When it came, by our own clock."""


def timestamps(ledger: Ledger, collaboration_id: str, up_to: int | None = None) -> list[Timestamp]:
    """Returns the timestamps kept of a book, the smallest first; none in a database of before there were any."""
    if not ledger.has_table("log_timestamps"):
        return []
    rows = ledger.query(
        "SELECT collaboration_id, size, authority, token, roots, stamped_at FROM log_timestamps "
        "WHERE collaboration_id = %s ORDER BY size, authority",
        (collaboration_id,),
    )
    found = [Timestamp(str(b), int(s), str(a), bytes(t), str(r), str(at)) for b, s, a, t, r, at in rows]
    return [one for one in found if up_to is None or one.size <= up_to]


def insertion(kept: Timestamp) -> Statement:
    """Returns what keeps a timestamp in a ledger."""
    row: tuple[Any, ...] = (
        kept.collaboration_id, kept.size, kept.authority, kept.token, kept.roots, kept.stamped_at,
    )  # fmt: skip
    return INSERT_TIMESTAMP, row


# How far books are stamped -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stamped:
    """How far a book is stamped."""

    collaboration_id: str
    entries: int
    stamped: dict[str, int]
    """By authority: the last entry it stamped; 0 for one that stamped none."""
    seconds_behind: float
    """Since the first entry that no authority has stamped; 0 where there is none."""
    is_late: bool
    """Whether that is longer than a working authority takes."""


def stamped(
    signer: Signer, authorities: Sequence[str], hours: int, only: Container[str] | None = None
) -> list[Stamped]:
    """Returns how far each book, or each of `only` these, is stamped by these authorities."""
    ledger, found = signer.ledger, list[Stamped]()
    rows = ledger.query("SELECT collaboration_id, authority, MAX(size) FROM log_timestamps GROUP BY 1, 2")
    sizes = {(str(book), str(authority)): int(size) for book, authority, size in rows}
    for book, head in sorted(ledger.heads().items()):
        if only is not None and book not in only:
            continue
        by = {name: sizes.get((book, name), 0) for name in authorities}
        behind, furthest = 0.0, max(by.values(), default=0)
        if furthest < head:
            first = ledger.entry(book, furthest + 1)
            recorded_at: datetime | None = None if first is None else first.entry.recorded_at
            behind = 0.0 if recorded_at is None else max(0.0, (ledger.clock() - recorded_at).total_seconds())
        found.append(Stamped(book, head, by, behind, behind > LATE_AFTER * hours * 3_600))
    return found
