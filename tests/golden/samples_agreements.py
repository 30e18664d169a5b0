"""What the golden corpus says of prices, phases, measurements, reviews and breaches. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

JUNE = {"first_day": "2026-06-01", "last_day": "2026-06-30"}

EVENT: dict[str, Fields] = {
    "product_group.defined": {
        "group": "development",
        "pricing_model": "agreed_price",
        "treatment": "Avtalt for kvart prosjekt (oppdikta)",
    },
    "service.retired": {"service_id": "ikt", "successor_service": "drift"},
    "agreement_phase.changed": {
        "agreement_id": "drift",
        "from_phase": "start_up",
        "to_phase": "operation",
        "conditions_met": ["samband"],
    },
    "price_terms.revised": {
        "agreement_id": "drift",
        "price_version": 2,
        "items": [
            {
                "item_id": "brukar",
                "name": "Pris per brukar (oppdikta)",
                "group": "operations",
                "unit": "brukar og år",
                "price_ore": 9_007_199_254_740_991,
                "price_index": "konsumprisindeksen",
            },
            {
                "item_id": "lisens",
                "name": "Lisensar (oppdikta)",
                "group": "procurement",
                "unit": "stk.",
                "price_ore": None,
            },
        ],
        "budget_effect": {"year": 2027, "line_id": "drift", "amount": 250_000_00},
    },
    "targets.measured": {
        "agreement_id": "drift",
        "period": JUNE,
        "rows": [
            {
                "target_id": "oppetid",
                "value": "99.4",
                "net_value": "99.7",
                "excluded": [{"minutes": 120, "why": "Varsla vedlikehald (oppdikta)"}],
                "observations": 43_200,
                "measured_by": "overvakinga",
            },
            {"target_id": "svartid", "value": "-12.000001"},
        ],
        "sla_version": 2,
        "verdicts": [
            {"target_id": "oppetid", "gross": "good_enough", "outcome": "met"},
            {"target_id": "svartid", "gross": "missed", "outcome": "missed"},
        ],
    },
    "service_review.held": {
        "agreement_id": "drift",
        "customers_present": ["provik"],
        "provider_present": True,
        "reviewed": [{"target_id": "svartid", "outcome": "met"}],
        "findings": sealed("Svartida må ned"),
        "improvements": [
            {
                "improvement_id": "tiltak-1",
                "what": "Fleire på vakt (oppdikta)",
                "owner_office": "leiar",
                "due": "2026-09-01",
            }
        ],
        "next_review": "2027-01-15",
        "contradicted": ["svartid"],
    },
    "breach.declared": {
        "breach_id": "brot-1",
        "agreement_id": "drift",
        "target_id": "svartid",
        "period": JUNE,
        "by": {"kind": "member", "id": "provik"},
        "consequence": "Prisavslag (oppdikta)",
        "sla_version": 2,
        "measured_in": 7,
    },
    "breach.resolved": {"breach_id": "brot-1", "outcome": "credited", "credit_ore": 1_000_00},
}
