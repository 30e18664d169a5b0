"""Seats and offices filled and vacated (valg, fratreden): who sits where, for which member, until when.

Kommuneloven §§ 18-3, 19-3, 20-3; IKS-loven §§ 6 and 10. Who is shut out by a position or another seat is told by
`eligibility`. A member's council elects, and alone may recall, its own in a council of representatives and in a joint
board; an election or recall that rests on a resolution names it by the number of its entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.bodies.elections import against_election, against_recall, election_of
from domain.bodies.eligibility import ELECTED_BY_COUNCILS, Wanted, against_eligibility
from domain.bodies.establishment import TOP_BODY_LAW
from domain.bodies.presence import against_body, against_members, against_office, against_person
from domain.bodies.state import Bodies, Body, Place, Rank, Tenure, TenureKey
from domain.copying import replace
from domain.dates import LAST_DAY, Day, Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.members import Members
from domain.resolutions import Resolutions
from domain.rulebook import Standing
from domain.rulebook.bodies import TERM_CLAUSE, body_law
from domain.text import Id

VacancyCause = Literal["term_ended", "resigned", "recalled", "ineligible", "deceased", "unknown"]

# Events: stored for ever -----------------------------------------------------------------


class SeatFilled(Event):
    """A person took a seat in a body, an office, or both."""

    type: Literal["seat.filled"] = "seat.filled"
    person_id: Id
    body_id: Id | None = None
    office_id: Id | None = None
    on_behalf_of: Id | None = None
    """The member that elected the person."""
    deputy_rank: Annotated[int, Field(ge=1, le=100)] | None = None
    """None for a full member; 1 for the first deputy."""
    until: Day | None = None
    """Last day of the term."""


class SeatVacated(Event):
    """A person left a seat or an office."""

    type: Literal["seat.vacated"] = "seat.vacated"
    person_id: Id
    body_id: Id | None = None
    office_id: Id | None = None
    cause: VacancyCause


# Commands --------------------------------------------------------------------------------


class FillSeat(Command):
    """Seat a person in a body, an office, or both; `effective` is the first day."""

    type: Literal["seat.fill"]
    person_id: Id
    body_id: Id | None = None
    office_id: Id | None = None
    on_behalf_of: Id | None = None
    deputy_rank: Annotated[int, Field(ge=1, le=100)] | None = None
    until: Day | None = None


class VacateSeat(Command):
    """Record that a person left a seat or an office; `effective` is the first day without."""

    type: Literal["seat.vacate"]
    person_id: Id
    body_id: Id | None = None
    office_id: Id | None = None
    cause: VacancyCause


# evolve ----------------------------------------------------------------------------------


def _places(event: SeatFilled | SeatVacated | FillSeat | VacateSeat) -> Iterator[Place]:
    if event.body_id is not None:
        yield Place("body", event.body_id)
    if event.office_id is not None:
        yield Place("office", event.office_id)


def filled(state: Bodies, event: SeatFilled, fact: Fact) -> Bodies:
    """Returns the state in which the person sits there from the fact's interval."""
    for place in _places(event):
        state = state.seated(
            Tenure(
                person_id=event.person_id,
                place=place,
                on_behalf_of=event.on_behalf_of,
                deputy_rank=event.deputy_rank,
                entry=fact.number,
                life=Lifetime(fact.effective, until=event.until),
                election=election_of(fact.basis),
            )
        )
    return state


def vacated(state: Bodies, event: SeatVacated, fact: Fact) -> Bodies:
    """Returns the state in which what the person held in the fact's interval ends there."""
    for place in _places(event):
        tenure = state.held(event.person_id, place, fact.effective)
        if tenure is not None:
            left = replace(tenure, life=tenure.life.end(fact.effective), vacated_by=fact.number, cause=event.cause)
            state = replace(state, tenures=state.tenures.insert(TenureKey(tenure.entry, place), left))
    return state


# subjects --------------------------------------------------------------------------------


def subjects(event: SeatFilled | SeatVacated) -> Iterator[Subject]:
    """Yields the person, the body, the office, and the member it was on behalf of."""
    yield Subject("person", event.person_id)
    yield from (Subject(place.kind, place.id) for place in _places(event))
    if isinstance(event, SeatFilled) and event.on_behalf_of is not None:
        yield Subject("member", event.on_behalf_of)


# Rules -----------------------------------------------------------------------------------


def fill(
    command: FillSeat,
    state: Bodies,
    members: Members,
    resolutions: Resolutions,
    standing: Standing,
    context: Context,
) -> Decision:
    """Returns the seat filled. Raises Rejection."""
    ruling = judge(_against_filling(command, state, members, resolutions, standing, context), context.mode)
    event = SeatFilled(
        person_id=command.person_id,
        body_id=command.body_id,
        office_id=command.office_id,
        on_behalf_of=command.on_behalf_of,
        deputy_rank=command.deputy_rank,
        until=command.until,
    )
    return Decision((event,), ruling)


def vacate(
    command: VacateSeat, state: Bodies, resolutions: Resolutions, standing: Standing, context: Context
) -> Decision:
    """Returns the seat vacated. Raises Rejection."""
    ruling = judge(_against_vacating(command, state, resolutions, standing, context), context.mode)
    event = SeatVacated(
        person_id=command.person_id, body_id=command.body_id, office_id=command.office_id, cause=command.cause
    )
    return Decision((event,), ruling)


def _against_filling(
    command: FillSeat,
    state: Bodies,
    members: Members,
    resolutions: Resolutions,
    standing: Standing,
    context: Context,
) -> Iterator[Rejection]:
    yield from _against_the_named(command, state, members, context)
    wanted = Lifetime(context.effective, until=command.until)
    if wanted.until is not None and wanted.until < context.effective.earliest:
        starts, until = context.effective.earliest.isoformat(), wanted.until.isoformat()
        yield Rejection("seat.term_empty", "fact", person_id=command.person_id, starts=starts, until=until)
    for place in _places(command):
        yield from _against_double_seat(command, place, wanted, state)
    body = None if command.body_id is None else state.bodies.get(command.body_id)
    if body is not None:
        yield from _against_allotment(command, body, wanted, state, standing)
        yield from _against_long_term(command, body, wanted, standing)
        yield from _against_longer_term_than_its_own(command, body, wanted, context)
        yield from against_election(command.person_id, command.on_behalf_of, body, resolutions, context)
    places = tuple(_places(command))
    yield from against_eligibility(
        Wanted(command.person_id, places, command.on_behalf_of, wanted), state, members, standing
    )


def _against_the_named(command: FillSeat, state: Bodies, members: Members, context: Context) -> Iterator[Rejection]:
    if command.body_id is None and command.office_id is None:
        yield Rejection("seat.nothing_to_fill", "fact", person_id=command.person_id)
    yield from against_person(state, command.person_id)
    if command.body_id is not None:
        yield from against_body(state, command.body_id, context.effective)
    if command.office_id is not None:
        yield from against_office(state, command.office_id, context.effective)
    if command.on_behalf_of is not None:
        yield from against_members(members, (command.on_behalf_of,), context.effective)


def _against_double_seat(command: FillSeat, place: Place, wanted: Lifetime, state: Bodies) -> Iterator[Rejection]:
    """A person sits once in a body, and an office has one holder at a time; stand-ins for an office do not count."""
    for tenure in state.tenures_at(place):
        own = tenure.person_id == command.person_id
        shared = place.kind == "body" or command.deputy_rank is not None or tenure.deputy_rank is not None
        if shared and not own:
            continue
        overlap = wanted.meets(tenure.life)
        params: dict[str, Any] = {"person_id": command.person_id, "place_id": place.id, "held_by": tenure.person_id}
        if overlap is True:
            yield Rejection("seat.taken", "fact" if own else "rule", entries=(tenure.entry,), **params)
        elif overlap is None:
            yield Rejection("seat.perhaps_taken", "unknown", entries=(tenure.entry,), **params)


def _against_allotment(
    command: FillSeat, body: Body, wanted: Lifetime, state: Bodies, standing: Standing
) -> Iterator[Rejection]:
    member_id = command.on_behalf_of
    if member_id is None:
        if body.is_top_of(standing) and body.kind in ELECTED_BY_COUNCILS:
            params: dict[str, Any] = {"person_id": command.person_id, "body_id": body.body_id}
            yield Rejection("seat.elector_unknown", "unknown", law=_top_law(standing), **params)
        return
    rank: Rank = "deputy" if command.deputy_rank is not None else "full"
    there = (t for t in state.tenures_at(Place("body", body.body_id)) if t.on_behalf_of == member_id)
    rivals = [t for t in there if t.rank == rank and t.person_id != command.person_id]
    starts = {t.life.certain_from for t in rivals if wanted.on(t.life.certain_from) is True}
    days = sorted({wanted.certain_from, *starts})
    found = [rejection for day in days for rejection in _against_full(body, member_id, rank, rivals, day)]
    yield from sorted(found, key=lambda rejection: rejection.nature == "unknown")[:1]


def _against_full(body: Body, member_id: str, rank: Rank, rivals: list[Tenure], day: date) -> Iterator[Rejection]:
    """Yields what stands against one more seat of this rank for the member on `day`."""
    plan = body.seat_plans.on(day)
    seats = body.seats_for(member_id, rank, day)
    certainly = [t.entry for t in rivals if t.life.on(day) is True]
    possibly = [t.entry for t in rivals if t.life.on(day) is None]
    entries = (*certainly, *possibly, *([plan.certain.number] if plan.certain else []))
    params: dict[str, Any] = {"body_id": body.body_id, "member_id": member_id, "on": day.isoformat(), "seats": seats}
    if seats == "unknown" or plan.possible or len(certainly) < seats <= len(certainly) + len(possibly):
        yield Rejection("seat.seats_unknown", "unknown", entries=entries, **params)
    elif len(certainly) >= seats and rank == "deputy":
        yield Rejection("seat.no_deputy_seat_left", entries=entries, **params)
    elif len(certainly) >= seats:
        yield Rejection("seat.no_seat_left", entries=entries, **params)


def _against_long_term(command: FillSeat, body: Body, wanted: Lifetime, standing: Standing) -> Iterator[Rejection]:
    form = standing.form
    law = None if form is None else body_law(form.id, body.kind)
    if wanted.until is None or law is None or law.term_years is None:
        return
    if TERM_CLAUSE in standing.clauses and not law.term_fixed:
        return
    last = _last_day_of_term(wanted.certain_from, law.term_years)
    params: dict[str, Any] = {
        "person_id": command.person_id,
        "body_id": body.body_id,
        "until": wanted.until.isoformat(),
    }
    if wanted.until > last:
        yield Rejection("seat.term_over_four_years", law=law.term_law, last_day=last.isoformat(), **params)
    elif wanted.until > (last := _last_day_of_term(wanted.possible_from, law.term_years)):
        yield Rejection(
            "seat.term_perhaps_over_four_years", "unknown", law=law.term_law, last_day=last.isoformat(), **params
        )


def _against_longer_term_than_its_own(
    command: FillSeat, body: Body, wanted: Lifetime, context: Context
) -> Iterator[Rejection]:
    """Yields that a term is longer than the rules the body has adopted; for a rough beginning, that it may be."""
    held = body.rules.on(context.on).certain
    years = None if held is None else held.value.term_years
    if held is None or years is None or wanted.until is None:
        return
    last = _last_day_of_term(wanted.certain_from, years)
    surest = _last_day_of_term(wanted.possible_from, years)
    if wanted.until > surest:
        yield Rejection(
            "seat.term_longer_than_body_rules",
            "rule" if wanted.until > last else "unknown",
            entries=(held.number,),
            person_id=command.person_id,
            body_id=body.body_id,
            until=wanted.until.isoformat(),
            term_years=years,
            last_day=surest.isoformat(),
        )


def _last_day_of_term(first: date, years: int) -> date:
    """Returns the last day of so many years from `first`, which may be 29 February."""
    year = min(first.year + years, LAST_DAY.year)
    try:
        return first.replace(year=year) - timedelta(days=1)
    except ValueError:
        return date(year, 2, 28)


def _against_vacating(
    command: VacateSeat, state: Bodies, resolutions: Resolutions, standing: Standing, context: Context
) -> Iterator[Rejection]:
    if command.body_id is None and command.office_id is None:
        yield Rejection("seat.nothing_to_vacate", "fact", person_id=command.person_id)
    for place in _places(command):
        yield from _against_empty_seat(command.person_id, place, context.effective, state)
    body = None if command.body_id is None else state.bodies.get(command.body_id)
    if command.cause != "recalled" or body is None:
        return
    held = state.held(command.person_id, Place("body", body.body_id), context.effective)
    elector = None if held is None else held.on_behalf_of
    yield from against_recall(command.person_id, elector, body, resolutions, standing, context)


def _against_empty_seat(person_id: str, place: Place, interval: Interval, state: Bodies) -> Iterator[Rejection]:
    on = interval.latest.isoformat()
    tenure = state.held(person_id, place, interval)
    if tenure is None:
        yield Rejection("seat.not_seated", "fact", person_id=person_id, place_id=place.id, on=on)
    elif tenure.life.during(interval) is None:
        yield Rejection(
            "seat.perhaps_not_seated", "unknown", entries=(tenure.entry,), person_id=person_id, place_id=place.id, on=on
        )


def _top_law(standing: Standing) -> str | None:
    return None if standing.form is None else TOP_BODY_LAW.get(standing.form.id, standing.form.law)
