"""Allocating costs (kostnadsfordeling): what each member bears of an amount, by a key in force and figures of a day.

What members owe stands in the charter (IKS-loven § 4 third paragraph; kommuneloven § 19-4 fourth paragraph), and by
which key in the key they adopted; so the refusals are the book's own. The parts are worked out to the whole øre; an
optional project is shared among those alone whose councils have accepted it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field
from rpds import HashTrieMap

from domain.budgets.frames import Year
from domain.dates import Interval
from domain.kernel import Command, Event, Fact, Subject
from domain.text import INT_MAX, Amount, Frozen, Id

CostBasis = Literal["budget", "actual", "project"]
"""What is shared: what a budget says, what something did cost, or what a project costs."""

# Parts of events -------------------------------------------------------------------------


class MemberAmount(Frozen):
    """What one member bears."""

    member_id: Id
    amount_ore: Amount


_Entry = Annotated[int, Field(ge=1, le=INT_MAX)]
_Version = Annotated[int, Field(ge=1, le=10_000)]
_Cost = Annotated[int, Field(ge=1, le=INT_MAX)]
_Entries = Annotated[tuple[_Entry, ...], Field(max_length=3)]
_Amounts = Annotated[tuple[MemberAmount, ...], Field(min_length=1, max_length=500)]
_Sharing = Annotated[tuple[Id, ...], Field(min_length=1, max_length=500)]

# Events: stored for ever -----------------------------------------------------------------


class CostsAllocated(Event):
    """An amount was shared among members."""

    type: Literal["costs.allocated"] = "costs.allocated"
    allocation_id: Id
    cost_basis: CostBasis
    year: Year
    line_id: Id | None = None
    agreement_id: Id | None = None
    project_id: Id | None = None
    """As the councils' resolutions name it. Only those that accepted it share in it."""
    amount_ore: _Cost
    key_id: Id
    key_version: _Version
    sharing: _Sharing
    """Who shares in it, sorted."""
    driver_entries: _Entries
    """The entries whose figures it was shared by, in the order of the parts of the key."""
    shares_entry: _Entry | None = None
    """The entry whose ownership it was shared by, where the key follows that."""
    member_amounts: _Amounts
    """In the order of member ids."""


# Commands --------------------------------------------------------------------------------


class AllocateCosts(Command):
    """Share an amount by a key. Left out: the amounts are worked out, the newest figures up to then are used, and every
    member shares, or of a project those that accepted it. Amounts that are given must be those of the key."""

    type: Literal["costs.allocate"]
    allocation_id: Id
    cost_basis: CostBasis
    year: Year
    line_id: Id | None = None
    agreement_id: Id | None = None
    project_id: Id | None = None
    amount_ore: _Cost
    key_id: Id
    key_version: _Version
    sharing: _Sharing | None = None
    driver_entries: _Entries | None = None
    member_amounts: _Amounts | None = None


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Allocation:
    """One amount as it was shared."""

    event: CostsAllocated
    entry: int
    effective: Interval

    def of(self, member_id: str) -> int | None:
        """Returns what a member bears of it, None where it does not share in it."""
        amounts = (one.amount_ore for one in self.event.member_amounts if one.member_id == member_id)
        return next(amounts, None)


@dataclass(frozen=True, slots=True)
class Allocations:
    """Everything shared, and in what each member shares."""

    by_id: HashTrieMap[str, Allocation] = field(default_factory=HashTrieMap)
    by_member: HashTrieMap[str, tuple[str, ...]] = field(default_factory=HashTrieMap)
    """Ids of the allocations, in the order they were entered."""
    by_year: HashTrieMap[int, tuple[str, ...]] = field(default_factory=HashTrieMap)


_NONE: tuple[str, ...] = ()


def evolve(held: Allocations, event: CostsAllocated, fact: Fact) -> Allocations:
    """Returns the allocations after one more; one of an id that is taken changes nothing."""
    id_ = event.allocation_id
    if id_ in held.by_id:
        return held
    by_member = held.by_member
    for member_id in {one.member_id for one in event.member_amounts}:
        by_member = by_member.insert(member_id, (*by_member.get(member_id, _NONE), id_))
    return Allocations(
        by_id=held.by_id.insert(id_, Allocation(event, fact.number, fact.effective)),
        by_member=by_member,
        by_year=held.by_year.insert(event.year, (*held.by_year.get(event.year, _NONE), id_)),
    )


def subjects(event: CostsAllocated) -> Iterator[Subject]:
    """Yields the allocation, and the year's budget, the key, the agreement and the members it names."""
    yield Subject("allocation", event.allocation_id)
    yield Subject("budget", str(event.year))
    yield Subject("cost_key", event.key_id)
    if event.agreement_id is not None:
        yield Subject("agreement", event.agreement_id)
    yield from (Subject("member", one.member_id) for one in event.member_amounts)
