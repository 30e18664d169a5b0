"""What a member bears in a year: every share it has of what was allocated, with the key and the figures it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.budgets.allocation import Allocation, Allocations

_NONE: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BillLine:
    """One share a member has."""

    allocation: Allocation
    amount_ore: int


def bill(held: Allocations, member_id: str, year: int | None = None) -> Iterator[BillLine]:
    """Yields a member's shares in the order they were entered; with `year` only those of that year."""
    for allocation in (held.by_id[id_] for id_ in held.by_member.get(member_id, _NONE)):
        amount = allocation.of(member_id)
        if amount is not None and year in (None, allocation.event.year):
            yield BillLine(allocation, amount)


def totals(lines: Iterable[BillLine]) -> dict[str, int]:
    """Returns what lines come to, in oere, by what was shared: a budget, what it did cost, or a project.

    What a budget says and what it did cost are told apart, for the one settles the other.
    """
    sums: dict[str, int] = {}
    for line in lines:
        basis = line.allocation.event.cost_basis
        sums[basis] = sums.get(basis, 0) + line.amount_ore
    return sums
