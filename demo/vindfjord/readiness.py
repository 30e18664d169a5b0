"""How ready they are: the village and the city every year, the forms compared once, and pitfalls seen and handled."""

from __future__ import annotations

from datetime import date

from demo.vindfjord.telling import YEARS, Fields, Story, holder

PAIRS = (
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
)
LEAST, MOST = -2, 2
CRITERIA = {
    "ko": {"communication": 2, "delivery": 1, "change_and_benefit": 1, "authority": 0, "assets": 1, "liability": -1},
    "iks": {"communication": 0, "delivery": 2, "change_and_benefit": 1, "authority": 0, "assets": 2, "liability": 1},
}
THIS = holder("collaboration", "this")


def tell(story: Story) -> None:
    """Tells what was assessed, and what was seen to go wrong."""
    for order, year in enumerate(YEARS):
        scores = [
            {"pair": pair, "score": min(MOST, max(LEAST, LEAST + order + story.r.randint(-1, 1)))} for pair in PAIRS
        ]
        assessed = {"assessment_id": f"modenhet-{year}", "instrument": "landsby_storby-1", "assessor": THIS}
        remarks = "Fra landsby mot storby (oppdiktet)."
        story.tell(date(year, 11, 1), "readiness.assess", **assessed, scores=scores, remarks=remarks)
    options = [
        {"legal_form": form, "criterion_scores": [{"criterion": c, "score": s} for c, s in scores.items()]}
        for form, scores in CRITERIA.items()
    ]
    told: Fields = {"comparison_id": "modeller-2025", "assessor": THIS, "options": options, "recommended_form": "ko"}
    why = "Kommunene vil være nær driften (oppdiktet)."
    story.tell("2025-10-01", "model_options.assess", **told, rationale=why)
    seen = {"pitfall_id": "ordering_competence", "raised_by": "person", "severity": "medium"}
    what = "Nordli har ingen som bestiller (oppdiktet)."
    story.tell("2023-05-02", "pitfall.raise", concern_id="fallgruve-1", **seen, description=what)
    story.tell("2024-05-02", "pitfall.raise", concern_id="fallgruve-2", **seen, description=what)
    task = {"follow_up_id": "oppgave-bestiller", "origin": {"kind": "decision", "ref": "avtale-drift"}}
    owner = {"title": "Bestiller for Nordli", "owner_office": "daglig-leder", "due": "2024-01-31"}
    story.tell("2023-05-03", "follow_up.assign", **task, **owner)
    done = {"follow_up_id": "oppgave-bestiller", "remarks": "Fjordvik bestiller for Nordli (oppdiktet)."}
    story.tell("2024-02-01", "pitfall.handle", concern_id="fallgruve-1", outcome="mitigated", **done)
