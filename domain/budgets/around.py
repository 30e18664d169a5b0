"""What the rules on budgets and costs must know of the rest of the book."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from domain.bodies import Body
from domain.decisions import Decisions
from domain.members import Members
from domain.resolutions import Resolutions
from domain.rulebook import Standing


@dataclass(frozen=True, slots=True)
class Around:
    """The registers below, the bodies, and the ids of what lies above or beside."""

    members: Members
    standing: Standing
    decisions: Decisions
    resolutions: Resolutions
    bodies: Mapping[str, Body]
    cases: Container[str]
    agreements: Container[str]
    loan_ceiling_ore: int | None = None
    """What the charter in force sets for all it may borrow; None where it sets none or the book does not show it."""
