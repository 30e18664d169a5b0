"""What the golden corpus says of meetings. All of it is fictitious."""

from __future__ import annotations

from tests.golden.sealing import Fields, sealed

AGENDA = [{"case_id": "sak-4", "title": "Tilskot (oppdikta)"}, {"case_id": "sak-9", "title": None}]
PRESENT = [
    {"person_id": "person-1", "on_behalf_of": "provik", "deputy_for": None},
    {"person_id": "person-3", "on_behalf_of": "liksund", "deputy_for": "person-2"},
]

EVENT: dict[str, Fields] = {
    "agenda.changed": {
        "meeting_id": "mote-1",
        "added": ["sak-9"],
        "removed": ["sak-5"],
        "chair_objects": True,
        "objecting": 3,
        "voters_present": 9,
        "all_consent": True,
    },
    "attendance.changed": {
        "meeting_id": "mote-1",
        "person_id": "person-3",
        "change": "arrived",
        "at_case": "sak-9",
        "on_behalf_of": "liksund",
        "deputy_for": "person-2",
    },
    "impartiality.decided": {
        "meeting_id": "mote-1",
        "case_id": "sak-4",
        "person_id": "person-2",
        "outcome": "excused",
        "legal_basis": "kommuneloven § 11-11",
        "grounds": sealed("Sjukdom i nær familie"),
        "took_part": ["person-1", "person-3"],
        "all_for_quorum": True,
        "vote_id": "rosting-1",
    },
    "meeting.adjourned": {
        "meeting_id": "mote-1",
        "ended": False,
        "continues_on": "2027-03-13",
        "undecided": [{"case_id": "sak-9", "outcome": "postponed"}],
    },
    "meeting.called": {
        "meeting_id": "mote-1",
        "body_id": "representantskapet",
        "meeting_number": "1/2027",
        "starts_on": "2027-03-12",
        "starts_at": "09:30",
        "place": "Rådhuset i Provik (oppdikta)",
        "meeting_mode": "remote",
        "agenda": AGENDA,
        "documents": ["framlegg"],
        "notified": {
            "persons": ["person-1", "person-2"],
            "members": ["provik", "liksund"],
            "control_committees": ["provik"],
            "public": True,
        },
        "urgent_reason": sealed("Tilbodet går ut"),
        "asked": PRESENT,
    },
    "meeting.opened": {
        "meeting_id": "mote-1",
        "body_id": "representantskapet",
        "head": {
            "body_id": "representantskapet",
            "meeting_number": "1/2027",
            "starts_at": "09:30",
            "place": "Rådhuset i Provik (oppdikta)",
            "meeting_mode": "written",
            "agenda": AGENDA,
        },
        "chair": "person-1",
        "chair_elected": True,
        "present": PRESENT,
        "absent": ["person-2"],
        "present_count": 2,
        "others_present": ["dagleg leiar", "sekretær"],
        "minute_signers": ["person-3"],
    },
    "meeting_access.changed": {
        "meeting_id": "mote-1",
        "case_id": "sak-9",
        "doors": "closed",
        "ground": "privacy",
        "legal_basis": "kommuneloven § 11-5 tredje ledd bokstav a",
        "vote_id": "rosting-1",
    },
}
