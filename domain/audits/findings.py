"""Findings: what an audit found, in which entries and by which criteria, and what whoever it is addressed to answers.

Whoever is audited states its view, and that view stands in its own words (forskrift om kontrollutvalg og revisjon
§ 14); so a finding has an addressee, and the addressee alone answers it, as often as there is something new, until the
finding is closed. Nothing is ever taken out of a finding or an answer: a new one is recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.audits.opening import Known
from domain.audits.state import Answer, Audits, Found
from domain.copying import replace
from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.rulebook.audits import AUDIT_RULES, HEARING_LAW
from domain.text import Frozen, Id, Name, SealedText, Text
from domain.vocabulary import Holder

Severity = Literal["note", "minor", "significant", "serious"]
AnswerStatus = Literal["agreed", "disputed", "under_way", "closed"]
"""`under_way`: something is being done about it. `closed`: it is done, or nothing more will be."""

# Events: stored for ever -----------------------------------------------------------------


class AuditFindingRaised(Event):
    """An audit found something."""

    type: Literal["audit_finding.raised"] = "audit_finding.raised"
    finding_id: Id
    audit_id: Id
    title: Name
    text: SealedText
    severity: Severity
    criteria: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    """What it is judged by: provisions, decisions, agreements, standards."""
    entries: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(max_length=1_000)] = ()
    """The entries it is about, or was seen in."""
    addressee: Holder
    answer_by: Day | None = None


class Remedy(Frozen):
    """Something that is to be done about a finding."""

    measure: Name
    owner_office: Id | None = None
    due: Day | None = None


class AuditFindingAnswered(Event):
    """Whoever a finding is addressed to answered it."""

    type: Literal["audit_finding.answered"] = "audit_finding.answered"
    finding_id: Id
    audit_id: Id
    """The audit that found it, known when it was answered."""
    by: Holder
    text: SealedText
    remedies: Annotated[tuple[Remedy, ...], Field(max_length=100)] = ()
    status: AnswerStatus


# Commands --------------------------------------------------------------------------------


class RaiseAuditFinding(Command):
    """Record what an audit found, with the entries it was seen in and who is to answer it."""

    type: Literal["audit_finding.raise"]
    finding_id: Id
    audit_id: Id
    title: Name
    text: Text
    severity: Severity
    criteria: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    entries: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(max_length=1_000)] = ()
    addressee: Holder
    answer_by: Day | None = None


class AnswerAuditFinding(Command):
    """Answer a finding, with what is done about it; only whoever it is addressed to does."""

    type: Literal["audit_finding.answer"]
    finding_id: Id
    by: Holder
    text: Text
    remedies: Annotated[tuple[Remedy, ...], Field(max_length=100)] = ()
    status: AnswerStatus


# State -----------------------------------------------------------------------------------


def raised(state: Audits, event: AuditFindingRaised, fact: Fact) -> Audits:
    """Returns the state with one more finding, unchanged where there is no such audit."""
    if event.audit_id not in state.by_id:
        return state
    found = Found(event, fact.number, fact.effective)
    return replace(state, findings=state.findings.insert(event.finding_id, found))


def answered(state: Audits, event: AuditFindingAnswered, fact: Fact) -> Audits:
    """Returns the state in which the finding is answered, unchanged where there is none."""
    found = state.findings.get(event.finding_id)
    if found is None:
        return state
    told = replace(found, answers=(*found.answers, Answer(event, fact.number, fact.effective)))
    return replace(state, findings=state.findings.insert(event.finding_id, told))


def corrected(state: Audits, event: AuditFindingRaised, fact: Fact) -> Audits:
    """Returns the state in which a finding says what it should have said; the answers to it stand."""
    found = state.findings.get(event.finding_id)
    if found is None:
        return state
    right = replace(found, event=event, entry=fact.number, raised=fact.effective)
    return replace(state, findings=state.findings.insert(event.finding_id, right))


def without_answer(state: Audits, recorded: Fact) -> Audits:
    """Returns the state without the answer that one entry recorded."""
    found = state.findings.get(getattr(recorded.event, "finding_id", ""))
    if found is None:
        return state
    kept = tuple(answer for answer in found.answers if answer.entry != recorded.number)
    return replace(state, findings=state.findings.insert(found.event.finding_id, replace(found, answers=kept)))


def answer_corrected(state: Audits, recorded: Fact, event: AuditFindingAnswered, fact: Fact) -> Audits:
    """Returns the state in which another answer stands in the place of the one that an entry recorded."""
    found = state.findings.get(event.finding_id)
    if found is None:
        return state
    there = Answer(event, fact.number, fact.effective)
    kept = tuple(there if answer.entry == recorded.number else answer for answer in found.answers)
    return replace(state, findings=state.findings.insert(event.finding_id, replace(found, answers=kept)))


def subjects(event: AuditFindingRaised | AuditFindingAnswered) -> Iterator[Subject]:
    """Yields the finding, the audit, and whoever it is addressed to or answers; of a finding its entries too."""
    yield Subject("finding", event.finding_id)
    yield Subject("audit", event.audit_id)
    who = event.addressee if isinstance(event, AuditFindingRaised) else event.by
    yield Subject(who.kind, who.id)
    if isinstance(event, AuditFindingRaised):
        yield from (Subject("entry", str(number)) for number in event.entries)
        return
    yield from (Subject("office", r.owner_office) for r in event.remedies if r.owner_office is not None)


# Rules -----------------------------------------------------------------------------------


def raise_finding(command: RaiseAuditFinding, known: Known, context: Context) -> Decision:
    """Returns the finding recorded. Raises Rejection."""
    ruling = judge(_against_raising(command, known, context), context.mode)
    event = AuditFindingRaised(
        finding_id=command.finding_id,
        audit_id=command.audit_id,
        title=command.title,
        text=context.seal(command.text),
        severity=command.severity,
        criteria=command.criteria,
        entries=command.entries,
        addressee=command.addressee,
        answer_by=command.answer_by,
    )
    return Decision((event,), ruling)


def answer_finding(command: AnswerAuditFinding, known: Known, context: Context) -> Decision:
    """Returns the answer recorded. Raises Rejection."""
    found = known.audits.findings.get(command.finding_id)
    if found is None:
        raise Rejection("audit_finding.unknown", "fact", finding_id=command.finding_id)
    ruling = judge(_against_answering(command, found, known, context), context.mode)
    event = AuditFindingAnswered(
        finding_id=command.finding_id,
        audit_id=found.event.audit_id,
        by=command.by,
        text=context.seal(command.text),
        remedies=command.remedies,
        status=command.status,
    )
    return Decision((event,), ruling)


def _against_raising(command: RaiseAuditFinding, known: Known, context: Context) -> Iterator[Rejection]:
    before = known.audits.findings.get(command.finding_id)
    if before is not None:
        yield Rejection("audit_finding.already_raised", "fact", entries=(before.entry,), finding_id=command.finding_id)
    audit = known.audits.by_id.get(command.audit_id)
    if audit is None:
        yield Rejection("audit_finding.unknown_audit", "fact", audit_id=command.audit_id)
    elif context.effective.latest < audit.opened.earliest:
        yield Rejection(
            "audit_finding.before_audit",
            "fact",
            entries=(audit.entry,),
            audit_id=command.audit_id,
            on=context.on.isoformat(),
            opened=audit.opened.earliest.isoformat(),
        )
    unknown = sorted({number for number in command.entries if number > known.head})
    if unknown:
        yield Rejection("audit_finding.unknown_entry", "fact", unknown=unknown, head=known.head)
    if not _is_there(command.addressee, known):
        yield Rejection("audit_finding.unknown_addressee", "fact", kind=command.addressee.kind, id=command.addressee.id)
    if command.answer_by is not None and command.answer_by < context.effective.earliest:
        due, on = command.answer_by.isoformat(), context.on.isoformat()
        yield Rejection("audit_finding.answer_due_before_raised", "fact", answer_by=due, on=on)
    law = None if audit is None else AUDIT_RULES[audit.kind].criteria_law
    if audit is not None and law is not None and not command.criteria:
        yield Rejection(
            "audit_finding.without_criteria", law=law, entries=(audit.entry,), finding_id=command.finding_id
        )


def _against_answering(
    command: AnswerAuditFinding, found: Found, known: Known, context: Context
) -> Iterator[Rejection]:
    params: dict[str, Any] = {"finding_id": command.finding_id}
    if found.closed_by is not None:
        yield Rejection("audit_finding.already_closed", "fact", entries=(found.entry, found.closed_by), **params)
    same = [a for a in found.answers if a.event.status == command.status and a.given == context.effective]
    if same:
        entries, on = (found.entry, same[-1].entry), context.on.isoformat()
        yield Rejection(
            "audit_finding.already_answered", "fact", entries=entries, on=on, status=command.status, **params
        )
    if context.effective.latest < found.raised.earliest:
        yield Rejection(
            "audit_finding.answered_before_raised",
            "fact",
            entries=(found.entry,),
            on=context.on.isoformat(),
            raised=found.raised.earliest.isoformat(),
            **params,
        )
    offices = [r.owner_office for r in command.remedies if r.owner_office is not None]
    unknown = sorted({office_id for office_id in offices if office_id not in known.bodies.offices})
    if unknown:
        yield Rejection("audit_finding.unknown_office", "fact", offices=unknown)
    if command.by != found.addressee:
        yield Rejection(
            "audit_finding.not_addressee",
            law=HEARING_LAW,
            entries=(found.entry,),
            by=command.by.id,
            addressee=found.addressee.id,
            **params,
        )


def _is_there(holder: Holder, known: Known) -> bool:
    """Returns whether the book holds whom a finding is addressed to, on whatever day."""
    match holder.kind:
        case "body":
            return holder.id in known.bodies.bodies
        case "office":
            return holder.id in known.bodies.offices
        case "member":
            return holder.id in known.members.parties
        case _:
            return True
