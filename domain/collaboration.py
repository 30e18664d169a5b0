"""All registers composed: one state, one `decide`, one `evolve`, and the unions of every event and command."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
from domain.bodies import BodyCommand
from domain.budgets import BudgetCommand
from domain.cases import CaseCommand
from domain.constitution import (
    ConstitutionCommand,
)
from domain.copying import replace
from domain.corrections import Held
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
    put_right_in,
    registers_of,
    subjects,
    touched,
    with_registers,
)
from domain.irregularities import HealIrregularity, Ratifying
from domain.kernel import Context, Decision, Rejection, Ruling, context_for, judge
from domain.meetings import MeetingCommand
from domain.members import (
    MemberCommand,
    Tied,
)
from domain.minutes import MinutesCommand
from domain.outlook import (
    around_agreements,
    around_audits,
    around_constitution,
    around_meetings,
    book_of,
    departure_checklist,
    elsewhere,
    host_of,
    readiness_book,
    ties_of,
)
from domain.readiness import ReadinessCommand
from domain.records import RecordCommand
from domain.resolutions import ResolutionCommand
from domain.text import SealedText
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
    "put_right_in",
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

    yield from corrections.against_signed(
        held, corrections.signed_with(held, s.minutes, s.meetings), decided_by, context
    )


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
        if isinstance(event, DecisionMade):
            standing = s.constitution.standing(context.on)
            claims = s.agreements.claims()
            yield from budgets.against_overspending(event, s.budgets.by_year, s.decisions, claims, standing)


def _decide(command: AnyCommand, s: Collaboration, context: Context) -> Decision:
    if isinstance(command, ConstitutionCommand):
        return constitution.decide(
            command, s.constitution, s.members, s.resolutions, around_constitution(s, context), context
        )
    constitution.require_founded(s.constitution)
    constitution.require_standing(s.constitution, command.type, context)
    if isinstance(command, MemberCommand):
        return _decide_member(command, s, context)
    if isinstance(command, ResolutionCommand):
        return resolutions.decide(command, s.resolutions, s.members.parties, s.constitution.charters, context)
    if isinstance(command, BodyCommand):
        standing = constitution.standing(s.constitution, s.members, s.resolutions, context.on)
        return bodies.decide(command, s.bodies, s.members, s.resolutions, elsewhere(s), standing, context)
    if isinstance(command, AuthorityCommand):
        return authority.decide(command, book_of(s, context.on), context)
    if isinstance(command, CaseCommand):
        return _decide_case(command, s, context)
    if isinstance(command, MeetingCommand):
        return meetings.decide(command, around_meetings(s), context)
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
        return agreements.decide(command, s.agreements, around_agreements(s), context)
    if isinstance(command, AuditCommand):
        return audits.decide(command, around_audits(s), context)
    if isinstance(command, BenefitCommand):
        below = benefits.Known(s.members, s.bodies, s.decisions, s.budgets, s.agreements)
        return benefits.decide(command, s.benefits, below, context)
    if isinstance(command, ReadinessCommand):
        return readiness.decide(command, s.readiness, readiness_book(s), context)
    if isinstance(command, ErasePersonalData):
        return erasure.erase(command, erasure.Known(s.erasures, s.bodies, s.head), context)
    if isinstance(command, RecordCommand):
        return records.decide(command, s.records, s.decisions, s.head, context)
    if isinstance(command, HealIrregularity):
        return _decide_healing(command, s, context)
    assert_never(command)


def _decide_member(command: MemberCommand, s: Collaboration, context: Context) -> Decision:
    tied = Tied(s.bodies.with_seats_for, partial(ties_of, s, context.effective))
    return members.decide(command, s.members, s.resolutions, s.constitution.standing(context.on), tied, context)


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
        host=partial(host_of, s, context.on),
        found=s.audits.findings.__contains__,
        reviewed=partial(agreements.was_reviewed, s.agreements.reviews),
    )
    return decisions.decide(command, known, s.constitution.standing(context.on), context)


def _decide_healing(command: HealIrregularity, s: Collaboration, context: Context) -> Decision:
    found = s.irregular.by_entry.get(command.entry)
    about = () if found is None else touched(found.fact)
    spent = None if found is None else effects.carried_out(s.decisions, found.fact.event, found.type, found.fact)
    ratifying = Ratifying(s.decisions, s.bodies, s.authority, s.constitution.standing(context.on), spent)
    return irregularities.heal(command, s.irregular, ratifying, about, context)


def _decide_budget(command: BudgetCommand, s: Collaboration, context: Context) -> Decision:
    charter = s.constitution.charter_on(context.on)
    around = budgets.Around(
        members=s.members,
        standing=s.constitution.standing(context.on),
        decisions=s.decisions,
        resolutions=s.resolutions,
        bodies=s.bodies.bodies,
        cases=s.cases.by_id,
        agreements=s.agreements.agreements,
        loan_ceiling_ore=None if charter is None else charter.loan_ceiling_ore,
    )
    return budgets.decide(command, s.budgets, around, context)


def _decide_case(command: CaseCommand, s: Collaboration, context: Context) -> Decision:
    standing = s.constitution.standing(context.on)
    return cases.decide(command, s.cases, s.bodies, s.agreements.services, standing, context)


def _decide_vote(command: VoteCommand, s: Collaboration, context: Context) -> Decision:
    standing = s.constitution.standing(context.on)
    around = votes.Surroundings(s.cases, s.meetings, s.bodies, s.members, standing)
    return votes.decide(command, s.votes, around, context)
