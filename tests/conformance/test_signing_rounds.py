"""Books get into the installation's log without anybody asking for their checkpoints, and at rest they cost nothing."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from ledger.application import Ledger
from ledger.errors import LedgerUnavailable
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.installation_log import InstallationLog
from ledger.log.signing_rounds import SigningRounds, grown, sign_what_has_grown
from ledger.log.tables import INSTALLATION
from tests.conformance.database import Database
from tests.ledger.support import BOOK, Clock, begin, send, service

OTHER = "nabosamarbeidet"
WITHIN_SECONDS = 20.0


def opened(ledger: Ledger, folder: Path) -> Signer:
    """Returns a signer for two books that were never signed."""
    begin(ledger, service("a"))
    begin(ledger, book=OTHER)
    return open_signer(ledger, path=folder / "prove.key", origin="styringsbok.example/prove")


def in_the_log(ledger: Ledger) -> list[tuple[str, int]]:
    """Returns the leaves there are, by book and size."""
    log = InstallationLog(ledger)
    return [(leaf.collaboration_id, leaf.size) for leaf in log.signed(0, log.size())]


def test_a_round_signs_the_books_that_have_grown_and_then_the_log(ledger: Ledger, tmp_path: Path) -> None:
    signer = opened(ledger, tmp_path)
    assert grown(ledger) == [OTHER, BOOK]
    assert sign_what_has_grown(signer) == 2
    assert in_the_log(ledger) == [(OTHER, 1), (BOOK, 2)]
    assert grown(ledger) == []
    assert sign_what_has_grown(signer) == 0
    ledger.record(send(service("b")))
    assert isinstance(ledger.clock, Clock)
    ledger.clock.turn(seconds=60)
    assert sign_what_has_grown(signer) == 1
    assert in_the_log(ledger)[2:] == [(BOOK, 3)]
    newest = signer.latest(INSTALLATION)
    assert newest is not None
    assert newest.checkpoint.size == 3


def test_a_book_that_is_held_keeps_no_other_from_being_signed(ledger: Ledger, tmp_path: Path) -> None:
    signer = opened(ledger, tmp_path)
    ledger.hold("2026-11-24T08:00:00.000000Z", "restored", [OTHER, INSTALLATION])
    assert sign_what_has_grown(signer) == 1
    assert in_the_log(ledger) == [(BOOK, 2)]
    assert signer.latest(INSTALLATION) is None


def test_a_book_of_before_there_were_logs_is_signed_once(ledger: Ledger, database: Database, tmp_path: Path) -> None:
    signer = opened(ledger, tmp_path)
    database.execute(f"DELETE FROM log_frontiers WHERE collaboration_id = '{OTHER}'")
    assert sign_what_has_grown(signer, of_old_too=False) == 1
    assert sign_what_has_grown(signer) == 1
    assert in_the_log(ledger) == [(BOOK, 2), (OTHER, 1)]


@dataclass
class House:
    """A house whose database is out of reach when it is first asked for its signer."""

    found: Signer
    asked: int = 0

    @property
    def signer(self) -> Signer:
        """What signs, the second time."""
        self.asked += 1
        if self.asked == 1:
            raise LedgerUnavailable("out of reach")
        return self.found


def test_in_the_background_it_goes_on_after_a_failure_until_stopped(ledger: Ledger, tmp_path: Path) -> None:
    house = House(opened(ledger, tmp_path))
    rounds = SigningRounds(house)
    rounds.seconds = 0.01
    rounds.start()
    deadline = time.monotonic() + WITHIN_SECONDS
    while len(in_the_log(ledger)) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    rounds.stop()
    assert sorted(in_the_log(ledger)) == [(OTHER, 1), (BOOK, 2)]
    asked = house.asked
    time.sleep(0.05)
    assert house.asked == asked
