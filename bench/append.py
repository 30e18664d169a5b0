"""Durable appends by one caller on SQLite: the ledger beside a raw insert and the package's own `Application.save`."""

from __future__ import annotations

import itertools
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from bench import django_history
from bench.measure import Section, compare, over, rates
from domain.collaboration import COMMANDS
from ledger.application import Ledger
from ledger.deciding import Submission
from ledger.location import SQLiteLocation
from ledger.sqlite import SETTINGS

EACH = 150
"""Commands in one round."""

FOUND = (
    '{"type":"collaboration.found","name":"Testsamarbeidet","legal_form":"informal","effective":"2026-01-01","founders":'
    '[{"member_id":"a","name":"Testvik"},{"member_id":"b","name":"Testdal"}]}'
)


class Office(Aggregate):
    """The same fact, the package's way."""

    @event("Established")
    def __init__(self, title: str) -> None:
        self.title = title


def raw(path: Path) -> sqlite3.Connection:
    """Returns a connection with the book's settings and a table of its form."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for setting in SETTINGS:
        connection.execute(setting)
    connection.execute(
        "CREATE TABLE stored_events (notification_id INTEGER PRIMARY KEY AUTOINCREMENT, originator_id TEXT, "
        "originator_version INTEGER, topic TEXT, state BLOB, UNIQUE (originator_id, originator_version))"
    )
    return connection


@contextmanager
def ledger_in(folder: Path) -> Iterator[Ledger]:
    """Yields a ledger with one founded book, `test`."""
    ledger = Ledger(SQLiteLocation(folder / "book.db"))
    ledger.record(Submission("test", (COMMANDS["collaboration.found"].model_validate_json(FOUND),), "bench"))
    try:
        yield ledger
    finally:
        ledger.close()


def run() -> list[Section]:
    """Measures commands a second of a raw insert, the ledger, `Application.save`, and Django with its history."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder, numbers = Path(name), itertools.count(1)
        ledger = stack.enter_context(ledger_in(folder))
        connection = raw(folder / "raw.db")
        stack.callback(connection.close)
        app = Application[uuid.UUID](
            env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "package.db")}
        )
        stack.callback(app.close)
        office = COMMANDS["office.establish"]
        state = b"x" * 440

        def raw_insert() -> int:
            for _ in range(EACH):
                connection.execute(
                    "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)",
                    (uuid.uuid4().hex, 1, "office.established", state),
                )
            return EACH

        def ours() -> int:
            for _ in range(EACH):
                body = f'{{"type":"office.establish","office_id":"o{next(numbers)}","title":"Test","kind":"other"}}'
                ledger.record(Submission("test", (office.model_validate_json(body),), "bench"))
            return EACH

        def package() -> int:
            for _ in range(EACH):
                app.save(Office(title="Test"))
            return EACH

        django = django_history.alternatives(stack, django_history.sqlite(folder / "django.db"), EACH, (1,))
        figures = compare(
            {"one raw insert per transaction": raw_insert, "Ledger.record": ours, "Application.save": package, **django}
        )
        beside = over(figures, [("Ledger.record", other) for other in ("Application.save", *django)])
        return [rates("Durable commands, one caller, SQLite", "commands/s", figures, beside, processor=True)]
