"""What strategies, goals and benefits rest on in the registers below: who may own them, and what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from domain.agreements import Agreements
from domain.bodies import Bodies
from domain.bodies.presence import against_body, against_members, against_office
from domain.budgets import Budgets
from domain.dates import Interval
from domain.decisions import Decisions
from domain.kernel import Rejection
from domain.members import Members
from domain.vocabulary import Holder

Operator = Literal["at_least", "at_most"]
"""Whether a value is to be reached or not to be passed."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the book knows of the registers below."""

    members: Members
    bodies: Bodies
    decisions: Decisions
    budgets: Budgets
    agreements: Agreements


def against_owner(owner: Holder, known: Known, interval: Interval) -> Iterator[Rejection]:
    """Yields what stands against an owner in `interval`: a body, an office or a member that is not there."""
    match owner.kind:
        case "body":
            yield from against_body(known.bodies, owner.id, interval)
        case "office":
            yield from against_office(known.bodies, owner.id, interval)
        case "member":
            yield from against_members(known.members, (owner.id,), interval)
        case "collaboration":
            pass


def reached(value: str, wanted: str, operator: Operator) -> bool:
    """Returns whether an exact value is what was wanted or better."""
    measured, threshold = Fraction(value), Fraction(wanted)
    return measured >= threshold if operator == "at_least" else measured <= threshold


def stricter(least: str | None, target: str, operator: str) -> bool:
    """Returns whether what is accepted asks for more than the target; False where either is not known."""
    if least is None or operator == "unknown" or "unknown" in (least, target):
        return False
    bound, wanted = Fraction(least), Fraction(target)
    return bound > wanted if operator == "at_least" else bound < wanted
