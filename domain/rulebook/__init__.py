"""The rulebook: what the acts lay down, as data with dates. Registers judge by it and hold no law of their own."""

from __future__ import annotations

from domain.rulebook.forms import ADVISORY, FORMS, Demand, LegalForm, NameMarker, Standing
from domain.rulebook.transitions import TRANSITIONS, Transition, transition

__all__ = [
    "ADVISORY",
    "FORMS",
    "TRANSITIONS",
    "Demand",
    "LegalForm",
    "NameMarker",
    "Standing",
    "Transition",
    "transition",
]
