"""The lines of an archive, as the rows they were written from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Generic, TypeVar
from zipfile import ZipFile

import orjson
from eventsourcing.persistence import StoredEvent
from pydantic import ValidationError

from ledger.archive import KINDS, CommandLine, TextLine, member
from ledger.entry import ENTRY_BYTES_MAX
from ledger.errors import BadArchive
from ledger.pages import PAGE_ROWS
from ledger.rows import CommandRow, Page, TextRow

LINE_BYTES_MAX = 1024 * 1024
"""More than the longest text takes with every character escaped."""

T = TypeVar("T")


def pages_in(archive: ZipFile, collaboration_id: str, path: Path) -> Iterator[Page]:
    """Yields a book's entries, each page with the texts and identities of commands that belong to it.

    Raises BadArchive for a line that is none of them, and for texts or commands of no entry.
    """
    names = [member(kind, collaboration_id) for kind in KINDS[:3]]
    with archive.open(names[0]) as entries, archive.open(names[1]) as texts, archive.open(names[2]) as commands:
        waiting_texts = _Waiting(_text_rows(texts, collaboration_id, path), lambda row: row.number)
        waiting_commands = _Waiting(_command_rows(commands, collaboration_id, path), lambda row: row.first_number)
        lines = read_lines(entries, ENTRY_BYTES_MAX, path)
        while chunk := list(islice(lines, PAGE_ROWS)):
            rows = [row_in(line, collaboration_id, path) for line in chunk]
            last = rows[-1].originator_version
            yield Page(rows, waiting_commands.up_to(last), waiting_texts.up_to(last))
        if not (waiting_commands.is_empty and waiting_texts.is_empty):
            raise BadArchive(str(path), f"it holds texts or commands of {collaboration_id} that belong to no entry")


def row_in(line: bytes, collaboration_id: str, path: Path) -> StoredEvent:
    """Returns the row of an entry. Raises BadArchive."""
    try:
        record = orjson.loads(line)
        number, name = record["number"], record["type"]
        if not (isinstance(number, int) and isinstance(name, str)):
            raise TypeError("an entry has a number and a type")
    except (ValueError, TypeError, KeyError) as error:
        raise BadArchive(str(path), f"a line of {member('entries', collaboration_id)} is no entry") from error
    return StoredEvent(collaboration_id, number, name, line)


def read_lines(file: IO[bytes], bytes_max: int, path: Path) -> Iterator[bytes]:
    """Yields the lines of a file without their ends. Raises BadArchive for one that is too long or does not end."""
    while line := file.readline(bytes_max + 2):
        if not line.endswith(b"\n"):
            raise BadArchive(str(path), f"a line has more than {bytes_max} bytes, or does not end")
        yield line[:-1]


def _text_rows(file: IO[bytes], collaboration_id: str, path: Path) -> Iterator[TextRow]:
    for line in read_lines(file, LINE_BYTES_MAX, path):
        try:
            t = TextLine.model_validate_json(line)
        except ValidationError as error:
            raise BadArchive(str(path), f"a line of {member('texts', collaboration_id)} is no text") from error
        yield TextRow(collaboration_id, t.commitment, t.number, bytes.fromhex(t.salt), t.text)


def _command_rows(file: IO[bytes], collaboration_id: str, path: Path) -> Iterator[CommandRow]:
    for line in read_lines(file, LINE_BYTES_MAX, path):
        try:
            c = CommandLine.model_validate_json(line)
        except ValidationError as error:
            raise BadArchive(str(path), f"a line of {member('commands', collaboration_id)} is no identity") from error
        salt, fingerprint = bytes.fromhex(c.salt), bytes.fromhex(c.fingerprint)
        yield CommandRow(collaboration_id, c.principal, c.command_id, salt, fingerprint, c.first_number, c.last_number)


class _Waiting(Generic[T]):
    """Rows in the order of a number, taken as far as the entries have come."""

    def __init__(self, rows: Iterator[T], number: Callable[[T], int]) -> None:
        self._rows = rows
        self._number = number
        self._next = next(rows, None)

    def up_to(self, number: int) -> list[T]:
        """Returns those that are left with this number or a lower one."""
        taken: list[T] = []
        while self._next is not None and self._number(self._next) <= number:
            taken.append(self._next)
            self._next = next(self._rows, None)
        return taken

    @property
    def is_empty(self) -> bool:
        """Whether none is left."""
        return self._next is None
