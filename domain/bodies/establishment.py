"""Bodies (organer): how they are set up, what seats each member has in them, and how they are dissolved.

Top bodies: kommuneloven §§ 18-3, 19-3, 20-3; IKS-loven § 6. The board of an IKS: IKS-loven § 10.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field

from domain.bodies.elsewhere import Elsewhere
from domain.bodies.presence import against_body, against_members
from domain.bodies.state import Allotments, Bodies, Body
from domain.copying import replace
from domain.dates import Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.members import Members
from domain.rulebook import FORMS, LegalForm, Standing
from domain.text import Id, Name, SealedText, Text, Unknown
from domain.vocabulary import BodyKind, LegalFormId, SeatAllotment

SeatPlan = Annotated[tuple[SeatAllotment, ...], Field(max_length=400)]

# Events: stored for ever -----------------------------------------------------------------


class BodyEstablished(Event):
    """A body was set up."""

    type: Literal["body.established"] = "body.established"
    body_id: Id
    name: Name
    kind: BodyKind
    parent: Id | None = None
    """The body it reports to or was set up by."""
    meets_in_public: bool | Unknown = "unknown"
    role: SealedText | None = None
    seat_plan: SeatPlan = ()
    """Seats, votes and deputies per member; empty where the source does not show them."""


class SeatPlanAdopted(Event):
    """A body's seats and votes were laid down anew."""

    type: Literal["seat_plan.adopted"] = "seat_plan.adopted"
    body_id: Id
    seat_plan: SeatPlan


class BodyDissolved(Event):
    """A body ceased to be."""

    type: Literal["body.dissolved"] = "body.dissolved"
    body_id: Id
    successor: Id | None = None


# Commands --------------------------------------------------------------------------------


class EstablishBody(Command):
    """Set up a body the legal form allows, with seats per member."""

    type: Literal["body.establish"]
    body_id: Id
    name: Name
    kind: BodyKind
    parent: Id | None = None
    meets_in_public: bool | Unknown = "unknown"
    role: Text | None = None
    seat_plan: SeatPlan = ()


class AdoptSeatPlan(Command):
    """Lay down a body's seats and votes anew."""

    type: Literal["seat_plan.adopt"]
    body_id: Id
    seat_plan: SeatPlan


class DissolveBody(Command):
    """Dissolve a body."""

    type: Literal["body.dissolve"]
    body_id: Id
    successor: Id | None = None


# evolve ----------------------------------------------------------------------------------


def established(state: Bodies, event: BodyEstablished, fact: Fact) -> Bodies:
    """Returns the state with one more body."""
    plans: Timeline[Allotments] = Timeline()
    body = Body(
        body_id=event.body_id,
        name=event.name,
        kind=event.kind,
        parent=event.parent,
        meets_in_public=event.meets_in_public,
        role=event.role,
        entry=fact.number,
        life=Lifetime(fact.effective),
        seat_plans=plans.with_mark(fact.effective, fact.number, event.seat_plan),
    )
    return replace(state, bodies=state.bodies.insert(body.body_id, body))


def seat_plan_adopted(state: Bodies, event: SeatPlanAdopted, fact: Fact) -> Bodies:
    """Returns the state in which the body has these seats from the fact's interval."""
    body = state.bodies.get(event.body_id)
    if body is None:
        return state
    planned = body.with_plan(fact.effective, fact.number, event.seat_plan)
    return replace(state, bodies=state.bodies.insert(body.body_id, planned))


def dissolved(state: Bodies, event: BodyDissolved, fact: Fact) -> Bodies:
    """Returns the state in which the body ends in the fact's interval."""
    body = state.bodies.get(event.body_id)
    if body is None:
        return state
    ended = replace(body, life=body.life.end(fact.effective), dissolved_by=fact.number, successor=event.successor)
    return replace(state, bodies=state.bodies.insert(body.body_id, ended))


# subjects --------------------------------------------------------------------------------


def subjects(event: BodyEstablished | SeatPlanAdopted | BodyDissolved) -> Iterator[Subject]:
    """Yields the body, the bodies it is tied to, and the members with seats in it."""
    yield Subject("body", event.body_id)
    if isinstance(event, BodyDissolved):
        tied = event.successor
    else:
        tied = event.parent if isinstance(event, BodyEstablished) else None
        yield from (Subject("member", allotment.member_id) for allotment in event.seat_plan)
    if tied is not None:
        yield Subject("body", tied)


# Rules -----------------------------------------------------------------------------------

BOARD_SEATS_MIN = 3
"""In the board of an IKS (IKS-loven § 10)."""

CONTROL_COMMITTEE_SEATS_MIN = 5
"""In a control committee (kommuneloven § 23-1)."""

TOP_BODY_LAW: Mapping[LegalFormId, str] = {
    form.id: form.top_body_law for form in FORMS.values() if form.top_body_law is not None
}
"""The provision on the top body, by legal form."""


def establish(
    command: EstablishBody, state: Bodies, members: Members, standing: Standing, context: Context
) -> Decision:
    """Returns the body set up. Raises Rejection."""
    ruling = judge(_against_establishing(command, state, members, standing, context), context.mode)
    event = BodyEstablished(
        body_id=command.body_id,
        name=command.name,
        kind=command.kind,
        parent=command.parent,
        meets_in_public=command.meets_in_public,
        role=None if command.role is None else context.seal(command.role),
        seat_plan=command.seat_plan,
    )
    return Decision((event,), ruling)


def adopt_seat_plan(
    command: AdoptSeatPlan, state: Bodies, members: Members, standing: Standing, context: Context
) -> Decision:
    """Returns the seats laid down. Raises Rejection."""
    ruling = judge(_against_adopting(command, state, members, standing, context), context.mode)
    return Decision((SeatPlanAdopted(body_id=command.body_id, seat_plan=command.seat_plan),), ruling)


def dissolve(
    command: DissolveBody, state: Bodies, elsewhere: Elsewhere, standing: Standing, context: Context
) -> Decision:
    """Returns the body dissolved. Raises Rejection."""
    ruling = judge(_against_dissolving(command, state, elsewhere, standing, context), context.mode)
    return Decision((BodyDissolved(body_id=command.body_id, successor=command.successor),), ruling)


def _against_establishing(
    command: EstablishBody, state: Bodies, members: Members, standing: Standing, context: Context
) -> Iterator[Rejection]:
    known = state.bodies.get(command.body_id)
    if known is not None:
        yield Rejection("body.already_established", "fact", entries=(known.entry,), body_id=command.body_id)
    if command.parent is not None and command.parent not in state.bodies:
        yield Rejection("body.unknown_parent", "fact", body_id=command.body_id, parent=command.parent)
    elif command.parent is not None:
        yield from against_body(state, command.parent, context.effective)
    yield from _against_members_in(command.seat_plan, members, context)
    yield from _against_kind(command.kind, standing, context)
    yield from _against_seats(command.body_id, command.kind, command.seat_plan, members, standing, context)


def _against_adopting(
    command: AdoptSeatPlan, state: Bodies, members: Members, standing: Standing, context: Context
) -> Iterator[Rejection]:
    yield from against_body(state, command.body_id, context.effective)
    body = state.bodies.get(command.body_id)
    if body is None:
        return
    held = body.seat_plans.on(context.on).certain
    if held is not None and _sorted(held.value) == _sorted(command.seat_plan):
        yield Rejection("body.nothing_changed", "fact", entries=(held.number,), body_id=command.body_id)
    yield from _against_members_in(command.seat_plan, members, context)
    yield from _against_seats(command.body_id, body.kind, command.seat_plan, members, standing, context)


def _against_dissolving(
    command: DissolveBody, state: Bodies, elsewhere: Elsewhere, standing: Standing, context: Context
) -> Iterator[Rejection]:
    body = state.bodies.get(command.body_id)
    since = None if body is None else body.life.ended_since(context.effective)
    if body is not None and since is not None:
        entries = (body.dissolved_by or body.entry,)
        yield Rejection("body.dissolved", "fact", entries=entries, body_id=body.body_id, since=since.isoformat())
    yield from against_body(state, command.body_id, context.effective)
    successor = None if command.successor is None else state.bodies.get(command.successor)
    if command.successor is not None and (successor is None or command.successor == command.body_id):
        yield Rejection("body.unknown_successor", "fact", body_id=command.body_id, successor=command.successor)
    elif command.successor is not None:
        yield from against_body(state, command.successor, context.effective)
    # What a body had before it goes on with its successor, and needs no end where there is one.
    waiting = () if command.successor is not None else elsewhere.open_cases(command.body_id)
    if waiting:
        yield Rejection("body.open_cases", body_id=command.body_id, cases=sorted(waiting))
    form = standing.form
    if body is None or form is None or not body.is_top_of(standing):
        return
    if successor is None or successor.kind != body.kind:
        yield Rejection(
            "body.top_body_required",
            law=TOP_BODY_LAW.get(form.id, form.law),
            entries=() if standing.entry is None else (standing.entry,),
            body_id=command.body_id,
            kind=body.kind,
            legal_form=form.id,
        )


def _against_members_in(plan: SeatPlan, members: Members, context: Context) -> Iterator[Rejection]:
    listed = Counter(allotment.member_id for allotment in plan)
    twice = sorted(member_id for member_id, times in listed.items() if times > 1)
    if twice:
        yield Rejection("body.member_listed_twice", "fact", members=twice)
    yield from against_members(members, listed, context.effective)


def _against_kind(kind: BodyKind, standing: Standing, context: Context) -> Iterator[Rejection]:
    form = standing.form
    if form is None:
        yield Rejection("body.form_unknown", "unknown", kind=kind, on=context.on.isoformat())
    elif kind not in form.body_kinds and not any(kind in FORMS[coming].body_kinds for coming in standing.coming):
        yield Rejection(
            "body.kind_not_in_legal_form",
            law=form.law,
            entries=() if standing.entry is None else (standing.entry,),
            kind=kind,
            legal_form=form.id,
            allowed=sorted(form.body_kinds),
        )


def _against_seats(
    body_id: str, kind: BodyKind, plan: SeatPlan, members: Members, standing: Standing, context: Context
) -> Iterator[Rejection]:
    form = standing.form
    if form is None:
        return
    if kind == form.top_body:
        yield from _against_seats_per_member(body_id, plan, members.deciding_on(context.on), form)
        yield from _against_deputies(body_id, plan, form)
    if kind == "board" and form.id == "iks":
        yield from _against_small_board(body_id, plan)
    if kind == "control_committee" and form.member_kinds is not None:
        yield from _against_small_committee(body_id, plan)


def _against_seats_per_member(
    body_id: str, plan: SeatPlan, represented: tuple[str, ...], form: LegalForm
) -> Iterator[Rejection]:
    minimum = form.min_seats_per_member
    if minimum == 0:
        return
    seats = {allotment.member_id: allotment.seats for allotment in plan}
    found = {member_id: seats.get(member_id, 0 if plan else "unknown") for member_id in represented}
    law = TOP_BODY_LAW.get(form.id, form.law)
    without = sorted(member_id for member_id, held in found.items() if held != "unknown" and held < minimum)
    if without:
        yield Rejection("body.member_without_seat", law=law, body_id=body_id, members=without, minimum=minimum)
    unknown = sorted(member_id for member_id, held in found.items() if held == "unknown")
    if unknown:
        yield Rejection("body.seats_unknown", "unknown", law=law, body_id=body_id, members=unknown, minimum=minimum)


def _against_deputies(body_id: str, plan: SeatPlan, form: LegalForm) -> Iterator[Rejection]:
    per_seat = form.deputies_per_seat
    if per_seat == 0:
        return
    law = TOP_BODY_LAW[form.id]
    seated = [(a.member_id, a.seats, a.deputies) for a in plan if a.seats != "unknown" and a.seats > 0]
    missing = sorted(m for m, seats, deputies in seated if deputies != "unknown" and deputies < seats * per_seat)
    if missing:
        yield Rejection("body.deputies_missing", law=law, body_id=body_id, members=missing, per_seat=per_seat)
    unknown = sorted(m for m, _, deputies in seated if deputies == "unknown")
    if unknown:
        yield Rejection(
            "body.deputies_unknown", "unknown", law=law, body_id=body_id, members=unknown, per_seat=per_seat
        )


def _against_small_board(body_id: str, plan: SeatPlan) -> Iterator[Rejection]:
    known = [allotment.seats for allotment in plan if allotment.seats != "unknown"]
    if plan and len(known) == len(plan) and sum(known) < BOARD_SEATS_MIN:
        yield Rejection(
            "body.board_below_three", law="IKS-loven § 10", body_id=body_id, seats=sum(known), minimum=BOARD_SEATS_MIN
        )


def _against_small_committee(body_id: str, plan: SeatPlan) -> Iterator[Rejection]:
    known = [allotment.seats for allotment in plan if allotment.seats != "unknown"]
    if plan and len(known) == len(plan) and sum(known) < CONTROL_COMMITTEE_SEATS_MIN:
        yield Rejection(
            "body.control_committee_below_five",
            law="kommuneloven § 23-1",
            body_id=body_id,
            seats=sum(known),
            minimum=CONTROL_COMMITTEE_SEATS_MIN,
        )


def _sorted(plan: Allotments) -> list[SeatAllotment]:
    return sorted(plan, key=lambda allotment: allotment.member_id)
