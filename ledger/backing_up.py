"""A backup: an archive of every book as it was at one moment, which takes its name once it is shown to be whole.

Before it does, what was written is read back and held against everything that was signed, against the checkpoints the
running book had when it began, and against the log's frontier. The newest checkpoint is signed into it where the key is
at hand, so that the last of its entries cannot be changed unseen either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ledger.application import Ledger
from ledger.archive import Manifest, Progress, export
from ledger.attachments import Attachments
from ledger.errors import BadArchive, BadBackup
from ledger.log.checkpointing import Signer, known_keys
from ledger.log.checkpoints import Checkpoint
from ledger.log.keys import KeyTrouble
from ledger.log.notes import InvalidNote, Note
from ledger.restoring import check_archive
from ledger.snapshot import snapshot


@dataclass(frozen=True, slots=True)
class BackedUp:
    """What a backup holds."""

    manifest: Manifest
    signed: dict[str, int]
    """By book: how many of its entries a checkpoint in it covers."""
    unsigned_because: str | None
    """Why no checkpoint was signed for it; None where one was."""


def back_up(
    ledger: Ledger, path: Path, open_signer: Callable[[Ledger], Signer], progress: Progress = lambda _: None
) -> BackedUp:
    """Writes every book to a file, which appears when it is whole and compared. Replaces what was there.

    `open_signer` opens what signs for a copy of the ledger. Raises BadBackup where what was written is not what was
    signed, DamagedEntry, LedgerUnavailable or OSError; then there is no file.
    """
    known = {book: latest_checkpoint(ledger, book) for book in ledger.heads()}
    with snapshot(ledger, path.parent) as copy:
        signer, why = _signer(copy, open_signer)
        signed: dict[str, int] = {}

        def compare(file: IO[bytes]) -> None:
            try:
                signed.update(check_archive(path, file, known, copy))
            except BadArchive as error:
                raise BadBackup(str(path), error.what) from error

        kept = Attachments(copy, ledger.location)
        manifest = export(copy, path, progress=progress, attachments=kept, signer=signer, check=compare)
    return BackedUp(manifest, signed, why)


def _signer(copy: Ledger, open_signer: Callable[[Ledger], Signer]) -> tuple[Signer | None, str | None]:
    if not known_keys(copy):
        return None, "nothing of these books was ever signed: their key is made when they first are"
    try:
        return open_signer(copy), None
    except KeyTrouble as error:
        return None, str(error)


def latest_checkpoint(ledger: Ledger, collaboration_id: str) -> Checkpoint | None:
    """Returns the last checkpoint kept of a book, None where there is none. Raises BadBackup if it is no note."""
    rows = ledger.query(
        "SELECT note FROM log_checkpoints WHERE collaboration_id = %s ORDER BY size DESC LIMIT 1", (collaboration_id,)
    )
    try:
        return Checkpoint.read(Note.read(str(rows[0][0]).encode()).text) if rows else None
    except InvalidNote as error:
        raise BadBackup(ledger.location.name, f"the last checkpoint of {collaboration_id}: {error}") from error
