"""What the constitution has to know of the registers above it when the form changes or the collaboration ends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from domain.members import Ties
from domain.vocabulary import BodyKind


@dataclass(frozen=True, slots=True)
class Represented:
    """A body, and how many seats in it certainly are filled on behalf of each member."""

    body_id: str
    entry: int
    """The entry that set it up."""
    seats: Mapping[str, int]


Seated = Callable[[BodyKind, date], tuple[Represented, ...]]
"""Returns the bodies of a kind that certainly exist on a day, with the seats filled then."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What surrounds the constitution in the interval of an act."""

    ties: Ties
    """Grants and agreements that may be in force then."""
    seated: Seated
