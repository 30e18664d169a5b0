"""Notification of decisions (underretning): who was told, when, and why they had to be.

Forvaltningsloven § 27: a party. Kommuneloven § 11-8: the body that should have decided an urgent case; § 20-4: the
members of a host municipality cooperation, as the agreement says; § 5-14: as the rules on delegation say.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from domain.copying import replace
from domain.decisions.known import Known
from domain.decisions.state import Decisions
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import Id, Name
from domain.vocabulary import Holder

NotificationGround = Literal["party", "urgent_case", "host_decision", "delegation_rules", "other"]

# Events: stored for ever -----------------------------------------------------------------


class DecisionNotified(Event):
    """Someone was notified of a decision; the entry's date is the day it reached them."""

    type: Literal["decision.notified"] = "decision.notified"
    decision_id: Id
    to: Holder | None = None
    """A body, an office or a member of the book."""
    recipient: Name | None = None
    """Someone outside it: a party, the state."""
    ground: NotificationGround


# Commands --------------------------------------------------------------------------------


class NotifyDecision(Command):
    """Record that someone was notified of a decision; `effective` is the day it reached them."""

    type: Literal["decision.notify"]
    decision_id: Id
    to: Holder | None = None
    recipient: Name | None = None
    ground: NotificationGround = "party"


# State -----------------------------------------------------------------------------------


def notified(state: Decisions, event: DecisionNotified, fact: Fact) -> Decisions:
    """Returns the state in which they know of the decision."""
    made = state.by_id.get(event.decision_id)
    if made is None:
        return state
    held = made.notified.insert((_who(event.to, event.recipient), event.ground), (fact.number, fact.effective))
    return state.with_made(event.decision_id, replace(made, notified=held))


def _who(to: Holder | None, recipient: str | None) -> str:
    return f"{to.kind}:{to.id}" if to is not None else recipient or ""


# subjects --------------------------------------------------------------------------------


def subjects(event: DecisionNotified) -> Iterator[Subject]:
    """Yields the decision and who was notified, where the book knows them."""
    yield Subject("decision", event.decision_id)
    if event.to is not None:
        yield Subject(event.to.kind, event.to.id)


# Rules -----------------------------------------------------------------------------------


def notify(command: NotifyDecision, known: Known, context: Context) -> Decision:
    """Returns the notification. Raises Rejection."""
    ruling = judge(_against(command, known), context.mode)
    event = DecisionNotified(
        decision_id=command.decision_id, to=command.to, recipient=command.recipient, ground=command.ground
    )
    return Decision((event,), ruling)


def _against(command: NotifyDecision, known: Known) -> Iterator[Rejection]:
    made = known.decisions.by_id.get(command.decision_id)
    if made is None:
        yield Rejection("decision.unknown_decision", "fact", decision_id=command.decision_id)
        return
    if (command.to is None) == (command.recipient is None):
        yield Rejection("decision.one_recipient", "fact", decision_id=command.decision_id)
        return
    if command.to is not None:
        yield from known.against_holder(command.to)
    who = _who(command.to, command.recipient)
    before = made.notified.get((who, command.ground))
    if before is not None:
        params: dict[str, Any] = {"decision_id": command.decision_id, "to": who, "ground": command.ground}
        yield Rejection("decision.already_notified", "fact", entries=(before[0],), **params)
