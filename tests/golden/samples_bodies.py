"""What the golden corpus says of bodies, offices and people: every field filled. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

HALF = {"share": {"numerator": 1, "denominator": 2}, "more_than": True}

EVENT: dict[str, Fields] = {
    "body_rules.adopted": {
        "body_id": "representantskapet",
        "rules": {
            "quorum": HALF,
            "majorities": [
                {"about": "ordinary", "needed": HALF, "base": "attending"},
                {"about": "charter", "needed": {"share": {"numerator": 2, "denominator": 3}}, "base": "members"},
            ],
            "notice_days": 28,
            "term_years": 4,
            "minute_signers": 2,
            "all_present_sign": True,
            "remote_allowed": True,
            "casting_vote": True,
            "consensus": True,
            "weights": "by_seat_plan",
        },
        "text": sealed("Reglement for representantskapet"),
    },
}
"""Every event of the register that came with schema 2."""
