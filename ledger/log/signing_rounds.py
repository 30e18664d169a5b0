"""Signing what has grown, round after round: a book gets into the installation's log without anybody asking for it.

Outside the commit path, and only of books with entries that no checkpoint covers, so that a round of many books at rest
costs one query.
"""

from __future__ import annotations

from contextlib import suppress

from ledger.application import Ledger
from ledger.background import Background
from ledger.errors import LedgerError
from ledger.log.checkpointing import Signer
from ledger.log.tables import INSTALLATION
from ledger.log.witnessing import House

SECONDS_BETWEEN_SIGNING = 60.0
"""For so long at most a book that nobody asks about may go without its last entries being signed."""


def grown(ledger: Ledger) -> list[str]:
    """Returns the books with entries that no checkpoint covers. Raises LedgerUnavailable."""
    rows = ledger.query(
        "SELECT f.collaboration_id FROM log_frontiers f WHERE f.collaboration_id <> %s AND f.size > COALESCE("
        "(SELECT MAX(c.size) FROM log_checkpoints c WHERE c.collaboration_id = f.collaboration_id), 0) "
        "ORDER BY f.collaboration_id",
        (INSTALLATION,),
    )
    return [str(book) for (book,) in rows]


def never_grown(ledger: Ledger) -> list[str]:
    """Returns the books of before there were logs, which have no frontier until an entry is added."""
    rows = ledger.query("SELECT collaboration_id FROM log_frontiers")
    return sorted(set(ledger.heads()) - {str(book) for (book,) in rows})


def sign_what_has_grown(signer: Signer, *, of_old_too: bool = True) -> int:
    """Signs each book that has grown, and then the installation's log. Returns how many books.

    A book that cannot be signed now is left: that is said where it is asked for. With `of_old_too` books of before
    there were logs are signed. Raises LedgerUnavailable.
    """
    signed = 0
    old = never_grown(signer.ledger) if of_old_too else []
    for book in [*grown(signer.ledger), *old]:
        with suppress(LedgerError):
            signed += signer.checkpoint(book, at_once=True) is not None
    with suppress(LedgerError):
        signer.checkpoint(INSTALLATION)
    return signed


class SigningRounds(Background):
    """Signs what has grown in the background."""

    def __init__(self, house: House) -> None:
        super().__init__("signing")
        self._house = house
        self._is_first = True
        self.seconds = SECONDS_BETWEEN_SIGNING
        """Between rounds."""

    def step(self) -> float:
        """Signs what has grown; the first time also what is older than the logs."""
        with suppress(LedgerError):  # the database or the key is out of reach: the next round tries again
            sign_what_has_grown(self._house.signer, of_old_too=self._is_first)
            self._is_first = False
        return self.seconds
