"""Rebuilding every projection, beside the package's own `ProjectionRunner` keeping a single one, of simple rows.

The runner takes one event at a time from a subscription and writes its row and its position in one transaction; that
is its form. On SQLite it cannot be measured: the package's recorder for it has no subscriptions. So it runs on the
package's plain objects, with no disk at all, and on PostgreSQL, beside our rebuild in the same database. Its events
hold about as many bytes as our entries.
"""

from __future__ import annotations

import itertools
import tempfile
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, ClassVar, LiteralString

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import ApplicationRecorder, Tracking
from eventsourcing.popo import POPOApplicationRecorder, POPOTrackingRecorder
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

from api.composition import House
from bench.building import EACH, built, copy_of, versions
from bench.callers import environment
from bench.cluster import postgresql
from bench.measure import Figure, Section, compare
from ledger.location import PostgresLocation

EVENTS = 2_000
"""Events the runner is given, and entries of ours: two books of a thousand."""
BOOKS = 2
ROUNDS = 5
WAIT_SECONDS = 600.0
PURPOSE = "x" * 300
"""What makes an event about as large as an entry."""

OURS = "ours, all projections"

_numbers = itertools.count(1)


# The package's way -----------------------------------------------------------------------


class Office(Aggregate):
    """An office, as an aggregate of the package."""

    @event("Established")
    def __init__(self, title: str, purpose: str) -> None:
        self.title = title
        self.purpose = purpose


class Offices(Application[uuid.UUID]):
    """Holds the events."""

    name = "offices"


class OfficesInMemory(Offices):
    """Holds the events in memory, the same in every round."""

    held: ClassVar[ApplicationRecorder]

    def construct_recorder(self) -> ApplicationRecorder:
        """Returns the recorder that has them already."""
        return self.held


class Told:
    """Says when the last of the events has its row."""

    last: ClassVar[threading.Event]
    rows = 0

    def told(self) -> None:
        """Counts a row."""
        self.rows += 1
        if self.rows == EVENTS:
            self.last.set()


class InMemory(POPOTrackingRecorder, Told):
    """Rows in a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, tuple[str, str]] = {}

    def keep(self, office_id: str, title: str, purpose: str, tracking: Tracking) -> None:
        """Keeps a row and the position."""
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)
            self.kept[office_id] = (title, purpose)
        self.told()


class InTable(PostgresTrackingRecorder, Told):
    """Rows in a table beside their position."""

    before: ClassVar[LiteralString] = ""

    def __init__(self, datastore: Any, **more: Any) -> None:
        super().__init__(datastore, **more)
        where = {
            "schema": Identifier(self.datastore.schema),
            "table": Identifier(self.tracking_table_name.replace("tracking", "view")),
        }
        self.sql_create_statements.append(
            SQL("CREATE TABLE {schema}.{table} (id TEXT PRIMARY KEY, title TEXT, purpose TEXT)").format(**where)
        )
        self._insert_row = SQL("INSERT INTO {schema}.{table} VALUES (%s, %s, %s)").format(**where)

    def keep(self, office_id: str, title: str, purpose: str, tracking: Tracking) -> None:
        """Keeps a row and the position, in one transaction."""
        with self.datastore.transaction(commit=True) as cursor:
            if self.before:
                cursor.execute(self.before)
            self._insert_tracking(cursor, tracking)
            cursor.execute(self._insert_row, (office_id, title, purpose), prepare=True)
        self.told()


class InTableSoon(InTable):
    """Rows in a table, which a power cut may set back, as it may ours on SQLite: they can be made again."""

    before: ClassVar[LiteralString] = "SET LOCAL synchronous_commit TO off"


def keeps(app: type[Offices], view: type[InMemory] | type[InTable], env: Mapping[str, str], stack: ExitStack) -> int:
    """Runs a runner until the last event has its row. It is closed with the stack."""
    Told.last = threading.Event()

    class OfficeRows(Projection[Any]):
        name = f"offices{next(_numbers)}"
        topics = ()

        def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            self.view.keep(str(domain_event.originator_id), domain_event.title, domain_event.purpose, tracking)

    runner: Any = ProjectionRunner(application_class=app, projection_class=OfficeRows, view_class=view, env=dict(env))
    stack.enter_context(runner)
    if not Told.last.wait(WAIT_SECONDS):
        raise RuntimeError("the runner did not come to the last event")
    return EVENTS


def told(app: Offices) -> ApplicationRecorder:
    """Records the events and returns what holds them."""
    for start in range(0, EVENTS, 500):
        app.save(*(Office("Test", PURPOSE) for _ in range(start, min(start + 500, EVENTS))))
    return app.recorder


# Ours ------------------------------------------------------------------------------------


def rebuilds(house: House) -> Callable[[], int]:
    """Returns a round that rebuilds the rows of every copy, and says how many versions that are."""
    books = [copy_of(number) for number in range(BOOKS)]
    kept = 0

    def run() -> int:
        for _ in house.projector.rebuild(books):
            pass
        return kept

    run()
    kept = versions(house)
    return run


# Measured --------------------------------------------------------------------------------


def run() -> list[Section]:
    """Measures rows a second: of the package's runner, and of a rebuild of ours on either engine."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        alternatives: dict[str, Callable[[], int]] = {}
        if (url := stack.enter_context(postgresql())) is not None:
            there, env = stack.enter_context(built(PostgresLocation(url), BOOKS)), environment(url)
            told(stack.enter_context(Offices(env)))
            alternatives["the runner, PostgreSQL"] = lambda: keeps(Offices, InTable, env, stack)
            alternatives["the runner, PostgreSQL, not waiting for the disk"] = lambda: keeps(
                Offices, InTableSoon, env, stack
            )
            alternatives[f"{OURS}, PostgreSQL"] = rebuilds(there)
        OfficesInMemory.held = POPOApplicationRecorder()
        told(stack.enter_context(OfficesInMemory()))
        alternatives["the runner, plain objects, no disk"] = lambda: keeps(OfficesInMemory, InMemory, {}, stack)
        here = stack.enter_context(built(Path(name) / "book.db", BOOKS))
        alternatives[f"{OURS}, SQLite"] = rebuilds(here)
        figures = compare(alternatives, ROUNDS)
        return [_section(figures, versions(here) / (BOOKS * EACH), len(here.views.projections))]


def _section(figures: Sequence[Figure], each: float, projections: int) -> Section:
    heads = ("", "rows/s", "entries/s", f"rows, ratio to {figures[0].name}", "entries, the same")
    rows = []
    for figure in figures:
        of_one = each if figure.name.startswith(OURS) else 1.0
        rates = (f"{figure.per_second:,.0f}", f"{figure.per_second / of_one:,.0f}")
        rows.append((figure.name, *rates, f"{figure.ratio:.2f}", f"{figure.ratio / of_one:.2f}"))
    remark = (
        f"An event gives the runner one row, of its only projection; an entry gives ours {each:.1f} versions of rows, "
        f"over {projections} projections. On SQLite there is no runner, as the package has no subscriptions there."
    )
    return Section("Rebuild of all projections beside the package's ProjectionRunner keeping one", heads, rows, remark)
