"""Register of budgets (rammebudsjett): frames, the budget and its amendments, shared costs, and what the year came to.

Kommuneloven §§ 14-3 to 14-8; IKS-loven §§ 18-22; FOR-2023-08-16-1327 §§ 2-3 and 3-3 for the original and the amended
column. Amounts are whole oere. A line's direction gives its sign; amounts of an adopted line are never negative.

`frames` holds what members' councils set, `plan` the lines and the state of a budget, `adoption` and `amendment` the
two acts on it; `keys`, `drivers`, `allocation` and `sharing` how costs are shared, and `billing` what each bears;
`actuals`, `balances`, `deviations` and `accounts` what the year came to, and `loans` what was borrowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from rpds import HashTrieMap

from domain.budgets import (
    accounts,
    actuals,
    adoption,
    allocation,
    amendment,
    balances,
    deviations,
    drivers,
    frames,
    keys,
    loans,
    sharing,
)
from domain.budgets.accounts import Accounts, AccountsAdopted, AccountsByYear, AdoptAccounts
from domain.budgets.actuals import Actuals, ActualsRecorded, RecordActuals
from domain.budgets.adoption import AdoptBudget, BudgetAdopted
from domain.budgets.allocation import AllocateCosts, Allocation, Allocations, CostsAllocated
from domain.budgets.amendment import AmendBudget, BudgetAmended
from domain.budgets.around import Around
from domain.budgets.balances import AssertBalance, BalanceAsserted, Balances, stands_at
from domain.budgets.binding import Claim, against_overspending, taken
from domain.budgets.deviations import DeviationReported, ReportDeviation, Reports
from domain.budgets.drivers import CostDriversRecorded, RecordCostDrivers, Recordings
from domain.budgets.frames import Frame, Frames, MemberFrameSet, Part, SetMemberFrame, Year
from domain.budgets.keys import AdoptCostKey, CostKeyAdopted, KeyPart, Keys, KeyVersion
from domain.budgets.loans import AuthoriseLoan, LoanAuthorised, Loans
from domain.budgets.plan import Amendment, Budget, BudgetLine, ByYear, Line, LineDelta
from domain.copying import replace
from domain.kernel import Context, Decision, Fact, Subject

__all__ = [
    "Accounts",
    "AccountsAdopted",
    "Actuals",
    "ActualsRecorded",
    "AdoptAccounts",
    "AdoptBudget",
    "AdoptCostKey",
    "AllocateCosts",
    "Allocation",
    "AmendBudget",
    "Amendment",
    "Around",
    "AssertBalance",
    "AuthoriseLoan",
    "BalanceAsserted",
    "Budget",
    "BudgetAdopted",
    "BudgetAmended",
    "BudgetCommand",
    "BudgetEvent",
    "BudgetLine",
    "Budgets",
    "Claim",
    "CostDriversRecorded",
    "CostKeyAdopted",
    "CostsAllocated",
    "DeviationReported",
    "Frame",
    "KeyPart",
    "KeyVersion",
    "Line",
    "LineDelta",
    "LoanAuthorised",
    "MemberFrameSet",
    "Part",
    "RecordActuals",
    "RecordCostDrivers",
    "ReportDeviation",
    "SetMemberFrame",
    "Year",
    "against_overspending",
    "decide",
    "evolve",
    "stands_at",
    "subjects",
    "taken",
]

BudgetEvent = (
    MemberFrameSet
    | BudgetAdopted
    | BudgetAmended
    | CostKeyAdopted
    | CostDriversRecorded
    | CostsAllocated
    | ActualsRecorded
    | DeviationReported
    | AccountsAdopted
    | LoanAuthorised
    | BalanceAsserted
)
BudgetCommand = (
    SetMemberFrame
    | AdoptBudget
    | AmendBudget
    | AdoptCostKey
    | RecordCostDrivers
    | AllocateCosts
    | RecordActuals
    | ReportDeviation
    | AdoptAccounts
    | AuthoriseLoan
    | AssertBalance
)

# State -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Budgets:
    """Members' frames, the budget of each year, how costs are shared, and what the years came to."""

    frames: Frames = field(default_factory=HashTrieMap)
    by_year: ByYear = field(default_factory=HashTrieMap)
    keys: Keys = field(default_factory=HashTrieMap)
    recordings: Recordings = field(default_factory=HashTrieMap)
    allocations: Allocations = Allocations()
    actuals: Actuals = Actuals()
    reports: Reports = field(default_factory=HashTrieMap)
    accounts: AccountsByYear = field(default_factory=HashTrieMap)
    loans: Loans = field(default_factory=HashTrieMap)
    balances: Balances = field(default_factory=HashTrieMap)


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
        case CostDriversRecorded():
            return replace(state, recordings=drivers.evolve(state.recordings, event, fact))
        case CostsAllocated():
            return replace(state, allocations=allocation.evolve(state.allocations, event, fact))
        case ActualsRecorded():
            return replace(state, actuals=actuals.evolve(state.actuals, event, fact))
        case DeviationReported():
            return replace(state, reports=deviations.evolve(state.reports, event, fact))
        case AccountsAdopted():
            return replace(state, accounts=accounts.evolve(state.accounts, event, fact))
        case LoanAuthorised():
            return replace(state, loans=loans.evolve(state.loans, event, fact))
        case BalanceAsserted():
            return replace(state, balances=balances.evolve(state.balances, event, fact))
        case _:
            assert_never(event)


def subjects(event: BudgetEvent) -> Iterator[Subject]:
    """Yields the year's budget, the key or whatever else the event is about, then everything it names."""
    match event:
        case MemberFrameSet():
            yield Subject("budget", str(event.year))
            yield Subject("member", event.member_id)
        case BudgetAdopted():
            yield Subject("budget", str(event.year))
            yield from (Subject("member", line.member_id) for line in event.lines if line.member_id is not None)
            yield from _decision(event.decision_id)
        case BudgetAmended():
            yield Subject("budget", str(event.year))
            yield from _decision(event.decision_id)
        case CostKeyAdopted():
            yield Subject("cost_key", event.key_id)
            yield from _decision(event.decision_id)
        case CostDriversRecorded():
            yield from drivers.subjects(event)
        case CostsAllocated():
            yield from allocation.subjects(event)
        case ActualsRecorded():
            yield from actuals.subjects(event)
        case DeviationReported():
            yield from deviations.subjects(event)
        case AccountsAdopted():
            yield from accounts.subjects(event)
        case LoanAuthorised():
            yield from loans.subjects(event)
        case BalanceAsserted():
            yield from balances.subjects(event)
        case _:
            assert_never(event)


def _decision(decision_id: str) -> Iterator[Subject]:
    if decision_id != "unknown":
        yield Subject("decision", decision_id)


# Rules -----------------------------------------------------------------------------------


def decide(command: BudgetCommand, budgets: Budgets, around: Around, context: Context) -> Decision:
    """Returns what a command leads to. Raises Rejection."""
    held, framed, members, standing = budgets.by_year, budgets.frames, around.members, around.standing
    match command:
        case SetMemberFrame():
            return frames.decide(command, framed, members, standing, around.resolutions, context)
        case AdoptBudget():
            return adoption.decide(command, held, framed, around, context)
        case AmendBudget():
            return amendment.decide(command, held, framed, around, context)
        case AdoptCostKey():
            return keys.decide(command, budgets.keys, around.decisions, context)
        case RecordCostDrivers():
            return drivers.decide(command, budgets.recordings, members, context)
        case AllocateCosts():
            return sharing.decide(command, _shared_by(budgets), around, context)
        case RecordActuals():
            closed = budgets.accounts.get(command.year)
            return actuals.decide(command, budgets.actuals, held, None if closed is None else closed.entry, context)
        case ReportDeviation():
            return deviations.decide(command, budgets.reports, held, around, context)
        case AdoptAccounts():
            return accounts.decide(command, budgets.accounts, held, around, context)
        case AuthoriseLoan():
            return loans.decide(command, budgets.loans, around, context)
        case AssertBalance():
            return balances.decide(command, budgets.balances, budgets.actuals, held, context)
        case _:
            assert_never(command)


def _shared_by(budgets: Budgets) -> sharing.Held:
    return sharing.Held(budgets.by_year, budgets.keys, budgets.recordings, budgets.allocations)
