"""Assessments of readiness, comparisons of models, and pitfalls that were raised, each with what came of it."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from projections.projection import Projection, Row, dated, plain


def assessment_rows(state: Collaboration, assessment_id: str) -> Iterator[Row]:
    """Yields the row of one assessment."""
    held = state.readiness.assessments.get(assessment_id)
    if held is None:
        return
    event = held.event
    yield Row(
        key=assessment_id,
        body={
            "id": assessment_id,
            "instrument": event.instrument,
            "assessor": plain(event.assessor),
            "scores": {score.pair: score.score for score in event.scores},
            "remarks": plain(event.remarks),
            "effective": dated(held.on),
            "entry": held.entry,
        },
        possible_from=held.on.earliest,
        certain_from=held.on.latest,
        columns={"instrument": event.instrument},
    )


def comparison_rows(state: Collaboration, comparison_id: str) -> Iterator[Row]:
    """Yields a row for each form that was held against the others in a comparison."""
    held = state.readiness.comparisons.get(comparison_id)
    if held is None:
        return
    event = held.event
    for option in dict.fromkeys(event.options):
        yield Row(
            key=f"{comparison_id}:{option.legal_form}",
            body={
                "comparison": comparison_id,
                "legal_form": option.legal_form,
                "assessor": plain(event.assessor),
                "scores": {score.criterion: score.score for score in option.criterion_scores},
                "recommended": option.legal_form == event.recommended_form,
                "rationale": plain(event.rationale),
                "effective": dated(held.on),
                "entry": held.entry,
            },
            possible_from=held.on.earliest,
            certain_from=held.on.latest,
            columns={"comparison": comparison_id, "legal_form": option.legal_form},
        )


def concern_rows(state: Collaboration, concern_id: str) -> Iterator[Row]:
    """Yields the row of one pitfall that was raised. Whether it is handled on a day is for `handled` to compare."""
    held = state.readiness.concerns.get(concern_id)
    if held is None:
        return
    event = held.event
    yield Row(
        key=concern_id,
        body={
            "id": concern_id,
            "pitfall": event.pitfall_id,
            "catalogue": event.catalogue,
            "raised_by": event.raised_by,
            "severity": event.severity,
            "evidence_entries": list(event.evidence_entries),
            "description": plain(event.description),
            "indicator": plain(event.indicator),
            "rests_on": list(event.rests_on),
            "outcome": held.outcome,
            "follow_up": held.follow_up_id,
            "remarks": plain(held.remarks),
            "handled": None if held.handled is None else dated(held.handled),
            "handled_by_entry": held.handled_by,
            "effective": dated(held.on),
            "entry": held.entry,
        },
        possible_from=held.on.earliest,
        certain_from=held.on.latest,
        columns={"pitfall": event.pitfall_id, "status": "open" if held.outcome is None else held.outcome},
    )


READINESS = Projection("readiness", "assessment", assessment_rows, columns=("instrument",))
MODEL_OPTIONS = Projection("model_options", "comparison", comparison_rows, columns=("comparison", "legal_form"))
PITFALLS = Projection("pitfalls", "concern", concern_rows, columns=("pitfall", "status"))
