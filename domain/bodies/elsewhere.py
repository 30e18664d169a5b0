"""What the register of bodies must know of registers above it, as `domain.collaboration` tells it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from domain.vocabulary import Holder


def _none(*_: object) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Questions to the registers above; without them nothing is held and nothing is open."""

    grants_of: Callable[[Holder, date], Collection[str]] = _none
    """The ids of the grants someone holds on a day or later."""
    open_cases: Callable[[str], Collection[str]] = _none
    """The ids of the cases a body has before it that came to no end."""
