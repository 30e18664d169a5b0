"""What a merger, a split or a change of name does to those named in services and agreements (inndelingslova)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from domain.copying import replace
from domain.dates import Interval, Mark, Timeline
from domain.kernel import Fact
from domain.members import MemberSucceeded
from domain.vocabulary import Holder

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Succeeding:
    """Who is followed by whom, from when, by which entry."""

    predecessors: frozenset[str]
    successors: tuple[str, ...]
    effective: Interval
    number: int

    @classmethod
    def of(cls, event: MemberSucceeded, fact: Fact) -> Succeeding:
        """Returns what an event says of it."""
        successors = tuple(party.member_id for party in event.successors)
        return cls(frozenset(event.predecessors), successors, fact.effective, fact.number)

    def ids(self, member_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Returns the ids with every successor in each predecessor's place, each once."""
        replaced = ((m,) if m not in self.predecessors else self.successors for m in member_ids)
        return tuple(dict.fromkeys(member_id for group in replaced for member_id in group))

    def holder(self, holder: Holder) -> Holder:
        """Returns the first successor in place of a predecessor, anyone else as they are."""
        if holder.kind == "member" and holder.id in self.predecessors:
            return Holder(kind="member", id=self.successors[0])
        return holder


def with_successors(line: Timeline[T], change: Callable[[T], T], succeeding: Succeeding) -> Timeline[T]:
    """Returns the timeline in which `change` is applied from the succession on, and to every value laid down for later.

    Nothing is succeeded to before it began: the days are those of the succession, or of the first mark if they are
    later. A timeline that names no predecessor comes back as it is.
    """
    if all(change(mark.value) == mark.value for mark in line.marks):
        return line
    began = line.marks[0].effective
    effective = succeeding.effective.model_copy(
        update={
            "earliest": max(began.earliest, succeeding.effective.earliest),
            "latest": max(began.latest, succeeding.effective.latest),
        }
    )
    before = tuple(mark for mark in line.marks if mark.effective.latest <= effective.latest)
    after = line.marks[len(before) :]
    turn = Mark(effective, succeeding.number, change(before[-1].value))
    return Timeline((*before, turn, *(replace(mark, value=change(mark.value)) for mark in after)))
