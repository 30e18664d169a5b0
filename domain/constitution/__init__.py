"""Register of the constitution (stiftelse og avtale): founding, legal form, charter.

Kommuneloven chapters 17-20 and 31, IKS-loven § 4, and § 27 of the 1992 act as history. Each subject has a file with its
events, commands and rules; the state they share is in `state`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from domain.constitution.charter import (
    CharterEnteredIntoForce,
    CharterProposed,
    ClauseText,
    EnterCharterIntoForce,
    ProposeCharter,
    Tally,
    charter_of,
    enter_into_force,
    propose,
)
from domain.constitution.coming import standing
from domain.constitution.dissolution import (
    AFTERWARDS,
    CollaborationDissolved,
    Custodian,
    DissolutionCause,
    DissolveCollaboration,
    Liable,
    Obligation,
    dissolve,
    require_standing,
)
from domain.constitution.founding import CollaborationFounded, FoundCollaboration, Language, ReasonCode, found
from domain.constitution.legal_form import ChangeLegalForm, LegalFormChanged, change
from domain.constitution.state import Charter, Clause, ClauseKey, Constitution, Dissolution
from domain.constitution.surroundings import Represented, Surroundings
from domain.constitution.takeover import Transfer
from domain.copying import replace
from domain.kernel import Context, Decision, Fact, Rejection, Subject
from domain.members import Members
from domain.resolutions import COLLABORATION, RatifiedBy, Resolutions
from domain.vocabulary import GrantMapping

__all__ = [
    "AFTERWARDS",
    "ChangeLegalForm",
    "Charter",
    "CharterEnteredIntoForce",
    "CharterProposed",
    "Clause",
    "ClauseKey",
    "ClauseText",
    "CollaborationDissolved",
    "CollaborationFounded",
    "Constitution",
    "ConstitutionCommand",
    "ConstitutionEvent",
    "Custodian",
    "Dissolution",
    "DissolutionCause",
    "DissolveCollaboration",
    "EnterCharterIntoForce",
    "FoundCollaboration",
    "GrantMapping",
    "Language",
    "LegalFormChanged",
    "Liable",
    "Obligation",
    "ProposeCharter",
    "RatifiedBy",
    "ReasonCode",
    "Represented",
    "Surroundings",
    "Tally",
    "Transfer",
    "decide",
    "evolve",
    "require_founded",
    "require_standing",
    "standing",
    "subjects",
]

ConstitutionEvent = (
    CollaborationFounded | CharterProposed | CharterEnteredIntoForce | LegalFormChanged | CollaborationDissolved
)
ConstitutionCommand = (
    FoundCollaboration | ProposeCharter | EnterCharterIntoForce | ChangeLegalForm | DissolveCollaboration
)


def evolve(state: Constitution, event: ConstitutionEvent, fact: Fact) -> Constitution:
    """Returns the state after one event."""
    match event:
        case CollaborationFounded():
            return replace(
                state,
                founding=fact.number,
                forms=state.forms.with_mark(fact.effective, fact.number, event.legal_form),
                names=state.names.with_mark(fact.effective, fact.number, event.name),
            )
        case CharterProposed():
            charter = charter_of(event, fact.number)
            return replace(state, charters=state.charters.insert(event.charter_version, charter))
        case CharterEnteredIntoForce():
            return _in_force(state, event, fact)
        case LegalFormChanged():
            return _reformed(state, event, fact)
        case CollaborationDissolved():
            return replace(state, dissolution=_dissolution(event, fact))
        case _:
            assert_never(event)


def _in_force(state: Constitution, event: CharterEnteredIntoForce, fact: Fact) -> Constitution:
    charter = state.charters.get(event.charter_version)
    if charter is None:
        return state
    return replace(
        state,
        charters=state.charters.insert(event.charter_version, replace(charter, in_force_entry=fact.number)),
        in_force=state.in_force.closed_by(fact.effective).with_mark(fact.effective, fact.number, event.charter_version),
    )


def _reformed(state: Constitution, event: LegalFormChanged, fact: Fact) -> Constitution:
    names = state.names
    if event.name is not None:
        names = names.closed_by(fact.effective).with_mark(fact.effective, fact.number, event.name)
    return replace(
        state,
        forms=state.forms.closed_by(fact.effective).with_mark(fact.effective, fact.number, event.to_form),
        names=names,
        hosts=state.hosts.closed_by(fact.effective).with_mark(fact.effective, fact.number, event.host),
    )


def _dissolution(event: CollaborationDissolved, fact: Fact) -> Dissolution:
    keeper = event.archive_custodian
    name = None if keeper is None or keeper == "unknown" else keeper.name
    return Dissolution(fact.number, fact.effective, event.cause, name)


def subjects(event: ConstitutionEvent) -> Iterator[Subject]:
    """Yields everyone and everything an event touches, the one it is about first."""
    match event:
        case CollaborationFounded():
            yield Subject("collaboration", COLLABORATION)
            yield from (Subject("member", party.member_id) for party in event.founders)
        case CharterProposed():
            yield Subject("charter", event.charter_version)
        case CharterEnteredIntoForce():
            yield Subject("charter", event.charter_version)
            yield Subject("collaboration", COLLABORATION)
        case LegalFormChanged():
            yield Subject("collaboration", COLLABORATION)
            yield Subject("charter", event.charter_version)
            yield from (Subject("grant", grant.grant_id) for grant in event.grants)
            if event.host is not None:
                yield Subject("member", event.host)
        case CollaborationDissolved():
            yield Subject("collaboration", COLLABORATION)
            yield from (Subject("member", member_id) for member_id in event.members)
            yield from (Subject(o.kind, o.ref) for o in event.obligations if o.kind in ("grant", "agreement"))
        case _:
            assert_never(event)


def require_founded(constitution: Constitution) -> None:
    """Raises Rejection where nothing is founded yet: a book begins with its founding."""
    if constitution.founding is None:
        raise Rejection("collaboration.not_founded", "fact")


def decide(
    command: ConstitutionCommand,
    constitution: Constitution,
    members: Members,
    resolutions: Resolutions,
    around: Surroundings,
    context: Context,
) -> Decision:
    """Answers a command, knowing what surrounds the constitution in the interval of the act. Raises Rejection."""
    if isinstance(command, FoundCollaboration):
        return found(command, constitution, context)
    require_founded(constitution)
    require_standing(constitution, command.type, context)
    match command:
        case ProposeCharter():
            return propose(command, constitution, context)
        case EnterCharterIntoForce():
            return enter_into_force(command, constitution, members, resolutions, context)
        case ChangeLegalForm():
            return change(command, constitution, members, resolutions, around, context)
        case DissolveCollaboration():
            return dissolve(command, constitution, members, resolutions, around, context)
        case _:
            assert_never(command)
