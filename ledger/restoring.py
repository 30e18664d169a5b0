"""An archive read back: compared with its manifest, checked as a book is checked, and appended byte for byte."""

from __future__ import annotations

import hashlib
import zlib
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, Generic, TypeVar
from zipfile import BadZipFile, ZipFile, is_zipfile

import orjson
from eventsourcing.persistence import IntegrityError, PersistenceError, StoredEvent
from pydantic import ValidationError

from ledger.application import Ledger
from ledger.archive import BLOCK_BYTES, KINDS, MANIFEST, CommandLine, Manifest, Member, Progress, TextLine, member
from ledger.checks import BookCheck, Finding
from ledger.entry import ENTRY_BYTES_MAX
from ledger.erasing import erased_by, listed_beside, listed_in
from ledger.errors import BadArchive, LedgerUnavailable
from ledger.mapper import read_record
from ledger.pages import PAGE_ROWS
from ledger.rows import CommandRow, ErasedRow, Page, TextRow

MANIFEST_BYTES_MAX = 256 * 1024 * 1024
LINE_BYTES_MAX = 1024 * 1024
"""More than the longest text takes with every character escaped."""

ERASED = "personal_data.erased"
"""The stored name of the event that takes texts away."""

T = TypeVar("T")


def read_manifest(path: Path) -> Manifest:
    """Returns what an archive holds, every file in it compared with the manifest. Raises BadArchive or OSError."""
    with _opened(path) as archive:
        names = archive.namelist()
        if MANIFEST not in names:
            raise BadArchive(str(path), f"it has no {MANIFEST}")
        with archive.open(MANIFEST) as file:
            manifest = _manifest(path, file.read(MANIFEST_BYTES_MAX))
        expected = {member(kind, book) for kind in KINDS for book in manifest.books}
        if set(manifest.members) != expected or sorted(names) != sorted((*expected, MANIFEST)):
            raise BadArchive(str(path), "its files are not those its manifest names")
        for name, account in manifest.members.items():
            if _account(archive, name) != account:
                raise BadArchive(str(path), f"{name} is not as it was written: its SHA-256 or its length differs")
    return manifest


def _manifest(path: Path, record: bytes) -> Manifest:
    try:
        return Manifest.model_validate_json(record)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part)[:60] for part in first["loc"])
        raise BadArchive(str(path), f"its {MANIFEST} is not of this form: {where}: {first['msg']}") from error


@contextmanager
def _opened(path: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(path) as archive:
            yield archive
    except (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise BadArchive(str(path), f"it is no ZIP file that can be read ({error})") from error


def _account(archive: ZipFile, name: str) -> Member:
    digest, lines, size = hashlib.sha256(), 0, 0
    with archive.open(name) as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            lines += block.count(b"\n")
            size += len(block)
    return Member(lines=lines, bytes=size, sha256=digest.hexdigest())


def restore(
    ledger: Ledger, path: Path, progress: Progress = lambda _: None, *, erased: Iterable[Path] = ()
) -> Manifest:
    """Appends every entry of an archive to an empty ledger, byte for byte, in one transaction: all of it or nothing.

    Texts that were erased since are left out: those the list beside the book names, and those in `erased`, which are
    such lists or later archives. Raises BadArchive if a file is not as it was written or the ledger is not empty,
    LedgerUnavailable, or OSError.
    """
    manifest = read_manifest(path)
    gone = Gone((*listed_beside(ledger.location), *(row for known in erased for row in _erased_in(known))))
    if ledger.heads():
        raise BadArchive(str(path), f"{ledger.location.name} has entries already; restore into an empty database")
    with _opened(path) as archive, closing(_checked(archive, manifest, ledger, path, progress)) as pages:
        try:
            ledger.book_recorder.insert_pages(gone.without(page) for page in pages)
        except IntegrityError as error:
            raise BadArchive(str(path), f"it holds something twice ({error})") from error
        except PersistenceError as error:
            raise LedgerUnavailable(f"{ledger.location.name} could not be written: {error}") from error
    ledger.finish_erasures()
    return manifest


def _erased_in(path: Path) -> Iterator[ErasedRow]:
    """Yields what a list, or the orders in a later archive, say was erased. Raises BadArchive or OSError."""
    if not is_zipfile(path):
        yield from listed_in(path)
        return
    for book in read_manifest(path).books:
        with _opened(path) as archive, archive.open(member("entries", book)) as entries:
            for line in _read_lines(entries, ENTRY_BYTES_MAX, path):
                row = _row(line, book, path)
                yield from erased_by(read_record(line)) if row.topic == ERASED else ()


class Gone:
    """What is known to be erased since an archive was made."""

    def __init__(self, rows: Iterable[ErasedRow]) -> None:
        listed = list(rows)
        self._texts = {(row.collaboration_id, row.commitment) for row in listed}
        self._entries = sorted({(row.collaboration_id, row.of_entry) for row in listed})

    def without(self, page: Page) -> Page:
        """Returns a page without texts that are erased, and with what its own entries take away."""
        texts = [text for text in page.texts if (text.collaboration_id, text.commitment) not in self._texts]
        orders = (read_record(row.state) for row in page.rows if row.topic == ERASED)
        erased = [row for order in orders for row in erased_by(order)]
        return replace(page, texts=texts, commands=[self._forgotten(row) for row in page.commands], erased=erased)

    def _forgotten(self, row: CommandRow) -> CommandRow:
        """Returns the identity of a command, without what a text it sent could be guessed from."""
        place = bisect_left(self._entries, (row.collaboration_id, row.first_number))
        book, of_entry = self._entries[place] if place < len(self._entries) else ("", 0)
        held = book == row.collaboration_id and of_entry <= row.last_number
        return replace(row, salt=b"", fingerprint=b"") if held else row


def _checked(
    archive: ZipFile, manifest: Manifest, ledger: Ledger, path: Path, progress: Progress
) -> Generator[Page, None, None]:
    """Yields the pages of all books, each once nothing is found wrong with it."""
    done = 0
    for collaboration_id, head in sorted(manifest.books.items()):
        check = BookCheck(ledger, collaboration_id)
        for page in _pages(archive, collaboration_id, path):
            _refuse(check.page(page), path)
            yield page
            progress(done + check.entries)
        _refuse(check.end(), path)
        if (check.last_number, check.last_sha256) != (head.last_number, head.sha256):
            raise BadArchive(
                str(path), f"{collaboration_id} ends at entry {check.last_number}, not as its manifest says"
            )
        done += check.entries


def _refuse(findings: Iterable[Finding], path: Path) -> None:
    for finding in findings:
        raise BadArchive(str(path), f"entry {finding.entry} of {finding.collaboration}: {finding.what}")


def _pages(archive: ZipFile, collaboration_id: str, path: Path) -> Iterator[Page]:
    names = [member(kind, collaboration_id) for kind in KINDS]
    with archive.open(names[0]) as entries, archive.open(names[1]) as texts, archive.open(names[2]) as commands:
        waiting_texts = _Waiting(_text_rows(texts, collaboration_id, path), lambda row: row.number)
        waiting_commands = _Waiting(_command_rows(commands, collaboration_id, path), lambda row: row.first_number)
        lines = _read_lines(entries, ENTRY_BYTES_MAX, path)
        while chunk := list(islice(lines, PAGE_ROWS)):
            rows = [_row(line, collaboration_id, path) for line in chunk]
            last = rows[-1].originator_version
            yield Page(rows, waiting_commands.up_to(last), waiting_texts.up_to(last))
        if not (waiting_commands.is_empty and waiting_texts.is_empty):
            raise BadArchive(str(path), f"it holds texts or commands of {collaboration_id} that belong to no entry")


def _row(line: bytes, collaboration_id: str, path: Path) -> StoredEvent:
    try:
        record = orjson.loads(line)
        number, name = record["number"], record["type"]
        if not (isinstance(number, int) and isinstance(name, str)):
            raise TypeError("an entry has a number and a type")
    except (ValueError, TypeError, KeyError) as error:
        raise BadArchive(str(path), f"a line of {member('entries', collaboration_id)} is no entry") from error
    return StoredEvent(collaboration_id, number, name, line)


def _read_lines(file: IO[bytes], bytes_max: int, path: Path) -> Iterator[bytes]:
    while line := file.readline(bytes_max + 2):
        if not line.endswith(b"\n"):
            raise BadArchive(str(path), f"a line has more than {bytes_max} bytes, or does not end")
        yield line[:-1]


def _text_rows(file: IO[bytes], collaboration_id: str, path: Path) -> Iterator[TextRow]:
    for line in _read_lines(file, LINE_BYTES_MAX, path):
        try:
            t = TextLine.model_validate_json(line)
        except ValidationError as error:
            raise BadArchive(str(path), f"a line of {member('texts', collaboration_id)} is no text") from error
        yield TextRow(collaboration_id, t.commitment, t.number, bytes.fromhex(t.salt), t.text)


def _command_rows(file: IO[bytes], collaboration_id: str, path: Path) -> Iterator[CommandRow]:
    for line in _read_lines(file, LINE_BYTES_MAX, path):
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
        taken: list[T] = []
        while self._next is not None and self._number(self._next) <= number:
            taken.append(self._next)
            self._next = next(self._rows, None)
        return taken

    @property
    def is_empty(self) -> bool:
        return self._next is None
