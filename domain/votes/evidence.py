"""What a vote is stored with, so that anyone can reckon it again: who was entitled, the quorum, the votes, the demands.

All of it is computed when the vote is decided, and nothing of it is sent by a client.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from domain.rulebook.bodies import Needed
from domain.rulebook.voting import MajorityOf
from domain.text import INT_MAX, Count, Frozen, Id, Name, Share, Unknown

Weight = Annotated[int, Field(ge=0, le=INT_MAX)]
"""Votes together, where one person or member may carry more than one."""
Ruled = Annotated[str, Field(pattern=r"^[A-Z0-9]+(?:-[0-9]+)*$", max_length=20)]
"""The id of a rule set, such as `KL-11-9`."""


class Entitled(Frozen):
    """One who was there and could vote."""

    person_id: Id
    on_behalf_of: Id | None = None
    deputy_for: Id | None = None
    weight: Weight | Unknown
    """How many votes the person carries."""


class Quorum(Frozen):
    """Whether the body could decide (vedtaksfør)."""

    law: Name | None = None
    members: Count | Unknown
    """How many the body has."""
    counted: Count | Unknown
    """How many of them count: those who voted, or those who were there."""
    needed: Share | None = None
    more_than: bool = False
    """Whether the share itself is not enough."""
    weight_total: Weight | Unknown
    """All votes in the body."""
    weight_present: Weight | Unknown
    """The votes those who were there carried."""
    met: bool | Unknown
    """True also where no act and no rule of the body's own asks for a quorum."""


class OptionVotes(Frozen):
    """What one of several proposals, candidates or lists got."""

    option: Id
    votes: Weight | Unknown


class Tally(Frozen):
    """The votes, reckoned from ballots or counts."""

    in_favour: Weight | Unknown
    against: Weight | Unknown
    blank: Weight | Unknown
    options: tuple[OptionVotes, ...] = ()
    """Where the choice is between several."""


class Majority(Frozen):
    """A majority that was needed, and whether it was reached."""

    law: Name | None = None
    """None for a rule of the body's own."""
    needed: Share
    more_than: bool
    majority_of: MajorityOf
    base: Weight | Unknown
    """What the share is taken of."""
    counted: Weight | Unknown
    """What is held against it."""
    reached: bool | Unknown


def share_of(needed: Needed) -> Share:
    """Returns a needed share as it is stored."""
    return Share(numerator=needed.share.numerator, denominator=needed.share.denominator)


def reaches(counted: int | Unknown, base: int | Unknown, needed: Needed) -> bool | Unknown:
    """Returns whether a number is the needed share of another, or more than it; unknown where either number is."""
    if counted == "unknown" or base == "unknown":
        return "unknown"
    asked = needed.share * base
    return counted > asked if needed.more_than else counted >= asked


def all_of(readings: list[bool | Unknown]) -> bool | Unknown:
    """Returns False if any is, else unknown if any is, else True; True for none."""
    if False in readings:
        return False
    return "unknown" if "unknown" in readings else True
