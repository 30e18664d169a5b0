"""Indicators of the pitfalls of service level agreements, of staff at the members, and of power given up.

Each is a pure function of the book and a day, and counts what is certain by then.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

from domain.agreements import Agreement, ServiceLevel
from domain.agreements.reviews import due
from domain.bodies import Function, Place
from domain.budgets import Frame
from domain.dates import Mark, Timeline
from domain.readiness.book import Book
from domain.readiness.delivered import agreements_by, dearer, in_force, judged, levels_by, prices_by, worse
from domain.readiness.figures import Figure, a_year_before, count, known, unknown
from domain.readiness.spending import costs_per_user, effects_of

# Service level agreements ----------------------------------------------------------------


def sla_at_start(book: Book, day: date) -> Figure:
    """Agreements with no service level laid down by the end of their start-up, of all that have begun (row 103)."""
    agreements = agreements_by(book, day)
    without = [a for a in agreements if not levels_by(book, a, _started_up(book, a, day))]
    levels = [mark.number for agreement in agreements for mark in levels_by(book, agreement, day)]
    return count(len(without), "agreements", len(agreements), (*(a.entry for a in agreements), *levels), "agreements")


def _started_up(book: Book, agreement: Agreement, day: date) -> date:
    """Returns the day an agreement certainly had left start-up, or `day` where it has not by then."""
    spans = (span for span in book.agreements.stages(agreement.agreement_id).spans())
    over = next((span.certain_to for span in spans if span.mark.value.phase == "start_up"), None)
    return day if over is None else min(over, day)


def sla_in_operation(book: Book, day: date) -> Figure:
    """Targets not measured in the last year, of those promised throughout it (row 104)."""
    year_ago, promised, measured, entries = a_year_before(day), 0, 0, list[int]()
    for agreement in in_force(book, day):
        now, then = _level_on(book, agreement, day), _level_on(book, agreement, year_ago)
        if now is None or then is None:
            continue
        lasting = {t.target_id for t in now.value.targets} & {t.target_id for t in then.value.targets}
        held = [
            measurement
            for measurement in book.agreements.measured(agreement.agreement_id).values()
            if year_ago < measurement.period.last_day <= day
        ]
        told = {row.target_id for measurement in held for row in measurement.rows}
        promised += len(lasting)
        measured += len(lasting & told)
        entries += [now.number, *(measurement.entry for measurement in held)]
    return count(promised - measured, "targets", promised, entries, "promises")


def _level_on(book: Book, agreement: Agreement, day: date) -> Mark[ServiceLevel] | None:
    return book.agreements.level_on(agreement.agreement_id, day).certain


def sla_evaluation(book: Book, day: date) -> Figure:
    """Agreements whose review is overdue, of those of which it is known when it is due (row 105)."""
    overdue, told, entries = 0, 0, list[int]()
    for agreement in in_force(book, day):
        by_then = tuple(r for r in book.agreements.reviews.get(agreement.agreement_id, ()) if r.held.latest <= day)
        reviews = book.agreements.reviews.insert(agreement.agreement_id, by_then)
        on = due(agreement, reviews)
        if on is not None:
            told += 1
            overdue += on < day
            entries += [agreement.entry, *(review.entry for review in by_then)]
    return count(overdue, "agreements", told, entries, "review_interval")


def frame_follow_up(book: Book, day: date) -> Figure:
    """Budget lines that do not cover the year's terms, or came to more than they have, of those named (row 106).

    Raised too where the frames of all members together are less than what the terms in force say they cost.
    """
    costs, entries = Counter[str](), list[int]()
    budget = book.budgets.by_year.get(day.year)
    for agreement in in_force(book, day):
        for effect, number in effects_of(book, agreement, day):
            if effect.year == day.year:
                costs[effect.line_id] += effect.amount
                entries.append(number)
    if budget is None or not costs:
        return unknown("budget_lines", "costed_terms" if not costs else "budget", entries)
    actuals = book.budgets.actuals.of(day.year)
    spent, short = actuals.come_to(day), 0
    entries += [*budget.entries, *(batch.entry for batch in actuals.recorded_by(day))]
    for line_id, cost in costs.items():
        amounts = budget.amounts_on(line_id, day)
        if amounts is None:
            return unknown("budget_lines", "budget_line", entries)
        short += amounts[0] < cost or amounts[0] < spent.get(line_id, 0)
    framed, frames = _framed(book, day)
    raised = short > 0 or (framed is not None and framed < costs.total())
    return known(short, "budget_lines", (*entries, *frames), of=len(costs), raised=raised)


def _framed(book: Book, day: date) -> tuple[int | None, list[int]]:
    """Returns what all members' operating frames of the year come to, in oere, None unless all are set; and entries."""
    no_frame: Timeline[Frame] = Timeline()
    members = book.members.deciding_on(day)
    marks = [book.budgets.frames.get((day.year, member_id), no_frame).on(day).certain for member_id in members]
    held = [mark for mark in marks if mark is not None]
    total = sum(mark.value.operating for mark in held) if held and len(held) == len(marks) else None
    return total, [mark.number for mark in held]


# Staff and competence at the members -----------------------------------------------------

CARETAKER_WORDS = ("vaktmester", "vaktmeister", "caretaker")
"""How the function of an ICT caretaker is named, in Bokmål, Nynorsk and English."""


def _moves_by(function: Function, day: date) -> set[str]:
    """Returns the employers that the staff of a function is known to have been moved to or from by `day`."""
    return {move.employer for move in function.moves if move.effective.latest <= day}


def staff_placement(book: Book, day: date) -> Figure:
    """Members of which it is not laid down whether the staff is theirs or the collaboration's (row 107).

    A member is accounted for where man-years are known to have been placed with it, or moved from it. Not known in a
    book that says nothing of anyone's staff.
    """
    functions = list(book.bodies.functions.values())
    told = {employer for function in functions for employer in _moves_by(function, day)}
    members = book.members.deciding_on(day)
    entries = [move.number for function in functions for move in function.moves if move.effective.latest <= day]
    if not told:
        return unknown("members", "staff", entries)
    return count(sum(member_id not in told for member_id in members), "members", len(members), entries, "members")


def ict_caretaker(book: Book, day: date) -> Figure:
    """Members with no man-years of an ICT caretaker of their own (row 108).

    A function is one where its id or name says so. Not known in a book that says nothing of anyone's staff.
    """
    functions = list(book.bodies.functions.values())
    caretakers = [f for f in functions if any(w in f"{f.function_id} {f.name}".casefold() for w in CARETAKER_WORDS)]
    if not any(_moves_by(function, day) for function in functions):
        return unknown("members", "staff")
    without, members = 0, book.members.deciding_on(day)
    for member_id in members:
        placed = [f.placed(member_id, day) for f in caretakers]
        without += not any(man_years != "unknown" and man_years > 0 for man_years in placed)
    entries = [m.number for function in functions for m in function.moves if m.effective.latest <= day]
    return count(without, "members", len(members), entries, "members")


def member_strategy(book: Book, day: date) -> Figure:
    """Members for which no ICT strategy of their own holds (row 109).

    Not known in a book that holds no strategy on that level, nor where one holds for members the source does not name.
    """
    own = [held for held in book.strategies if held.level == "ict" and not held.joint and held.began.latest <= day]
    entries = [held.entry for held in own]
    if not own or any(held.members is None and held.on(day) for held in own):
        return unknown("members", "strategy_members" if own else "strategies", entries)
    covered = {member_id for held in own if held.on(day) for member_id in held.members or ()}
    members = book.members.deciding_on(day)
    without = sum(member_id not in covered for member_id in members)
    return count(without, "members", len(members), entries, "members")


def ordering_competence(book: Book, day: date) -> Figure:
    """Members without anyone in an office of orderer (bestiller) (row 110).

    Not known in a book that holds no office of any member.
    """
    offices = [o for o in book.bodies.offices.values() if o.member_id is not None and o.life.certain_from <= day]
    if not offices:
        return unknown("members", "offices")
    served, entries = set[str | None](), [office.entry for office in offices]
    for office in offices:
        sitting = book.bodies.sitting(Place("office", office.office_id), day).certain
        if office.kind == "orderer" and office.life.on(day) is True and sitting:
            served.add(office.member_id)
            entries += [tenure.entry for tenure in sitting]
    members = book.members.deciding_on(day)
    without = sum(member_id not in served for member_id in members)
    return count(without, "members", len(members), entries, "members")


# Power given up --------------------------------------------------------------------------


def right_of_disposal(book: Book, day: date) -> Figure:
    """Members that have given powers away, raised where dissent was entered in the last year (row 111).

    Not known in a book in which no member is known to have given any.
    """
    members = book.members.deciding_on(day)
    given = [
        (grant.terms_on(day).grantor.id, grant.entry)
        for grant in book.authority.in_force(day).certain
        if grant.terms_on(day).grantor.kind == "member"
    ]
    dissents = [
        entry
        for made in book.decisions.by_id.values()
        if a_year_before(day) < made.interval.latest <= day
        for entry in made.dissents.values()
    ]
    givers = {member_id for member_id, _ in given}.intersection(members)
    entries = (*(entry for _, entry in given), *dissents)
    if not givers:
        return unknown("members", "powers", entries)
    return known(len(givers), "members", entries, of=len(members), raised=bool(dissents))


def dear_and_bad(book: Book, day: date) -> Figure:
    """Members served both dearer and worse than they were at first, of those of which both are known (row 112).

    At first is when a member became a customer of the agreement. Dearer: it bears more for each of its users than in
    the first year that is known of; where that is known of fewer than two years, something costs more than by the
    prices of then. Worse: a target came to less than when first measured since, by the version in force.
    """
    answers, entries = dict[str, bool](), list[int]()
    for agreement in agreements_by(book, day):
        level = _level_on(book, agreement, day)
        for member_id in agreement.customers.certain(day) or () if level is not None else ():
            since = _customer_since(agreement, member_id)
            up, by_costs = _dearer_for(book, agreement, member_id, since, day)
            down, measured = _worse_since(book, agreement, level, since, day)
            if up is not None and down is not None:
                answers[member_id] = answers.get(member_id, False) or (up and down)
                entries += [*by_costs, *measured]
    return count(sum(answers.values()), "members", len(answers), entries, "comparison")


def _customer_since(agreement: Agreement, member_id: str) -> date:
    """Returns the first day a member certainly was a customer."""
    return min(span.certain_from for span in agreement.customers.spans() if member_id in span.mark.value)


def _dearer_for(
    book: Book, agreement: Agreement, member_id: str, since: date, day: date
) -> tuple[bool | None, list[int]]:
    """Returns whether a member is served dearer than at first, None where it is not known, and the entries that say so.

    Its first prices are those of the day it became a customer, or the first after it.
    """
    borne = costs_per_user(book, agreement.agreement_id, day, member_id)
    if len(borne) > 1:
        return borne[-1].value > borne[0].value, [*borne[0].entries, *borne[-1].entries]
    prices = prices_by(book, agreement, day)
    if not prices:
        return None, []
    first = next((mark for mark in reversed(prices) if mark.effective.latest <= since), prices[0])
    return dearer(first.value, prices[-1].value), [first.number, prices[-1].number]


def _worse_since(
    book: Book, agreement: Agreement, level: Mark[ServiceLevel] | None, since: date, day: date
) -> tuple[bool | None, list[int]]:
    """Returns whether a target came to worse than when first measured since a day, None where none was twice."""
    if level is None:
        return None, []
    told = list(judged(book, agreement, since, day))
    answers, entries = list[bool](), [level.number]
    for target in level.value.targets:
        own = [one for one in told if one.row.target_id == target.target_id]
        if len(own) > 1:
            answers.append(worse(own[0].row, own[-1].row, target))
            entries += [own[0].measurement.entry, own[-1].measurement.entry]
    return (any(answers) if answers else None), entries
