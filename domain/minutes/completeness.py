"""What the minutes of a meeting still lack of what the act wants in them (kommuneloven § 11-4 and its likes)."""

from __future__ import annotations

from collections.abc import Iterator

from domain.bodies import Bodies, Place
from domain.kernel import Nature, Rejection
from domain.meetings.state import Meeting
from domain.minutes.state import Protocol
from domain.rulebook.minutes import MinutesField, MinutesRule
from domain.votes.state import Votes


def against_gaps(
    meeting: Meeting, protocol: Protocol, rule: MinutesRule | None, bodies: Bodies, votes: Votes
) -> Iterator[Rejection]:
    """Yields that minutes lack what the act wants in them. Where no act says anything they are never incomplete.

    Of a meeting that came into the book from a source, what is missing is what the source does not show: unknown.
    """
    if rule is None:
        return
    cases = unsettled(meeting, votes)
    gaps = [name for name in rule.wanted if name in set(lacking(meeting, bodies, votes))]
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


def lacking(meeting: Meeting, bodies: Bodies, votes: Votes) -> Iterator[MinutesField]:
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


def unaccounted_for(meeting: Meeting, bodies: Bodies) -> list[str]:
    """Returns the members seated on the day, deputies apart, that are neither said to have come nor to be absent."""
    seated = bodies.sitting(Place("body", meeting.body_id), meeting.on).certain
    full = {tenure.person_id for tenure in seated if tenure.rank == "full"}
    return sorted(full - set(meeting.ever_present) - set(meeting.absent))


def unsettled(meeting: Meeting, votes: Votes) -> list[str]:
    """Returns the cases of the agenda of which it is not shown what became of them, in the agenda's order."""
    voted_on = {vote.case_id for vote in votes.by_id.values() if vote.meeting_id == meeting.meeting_id}
    return [case_id for case_id in meeting.agenda if case_id not in meeting.outcomes and case_id not in voted_on]
