"""A figure worked out from a book: how much, of how many, and the entries it rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.text import INT_MAX

Unit = Literal[
    "ore",
    "targets",
    "promises",
    "agreements",
    "acts",
    "members",
    "budgets",
    "budget_lines",
    "decisions",
    "votes",
    "days",
    "versions",
    "customers",
    "offices",
    "persons",
    "services",
    "follow_ups",
]


Lack = Literal[
    "actuals",
    "agreements",
    "breaches",
    "budget",
    "budget_line",
    "cases",
    "comparison",
    "costed_terms",
    "decisions",
    "drivers",
    "measurements",
    "members",
    "offices",
    "persons",
    "powers",
    "promises",
    "review_interval",
    "reviews",
    "room",
    "services",
    "staff",
    "start_up",
    "strategies",
    "strategy_members",
    "tasks",
    "terms",
    "unshown_conditions",
    "votes",
]
"""What a book lacks where a figure is not known; `room` where the sum is larger than every reader of JSON keeps."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What an indicator came to on a day."""

    value: int | None
    """None where the book does not know."""
    unit: Unit
    of: int | None = None
    """Of how many, where it is a share."""
    raised: bool | None = None
    """Whether it shows the pitfall; None where the book does not know, and for a figure that judges nothing."""
    entries: tuple[int, ...] = ()
    """Numbers of the entries it was worked out from, sorted."""
    lacks: Lack | None = None
    """What the book would have to hold for it to be known; None where it is."""


def known(
    value: int, unit: Unit, entries: Iterable[int], *, of: int | None = None, raised: bool | None = None
) -> Figure:
    """Returns a figure the book knows; `raised` left out for one that judges nothing.

    Of a sum that not every reader of JSON keeps exactly, nothing is known.
    """
    if abs(value) > INT_MAX:
        return unknown(unit, "room", entries)
    return Figure(value, unit, of, raised, tuple(sorted(set(entries))))


def count(value: int, unit: Unit, of: int, entries: Iterable[int], lacks: Lack) -> Figure:
    """Returns how many out of `of` show a pitfall, which is raised by any of them; of none the book lacks something."""
    return known(value, unit, entries, of=of, raised=value > 0) if of else unknown(unit, lacks, entries)


def unknown(unit: Unit, lacks: Lack, entries: Iterable[int] = ()) -> Figure:
    """Returns that the book does not know, and what it lacks for that."""
    return Figure(None, unit, entries=tuple(sorted(set(entries))), lacks=lacks)


def a_year_before(day: date) -> date:
    """Returns the same day a year earlier; 28 February for the leap day."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)
