"""A book as readiness sees it: the registers indicators are worked out from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.agreements import Agreements
from domain.authority import Authority
from domain.benefits.planning import ByBenefit
from domain.bodies import Bodies
from domain.budgets import Budgets
from domain.cases import Cases
from domain.constitution import Constitution
from domain.dates import Interval
from domain.decisions import Decisions
from domain.meetings import Meetings
from domain.members import Members
from domain.votes import Votes


@dataclass(frozen=True, slots=True)
class Broken:
    """An act that was recorded although it broke a rule."""

    entry: int
    type: str
    """The stored name of its event."""
    codes: tuple[str, ...]
    on: date
    healed_by: int | None
    """The entry that ratified it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A version of a strategy, as far as indicators ask for it."""

    level: str
    """`unknown` where the source does not show it."""
    members: tuple[str, ...] | None
    """The members it holds for; None where that is not known."""
    joint: bool
    """Whether it is the collaboration's own, or a body's of it."""
    began: Interval
    until: date | None
    entry: int

    def on(self, day: date) -> bool:
        """Returns whether it certainly holds on `day`."""
        return self.began.latest <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Book:
    """What indicators are worked out from."""

    constitution: Constitution
    members: Members
    bodies: Bodies
    authority: Authority
    cases: Cases
    meetings: Meetings
    votes: Votes
    decisions: Decisions
    agreements: Agreements
    budgets: Budgets
    benefits: ByBenefit
    broken: tuple[Broken, ...]
    """Acts that broke a rule, in the order of their entries."""
    strategies: tuple[Held, ...]
    """Every version of every strategy, in the order of their entries."""
    head: int
    """The number of the last entry."""
