"""How votes are cast and counted as a client tells it: ballots, counts, groups, lists, lots."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.text import Count, Frozen, Id, Name, Unknown
from domain.votes.evidence import OptionVotes, Weight

BallotChoice = Literal["for", "against", "blank", "option"]
"""`option`: one of several proposals, candidates or lists."""
ElectionProcedure = Literal["majority", "proportional", "agreed"]
"""flertallsvalg, forholdsvalg, avtalevalg (kommuneloven § 7-4)."""
ElectedAs = Literal["members", "leader", "deputy_leader", "other"]


class Ballot(Frozen):
    """One person's vote."""

    person_id: Id
    choice: BallotChoice | None = None
    """None in a secret vote, where it is only known that the person voted."""
    option: Id | None = None
    """The proposal, candidate or list chosen."""
    weight: Weight | None = None
    """How many votes it carries; left out where the seat plan says."""


class Counts(Frozen):
    """How many votes there were; what was not minuted is unknown."""

    in_favour: Count | Unknown = "unknown"
    against: Count | Unknown = "unknown"
    blank: Count | Unknown = "unknown"
    options: Annotated[tuple[OptionVotes, ...], Field(max_length=100)] = ()
    """Where the choice was between several."""


class GroupVote(Frozen):
    """How a party or a group voted, with or without a number."""

    group_name: Name
    choice: BallotChoice
    option: Id | None = None
    votes: Count | Unknown = "unknown"


class CandidateList(Frozen):
    """A list in a proportional election (kommuneloven § 7-5)."""

    list_id: Id
    group_name: Name
    candidates: Annotated[tuple[Id, ...], Field(max_length=200)]
    """Persons, in the order of the list."""
    moved_up: Annotated[tuple[Id, ...], Field(max_length=200)] = ()
    """Candidates who move up so that both sexes are represented (§ 7-6); the book holds nobody's sex."""


class Election(Frozen):
    """What is elected, and how."""

    procedure: ElectionProcedure
    elected_as: ElectedAs
    """`other`: to a task of the meeting's own, such as signing the minutes."""
    to_body: Id | None = None
    """The body elected to."""
    places: Annotated[int, Field(ge=1, le=500)]
    round: Annotated[int, Field(ge=1, le=2)] = 1
    """2 for the new ballot where nobody got more than half."""
    needs_majority: bool = False
    """Whether it was decided beforehand that a new ballot is held if nobody gets more than half of the votes."""
    candidates: Annotated[tuple[Id, ...], Field(max_length=500)] = ()
    """Persons proposed; empty in a proportional election, where the lists name them."""
    lists: Annotated[tuple[CandidateList, ...], Field(max_length=50)] = ()

    @property
    def named(self) -> tuple[str, ...]:
        """Every person who can be elected."""
        return (*self.candidates, *(person for listed in self.lists for person in listed.candidates))

    @property
    def options(self) -> tuple[str, ...]:
        """What votes can be given to: lists in a proportional election, else candidates."""
        return tuple(x.list_id for x in self.lists) if self.procedure == "proportional" else self.candidates


class Lot(Frozen):
    """A drawing of lots between those with equal votes."""

    winners: Annotated[tuple[Id, ...], Field(min_length=1, max_length=500)]
    """Candidates or lists, in the order drawn."""
    drawn_by: Id | None = None
    """The person who drew it."""
