"""All registers composed: one state, one `decide`, one `evolve`, and the unions of every event and command."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from typing import Annotated, assert_never, get_args

from pydantic import Field

from domain import (
    agreements,
    authority,
    bodies,
    budgets,
    cases,
    constitution,
    decisions,
    meetings,
    members,
    minutes,
    resolutions,
)
from domain.agreements import AgreementCommand, AgreementEvent, Agreements
from domain.authority import Authority, AuthorityCommand, AuthorityEvent
from domain.bodies import Bodies, BodyCommand, BodyEvent
from domain.budgets import BudgetCommand, BudgetEvent, Budgets
from domain.cases import CaseCommand, CaseEvent, Cases
from domain.constitution import (
    CollaborationDissolved,
    CollaborationFounded,
    Constitution,
    ConstitutionCommand,
    ConstitutionEvent,
    LegalFormChanged,
    Surroundings,
)
from domain.dates import Interval
from domain.decisions import DecisionCommand, DecisionEvent, Decisions
from domain.kernel import Context, Decision, Fact, Subject
from domain.meetings import Around, Meeting, MeetingCommand, MeetingEvent, Meetings
from domain.members import (
    ChecklistItem,
    MemberCommand,
    MemberDeparted,
    MemberEvent,
    Members,
    MemberSucceeded,
    Tied,
    Ties,
)
from domain.minutes import Minutes, MinutesCommand, MinutesEvent
from domain.resolutions import ResolutionCommand, ResolutionEvent, Resolutions
from domain.votes.state import Votes

AnyEvent = (
    ConstitutionEvent
    | MemberEvent
    | ResolutionEvent
    | BodyEvent
    | AuthorityEvent
    | CaseEvent
    | MeetingEvent
    | DecisionEvent
    | MinutesEvent
    | BudgetEvent
    | AgreementEvent
)
AnyCommand = (
    ConstitutionCommand
    | MemberCommand
    | ResolutionCommand
    | BodyCommand
    | AuthorityCommand
    | CaseCommand
    | MeetingCommand
    | DecisionCommand
    | MinutesCommand
    | BudgetCommand
    | AgreementCommand
)

Event = Annotated[AnyEvent, Field(discriminator="type")]
"""Every event that may be stored, told apart by `type`."""
Command = Annotated[AnyCommand, Field(discriminator="type")]
"""Every command that may be sent, told apart by `type`."""


def _by_type(union: object) -> dict[str, type]:
    return {get_args(cls.model_fields["type"].annotation)[0]: cls for cls in get_args(union)}


EVENTS: dict[str, type[AnyEvent]] = _by_type(AnyEvent)
"""Event classes by stored name."""
COMMANDS: dict[str, type[AnyCommand]] = _by_type(AnyCommand)
"""Command classes by name."""


@dataclass(frozen=True, slots=True)
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


def decide(command: AnyCommand, state: Collaboration, context: Context) -> Decision:
    """Returns the events a command leads to. Raises Rejection, and nothing else."""
    s = state
    if isinstance(command, ConstitutionCommand):
        return constitution.decide(command, s.constitution, s.members, s.resolutions, _around(s, context), context)
    constitution.require_founded(s.constitution)
    constitution.require_standing(s.constitution, command.type, context)
    if isinstance(command, MemberCommand):
        return _decide_member(command, s, context)
    if isinstance(command, ResolutionCommand):
        return resolutions.decide(command, s.resolutions, s.members.parties, s.constitution.charters, context)
    if isinstance(command, BodyCommand):
        standing = constitution.standing(s.constitution, s.members, s.resolutions, context.on)
        return bodies.decide(command, s.bodies, s.members, standing, context)
    if isinstance(command, AuthorityCommand):
        return authority.decide(command, book_of(s, context.on), context)
    if isinstance(command, CaseCommand):
        return _decide_case(command, s, context)
    if isinstance(command, MeetingCommand):
        return meetings.decide(command, _around_meetings(s), context)
    if isinstance(command, DecisionCommand):
        return _decide_decision(command, s, context)
    if isinstance(command, MinutesCommand):
        return minutes.decide(command, s.minutes, s.meetings, s.votes, s.bodies, s.constitution, context)
    if isinstance(command, BudgetCommand):
        return _decide_budget(command, s, context)
    if isinstance(command, AgreementCommand):
        return agreements.decide(command, s.agreements, s.members, s.bodies, s.budgets, context)
    assert_never(command)


def _decide_member(command: MemberCommand, s: Collaboration, context: Context) -> Decision:
    tied = Tied(s.bodies.with_seats_for, partial(_ties_of, s, context.effective))
    return members.decide(command, s.members, s.resolutions, s.constitution.standing(context.on), tied, context)


def _ties_of(s: Collaboration, interval: Interval, member_ids: Collection[str]) -> Ties:
    """Returns everything that ties the members in an interval: seats, grants, agreements, and services they use."""
    return Ties(
        (
            *bodies.seats_of(s.bodies, member_ids, interval),
            *authority.grants_of(s.authority, s.bodies, member_ids, interval),
            *agreements.agreements_of(s.agreements.agreements, member_ids, interval),
            *agreements.services_of(s.agreements.services, member_ids),
        )
    )


def departure_checklist(state: Collaboration, member_id: str, day: date) -> tuple[ChecklistItem, ...]:
    """Returns what has to be settled before a member leaves on `day`, and what is; see `domain.members.checklist`."""
    ties = _ties_of(state, Interval.exact(day), (member_id,))
    return members.checklist(state.members, member_id, ties, day)


def _around(s: Collaboration, context: Context) -> Surroundings:
    """Returns what surrounds the constitution in the interval of an act."""
    grants = authority.open_grants(s.authority, context.effective)
    concluded = agreements.open_agreements(s.agreements.agreements, context.effective)
    return Surroundings(Ties((*grants, *concluded)), partial(bodies.represented, s.bodies))


def book_of(state: Collaboration, day: date) -> authority.Book:
    """Returns a book as the rules on authority see it on a day."""
    return authority.Book(
        authority=state.authority,
        bodies=state.bodies,
        members=state.members,
        resolutions=state.resolutions,
        standing=state.constitution.standing(day),
        decisions=state.decisions.by_id,
        agreements=state.agreements.agreements,
        meetings=state.meetings.by_id,
    )


def _decide_decision(command: DecisionCommand, s: Collaboration, context: Context) -> Decision:
    return decisions.decide(
        command, s.decisions, s.bodies, s.authority, s.members, s.constitution.standing(context.on), context
    )


def _decide_budget(command: BudgetCommand, s: Collaboration, context: Context) -> Decision:
    return budgets.decide(
        command, s.budgets, s.members, s.constitution.standing(context.on), s.decisions, s.resolutions, context
    )


def _decide_case(command: CaseCommand, s: Collaboration, context: Context) -> Decision:
    standing = s.constitution.standing(context.on)
    return cases.decide(command, s.cases, s.bodies, s.agreements.services, standing, context)


def _around_meetings(s: Collaboration) -> Around:
    def decided_in(meeting: Meeting) -> frozenset[str]:
        return frozenset(case_id for case_id in meeting.agenda if _voted_on(s, meeting.meeting_id, case_id))

    return Around(s.meetings, s.cases, s.bodies, s.members, s.constitution.standing, s.votes.by_id, decided_in)


def _voted_on(s: Collaboration, meeting_id: str, case_id: str) -> bool:
    """Returns whether a vote in the meeting settled something in the case itself."""
    taken = (s.votes.by_id[vote_id] for vote_id in s.votes.by_case.get(case_id) or ())
    return any(v.meeting_id == meeting_id and v.about in ("proposal", "election") and v.result != "tie" for v in taken)


def evolve(state: Collaboration, fact: Fact) -> Collaboration:
    """Returns the state after one entry. An irregular act has no effects, but the minutes of its meeting show it."""
    after = _evolved(state, fact) if fact.regular else state
    event = fact.event
    if not may_touch_a_meeting(type(event)):
        return after
    return replace(after, minutes=minutes.enter(after.minutes, subjects(event), event.type, fact))  # type: ignore[arg-type,attr-defined]


@cache
def may_touch_a_meeting(event_class: type[AnyEvent]) -> bool:
    """Returns whether an event of this class can be among a meeting's entries; asked of every entry that is folded."""
    return not issubclass(event_class, _NEVER_IN_A_MEETING)


_NEVER_IN_A_MEETING: tuple[type, ...] = tuple(
    cls
    for union in (ConstitutionEvent, MemberEvent, ResolutionEvent, BodyEvent, BudgetEvent, AgreementEvent)
    for cls in get_args(union) or (union,)
)


def _evolved(state: Collaboration, fact: Fact) -> Collaboration:
    event = fact.event
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
    if isinstance(event, DecisionEvent):
        return replace(state, decisions=decisions.evolve(state.decisions, event, fact))
    if isinstance(event, MinutesEvent):
        return replace(state, minutes=minutes.evolve(state.minutes, event, fact))
    if isinstance(event, BudgetEvent):
        return replace(state, budgets=budgets.evolve(state.budgets, event, fact))
    if isinstance(event, AgreementEvent):
        return replace(state, agreements=agreements.evolve(state.agreements, event, fact))
    raise TypeError(f"{type(event).__name__} is no event of this ledger")


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
    if isinstance(event, DecisionEvent):
        return decisions.subjects(event)
    if isinstance(event, MinutesEvent):
        return minutes.subjects(event)
    if isinstance(event, BudgetEvent):
        return budgets.subjects(event)
    if isinstance(event, AgreementEvent):
        return agreements.subjects(event)
    assert_never(event)
