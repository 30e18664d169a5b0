"""The fold of a book: the state all registers make up together, and how each entry changes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, assert_never, cast, get_args

from pydantic import Field

from domain import (
    agreements,
    audits,
    authority,
    benefits,
    bodies,
    budgets,
    cases,
    constitution,
    corrections,
    decisions,
    effects,
    erasure,
    irregularities,
    meetings,
    members,
    minutes,
    readiness,
    records,
    resolutions,
    votes,
)
from domain.agreements import AgreementEvent, Agreements
from domain.audits import AuditEvent, Audits
from domain.authority import Authority, AuthorityEvent
from domain.benefits import BenefitEvent, Benefits
from domain.bodies import Bodies, BodyEvent
from domain.budgets import BudgetEvent, Budgets
from domain.cases import CaseEvent, Cases
from domain.constitution import (
    CollaborationDissolved,
    CollaborationFounded,
    Constitution,
    ConstitutionEvent,
    LegalFormChanged,
)
from domain.copying import replace
from domain.corrections import REGISTERS, Corrections, Registers, signed_with
from domain.decisions import DecisionEvent, DecisionMade, Decisions
from domain.decisions.effects import ACT_OF_EVENT
from domain.erasure import Erasures, PersonalDataErased
from domain.irregularities import Irregularities, IrregularityHealed
from domain.kernel import Fact, Subject
from domain.meetings import MeetingEvent, Meetings
from domain.members import (
    MemberDeparted,
    MemberEvent,
    Members,
    MemberSucceeded,
)
from domain.minutes import Minutes, MinutesEvent
from domain.readiness import Readiness, ReadinessEvent
from domain.records import EntryAccessChanged, RecordEvent, Records
from domain.resolutions import ResolutionEvent, Resolutions
from domain.votes import VoteEvent, Votes

AnyEvent = (
    ConstitutionEvent
    | MemberEvent
    | ResolutionEvent
    | BodyEvent
    | AuthorityEvent
    | CaseEvent
    | MeetingEvent
    | VoteEvent
    | DecisionEvent
    | MinutesEvent
    | BudgetEvent
    | AgreementEvent
    | AuditEvent
    | BenefitEvent
    | ReadinessEvent
    | PersonalDataErased
    | RecordEvent
    | IrregularityHealed
)

Event = Annotated[AnyEvent, Field(discriminator="type")]
"""Every event that may be stored, told apart by `type`."""


def by_type(union: object) -> dict[str, type]:
    """Returns the classes of a union by their `type`."""
    return {get_args(cls.model_fields["type"].annotation)[0]: cls for cls in get_args(union)}


EVENTS: dict[str, type[AnyEvent]] = by_type(AnyEvent)
"""Event classes by stored name."""


@dataclass(frozen=True)
class Collaboration:
    """The state of one book: what the rules need to know, folded from its entries."""

    constitution: Constitution = Constitution()
    members: Members = Members()
    resolutions: Resolutions = Resolutions()
    bodies: Bodies = Bodies()
    authority: Authority = Authority()
    cases: Cases = Cases()
    meetings: Meetings = Meetings()
    votes: Votes = Votes()
    decisions: Decisions = Decisions()
    minutes: Minutes = Minutes()
    budgets: Budgets = Budgets()
    agreements: Agreements = Agreements()
    audits: Audits = Audits()
    benefits: Benefits = Benefits()
    readiness: Readiness = Readiness()
    erasures: Erasures = field(default=Erasures(), compare=False)
    """Which texts the entries are committed to, which documents they name, and what was erased by order."""
    corrections: Corrections = field(default=Corrections(), compare=False)
    """The acts that may be corrected, as they were recorded, and what has corrected them."""
    records: Records = field(default=Records(), compare=False)
    """Who may read which entry now, and what the entries are tied to outside."""
    irregular: Irregularities = Irregularities()
    """What happened and broke a rule, and has no effect until it is healed."""
    head: int = field(default=0, compare=False)
    """The number of the last entry folded. What an entry adds to it, and to the texts, is no change of what is so."""


def evolve(state: Collaboration, fact: Fact) -> Collaboration:
    """Returns the state after one entry. An irregular act has no effects, but the minutes of its meeting show it."""
    event = cast("AnyEvent", fact.event)
    after = _effected(state, event, fact)
    entered: dict[str, Any] = {"head": fact.number, "records": records.entered(after.records, fact)}
    if may_touch_a_meeting(type(event)):
        entered["minutes"] = minutes.enter(
            after.minutes, (*subjects(event), *put_right_in(state, fact)), event.type, fact
        )
    if fact.reason is not None or fact.documents or erasure.may_hold_text(type(event)):
        entered["erasures"] = erasure.kept(after.erasures, event, fact)
    return replace(after, **entered)


def _effected(state: Collaboration, event: AnyEvent, fact: Fact) -> Collaboration:
    """Returns the state after an act: an irregular one is kept, and changes nothing else until it is healed."""
    if not fact.regular:
        return replace(state, irregular=irregularities.kept(state.irregular, event.type, fact, subjects(event)))
    if isinstance(event, IrregularityHealed):
        irregular, healed = irregularities.healed(state.irregular, event, fact)
        state = replace(state, irregular=irregular)
        return state if healed is None else _effected(state, cast("AnyEvent", healed.event), healed)
    state = _evolved(state, event, fact) if fact.corrects is None else _corrected(state, event, fact)
    if event.type in ACT_OF_EVENT:
        state = replace(state, decisions=effects.applied(state.decisions, event, event.type, fact))
    if state.irregular.awaited:
        overtaken = irregularities.overtaken(state.irregular, event.type, fact, subjects(event))
        state = replace(state, irregular=overtaken)
    return state


def registers_of(state: Collaboration) -> Registers:
    """Returns the registers that hold what may be corrected."""
    return Registers(**{name: getattr(state, name) for name in REGISTERS})


def with_registers(state: Collaboration, registers: Registers) -> Collaboration:
    """Returns the state with these registers in place of its own."""
    return replace(state, **{name: getattr(registers, name) for name in REGISTERS})


def corrected_by(state: Collaboration, fact: Fact) -> corrections.Held | None:
    """Returns the act an entry corrects, as it was recorded; None where there is none of its kind."""
    return None if fact.corrects is None else held_at(state, fact.corrects)


def held_at(state: Collaboration, entry: int) -> corrections.Held | None:
    """Returns the act an entry recorded, if it is of a kind that may be corrected and took effect; None else."""
    kept = state.irregular.by_entry.get(entry)
    return corrections.standing(state.corrections, entry, None if kept is None else kept.healed_by)


def put_right_in(state: Collaboration, fact: Fact) -> tuple[Subject, ...]:
    """Returns the meetings whose signed minutes tell of what an entry corrects, so that they are signed anew."""
    held = corrected_by(state, fact)
    told = () if held is None else signed_with(held, state.minutes, state.meetings)
    return tuple(Subject("meeting", one.meeting_id) for one in told)


def _corrected(state: Collaboration, event: AnyEvent, fact: Fact) -> Collaboration:
    """Returns the state in which an event stands in the place of the act it corrects, where that still stands."""
    held = corrected_by(state, fact)
    if held is None or held.type != event.type or held.corrected_by is not None:
        return state
    registers = corrections.replaced(registers_of(state), held, event, fact)
    state = with_registers(state, registers)
    return replace(state, corrections=corrections.superseded(state.corrections, held, fact))


@cache
def may_touch_a_meeting(event_class: type[AnyEvent]) -> bool:
    """Returns whether an event of this class can be among a meeting's entries; asked of every entry that is folded."""
    return not issubclass(event_class, _NEVER_IN_A_MEETING)


_NEVER_IN_A_MEETING: tuple[type, ...] = tuple(
    cls
    for union in (
        ConstitutionEvent,
        MemberEvent,
        ResolutionEvent,
        BodyEvent,
        BudgetEvent,
        AgreementEvent,
        AuditEvent,
        BenefitEvent,
        ReadinessEvent,
        PersonalDataErased,
        RecordEvent,
    )
    for cls in get_args(union) or (union,)
)


def _evolved(state: Collaboration, event: AnyEvent, fact: Fact) -> Collaboration:
    if corrections.is_correctable(event.type):
        state = replace(state, corrections=corrections.kept(state.corrections, event.type, fact))
    return _folded(state, event, fact)


def _folded(state: Collaboration, event: AnyEvent, fact: Fact) -> Collaboration:
    if isinstance(event, ConstitutionEvent):
        return _constituted(state, event, fact)
    if isinstance(event, MemberEvent):
        return _joined(state, event, fact)
    if isinstance(event, ResolutionEvent):
        return replace(state, resolutions=resolutions.evolve(state.resolutions, event, fact))
    if isinstance(event, BodyEvent):
        return replace(state, bodies=bodies.evolve(state.bodies, event, fact))
    if isinstance(event, AuthorityEvent):
        return replace(state, authority=authority.evolve(state.authority, event, fact))
    if isinstance(event, CaseEvent):
        return replace(state, cases=cases.evolve(state.cases, event, fact))
    if isinstance(event, MeetingEvent):
        return replace(state, meetings=meetings.evolve(state.meetings, event, fact))
    if isinstance(event, VoteEvent):
        return replace(state, votes=votes.evolve(state.votes, event, fact))
    if isinstance(event, DecisionEvent):
        return _decided(state, event, fact)
    if isinstance(event, MinutesEvent):
        return replace(state, minutes=minutes.evolve(state.minutes, event, fact))
    if isinstance(event, BudgetEvent):
        return replace(state, budgets=budgets.evolve(state.budgets, event, fact))
    if isinstance(event, AgreementEvent):
        return replace(state, agreements=agreements.evolve(state.agreements, event, fact))
    if isinstance(event, AuditEvent):
        return replace(state, audits=audits.evolve(state.audits, event, fact))
    if isinstance(event, BenefitEvent):
        return replace(state, benefits=benefits.evolve(state.benefits, event, fact))
    if isinstance(event, ReadinessEvent):
        return replace(state, readiness=readiness.evolve(state.readiness, event, fact))
    if isinstance(event, PersonalDataErased):
        return replace(state, erasures=erasure.evolve(state.erasures, event, fact))
    if isinstance(event, RecordEvent):
        return _recorded(state, event, fact)
    raise TypeError(f"{type(event).__name__} is no event of this ledger")


def _recorded(state: Collaboration, event: RecordEvent, fact: Fact) -> Collaboration:
    """Returns the state after an event about entries as records; minutes know what of them everyone may not read."""
    state = replace(state, records=records.evolve(state.records, event, fact))
    if not isinstance(event, EntryAccessChanged):
        return state
    return replace(state, minutes=minutes.reclassified(state.minutes, event.entry, event.access, event.fields))


def _decided(state: Collaboration, event: DecisionEvent, fact: Fact) -> Collaboration:
    """Returns the state after an event of the register of decisions; one made under a grant counts as use of it."""
    state = replace(state, decisions=decisions.evolve(state.decisions, event, fact))
    if not isinstance(event, DecisionMade) or event.grant_id is None:
        return state
    return replace(state, authority=authority.used(state.authority, _used(event, event.grant_id, fact), event.party))


def _used(event: DecisionMade, grant_id: str, fact: Fact) -> authority.Done:
    """Returns a decision as an act under authority; one stored without its chain counts against its own grant."""
    return authority.Done(
        ref=authority.ActRef(kind="decision", id=event.decision_id),
        entry=fact.number,
        interval=fact.effective,
        grants=tuple(link.grant_id for link in event.chain) or (grant_id,),
        amount_ore=event.amount,
        member_ids=event.binding_on,
    )


def _constituted(state: Collaboration, event: ConstitutionEvent, fact: Fact) -> Collaboration:
    state = replace(state, constitution=constitution.evolve(state.constitution, event, fact))
    if isinstance(event, CollaborationFounded):
        return replace(state, members=members.found(state.members, event.founders, fact))
    if isinstance(event, LegalFormChanged):
        return replace(state, authority=authority.reform(state.authority, event.grants, fact))
    if isinstance(event, CollaborationDissolved):
        return _dissolved(state, event, fact)
    return state


def _dissolved(state: Collaboration, event: CollaborationDissolved, fact: Fact) -> Collaboration:
    """Returns the state in which membership, and the grants and agreements that were settled, end."""
    grants = tuple(obligation.ref for obligation in event.obligations if obligation.kind == "grant")
    concluded = tuple(obligation.ref for obligation in event.obligations if obligation.kind == "agreement")
    return replace(
        state,
        members=members.dissolved(state.members, event.members, fact),
        authority=authority.ended(state.authority, grants, fact),
        agreements=agreements.ended(state.agreements, concluded, fact),
    )


def _joined(state: Collaboration, event: MemberEvent, fact: Fact) -> Collaboration:
    state = replace(state, members=members.evolve(state.members, event, fact))
    if isinstance(event, MemberDeparted):
        return replace(
            state,
            authority=authority.reform(state.authority, event.grants, fact),
            agreements=agreements.depart(state.agreements, event, fact),
        )
    if isinstance(event, MemberSucceeded):
        return replace(
            state,
            bodies=bodies.succeed(state.bodies, event, fact),
            authority=authority.succeed(state.authority, event, fact),
            agreements=agreements.succeed(state.agreements, event, fact),
        )
    return state


def subjects(event: AnyEvent) -> tuple[Subject, ...]:
    """Returns every entity an event touches, the one it is about first, each once."""
    return tuple(dict.fromkeys(_subjects(event)))


def _subjects(event: AnyEvent) -> Iterator[Subject]:
    if isinstance(event, ConstitutionEvent):
        return constitution.subjects(event)
    if isinstance(event, MemberEvent):
        return members.subjects(event)
    if isinstance(event, ResolutionEvent):
        return resolutions.subjects(event)
    if isinstance(event, BodyEvent):
        return bodies.subjects(event)
    if isinstance(event, AuthorityEvent):
        return authority.subjects(event)
    if isinstance(event, CaseEvent):
        return cases.subjects(event)
    if isinstance(event, MeetingEvent):
        return meetings.subjects(event)
    if isinstance(event, VoteEvent):
        return votes.subjects(event)
    if isinstance(event, DecisionEvent):
        return decisions.subjects(event)
    if isinstance(event, MinutesEvent):
        return minutes.subjects(event)
    if isinstance(event, BudgetEvent):
        return budgets.subjects(event)
    if isinstance(event, AgreementEvent):
        return agreements.subjects(event)
    if isinstance(event, AuditEvent):
        return audits.subjects(event)
    if isinstance(event, BenefitEvent):
        return benefits.subjects(event)
    if isinstance(event, ReadinessEvent):
        return readiness.subjects(event)
    if isinstance(event, PersonalDataErased):
        return erasure.subjects(event)
    if isinstance(event, RecordEvent):
        return records.subjects(event)
    if isinstance(event, IrregularityHealed):
        return irregularities.subjects(event)
    assert_never(event)


def touched(fact: Fact) -> tuple[Subject, ...]:
    """Returns what an act is about, and the decisions it rests on, each once."""
    event = cast("AnyEvent", fact.event)
    decided = (Subject("decision", decision_id) for decision_id in effects.resting_on(fact.basis, event))
    return tuple(dict.fromkeys((*_subjects(event), *decided)))
