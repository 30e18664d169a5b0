"""What was done under authority: every act under every grant above it, summed by year and by counterparty.

What a sub-delegate uses counts against each grant in the chain, so no ceiling is got round by passing power on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rpds import List

from domain.dates import Interval
from domain.text import Frozen, Id


class ChainLink(Frozen):
    """One grant in the chain an act rests on, with the entry that made it."""

    grant_id: Id
    entry: int


class ActRef(Frozen):
    """An act under authority: a decision made by a holder, or authority exercised."""

    kind: Literal["decision", "act"]
    id: Id


@dataclass(frozen=True, slots=True)
class Use:
    """A sum that is kept: of a grant in a calendar year, or towards one counterparty for as long as the grant lasts.

    An act whose date is rough counts in the year of its last possible day.
    """

    grant_id: str
    year: int | None = None
    party: str | None = None
    """As `party_key` has it."""


@dataclass(frozen=True, slots=True)
class Used:
    """What was used."""

    ore: int = 0
    entries: List[int] = field(default_factory=List)
    """The acts' entries, the newest first."""

    def with_more(self, ore: int, entry: int) -> Used:
        """Returns the sum with one more act."""
        return Used(self.ore + ore, self.entries.push_front(entry))


@dataclass(frozen=True, slots=True)
class Done:
    """One act under authority."""

    ref: ActRef
    entry: int
    interval: Interval
    grants: tuple[str, ...]
    """The chain it rests on, the source first."""
    amount_ore: int | None
    member_ids: tuple[str, ...]
    reported_by: int | None = None
    """The entry of the first report that lists it."""

    def surely_within(self, first: date, last: date) -> bool:
        """Returns whether it was certainly done on one of these days."""
        return first <= self.interval.earliest and self.interval.latest <= last

    def perhaps_within(self, first: date, last: date) -> bool:
        """Returns whether it may have been done on one of these days."""
        return self.interval.earliest <= last and first <= self.interval.latest


@dataclass(frozen=True, slots=True)
class Report:
    """One report on how authority was used."""

    report_id: str
    entry: int
    grants: tuple[str, ...]
    period_from: date
    period_to: date


def party_key(name: str) -> str:
    """Returns a counterparty's name as it is summed by: capitals and blanks make no other party."""
    return " ".join(name.casefold().split())
