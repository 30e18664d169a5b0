"""Kinds of tampering by the operator: who has the log's signing key, and signs another history as if it had been so."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.log.checkpoints import Checkpoint
from ledger.log.keys import SigningKey, loss_text
from ledger.log.merkle import Frontier, leaf_hash
from ledger.log.notes import Note
from tests.log.tampering.hand import (
    BESIDE,
    LOG,
    Hand,
    Kind,
    Record,
    by,
    inserted,
    renamed,
    swapped,
    with_key,
    without,
)
from tests.log.tampering.installation import AKER, BIRK, CASK, NOW, ORIGIN, VISIT

KEY = "the log's key"
NO_KEY = "a key of one's own"
EARLY, LATE = 42, 242
"""Entries of before the auditor's last visit and of after it."""
OWN = SigningKey(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"\x01" * 32))
"""The key of somebody who has not got the log's."""

Change = Callable[[list[Record]], list[Record]]


def _signed(name: str, change: Change) -> Kind:
    return Kind(name, KEY, with_key(lambda hand, key: hand.signed_anew(AKER, change(hand.records(AKER)), key)))


def _new_tail(records: list[Record]) -> list[Record]:
    """Returns entries of which the last forty are others, and five more than there were."""
    tail = renamed(records, NOW - 40)
    more = [inserted(records, NOW)[NOW - 1] for _ in range(5)]
    for number, record in enumerate(more):
        record.update(command_id=f"forged-{number}")
    return [*tail, *more]


def _backdated(records: list[Record]) -> list[Record]:
    """Returns entries of which all since the visit are said to be of the visit's time."""
    for record in records[VISIT:]:
        record["recorded_at"] = records[VISIT - 1]["recorded_at"]
    return records


def _another_book(hand: Hand, key: SigningKey) -> None:
    """Puts another history in the place of a whole book that began after the visit."""
    records = hand.records(CASK)
    hand.signed_anew(CASK, renamed(records, len(records)), key)


def _excused(hand: Hand, key: SigningKey) -> None:
    """Changes an early entry and says in a signed break that the book went on after a restore."""
    hand.signed_anew(AKER, renamed(hand.records(AKER), EARLY), key)
    hashes = [leaf_hash(state) for state in hand.states(AKER)]
    point = Checkpoint(f"{ORIGIN}/{AKER}", NOW, Frontier().grown(hashes).root)
    at = "2026-11-24T09:00:00.000000Z"
    text = f"{point.text}break {at} the disk burned\n"
    note = str(Note(text, (key.sign(text, point.origin),)))
    hand.run("INSERT INTO log_breaks VALUES (?,?,?,?)", AKER, at, NOW, note)
    hand.log_anew(key)


def _deleted(book: str) -> Callable[[Hand, SigningKey], None]:
    """Returns what deletes a book without a trace, and signs the installation's log as if it had never been."""

    def does(hand: Hand, key: SigningKey) -> None:
        hand.drop(book, *BESIDE, *LOG)
        hand.count()
        hand.log_anew(key)

    return does


def _under_own_key(number: int) -> Callable[[Hand], None]:
    """Returns what puts one's own key in the place of the log's and signs everything with it."""

    def does(hand: Hand) -> None:
        hand.run("UPDATE log_keys SET public = ?", OWN.public)
        hand.signed_anew(AKER, renamed(hand.records(AKER), number), OWN)
        for book in (BIRK, CASK):
            hand.sign(book, OWN)

    return does


def _key_said_lost(hand: Hand) -> None:
    """Lets one's own key follow, saying that the log's was lost, and signs other late entries with it."""
    since = "2026-11-24T09:00:00.000000Z"
    statement = loss_text(ORIGIN, 2, OWN.public, since, "the safe burned")
    hand.run("INSERT INTO log_keys VALUES (2,?,?,?)", OWN.public, since, statement)
    hand.signed_anew(AKER, renamed(hand.records(AKER), LATE), OWN, keep=True)


KINDS = (
    _signed("an early entry changed and everything signed anew", lambda all_: renamed(all_, EARLY)),
    _signed("an early entry taken out and everything signed anew", lambda all_: without(all_, EARLY)),
    _signed("an early entry put in between and everything signed anew", lambda all_: inserted(all_, EARLY)),
    _signed("a late entry changed and everything signed anew", lambda all_: renamed(all_, LATE)),
    _signed("a late entry taken out and everything signed anew", lambda all_: without(all_, LATE)),
    _signed("a late entry put in between and everything signed anew", lambda all_: inserted(all_, LATE)),
    _signed("two late entries changed places and everything signed anew", lambda all_: swapped(all_, LATE)),
    _signed("all late entries backdated and everything signed anew", _backdated),
    _signed("the last entries exchanged for others, and more of them", _new_tail),
    Kind("a book begun after the visit rewritten and signed anew", KEY, with_key(_another_book)),
    Kind("a book of the visit deleted, and the log signed anew without it", KEY, with_key(_deleted(BIRK))),
    Kind("a book begun after the visit deleted, and the log signed anew", KEY, with_key(_deleted(CASK))),
    Kind("an early entry changed, and a signed break after a restore given as the reason", KEY, with_key(_excused)),
    Kind("an early entry changed under a key put in the place of the log's", NO_KEY, by(_under_own_key(EARLY))),
    Kind("a late entry changed under a key said to follow one that was lost", NO_KEY, by(_key_said_lost)),
)
