"""The state of the register of authority: every grant with its terms over time, found by who gave and who holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from rpds import HashTrieMap, List

from domain.authority.terms import Condition, Terms
from domain.authority.use import ActRef, Done, Report, Use, Used, party_key
from domain.copying import replace
from domain.dates import Day, Interval, Timeline
from domain.kernel import Basis, Fact
from domain.lifetime import Lifetime, Present, present
from domain.members import MemberSucceeded
from domain.text import Unknown
from domain.vocabulary import Holder, Scope


@dataclass(frozen=True, slots=True)
class Suspension:
    """A time in which a grant, and everything under it, gives no authority."""

    entry: int
    life: Lifetime


@dataclass(frozen=True, slots=True)
class Instruction:
    """How a principal wants authority used (kommuneloven § 20-2)."""

    instruction_id: str
    entry: int
    life: Lifetime
    by: Holder
    members: tuple[str, ...] | None
    """Those whose matters it is about, None for all."""

    def is_about(self, member_ids: Iterable[str]) -> bool:
        """Returns whether it may be about the matters of any of these members; one that names none is about all."""
        named = tuple(member_ids)
        return self.members is None or not named or not set(self.members).isdisjoint(named)


@dataclass(frozen=True, slots=True)
class Grant:
    """One grant of authority."""

    grant_id: str
    entry: int
    life: Lifetime
    terms: Timeline[Terms]
    """Changed only where members are succeeded by others."""
    conditions: tuple[Condition, ...]
    legal_basis: str | Unknown
    review_on: Day | None
    ended_by: int | None = None
    """The entry that ended it: a revocation, its own or of what it came from, or a change of legal form."""
    basis: tuple[Basis, ...] = ()
    """What it rests on, by its entry."""
    parent: str | None = None
    """The grant it was passed on from; None for one that comes from a source of power, or where the book is older."""
    bound: bool = False
    """Sub-delegated: it rests on its parent alone, whatever else its grantor holds."""
    suspensions: tuple[Suspension, ...] = ()
    instructions: tuple[Instruction, ...] = ()

    def suspended(self, interval: Interval) -> bool | None:
        """Returns whether it is suspended throughout `interval`; None where that is possible but not certain."""
        found = [suspension.life.during(interval) for suspension in self.suspensions]
        return True if True in found else None if None in found else False

    def active(self, interval: Interval) -> bool | None:
        """Returns whether it is in force and not suspended throughout `interval`; None where that is not certain."""
        there, suspended = self.life.during(interval), self.suspended(interval)
        if there is False or suspended is True:
            return False
        return True if there and suspended is False else None

    def terms_on(self, day: date) -> Terms:
        """Returns its terms as they certainly are on `day`, before its beginning the first."""
        held = self.terms.on(day).certain
        return self.terms.marks[0].value if held is None else held.value


@dataclass(frozen=True, slots=True)
class Rules:
    """One version of an owner's rules on delegation (kommuneloven § 5-14)."""

    version: int
    entry: int
    interval: Interval


@dataclass(frozen=True)
class Authority:
    """Every grant ever made."""

    grants: HashTrieMap[str, Grant] = field(default_factory=HashTrieMap)
    by_grantee: HashTrieMap[Holder, List[str]] = field(default_factory=HashTrieMap)
    """Grants each ever held, the newest first."""
    by_grantor: HashTrieMap[Holder, List[str]] = field(default_factory=HashTrieMap)
    """Grants each ever gave, the newest first."""
    acts: HashTrieMap[ActRef, Done] = field(default_factory=HashTrieMap)
    acts_under: HashTrieMap[str, List[ActRef]] = field(default_factory=HashTrieMap)
    """What was done under each grant, also by those it was passed on to; the newest first."""
    used: HashTrieMap[Use, Used] = field(default_factory=HashTrieMap)
    instructions: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """The entry of each instruction."""
    rules: HashTrieMap[Holder, List[Rules]] = field(default_factory=HashTrieMap)
    """The versions of each owner's rules on delegation, the newest first."""
    reports: HashTrieMap[str, Report] = field(default_factory=HashTrieMap)
    reports_on: HashTrieMap[str, List[str]] = field(default_factory=HashTrieMap)
    """The reports on each grant, the newest first."""

    def open_grants(self, day: date) -> tuple[str, ...]:
        """Returns the ids of the grants certainly in force on `day`, sorted."""
        return tuple(sorted(grant.grant_id for grant in self.grants.values() if grant.life.on(day)))

    def in_force(self, day: date) -> Present[Grant]:
        """Returns the grants in force on `day`, certain and possible apart, each sorted by id."""
        return present(sorted(self.grants.values(), key=lambda grant: grant.grant_id), Interval.exact(day))

    def held_by(self, holder: Holder, day: date) -> Iterator[Grant]:
        """Yields the grants that `holder` is grantee of on `day`, in force or not, the newest first."""
        listed = (self.grants[grant_id] for grant_id in dict.fromkeys(self.by_grantee.get(holder) or ()))
        return (grant for grant in listed if grant.terms_on(day).grantee == holder)

    def given_by(self, holder: Holder, day: date) -> Iterator[Grant]:
        """Yields the grants that `holder` is grantor of on `day`, in force or not, the newest first."""
        listed = (self.grants[grant_id] for grant_id in dict.fromkeys(self.by_grantor.get(holder) or ()))
        return (grant for grant in listed if grant.terms_on(day).grantor == holder)

    def done_under(self, grant_id: str) -> Iterator[Done]:
        """Yields what was done under a grant, also by those it was passed on to, the newest first."""
        return (self.acts[ref] for ref in self.acts_under.get(grant_id) or ())

    def with_grant(self, grant: Grant) -> Authority:
        """Returns the state with a grant that is there as it is now, its holders unchanged."""
        return replace(self, grants=self.grants.insert(grant.grant_id, grant))

    def with_act(self, done: Done, party: str | None) -> Authority:
        """Returns the state with one more act, counted against every grant it rests on."""
        under, used = self.acts_under, self.used
        for grant_id in done.grants:
            listed: List[ActRef] = under.get(grant_id) or List()
            under = under.insert(grant_id, listed.push_front(done.ref))
            if done.amount_ore is None:
                continue
            sums = [Use(grant_id, year=done.interval.latest.year)]
            sums += [] if party is None else [Use(grant_id, party=party_key(party))]
            for use in sums:
                used = used.insert(use, (used.get(use) or Used()).with_more(done.amount_ore, done.entry))
        return replace(self, acts=self.acts.insert(done.ref, done), acts_under=under, used=used)

    def with_terms(self, grant: Grant, terms: Terms) -> Authority:
        """Returns the state with `grant` as it is now, to be found by the grantor and the grantee of `terms`."""
        held: List[str] = self.by_grantee.get(terms.grantee) or List()
        given: List[str] = self.by_grantor.get(terms.grantor) or List()
        return replace(
            self,
            grants=self.grants.insert(grant.grant_id, grant),
            by_grantee=self.by_grantee.insert(terms.grantee, held.push_front(grant.grant_id)),
            by_grantor=self.by_grantor.insert(terms.grantor, given.push_front(grant.grant_id)),
        )


def ended(state: Authority, grant_ids: Iterable[str], fact: Fact) -> Authority:
    """Returns the state in which these grants end in the fact's interval; those that end before stay as they are."""
    grants = state.grants
    for grant_id in grant_ids:
        grant = grants.get(grant_id)
        if grant is None:
            continue
        life = grant.life.end(fact.effective)
        if life != grant.life:
            grants = grants.insert(grant_id, replace(grant, life=life, ended_by=fact.number))
    return replace(state, grants=grants)


def with_successors(state: Authority, event: MemberSucceeded, fact: Fact) -> Authority:
    """Returns the state in which successors take the predecessors' place in the mapped grants, from the fact on."""
    for grant_id in dict.fromkeys(event.mapping.grants):
        grant = state.grants.get(grant_id)
        if grant is None:
            continue
        later = [mark for mark in grant.terms.marks if mark.effective.latest > fact.effective.latest]
        held = [(fact.effective, grant.terms_on(fact.effective.latest))]
        for interval, terms in (*held, *((mark.effective, mark.value) for mark in later)):
            succeeded = _succeeded(terms, event)
            grant = replace(grant, terms=grant.terms.with_mark(interval, fact.number, succeeded))
            state = state.with_terms(grant, succeeded)
    return state


def _succeeded(terms: Terms, event: MemberSucceeded) -> Terms:
    scope = terms.scope
    if scope.members is not None and not set(scope.members).isdisjoint(event.predecessors):
        others = (member_id for member_id in scope.members if member_id not in event.predecessors)
        successors = (party.member_id for party in event.successors)
        scope = Scope(
            services=scope.services,
            members=tuple(dict.fromkeys((*others, *successors))),
            law_refs=scope.law_refs,
            case_types=scope.case_types,
        )
    return replace(terms, scope=scope, grantor=_in_place(terms.grantor, event), grantee=_in_place(terms.grantee, event))


def _in_place(holder: Holder, event: MemberSucceeded) -> Holder:
    """Returns who holds it now; where members were split, the first successor, as one grant has one holder."""
    if holder.kind == "member" and holder.id in event.predecessors:
        return Holder(kind="member", id=event.successors[0].member_id)
    return holder
