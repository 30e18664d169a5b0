"""Powers granted (delegering): who may pass on what, how far, and on what basis.

Kommuneloven §§ 5-3 and 5-4, 18-1 and 19-1 (no individual decisions), 20-2 and 20-3. Money is a power of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Annotated, Any, Literal, assert_never

from pydantic import Field

from domain.authority.state import Authority, Grant
from domain.authority.terms import Condition, ConditionGiven, Depth, Powers, Terms, cover
from domain.bodies import Bodies, membership
from domain.dates import Day, Interval, Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.lifetime import Lifetime
from domain.members import Members
from domain.rulebook import LegalForm, Standing
from domain.text import Id, Name, Unknown
from domain.vocabulary import Holder, Limits, Power, Scope

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


def terms_of(given: AuthorityGranted | GrantAuthority) -> Terms:
    """Returns who granted what to whom."""
    agreements = (c.agreement_id for c in given.conditions if c.kind == "service_level")
    return Terms(
        grantor=given.grantor,
        grantee=given.grantee,
        powers=frozenset(given.powers),
        scope=given.scope,
        limits=given.limits,
        depth=given.depth,
        agreements=frozenset(agreement for agreement in agreements if agreement is not None),
    )


def granted(state: Authority, event: AuthorityGranted, fact: Fact) -> Authority:
    """Returns the state with one more grant."""
    terms = terms_of(event)
    timeline: Timeline[Terms] = Timeline()
    grant = Grant(
        grant_id=event.grant_id,
        entry=fact.number,
        life=Lifetime(fact.effective, until=event.until),
        terms=timeline.with_mark(fact.effective, fact.number, terms),
        conditions=event.conditions,
        legal_basis=event.legal_basis,
        review_on=event.review_on,
    )
    return state.with_terms(grant, terms)


# subjects --------------------------------------------------------------------------------


def subjects(event: AuthorityGranted) -> Iterator[Subject]:
    """Yields the grant, its grantor and grantee, the members it covers, the agreements that bound it."""
    yield Subject("grant", event.grant_id)
    for holder in (event.grantor, event.grantee):
        if holder.kind != "collaboration":
            yield Subject(holder.kind, holder.id)
    yield from (Subject("member", member_id) for member_id in event.scope.members or ())
    yield from (Subject("agreement", c.agreement_id) for c in event.conditions if c.agreement_id is not None)


# Rules -----------------------------------------------------------------------------------

UNDER_THE_FORM: frozenset[Power] = frozenset({"individual_decision", "regulation"})
"""Powers that only some legal forms may be given."""

INTERNAL_CASES = frozenset({"internal", "grants"})
"""Case types that §§ 18-1 and 19-1 except: matters internal to the cooperation, and managing grant schemes."""

BASES = frozenset({"decision", "resolution", "charter", "law"})
"""What a grant may rest on."""


def internal_only(scope: Scope) -> bool:
    """Returns whether the scope stays within what §§ 18-1 and 19-1 except."""
    return bool(scope.case_types) and frozenset(scope.case_types or ()) <= INTERNAL_CASES


def holds_by_nature(holder: Holder, bodies: Bodies, standing: Standing) -> bool:
    """Returns whether it holds power without a grant: a member's council, the top body, the collaboration itself."""
    if holder.kind == "body":
        body = bodies.bodies.get(holder.id)
        return body is not None and body.is_top_of(standing)
    return holder.kind != "office"


def grant(
    command: GrantAuthority,
    state: Authority,
    bodies: Bodies,
    members: Members,
    standing: Standing,
    decisions: Mapping[str, object],
    agreements: Mapping[str, object],
    context: Context,
) -> Decision:
    """Returns the powers granted. Raises Rejection."""
    objections = chain(
        _against_the_named(command, state, bodies, members, context),
        _against_references(command, decisions, agreements, context),
        _against_form(command, standing, context),
        _against_other_members(command),
        _against_grantor(command, state, bodies, standing, context),
        _against_loose_grant(command, context),
    )
    ruling = judge(objections, context.mode)
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
        conditions=tuple(_sealed(condition, context) for condition in command.conditions),
        legal_basis=command.legal_basis,
    )
    return Decision((event,), ruling)


def _sealed(condition: ConditionGiven, context: Context) -> Condition:
    text = None if condition.text is None else context.seal(condition.text)
    return Condition(kind=condition.kind, agreement_id=condition.agreement_id, text=text)


def _there(holder: Holder, bodies: Bodies, members: Members, interval: Interval) -> bool | None:
    """Returns whether the holder exists throughout `interval`; None where that is possible but not certain."""
    match holder.kind:
        case "member":
            return membership(members, holder.id, interval)
        case "body":
            body = bodies.bodies.get(holder.id)
            return body is not None and body.life.during(interval)
        case "office":
            office = bodies.offices.get(holder.id)
            return office is not None and office.life.during(interval)
        case "collaboration":
            return True
        case _:
            assert_never(holder.kind)


def _against_the_named(
    command: GrantAuthority, state: Authority, bodies: Bodies, members: Members, context: Context
) -> Iterator[Rejection]:
    known = state.grants.get(command.grant_id)
    on = context.on.isoformat()
    if known is not None:
        yield Rejection("authority.grant_exists", "fact", entries=(known.entry,), grant_id=command.grant_id)
    grantor, grantee = command.grantor, command.grantee
    there = [_there(holder, bodies, members, context.effective) for holder in (grantor, grantee)]
    if there[0] is False:
        yield Rejection("authority.unknown_grantor", "fact", kind=grantor.kind, grantor=grantor.id, on=on)
    if there[1] is False:
        yield Rejection("authority.unknown_grantee", "fact", kind=grantee.kind, grantee=grantee.id, on=on)
    if grantor == grantee:
        yield Rejection("authority.grantee_is_grantor", "fact", kind=grantor.kind, grantor=grantor.id)
    uncertain = [holder.id for holder, found in zip((grantor, grantee), there, strict=True) if found is None]
    if uncertain:
        yield Rejection("authority.holder_uncertain", "unknown", holders=uncertain, on=on)
    covered = {
        member_id: membership(members, member_id, context.effective) for member_id in command.scope.members or ()
    }
    unknown = sorted(member_id for member_id, found in covered.items() if found is False)
    if unknown:
        entries = members.entries(*unknown)
        yield Rejection("authority.unknown_member", "fact", entries=entries, members=unknown, on=on)
    unsure = sorted(member_id for member_id, found in covered.items() if found is None)
    if unsure:
        entries = members.entries(*unsure)
        yield Rejection("authority.member_uncertain", "unknown", entries=entries, members=unsure, on=on)


def _against_references(
    command: GrantAuthority, decisions: Mapping[str, object], agreements: Mapping[str, object], context: Context
) -> Iterator[Rejection]:
    for condition in command.conditions:
        if condition.agreement_id is not None and condition.agreement_id not in agreements:
            yield Rejection("authority.unknown_agreement", "fact", agreement_id=condition.agreement_id)
    for basis in context.basis:
        if basis.kind == "decision" and basis.ref not in decisions:
            yield Rejection("authority.basis_unknown", "fact", decision_id=basis.ref)
    if command.until is not None and command.until < context.effective.earliest:
        starts, until = context.effective.earliest.isoformat(), command.until.isoformat()
        yield Rejection("authority.period_empty", "fact", grant_id=command.grant_id, starts=starts, until=until)


def _against_form(command: GrantAuthority, standing: Standing, context: Context) -> Iterator[Rejection]:
    powers = sorted(UNDER_THE_FORM & frozenset(command.powers))
    form = standing.form
    if not powers:
        return
    if form is None:
        yield Rejection("authority.form_unknown", "unknown", powers=powers, on=context.on.isoformat())
    elif not form_allows(form, command.scope):
        yield Rejection(
            "authority.power_not_allowed_for_form",
            law=form.law,
            entries=() if standing.entry is None else (standing.entry,),
            powers=powers,
            legal_form=form.id,
        )


def form_allows(form: LegalForm, scope: Scope) -> bool:
    """Returns whether the form may be given power to make individual decisions or regulations within `scope`."""
    if form.individual_decisions == "internal_only":
        return internal_only(scope)
    return form.individual_decisions == "delegated"


def _against_other_members(command: GrantAuthority) -> Iterator[Rejection]:
    """A council acts on behalf of its own municipality (§ 5-3), so it grants nothing over others."""
    if command.grantor.kind != "member":
        return
    others = sorted(set(command.scope.members or ()) - {command.grantor.id})
    if others:
        yield Rejection(
            "authority.grants_for_other_members", law="kommuneloven § 5-3", grantor=command.grantor.id, members=others
        )


def _against_grantor(
    command: GrantAuthority, state: Authority, bodies: Bodies, standing: Standing, context: Context
) -> Iterator[Rejection]:
    """Yields what stands against the grantor passing this on; of several grants it holds, the nearest is named."""
    if holds_by_nature(command.grantor, bodies, standing):
        return
    wanted, span = terms_of(command), Lifetime(context.effective, until=command.until)
    held = [grant for grant in state.held_by(command.grantor, context.on) if _may_be_passed_on(grant, context)]
    lacking = wanted.powers.difference(*(grant.terms_on(context.on).powers for grant in held))
    if lacking:
        yield Rejection("authority.grantor_lacks_power", grantor=command.grantor.id, powers=sorted(lacking))
        return
    covers = [(cover(grant.terms_on(context.on), grant.life, wanted, span), grant) for grant in held]
    found, nearest = max(covers, key=lambda pair: (pair[0].strength, -len(pair[0].exceeded), -pair[1].entry))
    params: dict[str, Any] = {"grantor": command.grantor.id, "grant_id": nearest.grant_id}
    if found.exceeded:
        dimensions = list(found.exceeded)
        yield Rejection("authority.exceeds_grantor", entries=(nearest.entry,), dimensions=dimensions, **params)
    elif found.unsure:
        dimensions = list(found.unsure)
        yield Rejection(
            "authority.grantor_power_unknown", "unknown", entries=(nearest.entry,), dimensions=dimensions, **params
        )


def _may_be_passed_on(grant: Grant, context: Context) -> bool:
    return grant.terms_on(context.on).depth > 0 and grant.life.during(context.effective) is not False


def _against_loose_grant(command: GrantAuthority, context: Context) -> Iterator[Rejection]:
    if all(basis.kind not in BASES for basis in context.basis):
        yield Rejection("authority.basis_decision_missing", "unknown", grant_id=command.grant_id)
    if command.until is None and command.review_on is None:
        yield Rejection("authority.no_end_and_no_review_date", "unknown", grant_id=command.grant_id)
