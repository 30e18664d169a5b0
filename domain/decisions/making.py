"""Decisions (vedtak) made by the collaboration's own bodies and offices.

Kommuneloven §§ 5-4, 11-9, 13-1, 18-1, 19-1, 20-2; IKS-loven § 9. Whether a matter is one of principle is a judgement
given with the decision, never computed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Annotated, Literal

from pydantic import Field

from domain.authority import Act, Authority, ChainLink, Grant, against_act, chain_of, form_allows
from domain.bodies import Body, Office
from domain.cases.state import CaseType
from domain.dates import Interval
from domain.decisions import treatment
from domain.decisions.effects import EffectGiven
from domain.decisions.known import Known
from domain.decisions.recorded import Charge, DecisionCondition, DecisionKind, DecisionMade, VoteSummary
from domain.decisions.treatment import Treated
from domain.kernel import Command, Context, Decision, Rejection, Subject, judge
from domain.rulebook import Standing
from domain.text import Amount, Frozen, Id, Name, Text, Unknown
from domain.vocabulary import Holder, LegalFormId, Power, Scope

# Commands --------------------------------------------------------------------------------


class ConditionText(Frozen):
    """A condition of a decision, as a command gives it."""

    condition_id: Id
    text: Text


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
    charge: Charge | None = None
    binding_on: Annotated[tuple[Id, ...], Field(max_length=400)] = ()
    case_id: Id | None = None
    meeting_id: Id | None = None
    vote_id: Id | None = None
    service_id: Id | None = None
    case_type: CaseType | None = None
    party: Name | None = None
    law_ref: Name | None = None
    effects: Annotated[tuple[EffectGiven, ...], Field(max_length=60)] = ()
    conditions: Annotated[tuple[ConditionText, ...], Field(max_length=40)] = ()


# subjects --------------------------------------------------------------------------------


def subjects(event: DecisionMade) -> Iterator[Subject]:
    """Yields the decision, who made it, what it was made under and in, the members it binds."""
    yield Subject("decision", event.decision_id)
    named = (
        ("body", event.body_id),
        ("office", event.office_id),
        ("grant", event.grant_id),
        ("case", event.case_id),
        ("meeting", event.meeting_id),
        ("vote", event.vote_id),
        ("service", event.service_id),
    )
    yield from (Subject(kind, id_) for kind, id_ in named if id_ is not None)
    yield from (Subject("grant", link.grant_id) for link in reversed(event.chain))
    yield from (Subject("member", member_id) for member_id in event.binding_on)


# Rules -----------------------------------------------------------------------------------


PRINCIPLE_LAW: Mapping[LegalFormId, str] = {
    "host_admin": "kommuneloven § 20-2",
    "host_joint_board": "kommuneloven § 20-3",
}
"""The provision that keeps matters of principle from an administration, where it is not § 13-1."""


def make(command: MakeDecision, known: Known, standing: Standing, context: Context) -> Decision:
    """Returns the decision made. Raises Rejection."""
    authority = known.authority
    grant = None if command.grant_id is None else authority.grants.get(command.grant_id)
    objections = chain(
        _against_the_named(command, known, context),
        _against_unknown_grant(command, grant),
        treatment.against_the_named(_treated(command), known.cases, known.meetings, known.votes),
        treatment.against_contradicted_vote(command.vote),
        _against_effects(command),
        _against_form(command, _case_type(command, known), grant, standing, context),
        _against_principle(command, standing),
        _against_authority(command, grant, known, authority, context),
        treatment.against_meeting(_treated(command), known.meetings, context),
        treatment.against_missing_majority(_treated(command), known.bodies, known.votes, standing),
    )
    ruling = judge(objections, context.mode)
    links = () if grant is None else chain_of(authority, grant, context.effective).stored
    return Decision((_event(command, links, context),), ruling)


def _event(command: MakeDecision, links: tuple[ChainLink, ...], context: Context) -> DecisionMade:
    return DecisionMade(
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
        charge=command.charge,
        binding_on=command.binding_on,
        case_id=command.case_id,
        meeting_id=command.meeting_id,
        vote_id=command.vote_id,
        service_id=command.service_id,
        case_type=command.case_type,
        party=command.party,
        law_ref=command.law_ref,
        chain=links,
        effects=tuple(effect.stored() for effect in command.effects),
        conditions=tuple(
            DecisionCondition(condition_id=given.condition_id, text=context.seal(given.text))
            for given in command.conditions
        ),
    )


def _treated(command: MakeDecision) -> Treated:
    return Treated(command.kind, command.body_id, command.case_id, command.meeting_id, command.vote_id, command.vote)


def _against_the_named(command: MakeDecision, known: Known, context: Context) -> Iterator[Rejection]:
    bodies = known.bodies
    made = known.decisions.by_id.get(command.decision_id)
    if made is not None:
        yield Rejection("decision.already_made", "fact", entries=(made.entry,), decision_id=command.decision_id)
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
    unknown = sorted({member_id for member_id in command.binding_on if member_id not in known.members.parties})
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
        yield Rejection("authority.unknown_grant", "fact", grant_id=command.grant_id)


def _against_effects(command: MakeDecision) -> Iterator[Rejection]:
    """Yields effects and conditions that are named twice: each is carried out, or fulfilled, once."""
    ids = Counter(effect.effect_id for effect in command.effects)
    acts = Counter((effect.act, effect.subject) for effect in command.effects)
    twice = sorted({e.effect_id for e in command.effects if ids[e.effect_id] > 1 or acts[e.act, e.subject] > 1})
    if twice:
        yield Rejection("decision.effect_twice", "fact", decision_id=command.decision_id, effects=twice)
    conditions = Counter(condition.condition_id for condition in command.conditions)
    named = sorted(condition_id for condition_id, count in conditions.items() if count > 1)
    if named:
        yield Rejection("decision.condition_twice", "fact", decision_id=command.decision_id, conditions=named)


def _case_type(command: MakeDecision, known: Known) -> CaseType | None:
    case = None if command.case_id is None else known.cases.by_id.get(command.case_id)
    return command.case_type if case is None or command.case_type is not None else case.case_type


def _against_form(
    command: MakeDecision, case_type: CaseType | None, grant: Grant | None, standing: Standing, context: Context
) -> Iterator[Rejection]:
    form = standing.form
    if command.kind not in ("individual_decision", "regulation"):
        return
    if form is None:
        yield Rejection("decision.form_unknown", "unknown", kind=command.kind, on=context.on.isoformat())
        return
    own = Scope(case_types=None if case_type is None else (case_type,))
    scope = own if grant is None else grant.terms_on(context.on).scope
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


def _against_authority(
    command: MakeDecision, grant: Grant | None, known: Known, authority: Authority, context: Context
) -> Iterator[Rejection]:
    """Yields what stands against the maker's authority; a body may decide without a grant, not under another's."""
    maker = _maker(command)
    if maker is not None and (command.grant_id is not None or maker.kind == "office"):
        yield from against_act(_act(command, maker, known, context), grant, authority, known.bodies)


def _act(command: MakeDecision, maker: Holder, known: Known, context: Context) -> Act:
    """Returns the decision as an act under authority; one that costs money takes the power to spend."""
    powers: list[Power] = []
    if command.kind in ("individual_decision", "regulation"):
        powers.append(command.kind)
    if command.amount is not None:
        powers.append("spend")
    return Act(
        actor=maker,
        powers=tuple(powers),
        interval=context.effective,
        amount_ore=command.amount,
        party=command.party,
        service_id=command.service_id,
        member_ids=command.binding_on,
        case_type=_case_type(command, known),
        law_ref=command.law_ref,
    )


def _maker(command: MakeDecision) -> Holder | None:
    if command.office_id is not None:
        return Holder(kind="office", id=command.office_id)
    return None if command.body_id is None else Holder(kind="body", id=command.body_id)
