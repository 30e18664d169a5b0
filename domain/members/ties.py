"""What ties a member, or the whole collaboration, to others: seats, grants, agreements, services, by the entry of each.

The registers above tell it; those below judge by it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from domain.kernel import Nature

TieKind = Literal["seat", "grant", "agreement", "service"]
"""`seat`: one that a person fills on a member's behalf, by the body's id."""


class Tie(NamedTuple):
    """One thing that has to be ended or passed on."""

    kind: TieKind
    id: str
    entry: int
    """The entry it rests on."""
    certain: bool = True
    """Whether it certainly is open; else it may be, as a date is rough."""


@dataclass(frozen=True, slots=True)
class Ties:
    """Everything that may be open in an interval, each kind sorted by id."""

    open: tuple[Tie, ...] = ()

    def ids(self, kind: TieKind) -> tuple[str, ...]:
        """Returns the ids of one kind, each once, in their order."""
        return tuple(dict.fromkeys(tie.id for tie in self.open if tie.kind == kind))

    def without(self, kind: TieKind, ids: frozenset[str]) -> tuple[Tie, ...]:
        """Returns those of one kind that are not among `ids`."""
        return tuple(tie for tie in self.open if tie.kind == kind and tie.id not in ids)


def nature_of(ties: Iterable[Tie]) -> Nature:
    """Returns what is broken where these are left open: a rule, or, if all only may be open, nothing that is known."""
    return "rule" if any(tie.certain for tie in ties) else "unknown"
