"""Which entries minutes are made of: all that touch the meeting, irregular ones too, and none that do not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import orjson
import pytest
from hypothesis import given as whatever
from hypothesis import strategies as st

from domain.collaboration import EVENTS, Collaboration, evolve, may_touch_a_meeting, subjects
from domain.dates import Interval
from domain.decisions import DecisionEvent
from domain.irregularities import Irregularities
from domain.kernel import Access, Fact
from domain.minutes import Line, MinutesApproved, MinutesEvent, minutes_digest
from domain.minutes.state import Minutes, entered
from tests.golden.samples import EVENT
from tests.spec import RECORDED, TODAY, digest

SHIELD = Access(level="shielded", legal_basis="offentleglova § 13")


def fact(number: int, **fields: Any) -> Fact:
    """Returns an approval in meeting m-2 as it is folded: the one event here that is an act in a meeting."""
    event = MinutesApproved(meeting_id="m-1", approved_in="m-2")
    return Fact(event, number, Interval.exact(TODAY), RECORDED, sha256=digest(number), **fields)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_that_is_not_looked_at_touches_no_meeting(name: str) -> None:
    event = EVENTS[name].model_validate_json(orjson.dumps(EVENT[name]))
    kinds = {subject.kind for subject in subjects(event)}
    assert "meeting" not in kinds or may_touch_a_meeting(EVENTS[name])


def test_decisions_and_minutes_are_looked_at() -> None:
    decisions = get_args(DecisionEvent) or (DecisionEvent,)
    assert all(may_touch_a_meeting(cls) for cls in (*decisions, *get_args(MinutesEvent)))


def test_an_entry_is_kept_with_its_number_type_hash_and_access() -> None:
    state = evolve(Collaboration(), fact(7))
    assert state.minutes.of("m-2").lines == (Line(7, "minutes.approved", digest(7).hex(), "decide", None),)
    assert state.minutes.of("m-1").lines == ()
    state = evolve(state, fact(9, access=SHIELD, mode="import"))
    shielded = Line(9, "minutes.approved", digest(9).hex(), "import", "offentleglova § 13")
    assert state.minutes.of("m-2").lines[1:] == (shielded,)


def test_an_irregular_act_belongs_to_the_minutes_and_has_no_other_effect() -> None:
    state = evolve(Collaboration(), fact(7, irregular=("minutes.body_differs",), mode="record"))
    assert [line.number for line in state.minutes.of("m-2").lines] == [7]
    assert replace(state, minutes=Minutes(), irregular=Irregularities()) == Collaboration()
    assert state.minutes.of("m-1").approval is None


@whatever(st.lists(st.sampled_from(["m-1", "m-2", "m-3"]), max_size=30))
def test_each_meeting_has_its_own_entries_in_order(meetings: list[str]) -> None:
    state = Minutes()
    for number, meeting_id in enumerate(meetings, start=1):
        state = entered(state, [meeting_id], "meeting.opened", fact(number))
    for meeting_id in ("m-1", "m-2", "m-3"):
        numbers = [number for number, touched in enumerate(meetings, start=1) if touched == meeting_id]
        lines = state.of(meeting_id).lines
        assert [line.number for line in lines] == numbers
        assert state.of(meeting_id).last_entry == max(numbers, default=0)
        assert minutes_digest(lines) == minutes_digest(
            Line(number, "", digest(number).hex(), "decide", None) for number in numbers
        )
