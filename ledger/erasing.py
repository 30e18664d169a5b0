"""What an erasure takes away beside the entries, until nothing of it is left in the files.

The rows of the texts go in the transaction of the entry that orders it. What the engine still holds of them is cleared
next: on SQLite the table is written anew and the write-ahead log emptied, since pages that were filled up and divided
keep deleted rows in their slack, `secure_delete` or not; on PostgreSQL the table is vacuumed. Until that is done the
erasure is marked as unfinished, and whoever opens the ledger next finishes it.

Beside a book in a file stands a list of what was erased in it, by commitment, which tells nothing of any text: a
database or an archive of before the erasure that is put in its place loses the texts again. Documents are listed there
too, by their hash: see `ledger.erased_documents`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import orjson
import structlog
from pydantic import ValidationError

from domain.erasure import PersonalDataErased
from domain.text import Frozen, Sha256
from ledger.entry import AnyEntry, CollaborationId
from ledger.erased_documents import A_DOCUMENT, come_back, erase_documents
from ledger.errors import BadArchive
from ledger.kept_states import forget
from ledger.location import Location, SQLiteLocation
from ledger.log.book_log import Statement
from ledger.rows import ErasedRow

ROWS_AT_A_TIME = 400

log = structlog.get_logger("erasure")


class ErasedLine(Frozen):
    """A text that was erased, as a line of the list."""

    collaboration_id: CollaborationId
    commitment: Sha256
    entry: int
    """The entry of the order."""
    of_entry: int
    """The entry whose text it was; 0 where `commitment` is the SHA-256 of a document."""

    @property
    def row(self) -> ErasedRow:
        """What is to be taken away."""
        return ErasedRow(self.collaboration_id, self.commitment, self.entry, self.of_entry)


class Cleared(Protocol):
    """What a recorder does about erased texts."""

    def query(self, statement: str, params: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a reading statement."""
        ...

    def erase_texts(self, rows: Iterable[ErasedRow]) -> None:
        """Deletes texts, in one transaction."""
        ...

    def clear_texts(self) -> bool:
        """Clears what the engine still holds of deleted texts. Returns whether nothing stood in the way."""
        ...

    def mark_cleared(self) -> None:
        """Marks every erasure as finished."""
        ...

    def write_beside(self, statements: Iterable[Statement]) -> None:
        """Executes statements in one transaction."""
        ...


def erased_by(entry: AnyEntry) -> Iterator[ErasedRow]:
    """Yields what an entry takes away: nothing, unless it orders an erasure."""
    if isinstance(entry.event, PersonalDataErased) and not entry.irregular:
        for text in entry.event.erased:
            yield ErasedRow(entry.collaboration_id, text.commitment, entry.number, text.entry)
        for document in entry.event.erased_documents:
            yield ErasedRow(entry.collaboration_id, document.sha256, entry.number, A_DOCUMENT)


def finish(recorder: Cleared, location: Location) -> bool:
    """Clears what is left of texts that were erased, and lists them beside the book. Returns whether it is done.

    Never raises: the texts are gone from every answer already, and what cannot be cleared now is at the next start.
    """
    try:
        rows = recorder.query(
            "SELECT collaboration_id, commitment, number, of_entry FROM erased_texts WHERE finished = 0"
        )
        if not rows:
            return True
        unfinished = [ErasedRow(*row) for row in rows]
        _list(unfinished, location)
        forget(location, {row.collaboration_id for row in unfinished})
        recorder.erase_texts(unfinished)
        erase_documents(recorder, location, unfinished)
        if not recorder.clear_texts():
            log.warning("erased texts are not cleared from the files yet: somebody reads them", texts=len(rows))
            return False
        recorder.mark_cleared()
    except Exception:  # the entry is committed: its sender is answered, whatever becomes of the files
        log.exception("erased texts are not cleared from the files yet")
        return False
    return True


def erase_again(recorder: Cleared, location: Location) -> None:
    """Takes away again what the list beside the book says was erased, where an older file stands in its place."""
    listed = {(line.collaboration_id, line.commitment): line for line in _listed(location)}
    lines = list(listed.values())
    for start in range(0, len(lines), ROWS_AT_A_TIME):
        part = lines[start : start + ROWS_AT_A_TIME]
        marks = ",".join(["%s"] * len(part))
        found = recorder.query(
            f"SELECT collaboration_id, commitment FROM sealed_texts WHERE commitment IN ({marks})",  # noqa: S608
            tuple(line.commitment for line in part),
        )
        rows = [listed[key] for book, commitment in found if (key := (str(book), str(commitment))) in listed]
        if rows:
            log.warning("erased texts had come back with an older file, and are erased again", texts=len(rows))
            # The order is an entry of the newer file: where it is not in this one, no entry here is to be named for it.
            recorder.erase_texts(replace(line.row, number=0) for line in rows)
            forget(location, {line.collaboration_id for line in rows})
    documents = come_back(recorder, [line.row for line in lines])
    if documents:
        log.warning("erased documents had come back with an older file, and are erased again", documents=len(documents))
        recorder.erase_texts(replace(row, number=0) for row in documents)
        forget(location, {row.collaboration_id for row in documents})


# The list --------------------------------------------------------------------------------


def _list(rows: Iterable[ErasedRow], location: Location) -> None:
    if not isinstance(location, SQLiteLocation):
        return
    present = {(line.collaboration_id, line.commitment) for line in _listed(location)}
    lines = [_written(row) for row in rows if (row.collaboration_id, row.commitment) not in present]
    if not lines:
        return
    descriptor = os.open(location.erased, os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)  # without a line that a crash has cut short
        file.seek(0, os.SEEK_END)
        file.write(b"".join(line + b"\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def _written(row: ErasedRow) -> bytes:
    line = ErasedLine(
        collaboration_id=row.collaboration_id, commitment=row.commitment, entry=row.number, of_entry=row.of_entry
    )
    return orjson.dumps(line.model_dump())


def _listed(location: Location) -> list[ErasedLine]:
    """Returns what is listed beside a book, without a last line that a crash has cut short."""
    if not isinstance(location, SQLiteLocation) or not location.erased.exists():
        return []
    whole = location.erased.read_bytes().split(b"\n")[:-1]
    return [line for one in whole if (line := _line(one)) is not None]


def _line(record: bytes) -> ErasedLine | None:
    try:
        return ErasedLine.model_validate_json(record)
    except ValidationError:
        return None


def listed_beside(location: Location) -> Iterator[ErasedRow]:
    """Yields what the list beside a book says was erased."""
    return (line.row for line in _listed(location))


def listed_in(path: Path) -> Iterator[ErasedRow]:
    """Yields what a list says was erased. Raises BadArchive if it is none, or OSError."""
    for record in path.read_bytes().splitlines():
        line = _line(record)
        if line is None:
            raise BadArchive(str(path), "a line of it names no erased text")
        yield line.row
