"""Reversal of decisions (omgjøring): by whoever is competent, and by nobody else.

Forvaltningsloven § 35: a body its own decision, and whoever is above it. Kommuneloven § 22-1: a council the decisions
of its own organs. §§ 20-2 and 20-3: in a host municipality cooperation the host's elected organs neither instruct nor
reverse what is decided on behalf of another; that municipality itself may, by forvaltningsloven § 35 first paragraph.
Whether the terms of § 35 are met is a judgement: the provision it rests on is given with the reversal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, assert_never

from domain.copying import replace
from domain.decisions.known import Known
from domain.decisions.state import Decisions, End, Made
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.rulebook import Standing
from domain.text import Id, Name
from domain.vocabulary import Holder, LegalFormId

# Events: stored for ever -----------------------------------------------------------------


class DecisionReversed(Event):
    """A decision was reversed: nothing more rests on it from the entry's date on."""

    type: Literal["decision.reversed"] = "decision.reversed"
    decision_id: Id
    by: Holder
    legal_basis: Name
    replaced_by: Id | None = None
    """The decision that takes its place."""


# Commands --------------------------------------------------------------------------------


class ReverseDecision(Command):
    """Reverse a decision."""

    type: Literal["decision.reverse"]
    decision_id: Id
    by: Holder
    legal_basis: Name
    replaced_by: Id | None = None


# State -----------------------------------------------------------------------------------


def reversed_(state: Decisions, event: DecisionReversed, fact: Fact) -> Decisions:
    """Returns the state in which the decision is no longer in force; of two ends the first recorded counts."""
    made = state.by_id.get(event.decision_id)
    if made is None or made.end is not None:
        return state
    return state.with_made(event.decision_id, replace(made, end=End("reversed", fact.number, fact.effective)))


# subjects --------------------------------------------------------------------------------


def subjects(event: DecisionReversed) -> Iterator[Subject]:
    """Yields the decision, who reversed it, and the decision in its place."""
    yield Subject("decision", event.decision_id)
    yield Subject(event.by.kind, event.by.id)
    if event.replaced_by is not None:
        yield Subject("decision", event.replaced_by)


# Rules -----------------------------------------------------------------------------------

_LAW = "forvaltningsloven § 35; kommuneloven § 22-1"
_HOST_LAW: Mapping[LegalFormId, str] = {
    "host_admin": "kommuneloven § 20-2; forvaltningsloven § 35",
    "host_joint_board": "kommuneloven § 20-3; forvaltningsloven § 35",
}


def reverse(command: ReverseDecision, known: Known, standing: Standing, context: Context) -> Decision:
    """Returns the decision reversed. Raises Rejection."""
    ruling = judge(_against(command, known, standing, context), context.mode)
    event = DecisionReversed(
        decision_id=command.decision_id,
        by=command.by,
        legal_basis=command.legal_basis,
        replaced_by=command.replaced_by,
    )
    return Decision((event,), ruling)


def _against(command: ReverseDecision, known: Known, standing: Standing, context: Context) -> Iterator[Rejection]:
    made = known.decisions.by_id.get(command.decision_id)
    if made is None:
        yield Rejection("decision.unknown_decision", "fact", decision_id=command.decision_id)
        return
    if made.end is not None:
        entries = (made.entry, made.end.entry)
        yield Rejection(
            "decision.already_reversed", "fact", entries=entries, decision_id=command.decision_id, end=made.end.kind
        )
    if command.replaced_by is not None and command.replaced_by not in known.decisions.by_id:
        yield Rejection("decision.unknown_decision", "fact", decision_id=command.replaced_by)
    yield from known.against_holder(command.by)
    if not competent(command.by, made, known, standing, context):
        params: dict[str, Any] = {
            "decision_id": command.decision_id,
            "by": command.by.id,
            "binding_on": list(made.event.binding_on),
        }
        law = _LAW if standing.form is None else _HOST_LAW.get(standing.form.id, _LAW)
        yield Rejection("decision.not_competent", law=law, entries=(made.entry,), **params)


def competent(by: Holder, made: Made, known: Known, standing: Standing, context: Context) -> bool:
    """Returns whether `by` may reverse a decision: it made it, is above whoever did, or it was made on its behalf."""
    if by == maker(made):
        return True
    match by.kind:
        case "body":
            return by.id in _above(made, known, standing) or by == _grantor(made, known, context)
        case "office":
            return by == _grantor(made, known, context)
        case "member":
            return _on_behalf_of(by.id, made, known, standing, context)
        case "collaboration":
            return False
        case _:
            assert_never(by.kind)


def maker(made: Made) -> Holder | None:
    """Returns who made a decision."""
    if made.office is not None:
        return Holder(kind="office", id=made.office)
    return None if made.body is None else Holder(kind="body", id=made.body)


def _grantor(made: Made, known: Known, context: Context) -> Holder | None:
    """Returns whose power was used, who may reverse what was done with it."""
    grant = None if made.grant_id is None else known.authority.grants.get(made.grant_id)
    return None if grant is None else grant.terms_on(context.on).grantor


def _above(made: Made, known: Known, standing: Standing) -> frozenset[str]:
    """Returns the bodies above whoever made a decision: up the line, and at the top.

    At a host the line is no way: its elected organs stand outside (§§ 20-2, 20-3), and only the joint board is above.
    """
    bodies = known.bodies.bodies
    tops = frozenset(body.body_id for body in bodies.values() if body.is_top_of(standing))
    if standing.form is not None and standing.form.has_host:
        return tops
    office = None if made.office is None else known.bodies.offices.get(made.office)
    above: list[str] = []
    step = made.body if office is None else office.body_id
    while step is not None and step not in above:
        above.append(step)
        body = bodies.get(step)
        step = None if body is None else body.parent
    return tops.union(above)


def _on_behalf_of(member_id: str, made: Made, known: Known, standing: Standing, context: Context) -> bool:
    """Returns whether a council may reverse: what was decided by its own power, or at a host for it alone.

    The host's council is no other than the rest: it may reverse what is decided for the host alone.
    """
    by_its_power = _grantor(made, known, context) == Holder(kind="member", id=member_id)
    if standing.form is None or not standing.form.has_host:
        return by_its_power
    return set(made.event.binding_on) == {member_id} or (not made.event.binding_on and by_its_power)
