"""Indicators of the pitfalls of the transition, of the operator, and of how the cooperation was prepared.

Each is a pure function of the book and a day, and counts what is certain by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, Service
from domain.agreements.reviews import months_after
from domain.budgets import Budget
from domain.dates import next_day
from domain.readiness.book import Book
from domain.readiness.delivered import (
    Judged,
    agreements_by,
    dearer,
    judged,
    levels_by,
    prices_by,
    stricter,
)
from domain.readiness.figures import Figure, a_year_before, count, known, unknown
from domain.text import Unknown

MONTHS_OF_EXPECTATION = 12
"""How long the first impression of a new delivery lasts: the first year."""


# Transition ------------------------------------------------------------------------------


def transition_costs(book: Book, day: date) -> Figure:
    """What amendments added to the year's expenses while an agreement was starting up, in oere (row 95)."""
    budgets = [b for _, b in sorted(book.budgets.by_year.items()) if b.effective.latest <= day]
    agreements = agreements_by(book, day)
    windows = [window for agreement in agreements for window in _starting_up(book, agreement, day)]
    entries = [number for budget in budgets for number in budget.entries]
    if not budgets or not windows:
        return unknown("ore", entries)
    added = sum(
        _added(budget, first, last, tuple(windows[:index]), day)
        for budget in budgets
        for index, (first, last) in enumerate(windows)
    )
    return known(added, "ore", (*entries, *(a.entry for a in agreements)), raised=added > 0)


def _starting_up(book: Book, agreement: Agreement, day: date) -> Iterator[tuple[date, date]]:
    """Yields the first and last day an agreement was certainly starting up, by `day`."""
    for span in book.agreements.stages(agreement.agreement_id).spans():
        if span.mark.value.phase == "start_up" and span.certain_from <= day:
            yield span.certain_from, min(day, span.certain_to or day, agreement.life.certain_to or day)


def _added(budget: Budget, first: date, last: date, counted: tuple[tuple[date, date], ...], day: date) -> int:
    """Returns what amendments in a window added to the expenses of the budget year, those in earlier windows apart."""
    total = 0
    for amendment in budget.amendments_on(day)[0]:
        on = amendment.effective.latest
        if not first <= on <= last or any(start <= on <= end for start, end in counted):
            continue
        for delta in amendment.deltas:
            line = budget.lines.get(delta.line_id)
            if line is not None and line.original.direction == "expense":
                total += delta.amounts[0]
    return total


def expectation_gap(book: Book, day: date) -> Figure:
    """Targets missed in the first year of an agreement, of those that were judged (row 96)."""
    first_year: list[Judged] = []
    for agreement in agreements_by(book, day):
        began = agreement.life.certain_from
        end = min(day, months_after(began, MONTHS_OF_EXPECTATION))
        first_year += judged(book, agreement, began, end)
    missed = sum(one.missed for one in first_year)
    return count(missed, "targets", len(first_year), (one.measurement.entry for one in first_year))


OPENED_TOO_SOON = frozenset({"agreement_phase.no_baseline_measurement", "agreement_phase.open_start_up_conditions"})


def too_fast(book: Book, day: date) -> Figure:
    """Agreements put into operation with no baseline, or with conditions of the start-up open (row 97).

    The rules let none do so; what was done all the same is recorded as irregular. Of an old source that shows neither
    the baseline nor the conditions it is not known.
    """
    hasty = [b for b in book.broken if b.on <= day and not OPENED_TOO_SOON.isdisjoint(b.codes)]
    known_hasty = {broken.healed_by for broken in hasty}
    operating, unshown = list[int](), list[int]()
    for agreement in agreements_by(book, day):
        for mark in book.agreements.stages(agreement.agreement_id).marks:
            if mark.value.phase == "operation" and mark.effective.latest <= day and mark.number not in known_hasty:
                operating.append(mark.number)
                if not _ready(book, agreement, mark.effective.latest, mark.value.met):
                    unshown.append(mark.number)
    entries = (*(broken.entry for broken in hasty), *operating)
    if not hasty and (unshown or not operating):
        return unknown("agreements", entries)
    return known(len(hasty), "agreements", entries, of=len(hasty) + len(operating), raised=bool(hasty))


def _ready(book: Book, agreement: Agreement, on: date, met: tuple[str, ...]) -> bool:
    measured = book.agreements.measured(agreement.agreement_id).values()
    has_baseline = any(measurement.period.last_day <= on for measurement in measured)
    return has_baseline and all(condition.condition_id in met for condition in agreement.conditions)


def dearer_by_higher_standard(book: Book, day: date) -> Figure:
    """Agreements whose prices went up while their targets were raised, of those of which both are known (row 98)."""
    both, compared, entries = 0, 0, list[int]()
    for agreement in agreements_by(book, day):
        prices, levels = prices_by(book, agreement, day), levels_by(book, agreement, day)
        if not prices or not levels:
            continue
        up, higher = dearer(prices[0].value, prices[-1].value), stricter(levels[0].value, levels[-1].value)
        if up is not None and higher is not None:
            compared += 1
            both += up and higher
            entries += [mark.number for mark in (prices[0], prices[-1], levels[0], levels[-1])]
    return count(both, "agreements", compared, entries)


STEERED_IN = ("authority", "budget", "decision", "meeting", "minutes", "vote")
"""The registers in which a broken rule tells of how the company is steered."""


def steering_of_the_company(book: Book, day: date) -> Figure:
    """Acts against the rules of meetings, votes, decisions and authority, late budgets, unreported acts (row 99).

    A budget is late when it took effect after the year it is for began; an act is unreported a year after it was done.
    """
    broken = [b for b in book.broken if b.on <= day and any(c.partition(".")[0] in STEERED_IN for c in b.codes)]
    budgets = [budget for budget in book.budgets.by_year.values() if budget.effective.latest <= day]
    late = [budget for budget in budgets if budget.effective.earliest >= date(budget.year, 1, 1)]
    acts = [done for done in book.authority.acts.values() if done.interval.latest <= day]
    silent = [d for d in acts if d.reported_by is None and d.interval.latest < a_year_before(day)]
    decided = [made for made in book.decisions.by_id.values() if made.interval.latest <= day]
    found = (*(b.entry for b in broken), *(b.entry for b in late), *(d.entry for d in silent))
    if not (broken or budgets or acts or decided):
        return unknown("acts")
    return known(len(found), "acts", found, raised=bool(found))


# The operator ----------------------------------------------------------------------------

OPERATOR = "this"
"""The collaboration itself as an employer."""


def capacity_for_the_service_level(book: Book, day: date) -> Figure:
    """Targets missed in the last year, raised where they are more than the year before and the staff is not (row 100).

    Not known where nothing was judged in one of the years, or where it is not known how many man-years there were.
    """
    year_ago = a_year_before(day)
    now, before = _judged_of_all(book, year_ago, day), _judged_of_all(book, a_year_before(year_ago), year_ago)
    staff, staff_before = _staff(book, day), _staff(book, year_ago)
    entries = [one.measurement.entry for one in (*now, *before)]
    entries += [m.number for f in book.bodies.functions.values() for m in f.moves if m.employer == OPERATOR]
    if not now or not before or staff == "unknown" or staff_before == "unknown":
        return unknown("targets", entries)
    missed, missed_before = sum(one.missed for one in now), sum(one.missed for one in before)
    raised = missed > missed_before and staff <= staff_before
    return known(missed, "targets", entries, of=len(now), raised=raised)


def _judged_of_all(book: Book, after: date, last: date) -> list[Judged]:
    """Returns everything that was judged in periods that ended after `after`, up to `last`."""
    return [one for a in agreements_by(book, last) for one in judged(book, a, next_day(after), last)]


def _staff(book: Book, day: date) -> Fraction | Unknown:
    """Returns the man-years certainly placed with the collaboration on a day, `unknown` where none are known."""
    functions = [f for f in book.bodies.functions.values() if any(m.employer == OPERATOR for m in f.moves)]
    placed = [function.placed(OPERATOR, day) for function in functions]
    told = [man_years for man_years in placed if man_years != "unknown"]
    return sum(told, Fraction(0)) if told and len(told) == len(placed) else "unknown"


RUNNING = frozenset({"operations", "infrastructure"})


def development_before_operation(book: Book, day: date) -> Figure:
    """Targets missed in the last year in agreements on running services, raised where services are developed (row 101).

    Not known where nothing of what runs was judged.
    """
    services = {s.service_id: s for s in book.agreements.services.values() if s.life.on(day) is True}
    developed = [service for service in services.values() if service.group == "development"]
    running = [a for a in agreements_by(book, day) if any(_group(services, s) in RUNNING for s in a.services)]
    told = [one for agreement in running for one in judged(book, agreement, next_day(a_year_before(day)), day)]
    entries = (*(one.measurement.entry for one in told), *(service.entry for service in developed))
    if not told:
        return unknown("targets", entries)
    missed = sum(one.missed for one in told)
    return known(missed, "targets", entries, of=len(told), raised=missed > 0 and bool(developed))


def _group(services: Mapping[str, Service], service_id: str) -> str | None:
    service = services.get(service_id)
    return None if service is None else service.group


# Preparation -----------------------------------------------------------------------------


def no_joint_strategy(book: Book, day: date) -> Figure:
    """Budgets adopted while no joint strategy was in force, of those adopted by the day (row 102).

    Before the first budget: whether there is a joint strategy at all once the collaboration was founded. Not known in a
    book that holds no strategy of anyone.
    """
    joint = [held for held in book.strategies if held.joint and held.began.latest <= day]
    if not any(held.began.latest <= day for held in book.strategies):
        return unknown("budgets")
    budgets = [budget for budget in book.budgets.by_year.values() if budget.effective.latest <= day]
    without = [b for b in budgets if not any(held.on(b.effective.latest) for held in joint)]
    entries = (*(held.entry for held in joint), *(budget.entry for budget in budgets))
    return known(len(without), "budgets", entries, of=len(budgets), raised=bool(without) or not joint)
