"""When a council owes its rules on delegation (kommuneloven § 5-14), told from its terms.

A council is constituted by the end of October of the year of election (§ 7-1), and owes its rules by 31 December of the
year after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.dates import LAST_DAY
from domain.rulebook.deadlines import FIRST_ELECTION, TERM_YEARS


@dataclass(frozen=True, slots=True)
class CouncilTerm:
    """One term of the councils."""

    since: date
    """The first day on which every council of it has been constituted."""
    rules_due: date
    """The last day for its rules on delegation."""


def term_of(day: date) -> CouncilTerm | None:
    """Returns the term the councils are in on a day, None before the first under the 2018 act."""
    year = day.year - (day.year - FIRST_ELECTION) % TERM_YEARS
    if day < date(year, 11, 1):
        year -= TERM_YEARS
    if year < FIRST_ELECTION:
        return None
    return CouncilTerm(date(year, 11, 1), min(date(year + 1, 12, 31), LAST_DAY))
