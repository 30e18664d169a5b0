"""What the golden corpus says of how costs are shared: every field filled. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

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
    "cost_drivers.recorded": {
        "driver": "use",
        "as_of": "2026-07-01",
        "driver_values": [{"member_id": "fjordvik", "value": "1201.5"}, {"member_id": "heia", "value": "0"}],
    },
    "costs.allocated": {
        "allocation_id": "drift-2027",
        "cost_basis": "project",
        "year": 2027,
        "line_id": "drift",
        "agreement_id": "sla-1",
        "project_id": "sak-arkiv",
        "amount_ore": 100_000_01,
        "key_id": "drift",
        "key_version": 2,
        "sharing": ["fjordvik", "heia"],
        "driver_entries": [7],
        "shares_entry": 3,
        "member_amounts": [
            {"member_id": "fjordvik", "amount_ore": 60_000_01},
            {"member_id": "heia", "amount_ore": 40_000_00},
        ],
    },
    "actuals.recorded": {
        "year": 2027,
        "month": 3,
        "rows": [
            {"line_id": "drift", "amount_ore": 2_000_000_05, "without_line": False, "name": "Drift (prøve)"},
            {"line_id": "7790", "amount_ore": -12_50, "without_line": True, "name": "Øredifferanse (prøve)"},
        ],
        "batch_sha256": "3b" * 32,
    },
    "balance.asserted": {"year": 2027, "line_id": "drift", "as_of": "2027-04-30", "amount_ore": -412_000_00},
    "deviation.reported": {
        "year": 2027,
        "as_of": "2027-08-31",
        "forecasts": [{"line_id": "drift", "forecast_ore": 24_500_000_00}],
        "material": True,
        "to_body": "representantskapet",
        "proposal_case": "sak-27-14",
        "explanation": sealed("Flere lisenser enn budsjettert"),
    },
    "accounts.adopted": {
        "year": 2027,
        "income_ore": 24_000_000_00,
        "expense_ore": 24_500_000_00,
        "result_ore": -500_000_00,
        "equity_ore": -100_000_00,
        "audited_on": "2028-04-15",
        "disposition": sealed("Dekkes av neste års budsjett"),
        "covered_by": 2029,
        "decision_id": "vedtak-15",
        "budgeted": [
            {
                "part": "operating",
                "direction": "expense",
                "original_ore": 23_000_000_00,
                "amended_ore": 24_000_000_00,
            }
        ],
        "late": False,
    },
    "loan.authorised": {
        "loan_id": "lan-2027",
        "loan_purpose": "fixed_assets",
        "amount_ore": 12_000_000_00,
        "total_after_ore": 20_000_000_00,
        "robek_members": ["heia"],
        "approved_on": "2027-02-01",
        "decision_id": "vedtak-16",
    },
}
