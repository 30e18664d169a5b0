"""Register of decisions (vedtak): what bodies and offices decided, what it leads to, and what became of it."""

from __future__ import annotations

from domain.decisions.making import (
    DecisionCommand,
    DecisionEvent,
    DecisionMade,
    Decisions,
    Made,
    MakeDecision,
    Use,
    Used,
    VoteSummary,
    decide,
    evolve,
    subjects,
)

__all__ = [
    "DecisionCommand",
    "DecisionEvent",
    "DecisionMade",
    "Decisions",
    "Made",
    "MakeDecision",
    "Use",
    "Used",
    "VoteSummary",
    "decide",
    "evolve",
    "subjects",
]
