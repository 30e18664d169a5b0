"""What the minutes of a meeting still lack of what the act wants in them (kommuneloven § 11-4 and its likes)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from domain.bodies import Bodies, Place
from domain.decisions import Decisions, Made
from domain.decisions.treatment import VOTED_ON
from domain.kernel import Nature, Rejection
from domain.meetings.state import Meeting
from domain.minutes.state import Protocol
from domain.rulebook.minutes import MinutesField, MinutesRule
from domain.votes.state import Vote, Votes


@dataclass(frozen=True, slots=True)
class Shown:
    """What the book shows of a meeting beside the meeting itself."""

    protocol: Protocol
    bodies: Bodies
    votes: Votes
    decided: tuple[Made, ...]
    """The decisions made in it."""


def shown(meeting_id: str, protocol: Protocol, bodies: Bodies, votes: Votes, decisions: Decisions) -> Shown:
    """Returns what the book shows of a meeting."""
    decided = tuple(made for made in decisions.by_id.values() if made.event.meeting_id == meeting_id)
    return Shown(protocol, bodies, votes, decided)


def against_gaps(meeting: Meeting, known: Shown, rule: MinutesRule | None) -> Iterator[Rejection]:
    """Yields that minutes lack what the act wants in them. Where no act says anything they are never incomplete.

    Of a meeting that came into the book from a source, what is missing is what the source does not show: unknown.
    """
    if rule is None:
        return
    missing = set(lacking(meeting, known))
    gaps = [name for name in rule.wanted if name in missing]
    if gaps:
        yield Rejection(
            "minutes.minutes_incomplete",
            _nature(meeting, known.protocol, rule),
            law=rule.law,
            entries=(meeting.entry, meeting.opened_by or meeting.entry, meeting.adjourned_by or meeting.entry),
            meeting_id=meeting.meeting_id,
            fields=gaps,
            cases=unsettled(meeting, known) if "decisions" in gaps else [],
        )


def _nature(meeting: Meeting, protocol: Protocol, rule: MinutesRule) -> Nature:
    imported = any(line.mode == "import" for line in protocol.newest_first)
    return "unknown" if imported or not rule.known_on(meeting.on) else "rule"


def lacking(meeting: Meeting, known: Shown) -> Iterator[MinutesField]:
    """Yields what the book does not show of a meeting."""
    if meeting.time is None:
        yield "time"
    if meeting.place is None and meeting.mode == "in_person":
        yield "place"
    if not meeting.ever_present:
        yield "present"
    if unaccounted_for(meeting, known.bodies):
        yield "absent"
    if not meeting.agenda:
        yield "cases"
    if unsettled(meeting, known):
        yield "decisions"
    if any(made.kind in VOTED_ON and made.event.vote_id is None and made.event.vote is None for made in known.decided):
        yield "vote_results"
    if known.protocol.closed_without_basis:
        yield "closing_basis"
    if any(answer.outcome != "qualified" and answer.legal_basis is None for answer in meeting.answers.values()):
        yield "impartiality_basis"


def unaccounted_for(meeting: Meeting, bodies: Bodies) -> list[str]:
    """Returns the members seated on the day, deputies apart, that are neither said to have come nor to be absent."""
    seated = bodies.sitting(Place("body", meeting.body_id), meeting.on).certain
    full = {tenure.person_id for tenure in seated if tenure.rank == "full"}
    return sorted(full - set(meeting.ever_present) - set(meeting.absent))


def unsettled(meeting: Meeting, known: Shown) -> list[str]:
    """Returns the cases of the agenda of which it is not shown what became of them, in the agenda's order."""
    settled = {*meeting.outcomes, *(made.event.case_id for made in known.decided)}
    left = [case_id for case_id in meeting.agenda if case_id not in settled]
    return [case_id for case_id in left if not any(_settles(vote, meeting) for vote in _votes_in(case_id, known.votes))]


def _votes_in(case_id: str, votes: Votes) -> Iterator[Vote]:
    return (votes.by_id[vote_id] for vote_id in votes.by_case.get(case_id) or ())


def _settles(vote: Vote, meeting: Meeting) -> bool:
    """Returns whether a vote was taken in the meeting on the matter itself, and not on how to treat it."""
    return vote.meeting_id == meeting.meeting_id and vote.about in ("proposal", "election") and vote.result != "tie"
