"""Documents of a case (saksdokumenter): kept outside the book, known here by their hash, with who may read them.

Exemptions from public access: offentleglova §§ 13-26. What may never be put on the internet: offentlegforskrifta § 7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from domain.cases.opening import against_case
from domain.cases.state import Cases, Document, DocumentKind
from domain.copying import replace
from domain.kernel import Access, Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import INT_MAX, Id, Name, Sha256, Unknown

Size = Annotated[int, Field(ge=0, le=INT_MAX)]

# Events: stored for ever -----------------------------------------------------------------


class CaseDocumentAttached(Event):
    """A document was put on a case."""

    type: Literal["case_document.attached"] = "case_document.attached"
    case_id: Id
    document_id: Id
    title: Name
    kind: DocumentKind = "other"
    sha256: Sha256
    size_bytes: Size | Unknown = "unknown"
    document_access: Access = Access()
    """Who may read the document; the entry's own access is another matter."""
    prohibited_content: bool = False
    """Whether it holds what may never be put on the internet (offentlegforskrifta § 7)."""


# Commands --------------------------------------------------------------------------------


class AttachCaseDocument(Command):
    """Put a document on a case: its hash, its size, and who may read it."""

    type: Literal["case_document.attach"]
    case_id: Id
    document_id: Id
    title: Name
    kind: DocumentKind = "other"
    sha256: Sha256
    size_bytes: Size | Unknown = "unknown"
    document_access: Access = Access()
    prohibited_content: bool = False


# evolve ----------------------------------------------------------------------------------


def attached(state: Cases, event: CaseDocumentAttached, fact: Fact) -> Cases:
    """Returns the state in which the case has the document; as it was where the book has no such case."""
    case = state.by_id.get(event.case_id)
    if case is None:
        return state
    document = Document(
        document_id=event.document_id,
        entry=fact.number,
        sha256=event.sha256,
        access=event.document_access,
        title=event.title,
        kind=event.kind,
        size_bytes=event.size_bytes,
        prohibited_content=event.prohibited_content,
    )
    documented = replace(case, documents=case.documents.insert(document.document_id, document))
    return replace(state, by_id=state.by_id.insert(case.case_id, documented))


# subjects --------------------------------------------------------------------------------


def subjects(event: CaseDocumentAttached) -> Iterator[Subject]:
    """Yields the case whose document it is."""
    yield Subject("case", event.case_id)


# Rules -----------------------------------------------------------------------------------

EXEMPTIONS = range(13, 27)
"""Sections of offentleglova that exempt from public access."""

_SECTION = re.compile(r"(?:offentleglova|offentlegloven|offentliglova|offentleglov|offl\.?)\s*§+\s*(\d{1,3})", re.I)


def names_exemption(legal_basis: str) -> bool:
    """Returns whether a legal basis names a section of offentleglova that exempts from public access."""
    return any(int(section) in EXEMPTIONS for section in _SECTION.findall(legal_basis))


def attach(command: AttachCaseDocument, state: Cases, context: Context) -> Decision:
    """Returns the document put on the case. Raises Rejection."""
    ruling = judge(_against_attaching(command, state), context.mode)
    fields = {name: getattr(command, name) for name in CaseDocumentAttached.model_fields if name != "type"}
    return Decision((CaseDocumentAttached(**fields),), ruling)


def _against_attaching(command: AttachCaseDocument, state: Cases) -> Iterator[Rejection]:
    case = state.by_id.get(command.case_id)
    if case is None:
        yield from against_case(state, command.case_id)
    known = None if case is None else case.documents.get(command.document_id)
    if known is not None:
        yield Rejection(
            "case_document.already_attached",
            "fact",
            entries=(known.entry,),
            case_id=command.case_id,
            document_id=command.document_id,
        )
    access = command.document_access
    if access.level == "shielded" and not names_exemption(access.legal_basis or ""):
        yield Rejection(
            "case_document.exemption_without_legal_basis",
            law="offentleglova §§ 13-26",
            document_id=command.document_id,
            legal_basis=access.legal_basis,
        )
    if access.level == "public" and command.prohibited_content:
        yield Rejection(
            "case_document.prohibited_content", law="offentlegforskrifta § 7", document_id=command.document_id
        )
