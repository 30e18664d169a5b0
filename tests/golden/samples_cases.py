"""What the golden corpus says of cases. All of it is fictitious."""

from __future__ import annotations

import hashlib

from tests.golden.sealing import Fields

EVENT: dict[str, Fields] = {
    "case.closed": {"case_id": "sak-4", "outcome": "transferred", "continued_as": "sak-9"},
    "case.opened": {
        "case_id": "sak-4",
        "case_number": "PS 4/27",
        "matter": "2027/112",
        "kind": "delegated",
        "title": "Tilskot til opplæring (oppdikta)",
        "topic": "Tilskot",
        "bodies": ["styret", "representantskapet"],
        "owner_office": "leiar",
        "individual": True,
        "case_type": "grants",
        "service_id": "ikt",
        "party": "Prøve AS (oppdikta)",
        "responds_to": "sak-1",
    },
    "case_document.attached": {
        "case_id": "sak-4",
        "document_id": "framlegg",
        "title": "Saksframlegg (oppdikta)",
        "kind": "case_paper",
        "sha256": hashlib.sha256(b"saksframlegg (oppdikta)").hexdigest(),
        "size_bytes": 9_007_199_254_740_991,
        "document_access": {"level": "shielded", "legal_basis": "offentleglova § 13", "until": "2087-01-01"},
        "prohibited_content": True,
    },
}
