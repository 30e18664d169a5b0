"""Durable commands by many callers at once, on both engines, beside a raw insert and the package's own save."""

from __future__ import annotations

import asyncio
import itertools
import os
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psycopg
from eventsourcing.application import Application

from bench import django_history
from bench.append import FOUND, Office, raw
from bench.cluster import postgresql
from bench.measure import Figure, Section, compare, over, rates
from domain.collaboration import COMMANDS
from ledger.application import Ledger
from ledger.deciding import Submission
from ledger.location import Location, PostgresLocation, SQLiteLocation
from tests.conftest import MEMORY

EACH = 320
"""Commands in one round of one alternative: as many for each of 64 callers."""
STATE = b"x" * 440
BESIDE = [
    (f"ours, {callers}", f"{other}, {callers}")
    for other in ("Application.save", django_history.NAME)
    for callers in ("1 caller", "8 callers", "64 callers")
]
"""What of ours is set beside what of others."""

_numbers = itertools.count(1)


@contextmanager
def founded(location: Location) -> Iterator[Ledger]:
    """Yields a ledger with one founded book, `test`."""
    ledger = Ledger(location)
    ledger.record(Submission("test", (COMMANDS["collaboration.found"].model_validate_json(FOUND),), "bench"))
    try:
        yield ledger
    finally:
        ledger.close()


def office(book: str = "test") -> Submission:
    """Returns a command that is always accepted."""
    body = f'{{"type":"office.establish","office_id":"o{next(_numbers)}","title":"Test","kind":"other"}}'
    return Submission(book, (COMMANDS["office.establish"].model_validate_json(body),), "bench")


def ours(ledger: Ledger, callers: int) -> Callable[[], int]:
    """Returns a round of commands by so many coroutines, each waiting for its answer before it sends the next."""

    async def call(times: int) -> None:
        for _ in range(times):
            await ledger.record_soon(office())

    async def all_of_them() -> None:
        await asyncio.gather(*(call(EACH // callers) for _ in range(callers)))

    def run() -> int:
        asyncio.run(all_of_them())
        return EACH

    return run


def package(app: Application[uuid.UUID], callers: int) -> Callable[[], int]:
    """Returns a round of the package's own saves by so many threads."""

    def call(times: int) -> None:
        for _ in range(times):
            app.save(Office(title="Test"))

    def run() -> int:
        with ThreadPoolExecutor(callers) as threads:
            list(threads.map(call, [EACH // callers] * callers))
        return EACH

    return run


def run() -> list[Section]:
    """Measures both engines."""
    return [_on_sqlite(), *_on_postgresql()]


def _on_sqlite() -> Section:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        alternatives = alternatives_on_sqlite(stack, folder)
        if os.access(MEMORY, os.W_OK):
            memory = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=MEMORY)))
            in_memory = stack.enter_context(founded(SQLiteLocation(memory / "book.db")))
            alternatives["ours, 64 callers, in memory"] = ours(in_memory, 64)
        figures = compare(alternatives)
        return rates(
            "Durable commands by many callers, SQLite", "commands/s", figures, _beside(figures), processor=True
        )


def alternatives_on_sqlite(stack: ExitStack, folder: Path) -> dict[str, Callable[[], int]]:
    """Returns what is compared on SQLite, on files in a folder."""
    connection = raw(folder / "raw.db")
    stack.callback(connection.close)
    ledger = stack.enter_context(founded(SQLiteLocation(folder / "book.db")))
    app = Application[uuid.UUID](
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "package.db")}
    )
    stack.callback(app.close)
    return {
        "one raw insert per transaction": _raw_on_sqlite(connection),
        **_by_callers(ledger, app),
        **django_history.alternatives(stack, django_history.sqlite(folder / "django.db"), EACH),
    }


def _by_callers(ledger: Ledger, app: Application[uuid.UUID]) -> dict[str, Callable[[], int]]:
    """Returns what is compared on either engine: ours and the package's, by 1, 8 and 64 callers."""
    found: dict[str, Callable[[], int]] = {}
    for name, round_of in (("ours", partial(ours, ledger)), ("Application.save", partial(package, app))):
        for callers in (1, 8, 64):
            found[f"{name}, {callers} caller{'s' if callers > 1 else ''}"] = round_of(callers)
    return found


def _beside(figures: Sequence[Figure]) -> str:
    return f"{over(figures, BESIDE)} The processor time is this process's, not that of a database server."


def _raw_on_sqlite(connection: sqlite3.Connection) -> Callable[[], int]:
    def run() -> int:
        for _ in range(EACH):
            connection.execute(
                "INSERT INTO stored_events (originator_id, originator_version, topic, state) VALUES (?,?,?,?)",
                (uuid.uuid4().hex, 1, "office.established", STATE),
            )
        return EACH

    return run


def _on_postgresql() -> list[Section]:
    with ExitStack() as stack:
        url = stack.enter_context(postgresql())
        if url is None:
            return []
        ledger = stack.enter_context(founded(PostgresLocation(url)))
        raw_connection = stack.enter_context(psycopg.connect(url, autocommit=True))
        raw_connection.execute("CREATE TABLE raw_events (book TEXT, number BIGINT, state BYTEA, PRIMARY KEY (book))")
        app = Application[uuid.UUID](env=environment(url))
        stack.callback(app.close)

        def raw_insert() -> int:
            for _ in range(EACH):
                raw_connection.execute("INSERT INTO raw_events VALUES (%s, 1, %s)", (uuid.uuid4().hex, STATE))
            return EACH

        alternatives = {
            "one raw insert per transaction": raw_insert,
            **_by_callers(ledger, app),
            **django_history.alternatives(stack, django_history.postgresql(url), EACH),
        }
        figures = compare(alternatives)
        return [
            rates(
                "Durable commands by many callers, PostgreSQL", "commands/s", figures, _beside(figures), processor=True
            )
        ]


def environment(url: str) -> dict[str, str]:
    """Returns what the package is told to find a database on a server."""
    with psycopg.connect(url) as connection:
        info = connection.info
        return {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": info.dbname,
            "POSTGRES_HOST": info.host,
            "POSTGRES_PORT": str(info.port),
            "POSTGRES_USER": info.user,
            "POSTGRES_PASSWORD": "unused",
            "POSTGRES_SCHEMA": "public",
        }
