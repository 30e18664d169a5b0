"""Register of decisions (vedtak): what bodies and offices decided, what it leads to, and what became of it.

Each subject has a file with its events, commands and rules; what is stored of a decision is in `recorded`, the state
they share in `state`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain.decisions import challenges, conditions, dissent, follow_ups, making, notification, reversal
from domain.decisions.challenges import ChallengeDecision, ChallengeResolved, DecisionChallenged, ResolveChallenge
from domain.decisions.conditions import DecisionConditionFulfilled, FulfilDecisionCondition
from domain.decisions.dissent import DissentRecorded, RecordDissent
from domain.decisions.effects import Effect, EffectAct, EffectGiven, Term
from domain.decisions.follow_ups import AssignFollowUp, FollowUpAssigned, FollowUpReported, Origin, ReportFollowUp
from domain.decisions.known import Known
from domain.decisions.making import MakeDecision
from domain.decisions.notification import DecisionNotified, NotifyDecision
from domain.decisions.recorded import ADOPTS_NOTHING, DecisionCondition, DecisionKind, DecisionMade, VoteSummary
from domain.decisions.reversal import DecisionReversed, ReverseDecision
from domain.decisions.state import Challenge, Decisions, FollowUp, Made, made
from domain.kernel import Context, Decision, Fact, Subject
from domain.rulebook import Standing

__all__ = [
    "ADOPTS_NOTHING",
    "AssignFollowUp",
    "Challenge",
    "ChallengeDecision",
    "ChallengeResolved",
    "DecisionChallenged",
    "DecisionCommand",
    "DecisionCondition",
    "DecisionConditionFulfilled",
    "DecisionEvent",
    "DecisionKind",
    "DecisionMade",
    "DecisionNotified",
    "DecisionReversed",
    "Decisions",
    "DissentRecorded",
    "Effect",
    "EffectAct",
    "EffectGiven",
    "FollowUp",
    "FollowUpAssigned",
    "FollowUpReported",
    "FulfilDecisionCondition",
    "Known",
    "Made",
    "MakeDecision",
    "NotifyDecision",
    "Origin",
    "RecordDissent",
    "ReportFollowUp",
    "ResolveChallenge",
    "ReverseDecision",
    "Term",
    "VoteSummary",
    "decide",
    "evolve",
    "subjects",
]

DecisionEvent = (
    DecisionMade
    | DecisionConditionFulfilled
    | DissentRecorded
    | DecisionNotified
    | DecisionChallenged
    | ChallengeResolved
    | DecisionReversed
    | FollowUpAssigned
    | FollowUpReported
)
DecisionCommand = (
    MakeDecision
    | FulfilDecisionCondition
    | RecordDissent
    | NotifyDecision
    | ChallengeDecision
    | ResolveChallenge
    | ReverseDecision
    | AssignFollowUp
    | ReportFollowUp
)


def evolve(state: Decisions, event: DecisionEvent, fact: Fact) -> Decisions:
    """Returns the state after one event."""
    match event:
        case DecisionMade():
            return made(state, event, fact)
        case DecisionConditionFulfilled():
            return conditions.fulfilled(state, event, fact)
        case DissentRecorded():
            return dissent.recorded(state, event, fact)
        case DecisionNotified():
            return notification.notified(state, event, fact)
        case DecisionChallenged():
            return challenges.challenged(state, event, fact)
        case ChallengeResolved():
            return challenges.resolved(state, event, fact)
        case DecisionReversed():
            return reversal.reversed_(state, event, fact)
        case FollowUpAssigned():
            return follow_ups.assigned(state, event, fact)
        case FollowUpReported():
            return follow_ups.reported(state, event, fact)
        case _:
            assert_never(event)


def subjects(event: DecisionEvent) -> Iterator[Subject]:
    """Yields what an event touches, what it is about first."""
    match event:
        case DecisionMade():
            return making.subjects(event)
        case DecisionConditionFulfilled():
            return conditions.subjects(event)
        case DissentRecorded():
            return dissent.subjects(event)
        case DecisionNotified():
            return notification.subjects(event)
        case DecisionChallenged() | ChallengeResolved():
            return challenges.subjects(event)
        case DecisionReversed():
            return reversal.subjects(event)
        case FollowUpAssigned() | FollowUpReported():
            return follow_ups.subjects(event)
        case _:
            assert_never(event)


def decide(command: DecisionCommand, known: Known, standing: Standing, context: Context) -> Decision:
    """Returns what a command leads to. Raises Rejection."""
    match command:
        case MakeDecision():
            return making.make(command, known, standing, context)
        case FulfilDecisionCondition():
            return conditions.fulfil(command, known.decisions, context)
        case RecordDissent():
            return dissent.record(command, known, standing, context)
        case NotifyDecision():
            return notification.notify(command, known, context)
        case ChallengeDecision():
            return challenges.challenge(command, known, standing, context)
        case ResolveChallenge():
            return challenges.resolve(command, known, context)
        case ReverseDecision():
            return reversal.reverse(command, known, standing, context)
        case AssignFollowUp():
            return follow_ups.assign(command, known, context)
        case ReportFollowUp():
            return follow_ups.report(command, known, context)
        case _:
            assert_never(command)
