"""Conditions of a decision (vilkår) that have come to pass, after which it takes effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from domain.copying import replace
from domain.decisions.state import Decisions
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Id

# Events: stored for ever -----------------------------------------------------------------


class DecisionConditionFulfilled(Event):
    """A condition of a decision came to pass; what shows it is the entry's basis or evidence."""

    type: Literal["decision_condition.fulfilled"] = "decision_condition.fulfilled"
    decision_id: Id
    condition_id: Id


# Commands --------------------------------------------------------------------------------


class FulfilDecisionCondition(Command):
    """Record that a condition of a decision has come to pass."""

    type: Literal["decision_condition.fulfil"]
    decision_id: Id
    condition_id: Id


# State -----------------------------------------------------------------------------------


def fulfilled(state: Decisions, event: DecisionConditionFulfilled, fact: Fact) -> Decisions:
    """Returns the state in which the condition is fulfilled."""
    made = state.by_id.get(event.decision_id)
    if made is None:
        return state
    held = made.fulfilled.insert(event.condition_id, fact.number)
    return state.with_made(event.decision_id, replace(made, fulfilled=held))


# subjects --------------------------------------------------------------------------------


def subjects(event: DecisionConditionFulfilled) -> Iterator[Subject]:
    """Yields the decision."""
    yield Subject("decision", event.decision_id)


# Rules -----------------------------------------------------------------------------------


def fulfil(command: FulfilDecisionCondition, decisions: Decisions, context: Context) -> Decision:
    """Returns the condition fulfilled. Raises Rejection."""
    ruling = judge(_against(command, decisions), context.mode)
    event = DecisionConditionFulfilled(decision_id=command.decision_id, condition_id=command.condition_id)
    return Decision((event,), ruling)


def _against(command: FulfilDecisionCondition, decisions: Decisions) -> Iterator[Rejection]:
    made = decisions.by_id.get(command.decision_id)
    if made is None:
        yield Rejection("decision.unknown_decision", "fact", decision_id=command.decision_id)
        return
    params = {"decision_id": command.decision_id, "condition_id": command.condition_id}
    if all(condition.condition_id != command.condition_id for condition in made.event.conditions):
        yield Rejection("decision.unknown_condition", "fact", entries=(made.entry,), **params)
    entry = made.fulfilled.get(command.condition_id)
    if entry is not None:
        yield Rejection("decision.condition_already_fulfilled", "fact", entries=(entry,), **params)
