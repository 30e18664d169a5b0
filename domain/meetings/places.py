"""Who may take a place in a meeting: members by their seats, deputies for whom they stand in, in their order.

Kommuneloven § 7-10: deputies come from the group where somebody is away, as far as possible in the order elected; so a
deputy of a later number is passed by where an earlier one is away too, which the attendance then says.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.bodies import Place, Tenure
from domain.bodies.presence import against_members
from domain.dates import Interval
from domain.kernel import Rejection
from domain.meetings.around import Around
from domain.meetings.calling import PresentPerson
from domain.rulebook.meetings import MeetingRules


@dataclass(frozen=True, slots=True)
class Room:
    """Who is there, and who is not, when somebody takes a place."""

    body_id: str
    day: date
    present: Collection[str]
    absent: Collection[str]
    """Who is known to be away."""
    shut_out: Collection[str]
    """Who may not take part in the case a deputy comes for."""
    stood_in_for: Mapping[str, str]
    """The deputy of each member who has one there, by member."""


def on_behalf_of(person: PresentPerson, body_id: str, day: date, around: Around) -> PresentPerson:
    """Returns the person with the member that elected them, as the book has it where the command does not say.

    In a general meeting nobody is elected: whom they come for is what they say, and a seat fills in nothing.
    """
    rules = around.rules(body_id, day)
    if rules is not None and rules.by_proxy:
        return person
    seat = around.bodies.held(person.person_id, Place("body", body_id), Interval.exact(day))
    if person.on_behalf_of is not None or seat is None or seat.on_behalf_of is None:
        return person
    return person.model_copy(update={"on_behalf_of": seat.on_behalf_of})


def against_place(person: PresentPerson, room: Room, around: Around, rules: MeetingRules | None) -> Iterator[Rejection]:
    """Yields what stands against a person taking a place that votes."""
    if rules is not None and rules.by_proxy:
        yield from _against_proxy(person, room, around)
        return
    seat = around.bodies.held(person.person_id, Place("body", room.body_id), Interval.exact(room.day))
    if seat is None:
        yield from _against_no_seat(person.person_id, room, around, rules)
        return
    params: dict[str, Any] = {"person_id": person.person_id, "body_id": room.body_id}
    if person.on_behalf_of is not None and seat.on_behalf_of not in (None, person.on_behalf_of):
        yield Rejection(
            "meeting.elected_by_another",
            "fact",
            entries=(seat.entry,),
            member_id=person.on_behalf_of,
            elected_by=seat.on_behalf_of,
            **params,
        )
    if seat.life.on(room.day) is None:
        on = room.day.isoformat()
        yield Rejection("meeting.seat_uncertain", "unknown", entries=(seat.entry,), on=on, **params)
    if seat.rank == "deputy":
        yield from _against_deputy(person, seat, room, around, rules)
    elif person.deputy_for is not None:
        yield Rejection("meeting.deputy_has_seat", entries=(seat.entry,), deputy_for=person.deputy_for, **params)


def _against_proxy(person: PresentPerson, room: Room, around: Around) -> Iterator[Rejection]:
    if person.on_behalf_of is None:
        params: dict[str, Any] = {"person_id": person.person_id, "body_id": room.body_id}
        yield Rejection("meeting.proxy_for_whom", "unknown", law="aksjeloven § 5-2", **params)
    else:
        yield from against_members(around.members, (person.on_behalf_of,), Interval.exact(room.day))


def _against_no_seat(person_id: str, room: Room, around: Around, rules: MeetingRules | None) -> Iterator[Rejection]:
    """A body whose seats the book does not show may seat anyone; one whose seats it shows seats those."""
    body = around.bodies.bodies.get(room.body_id)
    law = None if rules is None else rules.deputies_law
    params: dict[str, Any] = {"person_id": person_id, "body_id": room.body_id, "on": room.day.isoformat()}
    entries = () if body is None else (body.entry,)
    if next(around.bodies.tenures_at(Place("body", room.body_id)), None) is None:
        yield Rejection("meeting.seats_unknown", "unknown", law=law, entries=entries, **params)
    else:
        nature = "rule" if rules is None else rules.nature
        yield Rejection("meeting.person_without_seat", nature, law=law, entries=entries, **params)


def _against_deputy(
    person: PresentPerson, seat: Tenure, room: Room, around: Around, rules: MeetingRules | None
) -> Iterator[Rejection]:
    law = None if rules is None else rules.deputies_law
    nature = "rule" if rules is None else rules.nature
    away, params = person.deputy_for, {"person_id": person.person_id, "body_id": room.body_id}
    if away is None:
        yield Rejection("meeting.deputy_for_whom", "unknown", law=law, entries=(seat.entry,), **params)
        return
    held = around.bodies.held(away, Place("body", room.body_id), Interval.exact(room.day))
    if held is None or held.rank == "deputy":
        yield from _against_no_seat(away, room, around, rules)
        return
    entries = (seat.entry, held.entry)
    if None not in (seat.on_behalf_of, held.on_behalf_of) and seat.on_behalf_of != held.on_behalf_of:
        yield Rejection("meeting.deputy_of_another_member", nature, law=law, entries=entries, deputy_for=away, **params)
    other = room.stood_in_for.get(away, person.person_id)
    if away in room.present and away not in room.shut_out:
        yield Rejection("meeting.deputy_not_needed", nature, law=law, entries=entries, deputy_for=away, **params)
    elif other != person.person_id:
        yield Rejection(
            "meeting.deputy_already_there", nature, law=law, entries=entries, deputy_for=away, other=other, **params
        )
    passed_by = [] if law is None else _passed_by(seat, room, around)
    if passed_by:
        yield Rejection(
            "meeting.deputy_out_of_turn",
            nature,
            law=law,
            entries=(seat.entry, *(tenure.entry for tenure in passed_by)),
            passed_by=sorted(tenure.person_id for tenure in passed_by),
            **params,
        )


def _passed_by(seat: Tenure, room: Room, around: Around) -> list[Tenure]:
    """Returns earlier deputies of the same member who are neither there nor said to be away or shut out."""
    sitting = around.bodies.sitting(Place("body", room.body_id), room.day).certain
    elsewhere = {*room.present, *room.absent, *room.shut_out}
    return [
        tenure
        for tenure in sitting
        if tenure.rank == "deputy"
        and tenure.on_behalf_of == seat.on_behalf_of
        and (tenure.deputy_rank or 0) < (seat.deputy_rank or 0)
        and tenure.person_id not in elsewhere
    ]
