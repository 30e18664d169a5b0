"""What if a member leaves, or the collaboration takes another form: every effect and every refusal, nothing written."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, ClassVar

import orjson
from fastapi import APIRouter, Query, Response

from api.access import Principal, allow
from api.book_state import day_of
from api.composition import House
from api.deps import Point, PrincipalDep
from api.legal_forms import checklist
from api.overview import looked
from api.pages.looking import Unreadable, as_of
from api.pages.names import people
from api.pages.parts import Page, Part, frame
from api.pages.rendering import rendered
from api.pages.sheets.effects import StepShown, changes, steps
from api.pages.sheets.sheet import JSON, Asked, AskedDep, Desk, desk_of, elsewhere, trail
from api.pages.sheets.tables import Cell, Grid
from api.pages.words import titled
from api.problems import Refused
from api.simulating import simulate_departure, simulate_form_change
from domain.rulebook import FORMS
from domain.vocabulary import LegalFormId
from projections.members import MEMBERS
from projections.minute_book import MINUTE_BOOK

router = APIRouter()

CHECKED = {
    "notice": "checked.notice",
    "seat": "checked.seat",
    "grant": "checked.grant",
    "agreement": "checked.agreement",
    "share": "checked.share",
}
"""What a member has to settle before it leaves."""
KEPT_BY_NOBODY = {"Cache-Control": "no-store", "Vary": "Accept-Language, Authorization"}
"""What is answered depends on the key, and is not kept, as the simulator's own answers are not."""
SUBJECTS = {"notice": "member", "seat": "body", "grant": "grant", "agreement": "agreement", "share": "member"}
"""What an item of the list is named after."""


class Option(Part):
    """Something to choose in a form."""

    value: str
    """What is sent."""
    text: str
    """What it is called."""
    chosen: bool
    """Whether it is what is shown."""


class Outcome(Part):
    """What a plan would lead to."""

    summary: str
    """How many acts would be accepted, and how many refused."""
    steps: tuple[StepShown, ...]
    """The acts, in order."""
    changes: Grid | None
    """What would be otherwise; None where nothing would."""
    json_url: str
    """The same as JSON."""


class SimulationContext(Page):
    """A plan, and what it would lead to."""

    template: ClassVar[str] = "simulation.html"

    seen: str
    """As of what the book is shown."""
    look_url: str
    """Where another entry is chosen."""
    action: str
    """Where the forms are sent."""
    kept: tuple[tuple[str, str], ...]
    """What the forms send besides: the language and the entry."""
    day: str
    """The day it would happen, in ISO form."""
    members: tuple[Option, ...]
    """The members that can leave."""
    forms: tuple[Option, ...]
    """The legal forms there are."""
    plan: str | None
    """What is asked about, in words; None before anything is."""
    settled: Grid | None
    """What the member has to settle, for a departure."""
    outcome: Outcome | None
    """What it would lead to; None where that is not shown."""
    withheld: bool
    """Whether it is not shown for what it may rest on."""


MemberQuery = Annotated[str | None, Query(pattern=r"^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$")]


@router.api_route("/collaborations/{collaboration_id}/simulation", methods=["GET", "HEAD"], include_in_schema=False)
def simulation(
    asked: AskedDep, principal: PrincipalDep, member: MemberQuery = None, to: LegalFormId | None = None
) -> Response:
    """A departure or a change of form, tried on a copy of the book."""
    try:
        desk = desk_of(asked)
    except (Refused, Unreadable) as error:
        return elsewhere(error, asked)
    open_ = may_see(asked.house, desk.point, principal)
    return rendered(
        _context(asked, desk, principal if open_ else None, member, to), desk.speech, headers=KEPT_BY_NOBODY
    )


def may_see(house: House, point: Point, principal: Principal) -> bool:
    """Returns whether a simulation may be shown: to whoever may read what is shielded, or where nothing is.

    What a simulation answers can rest on anything in the book. In a book without a shielded entry that is nothing
    everyone may not see.
    """
    if allow(principal, "read", point.collaboration_id, "shielded"):
        return True
    whole = replace(point, entry=point.head, on=None, shielded=False)
    return looked(house, MINUTE_BOOK, whole)[1] == 0


def _context(
    asked: Asked, desk: Desk, principal: Principal | None, member: str | None, to: LegalFormId | None
) -> SimulationContext:
    speech, day = desk.speech, day_of(desk.house, desk.point)
    chosen = member is not None or to is not None
    kept = {name: value for name, value in desk.query.items() if name != "effective_on"}
    if speech.chosen:
        kept["lang"] = speech.language
    return SimulationContext(
        **frame(asked.request, speech, speech("sim.title"), *trail(desk)),
        seen=as_of(desk.point, desk.look, speech),
        look_url=desk.url(),
        action=f"/collaborations/{desk.point.collaboration_id}/simulation",
        kept=tuple(kept.items()),
        day=day.isoformat(),
        members=_members(desk, member),
        forms=tuple(
            Option(value=form, text=titled(speech.word("legal_form", form)), chosen=form == to) for form in FORMS
        ),
        plan=_plan(desk, member, to),
        settled=None if member is None else _settled(desk, member),
        outcome=_outcome(asked, desk, principal, member, to) if chosen and principal is not None else None,
        withheld=chosen and principal is None,
    )


def _plan(desk: Desk, member: str | None, to: LegalFormId | None) -> str | None:
    day = day_of(desk.house, desk.point)
    if member is not None:
        return desk.speech("sim.departs", name=desk.names.of("member", member), day=day)
    return None if to is None else desk.speech("sim.changes_to", form=desk.speech.word("legal_form", to), day=day)


def _members(desk: Desk, chosen: str | None) -> tuple[Option, ...]:
    rows, _ = looked(desk.house, MEMBERS, desk.point)
    ids = dict.fromkeys(row.body["id"] for row in rows if row.body["status"] == "member")
    named = sorted((desk.names.of("member", id_), id_) for id_ in ids)
    return tuple(Option(value=id_, text=name, chosen=id_ == chosen) for name, id_ in named)


def _settled(desk: Desk, member: str) -> Grid:
    """Returns what the member has to settle before it leaves. Raises Refused for one the book does not know."""
    speech = desk.speech
    listed = orjson.loads(bytes(checklist(desk.point, member, desk.house).body))
    return Grid(
        caption=speech("sim.settled"),
        columns=desk.columns("sim.what", "sim.of", "sim.state", "common.entry"),
        rows=tuple(
            (
                Cell(text=speech(CHECKED[item["kind"]])),
                _item(desk, item),
                Cell(text=speech("sim.done" if item["done"] else "sim.open")),
                desk.entries([] if item["entry"] is None else [item["entry"]]),
            )
            for item in listed["items"]
        ),
    )


def _item(desk: Desk, item: JSON) -> Cell:
    if item["id"] is None:
        return desk.gap("sheet.none")
    kind = SUBJECTS.get(item["kind"])
    return Cell(text=item["id"]) if kind is None else desk.named(kind, item["id"])


def _outcome(
    asked: Asked, desk: Desk, principal: Principal, member: str | None, to: LegalFormId | None
) -> Outcome | None:
    """Returns what the JSON route answers. Whoever gets here may see it, so it is asked as one who may."""
    reader = Principal(principal.id, "auditor", frozenset({desk.point.collaboration_id}))
    if member is not None:
        path = f"members/{member}/departure-simulation"
        answer = simulate_departure(asked.request, desk.point, member, desk.house, reader)
        url = desk.json_url(path)
    elif to is not None:
        answer = simulate_form_change(asked.request, desk.point, to, desk.house, reader)
        url = desk.json_url("form-change-simulation", to=to)
    else:
        return None
    told = orjson.loads(bytes(answer.body))
    ids = [row["id"] for row in told["rows"] if row["kind"] == "person"]
    ids += [command["person_id"] for command in told["commands"] if "person_id" in command]
    called = replace(desk, names=desk.names.with_people(people(desk.house, desk.point, ids)))
    return Outcome(
        summary=desk.speech("sim.summary", accepted=told["accepted"], refused=told["refused"]),
        steps=steps(called, told),
        changes=changes(called, told["rows"]),
        json_url=url,
    )
