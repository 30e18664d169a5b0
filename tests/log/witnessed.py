"""An installation to be witnessed, and a witness of it."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.keys import SigningKey
from ledger.log.witness import Memory, Sent, Witness
from tests.ledger.support import BOOK, Clock, send, service

NAME = "nabokommunen.example/vitne"


class Installation:
    """A ledger with its signer, and the house to ask about."""

    def __init__(self, folder: Path, key: Path | None = None) -> None:
        self.clock = Clock()
        self.ledger = Ledger(SQLiteLocation(folder / "book.db"), clock=self.clock)
        self.signer: Signer = open_signer(self.ledger, path=key, origin="ror.example")

    def sent(self, old: int) -> bytes:
        """Returns the request about the book as it stands."""
        self.clock.turn(seconds=2)
        signed = self.signer.checkpoint(BOOK)
        assert signed is not None
        log, size = self.ledger.log_of(BOOK), signed.checkpoint.size
        proof = log.consistency(old, size) if 0 < old < size else []
        return str(Sent(old, tuple(proof), signed.note)).encode()


def witness(memory: Memory, ours: Installation, private: Ed25519PrivateKey | None = None) -> Witness:
    """Returns a witness that knows the installation by its own name, and so all its books."""
    key = SigningKey(NAME, private or Ed25519PrivateKey.generate())
    return Witness(key, [ours.signer.key.key_for("ror.example")], memory, clock=lambda: 1_800_000_000.5)


def grown(ours: Installation, *names: str) -> None:
    """Records services."""
    for name in names:
        ours.ledger.record(send(service(name)))
