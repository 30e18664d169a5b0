"""The formality meter (papirarbeid): how much was written down, and of what kind, before, during and after agreement.

Composed from rows. An entry belongs where its day lies: before the first agreement began, while any was in force, or
after the last had ended; a rough day counts from when it is certain.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Query, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import Answer, documented
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.overview import looked
from api.problems import Refused
from projections.agreements import AGREEMENTS
from projections.minute_book import MINUTE_BOOK

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

JSON = dict[str, Any]
Phase = Literal["before", "during", "after"]

FORMAL = frozenset(
    {
        "authority.granted",
        "authority.subdelegated",
        "body_rules.adopted",
        "budget.adopted",
        "budget.amended",
        "charter.entered_into_force",
        "cost_key.adopted",
        "decision.made",
        "delegation_rules.adopted",
        "member_frame.set",
        "member_resolution.recorded",
        "minutes.signed",
        "price_terms.revised",
        "service_agreement.concluded",
        "service_level.revised",
        "vote.taken",
    }
)
"""Entries by which something is decided or agreed in due form; the others tell what was done and who is who."""


class PhaseShown(Answer):
    """What was entered in one phase."""

    phase: Phase
    since: date | None
    """The first day of the phase; null where nothing bounds it."""
    until: date | None
    """The last day of the phase; null where nothing bounds it."""
    entries: int
    formal: int
    """How many of them decide or agree on something in due form."""
    kinds: dict[str, int]
    """How many there are of each formal kind, by stored name."""


class FormalityMeter(Answer):
    """How much was entered, and of what formal kinds, before, during and after agreement."""

    collaboration: str
    agreement: str | None
    """The agreement asked about; null for all of them together."""
    entry: int
    """The number of the last entry folded."""
    effective_on: date | None
    """Entries up to this day are counted; null for all days."""
    phases: list[PhaseShown]
    """The first alone where nothing has been agreed."""
    withheld: int
    """How many entries, and agreements, are left out because they are shielded from whoever asks."""


AgreementParam = Annotated[
    str | None,
    Query(pattern=r"^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$", description="An agreement. Left out: all of them."),
]


@router.get("/{collaboration_id}/formality-meter", operation_id="getFormalityMeter", **documented(FormalityMeter))
def formality_meter(
    point: PointOnADayDep, house: HouseDep, agreement: AgreementParam = None, if_none_match: IfNoneMatch = None
) -> Response:
    """How much was written down before, during and after agreement, in all and of each formal kind."""
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(measured(house, point, agreement))))


def measured(house: House, point: Point, agreement: str | None) -> JSON:
    """Returns the meter as seen from a point. Raises Refused for an agreement the book does not show."""
    terms, shielded = looked(house, AGREEMENTS, replace(point, on=None))
    held = [row.body for row in terms if agreement in (None, row.body["id"])]
    if agreement is not None and not held:
        raise Refused("unknown_agreement", agreement=agreement)
    entries, hidden = looked(house, MINUTE_BOOK, point)
    begins, ends = _bounds(held)
    counted: dict[Phase, Counter[str]] = {"before": Counter(), "during": Counter(), "after": Counter()}
    for row in entries:
        if row.certain:
            counted[_phase(row.body["effective"]["latest"], begins, ends)][row.body["type"]] += 1
    spans: list[tuple[Phase, str | None, str | None]] = [("before", None, _day_before(begins))]
    spans += [] if begins is None else [("during", begins, _day_before(ends))]
    spans += [] if ends is None else [("after", ends, None)]
    return {
        "collaboration": point.collaboration_id,
        "agreement": agreement,
        "entry": point.entry,
        "effective_on": None if point.on is None else point.on.isoformat(),
        "phases": [_shown(phase, since, until, counted[phase]) for phase, since, until in spans],
        "withheld": shielded + hidden,
    }


def _bounds(held: list[JSON]) -> tuple[str | None, str | None]:
    """Returns the first day anything was agreed, and the first on which nothing is any more; None where neither is."""
    if not held:
        return None, None
    begins = min(body["effective"]["latest"] for body in held)
    by_id = {body["id"]: _end(body) for body in held}
    ends = [end for end in by_id.values() if end is not None]
    return begins, max(ends) if len(ends) == len(by_id) else None


def _end(body: JSON) -> str | None:
    """Returns the first day without an agreement: as it was ended, else the day after its last."""
    ended: str | None = None if body["ended"] is None else body["ended"]["latest"]
    expired = None if body["until"] is None else _day_after(body["until"])
    told = [day for day in (ended, expired) if day is not None]
    return min(told) if told else None


def _phase(day: str, begins: str | None, ends: str | None) -> Phase:
    if begins is None or day < begins:
        return "before"
    return "during" if ends is None or day < ends else "after"


def _day_before(day: str | None) -> str | None:
    return None if day is None else date.fromordinal(date.fromisoformat(day).toordinal() - 1).isoformat()


def _day_after(day: str) -> str:
    return date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat()


def _shown(phase: Phase, since: str | None, until: str | None, types: Counter[str]) -> JSON:
    kinds = {name: types[name] for name in sorted(types) if name in FORMAL}
    return {
        "phase": phase,
        "since": since,
        "until": until,
        "entries": types.total(),
        "formal": sum(kinds.values()),
        "kinds": kinds,
    }
