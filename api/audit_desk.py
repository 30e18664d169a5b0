"""The auditor's desk: the audits of a book, the state of the book each was made of, and what became of what they found.

The checkpoint an audit names is held against the log as it is now: the same root at the same size says that nothing of
what was audited has been changed since. How to prove the same without trusting this answer is `log/consistency`.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

import orjson
from fastapi import APIRouter, Response

from api.answering import IfNoneMatch, Made, from_point
from api.answers import Answer, Dated, Erased, Texts, documented
from api.composition import House
from api.deps import HouseDep, Point, PointOnADayDep
from api.overview import Seen, looked
from api.texts import looked_up
from domain.vocabulary import Holder
from ledger.log.notes import encoded
from projections.audits import AUDITS, FINDINGS

router = APIRouter(prefix="/api/v1/collaborations", tags=["collaborations"])

JSON = dict[str, Any]

# What is answered ------------------------------------------------------------------------


class CheckpointHeld(Answer):
    """A checkpoint held against the log."""

    size: int
    root: str
    """As the audit names it, in base64."""
    root_now: str | None
    """Of the first so many entries, computed from the log; null where the book has not so many."""
    consistent: bool
    """Whether the two are the same: then nothing of what was audited has been changed."""
    entries_since: int
    """How many entries were added after it."""
    proof: str
    """Where the proof of it is."""


class FindingOnDesk(Dated):
    """A finding: entries, answers and what is done about it."""

    id: str
    audit: str
    title: str
    severity: Literal["note", "minor", "significant", "serious"]
    entries: list[int]
    addressee: Holder
    status: Literal["open", "agreed", "disputed", "under_way", "closed"]
    """`open` until it is answered."""
    answers: list[dict[str, Any]]
    follow_ups: list[str]
    """Ids of the tasks that come from it."""
    answer_late: bool
    """Whether no answer was given by the day it was due, seen from the day asked about."""


class AuditOnDesk(Dated):
    """An audit, the state of the book it was made of, and its findings."""

    id: str
    title: str
    auditor: str
    kind: Literal["financial", "performance", "ownership", "internal"]
    checkpoint: CheckpointHeld | None
    findings: list[FindingOnDesk]


class AuditDesk(Answer):
    """The audits of a book as seen from a point."""

    collaboration: str
    audits: list[AuditOnDesk]
    open_findings: list[str]
    """Ids of the findings that are not closed."""
    late_answers: list[str]
    """Ids of those that should have been answered."""
    withheld: int
    """How many rows are left out because they are shielded from whoever asks."""
    entry: int
    """The number of the last entry folded."""
    effective_on: date | None
    """Null for all days."""
    texts: Texts
    erased: Erased


# The desk --------------------------------------------------------------------------------


@router.get("/{collaboration_id}/audit-desk", operation_id="getAuditDesk", **documented(AuditDesk))
def audit_desk(point: PointOnADayDep, house: HouseDep, if_none_match: IfNoneMatch = None) -> Response:
    """The audits with what they found, and whether the book still is what was audited."""
    return from_point(house, point, if_none_match, lambda: Made(orjson.dumps(laid_out(house, point))))


def laid_out(house: House, point: Point) -> JSON:
    """Returns the desk as seen from a point."""
    audits, hidden_audits = looked(house, AUDITS, point)
    findings, hidden_findings = looked(house, FINDINGS, point)
    shown = [_finding(row, point) for row in findings]
    known = {audit.body["id"] for audit in audits}
    desk = {
        "collaboration": point.collaboration_id,
        "audits": [_audit(house, point, audit, shown) for audit in audits],
        "open_findings": [one["id"] for one in shown if one["audit"] in known and one["closed_by_entry"] is None],
        "late_answers": [one["id"] for one in shown if one["audit"] in known and one["answer_late"]],
        "withheld": hidden_audits + hidden_findings,
        "entry": point.entry,
        "effective_on": None if point.on is None else point.on.isoformat(),
    }
    return {**desk, **looked_up(house, point.collaboration_id, [orjson.dumps(desk)])}


def _finding(row: Seen, point: Point) -> JSON:
    due = row.body["answer_by"]
    late = due is not None and point.on is not None and not row.body["answers"] and point.on.isoformat() > due
    return {**row.body, "answer_late": late}


def _audit(house: House, point: Point, row: Seen, findings: list[JSON]) -> JSON:
    own = [finding for finding in findings if finding["audit"] == row.body["id"]]
    return {**row.body, "checkpoint": _held(house, point, row.body["checkpoint"]), "findings": own}


def _held(house: House, point: Point, checkpoint: JSON | None) -> JSON | None:
    """Returns a checkpoint held against the log of the book, None where there is none."""
    if checkpoint is None:
        return None
    size = int(checkpoint["size"])
    there = size <= point.head
    now = encoded(house.ledger.log_of(point.collaboration_id).frontier(size).root) if there else None
    return {
        "size": size,
        "root": checkpoint["root"],
        "root_now": now,
        "consistent": now == checkpoint["root"],
        "entries_since": max(point.entry - size, 0),
        "proof": f"/api/v1/collaborations/{point.collaboration_id}/log/consistency?first={size}&second={point.head}",
    }
