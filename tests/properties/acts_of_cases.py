"""What may be sent to a book as it stands, of cases; see `acts`."""

from __future__ import annotations

import hashlib

from domain.cases import Case
from tests.properties.acts import Fields, Scene


def open_(s: Scene) -> list[Case]:
    """Returns the cases not closed yet."""
    return [case for _, case in sorted(s.state.cases.by_id.items()) if case.closing is None]


def open_case(s: Scene) -> Fields:
    """Opens a case, now and then under a number used before, or one that takes up an old case again."""
    cases = s.state.cases.by_id
    return {
        "case_id": s.fresh("sak", cases),
        "case_number": s.often(f"PS {s.r.randint(1, 30)}/{s.day:%y}", "unknown"),
        "kind": s.r.choice(["decision", "decision", "delegated", "report", "question", "election", "information"]),
        "title": "Om drift (prøve)",
        "bodies": s.some((b.body_id for b in s.alive(s.state.bodies.bodies)), 0)[:3],
        "owner_office": s.one(sorted(s.state.bodies.offices)),
        "individual": s.r.random() < 0.2,
        "case_type": s.often(None, "grants", 0.5),
        "service_id": s.often(None, s.one(sorted(s.state.agreements.services))),
        "responds_to": s.often(None, s.one(sorted(cases))),
    }


def attach(s: Scene) -> Fields | None:
    """Puts a document on a case, now and then one that is not for everyone."""
    case = s.one(open_(s))
    if case is None:
        return None
    document_id = s.fresh("dokument", case.documents)
    shield = {"level": "shielded", "legal_basis": s.often("offentleglova § 13", "etter avtale")}
    return {
        "case_id": case.case_id,
        "document_id": document_id,
        "title": "Vedlegg (prøve)",
        "kind": s.r.choice(["case_paper", "annex", "memo"]),
        "sha256": hashlib.sha256(f"{case.case_id}:{document_id}".encode()).hexdigest(),
        "size_bytes": s.often(s.r.randint(1, 10**7), "unknown"),
        "document_access": s.often({"level": "public"}, shield),
        "prohibited_content": s.r.random() < 0.1,
    }


def close(s: Scene) -> Fields | None:
    """Closes a case."""
    case = s.one(open_(s))
    if case is None:
        return None
    other = s.one(c.case_id for c in open_(s) if c.case_id != case.case_id)
    outcome = s.r.choice(["withdrawn", "transferred", "dropped", "settled"])
    return {"case_id": case.case_id, "outcome": outcome, "continued_as": s.often(None, other)}
