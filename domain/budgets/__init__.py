"""Register of budgets (rammebudsjett): members' frames, the adopted budget, and amendments that balance.

Kommuneloven §§ 14-3 to 14-8; IKS-loven §§ 18-22; FOR-2023-08-16-1327 §§ 2-3 and 3-3 for the original and the amended
column. Amounts are whole oere. A line's direction gives its sign; amounts of an adopted line are never negative.

`frames` holds what members' councils set, `plan` the lines and the state of a budget, `adoption` and `amendment` the
two acts on it, and `keys` how costs are shared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import assert_never

from rpds import HashTrieMap

from domain.budgets import adoption, amendment, frames, keys
from domain.budgets.adoption import AdoptBudget, BudgetAdopted
from domain.budgets.amendment import AmendBudget, BudgetAmended
from domain.budgets.frames import Frame, Frames, MemberFrameSet, Part, SetMemberFrame, Year
from domain.budgets.keys import AdoptCostKey, CostKeyAdopted, KeyPart, Keys, KeyVersion
from domain.budgets.plan import Amendment, Budget, BudgetLine, ByYear, Line, LineDelta
from domain.decisions import Decisions
from domain.kernel import Context, Decision, Fact, Subject
from domain.members import Members
from domain.resolutions import Resolutions
from domain.rulebook import Standing

__all__ = [
    "AdoptBudget",
    "AdoptCostKey",
    "AmendBudget",
    "Amendment",
    "Budget",
    "BudgetAdopted",
    "BudgetAmended",
    "BudgetCommand",
    "BudgetEvent",
    "BudgetLine",
    "Budgets",
    "CostKeyAdopted",
    "Frame",
    "KeyPart",
    "KeyVersion",
    "Line",
    "LineDelta",
    "MemberFrameSet",
    "Part",
    "SetMemberFrame",
    "Year",
    "decide",
    "evolve",
    "subjects",
]

BudgetEvent = MemberFrameSet | BudgetAdopted | BudgetAmended | CostKeyAdopted
BudgetCommand = SetMemberFrame | AdoptBudget | AmendBudget | AdoptCostKey

# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Budgets:
    """Members' frames, the budget of each year, and the cost keys."""

    frames: Frames = field(default_factory=HashTrieMap)
    by_year: ByYear = field(default_factory=HashTrieMap)
    keys: Keys = field(default_factory=HashTrieMap)


def evolve(state: Budgets, event: BudgetEvent, fact: Fact) -> Budgets:
    """Returns the state after one event."""
    match event:
        case MemberFrameSet():
            return replace(state, frames=frames.evolve(state.frames, event, fact))
        case BudgetAdopted():
            return replace(state, by_year=adoption.evolve(state.by_year, event, fact))
        case BudgetAmended():
            return replace(state, by_year=amendment.evolve(state.by_year, event, fact))
        case CostKeyAdopted():
            return replace(state, keys=keys.evolve(state.keys, event, fact))
        case _:
            assert_never(event)


def subjects(event: BudgetEvent) -> Iterator[Subject]:
    """Yields the year's budget or the cost key, and the members and the decision the event names."""
    if isinstance(event, CostKeyAdopted):
        yield Subject("cost_key", event.key_id)
        yield from _decision(event.decision_id)
        return
    yield Subject("budget", str(event.year))
    match event:
        case MemberFrameSet():
            yield Subject("member", event.member_id)
        case BudgetAdopted():
            yield from (Subject("member", line.member_id) for line in event.lines if line.member_id is not None)
            yield from _decision(event.decision_id)
        case BudgetAmended():
            yield from _decision(event.decision_id)
        case _:
            assert_never(event)


def _decision(decision_id: str) -> Iterator[Subject]:
    if decision_id != "unknown":
        yield Subject("decision", decision_id)


# Rules -----------------------------------------------------------------------------------


def decide(
    command: BudgetCommand,
    budgets: Budgets,
    members: Members,
    standing: Standing,
    decisions: Decisions,
    resolutions: Resolutions,
    context: Context,
) -> Decision:
    """Returns what a command leads to. Raises Rejection."""
    held, framed = budgets.by_year, budgets.frames
    match command:
        case SetMemberFrame():
            return frames.decide(command, framed, members, standing, resolutions, context)
        case AdoptBudget():
            return adoption.decide(command, held, framed, members, standing, decisions, context)
        case AmendBudget():
            return amendment.decide(command, held, framed, members, standing, decisions, context)
        case AdoptCostKey():
            return keys.decide(command, budgets.keys, decisions, context)
        case _:
            assert_never(command)
