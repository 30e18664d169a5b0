"""Folded states kept between starts, so that a large book need not be folded from its first entry: a cache, no more.

One file a book, beside an SQLite book or in the data directory, for its owner only. It is used only where it fits: the
same code wrote it, the entry it was folded up to is in the book with the same bytes, and what it says is sealed with a
secret of this installation. Whatever does not fit is left alone and removed, and the book is folded: nobody is told but
the log. Entries after it are folded as always. What proves something folds from the entries and never asks here.

Written when a ledger is closed, for books that have grown by much since: no command waits for it, and a process that is
killed leaves what was kept before.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import platform
import re
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from time import monotonic, time
from typing import IO, Protocol

import structlog
from eventsourcing.persistence import StoredEvent
from pydantic import ValidationError

import domain
from domain.text import Frozen
from ledger.entry import format_instant
from ledger.location import Location
from ledger.reading import Book
from ledger.state_bytes import NoState, read_state, write_state

FORM = 1
"""The form of these files; another one's are not read."""
GROWN_MIN = 2_000
"""Entries a book has grown by since its state was kept, before it is kept again: a tenth of a second to fold."""
ENTRIES_MAX = 200_000
"""The state of a longer book is not kept: some 400 bytes an entry, and as much memory again while they are written."""
FILE_BYTES_MAX = 256 * 2**20
BYTES_MAX = 512 * 2**20
"""Of all files of a ledger together; the oldest go."""
FILES_MAX = 256
"""As many as there are books kept in memory."""
SECONDS_MAX = 3.0
"""After this long no further book is begun: a server that is told to stop has little time."""
LEFT_SECONDS = 3_600
"""A file as old as this that was not finished is nobody's any more."""

SEALED_WITH = ".secret"
"""Its name is no book's: a book's id has no dot in it."""
SECRET_BYTES = 32
MAC_BYTES = hashlib.sha256().digest_size
HEAD_BYTES_MAX = 1_024
READ_BY = ("entry", "mapper", "reading", "state_bytes", "upcasts")
"""The modules of the ledger by which entries become facts, and states bytes."""

_ID = re.compile(r"[a-z0-9-]{1,64}")

log = structlog.get_logger("kept_states")


class Unfit(Exception):
    """What was kept is not of this book, code or installation, or cannot be used. The message says why."""


class Head(Frozen):
    """What a kept state is of."""

    form: int
    collaboration_id: str
    number: int
    """Of the last entry folded."""
    sha256: str
    """Of that entry's stored bytes."""
    recorded_at: str
    """Of that entry."""
    code: str
    """The fingerprint of all that folding depends on."""

    @property
    def line(self) -> bytes:
        """The first line of the file."""
        return self.model_dump_json().encode() + b"\n"


class Source(Protocol):
    """What is asked of the ledger."""

    location: Location
    read_only: bool

    def rows(self, collaboration_id: str, after: int = 0, up_to: int | None = None) -> Iterator[StoredEvent]:
        """Yields the rows of a book as they are stored."""
        ...


def _fingerprint() -> str | None:
    """Returns what tells this code from any other that may fold to another state; None where it cannot be read."""
    root = Path(domain.__file__ or "").parent
    files = sorted(path for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    own = [Path(__file__).with_name(f"{name}.py") for name in READ_BY]
    digest = hashlib.sha256()
    try:
        for path in (*files, *own):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(root.parent)} {len(content)}\n".encode() + content)
    except (OSError, ValueError):
        return None
    made_with = [f"{name} {version(name)}" for name in ("pydantic", "pydantic-core", "rpds-py")]
    digest.update(" ".join([platform.python_implementation(), platform.python_version(), *made_with]).encode())
    return digest.hexdigest()


CODE = _fingerprint()
"""Of the code as it was when this process began: what replaces the files later folds nothing here."""


class KeptStates:
    """The states kept of one ledger's books."""

    def __init__(self, source: Source, grown_min: int = GROWN_MIN) -> None:
        self._source, self._grown_min = source, grown_min
        self.folder = folder_of(source.location)
        """Where the files are; None where there is no place for them."""

    # Reading -----------------------------------------------------------------------------

    def book(self, collaboration_id: str) -> Book | None:
        """Returns a book as it was kept, None where nothing is that fits. Raises LedgerUnavailable."""
        if self.folder is None or not _ID.fullmatch(collaboration_id):
            return None
        path = self.folder / collaboration_id
        try:
            content = _own_bytes(path, FILE_BYTES_MAX)
            return None if content is None else self._fitting(collaboration_id, content, self.folder)
        except (Unfit, NoState, OSError, ValueError) as error:
            log.info("a kept state is not used", book=collaboration_id, why=str(error))
        if not self._source.read_only:
            with suppress(OSError):
                path.unlink(missing_ok=True)
        return None

    def _fitting(self, collaboration_id: str, content: bytes, folder: Path) -> Book:
        """Returns the book in a file. Raises Unfit, NoState, ValueError or LedgerUnavailable."""
        head, start = _head(content[:HEAD_BYTES_MAX])
        self._assert_of(head, collaboration_id)
        self._assert_entry(head)
        self._assert_sealed(memoryview(content), folder)
        state = read_state(content[start:-MAC_BYTES])
        if state.head != head.number:
            raise Unfit(f"it says entry {head.number} and was folded up to {state.head}")
        return Book(collaboration_id, head.number, datetime.fromisoformat(head.recorded_at), state)

    def _assert_of(self, head: Head, collaboration_id: str) -> None:
        if head.form != FORM or CODE is None or head.code != CODE:
            raise Unfit("other code wrote it")
        if head.collaboration_id != collaboration_id or head.number < 1:
            raise Unfit(f"it is of {head.collaboration_id}")

    def _assert_entry(self, head: Head) -> None:
        row = next(self._source.rows(head.collaboration_id, head.number - 1, head.number), None)
        if row is None or not isinstance(row.state, bytes) or hashlib.sha256(row.state).hexdigest() != head.sha256:
            raise Unfit(f"entry {head.number} of the book is another")

    def _assert_sealed(self, content: memoryview, folder: Path) -> None:
        secret = _own_bytes(folder / SEALED_WITH, SECRET_BYTES) or b""
        mac = hmac.digest(secret, content[:-MAC_BYTES], "sha256")
        if not secret or not hmac.compare_digest(mac, content[-MAC_BYTES:]):
            raise Unfit("it is not sealed by this installation")

    # Writing -----------------------------------------------------------------------------

    def keep(self, books: Iterable[Book]) -> None:
        """Keeps the books that have grown by enough, the longest first. Never raises: it is only a cache.

        Not where the interpreter ends and closes what nobody closed: there is nothing to write with any more.
        """
        if self._source.read_only or self.folder is None or CODE is None or sys.is_finalizing():
            return
        give_up, kept = monotonic() + SECONDS_MAX, 0
        try:
            for book in sorted(books, key=lambda book: book.number, reverse=True):
                if monotonic() > give_up or book.number < self._grown_min:
                    break
                if book.number - self._number(book, self.folder) >= self._grown_min and book.number <= ENTRIES_MAX:
                    self._keep(book, CODE, self.folder)
                    kept += 1
            if kept:
                _bound(self.folder)
        except Exception as error:
            log.warning("a state could not be kept", why=str(error))

    def _number(self, book: Book, folder: Path) -> int:
        """Returns up to which entry a book is kept already, 0 where it is not."""
        try:
            with (folder / book.id).open("rb") as file:
                head, _ = _head(file.read(HEAD_BYTES_MAX))
            self._assert_of(head, book.id)
        except (Unfit, OSError, ValueError):
            return 0
        return head.number if head.number <= book.number else 0

    def _keep(self, book: Book, code: str, folder: Path) -> None:
        row = next(self._source.rows(book.id, book.number - 1, book.number))
        head = Head(
            form=FORM,
            collaboration_id=book.id,
            number=book.number,
            sha256=hashlib.sha256(row.state).hexdigest(),
            recorded_at="" if book.recorded_at is None else format_instant(book.recorded_at),
            code=code,
        )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = _secret(folder / SEALED_WITH)
        with _whole(folder / book.id) as file:
            sealing = _Sealing(file, secret)
            sealing.write(head.line)
            write_state(book.state, sealing)
            file.write(sealing.mac.digest())


def folder_of(location: Location) -> Path | None:
    """Returns where states are kept, None where there is no place for them: whoever runs it may have no home."""
    try:
        return location.states
    except RuntimeError:
        return None


def forget(location: Location, collaboration_ids: Iterable[str]) -> None:
    """Removes what is kept of books. Raises OSError."""
    folder = folder_of(location)
    for collaboration_id in collaboration_ids:
        if folder is not None and _ID.fullmatch(collaboration_id):
            (folder / collaboration_id).unlink(missing_ok=True)


def forget_all(location: Location) -> None:
    """Removes what is kept of every book. Raises OSError."""
    folder = folder_of(location)
    forget(location, [] if folder is None else [path.name for path, _ in _files(folder)])


# Files -----------------------------------------------------------------------------------


def _secret(path: Path) -> bytes:
    """Returns the secret of this installation; one that is not there, or others may know, is made. Raises OSError.

    Of two processes that make one the last wins, and what the other sealed fits nothing.
    """
    with suppress(Unfit):
        found = _own_bytes(path, SECRET_BYTES)
        if found is not None and len(found) == SECRET_BYTES:
            return found
    made = secrets.token_bytes(SECRET_BYTES)
    with _whole(path) as file:
        file.write(made)
    return made


def _bound(folder: Path) -> None:
    """Removes the oldest files where there are too many, and what others began and left."""
    files = sorted(_files(folder), key=lambda one: one[1].st_mtime)
    for path, about in files:
        if path.name.startswith(".") and path.name != SEALED_WITH and time() - about.st_mtime > LEFT_SECONDS:
            path.unlink(missing_ok=True)
    kept = [one for one in files if _ID.fullmatch(one[0].name)]
    size = sum(about.st_size for _, about in kept)
    for left, (path, about) in zip(range(len(kept), 1, -1), kept, strict=False):
        if left <= FILES_MAX and size <= BYTES_MAX:
            break
        path.unlink(missing_ok=True)
        size -= about.st_size


class _Sealing:
    """A file written through the code that seals it."""

    def __init__(self, file: IO[bytes], secret: bytes) -> None:
        self._file, self.mac = file, hmac.new(secret, digestmod="sha256")

    def write(self, content: bytes) -> int:
        """Writes, and takes what is written into the code."""
        self.mac.update(content)
        return self._file.write(content)


@contextmanager
def _whole(path: Path) -> Iterator[IO[bytes]]:
    """Yields a file for its owner only, which takes its name when it is whole, in place of what was there; or never."""
    unfinished = path.with_name(f".{path.name.lstrip('.')}.{os.getpid()}")
    unfinished.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            yield file
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise


def _own_bytes(path: Path, at_most: int) -> bytes | None:
    """Returns what is in a file of ours, None where there is none. Raises Unfit for what others may change, OSError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_uid != os.geteuid() or about.st_mode & 0o077:
            raise Unfit(f"{path} may be read or written by others")
        if about.st_size > at_most:
            raise Unfit(f"{path} is too large")
        return file.read()


def _files(folder: Path) -> list[tuple[Path, os.stat_result]]:
    found = list[tuple[Path, os.stat_result]]()
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # another process was quicker
            found.append((path, path.lstat()))
    return found


def _head(content: bytes) -> tuple[Head, int]:
    """Returns what the file begins with, and where the state begins. Raises Unfit."""
    line, found, _ = content.partition(b"\n")
    try:
        return Head.model_validate_json(line), len(line) + len(found)
    except ValidationError as error:
        raise Unfit("it is no kept state of this form") from error
