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
    "interest.declared": {
        "interest_id": "interesse-1",
        "person_id": "person-1",
        "kind": "employment",
        "party": "Provik kommune (oppdikta)",
        "member_id": "provik",
        "of_collaboration": True,
        "position": "head_of_service",
        "public_company": True,
        "until": "2029-12-31",
    },
    "interest.ended": {"interest_id": "interesse-1"},
    "office.abolished": {"office_id": "leiar"},
    "person.merged": {"person_id": "person-2", "into": "person-1"},
    "person_contact.recorded": {"person_id": "person-1", "contact": sealed("Storgata 1, 9999 Provik")},
    "staff_placement.changed": {
        "function_id": "ikt",
        "function": "IKT-drift (oppdikta)",
        "from_employer": "provik",
        "to_employer": "this",
        "man_years": "12.5",
        "staff_terms": sealed("Verksemdsoverdraging"),
    },
}
"""Every event of the register that came with schema 2."""
