"""The installation that is tampered with: three books, signed on the way, known to an auditor and to a witness.

It is made once and copied for each kind. `aker` and `birk` stood at the auditor's last visit; `cask` was begun after.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import zipfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.collaboration import AnyCommand
from ledger.application import Ledger
from ledger.attachments import Attachment
from ledger.entry import format_instant
from ledger.location import SQLiteLocation
from ledger.log import witness
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.evidence import export_evidence
from ledger.log.keys import SigningKey
from ledger.log.notes import Note
from ledger.log.policy import Policy, Witness
from ledger.log.tables import INSTALLATION
from ledger.log.witnessing import Asking, Heard, Post
from tests.ledger.support import Clock, begin, person, send, service
from tests.spec import command

ORIGIN = "styringsbok.example/prove"
AKER, BIRK, CASK = "aker", "birk", "cask"
OLD, VISIT, NOW = 100, 200, 280
"""Entries of `aker` when an old copy of the file was made, at the auditor's last visit, and today."""
DOCUMENT = b"%PDF-1.7 en avtale (pr\xc3\xb8ve)"
ORDER = {"kind": "single_item", "ref": "26/1042", "issued_by": "Nasjonalarkivet", "issued_on": "2026-11-20"}
TIME = 1_795_000_000.0


@dataclass(frozen=True)
class Outside:
    """What is kept outside the installation, where whoever tampers with it does not reach."""

    kept: tuple[str, ...]
    """The checkpoints the auditor took home from the last visit: of each book, and of the installation's log."""
    key: SigningKey
    """The witness's."""
    memory: Path
    """What the witness remembers."""
    policy: Policy
    """Whom the auditor believes: the log's key of that visit, and the witness."""


@dataclass(frozen=True)
class Place:
    """An installation, or a copy of one, in a folder."""

    folder: Path
    outside: Outside

    @property
    def book(self) -> Path:
        """The database file."""
        return self.folder / "book.db"

    @property
    def package(self) -> Path:
        """The evidence package, unpacked."""
        return self.folder / "bevis"

    @property
    def key(self) -> SigningKey:
        """The log's signing key, for those kinds where it is in the wrong hands."""
        return SigningKey.read((self.folder / "book.db.key").read_text())

    def copy(self, to: Path) -> Place:
        """Returns a copy to do harm to."""
        shutil.copytree(self.folder, to)
        return Place(to, self.outside)

    def roll_back(self, to: str) -> None:
        """Puts an older copy of the database file in its place."""
        shutil.copy(self.folder / f"{to}.db", self.book)


def opened_witness(memory: witness.Memory, key: SigningKey, policy: Policy) -> witness.Witness:
    """Returns the witness; it believes the log's keys the auditor believes."""
    return witness.Witness(key, policy.logs, memory, clock=lambda: TIME)


def built(folder: Path) -> Place:
    """Makes the installation in an empty folder."""
    key = SigningKey("vitne.example", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    clock = Clock()
    place = folder / "installation"
    place.mkdir(parents=True)
    with (
        closing(Ledger(SQLiteLocation(place / "book.db"), clock=clock)) as ledger,
        closing(witness.Memory(folder / "vitne.db")) as memory,
    ):
        signer = open_signer(ledger, origin=ORIGIN)
        asked = Witness("vitne", witness.Witness(key, (), memory).verifier_key, "vitne.example")
        policy = signer.policy((AKER, BIRK, CASK, INSTALLATION), [asked], least=1)
        asking = Asking(_House(signer), [asked], _post(opened_witness(memory, key, policy)))
        _begin(ledger, place)
        kept = _history(ledger, signer, asking, clock, place)
        _pack(signer, place, policy)
    return Place(place, Outside(tuple(map(str, kept)), key, folder / "vitne.db", policy))


@dataclass(frozen=True)
class _House:
    signer: Signer


def _post(asked: witness.Witness) -> Post:
    def post(_: str, body: bytes) -> Heard:
        answer = asked.add_checkpoint(body)
        return Heard(answer.status, answer.body.encode())

    return post


def _keep(ledger: Ledger, copy: Path) -> None:
    """Copies the database file."""
    assert isinstance(ledger.location, SQLiteLocation)
    ledger.query("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(ledger.location.book, copy)


def _begin(ledger: Ledger, place: Path) -> None:
    """Records what `aker` and `birk` begin with: persons, one of them erased again, a contact, and a document."""
    begin(ledger, person("ola", name="Ola Prøvesen"), person("kari", name="Kari Prøvesen"), book=AKER)
    _keep(ledger, place / "before-erasure.db")
    access = {"level": "shielded", "legal_basis": "offentleglova § 13"}
    contact = command("person_contact.record", person_id="kari", contact="Prøvegata 1", access=access)
    ledger.record(send(contact, book=AKER))
    ledger.record(send(command("personal_data.erase", person_id="ola", order=ORDER), book=AKER))
    begin(ledger, book=BIRK)
    now = format_instant(ledger.clock())
    about = Attachment(hashlib.sha256(DOCUMENT).hexdigest(), len(DOCUMENT), "application/pdf", "secretary-1", now)
    ledger.attachments.add(io.BytesIO(DOCUMENT), about)


def _history(ledger: Ledger, signer: Signer, asking: Asking, clock: Clock, place: Path) -> Sequence[Note]:
    """Records the rest, signed and cosigned at each stage. Returns the checkpoints of the auditor's visit."""
    kept: list[Note] = []
    for stage, size, other in (("old", OLD, 2), ("visit", VISIT, 3), ("now", NOW, 6)):
        for book, until in ((AKER, size), (BIRK, other)):
            head = ledger.head(book)
            ledger.record_all(send(_service(n), book=book) for n in range(head + 1, until + 1))
        if stage == "now":
            begin(ledger, _service(2), _service(3), book=CASK)
        clock.turn(seconds=5)
        assert all(outcome.state == "cosigned" for outcome in asking.ask_all())
        if stage == "visit":
            kept = [signed.note for book in (AKER, BIRK, INSTALLATION) if (signed := signer.checkpoint(book))]
        if stage != "now":
            _keep(ledger, place / f"{stage}.db")
    ledger.log_of(AKER).inclusion(1, NOW)
    return kept


def _service(number: int) -> AnyCommand:
    return service(f"s-{number}", name=f"Brannvern på øy {number}")


def _pack(signer: Signer, place: Path, policy: Policy) -> None:
    """Writes the evidence package of all books, and unpacks it."""
    export_evidence(signer, place / "bevis.zip", (AKER, BIRK, CASK), policy)
    with zipfile.ZipFile(place / "bevis.zip") as archive:
        archive.extractall(place / "bevis")
