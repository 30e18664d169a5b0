"""Register of minutes (møtebok, protokoll): made of the entries that touch a meeting, signed, approved, published.

Kommuneloven § 11-4; IKS-loven §§ 9a and 12; aksjeloven §§ 5-16 and 6-29. Nothing is written twice: minutes are the
meeting's entries in order, and a signature is over their numbers and hashes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from domain.bodies import Bodies
from domain.constitution import Constitution
from domain.decisions import Decisions
from domain.kernel import Context, Decision, Fact, Subject, judge
from domain.meetings.state import Meeting, Meetings
from domain.minutes import approval, publishing, signing
from domain.minutes.approval import ApproveMinutes, MinutesApproved
from domain.minutes.completeness import shown
from domain.minutes.publishing import LeftOut, MinutesPublished, PublishMinutes
from domain.minutes.signing import MinutesSigned, Signer, SignMinutes
from domain.minutes.state import (
    Approval,
    Line,
    Minutes,
    Protocol,
    Publication,
    Redaction,
    Signature,
    entered,
    minutes_digest,
    public_digest,
    reclassified,
    signed_meetings,
)
from domain.rulebook.minutes import MinutesRule, minutes_rule
from domain.votes.state import Votes

__all__ = [
    "Approval",
    "ApproveMinutes",
    "LeftOut",
    "Line",
    "Minutes",
    "MinutesApproved",
    "MinutesCommand",
    "MinutesEvent",
    "MinutesPublished",
    "MinutesSigned",
    "Protocol",
    "Publication",
    "PublishMinutes",
    "Redaction",
    "SignMinutes",
    "Signature",
    "Signer",
    "Surroundings",
    "decide",
    "enter",
    "evolve",
    "minutes_digest",
    "public_digest",
    "reclassified",
    "rule_for",
    "signed_meetings",
    "subjects",
]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The registers that minutes rest on."""

    meetings: Meetings
    votes: Votes
    decisions: Decisions
    bodies: Bodies
    constitution: Constitution


MinutesEvent = MinutesSigned | MinutesApproved | MinutesPublished
MinutesCommand = SignMinutes | ApproveMinutes | PublishMinutes


def enter(state: Minutes, touched: Iterator[Subject] | tuple[Subject, ...], event_type: str, fact: Fact) -> Minutes:
    """Returns the state in which an entry, irregular or not, belongs to the minutes of the meetings it touches.

    What is done with the minutes of a meeting does not belong to them; that a later meeting approved them belongs to
    the minutes of the later one.
    """
    meetings = list(dict.fromkeys(subject.id for subject in touched if subject.kind == "meeting"))
    if isinstance(fact.event, MinutesEvent):
        meetings = [meeting_id for meeting_id in meetings if meeting_id != fact.event.meeting_id]
    return entered(state, meetings, event_type, fact) if meetings else state


def evolve(state: Minutes, event: MinutesEvent, fact: Fact) -> Minutes:
    """Returns the state after one event of the register itself."""
    match event:
        case MinutesSigned():
            return signing.signed(state, event, fact)
        case MinutesApproved():
            return approval.approved(state, event, fact)
        case MinutesPublished():
            return publishing.published(state, event, fact)
        case _:
            assert_never(event)


def subjects(event: MinutesEvent) -> Iterator[Subject]:
    """Yields every entity the event touches, the minutes first: they have the id of their meeting."""
    match event:
        case MinutesSigned():
            return signing.subjects(event)
        case MinutesApproved():
            return approval.subjects(event)
        case MinutesPublished():
            return publishing.subjects(event)
        case _:
            assert_never(event)


def rule_for(meeting: Meeting, bodies: Bodies, constitution: Constitution) -> MinutesRule | None:
    """Returns what the act demands of a meeting's minutes: by its body, and the legal form on the day it was held."""
    body, form = bodies.bodies.get(meeting.body_id), constitution.form_on(meeting.on)
    return None if body is None or form is None else minutes_rule(form.value, body.kind)


def decide(command: MinutesCommand, minutes: Minutes, book: Surroundings, context: Context) -> Decision:
    """Returns what a command on minutes leads to. Raises Rejection."""
    protocol = minutes.of(command.meeting_id)
    meetings: Mapping[str, Meeting] = book.meetings.by_id
    meeting = meetings.get(command.meeting_id)
    rule = None if meeting is None else rule_for(meeting, book.bodies, book.constitution)
    match command:
        case SignMinutes():
            known = shown(command.meeting_id, protocol, book.bodies, book.votes, book.decisions)
            ruling = judge(signing.against_signing(command, meeting, known, rule, context), context.mode)
            return Decision((signing.signing(command, protocol),), ruling)
        case ApproveMinutes():
            ruling = judge(approval.against_approving(command, meetings, protocol, context), context.mode)
            remarks = None if command.remarks is None else context.seal(command.remarks)
            event = MinutesApproved(meeting_id=command.meeting_id, approved_in=command.approved_in, remarks=remarks)
            return Decision((event,), ruling)
        case PublishMinutes():
            law = None if rule is None else rule.law
            ruling = judge(publishing.against_publishing(command, meeting, protocol, law, context.today), context.mode)
            return Decision((publishing.publishing(command, protocol),), ruling)
        case _:
            assert_never(command)
