"""Authority held back and directed: instructions by the principal, suspension, and authority restored.

Kommuneloven § 20-2 (§ 20-3): the principal may instruct in matters that concern only itself; elected bodies of the host
may not. A suspension takes effect on everything under the grant, without being copied there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.authority.book import Book
from domain.authority.competence import against_competence, against_grant
from domain.authority.granting import HOST_LAW
from domain.authority.links import chain_of
from domain.authority.state import Authority, Grant, Instruction, Suspension
from domain.copying import replace
from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.text import Id, SealedText, Text
from domain.vocabulary import Holder

# Events: stored for ever -----------------------------------------------------------------


class AuthorityInstructionIssued(Event):
    """A principal said how a grant is to be used."""

    type: Literal["authority_instruction.issued"] = "authority_instruction.issued"
    instruction_id: Id
    grant_id: Id
    by: Holder
    text: SealedText
    members: tuple[Id, ...] | None = None
    """Those whose matters it is about, None for all the grant covers."""
    until: Day | None = None


class AuthoritySuspended(Event):
    """A grant, and everything under it, was suspended."""

    type: Literal["authority.suspended"] = "authority.suspended"
    grant_id: Id
    reason: SealedText | None = None
    until: Day | None = None
    """Last day; None where it lasts until authority is restored."""


class AuthorityRestored(Event):
    """A suspended grant gives authority again."""

    type: Literal["authority.restored"] = "authority.restored"
    grant_id: Id


# Commands --------------------------------------------------------------------------------


class IssueAuthorityInstruction(Command):
    """Say how a grant is to be used, as the one whose authority it is."""

    type: Literal["authority_instruction.issue"]
    instruction_id: Id
    grant_id: Id
    by: Holder
    text: Text
    members: Annotated[tuple[Id, ...], Field(min_length=1, max_length=400)] | None = None
    until: Day | None = None


class SuspendAuthority(Command):
    """Suspend a grant, and with it everything under it."""

    type: Literal["authority.suspend"]
    grant_id: Id
    reason_text: Text | None = None
    until: Day | None = None


class RestoreAuthority(Command):
    """Let a suspended grant give authority again."""

    type: Literal["authority.restore"]
    grant_id: Id


# evolve ----------------------------------------------------------------------------------


def instructed(state: Authority, event: AuthorityInstructionIssued, fact: Fact) -> Authority:
    """Returns the state with one more instruction."""
    grant = state.grants.get(event.grant_id)
    if grant is None:
        return state
    instruction = Instruction(
        instruction_id=event.instruction_id,
        entry=fact.number,
        life=Lifetime(fact.effective, until=event.until),
        by=event.by,
        members=event.members,
    )
    state = state.with_grant(replace(grant, instructions=(*grant.instructions, instruction)))
    return replace(state, instructions=state.instructions.insert(event.instruction_id, fact.number))


def suspended(state: Authority, event: AuthoritySuspended, fact: Fact) -> Authority:
    """Returns the state with a grant suspended."""
    grant = state.grants.get(event.grant_id)
    if grant is None:
        return state
    suspension = Suspension(fact.number, Lifetime(fact.effective, until=event.until))
    return state.with_grant(replace(grant, suspensions=(*grant.suspensions, suspension)))


def restored(state: Authority, event: AuthorityRestored, fact: Fact) -> Authority:
    """Returns the state with every suspension of a grant that goes on then ended."""
    grant = state.grants.get(event.grant_id)
    if grant is None:
        return state
    suspensions = tuple(
        s if s.life.during(fact.effective) is False else replace(s, life=s.life.end(fact.effective))
        for s in grant.suspensions
    )
    return state.with_grant(replace(grant, suspensions=suspensions))


# subjects --------------------------------------------------------------------------------


def subjects(event: AuthorityInstructionIssued | AuthoritySuspended | AuthorityRestored) -> Iterator[Subject]:
    """Yields the grant, and of an instruction who gave it and whose matters it is about."""
    yield Subject("grant", event.grant_id)
    if isinstance(event, AuthorityInstructionIssued):
        if event.by.kind != "collaboration":
            yield Subject(event.by.kind, event.by.id)
        yield from (Subject("member", member_id) for member_id in event.members or ())


# Rules -----------------------------------------------------------------------------------


def instruct(command: IssueAuthorityInstruction, book: Book, context: Context) -> Decision:
    """Returns the instruction given. Raises Rejection."""
    ruling = judge(_against_instructing(command, book, context), context.mode)
    event = AuthorityInstructionIssued(
        instruction_id=command.instruction_id,
        grant_id=command.grant_id,
        by=command.by,
        text=context.seal(command.text),
        members=command.members,
        until=command.until,
    )
    return Decision((event,), ruling)


def suspend(command: SuspendAuthority, book: Book, context: Context) -> Decision:
    """Returns the grant suspended. Raises Rejection."""
    ruling = judge(_against_suspending(command, book, context), context.mode)
    reason = None if command.reason_text is None else context.seal(command.reason_text)
    event = AuthoritySuspended(grant_id=command.grant_id, reason=reason, until=command.until)
    return Decision((event,), ruling)


def restore(command: RestoreAuthority, book: Book, context: Context) -> Decision:
    """Returns the grant giving authority again. Raises Rejection."""
    ruling = judge(_against_restoring(command, book, context), context.mode)
    return Decision((AuthorityRestored(grant_id=command.grant_id),), ruling)


def _against_instructing(command: IssueAuthorityInstruction, book: Book, context: Context) -> Iterator[Rejection]:
    known = book.authority.instructions.get(command.instruction_id)
    if known is not None:
        yield Rejection("authority.instruction_exists", "fact", entries=(known,), instruction_id=command.instruction_id)
    grant = book.authority.grants.get(command.grant_id)
    if grant is None:
        yield Rejection("authority.unknown_grant", "fact", grant_id=command.grant_id)
        return
    unknown = sorted(set(command.members or ()) - set(book.members.parties))
    if unknown:
        yield Rejection("authority.unknown_member", "fact", members=unknown, on=context.on.isoformat())
    if command.until is not None and command.until < context.effective.earliest:
        starts, until = context.effective.earliest.isoformat(), command.until.isoformat()
        yield Rejection("authority.period_empty", "fact", grant_id=command.grant_id, starts=starts, until=until)
    if grant.life.ended_since(context.effective) is not None or not grant.life.outlasts(context.effective.earliest):
        entries, since = (grant.ended_by or grant.entry,), str(grant.life.possible_to)
        yield Rejection("authority.after_revocation", entries=entries, grant_id=grant.grant_id, since=since)
    yield from _against_principal(command, grant, book, context)


def _against_principal(
    command: IssueAuthorityInstruction, grant: Grant, book: Book, context: Context
) -> Iterator[Rejection]:
    """Yields what stands against whoever instructs being one the authority comes from, in its own matters.

    The top body of the collaboration may instruct in what is the collaboration's own, never in a member's.
    """
    links = chain_of(book.authority, grant, context.effective).links
    source = links[0].terms_on(context.on).grantor
    principals = {link.terms_on(context.on).grantor for link in links}
    form = book.standing.form
    law = None if form is None or source.kind != "member" else HOST_LAW.get(form.id)
    body = None if command.by.kind != "body" else book.bodies.bodies.get(command.by.id)
    over_all = source.kind != "member" and body is not None and body.is_top_of(book.standing)
    params: dict[str, Any] = {
        "grant_id": grant.grant_id,
        "by": command.by.id,
        "principals": sorted(h.id for h in principals),
    }
    if command.by not in principals and not over_all:
        yield Rejection("authority.not_principal", law=law, entries=[link.entry for link in links], **params)
        return
    covered = grant.terms_on(context.on).members
    about = covered if command.members is None else command.members
    if command.by.kind == "member" and (about is None or set(about) - {command.by.id}):
        others = sorted(set(about or book.members.on(context.on)) - {command.by.id})
        if others:
            yield Rejection(
                "authority.instruction_for_others",
                law=law or "kommuneloven § 5-3",
                entries=(grant.entry,),
                by=command.by.id,
                members=others,
            )


def _against_suspending(command: SuspendAuthority, book: Book, context: Context) -> Iterator[Rejection]:
    grant = book.authority.grants.get(command.grant_id)
    yield from against_grant(grant, command.grant_id, context)
    if grant is None:
        return
    if command.until is not None and command.until < context.effective.earliest:
        starts, until = context.effective.earliest.isoformat(), command.until.isoformat()
        yield Rejection("authority.period_empty", "fact", grant_id=command.grant_id, starts=starts, until=until)
    going_on = [s.entry for s in grant.suspensions if s.life.during(context.effective) is not False]
    if going_on:
        yield Rejection("authority.already_suspended", "fact", entries=going_on, grant_id=command.grant_id)
    yield from against_competence(grant, book, context)
    yield from _against_looking_back(command.grant_id, context)


def _against_restoring(command: RestoreAuthority, book: Book, context: Context) -> Iterator[Rejection]:
    grant = book.authority.grants.get(command.grant_id)
    yield from against_grant(grant, command.grant_id, context)
    if grant is None:
        return
    if all(s.life.during(context.effective) is False for s in grant.suspensions):
        entries = [s.entry for s in grant.suspensions]
        yield Rejection(
            "authority.not_suspended",
            "fact",
            entries=entries,
            grant_id=command.grant_id,
            on=context.on.isoformat(),
        )
    yield from against_competence(grant, book, context)
    yield from _against_looking_back(command.grant_id, context)


def _against_looking_back(grant_id: str, context: Context) -> Iterator[Rejection]:
    """What was done before today was done with the authority there was; that it was held back is for mode `record`."""
    if context.mode == "decide" and context.effective.earliest < context.today:
        effective, today = context.effective.earliest.isoformat(), context.today.isoformat()
        yield Rejection("authority.retroactive_suspension", grant_id=grant_id, effective=effective, today=today)
