"""Meetings with their call and agenda, who came and went, and who was shut out of which case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.collaboration import Collaboration
from domain.meetings import AttendanceChanged, Meeting, MeetingOpened
from ledger.reading import Step
from projections.entry_rows import marks
from projections.projection import Projection, Row, dated


def meeting_rows(state: Collaboration, meeting_id: str) -> Iterator[Row]:
    """Yields the row of one meeting: its head, its call, its agenda as it stands, who is there now."""
    meeting = state.meetings.by_id.get(meeting_id)
    if meeting is None:
        return
    status = _status(meeting)
    shown = {
        "id": meeting_id,
        "body": meeting.body_id,
        "number": meeting.number,
        "on": meeting.on.isoformat(),
        "time": meeting.time,
        "place": meeting.place,
        "meeting_mode": meeting.mode,
        "status": status,
        "sent": None if meeting.sent is None else dated(meeting.sent),
        "notice_days": None if meeting.sent is None else (meeting.on - meeting.sent.latest).days,
        "urgent": meeting.urgent,
        "agenda": list(_agenda(meeting)),
        "chair": meeting.chair,
        "signers": list(meeting.signers),
        "present": sorted(meeting.attendees),
        "absent": list(meeting.absent),
        "present_count": meeting.present_count,
        "others_present": list(meeting.others_present),
        "continues_on": None if meeting.continues_on is None else meeting.continues_on.isoformat(),
        "called_by_entry": meeting.called_by,
        "opened_by_entry": meeting.opened_by,
        "adjourned_by_entry": meeting.adjourned_by,
        "entry": meeting.entry,
    }
    yield Row(
        key=meeting_id,
        body=shown,
        possible_from=meeting.on,
        certain_from=meeting.on,
        columns={"body_id": meeting.body_id, "status": status},
    )


def _status(meeting: Meeting) -> str:
    if meeting.adjourned_by is not None:
        return "ended"
    return "open" if meeting.opened_by is not None else "called"


def _agenda(meeting: Meeting) -> Iterator[dict[str, Any]]:
    """Yields each case on the agenda, in its order."""
    for case_id in meeting.agenda:
        yield {
            "case": case_id,
            "title": meeting.titles.get(case_id),
            "added_by_entry": meeting.added.get(case_id),
            "closed_by_entry": meeting.closed.get(case_id),
            "outcome": meeting.outcomes.get(case_id),
            "taking_part": [attendee.person_id for attendee in meeting.taking_part(case_id)],
        }


def impartiality_rows(state: Collaboration, meeting_id: str) -> Iterator[Row]:
    """Yields a row for each answer to whether a person may take part in a case."""
    meeting = state.meetings.by_id.get(meeting_id)
    if meeting is None:
        return
    for question, answered in sorted(meeting.answers.items()):
        shown = {
            "meeting": meeting_id,
            "case": question.case_id,
            "person": question.person_id,
            "outcome": answered.outcome,
            "legal_basis": answered.legal_basis,
            "entry": answered.entry,
        }
        yield Row(
            key=f"{meeting_id}:{question.case_id}:{question.person_id}",
            body=shown,
            possible_from=meeting.on,
            certain_from=meeting.on,
            columns={"case_id": question.case_id, "person_id": question.person_id},
        )


def attendance_rows(step: Step) -> Iterator[Row]:
    """Yields a row for everyone an entry says was there or away, came or left; an irregular one too.

    A correction says anew who was there, as it stays; those rows are there already.
    """
    entry = step.recorded.entry
    if entry.corrects is not None:
        return
    event = entry.event
    movements: list[tuple[str, str, str | None, str | None, str | None]]
    if isinstance(event, MeetingOpened):
        movements = [("present", p.person_id, p.on_behalf_of, p.deputy_for, None) for p in event.present]
        movements += [("absent", person_id, None, None, None) for person_id in event.absent]
    elif isinstance(event, AttendanceChanged):
        movements = [(event.change, event.person_id, event.on_behalf_of, event.deputy_for, event.at_case)]
    else:
        return
    for number, (movement, person_id, member_id, deputy_for, at_case) in enumerate(movements):
        yield Row(
            key=f"{entry.number:010d}:{number:04d}",
            body={
                "meeting": event.meeting_id,
                "person": person_id,
                "movement": movement,
                "on_behalf_of": member_id,
                "deputy_for": deputy_for,
                "at_case": at_case,
                **marks(entry),
            },
            possible_from=entry.effective.earliest,
            certain_from=entry.effective.latest,
            columns={"meeting_id": event.meeting_id, "person_id": person_id},
        )


MEETINGS = Projection("meetings", "meeting", meeting_rows, columns=("body_id", "status"))
IMPARTIALITY = Projection("impartiality", "meeting", impartiality_rows, columns=("case_id", "person_id"))
ATTENDANCE = Projection("attendance", None, render_entry=attendance_rows, columns=("meeting_id", "person_id"))
