"""Kinds of tampering with the installation's own log, and with a book of which only that log is left to tell."""

from __future__ import annotations

from collections.abc import Callable

from ledger.log.tables import INSTALLATION
from tests.log.tampering.hand import BESIDE, LOG, Hand, Kind, Leaf, by, laid_on
from tests.log.tampering.in_entries import DERIVED, FILE
from tests.log.tampering.installation import AKER, BIRK, CASK, Place

OWN = f"WHERE collaboration_id = '{INSTALLATION}'"


def _only_in_the_log(book: str) -> Callable[[Hand], None]:
    """Returns what deletes a book with everything, but its leaves."""

    def does(hand: Hand) -> None:
        hand.drop(book, *BESIDE, *LOG)
        hand.count()

    return does


def _with_its_leaves(book: str) -> Callable[[Hand], None]:
    """Returns what deletes a book with its leaves, the rest numbered anew; what was signed of the log is left."""

    def does(hand: Hand) -> None:
        _only_in_the_log(book)(hand)
        hand.put_leaves(leaf for leaf in hand.leaves() if leaf[0] != book)

    return does


def _leaves(change: Callable[[list[Leaf]], list[Leaf]]) -> Callable[[Place], None]:
    return by(lambda hand: hand.put_leaves(change(hand.leaves())))


def _foreign(leaves: list[Leaf]) -> list[Leaf]:
    """Returns leaves with one more, of a book that never was, under the signature of another."""
    book, size, leaf = leaves[-1]
    return [*leaves, ("dorg", size, leaf.replace(f"/{book}\n".encode(), b"/dorg\n", 1))]


def _again(leaves: list[Leaf]) -> list[Leaf]:
    """Returns leaves with one that was signed put in a second time."""
    return [leaves[0], *leaves]


def _swapped(leaves: list[Leaf]) -> list[Leaf]:
    return [leaves[1], leaves[0], *leaves[2:]]


def _forgotten(hand: Hand) -> None:
    """Empties the log, with all that was signed of it."""
    hand.put_leaves(())
    for table in ("log_checkpoints", "log_cosignatures"):
        hand.run(f"DELETE FROM {table} {OWN}")


def _old_log(place: Place) -> None:
    """Puts the installation's log of before the visit back, and leaves the books as they are."""
    with laid_on(place) as hand:
        hand.run("ATTACH ? AS old", str(place.folder / "old.db"))
        hand.put_leaves(hand.rows("SELECT collaboration_id, size, leaf FROM old.installation_log ORDER BY number"))
        size = len(hand.leaves())
        for table in ("log_checkpoints", "log_cosignatures"):
            hand.run(f"DELETE FROM {table} {OWN} AND size > ?", size)


def _exchanged(hand: Hand) -> None:
    hand.run(f"UPDATE log_checkpoints SET note = (SELECT note FROM log_checkpoints WHERE size = 280) {OWN}")


def _one_checkpoint_less(hand: Hand) -> None:
    hand.run("DELETE FROM log_checkpoints WHERE collaboration_id = ? AND size = 100", AKER)


KINDS = (
    Kind("a book deleted with all but its leaves in the installation's log", DERIVED, by(_only_in_the_log(CASK))),
    Kind("a book of the visit deleted with its leaves, the rest numbered anew", DERIVED, by(_with_its_leaves(BIRK))),
    Kind("a book begun after the visit deleted with its leaves", DERIVED, by(_with_its_leaves(CASK))),
    Kind("a single checkpoint of a book taken away", FILE, by(_one_checkpoint_less)),
    Kind("a leaf of the installation's log deleted", FILE, by(lambda hand: hand.run("DELETE FROM installation_log "
                                                                                "WHERE number = 3"))),
    Kind("the last leaf deleted", DERIVED, _leaves(lambda leaves: leaves[:-1])),
    Kind("a leaf that was never signed put in", DERIVED, _leaves(_foreign)),
    Kind("a leaf put in a second time", DERIVED, _leaves(_again)),
    Kind("two leaves changed places", DERIVED, _leaves(_swapped)),
    Kind("a leaf said to be of another book", FILE, by(lambda hand: hand.run(
        "UPDATE installation_log SET collaboration_id = 'birk' WHERE number = 1"))),
    Kind("the installation's checkpoint exchanged for one of a book", FILE, by(_exchanged)),
    Kind("the installation's log emptied, and what was signed of it", DERIVED, by(_forgotten)),
    Kind("the installation's log of before the visit put back, the books left", DERIVED, _old_log),
)  # fmt: skip
