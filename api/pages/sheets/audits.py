"""The auditor's desk: each audit, whether the book still is what was audited, and what became of the findings."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter, Response

from api.audit_desk import laid_out
from api.pages.parts import Link
from api.pages.sheets.sheet import JSON, AskedDep, Desk, Written, answered
from api.pages.sheets.tables import Cell, Grid, Section
from api.pages.words import kept_or_erased, titled, when

router = APIRouter()


@router.api_route("/collaborations/{collaboration_id}/audit-desk", methods=["GET", "HEAD"], include_in_schema=False)
def audits(asked: AskedDep) -> Response:
    """The audits, with what they found."""
    return answered(asked, written)


def written(desk: Desk) -> Written:
    """Returns what the sheet says."""
    answer, speech = laid_out(desk.house, desk.point), desk.speech
    return Written(
        title=speech("audits.title"),
        lead=speech("audits.lead", open=len(answer["open_findings"]), late=len(answer["late_answers"])),
        sections=tuple(_audit(desk, audit, answer) for audit in answer["audits"]),
        path="audit-desk",
        empty=speech("audits.empty"),
        commands=("audit.open", "audit_finding.raise", "audit_finding.answer"),
        withheld=answer["withheld"],
    )


def _audit(desk: Desk, audit: JSON, answer: JSON) -> Section:
    speech, number = desk.speech, audit["entry"]
    links = [desk.entry(number).model_copy(update={"text": speech("state.entry", number=number)})]
    if audit["checkpoint"] is not None:
        links.append(Link(text=speech("audits.proof"), url=audit["checkpoint"]["proof"]))
    return Section(
        id=audit["id"],
        title=audit["title"],
        said=tuple(_said(desk, audit, answer)),
        grids=() if not audit["findings"] else (_findings(desk, audit["findings"], answer),),
        links=tuple(links),
    )


def _said(desk: Desk, audit: JSON, answer: JSON) -> Iterator[str]:
    speech, since = desk.speech, when(audit["effective"], desk.speech).text
    yield speech(
        "audits.by", kind=titled(speech.word("audit_kind", audit["kind"])), auditor=audit["auditor"], since=since
    )
    if audit["question"] is not None and audit["question"] != "unknown":
        yield speech("audits.question", text=_text(desk, audit["question"], answer))
    yield _held(desk, audit["checkpoint"])
    if not audit["findings"]:
        yield speech("audits.no_findings")


def _text(desk: Desk, sealed: JSON, answer: JSON) -> str:
    return kept_or_erased(sealed["commitment"], answer["texts"], answer["erased"], desk.speech).text or ""


def _held(desk: Desk, checkpoint: JSON | None) -> str:
    """Returns whether the book still is what was audited."""
    speech = desk.speech
    if checkpoint is None:
        return speech("audits.no_checkpoint")
    if checkpoint["root_now"] is None:
        return speech("audits.checkpoint_beyond", size=checkpoint["size"])
    code = "audits.unchanged" if checkpoint["consistent"] else "audits.changed"
    return speech(code, size=checkpoint["size"], since=checkpoint["entries_since"])


def _findings(desk: Desk, findings: list[JSON], answer: JSON) -> Grid:
    return Grid(
        caption=desk.speech("audits.caption", count=len(findings)),
        columns=desk.columns(
            "audits.finding",
            "audits.severity",
            "audits.addressee",
            "audits.status",
            "audits.answers",
            "audits.concerns",
        ),
        rows=tuple(_finding(desk, finding, answer) for finding in findings),
    )


def _finding(desk: Desk, finding: JSON, answer: JSON) -> tuple[Cell, ...]:
    notes = [_text(desk, finding["text"], answer)]
    if finding["criteria"]:
        notes.append(desk.speech("audits.criteria", criteria=desk.speech.listed(finding["criteria"])))
    told = Cell(text=finding["title"], notes=tuple(notes))
    addressee = finding["addressee"]
    return (
        desk.with_entries(told, [finding["entry"]]),
        desk.word("finding_severity", finding["severity"]),
        desk.named(addressee["kind"], addressee["id"]),
        _status(desk, finding),
        _answers(desk, finding, answer),
        desk.entries(finding["entries"]),
    )


def _status(desk: Desk, finding: JSON) -> Cell:
    speech, status, due = desk.speech, finding["status"], finding["answer_by"]
    text = speech("audits.open") if status == "open" else titled(speech.word("answer_status", status))
    notes = [speech("audits.late" if finding["answer_late"] else "audits.due", day=due)] if due is not None else []
    cell = Cell(text=text, notes=tuple(notes))
    closed = finding["closed_by_entry"]
    return cell if closed is None else desk.with_entries(cell, [closed])


def _answers(desk: Desk, finding: JSON, answer: JSON) -> Cell:
    if not finding["answers"]:
        return desk.gap("audits.not_answered")
    first, *others = (_answer(desk, one, answer) for one in finding["answers"])
    tasks = [desk.speech("audits.task", id=id_) for id_ in finding["follow_ups"]]
    cell = Cell(text=first, notes=(*others, *tasks))
    return desk.with_entries(cell, (one["entry"] for one in finding["answers"]))


def _answer(desk: Desk, one: JSON, answer: JSON) -> str:
    speech = desk.speech
    said = speech(
        "audits.answer",
        by=desk.names.of(one["by"]["kind"], one["by"]["id"]),
        day=when(one["effective"], speech).text,
        text=_text(desk, one["text"], answer),
    )
    remedies = [_remedy(desk, remedy) for remedy in one["remedies"]]
    return " ".join((said, *remedies))


def _remedy(desk: Desk, remedy: JSON) -> str:
    code = "audits.remedy" if remedy["due"] is not None else "audits.remedy_undated"
    return desk.speech(code, measure=remedy["measure"], day=remedy["due"])
