"""What may be sent to a book as it stands, of readiness, models and pitfalls; see `acts`."""

from __future__ import annotations

from domain.collaboration import readiness_book
from domain.readiness import INDICATORS
from domain.rulebook import FORMS
from domain.rulebook.readiness import CRITERIA, PAIRS
from tests.properties.acts import Fields, Scene


def assessor(s: Scene) -> Fields | str:
    """Returns someone the book knows, or nobody it names."""
    bodies = [{"kind": "body", "id": body_id} for body_id in sorted(s.state.bodies.bodies)]
    offices = [{"kind": "office", "id": office_id} for office_id in sorted(s.state.bodies.offices)]
    return s.one([{"kind": "collaboration", "id": "this"}, *bodies, *offices, "unknown"]) or "unknown"


def assess(s: Scene) -> Fields:
    """Scores every pair."""
    scores: list[Fields] = [{"pair": pair, "score": s.r.randint(-2, 2)} for pair in PAIRS]
    return {
        "assessment_id": s.fresh("modenhet", s.state.readiness.assessments),
        "assessor": assessor(s),
        "scores": scores if s.r.random() < 0.9 else scores[1:],
        "remarks": s.often("En landsby (prøve)."),
    }


def compare(s: Scene) -> Fields:
    """Compares some forms by every criterion, and recommends one or none."""
    forms = s.r.sample(sorted(FORMS), 3)
    scores = [[{"criterion": c, "score": s.r.randint(-2, 2)} for c in CRITERIA] for _ in forms]
    return {
        "comparison_id": s.fresh("modell", s.state.readiness.comparisons),
        "assessor": assessor(s),
        "options": [{"legal_form": f, "criterion_scores": told} for f, told in zip(forms, scores, strict=True)],
        "recommended_form": s.often(None, s.one(forms), 0.5),
        "rationale": s.often("Nær kommunene (prøve)."),
    }


def raise_pitfall(s: Scene) -> Fields | None:
    """Raises a pitfall that is not open, by its indicator where that shows it."""
    concerns = s.state.readiness.concerns
    open_ = {concern.event.pitfall_id for concern in concerns.values() if concern.handled_by is None}
    pitfall_id = s.one(pitfall_id for pitfall_id in INDICATORS if pitfall_id not in open_)
    if pitfall_id is None:
        return None
    shown = INDICATORS[pitfall_id](readiness_book(s.state), s.day).raised
    return {
        "concern_id": s.fresh("fallgruve", concerns),
        "pitfall_id": pitfall_id,
        "raised_by": "indicator" if shown or s.r.random() < 0.2 else "person",
        "severity": s.r.choice(["low", "medium", "high", "unknown"]),
        "evidence_entries": s.often([], [s.state.head]),
        "description": s.often("Slik gikk det (prøve)."),
    }


def handle_pitfall(s: Scene) -> Fields | None:
    """Says what came of a pitfall that is open."""
    open_ = [c for _, c in sorted(s.state.readiness.concerns.items()) if c.handled_by is None]
    concern = s.one(open_)
    if concern is None:
        return None
    task = s.one(sorted(s.state.decisions.follow_ups))
    outcomes = ["avoided", "accepted", "unfounded", *(["mitigated"] if task else [])]
    return {
        "concern_id": concern.event.concern_id,
        "outcome": s.r.choice(outcomes),
        "follow_up_id": task,
        "remarks": s.often("Tatt hånd om (prøve)."),
    }
