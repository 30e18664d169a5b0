"""Attachments (vedlegg): the documents that entries name as evidence, each kept once under the SHA-256 of its content.

Beside an SQLite book they are files, `<book>.attachments/ab/cdef...`, written under another name, synchronised and
then renamed, so that a file with a hash for a name is whole. In PostgreSQL they are rows of at most 1 MiB. What is read
is hashed as it is read, and its last block is held back until the hash is the one asked for: nothing that was altered
is ever handed out whole.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO

from ledger.errors import AttachmentDamaged
from ledger.location import Location, SQLiteLocation
from ledger.log.book_log import Statement
from ledger.opening import Opened

BLOCK_BYTES = 1024 * 1024
SHA256 = re.compile(r"[0-9a-f]{64}")
INSERT = "INSERT INTO attachments VALUES (%s,%s,%s,%s,%s) ON CONFLICT DO NOTHING"
INSERT_BLOCK = "INSERT INTO attachment_blocks VALUES (%s,%s,%s) ON CONFLICT DO NOTHING"
TEMPORARY = ".part"


@dataclass(frozen=True, slots=True)
class Attachment:
    """What is known of a document beside its content."""

    sha256: str
    size: int
    media_type: str
    added_by: str
    """Who sent it, as an opaque id."""
    added_at: str


class Attachments:
    """The documents of one ledger."""

    def __init__(self, ledger: Opened, location: Location | None = None) -> None:
        """`location` is where the content is, where `ledger` is a copy of the book alone."""
        self._ledger = ledger
        place = location or ledger.location
        self.folder = place.attachments if isinstance(place, SQLiteLocation) else None
        self.damaged: dict[str, str] = {}
        """What was found of documents that could not be handed out whole, by SHA-256."""

    def find(self, sha256: str) -> Attachment | None:
        """Returns what is known of a document, None where there is none."""
        rows = self._ledger.query("SELECT * FROM attachments WHERE sha256 = %s", (sha256,))
        return Attachment(*rows[0]) if rows else None

    def all(self) -> list[Attachment]:
        """Returns what is known of every document, by SHA-256."""
        return [Attachment(*row) for row in self._ledger.query("SELECT * FROM attachments ORDER BY sha256")]

    # Keeping -----------------------------------------------------------------------------

    def add(self, content: IO[bytes], about: Attachment) -> None:
        """Keeps a document whose hash was computed. Raises LedgerUnavailable or OSError; then it is not kept."""
        self._ledger.write_beside(self.kept(content, about))
        self.damaged.pop(about.sha256, None)

    def kept(self, content: IO[bytes], about: Attachment) -> Iterator[Statement]:
        """Writes a file where documents are files. Yields what keeps the rest in the database."""
        content.seek(0)
        if self.folder is not None:
            _write(self._path(about.sha256), content)
        else:
            # What is there already may be damaged: this is whole.
            yield ("DELETE FROM attachment_blocks WHERE sha256 = %s", (about.sha256,))
            for number, block in enumerate(iter(lambda: content.read(BLOCK_BYTES), b"")):
                yield (INSERT_BLOCK, (about.sha256, number, block))
        yield (INSERT, astuple(about))

    # Reading -----------------------------------------------------------------------------

    def read(self, about: Attachment) -> Iterator[bytes]:
        """Yields a document block by block, the last one once the whole is shown to be what its name says.

        Raises AttachmentDamaged, after all blocks but the last at the latest, or LedgerUnavailable.
        """
        digest, size, held = hashlib.sha256(), 0, b""
        for block in self._blocks(about.sha256):
            digest.update(block)
            size += len(block)
            if held:
                yield held
            held = block
        if size != about.size or digest.hexdigest() != about.sha256:
            raise self._damage(about.sha256, f"its {size} bytes are not the {about.size} that were kept")
        yield held

    def read_range(self, about: Attachment, begin: int, end: int) -> Iterator[bytes]:
        """Yields the bytes of a document from one to another, both counted from 0, once the whole is as it was kept.

        What is yielded is what was hashed: it is laid aside while the document is read, and not read a second time.
        Raises AttachmentDamaged before the first byte, LedgerUnavailable or OSError.
        """
        with SpooledTemporaryFile(max_size=BLOCK_BYTES) as aside:
            place = 0
            for block in self.read(about):
                aside.write(block[max(0, begin - place) : max(0, end + 1 - place)])
                place += len(block)
            aside.seek(0)
            yield from iter(lambda: aside.read(BLOCK_BYTES), b"")

    def check(self, about: Attachment) -> None:
        """Reads a document and keeps nothing. Raises as `read`."""
        for _ in self.read(about):
            pass

    def _blocks(self, sha256: str) -> Iterator[bytes]:
        if self.folder is None:
            number = 0
            statement = "SELECT content FROM attachment_blocks WHERE sha256 = %s AND number = %s"
            while rows := self._ledger.query(statement, (sha256, number)):
                yield bytes(rows[0][0])
                number += 1
            return
        try:
            with self._path(sha256).open("rb") as file:
                yield from iter(lambda: file.read(BLOCK_BYTES), b"")
        except OSError as error:
            raise self._damage(sha256, f"its file cannot be read: {error.strerror}") from error

    def _damage(self, sha256: str, what: str) -> AttachmentDamaged:
        self.damaged[sha256] = what
        return AttachmentDamaged(sha256, what)

    def _path(self, sha256: str) -> Path:
        if self.folder is None:
            raise ValueError("documents are no files here")
        return file_of(self.folder, sha256)


def file_of(folder: Path, sha256: str) -> Path:
    """Returns where a document lies. Raises ValueError for what is no hash."""
    if not SHA256.fullmatch(sha256):
        raise ValueError(f"{sha256[:80]!r} names no file")
    return folder / sha256[:2] / sha256[2:]


def hashed(content: IO[bytes]) -> tuple[str, int]:
    """Returns the SHA-256 and the size of a document, read from its beginning."""
    content.seek(0)
    digest, size = hashlib.sha256(), 0
    for block in iter(lambda: content.read(BLOCK_BYTES), b""):
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def _write(path: Path, content: IO[bytes]) -> None:
    """Writes a file that has its name once all of it is on the disk. What is there already is replaced."""
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}{TEMPORARY}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for block in iter(lambda: content.read(BLOCK_BYTES), b""):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        synchronise(folder)


def synchronise(folder: Path) -> None:
    """Puts the names in a folder on the disk. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def named_in(states: Iterable[bytes]) -> set[str]:
    """Returns every SHA-256 that stored entries name."""
    return {found.decode() for state in states for found in _NAMED.findall(state)}


_NAMED = re.compile(rb'"sha256":"([0-9a-f]{64})"')
