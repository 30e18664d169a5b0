"""Authority exercised (bruk av myndighet): what was done under a grant, with the chain it rests on stored in the act.

Kommuneloven §§ 5-3, 5-4, 13-1, 20-2 and 20-3: an administration decides nothing that is a matter of principle.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Literal

from pydantic import Field

from domain.authority.acting import Act, against_act, nearest
from domain.authority.book import Book
from domain.authority.granting import HOST_LAW
from domain.authority.links import chain_of
from domain.authority.offers import UNDER_THE_FORM, form_allows
from domain.authority.state import Authority, Grant
from domain.authority.use import ActRef, ChainLink, Done
from domain.bodies import membership
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Amount, Id, Name
from domain.vocabulary import Holder, Power, Scope

# Events: stored for ever -----------------------------------------------------------------


class AuthorityExercised(Event):
    """A holder of authority used it."""

    type: Literal["authority.exercised"] = "authority.exercised"
    act_id: Id
    title: Name
    actor: Holder
    person_id: Id | None = None
    """Who acted, where it is told."""
    power: Power
    grant_id: Id | None = None
    """The grant it was done under, found when it was decided if it was not named."""
    chain: tuple[ChainLink, ...] = ()
    """Every grant it rests on, the source first, as it was when it was decided."""
    amount_ore: Amount | None = None
    party: Name | None = None
    """The counterparty: an organisation."""
    service_id: Id | None = None
    member_ids: tuple[Id, ...] = ()
    case_type: Name | None = None
    law_ref: Name | None = None
    principle_matter: bool = False
    """A judgement, not a computation: whether the matter is one of principle."""
    decision_id: Id | None = None
    """The decision it carries out."""
    instructions: tuple[int, ...] = ()
    """The entries of the instructions that were to be followed."""


# Commands --------------------------------------------------------------------------------


class ExerciseAuthority(Command):
    """Record what was done under a grant of authority; without a grant, the one that carries it is found."""

    type: Literal["authority.exercise"]
    act_id: Id
    title: Name
    actor: Holder
    person_id: Id | None = None
    power: Power
    grant_id: Id | None = None
    amount_ore: Amount | None = None
    party: Name | None = None
    service_id: Id | None = None
    member_ids: Annotated[tuple[Id, ...], Field(max_length=400)] = ()
    case_type: Name | None = None
    law_ref: Name | None = None
    principle_matter: bool = False
    decision_id: Id | None = None


# evolve ----------------------------------------------------------------------------------


def exercised(state: Authority, event: AuthorityExercised, fact: Fact) -> Authority:
    """Returns the state with one more act, counted against every grant in its chain."""
    ref = ActRef(kind="act", id=event.act_id)
    grants = tuple(link.grant_id for link in event.chain)
    return state.with_act(
        Done(ref, fact.number, fact.effective, grants, event.amount_ore, event.member_ids), event.party
    )


# subjects --------------------------------------------------------------------------------


def subjects(event: AuthorityExercised) -> Iterator[Subject]:
    """Yields the act, who did it, every grant it rests on, the decision, service and members it is about."""
    yield Subject("act", event.act_id)
    if event.actor.kind != "collaboration":
        yield Subject(event.actor.kind, event.actor.id)
    yield from (Subject("grant", link.grant_id) for link in reversed(event.chain))
    named = (("person", event.person_id), ("decision", event.decision_id), ("service", event.service_id))
    yield from (Subject(kind, id_) for kind, id_ in named if id_ is not None)
    yield from (Subject("member", member_id) for member_id in event.member_ids)


# Rules -----------------------------------------------------------------------------------


def exercise(command: ExerciseAuthority, book: Book, context: Context) -> Decision:
    """Returns authority exercised, with its chain and the instructions there were. Raises Rejection."""
    state, act = book.authority, act_of(command, context)
    named = None if command.grant_id is None else state.grants.get(command.grant_id)
    grant = nearest(act, state, book.bodies) if command.grant_id is None else named
    against = chain(
        _against_the_named(command, named, book, context),
        _against_form(command, book, context),
        _against_principle(command, book),
        against_act(act, grant, state, book.bodies),
    )
    ruling = judge(against, context.mode)
    links = () if grant is None else chain_of(state, grant, context.effective).links
    event = AuthorityExercised(
        act_id=command.act_id,
        title=command.title,
        actor=command.actor,
        person_id=command.person_id,
        power=command.power,
        grant_id=None if grant is None else grant.grant_id,
        chain=stored(links),
        amount_ore=command.amount_ore,
        party=command.party,
        service_id=command.service_id,
        member_ids=command.member_ids,
        case_type=command.case_type,
        law_ref=command.law_ref,
        principle_matter=command.principle_matter,
        decision_id=command.decision_id,
        instructions=instructions_for(act, links),
    )
    return Decision((event,), ruling)


def stored(links: tuple[Grant, ...]) -> tuple[ChainLink, ...]:
    """Returns a chain as an event keeps it."""
    return tuple(ChainLink(grant_id=grant.grant_id, entry=grant.entry) for grant in links)


def instructions_for(act: Act, links: tuple[Grant, ...]) -> tuple[int, ...]:
    """Returns the entries of the instructions that may bind the act, in order."""
    return tuple(
        sorted(
            instruction.entry
            for link in links
            for instruction in link.instructions
            if instruction.life.during(act.interval) is not False and instruction.is_about(act.member_ids)
        )
    )


def act_of(command: ExerciseAuthority, context: Context) -> Act:
    """Returns the act the command is about; where it costs money it takes the power to spend as well."""
    powers: tuple[Power, ...] = (command.power,)
    if command.amount_ore is not None and command.power != "spend":
        powers = (command.power, "spend")
    return Act(
        actor=command.actor,
        powers=powers,
        interval=context.effective,
        person_id=command.person_id,
        amount_ore=command.amount_ore,
        party=command.party,
        service_id=command.service_id,
        member_ids=command.member_ids,
        case_type=command.case_type,
        law_ref=command.law_ref,
    )


def _against_the_named(
    command: ExerciseAuthority, named: Grant | None, book: Book, context: Context
) -> Iterator[Rejection]:
    state = book.authority
    known = state.acts.get(ActRef(kind="act", id=command.act_id))
    if known is not None:
        yield Rejection("authority.already_exercised", "fact", entries=(known.entry,), act_id=command.act_id)
    if not _there(command.actor, book):
        yield Rejection("authority.unknown_actor", "fact", kind=command.actor.kind, actor=command.actor.id)
    if command.person_id is not None and command.person_id not in book.bodies.persons:
        yield Rejection("authority.unknown_person", "fact", person_id=command.person_id)
    if command.grant_id is not None and named is None:
        yield Rejection("authority.unknown_grant", "fact", grant_id=command.grant_id)
    if command.decision_id is not None:
        if command.decision_id not in book.decisions:
            yield Rejection("authority.unknown_decision", "fact", decision_id=command.decision_id)
        use = state.acts.get(ActRef(kind="decision", id=command.decision_id))
        if use is not None:
            # The decision was itself made under authority, and counted there.
            yield Rejection(
                "authority.decision_is_the_act", "fact", entries=(use.entry,), decision_id=command.decision_id
            )
    there = {m: membership(book.members, m, context.effective) for m in command.member_ids}
    unknown = sorted(member_id for member_id, found in there.items() if found is False)
    if unknown:
        entries = book.members.entries(*unknown)
        yield Rejection("authority.unknown_member", "fact", entries=entries, members=unknown, on=context.on.isoformat())


def _there(actor: Holder, book: Book) -> bool:
    known = {"office": book.bodies.offices, "body": book.bodies.bodies, "member": book.members.parties}
    return actor.kind == "collaboration" or actor.id in known[actor.kind]


def _against_form(command: ExerciseAuthority, book: Book, context: Context) -> Iterator[Rejection]:
    """Yields what stands against using such a power at all in the legal form there is on the day."""
    if command.power not in UNDER_THE_FORM:
        return
    form, powers = book.standing.form, [command.power]
    scope = Scope() if command.case_type is None else Scope(case_types=(command.case_type,))
    if form is None:
        yield Rejection("authority.form_unknown", "unknown", powers=powers, on=context.on.isoformat())
    elif not form_allows(form, scope):
        entries = () if book.standing.entry is None else (book.standing.entry,)
        yield Rejection(
            "authority.power_not_allowed_for_form", law=form.law, entries=entries, powers=powers, legal_form=form.id
        )


def _against_principle(command: ExerciseAuthority, book: Book) -> Iterator[Rejection]:
    """A matter of principle stays with elected bodies (§§ 13-1, 20-2, 20-3)."""
    if command.principle_matter and command.actor.kind == "office":
        law = None if book.standing.form is None else HOST_LAW.get(book.standing.form.id)
        yield Rejection("authority.principle_matter", law=law or "kommuneloven § 13-1", actor=command.actor.id)
