"""What the golden corpus says of audits: every field filled. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

EVENT: dict[str, Fields] = {
    "audit.opened": {
        "audit_id": "revisjon-1",
        "title": "Forvaltningsrevisjon (oppdikta)",
        "auditor": "Provik revisjon (oppdikta)",
        "kind": "performance",
        "scope": {"from_day": "2026-01-01", "to_day": "2026-12-31", "bodies": ["styret"], "services": ["ikt"]},
        "question": sealed("Blir vedtaka følgde opp?"),
        "checkpoint": {"size": 41, "root": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
    },
    "audit_finding.raised": {
        "finding_id": "funn-1",
        "audit_id": "revisjon-1",
        "title": "Vedtak utan frist (oppdikta)",
        "text": sealed("Fire vedtak har ingen frist"),
        "severity": "significant",
        "criteria": ["kommuneloven § 25-1"],
        "entries": [12, 14],
        "addressee": {"kind": "office", "id": "leiar"},
        "answer_by": "2027-06-01",
    },
    "audit_finding.answered": {
        "finding_id": "funn-1",
        "audit_id": "revisjon-1",
        "by": {"kind": "office", "id": "leiar"},
        "text": sealed("Vi er samde"),
        "remedies": [{"measure": "Frist i malen", "owner_office": "leiar", "due": "2027-08-01"}],
        "status": "under_way",
    },
}
