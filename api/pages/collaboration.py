"""One collaboration: its state as seen from a point of its book, and the minute book up to there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

import orjson
from fastapi import APIRouter, Query, Request, Response

from api.composition import House
from api.deps import NUMBER_MAX, BookId, HouseDep, Point
from api.overview import overview, seen
from api.pages.looking import Look, LookDep, LookError, Unreadable, as_of, look_error, point_of
from api.pages.meetings import MeetingList, meetings
from api.pages.minutes import LINES_MAX, lines, read, reader_for
from api.pages.names import Names, names
from api.pages.parts import Instant, Line, Link, Page, Part, frame
from api.pages.pitfalls import ConcernShown, pitfalls
from api.pages.possible import Possibility, complete, possibility
from api.pages.rendering import rendered
from api.pages.sheets.contents import SheetGroup, sheet_groups
from api.pages.speech import Speech, SpeechDep
from api.pages.state import AgreementShown, BodyShown, Fact, GrantShown, MemberShown, OfficeShown, Renderer
from api.pages.unwitnessed import unwitnessed
from api.pages.words import instant, titled, when
from api.problems import Refused
from api.texts import erased_among, texts_for
from domain.rulebook import FORMS
from ledger.log.holding import breaks
from projections.constitution import CONSTITUTION

router = APIRouter()


class State(Part):
    """What is in effect on the day asked about."""

    founded: bool
    """Whether the collaboration certainly exists on the day."""
    facts: tuple[Fact, ...]
    """Legal form, charter and host."""
    members: tuple[MemberShown, ...]
    """The members that are certain."""
    bodies: tuple[BodyShown, ...]
    """The bodies that are certain."""
    offices: tuple[OfficeShown, ...]
    """The offices that are certain."""
    agreements: tuple[AgreementShown, ...]
    """The agreements that are certain, with their service levels."""
    authority: tuple[GrantShown, ...]
    """The grants of authority that are certain."""
    possible: tuple[Possibility, ...]
    """What is possible but not certain."""


class Steps(Part):
    """Where the reader stands in the book, and the ways from there."""

    at: int
    """The last entry looked at; 0 before the first."""
    position: str
    """Which entry of how many."""
    sentence: str
    """As of what the page shows the book, in words."""
    recorded_at: Instant | None
    """When the last entry looked at was recorded."""
    line: Line | None
    """That entry, where it is not the book's last."""
    first: Link | None
    """To the first entry."""
    previous: Link | None
    """One entry back."""
    next: Link | None
    """One entry on."""
    last: Link | None
    """To the last entry."""


class Minutes(Part):
    """A page of the minute book."""

    lines: tuple[Line, ...]
    """Entries, newest first."""
    older: str | None
    """Link to older entries."""
    newer: str | None
    """Link to newer entries."""


class CollaborationContext(Page):
    """One collaboration."""

    template: ClassVar[str] = "collaboration.html"

    url: str
    """This page without the form's fields: the book as it is now."""
    action: str
    """Where the form sends what is written in it."""
    look: Look
    """What is written in the form."""
    lang: str | None
    """The language to keep when the form is sent, None where the browser chooses."""
    head: int
    """The book's last entry."""
    error: LookError | None
    """Why what was asked for cannot be shown; then nothing else is."""
    notices: tuple[str, ...]
    """Projections that stopped or lag behind."""
    restored: tuple[str, ...]
    """That the book was restored: it is held, or went on without proof that it is the one known outside."""
    unwitnessed: tuple[str, ...]
    """That nobody outside has seen the book for too long, or that it was refused."""
    steps: Steps | None
    """Where the reader stands in the book."""
    sheets: tuple[SheetGroup, ...]
    """The composed answers that are seen from the same point."""
    state: State | None
    """The state on the day."""
    meetings: MeetingList | None
    """The meetings, each leading to its minutes."""
    pitfalls: tuple[ConcernShown, ...]
    """The pitfalls that were raised, those open first."""
    minutes: Minutes | None
    """The minute book."""
    json_url: str | None
    """The same state as JSON."""


Before = Annotated[int | None, Query(ge=1, le=NUMBER_MAX)]


@dataclass(frozen=True, slots=True)
class Sight:
    """Where the reader looks from, and what things are called there."""

    house: House
    point: Point
    speech: Speech
    look: Look
    names: Names

    @property
    def day(self) -> str | None:
        """The day asked about, in ISO form."""
        return self.point.on.isoformat() if self.point.on else None

    def lines(self, numbers: Iterable[int]) -> tuple[Line, ...]:
        """Returns the entries of these numbers as lines."""
        found = read(self.house, self.point.collaboration_id, numbers)
        return lines(found, reader_for(self.house, self.point, self.speech, self.names, found))

    def link(self, **query: object) -> str:
        """Returns the link to the collaboration as seen from elsewhere."""
        return self.speech.collaboration(self.point.collaboration_id, **query)


@router.api_route("/collaborations/{collaboration_id}", methods=["GET", "HEAD"], include_in_schema=False)
def collaboration(
    collaboration_id: BookId, request: Request, house: HouseDep, speech: SpeechDep, look: LookDep, before: Before = None
) -> Response:
    """One collaboration as seen from a point, or what is wrong with the point asked for."""
    now = point_of(house, collaboration_id, Look())
    try:
        point = point_of(house, collaboration_id, look)
    except (Refused, Unreadable) as error:
        wrong = look_error(error, speech)
        if wrong is None:
            raise
        sight = Sight(house, now, speech, look, names(house, now))
        return rendered(_context(request, sight, {"error": wrong[0]}), speech, wrong[1])
    sight = Sight(house, point, speech, look, names(house, point))
    return rendered(_context(request, sight, _seen(sight, before)), speech)


def _context(request: Request, sight: Sight, content: dict[str, Any]) -> CollaborationContext:
    speech, point = sight.speech, sight.point
    empty = dict.fromkeys(("error", "steps", "state", "meetings", "minutes", "json_url"))
    return CollaborationContext(
        **frame(request, speech, sight.names.own, Link(text=speech("list.title"), url=speech.link("/"))),
        url=sight.link(),
        action=f"/collaborations/{point.collaboration_id}",
        look=sight.look,
        lang=speech.language if speech.chosen else None,
        head=point.head,
        notices=tuple(_notices(sight)),
        restored=tuple(_restored(sight)),
        unwitnessed=unwitnessed(sight.house, speech, {point.collaboration_id: sight.names.own}),
        **{**empty, "sheets": (), "pitfalls": (), **content},
    )


def _notices(sight: Sight) -> Iterator[str]:
    book = sight.point.collaboration_id
    for fault in sight.house.views.faults(book):
        params = {"projection": fault.projection, "entry": fault.entry, "category": fault.category}
        yield sight.speech("state.stopped", **params)
    head = sight.house.ledger.head(book)
    if head > sight.point.head:
        yield sight.speech("state.behind", position=sight.point.head, head=head)


def _restored(sight: Sight) -> Iterator[str]:
    book, ledger = sight.point.collaboration_id, sight.house.ledger
    if book in ledger.held():
        yield sight.speech("state.held")
    for one in breaks(ledger, book):
        moment = instant(datetime.fromisoformat(one.recorded_at), sight.speech).text
        yield sight.speech("state.break", entry=one.size, when=moment, reason=one.reason)


def _seen(sight: Sight, before: int | None) -> dict[str, Any]:
    point = sight.point
    return {
        "steps": _steps(sight),
        "sheets": sheet_groups(point.collaboration_id, sight.look, sight.speech),
        "state": _state(sight),
        "meetings": meetings(sight.house, point, sight.names, sight.speech),
        "pitfalls": pitfalls(sight.house, point, sight.speech),
        "minutes": _minutes(sight, before),
        "json_url": f"/api/v1/collaborations/{point.collaboration_id}?entry={point.entry}&effective_on={sight.day}",
    }


# The state -------------------------------------------------------------------------------


def _state(sight: Sight) -> State:
    house, point = sight.house, sight.point
    answer = overview(house, point)
    answer["possible"] = complete(house, point, answer["possible"])
    texts = texts_for(house, point.collaboration_id, [orjson.dumps(answer)])
    renderer = Renderer(sight.speech, sight.names, texts, erased_among(house, point.collaboration_id, texts))
    leaving = {item["id"] for item in answer["possible"] if item["kind"] == "member" and item["status"] == "left"}
    return State(
        founded=answer["legal_form"] is not None,
        facts=tuple(_facts(house, point, answer, renderer)),
        members=tuple(renderer.member(member, leaving) for member in answer["members"]),
        bodies=tuple(map(renderer.body, answer["bodies"])),
        offices=tuple(map(renderer.office, answer["offices"])),
        agreements=tuple(map(renderer.agreement, answer["agreements"])),
        authority=tuple(map(renderer.grant, answer["authority"])),
        possible=tuple(possibility(item, sight.day, renderer) for item in answer["possible"]),
    )


def _facts(house: House, point: Point, answer: dict[str, Any], renderer: Renderer) -> Iterator[Fact]:
    rows = {row.body["facet"]: row.body for row in seen(house, CONSTITUTION, point) if row.certain}
    unsettled = {item["kind"] for item in answer["possible"]}
    form, host, charter = answer["legal_form"], answer["host"], answer["charter"]
    if form is None:
        return
    yield _fact("legal_form", titled(renderer.speech.word("legal_form", form)), None, rows, unsettled, renderer)
    yield _fact("charter", charter, ("charter", charter), rows, unsettled, renderer)
    if host is not None or "host" in unsettled:
        yield _fact("host", host and renderer.names.of("member", host), ("member", host), rows, unsettled, renderer)


def _fact(
    facet: str,
    text: str | None,
    subject: tuple[str, str] | None,
    rows: dict[str, Any],
    unsettled: set[str],
    renderer: Renderer,
) -> Fact:
    row = None if text is None else rows.get(facet)
    return Fact(
        label=renderer.speech(f"state.{facet}"),
        text=text or renderer.speech("state.none_known"),
        gap=text is None,
        url=renderer.history(*subject, "").url if subject and text is not None else None,
        law=FORMS[row["value"]].law if row and facet == "legal_form" else None,
        since=None if row is None else when(row["effective"], renderer.speech),
        entry=None if row is None else renderer.entry(row["entry"]),
        unsettled=facet in unsettled,
    )


# The book --------------------------------------------------------------------------------


def _steps(sight: Sight) -> Steps:
    point, speech = sight.point, sight.speech
    at, head = point.entry, point.head
    shown = sight.lines([at] if at else [])

    def way(code: str, number: int, *, there: bool) -> Link | None:
        link = Link(
            text=speech(f"asof.{code}", entry=number),
            url=sight.link(effective_on=sight.look.effective_on or None, entry=number),
        )
        return link if there else None

    return Steps(
        at=at,
        position=speech("asof.at", entry=at, head=head),
        sentence=as_of(point, sight.look, speech),
        recorded_at=shown[0].recorded_at if shown else None,
        line=shown[0] if shown and at < head else None,
        first=way("first", 1, there=at > 1),
        previous=way("previous", at - 1, there=at > 0),
        next=way("next", at + 1, there=at < head),
        last=way("last", head, there=at < head),
    )


def _minutes(sight: Sight, before: int | None) -> Minutes:
    newest = min(sight.point.entry, (before or sight.point.entry + 1) - 1)
    oldest = max(1, newest - LINES_MAX + 1)

    def page(bound: int) -> str:
        """Returns the link to the entries before a number, keeping what is written in the form."""
        return sight.link(**{name: value or None for name, value in dict(sight.look).items()}, before=bound) + "#book"

    return Minutes(
        lines=sight.lines(range(newest, oldest - 1, -1)),
        older=page(oldest) if oldest > 1 else None,
        newer=page(min(newest + LINES_MAX, sight.point.entry) + 1) if newest < sight.point.entry else None,
    )
