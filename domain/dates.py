"""Dates that may be rough, and values that change over time.

A fact holds from a day that is known exactly or only within bounds. It is *certain* from the latest day
of its interval and *possible* from the earliest; answers keep the two apart and never guess between them.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Generic, Self, TypeVar

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from domain.text import Frozen, Name

FIRST_DAY = date(1837, 1, 14)
"""The day of the first municipal acts (formannskapslovene): no municipality decided anything before it."""
LAST_DAY = date(2199, 12, 31)

Day = Annotated[date, Field(ge=FIRST_DAY, le=LAST_DAY)]
"""A calendar date in Europe/Oslo, between the first municipal acts and the year 2199."""


def _reversed() -> PydanticCustomError:
    return PydanticCustomError("interval_reversed", "latest must not be before earliest")


class Interval(Frozen):
    """The days between which a fact began to hold. An exact date is an interval of one day."""

    earliest: Day
    latest: Day
    text: Name | None = None
    """The date in words, where it is rough or derived: of the source, or of whoever recorded it."""
    derived: bool = False
    """True where the source gives no date of effect and it was computed from others, by `basis`."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.latest < self.earliest:
            raise _reversed()
        return self

    @classmethod
    def exact(cls, day: date) -> Interval:
        """Returns the interval of one day."""
        return cls(earliest=day, latest=day)

    @property
    def is_exact(self) -> bool:
        """True for an interval of one day."""
        return self.earliest == self.latest


class RoughDate(Frozen):
    """A date as a command gives it: bounds that may be open, and the date in words."""

    earliest: Day
    latest: Day | None = None
    """Left out: the day the source was read, or today where there is no source."""
    text: Name | None = None
    derived: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.latest is not None and self.latest < self.earliest:
            raise _reversed()
        return self

    def until(self, read_on: date) -> Interval:
        """Returns the interval, closed by `read_on` where it was open. Raises ValueError if that is too early."""
        latest = self.latest or read_on
        if latest < self.earliest:
            raise _reversed()
        return Interval(earliest=self.earliest, latest=latest, text=self.text, derived=self.derived)


T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Mark(Generic[T_co]):
    """One value of a timeline, the interval it began in and the entry that says so."""

    effective: Interval
    number: int
    value: T_co

    def __lt__(self, other: Mark[object]) -> bool:
        return (self.effective.latest, self.number) < (other.effective.latest, other.number)


@dataclass(frozen=True, slots=True)
class Reading(Generic[T_co]):
    """What a timeline says of one day: the mark that certainly holds, and those that possibly do."""

    certain: Mark[T_co] | None
    possible: tuple[Mark[T_co], ...]


@dataclass(frozen=True, slots=True)
class Span(Generic[T_co]):
    """A mark with the days it answers for: first possible, then certain up to, not including, `certain_to`."""

    mark: Mark[T_co]
    possible_from: date
    certain_from: date
    certain_to: date | None
    """Exclusive; None where nothing follows."""


# Without slots: on Python 3.11 a frozen generic dataclass with slots cannot be made as Timeline[int]().
@dataclass(frozen=True)
class Timeline(Generic[T]):
    """Values in the order they took effect. Of two with the same last day the higher entry number wins."""

    marks: tuple[Mark[T], ...] = field(default=())
    """Sorted by (last day, entry number)."""

    def with_mark(self, effective: Interval, number: int, value: T) -> Timeline[T]:
        """Returns the timeline with one more value."""
        marks = list(self.marks)
        insort(marks, Mark(effective, number, value))
        return Timeline(tuple(marks))

    def closed_by(self, effective: Interval) -> Timeline[T]:
        """Returns the timeline with every value that may have begun by `effective` or later begun by it.

        For what ends or follows another: who has left had joined before, however rough the date of joining is, and must
        not come back on the day that date becomes certain.
        """
        return Timeline(tuple(sorted(_no_later(mark, effective) for mark in self.marks)))

    def on(self, day: date) -> Reading[T]:
        """Returns what is certain on `day` and what is possible but not yet certain."""
        certain: Mark[T] | None = None
        possible: list[Mark[T]] = []
        for mark in self.marks:
            if mark.effective.latest <= day:
                certain = mark
            elif mark.effective.earliest <= day:
                possible.append(mark)
        return Reading(certain, tuple(possible))

    def certain(self, day: date) -> T | None:
        """Returns the value that certainly holds on `day`, None before the first."""
        mark = self.on(day).certain
        return None if mark is None else mark.value

    def ever(self, day: date) -> tuple[T, ...]:
        """Returns every value that certainly or possibly holds on `day`, the certain one first."""
        reading = self.on(day)
        held = () if reading.certain is None else (reading.certain,)
        return tuple(mark.value for mark in (*held, *reading.possible))

    @property
    def last(self) -> Mark[T] | None:
        """The mark that holds in the end, None in an empty timeline."""
        return self.marks[-1] if self.marks else None

    def spans(self) -> Iterator[Span[T]]:
        """Yields each mark with its days, in order."""
        for index, mark in enumerate(self.marks):
            follower = self.marks[index + 1] if index + 1 < len(self.marks) else None
            yield Span(
                mark,
                mark.effective.earliest,
                mark.effective.latest,
                None if follower is None else follower.effective.latest,
            )


def _no_later(mark: Mark[T], effective: Interval) -> Mark[T]:
    interval = mark.effective
    if interval.latest <= effective.latest or interval.earliest > effective.latest:
        return mark
    return Mark(interval.model_copy(update={"latest": effective.latest}), mark.number, mark.value)


def next_day(day: date) -> date:
    """Returns the day after `day`."""
    return day + timedelta(days=1)
