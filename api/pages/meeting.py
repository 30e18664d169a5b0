"""The minutes of a meeting: who was there, each case as it was treated, who signed, and every entry it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response

from api.composition import House
from api.deps import BookId, HouseDep
from api.entries import recorded_of
from api.minutes.reading import Read, items
from api.minutes.reading import read as read_meeting
from api.minutes.routes import MeetingId, minutes_of
from api.pages.contents import Reader
from api.pages.looking import LookDep, point_of
from api.pages.minutes import Found, line, reader_for
from api.pages.names import Names, names
from api.pages.parts import Line, Link, Page, Part, Shown, frame
from api.pages.rendering import rendered
from api.pages.speech import Speech, SpeechDep
from api.pages.words import on
from domain.kernel import Event

router = APIRouter()

Told = Mapping[str, Any]

STATUS: Mapping[str, str] = {
    "draft": "minutes_status.draft",
    "signed": "minutes_status.signed",
    "added_to": "minutes_status.added_to",
}
"""The words for how far minutes have come."""

ALREADY_SAID = frozenset({"meeting_id", "case_id", "body_id", "head"})
"""Fields of an event that its place in the minutes says."""


class EntryTold(Part):
    """One entry of the meeting, in full."""

    line: Line
    """What happened, in one sentence."""
    content: Shown | None
    """What it says beside that; None where it is withheld or says no more."""


class CaseTold(Part):
    """A case and everything that was done with it."""

    anchor: str
    """Where links to it lead."""
    heading: str
    """Its number and title, else its id."""
    documents: tuple[str, ...]
    """Its documents, by title."""
    proposed_before: tuple[EntryTold, ...]
    """What was proposed before the meeting: recommendations above all."""
    outcome: str | None
    """What became of it where it was not decided."""
    entries: tuple[EntryTold, ...]
    """What was done with it, in order."""


class MeetingContext(Page):
    """The minutes of one meeting."""

    template: ClassVar[str] = "meeting.html"

    lead: str
    """Body and day."""
    facts: tuple[tuple[str, Shown], ...]
    """What stands over the minutes: labels and values."""
    attendance: Shown | None
    """Who was there, in which part of the meeting; None where the source names nobody."""
    cases: tuple[CaseTold, ...]
    """In the order they were treated."""
    rest: tuple[EntryTold, ...]
    """Entries that belong to no case."""
    signing: tuple[Line, ...]
    """Signatures, approvals and publications."""
    proof: tuple[tuple[str, str], ...]
    """What the minutes can be proved by: labels and values."""
    json_url: str
    """The same minutes as JSON."""


@router.api_route(
    "/collaborations/{collaboration_id}/meetings/{meeting_id}", methods=["GET", "HEAD"], include_in_schema=False
)
def meeting(
    collaboration_id: BookId,
    meeting_id: MeetingId,
    request: Request,
    house: HouseDep,
    speech: SpeechDep,
    look: LookDep,
) -> Response:
    """The minutes of a meeting, as everyone may see them. 404 where no entry of the book touches it."""
    point = replace(point_of(house, collaboration_id, look), on=None)
    found = read_meeting(house, point, meeting_id)
    told = minutes_of(house, point, meeting_id, found)
    called = _called(names(house, point), told)
    everything = [Found(place.number, *_whole(found, place.number)) for place in found.places]
    before = _before(house, collaboration_id, told)
    reader = reader_for(house, point, speech, called, [*everything, *before])
    entries = _entries(found, reader) | {one.number: _told(one, reader) for one in before}
    in_cases = {number for case in told["cases"] for number in case["entries"]}
    head, book = told["head"], speech.collaboration(collaboration_id)
    trail = (Link(text=speech("list.title"), url=speech.link("/")), Link(text=called.own, url=book))
    context = MeetingContext(
        **frame(request, speech, _title(told, speech), *trail),
        lead=_lead(head, reader),
        facts=tuple(_facts(told, reader)),
        attendance=_attendance(told, reader),
        cases=tuple(_case(case, entries, speech) for case in told["cases"]),
        rest=tuple(entries[p.number] for p in found.of("minutes") if p.number not in in_cases),
        signing=tuple(line(one, reader) for one in everything if one.number in {p.number for p in found.of("about")}),
        proof=_proof(told, speech),
        json_url=f"/api/v1/collaborations/{collaboration_id}/meetings/{meeting_id}/minutes",
    )
    return rendered(context, speech)


def _called(called: Names, told: Told) -> Names:
    """Returns the names with those of the people, the cases and the meeting itself."""
    people = {key.partition(":")[2]: name for key, name in told["names"].items() if key.startswith("person:")}
    cases = {("case", case["case"]): _heading(case) for case in told["cases"]}
    return replace(called, by_key={**called.by_key, **cases}).with_people(people)


def _whole(found: Read, number: int) -> tuple[Any, str | None]:
    recorded = found.recorded.get(number)
    return recorded, None if recorded else "the entry cannot be read"


def _entries(found: Read, reader: Reader) -> dict[int, EntryTold]:
    """Returns what everyone may see of the entries the minutes are made of, by number."""
    told: dict[int, EntryTold] = {}
    for item in items(found, shielded=False):
        recorded, damage = _whole(found, item.number)
        shown = line(Found(item.number, recorded, damage), reader)
        if item.event is None and damage is None:
            hidden = {"happened": None, "effective": None, "withheld": item.withheld_by or ""}
            shown = shown.model_copy(update=hidden)
        content = None if item.event is None else _content(recorded.entry.event, item.left_out, reader)
        told[item.number] = EntryTold(line=shown, content=content)
    return told


def _before(house: House, collaboration_id: str, told: Told) -> list[Found]:
    """Returns the entries of what was proposed before the meeting; whoever may see the minutes may see them."""
    numbers = sorted({one["entry"] for case in told["cases"] for one in case["proposals"] if _is_before(one)})
    return [Found(number, one, None) for number, one in recorded_of(house, collaboration_id, numbers).items()]


def _is_before(proposal: Told) -> bool:
    return bool(proposal.get("before_the_meeting"))


def _told(found: Found, reader: Reader) -> EntryTold:
    recorded = found.public
    content = None if recorded is None else _content(recorded.entry.event, (), reader)
    return EntryTold(line=line(found, reader), content=content)


def _content(event: Event, left_out: Iterable[str], reader: Reader) -> Shown | None:
    """Returns what an event says beside its sentence and its place, without what it does not say."""
    hidden = {"type", *ALREADY_SAID, *left_out}
    fields = (
        (reader.label(name), reader.field(event, name)) for name in type(event).model_fields if name not in hidden
    )
    told = tuple((label, value) for label, value in fields if not value.gap)
    return Shown(fields=told) if told else None


# What stands over the cases ----------------------------------------------------------------


def _title(told: Told, speech: Speech) -> str:
    number = told["head"]["number"]
    return speech("meeting.title", number=told["meeting"] if number in (None, "unknown") else number)


def _lead(head: Told, reader: Reader) -> str:
    body = head["body"]
    parts = [] if body is None else [reader.names.of("body", body)]
    if head["date"]:
        parts.append(_day(head["date"], reader.speech))
    return ", ".join(parts)


def _day(text: str, speech: Speech) -> str:
    return on(date.fromisoformat(text), speech)


def _facts(told: Told, reader: Reader) -> Iterable[tuple[str, Shown]]:
    head, speech = told["head"], reader.speech
    for code, value in (("meeting.time", head["time"]), ("meeting.place", head["place"])):
        if value:
            yield speech(code), Shown(text=value)
    if head["mode"]:
        yield speech("meeting.mode"), Shown(text=speech.word("meeting_mode", head["mode"]))
    if head["chair"] not in (None, "unknown"):
        yield speech("meeting.chair"), Shown(text=reader.names.of("person", head["chair"]))
    signers = head.get("minute_signers")
    if isinstance(signers, list) and signers:
        named = tuple(Shown(text=reader.names.of("person", one)) for one in signers)
        yield speech("meeting.signers"), Shown(items=named)
    yield speech("meeting.status"), Shown(text=speech(STATUS[told["status"]]))


def _attendance(told: Told, reader: Reader) -> Shown | None:
    speech = reader.speech
    rows = [_there(one, reader) for one in told["attendance"]]
    rows += [
        (_named(one["person_id"], reader), Shown(text="–"), Shown(text=speech("meeting.absent")))
        for one in told["absent"]
    ]
    if not rows:
        return None
    columns = (speech("meeting.person"), speech("meeting.for"), speech("meeting.part"))
    return Shown(columns=columns, rows=tuple(rows))


def _named(person_id: str | None, reader: Reader) -> Shown:
    return Shown(text=reader.names.of("person", person_id or "–"))


def _there(one: Told, reader: Reader) -> tuple[Shown, ...]:
    speech, sent_by = reader.speech, one["on_behalf_of"]
    for_whom = "–" if sent_by is None else reader.names.of("member", sent_by)
    if one["deputy_for"]:
        for_whom = speech("meeting.deputy", member=for_whom, person=reader.names.of("person", one["deputy_for"]))
    return _named(one["person_id"], reader), Shown(text=for_whom), Shown(text=_part(one, reader))


def _part(one: Told, reader: Reader) -> str:
    speech, called = reader.speech, reader.names
    came, left = one["from_case"], one["to_case"]
    said = [] if came is None else [speech("meeting.from_case", case=called.of("case", came))]
    if one["to_entry"] is not None:
        case = speech("meeting.the_end") if left is None else called.of("case", left)
        said.append(speech("meeting.until_case", case=case))
    return ", ".join(said) or speech("meeting.throughout")


# Cases and proof ---------------------------------------------------------------------------


def _heading(case: Told) -> str:
    known = [part for part in (case["number"], case["title"]) if part not in (None, "unknown")]
    return " ".join(known) or str(case["case"])


def _case(case: Told, entries: Mapping[int, EntryTold], speech: Speech) -> CaseTold:
    outcome = case["outcome"]
    return CaseTold(
        anchor=f"case-{case['order']}",
        heading=_heading(case),
        documents=tuple(one["title"] or speech("meeting.document_withheld") for one in case["documents"]),
        proposed_before=tuple(entries[one["entry"]] for one in case["proposals"] if _is_before(one)),
        outcome=None if outcome is None else speech.word("undecided", str(outcome.get("outcome"))),
        entries=tuple(entries[number] for number in case["entries"] if number in entries),
    )


def _proof(told: Told, speech: Speech) -> tuple[tuple[str, str], ...]:
    numbers = speech("meeting.range_of", first=told["first_entry"] or 0, last=told["last_entry"] or 0)
    return (speech("meeting.range"), numbers), (speech("meeting.digest"), told["minutes_sha256"])
