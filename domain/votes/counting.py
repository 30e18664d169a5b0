"""How a vote is reckoned: the quorum, the majorities, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from domain.rulebook.bodies import MORE_THAN_HALF
from domain.rulebook.voting import AGREED_ELECTION, MAJORITY_ELECTION, PROPORTIONAL_ELECTION, Portion
from domain.text import Unknown
from domain.votes.ballots import Ballot, BallotChoice
from domain.votes.elections import UNKNOWN, Elected, elect, together
from domain.votes.evidence import Majority, Quorum, all_of, reaches, share_of
from domain.votes.state import VoteResult
from domain.votes.tallying import CHOOSING, Told, total

PAIR = 2
"""Equal votes are between two."""


@dataclass(frozen=True)
class Verdict:
    """What came of a vote."""

    result: VoteResult | None
    """None where it cannot be told from what is known of the votes."""
    adopted: str | None = None
    elected: tuple[str, ...] = ()
    chair_decided: bool = False
    lot_decided: bool = False


@dataclass(frozen=True)
class Count(Told):
    """One vote, reckoned in the room it was taken in."""

    # The quorum --------------------------------------------------------------------------

    @cached_property
    def quorum(self) -> Quorum:
        """Whether the body could decide."""
        rule, own = self.room.rule, self.room.own.quorum
        act = None if rule is None else rule.quorum
        asked = [needed for needed in (act, None if own is None else own.needed) if needed is not None]
        by_votes = rule is not None and rule.quorum_counts == "voting"
        counted = self.voted if by_votes else self.room.number_there
        met = [reaches(counted, self.room.size, needed) for needed in asked]
        if rule is not None and rule.quorum_votes is not None:
            met.append(reaches(self.carried, self.room.votes_in_all, rule.quorum_votes))
        if rule is not None and not rule.readable:
            met.append("unknown")
        strictest = max(asked, default=None)
        return Quorum(
            law=None if rule is None else rule.quorum_law,
            members=self.room.size,
            counted=counted,
            needed=None if strictest is None else share_of(strictest),
            more_than=strictest is not None and strictest.more_than,
            weight_total=self.room.votes_in_all,
            weight_present=self.carried,
            met=all_of(met),
        )

    # The majorities ----------------------------------------------------------------------

    @property
    def portions(self) -> Iterator[Portion]:
        """What must be reached for a proposal to be adopted: by the act, and by the body's own rules."""
        rule, matter = self.room.rule, self.cast.matter_kind
        own = self.room.own.majority("ordinary" if matter == "change" else matter)
        if rule is not None and rule.readable:
            yield from rule.charter if matter == "charter" and rule.charter else rule.majority
            yield from rule.change if matter != "ordinary" else ()
        elif own is None:
            yield Portion(MORE_THAN_HALF, "votes_cast", None)
        if own is not None:
            yield Portion(own.needed.needed, own.base, None)

    @cached_property
    def leading(self) -> str | None:
        """The proposal that is put, or of several the one with most votes; None if there is none."""
        if len(self.cast.proposals) == 1:
            return self.cast.proposals[0]
        votes = {o.option: o.votes for o in self.tally.options if o.votes != "unknown"}
        if self.cast.election is not None or len(votes) < len(self.options) or not votes:
            return None
        return max(self.options, key=lambda option: votes[option])

    @cached_property
    def in_favour(self) -> int | Unknown:
        """Votes for the leading proposal."""
        if not self.options:
            return self.tally.in_favour
        return max((o.votes for o in self.tally.options if o.votes != "unknown"), default="unknown")

    @cached_property
    def against(self) -> int | Unknown:
        """Votes not for the leading proposal, blank ones apart."""
        if not self.options:
            return self.tally.against
        every = total(o.votes for o in self.tally.options)
        return "unknown" if every == "unknown" or self.in_favour == "unknown" else every - self.in_favour

    @cached_property
    def tied(self) -> bool:
        """Whether votes are equal, and there are any; of several proposals two must have them all between them."""
        if self.options and len(self.level) != PAIR:
            return False
        return self.in_favour == self.against and self.in_favour not in ("unknown", 0)

    @property
    def level(self) -> frozenset[str]:
        """Of several proposals those with most votes."""
        return frozenset(o.option for o in self.tally.options if o.votes == self.in_favour)

    @cached_property
    def heads_in_favour(self) -> int | Unknown:
        """How many persons voted for the leading proposal."""
        if self.ballots_shown and not self.options:
            return len({b.person_id for b in self.cast.ballots if b.choice == "for"})
        if self.as_one and self.told.in_favour == "unknown":
            return self.room.number_there
        return "unknown" if self.room.weighted else self.in_favour

    @cached_property
    def votes_cast(self) -> int | Unknown:
        """All votes cast; blank ones where the act counts them."""
        rule = self.room.rule
        blank: int | Unknown = 0
        if rule is not None and rule.blank_is_cast and self.cast.about in CHOOSING:
            blank = self.tally.blank
        return total((self.in_favour, self.against, blank))

    @cached_property
    def majorities(self) -> tuple[Majority, ...]:
        """Every majority that is needed, and whether it is reached; none in an election."""
        return () if self.cast.election is not None else tuple(map(self._majority, self.portions))

    def _majority(self, portion: Portion) -> Majority:
        counted, base = self._measured(portion)
        reached = reaches(counted, base, portion.needed)
        if counted == 0:
            reached = False
        everyone = self.in_favour not in ("unknown", 0) and self.in_favour == self.carried
        if reached == "unknown" and self.as_one and portion.of in ("votes_cast", "attending"):
            reached = True
        if portion.of == "capital" and everyone:
            reached = True
        return Majority(
            law=portion.law,
            needed=share_of(portion.needed),
            more_than=portion.needed.more_than,
            majority_of=portion.of,
            base=base,
            counted=counted,
            reached=reached,
        )

    def _measured(self, portion: Portion) -> tuple[int | Unknown, int | Unknown]:
        match portion.of:
            case "votes_cast":
                return self.in_favour, self.votes_cast
            case "attending":
                return self.heads_in_favour, self.room.number_there
            case "members":
                return self.heads_in_favour, self.room.size
            case _:
                return "unknown", "unknown"  # the book does not hold who owns which capital

    # What came of it ---------------------------------------------------------------------

    @cached_property
    def chair_choice(self) -> BallotChoice | None:
        """How the chair voted, None where that is not known."""
        own = self._chair_ballot
        return self.cast.chair_choice or (None if own is None else own.choice)

    @cached_property
    def chair_option(self) -> str | None:
        """The proposal the chair voted for, among several."""
        own = self._chair_ballot
        return self.cast.chair_option or (None if own is None else own.option)

    @property
    def _chair_ballot(self) -> Ballot | None:
        chair = None if self.room.meeting is None else self.room.meeting.chair
        return next((b for b in self.cast.ballots if b.person_id == chair), None)

    @property
    def chair_breaks(self) -> bool:
        """Whether the chair's vote decides where votes are equal."""
        rule, own = self.room.rule, self.room.own.casting_vote
        if self.cast.election is not None:
            return False
        return own is True if rule is None or not rule.readable else rule.chair_breaks_ties

    @cached_property
    def waits_for_chair(self) -> bool:
        """Whether only the equal votes stand between the proposal and a result that the chair's vote gives."""
        if not (self.tied and self.chair_breaks):
            return False
        return all(m.reached is not False for m, p in zip(self.majorities, self.portions, strict=True) if not _even(p))

    @cached_property
    def polled(self) -> Elected:
        """What came of an election, as far as the votes show it."""
        election, rule = self.cast.election, self.room.rule
        if election is None:
            return UNKNOWN
        if self.as_one and election.procedure != "proportional":
            return together(election)
        municipal = rule is not None and rule.elections == "municipal"
        half = election.round == 1 and (municipal or election.needs_majority)
        votes = {o.option: o.votes for o in self.tally.options}
        cast = total((*votes.values(), self.tally.blank if municipal else 0))
        return elect(election, votes, cast, self.cast.lot, half_needed=half)

    @cached_property
    def verdict(self) -> Verdict:
        """What the votes show came of it."""
        if self.cast.election is not None:
            found = self.polled
            return Verdict(found.result, elected=found.persons, lot_decided=found.by_lot)
        if self.as_one and len(self.cast.proposals) > 1:
            return Verdict(None)
        if self.waits_for_chair:
            return self._by_chair()
        reached = all_of([majority.reached for majority in self.majorities])
        if reached is True:
            return Verdict("adopted", self.leading)
        if self.tied and not self.chair_breaks and all(map(_even, self.portions)):
            return Verdict("tie")
        return Verdict("rejected" if reached is False else None)

    def _by_chair(self) -> Verdict:
        if self.options:
            chosen = self.chair_option if self.chair_option in self.level else None
            return Verdict("tie") if chosen is None else Verdict("adopted", chosen, chair_decided=True)
        match self.chair_choice:
            case "for":
                return Verdict("adopted", self.leading, chair_decided=True)
            case "against":
                return Verdict("rejected", chair_decided=True)
            case _:
                return Verdict("tie")

    @property
    def rule(self) -> tuple[str, str] | None:
        """The rule set it is judged by, with its provision."""
        rule, election = self.room.rule, self.cast.election
        if rule is None:
            return None
        if election is None or rule.elections != "municipal":
            return rule.id, rule.law
        ways = {"majority": MAJORITY_ELECTION, "proportional": PROPORTIONAL_ELECTION, "agreed": AGREED_ELECTION}
        return ways[election.procedure]


def _even(portion: Portion) -> bool:
    """Whether equal votes are just short of it, so that the chair's vote reaches it."""
    return portion.needed == MORE_THAN_HALF and portion.of in ("votes_cast", "attending")
