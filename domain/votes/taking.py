"""Votes (avstemninger): what was put, how each voted or how many did, and the evidence it was decided on.

Real minutes rarely tell everything: that it was unanimous without a number, that it was adopted against so many votes,
how the parties voted. What is not told is unknown, and what the source says came of it is then taken with it. The rules
are in `rules`, how votes are counted in `counting` and `elections`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.kernel import Command, Event, Fact, Subject
from domain.rulebook.voting import Matter
from domain.text import Frozen, Id, Name, Unknown
from domain.votes.ballots import Ballot, BallotChoice, Counts, Election, GroupVote, Lot
from domain.votes.evidence import Entitled, Majority, Quorum, Ruled, Tally
from domain.votes.state import ProposalResult, Vote, VoteAbout, VoteMethod, VoteResult, Votes

Clock = Annotated[str, StringConstraints(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")]
"""A time of day, as HH:MM."""


class Cast(Frozen):
    """What is told of a vote, in the command and in the event alike."""

    vote_id: Id
    body_id: Id
    case_id: Id | None = None
    meeting_id: Id | None = None
    """None for a vote in writing, and where the source does not tell of a meeting."""
    about: VoteAbout = "proposal"
    matter_kind: Matter = "ordinary"
    """What a proposal is about, where another majority is asked for than in ordinary matters."""
    proposals: Annotated[tuple[Id, ...], Field(max_length=50)] = ()
    """In the order they were put; several are put against each other."""
    method: VoteMethod | Unknown = "unknown"
    unanimous: bool = False
    ballots: Annotated[tuple[Ballot, ...], Field(max_length=500)] = ()
    counts: Counts | None = None
    groups: Annotated[tuple[GroupVote, ...], Field(max_length=50)] = ()
    election: Election | None = None
    concerns: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    """Those whose impartiality is in question in the case: none of them takes part in deciding it of any of them.

    Left out where the body would not have a quorum without them, so that all take part (forvaltningsloven § 8)."""
    agreed_in_writing: bool | Unknown = "unknown"
    """Whether all agreed that it was decided in writing (kommuneloven § 11-8)."""
    chair_choice: BallotChoice | None = None
    """How the chair voted, where the ballots do not show it and it decides between equal votes."""
    chair_option: Id | None = None
    lot: Lot | None = None
    taken_at: Clock | None = None
    stated_result: VoteResult | None = None
    """What the source says came of it, where what is known of the votes does not show it."""
    stated_option: Id | None = None
    """The proposal the source says was adopted."""
    stated_elected: Annotated[tuple[Id, ...], Field(max_length=500)] = ()
    """The persons the source says were elected."""


# Events: stored for ever -----------------------------------------------------------------


class VoteTaken(Cast, Event):
    """A body voted. What follows from the votes is reckoned when it is recorded, and stored with them."""

    type: Literal["vote.taken"] = "vote.taken"
    rule_id: Ruled | None = None
    """The rule set it was judged by; None where no act has one for the body."""
    law: Name | None = None
    entitled: tuple[Entitled, ...]
    """Who was there and could vote; empty where the source does not name them."""
    quorum: Quorum
    tally: Tally
    majorities: tuple[Majority, ...] = ()
    chair_decided: bool = False
    """Whether the chair's vote decided between equal votes."""
    lot_decided: bool = False
    result: VoteResult
    adopted: Id | None = None
    """The proposal that was adopted."""
    elected: tuple[Id, ...] = ()
    """Persons elected, in the order of their places."""


# Commands --------------------------------------------------------------------------------


class TakeVote(Command, Cast):
    """Record a vote: its ballots, or as much as the minutes tell; who could vote follows from the attendance."""

    type: Literal["vote.take"]


# evolve ----------------------------------------------------------------------------------


def taken(state: Votes, event: VoteTaken, fact: Fact) -> Votes:
    """Returns the state with one more vote, and what became of the proposals it was about."""
    vote = Vote(
        vote_id=event.vote_id,
        entry=fact.number,
        body_id=event.body_id,
        case_id=event.case_id,
        meeting_id=event.meeting_id,
        about=event.about,
        result=event.result,
        adopted=event.adopted,
        elected=event.elected,
        rule_id=event.rule_id,
        voters=frozenset(ballot.person_id for ballot in event.ballots),
        chair_decided=event.chair_decided,
    )
    return state.with_vote(vote).with_results(results_of(event), fact.number)


def results_of(event: VoteTaken) -> dict[str, ProposalResult]:
    """Returns what became of each proposal: nothing yet of several of which none got a majority, or of equal votes."""
    if event.result == "adopted":
        return {p: "adopted" if p == event.adopted else "fallen" for p in event.proposals}
    if event.result == "rejected" and len(event.proposals) == 1:
        return {event.proposals[0]: "fallen"}
    return {}


# subjects --------------------------------------------------------------------------------


def subjects(event: VoteTaken) -> Iterator[Subject]:
    """Yields the vote, its case, meeting and body, the proposals, and the persons it shows."""
    yield Subject("vote", event.vote_id)
    named = (("case", event.case_id), ("meeting", event.meeting_id), ("body", event.body_id))
    yield from (Subject(kind, id_) for kind, id_ in named if id_ is not None)
    yield from (Subject("proposal", proposal_id) for proposal_id in event.proposals)
    yield from (Subject("person", ballot.person_id) for ballot in event.ballots)
    yield from (Subject("person", person_id) for person_id in (*event.concerns, *event.elected))
