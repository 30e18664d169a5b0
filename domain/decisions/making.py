"""Decisions (vedtak) made by the collaboration's own bodies and offices.

Kommuneloven §§ 5-4, 11-9, 13-1, 18-1, 19-1, 20-2; IKS-loven § 9. Whether a matter is one of principle is a judgement
given with the decision, never computed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Annotated, Any, Literal

from pydantic import Field
from rpds import HashTrieMap, List

from domain.authority import Authority, Grant, form_allows
from domain.bodies import Bodies, Body, Office
from domain.dates import Interval
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.members import Members
from domain.rulebook import Standing
from domain.text import Amount, Count, Frozen, Id, Name, SealedText, Text, Unknown
from domain.vocabulary import Holder, LegalFormId, Scope

DecisionKind = Literal[
    "resolution", "individual_decision", "regulation", "recommendation", "noted", "postponed", "election"
]
"""`individual_decision`: enkeltvedtak. `recommendation`: innstilling. `noted`: tatt til orientering."""

# Events: stored for ever -----------------------------------------------------------------


class VoteSummary(Frozen):
    """What minutes say of a vote; counts that were not minuted are unknown."""

    form: Literal["unanimous", "counted", "against_only", "by_group", "roll_call", "consensus", "unknown"]
    in_favour: Count | Unknown = "unknown"
    against: Count | Unknown = "unknown"
    blank: Count | Unknown = "unknown"
    casting_vote: bool | Unknown = "unknown"
    """Whether the leader's vote broke a tie."""


class DecisionMade(Event):
    """A body or an office decided."""

    type: Literal["decision.made"] = "decision.made"
    decision_id: Id
    title: Name
    kind: DecisionKind
    body_id: Id | None = None
    office_id: Id | None = None
    case_number: Name | Unknown = "unknown"
    """As the secretary writes it; need not be unique."""
    text: SealedText | None
    """None where the source does not show it."""
    vote: VoteSummary | None = None
    principle_matter: bool = False
    """A judgement, not a computation: whether the matter is one of principle (kommuneloven §§ 13-1, 20-2)."""
    grant_id: Id | None = None
    """The grant an office decided under."""
    amount: Amount | None = None
    binding_on: tuple[Id, ...] = ()


DecisionEvent = DecisionMade

# Commands --------------------------------------------------------------------------------


class MakeDecision(Command):
    """Record a decision by a body, or by an office under a grant of authority."""

    type: Literal["decision.make"]
    decision_id: Id
    title: Name
    kind: DecisionKind = "resolution"
    body_id: Id | None = None
    office_id: Id | None = None
    case_number: Name | Unknown = "unknown"
    text: Text | None = None
    vote: VoteSummary | None = None
    principle_matter: bool = False
    grant_id: Id | None = None
    amount: Amount | None = None
    binding_on: Annotated[tuple[Id, ...], Field(max_length=400)] = ()


DecisionCommand = MakeDecision

# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Made:
    """One decision, as other registers need to know it."""

    entry: int
    interval: Interval
    body: str | None
    office: str | None
    kind: DecisionKind
    amount: int | None
    """In oere."""
    grant_id: str | None


@dataclass(frozen=True, slots=True)
class Use:
    """A grant in a calendar year; a decision whose date is rough counts in the year of its last possible day."""

    grant_id: str
    year: int


@dataclass(frozen=True, slots=True)
class Used:
    """What was decided under a grant in a year."""

    ore: int = 0
    entries: List[int] = field(default_factory=List)
    """The decisions' entries, the newest first."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Every decision made, and what was decided under each grant."""

    by_id: HashTrieMap[str, Made] = field(default_factory=HashTrieMap)
    used: HashTrieMap[Use, Used] = field(default_factory=HashTrieMap)


def evolve(state: Decisions, event: DecisionEvent, fact: Fact) -> Decisions:
    """Returns the state with one more decision."""
    made = Made(
        entry=fact.number,
        interval=fact.effective,
        body=event.body_id,
        office=event.office_id,
        kind=event.kind,
        amount=event.amount,
        grant_id=event.grant_id,
    )
    state = replace(state, by_id=state.by_id.insert(event.decision_id, made))
    if event.grant_id is None or event.amount is None:
        return state
    use = Use(event.grant_id, fact.effective.latest.year)
    used = state.used.get(use) or Used()
    used = Used(used.ore + event.amount, used.entries.push_front(fact.number))
    return replace(state, used=state.used.insert(use, used))


# subjects --------------------------------------------------------------------------------


def subjects(event: DecisionEvent) -> Iterator[Subject]:
    """Yields the decision, who made it, the grant it was made under, the members it binds."""
    yield Subject("decision", event.decision_id)
    named = (("body", event.body_id), ("office", event.office_id), ("grant", event.grant_id))
    yield from (Subject(kind, id_) for kind, id_ in named if id_ is not None)
    yield from (Subject("member", member_id) for member_id in event.binding_on)


# Rules -----------------------------------------------------------------------------------

ADOPTING: frozenset[DecisionKind] = frozenset({"resolution", "individual_decision", "regulation", "recommendation"})
"""Kinds that need a majority; an election may be won by most votes, or by lot (§ 7-8)."""

MAJORITY_LAW: Mapping[LegalFormId, str] = {"iks": "IKS-loven § 9", "as": "aksjeloven § 5-17"}
"""The provision on majority in the forms kommuneloven § 11-9 is not for."""

PRINCIPLE_LAW: Mapping[LegalFormId, str] = {
    "host_admin": "kommuneloven § 20-2",
    "host_joint_board": "kommuneloven § 20-3",
}
"""The provision that keeps matters of principle from an administration, where it is not § 13-1."""


def decide(
    command: DecisionCommand,
    decisions: Decisions,
    bodies: Bodies,
    authority: Authority,
    members: Members,
    standing: Standing,
    context: Context,
) -> Decision:
    """Returns the decision made. Raises Rejection."""
    grant = None if command.grant_id is None else authority.grants.get(command.grant_id)
    objections = chain(
        _against_the_named(command, decisions, bodies, members, context),
        _against_unknown_grant(command, grant),
        _against_contradicted_vote(command),
        _against_form(command, grant, standing, context),
        _against_principle(command, standing),
        _against_missing_grant(command, grant, authority, context),
        () if grant is None else _against_use(command, grant, decisions, context),
        _against_missing_majority(command, standing),
    )
    ruling = judge(objections, context.mode)
    event = DecisionMade(
        decision_id=command.decision_id,
        title=command.title,
        kind=command.kind,
        body_id=command.body_id,
        office_id=command.office_id,
        case_number=command.case_number,
        text=None if command.text is None else context.seal(command.text),
        vote=command.vote,
        principle_matter=command.principle_matter,
        grant_id=command.grant_id,
        amount=command.amount,
        binding_on=command.binding_on,
    )
    return Decision((event,), ruling)


def _against_the_named(
    command: MakeDecision, decisions: Decisions, bodies: Bodies, members: Members, context: Context
) -> Iterator[Rejection]:
    known = decisions.by_id.get(command.decision_id)
    if known is not None:
        yield Rejection("decision.already_made", "fact", entries=(known.entry,), decision_id=command.decision_id)
    if command.body_id is None and command.office_id is None:
        yield Rejection("decision.no_maker", "fact", decision_id=command.decision_id)
    if command.body_id is not None and command.office_id is not None:
        yield Rejection("decision.two_makers", "fact", body_id=command.body_id, office_id=command.office_id)
    if command.body_id is not None:
        body = bodies.bodies.get(command.body_id)
        if body is None:
            yield Rejection("decision.unknown_body", "fact", body_id=command.body_id)
        else:
            yield from _against_maker(body, command.body_id, context.effective)
    if command.office_id is not None:
        office = bodies.offices.get(command.office_id)
        if office is None:
            yield Rejection("decision.unknown_office", "fact", office_id=command.office_id)
        else:
            yield from _against_maker(office, command.office_id, context.effective)
    unknown = sorted({member_id for member_id in command.binding_on if member_id not in members.parties})
    if unknown:
        yield Rejection("decision.unknown_member", "fact", members=unknown)


def _against_maker(maker: Body | Office, maker_id: str, interval: Interval) -> Iterator[Rejection]:
    there = maker.life.during(interval)
    on = interval.latest.isoformat()
    if there is None:
        yield Rejection("decision.maker_uncertain", "unknown", entries=(maker.entry,), maker_id=maker_id, on=on)
    elif there is False and interval.latest < maker.life.possible_from:
        since = maker.life.possible_from.isoformat()
        yield Rejection(
            "decision.maker_not_yet_established", "fact", entries=(maker.entry,), maker_id=maker_id, since=since
        )
    elif there is False:
        since = str(maker.life.possible_to)
        yield Rejection("decision.body_dissolved", "fact", entries=(maker.entry,), body_id=maker_id, since=since)


def _against_unknown_grant(command: MakeDecision, grant: Grant | None) -> Iterator[Rejection]:
    if command.grant_id is not None and grant is None:
        yield Rejection("decision.unknown_grant", "fact", grant_id=command.grant_id)


def _against_contradicted_vote(command: MakeDecision) -> Iterator[Rejection]:
    vote = command.vote
    if vote is None or vote.form not in ("unanimous", "consensus") or vote.against in (0, "unknown"):
        return
    yield Rejection(
        "decision.counts_do_not_fit", "fact", form=vote.form, in_favour=vote.in_favour, against=vote.against
    )


def _against_form(
    command: MakeDecision, grant: Grant | None, standing: Standing, context: Context
) -> Iterator[Rejection]:
    form = standing.form
    if command.kind not in ("individual_decision", "regulation"):
        return
    if form is None:
        yield Rejection("decision.form_unknown", "unknown", kind=command.kind, on=context.on.isoformat())
        return
    scope = Scope() if grant is None else grant.terms_on(context.on).scope
    if not form_allows(form, scope):
        entries = () if standing.entry is None else (standing.entry,)
        yield Rejection(
            "decision.form_cannot_decide", law=form.law, entries=entries, kind=command.kind, legal_form=form.id
        )


def _against_principle(command: MakeDecision, standing: Standing) -> Iterator[Rejection]:
    if command.office_id is not None and command.principle_matter:
        law = PRINCIPLE_LAW.get(standing.form.id) if standing.form else None
        yield Rejection(
            "decision.principle_matter_not_delegable", law=law or "kommuneloven § 13-1", office_id=command.office_id
        )


def _against_missing_grant(
    command: MakeDecision, grant: Grant | None, authority: Authority, context: Context
) -> Iterator[Rejection]:
    """Yields what stands against the maker's grant; a body may decide without one, but not under another's."""
    maker = _maker(command)
    if maker is None or (command.grant_id is None and maker.kind == "body"):
        return
    held = sorted(g.grant_id for g in authority.held_by(maker, context.on) if g.life.during(context.effective))
    params: dict[str, Any] = {
        "maker_id": maker.id,
        "grant_id": command.grant_id,
        "grants": held,
        "on": context.on.isoformat(),
    }
    if grant is None:
        # A source may show what an office decided and not under which grant, so this rests on what is not known.
        yield Rejection("decision.no_valid_grant", "unknown", **params)
        return
    there = grant.life.during(context.effective)
    if there is False or grant.terms_on(context.on).grantee != maker:
        entries = (grant.entry,) if grant.ended_by is None else (grant.entry, grant.ended_by)
        yield Rejection("decision.no_valid_grant", entries=entries, **params)
    elif there is None:
        yield Rejection("decision.grant_uncertain", "unknown", entries=(grant.entry,), **params)


def _maker(command: MakeDecision) -> Holder | None:
    if command.office_id is not None:
        return Holder(kind="office", id=command.office_id)
    return None if command.body_id is None else Holder(kind="body", id=command.body_id)


def _against_use(command: MakeDecision, grant: Grant, decisions: Decisions, context: Context) -> Iterator[Rejection]:
    """Yields where the decision goes past the grant it was made under: its members, powers and ceilings."""
    terms = grant.terms_on(context.on)
    outside = [] if terms.members is None else sorted(set(command.binding_on) - set(terms.members))
    params: dict[str, Any] = {"grant_id": grant.grant_id, "entries": (grant.entry,)}
    if outside:
        yield Rejection("decision.outside_scope", members=outside, **params)
    if command.kind in ("individual_decision", "regulation") and command.kind not in terms.powers:
        yield Rejection("decision.power_not_granted", power=command.kind, **params)
    if command.amount is None:
        return
    if "spend" not in terms.powers:
        yield Rejection("decision.no_power_to_spend", amount_ore=command.amount, **params)
    yield from _against_ceiling("per_act", terms.limits.per_act, command.amount, grant, Used())
    year = context.on.year
    used = decisions.used.get(Use(grant.grant_id, year)) or Used()
    yield from _against_ceiling("per_year", terms.limits.per_year, command.amount, grant, used)
    if terms.limits.per_year is not None and context.effective.earliest.year != year:
        yield Rejection("decision.year_uncertain", "unknown", year=year, **params)


def _against_ceiling(
    ceiling: Literal["per_act", "per_year"], limit: Amount | Unknown | None, amount: Amount, grant: Grant, used: Used
) -> Iterator[Rejection]:
    params: dict[str, Any] = {
        "grant_id": grant.grant_id,
        "ceiling": ceiling,
        "amount_ore": amount,
        "used_ore": used.ore,
    }
    entries = (grant.entry, *used.entries)
    if limit == "unknown":
        yield Rejection("decision.limit_unknown", "unknown", entries=entries, **params)
    elif limit is not None and used.ore + amount > limit:
        excess = used.ore + amount - limit
        yield Rejection("decision.limit_exceeded", entries=entries, limit_ore=limit, excess_ore=excess, **params)


def _against_missing_majority(command: MakeDecision, standing: Standing) -> Iterator[Rejection]:
    vote = command.vote
    if vote is None or command.kind not in ADOPTING or vote.in_favour == "unknown" or vote.against == "unknown":
        return
    if vote.form in ("unanimous", "consensus") or vote.in_favour > vote.against:
        return
    law = "kommuneloven § 11-9" if standing.form is None else MAJORITY_LAW.get(standing.form.id, "kommuneloven § 11-9")
    params: dict[str, Any] = {"form": vote.form, "in_favour": vote.in_favour, "against": vote.against}
    tie = vote.in_favour == vote.against
    if not tie or vote.casting_vote is False:
        yield Rejection("decision.majority_not_met", law=law, **params)
    elif vote.casting_vote == "unknown":
        yield Rejection("decision.casting_vote_unknown", "unknown", law=law, **params)
