"""Golden samples of the register of decisions. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

EVENT: dict[str, Fields] = {
    "decision.made": {
        "decision_id": "vedtak-12",
        "title": "Innkjøp av nettverk — fase 2 (oppdikta)",
        "kind": "individual_decision",
        "body_id": "representantskapet",
        "office_id": "leiar",
        "case_number": "PS 21/4",
        "text": sealed("Tilbodet frå Prøve AS vert godteke"),
        "vote": {"form": "counted", "in_favour": 7, "against": 5, "blank": 1, "casting_vote": False},
        "principle_matter": True,
        "grant_id": "fullmakt-1",
        "amount": 250_000_00,
        "charge": {"year": 2027, "line_id": "nettverk", "legally_due": True},
        "binding_on": ["provik", "liksund"],
        "case_id": "sak-4",
        "meeting_id": "mote-2",
        "vote_id": "votering-9",
        "service_id": "ikt",
        "case_type": "internal",
        "party": "Prøve AS (oppdikta)",
        "law_ref": "kommuneloven § 19-1",
        "chain": [{"grant_id": "fullmakt-0", "entry": 9}, {"grant_id": "fullmakt-1", "entry": 12}],
        "effects": [
            {
                "effect_id": "fullmakt",
                "act": "authority.grant",
                "subject": "fullmakt-2",
                "terms": [
                    {"field": "limits", "value": '{"per_act":10000000}'},
                    {"field": "powers", "value": '["contract","spend"]'},
                ],
            },
            {"effect_id": "budsjett", "act": "budget.amend", "subject": "2027", "terms": []},
        ],
        "conditions": [{"condition_id": "finansiering", "text": sealed("Løyvinga er på plass")}],
    },
    "decision_condition.fulfilled": {"decision_id": "vedtak-12", "condition_id": "finansiering"},
    "irregularity.healed": {
        "entry": 9_007,
        "touched": [{"kind": "decision", "id": "vedtak-12"}, {"kind": "body", "id": "representantskapet"}],
    },
    "dissent.recorded": {
        "decision_id": "vedtak-12",
        "person_id": "person-3",
        "meeting_id": "mote-2",
        "text": sealed("Eg ville ha venta til budsjettet"),
    },
    "decision.notified": {
        "decision_id": "vedtak-12",
        "to": {"kind": "member", "id": "provik"},
        "recipient": "Prøve AS (oppdikta)",
        "ground": "urgent_case",
    },
    "decision.challenged": {
        "challenge_id": "kontroll-1",
        "decision_id": "vedtak-12",
        "challenge": "legality_review",
        "persons": ["person-3"],
        "members": ["liksund"],
        "parties": ["Prøve AS (oppdikta)"],
        "councillors": 3,
        "council_of": "liksund",
        "own_initiative": True,
        "stay": True,
        "accepted_late": True,
    },
    "challenge.resolved": {
        "challenge_id": "kontroll-1",
        "decision_id": "vedtak-12",
        "outcome": "annulled",
        "by": "Statsforvaltaren (oppdikta)",
        "by_body": "representantskapet",
        "replaced_by": "vedtak-13",
        "effects_rolled_back": [9_007, 9_008],
    },
    "decision.reversed": {
        "decision_id": "vedtak-12",
        "by": {"kind": "body", "id": "representantskapet"},
        "legal_basis": "forvaltningsloven § 35 første ledd bokstav a",
        "replaced_by": "vedtak-13",
    },
    "follow_up.assigned": {
        "follow_up_id": "oppgave-1",
        "origin": {"kind": "decision", "ref": "vedtak-12"},
        "title": "Lyse ut rammeavtale (oppdikta)",
        "task": sealed("Konkurransegrunnlaget skal vere klart til hausten"),
        "owner_office": "leiar",
        "due": "2027-09-30",
    },
    "follow_up.reported": {
        "follow_up_id": "oppgave-1",
        "status": "done",
        "note": sealed("Utlyst i september"),
    },
}
