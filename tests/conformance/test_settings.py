"""The settings a ledger rests on, and that nothing in the environment changes how its entries are written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from eventsourcing.application import Application

from ledger.application import Ledger
from ledger.connections import CONNECTION, BookDatastore
from ledger.location import Location, PostgresLocation
from ledger.mapper import EntryMapper, EntryTranscoder
from tests.ledger.support import BOOK, Clock, founding, numbers, person, send, service

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WRONG = f"{__name__}:Wrong"

PACKAGE_SETTINGS = {
    "COMPRESSOR_TOPIC": WRONG,
    "CIPHER_TOPIC": WRONG,
    "CIPHER_KEY": "bm90IGEga2V5IGF0IGFsbA==",
    "MAPPER_TOPIC": WRONG,
    "TRANSCODER_TOPIC": WRONG,
    "APPLICATION_RECORDER_TOPIC": WRONG,
    "PERSISTENCE_MODULE": "eventsourcing.popo",
    "IS_SNAPSHOTTING_ENABLED": "y",
    "AGGREGATE_CACHE_MAXSIZE": "many",
    "CREATE_TABLE": "n",
    "ORIGINATOR_ID_TYPE": "uuid",
    "SQLITE_DBNAME": ":memory:",
    "SQLITE_LOCK_TIMEOUT": "0",
    "POSTGRES_DBNAME": "nowhere",
    "POSTGRES_HOST": "192.0.2.1",
    "POSTGRES_SCHEMA": "nowhere",
    "POSTGRES_ENABLE_DB_FUNCTIONS": "y",
}
"""Settings of the package that change, where they are heeded, how entries are written, or where to."""


either_name = pytest.mark.parametrize("prefix", ["", "LEDGER_"], ids=["by itself", "by the application's name"])
"""The package reads a variable under both names."""


class Wrong:
    """What the settings name; that one is made is the failure."""

    def __init__(self, *_: object, **__: object) -> None:
        raise AssertionError("a class named in the environment was used")


class OfThePackage(Application[UUID]):
    """An application as the package makes it."""

    name = "ledger"


@contextmanager
def meddled(prefix: str = "") -> Iterator[None]:
    """Sets the package's variables."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in PACKAGE_SETTINGS.items():
            patch.setenv(f"{prefix}{name}", value)
        yield


@either_name
def test_the_package_itself_heeds_them(prefix: str) -> None:
    with meddled(prefix), pytest.raises(AssertionError, match="named in the environment"):
        OfThePackage()


@either_name
def test_no_variable_changes_how_entries_are_written(location: Location, clock: Clock, prefix: str) -> None:
    submission = send(founding(), command_id="one")
    ledger = Ledger(location, clock=clock)
    plain = ledger.record(submission, dry_run=True).recorded[0]
    ledger.close()
    with meddled(prefix):
        ledger = Ledger(location, clock=clock)
        ledger.record(submission)
        ledger.record(send(service("it-drift"), person("p1")))
    (written, *_) = ledger.entries(BOOK)
    assert written.state.replace(written.entry.entry_id.encode(), plain.entry.entry_id.encode()) == plain.state
    assert numbers(ledger) == [1, 2, 3]
    assert ledger.query("SELECT COUNT(*) FROM stored_events") == [(3,)]
    assert type(ledger.mapper) is EntryMapper
    assert type(ledger.mapper.transcoder) is EntryTranscoder
    assert (ledger.mapper.compressor, ledger.mapper.cipher, ledger.snapshots) == (None, None, None)
    assert ledger.book_recorder.datastore.originator_id_type == "text"
    ledger.close()


@on_postgresql
def test_no_database_function_appends(location: Location) -> None:
    with meddled():
        ledger = Ledger(location)
    datastore = ledger.book_recorder.datastore
    assert getattr(datastore, "enable_db_functions", None) is False
    ledger.close()


@on_postgresql
def test_a_connection_gives_up_on_a_silent_peer_unless_the_url_says_otherwise(location: Location) -> None:
    assert isinstance(location, PostgresLocation)
    datastore = BookDatastore(PostgresLocation(f"{location.url}&connect_timeout=17&application_name=prove"))
    assert isinstance(datastore.pool.kwargs, dict)
    expected = CONNECTION | {"connect_timeout": "17", "application_name": "prove"}
    assert {name: datastore.pool.kwargs.get(name) for name in expected} == expected
    with datastore.get_connection() as connection:
        assert connection.info.get_parameters()["tcp_user_timeout"] == "4000"
        assert connection.info.get_parameters()["target_session_attrs"] == "read-write"
    datastore.close()


@on_sqlite
def test_a_book_writes_ahead_and_synchronises_every_commit(ledger: Ledger) -> None:
    for writing in (True, False):
        with ledger.book_recorder.datastore.transaction(commit=writing) as cursor:
            settings = {}
            for name in ("synchronous", "journal_mode", "recursive_triggers", "secure_delete"):
                cursor.execute(f"PRAGMA {name}")
                ((settings[name],),) = cursor.fetchall()
        assert settings == {"synchronous": 2, "journal_mode": "wal", "recursive_triggers": 1, "secure_delete": 1}
