"""The minutes of a meeting as a secretary prints them: who was there, each case as it was treated, who signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

from fastapi import APIRouter, Request, Response

from api.composition import House
from api.deps import BookId, HouseDep, Point
from api.minutes.reading import read as read_meeting
from api.minutes.routes import MeetingId, minutes_of
from api.pages.contents import Reader
from api.pages.looking import LookDep, point_of
from api.pages.meeting_cases import case_told, treated
from api.pages.meeting_end import additions, ending, signing, to_sign, withheld
from api.pages.meeting_head import agenda, attendance, facts, title
from api.pages.meeting_parts import Attendance, CaseTold, Said, Teller, Told, Treated, known
from api.pages.meetings import called
from api.pages.names import Names, names
from api.pages.parts import Link, Page, Part, frame
from api.pages.rendering import rendered
from api.pages.speech import Speech, SpeechDep

router = APIRouter()


class MeetingContext(Page):
    """The minutes of one meeting."""

    template: ClassVar[str] = "meeting.html"

    of: str
    """The collaboration whose meeting it was."""
    facts: tuple[tuple[str, Said], ...]
    """What stands over the minutes: labels and sentences."""
    attendance: Attendance
    """Who was there."""
    agenda: tuple[Said, ...]
    """What was put on the agenda and taken off it after the call."""
    cases: tuple[CaseTold, ...]
    """In the order they were treated."""
    rest: tuple[Treated, ...]
    """What was done in the meeting and in no case."""
    ending: Said | None
    """That the meeting ended."""
    withheld: tuple[Said, ...]
    """What is exempt from access, and by which provision."""
    range_said: str
    """Which entries the minutes are made of."""
    digest: str
    """What they are signed over."""
    signing: tuple[Said, ...]
    """Signatures, approvals and publications."""
    to_sign: tuple[str, ...]
    """Who is still to sign."""
    additions: tuple[Said, ...]
    """What was recorded after the latest signature."""
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
    teller = Teller(
        told, found, Reader(speech, _named(house, point, told, speech), told["texts"], erased=told["erased"])
    )
    teller = _with_cases(teller)
    own = teller.names.own
    trail = (
        Link(text=speech("list.title"), url=speech.link("/")),
        Link(text=own, url=speech.collaboration(collaboration_id)),
    )
    told_of = _told_of(teller)
    context = MeetingContext(
        **frame(request, speech, title(teller), *trail),
        **{**told_of, "rest": (*told_of["rest"], *_left_over(teller, told_of))},
        of=own,
        range_said=_range(told, speech),
        digest=told["minutes_sha256"],
        to_sign=tuple(to_sign(teller)),
        json_url=f"/api/v1/collaborations/{collaboration_id}/meetings/{meeting_id}/minutes",
    )
    return rendered(context, speech)


def _named(house: House, point: Point, told: Told, speech: Speech) -> Names:
    """Returns the names in the book, with those of the people and the meetings that the minutes speak of."""
    people = {key.partition(":")[2]: name for key, name in told["names"].items() if key.startswith("person:")}
    found, number = names(house, point).with_people(people), told["head"]["number"]
    others = {one["approved_in"] for one in told["approvals"] if "approved_in" in one}
    others |= {one["meeting_id"] for one in told["approves"] if "meeting_id" in one}
    meetings = called(house, point, others, speech)
    if known(number):
        meetings["meeting", told["meeting"]] = speech("meetings.numbered", number=number)
    return replace(found, by_key={**found.by_key, **meetings})


def _with_cases(teller: Teller) -> Teller:
    """Returns the teller with the cases called by number and title, as far as the minutes know them."""
    cases = {
        ("case", case["case"]): " ".join(part for part in (case["number"], case["title"]) if known(part))
        for case in teller.minutes["cases"]
        if known(case["title"])
    }
    called_so = replace(teller.names, by_key={**teller.names.by_key, **cases})
    return replace(teller, reader=replace(teller.reader, names=called_so))


def _range(told: Told, speech: Speech) -> str:
    first, last = told["first_entry"], told["last_entry"]
    return speech("meeting.no_entries") if first is None else speech("meeting.range", first=first, last=last)


def _told_of(teller: Teller) -> dict[str, Any]:
    """Returns everything that sentences are made of, by the name it has on the page."""
    minutes = teller.minutes
    return {
        "facts": tuple(facts(teller)),
        "attendance": attendance(teller),
        "agenda": tuple(agenda(teller)),
        "cases": tuple(case_told(teller, case) for case in minutes["cases"]),
        "rest": treated(teller, minutes, teller.speech("meeting.rest")),
        "ending": ending(teller),
        "withheld": tuple(withheld(teller)),
        "signing": tuple(signing(teller)),
        "additions": tuple(additions(teller)),
    }


def _left_over(teller: Teller, told_of: dict[str, Any]) -> Iterator[Treated]:
    """Yields the entries of the minutes that no sentence on the page leads to, so that none is passed over."""
    there = {link.url for said in _said_in(tuple(told_of.values())) for link in said.entries}
    for place in teller.found.of("minutes"):
        if not {link.url for link in teller.links(place.number)} <= there:
            yield Treated(said=teller.happened(place.number))


def _said_in(value: object) -> Iterator[Said]:
    """Yields the sentences in parts of the page, wherever they stand."""
    if isinstance(value, Said):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _said_in(part)
    elif isinstance(value, Part):
        yield from _said_in(tuple(getattr(value, name) for name in type(value).model_fields))
