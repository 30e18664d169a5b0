"""Rules a body lays down for its own meetings (reglement, vedtekter): quorum, majority, notice, terms, who signs.

They may ask for more than the acts, never for less: kommuneloven §§ 11-9, 18-3, 18-4, 19-3, 19-4; IKS-loven §§ 4, 6, 8,
9, 9a, 10, 12; aksjeloven §§ 5-10, 5-16 to 5-18, 6-24, 6-25, 6-29. A majority is the act's, or the charter's where the
act leaves it to that: a body's own rules can then say no other than the charter does, which this register knows by its
clause `voting` only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from domain.bodies.presence import against_body
from domain.bodies.state import Bodies, Body, BodyRules, MajorityRule
from domain.copying import replace
from domain.dates import Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.rulebook import Standing
from domain.rulebook.bodies import (
    BASES,
    LARGE_BODY_SIGNERS,
    TERM_CLAUSE,
    VOTING_CLAUSE,
    BodyLaw,
    MajorityLaw,
    Needed,
    body_law,
)
from domain.text import Id, SealedText, Text, Unknown

# Events: stored for ever -----------------------------------------------------------------


class BodyRulesAdopted(Event):
    """A body's rules of its own were laid down anew; they replace all it had before."""

    type: Literal["body_rules.adopted"] = "body_rules.adopted"
    body_id: Id
    rules: BodyRules
    text: SealedText | None = None
    """What the rules say beside that."""


# Commands --------------------------------------------------------------------------------


class AdoptBodyRules(Command):
    """Lay down a body's own rules, in place of all it had before."""

    type: Literal["body_rules.adopt"]
    body_id: Id
    rules: BodyRules
    text: Text | None = None


# evolve ----------------------------------------------------------------------------------


def adopted(state: Bodies, event: BodyRulesAdopted, fact: Fact) -> Bodies:
    """Returns the state in which the body has these rules from the fact's interval."""
    body = state.bodies.get(event.body_id)
    if body is None:
        return state
    ruled = replace(body, rules=body.rules.with_mark(fact.effective, fact.number, event.rules))
    return replace(state, bodies=state.bodies.insert(body.body_id, ruled))


# subjects --------------------------------------------------------------------------------


def subjects(event: BodyRulesAdopted) -> Iterator[Subject]:
    """Yields the body."""
    yield Subject("body", event.body_id)


# Rules -----------------------------------------------------------------------------------

BodyRule = Literal["quorum", "majority", "charter_majority", "casting_vote", "notice_days", "minute_signers"]
"""Which of the rules is in question, by name."""


@dataclass(frozen=True, slots=True)
class _Short:
    """A rule that asks for less than an act."""

    rule: BodyRule
    law: str
    least: str
    """What the act asks for: a number, or a share of something."""
    nature: Literal["rule", "unknown"] = "rule"


def adopt(command: AdoptBodyRules, state: Bodies, standing: Standing, context: Context) -> Decision:
    """Returns the rules laid down. Raises Rejection."""
    ruling = judge(_against_adopting(command, state, standing, context), context.mode)
    text = None if command.text is None else context.seal(command.text)
    return Decision((BodyRulesAdopted(body_id=command.body_id, rules=command.rules, text=text),), ruling)


def _against_adopting(
    command: AdoptBodyRules, state: Bodies, standing: Standing, context: Context
) -> Iterator[Rejection]:
    yield from against_body(state, command.body_id, context.effective)
    body = state.bodies.get(command.body_id)
    if body is None:
        return
    listed = Counter(rule.about for rule in command.rules.majorities)
    twice = sorted(about for about, times in listed.items() if times > 1)
    if twice:
        yield Rejection("body_rules.majority_listed_twice", "fact", body_id=body.body_id, about=twice)
    held = body.rules.on(context.on).certain
    if held is not None and held.value == command.rules and _says_no_more(command, held.effective, context):
        yield Rejection("body_rules.nothing_changed", "fact", entries=(held.number,), body_id=body.body_id)
    form = standing.form
    if form is None:
        yield Rejection("body.form_unknown", "unknown", kind=body.kind, on=context.on.isoformat())
        return
    law = body_law(form.id, body.kind)
    yield from _against_weak_rules(command.rules, body, law, standing, context)
    yield from _against_majorities(command.rules, body, law, standing)
    yield from _against_long_terms(command.rules, body, law, standing)


def _says_no_more(command: AdoptBodyRules, since: Interval, context: Context) -> bool:
    """Returns whether a command of the same rules has no new text: texts cannot be compared, days can."""
    return command.text is None or since == context.effective


def _against_weak_rules(
    rules: BodyRules, body: Body, law: BodyLaw, standing: Standing, context: Context
) -> Iterator[Rejection]:
    for short in _shortfalls(rules, body, law, standing, context):
        yield Rejection(
            "body_rules.weaker_than_law",
            short.nature,
            law=short.law,
            entries=_resting_on(standing),
            body_id=body.body_id,
            rule=short.rule,
            least=short.least,
        )


def _shortfalls(rules: BodyRules, body: Body, law: BodyLaw, standing: Standing, context: Context) -> Iterator[_Short]:
    """Yields every rule that asks for less than the act, where the charter may not ask for less either."""
    if rules.quorum is not None and law.quorum is not None and rules.quorum.needed < law.quorum:
        yield _Short("quorum", law.quorum_law, _fraction(law.quorum))
    for about, majority, asked in _majorities(rules, law):
        if asked is not None and majority.deviation != "charter" and _weaker(asked, majority):
            yield _Short(about, majority.law, _fraction(majority.needed))
    bound = law.ties == "chair" or (law.ties is not None and VOTING_CLAUSE not in standing.clauses)
    if bound and rules.casting_vote is False:
        yield _Short("casting_vote", law.ties_law, "true")
    if law.notice_days is not None and rules.notice_days is not None and rules.notice_days < law.notice_days:
        yield _Short("notice_days", law.notice_law, str(law.notice_days))
    yield from _few_signers(rules, body, law, context)


def _majorities(
    rules: BodyRules, law: BodyLaw
) -> Iterator[tuple[Literal["majority", "charter_majority"], MajorityLaw, MajorityRule | None]]:
    """Yields each majority an act lays down beside the body's own for the same matters.

    Elections are won by other rules than decisions, by most votes or in proportion, and are not compared.
    """
    if law.majority is not None:
        for rule in rules.majorities:
            if rule.about not in ("charter", "election"):
                yield "majority", law.majority, rule
    if law.charter_majority is not None:
        own = next((rule for rule in rules.majorities if rule.about == "charter"), None)
        yield "charter_majority", law.charter_majority, own


def _weaker(rule: MajorityRule, law: MajorityLaw) -> bool:
    return rule.needed.needed < law.needed or BASES.index(rule.base) < BASES.index(law.base)


def _few_signers(rules: BodyRules, body: Body, law: BodyLaw, context: Context) -> Iterator[_Short]:
    """Yields that fewer sign than the act asks for; where that turns on how many members there are, that it may."""
    asked, least = rules.minute_signers, law.signers
    if asked is None or least is None or rules.all_present_sign:
        return
    if least != "all_present":
        if asked < least:
            yield _Short("minute_signers", law.signers_law, str(least))
        return
    if law.large is None:
        yield _Short("minute_signers", law.signers_law, "all_present")
        return
    seats = _seats_in(body, context)
    if asked < LARGE_BODY_SIGNERS:
        yield _Short("minute_signers", law.signers_law, str(LARGE_BODY_SIGNERS))
    elif seats == "unknown":
        yield _Short("minute_signers", law.signers_law, "all_present", "unknown")
    elif seats < law.large:
        yield _Short("minute_signers", law.signers_law, "all_present")


def _seats_in(body: Body, context: Context) -> int | Unknown:
    """Returns how many full members the body certainly has on the act's day, as its seat plan says."""
    plan = body.seat_plans.certain(context.on)
    known = [allotment.seats for allotment in plan or () if allotment.seats != "unknown"]
    return sum(known) if plan and len(known) == len(plan) else "unknown"


def _against_majorities(rules: BodyRules, body: Body, law: BodyLaw, standing: Standing) -> Iterator[Rejection]:
    """Yields each majority, or demand of consensus, that is not for the body's own rules to lay down."""
    if law.majority is not None and rules.consensus:
        yield from _not_for_the_body("consensus", law.majority, body, standing)
    for about, majority, asked in _majorities(rules, law):
        if asked is not None and (asked.needed.needed, asked.base) != (majority.needed, majority.base):
            yield from _not_for_the_body(about, majority, body, standing)


def _not_for_the_body(rule: str, majority: MajorityLaw, body: Body, standing: Standing) -> Iterator[Rejection]:
    if majority.deviation == "act":
        yield Rejection(
            "body_rules.majority_fixed_by_law",
            law=majority.law,
            entries=_resting_on(standing),
            body_id=body.body_id,
            rule=rule,
            needed=_fraction(majority.needed),
        )
    elif VOTING_CLAUSE not in standing.clauses:
        yield Rejection(
            "body_rules.majority_belongs_in_charter",
            law=majority.law,
            entries=_resting_on(standing),
            body_id=body.body_id,
            rule=rule,
            needed=_fraction(majority.needed),
        )


def _against_long_terms(rules: BodyRules, body: Body, law: BodyLaw, standing: Standing) -> Iterator[Rejection]:
    if rules.term_years is None or law.term_years is None or rules.term_years <= law.term_years:
        return
    if law.term_fixed or TERM_CLAUSE not in standing.clauses:
        yield Rejection(
            "body_rules.term_over_four_years",
            law=law.term_law,
            entries=_resting_on(standing),
            body_id=body.body_id,
            term_years=rules.term_years,
            longest=law.term_years,
        )


def _resting_on(standing: Standing) -> tuple[int, ...]:
    """Returns the entries that say which act, and which charter, applies."""
    return tuple(entry for entry in (standing.entry, standing.charter_entry) if entry is not None)


def _fraction(needed: Needed) -> str:
    """Returns a share as a fraction, with `>` before one that must be passed."""
    return f"{'> ' if needed.more_than else ''}{needed.share}"
