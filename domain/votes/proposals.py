"""Proposals (forslag): what is put forward in a case, by whom, and that it is taken back before the vote.

Kommuneloven § 8-1: only the members of a body have the right to propose in its meetings. A recommendation (innstilling)
is prepared for the meeting by an office or another body, and is put forward as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from domain.bodies import Bodies
from domain.cases import against_case
from domain.copying import replace
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.meetings.state import Meeting
from domain.rulebook.voting import voting_rule
from domain.text import Id, SealedText, Text, Unknown
from domain.votes.room import Surroundings
from domain.votes.state import Proposal, ProposalKind, Proposer, Votes

# Events: stored for ever -----------------------------------------------------------------


class ProposalTabled(Event):
    """A proposal was put forward in a case."""

    type: Literal["proposal.tabled"] = "proposal.tabled"
    proposal_id: Id
    case_id: Id
    meeting_id: Id | None = None
    """None for one that came before the meeting."""
    kind: ProposalKind
    text: SealedText | None = None
    """None where the source does not show it."""
    proposer: Proposer | Unknown = "unknown"
    amends: Id | None = None
    """The proposal it would change."""


class ProposalWithdrawn(Event):
    """A proposal was taken back before it was voted on."""

    type: Literal["proposal.withdrawn"] = "proposal.withdrawn"
    proposal_id: Id


# Commands --------------------------------------------------------------------------------


class TableProposal(Command):
    """Put a proposal forward in a case."""

    type: Literal["proposal.table"]
    proposal_id: Id
    case_id: Id
    meeting_id: Id | None = None
    kind: ProposalKind = "proposal"
    text: Text | None = None
    proposer: Proposer | Unknown = "unknown"
    amends: Id | None = None


class WithdrawProposal(Command):
    """Take a proposal back before it is voted on."""

    type: Literal["proposal.withdraw"]
    proposal_id: Id


# evolve ----------------------------------------------------------------------------------


def tabled(state: Votes, event: ProposalTabled, fact: Fact) -> Votes:
    """Returns the state with one more proposal."""
    proposal = Proposal(
        proposal_id=event.proposal_id,
        entry=fact.number,
        case_id=event.case_id,
        kind=event.kind,
        meeting_id=event.meeting_id,
        proposer=event.proposer,
        text=event.text,
        amends=event.amends,
    )
    return replace(state, proposals=state.proposals.insert(event.proposal_id, proposal))


def withdrawn(state: Votes, event: ProposalWithdrawn, fact: Fact) -> Votes:
    """Returns the state in which the proposal is taken back."""
    return state.with_results({event.proposal_id: "withdrawn"}, fact.number)


# subjects --------------------------------------------------------------------------------


def subjects(event: ProposalTabled | ProposalWithdrawn) -> Iterator[Subject]:
    """Yields the proposal, its case and meeting, the proposal it would change, and who put it forward."""
    yield Subject("proposal", event.proposal_id)
    if isinstance(event, ProposalWithdrawn):
        return
    yield Subject("case", event.case_id)
    named = [("meeting", event.meeting_id), ("proposal", event.amends)]
    if event.proposer != "unknown":
        by = event.proposer
        named += [("person", by.person_id), ("office", by.office_id), ("body", by.body_id), ("member", by.member_id)]
    yield from (Subject(kind, id_) for kind, id_ in named if id_ is not None)


# Rules -----------------------------------------------------------------------------------


def table(command: TableProposal, state: Votes, around: Surroundings, context: Context) -> Decision:
    """Returns the proposal put forward. Raises Rejection."""
    ruling = judge(_against_tabling(command, state, around, context), context.mode)
    event = ProposalTabled(
        proposal_id=command.proposal_id,
        case_id=command.case_id,
        meeting_id=command.meeting_id,
        kind=command.kind,
        text=None if command.text is None else context.seal(command.text),
        proposer=command.proposer,
        amends=command.amends,
    )
    return Decision((event,), ruling)


def withdraw(command: WithdrawProposal, state: Votes, context: Context) -> Decision:
    """Returns the proposal taken back. Raises Rejection."""
    ruling = judge(_against_withdrawing(command, state), context.mode)
    return Decision((ProposalWithdrawn(proposal_id=command.proposal_id),), ruling)


def _against_tabling(
    command: TableProposal, state: Votes, around: Surroundings, context: Context
) -> Iterator[Rejection]:
    known = state.proposals.get(command.proposal_id)
    if known is not None:
        yield Rejection("proposal.already_tabled", "fact", entries=(known.entry,), proposal_id=command.proposal_id)
    yield from against_case(around.cases, command.case_id)
    meeting = None if command.meeting_id is None else around.meetings.by_id.get(command.meeting_id)
    if command.meeting_id is not None and meeting is None:
        yield Rejection("proposal.unknown_meeting", "fact", meeting_id=command.meeting_id)
    if meeting is not None:
        yield from _against_meeting(command, meeting)
    yield from _against_amending(command, state)
    unknown = sorted(_strangers(command, around))
    if unknown:
        yield Rejection("proposal.unknown_proposer", "fact", proposal_id=command.proposal_id, proposers=unknown)
    elif meeting is not None:
        yield from _against_right(command, meeting, around, context)


def _against_meeting(command: TableProposal, meeting: Meeting) -> Iterator[Rejection]:
    params: dict[str, Any] = {"meeting_id": meeting.meeting_id, "case_id": command.case_id}
    if not meeting.is_open and meeting.mode != "written":
        nature: Literal["rule", "unknown"] = "unknown" if meeting.opened_by is None else "rule"
        yield Rejection("proposal.meeting_not_open", nature, entries=(meeting.entry,), **params)
    if command.case_id not in (*meeting.agenda, *meeting.added):
        yield Rejection("proposal.case_not_on_agenda", law="kommuneloven § 11-3", entries=(meeting.entry,), **params)


def _against_amending(command: TableProposal, state: Votes) -> Iterator[Rejection]:
    if command.amends is None:
        return
    amended = state.proposals.get(command.amends)
    if amended is None or amended.case_id != command.case_id:
        entries = () if amended is None else (amended.entry,)
        yield Rejection(
            "proposal.amends_unknown", "fact", entries=entries, amends=command.amends, case_id=command.case_id
        )


def _strangers(command: TableProposal, around: Surroundings) -> Iterator[str]:
    by = command.proposer
    if by == "unknown":
        return
    bodies: Bodies = around.bodies
    held: tuple[tuple[str | None, Any], ...] = (
        (by.person_id, bodies.persons),
        (by.office_id, bodies.offices),
        (by.body_id, bodies.bodies),
        (by.member_id, around.members.parties),
    )
    yield from (id_ for id_, there in held if id_ is not None and id_ not in there)


def _against_right(
    command: TableProposal, meeting: Meeting, around: Surroundings, context: Context
) -> Iterator[Rejection]:
    """Yields that someone else than a member of the body proposes in its meeting, where kommuneloven § 8-1 applies."""
    by, body = command.proposer, around.bodies.bodies.get(meeting.body_id)
    rule = None if body is None else voting_rule(around.standing.form, body.kind, context.on)
    if command.kind == "recommendation" or rule is None or rule.duty_law is None:
        return
    params: dict[str, Any] = {"proposal_id": command.proposal_id, "meeting_id": meeting.meeting_id}
    if by == "unknown" or not (by.person_id or by.office_id or by.body_id):
        if by == "unknown":
            yield Rejection("proposal.proposer_unknown", "unknown", law=rule.duty_law, **params)
        return
    there = {attendee.person_id for attendee in meeting.taking_part(command.case_id)}
    if by.person_id not in there:
        # Without a list of who was there, whether the person was a member of the body in the meeting is not known.
        nature: Literal["rule", "unknown"] = "rule" if meeting.attendees or by.person_id is None else "unknown"
        yield Rejection(
            "proposal.not_entitled_to_propose",
            nature,
            law=rule.duty_law,
            entries=(meeting.entry,),
            proposer_id=by.person_id or by.office_id or by.body_id,
            **params,
        )


def _against_withdrawing(command: WithdrawProposal, state: Votes) -> Iterator[Rejection]:
    proposal = state.proposals.get(command.proposal_id)
    if proposal is None:
        yield Rejection("proposal.unknown_proposal", "fact", proposal_id=command.proposal_id)
    elif proposal.result is not None:
        yield Rejection(
            "proposal.already_settled",
            "fact",
            entries=(proposal.entry, proposal.settled_by or proposal.entry),
            proposal_id=command.proposal_id,
            result=proposal.result,
        )
