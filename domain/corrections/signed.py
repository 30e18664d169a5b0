"""Signed minutes that tell of an act: what is corrected in them is corrected by the body, and they are signed anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.corrections.state import Held
from domain.meetings import Meetings
from domain.minutes import Minutes


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A meeting in whose signed minutes an entry stands."""

    meeting_id: str
    body_id: str
    signed_by: int
    """The entry of the signature."""


def signed_with(held: Held, minutes: Minutes, meetings: Meetings) -> Iterator[SignedIn]:
    """Yields the meetings whose signed minutes tell of an act: it is among their entries, or its case is treated."""
    case_id = getattr(held.fact.event, "case_id", None)
    for meeting_id, signed_by in sorted(minutes.signed.items()):
        meeting = meetings.by_id.get(meeting_id)
        if meeting is None:
            continue
        lines = minutes.of(meeting_id).signed_lines
        if case_id in meeting.agenda or any(line.number == held.fact.number for line in lines):
            yield SignedIn(meeting_id, meeting.body_id, signed_by)
