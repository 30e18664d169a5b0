"""What is offered, whichever way it is granted: who and what it names, and what the legal form allows.

Kommuneloven §§ 18-1 and 19-1 (no individual decisions), 20-2 and 20-3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import assert_never

from domain.authority.book import Book
from domain.authority.terms import Condition, ConditionGiven, Terms
from domain.bodies import Bodies, membership
from domain.dates import Interval
from domain.kernel import Context, Rejection
from domain.members import Members
from domain.rulebook import LegalForm, Standing
from domain.vocabulary import Holder, Limits, Power, Scope

UNDER_THE_FORM: frozenset[Power] = frozenset({"individual_decision", "regulation"})
"""Powers that only some legal forms may be given."""

INTERNAL_CASES = frozenset({"internal", "grants"})
"""Case types that §§ 18-1 and 19-1 except: matters internal to the cooperation, and managing grant schemes."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody is about to grant."""

    grant_id: str
    grantor: Holder
    grantee: Holder
    powers: tuple[Power, ...]
    scope: Scope
    limits: Limits
    until: date | None
    depth: int
    conditions: tuple[ConditionGiven, ...] | tuple[Condition, ...] = ()

    @property
    def terms(self) -> Terms:
        """Who would grant what to whom."""
        agreements = (c.agreement_id for c in self.conditions if c.kind == "service_level")
        return Terms(
            grantor=self.grantor,
            grantee=self.grantee,
            powers=frozenset(self.powers),
            scope=self.scope,
            limits=self.limits,
            depth=self.depth,
            agreements=frozenset(agreement for agreement in agreements if agreement is not None),
        )


def internal_only(scope: Scope) -> bool:
    """Returns whether the scope stays within what §§ 18-1 and 19-1 except."""
    return bool(scope.case_types) and frozenset(scope.case_types or ()) <= INTERNAL_CASES


def holds_by_nature(holder: Holder, bodies: Bodies, standing: Standing) -> bool:
    """Returns whether it holds power without a grant: a member's council, the top body, the collaboration itself."""
    if holder.kind == "body":
        body = bodies.bodies.get(holder.id)
        return body is not None and body.is_top_of(standing)
    return holder.kind != "office"


def sealed(condition: ConditionGiven, context: Context) -> Condition:
    """Returns a condition with its text sealed."""
    text = None if condition.text is None else context.seal(condition.text)
    return Condition(kind=condition.kind, agreement_id=condition.agreement_id, text=text)


def there(holder: Holder, bodies: Bodies, members: Members, interval: Interval) -> bool | None:
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


def against_the_named(offer: Offer, book: Book, context: Context) -> Iterator[Rejection]:
    """Yields what stands against the grant's id, its grantor and grantee, and the members it covers."""
    known = book.authority.grants.get(offer.grant_id)
    on = context.on.isoformat()
    if known is not None:
        yield Rejection("authority.grant_exists", "fact", entries=(known.entry,), grant_id=offer.grant_id)
    grantor, grantee = offer.grantor, offer.grantee
    found_there = [there(holder, book.bodies, book.members, context.effective) for holder in (grantor, grantee)]
    if found_there[0] is False:
        yield Rejection("authority.unknown_grantor", "fact", kind=grantor.kind, grantor=grantor.id, on=on)
    if found_there[1] is False:
        yield Rejection("authority.unknown_grantee", "fact", kind=grantee.kind, grantee=grantee.id, on=on)
    if grantor == grantee:
        yield Rejection("authority.grantee_is_grantor", "fact", kind=grantor.kind, grantor=grantor.id)
    uncertain = [holder.id for holder, found in zip((grantor, grantee), found_there, strict=True) if found is None]
    if uncertain:
        yield Rejection("authority.holder_uncertain", "unknown", holders=uncertain, on=on)
    covered = {
        member_id: membership(book.members, member_id, context.effective) for member_id in offer.scope.members or ()
    }
    unknown = sorted(member_id for member_id, found in covered.items() if found is False)
    if unknown:
        entries = book.members.entries(*unknown)
        yield Rejection("authority.unknown_member", "fact", entries=entries, members=unknown, on=on)
    unsure = sorted(member_id for member_id, found in covered.items() if found is None)
    if unsure:
        entries = book.members.entries(*unsure)
        yield Rejection("authority.member_uncertain", "unknown", entries=entries, members=unsure, on=on)


def against_references(offer: Offer, book: Book, context: Context) -> Iterator[Rejection]:
    """Yields what stands against the agreements, decisions and days it names."""
    for condition in offer.conditions:
        if condition.agreement_id is not None and condition.agreement_id not in book.agreements:
            yield Rejection("authority.unknown_agreement", "fact", agreement_id=condition.agreement_id)
    for basis in context.basis:
        if basis.kind == "decision" and basis.ref not in book.decisions:
            yield Rejection("authority.basis_unknown", "fact", decision_id=basis.ref)
    if offer.until is not None and offer.until < context.effective.earliest:
        starts, until = context.effective.earliest.isoformat(), offer.until.isoformat()
        yield Rejection("authority.period_empty", "fact", grant_id=offer.grant_id, starts=starts, until=until)


def against_form(offer: Offer, standing: Standing, context: Context) -> Iterator[Rejection]:
    """Yields what stands against granting such powers in the legal form there is."""
    powers = sorted(UNDER_THE_FORM & frozenset(offer.powers))
    form = standing.form
    if not powers:
        return
    if form is None:
        yield Rejection("authority.form_unknown", "unknown", powers=powers, on=context.on.isoformat())
    elif not form_allows(form, offer.scope):
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
