"""Elections (valg): who is elected by majority, in proportion, or by agreement, and where lots must be drawn.

Kommuneloven §§ 7-5 to 7-8; IKS-loven § 9; aksjeloven § 5-17.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from domain.text import Unknown
from domain.votes.ballots import CandidateList, Election, Lot
from domain.votes.state import VoteResult


@dataclass(frozen=True, slots=True)
class Elected:
    """What came of an election."""

    result: VoteResult | None
    """None where it cannot be told from what is known of the votes."""
    persons: tuple[str, ...] = ()
    tied: tuple[str, ...] = ()
    """Candidates or lists with equal votes for fewer places than they are, so that lots are drawn."""
    by_lot: bool = False


UNKNOWN = Elected(None)


def elect(
    election: Election,
    votes: Mapping[str, int | Unknown],
    cast: int | Unknown,
    lot: Lot | None,
    *,
    half_needed: bool,
) -> Elected:
    """Returns who is elected. `votes` are those of each candidate or list, `cast` all votes cast.

    With `half_needed` nobody is elected without more than half of them.
    """
    known = {option: number for option, number in votes.items() if number != "unknown" and option in election.options}
    if election.procedure == "agreed" or len(known) < len(election.options) or not known:
        return UNKNOWN
    if election.procedure == "proportional":
        return _in_proportion(election, known, lot)
    if half_needed:
        return _by_half(election, known, cast)
    return _most(election, known, lot)


def together(election: Election) -> Elected:
    """Returns who is elected where nobody voted against what was proposed: everyone, if there is a place for each."""
    if len(election.candidates) > election.places or not election.candidates:
        return UNKNOWN
    return Elected("elected", election.candidates)


def _by_half(election: Election, votes: Mapping[str, int], cast: int | Unknown) -> Elected:
    """More than half of the votes cast; how many voted is only known from their sum where there is one place."""
    if cast == "unknown" or election.places > 1:
        return UNKNOWN
    won = tuple(candidate for candidate in election.candidates if 2 * votes[candidate] > cast)
    return Elected("elected", won) if won else Elected("not_elected")


def _most(election: Election, votes: Mapping[str, int], lot: Lot | None) -> Elected:
    ranked = sorted((c for c in election.candidates if votes[c] > 0), key=lambda c: -votes[c])
    keys = [(Fraction(votes[candidate]), 0, candidate) for candidate in ranked]
    won, tied, by_lot = _first(keys, election.places, lot)
    if tied and not by_lot:
        return Elected("tie", tied=tied)
    return Elected("elected" if won else "not_elected", won, tied, by_lot)


def _in_proportion(election: Election, votes: Mapping[str, int], lot: Lot | None) -> Elected:
    """Divides by 1, 2, 3 ...: of equal quotients the list with most votes has the place, then lots (§ 7-6)."""
    quotients = sorted(
        (
            (Fraction(votes[listed.list_id], divisor), votes[listed.list_id], listed.list_id)
            for listed in election.lists
            for divisor in range(1, len(listed.candidates) + 1)
            if votes[listed.list_id] > 0
        ),
        key=lambda key: (-key[0], -key[1]),
    )
    won, tied, by_lot = _first(quotients, election.places, lot)
    if tied and not by_lot:
        return Elected("tie", tied=tied)
    return Elected("elected" if won else "not_elected", _persons(election.lists, won), tied, by_lot)


def _first(
    ranked: Sequence[tuple[Fraction, int, str]], places: int, lot: Lot | None
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Returns the first so many, those tied for the last places among them, and whether lots settled it."""
    if len(ranked) <= places:
        return tuple(option for *_, option in ranked), (), False
    bound = ranked[places - 1][:2]
    above = tuple(option for *key, option in ranked if tuple(key) > bound)
    level = tuple(option for *key, option in ranked if tuple(key) == bound)
    left = places - len(above)
    if len(level) == left:
        return (*above, *level), (), False
    drawn = () if lot is None else tuple(dict.fromkeys(w for w in lot.winners if w in level))[:left]
    return (*above, *drawn), level, len(drawn) == left


def _persons(lists: Sequence[CandidateList], won: Sequence[str]) -> tuple[str, ...]:
    chosen = {listed.list_id: iter(_from_list(listed, won.count(listed.list_id))) for listed in lists}
    return tuple(next(chosen[list_id]) for list_id in won)


def _from_list(listed: CandidateList, places: int) -> tuple[str, ...]:
    """Returns who takes a list's places: in its order, the last of them by those who move up."""
    up = tuple(dict.fromkeys(p for p in listed.moved_up if p in listed.candidates[places:]))[:places]
    first = tuple(p for p in listed.candidates[:places])
    return (*first[: places - len(up)], *up)
