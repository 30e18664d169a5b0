"""The package's own recorder test cases, on our recorders.

They number entries from 0 or with gaps, so the books are without our triggers; `test_append_only` has those.

Left out: its transcoder test case, which is about tuples, `bytes` and registered classes, none of which may stand in an
entry; its snapshot and process recorders, which the ledger does not use; its factory test case, since our factories
answer to no environment variable (`test_settings` shows that); and the subscription, since views are kept by position.
"""

from __future__ import annotations

import importlib
import sys
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from unittest import mock

import pytest
from eventsourcing.persistence import StoredEvent
from eventsourcing.sqlite import SQLiteDatastore

from ledger.connections import BookDatastore
from ledger.location import PostgresLocation
from ledger.postgres import PostgresBookRecorder
from ledger.sqlite import FileDatastore, SQLiteBookRecorder
from projections.registry import ALL
from projections.view_engines import PostgresViews, SQLiteViews


def package_test_cases() -> Any:
    """Returns the package's module of test cases, not their names: pytest would collect the base classes here too.

    The module imports a cipher for its factories' test case, and with it a library that is not installed, as the ledger
    uses neither; something of that name stands in for it during the import.
    """
    stand_in = cast("ModuleType", SimpleNamespace(AESCipher=None))
    with mock.patch.dict(sys.modules, {"eventsourcing.cipher": stand_in}):
        return importlib.import_module("eventsourcing.tests.persistence")


if TYPE_CHECKING:
    from eventsourcing.tests import persistence as package
else:
    package = package_test_cases()


@contextmanager
def no_thread_left() -> Iterator[None]:
    """Waits for threads a test case tells to stop and leaves behind. A pool's own workers stop with the pool."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        if not thread.daemon:
            thread.join()


class OnSQLite:
    """Gives a test case a datastore on a file."""

    datastore: SQLiteDatastore
    recorder_class = SQLiteBookRecorder

    @pytest.fixture(autouse=True)
    def _open(self, tmp_path: Path) -> Iterator[None]:
        self.datastore = FileDatastore(tmp_path / "book.db")
        with no_thread_left():
            yield
        self.datastore.close()

    def new_originator_id(self) -> str:
        """Returns the id of a new book."""
        return uuid.uuid4().hex

    def create_recorder(self) -> SQLiteBookRecorder:
        """Returns a recorder without triggers."""
        recorder = self.recorder_class(self.datastore, triggers=False)
        recorder.create_table()
        return recorder


class OnPostgreSQL:
    """Gives a test case a datastore on an empty database."""

    datastore: BookDatastore
    recorder_class = PostgresBookRecorder

    @pytest.fixture(autouse=True)
    def _open(self, postgresql_url: str) -> Iterator[None]:
        self.datastore = BookDatastore(PostgresLocation(postgresql_url))
        with no_thread_left():
            yield
        self.datastore.close()

    def new_originator_id(self) -> str:
        """Returns the id of a new book."""
        return uuid.uuid4().hex

    def create_recorder(self) -> PostgresBookRecorder:
        """Returns a recorder without triggers."""
        recorder = self.recorder_class(self.datastore, triggers=False)
        recorder.create_table()
        return recorder


class TestSQLiteAsApplicationRecorder(OnSQLite, package.ApplicationRecorderTestCase[SQLiteBookRecorder]):
    """Inserts, conflicts, notifications in the order of commit, concurrent writers."""


class TestPostgresAsApplicationRecorder(OnPostgreSQL, package.ApplicationRecorderTestCase[PostgresBookRecorder]):
    """Inserts, conflicts, notifications in the order of commit, concurrent writers."""


class SQLiteWithoutPositions(SQLiteBookRecorder):
    """Answers an insertion as an aggregate recorder does, which gives no positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:
        """Inserts."""
        super().insert_events(stored_events, **kwargs)


class PostgresWithoutPositions(PostgresBookRecorder):
    """Answers an insertion as an aggregate recorder does, which gives no positions."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> None:  # type: ignore[override]
        """Inserts."""
        super().insert_events(stored_events, **kwargs)


class TestSQLiteAsAggregateRecorder(OnSQLite, package.AggregateRecorderTestCase):
    """One book's entries: all or none, in order, by number."""

    recorder_class = SQLiteWithoutPositions


class TestPostgresAsAggregateRecorder(OnPostgreSQL, package.AggregateRecorderTestCase):
    """One book's entries: all or none, in order, by number."""

    recorder_class = PostgresWithoutPositions


class TestSQLiteDoesNotInterleave(OnSQLite, package.NonInterleavingNotificationIDsBaseCase):
    """Positions of two transactions at once do not mix."""


class TestPostgresDoesNotInterleave(OnPostgreSQL, package.NonInterleavingNotificationIDsBaseCase):
    """Positions of two transactions at once do not mix."""


class TestSQLiteViewsTrack(OnSQLite, package.TrackingRecorderTestCase):
    """The position up to which everything has been seen."""

    def create_recorder(self) -> SQLiteViews:  # type: ignore[override]
        """Returns views with every projection's tables."""
        return SQLiteViews(self.datastore, ALL)


class TestPostgresViewsTrack(OnPostgreSQL, package.TrackingRecorderTestCase):
    """The position up to which everything has been seen."""

    def create_recorder(self) -> PostgresViews:  # type: ignore[override]
        """Returns views with every projection's tables."""
        return PostgresViews(self.datastore, ALL)
