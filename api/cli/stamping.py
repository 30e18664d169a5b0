"""Timestamps on the command line: which authorities the settings name, and what `verify` makes of what is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from api.cli.terminal import Stopped
from api.cli.verifying import Verified
from api.settings import Settings
from ledger.application import Ledger
from ledger.checks import Finding
from ledger.errors import LedgerError
from ledger.log.timestamp_checks import check_timestamps
from ledger.log.tokens import Authority, BadAuthorities, read_authorities


def authorities_of(settings: Settings) -> tuple[Authority, ...]:
    """Returns the authorities that are to stamp checkpoints. Raises Stopped."""
    if settings.timestampers is None:
        return ()
    try:
        return read_authorities(settings.timestampers)
    except (OSError, UnicodeDecodeError, BadAuthorities) as error:
        raise Stopped(f"STYRINGSBOK_TIMESTAMPERS: {settings.timestampers} cannot be used: {error}") from None


def verify_timestamps(
    ledger: Ledger, settings: Settings, books: Iterable[str], verified: Verified
) -> Iterator[Finding]:
    """Yields the timestamps of these books that prove nothing; what the others prove is told. Raises Stopped."""
    authorities = {one.name: one for one in authorities_of(settings)}
    for book in books:
        try:
            yield from check_timestamps(ledger, book, authorities, verified.told)
        except LedgerError as error:
            yield Finding("timestamp_unreadable", book, None, f"its timestamps cannot be read: {error}")
