"""What the golden corpus says of erasure by order: every field filled. All of it is fictitious."""

from __future__ import annotations

import hashlib

from tests.golden.sealing import Fields

EVENT: dict[str, Fields] = {
    "personal_data.erased": {
        "person_id": "person-1",
        "texts": [{"entry": 12, "field": "event.text"}, {"entry": 14, "field": None}],
        "order": {
            "kind": "single_item",
            "ref": "27/1042 (oppdikta)",
            "issued_by": "Nasjonalarkivet",
            "issued_on": "2027-03-15",
        },
        "erased": [
            {
                "entry": 12,
                "field": "event.clauses.3.text",
                "commitment": hashlib.sha256(b"oppdikta binding").hexdigest(),
            }
        ],
        "documents": [hashlib.sha256(b"oppdikta vedlegg").hexdigest()],
        "erased_documents": [{"sha256": hashlib.sha256(b"oppdikta vedlegg").hexdigest(), "entries": [12, 14]}],
    },
}
