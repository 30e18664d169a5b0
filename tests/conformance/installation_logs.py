"""What tests of the installation's log are written in: two books that were signed, and what is looked at."""

from __future__ import annotations

from pathlib import Path

from ledger.application import Ledger
from ledger.checks import Finding
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.installation_checking import check_installation
from ledger.log.installation_log import InstallationLog, Leaf
from ledger.log.notes import Note
from ledger.log.tables import INSTALLATION
from tests.ledger.support import BOOK, Clock, begin, send, service

ORIGIN = "styringsbok.example/prove"
OTHER = "nabosamarbeidet"


def signed_books(ledger: Ledger, path: Path) -> Signer:
    """Returns a signer for two books that were signed at two and one entries, and one of them then at three."""
    begin(ledger, service("a"))
    begin(ledger, book=OTHER)
    found = open_signer(ledger, path=path, origin=ORIGIN)
    for book in (BOOK, OTHER):
        assert found.checkpoint(book) is not None
    signed(found, "b")
    return found


def signed(signer: Signer, name: str, book: str = BOOK) -> Note:
    """Records one more entry of a book and signs it."""
    signer.ledger.record(send(service(name), book=book))
    turn(signer)
    found = signer.checkpoint(book)
    assert found is not None
    return found.note


def turn(signer: Signer) -> None:
    """Lets the clock go on by what must lie between two checkpoints."""
    assert isinstance(signer.ledger.clock, Clock)
    signer.ledger.clock.turn(seconds=2)


def leaves(ledger: Ledger) -> list[Leaf]:
    """Returns the leaves there are."""
    log = InstallationLog(ledger)
    return list(log.signed(0, log.size()))


def of(signer: Signer) -> Note:
    """Returns the installation's checkpoint, a second after whatever was signed last."""
    turn(signer)
    found = signer.checkpoint(INSTALLATION)
    assert found is not None
    return found.note


def codes(ledger: Ledger) -> list[str]:
    """Returns what is found in the log."""
    return [one.code for one in check_installation(ledger) if isinstance(one, Finding)]
