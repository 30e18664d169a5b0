"""How the head of a meeting is corrected: its number, day, hour and place, and who was told of it.

What a meeting did was decided by those who were there, on the agenda as it was: who was there, who led it and what was
on the agenda stay as they were recorded, and are changed as they change in a meeting.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from domain.cases import Cases
from domain.copying import replace
from domain.corrections.kinds import Kind, Registers
from domain.corrections.state import Held
from domain.kernel import Fact
from domain.meetings import MeetingCalled, MeetingOpened, correcting


def _without_call(registers: Registers, held: Held) -> Registers:
    event = held.fact.event
    if not isinstance(event, MeetingCalled):
        return registers
    cases = _as_then(registers.cases, (item.case_id for item in event.agenda), held.fact.number)
    return replace(registers, meetings=correcting.uncalled(registers.meetings, event.meeting_id), cases=cases)


def _with_call(registers: Registers, _: Held, event: Any, fact: Fact) -> Registers:
    return replace(registers, meetings=correcting.called_otherwise(registers.meetings, event, fact))


def _without_opening(registers: Registers, held: Held) -> Registers:
    event = held.fact.event
    if not isinstance(event, MeetingOpened):
        return registers
    agenda = () if event.head is None else event.head.agenda
    cases = _as_then(registers.cases, (item.case_id for item in agenda), held.fact.number)
    return replace(registers, meetings=correcting.unopened(registers.meetings, event.meeting_id), cases=cases)


def _with_opening(registers: Registers, _: Held, event: Any, fact: Fact) -> Registers:
    return replace(registers, meetings=correcting.opened_otherwise(registers.meetings, event, fact))


def _as_then(cases: Cases, case_ids: Iterable[str], entry: int) -> Cases:
    """Returns the cases in which those on an agenda are open that were when it was recorded."""
    by_id = cases.by_id
    for case_id in case_ids:
        case = by_id.get(case_id)
        if case is not None and case.closing is not None and case.closing.entry > entry:
            by_id = by_id.insert(case_id, replace(case, closing=None))
    return replace(cases, by_id=by_id)


KINDS: Mapping[str, Kind] = {
    "meeting.called": Kind(
        "meeting.call",
        ("meeting_id", "body_id", "meeting_mode", "agenda", "documents"),
        _without_call,
        _with_call,
        settled=("asked",),
    ),
    "meeting.opened": Kind(
        "meeting.open",
        ("meeting_id", "head.body_id", "head.meeting_mode", "head.agenda", "chair", "chair_elected", "absent"),
        _without_opening,
        _with_opening,
        settled=("present", "present_count"),
    ),
}
