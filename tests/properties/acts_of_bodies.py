"""What may be sent to a book as it stands, of bodies' own rules, interests and staffing; see `acts`."""

from __future__ import annotations

from tests.properties.acts import Fields, Scene

HALF: Fields = {"share": {"numerator": 1, "denominator": 2}, "more_than": True}


def adopt_rules(s: Scene) -> Fields | None:
    """Lays down a body's rules; a few of them are weaker than the act of some forms."""
    body = s.one(s.alive(s.state.bodies.bodies))
    if body is None:
        return None
    return {
        "body_id": body.body_id,
        "rules": {
            "quorum": s.often(HALF),
            "notice_days": s.often(28, s.r.randint(0, 60)),
            "term_years": s.often(None, s.r.randint(1, 5)),
            "minute_signers": s.often(None, s.r.randint(0, 3)),
            "all_present_sign": s.often(True, False, 0.5),
            "remote_allowed": s.often(True, "unknown"),
            "casting_vote": s.often("unknown", True),
            "consensus": s.often(False, True, 0.9),
            "weights": s.r.choice(["per_person", "by_seat_plan"]),
        },
        "text": s.often("Reglement (prøve)."),
    }
