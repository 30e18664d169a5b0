"""Cost drivers (fordelingsgrunnlag): the figures a key weighs members by, such as inhabitants, users and use.

No act says which figures; the charter or the agreement does (IKS-loven § 4 third paragraph; kommuneloven § 19-4 fourth
paragraph), so the refusals here are the book's own. Figures are exact decimals, each recording is kept, and whoever
shares a cost names the entry it was shared by.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Annotated, Literal, TypeAlias

from pydantic import Field
from rpds import HashTrieMap

from domain.dates import Day
from domain.kernel import Command, Context, Decision, Event, Fact, Rejection, Subject, judge
from domain.members import Members
from domain.text import Frozen, Id, Quantity

RecordedDriver = Literal["population", "users", "use"]
"""What figures are recorded of. What each owns stands in the register of shares, and the same for each needs none."""

# Parts of events -------------------------------------------------------------------------


class DriverValue(Frozen):
    """One member's figure."""

    member_id: Id
    value: Quantity


_VALUES = Annotated[tuple[DriverValue, ...], Field(min_length=1, max_length=500)]

# Events: stored for ever -----------------------------------------------------------------


class CostDriversRecorded(Event):
    """The figures of members on a day were recorded; where they were read is the entry's source."""

    type: Literal["cost_drivers.recorded"] = "cost_drivers.recorded"
    driver: RecordedDriver
    as_of: Day
    driver_values: _VALUES


# Commands --------------------------------------------------------------------------------


class RecordCostDrivers(Command):
    """Record the figures costs are shared by, one of each member, as they were on a day."""

    type: Literal["cost_drivers.record"]
    driver: RecordedDriver
    as_of: Day
    driver_values: _VALUES


# State -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recording:
    """The figures of one entry."""

    entry: int
    driver: RecordedDriver
    as_of: date
    values: HashTrieMap[str, Fraction]
    """By member id."""

    @property
    def order(self) -> tuple[date, int]:
        """What tells which of two recordings is the newer: the day they are of, then the entry."""
        return self.as_of, self.entry


Recordings: TypeAlias = "HashTrieMap[int, Recording]"
"""Every recording, by its entry."""


def latest(recordings: Recordings, driver: str, by: date) -> Recording | None:
    """Returns the newest figures of a driver as they were on some day up to `by`, None where there are none."""
    found = (one for one in recordings.values() if one.driver == driver and one.as_of <= by)
    return max(found, key=lambda one: one.order, default=None)


def evolve(recordings: Recordings, event: CostDriversRecorded, fact: Fact) -> Recordings:
    """Returns the recordings after one more."""
    return recordings.insert(fact.number, Recording(fact.number, event.driver, event.as_of, _values(event)))


def _values(said: CostDriversRecorded | RecordCostDrivers) -> HashTrieMap[str, Fraction]:
    return HashTrieMap({one.member_id: Fraction(one.value) for one in said.driver_values})


def subjects(event: CostDriversRecorded) -> Iterator[Subject]:
    """Yields the driver, and the members figures are given of."""
    yield Subject("cost_driver", event.driver)
    yield from (Subject("member", one.member_id) for one in event.driver_values)


# Rules -----------------------------------------------------------------------------------


def decide(command: RecordCostDrivers, recordings: Recordings, members: Members, context: Context) -> Decision:
    """Returns the figures as they were recorded. Raises Rejection."""
    ruling = judge(_against(command, recordings, members), context.mode)
    event = CostDriversRecorded(driver=command.driver, as_of=command.as_of, driver_values=command.driver_values)
    return Decision((event,), ruling)


def _against(command: RecordCostDrivers, recordings: Recordings, members: Members) -> Iterator[Rejection]:
    driver, as_of, given = command.driver, command.as_of.isoformat(), _values(command)
    counted = Counter(one.member_id for one in command.driver_values)
    if strangers := sorted(set(counted) - set(members.parties)):
        yield Rejection("cost_drivers.unknown_member", "fact", driver=driver, as_of=as_of, member_ids=strangers)
    if repeated := sorted(member_id for member_id, times in counted.items() if times > 1):
        yield Rejection("cost_drivers.member_listed_twice", "fact", driver=driver, as_of=as_of, member_ids=repeated)
    held = latest(recordings, driver, command.as_of)
    if held is not None and held.as_of == command.as_of and held.values == given:
        yield Rejection("cost_drivers.already_recorded", "fact", entries=(held.entry,), driver=driver, as_of=as_of)
    if below := sorted(member_id for member_id, value in given.items() if value < 0):
        yield Rejection("cost_drivers.negative", driver=driver, as_of=as_of, member_ids=below)
    missing = [m for m in members.deciding_on(command.as_of) if m not in given]
    if missing:
        entries = members.entries(*missing)
        yield Rejection(
            "cost_drivers.member_missing", "unknown", entries=entries, driver=driver, as_of=as_of, member_ids=missing
        )
