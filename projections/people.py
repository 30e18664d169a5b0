"""People, what ties them to organisations, and the man-years of each function by employer."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from domain.bodies import Function
from domain.bodies.staffing import decimal
from domain.collaboration import Collaboration
from domain.dates import Timeline
from projections.projection import Projection, Row, life_row, span_row


def person_rows(state: Collaboration, person_id: str) -> Iterator[Row]:
    """Yields the row of one person, by each id there is or was; the name is beside the book."""
    merged = state.bodies.merged.get(person_id)
    entry = state.bodies.persons.get(person_id)
    if merged is None and entry is None:
        return
    shown = {
        "id": person_id,
        "entry": entry,
        "merged_into": None if merged is None else merged.into,
        "merged_by_entry": None if merged is None else merged.entry,
    }
    yield Row(key=person_id, body=shown)


def interest_rows(state: Collaboration, interest_id: str) -> Iterator[Row]:
    """Yields the row of one declared interest."""
    interest = state.bodies.interests.get(interest_id)
    if interest is None:
        return
    shown = {
        "id": interest_id,
        "person": interest.person_id,
        "kind": interest.kind,
        "party": interest.party,
        "member": interest.member_id,
        "of_collaboration": interest.of_collaboration,
        "position": interest.position,
        "public_company": interest.public_company,
        "ended_by_entry": interest.ended_by,
    }
    yield life_row(interest.life, interest_id, shown, interest.entry, person=interest.person_id)


def staffing_rows(state: Collaboration, function_id: str) -> Iterator[Row]:
    """Yields a row for each number of man-years each employer has had for a function."""
    function = state.bodies.functions.get(function_id)
    if function is None:
        return
    for employer in dict.fromkeys(move.employer for move in function.moves):
        for span in _balances(function, employer).spans():
            shown = {
                "function": function_id,
                "name": function.name,
                "employer": employer,
                "man_years": span.mark.value,
            }
            yield span_row(span, f"{function_id}:{employer}:{span.mark.number:010d}", shown, employer=employer)


def _balances(function: Function, employer: str) -> Timeline[str]:
    """Returns the man-years an employer has after each move, `unknown` where it is not shown where they began."""
    moves: Timeline[Fraction] = Timeline()
    for move in function.moves:
        if move.employer == employer:
            moves = moves.with_mark(move.effective, move.number, move.man_years)
    total, came, balances = Fraction(0), False, Timeline[str]()
    for mark in moves.marks:
        total, came = total + mark.value, came or mark.value > 0
        known = decimal(total) if came and total >= 0 else "unknown"
        balances = balances.with_mark(mark.effective, mark.number, known)
    return balances


PERSONS = Projection("persons", "person", person_rows)
INTERESTS = Projection("interests", "interest", interest_rows, columns=("person",))
STAFFING = Projection("staffing", "function", staffing_rows, columns=("employer",))
