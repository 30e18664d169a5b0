"""One entry of a minute book: everything it says, as it is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Path, Request, Response

from api.attachments import PREFIX as ATTACHMENTS
from api.composition import House
from api.deps import NUMBER_MAX, BookId, HouseDep
from api.entries import corrected_by
from api.pages.contents import Reader
from api.pages.looking import Look, point_of
from api.pages.minutes import line, read, reader_for
from api.pages.names import names
from api.pages.parts import Instant, Line, Link, Page, Part, Shown, frame
from api.pages.rendering import rendered
from api.pages.speech import Speech, SpeechDep
from api.pages.words import instant, on, titled
from api.problems import Refused, damaged
from domain.collaboration import subjects
from domain.kernel import Actor
from ledger.entry import AnyEntry
from ledger.reading import Recorded

router = APIRouter()


class SourceShown(Part):
    """Where a historical fact was read."""

    title: str
    """Its title."""
    url: str | None
    """Its address."""
    read_on: str
    """When it was read."""


class Envelope(Part):
    """What an entry says beside its event."""

    recorded_by: str
    """Who recorded it, as an opaque id."""
    acted_by: str | None
    """Who performed the act."""
    mode_means: str
    """What its mode means."""
    basis: tuple[tuple[str, str], ...]
    """What the act rests on: its kind in words, and what it is."""
    source: SourceShown | None
    """Where it was read."""
    evidence: tuple[tuple[str, str, str | None], ...]
    """Documents: name, SHA-256, and where it can be fetched, None where it is not kept."""
    access: str
    """Who may read it, in words."""
    rulebook: str
    """The rules it was judged by."""
    schema_number: int
    """The form it is written in."""
    command_id: str
    """The identity of the command that led to it."""
    entry_id: str
    """Its own id."""
    reason: Shown | None
    """Why it was recorded although it breaks a rule."""


class Stored(Part):
    """An entry's bytes."""

    sha256: str
    """Their SHA-256, in hexadecimal."""
    size: int
    """How many there are."""
    text: str
    """The bytes themselves, which are JSON in UTF-8."""


class EntryContext(Page):
    """One entry."""

    template: ClassVar[str] = "entry.html"

    position: str
    """Which entry of how many."""
    event: str
    """The event's stored name."""
    line: Line
    """The entry as in a list."""
    recorded_at: Instant
    """When it was recorded."""
    mode: str
    """How it came into the book."""
    corrects: Link | None
    """The entry it corrects."""
    corrected_by: Link | None
    """The entry that stands in its place."""
    content: Shown | None
    """Every field of its event; None where that is withheld."""
    envelope: Envelope | None
    """What it says beside the event; None where that is withheld."""
    stored: Stored | None
    """Its bytes; None where they are withheld."""
    subjects: tuple[tuple[str, Link], ...]
    """What it concerns: its kind in words, and its history."""
    previous: Link | None
    """The entry before."""
    next: Link | None
    """The entry after."""
    as_it_was: str
    """The collaboration as the book was after this entry."""
    json_url: str
    """The entry as JSON."""


Number = Annotated[int, Path(ge=1, le=NUMBER_MAX)]


@router.api_route(
    "/collaborations/{collaboration_id}/entries/{number}", methods=["GET", "HEAD"], include_in_schema=False
)
def entry(collaboration_id: BookId, number: Number, request: Request, house: HouseDep, speech: SpeechDep) -> Response:
    """One entry. 404 where the book has none of that number, 500 where it is damaged."""
    point = point_of(house, collaboration_id, Look())
    if number > point.head:
        raise Refused("unknown_entry", number=number, head=point.head)
    (found,) = read(house, collaboration_id, [number])
    if found.recorded is None:
        raise damaged(collaboration_id, number)
    reader = reader_for(house, point, speech, names(house, point), [found])
    shown = line(found, reader)
    by = corrected_by(house, point, number)
    trail = (
        Link(text=speech("list.title"), url=speech.link("/")),
        Link(text=reader.names.own, url=speech.collaboration(collaboration_id)),
    )
    context = EntryContext(
        **frame(request, speech, speech("entry.title", number=number, name=reader.names.own), *trail),
        position=speech("entry.at", number=number, head=point.head),
        event=found.recorded.entry.type,
        line=shown,
        recorded_at=instant(found.recorded.entry.recorded_at, speech),
        mode=titled(shown.mode or ""),
        previous=_way(collaboration_id, number - 1, speech) if number > 1 else None,
        next=_way(collaboration_id, number + 1, speech) if number < point.head else None,
        as_it_was=speech.collaboration(collaboration_id, entry=number),
        corrected_by=None if by is None else _way(collaboration_id, by, speech),
        json_url=f"/api/v1/collaborations/{collaboration_id}/entries/{number}",
        **_content(house, found.public, found.fields, reader),
    )
    return rendered(context, speech)


def _way(collaboration_id: str, number: int, speech: Speech) -> Link:
    url = speech.collaboration(collaboration_id, "entries", str(number))
    return Link(text=titled(speech("state.entry", number=number)), url=url)


def _content(house: House, public: Recorded | None, withheld: tuple[str, ...], reader: Reader) -> dict[str, Any]:
    """Returns what everyone may see of an entry; with fields withheld, neither its bytes nor what it concerns."""
    if public is None:
        return {"content": None, "envelope": None, "stored": None, "subjects": (), "corrects": None}
    told, book = public.entry, reader.names.collaboration_id
    return {
        "content": reader.record(told.event) if not withheld else _without(told, withheld, reader),
        "envelope": _envelope(told, reader, _kept(house, told)),
        "stored": None
        if withheld
        else Stored(
            sha256=hashlib.sha256(public.state).hexdigest(), size=len(public.state), text=public.state.decode()
        ),
        "subjects": () if withheld else tuple(_subjects(told, reader)),
        "corrects": None if told.corrects is None else _way(book, told.corrects, reader.speech),
    }


def _without(told: AnyEntry, withheld: tuple[str, ...], reader: Reader) -> Shown:
    """Returns the fields of an event, and of those withheld by which provision they are."""
    gap = Shown(text=reader.speech("entry.field_withheld", basis=told.access.legal_basis or "–"), gap=True)
    names = (name for name in type(told.event).model_fields if name != "type")
    return Shown(fields=tuple((reader.label(n), gap if n in withheld else reader.field(told.event, n)) for n in names))


def _subjects(told: AnyEntry, reader: Reader) -> Iterator[tuple[str, Link]]:
    speech, book = reader.speech, reader.names.collaboration_id
    for kind, id_ in subjects(told.event):
        code = f"subject_kind.{kind}"
        url = speech.collaboration(book, "history", subject=f"{kind}:{id_}")
        word = speech(code if speech.knows(code) else "subject_kind.other")
        yield titled(word), Link(text=reader.names.of(kind, id_), url=url)


def _kept(house: House, told: AnyEntry) -> dict[str, str]:
    """Returns where the documents an entry names can be fetched, as far as they are kept, by SHA-256."""
    names = {document.sha256 for document in told.evidence}
    return {one: f"{ATTACHMENTS}/{one}" for one in names if house.ledger.attachments.find(one) is not None}


def _envelope(told: AnyEntry, reader: Reader, kept: dict[str, str]) -> Envelope:
    speech = reader.speech
    source = told.source
    return Envelope(
        recorded_by=told.recorded_by,
        acted_by=None if told.acted_by is None else _actor(told.acted_by, reader),
        mode_means=speech(f"mode_means.{told.mode}"),
        basis=tuple((titled(speech(f"basis.{basis.kind}")), basis.ref) for basis in told.basis),
        source=None
        if source is None
        else SourceShown(
            title=source.title, url=source.url, read_on=speech("entry.source_read", day=on(source.read_on, speech))
        ),
        evidence=tuple((one.name, one.sha256, kept.get(one.sha256)) for one in told.evidence),
        access=titled(_access(told, speech)),
        rulebook=told.rulebook_version,
        schema_number=told.schema_number,
        command_id=told.command_id,
        entry_id=told.entry_id,
        reason=None if told.reason is None else reader.sealed(told.reason),
    )


def _access(told: AnyEntry, speech: Speech) -> str:
    if told.access.level == "public":
        return speech("entry.access_public")
    return speech("entry.access_in_part", basis=told.access.legal_basis or "–")


def _actor(actor: Actor, reader: Reader) -> str:
    named = ((kind, getattr(actor, kind)) for kind in ("person", "office", "body"))
    return ", ".join(reader.names.of(kind, id_) for kind, id_ in named if id_ is not None)
