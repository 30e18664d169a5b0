"""Opening an audit: who audits what, on whose mandate, and of which state of the book.

An auditor of a municipal collaboration is elected, and what is audited of performance and ownership is planned by the
councils (kommuneloven chapters 23 and 24): an audit names what gives it its mandate. It can name the checkpoint it
was made of, the size and root of the log, so that anyone can tell afterwards that nothing of it has been changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from domain.audits.state import Audit, Audits
from domain.bodies import Bodies
from domain.copying import replace
from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.members import Members
from domain.rulebook.audits import AUDIT_RULES, AuditKind
from domain.text import Frozen, Id, Name, SealedText, Text

# Events: stored for ever -----------------------------------------------------------------


class AuditScope(Frozen):
    """What is audited; what is left out is not narrowed."""

    from_day: Day | None = None
    to_day: Day | None = None
    bodies: Annotated[tuple[Id, ...], Field(max_length=200)] = ()
    services: Annotated[tuple[Id, ...], Field(max_length=200)] = ()


class AuditedCheckpoint(Frozen):
    """The state of the book that is audited: how many entries, and the root of the log over them."""

    size: Annotated[int, Field(ge=1, le=2**53 - 1)]
    root: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
    """Its 32 bytes in base64, as checkpoints give it."""


class AuditOpened(Event):
    """Someone began to audit."""

    type: Literal["audit.opened"] = "audit.opened"
    audit_id: Id
    title: Name
    auditor: Name
    """The auditing unit or firm; which person acted stands in the envelope."""
    kind: AuditKind
    scope: AuditScope = AuditScope()
    question: SealedText | None = None
    checkpoint: AuditedCheckpoint | None = None


# Commands --------------------------------------------------------------------------------


class OpenAudit(Command):
    """Open an audit; what gives the mandate is its basis: an election, a plan, an agreement."""

    type: Literal["audit.open"]
    audit_id: Id
    title: Name
    auditor: Name
    kind: AuditKind
    scope: AuditScope = AuditScope()
    question: Text | None = None
    checkpoint: AuditedCheckpoint | None = None


# State -----------------------------------------------------------------------------------


def opened(state: Audits, event: AuditOpened, fact: Fact) -> Audits:
    """Returns the state with one more audit."""
    return replace(state, by_id=state.by_id.insert(event.audit_id, Audit(event, fact.number, fact.effective)))


def subjects(event: AuditOpened) -> Iterator[Subject]:
    """Yields the audit, and the bodies and services it is about."""
    yield Subject("audit", event.audit_id)
    yield from (Subject("body", body_id) for body_id in event.scope.bodies)
    yield from (Subject("service", service_id) for service_id in event.scope.services)


# Rules -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """What audits and findings are judged by."""

    audits: Audits
    bodies: Bodies
    members: Members
    services: Collection[str]
    """Ids of services."""
    head: int
    """The number of the book's last entry."""


def open_audit(command: OpenAudit, known: Known, context: Context) -> Decision:
    """Returns the audit opened. Raises Rejection."""
    ruling = judge(_against(command, known, context), context.mode)
    event = AuditOpened(
        audit_id=command.audit_id,
        title=command.title,
        auditor=command.auditor,
        kind=command.kind,
        scope=command.scope,
        question=None if command.question is None else context.seal(command.question),
        checkpoint=command.checkpoint,
    )
    return Decision((event,), ruling)


def _against(command: OpenAudit, known: Known, context: Context) -> Iterator[Rejection]:
    before = known.audits.by_id.get(command.audit_id)
    if before is not None:
        yield Rejection("audit.already_opened", "fact", entries=(before.entry,), audit_id=command.audit_id)
    scope = command.scope
    if scope.from_day is not None and scope.to_day is not None and scope.to_day < scope.from_day:
        first, last = scope.from_day.isoformat(), scope.to_day.isoformat()
        yield Rejection("audit.period_reversed", "fact", from_day=first, to_day=last)
    bodies = [body_id for body_id in scope.bodies if body_id not in known.bodies.bodies]
    services = [service_id for service_id in scope.services if service_id not in known.services]
    if bodies or services:
        yield Rejection("audit.unknown_scope", "fact", unknown=[*bodies, *services])
    checkpoint = command.checkpoint
    if checkpoint is not None and checkpoint.size > known.head:
        yield Rejection("audit.checkpoint_ahead", "fact", size=checkpoint.size, head=known.head)
    rule = AUDIT_RULES[command.kind]
    if all(basis.kind not in rule.mandates for basis in context.basis):
        yield Rejection("audit.no_mandate", "unknown", law=rule.law, kind=command.kind)
