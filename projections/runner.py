"""Keeps the rows of every book in step with its entries: at once after a commit, from where it stopped, or anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import structlog

from ledger.collecting import not_collecting
from ledger.reading import Book, Change, Commit, LedgerReader, Step
from projections import reclassifying
from projections.projection import Changes, OpenRows, Projection, Version, apply, touched_by_kind
from projections.remembering import Remembered
from projections.view_engines import PostgresViews, SQLiteViews
from projections.views import Fault

STEPS_AT_A_TIME = 5_000
"""Entries folded between two writes of rows while catching up."""

log = structlog.get_logger("projections")


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what a fresh fold of the book gives."""

    projection: str
    key: str
    entry: int
    what: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """All rows of a book, rendered from its first entry on."""

    changes: Changes
    faults: Sequence[Fault]
    number: int
    """The entry they were rendered up to."""


class Projector:
    """Renders entries into rows."""

    def __init__(
        self, ledger: LedgerReader, views: SQLiteViews | PostgresViews, book: Callable[[str, int], Book]
    ) -> None:
        """`book` returns a book folded up to a number; it is asked where rows are behind."""
        self.ledger = ledger
        self.views = views
        self._book = book
        self._lock = threading.Lock()
        self._sorted_out: tuple[Mapping[str, Projection], Working] | None = None

    @property
    def projections(self) -> Sequence[Projection]:
        """The projections whose rows are kept."""
        return tuple(self.views.projections.values())

    def _working(self) -> Working:
        """Returns all projections, sorted out once for those the views have."""
        given = self.views.projections
        if self._sorted_out is None or self._sorted_out[0] is not given:
            self._sorted_out = given, Working(given.values())
        return self._sorted_out[1]

    def follow(self, commit: Commit) -> None:
        """Renders one commit at once. Never raises: what fails here is caught up, or named as a fault."""
        try:
            with self._lock:
                if not self._render(commit.collaboration_id, commit.before.number, commit.steps):
                    self._catch_up(commit.collaboration_id)
        except Exception:
            log.exception("rows fell behind", collaboration=commit.collaboration_id, after=commit.before.number)

    def catch_up(self) -> int:
        """Renders what was recorded since. Returns how many entries.

        A book with an entry that cannot be read is rendered up to there and logged; the other books go on.
        """
        with self._lock:
            changes = self.ledger.changes(self.views.tracked())
            before = sum(self.views.position(change.collaboration_id) for change in changes)
            caught_up = [self._caught_up(change) for change in changes]
            if changes and all(caught_up):
                self.views.track(max(change.position for change in changes))
            return sum(self.views.position(change.collaboration_id) for change in changes) - before

    def _caught_up(self, change: Change) -> bool:
        """Returns whether a book's rows are as far as the change; another process may have rendered some of them."""
        try:
            while self.views.position(change.collaboration_id) < change.number:
                before = self.views.position(change.collaboration_id)
                self._catch_up(change.collaboration_id)
                if self.views.position(change.collaboration_id) == before:
                    return False
        except Exception:
            log.exception("rows stay behind", collaboration=change.collaboration_id)
            return False
        return True

    def _catch_up(self, collaboration_id: str) -> None:
        position = self.views.position(collaboration_id)
        if self.ledger.head(collaboration_id) <= position:
            return
        batch: list[Step] = []
        try:
            for step in self.ledger.steps(self._book(collaboration_id, position)):
                batch.append(step)
                if len(batch) == STEPS_AT_A_TIME:
                    rendered, batch = batch, []
                    if not self._render(collaboration_id, position, rendered):
                        return
                    position = rendered[-1].fact.number
        finally:
            if batch:
                self._render(collaboration_id, position, batch)

    def _render(self, collaboration_id: str, before: int, steps: Sequence[Step]) -> bool:
        halted = {fault.projection for fault in self.views.faults(collaboration_id)}
        working = self._working().without(halted)
        wanted = {
            (projection.name, subject_id): (projection, subject_id)
            for step in steps
            for projection, subject_ids in working.touched_by(step)
            for subject_id in subject_ids
        }
        open_rows = self.views.open_rows(collaboration_id, wanted.values())
        changes, faults = render(working, collaboration_id, steps, open_rows)
        reclassifying.following(working.all, self.views, collaboration_id, steps, changes)
        return self.views.flush(collaboration_id, before, steps[-1].fact.number, changes, faults)

    def rebuild(
        self, collaboration_ids: Iterable[str] | None = None, *, up_to: int | None = None
    ) -> Iterator[tuple[str, int]]:
        """Builds the rows of each book anew, up to an entry or to its end, in one batch a book.

        Yields the book and its number when it is done. Raises DamagedEntry.
        """
        ids = sorted(self.ledger.heads()) if collaboration_ids is None else list(collaboration_ids)
        for collaboration_id in ids:
            with self._lock:
                rendered = self.fresh(collaboration_id, up_to)
                self._put(collaboration_id, rendered)
            yield collaboration_id, rendered.number

    def put(self, collaboration_id: str, rendered: Rendered) -> None:
        """Writes the rows of a book anew, whoever has rendered them."""
        with self._lock:
            self._put(collaboration_id, rendered)

    def _put(self, collaboration_id: str, rendered: Rendered) -> None:
        self.views.replace(collaboration_id, rendered.number, rendered.changes, rendered.faults)

    def fresh(self, collaboration_id: str, up_to: int | None = None, given: Iterable[Step] | None = None) -> Rendered:
        """Returns the rows of a book rendered anew, up to an entry or to its end; `given` are its steps, if known.

        Raises DamagedEntry.
        """
        steps = self.ledger.steps(Book(collaboration_id), up_to) if given is None else given
        changes, open_rows, faults, number = Changes(), OpenRows(), list[Fault](), 0
        remembered, working = Remembered(), self._working()
        shielded: reclassifying.Shields = {}
        with not_collecting():
            for step in steps:
                number, shielded = step.fact.number, step.after.records.shielded
                working = _apply_each(working, collaboration_id, step, open_rows, changes, faults, remembered)
            reclassifying.fresh(self.projections, changes, shielded)
        return Rendered(changes, faults, number)

    def verify(
        self, collaboration_id: str, steps: Callable[[int], Iterable[Step]] | None = None
    ) -> Iterator[Difference]:
        """Yields where the rows kept are not those of a fresh fold of the book. Raises DamagedEntry.

        `steps` returns the book's steps from the first entry up to one; left out: the ledger does.
        """
        position = self.views.position(collaboration_id)
        changes = self.fresh(collaboration_id, position, None if steps is None else steps(position)).changes
        by_projection: dict[str, dict[reclassifying.Identity, Version]] = {}
        for identity, version in changes.added.items():
            by_projection.setdefault(version.projection, {})[identity] = version
        for projection in self.projections:
            fresh = by_projection.get(projection.name, {})
            for version in self.views.all_versions(projection, collaboration_id):
                expected = fresh.pop((version.projection, version.key, version.from_entry), None)
                if expected is None:
                    yield Difference(projection.name, version.key, version.from_entry, "the row should not be there")
                elif expected != version:
                    yield Difference(projection.name, version.key, version.from_entry, _what_differs(version, expected))
            for _, key, entry in sorted(fresh):
                yield Difference(projection.name, key, entry, "the row is missing")


def _what_differs(kept: Version, expected: Version) -> str:
    names = [name for name in Version._fields if getattr(kept, name) != getattr(expected, name)]
    return f"the row differs from a fresh fold in {', '.join(names)}"


class Working:
    """The projections that go on, and what an entry is to each of them."""

    def __init__(self, projections: Iterable[Projection]) -> None:
        self.all = tuple(projections)
        self._of_entries = [projection for projection in self.all if projection.render_entry is not None]
        self._by_kind: dict[str, list[Projection]] = {}
        for projection in self.all:
            if projection.kind is not None:
                self._by_kind.setdefault(projection.kind, []).append(projection)

    def touched_by(self, step: Step) -> Iterator[tuple[Projection, Sequence[str]]]:
        """Yields those whose rows an entry may change, with the ids of the entities it touched."""
        for projection in self._of_entries:
            yield projection, ()
        for kind, ids in touched_by_kind(step).items():
            for projection in self._by_kind.get(kind, ()):
                yield projection, ids

    def without(self, stopped: Collection[str]) -> Working:
        """Returns those that go on when these, named, have stopped."""
        return Working(one for one in self.all if one.name not in stopped) if stopped else self


def render(
    working: Working, collaboration_id: str, steps: Iterable[Step], open_rows: OpenRows
) -> tuple[Changes, list[Fault]]:
    """Returns what the entries do to the rows, and the projections that stopped on the way."""
    changes, faults, remembered = Changes(), list[Fault](), Remembered()
    for step in steps:
        working = _apply_each(working, collaboration_id, step, open_rows, changes, faults, remembered)
    return changes, faults


def _apply_each(
    working: Working,
    collaboration_id: str,
    step: Step,
    open_rows: OpenRows,
    changes: Changes,
    faults: list[Fault],
    remembered: Remembered,
) -> Working:
    """Applies one entry to each projection; one that fails is noted, and left out from then on."""
    stopped: set[str] = set()
    for projection, subject_ids in working.touched_by(step):
        try:
            apply(projection, step, subject_ids, open_rows, changes, remembered)
        except Exception as error:
            log.exception(
                "projection stopped", projection=projection.name, collaboration=collaboration_id, entry=step.fact.number
            )
            faults.append(
                Fault(projection.name, collaboration_id, step.fact.number, type(error).__name__, str(error)[:500])
            )
            stopped.add(projection.name)
    return working.without(stopped)
