"""Powers passed on (videredelegering): a part of one grant, narrower in every dimension, that stands and falls with it.

A sub-delegation names the grant it comes from. Kommuneloven §§ 5-3, 13-1 and 20-2.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Literal

from pydantic import Field

from domain.authority.book import Book
from domain.authority.links import Chain, chain_of
from domain.authority.offers import Offer, against_form, against_references, against_the_named, sealed
from domain.authority.state import Authority, Grant
from domain.authority.terms import Condition, ConditionGiven, Depth, Powers, Terms, cover
from domain.dates import Day, Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.text import Id
from domain.vocabulary import Holder, Limits, Scope

# Events: stored for ever -----------------------------------------------------------------


class AuthoritySubdelegated(Event):
    """Whoever holds a grant passed part of it on."""

    type: Literal["authority.subdelegated"] = "authority.subdelegated"
    grant_id: Id
    parent_grant_id: Id
    grantor: Holder
    """Who held the parent when it was passed on."""
    grantee: Holder
    powers: Powers
    scope: Scope = Scope()
    limits: Limits = Limits()
    until: Day | None = None
    """Last day; None where it runs until it, or what it comes from, is taken back."""
    depth: Depth = 0
    """How many times the powers may be passed on again."""
    conditions: tuple[Condition, ...] = ()


# Commands --------------------------------------------------------------------------------


class SubdelegateAuthority(Command):
    """Pass part of a grant on, no wider than it in any dimension."""

    type: Literal["authority.subdelegate"]
    grant_id: Id
    parent_grant_id: Id
    grantee: Holder
    powers: Powers
    scope: Scope = Scope()
    limits: Limits = Limits()
    until: Day | None = None
    depth: Depth = 0
    conditions: Annotated[tuple[ConditionGiven, ...], Field(max_length=20)] = ()


# evolve ----------------------------------------------------------------------------------


def subdelegated(state: Authority, event: AuthoritySubdelegated, fact: Fact) -> Authority:
    """Returns the state with one more grant, bound to its parent."""
    terms = _offer(event, event.grantor).terms
    timeline: Timeline[Terms] = Timeline()
    parent = state.grants.get(event.parent_grant_id)
    grant = Grant(
        grant_id=event.grant_id,
        entry=fact.number,
        life=Lifetime(fact.effective, until=event.until),
        terms=timeline.with_mark(fact.effective, fact.number, terms),
        conditions=event.conditions,
        legal_basis="unknown" if parent is None else parent.legal_basis,
        review_on=None,
        basis=fact.basis,
        parent=event.parent_grant_id,
        bound=True,
    )
    return state.with_terms(grant, terms)


def _offer(given: AuthoritySubdelegated | SubdelegateAuthority, grantor: Holder) -> Offer:
    return Offer(
        grant_id=given.grant_id,
        grantor=grantor,
        grantee=given.grantee,
        powers=given.powers,
        scope=given.scope,
        limits=given.limits,
        until=given.until,
        depth=given.depth,
        conditions=given.conditions,
    )


# subjects --------------------------------------------------------------------------------


def subjects(event: AuthoritySubdelegated) -> Iterator[Subject]:
    """Yields the grant, its parent, its grantor and grantee, the members it covers, the agreements that bound it."""
    yield Subject("grant", event.grant_id)
    yield Subject("grant", event.parent_grant_id)
    for holder in (event.grantor, event.grantee):
        if holder.kind != "collaboration":
            yield Subject(holder.kind, holder.id)
    yield from (Subject("member", member_id) for member_id in event.scope.members or ())
    yield from (Subject("agreement", c.agreement_id) for c in event.conditions if c.agreement_id is not None)


# Rules -----------------------------------------------------------------------------------


def subdelegate(command: SubdelegateAuthority, book: Book, context: Context) -> Decision:
    """Returns the powers passed on. Raises Rejection."""
    parent = book.authority.grants.get(command.parent_grant_id)
    if parent is None:
        raise Rejection("authority.unknown_parent", "fact", grant_id=command.parent_grant_id)
    offer = _offer(command, parent.terms_on(context.on).grantee)
    links = chain_of(book.authority, parent, context.effective)
    objections = chain(
        against_the_named(offer, book, context),
        against_references(offer, book, context),
        _against_circle(offer, links, context),
        _against_inactive(links, parent, context),
        against_form(offer, book.standing, context),
        _against_parent(offer, parent, context),
    )
    ruling = judge(objections, context.mode)
    event = AuthoritySubdelegated(
        grant_id=command.grant_id,
        parent_grant_id=command.parent_grant_id,
        grantor=offer.grantor,
        grantee=command.grantee,
        powers=command.powers,
        scope=command.scope,
        limits=command.limits,
        until=command.until,
        depth=command.depth,
        conditions=tuple(sealed(condition, context) for condition in command.conditions),
    )
    return Decision((event,), ruling)


def _against_circle(offer: Offer, links: Chain, context: Context) -> Iterator[Rejection]:
    """Power is passed down, never back to one it came from."""
    for grant in links.links:
        terms = grant.terms_on(context.on)
        if offer.grantee in (terms.grantor, terms.grantee):
            grantee, above = offer.grantee.id, grant.grant_id
            yield Rejection("authority.cycle", entries=(grant.entry,), grantee=grantee, grant_id=above)
            return


def _against_inactive(links: Chain, parent: Grant, context: Context) -> Iterator[Rejection]:
    on, grant_id = context.on.isoformat(), parent.grant_id
    if links.broken is not None:
        link = links.broken.grant_id
        yield Rejection("authority.parent_inactive", entries=links.entries, grant_id=grant_id, link=link, on=on)
    elif links.unsure is not None:
        link = links.unsure.grant_id
        yield Rejection(
            "authority.parent_uncertain", "unknown", entries=links.entries, grant_id=grant_id, link=link, on=on
        )


def _against_parent(offer: Offer, parent: Grant, context: Context) -> Iterator[Rejection]:
    """Yields every dimension in which it is no part of its parent; see `Cover`."""
    terms, grant_id, entries = parent.terms_on(context.on), parent.grant_id, (parent.entry,)
    if terms.depth == 0:
        yield Rejection("authority.not_redelegable", entries=entries, grant_id=grant_id)
    elif offer.depth >= terms.depth:
        yield Rejection(
            "authority.depth_exhausted", entries=entries, grant_id=grant_id, depth=offer.depth, most=terms.depth - 1
        )
    found = cover(terms, parent.life, offer.terms, Lifetime(context.effective, until=offer.until))
    # Whether the parent has begun is asked of the chain; of its period only the end is left to ask.
    beyond = [dimension for dimension in found.exceeded if dimension != "depth"]
    if beyond:
        yield Rejection("authority.not_a_subset", entries=entries, grant_id=grant_id, dimensions=beyond)
    elif found.unsure:
        dimensions, grantor = list(found.unsure), offer.grantor.id
        yield Rejection(
            "authority.grantor_power_unknown",
            "unknown",
            entries=entries,
            grantor=grantor,
            grant_id=grant_id,
            dimensions=dimensions,
        )
