"""Register of authority (delegert myndighet): which powers were granted to whom, how far, and when they ended.

Kommuneloven §§ 5-3, 5-4, 20-2 and 20-3. Money is a power of its own and follows from no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from domain.authority import granting, revocation
from domain.authority.granting import AuthorityGranted, GrantAuthority, form_allows
from domain.authority.revocation import AuthorityRevoked, RevokeAuthority
from domain.authority.state import Authority, Grant, ended, with_successors
from domain.authority.terms import Condition, ConditionGiven, Terms
from domain.authority.ties import grants_of, open_grants
from domain.bodies import Bodies
from domain.constitution import GrantMapping
from domain.kernel import Context, Decision, Fact, Subject
from domain.members import Members, MemberSucceeded
from domain.rulebook import Standing

__all__ = [
    "Authority",
    "AuthorityCommand",
    "AuthorityEvent",
    "AuthorityGranted",
    "AuthorityRevoked",
    "Condition",
    "ConditionGiven",
    "Grant",
    "GrantAuthority",
    "RevokeAuthority",
    "Terms",
    "decide",
    "ended",
    "evolve",
    "form_allows",
    "grants_of",
    "open_grants",
    "reform",
    "subjects",
    "succeed",
]

AuthorityEvent = AuthorityGranted | AuthorityRevoked
AuthorityCommand = GrantAuthority | RevokeAuthority


def evolve(state: Authority, event: AuthorityEvent, fact: Fact) -> Authority:
    """Returns the state after one event."""
    match event:
        case AuthorityGranted():
            return granting.granted(state, event, fact)
        case AuthorityRevoked():
            return ended(state, (event.grant_id, *event.cascade), fact)
        case _:
            assert_never(event)


def succeed(state: Authority, event: MemberSucceeded, fact: Fact) -> Authority:
    """Returns the state in which successors take the predecessors' place in the mapped grants."""
    return with_successors(state, event, fact)


def reform(state: Authority, mappings: tuple[GrantMapping, ...], fact: Fact) -> Authority:
    """Returns the state after a change of legal form: grants mapped to lapse end in the fact's interval."""
    return ended(state, (mapping.grant_id for mapping in mappings if mapping.outcome == "lapses"), fact)


def subjects(event: AuthorityEvent) -> Iterator[Subject]:
    """Yields every entity the event touches, the one it is about first."""
    match event:
        case AuthorityGranted():
            return granting.subjects(event)
        case AuthorityRevoked():
            return revocation.subjects(event)
        case _:
            assert_never(event)


def decide(
    command: AuthorityCommand,
    authority: Authority,
    bodies: Bodies,
    members: Members,
    standing: Standing,
    decisions: Mapping[str, object],
    agreements: Mapping[str, object],
    context: Context,
) -> Decision:
    """Returns what a command on authority leads to. Raises Rejection.

    Of decisions and agreements only the ids are used.
    """
    match command:
        case GrantAuthority():
            return granting.grant(command, authority, bodies, members, standing, decisions, agreements, context)
        case RevokeAuthority():
            return revocation.revoke(command, authority, bodies, standing, context)
        case _:
            assert_never(command)
