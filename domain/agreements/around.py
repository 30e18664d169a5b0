"""What the rules on services and agreements must know of the rest of the book."""

from __future__ import annotations

from dataclasses import dataclass

from domain.authority import Authority
from domain.bodies import Bodies
from domain.budgets import Budgets
from domain.decisions import Decisions
from domain.members import Members


@dataclass(frozen=True, slots=True)
class Around:
    """The registers below."""

    members: Members
    bodies: Bodies
    authority: Authority
    decisions: Decisions
    budgets: Budgets
