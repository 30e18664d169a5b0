"""What a kind of act that may be corrected tells of itself, and the registers it is kept in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from domain.agreements import Agreements
from domain.audits import Audits
from domain.benefits import Benefits
from domain.bodies import Bodies
from domain.budgets import Budgets
from domain.cases import Cases
from domain.corrections.state import Held
from domain.kernel import Fact
from domain.meetings import Meetings
from domain.resolutions import Resolutions


@dataclass(frozen=True, slots=True)
class Registers:
    """The registers that hold what may be corrected."""

    resolutions: Resolutions
    bodies: Bodies
    cases: Cases
    agreements: Agreements
    meetings: Meetings
    budgets: Budgets
    benefits: Benefits
    audits: Audits


REGISTERS = tuple(one.name for one in fields(Registers))
"""Their names in the state of a book."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of act is corrected."""

    command: str
    fixed: tuple[str, ...]
    """Fields that tell which act it is, or what others have acted on: a correction leaves them as they are. One of a
    part of the act is written with a dot."""
    without: Callable[[Registers, Held], Registers]
    """Returns the registers as if the act had not been recorded: what its replacement is judged on."""
    replaced: Callable[[Registers, Held, Any, Fact], Registers]
    """Returns the registers in which the replacement stands in the act's place."""
    dated: bool = True
    """Whether its date may be corrected."""
    settled: tuple[str, ...] = ()
    """Fields that stay as they are too, and that a command leaves in part to the rules to fill in."""
