"""Erasure by order (kassasjon av enkeltopplysninger): a text or a document goes, its entry stays, and its proofs.

What a public body has recorded is disposed of only by rule or leave of Nasjonalarkivet, which may also order single
items disposed of; a duty to delete in another act is a ground only where it clearly says so (arkivlova § 13;
arkivforskrifta §§ 43 and 44). So no text goes without an order, and the order stands in the book for ever: who gave it,
when, and which commitments lost their texts, which hashes their documents. What stands in an entry itself is not
separable: it is hashed with it, and can be shielded but not taken out.

Deciding and folding only tell what is gone. The ledger takes it away, texts in the transaction of the entry. A document
that other books name too is gone from this one, and its content once every book that names it has erased it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import Field
from rpds import HashTrieMap

from domain.bodies import Bodies, PersonContactRecorded, PersonRegistered
from domain.copying import replace
from domain.dates import Day, Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Frozen, Id, Name, SealedText, Sha256

OrderKind = Literal["single_item", "disposal_rule", "deletion_duty", "court"]
"""`single_item`: Nasjonalarkivet's decision on single items (arkivlova § 13 third paragraph; arkivforskrifta § 43).
`disposal_rule`: its rule or leave to dispose (first paragraph). `deletion_duty`: a duty to delete in another act, which
clearly says that it shall not be found in the archives (second paragraph). `court`: a judgment."""

ARCHIVES = "arkivlova § 13"

# Events: stored for ever -----------------------------------------------------------------


class Order(Frozen):
    """What orders an erasure."""

    kind: OrderKind
    ref: Name
    """The decision's case number, the provision, or the judgment."""
    issued_by: Name
    issued_on: Day


FieldPath = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[a-z0-9_]+(?:\.[a-z0-9_]+)*$")]
"""Where a text stands in an entry's JSON: such as `event.name`, `event.clauses.3.text` or `reason`."""


class TextAt(Frozen):
    """A text of an entry, or every one it has."""

    entry: Annotated[int, Field(ge=1)]
    field: FieldPath | None = None
    """Left out: every text of the entry."""


class ErasedText(Frozen):
    """A text that was erased, by the commitment that stands in its place."""

    entry: Annotated[int, Field(ge=1)]
    field: FieldPath
    commitment: Sha256


class ErasedDocument(Frozen):
    """A document that was erased, by the hash that stands for it."""

    sha256: Sha256
    entries: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1)]
    """Those that name it as evidence."""


class PersonalDataErased(Event):
    """Texts or documents were erased by order. Commitments and hashes stay, and say nothing of what they were."""

    type: Literal["personal_data.erased"] = "personal_data.erased"
    person_id: Id | None = None
    texts: Annotated[tuple[TextAt, ...], Field(max_length=200)] = ()
    order: Order
    erased: tuple[ErasedText, ...]
    """The texts this entry took away, in order of their entries, computed when it was decided."""
    documents: Annotated[tuple[Sha256, ...], Field(max_length=200)] = ()
    erased_documents: tuple[ErasedDocument, ...] = ()
    """The documents this entry took away, by hash, with the entries that named them when it was decided."""


# Commands --------------------------------------------------------------------------------


class ErasePersonalData(Command):
    """Erase a person's name and contacts, single texts of entries, or documents, by order. It cannot be undone.

    They are gone from the database, every answer and every new export; the entries stand as they are.
    """

    type: Literal["personal_data.erase"]
    person_id: Id | None = None
    """Whose name and contacts go, by whatever id they were recorded."""
    texts: Annotated[tuple[TextAt, ...], Field(max_length=200)] = ()
    documents: Annotated[tuple[Sha256, ...], Field(max_length=200)] = ()
    """Documents that entries of the book name as evidence, by their SHA-256. Their names stand in the entries."""
    order: Order | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """A text that an entry is committed to."""

    field: str
    commitment: str


@dataclass(frozen=True)
class Erasures:
    """Which texts the entries are committed to, which documents they name, and which of them are gone."""

    sealed: HashTrieMap[int, tuple[Kept, ...]] = field(default_factory=HashTrieMap)
    """By entry; an entry without texts is not here."""
    of_person: HashTrieMap[str, tuple[int, ...]] = field(default_factory=HashTrieMap)
    """The entries that hold a person's name or contact, by id."""
    erased: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """The entry of the order, by commitment, and by hash of a document."""
    documents: HashTrieMap[str, tuple[int, ...]] = field(default_factory=HashTrieMap)
    """The entries that name a document, by its hash."""


@cache
def may_hold_text(cls: type[Frozen]) -> bool:
    """Returns whether a value of this class can hold a sealed text, in itself or in its parts."""
    return bool(_fields_with_text(cls))


@cache
def _fields_with_text(cls: type[Frozen]) -> tuple[str, ...]:
    """Returns the fields of a class that can hold a sealed text; asked once: every entry is looked through."""
    return tuple(name for name, found in cls.model_fields.items() if _holds(found.annotation))


def _holds(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        return annotation is SealedText or may_hold_text(annotation)
    return any(_holds(part) for part in get_args(annotation))


def kept(state: Erasures, event: Event, fact: Fact) -> Erasures:
    """Returns the state that knows the texts and documents of one more entry, irregular or not."""
    for sha256 in dict.fromkeys(fact.documents):
        entries = (*(state.documents.get(sha256) or ()), fact.number)
        state = replace(state, documents=state.documents.insert(sha256, entries))
    found = () if fact.reason is None else (Kept("reason", fact.reason.commitment),)
    texts = (*_texts_in(event, "event"), *found)
    if not texts:
        return state
    known = replace(state, sealed=state.sealed.insert(fact.number, texts))
    if not isinstance(event, PersonRegistered | PersonContactRecorded):
        return known
    numbers = (*(state.of_person.get(event.person_id) or ()), fact.number)
    return replace(known, of_person=state.of_person.insert(event.person_id, numbers))


def _texts_in(value: object, path: str) -> Iterator[Kept]:
    if isinstance(value, SealedText):
        yield Kept(path, value.commitment)
    elif isinstance(value, Frozen):
        for name in _fields_with_text(type(value)):
            yield from _texts_in(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from _texts_in(one, f"{path}.{index}")


def evolve(state: Erasures, event: PersonalDataErased, fact: Fact) -> Erasures:
    """Returns the state in which the texts and documents are gone."""
    erased = state.erased
    for gone in (*(text.commitment for text in event.erased), *(one.sha256 for one in event.erased_documents)):
        if gone not in erased:
            erased = erased.insert(gone, fact.number)
    return replace(state, erased=erased)


def subjects(event: PersonalDataErased) -> Iterator[Subject]:
    """Yields the person, where one is named, and every entry that lost a text or a document."""
    if event.person_id is not None:
        yield Subject("person", event.person_id)
    yield from (Subject("entry", str(number)) for number in entries_of(event))


def entries_of(event: PersonalDataErased) -> Iterator[int]:
    """Yields the number of an entry for each text and document it lost."""
    yield from (text.entry for text in event.erased)
    yield from (number for one in event.erased_documents for number in one.entries)


# Rules -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What an erasure is judged by."""

    erasures: Erasures
    bodies: Bodies
    head: int
    """The number of the book's last entry."""


def erase(command: ErasePersonalData, known: Known, context: Context) -> Decision:
    """Returns the texts erased. Raises Rejection.

    Nothing stands against it as a mere broken rule: what is erased cannot be healed back.
    """
    if command.order is None:
        raise Rejection("erasure.no_order", "fact", law=ARCHIVES)
    ruling = judge(_against(command, command.order, known, context), context.mode)
    asked = tuple(_asked(command, known))
    event = PersonalDataErased(
        person_id=command.person_id,
        texts=command.texts,
        order=command.order,
        erased=tuple(text for text in asked if text.commitment not in known.erasures.erased),
        documents=command.documents,
        erased_documents=tuple(
            ErasedDocument(sha256=sha256, entries=known.erasures.documents[sha256])
            for sha256 in sorted(set(command.documents))
        ),
    )
    return Decision((event,), ruling)


def _against(command: ErasePersonalData, order: Order, known: Known, context: Context) -> Iterator[Rejection]:
    if context.mode != "decide" or context.effective != Interval.exact(context.today):
        yield Rejection("erasure.not_now", "fact", on=context.today.isoformat())
    if order.issued_on > context.today:
        on = order.issued_on.isoformat()
        yield Rejection("erasure.order_not_given_yet", "fact", law=ARCHIVES, ref=order.ref, on=on)
    if command.person_id is None and not command.texts and not command.documents:
        yield Rejection("erasure.nothing_named", "fact")
    if command.person_id is not None and not _entries_of(command.person_id, known):
        yield Rejection("erasure.unknown_person", "fact", person_id=command.person_id)
    beyond = sorted({text.entry for text in command.texts if text.entry > known.head})
    if beyond:
        yield Rejection("erasure.unknown_entry", "fact", unknown=beyond, head=known.head)
    for text in command.texts:
        if text.entry <= known.head and not any(_found(text, known)):
            path = text.field or "event"
            params: dict[str, Any] = {"entry": text.entry, "field": path}
            yield Rejection("erasure.not_separable", "fact", law=ARCHIVES, entries=(text.entry,), **params)
    yield from _against_again(command, known)
    yield from _against_documents(command, known)


def _against_documents(command: ErasePersonalData, known: Known) -> Iterator[Rejection]:
    """Yields that a document is named by no entry, or is gone already."""
    for sha256 in dict.fromkeys(command.documents):
        entries, by = known.erasures.documents.get(sha256), known.erasures.erased.get(sha256)
        if entries is None:
            yield Rejection("erasure.unknown_document", "fact", sha256=sha256)
        elif by is not None:
            again: dict[str, Any] = {"sha256": sha256, "by": by}
            yield Rejection("erasure.document_already_erased", "fact", entries=(*entries, by), **again)


def _against_again(command: ErasePersonalData, known: Known) -> Iterator[Rejection]:
    """Yields that a text named by its entry is gone already, or that nothing is left of what the person had."""
    asked = list(_asked(command, known))
    gone = {t.commitment: known.erasures.erased[t.commitment] for t in asked if t.commitment in known.erasures.erased}
    named = {one.commitment for text in command.texts for one in _found(text, known)}
    if gone and (len(gone) == len({text.commitment for text in asked}) or any(one in gone for one in named)):
        entries = sorted({text.entry for text in asked if text.commitment in gone})
        by = sorted(set(gone.values()))
        yield Rejection("erasure.already_erased", "fact", entries=(*entries, *by), erased=entries, by=by)


def _asked(command: ErasePersonalData, known: Known) -> Iterator[ErasedText]:
    """Yields every text a command names, each commitment once, in order of entry and field."""
    wanted: dict[str, ErasedText] = {}
    of_person = () if command.person_id is None else _entries_of(command.person_id, known)
    for text in (*(TextAt(entry=entry) for entry in of_person), *command.texts):
        for one in _found(text, known):
            told = ErasedText(entry=text.entry, field=one.field, commitment=one.commitment)
            wanted.setdefault(one.commitment, told)
    yield from sorted(wanted.values(), key=lambda text: (text.entry, text.field))


def _found(text: TextAt, known: Known) -> Iterator[Kept]:
    kept_there = known.erasures.sealed.get(text.entry) or ()
    return (one for one in kept_there if text.field is None or one.field == text.field)


def _entries_of(person_id: str, known: Known) -> tuple[int, ...]:
    """Returns the entries with the name and the contacts of a person, by every id they are or were known by."""
    merged = known.bodies.merged
    own = _current(person_id, known.bodies)
    ids = {person_id, own, *(old for old in merged if _current(old, known.bodies) == own)}
    return tuple(sorted(n for id_ in ids for n in known.erasures.of_person.get(id_) or ()))


def _current(person_id: str, bodies: Bodies) -> str:
    """Returns the id a person goes by now: of two that are one, the one the other was merged into."""
    seen = {person_id}
    while (gone := bodies.merged.get(person_id)) is not None and gone.into not in seen:
        person_id = gone.into
        seen.add(person_id)
    return person_id
