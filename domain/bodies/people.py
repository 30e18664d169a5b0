"""People: opaque ids, with name and contact sealed beside the book, and one id for each as far as is known.

That someone is registered twice the book cannot see: names are sealed with a salt of their own, so that none is told
from another by what is stored. Whoever finds it out says so, and the two ids are one from then on. Personal data stay
out of entries: GDPR article 5; arkivlova § 13.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeVar

from rpds import HashTrieMap, List

from domain.bodies.presence import against_person
from domain.bodies.state import Bodies, Merged
from domain.copying import replace
from domain.dates import Mark
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Id, Name, SealedText, Text

# Events: stored for ever -----------------------------------------------------------------


class PersonRegistered(Event):
    """A person was given an opaque id."""

    type: Literal["person.registered"] = "person.registered"
    person_id: Id
    name: SealedText


class PersonContactRecorded(Event):
    """How a person can be reached was recorded; it replaces what was known of it."""

    type: Literal["person_contact.recorded"] = "person_contact.recorded"
    person_id: Id
    contact: SealedText


class PersonMerged(Event):
    """A person was found to have two ids, and is known by one of them from then on."""

    type: Literal["person.merged"] = "person.merged"
    person_id: Id
    """The id that is no longer in use."""
    into: Id


# Commands --------------------------------------------------------------------------------


class RegisterPerson(Command):
    """Give a person an opaque id; the name goes to the side store, never into an entry."""

    type: Literal["person.register"]
    person_id: Id
    name: Name


class RecordPersonContact(Command):
    """Record how a person can be reached: an address, a telephone number. Only for those who may see what is shielded.

    The contact goes to the side store, never into an entry.
    """

    type: Literal["person_contact.record"]
    person_id: Id
    contact: Text


class MergePerson(Command):
    """Record that two ids are one person: everything of `person_id` is that of `into` from then on."""

    type: Literal["person.merge"]
    person_id: Id
    into: Id


# evolve ----------------------------------------------------------------------------------


def registered(state: Bodies, event: PersonRegistered, fact: Fact) -> Bodies:
    """Returns the state with one more person."""
    return replace(state, persons=state.persons.insert(event.person_id, fact.number))


def corrected(state: Bodies, event: PersonRegistered, fact: Fact) -> Bodies:
    """Returns the state in which a person is known by the name of another entry; unchanged for an id not in use."""
    return registered(state, event, fact) if event.person_id in state.persons else state


def contact_recorded(state: Bodies, event: PersonContactRecorded, fact: Fact) -> Bodies:
    """Returns the state in which the person can be reached so."""
    known = Mark(fact.effective, fact.number, event.contact)
    return replace(state, contacts=state.contacts.insert(event.person_id, known))


def merged(state: Bodies, event: PersonMerged, fact: Fact) -> Bodies:
    """Returns the state in which what one id had is what the other has; unchanged where either is not in use."""
    old, new = event.person_id, event.into
    if old == new or old not in state.persons or new not in state.persons:
        return state
    keys = sorted((*(state.by_person.get(old) or ()), *(state.by_person.get(new) or ())), reverse=True)
    tenures = state.tenures
    for key in keys:
        tenures = tenures.insert(key, replace(tenures[key], person_id=new))
    ties = sorted(
        (*(state.interests_by_person.get(old) or ()), *(state.interests_by_person.get(new) or ())),
        key=lambda interest_id: state.interests[interest_id].entry,
        reverse=True,
    )
    return replace(
        state,
        persons=state.persons.discard(old),
        merged=state.merged.insert(old, Merged(new, fact.number)),
        tenures=tenures,
        by_person=_moved(state.by_person, old, new, keys),
        interests_by_person=_moved(state.interests_by_person, old, new, ties),
    )


T = TypeVar("T")


def _moved(index: HashTrieMap[str, List[T]], old: str, new: str, things: list[T]) -> HashTrieMap[str, List[T]]:
    """Returns an index by person in which what `old` and `new` had is all found by `new`."""
    return index.discard(old).insert(new, List(things)) if things else index


# subjects --------------------------------------------------------------------------------


def subjects(event: PersonRegistered | PersonContactRecorded | PersonMerged) -> Iterator[Subject]:
    """Yields the person, of two ids both; of a contact the contact alone, so that shielding it shields no more."""
    match event:
        case PersonContactRecorded():
            yield Subject("contact", event.person_id)
        case PersonRegistered():
            yield Subject("person", event.person_id)
        case PersonMerged():
            yield Subject("person", event.person_id)
            yield Subject("person", event.into)


# Rules -----------------------------------------------------------------------------------


def register(command: RegisterPerson, state: Bodies, context: Context) -> Decision:
    """Returns the person registered, the name sealed. Raises Rejection."""
    ruling = judge(_against_registering(command, state), context.mode)
    return Decision((PersonRegistered(person_id=command.person_id, name=context.seal(command.name)),), ruling)


def record_contact(command: RecordPersonContact, state: Bodies, context: Context) -> Decision:
    """Returns the contact recorded, sealed. Raises Rejection."""
    ruling = judge(_against_contact(command, state, context), context.mode)
    event = PersonContactRecorded(person_id=command.person_id, contact=context.seal(command.contact))
    return Decision((event,), ruling)


def merge(command: MergePerson, state: Bodies, context: Context) -> Decision:
    """Returns the two ids made one. Raises Rejection."""
    ruling = judge(_against_merging(command, state), context.mode)
    return Decision((PersonMerged(person_id=command.person_id, into=command.into),), ruling)


def _against_registering(command: RegisterPerson, state: Bodies) -> Iterator[Rejection]:
    known = state.persons.get(command.person_id)
    if known is not None:
        yield Rejection("person.already_registered", "fact", entries=(known,), person_id=command.person_id)
    gone = state.merged.get(command.person_id)
    if gone is not None:
        yield Rejection("person.merged", "fact", entries=(gone.entry,), person_id=command.person_id, into=gone.into)


def _against_contact(command: RecordPersonContact, state: Bodies, context: Context) -> Iterator[Rejection]:
    yield from against_person(state, command.person_id)
    known = state.contacts.get(command.person_id)
    if known is not None and known.effective == context.effective:
        yield Rejection(
            "person.contact_already_recorded",
            "fact",
            entries=(known.number,),
            person_id=command.person_id,
            on=context.on.isoformat(),
        )
    # Never irregular either: what everyone may read once, everyone has read.
    if command.access.level == "public":
        yield Rejection("person.contact_not_shielded", "fact", person_id=command.person_id)


def _against_merging(command: MergePerson, state: Bodies) -> Iterator[Rejection]:
    yield from against_person(state, command.person_id)
    yield from against_person(state, command.into)
    if command.person_id == command.into:
        yield Rejection("person.same_person", "fact", person_id=command.person_id)
    for tenure in state.tenures_of(command.person_id):
        for other in state.tenures_of(command.into):
            if tenure.place != other.place or command.person_id == command.into:
                continue
            together = tenure.life.meets(other.life)
            if together is not False:
                yield Rejection(
                    "person.both_seated",
                    "fact" if together else "unknown",
                    entries=(tenure.entry, other.entry),
                    person_id=command.person_id,
                    into=command.into,
                    place_id=tenure.place.id,
                )
