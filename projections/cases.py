"""Cases with their route and outcome, and their documents."""

from __future__ import annotations

from collections.abc import Iterator

from domain.collaboration import Collaboration
from projections.projection import Projection, Row, dated, plain


def case_rows(state: Collaboration, case_id: str) -> Iterator[Row]:
    """Yields the row of one case."""
    case = state.cases.by_id.get(case_id)
    if case is None:
        return
    closing = case.closing
    status = "open" if closing is None else closing.outcome
    shown = {
        "id": case_id,
        "number": case.number,
        "matter": case.matter,
        "kind": case.kind,
        "title": case.title,
        "topic": case.topic,
        "route": plain(case.route),
        "owner_office": case.owner_office,
        "individual": case.individual,
        "case_type": case.case_type,
        "service": case.service_id,
        "party": case.party,
        "responds_to": case.responds_to,
        "status": status,
        "closed": None if closing is None else dated(closing.on),
        "closed_by_entry": None if closing is None else closing.entry,
        "continued_as": None if closing is None else closing.continued_as,
        "documents": len(case.documents),
        "opened": dated(case.opened),
        "entry": case.entry,
    }
    yield Row(
        key=case_id,
        body=shown,
        possible_from=case.opened.earliest,
        certain_from=case.opened.latest,
        columns={"status": status, "kind": case.kind},
    )


def document_rows(state: Collaboration, case_id: str) -> Iterator[Row]:
    """Yields a row for each document of a case, known by its hash."""
    case = state.cases.by_id.get(case_id)
    if case is None:
        return
    for document_id, document in sorted(case.documents.items()):
        shown = {
            "id": document_id,
            "case": case_id,
            "title": document.title,
            "kind": document.kind,
            "sha256": document.sha256,
            "size_bytes": document.size_bytes,
            "access": plain(document.access),
            "prohibited_content": document.prohibited_content,
            "entry": document.entry,
        }
        yield Row(key=f"{case_id}:{document_id}", body=shown, columns={"case_id": case_id})


CASES = Projection("cases", "case", case_rows, columns=("status", "kind"))
DOCUMENTS = Projection("documents", "case", document_rows, columns=("case_id",))
