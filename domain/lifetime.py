"""How long something lasts that begins once and ends once: a body, a seat, a grant of authority.

Both days may be rough. A timeline would let a rough beginning outlive an exact end that comes before its last possible
day; a lifetime keeps the two apart, so that what has ended stays ended.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, Protocol, TypeVar

from domain.copying import replace
from domain.dates import Interval, next_day


def _earlier(first: date | None, second: date | None) -> date | None:
    """Returns the earlier of two ends; None never comes."""
    if first is None or second is None:
        return first or second
    return min(first, second)


def _comes_after(day: date, end: date | None) -> bool:
    return end is not None and day >= end


def _ends_by(end: date | None, bound: date | None) -> bool:
    return bound is None or (end is not None and end <= bound)


def _first(end: Interval, other: Interval) -> Interval:
    """Returns when the first of two ends comes."""
    earliest, latest = min(end.earliest, other.earliest), min(end.latest, other.latest)
    for interval in (end, other):
        if (interval.earliest, interval.latest) == (earliest, latest):
            return interval
    return Interval(earliest=earliest, latest=latest)


@dataclass(frozen=True, slots=True)
class Lifetime:
    """The days something exists: certainly in [certain_from, certain_to), possibly in [possible_from, possible_to)."""

    began: Interval
    ended: Interval | None = None
    """The first day without, None while nothing has ended it."""
    until: date | None = None
    """The last day laid down beforehand, None where there is none."""

    @property
    def possible_from(self) -> date:
        """The first day it may exist."""
        return self.began.earliest

    @property
    def certain_from(self) -> date:
        """The first day it certainly exists, unless it has ended by then."""
        return self.began.latest

    @property
    def certain_to(self) -> date | None:
        """The first day it may be gone, None if never."""
        return _earlier(None if self.ended is None else self.ended.earliest, self._term_over)

    @property
    def possible_to(self) -> date | None:
        """The first day it is certainly gone, None if never."""
        return _earlier(None if self.ended is None else self.ended.latest, self._term_over)

    @property
    def _term_over(self) -> date | None:
        return None if self.until is None else next_day(self.until)

    def on(self, day: date) -> bool | None:
        """Returns whether it exists on `day`; None where that is possible but not certain."""
        return self.during(Interval.exact(day))

    def during(self, interval: Interval) -> bool | None:
        """Returns True if it exists on every day of `interval`, False if on none of them, None if unsure."""
        if interval.latest < self.possible_from or _comes_after(interval.earliest, self.possible_to):
            return False
        if _comes_after(self.possible_from, self.possible_to):
            return False
        if self.certain_from <= interval.earliest and not _comes_after(interval.latest, self.certain_to):
            return True
        return None

    def meets(self, other: Lifetime) -> bool | None:
        """Returns whether the two share a day; None where that is possible but not certain."""
        start = max(self.certain_from, other.certain_from)
        if not _comes_after(start, self.certain_to) and not _comes_after(start, other.certain_to):
            return True
        start = max(self.possible_from, other.possible_from)
        if _comes_after(start, self.possible_to) or _comes_after(start, other.possible_to):
            return False
        return None

    def within(self, other: Lifetime) -> bool | None:
        """Returns whether it lies wholly inside `other`; None where that is possible but not certain."""
        if self.possible_from >= other.certain_from and _ends_by(self.possible_to, other.certain_to):
            return True
        if self.certain_from < other.possible_from or not _ends_by(self.certain_to, other.possible_to):
            return False
        return None

    def outlasts(self, day: date) -> bool:
        """Returns whether it may exist on `day` or later."""
        return not _comes_after(max(day, self.possible_from), self.possible_to)

    def end(self, interval: Interval) -> Lifetime:
        """Returns it ended in `interval`; of two ends the one that comes first counts."""
        return replace(self, ended=interval if self.ended is None else _first(self.ended, interval))

    def ended_since(self, interval: Interval) -> date | None:
        """Returns the first day it may have been ended, None if nothing ends it before `interval` is over."""
        if self.ended is None or self.ended.earliest > interval.latest:
            return None
        return self.ended.earliest


class Lasting(Protocol):
    """Anything that has a lifetime."""

    @property
    def life(self) -> Lifetime:
        """The days it exists."""


T = TypeVar("T", bound=Lasting)


@dataclass(frozen=True, slots=True)
class Present(Generic[T]):
    """What exists on a day, certain and possible apart, in the order given."""

    certain: tuple[T, ...]
    possible: tuple[T, ...]


def present(things: Iterable[T], interval: Interval) -> Present[T]:
    """Returns which of `things` certainly exist throughout `interval`, and which possibly do on some day of it."""
    listed = tuple(things)
    return Present(
        tuple(thing for thing in listed if thing.life.during(interval) is True),
        tuple(thing for thing in listed if thing.life.during(interval) is None),
    )
