"""What the golden corpus says: every event, and the envelope, with every field filled. All of it is fictitious."""

from __future__ import annotations

import hashlib
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.golden.sealing import Fields, sealed


def party(member_id: str, **fields: Any) -> Fields:
    """Returns a member that does not exist."""
    return {"member_id": member_id, "name": f"{member_id.capitalize()} kommune (oppdiktet)", **fields}


PROVIK = party(
    "provik",
    kind="county",
    member_class="owner",
    org_no="999999999",
    seats=4,
    votes=5,
    liability={"numerator": 1, "denominator": 3},
)
PLAN = [{"member_id": "provik", "seats": 2, "votes": 3, "deputies": 4}, {"member_id": "liksund"}]
COUNCIL = {"kind": "member", "id": "provik"}
OFFICE = {"kind": "office", "id": "leiar"}

EVENT: dict[str, Fields] = {
    "authority.granted": {
        "grant_id": "fullmakt-1",
        "grantor": COUNCIL,
        "grantee": OFFICE,
        "powers": [
            "spend",
            "contract",
            "hire",
            "sign",
            "individual_decision",
            "regulation",
            "operate",
            "recommend",
            "order",
        ],
        "scope": {
            "services": ["ikt"],
            "members": ["provik"],
            "law_refs": ["kommuneloven § 5-3"],
            "case_types": ["internal"],
        },
        "limits": {"per_act": 10_000_000, "per_year": 50_000_000, "per_party": 9_007_199_254_740_991},
        "until": "2030-12-31",
        "review_on": "2028-06-30",
        "depth": 2,
        "conditions": [
            {"kind": "service_level", "agreement_id": "drift", "text": None},
            {"kind": "other", "agreement_id": None, "text": sealed("Innanfor rammene")},
        ],
        "legal_basis": "kommuneloven § 20-2",
        "parent_grant_id": "fullmakt-0",
    },
    "authority.revoked": {
        "grant_id": "fullmakt-1",
        "reason": sealed("Ikkje lenger bruk for fullmakta"),
        "cascade": ["fullmakt-2", "fullmakt-3"],
    },
    "body.dissolved": {"body_id": "styringsgruppa", "successor": "representantskapet"},
    "body.established": {
        "body_id": "representantskapet",
        "name": "Representantskapet (oppdikta)",
        "kind": "council_of_representatives",
        "parent": "styret",
        "meets_in_public": True,
        "role": sealed("Øvste organ"),
        "seat_plan": PLAN,
    },
    "budget.adopted": {
        "year": 2027,
        "lines": [
            {
                "line_id": "drift",
                "name": "Drift (oppdikta)",
                "part": "operating",
                "direction": "expense",
                "amounts": [120_000_00, 0, 9_007_199_254_740_991, 1],
            },
            {
                "line_id": "tilskot",
                "name": "Tilskot (oppdikta)",
                "part": "investment",
                "direction": "income",
                "amounts": [1, 2, 3, 4],
                "member_id": "provik",
            },
        ],
        "new_loans": 5_000_000_00,
        "decision_id": "vedtak-12",
        "goals": sealed("Betre drift"),
        "late": True,
    },
    "budget.amended": {
        "year": 2027,
        "amendment_no": 3,
        "deltas": [{"line_id": "drift", "amounts": [-100, 0, 100, -9_007_199_254_740_991]}],
        "cause": sealed("Lågare straumprisar"),
        "decision_id": "vedtak-13",
    },
    "charter.entered_into_force": {
        "charter_version": "avtale-2",
        "ratified_by": [{"member_id": "provik", "entry": 4}, {"member_id": "liksund", "entry": 5}],
        "vote": {"cast": 12, "in_favour": 8},
    },
    "charter.proposed": {
        "charter_version": "avtale-2",
        "kind": "company_agreement",
        "legal_form": "iks",
        "clauses": [
            {"key": "withdrawal", "heading": "§ 9 Uttreden (oppdikta)", "text": sealed("Eit års varsel")},
            {"key": "dissolution", "text": None},
        ],
        "route": "top_body_two_thirds",
        "lock_in_until": "2029-12-31",
        "loan_ceiling_ore": 50_000_000_00,
    },
    "collaboration.founded": {
        "name": "Prøveregionen KO (oppdikta)",
        "purpose": sealed("Felles drift"),
        "legal_form": "ko",
        "own_legal_person": True,
        "org_no": "899999999",
        "language": "nn",
        "founders": [PROVIK, party("liksund")],
        "reason_codes": ["recruit_staff", "cost_efficiency"],
    },
    "legal_form.changed": {
        "from_form": "historic_27",
        "to_form": "host_admin",
        "charter_version": "avtale-2",
        "law": "kommuneloven § 20-2",
        "name": "Prøveregionen (oppdikta)",
        "host": "provik",
        "successor_org_no": "999999998",
        "transfers_to": ["provik", "liksund"],
        "grants": [{"grant_id": "fullmakt-1", "outcome": "continues"}, {"grant_id": "fullmakt-2", "outcome": "lapses"}],
        "own_legal_person": False,
        "transfers": [
            {"kind": "asset", "what": "Fibernettet (oppdikta)", "to": "provik"},
            {"kind": "archive", "what": "Arkivet (oppdikta)"},
        ],
        "archive_overview": "Oversikt over arkivet (oppdikta)",
    },
    "member.admitted": PROVIK,
    "member.departed": {
        "member_id": "liksund",
        "cause": "excluded",
        "settlement": sealed("Utløysing etter rekneskapen"),
        "residual_liability": {"numerator": 0, "denominator": 9_007_199_254_740_991},
        "grants": [{"grant_id": "fullmakt-1", "outcome": "lapses"}],
        "agreements": [{"agreement_id": "drift", "outcome": "leaves"}],
    },
    "member.succeeded": {
        "predecessors": ["provik", "liksund"],
        "successors": [party("storvik", kind="iks", member_class="external_customer")],
        "cause": "merger",
        "mapping": {
            "bodies": [{"body_id": "styret", "member_id": "storvik", "seats": 2, "votes": 2, "deputies": 1}],
            "agreements": ["drift"],
            "grants": ["fullmakt-1"],
            "shares": [{"member_id": "storvik", "share": {"numerator": 2, "denominator": 3}}],
            "services": ["ikt"],
        },
    },
    "member_frame.set": {
        "year": 2027,
        "member_id": "provik",
        "operating_frame": 12_345_678_90,
        "investment_frame": 9_007_199_254_740_991,
    },
    "member_resolution.recorded": {
        "member_id": "provik",
        "council": "Provik kommunestyre (oppdikta)",
        "organ": "executive_committee",
        "case_number": "21/77 «Æ ø å»",
        "subject": {"kind": "charter", "ref": "avtale-2"},
        "outcome": "rejected",
    },
    "office.established": {
        "office_id": "leiar",
        "title": "Leiar (oppdikta)",
        "kind": "managing_director",
        "body_id": "styret",
        "member_id": "provik",
        "purpose": sealed("Drive fellesskapet"),
        "accountabilities": sealed("Budsjett, tilsette og leveransar"),
    },
    "person.registered": {"person_id": "person-1", "name": sealed("Kari Oppdikta")},
    "seat.filled": {
        "person_id": "person-1",
        "body_id": "styret",
        "office_id": "leiar",
        "on_behalf_of": "provik",
        "deputy_rank": 2,
        "until": "2031-10-31",
    },
    "seat.vacated": {"person_id": "person-1", "body_id": "styret", "office_id": "leiar", "cause": "recalled"},
    "seat_plan.adopted": {"body_id": "styret", "seat_plan": PLAN},
    "service.registered": {
        "service_id": "ikt",
        "name": "IKT-drift (oppdikta)",
        "group": "process_support",
        "owner_office": "leiar",
        "consumers": ["provik", "liksund"],
        "statutory": False,
        "ambition": "strategic",
    },
    "service_agreement.concluded": {
        "agreement_id": "drift",
        "name": "Driftsavtale (oppdikta)",
        "provider": {"kind": "collaboration", "id": "this"},
        "customers": ["provik", "liksund"],
        "services": ["ikt"],
        "until": "2029-12-31",
        "review_months": 12,
        "conditions": [{"condition_id": "samband", "what": "Sambandet er oppe (oppdikta)"}],
        "notice_months": 12,
    },
    "service_agreement.terminated": {
        "agreement_id": "drift",
        "by": {"kind": "body", "id": "styret"},
        "notice_given_on": "2026-01-31",
        "exit_plan": sealed("Overføring på tre månader"),
    },
    "service_level.revised": {
        "agreement_id": "drift",
        "sla_version": 2,
        "name": "Tenestenivå 2 (oppdikta)",
        "targets": [
            {
                "target_id": "oppetid",
                "metric": "Oppetid",
                "operator": "at_least",
                "value": "99.5",
                "unit": "prosent",
                "good_enough": "99",
                "ideal": "99.9",
                "window": "kalenderår",
                "calendar": "kl. 8-16 på kvardagar",
                "measured_by": "overvakinga",
                "consequence": "prisavslag",
                "binding": True,
            },
            {
                "target_id": "svartid",
                "metric": "Svartid",
                "operator": "at_most",
                "value": "-12.000001",
                "unit": "s",
                "good_enough": None,
                "ideal": None,
                "consequence": None,
            },
        ],
        "targets_complete": False,
        "reason": sealed("Kundane bad om det"),
        "budget_effect": {"year": 2027, "line_id": "drift", "amount": -1_000_00},
        "review_ref": "drift:2026-07-15",
    },
    "withdrawal_notice.given": {"member_id": "liksund", "departs_on": "2028-02-29", "clause": "§ 9"},
}
"""Every event with every field filled, as JSON: those of the first form here, the others by register, beside this."""

for path in sorted(Path(__file__).parent.glob("samples_*.py")):
    added: dict[str, Fields] = import_module(f"{__package__}.{path.stem}").EVENT
    assert not EVENT.keys() & added.keys(), f"{path.name} repeats a sample"
    EVENT |= added

ENVELOPE: Fields = {
    "schema": 2,
    "collaboration_id": "oppdikta-prove",
    "number": 7,
    "command_id": "golden:7/~!",
    "recorded_at": "2026-11-24T08:00:00.123456Z",
    "recorded_by": "Secretary.1@prove_x:y-z",
    "acted_by": {"person": "person-1", "office": "leiar", "body": "styret"},
    "mode": "record",
    "effective": {"earliest": "2013-09-01", "latest": "2013-12-31", "text": "hausten 2013", "derived": True},
    "basis": [
        {"kind": kind, "ref": f"{kind} 7 (oppdikta)"}
        for kind in ("decision", "resolution", "law", "charter", "document")
    ],
    "source": {
        "url": "https://prove.invalid/m%C3%B8tebok?side=7",
        "title": "Møtebok (oppdikta)",
        "read_on": "2026-11-23",
    },
    "evidence": [{"sha256": hashlib.sha256(b"oppdikta").hexdigest(), "name": "vedlegg «1».pdf"}],
    "access": {"level": "shielded", "legal_basis": "offentleglova § 13", "until": "2086-01-01"},
    "rulebook_version": "nb-2026-01",
    "irregular": ["body.kind_not_in_legal_form"],
    "unverified": ["resolution.evidence_missing"],
    "reason": sealed("Slik vart det gjort"),
    "corrects": 3,
}
"""The envelope with every field filled, but for the type, the entry's id and the event."""

BARE_ENVELOPE: Fields = {
    "schema": 2,
    "collaboration_id": "p",
    "number": 1,
    "command_id": "c",
    "recorded_at": "2026-01-01T00:00:00.000000Z",
    "recorded_by": "s",
    "mode": "decide",
    "effective": {"earliest": "1837-01-14", "latest": "2199-12-31"},
    "rulebook_version": "nb-2026-01",
}
