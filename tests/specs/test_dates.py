"""Rough dates, and values over time: what is certain, what is possible, and in which order they hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeVar

import pytest
from hypothesis import given, strategies
from pydantic import TypeAdapter, ValidationError

from domain.dates import FIRST_DAY, LAST_DAY, Day, Interval, Mark, RoughDate, Timeline, next_day

T = TypeVar("T")
MAY, JUNE, JULY = date(2020, 5, 1), date(2020, 6, 1), date(2020, 7, 1)


def on(day: date) -> Interval:
    return Interval.exact(day)


def timeline(*values: tuple[Interval, int, T]) -> Timeline[T]:
    """Returns a timeline of values, each with its interval and entry, recorded in the order given."""
    line: Timeline[T] = Timeline()
    for effective, number, value in values:
        line = line.with_mark(effective, number, value)
    return line


def between(earliest: date, latest: date) -> Interval:
    return Interval(earliest=earliest, latest=latest)


def test_days_run_from_the_first_municipal_acts_to_2199() -> None:
    adapter: TypeAdapter[date] = TypeAdapter(Day)
    assert adapter.validate_python(FIRST_DAY) == FIRST_DAY
    assert adapter.validate_python(LAST_DAY) == LAST_DAY
    for day in (FIRST_DAY - timedelta(days=1), LAST_DAY + timedelta(days=1)):
        with pytest.raises(ValidationError):
            adapter.validate_python(day)


def test_an_exact_date_is_an_interval_of_one_day() -> None:
    assert on(MAY) == between(MAY, MAY)
    assert on(MAY).is_exact
    assert not between(MAY, JUNE).is_exact


def test_an_interval_ends_no_earlier_than_it_begins() -> None:
    with pytest.raises(ValidationError, match="latest must not be before earliest"):
        between(JUNE, MAY)


def test_a_rough_date_is_closed_by_the_day_its_source_was_read() -> None:
    rough = RoughDate(earliest=MAY, text="våren 2020", derived=True)
    assert rough.until(JUNE) == Interval(earliest=MAY, latest=JUNE, text="våren 2020", derived=True)


def test_a_rough_date_with_both_bounds_keeps_them() -> None:
    assert RoughDate(earliest=MAY, latest=JUNE).until(JULY) == between(MAY, JUNE)


def test_a_rough_date_may_turn_out_to_be_one_day() -> None:
    assert RoughDate(earliest=MAY, latest=MAY).until(JULY) == on(MAY)


def test_a_rough_date_cannot_begin_after_its_source_was_read() -> None:
    with pytest.raises(ValueError, match="latest must not be before earliest"):
        RoughDate(earliest=JUNE).until(MAY)
    with pytest.raises(ValidationError, match="latest must not be before earliest"):
        RoughDate(earliest=JUNE, latest=MAY)


def test_nothing_holds_in_an_empty_timeline() -> None:
    empty: Timeline[str] = Timeline()
    reading = empty.on(MAY)
    assert (reading.certain, reading.possible) == (None, ())
    assert empty.certain(MAY) is None
    assert empty.ever(MAY) == ()
    assert empty.last is None
    assert list(empty.spans()) == []


def test_a_value_holds_from_its_day_until_the_next() -> None:
    line = timeline((on(MAY), 1, "a"), (on(JULY), 2, "b"))
    assert line.certain(MAY - timedelta(days=1)) is None
    assert line.certain(MAY) == "a"
    assert line.certain(JULY - timedelta(days=1)) == "a"
    assert line.certain(JULY) == "b"
    assert line.last is not None
    assert line.last.value == "b"


def test_a_rough_value_is_possible_from_its_first_day_and_certain_from_its_last() -> None:
    line = timeline((on(MAY), 1, "a"), (between(JUNE, JULY), 2, "b"))
    assert line.ever(JUNE - timedelta(days=1)) == ("a",)
    assert line.ever(JUNE) == ("a", "b")
    assert line.certain(JULY - timedelta(days=1)) == "a"
    assert line.ever(JULY) == ("b",)


def test_of_two_with_the_same_last_day_the_later_entry_holds() -> None:
    line = timeline((on(MAY), 2, "second"), (on(MAY), 1, "first"))
    assert line.certain(MAY) == "second"


def test_what_is_recorded_late_takes_its_place_by_date() -> None:
    line = timeline((on(JULY), 1, "july"), (on(MAY), 2, "may"))
    assert line.certain(JUNE) == "may"
    assert line.certain(JULY) == "july"


def test_a_span_says_from_when_a_value_is_possible_certain_and_over() -> None:
    line = timeline((on(MAY), 1, "a"), (between(JUNE, JULY), 2, "b"))
    first, second = line.spans()
    assert (first.mark.value, first.possible_from, first.certain_from, first.certain_to) == ("a", MAY, MAY, JULY)
    assert (second.mark.value, second.possible_from, second.certain_from, second.certain_to) == ("b", JUNE, JULY, None)


def test_what_ends_something_ends_its_rough_beginning_too() -> None:
    line = timeline((between(MAY, LAST_DAY), 1, True))
    left = line.closed_by(on(JULY)).with_mark(on(JULY), 2, value=False)
    assert left.ever(JUNE) == (True,)
    assert left.certain(JULY) is False
    assert left.certain(LAST_DAY) is False


def test_what_ends_roughly_closes_by_its_last_day() -> None:
    line = timeline((between(MAY, LAST_DAY), 1, True))
    assert line.closed_by(between(JUNE, JULY)).marks[0].effective == between(MAY, JULY)


def test_what_begins_only_later_is_not_ended() -> None:
    later = Mark(between(JULY, LAST_DAY), 1, "later")
    earlier = Mark(between(MAY, JUNE), 2, "earlier")
    assert Timeline((earlier, later)).closed_by(on(JUNE)).marks == (earlier, later)


def test_the_source_s_wording_outlives_the_closing() -> None:
    rough = Interval(earliest=MAY, latest=LAST_DAY, text="etter 1. mai", derived=True)
    closed = Timeline((Mark(rough, 1, "a"),)).closed_by(on(JUNE)).marks[0].effective
    assert closed == Interval(earliest=MAY, latest=JUNE, text="etter 1. mai", derived=True)


def test_the_day_after_a_leap_day_is_the_first_of_march() -> None:
    assert next_day(date(2024, 2, 28)) == date(2024, 2, 29)
    assert next_day(date(2024, 2, 29)) == date(2024, 3, 1)
    assert next_day(date(2023, 12, 31)) == date(2024, 1, 1)


DAYS = strategies.dates(date(2020, 1, 1), date(2020, 3, 1))
INTERVALS = strategies.tuples(DAYS, DAYS).map(lambda pair: between(min(pair), max(pair)))


@given(strategies.lists(INTERVALS, max_size=8), DAYS)
def test_the_order_of_recording_decides_only_ties(intervals: list[Interval], day: date) -> None:
    numbered = [(interval, number, number) for number, interval in enumerate(intervals, start=1)]
    line = timeline(*numbered)
    assert line == timeline(*reversed(numbered))
    by_day = [(interval.latest, number) for interval, number, _ in numbered if interval.latest <= day]
    assert line.certain(day) == (max(by_day)[1] if by_day else None)


@given(strategies.lists(INTERVALS, max_size=8), INTERVALS)
def test_closing_moves_no_first_day_and_hides_no_value(intervals: list[Interval], by: Interval) -> None:
    line = timeline(*((interval, number, number) for number, interval in enumerate(intervals, start=1)))
    closed = line.closed_by(by)
    assert sorted(m.number for m in closed.marks) == sorted(m.number for m in line.marks)
    before = {mark.number: mark.effective for mark in line.marks}
    for mark in closed.marks:
        assert mark.effective.earliest == before[mark.number].earliest
        assert mark.effective.latest <= before[mark.number].latest
        assert mark.effective.latest <= by.latest or mark.effective.earliest > by.latest
    assert list(closed.marks) == sorted(closed.marks)
