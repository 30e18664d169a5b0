"""The state of the register of decisions: each with what became of it, challenges and follow-ups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from rpds import HashTrieMap, List

from domain.copying import replace
from domain.dates import Day, Interval
from domain.decisions.effects import Effect
from domain.decisions.recorded import DecisionKind, DecisionMade
from domain.kernel import Fact, Mode
from domain.text import SealedText

EndKind = Literal["reversed", "annulled", "changed"]
"""`reversed`: omgjort. `annulled`: opphevet. `changed`: endret etter klage."""


@dataclass(frozen=True, slots=True)
class End:
    """How a decision ceased to be in force."""

    kind: EndKind
    entry: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Made:
    """One decision, with what became of it."""

    event: DecisionMade
    entry: int
    interval: Interval
    mode: Mode = "decide"
    applied: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """The entry that carried out each effect, by effect."""
    rested_on_by: List[int] = field(default_factory=List)
    """The acts that carry out decisions and name it as their basis, the newest first."""
    fulfilled: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """The entry that says so, of each condition that is fulfilled."""
    dissents: HashTrieMap[str, int] = field(default_factory=HashTrieMap)
    """Who had their dissent entered, with the entry."""
    notified: HashTrieMap[tuple[str, str], tuple[int, Interval]] = field(default_factory=HashTrieMap)
    """Who was notified on which ground: the entry, and when."""
    stayed_by: int | None = None
    """The entry that put its execution off, while it is put off."""
    end: End | None = None

    @property
    def kind(self) -> DecisionKind:
        """What kind of decision it is."""
        return self.event.kind

    @property
    def body(self) -> str | None:
        """The body that made it."""
        return self.event.body_id

    @property
    def office(self) -> str | None:
        """The office that made it."""
        return self.event.office_id

    @property
    def amount(self) -> int | None:
        """In oere."""
        return self.event.amount

    @property
    def grant_id(self) -> str | None:
        """The grant it was made under."""
        return self.event.grant_id

    @property
    def open_conditions(self) -> tuple[str, ...]:
        """The conditions that are not fulfilled."""
        ids = (condition.condition_id for condition in self.event.conditions)
        return tuple(condition_id for condition_id in ids if condition_id not in self.fulfilled)

    @property
    def open_effects(self) -> tuple[Effect, ...]:
        """What it lays down and nothing has carried out, while it is in force."""
        if self.end is not None:
            return ()
        return tuple(effect for effect in self.event.effects if effect.effect_id not in self.applied)

    def in_force(self, interval: Interval) -> bool | None:
        """Returns whether an act in `interval` may rest on it; None where it depends on a rough date.

        What was annulled was invalid from the first; what was reversed, or changed on a complaint, held until then.
        """
        if self.end is None:
            return True
        if self.end.kind == "annulled" or interval.earliest >= self.end.interval.latest:
            return False
        return True if interval.latest < self.end.interval.earliest else None


ChallengeKind = Literal["legality_review", "complaint", "objection"]
"""lovlighetskontroll (kommuneloven § 27-1), klage (forvaltningsloven § 28), innsigelse."""
ChallengeOutcome = Literal["upheld", "annulled", "changed", "dismissed"]
"""What became of the decision: `upheld` stadfestet, `annulled` opphevet, `changed` endret; `dismissed` avvist."""


@dataclass(frozen=True, slots=True)
class Challenge:
    """A decision called in question."""

    challenge_id: str
    entry: int
    decision_id: str
    kind: ChallengeKind
    received: Interval
    stay: bool
    behind: frozenset[str] = frozenset()
    """Persons, members and parties that stand behind it."""
    council_of: str | None = None
    outcome: ChallengeOutcome | None = None
    resolved_by: int | None = None


FollowUpStatus = Literal["open", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A task someone was given, and how far it has come."""

    follow_up_id: str
    entry: int
    title: str
    origin: tuple[str, str]
    """Kind and reference of what it comes from."""
    owner_office: str
    assigned: Interval
    due: Day | None
    task: SealedText | None = None
    status: FollowUpStatus = "open"
    reported_by: int | None = None
    """The entry of the last report."""
    reported: Interval | None = None
    """When it was reported last."""


@dataclass(frozen=True)
class Decisions:
    """Every decision made, with the meeting it was made in, challenges and follow-ups."""

    by_id: HashTrieMap[str, Made] = field(default_factory=HashTrieMap)
    in_meeting: HashTrieMap[str, List[str]] = field(default_factory=HashTrieMap)
    """The decisions made in each meeting, the newest first."""
    challenges: HashTrieMap[str, Challenge] = field(default_factory=HashTrieMap)
    challenged: HashTrieMap[str, List[str]] = field(default_factory=HashTrieMap)
    """The challenges of each decision, the newest first."""
    follow_ups: HashTrieMap[str, FollowUp] = field(default_factory=HashTrieMap)

    def challenges_of(self, decision_id: str) -> Iterator[Challenge]:
        """Yields the challenges of a decision, the newest first."""
        return (self.challenges[challenge_id] for challenge_id in self.challenged.get(decision_id) or ())

    def cases_decided_in(self, meeting_id: str) -> frozenset[str]:
        """Returns the cases in which a meeting made a decision."""
        found = (self.by_id[decision_id].event.case_id for decision_id in self.in_meeting.get(meeting_id) or ())
        return frozenset(case_id for case_id in found if case_id is not None)

    def with_made(self, decision_id: str, made: Made) -> Decisions:
        """Returns the state with a decision as it is now."""
        return replace(self, by_id=self.by_id.insert(decision_id, made))


def made(state: Decisions, event: DecisionMade, fact: Fact) -> Decisions:
    """Returns the state with one more decision."""
    state = state.with_made(event.decision_id, Made(event, fact.number, fact.effective, fact.mode))
    if event.meeting_id is not None:
        ids: List[str] = state.in_meeting.get(event.meeting_id) or List()
        state = replace(state, in_meeting=state.in_meeting.insert(event.meeting_id, ids.push_front(event.decision_id)))
    return state
