"""Entries are added and nothing else: what the database itself refuses, past the ledger, on each engine."""

from __future__ import annotations

import sqlite3
from contextlib import AbstractContextManager
from typing import Any

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError

from ledger.application import Ledger
from tests.conformance.database import Database
from tests.ledger.support import BOOK, begin, numbers, person, send, service, states

ENTRY = "stored_events (originator_id, originator_version, topic, state) VALUES"

REFUSED = {
    "an entry changed": "UPDATE stored_events SET state = ? WHERE originator_version = 2",
    "an entry moved to another number": "UPDATE stored_events SET originator_version = 4 WHERE state <> ?",
    "an entry deleted": "DELETE FROM stored_events WHERE originator_version = 2 AND state <> ?",
    "the last entry deleted": "DELETE FROM stored_events WHERE originator_version = 3 AND state <> ?",
    "all entries deleted": "DELETE FROM stored_events WHERE state <> ?",
    "a gap": f"INSERT INTO {ENTRY} ('{BOOK}', 5, 't', ?)",
    "a number again": f"INSERT INTO {ENTRY} ('{BOOK}', 3, 't', ?)",
    "the number 0": f"INSERT INTO {ENTRY} ('{BOOK}', 0, 't', ?)",
    "a book that begins with 2": f"INSERT INTO {ENTRY} ('b', 2, 't', ?)",
    "an identity changed": "UPDATE command_identities SET fingerprint = ?",
    "an identity half forgotten": "UPDATE command_identities SET fingerprint = substr(fingerprint, 1, 0) "
    "WHERE salt <> ?",
    "an identity forgotten and moved": "UPDATE command_identities SET salt = substr(salt, 1, 0), "
    "fingerprint = substr(fingerprint, 1, 0), last_number = 9 WHERE salt <> ?",
    "an identity renamed": "UPDATE command_identities SET command_id = 'other' WHERE first_number = 2 AND salt <> ?",
    "an identity deleted": "DELETE FROM command_identities WHERE first_number = 2 AND salt <> ?",
    "a sealed text changed": "UPDATE sealed_texts SET text = 'another' WHERE salt <> ?",
    "a salt changed": "UPDATE sealed_texts SET salt = ?",
}

REFUSED_BY_SQLITE = {
    "an entry replaced by number": f"REPLACE INTO stored_events VALUES (99, '{BOOK}', 2, 't', ?)",
    "an entry replaced by position": f"INSERT OR REPLACE INTO stored_events VALUES (2, '{BOOK}', 4, 't', ?)",
    "an entry replaced by a change": "UPDATE OR REPLACE stored_events SET notification_id = 1 "
    "WHERE originator_version = 3 AND state <> ?",
}

REFUSED_BY_POSTGRESQL = {
    "entries truncated": "TRUNCATE stored_events",
    "identities truncated": "TRUNCATE command_identities",
    "texts truncated": "TRUNCATE sealed_texts",
    "an entry replaced": f"INSERT INTO stored_events VALUES ('{BOOK}', 2, 't', ?) "
    "ON CONFLICT (originator_id, originator_version) DO UPDATE SET state = excluded.state",
}

Refusal = sqlite3.IntegrityError, psycopg.IntegrityError


def writing(ledger: Ledger) -> AbstractContextManager[Any]:
    """Returns a transaction on the ledger's own connection."""
    return ledger.book_recorder.datastore.transaction(commit=True)


def refuses(database: Database, statement: str) -> None:
    """Asserts that the database refuses a statement and that nothing changed."""
    before = database.everything()
    assert before["stored_events"]
    with pytest.raises(Refusal, match=r"never|without gaps|UNIQUE|unique|duplicate"):
        database.execute(statement, *[b"{}"] * statement.count("?"))
    assert database.everything() == before


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED.keys())
def test_the_database_refuses(ledger: Ledger, database: Database, statement: str) -> None:
    begin(ledger, service("it-drift"), person("p1"))
    refuses(database, statement)
    assert numbers(ledger) == [1, 2, 3]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("statement", REFUSED_BY_SQLITE.values(), ids=REFUSED_BY_SQLITE.keys())
def test_sqlite_refuses(ledger: Ledger, database: Database, statement: str) -> None:
    begin(ledger, service("it-drift"), person("p1"))
    refuses(database, statement)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("statement", REFUSED_BY_POSTGRESQL.values(), ids=REFUSED_BY_POSTGRESQL.keys())
def test_postgresql_refuses(ledger: Ledger, database: Database, statement: str) -> None:
    begin(ledger, service("it-drift"), person("p1"))
    refuses(database, statement)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_identity_is_not_replaced_through_our_connections(ledger: Ledger, database: Database) -> None:
    begin(ledger, person("p1"))
    before = database.everything()
    statement = "INSERT OR REPLACE INTO command_identities SELECT * FROM command_identities"
    with pytest.raises(IntegrityError, match="never deleted"), writing(ledger) as cursor:
        cursor.execute(statement)
    assert database.everything() == before


def test_the_ledger_goes_on_after_a_refusal(ledger: Ledger, database: Database) -> None:
    begin(ledger, service("it-drift"))
    refuses(database, REFUSED["an entry changed"])
    ledger.record(send(service("vakt")))
    assert numbers(ledger) == [1, 2, 3]


def test_a_sealed_text_can_be_erased_and_its_entry_stands(ledger: Ledger, database: Database) -> None:
    begin(ledger, person("p1", name="Kari Prøvesen"))
    before = states(ledger)
    (commitment,) = (row[0] for row in database.rows("SELECT commitment FROM sealed_texts"))
    assert ledger.texts(BOOK, [commitment]) == {commitment: "Kari Prøvesen"}
    database.execute("DELETE FROM sealed_texts WHERE commitment = ?", commitment)
    assert ledger.texts(BOOK, [commitment]) == {}
    assert states(ledger) == before


def test_a_position_is_never_given_twice(ledger: Ledger, database: Database) -> None:
    begin(ledger, service("it-drift"), service("vakt"))
    (last,) = database.rows("SELECT MAX(notification_id) FROM stored_events")
    database.without_triggers()
    database.execute("DELETE FROM stored_events WHERE originator_version = 3")
    database.with_triggers()
    database.execute(f"INSERT INTO {ENTRY} (?, 3, 't', ?)", BOOK, b"{}")
    (again,) = database.rows("SELECT notification_id FROM stored_events WHERE originator_version = 3")
    assert again > last


def test_without_triggers_the_database_would_let_it_pass(ledger: Ledger, database: Database) -> None:
    begin(ledger, service("it-drift"), person("p1"))
    database.without_triggers()
    passes = ("an entry changed", "a gap", "an identity deleted", "a sealed text changed", "the last entry deleted")
    for what in passes:
        before = database.everything()
        database.execute(REFUSED[what], *[b"{}"] * REFUSED[what].count("?"))
        assert database.everything() != before, what
