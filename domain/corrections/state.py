"""The state of corrections: every act that may be corrected, as it was recorded, and what has corrected it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rpds import HashTrieMap

from domain.copying import replace
from domain.kernel import Fact


@dataclass(frozen=True, slots=True)
class Held:
    """An act that may be corrected."""

    fact: Fact
    type: str
    """The stored name of its event."""
    corrected_by: int | None = None
    """The entry that stands in its place."""

    stands_for: tuple[int, ...] = ()
    """The entries in whose place it stands itself, the latest first."""


@dataclass(frozen=True)
class Corrections:
    """Every act of a kind that may be corrected, by the entry it took effect with."""

    by_entry: HashTrieMap[int, Held] = field(default_factory=HashTrieMap)

    def last_of(self, entry: int) -> int:
        """Returns the entry that now stands in the place of one, itself where nothing has corrected it."""
        held = self.by_entry.get(entry)
        while held is not None and held.corrected_by is not None:
            entry = held.corrected_by
            held = self.by_entry.get(entry)
        return entry


def kept(state: Corrections, event_type: str, fact: Fact) -> Corrections:
    """Returns the state with one more act that may be corrected, `event_type` being its stored name."""
    return replace(state, by_entry=state.by_entry.insert(fact.number, Held(fact, event_type)))


def superseded(state: Corrections, held: Held, fact: Fact) -> Corrections:
    """Returns the state in which an act is corrected by another of its kind."""
    number = held.fact.number
    there = Held(fact, held.type, stands_for=(number, *held.stands_for))
    by_entry = state.by_entry.insert(number, replace(held, corrected_by=fact.number)).insert(fact.number, there)
    return replace(state, by_entry=by_entry)
