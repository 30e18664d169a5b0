"""Documents an erasure takes away: once every book that names one has erased it, its content goes from files and rows.

A document is kept once for all books. One book's order makes it unread through that book; where another names it too,
it stays for those who read that one, until it has an order of its own: nobody destroys another book's evidence.
It is noted beside the books as texts are, with its SHA-256 for a commitment and 0 for the entry whose text it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any, Protocol

import structlog

from ledger.attachments import file_of, synchronise
from ledger.location import Location, SQLiteLocation
from ledger.log.book_log import Statement
from ledger.postgres import PostgresBookRecorder
from ledger.rows import ErasedRow

A_DOCUMENT = 0
"""Stands for the entry whose text it was: a document is of no single entry."""

log = structlog.get_logger("erasure")


class Kept(Protocol):
    """What is asked and written about documents."""

    def query(self, statement: str, params: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a reading statement."""
        ...


class Writing(Kept, Protocol):
    """What takes documents away."""

    def write_beside(self, statements: Iterable[Statement]) -> None:
        """Executes statements in one transaction."""
        ...


def erased_in(kept: Kept, sha256: str) -> dict[str, int]:
    """Returns the entry of the order by each book that erased a document; 0 where no entry here orders it."""
    rows = kept.query(
        "SELECT collaboration_id, number FROM erased_texts WHERE commitment = %s AND of_entry = %s",
        (sha256, A_DOCUMENT),
    )
    return {str(book): int(number) for book, number in rows}


def still_read(kept: Kept, location: Location, sha256: str) -> list[str]:
    """Returns the books that name a document and have not erased it. Looks through every entry there is."""
    place = "instr(state, CAST(%s AS BLOB))" if isinstance(location, SQLiteLocation) else "position(%s in state)"
    name = f'"sha256":"{sha256}"'.encode()
    statement = f"SELECT DISTINCT originator_id FROM stored_events WHERE {place} > 0 ORDER BY originator_id"  # noqa: S608
    gone = erased_in(kept, sha256)
    return [str(book) for (book,) in kept.query(statement, (name,)) if str(book) not in gone]


def erase_documents(recorder: Writing, location: Location, rows: Iterable[ErasedRow]) -> None:
    """Takes the content of documents away that no book reads any more. To be done again where it was cut short.

    Raises PersistenceError or OSError.
    """
    cleared = False
    for sha256 in sorted({row.commitment for row in rows if row.of_entry == A_DOCUMENT}):
        if books := still_read(recorder, location, sha256):
            log.warning("an erased document is kept, as other books name it", sha256=sha256, books=books)
            continue
        recorder.write_beside(
            [
                ("DELETE FROM attachment_blocks WHERE sha256 = %s", (sha256,)),
                ("DELETE FROM attachments WHERE sha256 = %s", (sha256,)),
            ]
        )
        if isinstance(location, SQLiteLocation):
            path = file_of(location.attachments, sha256)
            with suppress(FileNotFoundError):
                path.unlink()
                synchronise(path.parent)
        cleared = True
    if cleared and isinstance(recorder, PostgresBookRecorder):
        recorder.clear_documents()


def come_back(kept: Kept, rows: Sequence[ErasedRow]) -> list[ErasedRow]:
    """Returns those of erased documents that are here and not noted as erased, as in an older file."""
    found = []
    for row in rows:
        if row.of_entry == A_DOCUMENT and row.collaboration_id not in erased_in(kept, row.commitment):
            named = kept.query("SELECT 1 FROM attachments WHERE sha256 = %s", (row.commitment,))
            found += [row] if named else []
    return found
