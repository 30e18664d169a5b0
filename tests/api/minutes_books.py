"""A meeting that has been held, told over HTTP, which the tests of minutes start from. All of it is made up."""

from __future__ import annotations

from typing import Any

from tests.api.spec import SHIELD, Door, get, post

JSON = dict[str, Any]

MEETING = "m-1"
HELD = "2026-03-10"
PEOPLE = {"p-1": "nordvik", "p-2": "sorvik"}


def founding() -> JSON:
    """Returns the founding of a joint performance of tasks by two municipalities."""
    founders = [{"member_id": "nordvik", "name": "Nordvik"}, {"member_id": "sorvik", "name": "Sørvik"}]
    name = "Prøve kommunalt oppgavefellesskap"
    return {
        "type": "collaboration.found",
        "name": name,
        "legal_form": "ko",
        "founders": founders,
        "effective": "2020-01-01",
    }


def council() -> list[JSON]:
    """Returns the setting up of a council of representatives with one seat and one deputy for each, and its people."""
    plan = [{"member_id": member, "seats": 1, "deputies": 1} for member in PEOPLE.values()]
    told: list[JSON] = [
        {
            "type": "body.establish",
            "body_id": "rep",
            "name": "Representantskapet",
            "kind": "council_of_representatives",
            "seat_plan": plan,
            "effective": "2020-01-01",
        }
    ]
    for person, member in PEOPLE.items():
        told.append({"type": "person.register", "person_id": person, "name": f"Prøve {person}"})
        seat = {"person_id": person, "body_id": "rep", "on_behalf_of": member, "effective": "2020-01-02"}
        told.append({"type": "seat.fill", **seat})
    return told


def case(case_id: str, number: str, title: str) -> list[JSON]:
    """Returns a case with a document that everyone may read, and one that is exempt."""
    opened = {"case_id": case_id, "case_number": number, "kind": "decision", "title": title, "bodies": ["rep"]}
    document = {"case_id": case_id, "sha256": "a" * 64, "kind": "case_paper"}
    return [
        {"type": "case.open", "effective": "2026-01-02", **opened},
        {"type": "case_document.attach", "document_id": f"{case_id}-a", "title": "Saksframlegg", **document},
        {
            "type": "case_document.attach",
            "document_id": f"{case_id}-b",
            "title": "Hemmelig vedlegg",
            "document_access": SHIELD,
            **document,
        },
    ]


def in_the_meeting(type_: str, **fields: Any) -> JSON:
    """Returns a command about the meeting on the day it was held."""
    return {"type": type_, "meeting_id": MEETING, "effective": HELD, **fields}


def called() -> JSON:
    """Returns the call of the meeting, with two cases."""
    notified = {"persons": list(PEOPLE), "members": list(PEOPLE.values()), "public": True}
    return {
        **in_the_meeting("meeting.call"),
        "effective": "2026-02-01",
        "body_id": "rep",
        "meeting_number": "1/2026",
        "starts_on": HELD,
        "starts_at": "09:00",
        "place": "Rådhuset",
        "agenda": [{"case_id": "s-1"}, {"case_id": "s-2"}],
        "notified": {**notified, "control_committees": list(PEOPLE.values())},
    }


def held() -> list[JSON]:
    """Returns the meeting from its opening to its end; that someone is disqualified in the second case is shielded."""
    present = [{"person_id": person, "on_behalf_of": member} for person, member in PEOPLE.items()]
    close = {"case_id": "s-2", "ground": "staff_matter", "legal_basis": "kommuneloven § 11-5 andre ledd"}
    question = {"case_id": "s-2", "person_id": "p-2", "outcome": "disqualified", "took_part": ["p-1"]}
    undecided = [{"case_id": "s-1", "outcome": "postponed"}, {"case_id": "s-2", "outcome": "noted"}]
    return [
        in_the_meeting("meeting.open", chair="p-1", chair_elected=True, present=present),
        in_the_meeting("meeting_access.change", doors="closed", **close),
        {**in_the_meeting("impartiality.decide", legal_basis="forvaltningsloven § 6", **question), "access": SHIELD},
        in_the_meeting("meeting_access.change", doors="open", case_id="s-2"),
        in_the_meeting("meeting.adjourn", undecided=undecided),
    ]


def meeting_commands() -> list[JSON]:
    """Returns all of it, the end of the meeting last."""
    cases = [*case("s-1", "1/26", "Budsjett"), *case("s-2", "2/26", "Tilsetting")]
    return [founding(), *council(), *cases, called(), *held()]


def meeting_held(door: Door) -> Door:
    """Records all of it and returns the door."""
    door.given(*meeting_commands())
    return door


def seen(door: Door, query: str = "", by: Any = None) -> JSON:
    """Returns the minutes as a reader sees them."""
    answer = door.send(get(f"meetings/{MEETING}/minutes{query}", by=by))
    assert answer.status_code == 200, answer.text
    found: JSON = answer.json()
    return found


def signature(minutes: JSON) -> JSON:
    """Returns the command that signs the minutes as they were seen."""
    told = {"minutes_sha256": minutes["minutes_sha256"], "signers": [{"person_id": "p-1", "role": "chair"}]}
    return {"type": "minutes.sign", "meeting_id": MEETING, "effective": "2026-03-12", **told}


def publication(minutes: JSON) -> JSON:
    """Returns the command that publishes the minutes without what is shielded."""
    hidden = [entry for entry in minutes["entries"] if entry["shielded_by"] is not None]
    left_out = [{"entry": entry["number"], "legal_basis": entry["shielded_by"]} for entry in hidden]
    return {"type": "minutes.publish", "meeting_id": MEETING, "effective": "2026-03-13", "redactions": left_out}


def sent(door: Door, *commands: JSON) -> None:
    """Records commands; each must be accepted."""
    for command in commands:
        answer = door.send(post(command))
        assert answer.status_code == 201, answer.text
