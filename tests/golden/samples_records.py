"""What the golden corpus says of entries as records: every field filled. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

EVENT: dict[str, Fields] = {
    "benchmark_consent.given": {
        "consent_id": "samanlikning-2027",
        "compared_on": ["cost_per_user", "days_to_decide"],
        "until": "2030-12-31",
        "decision_id": "sak-12-27",
    },
    "benchmark_consent.withdrawn": {"consent_id": "samanlikning-2027", "decision_id": "sak-3-29"},
    "entry_access.changed": {
        "entry": 12,
        "level": "shielded",
        "legal_basis": "offentleglova § 13, jf. forvaltningsloven § 13",
        "until": "2087-01-01",
        "fields": ["title"],
    },
    "external_record.linked": {
        "entry": 12,
        "system": "noark",
        "external_id": "27/1042-3 (oppdikta)",
        "direction": "sent",
        "receipt": "kvittering 8812 (oppdikta)",
    },
    "historical_entry.imported": {
        "historical_id": "arsmelding-1998",
        "kind": "Årsmelding (oppdikta)",
        "data": [{"what": "Sum utgifter, slik han er trykt", "value": "1 204 000"}],
        "text": sealed("Summen av postane er 1 202 000 (oppdikta)."),
        "certainty": "likely",
    },
}
