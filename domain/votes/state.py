"""The state of the register of votes: proposals with what became of them, and votes with their result."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rpds import HashTrieMap, List

from domain.copying import replace
from domain.text import Frozen, Id, Name, SealedText, Unknown

ProposalKind = Literal["recommendation", "proposal", "amendment", "alternative", "postponement"]
"""innstilling, forslag, endringsforslag, alternativt forslag, utsettelsesforslag."""
VoteAbout = Literal["proposal", "election", "appointment", "impartiality", "closing", "agenda", "procedure"]
"""`appointment`: ansettelse. `closing`: whether the doors are closed (lukking av møte)."""
VoteMethod = Literal["show", "roll", "secret", "written", "election", "acclamation", "consensus"]
"""stemmetegn, navneopprop, hemmelig, skriftlig saksbehandling, stemmesedler ved valg, akklamasjon, enighet."""
VoteResult = Literal["adopted", "rejected", "elected", "not_elected", "tie"]
"""`tie`: equal votes, and nobody to break the tie yet."""
ProposalResult = Literal["adopted", "fallen", "withdrawn"]
SETTLING: frozenset[VoteAbout] = frozenset({"proposal", "election", "appointment"})
"""Votes on the case itself."""


class Proposer(Frozen):
    """Who put a proposal forward: as many of these as are known."""

    person_id: Id | None = None
    office_id: Id | None = None
    body_id: Id | None = None
    member_id: Id | None = None
    group_name: Name | None = None
    """A party or a group, as it is called."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal in a case."""

    proposal_id: str
    entry: int
    case_id: str
    kind: ProposalKind
    meeting_id: str | None
    result: ProposalResult | None = None
    """None while it has not been voted on."""
    proposer: Proposer | Unknown = "unknown"
    text: SealedText | None = None
    amends: str | None = None
    """The proposal it would change."""
    settled_by: int | None = None
    """The entry of the vote or the withdrawal that settled it."""


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
    chair_decided: bool = False
    """Whether the chair's vote decided between equal votes."""


@dataclass(frozen=True)
class Votes:
    """Every proposal and every vote, by id, and the votes of each case."""

    proposals: HashTrieMap[str, Proposal] = field(default_factory=HashTrieMap)
    by_id: HashTrieMap[str, Vote] = field(default_factory=HashTrieMap)
    by_case: HashTrieMap[str, List[str]] = field(default_factory=HashTrieMap)
    """Votes of each case, the latest first."""

    def of_case(self, case_id: str) -> Iterator[Vote]:
        """Yields the votes taken in a case, the latest first."""
        return (self.by_id[vote_id] for vote_id in self.by_case.get(case_id) or ())

    def outcome(self, case_id: str) -> Vote | None:
        """Returns the latest vote by which something was adopted or someone elected in a case, None if there is none.

        Votes on how a case is treated, such as on closing the doors, settle nothing in it.
        """
        settled = (v for v in self.of_case(case_id) if v.about in SETTLING and v.result in ("adopted", "elected"))
        return next(settled, None)

    def with_vote(self, vote: Vote) -> Votes:
        """Returns the state with one more vote."""
        by_case = self.by_case
        if vote.case_id is not None:
            of_case: List[str] = by_case.get(vote.case_id) or List()
            by_case = by_case.insert(vote.case_id, of_case.push_front(vote.vote_id))
        return replace(self, by_id=self.by_id.insert(vote.vote_id, vote), by_case=by_case)

    def with_results(self, results: Mapping[str, ProposalResult], entry: int) -> Votes:
        """Returns the state in which these became of proposals; ids it does not know are passed over."""
        proposals = self.proposals
        for proposal_id, result in results.items():
            proposal = proposals.get(proposal_id)
            if proposal is not None:
                proposals = proposals.insert(proposal_id, replace(proposal, result=result, settled_by=entry))
        return replace(self, proposals=proposals)
