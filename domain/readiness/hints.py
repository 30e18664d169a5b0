"""Computed hints for the twelve pairs of village and city: what the book itself shows, beside what people score.

A hint judges nothing. It says which of the two its figure leans to by thresholds that are the book's own, and rests on
entries anyone can look up; what people score stands beside it and need not agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from statistics import median_low
from typing import Literal

from domain.bodies import Place
from domain.budgets.drivers import Recording
from domain.readiness.book import Book
from domain.readiness.figures import Figure, Lack, Unit, a_year_before, known, unknown
from domain.readiness.spending import fresh_figures
from domain.rulebook.readiness import THRESHOLDS, THRESHOLDS_NOW, PairKey

Leaning = Literal["village", "city"]


@dataclass(frozen=True, slots=True)
class Hint:
    """How a hint is worked out, and what a higher value leans to."""

    work_out: Callable[[Book, date], Figure]
    higher: Leaning


def leaning(pair: PairKey, figure: Figure) -> Leaning | Literal["between"] | None:
    """Returns what the figure of a pair leans to by the thresholds of today; None where it is not known."""
    if figure.value is None or figure.of == 0:
        return None
    threshold, found = THRESHOLDS[THRESHOLDS_NOW][pair], Fraction(figure.value, figure.of or 1)
    rising = HINTS[pair].higher == "city"
    if found <= threshold.village if rising else found >= threshold.village:
        return "village"
    if found >= threshold.city if rising else found <= threshold.city:
        return "city"
    return "between"


def _share(value: int, unit: Unit, of: int, entries: Iterable[int], lacks: Lack) -> Figure:
    return known(value, unit, entries, of=of) if of else unknown(unit, lacks, entries)


def _median(days: list[int], entries: Iterable[int], lacks: Lack) -> Figure:
    return known(median_low(days), "days", entries, of=None) if days else unknown("days", lacks, entries)


def culture(book: Book, day: date) -> Figure:
    """Decisions in a case that has a document, of all decisions by the day."""
    made = [one for one in book.decisions.by_id.values() if one.interval.latest <= day]
    filed = 0
    for one in made:
        case = None if one.event.case_id is None else book.cases.by_id.get(one.event.case_id)
        filed += case is not None and len(case.documents) > 0
    return _share(filed, "decisions", len(made), (one.entry for one in made), "decisions")


def attitude(book: Book, day: date) -> Figure:
    """Votes in which something fell or the chair had to decide, of the votes of meetings held by the day."""
    fallen = {p.settled_by for p in book.votes.proposals.values() if p.result == "fallen"}
    held = {meeting.meeting_id for meeting in book.meetings.by_id.values() if meeting.on <= day}
    votes = [vote for vote in book.votes.by_id.values() if vote.meeting_id in held]
    contested = [v for v in votes if v.entry in fallen or v.chair_decided or v.result in ("tie", "rejected")]
    return _share(len(contested), "votes", len(votes), (vote.entry for vote in votes), "votes")


def communication(book: Book, day: date) -> Figure:
    """The median of days from a case was opened until it was decided, where both days are known."""
    days, entries = list[int](), list[int]()
    for made in book.decisions.by_id.values():
        case = None if made.event.case_id is None else book.cases.by_id.get(made.event.case_id)
        if case is None or made.interval.latest > day or not (made.interval.is_exact and case.opened.is_exact):
            continue
        taken = (made.interval.latest - case.opened.latest).days
        if taken >= 0:
            days.append(taken)
            entries += [case.entry, made.entry]
    return _median(days, entries, "cases")


def reaction(book: Book, day: date) -> Figure:
    """The median of days from a breach was declared until it was settled."""
    settled = [b for b in book.agreements.breaches.values() if b.resolved_on is not None and b.resolved_on <= day]
    days = [(b.resolved_on - b.declared_on).days for b in settled if b.resolved_on is not None]
    return _median(days, (number for b in settled for number in (b.entry, b.resolved_by or b.entry)), "breaches")


def flexibility(book: Book, day: date) -> Figure:
    """New versions of service levels and prices, and amendments of budgets, in the last year."""
    since = a_year_before(day)
    levels, prices = book.agreements.levels.values(), book.agreements.prices.values()
    marks = [(mark.effective, mark.number) for line in levels for mark in line.marks[1:]]
    marks += [(mark.effective, mark.number) for line in prices for mark in line.marks[1:]]
    marks += [(a.effective, a.entry) for budget in book.budgets.by_year.values() for a in budget.amendments]
    if not (len(levels) or len(prices) or len(book.budgets.by_year)):
        return unknown("versions", "terms")
    recent = [number for effective, number in marks if since < effective.latest <= day]
    return known(len(recent), "versions", recent)


def understanding(book: Book, day: date) -> Figure:
    """Customers that were there, of those that could have been, in all service reviews by the day."""
    there, could, entries = 0, 0, list[int]()
    for agreement_id, reviews in book.agreements.reviews.items():
        agreement = book.agreements.agreements.get(agreement_id)
        for review in reviews if agreement is not None else ():
            customers = agreement.customers.certain(review.held.latest) if agreement is not None else None
            if customers and review.held.latest <= day:
                there += len(set(customers) & set(review.event.customers_present))
                could += len(customers)
                entries.append(review.entry)
    return _share(there, "customers", could, entries, "reviews")


def dependence(book: Book, day: date) -> Figure:
    """Offices with somebody in them and no deputy, of the offices with somebody in them."""
    filled, alone, entries = 0, 0, list[int]()
    for office in book.bodies.offices.values():
        sitting = book.bodies.sitting(Place("office", office.office_id), day).certain
        if office.life.on(day) is True and sitting:
            filled += 1
            alone += len(sitting) == 1
            entries += [tenure.entry for tenure in sitting]
    return _share(alone, "offices", filled, entries, "offices")


def roles(book: Book, day: date) -> Figure:
    """Persons with more than one seat or office, of the persons with any."""
    places, entries = dict[str, set[Place]](), list[int]()
    for tenure in book.bodies.tenures.values():
        if tenure.life.on(day) is True:
            places.setdefault(tenure.person_id, set()).add(tenure.place)
            entries.append(tenure.entry)
    return _share(sum(len(held) > 1 for held in places.values()), "persons", len(places), entries, "persons")


def breadth(book: Book, day: date) -> Figure:
    """Services, of which an office is the owner, out of how many such offices: how many each has to know."""
    owned = [s for s in book.agreements.services.values() if s.life.on(day) is True and s.owner_office != "unknown"]
    owners = {service.owner_office for service in owned}
    return _share(len(owned), "services", len(owners), (service.entry for service in owned), "services")


SKILL_WORDS = ("kompetans", "kunnska", "opplæring", "kurs", "competence", "knowledge", "training", "skill")
"""How a task that is about skill is named, in Bokmål, Nynorsk and English."""


def knowledge(book: Book, day: date) -> Figure:
    """Tasks whose title is about skill, of the tasks given by the day."""
    given = [task for task in book.decisions.follow_ups.values() if task.assigned.latest <= day]
    about = [task for task in given if any(word in task.title.casefold() for word in SKILL_WORDS)]
    return _share(len(about), "follow_ups", len(given), (task.entry for task in given), "tasks")


def costs(book: Book, day: date) -> Figure:
    """What the year's budget as amended has in operating expenses, in oere, out of how many inhabitants."""
    budget, people = book.budgets.by_year.get(day.year), fresh_figures(book, "population", day)
    if budget is None or day < budget.effective.latest:
        return unknown("ore", "budget")
    total = 0
    for line_id, line in budget.lines.items():
        if line.original.part == "operating" and line.original.direction == "expense":
            total += (budget.amounts_on(line_id, day) or (0,))[0]
    if people is None:
        return unknown("ore", "drivers", budget.entries)
    return _share(total, "ore", _inhabitants(people), (*budget.entries, people.entry), "drivers")


def complexity(book: Book, day: date) -> Figure:
    """Services in the catalogue, out of how many inhabitants."""
    services = [service for service in book.agreements.services.values() if service.life.on(day) is True]
    people, entries = fresh_figures(book, "population", day), [service.entry for service in services]
    if not services or people is None:
        return unknown("services", "drivers" if services else "services", entries)
    return _share(len(services), "services", _inhabitants(people), (*entries, people.entry), "drivers")


def _inhabitants(figures: Recording) -> int:
    """Returns how many live in all the members together, as they were last recorded."""
    return int(sum(figures.values.values(), Fraction(0)))


HINTS: Mapping[PairKey, Hint] = {
    "culture": Hint(culture, "city"),
    "attitude": Hint(attitude, "city"),
    "communication": Hint(communication, "city"),
    "reaction": Hint(reaction, "city"),
    "flexibility": Hint(flexibility, "village"),
    "understanding": Hint(understanding, "village"),
    "dependence": Hint(dependence, "village"),
    "roles": Hint(roles, "village"),
    "breadth": Hint(breadth, "village"),
    "knowledge": Hint(knowledge, "village"),
    "costs": Hint(costs, "village"),
    "complexity": Hint(complexity, "village"),
}
"""One hint for each pair, in the order of the slide."""
