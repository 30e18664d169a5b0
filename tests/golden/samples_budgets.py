"""What the golden corpus says of how costs are shared: every field filled. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields

EVENT: dict[str, Fields] = {
    "cost_key.adopted": {
        "key_id": "drift",
        "key_version": 2,
        "weighing": "shares",
        "key_parts": [
            {"driver": "equal", "numerator": 2, "denominator": 5},
            {"driver": "population", "numerator": 3, "denominator": 5},
        ],
        "decision_id": "vedtak-14",
    },
}
