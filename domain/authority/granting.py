"""Powers granted (delegering): who may pass on what, how far, and on what basis.

Kommuneloven §§ 5-3 and 5-4, 18-1 and 19-1 (no individual decisions), 20-2 and 20-3. Money is a power of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Annotated, Any, Literal

from pydantic import Field

from domain.authority.book import Book
from domain.authority.links import chain_of
from domain.authority.offers import (
    Offer,
    against_form,
    against_references,
    against_the_named,
    holds_by_nature,
    sealed,
)
from domain.authority.state import Authority, Grant
from domain.authority.terms import Condition, ConditionGiven, Cover, Depth, Powers, Terms, cover
from domain.dates import Day, Timeline
from domain.kernel import Basis, Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.resolutions import Resolutions
from domain.text import Id, Name, Unknown
from domain.vocabulary import Holder, LegalFormId, Limits, Power, Scope

# Events: stored for ever -----------------------------------------------------------------


class AuthorityGranted(Event):
    """Powers were granted."""

    type: Literal["authority.granted"] = "authority.granted"
    grant_id: Id
    grantor: Holder
    grantee: Holder
    powers: Powers
    scope: Scope = Scope()
    limits: Limits = Limits()
    until: Day | None = None
    """Last day; None where it runs until revoked."""
    review_on: Day | None = None
    depth: Depth = 0
    """How many times the powers may be passed on."""
    conditions: tuple[Condition, ...] = ()
    legal_basis: Name | Unknown = "unknown"
    parent_grant_id: Id | None = None
    """The grant it was passed on from, found when it was decided; None where the grantor holds power by nature."""


# Commands --------------------------------------------------------------------------------


class GrantAuthority(Command):
    """Grant powers to an office, a body or a member, within scope, limits and period."""

    type: Literal["authority.grant"]
    grant_id: Id
    grantor: Holder
    grantee: Holder
    powers: Powers
    scope: Scope = Scope()
    limits: Limits = Limits()
    until: Day | None = None
    review_on: Day | None = None
    depth: Depth = 0
    conditions: Annotated[tuple[ConditionGiven, ...], Field(max_length=20)] = ()
    legal_basis: Name | Unknown = "unknown"


# evolve ----------------------------------------------------------------------------------


def offer_of(given: AuthorityGranted | GrantAuthority) -> Offer:
    """Returns what is granted, as the rules weigh it."""
    return Offer(
        grant_id=given.grant_id,
        grantor=given.grantor,
        grantee=given.grantee,
        powers=given.powers,
        scope=given.scope,
        limits=given.limits,
        until=given.until,
        depth=given.depth,
        conditions=given.conditions,
    )


def granted(state: Authority, event: AuthorityGranted, fact: Fact) -> Authority:
    """Returns the state with one more grant."""
    terms = offer_of(event).terms
    timeline: Timeline[Terms] = Timeline()
    grant = Grant(
        grant_id=event.grant_id,
        entry=fact.number,
        life=Lifetime(fact.effective, until=event.until),
        terms=timeline.with_mark(fact.effective, fact.number, terms),
        conditions=event.conditions,
        legal_basis=event.legal_basis,
        review_on=event.review_on,
        basis=fact.basis,
        parent=event.parent_grant_id,
    )
    return state.with_terms(grant, terms)


# subjects --------------------------------------------------------------------------------


def subjects(event: AuthorityGranted) -> Iterator[Subject]:
    """Yields the grant, its grantor and grantee, the members it covers, the agreements that bound it."""
    yield Subject("grant", event.grant_id)
    for holder in (event.grantor, event.grantee):
        if holder.kind != "collaboration":
            yield Subject(holder.kind, holder.id)
    if event.parent_grant_id is not None:
        yield Subject("grant", event.parent_grant_id)
    yield from (Subject("member", member_id) for member_id in event.scope.members or ())
    yield from (Subject("agreement", c.agreement_id) for c in event.conditions if c.agreement_id is not None)


# Rules -----------------------------------------------------------------------------------

BASES = frozenset({"decision", "resolution", "charter", "law"})
"""What a grant may rest on."""

HOST_LAW: Mapping[LegalFormId, str] = {
    "host_admin": "kommuneloven § 20-2",
    "host_joint_board": "kommuneloven § 20-3",
}
"""The provision by which each council itself delegates to the host."""


def grant(command: GrantAuthority, book: Book, context: Context) -> Decision:
    """Returns the powers granted. Raises Rejection."""
    offer = offer_of(command)
    carrier = _carrier(offer, book, context)
    objections = chain(
        against_the_named(offer, book, context),
        against_references(offer, book, context),
        against_form(offer, book.standing, context),
        _against_other_members(command),
        () if carrier is None else _against_grantor(offer, carrier),
        _against_lacking_council(command, book, context),
        _against_loose_grant(command, context),
    )
    ruling = judge(objections, context.mode)
    parent = None if carrier is None else carrier.nearest
    event = AuthorityGranted(
        grant_id=command.grant_id,
        grantor=command.grantor,
        grantee=command.grantee,
        powers=command.powers,
        scope=command.scope,
        limits=command.limits,
        until=command.until,
        review_on=command.review_on,
        depth=command.depth,
        conditions=tuple(sealed(condition, context) for condition in command.conditions),
        legal_basis=command.legal_basis,
        parent_grant_id=None if parent is None or carrier is None or carrier.cover.exceeded else parent.grant_id,
    )
    return Decision((event,), ruling)


@dataclass(frozen=True, slots=True)
class _Carrier:
    """What a grantor without power of its own passes on from; of several grants it holds, the nearest is named."""

    lacking: tuple[Power, ...]
    nearest: Grant | None
    cover: Cover


def _carrier(offer: Offer, book: Book, context: Context) -> _Carrier | None:
    """Returns what the grantor passes on from, None where it holds power by nature."""
    if holds_by_nature(offer.grantor, book.bodies, book.standing):
        return None
    state = book.authority
    wanted, span = offer.terms, Lifetime(context.effective, until=offer.until)
    held = [grant for grant in state.held_by(offer.grantor, context.on) if _may_be_passed_on(grant, state, context)]
    lacking = wanted.powers.difference(*(grant.terms_on(context.on).powers for grant in held))
    covers = [(cover(grant.terms_on(context.on), grant.life, wanted, span), grant) for grant in held]
    if lacking or not covers:
        return _Carrier(tuple(sorted(lacking)), None, Cover((), ()))
    found, nearest = max(covers, key=lambda pair: (pair[0].strength, -len(pair[0].exceeded), -pair[1].entry))
    unsure = chain_of(state, nearest, context.effective).unsure
    if unsure is not None and "period" not in found.unsure:
        found = Cover(found.exceeded, (*found.unsure, "period"))
    return _Carrier((), nearest, found)


def _may_be_passed_on(grant: Grant, state: Authority, context: Context) -> bool:
    """Returns whether it may be passed on at all: not where it, or what it rests on, is suspended or gone."""
    return grant.terms_on(context.on).depth > 0 and chain_of(state, grant, context.effective).broken is None


def _against_grantor(offer: Offer, carrier: _Carrier) -> Iterator[Rejection]:
    """Yields what stands against the grantor passing this on."""
    nearest = carrier.nearest
    if nearest is None:
        yield Rejection("authority.grantor_lacks_power", grantor=offer.grantor.id, powers=list(carrier.lacking))
        return
    params: dict[str, Any] = {"grantor": offer.grantor.id, "grant_id": nearest.grant_id}
    if carrier.cover.exceeded:
        dimensions = list(carrier.cover.exceeded)
        yield Rejection("authority.exceeds_grantor", entries=(nearest.entry,), dimensions=dimensions, **params)
    elif carrier.cover.unsure:
        dimensions = list(carrier.cover.unsure)
        yield Rejection(
            "authority.grantor_power_unknown", "unknown", entries=(nearest.entry,), dimensions=dimensions, **params
        )


def _against_other_members(command: GrantAuthority) -> Iterator[Rejection]:
    """A council acts on behalf of its own municipality (§ 5-3), so it grants nothing over others."""
    if command.grantor.kind != "member":
        return
    others = sorted(set(command.scope.members or ()) - {command.grantor.id})
    if others:
        yield Rejection(
            "authority.grants_for_other_members", law="kommuneloven § 5-3", grantor=command.grantor.id, members=others
        )


def _against_lacking_council(command: GrantAuthority, book: Book, context: Context) -> Iterator[Rejection]:
    """A council delegates to the host itself (§§ 20-2, 20-3), so its resolution must be in the book."""
    law = None if book.standing.form is None else HOST_LAW.get(book.standing.form.id)
    if command.grantor.kind != "member" or law is None:
        return
    if not resolved_on_grant(book.resolutions, command.grantor.id, command.grant_id, context.basis):
        yield Rejection(
            "authority.council_resolution_missing",
            "unknown",
            law=law,
            grant_id=command.grant_id,
            member_id=command.grantor.id,
        )


def resolved_on_grant(
    resolutions: Resolutions, member_id: str, grant_id: str, basis: Iterable[Basis], after: int = 0
) -> bool:
    """Returns whether any basis is an entry, later than `after`, by which that council adopted something on the grant.

    A basis names a resolution by the number of its entry.
    """
    named = (int(b.ref) for b in basis if b.kind == "resolution" and b.ref.isascii() and b.ref.isdecimal())
    found = (resolutions.by_entry.get(number) for number in named if number > after)
    return any(
        resolved is not None
        and (resolved.member_id, resolved.kind, resolved.ref, resolved.outcome)
        == (member_id, "grant", grant_id, "adopted")
        for resolved in found
    )


def _against_loose_grant(command: GrantAuthority, context: Context) -> Iterator[Rejection]:
    if all(basis.kind not in BASES for basis in context.basis):
        yield Rejection("authority.basis_decision_missing", "unknown", grant_id=command.grant_id)
    if command.until is None and command.review_on is None:
        yield Rejection("authority.no_end_and_no_review_date", "unknown", grant_id=command.grant_id)
