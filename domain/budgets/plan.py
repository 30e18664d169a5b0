"""The lines of a budget with its plan (økonomiplan), as they were adopted and as they were amended.

Kommuneloven §§ 14-4 and 14-10 and IKS-loven § 20 ask for balance in every year, in operating and investment apart.
FOR-2023-08-16-1327 §§ 2-3 and 3-3 ask for the original and the amended budget side by side: neither is written over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.budgets.frames import PARTS, Contributions, Part
from domain.dates import Interval
from domain.decisions import ADOPTS_NOTHING, Decisions
from domain.kernel import Context, Nature, Rejection
from domain.rulebook import Standing
from domain.text import INT_MAX, Amount, Frozen, Id, Name, Ore

# Parts of events -------------------------------------------------------------------------


class BudgetLine(Frozen):
    """One line: what it is for and its amount in each year of the plan, the budget year first."""

    line_id: Id
    name: Name
    part: Literal["operating", "investment"]
    direction: Literal["income", "expense"]
    amounts: Annotated[tuple[Amount, ...], Field(min_length=1, max_length=10)]
    member_id: Id | None = None
    """For a contribution: the member that pays it."""


class LineDelta(Frozen):
    """A change of one line, per year of the plan."""

    line_id: Id
    amounts: Annotated[tuple[Ore, ...], Field(min_length=1, max_length=10)]


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One budget line: as it was adopted, and its amounts after every amendment."""

    original: BudgetLine
    amended: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Amendment:
    """One amendment of a budget."""

    amendment_no: int
    entry: int
    effective: Interval
    deltas: tuple[LineDelta, ...]
    decision_id: str
    """`unknown` where the source does not show it."""


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget of one year: the original and the amended amounts, and what led from one to the other."""

    year: int
    entry: int
    effective: Interval
    new_loans: int
    decision_id: str
    order: tuple[str, ...]
    """Ids of the lines, as they were adopted."""
    lines: HashTrieMap[str, Line]
    late: bool | None = None
    """Whether it was adopted after the new year."""
    amendments: tuple[Amendment, ...] = ()
    """In the order of their numbers, which need not be that of their dates."""

    @property
    def plan_years(self) -> int:
        """How many years the plan covers, the budget year included."""
        return max((len(line.amended) for line in self.lines.values()), default=0)

    @property
    def next_amendment(self) -> int:
        """The number the next amendment has."""
        return self.amendments[-1].amendment_no + 1 if self.amendments else 1

    @property
    def entries(self) -> tuple[int, ...]:
        """Numbers of the entries the amended amounts rest on."""
        return (self.entry, *(amendment.entry for amendment in self.amendments))

    def available(self, line_id: str) -> int | None:
        """Returns what an expense line has in the budget year as amended, in oere; None for no such line."""
        line = self.lines.get(line_id)
        return None if line is None or line.original.direction == "income" else line.amended[0]

    def amendments_on(self, day: date) -> tuple[tuple[Amendment, ...], tuple[Amendment, ...]]:
        """Returns the amendments that certainly hold on `day`, and those that possibly but not certainly do."""
        certain = tuple(a for a in self.amendments if a.effective.latest <= day)
        possible = tuple(a for a in self.amendments if a.effective.earliest <= day < a.effective.latest)
        return certain, possible

    def amounts_on(self, line_id: str, day: date) -> tuple[int, ...] | None:
        """Returns a line's amounts with the amendments that certainly hold on `day`.

        None before the budget certainly holds, and for a line it does not have.
        """
        line = self.lines.get(line_id)
        if line is None or day < self.effective.latest:
            return None
        amounts: tuple[int, ...] = line.original.amounts
        for amendment in self.amendments_on(day)[0]:
            for delta in amendment.deltas:
                amounts = plus(amounts, delta.amounts) if delta.line_id == line_id else amounts
        return amounts


ByYear: TypeAlias = "HashTrieMap[int, Budget]"
"""Budgets by year."""


def plus(amounts: tuple[int, ...], delta: tuple[int, ...]) -> tuple[int, ...]:
    """Returns the sums year by year; years beyond the plan are left out."""
    return tuple(amount + change for amount, change in zip_longest(amounts, delta[: len(amounts)], fillvalue=0))


# Rules for adopting and amending alike ---------------------------------------------------

_BALANCE_LAW: Mapping[str, str] = {
    "ipr": "kommuneloven § 14-4",
    "ko": "kommuneloven § 14-4",
    "host_admin": "kommuneloven § 14-4",
    "host_joint_board": "kommuneloven § 14-4",
    "iks": "IKS-loven § 20",
}
_ADOPTION_LAW: Mapping[str, str] = {"ipr": "kommuneloven § 14-8", "ko": "kommuneloven § 14-8", "iks": "IKS-loven § 18"}
PLAN_RULE_FROM = date(2024, 1, 1)
"""From this day IKS-loven §§ 18-20 and 27 read as the rules here hold them; older acts are not held against them."""

Sums = Mapping[tuple[Part, str], Sequence[int]]
"""Oere in each year of the plan, by part and direction."""


def balance_law(standing: Standing) -> str | None:
    """Returns the provision that asks for balance, None where no act in the rulebook does and the book alone asks."""
    return None if standing.form is None else _BALANCE_LAW.get(standing.form.id)


def against_basis(decision_id: str, year: int, decisions: Decisions, standing: Standing) -> Iterator[Rejection]:
    """Yields what stands against a budget resting on a decision: none is named, or it is one that adopts nothing."""
    law = None if standing.form is None else _ADOPTION_LAW.get(standing.form.id)
    made = decisions.by_id.get(decision_id)
    if decision_id == "unknown":
        yield Rejection("budget.decision_missing", "unknown", law=law, year=year)
    elif made is not None and made.kind in ADOPTS_NOTHING:
        yield Rejection(
            "budget.decision_adopts_nothing",
            law=law,
            entries=(made.entry,),
            decision_id=decision_id,
            kind=made.kind,
            year=year,
        )


def sums(rows: Iterable[tuple[BudgetLine, Sequence[int]]]) -> Sums:
    """Returns what rows of a line and its amounts come to; every row has as many years as the first."""
    totals: dict[tuple[Part, str], list[int]] = {}
    for line, amounts in rows:
        column = totals.setdefault((line.part, line.direction), [0] * len(amounts))
        for index, amount in enumerate(amounts):
            column[index] += amount
    return totals


def as_printed(context: Context) -> Nature:
    """Returns what it means that figures do not add up: a source's are kept as they are printed, and flagged."""
    return "unknown" if context.mode == "import" else "rule"


def unbalanced(totals: Sums, first_year: int) -> Iterator[dict[str, Any]]:
    """Yields the years and parts in which income and expense differ, and by how much: positive where income is more."""
    for year, part, income, expense in _sides(totals, first_year):
        if income != expense:
            yield {
                "year": year,
                "part": part,
                "income_ore": income,
                "expense_ore": expense,
                "difference_ore": income - expense,
            }


def too_large(totals: Sums, first_year: int) -> Iterator[dict[str, Any]]:
    """Yields the years and parts whose sums not every reader of JSON keeps exactly."""
    for year, part, income, expense in _sides(totals, first_year):
        if max(abs(income), abs(expense), abs(income - expense)) > INT_MAX:
            yield {"year": year, "part": part}


def _sides(totals: Sums, first_year: int) -> Iterator[tuple[int, Part, int, int]]:
    years = max((len(amounts) for amounts in totals.values()), default=0)
    nothing = [0] * years
    for index in range(years):
        for part in PARTS:
            income, expense = totals.get((part, "income"), nothing), totals.get((part, "expense"), nothing)
            yield first_year + index, part, income[index], expense[index]


def contributions(rows: Iterable[tuple[BudgetLine, int]]) -> Contributions:
    """Returns what members pay, of rows of a line and its amount in the budget year."""
    paid: dict[tuple[str, Part], int] = {}
    for line, amount in rows:
        if line.direction == "income" and line.member_id is not None:
            paid[line.member_id, line.part] = paid.get((line.member_id, line.part), 0) + amount
    return paid


def twice(line_ids: Iterable[str]) -> list[str]:
    """Returns the ids listed more than once, sorted."""
    return sorted(line_id for line_id, times in Counter(line_ids).items() if times > 1)


def uneven(rows: Iterable[BudgetLine | LineDelta], plan_years: int) -> Iterator[dict[str, Any]]:
    """Yields the rows whose amounts are not one for each of `plan_years`."""
    for row in rows:
        if len(row.amounts) != plan_years:
            yield {"line_id": row.line_id, "years": len(row.amounts), "plan_years": plan_years}
