"""What the golden corpus says of shares and of notices taken back. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields

HALVES = [
    {"member_id": "provik", "share": {"numerator": 1, "denominator": 2}},
    {"member_id": "liksund", "share": {"numerator": 9_007_199_254_740_990, "denominator": 9_007_199_254_740_991}},
]

EVENT: dict[str, Fields] = {
    "shares.restated": {
        "shares_version": "delar-2",
        "shares": HALVES,
        "liability": HALVES[:1],
        "charter_version": "avtale-2",
    },
    "withdrawal_notice.rescinded": {
        "member_id": "liksund",
        "notice_entry": 12,
        "consents": [{"member_id": "provik", "entry": 14}],
        "clause": "§ 9 (oppdikta)",
    },
}
