"""Objections that a person may not sit where they are to sit, for a position or another seat they have.

The exclusions are data, `domain.rulebook.eligibility`. Positions are known from the offices a person holds and from the
employment they have declared. Kommuneloven §§ 7-3, 19-3, 23-1; IKS-loven §§ 6, 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from domain.bodies.state import Bodies, Body, Interest, Place, Tenure
from domain.kernel import Rejection
from domain.lifetime import Lifetime
from domain.members import Members
from domain.rulebook import Standing
from domain.rulebook.eligibility import POSITION_OF, Exclusion, Position, kept_apart, kept_out
from domain.vocabulary import BodyKind

ELECTED_BY_COUNCILS: frozenset[BodyKind] = frozenset({"council_of_representatives", "joint_board"})
"""Top bodies whose members each member's council elects itself, and alone may recall."""
_ELECTED_AT_HOME = ELECTED_BY_COUNCILS | {"control_committee"}
"""Bodies whose members a council elects; the members of others are elected by the council of representatives."""

_COLLABORATION = "this"
_NOBODY = ""
"""Whose position it is, where it is with nobody who takes part."""
_OWN_UNLESS_SAID: frozenset[Position] = frozenset({"accountant", "auditor"})
"""Offices that are the collaboration's where they belong to no member."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person is to have."""

    person_id: str
    places: tuple[Place, ...]
    on_behalf_of: str | None
    life: Lifetime


@dataclass(frozen=True, slots=True)
class _Seat:
    """A seat the person has or is to have."""

    body: Body
    on_behalf_of: str | None
    life: Lifetime
    entry: int | None


@dataclass(frozen=True, slots=True)
class _Held:
    """A position the person has or is to have."""

    id: str
    position: Position
    whose: str | None
    """The member it is with, `this`, empty where it is with nobody who takes part, None where that is not known."""
    life: Lifetime
    entry: int | None


@dataclass(frozen=True, slots=True)
class _Clash:
    """Two things that one person may not have together."""

    place_id: str
    other_id: str
    reason: Position | BodyKind
    law: str
    lives: tuple[Lifetime, Lifetime]
    entry: int | None
    certain: bool = True
    """False where it is not known whether the exclusion is for this person."""


def against_eligibility(wanted: Wanted, state: Bodies, members: Members, standing: Standing) -> Iterator[Rejection]:
    """Yields each thing the person has, or is to have, that keeps them from something of what is wanted."""
    for clash in _clashes(wanted, state, members, standing):
        overlap = clash.lives[0].meets(clash.lives[1])
        params: dict[str, Any] = {
            "person_id": wanted.person_id,
            "place_id": clash.place_id,
            "other_id": clash.other_id,
            "reason": clash.reason,
        }
        entries = () if clash.entry is None else (clash.entry,)
        if overlap is True and clash.certain:
            yield Rejection("seat.not_eligible", law=clash.law, entries=entries, **params)
        elif overlap is not False:
            yield Rejection("seat.eligibility_uncertain", "unknown", law=clash.law, entries=entries, **params)


def _clashes(wanted: Wanted, state: Bodies, members: Members, standing: Standing) -> Iterator[_Clash]:
    if standing.form is None:
        return
    seats = [seat for tenure in state.tenures_of(wanted.person_id) for seat in _seat_of(tenure, state)]
    held = [*_offices_held(wanted.person_id, state), *_employments(wanted.person_id, state)]
    new_seats = [seat for place in wanted.places for seat in _new_seat(place, wanted, state)]
    new_held = [position for place in wanted.places for position in _new_position(place, wanted, state)]
    for seat in new_seats:
        for position in (*held, *new_held):
            yield from _by_position(seat, position, members, standing, wanted_first=True)
        for other in seats:
            yield from _by_seat(seat, other, standing)
    for position in new_held:
        for seat in seats:
            yield from _by_position(seat, position, members, standing, wanted_first=False)


def _by_position(
    seat: _Seat, held: _Held, members: Members, standing: Standing, *, wanted_first: bool
) -> Iterator[_Clash]:
    """Yields that a position keeps the person out of a seat, or may do so."""
    form = standing.form
    for exclusion in () if form is None else kept_out(form.id, seat.body.kind, held.position):
        shut_out = _is_for(exclusion, seat, held, members)
        if shut_out is False:
            continue
        ids = (seat.body.body_id, held.id) if wanted_first else (held.id, seat.body.body_id)
        yield _Clash(
            place_id=ids[0],
            other_id=ids[1],
            reason=held.position,
            law=exclusion.law,
            lives=(seat.life, held.life),
            entry=held.entry if wanted_first else seat.entry,
            certain=shut_out is True,
        )


def _is_for(exclusion: Exclusion, seat: _Seat, held: _Held, members: Members) -> bool | None:
    """Returns whether an exclusion is for a position with whoever it is with; None where that is not known."""
    if exclusion.whose == "anyone":
        return True
    if exclusion.whose == "collaboration":
        return held.whose == _COLLABORATION
    if held.whose is None:
        return None
    if held.whose in (_COLLABORATION, _NOBODY):
        return False
    if seat.body.kind in _ELECTED_AT_HOME:
        return None if seat.on_behalf_of is None else held.whose == seat.on_behalf_of
    return members.is_member(held.whose, seat.life.certain_from)


def _by_seat(seat: _Seat, other: _Seat, standing: Standing) -> Iterator[_Clash]:
    """Yields that two seats are kept apart, whichever of them the act speaks of."""
    form = standing.form
    if form is None:
        return
    one = kept_apart(form.id, seat.body.kind, other.body.kind) or kept_apart(form.id, other.body.kind, seat.body.kind)
    if one is not None:
        yield _Clash(
            place_id=seat.body.body_id,
            other_id=other.body.body_id,
            reason=other.body.kind,
            law=one.law,
            lives=(seat.life, other.life),
            entry=other.entry,
        )


# What the person has, and is to have ------------------------------------------------------


def _seat_of(tenure: Tenure, state: Bodies) -> Iterator[_Seat]:
    body = state.bodies.get(tenure.place.id) if tenure.place.kind == "body" else None
    if body is not None:
        yield _Seat(body, tenure.on_behalf_of, tenure.life, tenure.entry)


def _new_seat(place: Place, wanted: Wanted, state: Bodies) -> Iterator[_Seat]:
    body = state.bodies.get(place.id) if place.kind == "body" else None
    if body is not None:
        yield _Seat(body, wanted.on_behalf_of, wanted.life, None)


def _offices_held(person_id: str, state: Bodies) -> Iterator[_Held]:
    for tenure in state.tenures_of(person_id):
        yield from _in_office(tenure.place, tenure.life, tenure.entry, state)


def _new_position(place: Place, wanted: Wanted, state: Bodies) -> Iterator[_Held]:
    yield from _in_office(place, wanted.life, None, state)


def _in_office(place: Place, life: Lifetime, entry: int | None, state: Bodies) -> Iterator[_Held]:
    office = state.offices.get(place.id) if place.kind == "office" else None
    position = None if office is None else POSITION_OF.get(office.kind)
    if office is None or position is None:
        return
    whose = office.member_id
    if position == "managing_director" or (whose is None and position in _OWN_UNLESS_SAID):
        whose = _COLLABORATION
    yield _Held(office.office_id, position, whose, life, entry)


def _employments(person_id: str, state: Bodies) -> Iterator[_Held]:
    for interest in state.declared_by(person_id):
        if interest.kind == "employment":
            position = interest.position or "employee"
            yield _Held(interest.interest_id, position, _employer(interest), interest.life, interest.entry)


def _employer(interest: Interest) -> str:
    return _COLLABORATION if interest.of_collaboration else interest.member_id or _NOBODY
