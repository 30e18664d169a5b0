"""Register of cases (saker): what is to be treated, under which number, by which bodies, on which documents.

Each subject has a file with its events, commands and rules; the state they share is in `state`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import assert_never

from domain.bodies import Bodies
from domain.cases import documents, opening
from domain.cases.documents import AttachCaseDocument, CaseDocumentAttached, names_exemption
from domain.cases.opening import CaseClosed, CaseOpened, CloseCase, OpenCase, against_case
from domain.cases.state import Case, CaseKind, Cases, CaseType, Closing, ClosingOutcome, Document, DocumentKind
from domain.kernel import Context, Decision, Fact, Subject
from domain.rulebook import Standing

__all__ = [
    "AttachCaseDocument",
    "Case",
    "CaseClosed",
    "CaseCommand",
    "CaseDocumentAttached",
    "CaseEvent",
    "CaseKind",
    "CaseOpened",
    "CaseType",
    "Cases",
    "CloseCase",
    "Closing",
    "ClosingOutcome",
    "Document",
    "DocumentKind",
    "OpenCase",
    "against_case",
    "decide",
    "evolve",
    "names_exemption",
    "subjects",
]

CaseEvent = CaseOpened | CaseDocumentAttached | CaseClosed
CaseCommand = OpenCase | AttachCaseDocument | CloseCase


def evolve(state: Cases, event: CaseEvent, fact: Fact) -> Cases:
    """Returns the state after one event."""
    match event:
        case CaseOpened():
            return opening.opened(state, event, fact)
        case CaseDocumentAttached():
            return documents.attached(state, event, fact)
        case CaseClosed():
            return opening.closed(state, event, fact)
        case _:
            assert_never(event)


def subjects(event: CaseEvent) -> Iterator[Subject]:
    """Yields every entity the event touches, the one it is about first."""
    match event:
        case CaseOpened() | CaseClosed():
            return opening.subjects(event)
        case CaseDocumentAttached():
            return documents.subjects(event)
        case _:
            assert_never(event)


def decide(
    command: CaseCommand, cases: Cases, bodies: Bodies, services: Container[str], standing: Standing, context: Context
) -> Decision:
    """Returns what a command on cases leads to. `services` are the ids of those there are. Raises Rejection."""
    match command:
        case OpenCase():
            return opening.open_case(command, cases, bodies, services, standing, context)
        case AttachCaseDocument():
            return documents.attach(command, cases, context)
        case CloseCase():
            return opening.close_case(command, cases, context)
        case _:
            assert_never(command)
