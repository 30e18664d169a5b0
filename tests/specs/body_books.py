"""Books with bodies, offices and people, which the specs of bodies, authority and decisions start from."""

from __future__ import annotations

from typing import Any

from domain.authority import AuthorityGranted
from domain.bodies import BodyEstablished, OfficeEstablished, PersonRegistered, SeatFilled
from domain.constitution import CollaborationFounded
from domain.members import Party
from domain.vocabulary import BodyKind, Holder, LegalFormId, OfficeKind, SeatAllotment
from tests.spec import At, Given, at, given, seal

SOURCE = {"title": "Vedtekter", "read_on": "2026-05-01"}
FOUNDED = "2021-01-01"
SINCE = "2022-01-01"

COUNCIL = Holder(kind="body", id="council")
"""The top body."""
MANAGER = Holder(kind="office", id="manager")
DEPUTY = Holder(kind="office", id="deputy")
CLERK = Holder(kind="office", id="clerk")


def founded(legal_form: LegalFormId = "ko", *member_ids: str, day: str = FOUNDED) -> At:
    """Returns the founding of a collaboration of these members, else of Aukra and Molde."""
    parties = tuple(Party(member_id=m, name=m.title()) for m in member_ids or ("aukra", "molde"))
    name = "Romsdal kommunalt oppgavefellesskap"
    return at(day, CollaborationFounded(name=name, purpose=None, legal_form=legal_form, founders=parties))


def allotted(member_id: str, seats: Any = 2, deputies: Any = 2, votes: Any = "unknown") -> SeatAllotment:
    """Returns what one member has in a body."""
    return SeatAllotment(member_id=member_id, seats=seats, deputies=deputies, votes=votes)


PLAN = (allotted("aukra"), allotted("molde"))


def body(body_id: str, kind: BodyKind, plan: tuple[SeatAllotment, ...] = (), day: str = SINCE) -> At:
    """Returns the setting up of a body."""
    return at(day, BodyEstablished(body_id=body_id, name=body_id.title(), kind=kind, seat_plan=plan))


def council(plan: tuple[SeatAllotment, ...] = PLAN) -> At:
    """Returns the setting up of the council of representatives."""
    return body("council", "council_of_representatives", plan)


def office(office_id: str, kind: OfficeKind = "other", member_id: str | None = None) -> At:
    """Returns the setting up of an office."""
    return at(SINCE, OfficeEstablished(office_id=office_id, title=office_id.title(), kind=kind, member_id=member_id))


def person(person_id: str) -> At:
    """Returns the registration of a person."""
    return at(SINCE, PersonRegistered(person_id=person_id, name=seal(person_id)))


def seated(person_id: str, day: str = SINCE, latest: str | None = None, **where: Any) -> At:
    """Returns a seat filled."""
    return at(day, SeatFilled(person_id=person_id, **where), latest)


def granted(grant_id: str, grantor: Holder, grantee: Holder, day: str = SINCE, **terms: Any) -> At:
    """Returns a grant of authority, to spend if nothing else is said."""
    latest = terms.pop("latest", None)
    known: dict[str, Any] = {"powers": ("spend",), **terms}
    return at(day, AuthorityGranted(grant_id=grant_id, grantor=grantor, grantee=grantee, **known), latest)


def governed(*facts: At, legal_form: LegalFormId = "ko") -> Given:
    """Returns a book with a council of representatives, three offices, three people, and these facts."""
    people = (person("p-1"), person("p-2"), person("p-3"))
    offices = (office("manager", "managing_director"), office("deputy"), office("clerk"))
    return given(founded(legal_form), council(), *offices, *people, *facts)


def plan(*shapes: tuple[str, Any, Any]) -> list[dict[str, Any]]:
    """Returns a seat plan of (member, seats, deputies) as a client sends it."""
    return [{"member_id": member, "seats": seats, "deputies": deputies} for member, seats, deputies in shapes]


FULL = plan(("aukra", 2, 2), ("molde", 2, 2))
"""Two seats and two deputies each."""


def imported(earliest: str, latest: str | None = None) -> dict[str, Any]:
    """Returns what makes a command an import of a rough date."""
    return {"mode": "import", "source": SOURCE, "effective": {"earliest": earliest, "latest": latest}}
