"""What the minutes of a meeting still lack of what the act wants in them (kommuneloven § 11-4 and its likes)."""

from __future__ import annotations

from collections.abc import Iterator

from domain.bodies import Bodies, Place
from domain.kernel import Nature, Rejection
from domain.meetings.state import Meeting
from domain.minutes.state import Protocol
from domain.rulebook.minutes import MinutesField, MinutesRule
from domain.votes.state import Vote, Votes


def against_gaps(
    meeting: Meeting, protocol: Protocol, rule: MinutesRule | None, bodies: Bodies, votes: Votes
) -> Iterator[Rejection]:
    """Yields that minutes lack what the act wants in them. Where no act says anything they are never incomplete.

    Of a meeting that came into the book from a source, what is missing is what the source does not show: unknown.
    """
    if rule is None:
        return
    cases = unsettled(meeting, votes)
    gaps = [name for name in rule.wanted if name in set(lacking(meeting, protocol, bodies, votes))]
    if gaps:
        yield Rejection(
            "minutes.minutes_incomplete",
            _nature(meeting, protocol, rule),
            law=rule.law,
            entries=(meeting.entry, meeting.opened_by or meeting.entry, meeting.adjourned_by or meeting.entry),
            meeting_id=meeting.meeting_id,
            fields=gaps,
            cases=cases,
        )


def _nature(meeting: Meeting, protocol: Protocol, rule: MinutesRule) -> Nature:
    imported = any(line.mode == "import" for line in protocol.newest_first)
    return "unknown" if imported or not rule.known_on(meeting.on) else "rule"


def lacking(meeting: Meeting, protocol: Protocol, bodies: Bodies, votes: Votes) -> Iterator[MinutesField]:
    """Yields what the book does not show of a meeting."""
    if meeting.time is None:
        yield "time"
    if meeting.place is None and meeting.mode == "in_person":
        yield "place"
    if not meeting.ever_present:
        yield "present"
    if unaccounted_for(meeting, bodies):
        yield "absent"
    if not meeting.agenda:
        yield "cases"
    if unsettled(meeting, votes):
        yield "decisions"
    if protocol.closed_without_basis:
        yield "closing_basis"
    if any(a.outcome != "qualified" and a.legal_basis is None for a in meeting.answers.values()):
        yield "impartiality_basis"


def unaccounted_for(meeting: Meeting, bodies: Bodies) -> list[str]:
    """Returns the members seated on the day, deputies apart, that are neither said to have come nor to be absent."""
    seated = bodies.sitting(Place("body", meeting.body_id), meeting.on).certain
    full = {tenure.person_id for tenure in seated if tenure.rank == "full"}
    return sorted(full - set(meeting.ever_present) - set(meeting.absent))


def unsettled(meeting: Meeting, votes: Votes) -> list[str]:
    """Returns the cases of the agenda of which it is not shown what became of them, in the agenda's order."""
    left = [case_id for case_id in meeting.agenda if case_id not in meeting.outcomes]
    return [case_id for case_id in left if not any(_settles(vote, meeting) for vote in _votes_in(case_id, votes))]


def _votes_in(case_id: str, votes: Votes) -> Iterator[Vote]:
    return (votes.by_id[vote_id] for vote_id in votes.by_case.get(case_id) or ())


def _settles(vote: Vote, meeting: Meeting) -> bool:
    """Returns whether a vote was taken in the meeting on the matter itself, and not on how to treat it."""
    return vote.meeting_id == meeting.meeting_id and vote.about in ("proposal", "election") and vote.result != "tie"
