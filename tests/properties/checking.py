"""Histories told and looked at, many at a time and on every core: what each book must be, whatever was sent to it.

Every book: nothing was raised but a Rejection, entries are numbered without gaps, time never goes back, the state that
was decided on is that of a fresh fold, every verdict is given again, and the rows as of its last entry and of some
others are rendered anew from a fresh fold. Every `DEEP_EVERY`th book: the rows as of every entry. Every
`READ_EVERY`th: each of them read by its query too, and all of them rebuilt.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import orjson

from domain.collaboration import Collaboration
from domain.decisions.effects import ACT_OF_EVENT
from domain.decisions.effects import ACTS as EFFECT_ACTS
from domain.effects import resting_on
from ledger.application import Ledger
from ledger.entry import AnyEntry
from ledger.location import SQLiteLocation
from ledger.reading import Book, Step
from ledger.recheck import Difference, recheck_book
from ledger.storage import views_datastore
from projections.projection import Projection, Row, Version
from projections.registry import ALL
from projections.runner import Projector
from projections.view_engines import SQLiteViews
from projections.views import Found, Query
from tests.properties.histories import Told, tell

DEEP_EVERY = 5
READ_EVERY = 20
SOME = 2
"""Entries a book's rows are compared as of, beside the last, where not as of all."""
FAULT_CHARACTERS_MAX = 3_000
AT_A_TIME = 20
"""Books in one database, told by one process."""

Subjects = Callable[[Collaboration], Iterable[tuple[str, str]]]
"""Yields everything a book knows of, by kind and id, whether or not an entry says it touched it."""

Shown = dict[str, tuple[str, str, str, str, str, bytes]]
"""Rows by key: subject, the four days, and body."""


@dataclass
class Kept:
    """A ledger whose rows follow it."""

    ledger: Ledger
    views: SQLiteViews
    projector: Projector


@contextmanager
def empty() -> Iterator[Kept]:
    """Yields a ledger whose rows follow it, in memory where the machine has a file system there."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="styringsbok-", dir=memory if memory.is_dir() else None))
    location = SQLiteLocation(folder / "book.db")
    ledger = Ledger(location)
    views = SQLiteViews(views_datastore(location), ALL)  # type: ignore[arg-type]
    projector = Projector(ledger, views, lambda book, number: ledger.book(book, number=number))
    ledger.listeners.append(projector.follow)
    try:
        yield Kept(ledger, views, projector)
    finally:
        views.datastore.close()
        ledger.close()
        shutil.rmtree(folder)


# What rows there should be ---------------------------------------------------------------


def as_shown(subject: str, row: Row) -> tuple[str, str, str, str, str, bytes]:
    """Returns a row as it is kept."""
    days = (day.isoformat() for day in (row.possible_from, row.certain_from, row.certain_to, row.possible_to))
    possible_from, certain_from, certain_to, possible_to = days
    body = orjson.dumps(row.body, option=orjson.OPT_SORT_KEYS)
    return subject, possible_from, certain_from, certain_to, possible_to, body


def afresh(projection: Projection, state: Collaboration, known: Iterable[tuple[str, str]]) -> Shown:
    """Returns the rows a projection has of a state, rendered for everything in it."""
    rows: Shown = {}
    if projection.render is not None:
        for kind, subject_id in known:
            if kind == projection.kind:
                rows |= {row.key: as_shown(subject_id, row) for row in projection.render(state, subject_id)}
    return rows


def added(projection: Projection, step: Step) -> Shown:
    """Returns the rows one entry adds for good."""
    rows = () if projection.render_entry is None else projection.render_entry(step)
    return {row.key: as_shown("", row) for row in rows}


def as_kept(found: Found | Version) -> tuple[str, str, str, str, str, bytes]:
    """Returns a row as it is shown."""
    days = (found.possible_from, found.certain_from, found.certain_to, found.possible_to)
    return found.subject, *days, found.body


def compare_rows(
    kept: Kept, book: str, subjects_in: Subjects, *, at: Callable[[int], bool] = lambda _: True, read: bool = False
) -> int:
    """Asserts that the rows as of entries are those of a fresh fold up to them. Returns how many were compared.

    `at` says which entries. With `read` the rows are read by their query, else all versions are read once.
    """
    steps, compared = list(kept.ledger.steps(Book(book))), 0
    known = {step.fact.number: tuple(subjects_in(step.after)) for step in steps if at(step.fact.number)}
    for projection in ALL:
        versions = kept.views.all_versions(projection, book)
        for_good: Shown = {}
        for step in steps:
            number = step.fact.number
            for_good |= added(projection, step)
            if number not in known:
                continue
            found: list[Found] | list[Version] = [v for v in versions if v.from_entry <= number < v.to_entry]
            if read:
                found = kept.views.select(projection, Query(book, number, shielded=True))
                assert [row.key for row in found] == sorted(row.key for row in found)
            rows = {row.key: as_kept(row) for row in found}
            where = f"{projection.name} of {book} as of entry {number}, {step.fact.event}"
            assert rows == for_good | afresh(projection, step.after, known[number]), where
            assert len(rows) == len(found), where
            compared += len(rows)
    return compared


# One book --------------------------------------------------------------------------------

Mark = tuple[str, bool, bool, str, bool]
"""Of an entry: its mode, whether it is irregular and unverified, its access, and whether its date is exact."""


@dataclass
class Looked:
    """What became of histories, and what is wrong with their books."""

    told: Told = field(default_factory=Told)
    histories: int = 0
    entries: int = 0
    rows: int = 0
    """Compared with a fresh fold."""
    effects: int = 0
    """Carried out, each once."""
    codes: Counter[str] = field(default_factory=Counter)
    """Entries by a code they carry, irregular or unverified."""
    marks: set[Mark] = field(default_factory=set)
    faults: list[tuple[int, str]] = field(default_factory=list)
    """By the seed that tells the history again."""

    def add(self, other: Looked) -> None:
        """Counts others in."""
        self.told.add(other.told)
        self.histories += other.histories
        self.entries += other.entries
        self.rows += other.rows
        self.effects += other.effects
        self.codes += other.codes
        self.marks |= other.marks
        self.faults += other.faults


def look_at(kept: Kept, seed: int, told: Told, subjects_in: Subjects, looked: Looked) -> None:
    """Asserts what must hold of the book of a history, and counts."""
    book = f"b-{seed}"
    entries = [recorded.entry for recorded in kept.ledger.entries(book)]
    head, numbers = kept.ledger.head(book), [entry.number for entry in entries]
    assert numbers == list(range(1, head + 1)), f"numbered {numbers}"
    assert head >= told.accepted.total(), f"{told.accepted.total()} commands accepted, {head} entries"
    times = [entry.recorded_at for entry in entries]
    assert times == sorted(set(times)), "time goes back"
    fresh = kept.ledger.book(book, number=head)
    assert kept.ledger.book(book) == fresh, "another state than a fresh fold"
    differences = [one for one in recheck_book(kept.ledger, book) if isinstance(one, Difference)]
    assert differences == [], f"recheck: {differences[:3]}"
    some = set(Random(seed).sample(range(1, head + 1), min(SOME, head))) | {head}
    deep = seed % DEEP_EVERY == 0
    looked.rows += compare_rows(
        kept, book, subjects_in, at=lambda number: deep or number in some, read=seed % READ_EVERY == 0
    )
    if seed % READ_EVERY == 0:
        wrong = list(kept.projector.verify(book))
        assert wrong == [], f"a rebuild gives other rows: {wrong[:3]}"
    looked.effects += effects_carried_out(fresh.state, entries)
    looked.entries += len(entries)
    for entry in entries:
        looked.codes.update((*entry.irregular, *entry.unverified))
        exact = entry.effective.is_exact
        looked.marks.add((entry.mode, bool(entry.irregular), bool(entry.unverified), entry.access.level, exact))


def effects_carried_out(state: Collaboration, entries: Iterable[AnyEntry]) -> int:
    """Asserts that no effect was carried out twice, counted from the entries, and returns how many were.

    What counts is an act that took effect, when it was recorded or when it was healed, and names a decision that lays
    it down.
    """
    done: Counter[tuple[str, str]] = Counter()
    for entry in entries:
        kept, act = state.irregular.by_entry.get(entry.number), ACT_OF_EVENT.get(entry.type)
        if act is None or (kept is not None and kept.healed_by is None):
            continue
        subject = str(getattr(entry.event, EFFECT_ACTS[act].subject))
        for decision_id in resting_on(entry.basis, entry.event):
            made = state.decisions.by_id.get(decision_id)
            laid_down = () if made is None else made.event.effects
            done.update((decision_id, e.effect_id) for e in laid_down if (e.act, e.subject) == (act, subject))
    twice = {effect: times for effect, times in done.items() if times > 1}
    assert twice == {}, f"carried out twice: {twice}"
    return len(done)


# Many books ------------------------------------------------------------------------------


def told_and_looked_at(seeds: range, *, length: int, subjects_in: Subjects) -> Looked:
    """Tells histories, each in a book of its own, and looks at each."""
    looked = Looked()
    with empty() as kept:
        for seed in seeds:
            told = Told()
            try:
                tell(kept.ledger, f"b-{seed}", seed, length, told)
                look_at(kept, seed, told, subjects_in, looked)
            except Exception as error:
                looked.faults.append(
                    (seed, "".join(traceback.format_exception(error, limit=-3))[-FAULT_CHARACTERS_MAX:])
                )
            looked.told.add(told)
            looked.histories += 1
        looked.faults += [(seeds[0], str(fault)) for fault in kept.views.faults()]
    return looked


def tell_all(histories: int, length: int, subjects_in: Subjects) -> Looked:
    """Tells so many histories on every core, and looks at each."""
    parts = [range(start, min(start + AT_A_TIME, histories)) for start in range(0, histories, AT_A_TIME)]
    work = partial(told_and_looked_at, length=length, subjects_in=subjects_in)
    whole = Looked()
    # Started anew rather than forked: nothing of this process, such as threads of other tests, goes with them.
    with ProcessPoolExecutor(os.cpu_count(), mp_context=multiprocessing.get_context("spawn")) as pool:
        for part in pool.map(work, parts):
            whole.add(part)
    return whole
