"""What the golden corpus says of readiness: every field filled. All of it is fictitious."""

from __future__ import annotations

from domain.rulebook.readiness import CRITERIA, PAIRS
from tests.golden.sealing import Fields, sealed

COLLABORATION = {"kind": "collaboration", "id": "this"}

EVENT: dict[str, Fields] = {
    "readiness.assessed": {
        "assessment_id": "modenskap-1",
        "instrument": "landsby_storby-1",
        "assessor": COLLABORATION,
        "scores": [{"pair": pair, "score": number % 5 - 2} for number, pair in enumerate(PAIRS)],
        "remarks": sealed("Framleis ein landsby"),
    },
    "model_options.assessed": {
        "comparison_id": "modellar-1",
        "assessor": {"kind": "body", "id": "styret"},
        "options": [
            {
                "legal_form": form,
                "criterion_scores": [{"criterion": c, "score": number % 5 - 2} for number, c in enumerate(CRITERIA)],
            }
            for form in ("ko", "iks")
        ],
        "recommended_form": "ko",
        "rationale": sealed("Nær kommunane"),
    },
    "pitfall.raised": {
        "concern_id": "melding-1",
        "pitfall_id": "sla_in_operation",
        "raised_by": "indicator",
        "severity": "high",
        "evidence_entries": [3, 4],
        "description": sealed("Ingen måler oppetida"),
        "catalogue": "fallgruver-1",
        "indicator": {"measured": 2, "out_of": 5, "unit": "targets"},
        "rests_on": [3, 5],
    },
    "pitfall.handled": {
        "concern_id": "melding-1",
        "outcome": "mitigated",
        "follow_up_id": "oppgave-1",
        "remarks": sealed("No blir oppetida målt"),
    },
}
