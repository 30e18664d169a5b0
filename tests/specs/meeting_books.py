"""Books with bodies that meet, which the specs of meetings start from. All of it is fictitious."""

from __future__ import annotations

from datetime import date
from typing import Any

from domain.bodies import BodyRules, BodyRulesAdopted
from domain.cases import CaseOpened
from domain.meetings import AgendaItem, MeetingCalled, MeetingOpened, Notified, PresentPerson
from domain.vocabulary import BodyKind, LegalFormId, OfficeKind
from tests.spec import At, Given, at, command, given
from tests.specs.body_books import SINCE, allotted, body, founded, office, person, seated

CALLED = "2024-03-01"
DAY = "2024-03-29"
"""Four weeks after the call."""
TOLD = {"persons": ["p-1", "p-2", "p-3"], "members": ["aukra", "molde"], "control_committees": ["aukra", "molde"]}
FULL: dict[str, Any] = {"present": [{"person_id": p} for p in ("p-1", "p-2", "p-3")], "chair": "p-1"}


def a_case(case_id: str) -> At:
    """Returns a case that was opened."""
    return at("2024-01-10", CaseOpened(case_id=case_id, case_number="unknown", kind="decision", title=case_id))


def ruled(body_id: str = "council", **rules: Any) -> At:
    """Returns a body's own rules laid down."""
    return at(SINCE, BodyRulesAdopted(body_id=body_id, rules=BodyRules(**rules)))


def seats(body_id: str) -> tuple[At, ...]:
    """Returns three members, one of Aukra and two of Molde, and their deputies: d-1 of Aukra, d-2 and d-3 of Molde."""
    full = (("p-1", "aukra"), ("p-2", "molde"), ("p-3", "molde"))
    deputies = (("d-1", "aukra", 1), ("d-2", "molde", 1), ("d-3", "molde", 2))
    return (
        *(seated(person_id, body_id=body_id, on_behalf_of=member) for person_id, member in full),
        *(seated(p, body_id=body_id, on_behalf_of=member, deputy_rank=rank) for p, member, rank in deputies),
    )


def led(body_id: str, person_id: str, kind: OfficeKind = "leader") -> tuple[At, ...]:
    """Returns an office that leads a body, with its holder."""
    name = f"{kind.replace('_', '-')}-{body_id}"
    set_up = office(name, kind)
    event = set_up.event.model_copy(update={"body_id": body_id})
    return at(SINCE, event), seated(person_id, office_id=name)


def meeting_book(*facts: At, legal_form: LegalFormId = "ko", kind: BodyKind = "council_of_representatives") -> Given:
    """Returns a book with one body, `council`, whose leader is p-1 and deputy leader p-2, and three cases."""
    people = tuple(person(p) for p in ("p-1", "p-2", "p-3", "d-1", "d-2", "d-3", "x-1"))
    plan = (allotted("aukra", 1), allotted("molde"))
    return given(
        founded(legal_form),
        body("council", kind, plan),
        *people,
        *seats("council"),
        *led("council", "p-1"),
        *led("council", "p-2", "deputy_leader"),
        *(a_case(case_id) for case_id in ("c-1", "c-2", "c-3")),
        *facts,
    )


def called(meeting_id: str = "m-1", sent: str = CALLED, **fields: Any) -> At:
    """Returns the call of a meeting on two cases."""
    known: dict[str, Any] = {
        "meeting_id": meeting_id,
        "body_id": "council",
        "starts_on": date.fromisoformat(DAY),
        "meeting_mode": "in_person",
        "agenda": (AgendaItem(case_id="c-1"), AgendaItem(case_id="c-2")),
        "notified": Notified(),
        **fields,
    }
    return at(sent, MeetingCalled(**known))


def there(person_id: str, member_id: str | None = None, deputy_for: str | None = None) -> PresentPerson:
    """Returns somebody in a meeting."""
    return PresentPerson(person_id=person_id, on_behalf_of=member_id, deputy_for=deputy_for)


ALL_THERE = (there("p-1", "aukra"), there("p-2", "molde"), there("p-3", "molde"))


def opened(meeting_id: str = "m-1", day: str = DAY, **fields: Any) -> At:
    """Returns the opening of a meeting with all three members there."""
    known: dict[str, Any] = {"body_id": "council", "present": ALL_THERE, "chair": "p-1", **fields}
    return at(day, MeetingOpened(meeting_id=meeting_id, **known))


def under_way(*facts: At, legal_form: LegalFormId = "ko", kind: BodyKind = "council_of_representatives") -> Given:
    """Returns a book in which a meeting on two cases is going on."""
    return meeting_book(called(), opened(), *facts, legal_form=legal_form, kind=kind)


def in_meeting(name: str, /, **fields: Any) -> Any:
    """Returns a command in the meeting, on its day."""
    return command(name, **{"meeting_id": "m-1", "effective": DAY, **fields})
