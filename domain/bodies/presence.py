"""Objections that a body, an office, a person or a member is not there on the day of an act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from domain.bodies.state import Bodies
from domain.dates import Interval
from domain.kernel import Rejection
from domain.members import Members


def against_body(state: Bodies, body_id: str, interval: Interval) -> Iterator[Rejection]:
    """Yields what stands against a body acting, or being acted on, in `interval`."""
    body = state.bodies.get(body_id)
    if body is None:
        yield Rejection("body.unknown_body", "fact", body_id=body_id)
        return
    there = body.life.during(interval)
    on = interval.latest.isoformat()
    if there is False and interval.latest < body.life.possible_from:
        since = body.life.possible_from.isoformat()
        yield Rejection("body.not_established_yet", "fact", entries=(body.entry,), body_id=body_id, since=since)
    elif there is False:
        since = str(body.life.possible_to)
        entries = (body.dissolved_by or body.entry,)
        yield Rejection("body.dissolved", "fact", entries=entries, body_id=body_id, since=since)
    elif there is None:
        yield Rejection("body.existence_uncertain", "unknown", entries=(body.entry,), body_id=body_id, on=on)


def against_office(state: Bodies, office_id: str, interval: Interval) -> Iterator[Rejection]:
    """Yields what stands against an office being filled, or acting, in `interval`."""
    office = state.offices.get(office_id)
    if office is None:
        yield Rejection("office.unknown_office", "fact", office_id=office_id)
        return
    there = office.life.during(interval)
    on = interval.latest.isoformat()
    if there is False and interval.latest < office.life.possible_from:
        since = office.life.possible_from.isoformat()
        yield Rejection("office.not_established_yet", "fact", entries=(office.entry,), office_id=office_id, since=since)
    elif there is False:
        since, entries = str(office.life.possible_to), (office.abolished_by or office.entry,)
        yield Rejection("office.abolished", "fact", entries=entries, office_id=office_id, since=since)
    elif there is None:
        yield Rejection("office.existence_uncertain", "unknown", entries=(office.entry,), office_id=office_id, on=on)


def against_person(state: Bodies, person_id: str) -> Iterator[Rejection]:
    """Yields what stands against naming a person: one never registered, or known by another id by now."""
    merged = state.merged.get(person_id)
    if merged is not None:
        yield Rejection("person.merged", "fact", entries=(merged.entry,), person_id=person_id, into=merged.into)
    elif person_id not in state.persons:
        yield Rejection("seat.unknown_person", "fact", person_id=person_id)


def membership(members: Members, member_id: str, interval: Interval) -> bool | None:
    """Returns True for a member on every day of `interval`, False for one on none of them, None if unsure."""
    line = members.membership.get(member_id)
    if line is None:
        return False
    changes = (mark.effective.latest for mark in line.marks)
    between = {day for day in changes if interval.earliest < day < interval.latest}
    readings = {members.is_member(member_id, day) for day in {interval.earliest, interval.latest} | between}
    return next(iter(readings)) if len(readings) == 1 else None


def against_members(members: Members, member_ids: Iterable[str], interval: Interval) -> Iterator[Rejection]:
    """Yields what stands against naming these as members in `interval`: unknown ones first, then uncertain ones."""
    found = {member_id: membership(members, member_id, interval) for member_id in member_ids}
    on = interval.latest.isoformat()
    unknown = sorted(member_id for member_id, there in found.items() if there is False)
    if unknown:
        yield Rejection("body.unknown_member", "fact", entries=members.entries(*unknown), members=unknown, on=on)
    uncertain = sorted(member_id for member_id, there in found.items() if there is None)
    if uncertain:
        yield Rejection(
            "body.member_uncertain", "unknown", entries=members.entries(*uncertain), members=uncertain, on=on
        )
