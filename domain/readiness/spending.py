"""What money tells of: what a year came to beyond its first budget, what went into development, what a user costs.

Each looks at what was certainly recorded by a day. Figures members are weighed by are stale when they are of an earlier
year than the one before the year they are used for: then it is not known what a user costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, BudgetEffect
from domain.budgets import Budget
from domain.budgets.allocation import Allocation
from domain.budgets.deviations import latest as latest_report
from domain.budgets.drivers import Recording
from domain.budgets.drivers import latest as latest_figures
from domain.readiness.book import Book
from domain.readiness.delivered import agreements_by, levels_by, prices_by

DRIVERS_LAST_YEARS = 1
"""How many years back figures of members are still used."""


@dataclass(frozen=True, slots=True)
class Told:
    """An amount, or a share of one, and the entries it rests on."""

    value: Fraction
    entries: tuple[int, ...]


def beyond_the_first_budget(book: Book, budget: Budget, day: date) -> Told | None:
    """Returns what expense lines came to, or were last forecast to come to, beyond the first budget, in oere.

    Below zero where they came to less. None where neither is recorded of any line.
    """
    actuals = book.budgets.actuals.of(budget.year)
    spent = actuals.come_to(day)
    report = latest_report(tuple(r for r in book.budgets.reports.get(budget.year, ()) if r.as_of <= day))
    total, found = 0, False
    for line_id, line in budget.lines.items():
        forecast = None if report is None else report.forecasts.get(line_id)
        told = [amount for amount in (spent.get(line_id), forecast) if amount is not None]
        if line.original.direction == "expense" and told:
            total, found = total + max(told) - line.original.amounts[0], True
    entries = tuple(batch.entry for batch in actuals.recorded_by(day))
    return Told(Fraction(total), entries if report is None else (*entries, report.entry)) if found else None


def effects_of(book: Book, agreement: Agreement, day: date) -> list[tuple[BudgetEffect, int]]:
    """Returns what the terms of an agreement by a day say they cost, each with the entry of the terms."""
    levels, prices = levels_by(book, agreement, day), prices_by(book, agreement, day)
    effects = [(mark.value.budget_effect, mark.number) for mark in levels]
    effects += [(mark.value.budget_effect, mark.number) for mark in prices]
    return [(effect, number) for effect, number in effects if effect is not None]


def share_of_development(book: Book, year: int, day: date) -> Told | None:
    """Returns how much of what agreements' lines came to in a year is for development alone, None where nothing is.

    A line is for development where every agreement whose terms name it delivers such services and no other.
    """
    groups: dict[str, set[str]] = {}
    entries = [batch.entry for batch in book.budgets.actuals.of(year).recorded_by(day)]
    for agreement in agreements_by(book, day):
        services = (book.agreements.services.get(service_id) for service_id in agreement.services)
        named = {service.group for service in services if service is not None}
        for effect, number in effects_of(book, agreement, day):
            if effect.year == year:
                groups.setdefault(effect.line_id, set()).update(named)
                entries.append(number)
    spent = book.budgets.actuals.of(year).come_to(day)
    amounts = {line_id: amount for line_id, amount in spent.items() if groups.get(line_id) and amount > 0}
    total = sum(amounts.values())
    developed = sum(amount for line_id, amount in amounts.items() if groups[line_id] == {"development"})
    return Told(Fraction(developed, total), tuple(entries)) if total else None


def costs_per_user(book: Book, agreement_id: str, day: date, member_id: str | None = None) -> list[Told]:
    """Returns what an agreement cost for each user, in oere, the earliest year first, without years it is not known of.

    Of one member what it bears itself, for each user of its own. What something did cost goes before what was budgeted.
    """
    by_year: dict[int, list[Allocation]] = {}
    for one in book.budgets.allocations.by_id.values():
        borne = member_id is None or one.of(member_id) is not None
        if one.event.agreement_id == agreement_id and one.effective.latest <= day and borne:
            by_year.setdefault(one.event.year, []).append(one)
    told = (_per_user(book, year, found, day, member_id) for year, found in sorted(by_year.items()))
    return [one for one in told if one is not None]


def _per_user(book: Book, year: int, allocations: list[Allocation], day: date, member_id: str | None) -> Told | None:
    users = fresh_figures(book, "users", min(day, date(year, 12, 31)))
    for basis in ("actual", "budget"):
        shared = [one for one in allocations if one.event.cost_basis == basis]
        if shared and users is not None:
            sharing = {who for one in shared for who in one.event.sharing} if member_id is None else {member_id}
            many = sum((users.values.get(who, Fraction(0)) for who in sharing), Fraction(0))
            if many > 0:
                total = sum(one.event.amount_ore if member_id is None else one.of(member_id) or 0 for one in shared)
                return Told(Fraction(total) / many, (*(one.entry for one in shared), users.entry))
    return None


def fresh_figures(book: Book, driver: str, day: date) -> Recording | None:
    """Returns the newest figures of a driver by a day; None where there are none, or they are stale."""
    figures = latest_figures(book.budgets.recordings, driver, day)
    return figures if figures is not None and figures.as_of.year >= day.year - DRIVERS_LAST_YEARS else None
