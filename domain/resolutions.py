"""Register of member resolutions (vedtak i deltakernes kommunestyrer): what each council resolved, on which date.

One joint decision is as many council resolutions as there are members, and complete only with the last. That the
council itself resolves: kommuneloven §§ 14-8, 18-1, 18-4, 19-1, 19-4, 20-2 to 20-4, 31-2; IKS-loven §§ 4, 31, 32.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal, TypeAlias, assert_never, get_args

from pydantic import Field
from rpds import HashTrieMap

from domain.copying import replace
from domain.dates import FIRST_DAY, LAST_DAY, Interval, Mark, Timeline
from domain.kernel import Command, Context, Decision, Event, Fact, Nature, Rejection, Subject, judge
from domain.text import Frozen, Id, Name, Unknown
from domain.vocabulary import LegalFormId

# Events: stored for ever -----------------------------------------------------------------


Organ = Literal["council", "executive_committee", "administration", "unknown"]
Outcome = Literal["adopted", "rejected"]
SubjectKind = Literal[
    "charter",
    "admission",
    "form_change",
    "frame",
    "grant",
    "merger",
    "dissolution",
    "position",
    "shares",
    "withdrawal",
    "rescission",
    "seat",
    "project",
    "loan",
]
"""`position`: what a council means of something, and that a member be put out. `withdrawal`: that one leaves sooner
than the notice says. `rescission`: that a notice is taken back. `seat`: an election or recall of the council's own in a
body. `project`: its part in one project and what that costs it."""

COLLABORATION = "this"
"""The collaboration itself, where the thing resolved on is the whole of it."""


class ResolutionSubject(Frozen):
    """What a council resolved on, by kind and id."""

    kind: SubjectKind
    ref: Id
    """A charter version, a member id (admission, merger, withdrawal, rescission), a legal form, a budget year, a grant,
    a version of the shares, a body (seat), a project, a loan; `this` for dissolution; for a position what it is on, and
    the member's id where it is on the exclusion of that member."""


class RatifiedBy(Frozen):
    """One member's resolution, by the entry that records it."""

    member_id: Id
    entry: Annotated[int, Field(ge=1)]


class MemberResolutionRecorded(Event):
    """A member's council resolved. The date is the entry's; the document's hash is the entry's evidence."""

    type: Literal["member_resolution.recorded"] = "member_resolution.recorded"
    member_id: Id
    council: Name
    organ: Organ = "council"
    """What kind of organ resolved; only the council itself can, where the act says so."""
    case_number: Name | Unknown = "unknown"
    """As the municipality writes it."""
    subject: ResolutionSubject
    outcome: Outcome


ResolutionEvent = MemberResolutionRecorded

# Commands --------------------------------------------------------------------------------


class RecordMemberResolution(Command):
    """Record what a member's council resolved; `effective` is the date of the meeting."""

    type: Literal["member_resolution.record"]
    member_id: Id
    council: Name
    organ: Organ = "council"
    case_number: Name | Unknown = "unknown"
    subject: ResolutionSubject
    outcome: Outcome = "adopted"


ResolutionCommand = RecordMemberResolution

# State -----------------------------------------------------------------------------------

Round: TypeAlias = "HashTrieMap[str, Timeline[Outcome]]"
"""What each member's council has resolved on one thing, by member id."""
Topic = tuple[SubjectKind, str]
"""The kind and id of what is resolved on."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """One council's resolution."""

    member_id: str
    kind: SubjectKind
    ref: str
    outcome: Outcome


@dataclass(frozen=True)
class Resolutions:
    """Every council's resolutions on everything, in the order of their dates."""

    rounds: HashTrieMap[Topic, Round] = field(default_factory=HashTrieMap)
    by_entry: HashTrieMap[int, Resolved] = field(default_factory=HashTrieMap)
    """Each resolution by the entry that records it: an act that rests on one names it by that number."""

    def line(self, topic: Topic, member_id: str) -> Timeline[Outcome]:
        """Returns one council's resolutions on one thing."""
        return self.rounds.get(topic, _NO_ROUND).get(member_id, _NO_LINE)

    def known(self, topic: Topic) -> bool:
        """Returns whether any council's resolution on it is known: a round that has begun."""
        return topic in self.rounds


_NO_ROUND: Round = HashTrieMap()
_NO_LINE: Timeline[Outcome] = Timeline()


@dataclass(frozen=True, slots=True)
class Ratification:
    """How far the councils that must resolve on a thing have come."""

    required: tuple[str, ...]
    missing: tuple[str, ...]
    """Members no resolution is known of, sorted."""
    rejected: tuple[str, ...]
    """Members whose last resolution is a rejection, sorted."""
    adopted: tuple[tuple[str, int], ...]
    """Members that adopted it, with the entry that records it, in the order of the entries."""
    entries: tuple[int, ...]
    """Every resolution counted, adopting or rejecting, by its entry."""
    begun: bool
    """Whether any council's resolution on it is known, required or not."""
    last_earliest: date
    """No earlier than this day had the last of the adopting councils resolved; the first possible day if none has."""
    last_day: date
    """By this day the last of the adopting councils had certainly resolved; the first possible day if none has."""

    @property
    def nature_of_gap(self) -> Nature:
        """What it means that one is missing: of a round that is begun it is known; of one unheard of nothing is."""
        return "rule" if self.begun else "unknown"

    def precedes(self, effective: Interval) -> Literal["yes", "no", "unknown"]:
        """Returns whether the last resolution was made by some day of `effective`."""
        if effective.latest >= self.last_day:
            return "yes"
        return "no" if effective.latest < self.last_earliest else "unknown"


def ratification(
    resolutions: Resolutions,
    *topics: Topic,
    required: Collection[str],
    on: date = LAST_DAY,
) -> Ratification:
    """Returns how far the `required` members have come with a thing, told by any of `topics`, as of `on`.

    A member counts by the last resolution it may have made by `on`, if that adopts; else by its last of all, so that
    one made too late is told from one not made. Of several topics one that is adopted is enough, unless another was
    rejected later.
    """
    held = {member_id: _held(resolutions, topics, member_id, on) for member_id in sorted(required)}
    known = {member_id: mark for member_id, mark in held.items() if mark is not None}
    adopted = {member_id: mark for member_id, mark in known.items() if mark.value == "adopted"}
    return Ratification(
        required=tuple(held),
        missing=tuple(m for m in held if m not in known),
        rejected=tuple(m for m in known if m not in adopted),
        adopted=tuple(sorted(((m, mark.number) for m, mark in adopted.items()), key=lambda pair: pair[1])),
        entries=tuple(sorted(mark.number for mark in known.values())),
        begun=any(resolutions.known(topic) for topic in topics),
        last_earliest=max((mark.effective.earliest for mark in adopted.values()), default=FIRST_DAY),
        last_day=max((mark.effective.latest for mark in adopted.values()), default=FIRST_DAY),
    )


def _held(resolutions: Resolutions, topics: Collection[Topic], member_id: str, on: date) -> Mark[Outcome] | None:
    marks = sorted(mark for topic in topics for mark in resolutions.line(topic, member_id).marks)
    by_then = [mark for mark in marks if mark.effective.earliest <= on]
    if by_then and by_then[-1].value == "adopted":
        return by_then[-1]
    return marks[-1] if marks else None


def evolve(state: Resolutions, event: ResolutionEvent, fact: Fact) -> Resolutions:
    """Returns the state after one event."""
    topic: Topic = (event.subject.kind, event.subject.ref)
    line = state.line(topic, event.member_id).with_mark(fact.effective, fact.number, event.outcome)
    resolved = Resolved(event.member_id, event.subject.kind, event.subject.ref, event.outcome)
    return Resolutions(
        rounds=state.rounds.insert(topic, state.rounds.get(topic, _NO_ROUND).insert(event.member_id, line)),
        by_entry=state.by_entry.insert(fact.number, resolved),
    )


def without_resolution(state: Resolutions, recorded: Fact) -> Resolutions:
    """Returns the state without what one entry recorded, as far as who resolved when is counted."""
    event = recorded.event
    if not isinstance(event, MemberResolutionRecorded):
        return state
    topic: Topic = (event.subject.kind, event.subject.ref)
    line = state.line(topic, event.member_id)
    kept = Timeline(tuple(mark for mark in line.marks if mark.number != recorded.number))
    held = state.rounds.get(topic, _NO_ROUND)
    held = held.insert(event.member_id, kept) if kept.marks else held.discard(event.member_id)
    rounds = state.rounds.insert(topic, held) if len(held) else state.rounds.discard(topic)
    return replace(state, rounds=rounds)


def subjects(event: ResolutionEvent) -> Iterator[Subject]:
    """Yields the member that resolved and the thing it resolved on."""
    yield Subject("member", event.member_id)
    yield _thing(event.subject)


def _thing(subject: ResolutionSubject) -> Subject:
    match subject.kind:
        case "charter":
            return Subject("charter", subject.ref)
        case "admission" | "merger" | "withdrawal" | "rescission":
            return Subject("member", subject.ref)
        case "seat":
            return Subject("body", subject.ref)
        case "frame":
            return Subject("budget", subject.ref)
        case "grant":
            return Subject("grant", subject.ref)
        case "form_change" | "dissolution" | "position" | "shares" | "project" | "loan":
            return Subject("collaboration", COLLABORATION)
        case _:
            assert_never(subject.kind)


# Rules -----------------------------------------------------------------------------------

COUNCIL_ITSELF: frozenset[SubjectKind] = frozenset(
    {"charter", "admission", "form_change", "frame", "grant", "dissolution", "shares", "seat"}
)
"""What only the council itself can resolve on. A merger is decided by the state; a position any organ may take; of a
notice, a project or a loan no act says who in the municipality decides."""


def decide(
    command: ResolutionCommand,
    resolutions: Resolutions,
    parties: Mapping[str, object],
    charters: Mapping[str, object],
    context: Context,
) -> Decision:
    """Answers a command. `parties` has the ids of everyone named as a member, `charters` the versions proposed.

    Raises Rejection.
    """
    event = MemberResolutionRecorded(
        member_id=command.member_id,
        council=command.council,
        organ=command.organ,
        case_number=command.case_number,
        subject=command.subject,
        outcome=command.outcome,
    )
    return Decision((event,), judge(_against_recording(event, resolutions, parties, charters, context), context.mode))


def _against_recording(
    event: MemberResolutionRecorded,
    resolutions: Resolutions,
    parties: Mapping[str, object],
    charters: Mapping[str, object],
    context: Context,
) -> Iterator[Rejection]:
    subject = event.subject
    if event.member_id not in parties:
        yield Rejection("resolution.not_a_member", "fact", member_id=event.member_id)
    if not _exists(subject, parties, charters):
        yield Rejection("resolution.subject_unknown", "fact", kind=subject.kind, ref=subject.ref)
    yield from _against_organ(event)
    for mark in resolutions.line((subject.kind, subject.ref), event.member_id).marks:
        if mark.value == event.outcome and _same_days(mark.effective, context.effective):
            yield Rejection(
                "resolution.already_recorded",
                "fact",
                entries=(mark.number,),
                member_id=event.member_id,
                kind=subject.kind,
                ref=subject.ref,
                outcome=event.outcome,
                on=context.on.isoformat(),
            )
    if not context.evidence:
        yield Rejection("resolution.evidence_missing", "unknown", member_id=event.member_id)


def _same_days(one: Interval, other: Interval) -> bool:
    return (one.earliest, one.latest) == (other.earliest, other.latest)


_YEAR_DIGITS = 4


def _is_year(year: int) -> bool:
    return FIRST_DAY.year < year <= LAST_DAY.year


def _exists(subject: ResolutionSubject, parties: Mapping[str, object], charters: Mapping[str, object]) -> bool:
    match subject.kind:
        case "charter":
            return subject.ref in charters
        case "form_change":
            return subject.ref in get_args(LegalFormId)
        case "frame":
            return len(subject.ref) == _YEAR_DIGITS and subject.ref.isdecimal() and _is_year(int(subject.ref))
        case "dissolution":
            return subject.ref == COLLABORATION
        case "withdrawal" | "rescission":
            return subject.ref in parties
        case "admission" | "grant" | "merger" | "position" | "shares" | "seat" | "project" | "loan":
            return True
        case _:
            assert_never(subject.kind)


def _against_organ(event: MemberResolutionRecorded) -> Iterator[Rejection]:
    if event.subject.kind not in COUNCIL_ITSELF or event.organ == "council":
        return
    # Under parliamentary government the council may leave the election to its executive (kommuneloven §§ 18-3, 19-3).
    perhaps = event.organ == "unknown" or (event.subject.kind == "seat" and event.organ == "executive_committee")
    yield Rejection(
        "resolution.wrong_organ_for_subject",
        "unknown" if perhaps else "rule",
        law=_COUNCIL_LAW[event.subject.kind],
        member_id=event.member_id,
        organ=event.organ,
        kind=event.subject.kind,
    )


_COUNCIL_LAW: Mapping[SubjectKind, str] = {
    "charter": "kommuneloven §§ 18-4, 19-4, 20-4; IKS-loven § 4",
    "admission": "kommuneloven §§ 18-4, 19-4, 20-4; IKS-loven § 4",
    "form_change": "kommuneloven § 31-2",
    "frame": "kommuneloven § 14-8",
    "grant": "kommuneloven §§ 20-2, 20-3",
    "dissolution": "IKS-loven § 32",
    "shares": "kommuneloven §§ 18-4, 19-4; IKS-loven § 4",
    "seat": "kommuneloven §§ 18-3, 19-3; IKS-loven § 6",
}
