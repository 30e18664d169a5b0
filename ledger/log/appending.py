"""Adding to the installation's log, by one thread and one process at a time: its leaves are numbered as they come.

A leaf is written in the transaction of what it is the leaf of: no checkpoint is kept that the log does not have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log.checkpoints import signed_point
from ledger.log.installation_log import InstallationLog, Leaf
from ledger.log.notes import InvalidNote, VerifierKey
from ledger.log.tables import INSTALLATION


@contextmanager
def holding_log(ledger: Ledger) -> Iterator[InstallationLog]:
    """Yields the installation's log, held against every other thread and process until something is written.

    Raises LedgerUnavailable where another process keeps it.
    """
    with ledger.log_lock, ledger.holding([INSTALLATION]):
        yield InstallationLog(ledger)


def not_in_the_log(ledger: Ledger) -> list[Leaf]:
    """Returns what is kept as signed of the books and is no leaf, in the order it was signed."""
    as_bytes = "CAST(note AS BLOB)" if isinstance(ledger.location, SQLiteLocation) else "convert_to(note, 'UTF8')"
    missing = (
        f"NOT EXISTS (SELECT 1 FROM installation_log l WHERE l.collaboration_id = s.collaboration_id "  # noqa: S608
        f"AND l.size = s.size AND l.leaf = {as_bytes})"
    )
    rows = ledger.query(
        f"SELECT collaboration_id, size, note, signed_at AS at, 0 AS kind FROM log_checkpoints s "  # noqa: S608
        f"WHERE collaboration_id <> %s AND {missing} "
        f"UNION ALL SELECT collaboration_id, size, note, recorded_at AS at, 1 AS kind FROM log_breaks s "
        f"WHERE {missing} "
        "ORDER BY at, collaboration_id, size, kind",
        (INSTALLATION,),
    )
    return [Leaf(str(book), int(size), str(note).encode()) for book, size, note, _, _ in rows]


def add_what_is_not_in_the_log(ledger: Ledger, keys_of: Callable[[str], Sequence[VerifierKey]]) -> int:
    """Adds what was signed of the books before there was this log, in the order it was signed; returns how much.

    What none of a book's keys signed is left out: it is for `verify` to name. Raises LedgerUnavailable.
    """
    if not _may_lack_some(ledger):
        return 0
    with holding_log(ledger) as log:
        added = [leaf for leaf in not_in_the_log(ledger) if _is_signed(leaf, keys_of(leaf.collaboration_id))]
        if added:
            ledger.write_beside(log.appending(*added))
        return len(added)


def _may_lack_some(ledger: Ledger) -> bool:
    ((signed, leaves),) = ledger.query(
        "SELECT (SELECT COUNT(*) FROM log_checkpoints WHERE collaboration_id <> %s) "
        "+ (SELECT COUNT(*) FROM log_breaks), (SELECT COUNT(*) FROM installation_log)",
        (INSTALLATION,),
    )
    return int(signed) > int(leaves)


def _is_signed(leaf: Leaf, keys: Sequence[VerifierKey]) -> bool:
    try:
        return signed_point(leaf.note, keys).size == leaf.size
    except InvalidNote:
        return False
