"""Indicators of the pitfalls of the transition, of the operator, and of how the cooperation was prepared.

Each is a pure function of the book and a day, and counts what is certain by then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction

from domain.agreements import Agreement, Service
from domain.agreements.reviews import months_after
from domain.benefits.planning import Outcome, outcome
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
from domain.readiness.spending import beyond_the_first_budget, costs_per_user, share_of_development
from domain.text import Unknown

MONTHS_OF_EXPECTATION = 12
"""How long the first impression of a new delivery lasts: the first year."""


# Transition ------------------------------------------------------------------------------


def transition_costs(book: Book, day: date) -> Figure:
    """What years in which an agreement was starting up cost beyond their first budget, in oere (row 95).

    The more of what amendments added to the expenses of a year while one was starting up, and of what the year came to
    or was last forecast to come to beyond the budget as it was adopted.
    """
    budgets = [b for _, b in sorted(book.budgets.by_year.items()) if b.effective.latest <= day]
    agreements = agreements_by(book, day)
    windows = [window for agreement in agreements for window in _starting_up(book, agreement, day)]
    entries = [number for budget in budgets for number in budget.entries]
    if not budgets or not windows:
        return unknown("ore", "budget" if not budgets else "start_up", entries)
    total = 0
    for budget in budgets:
        added = sum(_added(budget, *window, tuple(windows[:index]), day) for index, window in enumerate(windows))
        beyond = beyond_the_first_budget(book, budget, day) if _starts_in(windows, budget.year) else None
        total += added if beyond is None else max(added, int(beyond.value))
        entries += [] if beyond is None else beyond.entries
    return known(total, "ore", (*entries, *(a.entry for a in agreements)), raised=total > 0)


def _starts_in(windows: list[tuple[date, date]], year: int) -> bool:
    return any(first <= date(year, 12, 31) and last >= date(year, 1, 1) for first, last in windows)


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
    """Promises not kept in the first year, of those that were judged in it (row 96).

    Of an agreement, what a target came to in a period; of a benefit due within a year of when it was first to show,
    what it was last measured at in that year.
    """
    first_year: list[Judged] = []
    for agreement in agreements_by(book, day):
        began = agreement.life.certain_from
        end = min(day, months_after(began, MONTHS_OF_EXPECTATION))
        first_year += judged(book, agreement, began, end)
    benefits = list(_first_of_benefits(book, day))
    missed = sum(one.missed for one in first_year) + sum(answer == "missed" for answer, _ in benefits)
    entries = (
        *(one.measurement.entry for one in first_year),
        *(number for _, numbers in benefits for number in numbers),
    )
    return count(missed, "promises", len(first_year) + len(benefits), entries, "measurements")


def _first_of_benefits(book: Book, day: date) -> Iterator[tuple[Outcome, tuple[int, ...]]]:
    """Yields how each benefit that was due in its first year stood at the end of it, and the entries that say so."""
    for _, benefit in sorted(book.benefits.items()):
        plan = benefit.plan_on(day)
        if plan.effect_from == "unknown" or plan.due == "unknown" or plan.effect_from > day:
            continue
        end = min(day, months_after(plan.effect_from, MONTHS_OF_EXPECTATION))
        last = benefit.measured("follow_up", end)
        answer = None if last is None or last.as_of < plan.effect_from else outcome(last.value, plan)
        if plan.due <= end and last is not None and answer is not None:
            planned = (mark.number for mark in benefit.plans.marks if mark.value == plan)
            yield answer, (last.entry, *planned)


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
        return unknown("agreements", "unshown_conditions" if unshown else "agreements", entries)
    return known(len(hasty), "agreements", entries, of=len(hasty) + len(operating), raised=bool(hasty))


def _ready(book: Book, agreement: Agreement, on: date, met: tuple[str, ...]) -> bool:
    measured = book.agreements.measured(agreement.agreement_id).values()
    has_baseline = any(measurement.period.last_day <= on for measurement in measured)
    return has_baseline and all(condition.condition_id in met for condition in agreement.conditions)


def dearer_by_higher_standard(book: Book, day: date) -> Figure:
    """Agreements that became dearer while their targets were raised, of those of which both are known (row 98).

    Dearer: each user costs more than in the first year it is known of; where that is known of fewer than two years,
    something costs more than by the first prices.
    """
    both, compared, entries = 0, 0, list[int]()
    for agreement in agreements_by(book, day):
        levels = levels_by(book, agreement, day)
        if not levels:
            continue
        (up, rests_on), higher = _dearer(book, agreement, day), stricter(levels[0].value, levels[-1].value)
        if up is not None and higher is not None:
            compared += 1
            both += up and higher
            entries += [*rests_on, levels[0].number, levels[-1].number]
    return count(both, "agreements", compared, entries, "comparison")


def _dearer(book: Book, agreement: Agreement, day: date) -> tuple[bool | None, tuple[int, ...]]:
    """Returns whether an agreement became dearer, None where it is not known, and the entries that say so."""
    costs = costs_per_user(book, agreement.agreement_id, day)
    if len(costs) > 1:
        return costs[-1].value > costs[0].value, (*costs[0].entries, *costs[-1].entries)
    prices = prices_by(book, agreement, day)
    if not prices:
        return None, ()
    return dearer(prices[0].value, prices[-1].value), (prices[0].number, prices[-1].number)


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
        return unknown("acts", "decisions")
    return known(len(found), "acts", found, raised=bool(found))


# The operator ----------------------------------------------------------------------------

OPERATOR = "this"
"""The collaboration itself as an employer."""


def capacity_for_the_service_level(book: Book, day: date) -> Figure:
    """Targets missed in the last year, raised where they or the breaches are more than the year before (row 100).

    Not raised where the staff is more too.

    Not known where nothing was judged in one of the years, or where it is not known how many man-years there were.
    """
    year_ago = a_year_before(day)
    now, before = _judged_of_all(book, year_ago, day), _judged_of_all(book, a_year_before(year_ago), year_ago)
    staff, staff_before = _staff(book, day), _staff(book, year_ago)
    entries = [one.measurement.entry for one in (*now, *before)]
    entries += [m.number for f in book.bodies.functions.values() for m in f.moves if m.employer == OPERATOR]
    if not now or not before or staff == "unknown" or staff_before == "unknown":
        return unknown("targets", "staff" if now and before else "measurements", entries)
    missed, missed_before = sum(one.missed for one in now), sum(one.missed for one in before)
    breaches, breaches_before = _breaches(book, year_ago, day), _breaches(book, a_year_before(year_ago), year_ago)
    entries += [*breaches, *breaches_before]
    worse = missed > missed_before or len(breaches) > len(breaches_before)
    raised = worse and staff <= staff_before
    return known(missed, "targets", entries, of=len(now), raised=raised)


def _breaches(book: Book, after: date, last: date) -> list[int]:
    """Returns the entries of breaches declared after `after`, up to `last`."""
    return [breach.entry for breach in book.agreements.breaches.values() if after < breach.declared_on <= last]


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
    """Targets missed in the last year in agreements on running services, raised where development takes more (row 101).

    More: of what the lines of agreements came to, a larger share than the year before went into development alone. Not
    known where nothing of what runs was judged, nor where something was missed while services were developed and it is
    not recorded what either came to.
    """
    services = {s.service_id: s for s in book.agreements.services.values() if s.life.on(day) is True}
    developed = [service for service in services.values() if service.group == "development"]
    running = [a for a in agreements_by(book, day) if any(_group(services, s) in RUNNING for s in a.services)]
    told = [one for agreement in running for one in judged(book, agreement, next_day(a_year_before(day)), day)]
    entries = (*(one.measurement.entry for one in told), *(service.entry for service in developed))
    if not told:
        return unknown("targets", "measurements", entries)
    missed = sum(one.missed for one in told)
    if not missed or not developed:
        return known(missed, "targets", entries, of=len(told), raised=False)
    now, before = (share_of_development(book, year, day) for year in (day.year, day.year - 1))
    if now is None or before is None:
        return unknown("targets", "actuals", entries)
    rests_on = (*entries, *now.entries, *before.entries)
    return known(missed, "targets", rests_on, of=len(told), raised=now.value > before.value)


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
        return unknown("budgets", "strategies")
    budgets = [budget for budget in book.budgets.by_year.values() if budget.effective.latest <= day]
    without = [b for b in budgets if not any(held.on(b.effective.latest) for held in joint)]
    entries = (*(held.entry for held in joint), *(budget.entry for budget in budgets))
    return known(len(without), "budgets", entries, of=len(budgets), raised=bool(without) or not joint)
