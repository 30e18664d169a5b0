"""Kinds of tampering with timestamps: an authority stamped the newest checkpoints, and its root is known outside."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.timestamping import Stamping
from ledger.log.tokens import Authority, read_roots, request
from tests.log.authority import LocalAuthority
from tests.log.tampering.hand import Hand, Kind, laid_on, renamed, with_key
from tests.log.tampering.installation import AKER, BIRK, OLD, Place
from tests.log.tampering.with_key import KEY, LATE

FILE = "the file"
AUTHORITY, ROOT = "stempler", "stempler.pem"


@dataclass(frozen=True)
class _House:
    signer: Signer


def authorities(place: Place) -> dict[str, Authority]:
    """Returns the authority the settings name, where one stamped: its root lies outside the database."""
    path = place.folder / ROOT
    return {AUTHORITY: Authority(AUTHORITY, "http://tid.example", read_roots(path))} if path.exists() else {}


def _stamp(place: Place) -> None:
    """Has every book stamped as it stands."""
    authority = LocalAuthority(place.folder / "tsa")
    (place.folder / ROOT).write_bytes(authority.root.read_bytes())
    with closing(Ledger(SQLiteLocation(place.book))) as ledger:
        house = _House(open_signer(ledger, path=Path(f"{place.book}.key")))
        asked = Stamping(house, authorities(place).values(), send=lambda _, body: authority.stamp(body))
        assert {one.state for one in asked.ask_all()} == {"stamped"}


def _stamped(change: Callable[[Hand, Place], object]) -> Callable[[Place], None]:
    """Returns what a hand does to a place that was stamped."""

    def does(place: Place) -> None:
        _stamp(place)
        with laid_on(place) as hand:
            change(hand, place)

    return does


def _exchanged(hand: Hand, _: Place) -> None:
    """Gives each of two books the other's timestamp."""
    tokens = dict(hand.rows("SELECT collaboration_id, token FROM log_timestamps"))
    for book, other in ((AKER, BIRK), (BIRK, AKER)):
        hand.run("UPDATE log_timestamps SET token = ? WHERE collaboration_id = ?", tokens[other], book)


def _flipped(hand: Hand, _: Place) -> None:
    ((token,),) = hand.rows("SELECT token FROM log_timestamps WHERE collaboration_id = ?", AKER)
    changed = token[:-5] + bytes((token[-5] ^ 1,)) + token[-4:]
    hand.run("UPDATE log_timestamps SET token = ? WHERE collaboration_id = ?", changed, AKER)


def _own(hand: Hand, place: Place) -> None:
    """Puts a timestamp of one's own authority there, with its root."""
    own = LocalAuthority(place.folder / "own-tsa")
    ((note,),) = hand.rows("SELECT note FROM log_checkpoints WHERE collaboration_id = ? AND size = 280", AKER)
    row = (own.stamp(request(note.encode()).body), own.root.read_text(), AKER)
    hand.run("UPDATE log_timestamps SET token = ?, roots = ? WHERE collaboration_id = ?", *row)


def _signed_anew(place: Place) -> None:
    _stamp(place)
    with_key(lambda hand, key: hand.signed_anew(AKER, renamed(hand.records(AKER), LATE), key))(place)


KINDS = (
    Kind("the timestamps of two books exchanged", FILE, _stamped(_exchanged)),
    Kind(
        "a timestamp put to an earlier checkpoint",
        FILE,
        _stamped(lambda hand, _: hand.run(f"UPDATE log_timestamps SET size = {OLD} WHERE size = 280")),
    ),
    Kind("a timestamp changed", FILE, _stamped(_flipped)),
    Kind("a timestamp exchanged for one of an authority of one's own, with its root", FILE, _stamped(_own)),
    Kind("a late entry changed and everything signed anew, and the timestamp left", KEY, _signed_anew),
)
