"""Audits (revisjon): who audits the book or the operation, what was found, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain.audits import findings, opening
from domain.audits.findings import (
    AnswerAuditFinding,
    AuditFindingAnswered,
    AuditFindingRaised,
    RaiseAuditFinding,
    Remedy,
)
from domain.audits.opening import AuditedCheckpoint, AuditOpened, AuditScope, Known, OpenAudit
from domain.audits.state import Answer, Audit, Audits, Found
from domain.kernel import Context, Decision, Fact, Subject

__all__ = [
    "Answer",
    "AnswerAuditFinding",
    "Audit",
    "AuditCommand",
    "AuditEvent",
    "AuditFindingAnswered",
    "AuditFindingRaised",
    "AuditOpened",
    "AuditScope",
    "AuditedCheckpoint",
    "Audits",
    "Found",
    "Known",
    "OpenAudit",
    "RaiseAuditFinding",
    "Remedy",
    "decide",
    "evolve",
    "subjects",
]

AuditEvent = AuditOpened | AuditFindingRaised | AuditFindingAnswered
AuditCommand = OpenAudit | RaiseAuditFinding | AnswerAuditFinding


def evolve(state: Audits, event: AuditEvent, fact: Fact) -> Audits:
    """Returns the state after one event."""
    match event:
        case AuditOpened():
            return opening.opened(state, event, fact)
        case AuditFindingRaised():
            return findings.raised(state, event, fact)
        case AuditFindingAnswered():
            return findings.answered(state, event, fact)
        case _:
            assert_never(event)


def subjects(event: AuditEvent) -> Iterator[Subject]:
    """Yields what an event touches, what it is about first."""
    match event:
        case AuditOpened():
            return opening.subjects(event)
        case AuditFindingRaised() | AuditFindingAnswered():
            return findings.subjects(event)
        case _:
            assert_never(event)


def decide(command: AuditCommand, known: Known, context: Context) -> Decision:
    """Returns what a command leads to. Raises Rejection."""
    match command:
        case OpenAudit():
            return opening.open_audit(command, known, context)
        case RaiseAuditFinding():
            return findings.raise_finding(command, known, context)
        case AnswerAuditFinding():
            return findings.answer_finding(command, known, context)
        case _:
            assert_never(command)
