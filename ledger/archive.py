"""Books as one file and back: a ZIP with every entry's bytes as they are stored, and what is kept beside them.

    entries/<book>.ndjson     the stored bytes, one entry a line
    texts/<book>.ndjson       what commitments stand for: commitment, number, salt, text
    commands/<book>.ndjson    identities of commands: command_id, principal, fingerprint, salt, first_ and last_number
    log/<book>.ndjson         everything that was signed of the book: see `ledger.archived_log`
    installation.ndjson, leaves.ndjson    the installation's own log over what was signed, whole, whichever books
    keys.json                 the installation's name, and the public parts of the keys it signed with
    attachments/<sha256>      the documents that entries name, as they are kept
    manifest.json             format, counts, the head of each book, the SHA-256 of each file above

The first form, version 1, had neither log nor keys, the second not the installation's log; both can be restored. The
same books give the same bytes. API keys are left out: who may write is a matter of the installation, and a key that was
revoked since would come back.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Annotated, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from pydantic import Field

from domain.text import Frozen, Sha256
from ledger.application import Ledger
from ledger.archived_log import INSTALLATION_LOG, KEYS, LEAVES, keys_of, leaf_lines, log_lines
from ledger.attachments import Attachment, Attachments, named_in
from ledger.checks import BookCheck, Finding
from ledger.entry import CollaborationId
from ledger.erased_documents import A_DOCUMENT
from ledger.errors import DamagedEntry, UnknownCollaboration
from ledger.log.checkpointing import Signer
from ledger.log.tables import INSTALLATION
from ledger.pages import pages
from ledger.rows import CommandRow, TextRow

MANIFEST = "manifest.json"
ATTACHMENTS = "attachments/"
BLOCK_BYTES = 1024 * 1024

KINDS = ("entries", "texts", "commands", "log")
_TIME = (1980, 1, 1, 0, 0, 0)
"""The earliest a ZIP can say: every archive says the same."""

Progress = Callable[[int], None]
"""Told how many entries are done."""

Size = Annotated[int, Field(ge=0)]
Hex = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{2})+$")]
HexOrForgotten = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{2})*$")]
"""Empty where a text that the command sent was erased."""


class Member(Frozen):
    """One file of an archive."""

    lines: Size
    bytes: Size
    sha256: Sha256


class Head(Frozen):
    """Where a book ends."""

    last_number: Annotated[int, Field(ge=1)]
    sha256: Sha256
    """Of the last entry's bytes."""


class Document(Frozen):
    """A document, as a manifest tells of it."""

    size: Size
    media_type: str
    added_by: str
    added_at: str


class Manifest(Frozen):
    """What an archive says it holds."""

    format: Literal["styringsbok-archive"] = "styringsbok-archive"
    version: Literal[1, 2, 3] = 3
    entries: Size
    """Over all books."""
    books: dict[CollaborationId, Head]
    members: dict[str, Member]

    attachments: dict[Sha256, Document] = Field(default_factory=dict)
    """What is known of each document beside its content."""

    @property
    def names(self) -> set[str]:
        """The files an archive of these books has, but for the manifest."""
        kinds = KINDS[:3] if self.version == 1 else KINDS
        keys = [set[str](), {KEYS}, {KEYS, INSTALLATION_LOG, LEAVES}][self.version - 1]
        documents = {f"{ATTACHMENTS}{sha256}" for sha256 in self.attachments}
        return keys | documents | {member(kind, book) for kind in kinds for book in self.books}


class TextLine(Frozen):
    """A text, as a line of an archive."""

    commitment: Sha256
    number: Annotated[int, Field(ge=1)]
    salt: Hex
    text: str


class CommandLine(Frozen):
    """The identity of a command, as a line of an archive."""

    command_id: str
    fingerprint: HexOrForgotten
    first_number: Annotated[int, Field(ge=1)]
    last_number: Annotated[int, Field(ge=1)]
    principal: str
    salt: HexOrForgotten


def member(kind: str, collaboration_id: str) -> str:
    """Returns the name of a book's file in an archive."""
    return f"{kind}/{collaboration_id}.ndjson"


def export(
    ledger: Ledger,
    path: Path,
    collaboration_ids: Sequence[str] = (),
    progress: Progress = lambda _: None,
    *,
    attachments: Attachments | None = None,
    signer: Signer | None = None,
    check: Callable[[IO[bytes]], None] = lambda _: None,
) -> Manifest:
    """Writes books, all of them if none is named, to a file, which appears when it is whole. Replaces what was there.

    `attachments` are the documents, where the ledger is a copy without them: all go with all books, else those that the
    entries name. `signer` signs for the newest entries of books that are not held; `check` looks at what was written
    before the file takes its name. Raises UnknownCollaboration, DamagedEntry or AttachmentDamaged (what is damaged is
    not exported), LedgerUnavailable, OSError, or what `check` raises.
    """
    # First, so that no leaf is of more entries than are written; a database of before this log has none.
    leaves = ledger.log_of(INSTALLATION).size() if ledger.has_table("installation_log") else 0
    heads = ledger.heads()
    for collaboration_id in collaboration_ids:
        if collaboration_id not in heads:
            raise UnknownCollaboration(collaboration_id)
    wanted = sorted(set(collaboration_ids) or heads)
    with whole_or_nothing(path) as file:
        with ZipFile(file, "w") as archive:
            manifest = Manifest(entries=0, books={}, members={})
            for collaboration_id in wanted:
                head, members = _write_book(
                    archive, ledger, collaboration_id, heads[collaboration_id], progress, manifest.entries
                )
                members |= _write_log(archive, ledger, collaboration_id, head.last_number, signer)
                manifest = Manifest(
                    entries=manifest.entries + head.last_number,
                    books={**manifest.books, collaboration_id: head},
                    members={**manifest.members, **members},
                )
            keys = _write_installation(archive, ledger, leaves)
            documents, told = _write_documents(archive, ledger, attachments or ledger.attachments, collaboration_ids)
            more = {"members": {**manifest.members, **keys, **documents}, "attachments": told}
            manifest = manifest.model_copy(update=more)
            archive.writestr(_info(MANIFEST), _record(manifest) + b"\n")
        check(file)
    return manifest


def _write_installation(archive: ZipFile, ledger: Ledger, leaves: int) -> dict[str, Member]:
    """Writes the installation's log of so many leaves, and who signs."""
    return {
        LEAVES: _write_lines(archive, LEAVES, leaf_lines(ledger, leaves)),
        INSTALLATION_LOG: _write_lines(archive, INSTALLATION_LOG, log_lines(ledger, INSTALLATION, leaves)),
        KEYS: _write_lines(archive, KEYS, [keys_of(ledger).stored]),
    }


def documents_of(ledger: Ledger, collaboration_ids: Iterable[str]) -> set[str]:
    """Returns the hashes that entries of these books name, without those each of them has erased."""
    found: set[str] = set()
    for book in collaboration_ids:
        gone = ledger.query(
            "SELECT commitment FROM erased_texts WHERE collaboration_id = %s AND of_entry = %s", (book, A_DOCUMENT)
        )
        found |= named_in(bytes(row.state) for row in ledger.rows(book)) - {str(sha256) for (sha256,) in gone}
    return found


def _write_documents(
    archive: ZipFile, ledger: Ledger, kept: Attachments, collaboration_ids: Sequence[str]
) -> tuple[dict[str, Member], dict[str, Document]]:
    """Writes every document, or those that entries of some books name. Returns the account of each, and what it is."""
    named = documents_of(ledger, collaboration_ids)
    members: dict[str, Member] = {}
    told: dict[str, Document] = {}
    for one in kept.all():
        if collaboration_ids and one.sha256 not in named:
            continue
        members[f"{ATTACHMENTS}{one.sha256}"] = _write_document(archive, kept, one)
        told[one.sha256] = Document(
            size=one.size, media_type=one.media_type, added_by=one.added_by, added_at=one.added_at
        )
    return members, told


def _write_document(archive: ZipFile, attachments: Attachments, one: Attachment) -> Member:
    """Writes a document. Raises AttachmentDamaged for one that is not whole: then nothing is exported."""
    lines = size = 0
    with archive.open(_info(f"{ATTACHMENTS}{one.sha256}"), "w", force_zip64=True) as file:
        for block in attachments.read(one):
            file.write(block)
            lines, size = lines + block.count(b"\n"), size + len(block)
    return Member(lines=lines, bytes=size, sha256=one.sha256)


def _record(model: Frozen) -> bytes:
    return orjson.dumps(model.model_dump(), option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2)


def _write_lines(archive: ZipFile, name: str, content: Iterable[bytes]) -> Member:
    with archive.open(_info(name), "w", force_zip64=True) as file:
        lines = _Lines(file)
        lines.write(content)
    return lines.account()


def _write_log(
    archive: ZipFile, ledger: Ledger, collaboration_id: str, up_to: int, signer: Signer | None
) -> dict[str, Member]:
    free = signer is not None and collaboration_id not in ledger.held()
    latest = signer.checkpoint(collaboration_id, at_once=True) if signer is not None and free else None
    name = member("log", collaboration_id)
    return {name: _write_lines(archive, name, log_lines(ledger, collaboration_id, up_to, latest))}


@contextmanager
def whole_or_nothing(path: Path) -> Iterator[IO[bytes]]:
    """Yields a file that only its owner may read, and that takes its name once it is written and on the disk."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _info(name: str) -> ZipInfo:
    info = ZipInfo(name, _TIME)
    info.create_system = 3
    info.external_attr = 0o600 << 16
    info.compress_type = ZIP_DEFLATED
    return info


class _Lines:
    """Writes lines and keeps account of them."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._lines = self._bytes = 0

    def write(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            self._file.write(line + b"\n")
            self._digest.update(line + b"\n")
            self._lines += line.count(b"\n") + 1
            self._bytes += len(line) + 1

    def account(self) -> Member:
        return Member(lines=self._lines, bytes=self._bytes, sha256=self._digest.hexdigest())


def _write_book(
    archive: ZipFile, ledger: Ledger, collaboration_id: str, up_to: int, progress: Progress, done: int
) -> tuple[Head, dict[str, Member]]:
    check = BookCheck(ledger, collaboration_id)
    with TemporaryFile() as text_file, TemporaryFile() as command_file:
        texts, commands = _Lines(text_file), _Lines(command_file)
        with archive.open(_info(member("entries", collaboration_id)), "w", force_zip64=True) as file:
            entries = _Lines(file)
            for page in pages(ledger, collaboration_id, up_to):
                _refuse_damage(check.page(page))
                entries.write(row.state for row in page.rows)
                texts.write(map(_text_line, page.texts))
                commands.write(map(_command_line, page.commands))
                progress(done + check.entries)
        _refuse_damage(check.end())
        _refuse_damage(_left_out(check, up_to))
        _copy(archive, member("texts", collaboration_id), text_file)
        _copy(archive, member("commands", collaboration_id), command_file)
    members = zip(KINDS[:3], (entries, texts, commands), strict=True)
    return Head(last_number=up_to, sha256=check.last_sha256), {
        member(kind, collaboration_id): lines.account() for kind, lines in members
    }


def _refuse_damage(findings: Iterable[Finding]) -> None:
    for finding in findings:
        raise DamagedEntry(str(finding.collaboration), finding.entry or 0, finding.what)


def _left_out(check: BookCheck, up_to: int) -> Iterator[Finding]:
    """Yields a finding where something kept beside the book was not met on the way through its entries."""
    book = check.collaboration_id
    for what, table, column, seen in (
        ("identities of commands", "command_identities", "last_number", check.commands),
        ("texts", "sealed_texts", "number", check.texts),
    ):
        statement = f"SELECT COUNT(*) FROM {table} WHERE collaboration_id = %s AND {column} <= %s"  # noqa: S608
        kept = int(check.ledger.query(statement, (book, up_to))[0][0])
        if kept != seen:
            yield Finding("left_out", book, up_to, f"{kept} {what} are kept up to it, and {seen} belong to its entries")


def _text_line(row: TextRow) -> bytes:
    line = TextLine(commitment=row.commitment, number=row.number, salt=row.salt.hex(), text=row.text)
    return orjson.dumps(line.model_dump(), option=orjson.OPT_SORT_KEYS)


def _command_line(row: CommandRow) -> bytes:
    line = CommandLine(
        command_id=row.command_id,
        fingerprint=row.fingerprint.hex(),
        first_number=row.first_number,
        last_number=row.last_number,
        principal=row.principal,
        salt=row.salt.hex(),
    )
    return orjson.dumps(line.model_dump(), option=orjson.OPT_SORT_KEYS)


def _copy(archive: ZipFile, name: str, source: IO[bytes]) -> None:
    source.seek(0)
    with archive.open(_info(name), "w", force_zip64=True) as file:
        shutil.copyfileobj(source, file, BLOCK_BYTES)
