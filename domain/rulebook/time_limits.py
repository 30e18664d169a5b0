"""Time limits counted in weeks (frister): which day is the last.

Forvaltningsloven § 30, to which kommuneloven § 27-1 refers, counts by domstolloven §§ 148 and 149: the day it runs from
is not counted, and a limit that ends on a Saturday, a Sunday or a public holiday ends on the next working day. The
holidays are those of lov 1995-02-24 nr. 12 § 2, and 1 and 17 May (lov 1947-04-26 nr. 1).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

_FIXED = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
_AFTER_EASTER = (-3, -2, 0, 1, 39, 49, 50)
"""Skjærtorsdag, langfredag, første og andre påskedag, Kristi himmelfartsdag, første og andre pinsedag."""
_SATURDAY = 5


@lru_cache(maxsize=400)
def easter(year: int) -> date:
    """Returns Easter Sunday of a year in the Gregorian calendar."""
    century, golden = year // 100, year % 19
    lunar = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = lunar - (lunar // 28) * (1 - (29 // (lunar + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    shift = moon - weekday
    month = 3 + (shift + 40) // 44
    return date(year, month, shift + 28 - 31 * (month // 4))


def is_working_day(day: date) -> bool:
    """Returns whether it is no Saturday, Sunday or public holiday."""
    if day.weekday() >= _SATURDAY or (day.month, day.day) in _FIXED:
        return False
    return (day - easter(day.year)).days not in _AFTER_EASTER


def last_day(start: date, weeks: int) -> date:
    """Returns the last day of a limit of so many weeks that runs from `start`."""
    day = start + timedelta(weeks=weeks)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
