"""Cost keys (fordelingsnøkler): by which exact weights members share what the collaboration costs.

The charter states what members owe (IKS-loven § 4 third paragraph; kommuneloven § 19-4 fourth paragraph); no act says
by which key, so the refusals here are the book's own. A key is adopted by the decision it names. Weights are exact:
shares must sum to one, and printed figures that do not are given as numbers and weighed against each other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.dates import Interval
from domain.decisions import ADOPTS_NOTHING, Decisions
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, judge
from domain.members.shares import percent
from domain.text import INT_MAX, Frozen, Id, Unknown

Driver = Literal["equal", "population", "users", "use", "share"]
"""What a part of a key follows: the same for each, inhabitants, users, use, or the share each owns."""
Weighing = Literal["shares", "numbers"]
"""Whether weights are shares of the whole, or numbers that are shares of their sum."""

# Parts of events -------------------------------------------------------------------------


class KeyPart(Frozen):
    """One part of a key: what it follows, and its weight as an exact fraction, above zero."""

    driver: Driver
    numerator: Annotated[int, Field(ge=1, le=INT_MAX)]
    denominator: Annotated[int, Field(ge=1, le=INT_MAX)] = 1

    @property
    def weight(self) -> Fraction:
        """The weight as a number to reckon with."""
        return Fraction(self.numerator, self.denominator)


_PARTS = Annotated[tuple[KeyPart, ...], Field(min_length=1, max_length=5)]

# Events: stored for ever -----------------------------------------------------------------


class CostKeyAdopted(Event):
    """A version of a cost key was adopted."""

    type: Literal["cost_key.adopted"] = "cost_key.adopted"
    key_id: Id
    key_version: Annotated[int, Field(ge=1, le=10_000)]
    weighing: Weighing
    key_parts: _PARTS
    decision_id: Id | Unknown


# Commands --------------------------------------------------------------------------------


class AdoptCostKey(Command):
    """Adopt a cost key, or its next version. Percentages that do not sum to one hundred are given as numbers."""

    type: Literal["cost_key.adopt"]
    key_id: Id
    key_version: Annotated[int, Field(ge=1, le=10_000)]
    weighing: Weighing = "shares"
    key_parts: _PARTS
    decision_id: Id | Unknown = "unknown"


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """A version of a cost key."""

    key_version: int
    entry: int
    effective: Interval
    weighing: Weighing
    parts: tuple[KeyPart, ...]
    decision_id: str
    """`unknown` where the source does not show it."""

    @property
    def shares(self) -> tuple[Fraction, ...]:
        """Each part's share of the whole, in the order of the parts; they sum to exactly one."""
        total = sum((part.weight for part in self.parts), Fraction(0))
        return tuple(part.weight / total for part in self.parts)


Keys: TypeAlias = "HashTrieMap[str, tuple[KeyVersion, ...]]"
"""Every version of each key, by key id, in the order they were entered."""


def evolve(keys: Keys, event: CostKeyAdopted, fact: Fact) -> Keys:
    """Returns the keys after one more version was adopted."""
    version = KeyVersion(
        event.key_version, fact.number, fact.effective, event.weighing, event.key_parts, event.decision_id
    )
    return keys.insert(event.key_id, (*keys.get(event.key_id, ()), version))


# Rules -----------------------------------------------------------------------------------


def decide(command: AdoptCostKey, keys: Keys, decisions: Decisions, context: Context) -> Decision:
    """Returns the key as it was adopted. Raises Rejection."""
    ruling = judge(_against(command, keys, decisions), context.mode)
    event = CostKeyAdopted(
        key_id=command.key_id,
        key_version=command.key_version,
        weighing=command.weighing,
        key_parts=command.key_parts,
        decision_id=command.decision_id,
    )
    return Decision((event,), ruling)


def _against(command: AdoptCostKey, keys: Keys, decisions: Decisions) -> Iterator[Rejection]:
    key_id, held = command.key_id, keys.get(command.key_id, ())
    expected = held[-1].key_version + 1 if held else 1
    if command.key_version != expected:
        yield Rejection(
            "cost_key.version_not_next",
            "fact",
            entries=[version.entry for version in held[-1:]],
            key_id=key_id,
            key_version=command.key_version,
            expected=expected,
        )
    counted = Counter(part.driver for part in command.key_parts)
    if repeated := sorted(driver for driver, times in counted.items() if times > 1):
        yield Rejection("cost_key.driver_listed_twice", "fact", key_id=key_id, drivers=repeated)
    made = decisions.by_id.get(command.decision_id)
    if command.decision_id != "unknown" and made is None:
        yield Rejection("cost_key.decision_unknown", "fact", key_id=key_id, decision_id=command.decision_id)
    total = sum((part.weight for part in command.key_parts), Fraction(0))
    if command.weighing == "shares" and total != 1:
        yield Rejection(
            "cost_key.weights_do_not_sum_to_one",
            key_id=key_id,
            total=str(total),
            percent=percent(total),
            excess=str(total - 1),
            off=str(abs(total - 1)),
            off_percent=percent(abs(total - 1)),
        )
    if command.decision_id == "unknown":
        yield Rejection("cost_key.decision_missing", "unknown", key_id=key_id)
    elif made is not None and made.kind in ADOPTS_NOTHING:
        yield Rejection(
            "cost_key.decision_adopts_nothing",
            entries=(made.entry,),
            key_id=key_id,
            decision_id=command.decision_id,
            kind=made.kind,
        )
