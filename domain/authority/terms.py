"""What a grant holds, and whether one grant holds another: a subset in every dimension."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from domain.lifetime import Lifetime
from domain.text import Frozen, Id, SealedText, Text, Unknown
from domain.vocabulary import Holder, Limits, Power, Scope

Powers = Annotated[tuple[Power, ...], Field(min_length=1, max_length=9)]
Depth = Annotated[int, Field(ge=0, le=9)]


class Condition(Frozen):
    """What a grant is bounded by, beside its scope and limits."""

    kind: Literal["service_level", "other"]
    agreement_id: Id | None = None
    """For `service_level`: the holder acts within the service levels in force under this agreement."""
    text: SealedText | None = None


class ConditionGiven(Frozen):
    """A condition as given."""

    kind: Literal["service_level", "other"]
    agreement_id: Id | None = None
    text: Text | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """Who granted what to whom."""

    grantor: Holder
    grantee: Holder
    powers: frozenset[Power]
    scope: Scope
    limits: Limits
    depth: int
    agreements: frozenset[str]
    """The agreements whose service levels bound it."""

    @property
    def members(self) -> tuple[str, ...] | None:
        """The members it covers, None for all; what a member's council grants covers that member only (§ 5-3)."""
        if self.scope.members is None and self.grantor.kind == "member":
            return (self.grantor.id,)
        return self.scope.members


@dataclass(frozen=True, slots=True)
class Cover:
    """Whether one grant holds another."""

    exceeded: tuple[str, ...]
    """The dimensions in which it goes past what is held."""
    unsure: tuple[str, ...]
    """The dimensions in which that rests on what the book does not know."""

    @property
    def strength(self) -> int:
        """2 where it certainly holds it, 1 where it possibly does, 0 where it does not."""
        if self.exceeded:
            return 0
        return 1 if self.unsure else 2


def cover(held: Terms, life: Lifetime, wanted: Terms, span: Lifetime) -> Cover:
    """Returns whether `held`, in force in `life`, holds `wanted` for the whole of `span`, one level further down."""
    found = dict(_dimensions(held, wanted))
    found["period"] = span.within(life)
    return Cover(
        tuple(name for name, within in found.items() if within is False),
        tuple(name for name, within in found.items() if within is None),
    )


def _dimensions(held: Terms, wanted: Terms) -> Iterator[tuple[str, bool | None]]:
    yield "powers", wanted.powers <= held.powers
    yield "services", _narrower(held.scope.services, wanted.scope.services)
    yield "members", _narrower(held.members, wanted.members)
    yield "law_refs", _narrower(held.scope.law_refs, wanted.scope.law_refs)
    yield "case_types", _narrower(held.scope.case_types, wanted.scope.case_types)
    yield "per_act", _at_most(held.limits.per_act, wanted.limits.per_act)
    yield "per_year", _at_most(held.limits.per_year, wanted.limits.per_year)
    yield "per_party", _at_most(held.limits.per_party, wanted.limits.per_party)
    yield "conditions", held.agreements <= wanted.agreements
    yield "depth", wanted.depth < held.depth


def _narrower(held: tuple[str, ...] | None, wanted: tuple[str, ...] | None) -> bool:
    if held is None:
        return True
    return wanted is not None and frozenset(wanted) <= frozenset(held)


def _at_most(held: int | Unknown | None, wanted: int | Unknown | None) -> bool | None:
    """Returns whether the ceiling `wanted` is no higher than `held`; None where either is not shown by the source."""
    if held is None:
        return True
    if held == "unknown" or wanted == "unknown":
        return None
    return wanted is not None and wanted <= held
