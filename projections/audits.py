"""Audits, and what they found: each finding with its entries, its answers and what is done about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.audits import Answer
from domain.collaboration import Collaboration
from projections.projection import Projection, Row, dated, plain


def audit_rows(state: Collaboration, audit_id: str) -> Iterator[Row]:
    """Yields the row of one audit. What it found is told by findings alone: a shielded one leaves the audit public."""
    audit = state.audits.by_id.get(audit_id)
    if audit is None:
        return
    event = audit.event
    yield Row(
        key=audit_id,
        body={
            "id": audit_id,
            "title": event.title,
            "auditor": event.auditor,
            "kind": event.kind,
            "scope": plain(event.scope),
            "question": plain(event.question),
            "checkpoint": plain(event.checkpoint),
            "effective": dated(audit.opened),
            "entry": audit.entry,
        },
        possible_from=audit.opened.earliest,
        certain_from=audit.opened.latest,
        columns={"kind": event.kind},
    )


def finding_rows(state: Collaboration, finding_id: str) -> Iterator[Row]:
    """Yields the row of one finding. Whether an answer is late depends on the day it is read: `answer_by` is there."""
    found = state.audits.findings.get(finding_id)
    if found is None:
        return
    event = found.event
    tasks = sorted(
        one.follow_up_id for one in state.decisions.follow_ups.values() if one.origin == ("finding", finding_id)
    )
    yield Row(
        key=finding_id,
        body={
            "id": finding_id,
            "audit": event.audit_id,
            "title": event.title,
            "text": plain(event.text),
            "severity": event.severity,
            "criteria": list(event.criteria),
            "entries": list(event.entries),
            "addressee": plain(event.addressee),
            "answer_by": None if event.answer_by is None else event.answer_by.isoformat(),
            "status": found.status,
            "closed_by_entry": found.closed_by,
            "answers": [_answer(answer) for answer in found.answers],
            "follow_ups": tasks,
            "effective": dated(found.raised),
            "entry": found.entry,
        },
        possible_from=found.raised.earliest,
        certain_from=found.raised.latest,
        columns={
            "audit": event.audit_id,
            "status": found.status,
            "addressee": f"{event.addressee.kind}:{event.addressee.id}",
        },
    )


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "by": plain(answer.event.by),
        "text": plain(answer.event.text),
        "remedies": plain(answer.event.remedies),
        "status": answer.event.status,
        "effective": dated(answer.given),
        "entry": answer.entry,
    }


AUDITS = Projection("audits", "audit", audit_rows, columns=("kind",))
FINDINGS = Projection("findings", "finding", finding_rows, columns=("audit", "status", "addressee"))
