"""Books with a meeting going on, which the specs of proposals and votes start from."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from rpds import HashTrieMap

from domain.bodies import BodyRules, BodyRulesAdopted
from domain.cases import CaseOpened
from domain.meetings.state import Answered, Attendee, Meeting, Meetings, Question
from domain.vocabulary import BodyKind, LegalFormId, SeatAllotment
from domain.votes import ProposalTabled, VoteTaken
from tests.spec import At, Given, at, command, given
from tests.specs.body_books import body, founded, person, seated

HELD = "2024-03-12"
MEETING_ENTRY = 900
"""By which the meeting was called: past every entry the book really has."""
PEOPLE = tuple(f"p-{n}" for n in range(1, 13))
MEMBERS = tuple(f"k-{n}" for n in range(1, 13))


def case(case_id: str = "c-1", *route: str) -> At:
    """Returns a case opened."""
    return at("2024-02-01", CaseOpened(case_id=case_id, case_number="PS 1/24", kind="decision", title="Kjøp"))


def proposal(proposal_id: str, case_id: str = "c-1", **fields: Any) -> At:
    """Returns a proposal put forward."""
    known: dict[str, Any] = {"kind": "proposal", **fields}
    return at(HELD, ProposalTabled(proposal_id=proposal_id, case_id=case_id, **known))


def meeting(present: Sequence[str] = PEOPLE[:4], out: Collection[str] = (), **fields: Any) -> Meeting:
    """Returns an open meeting of the body, with these persons in it; `out` are shut out of case c-1."""
    attendees = {p: Attendee(p, MEETING_ENTRY + 1, MEMBERS[PEOPLE.index(p)]) for p in present}
    answers = {Question("c-1", p): Answered("disqualified", MEETING_ENTRY + 2) for p in out}
    known: dict[str, Any] = {
        "meeting_id": "m-1",
        "body_id": "body",
        "entry": MEETING_ENTRY,
        "number": "1/24",
        "on": date.fromisoformat(HELD),
        "mode": "in_person",
        "agenda": ("c-1",),
        "opened_by": MEETING_ENTRY + 1,
        "chair": "p-1",
        "attendees": HashTrieMap(attendees),
        "answers": HashTrieMap(answers),
        **fields,
    }
    return Meeting(**known)


def with_meeting(book: Given, *held: Meeting) -> Given:
    """Returns a book with these meetings."""
    by_id = HashTrieMap({one.meeting_id: one for one in held})
    return replace(book, state=replace(book.state, meetings=Meetings(by_id=by_id)))


def sitting(
    form: LegalFormId = "ko",
    kind: BodyKind = "council_of_representatives",
    size: int = 4,
    plan: tuple[SeatAllotment, ...] = (),
    rules: BodyRules | None = None,
    facts: Sequence[At] = (),
) -> Given:
    """Returns a book with a body of so many members, each for a member of its own, and proposals a and b in a case."""
    seats = (seated(p, body_id="body", on_behalf_of=m) for p, m in zip(PEOPLE[:size], MEMBERS, strict=False))
    laid_down = () if rules is None else (at("2022-02-01", BodyRulesAdopted(body_id="body", rules=rules)),)
    return given(
        founded(form, *MEMBERS),
        body("body", kind, plan),
        *map(person, PEOPLE),
        *seats,
        *laid_down,
        case(),
        case("c-2"),
        proposal("a"),
        proposal("b"),
        *facts,
    )


def book(
    form: LegalFormId = "ko",
    kind: BodyKind = "council_of_representatives",
    size: int = 4,
    present: int | Sequence[str] | None = None,
    out: Collection[str] = (),
    **more: Any,
) -> Given:
    """Returns the same with a meeting going on: `present` are those there, or the first so many of its members."""
    of_meeting = {name: more.pop(name) for name in list(more) if name in Meeting.__dataclass_fields__}
    there = PEOPLE[: size if present is None else present] if isinstance(present, int | None) else present
    return with_meeting(sitting(form, kind, size, **more), meeting(there, out, **of_meeting))


def take(**fields: Any) -> Any:
    """Returns a command to take a vote on proposal a."""
    known: dict[str, Any] = {
        "vote_id": "v-1",
        "body_id": "body",
        "case_id": "c-1",
        "meeting_id": "m-1",
        "proposals": ["a"],
        "method": "show",
        "effective": HELD,
        **fields,
    }
    return command("vote.take", **{name: value for name, value in known.items() if value is not None})


def ballots(choices: str, start: int = 0, **weights: int) -> list[dict[str, Any]]:
    """Returns a ballot for each letter, of p-1, p-2 and so on: f for, a against, b blank, - nobody, * not shown."""
    words: dict[str, str | None] = {"f": "for", "a": "against", "b": "blank", "*": None}
    cast = ((p, letter) for p, letter in zip(PEOPLE[start:], choices, strict=False) if letter != "-")
    return [{"person_id": p, "choice": words[letter], "weight": weights.get(p.replace("-", "_"))} for p, letter in cast]


def options(*chosen: str) -> list[dict[str, Any]]:
    """Returns a ballot for each option, of p-1, p-2 and so on; an empty one is blank."""
    return [
        {"person_id": p, "choice": "option" if option else "blank", "option": option or None}
        for p, option in zip(PEOPLE, chosen, strict=False)
    ]


def taken(book: Given, unverified: Sequence[str] = (), **fields: Any) -> VoteTaken:
    """Returns the vote as recorded, and asserts that the same command again records nothing more."""
    when = book.when(take(**fields))
    (event,) = when.decide().events
    assert isinstance(event, VoteTaken)
    when.then(event, unverified=unverified)
    return event


def after(book: Given, *then: Meeting, **fields: Any) -> Given:
    """Returns the book once a vote is recorded in it, with the meeting going on as before or as told."""
    event = taken(book, **fields)
    recorded = book.when(take(**fields)).then(event)
    return with_meeting(recorded, *then) if then else recorded
