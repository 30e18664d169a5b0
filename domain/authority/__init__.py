"""Register of authority (delegert myndighet): which powers were granted to whom, how far, how they were used, and when
they ended.

Kommuneloven §§ 5-3, 5-4, 5-14, 6-1, 13-1, 20-2 and 20-3. Money is a power of its own and follows from no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain.authority import control, exercise, granting, reporting, revocation, subdelegation
from domain.authority.acting import Act, against_act, nearest
from domain.authority.book import Book
from domain.authority.control import (
    AuthorityInstructionIssued,
    AuthorityRestored,
    AuthoritySuspended,
    IssueAuthorityInstruction,
    RestoreAuthority,
    SuspendAuthority,
)
from domain.authority.could import Step, Verdict, could
from domain.authority.exercise import AuthorityExercised, ExerciseAuthority
from domain.authority.granting import AuthorityGranted, GrantAuthority
from domain.authority.links import Chain, chain_of, under
from domain.authority.offers import form_allows
from domain.authority.reporting import (
    AdoptDelegationRules,
    AuthorityUseReported,
    DelegationRulesAdopted,
    ReportAuthorityUse,
)
from domain.authority.revocation import AuthorityRevoked, RevokeAuthority, cascade
from domain.authority.state import Authority, Grant, ended, with_successors
from domain.authority.subdelegation import AuthoritySubdelegated, SubdelegateAuthority
from domain.authority.terms import Condition, ConditionGiven, Terms
from domain.authority.ties import grants_of, open_grants
from domain.authority.use import ActRef, ChainLink, Done, Use, Used
from domain.constitution import GrantMapping
from domain.kernel import Context, Decision, Fact, Subject
from domain.members import MemberSucceeded

__all__ = [
    "Act",
    "ActRef",
    "AdoptDelegationRules",
    "Authority",
    "AuthorityCommand",
    "AuthorityEvent",
    "AuthorityExercised",
    "AuthorityGranted",
    "AuthorityInstructionIssued",
    "AuthorityRestored",
    "AuthorityRevoked",
    "AuthoritySubdelegated",
    "AuthoritySuspended",
    "AuthorityUseReported",
    "Book",
    "Chain",
    "ChainLink",
    "Condition",
    "ConditionGiven",
    "DelegationRulesAdopted",
    "Done",
    "ExerciseAuthority",
    "Grant",
    "GrantAuthority",
    "IssueAuthorityInstruction",
    "ReportAuthorityUse",
    "RestoreAuthority",
    "RevokeAuthority",
    "Step",
    "SubdelegateAuthority",
    "SuspendAuthority",
    "Terms",
    "Use",
    "Used",
    "Verdict",
    "against_act",
    "cascade",
    "chain_of",
    "could",
    "decide",
    "ended",
    "evolve",
    "form_allows",
    "grants_of",
    "nearest",
    "open_grants",
    "reform",
    "subjects",
    "succeed",
    "under",
    "used",
]

AuthorityEvent = (
    AuthorityGranted
    | AuthoritySubdelegated
    | AuthorityInstructionIssued
    | AuthoritySuspended
    | AuthorityRestored
    | AuthorityRevoked
    | AuthorityExercised
    | DelegationRulesAdopted
    | AuthorityUseReported
)
AuthorityCommand = (
    GrantAuthority
    | SubdelegateAuthority
    | IssueAuthorityInstruction
    | SuspendAuthority
    | RestoreAuthority
    | RevokeAuthority
    | ExerciseAuthority
    | AdoptDelegationRules
    | ReportAuthorityUse
)


def evolve(state: Authority, event: AuthorityEvent, fact: Fact) -> Authority:
    """Returns the state after one event."""
    match event:
        case AuthorityGranted():
            return granting.granted(state, event, fact)
        case AuthoritySubdelegated():
            return subdelegation.subdelegated(state, event, fact)
        case AuthorityInstructionIssued():
            return control.instructed(state, event, fact)
        case AuthoritySuspended():
            return control.suspended(state, event, fact)
        case AuthorityRestored():
            return control.restored(state, event, fact)
        case AuthorityRevoked():
            return ended(state, (event.grant_id, *event.cascade), fact)
        case AuthorityExercised():
            return exercise.exercised(state, event, fact)
        case DelegationRulesAdopted():
            return reporting.adopted(state, event, fact)
        case AuthorityUseReported():
            return reporting.reported(state, event, fact)
        case _:
            assert_never(event)


def succeed(state: Authority, event: MemberSucceeded, fact: Fact) -> Authority:
    """Returns the state in which successors take the predecessors' place in the mapped grants."""
    return with_successors(state, event, fact)


def used(state: Authority, done: Done, party: str | None) -> Authority:
    """Returns the state with one more act under authority, such as a decision made under a grant."""
    return state.with_act(done, party)


def reform(state: Authority, mappings: tuple[GrantMapping, ...], fact: Fact) -> Authority:
    """Returns the state after a change of legal form: grants mapped to lapse end in the fact's interval."""
    return ended(state, (mapping.grant_id for mapping in mappings if mapping.outcome == "lapses"), fact)


def subjects(event: AuthorityEvent) -> Iterator[Subject]:
    """Yields every entity the event touches, the one it is about first."""
    match event:
        case AuthorityGranted():
            return granting.subjects(event)
        case AuthoritySubdelegated():
            return subdelegation.subjects(event)
        case AuthorityInstructionIssued() | AuthoritySuspended() | AuthorityRestored():
            return control.subjects(event)
        case AuthorityRevoked():
            return revocation.subjects(event)
        case AuthorityExercised():
            return exercise.subjects(event)
        case DelegationRulesAdopted() | AuthorityUseReported():
            return reporting.subjects(event)
        case _:
            assert_never(event)


def decide(command: AuthorityCommand, book: Book, context: Context) -> Decision:
    """Returns what a command on authority leads to. Raises Rejection."""
    match command:
        case GrantAuthority():
            return granting.grant(command, book, context)
        case SubdelegateAuthority():
            return subdelegation.subdelegate(command, book, context)
        case IssueAuthorityInstruction():
            return control.instruct(command, book, context)
        case SuspendAuthority():
            return control.suspend(command, book, context)
        case RestoreAuthority():
            return control.restore(command, book, context)
        case RevokeAuthority():
            return revocation.revoke(command, book, context)
        case ExerciseAuthority():
            return exercise.exercise(command, book, context)
        case AdoptDelegationRules():
            return reporting.adopt(command, book, context)
        case ReportAuthorityUse():
            return reporting.report(command, book, context)
        case _:
            assert_never(command)
