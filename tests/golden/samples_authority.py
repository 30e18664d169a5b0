"""What the golden corpus says of authority used, held back and reported. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

COUNCIL = {"kind": "member", "id": "provik"}
OFFICE = {"kind": "office", "id": "leiar"}
CASHIER = {"kind": "office", "id": "kasserar"}

EVENT: dict[str, Fields] = {
    "authority.subdelegated": {
        "grant_id": "fullmakt-2",
        "parent_grant_id": "fullmakt-1",
        "grantor": OFFICE,
        "grantee": CASHIER,
        "powers": ["spend", "order"],
        "scope": {
            "services": ["ikt"],
            "members": ["provik"],
            "law_refs": ["kommuneloven § 5-3"],
            "case_types": ["internal"],
        },
        "limits": {"per_act": 1_000_000, "per_year": 5_000_000, "per_party": 9_007_199_254_740_991},
        "until": "2029-12-31",
        "depth": 1,
        "conditions": [
            {"kind": "service_level", "agreement_id": "drift", "text": None},
            {"kind": "other", "agreement_id": None, "text": sealed("Etter drøfting")},
        ],
    },
    "authority.suspended": {
        "grant_id": "fullmakt-1",
        "reason": sealed("Under gjennomgang"),
        "until": "2027-10-31",
    },
    "authority.restored": {"grant_id": "fullmakt-1"},
    "authority_instruction.issued": {
        "instruction_id": "instruks-1",
        "grant_id": "fullmakt-1",
        "by": COUNCIL,
        "text": sealed("Spør kommunen først"),
        "members": ["provik"],
        "until": "2028-12-31",
    },
    "authority.exercised": {
        "act_id": "kjop-14",
        "title": "Kjøp av utstyr (oppdikta)",
        "actor": CASHIER,
        "person_id": "p-7",
        "power": "spend",
        "grant_id": "fullmakt-2",
        "chain": [{"grant_id": "fullmakt-1", "entry": 12}, {"grant_id": "fullmakt-2", "entry": 15}],
        "amount_ore": 48_500_00,
        "party": "Prøve AS (oppdikta)",
        "service_id": "ikt",
        "member_ids": ["provik", "liksund"],
        "case_type": "internal",
        "law_ref": "kommuneloven § 5-3",
        "principle_matter": True,
        "decision_id": "vedtak-12",
        "instructions": [17, 9_007_199_254_740_991],
    },
    "delegation_rules.adopted": {
        "owner": COUNCIL,
        "version": 3,
        "covers_from": "2027-01-01",
        "covers_until": "2027-12-31",
        "due": "2024-12-31",
        "late": True,
    },
    "authority_use.reported": {
        "report_id": "bruk-2027",
        "grants": ["fullmakt-1", "fullmakt-2"],
        "period_from": "2027-01-01",
        "period_to": "2027-12-31",
        "acts": [{"kind": "decision", "id": "vedtak-12"}, {"kind": "act", "id": "kjop-14"}],
        "to_body": "representantskapet",
        "meeting_id": "mote-3",
        "counted_against": ["fullmakt-3"],
    },
}
"""Every event of the register that came with schema 2."""
