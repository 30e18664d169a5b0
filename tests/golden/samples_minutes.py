"""What the golden corpus says of minutes: every field filled. All of it is fictitious."""

from __future__ import annotations

import hashlib

from tests.golden.sealing import Fields, sealed

EVENT: dict[str, Fields] = {
    "minutes.signed": {
        "meeting_id": "mote-1",
        "first_entry": 20,
        "last_entry": 41,
        "minutes_sha256": hashlib.sha256(b"oppdikta protokoll").hexdigest(),
        "signers": [
            {"person_id": "person-1", "role": "chair"},
            {"person_id": "person-2", "role": "signer"},
            {"person_id": "person-3", "role": "member"},
        ],
        "signature_refs": [{"sha256": hashlib.sha256(b"underskrift").hexdigest(), "name": "underskrift.pdf"}],
    },
    "minutes.approved": {"meeting_id": "mote-1", "approved_in": "mote-2", "remarks": sealed("Sak 51 mangla")},
    "minutes.published": {
        "meeting_id": "mote-1",
        "public_sha256": hashlib.sha256(b"oppdikta offentleg utgave").hexdigest(),
        "redactions": [
            {"entry": 21, "legal_basis": "offentleglova § 13, jf. forvaltningsloven § 13", "fields": ["text", "title"]},
            {"entry": 22, "legal_basis": None, "fields": []},
        ],
    },
}
