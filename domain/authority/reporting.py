"""Rules on delegation (delegeringsreglement), and reports on how delegated power was used.

Kommuneloven § 5-14: each council adopts its rules by 31 December of the year after it was constituted; the last ones
adopted hold until then. Kommuneloven § 6-1 obliges a mayor to report how delegated power was used; this book asks it of
everyone who holds a grant. A report lists every act under its grants in its period, those of sub-delegates included.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import Field
from rpds import List

from domain.authority.book import Book
from domain.authority.granting import BASES
from domain.authority.state import Authority, Rules
from domain.authority.use import ActRef, Report
from domain.bodies import membership
from domain.copying import replace
from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.rulebook.delegation import term_of
from domain.text import Count, Id
from domain.vocabulary import Holder

# Events: stored for ever -----------------------------------------------------------------


class DelegationRulesAdopted(Event):
    """A council, or a body, adopted its rules on delegation."""

    type: Literal["delegation_rules.adopted"] = "delegation_rules.adopted"
    owner: Holder
    version: Count
    covers_from: Day | None = None
    covers_until: Day | None = None
    due: Day | None = None
    """The last day for the council's first rules of its term; None where no act sets one."""
    late: bool = False
    """Whether these are the first of the term, adopted after that day."""


class AuthorityUseReported(Event):
    """How authority was used was reported to a body."""

    type: Literal["authority_use.reported"] = "authority_use.reported"
    report_id: Id
    grants: tuple[Id, ...]
    period_from: Day
    period_to: Day
    acts: tuple[ActRef, ...] = ()
    to_body: Id
    meeting_id: Id | None = None
    counted_against: tuple[Id, ...] = ()
    """Every other grant the acts count against: those above, and those below that sub-delegates acted under."""


# Commands --------------------------------------------------------------------------------


class AdoptDelegationRules(Command):
    """Adopt rules on delegation, the next version of their owner's."""

    type: Literal["delegation_rules.adopt"]
    owner: Holder
    version: Annotated[int, Field(ge=1, le=1_000_000)]
    covers_from: Day | None = None
    covers_until: Day | None = None


class ReportAuthorityUse(Command):
    """Report every act under some grants in a period, to a body."""

    type: Literal["authority_use.report"]
    report_id: Id
    grants: Annotated[tuple[Id, ...], Field(min_length=1, max_length=100)]
    period_from: Day
    period_to: Day
    acts: Annotated[tuple[ActRef, ...], Field(max_length=500)] = ()
    to_body: Id
    meeting_id: Id | None = None


# evolve ----------------------------------------------------------------------------------


def adopted(state: Authority, event: DelegationRulesAdopted, fact: Fact) -> Authority:
    """Returns the state with one more version of an owner's rules."""
    listed: List[Rules] = state.rules.get(event.owner) or List()
    rules = Rules(event.version, fact.number, fact.effective)
    return replace(state, rules=state.rules.insert(event.owner, listed.push_front(rules)))


def reported(state: Authority, event: AuthorityUseReported, fact: Fact) -> Authority:
    """Returns the state with one more report, and its acts reported."""
    report = Report(event.report_id, fact.number, event.grants, event.period_from, event.period_to)
    acts, reports_on = state.acts, state.reports_on
    for ref in event.acts:
        done = acts.get(ref)
        if done is not None and done.reported_by is None:
            acts = acts.insert(ref, replace(done, reported_by=fact.number))
    for grant_id in dict.fromkeys(event.grants):
        listed: List[str] = reports_on.get(grant_id) or List()
        reports_on = reports_on.insert(grant_id, listed.push_front(event.report_id))
    return replace(state, acts=acts, reports=state.reports.insert(event.report_id, report), reports_on=reports_on)


# subjects --------------------------------------------------------------------------------


def subjects(event: DelegationRulesAdopted | AuthorityUseReported) -> Iterator[Subject]:
    """Yields the owner of the rules; or the report with its grants, its acts and the body it went to."""
    if isinstance(event, DelegationRulesAdopted):
        yield Subject(event.owner.kind, event.owner.id)
        return
    yield Subject("authority_report", event.report_id)
    yield from (Subject("grant", grant_id) for grant_id in (*event.grants, *event.counted_against))
    yield from (Subject(ref.kind, ref.id) for ref in event.acts)
    yield Subject("body", event.to_body)
    if event.meeting_id is not None:
        yield Subject("meeting", event.meeting_id)


# Rules -----------------------------------------------------------------------------------


def adopt(command: AdoptDelegationRules, book: Book, context: Context) -> Decision:
    """Returns the rules adopted, with the day they were due. Raises Rejection."""
    ruling = judge(_against_adopting(command, book, context), context.mode)
    term = term_of(context.on) if command.owner.kind == "member" else None
    earlier = book.authority.rules.get(command.owner) or ()
    first = term is not None and not any(rules.interval.latest >= term.since for rules in earlier)
    event = DelegationRulesAdopted(
        owner=command.owner,
        version=command.version,
        covers_from=command.covers_from,
        covers_until=command.covers_until,
        due=None if term is None else term.rules_due,
        late=term is not None and first and context.on > term.rules_due,
    )
    return Decision((event,), ruling)


def report(command: ReportAuthorityUse, book: Book, context: Context) -> Decision:
    """Returns the use reported. Raises Rejection."""
    ruling = judge(_against_reporting(command, book, context), context.mode)
    event = AuthorityUseReported(
        report_id=command.report_id,
        grants=command.grants,
        period_from=command.period_from,
        period_to=command.period_to,
        acts=command.acts,
        to_body=command.to_body,
        meeting_id=command.meeting_id,
        counted_against=_counted_against(command, book),
    )
    return Decision((event,), ruling)


def _counted_against(command: ReportAuthorityUse, book: Book) -> tuple[str, ...]:
    done = (book.authority.acts.get(ref) for ref in command.acts)
    grants = {grant_id for act in done if act is not None for grant_id in act.grants}
    return tuple(sorted(grants - set(command.grants)))


def _against_adopting(command: AdoptDelegationRules, book: Book, context: Context) -> Iterator[Rejection]:
    owner = command.owner
    if not _may_own_rules(owner, book, context):
        yield Rejection("delegation_rules.unknown_owner", "fact", kind=owner.kind, owner=owner.id)
    listed = list(book.authority.rules.get(owner) or ())
    following = max((rules.version for rules in listed), default=0) + 1
    # The first version known of a council's rules need not be the first there was.
    if command.version < following or (listed and command.version != following):
        entries = [rules.entry for rules in listed]
        yield Rejection(
            "delegation_rules.version_not_next",
            "fact",
            entries=entries,
            owner=owner.id,
            version=command.version,
            expected=following,
        )
    if command.covers_from and command.covers_until and command.covers_until < command.covers_from:
        starts, until = command.covers_from.isoformat(), command.covers_until.isoformat()
        yield Rejection("delegation_rules.period_empty", "fact", starts=starts, until=until)
    if all(basis.kind not in BASES for basis in context.basis):
        yield Rejection("delegation_rules.basis_missing", "unknown", law="kommuneloven § 5-14", owner=owner.id)


def _may_own_rules(owner: Holder, book: Book, context: Context) -> bool:
    """Returns whether the owner is there and of a kind that has rules on delegation: an office has none."""
    if owner.kind == "member":
        return membership(book.members, owner.id, context.effective) is not False
    return owner.kind == "collaboration" or (owner.kind == "body" and owner.id in book.bodies.bodies)


def _against_reporting(command: ReportAuthorityUse, book: Book, context: Context) -> Iterator[Rejection]:
    state, first, last = book.authority, command.period_from, command.period_to
    known = state.reports.get(command.report_id)
    if known is not None:
        yield Rejection("authority_use.already_reported", "fact", entries=(known.entry,), report_id=command.report_id)
    unknown = sorted(set(command.grants) - set(state.grants))
    if unknown:
        yield Rejection("authority_use.unknown_grants", "fact", grants=unknown)
    if command.to_body not in book.bodies.bodies:
        yield Rejection("authority_use.unknown_body", "fact", body_id=command.to_body)
    if command.meeting_id is not None and command.meeting_id not in book.meetings:
        yield Rejection("authority_use.unknown_meeting", "fact", meeting_id=command.meeting_id)
    if last < first:
        yield Rejection("authority_use.period_empty", "fact", period_from=first.isoformat(), period_to=last.isoformat())
    if last > context.today:
        yield Rejection(
            "authority_use.period_in_future", "fact", period_to=last.isoformat(), today=context.today.isoformat()
        )
    yield from _against_overlap(command, state)
    yield from _against_acts(command, state, first, last)


def _against_overlap(command: ReportAuthorityUse, state: Authority) -> Iterator[Rejection]:
    """A day of a grant's use is reported once; what was recorded after is caught up with in the next report."""
    for grant_id in dict.fromkeys(command.grants):
        for report_id in state.reports_on.get(grant_id) or ():
            other = state.reports[report_id]
            if other.period_from <= command.period_to and command.period_from <= other.period_to:
                yield Rejection(
                    "authority_use.period_overlap",
                    "fact",
                    entries=(other.entry,),
                    grant_id=grant_id,
                    report_id=report_id,
                    period_from=other.period_from.isoformat(),
                    period_to=other.period_to.isoformat(),
                )


def _against_acts(command: ReportAuthorityUse, state: Authority, first: date, last: date) -> Iterator[Rejection]:
    """Yields acts that do not belong in the report, and those that certainly do and are not there.

    An act of an earlier period that no report lists may be caught up with.
    """
    under = {done.ref: done for grant_id in command.grants for done in state.done_under(grant_id)}
    caught_up = {ref for ref, done in under.items() if done.reported_by is None and done.interval.latest < first}
    outside = [
        ref
        for ref in command.acts
        if ref not in under or not (ref in caught_up or under[ref].perhaps_within(first, last))
    ]
    if outside:
        acts = sorted(f"{ref.kind}:{ref.id}" for ref in outside)
        yield Rejection("authority_use.act_outside_report", "fact", acts=acts)
    listed = set(command.acts)
    missing = [done for ref, done in under.items() if ref not in listed and done.surely_within(first, last)]
    if missing:
        acts = sorted(f"{done.ref.kind}:{done.ref.id}" for done in missing)
        entries = [done.entry for done in missing]
        yield Rejection("authority_use.acts_missing_from_report", entries=entries, acts=acts, count=len(acts))
