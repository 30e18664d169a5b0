"""Register of proposals and votes (forslag og avstemninger): what was put to the vote, who could, and the result.

Each subject has a file with its events, commands and rules; the state they share is in `state`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain.kernel import Context, Decision, Fact, Subject
from domain.votes import deciding, proposals, taking
from domain.votes.ballots import Ballot, CandidateList, Counts, Election, GroupVote, Lot
from domain.votes.evidence import Entitled, Majority, OptionVotes, Quorum, Tally
from domain.votes.proposals import ProposalTabled, ProposalWithdrawn, TableProposal, WithdrawProposal
from domain.votes.room import Surroundings
from domain.votes.state import (
    SETTLING,
    Proposal,
    ProposalKind,
    Proposer,
    Vote,
    VoteAbout,
    VoteMethod,
    VoteResult,
    Votes,
)
from domain.votes.taking import Cast, TakeVote, VoteTaken

__all__ = [
    "SETTLING",
    "Ballot",
    "CandidateList",
    "Cast",
    "Counts",
    "Election",
    "Entitled",
    "GroupVote",
    "Lot",
    "Majority",
    "OptionVotes",
    "Proposal",
    "ProposalKind",
    "ProposalTabled",
    "ProposalWithdrawn",
    "Proposer",
    "Quorum",
    "Surroundings",
    "TableProposal",
    "TakeVote",
    "Tally",
    "Vote",
    "VoteAbout",
    "VoteCommand",
    "VoteEvent",
    "VoteMethod",
    "VoteResult",
    "VoteTaken",
    "Votes",
    "WithdrawProposal",
    "decide",
    "evolve",
    "subjects",
]

VoteEvent = ProposalTabled | ProposalWithdrawn | VoteTaken
VoteCommand = TableProposal | WithdrawProposal | TakeVote


def evolve(state: Votes, event: VoteEvent, fact: Fact) -> Votes:
    """Returns the state after one event."""
    match event:
        case ProposalTabled():
            return proposals.tabled(state, event, fact)
        case ProposalWithdrawn():
            return proposals.withdrawn(state, event, fact)
        case VoteTaken():
            return taking.taken(state, event, fact)
        case _:
            assert_never(event)


def subjects(event: VoteEvent) -> Iterator[Subject]:
    """Yields every entity the event touches, the one it is about first."""
    match event:
        case ProposalTabled() | ProposalWithdrawn():
            return proposals.subjects(event)
        case VoteTaken():
            return taking.subjects(event)
        case _:
            assert_never(event)


def decide(command: VoteCommand, votes: Votes, around: Surroundings, context: Context) -> Decision:
    """Returns what a command on proposals and votes leads to. Raises Rejection."""
    match command:
        case TableProposal():
            return proposals.table(command, votes, around, context)
        case WithdrawProposal():
            return proposals.withdraw(command, votes, context)
        case TakeVote():
            return deciding.take(command, votes, around, context)
        case _:
            assert_never(command)
