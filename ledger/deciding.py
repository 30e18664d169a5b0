"""What is sent and what it leads to: submissions decided against a folded book, before anything is written."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import orjson

from domain.collaboration import AnyCommand, AnyEvent, context_of, decide, evolve
from domain.kernel import Context, Decision, Rejection
from domain.text import SALT_BYTES, SealedText
from ledger.entry import ENTRY_CLASSES, SCHEMA, AnyEntry
from ledger.errors import StaleBook, UnknownCollaboration
from ledger.reading import Book, Recorded, Step
from ledger.rows import CommandRow, Identity, TextRow

OSLO = ZoneInfo("Europe/Oslo")

FOUNDING = "collaboration.found"
"""The command that opens a book."""


@dataclass(frozen=True, slots=True)
class Submission:
    """Commands sent together under one identity: all are recorded or none."""

    collaboration_id: str
    commands: tuple[AnyCommand, ...]
    principal: str
    command_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    expected: int | None = None
    """The number the book must be at, where the sender insists."""

    @property
    def identity(self) -> Identity:
        """Which submission it is, whatever is in it."""
        return self.collaboration_id, self.principal, self.command_id


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a submission led to."""

    recorded: tuple[Recorded, ...]
    repeated: bool = False
    """True where the same submission had been recorded before: these are the entries of that time."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A submission decided but not yet written."""

    steps: tuple[Step, ...]
    command: CommandRow
    texts: tuple[TextRow, ...]


class SubmissionFailed(Exception):
    """One of many submissions was refused, and so all were."""

    def __init__(self, index: int, error: Exception) -> None:
        super().__init__(f"submission {index + 1}: {error}")
        self.index, self.error = index, error


class Drawer:
    """Keeps the texts one command seals until they are written."""

    def __init__(self) -> None:
        self._sealed: list[tuple[str, bytes, str]] = []

    def seal(self, text: str) -> SealedText:
        """Returns the commitment to a text under a fresh random salt."""
        salt = secrets.token_bytes(SALT_BYTES)
        sealed = SealedText.of(text, salt)
        self._sealed.append((sealed.commitment, salt, text))
        return sealed

    def rows(self, collaboration_id: str, number: int) -> Iterator[TextRow]:
        """Yields the rows of the side store, for the entry of that number."""
        for commitment, salt, text in self._sealed:
            yield TextRow(collaboration_id, commitment, number, salt, text)


def decide_submission(
    book: Book, submission: Submission, now: datetime, encoded: Callable[[AnyEntry], bytes]
) -> Decided:
    """Returns what a submission leads to in `book`; `encoded` gives an entry's bytes.

    Raises Rejection (its `index` says which command), StaleBook, UnknownCollaboration, and what `encoded` raises.
    """
    if submission.expected is not None and submission.expected != book.number:
        raise StaleBook(book.id, submission.expected, book.number)
    if book.number == 0 and submission.commands[0].type != FOUNDING:
        raise UnknownCollaboration(book.id)
    steps: list[Step] = []
    texts: list[TextRow] = []
    for index, command in enumerate(submission.commands):
        drawer = Drawer()
        try:
            taken = _steps(book, submission, command, drawer, now, encoded)
        except Rejection as rejection:
            rejection.index = index
            raise
        steps.extend(taken)
        book = advanced(book, taken)
        texts.extend(drawer.rows(book.id, book.number))
    return Decided(tuple(steps), _identity(submission, steps), tuple(texts))


def _steps(
    book: Book,
    submission: Submission,
    command: AnyCommand,
    drawer: Drawer,
    now: datetime,
    encoded: Callable[[AnyEntry], bytes],
) -> list[Step]:
    """Returns what one command leads to in `book`. Raises Rejection, and what `encoded` raises."""
    now = _not_before(now, book.recorded_at)
    # The day it is decided on is the day its entry says it was recorded, so that `recheck` decides it on the same day.
    context = context_of(command, book.state, today_in_oslo(now), drawer.seal)
    decision = decide(command, book.state, context)
    reason = drawer.seal(command.reason) if decision.ruling.irregular and command.reason else None
    steps: list[Step] = []
    for event in decision.events:
        envelope = _envelope(submission, command, context, decision) | {
            "number": book.number + 1,
            "recorded_at": _not_before(now, book.recorded_at),
            "reason": reason,
        }
        steps.append(_step(book, cast("AnyEvent", event), envelope, encoded))
        book = advanced(book, steps[-1:])
    return steps


def _envelope(submission: Submission, command: AnyCommand, context: Context, decision: Decision) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "collaboration_id": submission.collaboration_id,
        "entry_id": uuid.uuid4().hex,
        "command_id": submission.command_id,
        "recorded_by": submission.principal,
        "acted_by": command.acted_by,
        "mode": command.mode,
        "effective": context.effective,
        "basis": command.basis,
        "source": command.source,
        "evidence": command.evidence,
        "access": command.access,
        "corrects": command.corrects,
        "rulebook_version": context.rulebook,
        "irregular": decision.ruling.irregular,
        "unverified": decision.ruling.unverified,
    }


def _step(book: Book, event: AnyEvent, envelope: dict[str, Any], encoded: Callable[[AnyEntry], bytes]) -> Step:
    entry = ENTRY_CLASSES[event.type](type=event.type, event=event, **envelope)
    state = encoded(entry)
    fact = entry.fact(state)
    return Step(Recorded(entry, state), fact, evolve(book.state, fact))


def _not_before(now: datetime, last: datetime | None) -> datetime:
    """Returns the time of recording: never earlier than the entry before, whatever the clock does."""
    return now if last is None else max(now, last + timedelta(microseconds=1))


def _identity(submission: Submission, steps: Sequence[Step]) -> CommandRow:
    salt = secrets.token_bytes(SALT_BYTES)
    return CommandRow(
        submission.collaboration_id,
        submission.principal,
        submission.command_id,
        salt,
        fingerprint(submission.commands, salt),
        steps[0].fact.number,
        steps[-1].fact.number,
    )


def fingerprint(commands: Sequence[AnyCommand], salt: bytes) -> bytes:
    """Returns the SHA-256 of the salt and the commands' canonical bytes.

    What has its default is left out, so that optional fields of a later version change no fingerprint that is stored.
    """
    content = [command.model_dump(mode="json", exclude_defaults=True) for command in commands]
    return hashlib.sha256(salt + orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).digest()


def advanced(book: Book, steps: Iterable[Step]) -> Book:
    """Returns the book after the steps."""
    for step in steps:
        entry = step.recorded.entry
        book = Book(book.id, entry.number, entry.recorded_at, step.after)
    return book


def utc_now() -> datetime:
    """Returns the server's time in UTC."""
    return datetime.now(UTC)


def today_in_oslo(now: datetime) -> date:
    """Returns the date in Europe/Oslo."""
    return now.astimezone(OSLO).date()
