"""Staffing (bemanning): the man-years of a function, and which employer has them.

An employer is a member, or the collaboration itself where it is a legal person. Work that comes to the collaboration
from nowhere is new; work that goes nowhere has ended. No act counts man-years; the book does, and refuses to move more
than there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal

from domain.bodies.presence import membership
from domain.bodies.state import Bodies, Function, Move
from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.members import Members
from domain.text import Id, Name, Quantity, SealedText, Text

COLLABORATION = "this"
"""The collaboration itself as an employer."""

# Events: stored for ever -----------------------------------------------------------------


class StaffPlacementChanged(Event):
    """Man-years of a function moved from one employer to another."""

    type: Literal["staff_placement.changed"] = "staff_placement.changed"
    function_id: Id
    function: Name
    """What the work is, such as IT operations."""
    from_employer: Id | None = None
    """A member, or `this` for the collaboration; None for work that is new."""
    to_employer: Id | None = None
    """A member, or `this` for the collaboration; None for work that ends."""
    man_years: Quantity
    staff_terms: SealedText | None = None
    """On what terms the staff moves."""


# Commands --------------------------------------------------------------------------------


class ChangeStaffPlacement(Command):
    """Move man-years of a function between employers: members, or `this` for the collaboration."""

    type: Literal["staff_placement.change"]
    function_id: Id
    function: Name
    from_employer: Id | None = None
    to_employer: Id | None = None
    man_years: Quantity
    staff_terms: Text | None = None


# evolve ----------------------------------------------------------------------------------


def changed(state: Bodies, event: StaffPlacementChanged, fact: Fact) -> Bodies:
    """Returns the state in which the man-years have moved from the fact's interval."""
    known = state.functions.get(event.function_id)
    function = known or Function(event.function_id, event.function, fact.number)
    moved = Fraction(event.man_years)
    moves = [
        Move(employer, man_years, fact.effective, fact.number)
        for employer, man_years in ((event.from_employer, -moved), (event.to_employer, moved))
        if employer is not None
    ]
    after = replace(function, name=event.function, moves=(*function.moves, *moves))
    return replace(state, functions=state.functions.insert(event.function_id, after))


# subjects --------------------------------------------------------------------------------


def subjects(event: StaffPlacementChanged) -> Iterator[Subject]:
    """Yields the function, and the members that are employers."""
    yield Subject("function", event.function_id)
    for employer in (event.from_employer, event.to_employer):
        if employer is not None and employer != COLLABORATION:
            yield Subject("member", employer)


# Rules -----------------------------------------------------------------------------------


def change(command: ChangeStaffPlacement, state: Bodies, members: Members, context: Context) -> Decision:
    """Returns the man-years moved. Raises Rejection."""
    ruling = judge(_against_changing(command, state, members, context), context.mode)
    event = StaffPlacementChanged(
        function_id=command.function_id,
        function=command.function,
        from_employer=command.from_employer,
        to_employer=command.to_employer,
        man_years=command.man_years,
        staff_terms=None if command.staff_terms is None else context.seal(command.staff_terms),
    )
    return Decision((event,), ruling)


def _against_changing(
    command: ChangeStaffPlacement, state: Bodies, members: Members, context: Context
) -> Iterator[Rejection]:
    employers = (command.from_employer, command.to_employer)
    for employer in employers:
        if employer is not None and employer != COLLABORATION:
            yield from _against_employer(employer, members, context)
    if employers == (None, None) or command.from_employer == command.to_employer:
        yield Rejection("staff_placement.nothing_moved", "fact", function_id=command.function_id)
    moved = Fraction(command.man_years)
    if moved <= 0:
        yield Rejection(
            "staff_placement.man_years_not_positive",
            "fact",
            function_id=command.function_id,
            man_years=command.man_years,
        )
    function = state.functions.get(command.function_id)
    if function is not None:
        yield from _against_recording_twice(command, function, context)
    yield from _against_moving_too_many(command, function, context)


def _against_employer(employer: str, members: Members, context: Context) -> Iterator[Rejection]:
    there = membership(members, employer, context.effective)
    on, entries = context.on.isoformat(), members.entries(employer)
    if there is False:
        yield Rejection("staff_placement.unknown_employer", "fact", entries=entries, employer=employer, on=on)
    elif there is None:
        yield Rejection("staff_placement.employer_uncertain", "unknown", entries=entries, employer=employer, on=on)


def _against_recording_twice(
    command: ChangeStaffPlacement, function: Function, context: Context
) -> Iterator[Rejection]:
    """Yields that the same man-years moved the same way on the same day by an entry before."""
    moved = Fraction(command.man_years)
    wanted = {(command.from_employer, -moved), (command.to_employer, moved)} - {(None, moved), (None, -moved)}
    told: dict[int, set[tuple[str | None, Fraction]]] = {}
    for move in function.moves:
        if move.effective == context.effective:
            told.setdefault(move.number, set()).add((move.employer, move.man_years))
    same = [number for number, moves in told.items() if moves == wanted]
    if same:
        yield Rejection(
            "staff_placement.already_recorded",
            "fact",
            entries=same,
            function_id=command.function_id,
            man_years=command.man_years,
        )


def _against_moving_too_many(
    command: ChangeStaffPlacement, function: Function | None, context: Context
) -> Iterator[Rejection]:
    """Yields that more man-years leave an employer than are placed there, or that it is not known how many are."""
    employer, moved = command.from_employer, Fraction(command.man_years)
    if employer is None:
        return
    placed = "unknown" if function is None else function.placed(employer, context.effective.earliest)
    entries = () if function is None else tuple(move.number for move in function.moves if move.employer == employer)
    if placed == "unknown":
        yield Rejection(
            "staff_placement.placement_unknown",
            "unknown",
            entries=entries,
            function_id=command.function_id,
            employer=employer,
            man_years=command.man_years,
        )
    elif moved > placed:
        yield Rejection(
            "staff_placement.more_than_placed",
            "fact",
            entries=entries,
            function_id=command.function_id,
            employer=employer,
            man_years=command.man_years,
            placed=decimal(placed),
        )


def decimal(man_years: Fraction) -> str:
    """Returns man-years as the exact decimal they are made of: sums of decimals of six digits at most."""
    digits = f"{man_years.numerator * 10**6 // man_years.denominator:d}"
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, part = digits[:-6] or "0", digits[-6:].rjust(6, "0").rstrip("0")
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"
