"""Doors closed and opened (lukking av møtet): for a case or for the whole meeting, on a ground the act knows.

Kommuneloven §§ 11-4, 11-5, 11-7; IKS-loven § 8a. The vote on closing is held in open meeting, so the doors are open
until they are closed. Bodies whose meetings no act opens may close their doors as they like.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from rpds import HashTrieMap

from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.meetings.around import Around, against_case_elsewhere, against_not_open, against_unknown_vote
from domain.meetings.state import Meeting, Meetings
from domain.rulebook.meetings import GROUNDS, ClosingGround, MeetingRules
from domain.text import Id, Name, Unknown

WHOLE_MEETING = "*"
"""Stands for the whole meeting among the cases treated behind closed doors."""

# Events: stored for ever -----------------------------------------------------------------


class MeetingAccessChanged(Event):
    """The doors were closed, or opened again."""

    type: Literal["meeting_access.changed"] = "meeting_access.changed"
    meeting_id: Id
    case_id: Id | None = None
    """None for the whole meeting."""
    doors: Literal["closed", "open"]
    ground: ClosingGround | Unknown | None = None
    legal_basis: Name | None = None
    vote_id: Id | None = None


# Commands --------------------------------------------------------------------------------


class ChangeMeetingAccess(Command):
    """Close the doors for a case or for the whole meeting, or open them again."""

    type: Literal["meeting_access.change"]
    meeting_id: Id
    case_id: Id | None = None
    doors: Literal["closed", "open"]
    ground: ClosingGround | Unknown | None = None
    legal_basis: Name | None = None
    vote_id: Id | None = None


# evolve ----------------------------------------------------------------------------------


def changed(state: Meetings, event: MeetingAccessChanged, fact: Fact) -> Meetings:
    """Returns the state in which the doors are closed, or open: opening them for the whole meeting opens all."""
    meeting = state.by_id.get(event.meeting_id)
    if meeting is None:
        return state
    key = event.case_id or WHOLE_MEETING
    if event.doors == "closed":
        closed = meeting.closed.insert(key, fact.number)
    else:
        closed = HashTrieMap() if event.case_id is None else meeting.closed.discard(key)
    return state.held(replace(meeting, closed=closed))


# subjects --------------------------------------------------------------------------------


def subjects(event: MeetingAccessChanged) -> Iterator[Subject]:
    """Yields the meeting, the case and the vote."""
    yield Subject("meeting", event.meeting_id)
    if event.case_id is not None:
        yield Subject("case", event.case_id)
    if event.vote_id is not None:
        yield Subject("vote", event.vote_id)


# Rules -----------------------------------------------------------------------------------


def change(command: ChangeMeetingAccess, around: Around, context: Context) -> Decision:
    """Returns the doors closed or opened. Raises Rejection."""
    ruling = judge(_against_changing(command, around), context.mode)
    ground = None if command.ground is None or command.ground == "unknown" else GROUNDS[command.ground]
    event = MeetingAccessChanged(
        meeting_id=command.meeting_id,
        case_id=command.case_id,
        doors=command.doors,
        ground=command.ground,
        legal_basis=command.legal_basis or (None if ground is None else ground.law),
        vote_id=command.vote_id,
    )
    return Decision((event,), ruling)


def _against_changing(command: ChangeMeetingAccess, around: Around) -> Iterator[Rejection]:
    yield from against_not_open(around, command.meeting_id)
    meeting = around.meetings.by_id.get(command.meeting_id)
    if meeting is None:
        return
    yield from against_case_elsewhere(meeting, command.case_id)
    yield from against_unknown_vote(around, command.vote_id)
    key = command.case_id or WHOLE_MEETING
    since = meeting.closed.get(key) or meeting.closed.get(WHOLE_MEETING)
    params: dict[str, Any] = {"meeting_id": command.meeting_id, "case_id": command.case_id}
    if command.doors == "closed" and since is not None:
        yield Rejection("meeting_access.already_closed", "fact", entries=(since,), **params)
    if command.doors == "open" and not (key in meeting.closed or (command.case_id is None and meeting.closed)):
        yield Rejection("meeting_access.already_open", "fact", entries=(meeting.entry,), **params)
    rules = around.rules(meeting.body_id, meeting.on)
    if command.doors == "closed" and rules is not None and rules.doors_law is not None:
        yield from _against_ground(command, meeting, rules, rules.doors_law)


def _against_ground(
    command: ChangeMeetingAccess, meeting: Meeting, rules: MeetingRules, doors_law: str
) -> Iterator[Rejection]:
    params: dict[str, Any] = {"meeting_id": command.meeting_id, "case_id": command.case_id}
    entries = (meeting.entry,)
    if command.ground is None and command.legal_basis is None:
        law = rules.answer_law or doors_law
        yield Rejection("meeting_access.legal_basis_missing", rules.nature, law=law, entries=entries, **params)
    elif command.ground is None:
        yield Rejection(
            "meeting_access.ground_not_lawful",
            rules.nature,
            law=doors_law,
            entries=entries,
            legal_basis=command.legal_basis,
            **params,
        )
    elif command.ground == "unknown":
        yield Rejection("meeting_access.ground_unknown", "unknown", law=doors_law, entries=entries, **params)
    elif rules.remote_closing_law is not None and meeting.mode == "remote" and GROUNDS[command.ground].must_close:
        law = rules.remote_closing_law
        yield Rejection("meeting_access.remote_meeting_cannot_close", rules.nature, law=law, entries=entries, **params)
