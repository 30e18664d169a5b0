"""Offices (verv) that hold authority whoever fills them, what each is for, and how they are abolished."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from domain.bodies.elsewhere import Elsewhere
from domain.bodies.presence import against_body, against_members, against_office
from domain.bodies.state import Bodies, Office, Place
from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.members import Members
from domain.text import Id, Name, SealedText, Text
from domain.vocabulary import Holder, OfficeKind

# Events: stored for ever -----------------------------------------------------------------


class OfficeEstablished(Event):
    """An office was set up: a standing role that can hold authority, whoever fills it."""

    type: Literal["office.established"] = "office.established"
    office_id: Id
    title: Name
    kind: OfficeKind
    body_id: Id | None = None
    """The body the office belongs to or answers to."""
    member_id: Id | None = None
    """The member whose administration the office belongs to."""
    purpose: SealedText | None = None
    """What the office is for."""
    accountabilities: SealedText | None = None
    """What whoever fills it has to answer for."""


class OfficeAbolished(Event):
    """An office ceased to be."""

    type: Literal["office.abolished"] = "office.abolished"
    office_id: Id


# Commands --------------------------------------------------------------------------------


class EstablishOffice(Command):
    """Set up an office."""

    type: Literal["office.establish"]
    office_id: Id
    title: Name
    kind: OfficeKind
    body_id: Id | None = None
    member_id: Id | None = None
    purpose: Text | None = None
    accountabilities: Text | None = None


class AbolishOffice(Command):
    """Abolish an office that nobody fills and that holds no authority."""

    type: Literal["office.abolish"]
    office_id: Id


# evolve ----------------------------------------------------------------------------------


def established(state: Bodies, event: OfficeEstablished, fact: Fact) -> Bodies:
    """Returns the state with one more office."""
    office = Office(
        office_id=event.office_id,
        title=event.title,
        kind=event.kind,
        body_id=event.body_id,
        member_id=event.member_id,
        entry=fact.number,
        life=Lifetime(fact.effective),
        purpose=event.purpose,
        accountabilities=event.accountabilities,
    )
    return replace(state, offices=state.offices.insert(office.office_id, office))


def corrected(state: Bodies, event: OfficeEstablished, fact: Fact) -> Bodies:
    """Returns the state in which an office is called and described otherwise; what became of it since stands."""
    office = state.offices.get(event.office_id)
    if office is None:
        return state
    right = replace(
        office,
        title=event.title,
        purpose=event.purpose,
        accountabilities=event.accountabilities,
        entry=fact.number,
    )
    return replace(state, offices=state.offices.insert(office.office_id, right))


def abolished(state: Bodies, event: OfficeAbolished, fact: Fact) -> Bodies:
    """Returns the state in which the office ends in the fact's interval."""
    office = state.offices.get(event.office_id)
    if office is None:
        return state
    ended = replace(office, life=office.life.end(fact.effective), abolished_by=fact.number)
    return replace(state, offices=state.offices.insert(office.office_id, ended))


# subjects --------------------------------------------------------------------------------


def subjects(event: OfficeEstablished | OfficeAbolished) -> Iterator[Subject]:
    """Yields the office, and when it is set up the body and the member it belongs to."""
    yield Subject("office", event.office_id)
    if isinstance(event, OfficeAbolished):
        return
    if event.body_id is not None:
        yield Subject("body", event.body_id)
    if event.member_id is not None:
        yield Subject("member", event.member_id)


# Rules -----------------------------------------------------------------------------------


def establish(command: EstablishOffice, state: Bodies, members: Members, context: Context) -> Decision:
    """Returns the office set up. Raises Rejection."""
    ruling = judge(_against_establishing(command, state, members, context), context.mode)
    event = OfficeEstablished(
        office_id=command.office_id,
        title=command.title,
        kind=command.kind,
        body_id=command.body_id,
        member_id=command.member_id,
        purpose=None if command.purpose is None else context.seal(command.purpose),
        accountabilities=None if command.accountabilities is None else context.seal(command.accountabilities),
    )
    return Decision((event,), ruling)


def abolish(command: AbolishOffice, state: Bodies, elsewhere: Elsewhere, context: Context) -> Decision:
    """Returns the office abolished. Raises Rejection."""
    ruling = judge(_against_abolishing(command, state, elsewhere, context), context.mode)
    return Decision((OfficeAbolished(office_id=command.office_id),), ruling)


def _against_establishing(
    command: EstablishOffice, state: Bodies, members: Members, context: Context
) -> Iterator[Rejection]:
    known = state.offices.get(command.office_id)
    if known is not None:
        yield Rejection("office.already_established", "fact", entries=(known.entry,), office_id=command.office_id)
    if command.body_id is not None:
        yield from against_body(state, command.body_id, context.effective)
    if command.member_id is not None:
        yield from against_members(members, (command.member_id,), context.effective)


def _against_abolishing(
    command: AbolishOffice, state: Bodies, elsewhere: Elsewhere, context: Context
) -> Iterator[Rejection]:
    office = state.offices.get(command.office_id)
    since = None if office is None else office.life.ended_since(context.effective)
    if office is not None and since is not None:
        entries = (office.abolished_by or office.entry,)
        yield Rejection("office.abolished", "fact", entries=entries, office_id=office.office_id, since=str(since))
    yield from against_office(state, command.office_id, context.effective)
    held = elsewhere.grants_of(Holder(kind="office", id=command.office_id), context.on)
    if held:
        yield Rejection("office.still_holds_authority", office_id=command.office_id, grants=sorted(held))
    after = [
        tenure
        for tenure in state.tenures_at(Place("office", command.office_id))
        if tenure.life.outlasts(context.effective.earliest)
    ]
    if after:
        persons = sorted({tenure.person_id for tenure in after})
        filled = tuple(tenure.entry for tenure in after)
        yield Rejection("office.still_filled", entries=filled, office_id=command.office_id, persons=persons)
