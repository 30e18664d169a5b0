"""What may be sent to a book about its end: see `acts`."""

from __future__ import annotations

from domain.authority import open_grants
from domain.dates import Interval
from tests.properties.acts import Fields, Scene

SELDOM = 0.05
"""How often a book that may be closed is: what comes after is mostly refused."""


def dissolve(s: Scene) -> Fields | None:
    """Dissolves a collaboration whose general meeting may, or whose councils have all resolved on it."""
    form, state = s.standing.form, s.state
    if form is None or state.constitution.dissolution is not None:
        return None
    line = state.resolutions.rounds.get(("dissolution", "this"))
    agreed = line is not None and all(m in line for m in state.members.required_on(s.day))
    if not (agreed or form.ending in ("general_meeting", "unregulated")) or s.r.random() > SELDOM:
        return None
    today = Interval.exact(s.day)
    grants = [{"kind": "grant", "ref": tie.id, "outcome": "ended"} for tie in open_grants(state.authority, today)]
    sold = [agreement.agreement_id for agreement in state.agreements.in_force(s.day).certain]
    return {
        "cause": "agreed",
        "archive_custodian": {"kind": "archive", "name": "Arkivet (prøve)"},
        "settlement": s.often("Likt fordelt (prøve)."),
        "residual_liability": [
            {"member_id": m, "liability": {"numerator": 1, "denominator": len(s.deciding)}} for m in s.deciding
        ],
        "obligations": [
            *grants,
            *({"kind": "agreement", "ref": ref, "outcome": "assigned", "to": "Prøve AS"} for ref in sold),
        ],
    }
