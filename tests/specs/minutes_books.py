"""Books with a meeting that has been held, which the specs of minutes start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from rpds import HashTrieMap

from domain.kernel import Access
from domain.meetings.state import Meeting, Meetings
from domain.minutes import Line, Protocol, minutes_digest
from domain.minutes.state import Minutes
from domain.vocabulary import BodyKind, LegalFormId
from tests.spec import Given, command, digest, given
from tests.specs.body_books import body, founded, person, seated

HELD = date(2026, 3, 10)
OPEN_TO_ALL = Access()
SHIELDED = Access(level="shielded", legal_basis="offentleglova § 13")
PEOPLE = ("p-1", "p-2", "p-3", "p-4", "p-5")
"""Whoever led the meeting comes first."""


def held(**fields: Any) -> Meeting:
    """Returns a meeting that has been held, with all that minutes want in them."""
    known: dict[str, Any] = {
        "meeting_id": "m-1",
        "body_id": "council",
        "entry": 20,
        "number": "1/2026",
        "on": HELD,
        "mode": "in_person",
        "place": "Rådhuset (prøve)",
        "time": "09:00",
        "agenda": ("s-1",),
        "opened_by": 21,
        "chair": "p-1",
        "ever_present": HashTrieMap(dict.fromkeys(PEOPLE, 21)),
        "outcomes": HashTrieMap({"s-1": "noted"}),
        "adjourned_by": 23,
        **fields,
    }
    return Meeting(**known)


def line(number: int, access: Access = OPEN_TO_ALL, mode: Any = "decide") -> Line:
    """Returns an entry of a meeting."""
    return Line(number, "meeting.opened", digest(number).hex(), mode, access.legal_basis)


def with_meetings(book: Given, *meetings: Meeting) -> Given:
    """Returns a book with these meetings, none of whose entries is in its minutes yet."""
    by_id = HashTrieMap({meeting.meeting_id: meeting for meeting in meetings})
    return replace(book, state=replace(book.state, meetings=Meetings(by_id=by_id)))


def with_lines(book: Given, *lines: Line, meeting_id: str = "m-1") -> Given:
    """Returns a book in which more entries touch a meeting."""
    protocol = book.state.minutes.of(meeting_id)
    newest = protocol.newest_first
    for one in lines:
        newest = newest.push_front(one)
    minutes: Minutes = replace(
        book.state.minutes,
        by_meeting=book.state.minutes.by_meeting.insert(meeting_id, replace(protocol, newest_first=newest)),
    )
    return replace(book, state=replace(book.state, minutes=minutes))


LINES = (line(20), line(21), line(22), line(23))
SHA256 = minutes_digest(LINES)


def minuted(
    form: LegalFormId = "ko",
    kind: BodyKind = "council_of_representatives",
    *lines: Line,
    seats: Any = (),
    **fields: Any,
) -> Given:
    """Returns a book in which a meeting of a body of this kind was held; `seats` are those who have one."""
    book = given(founded(form), body("council", kind), *map(person, PEOPLE))
    book = book.and_(*(seated(person_id, body_id="council", on_behalf_of="aukra") for person_id in seats))
    book = with_meetings(book, held(**fields))
    return with_lines(replace(book, number=30), *(lines or LINES))


def sign(*signers: tuple[str, str], **fields: Any) -> Any:
    """Returns a command to sign the minutes, by whoever led the meeting if nobody is named."""
    named = [{"person_id": who, "role": role} for who, role in signers or (("p-1", "chair"),)]
    return command("minutes.sign", **{"meeting_id": "m-1", "minutes_sha256": SHA256, "signers": named, **fields})


def protocol_of(book: Given, meeting_id: str = "m-1") -> Protocol:
    """Returns the minutes of a meeting."""
    return book.state.minutes.of(meeting_id)
