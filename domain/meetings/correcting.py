"""Meetings as they should have been called and opened: what was decided and done in them stays."""

from __future__ import annotations

from rpds import List

from domain.copying import replace
from domain.kernel import Fact
from domain.meetings.calling import MeetingCalled
from domain.meetings.opening import MeetingOpened
from domain.meetings.state import Meetings


def uncalled(state: Meetings, meeting_id: str) -> Meetings:
    """Returns the state in which a meeting was never heard of."""
    meeting = state.by_id.get(meeting_id)
    if meeting is None:
        return state
    others = List([one for one in state.by_body.get(meeting.body_id) or () if one != meeting_id])
    return Meetings(by_id=state.by_id.discard(meeting_id), by_body=state.by_body.insert(meeting.body_id, others))


def called_otherwise(state: Meetings, event: MeetingCalled, fact: Fact) -> Meetings:
    """Returns the state in which a meeting was called otherwise; the day it was held stands."""
    meeting = state.by_id.get(event.meeting_id)
    if meeting is None:
        return state
    held = meeting.opened_by is not None and meeting.mode != "written"
    right = replace(
        meeting,
        number=event.meeting_number,
        on=meeting.on if held else event.starts_on,
        place=event.place,
        time=event.starts_at,
        called_to=event.starts_on,
        called_by=fact.number,
        sent=fact.effective,
        urgent=event.urgent_reason is not None,
    )
    return state.held(right)


def unopened(state: Meetings, meeting_id: str) -> Meetings:
    """Returns the state in which a meeting was called, if it was, and not opened."""
    meeting = state.by_id.get(meeting_id)
    if meeting is None or meeting.called_by is None:
        return uncalled(state, meeting_id)
    return state.held(replace(meeting, opened_by=None, adjourned_by=None, on=meeting.called_to or meeting.on))


def opened_otherwise(state: Meetings, event: MeetingOpened, fact: Fact) -> Meetings:
    """Returns the state in which a meeting was held on another day or elsewhere; what was done in it stands."""
    meeting = state.by_id.get(event.meeting_id)
    if meeting is None:
        return state
    right = replace(
        meeting,
        on=fact.effective.latest,
        opened_by=fact.number,
        signers=() if event.minute_signers == "unknown" else event.minute_signers,
        others_present=event.others_present,
    )
    if event.head is not None:
        head = event.head
        right = replace(right, number=head.meeting_number, place=head.place, time=head.starts_at)
    return state.held(right)
