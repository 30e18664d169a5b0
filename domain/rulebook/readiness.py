"""What readiness is judged by: the twelve pairs, the criteria for a model, and the catalogue of pitfalls.

From a presentation of inter-municipal ICT cooperation in Norway: its slides on small and large (after "ITIL Small scale
implementation"), on pitfalls (after the guide to inter-municipal ICT cooperation), and its summary of what models are
judged on. The presentation bears no date, so each is a version by name and never changes: what is judged by it says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, NamedTuple, get_args

InstrumentId = Literal["landsby_storby-1"]
"""`landsby_storby`: village and city."""

PairKey = Literal[
    "culture",
    "attitude",
    "communication",
    "reaction",
    "flexibility",
    "understanding",
    "dependence",
    "roles",
    "breadth",
    "knowledge",
    "costs",
    "complexity",
]
LEAST, MOST = -2, 2
"""A score leans wholly to the village, or wholly to the city; 0 is in between."""

PAIRS: tuple[PairKey, ...] = get_args(PairKey)
"""In the order of the slide."""

INSTRUMENTS: Mapping[InstrumentId, tuple[PairKey, ...]] = {"landsby_storby-1": PAIRS}
"""The pairs of each instrument."""

ThresholdsId = Literal["terskler-1"]


class Threshold(NamedTuple):
    """From where a figure leans to the village, and from where to the city; what lies between leans to neither."""

    village: Fraction
    city: Fraction


_PER_1000 = Fraction(1, 1000)

THRESHOLDS: Mapping[ThresholdsId, Mapping[PairKey, Threshold]] = {
    "terskler-1": {
        "culture": Threshold(Fraction(1, 2), Fraction(9, 10)),
        "attitude": Threshold(Fraction(1, 20), Fraction(1, 5)),
        "communication": Threshold(Fraction(14), Fraction(60)),
        "reaction": Threshold(Fraction(7), Fraction(30)),
        "flexibility": Threshold(Fraction(6), Fraction(1)),
        "understanding": Threshold(Fraction(9, 10), Fraction(1, 2)),
        "dependence": Threshold(Fraction(2, 3), Fraction(1, 3)),
        "roles": Threshold(Fraction(1, 3), Fraction(1, 10)),
        "breadth": Threshold(Fraction(5), Fraction(2)),
        "knowledge": Threshold(Fraction(1, 5), Fraction(1, 20)),
        "costs": Threshold(Fraction(150_000), Fraction(80_000)),
        "complexity": Threshold(2 * _PER_1000, _PER_1000 / 2),
    },
}
"""The thresholds of each version, in what the hint of the pair counts: shares, days, versions, services, and oere or
services for each inhabitant. No source gives any; they are the book's own, and a version never changes."""
THRESHOLDS_NOW: ThresholdsId = "terskler-1"
"""The version hints are read by today."""

Criterion = Literal["communication", "delivery", "change_and_benefit", "authority", "assets", "liability"]
"""What a model is judged on: communication and relations, deliveries from ICT, change needs and benefits in the
businesses; and the two axes of the slide on forms, authority passed on and joint assets, with who is liable."""
CRITERIA: tuple[Criterion, ...] = get_args(Criterion)

PitfallPhase = Literal["transition", "operator", "preparation", "agreements", "staff", "power"]
"""Overgangsfasen, driftsorganisasjonen, forberede samarbeidet bedre, SLA-avtaler, IKT-personell, kjepphester."""

CatalogueId = Literal["fallgruver-1"]


PitfallId = Literal[
    "transition_costs",
    "expectation_gap",
    "too_fast",
    "dearer_by_higher_standard",
    "steering_of_the_company",
    "capacity_for_the_service_level",
    "development_before_operation",
    "no_joint_strategy",
    "sla_at_start",
    "sla_in_operation",
    "sla_evaluation",
    "frame_follow_up",
    "staff_placement",
    "ict_caretaker",
    "member_strategy",
    "ordering_competence",
    "right_of_disposal",
    "dear_and_bad",
]
"""In the order of the slides."""

_HEADINGS: Mapping[PitfallPhase, int] = {
    "transition": 5,
    "operator": 2,
    "preparation": 1,
    "agreements": 4,
    "staff": 4,
    "power": 2,
}
"""How many pitfalls stand under each heading, in the order of the slides."""

CATALOGUES: Mapping[CatalogueId, Mapping[PitfallId, PitfallPhase]] = {
    "fallgruver-1": dict(
        zip(
            get_args(PitfallId),
            (heading for heading, many in _HEADINGS.items() for _ in range(many)),
            strict=True,
        )
    ),
}
"""The pitfalls of each version of the catalogue, by id, each with the heading it stands under."""
CATALOGUE: CatalogueId = "fallgruver-1"
"""The version pitfalls are raised from today."""
