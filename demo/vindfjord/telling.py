"""What every part of the story is told with: the cast, and commands in the order of their days."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

Fields = dict[str, Any]

FOUNDING = "collaboration.found"
BOOK = "vindfjord-ikt"
NAME = "Vindfjord IKT kommunalt oppgavefellesskap (oppdiktet)"
SEED = 20220101
YEARS = (2022, 2023, 2024, 2025)
FOUNDED = date(2022, 1, 1)
MEMBERS = {
    "fjordvik": "Fjordvik kommune (oppdiktet)",
    "elvdal": "Elvdal kommune (oppdiktet)",
    "skarnes": "Skarnes kommune (oppdiktet)",
    "holmset": "Holmset kommune (oppdiktet)",
    "nordli": "Nordli kommune (oppdiktet)",
}
INHABITANTS = {"fjordvik": 21_400, "elvdal": 9_850, "skarnes": 6_320, "holmset": 3_910, "nordli": 2_175}
COUNCIL, BOARD = "representantskap", "styre"

SEATS: dict[str, dict[str, str]] = {
    COUNCIL: {f"{member}-{seat}": member for member in MEMBERS for seat in (1, 2)},
    BOARD: {f"{member}-styre": member for member in MEMBERS},
}
"""Who sits in each body, with the member that elected them."""
DEPUTIES: dict[str, dict[str, tuple[str, int]]] = {
    COUNCIL: {f"{member}-vara-{rank}": (member, rank) for member in MEMBERS for rank in (1, 2)},
    BOARD: {f"{member}-styrevara": (member, 1) for member in MEMBERS},
}
CHAIRS = {COUNCIL: "fjordvik-1", BOARD: "elvdal-styre"}
SIGNERS = {COUNCIL: ("skarnes-1", "holmset-1"), BOARD: ("skarnes-styre", "holmset-styre")}
STAFF = {"daglig-leder-1": "daglig-leder", "driftsleder-1": "driftsleder", "sekretaer-1": "sekretaer"}
ORDERERS = {f"{member}-bestiller": member for member in MEMBERS if member != "nordli"}
"""Nordli has the office and nobody in it: a gap the book is to show."""

SOURCE = {"title": "Styringsbok: oppdiktet eksempel", "read_on": "2026-01-15"}


class EntryOf(NamedTuple):
    """The number of the entry that records a command which was told with this mark."""

    mark: str


@dataclass
class Story:
    """Commands as they are told, each on its day; of one day, in the order they were told."""

    r: Random = field(default_factory=lambda: Random(SEED))
    """The story's chance: the same seed tells the same story."""
    told: list[tuple[date, Fields, str | None]] = field(default_factory=list)
    """Each command with its day and its mark."""

    def tell(self, day: date | str, type_: str, /, **fields: Any) -> None:
        """Adds a command that takes effect on a day."""
        self.tell_marked(None, day, type_, **fields)

    def tell_marked(self, mark: str | None, day: date | str, type_: str, /, **fields: Any) -> None:
        """Adds a command that takes effect on a day; by its mark others may name its entry."""
        on = date.fromisoformat(day) if isinstance(day, str) else day
        self.told.append((on, {"type": type_, "effective": on.isoformat(), **fields}, mark))

    def tell_today(self, type_: str, /, **fields: Any) -> None:
        """Adds a command of the day the story is recorded, after all that is told of a day."""
        self.told.append((date.max, {"type": type_, **fields}, None))

    def commands(self) -> Iterator[Fields]:
        """Yields the commands by day; the founding first, as it opens the book. Each leads to one entry."""
        told = sorted(self.told, key=lambda one: (one[1]["type"] != FOUNDING, one[0]))
        marked = {mark: number for number, (_, _, mark) in enumerate(told, start=1) if mark is not None}
        for _, command, _ in told:
            yield _resolved(command, marked)


def _resolved(value: Any, marked: dict[str, int]) -> Any:
    """Returns a value with the numbers of the entries in place of their marks."""
    match value:
        case EntryOf(mark):
            return marked[mark]
        case dict():
            return {name: _resolved(one, marked) for name, one in value.items()}
        case list():
            return [_resolved(one, marked) for one in value]
        case _:
            return value


def decided(decision_id: str) -> list[Fields]:
    """Returns the basis of what carries out a decision."""
    return [{"kind": "decision", "ref": decision_id}]


def paper(story: Story, name: str) -> list[Fields]:
    """Returns a document as evidence, with a digest made up by the story's chance."""
    return [{"sha256": f"{story.r.getrandbits(256):064x}", "name": f"{name} (oppdiktet).pdf"}]


def holder(kind: str, id_: str) -> Fields:
    """Returns who grants, holds or acts."""
    return {"kind": kind, "id": id_}


def days(day: date, count: int) -> date:
    """Returns the day so many days later, or earlier."""
    return day + timedelta(days=count)


def months() -> Iterator[tuple[date, date]]:
    """Yields the first and the last day of every month of the story."""
    for year in YEARS:
        for month in range(1, 13):
            following = date(year + month // 12, month % 12 + 1, 1)
            yield date(year, month, 1), days(following, -1)
