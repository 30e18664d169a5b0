"""Lifetimes with rough ends, held against every course things may have taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from domain.dates import Interval
from domain.lifetime import Lifetime, Present, present

START = date(2026, 1, 1)
DAYS = tuple(START + timedelta(days=number) for number in range(9))
NEVER = date(2199, 12, 31)

Course = tuple[date, date]
"""The first day and the first day without."""


def intervals(first: int = 0, last: int = 6) -> st.SearchStrategy[Interval]:
    """Returns intervals between two days."""
    bounds = st.tuples(st.integers(first, last), st.integers(first, last)).map(sorted)
    return bounds.map(lambda pair: Interval(earliest=DAYS[pair[0]], latest=DAYS[pair[1]]))


lifetimes = st.builds(
    Lifetime, intervals(), st.none() | intervals(), st.none() | st.integers(0, 6).map(lambda number: DAYS[number])
)


def between(interval: Interval) -> tuple[date, ...]:
    """Returns the days of an interval."""
    return tuple(day for day in DAYS if interval.earliest <= day <= interval.latest)


def courses(life: Lifetime) -> Iterator[Course]:
    """Yields every course it may have taken."""
    ends = (NEVER,) if life.ended is None else between(life.ended)
    term = NEVER if life.until is None else life.until + timedelta(days=1)
    for began, ended in product(between(life.began), ends):
        yield began, min(ended, term)


def there(course: Course, day: date) -> bool:
    """Returns whether it exists on the day."""
    return course[0] <= day < course[1]


def verdict(found: list[bool]) -> bool | None:
    """Returns what holds in every course, None where they differ."""
    return found[0] if len(set(found)) == 1 else None


@given(lifetimes, st.sampled_from(DAYS))
def test_what_is_certain_on_a_day_holds_in_every_course(life: Lifetime, day: date) -> None:
    assert life.on(day) == verdict([there(course, day) for course in courses(life)])


@given(lifetimes, intervals())
def test_and_throughout_an_interval_on_all_its_days(life: Lifetime, interval: Interval) -> None:
    daily = {life.on(day) for day in between(interval)}
    assert life.during(interval) == (daily.pop() if len(daily) == 1 else None)


@given(lifetimes, lifetimes)
def test_two_meet_for_certain_if_they_do_in_every_course(life: Lifetime, other: Lifetime) -> None:
    pairs = product(courses(life), courses(other))
    assert life.meets(other) == verdict([max(a[0], b[0]) < min(a[1], b[1]) for a, b in pairs])
    assert life.meets(other) == other.meets(life)


@given(lifetimes, lifetimes)
def test_one_lies_within_another_for_certain_only_if_it_does_in_every_course(life: Lifetime, other: Lifetime) -> None:
    found = [b[0] <= a[0] and a[1] <= b[1] for a, b in product(courses(life), courses(other))]
    within = life.within(other)
    assert within is None or set(found) == {within}


def test_exact_lifetimes_lie_within_or_not() -> None:
    first, second, third = (Interval.exact(day) for day in DAYS[:3])
    term = Lifetime(second, until=DAYS[4])
    assert Lifetime(second, until=DAYS[4]).within(term) is True
    assert Lifetime(third, until=DAYS[3]).within(term) is True
    assert Lifetime(first, until=DAYS[4]).within(term) is False
    assert Lifetime(second, until=DAYS[5]).within(term) is False
    assert Lifetime(second).within(term) is False
    assert Lifetime(third, until=DAYS[8]).within(Lifetime(second)) is True


@given(lifetimes, st.sampled_from(DAYS))
def test_it_outlasts_a_day_if_it_may_exist_then_or_later(life: Lifetime, day: date) -> None:
    later = [other for other in (*DAYS, NEVER) if other >= day]
    assert life.outlasts(day) == any(there(course, other) for course in courses(life) for other in later)


@given(lifetimes, intervals())
def test_of_two_ends_the_first_counts(life: Lifetime, interval: Interval) -> None:
    ended = life.end(interval)
    for day in DAYS:
        both = [life.on(day), Lifetime(life.began, interval, life.until).on(day)]
        assert ended.on(day) == (False if False in both else None if None in both else True)


def test_an_end_keeps_the_wording_of_its_source() -> None:
    worded = Interval(earliest=DAYS[1], latest=DAYS[2], text="vinteren 2026")
    life = Lifetime(Interval.exact(DAYS[0])).end(worded)
    assert life.end(Interval.exact(DAYS[5])).ended == worded
    assert life.end(Interval(earliest=DAYS[0], latest=DAYS[3])).ended == Interval(earliest=DAYS[0], latest=DAYS[2])


def test_it_says_since_when_it_was_ended() -> None:
    life = Lifetime(Interval.exact(DAYS[0])).end(Interval.exact(DAYS[3]))
    since = [life.ended_since(Interval.exact(day)) for day in (DAYS[2], DAYS[3], DAYS[4])]
    assert since == [None, DAYS[3], DAYS[3]]
    assert Lifetime(Interval.exact(DAYS[0])).ended_since(Interval.exact(DAYS[3])) is None


class Thing:
    """Something that lasts."""

    def __init__(self, life: Lifetime) -> None:
        self.life = life


def test_certain_and_possible_are_kept_apart() -> None:
    certain, possible, gone = (
        Thing(Lifetime(interval))
        for interval in (Interval.exact(DAYS[0]), Interval(earliest=DAYS[0], latest=DAYS[4]), Interval.exact(DAYS[5]))
    )
    assert present([gone, possible, certain], Interval.exact(DAYS[2])) == Present((certain,), (possible,))
