"""What is stored of a decision (vedtak): who made it, on which vote, on which terms, and what it leads to."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from domain.authority import ChainLink
from domain.cases.state import CaseType
from domain.decisions.effects import Effect
from domain.kernel import Event
from domain.text import Amount, Count, Frozen, Id, Name, SealedText, Unknown

DecisionKind = Literal[
    "resolution", "individual_decision", "regulation", "recommendation", "noted", "postponed", "election"
]
"""`individual_decision`: enkeltvedtak. `recommendation`: innstilling. `noted`: tatt til orientering."""

ADOPTS_NOTHING: frozenset[DecisionKind] = frozenset({"recommendation", "noted", "postponed", "election"})
"""Kinds of decision by which nothing is adopted, agreed or consented to."""


class VoteSummary(Frozen):
    """What minutes say of a vote; counts that were not minuted are unknown."""

    form: Literal["unanimous", "counted", "against_only", "by_group", "roll_call", "consensus", "unknown"]
    in_favour: Count | Unknown = "unknown"
    against: Count | Unknown = "unknown"
    blank: Count | Unknown = "unknown"
    casting_vote: bool | Unknown = "unknown"
    """Whether the leader's vote broke a tie."""


class DecisionCondition(Frozen):
    """What must come to pass before the decision takes effect (vilkår)."""

    condition_id: Id
    text: SealedText


class Charge(Frozen):
    """The line of a year's budget that the amount of a decision is charged to."""

    year: Annotated[int, Field(ge=1838, le=2199)]
    line_id: Id
    legally_due: bool = False
    """Whether there is a legal duty to pay it, which no budget stands in the way of (kommuneloven § 14-5)."""


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
    charge: Charge | None = None
    """None where it is not said what the amount is charged to."""
    binding_on: tuple[Id, ...] = ()
    case_id: Id | None = None
    meeting_id: Id | None = None
    vote_id: Id | None = None
    """The vote that adopted it, where it is recorded by itself."""
    service_id: Id | None = None
    case_type: CaseType | None = None
    """The matters a form without power to decide individual ones may decide all the same (§§ 18-1, 19-1)."""
    party: Name | None = None
    """The counterparty, where it is an agreement with someone or a purchase from them."""
    law_ref: Name | None = None
    """The provision it is made under."""
    chain: tuple[ChainLink, ...] = ()
    """Every grant it rests on, the source first, as it was when it was decided."""
    effects: tuple[Effect, ...] = ()
    conditions: tuple[DecisionCondition, ...] = ()
    """It takes effect once all of them are fulfilled."""
