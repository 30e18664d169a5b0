"""Approval of minutes in a later meeting of the same body, with or without remarks.

A remark does not change what was signed: what the later meeting corrects is recorded in entries of its own, which are
shown as additions and signed anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from domain.copying import replace
from domain.kernel import Command, Context, Event, Fact, Nature, Rejection, Subject
from domain.meetings.state import Meeting
from domain.minutes.signing import against_meeting
from domain.minutes.state import Approval, Minutes, Protocol
from domain.text import Id, SealedText, Text

# Events: stored for ever -----------------------------------------------------------------


class MinutesApproved(Event):
    """A later meeting of the body approved the minutes of an earlier one."""

    type: Literal["minutes.approved"] = "minutes.approved"
    meeting_id: Id
    """The meeting the minutes are of."""
    approved_in: Id
    """The later meeting."""
    remarks: SealedText | None = None
    """What was remarked or corrected; None where they were approved as they stood."""


# Commands --------------------------------------------------------------------------------


class ApproveMinutes(Command):
    """Approve the minutes of an earlier meeting, as they stand or with remarks."""

    type: Literal["minutes.approve"]
    meeting_id: Id
    approved_in: Id
    remarks: Text | None = None


# evolve ----------------------------------------------------------------------------------


def approved(state: Minutes, event: MinutesApproved, fact: Fact) -> Minutes:
    """Returns the state in which the minutes are approved as they stand."""
    protocol = state.of(event.meeting_id)
    approval = Approval(fact.number, event.approved_in, protocol.last_entry)
    return replace(state, by_meeting=state.by_meeting.insert(event.meeting_id, replace(protocol, approval=approval)))


# subjects --------------------------------------------------------------------------------


def subjects(event: MinutesApproved) -> Iterator[Subject]:
    """Yields the minutes, the meeting they are of and the meeting that approved them."""
    yield Subject("minutes", event.meeting_id)
    yield Subject("meeting", event.meeting_id)
    yield Subject("meeting", event.approved_in)


# Rules -----------------------------------------------------------------------------------


def against_approving(
    command: ApproveMinutes, meetings: Mapping[str, Meeting], protocol: Protocol, context: Context
) -> Iterator[Rejection]:
    """Yields what stands against approving minutes, in order of precedence."""
    meeting, later = meetings.get(command.meeting_id), meetings.get(command.approved_in)
    yield from against_meeting(command.meeting_id, meeting)
    if later is None:
        yield Rejection("minutes.unknown_meeting", "fact", meeting_id=command.approved_in)
    if meeting is None or later is None:
        return
    if (later.on, later.entry) <= (meeting.on, meeting.entry):
        yield Rejection(
            "minutes.not_a_later_meeting",
            "fact",
            entries=(meeting.entry, later.entry),
            meeting_id=meeting.meeting_id,
            held_on=meeting.on.isoformat(),
            approved_in=later.meeting_id,
            approved_on=later.on.isoformat(),
        )
    if later.body_id != meeting.body_id:
        yield Rejection(
            "minutes.body_differs",
            entries=(meeting.entry, later.entry),
            meeting_id=meeting.meeting_id,
            body_id=meeting.body_id,
            approved_in=later.meeting_id,
            other_body_id=later.body_id,
        )
    yield from _against_closed_meeting(later, context)
    if protocol.approval is not None and protocol.approval.last_entry >= protocol.last_entry:
        entries = (protocol.approval.entry,)
        approved_in = protocol.approval.approved_in
        yield Rejection(
            "minutes.already_approved", "fact", entries=entries, meeting_id=meeting.meeting_id, approved_in=approved_in
        )


def _against_closed_meeting(later: Meeting, context: Context) -> Iterator[Rejection]:
    """Yields that the approving meeting does not sit; of what is past it is enough that it sat."""
    if later.is_open or (context.mode != "decide" and later.opened_by is not None):
        return
    nature: Nature = "unknown" if later.opened_by is None else "rule"
    entries = (later.adjourned_by or later.entry,)
    yield Rejection("minutes.approving_meeting_not_open", nature, entries=entries, approved_in=later.meeting_id)
