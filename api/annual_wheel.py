"""The annual wheel (årshjul): what falls due in a year, by law for the legal form and by what the book says itself.

Nothing of it is recorded: it follows from the form on each day, and from the dates of grants, terms of office,
agreements and whatever else has one. Whether a deadline was met is said only where the book can know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import AnnualWheel, documented
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.overview import Seen, seen
from domain.dates import FIRST_DAY, LAST_DAY
from domain.rulebook.deadlines import Due, due_in
from domain.rulebook.delegation import term_of
from domain.vocabulary import LegalFormId
from ledger.deciding import today_in_oslo
from projections.agreements import AGREEMENTS
from projections.authority import AUTHORITY
from projections.authority_reports import DELEGATION_RULES
from projections.bodies import TENURES
from projections.budgets import BUDGET_LINES
from projections.constitution import CONSTITUTION
from projections.members import MEMBERS
from projections.projection import Projection

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Own:
    """A date a row of some projection carries."""

    projection: Projection
    field: str
    key: str
    subject: str
    """The kind of entity the row is about."""
    id: str = "id"
    """The field with the entity's id."""


_OWN = (
    Own(AUTHORITY, "review_on", "grant_review", "grant"),
    Own(AUTHORITY, "until", "grant_ends", "grant"),
    Own(TENURES, "until", "term_ends", "person", "person"),
    Own(AGREEMENTS, "until", "agreement_ends", "agreement"),
)

Year = Annotated[
    int | None,
    Query(ge=FIRST_DAY.year + 1, le=LAST_DAY.year, description="The year. Left out: that of the day asked about."),
]


@router.get("/{collaboration_id}/annual-wheel", operation_id="getAnnualWheel", **documented(AnnualWheel))
def annual_wheel(
    point: PointOnADayDep, house: HouseDep, year: Year = None, if_none_match: IfNoneMatch = None
) -> Response:
    """What falls due in a year: by law, for the legal form on each day, and by the dates the book itself holds.

    `status` is as on the day asked about; it is null where the book holds nothing that could tell.
    """
    day = point.on or today_in_oslo(house.ledger.clock())
    return from_point(
        house, point, if_none_match, lambda: Made(orjson.dumps(wheel(house, point, day, year or day.year)))
    )


def wheel(house: House, point: Point, day: date, year: int) -> Answer:
    """Returns the wheel of a year as seen from a point; what is met or overdue is so on `day`."""
    ever = replace(point, on=None)
    form_on = _forms(house, ever)
    adopted, rules = _budgets(house, ever), _Rules(house, ever)
    items = [_by_law(due, form_on(due.on), _met(due, adopted, rules), day) for due in due_in(year, form_on)]
    items += [item for own in _OWN for item in _of_its_own(own, seen(house, own.projection, ever), year, day)]
    return {
        "collaboration": point.collaboration_id,
        "year": year,
        "entry": point.entry,
        "effective_on": day.isoformat(),
        "items": sorted(items, key=lambda item: (item["on"], item["key"], item["id"] or "")),
    }


def _forms(house: House, ever: Point) -> Callable[[date], LegalFormId | None]:
    """Returns what tells the legal form that is certain on a day."""
    rows = house.views.select(CONSTITUTION, ever.query(where={"facet": "legal_form"}))
    values = [(row, orjson.loads(row.body)["value"]) for row in rows]

    def form_on(day: date) -> LegalFormId | None:
        held = [value for row, value in values if row.certain_on(day.isoformat())]
        return held[-1] if held else None

    return form_on


def _budgets(house: House, ever: Point) -> dict[int, Answer]:
    """Returns the first row of every year's budget, which says when it was adopted and by which entry."""
    found: dict[int, Answer] = {}
    for row in seen(house, BUDGET_LINES, ever):
        found.setdefault(row.body["year"], row.body)
    return found


@dataclass(frozen=True, slots=True)
class _Met:
    """Whether a deadline was met, as far as the book can tell."""

    told: bool
    """Whether the book holds anything that could tell."""
    done: Answer | None = None
    """What met it last, with the day and the entry."""


class _Rules:
    """The councils' rules on delegation: one deadline that every member has to meet."""

    def __init__(self, house: House, ever: Point) -> None:
        self._adopted = [row.body for row in seen(house, DELEGATION_RULES, ever) if not row.body["irregular"]]
        self._members = [(row, orjson.loads(row.body)) for row in house.views.select(MEMBERS, ever.query())]

    def met(self, due: date) -> _Met:
        """Returns whether every member's council has adopted rules since it was constituted."""
        term = term_of(due)
        since = None if term is None else term.since.isoformat()
        first: dict[str, Answer] = {}
        for body in self._adopted:
            if body["owner"]["kind"] == "member" and since is not None and body["effective"]["latest"] >= since:
                first.setdefault(body["owner"]["id"], body)
        day = due.isoformat()
        owing = {body["id"] for row, body in self._members if body["status"] == "member" and row.certain_on(day)}
        whole = bool(owing) and owing <= first.keys()
        last = max((first[id_] for id_ in owing), key=lambda b: b["effective"]["latest"]) if whole else None
        return _Met(told=bool(first), done=last)


def _met(due: Due, budgets: dict[int, Answer], rules: _Rules) -> _Met:
    match due.deadline.key:
        case "budget_and_plan":
            return _Met(told=True, done=budgets.get(due.on.year + due.deadline.about))
        case "delegation_rules":
            return rules.met(due.on)
        case _:
            return _Met(told=False)


def _by_law(due: Due, form: LegalFormId | None, met: _Met, on: date) -> Answer:
    deadline, about, done = due.deadline, due.on.year + due.deadline.about, met.done
    return {
        "key": deadline.key,
        "kind": "law",
        "on": due.on.isoformat(),
        "law": deadline.law,
        "legal_form": form,
        "whose": deadline.whose,
        "about_year": about if deadline.about else None,
        "subject": None,
        "id": None,
        "entry": None if done is None else done["entry"],
        "status": _status(done, due.on, on) if met.told else None,
    }


def _status(done: Answer | None, due: date, on: date) -> str:
    if done is None:
        return "overdue" if on > due else "open"
    return "done" if done["effective"]["latest"] <= due.isoformat() else "done_late"


def _of_its_own(own: Own, rows: list[Seen], year: int, on: date) -> Iterator[Answer]:
    """Yields the dates of one kind in a year; of an entity shown in several rows each date once."""
    told: set[tuple[str, str]] = set()
    for row in rows:
        day, id_ = row.body.get(own.field), str(row.body[own.id])
        if day is None or not day.startswith(f"{year}-") or row.body.get("ended") or (id_, day) in told:
            continue
        told.add((id_, day))
        yield {
            "key": own.key,
            "kind": "book",
            "on": day,
            "law": None,
            "legal_form": None,
            "whose": None,
            "about_year": None,
            "subject": own.subject,
            "id": id_,
            "entry": row.body["entry"],
            "status": "past" if date.fromisoformat(day) < on else "open",
        }
