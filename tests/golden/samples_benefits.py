"""What the golden corpus says of strategies, goals and benefits: every field filled. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

EVENT: dict[str, Fields] = {
    "strategy.adopted": {
        "strategy_id": "ikt-strategi",
        "strategy_version": 2,
        "title": "IKT-strategi 2027–2030 (oppdikta)",
        "strategy_level": "regional_ict",
        "owned_by": {"kind": "body", "id": "styret"},
        "strategy_for": ["provik", "liksund"],
        "goal_ids": ["oppetid", "rekruttering"],
        "until": "2030-12-31",
        "decision_id": "vedtak-15",
    },
    "goal.defined": {
        "goal_id": "rekruttering",
        "kind": "operating",
        "title": "Fagfolk blir verande (oppdikta)",
        "statement": sealed("Samarbeidet skal vere ein stad fagfolk søkjer seg til"),
        "indicator": "Årsverk som sluttar i året",
        "unit": "årsverk",
        "operator": "at_most",
        "target": "0.5",
        "good_enough": "1",
        "due": "2028-12-31",
        "owned_by": {"kind": "office", "id": "leiar"},
        "arena": "between",
        "aim": "remove_obstacle",
        "reason_code": "recruit_staff",
        "tied_to": {"agreement_id": "drift-avtale", "metric": "Årsverk som sluttar"},
    },
    "goal.measured": {
        "goal_id": "rekruttering",
        "as_of": "2027-12-31",
        "value": "0.75",
        "measured_how": "Personalsystemet per årsskiftet",
    },
    "goal.aligned": {
        "aligned": {"kind": "service", "id": "e-post"},
        "goal_id": "rekruttering",
        "contribution": "blocks",
    },
    "benefit.planned": {
        "benefit_id": "felles-vakt",
        "benefit_version": 3,
        "title": "Felles vaktordning (oppdikta)",
        "category": "municipal_business",
        "benefit_type": "alternative_use",
        "hierarchy_level": "process_support",
        "change_kind": "transformation",
        "member_ids": ["provik", "liksund"],
        "owner_office": "kommunedirektor-provik",
        "unit": "timar i veka",
        "operator": "at_least",
        "target": "37.5",
        "minimum": "20",
        "baseline_due": "2026-12-31",
        "effect_from": "2027-01-01",
        "due": "2027-12-31",
        "measures": [
            {"what": "Vaktlista blir felles", "by_office": "leiar"},
            {"what": "Rutinane blir samla", "by_office": "unknown"},
        ],
    },
    "benefit.measured": {
        "benefit_id": "felles-vakt",
        "measured_as": "follow_up",
        "as_of": "2027-12-01",
        "value": "-12.25",
        "measured_how": "Timelister for fire veker",
    },
    "benefit_status.decided": {
        "benefit_id": "felles-vakt",
        "status": "extended",
        "budget_saving": {"year": 2027, "amendment_no": 2, "line_id": "drift", "amount_ore": 25_000_000},
        "extended_to": "2028-06-30",
        "decision_id": "vedtak-16",
    },
}
