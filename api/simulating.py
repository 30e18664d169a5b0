"""The simulator (simulering): what commands would lead to, by the real rules on a copy of the book; nothing is written.

Commands are decided one after the other, each in the book as those accepted before it would leave it. One that the
rules refuse is answered with its refusal, and the next is decided without it, so that a whole plan is seen at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.types import Scope

from api.access import Principal, require
from api.answers import Answer, EntryShown, documented
from api.book_state import book_at, day_of, folded
from api.catalogue import Language
from api.composition import House
from api.deps import BookId, EntryParam, HouseDep, Point, PointOnADayDep, PrincipalDep, point
from api.field_errors import Pointer, pointer_text
from api.legal_forms import MemberId
from api.problems import Refused, Wording, language_for, wordings
from api.sending import read_command, read_commands
from api.simulated_plans import departure, form_change
from domain.collaboration import AnyCommand
from domain.kernel import Rejection, Subject
from domain.vocabulary import LegalFormId
from ledger.deciding import Submission, advanced, today_in_oslo
from ledger.reading import Step
from projections.projection import ALWAYS, EVER, Render, Row, plain, touched
from projections.registry import ALL

router = APIRouter(prefix="/api/v1/collaborations", tags=["entries"])


# What is answered ------------------------------------------------------------------------


class Refusal(Answer):
    """Why the rules refuse a command."""

    code: str
    detail: str
    """In the language asked for."""
    how_to_go_on: str
    law: str | None
    entries: list[int]
    """The entries that led to it; those past the book's last are of this simulation."""
    params: dict[str, Any]
    broken: list[str]
    """Every rule the act would break if it were recorded as one that took place, by code; the first refuses it."""
    texts: dict[str, Wording]
    """The refusal in every language."""


class Simulated(Answer):
    """One command and what it would lead to."""

    index: int
    pointer: str
    """Where it stands in what was sent, or in `commands`."""
    type: str
    accepted: bool
    entries: list[EntryShown]
    """The entries it would lead to, numbered as they would be; none where it is refused."""
    refusal: Refusal | None


class RowSeen(Answer):
    """A row, and the days it holds on: certainly, and possibly where dates are rough. Null where nothing bounds it."""

    body: dict[str, Any]
    certain_from: str | None
    certain_to: str | None
    """The first day it may have ended."""
    possible_from: str | None
    possible_to: str | None
    """The first day it certainly has ended."""


class RowChanged(Answer):
    """A row that would be another: shown before and after, null where it would not have been there or be gone."""

    projection: str
    kind: str
    id: str
    key: str
    before: RowSeen | None
    after: RowSeen | None


class Simulation(Answer):
    """What commands would lead to."""

    collaboration: str
    entry: int
    """The last entry of the book they were decided in."""
    commands: list[dict[str, Any]] | None
    """The commands themselves, where they were made here and not sent."""
    accepted: int
    refused: int
    steps: list[Simulated]
    rows: list[RowChanged]


# Asking ----------------------------------------------------------------------------------


@router.post("/{collaboration_id}/simulate", operation_id="simulate", **documented(Simulation))
async def simulate(
    collaboration_id: BookId, request: Request, house: HouseDep, principal: PrincipalDep, entry: EntryParam = None
) -> Response:
    """Decides a command, or a list of up to 100, on a copy of the book: every effect, every refusal, nothing recorded.

    Asked with a key that may read what is shielded, for what is answered can rest on anything in the book.
    """
    require(principal, "read", collaboration_id, "shielded")
    sent = read_commands(await request.body())
    places = [sent.place(index) for index in range(len(sent.commands))]

    def found() -> Response:
        seen_from = point(collaboration_id, house, principal, entry)
        return _answer(house, seen_from, principal, request.scope, sent.commands, places)

    return await run_in_threadpool(found)


@router.get(
    "/{collaboration_id}/members/{member_id}/departure-simulation",
    operation_id="simulateDeparture",
    **documented(Simulation),
)
def simulate_departure(
    request: Request, seen_from: PointOnADayDep, member_id: MemberId, house: HouseDep, principal: PrincipalDep
) -> Response:
    """What it would take for a member to leave on the day asked about, and what would be left.

    The commands are made from the book: notice, seats vacated, its share divided among the others in proportion, and
    the departure with every grant lapsing and every agreement left. Each can be changed and sent to `simulate`.
    """
    require(principal, "read", seen_from.collaboration_id, "shielded")
    state = folded(house, seen_from)
    if member_id not in state.members.parties:
        raise Refused("unknown_member", member=member_id)
    day, today = day_of(house, seen_from), today_in_oslo(house.ledger.clock())
    return _planned(house, seen_from, principal, request.scope, departure(state, member_id, day, today))


@router.get("/{collaboration_id}/form-change-simulation", operation_id="simulateFormChange", **documented(Simulation))
def simulate_form_change(
    request: Request,
    seen_from: PointOnADayDep,
    to: Annotated[LegalFormId, Query(description="The legal form to change to.")],
    house: HouseDep,
    principal: PrincipalDep,
) -> Response:
    """What stands between the collaboration and another legal form on the day asked about, and what would follow.

    The commands are made from the book: a charter of that form unless there is one, and the change with every grant
    going on. The refusals say what is missing.
    """
    require(principal, "read", seen_from.collaboration_id, "shielded")
    made = form_change(folded(house, seen_from), to, day_of(house, seen_from))
    return _planned(house, seen_from, principal, request.scope, made)


def _planned(
    house: House, seen_from: Point, principal: Principal, scope: Scope, documents: Sequence[dict[str, Any]]
) -> Response:
    commands = tuple(read_command(document) for document in documents)
    places = [("commands", index) for index in range(len(commands))]
    return _answer(house, seen_from, principal, scope, commands, places, documents)


def _answer(
    house: House,
    seen_from: Point,
    principal: Principal,
    scope: Scope,
    commands: Sequence[AnyCommand],
    places: Sequence[Pointer],
    documents: Sequence[dict[str, Any]] | None = None,
) -> Response:
    run = Run(house, seen_from, principal.id)
    language = language_for(scope)
    steps = [_shown(run.take(command), index, places[index], language) for index, command in enumerate(commands)]
    accepted = sum(step["accepted"] for step in steps)
    answer = {
        "collaboration": seen_from.collaboration_id,
        "entry": seen_from.entry,
        "commands": documents,
        "accepted": accepted,
        "refused": len(steps) - accepted,
        "steps": steps,
        "rows": list(run.changed_rows()),
    }
    headers = {"Cache-Control": "no-store", "Content-Language": language, "Vary": "Accept-Language"}
    return Response(orjson.dumps(answer), 200, headers, "application/json")


# Deciding on a copy ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one command."""

    command: AnyCommand
    steps: tuple[Step, ...] = ()
    rejection: Rejection | None = None
    broken: tuple[str, ...] = ()
    """Every rule the act would break, by code."""


class Run:
    """A copy of a book that commands are decided in, one after the other."""

    def __init__(self, house: House, seen_from: Point, principal: str) -> None:
        self._ledger, self._principal = house.ledger, principal
        self._before = self._book = book_at(house, seen_from)
        self._touched: dict[Subject, None] = {}

    def take(self, command: AnyCommand) -> Taken:
        """Returns what a command leads to in the book as it is now; if it is accepted, the book goes on from there."""
        try:
            steps = self._decided(command)
        except Rejection as rejection:
            return Taken(command, rejection=rejection, broken=self._broken(command, rejection))
        self._book = advanced(self._book, steps)
        for step in steps:
            self._touched |= dict.fromkeys(touched(step))
        return Taken(command, steps)

    def _decided(self, command: AnyCommand) -> tuple[Step, ...]:
        return self._ledger.decide(self._book, Submission(self._book.id, (command,), self._principal)).steps

    def _broken(self, command: AnyCommand, rejection: Rejection) -> tuple[str, ...]:
        """Returns the rules that an act breaks which is recorded as one that took place; they are all looked at."""
        recorded = command.model_copy(update={"mode": "record", "reason": command.reason or "-"})
        try:
            steps = self._decided(recorded)
        except Rejection:
            return (rejection.code,)
        return tuple(dict.fromkeys((rejection.code, *(code for s in steps for code in s.recorded.entry.irregular))))

    def changed_rows(self) -> Iterator[dict[str, Any]]:
        """Yields every row that is another after all that was accepted, by projection, subject and key."""
        for projection in ALL:
            if projection.render is None:
                continue
            for subject in sorted(s for s in self._touched if s.kind == projection.kind):
                yield from _changed(projection.name, subject, *self._rows(projection.render, subject.id))

    def _rows(self, render: Render, id_: str) -> tuple[dict[str, Row], dict[str, Row]]:
        before, after = ({row.key: row for row in render(book.state, id_)} for book in (self._before, self._book))
        return before, after


def _changed(
    projection: str, subject: Subject, before: Mapping[str, Row], after: Mapping[str, Row]
) -> Iterator[dict[str, Any]]:
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            yield {
                "projection": projection.replace("_", "-"),
                "kind": subject.kind,
                "id": subject.id,
                "key": key,
                "before": _seen(before.get(key)),
                "after": _seen(after.get(key)),
            }


def _seen(row: Row | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "body": row.body,
        "certain_from": None if row.certain_from == ALWAYS else row.certain_from.isoformat(),
        "certain_to": None if row.certain_to == EVER else row.certain_to.isoformat(),
        "possible_from": None if row.possible_from == ALWAYS else row.possible_from.isoformat(),
        "possible_to": None if row.possible_to == EVER else row.possible_to.isoformat(),
    }


def _shown(taken: Taken, index: int, place: Pointer, language: Language) -> dict[str, Any]:
    return {
        "index": index,
        "pointer": pointer_text(place),
        "type": taken.command.type,
        "accepted": taken.rejection is None,
        "entries": [orjson.Fragment(step.recorded.state) for step in taken.steps],
        "refusal": None if taken.rejection is None else _refusal(taken.rejection, taken.broken, language),
    }


def _refusal(rejection: Rejection, broken: Sequence[str], language: Language) -> dict[str, Any]:
    worded = {spoken: wording.model_dump() for spoken, wording in wordings(rejection).items()}
    return {
        "code": rejection.code,
        **worded[language],
        "law": rejection.law,
        "entries": list(rejection.entries),
        "params": {name: plain(value) for name, value in rejection.params.items()},
        "broken": list(broken),
        "texts": worded,
    }
