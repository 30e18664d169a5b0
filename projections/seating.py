"""What is lacking in bodies and offices: seats and deputies nobody fills, elections not shown, offices that are empty.

None of it is recorded: it follows from the seat plan, and from who sits where, on each day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.bodies import ELECTED_BY_COUNCILS, Body, Place, Tenure
from domain.collaboration import Collaboration
from domain.lifetime import Lifetime
from projections.projection import EVER, Projection, Row

Changes = dict[date, list[int]]
"""By day: how many more certainly sit from then on, and how many more certainly or possibly."""
Lacking = tuple[tuple[str, Any], ...]
"""What a row says beside its days, as pairs."""


@dataclass(frozen=True, slots=True)
class _Held:
    """How many sit on a day: certainly, and at most."""

    sure: int
    most: int


def seating_gap_rows(state: Collaboration, body_id: str) -> Iterator[Row]:
    """Yields a row for each run of days on which a member's seats or deputies in a body lack somebody.

    Further one for each seat whose election by the member's own council the book does not show, and one for each run of
    days on which a body elected by the councils has no known seat plan.
    """
    body = state.bodies.bodies.get(body_id)
    if body is None:
        return
    tenures = list(state.bodies.tenures_at(Place("body", body_id)))
    days = _days(body, tenures)
    for rank in ("full", "deputy"):
        counts = {
            member_id: _counted(days, (t.life for t in tenures if t.rank == rank and t.on_behalf_of == member_id))
            for member_id in sorted({a.member_id for mark in body.seat_plans.marks for a in mark.value})
        }
        for member_id, held in counts.items():
            yield from _runs(body, f"{rank}:{member_id}", days, _unfilled(body, rank, member_id, days, held))
    if body.kind in ELECTED_BY_COUNCILS:
        yield from _runs(body, "plan", days, _without_plan(body, days))
        yield from (_not_shown(body, tenure) for tenure in tenures if _election_missing(tenure))


def _days(body: Body, tenures: Iterable[Tenure]) -> list[date]:
    """Returns every day on which something about the body's seats changes, or may change, in order."""
    lives = [body.life, *(tenure.life for tenure in tenures)]
    found = {day for life in lives for day in _bounds(life) if day is not None}
    found |= {day for mark in body.seat_plans.marks for day in (mark.effective.earliest, mark.effective.latest)}
    return sorted(found)


def _bounds(life: Lifetime) -> tuple[date | None, ...]:
    return life.possible_from, life.certain_from, life.certain_to, life.possible_to


def _counted(days: list[date], lives: Iterable[Lifetime]) -> dict[date, _Held]:
    """Returns how many of the lives there are on each of the days."""
    changes: Changes = defaultdict(lambda: [0, 0])
    for life in lives:
        ends = life.possible_to or EVER
        if life.possible_from < ends:
            changes[life.possible_from][1] += 1
            changes[ends][1] -= 1
        sure_to = min(life.certain_to or EVER, ends)
        if life.certain_from < sure_to:
            changes[life.certain_from][0] += 1
            changes[sure_to][0] -= 1
    sure = most = 0
    held: dict[date, _Held] = {}
    for day in days:
        more_sure, more = changes.get(day, (0, 0))
        sure, most = sure + more_sure, most + more
        held[day] = _Held(sure, most)
    return held


def _unfilled(
    body: Body, rank: str, member_id: str, days: list[date], held: Mapping[date, _Held]
) -> Iterator[Lacking | None]:
    """Yields for each day what the member lacks from then on, None where it lacks nothing that is known."""
    for day in days:
        seats = body.seats_for(member_id, "full" if rank == "full" else "deputy", day)
        there = held[day]
        if seats == "unknown" or there.sure >= seats:
            yield None
            continue
        yield (
            ("kind", "seats_unfilled" if rank == "full" else "deputies_unfilled"),
            ("member", member_id),
            ("seats", seats),
            ("filled", there.sure),
            ("perhaps_filled", there.most - there.sure),
            ("missing", seats - there.sure),
        )


def _without_plan(body: Body, days: list[date]) -> Iterator[Lacking | None]:
    for day in days:
        yield None if body.seat_plans.certain(day) else (("kind", "seats_not_laid_down"), ("member", None))


def _runs(body: Body, key: str, days: list[date], lacking: Iterable[Lacking | None]) -> Iterator[Row]:
    """Yields a row for each run of days that lack the same, within the life of the body."""
    run: tuple[date, Lacking] | None = None
    for day, found in [*zip(days, lacking, strict=True), (EVER, None)]:
        there = None if day != EVER and body.life.on(day) is False else found
        if run is not None and there != run[1]:
            yield _row(body, f"{key}:{run[0]}", run[1], run[0], day)
            run = None
        if run is None and there is not None:
            run = (day, there)


def _row(body: Body, key: str, lacking: Lacking, start: date, end: date) -> Row:
    ending = None if end == EVER else end.isoformat()
    return Row(
        key=f"{body.body_id}:{key}",
        body={"body": body.body_id, **dict(lacking), "from": start.isoformat(), "to": ending},
        possible_from=start,
        certain_from=max(start, body.life.certain_from),
        certain_to=min(end, body.life.certain_to or EVER),
        possible_to=end,
        columns={"body_id": body.body_id},
    )


def _election_missing(tenure: Tenure) -> bool:
    return tenure.election is None or tenure.election.kind != "resolution"


def _not_shown(body: Body, tenure: Tenure) -> Row:
    """Returns the row of a seat whose election the book does not show, by the entry that filled it."""
    life = tenure.life
    return Row(
        key=f"{body.body_id}:election:{tenure.entry:010d}",
        body={
            "body": body.body_id,
            "kind": "election_not_shown",
            "member": tenure.on_behalf_of,
            "seat_entry": tenure.entry,
            "from": life.possible_from.isoformat(),
            "to": None if life.possible_to is None else life.possible_to.isoformat(),
        },
        possible_from=life.possible_from,
        certain_from=life.certain_from,
        certain_to=life.certain_to or EVER,
        possible_to=life.possible_to or EVER,
        columns={"body_id": body.body_id},
    )


def vacant_office_rows(state: Collaboration, office_id: str) -> Iterator[Row]:
    """Yields a row for each run of days on which nobody certainly fills an office; a stand-in does not fill it."""
    office = state.bodies.offices.get(office_id)
    if office is None:
        return
    holders = [t.life for t in state.bodies.tenures_at(Place("office", office_id)) if t.deputy_rank is None]
    days = sorted({day for life in (office.life, *holders) for day in _bounds(life) if day is not None})
    held = _counted(days, holders)
    ends = [*days[1:], EVER]
    for day, end in zip(days, ends, strict=True):
        if held[day].sure == 0 and office.life.on(day) is not False:
            shown = {"office": office_id, "perhaps_filled": held[day].most, "from": day.isoformat()}
            yield Row(
                key=f"{office_id}:{day}",
                body={**shown, "body": office.body_id, "member": office.member_id},
                possible_from=day,
                certain_from=max(day, office.life.certain_from),
                certain_to=min(end, office.life.certain_to or EVER),
                possible_to=end,
            )


SEATING_GAPS = Projection("seating_gaps", "body", seating_gap_rows, columns=("body_id",))
VACANT_OFFICES = Projection("vacant_offices", "office", vacant_office_rows)
