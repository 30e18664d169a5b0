"""An archive read back: compared with its manifest, checked as a book is checked, and appended byte for byte."""

from __future__ import annotations

import hashlib
import zlib
from bisect import bisect_left
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile, is_zipfile

from eventsourcing.persistence import IntegrityError, PersistenceError
from pydantic import ValidationError

from ledger.application import Ledger
from ledger.archive import (
    ATTACHMENTS,
    BLOCK_BYTES,
    MANIFEST,
    Manifest,
    Member,
    Progress,
    member,
)
from ledger.archived_installation import ArchivedInstallation
from ledger.archived_lines import LINE_BYTES_MAX, pages_in, read_lines, row_in
from ledger.archived_log import (
    INSTALLATION_LOG,
    KEYS,
    LEAVES,
    Keys,
    LeafLine,
    LogLine,
    NotAsSigned,
    SignedRoots,
    keys_of,
    log_statements,
)
from ledger.attachments import Attachment
from ledger.checks import BookCheck, Finding
from ledger.entry import ENTRY_BYTES_MAX, format_instant
from ledger.erased_documents import A_DOCUMENT
from ledger.erasing import erased_by, listed_beside, listed_in
from ledger.errors import BadArchive, LedgerUnavailable
from ledger.kept_states import forget_all
from ledger.log.book_log import Statement
from ledger.log.checkpoints import Checkpoint
from ledger.log.holding import RESTORED
from ledger.log.merkle import Frontier
from ledger.log.tables import INSTALLATION, UPSERT_FRONTIER
from ledger.mapper import read_record
from ledger.opening import hold_statements
from ledger.pages import PAGE_ROWS
from ledger.rows import CommandRow, ErasedRow, Page

MANIFEST_BYTES_MAX = 256 * 1024 * 1024

ERASED = "personal_data.erased"
"""The stored name of the event that takes texts away."""


def read_manifest(path: Path, file: IO[bytes] | None = None) -> Manifest:
    """Returns what an archive holds, every file in it compared with the manifest. Raises BadArchive or OSError.

    `file` is the archive where it does not have its name yet.
    """
    with _opened(path, file) as archive:
        names = archive.namelist()
        if MANIFEST not in names:
            raise BadArchive(str(path), f"it has no {MANIFEST}")
        with archive.open(MANIFEST) as said:
            manifest = _manifest(path, said.read(MANIFEST_BYTES_MAX))
        expected = manifest.names
        if set(manifest.members) != expected or sorted(names) != sorted((*expected, MANIFEST)):
            raise BadArchive(str(path), "its files are not those its manifest names")
        for name, account in manifest.members.items():
            if _account(archive, name) != account:
                raise BadArchive(str(path), f"{name} is not as it was written: its SHA-256 or its length differs")
            if name.startswith(ATTACHMENTS) and name != f"{ATTACHMENTS}{account.sha256}":
                raise BadArchive(str(path), f"{name} is another document than its name says")
    return manifest


def _manifest(path: Path, record: bytes) -> Manifest:
    try:
        return Manifest.model_validate_json(record)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part)[:60] for part in first["loc"])
        raise BadArchive(str(path), f"its {MANIFEST} is not of this form: {where}: {first['msg']}") from error


@contextmanager
def _opened(path: Path, file: IO[bytes] | None = None) -> Iterator[ZipFile]:
    try:
        with ZipFile(file or path) as archive:
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

    What was signed of each book is held against its entries and kept. Every book is held from the same transaction on.
    Texts and documents that were erased since are left out: those the list beside the book names, and those in
    `erased`, which are such lists or later archives. Raises BadArchive if a file is not as it was written or the ledger
    is not empty, LedgerUnavailable, or OSError.
    """
    manifest = read_manifest(path)
    gone = Gone((*listed_beside(ledger.location), *(row for known in erased for row in _erased_in(known))))
    if ledger.heads():
        raise BadArchive(str(path), f"{ledger.location.name} has entries already; restore into an empty database")
    forget_all(ledger.location)
    with _opened(path) as archive:
        log = ArchivedLog(path, archive, manifest)
        log.assert_own(ledger)
        try:
            with closing(_checked(archive, manifest, ledger, log, progress)) as pages:
                ledger.book_recorder.insert_pages(
                    (gone.without(page) for page in pages),
                    chain(log.statements(ledger), _documents(archive, manifest, ledger)),
                )
        except IntegrityError as error:
            raise BadArchive(str(path), f"it holds something twice ({error})") from error
        except PersistenceError as error:
            raise LedgerUnavailable(f"{ledger.location.name} could not be written: {error}") from error
    ledger.book_recorder.erase_texts(gone.documents(manifest))
    ledger.finish_erasures()
    ledger.look_again()
    return manifest


def _documents(archive: ZipFile, manifest: Manifest, ledger: Ledger) -> Iterator[Statement]:
    """Yields what keeps the documents; where they are files they are written now, and nobody sees them until then."""
    for sha256, one in manifest.attachments.items():
        about = Attachment(sha256, one.size, one.media_type, one.added_by, one.added_at)
        with archive.open(f"{ATTACHMENTS}{sha256}") as content:
            yield from ledger.attachments.kept(content, about)


def check_archive(
    path: Path, file: IO[bytes], known: Mapping[str, Checkpoint | None], ledger: Ledger
) -> dict[str, int]:
    """Reads an archive of a ledger back and holds it against what was signed and the ledger's own frontiers.

    `known` are checkpoints known from elsewhere, by book. Returns how far each book is covered by what was signed.
    Raises BadArchive.
    """
    manifest = read_manifest(path, file)
    lost = sorted(set(known) - set(manifest.books))
    if lost:
        raise BadArchive(str(path), f"it does not hold {lost[0]}")
    covered: dict[str, int] = {}
    with _opened(path, file) as archive:
        log = ArchivedLog(path, archive, manifest)
        for book, point in known.items():
            if point is not None:
                log.expect(book, point)
        for book in manifest.books:
            with archive.open(member("entries", book)) as entries:
                lines = read_lines(entries, ENTRY_BYTES_MAX, path)
                while chunk := list(islice(lines, PAGE_ROWS)):
                    log.take(book, chunk)
            covered[book] = log.end(book)
            stored = ledger.log_of(book).stored_frontier()
            if stored is not None and stored.size == manifest.books[book].last_number and log.differs(book, stored):
                raise BadArchive(str(path), f"the entries of {book} do not lead to the root its log has")
    return covered


class ArchivedLog:
    """What an archive says was signed, book by book, held against its entries as they come."""

    def __init__(self, path: Path, archive: ZipFile, manifest: Manifest) -> None:
        """Raises BadArchive for what the installation never signed."""
        self.path, self._signs = path, manifest.version > 1
        self._lines: dict[str, list[LogLine]] = {}
        try:
            self.keys = Keys.model_validate_json(archive.read(KEYS)) if self._signs else Keys()
            self.keys.check()
            for book in manifest.books:
                self._lines[book] = list(self._read(archive, member("log", book))) if self._signs else []
            self._roots = {book: SignedRoots(book, self.keys, lines) for book, lines in self._lines.items()}
            self._installation = self._read_installation(archive, whole=manifest.version > 2)  # noqa: PLR2004
        except ValidationError as error:
            raise BadArchive(str(path), "a line of its log is none") from error
        except NotAsSigned as error:
            raise BadArchive(str(path), str(error)) from error

    def _read(self, archive: ZipFile, name: str) -> Iterator[LogLine]:
        with archive.open(name) as file:
            for line in read_lines(file, LINE_BYTES_MAX, self.path):
                yield LogLine.model_validate_json(line)

    def _read_installation(self, archive: ZipFile, *, whole: bool) -> ArchivedInstallation:
        """Returns the installation's log; every book here is held against what its leaves say of it."""
        if not whole:
            return ArchivedInstallation(self.keys, (), ())
        with archive.open(LEAVES) as file:
            lines = read_lines(file, LINE_BYTES_MAX, self.path)
            leaves = [LeafLine.model_validate_json(line).leaf for line in lines]
        found = ArchivedInstallation(self.keys, leaves, list(self._read(archive, INSTALLATION_LOG)))
        for book, roots in self._roots.items():
            roots.expect(*found.of(book))
        return found

    def assert_own(self, ledger: Ledger) -> None:
        """Raises BadArchive where the ledger signs as another installation than the archive's."""
        own = keys_of(ledger)
        if own.keys and self.keys.keys and own != self.keys:
            what = (
                f"{ledger.location.name} has a signing key already, another than the archive's: restore into a new one"
            )
            raise BadArchive(str(self.path), what)

    def expect(self, book: str, point: Checkpoint) -> None:
        """Adds what is known of a book from elsewhere."""
        self._roots[book].expect(point)

    def take(self, book: str, entries: Sequence[bytes]) -> None:
        """Takes a book's next entries. Raises BadArchive where they are not those that were signed."""
        try:
            self._roots[book].take(entries)
        except NotAsSigned as error:
            raise BadArchive(str(self.path), str(error)) from error

    def end(self, book: str) -> int:
        """Returns how many entries are covered by what was signed. Raises BadArchive where the tail is missing."""
        try:
            return self._roots[book].end()
        except NotAsSigned as error:
            raise BadArchive(str(self.path), str(error)) from error

    def differs(self, book: str, frontier: Frontier) -> bool:
        """Returns whether a frontier is another than that of the entries taken."""
        return self._roots[book].frontier != frontier

    def statements(self, ledger: Ledger) -> Iterator[Statement]:
        """Yields what keeps the log in a ledger, and holds every book. To be taken up after the last entry."""
        yield from self.keys.statements()
        for book, lines in self._lines.items():
            yield from log_statements(book, lines)
            frontier = self._roots[book].frontier
            yield (UPSERT_FRONTIER, (book, frontier.size, frontier.packed))
        yield from self._installation.statements(self._lines)
        own = [INSTALLATION] if self.keys.keys else []
        yield from hold_statements(format_instant(ledger.clock()), RESTORED, [*self._lines, *own])


def _erased_in(path: Path) -> Iterator[ErasedRow]:
    """Yields what a list, or the orders in a later archive, say was erased. Raises BadArchive or OSError."""
    if not is_zipfile(path):
        yield from listed_in(path)
        return
    for book in read_manifest(path).books:
        with _opened(path) as archive, archive.open(member("entries", book)) as entries:
            for line in read_lines(entries, ENTRY_BYTES_MAX, path):
                row = row_in(line, book, path)
                yield from erased_by(read_record(line)) if row.topic == ERASED else ()


class Gone:
    """What is known to be erased since an archive was made."""

    def __init__(self, rows: Iterable[ErasedRow]) -> None:
        listed = self._listed = list(rows)
        self._texts = {(row.collaboration_id, row.commitment) for row in listed}
        self._entries = sorted({(row.collaboration_id, row.of_entry) for row in listed})

    def without(self, page: Page) -> Page:
        """Returns a page without texts that are erased, and with what its own entries take away."""
        texts = [text for text in page.texts if (text.collaboration_id, text.commitment) not in self._texts]
        orders = (read_record(row.state) for row in page.rows if row.topic == ERASED)
        erased = [row for order in orders for row in erased_by(order)]
        return replace(page, texts=texts, commands=[self._forgotten(row) for row in page.commands], erased=erased)

    def documents(self, manifest: Manifest) -> Iterator[ErasedRow]:
        """Yields the documents of an archive that a book in it has erased since, by an order that is not in it."""
        for row in self._listed:
            here = row.collaboration_id in manifest.books and row.commitment in manifest.attachments
            if here and row.of_entry == A_DOCUMENT:
                yield replace(row, number=0)

    def _forgotten(self, row: CommandRow) -> CommandRow:
        """Returns the identity of a command, without what a text it sent could be guessed from."""
        place = bisect_left(self._entries, (row.collaboration_id, row.first_number))
        book, of_entry = self._entries[place] if place < len(self._entries) else ("", 0)
        held = book == row.collaboration_id and of_entry <= row.last_number
        return replace(row, salt=b"", fingerprint=b"") if held else row


def _checked(
    archive: ZipFile, manifest: Manifest, ledger: Ledger, log: ArchivedLog, progress: Progress
) -> Generator[Page, None, None]:
    """Yields the pages of all books, each once nothing is found wrong with it."""
    done, path = 0, log.path
    for collaboration_id, head in sorted(manifest.books.items()):
        check = BookCheck(ledger, collaboration_id)
        for page in pages_in(archive, collaboration_id, path):
            _refuse(check.page(page), path)
            log.take(collaboration_id, [bytes(row.state) for row in page.rows])
            yield page
            progress(done + check.entries)
        _refuse(check.end(), path)
        log.end(collaboration_id)
        if (check.last_number, check.last_sha256) != (head.last_number, head.sha256):
            raise BadArchive(
                str(path), f"{collaboration_id} ends at entry {check.last_number}, not as its manifest says"
            )
        done += check.entries


def _refuse(findings: Iterable[Finding], path: Path) -> None:
    for finding in findings:
        raise BadArchive(str(path), f"entry {finding.entry} of {finding.collaboration}: {finding.what}")
