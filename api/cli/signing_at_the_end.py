"""Signing at the end of a command that records much."""

from __future__ import annotations

from api.cli import terminal
from api.composition import House
from ledger.errors import LedgerError
from ledger.log.checkpointing import known_keys
from ledger.log.signing_rounds import sign_what_has_grown


def sign_at_the_end(opened: House) -> None:
    """Signs the books that have grown, where the key is known: the first one is made where books are served.

    What keeps it from being signed is told, and is no failure of what was recorded.
    """
    given = opened.signing
    if not (given.key or given.path or known_keys(opened.ledger)):
        return
    try:
        sign_what_has_grown(opened.signer)
    except LedgerError as error:
        terminal.complain(f"Not all that is recorded is signed yet: {error}.")
