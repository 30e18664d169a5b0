"""The state of the register of votes: proposals with what became of them, and votes with their result."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from rpds import HashTrieMap, List

ProposalKind = Literal["recommendation", "proposal", "amendment", "alternative", "postponement"]
"""innstilling, forslag, endringsforslag, alternativt forslag, utsettelsesforslag."""
VoteAbout = Literal["proposal", "election", "impartiality", "closing", "agenda", "procedure"]
VoteResult = Literal["adopted", "rejected", "elected", "not_elected", "tie"]
"""`tie`: equal votes, and nobody to break the tie yet."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal in a case."""

    proposal_id: str
    entry: int
    case_id: str
    kind: ProposalKind
    meeting_id: str | None
    result: Literal["adopted", "fallen", "withdrawn"] | None = None
    """None while it has not been voted on."""


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote that was taken, and what it came to."""

    vote_id: str
    entry: int
    body_id: str
    case_id: str | None
    meeting_id: str | None
    """None for a vote in writing."""
    about: VoteAbout
    result: VoteResult
    adopted: str | None
    """The proposal that was adopted, None where none was."""
    elected: tuple[str, ...]
    """Persons elected, in the order of their seats."""
    rule_id: str | None
    """The rule set it was judged by, such as `KL-11-9`; None where no act has one for the body."""
    voters: frozenset[str]
    """Persons known to have voted; empty where the source shows counts only."""


@dataclass(frozen=True, slots=True)
class Votes:
    """Every proposal and every vote, by id, and the votes of each case."""

    proposals: HashTrieMap[str, Proposal] = field(default_factory=HashTrieMap)
    by_id: HashTrieMap[str, Vote] = field(default_factory=HashTrieMap)
    by_case: HashTrieMap[str, List[str]] = field(default_factory=HashTrieMap)
    """Votes of each case, the latest first."""
