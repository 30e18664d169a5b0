"""All registers composed: one state, one `decide`, one `evolve`, and the unions of every event and command."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain
from typing import Annotated, assert_never

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
from domain.agreements import AgreementCommand
from domain.audits import AuditCommand
from domain.authority import AuthorityCommand, AuthorityExercised
from domain.benefits import BenefitCommand
from domain.bodies import BodyCommand, Elsewhere
from domain.budgets import BudgetCommand
from domain.cases import CaseCommand
from domain.constitution import (
    ConstitutionCommand,
    Surroundings,
)
from domain.corrections import Held, SignedIn
from domain.dates import Interval
from domain.decisions import DecisionCommand, DecisionMade, Known, MakeDecision
from domain.erasure import ErasePersonalData
from domain.folding import (
    EVENTS,
    AnyEvent,
    Collaboration,
    Event,
    by_type,
    corrected_by,
    evolve,
    held_at,
    may_touch_a_meeting,
    registers_of,
    subjects,
    touched,
    with_registers,
)
from domain.irregularities import HealIrregularity, Ratifying
from domain.kernel import Context, Decision, Rejection, Ruling, context_for, judge
from domain.meetings import Around, Meeting, MeetingCommand
from domain.members import (
    ChecklistItem,
    MemberCommand,
    Tied,
    Ties,
)
from domain.minutes import MinutesCommand
from domain.readiness import ReadinessCommand
from domain.records import RecordCommand
from domain.resolutions import ResolutionCommand
from domain.text import SealedText
from domain.vocabulary import Holder
from domain.votes import VoteCommand

__all__ = [
    "COMMANDS",
    "EVENTS",
    "AnyCommand",
    "AnyEvent",
    "Collaboration",
    "Command",
    "Event",
    "book_of",
    "context_of",
    "corrected_by",
    "decide",
    "departure_checklist",
    "evolve",
    "held_at",
    "may_touch_a_meeting",
    "readiness_book",
    "subjects",
    "touched",
]

AnyCommand = (
    ConstitutionCommand
    | MemberCommand
    | ResolutionCommand
    | BodyCommand
    | AuthorityCommand
    | CaseCommand
    | MeetingCommand
    | VoteCommand
    | DecisionCommand
    | MinutesCommand
    | BudgetCommand
    | AgreementCommand
    | AuditCommand
    | BenefitCommand
    | ReadinessCommand
    | ErasePersonalData
    | RecordCommand
    | HealIrregularity
)


Command = Annotated[AnyCommand, Field(discriminator="type")]
"""Every command that may be sent, told apart by `type`."""
COMMANDS: dict[str, type[AnyCommand]] = by_type(AnyCommand)
"""Command classes by name."""


def decide(command: AnyCommand, state: Collaboration, context: Context) -> Decision:
    """Returns the events a command leads to. Raises Rejection, and nothing else.

    What the command's own register says of it comes first, then the ids it takes and what it rests on.
    """
    corrected = None if command.corrects is None else _target_of(command, state)
    held_without = state if corrected is None else _without(state, corrected)
    decided = _decide(command, held_without, context)
    against = chain(
        _against_correcting(corrected, decided, state, context),
        _against_any(command, state, context),
        _against_bounds(decided, state, context),
    )
    ruling = judge(against, context.mode)
    return Decision(decided.events, _both(decided.ruling, ruling))


def context_of(command: AnyCommand, state: Collaboration, today: date, seal: Callable[[str], SealedText]) -> Context:
    """Returns the context a command is decided in. A correction without a date is of the day of what it corrects."""
    context = context_for(command, today, seal)
    held = None if command.corrects is None else held_at(state, command.corrects)
    if held is None or command.effective is not None:
        return context
    return replace(context, effective=held.fact.effective)


def _target_of(command: AnyCommand, s: Collaboration) -> Held:
    """Returns the act a command corrects. Raises Rejection."""

    def healed(entry: int) -> tuple[bool, int | None]:
        kept = s.irregular.by_entry.get(entry)
        return (False, None) if kept is None else (True, kept.healed_by)

    return corrections.target_of(command, command.type, corrections.Known(s.corrections, s.head, healed))


def _without(s: Collaboration, held: Held) -> Collaboration:
    return with_registers(s, corrections.without(registers_of(s), held))


def _against_correcting(
    held: Held | None, decided: Decision, s: Collaboration, context: Context
) -> Iterator[Rejection]:
    """Yields what stands against an act being corrected by what was decided."""
    if held is None:
        return
    yield from corrections.against_replacement(held, decided.events[0], context)

    def decided_by(decision_id: str) -> str | None:
        made = s.decisions.by_id.get(decision_id)
        return None if made is None else made.body

    yield from corrections.against_signed(held, _signed_with(held, s), decided_by, context)


def _signed_with(held: Held, s: Collaboration) -> Iterator[SignedIn]:
    """Yields the meetings whose signed minutes tell of an act: it is among their entries, or its case is treated."""
    case_id = getattr(held.fact.event, "case_id", None)
    for meeting_id, signed_by in sorted(s.minutes.signed.items()):
        meeting = s.meetings.by_id.get(meeting_id)
        if meeting is None:
            continue
        lines = s.minutes.of(meeting_id).signed_lines
        if case_id in meeting.agenda or any(line.number == held.fact.number for line in lines):
            yield SignedIn(meeting_id, meeting.body_id, signed_by)


def _both(first: Ruling, second: Ruling) -> Ruling:
    return Ruling(
        tuple(dict.fromkeys((*first.irregular, *second.irregular))),
        tuple(dict.fromkeys((*first.unverified, *second.unverified))),
    )


def _against_any(command: AnyCommand, s: Collaboration, context: Context) -> Iterator[Rejection]:
    """Yields what stands against any act, whichever register it belongs to."""
    yield from irregularities.against_reserved(command, command.type, s.irregular)
    if isinstance(command, MakeDecision):
        yield from effects.against_terms(command, COMMANDS)
    named = effects.Named(s.decisions, s.resolutions, s.constitution.charters, s.irregular.decision)
    yield from effects.against(command, command.type, named, context)


def _against_bounds(decided: Decision, s: Collaboration, context: Context) -> Iterator[Rejection]:
    """Yields where an act under authority is outside the agreement that authority is bound by."""
    for event in decided.events:
        if isinstance(event, DecisionMade | AuthorityExercised):
            held, interval = s.agreements.agreements, context.effective
            yield from agreements.against_service_level(event.service_id, event.chain, s.authority, held, interval)


def _decide(command: AnyCommand, s: Collaboration, context: Context) -> Decision:
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
        return bodies.decide(command, s.bodies, s.members, s.resolutions, _elsewhere(s), standing, context)
    if isinstance(command, AuthorityCommand):
        return authority.decide(command, book_of(s, context.on), context)
    if isinstance(command, CaseCommand):
        return _decide_case(command, s, context)
    if isinstance(command, MeetingCommand):
        return meetings.decide(command, _around_meetings(s), context)
    if isinstance(command, VoteCommand):
        return _decide_vote(command, s, context)
    if isinstance(command, DecisionCommand):
        return _decide_decision(command, s, context)
    if isinstance(command, MinutesCommand):
        book = minutes.Surroundings(s.meetings, s.votes, s.decisions, s.bodies, s.constitution)
        return minutes.decide(command, s.minutes, book, context)
    if isinstance(command, BudgetCommand):
        return _decide_budget(command, s, context)
    if isinstance(command, AgreementCommand):
        return agreements.decide(command, s.agreements, s.members, s.bodies, s.budgets, context)
    if isinstance(command, AuditCommand):
        return audits.decide(command, _around_audits(s), context)
    if isinstance(command, BenefitCommand):
        below = benefits.Known(s.members, s.bodies, s.decisions, s.budgets, s.agreements)
        return benefits.decide(command, s.benefits, below, context)
    if isinstance(command, ReadinessCommand):
        return readiness.decide(command, s.readiness, readiness_book(s), context)
    if isinstance(command, ErasePersonalData):
        return erasure.erase(command, erasure.Known(s.erasures, s.bodies, s.head), context)
    if isinstance(command, RecordCommand):
        return records.decide(command, s.records, s.head, context)
    if isinstance(command, HealIrregularity):
        return _decide_healing(command, s, context)
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


def _elsewhere(s: Collaboration) -> Elsewhere:
    """Returns what bodies and offices must know of the registers above theirs before they cease to be."""

    def open_cases(body_id: str) -> list[str]:
        decided = {made.event.case_id for made in s.decisions.by_id.values() if made.event.body_id == body_id}
        ending_here = (case for case in s.cases.by_id.values() if case.route[-1:] == (body_id,))
        return [case.case_id for case in ending_here if case.closing is None and case.case_id not in decided]

    def grants_of(holder: Holder, day: date) -> list[str]:
        return [grant.grant_id for grant in s.authority.held_by(holder, day) if grant.life.outlasts(day)]

    return Elsewhere(grants_of=grants_of, open_cases=open_cases)


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


def readiness_book(state: Collaboration) -> readiness.Book:
    """Returns a book as the indicators of readiness see it."""
    broken = (
        readiness.Broken(entry, kept.type, kept.fact.irregular, kept.fact.effective.latest, kept.healed_by)
        for entry, kept in sorted(state.irregular.by_entry.items())
    )
    return readiness.Book(
        constitution=state.constitution,
        members=state.members,
        bodies=state.bodies,
        authority=state.authority,
        cases=state.cases,
        meetings=state.meetings,
        votes=state.votes,
        decisions=state.decisions,
        agreements=state.agreements,
        budgets=state.budgets,
        broken=tuple(broken),
        strategies=(),
        head=state.head,
    )


def _decide_decision(command: DecisionCommand, s: Collaboration, context: Context) -> Decision:
    known = Known(
        decisions=s.decisions,
        bodies=s.bodies,
        members=s.members,
        authority=s.authority,
        cases=s.cases,
        meetings=s.meetings,
        votes=s.votes,
        signed=lambda meeting_id: s.minutes.of(meeting_id).signature is not None,
        irregular=s.irregular.decision,
        host=partial(_host, s, context.on),
        found=s.audits.findings.__contains__,
        reviewed=partial(agreements.was_reviewed, s.agreements.reviews),
    )
    return decisions.decide(command, known, s.constitution.standing(context.on), context)


def _around_audits(s: Collaboration) -> audits.Known:
    return audits.Known(s.audits, s.bodies, s.members, s.agreements.services, s.head)


def _host(s: Collaboration, day: date) -> str | None:
    """Returns the host municipality: by the last change of form, else the member founded or admitted as host."""
    named = s.constitution.hosts.certain(day)
    hosts = (m for m, party in sorted(s.members.parties.items()) if party.member_class == "host")
    return named or next(hosts, None)


def _decide_healing(command: HealIrregularity, s: Collaboration, context: Context) -> Decision:
    found = s.irregular.by_entry.get(command.entry)
    about = () if found is None else touched(found.fact)
    spent = None if found is None else effects.carried_out(s.decisions, found.fact.event, found.type, found.fact)
    ratifying = Ratifying(s.decisions, s.bodies, s.authority, s.constitution.standing(context.on), spent)
    return irregularities.heal(command, s.irregular, ratifying, about, context)


def _decide_budget(command: BudgetCommand, s: Collaboration, context: Context) -> Decision:
    around = budgets.Around(
        members=s.members,
        standing=s.constitution.standing(context.on),
        decisions=s.decisions,
        resolutions=s.resolutions,
        bodies=s.bodies.bodies,
        cases=s.cases.by_id,
        agreements=s.agreements.agreements,
    )
    return budgets.decide(command, s.budgets, around, context)


def _decide_case(command: CaseCommand, s: Collaboration, context: Context) -> Decision:
    standing = s.constitution.standing(context.on)
    return cases.decide(command, s.cases, s.bodies, s.agreements.services, standing, context)


def _around_meetings(s: Collaboration) -> Around:
    def decided_in(meeting: Meeting) -> frozenset[str]:
        voted = (case_id for case_id in meeting.agenda if _voted_on(s, meeting.meeting_id, case_id))
        return s.decisions.cases_decided_in(meeting.meeting_id).union(voted)

    return Around(s.meetings, s.cases, s.bodies, s.members, s.constitution.standing, s.votes.by_id, decided_in)


def _voted_on(s: Collaboration, meeting_id: str, case_id: str) -> bool:
    """Returns whether a vote in the meeting settled something in the case itself."""
    taken = (s.votes.by_id[vote_id] for vote_id in s.votes.by_case.get(case_id) or ())
    return any(v.meeting_id == meeting_id and v.about in votes.SETTLING and v.result != "tie" for v in taken)


def _decide_vote(command: VoteCommand, s: Collaboration, context: Context) -> Decision:
    standing = s.constitution.standing(context.on)
    around = votes.Surroundings(s.cases, s.meetings, s.bodies, s.members, standing)
    return votes.decide(command, s.votes, around, context)
