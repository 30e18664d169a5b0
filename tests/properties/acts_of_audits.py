"""What may be sent to a book as it stands, of audits and of erasures by order; see `acts`."""

from __future__ import annotations

from datetime import timedelta
from typing import get_args

from domain.audits.findings import AnswerStatus, Severity
from domain.rulebook.audits import AUDIT_RULES
from tests.properties.acts import Fields, Scene


def erase(s: Scene) -> Fields | None:
    """Erases a text of an entry, or a document that entries name, now."""
    known = s.state.erasures
    order = {
        "kind": s.r.choice(["single_item", "disposal_rule", "deletion_duty", "court"]),
        "ref": f"26/{s.r.randint(1, 999)} (prøve)",
        "issued_by": "Nasjonalarkivet",
        "issued_on": (s.day - timedelta(days=s.r.randint(0, 90))).isoformat(),
    }
    there = [
        (entry, text)
        for entry, texts in sorted(known.sealed.items())
        for text in texts
        if text.commitment not in known.erased
    ]
    documents = [sha256 for sha256 in sorted(known.documents) if sha256 not in known.erased]
    if documents and s.r.random() < 0.3:
        return {"effective": None, "mode": "decide", "documents": [s.r.choice(documents)], "order": order}
    chosen = s.one(there)
    if chosen is None:
        return None
    entry, text = chosen
    field = text.field if s.r.random() < 0.6 else None
    return {"effective": None, "mode": "decide", "texts": [{"entry": entry, "field": field}], "order": order}


def open_audit(s: Scene) -> Fields:
    """Opens an audit of some kind, now and then of what the book was a while ago."""
    kind = s.r.choice(sorted(AUDIT_RULES))
    checkpoint = {"size": s.r.randint(1, max(s.state.head, 1)), "root": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}
    return {
        "audit_id": s.fresh("revisjon", s.state.audits.by_id),
        "title": "Om drift (prøve)",
        "auditor": "Prøve revisjon",
        "kind": kind,
        "scope": {
            "from_day": (s.day - timedelta(days=400)).isoformat(),
            "to_day": s.often(s.day.isoformat(), None),
            "bodies": s.some(sorted(s.state.bodies.bodies), 0),
            "services": s.some(sorted(s.state.agreements.services), 0),
        },
        "question": s.often("Blir vedtakene fulgt opp (prøve)?"),
        "checkpoint": s.often(checkpoint, None, 0.4),
        "basis": [{"kind": "document", "ref": "Plan for revisjon (prøve)"}],
    }


def raise_finding(s: Scene) -> Fields | None:
    """Records what an audit found, to someone the book holds."""
    audit = s.one(audit for _, audit in sorted(s.state.audits.by_id.items()) if audit.opened.earliest <= s.day)
    if audit is None:
        return None
    there = [("body", id_) for id_ in sorted(s.state.bodies.bodies)] + [
        ("office", id_) for id_ in sorted(s.state.bodies.offices)
    ]
    kind, id_ = s.one(there) or ("collaboration", "this")
    return {
        "finding_id": s.fresh("funn", s.state.audits.findings),
        "audit_id": audit.event.audit_id,
        "title": "Uten frist (prøve)",
        "text": "Vedtak har ingen frist (prøve).",
        "severity": s.r.choice(get_args(Severity)),
        "criteria": ["kommuneloven § 25-1"],
        "entries": s.some(range(1, s.state.head + 1), 0)[:5],
        "addressee": {"kind": kind, "id": id_},
        "answer_by": s.often(s.later(), None),
    }


def answer_finding(s: Scene) -> Fields | None:
    """Answers a finding that is not closed, as whoever it is put to."""
    found = s.one(one for _, one in sorted(s.state.audits.findings.items()) if one.closed_by is None)
    if found is None:
        return None
    office = s.one(sorted(s.state.bodies.offices))
    return {
        "finding_id": found.event.finding_id,
        "by": found.addressee.model_dump(mode="json"),
        "text": "Det er sett på (prøve).",
        "remedies": [] if office is None else [{"measure": "Frist i malen (prøve)", "owner_office": office}],
        "status": s.r.choice(get_args(AnswerStatus)),
    }
