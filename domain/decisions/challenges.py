"""Decisions called in question: review of legality (lovlighetskontroll), complaint (klage), objection (innsigelse).

Kommuneloven § 27-1: three members of a council together, within three weeks of the decision; the ministry on its own
initiative. § 27-2: what can be reviewed. § 27-3: a review puts nothing off unless someone says so. § 20-7: at a host,
the councillors of the municipality it was decided for, and not the host's. Forvaltningsloven §§ 28, 29 and 31: a party,
within three weeks of being notified; later only for a reason, and never after a year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field
from rpds import List

from domain.copying import replace
from domain.dates import Interval
from domain.decisions.known import Known
from domain.decisions.recorded import DecisionMade
from domain.decisions.state import Challenge, ChallengeKind, ChallengeOutcome, Decisions, End
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.rulebook import Standing
from domain.rulebook.time_limits import last_day
from domain.text import Count, Id, Name, Unknown
from domain.vocabulary import LegalFormId

# Events: stored for ever -----------------------------------------------------------------


class DecisionChallenged(Event):
    """A decision was called in question; the entry's date is the day the challenge was made."""

    type: Literal["decision.challenged"] = "decision.challenged"
    challenge_id: Id
    decision_id: Id
    challenge: ChallengeKind
    persons: tuple[Id, ...] = ()
    members: tuple[Id, ...] = ()
    parties: tuple[Name, ...] = ()
    """Whoever else stands behind it."""
    councillors: Count | Unknown | None = None
    """How many members of the council stand behind a review of legality."""
    council_of: Id | None = None
    """The member whose council they sit in."""
    own_initiative: bool = False
    """Whether the ministry reviews of its own accord (§ 27-1 second paragraph)."""
    stay: bool = False
    """Whether it was decided to put off carrying the decision out (§ 27-3; forvaltningsloven § 42)."""
    accepted_late: bool = False
    """Whether a complaint is treated though it came late (forvaltningsloven § 31)."""


class ChallengeResolved(Event):
    """What a challenge came to."""

    type: Literal["challenge.resolved"] = "challenge.resolved"
    challenge_id: Id
    decision_id: Id
    outcome: ChallengeOutcome
    by: Name
    """Who settled it: most often somebody outside the book."""
    by_body: Id | None = None
    """The body of the book that did, where it was one."""
    replaced_by: Id | None = None
    """The decision in its place, where it was changed."""
    effects_rolled_back: tuple[Annotated[int, Field(ge=1)], ...] = ()
    """Entries of acts that rest on a decision no longer in force, to be undone by new acts; computed."""


# Commands --------------------------------------------------------------------------------


class ChallengeDecision(Command):
    """Record that a decision is called in question; `effective` is the day the challenge was made."""

    type: Literal["decision.challenge"]
    challenge_id: Id
    decision_id: Id
    challenge: ChallengeKind
    persons: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    members: Annotated[tuple[Id, ...], Field(max_length=100)] = ()
    parties: Annotated[tuple[Name, ...], Field(max_length=100)] = ()
    councillors: Count | Unknown | None = None
    council_of: Id | None = None
    own_initiative: bool = False
    stay: bool = False
    accepted_late: bool = False


class ResolveChallenge(Command):
    """Record what a challenge came to."""

    type: Literal["challenge.resolve"]
    challenge_id: Id
    outcome: ChallengeOutcome
    by: Name
    by_body: Id | None = None
    replaced_by: Id | None = None


# State -----------------------------------------------------------------------------------


def challenged(state: Decisions, event: DecisionChallenged, fact: Fact) -> Decisions:
    """Returns the state with one more challenge."""
    behind = frozenset((*event.persons, *event.members, *event.parties))
    challenge = Challenge(
        challenge_id=event.challenge_id,
        entry=fact.number,
        decision_id=event.decision_id,
        kind=event.challenge,
        received=fact.effective,
        stay=event.stay,
        behind=behind,
        council_of=event.council_of,
    )
    ids: List[str] = state.challenged.get(event.decision_id) or List()
    state = replace(
        state,
        challenges=state.challenges.insert(event.challenge_id, challenge),
        challenged=state.challenged.insert(event.decision_id, ids.push_front(event.challenge_id)),
    )
    made = state.by_id.get(event.decision_id)
    if made is None or not event.stay or made.stayed_by is not None:
        return state
    return state.with_made(event.decision_id, replace(made, stayed_by=fact.number))


def resolved(state: Decisions, event: ChallengeResolved, fact: Fact) -> Decisions:
    """Returns the state in which the challenge is settled: what it put off can go on, or the decision has ended."""
    challenge = state.challenges.get(event.challenge_id)
    if challenge is None or challenge.outcome is not None:
        return state
    settled = replace(challenge, outcome=event.outcome, resolved_by=fact.number)
    state = replace(state, challenges=state.challenges.insert(event.challenge_id, settled))
    made = state.by_id.get(challenge.decision_id)
    if made is None:
        return state
    held = [one.entry for one in state.challenges_of(challenge.decision_id) if one.stay and one.outcome is None]
    made = replace(made, stayed_by=min(held, default=None))
    if event.outcome in ("annulled", "changed") and made.end is None:
        made = replace(made, end=End(event.outcome, fact.number, fact.effective))
    return state.with_made(challenge.decision_id, made)


# subjects --------------------------------------------------------------------------------


def subjects(event: DecisionChallenged | ChallengeResolved) -> Iterator[Subject]:
    """Yields the challenge, the decision, and whom the book knows of those behind it or in its settlement."""
    yield Subject("challenge", event.challenge_id)
    yield Subject("decision", event.decision_id)
    if isinstance(event, ChallengeResolved):
        named = (("body", event.by_body), ("decision", event.replaced_by))
        yield from (Subject(kind, id_) for kind, id_ in named if id_ is not None)
        return
    yield from (Subject("person", person_id) for person_id in event.persons)
    councils = () if event.council_of is None else (event.council_of,)
    yield from (Subject("member", member_id) for member_id in (*event.members, *councils))


# Rules -----------------------------------------------------------------------------------

COUNCILLORS_MIN = 3
WEEKS = 3
COMPLAINT_DAYS_MAX = 365
"""A complaint is not treated when a year has gone since the decision (forvaltningsloven § 31)."""

REVIEW_LAW: Mapping[LegalFormId, str] = {
    "ipr": "kommuneloven § 27-1",
    "ko": "kommuneloven § 27-1",
    "host_admin": "kommuneloven § 20-7",
    "host_joint_board": "kommuneloven § 20-7",
    "historic_27": "kommuneloven § 27-1",
    "historic_28": "kommuneloven § 27-1",
}
"""The forms whose decisions are those of elected organs or a municipal administration, open to review (§ 27-2)."""

NOT_FINAL = frozenset({"recommendation", "noted", "postponed"})
"""Kinds that settle nothing, and are no final decisions (§ 27-2)."""


def challenge(command: ChallengeDecision, known: Known, standing: Standing, context: Context) -> Decision:
    """Returns the challenge. Raises Rejection."""
    ruling = judge(_against(command, known, standing, context), context.mode)
    event = DecisionChallenged(
        challenge_id=command.challenge_id,
        decision_id=command.decision_id,
        challenge=command.challenge,
        persons=command.persons,
        members=command.members,
        parties=command.parties,
        councillors=command.councillors,
        council_of=command.council_of,
        own_initiative=command.own_initiative,
        stay=command.stay,
        accepted_late=command.accepted_late,
    )
    return Decision((event,), ruling)


def _against(command: ChallengeDecision, known: Known, standing: Standing, context: Context) -> Iterator[Rejection]:
    before = known.decisions.challenges.get(command.challenge_id)
    if before is not None:
        yield Rejection("challenge.already_made", "fact", entries=(before.entry,), challenge_id=command.challenge_id)
    found = _decision(command.decision_id, known)
    if found is None:
        yield Rejection("challenge.unknown_decision", "fact", decision_id=command.decision_id)
        return
    event, made_on, entry = found
    yield from _against_the_named(command, known)
    yield from _against_twice(command, known)
    if command.challenge == "legality_review":
        yield from _against_review(command, event, entry, standing)
        if not command.own_initiative:
            yield from _against_council(command, event, known, standing)
            yield from _against_late_review(command, made_on, entry, context)
    elif command.challenge == "complaint":
        yield from _against_complaint(command, event, entry)
        yield from _against_late_complaint(command, known, made_on, entry, context)


def _decision(decision_id: str, known: Known) -> tuple[DecisionMade, Interval, int] | None:
    """Returns a decision with its date and entry, an irregular one too: what broke a rule is open to it."""
    made = known.decisions.by_id.get(decision_id)
    if made is not None:
        return made.event, made.interval, made.entry
    fact = known.irregular(decision_id)
    if fact is None or not isinstance(fact.event, DecisionMade):
        return None
    return fact.event, fact.effective, fact.number


def _against_the_named(command: ChallengeDecision, known: Known) -> Iterator[Rejection]:
    councils = () if command.council_of is None else (command.council_of,)
    members = sorted({m for m in (*command.members, *councils) if m not in known.members.parties})
    persons = sorted({p for p in command.persons if p not in known.bodies.persons})
    if members or persons:
        yield Rejection("challenge.unknown_challenger", "fact", members=members, persons=persons)
    behind = (*command.persons, *command.members, *command.parties)
    if not behind and command.councillors is None and not command.own_initiative:
        yield Rejection("challenge.by_nobody", "fact", challenge_id=command.challenge_id)


def _against_twice(command: ChallengeDecision, known: Known) -> Iterator[Rejection]:
    behind = frozenset((*command.persons, *command.members, *command.parties))
    for one in known.decisions.challenges_of(command.decision_id):
        same = (one.kind, one.behind, one.council_of)
        if one.outcome is None and same == (command.challenge, behind, command.council_of):
            params: dict[str, Any] = {"decision_id": command.decision_id, "challenge": command.challenge}
            yield Rejection("challenge.already_open", "fact", entries=(one.entry,), by=one.challenge_id, **params)


def _against_review(
    command: ChallengeDecision, event: DecisionMade, entry: int, standing: Standing
) -> Iterator[Rejection]:
    form = standing.form
    if (form is not None and form.id not in REVIEW_LAW) or event.kind in NOT_FINAL:
        yield Rejection(
            "challenge.not_reviewable",
            law="kommuneloven § 27-2",
            entries=(entry,),
            decision_id=command.decision_id,
            kind=event.kind,
            legal_form="unknown" if form is None else form.id,
        )


def _against_council(
    command: ChallengeDecision, event: DecisionMade, known: Known, standing: Standing
) -> Iterator[Rejection]:
    """Yields what stands against these councillors: too few, of no council known, or of the wrong one."""
    law = "kommuneloven § 27-1" if standing.form is None else REVIEW_LAW.get(standing.form.id, "kommuneloven § 27-1")
    if command.councillors is None or command.councillors == "unknown":
        yield Rejection("challenge.councillors_unknown", "unknown", law=law, least=COUNCILLORS_MIN)
    elif command.councillors < COUNCILLORS_MIN:
        yield Rejection(
            "challenge.too_few_councillors", law=law, councillors=command.councillors, least=COUNCILLORS_MIN
        )
    if command.council_of is None:
        yield Rejection("challenge.council_unknown", "unknown", law=law, decision_id=command.decision_id)
        return
    if standing.form is None or not standing.form.has_host:
        return
    is_host = known.host() == command.council_of
    for_others = set(event.binding_on) != {command.council_of}
    if (is_host and for_others) or (event.binding_on and command.council_of not in event.binding_on):
        yield Rejection(
            "challenge.wrong_council",
            law="kommuneloven § 20-7",
            council_of=command.council_of,
            binding_on=list(event.binding_on),
        )


def _against_late_review(
    command: ChallengeDecision, made_on: Interval, entry: int, context: Context
) -> Iterator[Rejection]:
    law = "kommuneloven § 27-1; forvaltningsloven § 30"
    yield from _late(command, last_day(made_on.earliest, WEEKS), last_day(made_on.latest, WEEKS), law, entry, context)


def _late(
    command: ChallengeDecision, first: date, last: date, law: str, entry: int, context: Context
) -> Iterator[Rejection]:
    """Yields that a challenge came after its last day, which lies between `first` and `last`, or may have."""
    params: dict[str, Any] = {
        "decision_id": command.decision_id,
        "last_day": last.isoformat(),
        "received": context.on.isoformat(),
    }
    if context.effective.earliest > last:
        yield Rejection("challenge.too_late", law=law, entries=(entry,), **params)
    elif context.effective.latest > first:
        yield Rejection("challenge.perhaps_too_late", "unknown", law=law, entries=(entry,), **params)


def _against_complaint(command: ChallengeDecision, event: DecisionMade, entry: int) -> Iterator[Rejection]:
    if event.kind != "individual_decision":
        yield Rejection(
            "challenge.not_open_to_complaint",
            law="forvaltningsloven § 28",
            entries=(entry,),
            decision_id=command.decision_id,
            kind=event.kind,
        )


def _against_late_complaint(
    command: ChallengeDecision, known: Known, made_on: Interval, entry: int, context: Context
) -> Iterator[Rejection]:
    """Yields a complaint after three weeks from the last notification of those who complain, or after a year.

    Of someone who was not notified the book does not know when they heard of it: only the year counts.
    """
    made = known.decisions.by_id.get(command.decision_id)
    behind = (*command.parties, *(f"member:{m}" for m in command.members), *(f"person:{p}" for p in command.persons))
    told = {} if made is None else {who: when for (who, _), (_, when) in made.notified.items()}
    if behind and all(who in told for who in behind) and not command.accepted_late:
        first = last_day(max(told[who].earliest for who in behind), WEEKS)
        last = last_day(max(told[who].latest for who in behind), WEEKS)
        yield from _late(command, first, last, "forvaltningsloven §§ 29, 30", entry, context)
        return
    year = timedelta(days=COMPLAINT_DAYS_MAX)
    first, last = made_on.earliest + year, made_on.latest + year
    yield from _late(command, first, last, "forvaltningsloven § 31", entry, context)


def resolve(command: ResolveChallenge, known: Known, context: Context) -> Decision:
    """Returns the challenge settled, with the acts to be undone. Raises Rejection."""
    ruling = judge(_against_resolving(command, known), context.mode)
    found = known.decisions.challenges.get(command.challenge_id)
    made = None if found is None else known.decisions.by_id.get(found.decision_id)
    fallen = made is not None and command.outcome in ("annulled", "changed")
    event = ChallengeResolved(
        challenge_id=command.challenge_id,
        decision_id=command.challenge_id if found is None else found.decision_id,
        outcome=command.outcome,
        by=command.by,
        by_body=command.by_body,
        replaced_by=command.replaced_by,
        effects_rolled_back=tuple(sorted(made.rested_on_by)) if made is not None and fallen else (),
    )
    return Decision((event,), ruling)


def _against_resolving(command: ResolveChallenge, known: Known) -> Iterator[Rejection]:
    found = known.decisions.challenges.get(command.challenge_id)
    if found is None or found.resolved_by is not None:
        entries = () if found is None or found.resolved_by is None else (found.entry, found.resolved_by)
        yield Rejection("challenge.no_open_challenge", "fact", entries=entries, challenge_id=command.challenge_id)
    if command.by_body is not None and command.by_body not in known.bodies.bodies:
        yield Rejection("decision.unknown_body", "fact", body_id=command.by_body)
    if command.replaced_by is not None and command.replaced_by not in known.decisions.by_id:
        yield Rejection("decision.unknown_decision", "fact", decision_id=command.replaced_by)
