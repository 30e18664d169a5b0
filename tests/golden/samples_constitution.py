"""What the golden corpus says of the end of a collaboration. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

EVENT: dict[str, Fields] = {
    "collaboration.dissolved": {
        "cause": "one_member_left",
        "members": ["provik", "liksund"],
        "archive_custodian": {"kind": "archive", "name": "Arkivet i Provik (oppdikta)"},
        "settlement": sealed("Likt fordelt"),
        "residual_liability": [
            {"member_id": "provik", "liability": {"numerator": 1, "denominator": 3}},
            {"member_id": "liksund"},
        ],
        "obligations": [
            {"kind": "grant", "ref": "fullmakt-1", "outcome": "ended", "to": None},
            {"kind": "loan", "ref": "lan-1", "outcome": "assigned", "to": "Banken (oppdikta)"},
        ],
    },
}
