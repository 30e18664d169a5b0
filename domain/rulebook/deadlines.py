"""Deadlines an act sets every year, or once in each term of the councils, by legal form (årshjul).

Kommuneloven §§ 5-14, 7-1, 14-3, 14-6, 14-7, 14-8, 23-4, 24-8, 26-1 and 31-2; IKS-loven §§ 18 and 27;
FOR-2013-06-21-732 § 4e. A budget of an IPR or a KO is its own (§ 14-8), and follows the dates of chapter 14. That an
IPR or a KO that is no legal person and small may do without (FOR-2019-06-07-714 § 8-3) is for its charter to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.dates import Interval
from domain.rulebook.forms import ACT_2018
from domain.vocabulary import LegalFormId

DeadlineKey = Literal[
    "budget_and_plan",
    "accounts_made",
    "annual_report_made",
    "audit_report",
    "accounts_and_report_adopted",
    "delegation_rules",
    "ownership_control_plan",
    "ownership_statement",
    "accessibility_statement",
    "conversion_of_historic_board",
]
Round = Literal["yearly", "year_after_constitution", "year_of_election", "once"]
"""How often it comes round. Councils are constituted in the autumn of every election year: 2019, 2023, 2027 ..."""
Whose = Literal["collaboration", "members"]
"""Who has to meet it: the collaboration, or each member's council or control committee."""

FIRST_ELECTION = 2019
"""The first election after which councils were constituted under the 2018 act."""
TERM_YEARS = 4


@dataclass(frozen=True, slots=True)
class Deadline:
    """One deadline in the law."""

    key: DeadlineKey
    law: str
    month: int
    day: int
    forms: frozenset[LegalFormId]
    """The legal forms it is for."""
    since: date
    """It is asked for on this day and later."""
    round: Round = "yearly"
    whose: Whose = "collaboration"
    about: int = 0
    """Which year it is about, counted from the year of the deadline: 1 for a budget, -1 for accounts."""
    year: int | None = None
    """For what comes once: the year it comes in."""

    def on(self, year: int) -> date | None:
        """Returns the day of the deadline in a year, None if it does not come round in that year."""
        since_election = (year - FIRST_ELECTION) % TERM_YEARS
        comes = {
            "yearly": True,
            "year_after_constitution": since_election == 1,
            "year_of_election": since_election == 0,
            "once": year == self.year,
        }[self.round]
        day = date(year, self.month, self.day)
        return day if comes and day >= self.since else None


_OWN_BUDGET: frozenset[LegalFormId] = frozenset({"ipr", "ko"})
_IKS: frozenset[LegalFormId] = frozenset({"iks"})
_OF_COUNCILS: frozenset[LegalFormId] = frozenset({"ipr", "ko", "iks", "host_admin", "host_joint_board"})
"""Forms whose members are municipalities or counties under the 2018 act."""
_PUBLIC: frozenset[LegalFormId] = _OF_COUNCILS | {"historic_27", "historic_28"}

_IKS_2024 = date(2024, 1, 1)
"""From when IKS-loven §§ 18 and 27 read as they do here."""
_ACCESSIBILITY = date(2023, 2, 1)

DEADLINES: tuple[Deadline, ...] = (
    Deadline("budget_and_plan", "kommuneloven §§ 14-3, 14-8", 12, 31, _OWN_BUDGET, ACT_2018, about=1),
    Deadline("budget_and_plan", "IKS-loven § 18", 12, 31, _IKS, _IKS_2024, about=1),
    Deadline("accounts_made", "kommuneloven §§ 14-6, 14-8", 2, 22, _OWN_BUDGET, ACT_2018, about=-1),
    Deadline("accounts_made", "IKS-loven § 27", 2, 22, _IKS, _IKS_2024, about=-1),
    Deadline("annual_report_made", "kommuneloven §§ 14-7, 14-8", 3, 31, _OWN_BUDGET, ACT_2018, about=-1),
    Deadline("annual_report_made", "IKS-loven § 27", 3, 31, _IKS, _IKS_2024, about=-1),
    Deadline("audit_report", "kommuneloven §§ 24-1, 24-8", 4, 15, _OWN_BUDGET, ACT_2018, about=-1),
    Deadline("audit_report", "IKS-loven § 27", 5, 15, _IKS, _IKS_2024, about=-1),
    Deadline("accounts_and_report_adopted", "kommuneloven §§ 14-3, 14-8", 6, 30, _OWN_BUDGET, ACT_2018, about=-1),
    Deadline("accounts_and_report_adopted", "IKS-loven § 27", 6, 30, _IKS, _IKS_2024, about=-1),
    Deadline(
        "delegation_rules", "kommuneloven § 5-14", 12, 31, _OF_COUNCILS, ACT_2018, "year_after_constitution", "members"
    ),
    Deadline(
        "ownership_control_plan", "kommuneloven § 23-4", 12, 31, _OF_COUNCILS, ACT_2018, "year_after_constitution",
        "members",
    ),
    # Once in the term, on no day: its last day is before the councils of the next term are constituted (§ 7-1).
    Deadline(
        "ownership_statement", "kommuneloven § 26-1", 9, 30, _OF_COUNCILS, ACT_2018, "year_of_election", "members"
    ),
    Deadline("accessibility_statement", "FOR-2013-06-21-732 § 4e", 12, 31, _PUBLIC, _ACCESSIBILITY),
    Deadline(
        "conversion_of_historic_board", "kommuneloven § 31-2", 11, 1, frozenset({"historic_27"}), ACT_2018, "once",
        year=2023,
    ),
)  # fmt: skip
"""Every deadline. What is to be done at once or within reasonable time has no day and stands in the rules instead."""


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline in a year."""

    deadline: Deadline
    on: date


def due_in(year: int, form_on: Callable[[date], LegalFormId | None]) -> Iterator[Due]:
    """Yields the deadlines of a year, each asked for by the form on its own day; `form_on` tells the form on a day."""
    for deadline in DEADLINES:
        day = deadline.on(year)
        if day is not None and form_on(day) in deadline.forms:
            yield Due(deadline, day)


def is_late(key: DeadlineKey, form: LegalFormId | None, about_year: int, effective: Interval) -> bool | None:
    """Returns whether what was done in `effective` came after the yearly deadline of a form for `about_year`.

    None where the rulebook has no such deadline for the form, and where it depends on a rough date.
    """
    for deadline in DEADLINES:
        if deadline.key == key and form in deadline.forms:
            last = deadline.on(about_year - deadline.about)
            if last is None:
                return None
            return True if effective.earliest > last else False if effective.latest <= last else None
    return None
