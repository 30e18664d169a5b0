"""The votes of one vote (stemmetall), from what is told of them and from who was there and had to vote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from domain.text import Unknown
from domain.votes.ballots import Ballot, BallotChoice
from domain.votes.evidence import Entitled, OptionVotes, Tally
from domain.votes.room import Room
from domain.votes.taking import Cast

CHOOSING = frozenset({"election", "appointment"})
"""Votes in which one may vote blank (kommuneloven § 8-1)."""
AS_ONE = frozenset({"consensus", "acclamation"})
"""Ways to decide in which nobody is counted."""
NOTHING_KNOWN = Tally(in_favour="unknown", against="unknown", blank="unknown")


def total(numbers: Iterable[int | Unknown]) -> int | Unknown:
    """Returns the sum, unknown if any number is."""
    listed = list(numbers)
    known = [number for number in listed if number != "unknown"]
    return sum(known) if len(known) == len(listed) else "unknown"


@dataclass(frozen=True)
class Told:
    """What is told of one vote, in the room it was taken in."""

    room: Room
    cast: Cast

    # Who voted ---------------------------------------------------------------------------

    @cached_property
    def entitled(self) -> tuple[Entitled, ...]:
        """Who was there and could vote."""
        return self.room.entitled({b.person_id: b.weight for b in self.cast.ballots if b.weight is not None})

    @cached_property
    def weights(self) -> dict[str, int | Unknown]:
        """What each of them carries, by person."""
        return {entitled.person_id: entitled.weight for entitled in self.entitled}

    @property
    def as_one(self) -> bool:
        """Whether nobody was against."""
        return self.cast.unanimous or self.cast.method in AS_ONE

    @property
    def ballots_shown(self) -> bool:
        """Whether it is known how each voted."""
        return bool(self.cast.ballots) and all(ballot.choice is not None for ballot in self.cast.ballots)

    @property
    def voted(self) -> int | Unknown:
        """How many voted; those who must vote did, where nothing else is told."""
        told, rule = self.told, self.room.rule
        if self.cast.ballots:
            return len({b.person_id for b in self.cast.ballots if self.weight(b) != 0})
        numbers = [*(option.votes for option in told.options), told.blank]
        if not self.cast.proposals or len(self.cast.proposals) == 1:
            numbers += [] if told.options else [told.in_favour, told.against]
        counted = total(numbers)
        if counted != "unknown" and not self.many_choices:
            return counted if not self.room.weighted else self._heads_of(counted)
        must = rule is not None and rule.duty_law is not None
        return self.room.number_there if self.as_one or must else "unknown"

    def _heads_of(self, votes: int) -> int | Unknown:
        """Returns how many persons cast so many votes, where one may carry several: known of none and of all."""
        if votes == 0:
            return 0
        return self.room.number_there if votes == self.carried else "unknown"

    @property
    def many_choices(self) -> bool:
        """Whether one voter gives several votes, as to several candidates at once."""
        election = self.cast.election
        return election is not None and election.procedure == "majority" and election.places > 1

    def weight(self, ballot: Ballot) -> int | Unknown:
        """Returns what a ballot carries: what the book says of the person, else what the ballot says."""
        held = self.weights.get(ballot.person_id)
        if held is not None:
            return held
        return 1 if not self.room.weighted else "unknown" if ballot.weight is None else ballot.weight

    # The votes ---------------------------------------------------------------------------

    @property
    def options(self) -> tuple[str, ...]:
        """What the choice is between; empty where it is for or against one thing."""
        if self.cast.election is not None:
            return self.cast.election.options
        return self.cast.proposals if len(self.cast.proposals) > 1 else ()

    @cached_property
    def from_ballots(self) -> Tally:
        """The votes as the ballots show them."""
        return Tally(
            in_favour=self._sum("for"),
            against=self._sum("against"),
            blank=self._sum("blank"),
            options=tuple(OptionVotes(option=o, votes=self._sum("option", o)) for o in self.options),
        )

    def _sum(self, choice: BallotChoice, option: str | None = None) -> int | Unknown:
        return total(self.weight(b) for b in self.cast.ballots if b.choice == choice and b.option == option)

    @cached_property
    def from_groups(self) -> Tally:
        """The votes as the groups' numbers show them."""
        groups = self.cast.groups
        return Tally(
            in_favour=total(g.votes for g in groups if g.choice == "for"),
            against=total(g.votes for g in groups if g.choice == "against"),
            blank=total(g.votes for g in groups if g.choice == "blank"),
            options=tuple(
                OptionVotes(option=o, votes=total(g.votes for g in groups if g.choice == "option" and g.option == o))
                for o in self.options
            ),
        )

    @cached_property
    def from_counts(self) -> Tally:
        """The votes as counted; an option the counts do not name is unknown."""
        counts = self.cast.counts
        if counts is None:
            return NOTHING_KNOWN
        told = {option.option: option.votes for option in counts.options}
        return Tally(
            in_favour=counts.in_favour,
            against=counts.against,
            blank=counts.blank,
            options=tuple(OptionVotes(option=o, votes=told.get(o, "unknown")) for o in self.options),
        )

    @cached_property
    def told(self) -> Tally:
        """The votes as far as they are told."""
        if self.ballots_shown:
            return self.from_ballots
        if self.cast.counts is not None:
            return self.from_counts
        return self.from_groups if self.cast.groups else NOTHING_KNOWN

    @cached_property
    def tally(self) -> Tally:
        """The votes, with what follows from who was there and had to vote."""
        told = self.told
        if self.options:
            return told.model_copy(update={"blank": self._blank(told.blank)})
        if self.as_one and told.in_favour == "unknown":
            return Tally(in_favour=self.carried, against=0, blank=0)
        blank, rule = self._blank(told.blank), self.room.rule
        values = {"in_favour": told.in_favour, "against": told.against, "blank": blank}
        missing = [name for name, number in values.items() if number == "unknown"]
        if rule is None or rule.duty_law is None or len(missing) != 1 or self.carried == "unknown":
            return told.model_copy(update={"blank": blank})
        known = sum(number for number in values.values() if number != "unknown")
        left = self.carried - known
        return told.model_copy(update={"blank": blank, missing[0]: left if left >= 0 else "unknown"})

    def _blank(self, told: int | Unknown) -> int | Unknown:
        rule = self.room.rule
        forbidden = rule is not None and rule.blank_law is not None and self.cast.about not in CHOOSING
        return 0 if told == "unknown" and forbidden else told

    @cached_property
    def carried(self) -> int | Unknown:
        """All votes of those who were there and could vote."""
        if self.room.names_known:
            return total(entitled.weight for entitled in self.entitled)
        return "unknown" if self.room.weighted else self.room.number_there
