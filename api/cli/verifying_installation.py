"""What `verify` looks at of the whole installation: its own log, and checkpoints that somebody outside kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from api.cli.terminal import Stopped
from api.cli.verifying import Verified
from ledger.application import Ledger
from ledger.checks import Finding
from ledger.errors import LedgerError
from ledger.log.checkpointing import known_keys
from ledger.log.cosigned import check_cosignatures
from ledger.log.holding import outside_note
from ledger.log.installation_checking import check_installation, check_known, told_of_installation
from ledger.log.notes import InvalidNote
from ledger.log.tables import INSTALLATION


def verify_installation(ledger: Ledger, verified: Verified) -> Iterator[Finding]:
    """Yields what in the installation's log is not as it was signed, and which books it knows are gone."""
    try:
        yield from (found for found in check_installation(ledger) if isinstance(found, Finding))
        for found in check_cosignatures(ledger, INSTALLATION, verified.witnesses):
            yield replace(found, collaboration=None, what=f"of the installation's log, {found.what}")
        if known_keys(ledger):
            verified.told.extend(told_of_installation(ledger))
    except (LedgerError, TypeError, ValueError) as error:
        # The last two: values of a kind no row of ours ever had.
        yield Finding("log_unreadable", None, None, f"the installation's log cannot be read: {error}")


def verify_known(ledger: Ledger, files: Sequence[Path]) -> Iterator[Finding]:
    """Yields where books, or the installation's log, do not go on from checkpoints somebody kept.

    Raises Stopped for a file that is neither a checkpoint nor a receipt.
    """
    for file in files:
        try:
            note = outside_note(file.read_bytes())
        except (InvalidNote, UnicodeDecodeError) as error:
            raise Stopped(f"{file} is neither a checkpoint nor a receipt: {error}") from error
        try:
            yield from check_known(ledger, note)
        except (InvalidNote, LedgerError) as error:
            yield Finding("log_checkpoint", None, None, f"{file}: {error}")
