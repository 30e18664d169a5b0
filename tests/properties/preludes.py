"""How some histories begin: a collaboration that is set up, with people in its bodies and a meeting that goes on.

By chance alone a book seldom comes so far in fifty commands, and most rules on meetings and votes ask for it. What is
sent is judged like everything else; one that the form or the day does not allow is refused, and the history goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from domain.rulebook import FORMS
from domain.vocabulary import BodyKind, LegalFormId
from tests.properties.acts import Fields

MEMBERS = ("m-1", "m-2", "m-3")
TOP = "organ-1"
BASIS = [{"kind": "law", "ref": "kommuneloven § 17-1"}]
CASES = ("sak-1", "sak-2", "sak-3", "sak-4")


class Opening(NamedTuple):
    """A form to begin with, in which years, and the body that meets."""

    form: LegalFormId
    years: tuple[int, int]
    body: BodyKind


OPENINGS: tuple[Opening, ...] = (
    Opening("ko", (2020, 2026), "council_of_representatives"),
    Opening("ko", (2020, 2026), "council_of_representatives"),
    Opening("ko", (2020, 2026), "board"),
    Opening("ipr", (2020, 2026), "council_of_representatives"),
    Opening("iks", (2018, 2026), "council_of_representatives"),
    Opening("iks", (2024, 2026), "council_of_representatives"),
    Opening("iks", (2024, 2026), "board"),
    Opening("as", (2018, 2026), "board"),
    Opening("as", (2024, 2026), "general_meeting"),
    Opening("host_joint_board", (2020, 2026), "joint_board"),
    Opening("historic_27", (2016, 2018), "board"),
    Opening("informal", (2016, 2026), "steering_group"),
)


class Told(NamedTuple):
    """One command of a prelude and the day it is sent."""

    day: date
    name: str
    fields: Fields


def prelude(r: Random) -> list[Told]:
    """Returns a beginning, the same for the same chance."""
    opening = r.choice(OPENINGS)
    day = date(r.randint(*opening.years), r.randint(1, 11), r.randint(1, 28))
    told = [*_set_up(r, opening, day), *_meeting(r, opening, day)][: r.choice((60, 60, 60, 60, 60, 30, 22))]
    return [Told(when, name, {"basis": BASIS, **fields}) for when, name, fields in told]


def _set_up(r: Random, opening: Opening, day: date) -> Iterator[Told]:
    form = FORMS[opening.form]
    name = f"Prøve {form.name_marker.abbreviation}" if form.name_marker else "Prøvesamarbeidet"
    founders = [
        {"member_id": m, "name": f"Prøve {m}", "liability": {"numerator": 1, "denominator": 3}} for m in MEMBERS
    ]
    told: Fields = {"name": name, "legal_form": opening.form, "founders": founders}
    yield Told(day, "collaboration.found", told | ({"own_legal_person": True} if form.own_person == "always" else {}))
    seats = max(1, form.min_seats_per_member)
    plan = [{"member_id": m, "seats": seats, "deputies": 2, "votes": r.choice((1, 1, 2))} for m in MEMBERS]
    body = {"body_id": TOP, "name": "Prøveorganet 1", "kind": opening.body, "seat_plan": plan}
    yield Told(day, "body.establish", body)
    if opening.body != form.top_body and form.top_body is not None:
        yield Told(day, "body.establish", body | {"body_id": "organ-2", "kind": form.top_body})
    for office, kind in (("verv-1", "leader"), ("verv-2", "managing_director")):
        yield Told(
            day, "office.establish", {"office_id": office, "title": "Leder (prøve)", "kind": kind, "body_id": TOP}
        )
    people = [f"person-{number}" for number in range(1, 8)]
    for person in people:
        yield Told(day, "person.register", {"person_id": person, "name": "Kari Prøvesen"})
    for person, member in zip(people, MEMBERS, strict=False):
        led: Fields = {"office_id": "verv-1"} if person == people[0] and r.random() < 0.8 else {}
        yield Told(day, "seat.fill", {"person_id": person, "body_id": TOP, "on_behalf_of": member, **led})
    for person, member in zip(people[3:], MEMBERS, strict=False):
        deputy: Fields = {"person_id": person, "body_id": TOP, "on_behalf_of": member, "deputy_rank": 1}
        yield Told(day, "seat.fill", deputy)
    yield Told(day, "seat.fill", {"person_id": people[6], "office_id": "verv-2"})
    if r.random() < 0.3:
        yield Told(
            day,
            "body_rules.adopt",
            {"body_id": TOP, "rules": {"notice_days": 14, "casting_vote": True, "remote_allowed": True}},
        )


def _meeting(r: Random, opening: Opening, day: date) -> Iterator[Told]:
    """Yields the opening of some cases, the call of a meeting on them, and what is proposed there."""
    for number, case_id in enumerate(CASES, start=1):
        kind = "election" if number == len(CASES) else "decision"
        case = {
            "case_id": case_id,
            "case_number": f"{number}/{day:%y}",
            "title": "Prøvesak",
            "kind": kind,
            "bodies": [TOP],
        }
        yield Told(day, "case.open", case)
    held = day + timedelta(days=r.choice((30, 30, 35)))
    called = {
        "meeting_id": "mote-1",
        "body_id": TOP,
        "starts_on": held.isoformat(),
        "starts_at": "09:30",
        "place": "Rådhuset (prøve)",
        "meeting_mode": r.choice(("in_person",) * 6 + ("remote", "written")),
        "agenda": [{"case_id": case_id} for case_id in CASES[: r.choice((3, 4))]],
        "notified": {
            "persons": [f"person-{number}" for number in range(1, 7)],
            "members": list(MEMBERS),
            "control_committees": list(MEMBERS),
            "public": True,
        },
        "urgent_reason": "Det hastar (prøve).",
    }
    yield Told(day, "meeting.call", called)
    for number, case_id in enumerate(CASES[:3], start=1):
        proposal = {
            "proposal_id": f"forslag-{number}",
            "case_id": case_id,
            "kind": "recommendation",
            "text": "Saka blir vedteken (prøve).",
            "proposer": {"office_id": "verv-2"},
        }
        yield Told(day, "proposal.table", proposal)
    if called["meeting_mode"] != "written":
        yield from _under_way(r, opening, held)


def _under_way(r: Random, opening: Opening, held: date) -> Iterator[Told]:
    """Yields the opening of the meeting, by most of those who sit in the body, and what comes then."""
    here = ["person-1", "person-2", "person-3"][: r.choice((3, 3, 3, 2))]
    present: list[Fields] = [{"person_id": person, "on_behalf_of": m} for person, m in zip(here, MEMBERS, strict=False)]
    absent = [person for person in ("person-1", "person-2", "person-3") if person not in here]
    if absent and r.random() < 0.5:
        present.append({"person_id": "person-6", "on_behalf_of": "m-3", "deputy_for": absent[0]})
    opened = {
        "meeting_id": "mote-1",
        "present": present,
        "absent": absent,
        "chair": "person-1",
        "chair_elected": True,
        "minute_signers": here[1:3] if opening.form == "iks" else here[1:2],
    }
    yield Told(held, "meeting.open", opened)
    yield from _treatment(r, held)


def _treatment(r: Random, held: date) -> Iterator[Told]:
    """Yields what becomes of some of the cases, and now and then how the meeting ends."""
    treated = r.randint(0, 3)
    for number in range(1, treated + 1):
        case_id, against = CASES[number - 1], r.choice((0, 0, 3))
        place = {"body_id": TOP, "case_id": case_id, "meeting_id": "mote-1"}
        vote = {"vote_id": f"avstemming-{number}", "proposals": [f"forslag-{number}"], "method": "show"}
        yield Told(held, "vote.take", {**place, **vote, "counts": {"in_favour": 3 - against, "against": against}})
        decided = {
            "decision_id": f"vedtak-{number}",
            "case_number": f"{number}/{held:%y}",
            "title": "Prøvesak",
            "text": "Saka er vedteken (prøve).",
            "kind": "resolution",
            "vote_id": f"avstemming-{number}",
        }
        effect = {"effect_id": "verv", "act": "office.establish", "subject": "verv-9", "terms": {"kind": "contact"}}
        yield Told(held, "decision.make", {**place, **decided, "effects": [effect] if number == 1 else []})
        if number == 1 and r.random() < 0.5:
            office = {"office_id": "verv-9", "title": "Kontakt (prøve)", "kind": "contact"}
            yield Told(held, "office.establish", {**office, "basis": [{"kind": "decision", "ref": "vedtak-1"}]})
    if r.random() < 0.5:
        undecided = [{"case_id": case_id, "outcome": "postponed"} for case_id in CASES]
        yield Told(held, "meeting.adjourn", {"meeting_id": "mote-1", "undecided": undecided[treated:]})
