"""The rulebook: what the acts lay down, as data with dates. Registers judge by it and hold no law of their own."""

from __future__ import annotations

from domain.rulebook.forms import ADVISORY, FORMS
from domain.rulebook.legal_form import Demand, LegalForm, NameMarker, Standing
from domain.rulebook.table import form_row, form_table
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
    "form_row",
    "form_table",
    "transition",
]
