"""Books to try the constitution and the members on: foundings, charters, council resolutions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from domain.bodies import BodyEstablished, SeatFilled
from domain.constitution import (
    CharterEnteredIntoForce,
    CharterProposed,
    Clause,
    CollaborationFounded,
    LegalFormChanged,
)
from domain.dates import Interval
from domain.kernel import Rejection
from domain.members import MemberAdmitted, MemberDeparted, Party
from domain.resolutions import MemberResolutionRecorded, ResolutionSubject
from domain.rulebook import FORMS
from tests.spec import At, When, at, seal

SOURCE = {"title": "Vedtekter for ROR-IKT", "read_on": "2026-05-02"}
EVIDENCE = [{"sha256": "0" * 64, "name": "saksprotokoll.pdf"}]
ROR = ("aukra", "midsund", "molde", "rauma", "vestnes")
"""The five municipalities that founded ROR-IKT, a real collaboration, in 2013."""
NAMES = {"ko": "Romsdal IKT KO", "ipr": "Romsdal interkommunalt politisk råd"}


def party(member_id: str, **fields: Any) -> Party:
    """Returns a member."""
    return Party(member_id=member_id, name=member_id.title(), **fields)


def parties(*members: str | Party) -> tuple[Party, ...]:
    """Returns members, those given by id with nothing known of them."""
    return tuple(party(member) if isinstance(member, str) else member for member in members)


def founded(form: str, *members: str | Party, day: str = "2020-01-01", latest: str | None = None) -> At:
    """Returns the founding of a collaboration, with a name its form allows."""
    event = CollaborationFounded.model_validate(
        {"name": NAMES.get(form, "ROR-IKT"), "purpose": None, "legal_form": form, "founders": parties(*members)}
    )
    return at(day, event, latest)


def demanded(form: str, day: str) -> list[str]:
    """Returns the keys of the clauses a charter of the form must have on a day."""
    row = next(row for row in FORMS.values() if row.id == form)
    return [demand.key for demand in row.demanded((), Interval.exact(date.fromisoformat(day)))]


def clause(key: str, text: str | None = None) -> Clause:
    """Returns a clause, with its key as text if no other is given; an empty text is one the source does not show."""
    return Clause(key=key, text=None if text == "" else seal(text or key))


def proposed(
    form: str,
    version: str = "v1",
    day: str = "2020-01-01",
    clauses: Iterable[Clause] | None = None,
    route: str = "member_councils",
) -> At:
    """Returns the proposal of a charter, with all the clauses its form demands unless others are given."""
    told = tuple(clauses) if clauses is not None else tuple(clause(key) for key in demanded(form, day))
    shape = {"charter_version": version, "kind": "cooperation_agreement", "legal_form": form, "route": route}
    return at(day, CharterProposed.model_validate({**shape, "clauses": told}))


def in_force(version: str = "v1", day: str = "2020-01-01", latest: str | None = None) -> At:
    """Returns a charter's entering into force."""
    return at(day, CharterEnteredIntoForce(charter_version=version, ratified_by=()), latest)


def resolution(member_id: str, kind: str, ref: str, **fields: Any) -> MemberResolutionRecorded:
    """Returns a council's resolution, adopting unless it says otherwise."""
    subject = ResolutionSubject.model_validate({"kind": kind, "ref": ref})
    known = {"member_id": member_id, "council": f"{member_id.title()} kommunestyre", "outcome": "adopted"}
    return MemberResolutionRecorded.model_validate({**known, **fields, "subject": subject})


def resolved(day: str, member_id: str, kind: str, ref: str, latest: str | None = None, **fields: Any) -> At:
    """Returns a council's resolution on a day."""
    return at(day, resolution(member_id, kind, ref, **fields), latest)


def all_resolved(day: str, members: Iterable[str], kind: str, ref: str) -> tuple[At, ...]:
    """Returns the adopting resolutions of several councils on the same day."""
    return tuple(resolved(day, member_id, kind, ref) for member_id in members)


def admitted(day: str, member: str | Party, latest: str | None = None) -> At:
    """Returns an admission."""
    return at(day, MemberAdmitted(**dict(party(member) if isinstance(member, str) else member)), latest)


def departed(day: str, member_id: str, latest: str | None = None) -> At:
    """Returns a departure."""
    return at(day, MemberDeparted(member_id=member_id, cause="withdrawn"), latest)


def seated(day: str, body_id: str, *members: str, each: int = 1, latest: str | None = None) -> tuple[At, ...]:
    """Returns so many persons taking seats in a body on behalf of each of these members."""
    persons = [(f"{member_id}-{number}", member_id) for member_id in members for number in range(each)]
    return tuple(at(day, SeatFilled(person_id=p, body_id=body_id, on_behalf_of=m), latest) for p, m in persons)


def top_body(form: str, *members: str, day: str = "2020-10-01") -> tuple[At, ...]:
    """Returns the setting up of the form's top body with its seats filled for these members; nothing if it has none."""
    row = next(row for row in FORMS.values() if row.id == form)
    if row.top_body is None or row.min_seats_per_member == 0:
        return ()
    there = BodyEstablished(body_id="toppen", name="Det øverste organet", kind=row.top_body)
    return (at(day, there), *seated(day, "toppen", *members, each=row.min_seats_per_member))


def reformed(day: str, from_form: str, to_form: str, latest: str | None = None, **fields: Any) -> At:
    """Returns a change of legal form."""
    shape = {"from_form": from_form, "to_form": to_form, "charter_version": "v1", "law": "kommuneloven"}
    return at(day, LegalFormChanged.model_validate({**shape, "transfers_to": "unknown", **fields}), latest)


def refusal(when: When, mode: str) -> Rejection:
    """Returns the rejection a command meets in a mode."""
    with pytest.raises(Rejection) as caught:
        when.decide(mode)
    return caught.value
