"""Who is a member when, folded from the register's events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from rpds import HashTrieMap

from domain.copying import replace
from domain.dates import Interval, Timeline
from domain.kernel import Fact
from domain.members.party import DECIDING, Party
from domain.text import Share

_ONE_DAY = timedelta(days=1)
_NEVER: Timeline[bool] = Timeline()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice of withdrawal that has not led to a departure yet."""

    entry: int
    departs_on: date
    given: Interval
    clause: str


@dataclass(frozen=True, slots=True)
class Shares:
    """Who owns how much, and who is liable for how much where that differs; each sums to exactly one."""

    version: str
    ownership: HashTrieMap[str, Share]
    liability: HashTrieMap[str, Share] | None = None
    """None where each is liable as it owns, or it is not known."""

    def owned(self, member_ids: Iterable[str]) -> Fraction:
        """Returns what these own together."""
        return total(self.ownership[m] for m in member_ids if m in self.ownership)


def total(shares: Iterable[Share]) -> Fraction:
    """Returns the sum of shares, exactly."""
    return sum((share.fraction for share in shares), Fraction(0))


@dataclass(frozen=True)
class Members:
    """Who has been named as a member, and the timeline of each one's membership."""

    parties: HashTrieMap[str, Party] = field(default_factory=HashTrieMap)
    """Everyone ever founder, admitted or successor, as last recorded, by member id."""
    membership: HashTrieMap[str, Timeline[bool]] = field(default_factory=HashTrieMap)
    """True from admission, False from departure or succession."""
    founders: tuple[str, ...] = ()
    notices: HashTrieMap[str, Notice] = field(default_factory=HashTrieMap)
    """Open notices of withdrawal, by member id."""
    shares: Timeline[Shares] = field(default_factory=Timeline)
    """Empty while they have not been laid down."""
    restated: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """The entry of each restatement, by its version."""

    def on(self, day: date) -> tuple[str, ...]:
        """Returns the ids of those who certainly are members on `day`, of every class, sorted."""
        return tuple(sorted(m for m, line in self.membership.items() if line.certain(day)))

    def possible_on(self, day: date) -> tuple[str, ...]:
        """Returns the ids of those who possibly are members on `day` but not certainly, sorted."""
        return tuple(sorted(m for m in self.membership if self.is_member(m, day) is None))

    def is_member(self, member_id: str, day: date) -> bool | None:
        """Returns whether it is a member on `day`; None where that is possible but not certain."""
        line = self.membership.get(member_id)
        if line is None:
            return False
        reading = line.on(day)
        if reading.certain is not None and reading.certain.value:
            return True
        return None if any(mark.value for mark in reading.possible) else False

    def stays(self, member_id: str) -> bool:
        """Returns whether it is a member in the end, by everything recorded."""
        line = self.membership.get(member_id)
        return line is not None and line.last is not None and line.last.value

    def decides(self, member_id: str) -> bool:
        """Returns whether it is party to the charter, not a customer, associate or observer; False if never named."""
        party = self.parties.get(member_id)
        return party is not None and party.member_class in DECIDING

    def deciding_on(self, day: date) -> tuple[str, ...]:
        """Returns the ids of those who certainly are party to the charter on `day`, sorted."""
        return tuple(m for m in self.on(day) if self.decides(m))

    def required_on(self, day: date) -> tuple[str, ...]:
        """Returns the ids of those whose councils must have resolved on what takes effect on `day`, sorted.

        They are the parties of the day before, so that one who joins on the same day is not asked, and the founders
        unless they have left: the first charter may take effect on the day of the founding, or be dated before it.
        """
        before = self.deciding_on(day - _ONE_DAY)
        founders = (m for m in self.founders if self.decides(m) and not self._has_left(m, day))
        return tuple(sorted({*before, *founders}))

    def _has_left(self, member_id: str, day: date) -> bool:
        return self.membership.get(member_id, _NEVER).certain(day) is False

    def entries(self, *member_ids: str) -> tuple[int, ...]:
        """Returns the numbers of the entries their membership rests on."""
        return tuple(mark.number for m in member_ids for mark in self.membership.get(m, _NEVER).marks)


def joined(state: Members, named: Iterable[Party], fact: Fact) -> Members:
    """Returns the state in which these are members from the fact on."""
    parties, membership = state.parties, state.membership
    for party in named:
        line = membership.get(party.member_id, _NEVER)
        parties = parties.insert(party.member_id, party)
        membership = membership.insert(party.member_id, line.with_mark(fact.effective, fact.number, value=True))
    return replace(state, parties=parties, membership=membership)


def left(state: Members, member_ids: Iterable[str], fact: Fact) -> Members:
    """Returns the state in which these are no members from the fact on; their notices are spent."""
    membership, notices = state.membership, state.notices
    for member_id in member_ids:
        line = membership.get(member_id, _NEVER).closed_by(fact.effective)
        membership = membership.insert(member_id, line.with_mark(fact.effective, fact.number, value=False))
        notices = notices.discard(member_id)
    return replace(state, membership=membership, notices=notices)
