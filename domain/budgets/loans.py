"""Loans (låneopptak) as they were decided on: within the charter's right and ceiling, and for a purpose the act allows.

IKS-loven § 22: a company borrows only where its charter says so and sets a ceiling for all it borrows, for the purposes
the section lists; § 22 a: with a member in the register of conditional approval (ROBEK, kommuneloven § 28-1) the
decision is not valid before the ministry has approved it. Kommuneloven § 19-4: the charter of a kommunalt
oppgavefellesskap says whether it may borrow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.budgets.around import Around
from domain.budgets.plan import PLAN_RULE_FROM
from domain.dates import Day, Interval
from domain.decisions import ADOPTS_NOTHING
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.text import INT_MAX, Amount, Id, Unknown

LoanPurpose = Literal[
    "fixed_assets", "property_company", "liquidity", "refinancing", "onward_lending", "operations", "other"
]
"""Assets of its own, all shares in a property company, liquidity, loans it has; lending on, running costs, or other."""

_Loan = Annotated[int, Field(ge=1, le=INT_MAX)]
_Members = Annotated[tuple[Id, ...], Field(max_length=500)]

# Events: stored for ever -----------------------------------------------------------------


class LoanAuthorised(Event):
    """It was decided to take up a loan."""

    type: Literal["loan.authorised"] = "loan.authorised"
    loan_id: Id
    loan_purpose: LoanPurpose
    amount_ore: _Loan
    total_after_ore: Amount
    """All it will owe with this loan: as stated, else what it owed after the last one and this."""
    robek_members: _Members | Unknown = "unknown"
    """Members in the register of conditional approval; empty for none."""
    approved_on: Day | None = None
    """When the ministry approved it."""
    decision_id: Id | Unknown


# Commands --------------------------------------------------------------------------------


class AuthoriseLoan(Command):
    """Authorise a loan. Left out, what is owed in all is reckoned from the last loan; refinancing adds nothing."""

    type: Literal["loan.authorise"]
    loan_id: Id
    loan_purpose: LoanPurpose
    amount_ore: _Loan
    total_after_ore: Amount | None = None
    robek_members: _Members | Unknown = "unknown"
    approved_on: Day | None = None
    decision_id: Id | Unknown = "unknown"


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Loan:
    """One loan."""

    event: LoanAuthorised
    entry: int
    effective: Interval


Loans: TypeAlias = "HashTrieMap[str, Loan]"
"""By id."""


def evolve(loans: Loans, event: LoanAuthorised, fact: Fact) -> Loans:
    """Returns the loans after one more."""
    return loans.insert(event.loan_id, Loan(event, fact.number, fact.effective))


def subjects(event: LoanAuthorised) -> Iterator[Subject]:
    """Yields the loan, its decision, and the members that are in the register."""
    yield Subject("loan", event.loan_id)
    if event.decision_id != "unknown":
        yield Subject("decision", event.decision_id)
    if event.robek_members != "unknown":
        yield from (Subject("member", member_id) for member_id in event.robek_members)


def last(loans: Loans) -> Loan | None:
    """Returns the loan that was entered last, None of none."""
    return max(loans.values(), key=lambda loan: loan.entry, default=None)


def _total(command: AuthoriseLoan, loans: Loans) -> int:
    if command.total_after_ore is not None:
        return command.total_after_ore
    before = last(loans)
    owed = 0 if before is None else before.event.total_after_ore
    return max(owed, command.amount_ore) if command.loan_purpose == "refinancing" else owed + command.amount_ore


# Rules -----------------------------------------------------------------------------------

_IKS_PURPOSES = frozenset({"fixed_assets", "property_company", "liquidity", "refinancing"})


def decide(command: AuthoriseLoan, loans: Loans, around: Around, context: Context) -> Decision:
    """Returns the loan as it was authorised, with what is owed after it. Raises Rejection."""
    total = _total(command, loans)
    ruling = judge(_against(command, total, loans, around, context), context.mode)
    event = LoanAuthorised(
        loan_id=command.loan_id,
        loan_purpose=command.loan_purpose,
        amount_ore=command.amount_ore,
        total_after_ore=total,
        robek_members=command.robek_members,
        approved_on=command.approved_on,
        decision_id=command.decision_id,
    )
    return Decision((event,), ruling)


def _against(command: AuthoriseLoan, total: int, loans: Loans, around: Around, context: Context) -> Iterator[Rejection]:
    yield from _against_contents(command, total, loans, around)
    yield from _against_right(command, around)
    yield from _against_ceiling(command, total, around)
    form = None if around.standing.form is None else around.standing.form.id
    if form == "iks":
        yield from _against_purpose(command, context)
        yield from _against_no_approval(command)
    yield from _against_basis(command, around)


def _against_contents(command: AuthoriseLoan, total: int, loans: Loans, around: Around) -> Iterator[Rejection]:
    """What contradicts the book or itself."""
    loan_id, held = command.loan_id, loans.get(command.loan_id)
    if held is not None:
        yield Rejection("loan.already_authorised", "fact", entries=(held.entry,), loan_id=loan_id)
    if command.decision_id != "unknown" and command.decision_id not in around.decisions.by_id:
        yield Rejection("loan.decision_unknown", "fact", loan_id=loan_id, decision_id=command.decision_id)
    named = () if command.robek_members == "unknown" else command.robek_members
    if strangers := sorted(set(named) - set(around.members.parties)):
        yield Rejection("loan.unknown_member", "fact", loan_id=loan_id, member_ids=strangers)
    if total > INT_MAX:
        yield Rejection("loan.total_too_large", "fact", loan_id=loan_id, largest_ore=INT_MAX)
    if total < command.amount_ore:
        amount = command.amount_ore
        yield Rejection("loan.total_below_loan", "fact", loan_id=loan_id, total_after_ore=total, amount_ore=amount)


def _against_right(command: AuthoriseLoan, around: Around) -> Iterator[Rejection]:
    """The form lets it borrow, and its charter says that it may."""
    standing, form, loan_id = around.standing, around.standing.form, command.loan_id
    if form is None or form.loans == "unregulated":
        return
    if form.loans == "not_its_own":
        entries = () if standing.entry is None else (standing.entry,)
        yield Rejection("loan.not_its_own", law=form.law, entries=entries, loan_id=loan_id)
        return
    keys = ["borrowing", "loan_ceiling"] if form.loans == "charter_must_allow_with_ceiling" else ["borrowing"]
    law = next((demand.law for demand in form.demands if demand.key in keys), form.charter_law)
    entries = () if standing.charter_entry is None else (standing.charter_entry,)
    lacking = [key for key in keys if key not in standing.clauses]
    told = {"loan_ceiling"} if around.loan_ceiling_ore is not None else set[str]()
    silent = [key for key in keys if not standing.clauses.get(key) and key not in told]
    if lacking and standing.charter_version is not None:
        yield Rejection("loan.no_charter_right", law=law, entries=entries, loan_id=loan_id, clauses=lacking)
    elif silent:
        yield Rejection("loan.right_unknown", "unknown", law=law, entries=entries, loan_id=loan_id, clauses=silent)


def _against_ceiling(command: AuthoriseLoan, total: int, around: Around) -> Iterator[Rejection]:
    """What is owed in all stays within the charter's ceiling, of whatever form; an IKS must have one."""
    standing, ceiling, loan_id = around.standing, around.loan_ceiling_ore, command.loan_id
    entries = () if standing.charter_entry is None else (standing.charter_entry,)
    demanded = standing.form is not None and standing.form.loans == "charter_must_allow_with_ceiling"
    law = "IKS-loven § 22" if demanded else None
    if ceiling is not None and total > ceiling:
        about: dict[str, Any] = {"total_after_ore": total, "ceiling_ore": ceiling, "excess_ore": total - ceiling}
        yield Rejection("loan.above_charter_ceiling", law=law, entries=entries, loan_id=loan_id, **about)
    elif ceiling is None and demanded:
        yield Rejection("loan.ceiling_unknown", "unknown", law=law, entries=entries, loan_id=loan_id)


def _against_purpose(command: AuthoriseLoan, context: Context) -> Iterator[Rejection]:
    """The purposes as IKS-loven § 22 lists them from 2024; what went before is not held against that list."""
    if command.loan_purpose not in _IKS_PURPOSES and context.on >= PLAN_RULE_FROM:
        purpose = command.loan_purpose
        yield Rejection("loan.purpose_not_allowed", law="IKS-loven § 22", loan_id=command.loan_id, purpose=purpose)


def _against_no_approval(command: AuthoriseLoan) -> Iterator[Rejection]:
    law, loan_id, named = "IKS-loven § 22 a", command.loan_id, command.robek_members
    if command.approved_on is not None:
        return
    if named == "unknown":
        yield Rejection("loan.robek_unknown", "unknown", law=law, loan_id=loan_id)
    elif named:
        yield Rejection("loan.robek_approval_missing", law=law, loan_id=loan_id, member_ids=sorted(set(named)))


def _against_basis(command: AuthoriseLoan, around: Around) -> Iterator[Rejection]:
    loan_id, decision_id = command.loan_id, command.decision_id
    made = around.decisions.by_id.get(decision_id)
    if decision_id == "unknown":
        yield Rejection("loan.decision_missing", "unknown", loan_id=loan_id)
    elif made is not None and made.kind in ADOPTS_NOTHING:
        entries, kind = (made.entry,), made.kind
        yield Rejection(
            "loan.decision_adopts_nothing", entries=entries, loan_id=loan_id, decision_id=decision_id, kind=kind
        )
