"""Offices (verv) that hold authority whoever fills them, and people, who are opaque ids with a sealed name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from domain.bodies.presence import against_body, against_members
from domain.bodies.state import Bodies, Office
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.members import Members
from domain.text import Id, Name, SealedText
from domain.vocabulary import OfficeKind

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


class PersonRegistered(Event):
    """A person was given an opaque id."""

    type: Literal["person.registered"] = "person.registered"
    person_id: Id
    name: SealedText


# Commands --------------------------------------------------------------------------------


class EstablishOffice(Command):
    """Set up an office."""

    type: Literal["office.establish"]
    office_id: Id
    title: Name
    kind: OfficeKind
    body_id: Id | None = None
    member_id: Id | None = None


class RegisterPerson(Command):
    """Give a person an opaque id; the name goes to the side store, never into an entry."""

    type: Literal["person.register"]
    person_id: Id
    name: Name


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
    )
    return replace(state, offices=state.offices.insert(office.office_id, office))


def registered(state: Bodies, event: PersonRegistered, fact: Fact) -> Bodies:
    """Returns the state with one more person."""
    return replace(state, persons=state.persons.insert(event.person_id, fact.number))


# subjects --------------------------------------------------------------------------------


def subjects(event: OfficeEstablished | PersonRegistered) -> Iterator[Subject]:
    """Yields the office with the body and the member it belongs to, or the person."""
    if isinstance(event, PersonRegistered):
        yield Subject("person", event.person_id)
        return
    yield Subject("office", event.office_id)
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
    )
    return Decision((event,), ruling)


def register(command: RegisterPerson, state: Bodies, context: Context) -> Decision:
    """Returns the person registered, the name sealed. Raises Rejection."""
    ruling = judge(_against_registering(command, state), context.mode)
    return Decision((PersonRegistered(person_id=command.person_id, name=context.seal(command.name)),), ruling)


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


def _against_registering(command: RegisterPerson, state: Bodies) -> Iterator[Rejection]:
    known = state.persons.get(command.person_id)
    if known is not None:
        yield Rejection("person.already_registered", "fact", entries=(known,), person_id=command.person_id)
