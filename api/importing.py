"""The import format: a history as commands, one JSON object a line.

    {"collaboration": "…", "command": {"type": "…", …}, "mode": "import", "recorded_by": "…", "idempotency_key": "…"}

Every line is read and checked first; then each book's lines are decided whole before its first one is written. The
same file again records nothing more, and a run that was cut short is resumed by sending the file again.

Lines are kept where they stand in the file and read again when it is their turn: what is in memory is one book's.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import IO, Any

from pydantic import ValidationError

from api.catalogue import Language, catalogue
from api.field_errors import Fault, Pointer, worded
from api.intake import LIMITS, read_json
from api.problems import Refused, invalid
from api.sending import read_command
from domain.kernel import Mode, Rejection
from domain.text import Frozen
from ledger.application import Ledger
from ledger.deciding import Submission, SubmissionFailed
from ledger.entry import CollaborationId, CommandId, Principal
from ledger.errors import CommandIdReused, UnknownCollaboration

LINE_BYTES_MAX = LIMITS.body_bytes_max


class ImportLine(Frozen):
    """One line: a command with what the API takes from elsewhere."""

    collaboration: CollaborationId
    command: Any
    """As the API takes it."""
    mode: Mode | None = None
    """Of the command, where it does not say itself."""
    recorded_by: Principal
    idempotency_key: CommandId
    """The command's identity: the same again records nothing more."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was understood."""

    number: int
    submission: Submission


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with a line, and how to go on."""

    line: int
    code: str
    """A problem's, a rejection's or a field error's."""
    what: str
    how: str
    pointer: str | None = None
    """Where in the line: a JSON Pointer (RFC 6901)."""
    law: str | None = None
    """The provision a rejection rests on."""
    entries: tuple[int, ...] = ()
    """Numbers of the entries that led to a rejection."""


class ImportRefused(Exception):
    """Lines cannot be recorded. `done` says what was recorded before, of other books."""

    def __init__(self, problems: Sequence[LineProblem], done: Imported | None = None) -> None:
        super().__init__(f"{len(problems)} lines cannot be imported")
        self.problems = tuple(problems)
        self.done = done or Imported()


@dataclass(frozen=True, slots=True)
class BookImported:
    """What became of one book's lines."""

    recorded: int
    """Lines recorded, or that would be."""
    already_present: int
    entries: int
    """Entries they led to."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file."""

    books: dict[str, BookImported] = field(default_factory=dict)

    @property
    def recorded(self) -> int:
        """Lines recorded, or that would be."""
        return sum(book.recorded for book in self.books.values())

    @property
    def already_present(self) -> int:
        """Lines that had been recorded before."""
        return sum(book.already_present for book in self.books.values())


class Lines:
    """The lines of one book, in order, read again from the file each time they are gone through."""

    def __init__(self, file: IO[bytes], language: Language) -> None:
        self._file, self._language = file, language
        self._places, self._numbers = array("Q"), array("Q")

    def add(self, place: int, number: int) -> None:
        """Adds the line of a number, which begins at a place in the file."""
        self._places.append(place)
        self._numbers.append(number)

    def __len__(self) -> int:
        """Returns how many they are."""
        return len(self._places)

    def __iter__(self) -> Iterator[Line]:
        """Yields each of them. Raises ImportRefused where the file is another than it was."""
        return map(self.at, range(len(self)))

    def at(self, index: int) -> Line:
        """Returns one of them, counted from 0. Raises ImportRefused where the file is another than it was."""
        self._file.seek(self._places[index])
        raw = self._file.readline(LINE_BYTES_MAX + 2).rstrip(b"\r\n")
        (read,) = _line(raw, self._numbers[index], self._language)
        if isinstance(read, LineProblem):
            raise ImportRefused([read])
        return read


# Reading lines ---------------------------------------------------------------------------


def read_lines(file: IO[bytes], language: Language) -> Iterator[tuple[int, Line | LineProblem]]:
    """Yields where in a file each line begins, and the line as it was understood, or what is wrong with it.

    Empty lines are passed over.
    """
    number, place = 0, file.tell()
    while raw := file.readline(LINE_BYTES_MAX + 2):
        number += 1
        found: Iterator[Line | LineProblem]
        if len(raw.rstrip(b"\r\n")) > LINE_BYTES_MAX:
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(LINE_BYTES_MAX)
            found = _problems(_refused("line_too_long", (), LINE_BYTES_MAX), number, language)
        else:
            found = _line(raw.rstrip(b"\r\n"), number, language) if raw.strip() else iter(())
        yield from ((place, one) for one in found)
        place = file.tell()


def _line(raw: bytes, number: int, language: Language) -> Iterator[Line | LineProblem]:
    try:
        document = read_json(raw)
        envelope = _envelope(document)
        command = read_command(_with_mode(envelope), ("command",))
    except Refused as refused:
        yield from _problems(refused, number, language)
        return
    sent = Submission(envelope.collaboration, (command,), envelope.recorded_by, envelope.idempotency_key)
    yield Line(number, sent)


def _envelope(document: object) -> ImportLine:
    try:
        return ImportLine.model_validate(document)
    except ValidationError as error:
        raise invalid(error, document) from None


def _with_mode(envelope: ImportLine) -> object:
    """Returns the command with the mode that stands beside it. Raises Refused if it says another itself."""
    command = envelope.command
    if envelope.mode is None or not isinstance(command, dict):
        return command
    if command.get("mode", envelope.mode) != envelope.mode:
        raise _refused("two_modes", ("command", "mode"))
    return {**command, "mode": envelope.mode}


def _refused(code: str, pointer: Pointer, *limit: int | str) -> Refused:
    fault = Fault(code, pointer, params=tuple(("limit", one) for one in limit))
    return Refused("invalid", faults=(fault,), count=1)


def _problems(refused: Refused, number: int, language: Language) -> Iterator[LineProblem]:
    texts, code = catalogue(), refused.code
    how = texts.text("problem", code, "how", refused.params, language)
    if not refused.faults:
        what = texts.text("problem", code, "detail", {**refused.params, "line": number}, language)
        pointer = refused.params.get("pointer")
        yield LineProblem(number, code, what, how, pointer if isinstance(pointer, str) else None)
    for fault in refused.faults:
        error = worded(fault, texts, language)
        yield LineProblem(number, error.code, error.message, how, error.pointer)


# Recording them --------------------------------------------------------------------------


def parse(
    file: IO[bytes], language: Language, problems_max: int, progress: Callable[[int], None] = lambda _: None
) -> dict[str, Lines]:
    """Returns a file's lines by book, in order; `progress` is told the number of each.

    They are read from the file again, which must stay open, and be one that can be gone back in. Raises ImportRefused
    with the first problems, if there are any.
    """
    books: dict[str, Lines] = {}
    problems: list[LineProblem] = []
    for place, read in read_lines(file, language):
        if isinstance(read, Line):
            books.setdefault(read.submission.collaboration_id, Lines(file, language)).add(place, read.number)
            progress(read.number)
        else:
            problems.append(read)
        if len(problems) >= problems_max:
            break
    if problems:
        raise ImportRefused(problems)
    return books


def record(
    ledger: Ledger,
    books: dict[str, Lines],
    language: Language,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Records lines book by book; with `dry_run` only decides them. `progress` is told how many were taken.

    Raises ImportRefused where a book's lines are rejected, which then are not recorded at all, and what the ledger
    raises where it cannot be read or written.
    """
    done: dict[str, BookImported] = {}
    numbers = count(1)
    for collaboration_id, lines in books.items():
        try:
            entries, present = ledger.record_all(_submissions(lines, numbers, progress), dry_run=dry_run)
        except SubmissionFailed as failed:
            problem = _rejected(lines.at(failed.index), failed.error, language)
            if problem is None:
                raise failed.error from failed
            raise ImportRefused([problem], Imported(done)) from failed
        done[collaboration_id] = BookImported(len(lines) - present, present, entries)
    return Imported(done)


def _submissions(
    lines: Iterable[Line], numbers: Iterator[int], progress: Callable[[int], None]
) -> Iterator[Submission]:
    for line in lines:
        progress(next(numbers))
        yield line.submission


def _rejected(line: Line, error: Exception, language: Language) -> LineProblem | None:
    """Returns what the rules or the book say against a line, None where the fault is not the line's."""
    texts = catalogue()
    match error:
        case Rejection():
            what = texts.text("rejection", error.code, "detail", error.params, language)
            how = texts.text("rejection", error.code, "how", error.params, language)
            return LineProblem(line.number, error.code, what, how, law=error.law, entries=error.entries)
        case CommandIdReused():
            refused, at = Refused("idempotency_key_reused", key=error.command_id), "/idempotency_key"
            return replace(next(_problems(refused, line.number, language)), pointer=at)
        case UnknownCollaboration():
            refused = _refused("not_founded", ("collaboration",), error.collaboration_id)
            return next(_problems(refused, line.number, language))
        case _:
            return None
