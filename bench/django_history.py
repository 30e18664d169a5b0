"""The same decision, saved by Django as a row whose history is kept by django-simple-history.

One transaction inserts the row and its first historical row, as durable as ours. Django checks nothing here: no rule is
asked, `full_clean` is left out, and what was sent before is told by nothing but a unique column. The fields are those
of our entry, and hold about as many bytes. Django is imported when it is used: the rest is measured without it too.
"""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Barrier
from typing import Any

from psycopg.conninfo import conninfo_to_dict

NAME = "Django with simple-history"
ALIAS = "default"
BUSY_SECONDS = 60
SYNCHRONOUS_FULL = 2
CALLERS = (1, 8, 64)
_APPS = ("django.contrib.contenttypes", "django.contrib.auth", "simple_history", "bench")
_DETAILS = {
    "access": {"legal_basis": None, "level": "public", "until": None},
    "basis": [],
    "effective": {"derived": False, "text": None},
    "event": {"accountabilities": None, "body_id": None, "member_id": None, "purpose": None},
    "evidence": [],
    "irregular": [],
    "schema": 2,
    "type": "office.established",
    "unverified": [],
}
"""What an entry holds beside the columns."""

_numbers = itertools.count(1)


def alternatives(
    stack: ExitStack, database: dict[str, Any], each: int, callers: Sequence[int] = CALLERS
) -> dict[str, Callable[[], int]]:
    """Returns a round of `each` saves for so many callers at once, by name; none where Django is not installed."""
    if find_spec("simple_history") is None:
        return {}
    office = stack.enter_context(connected(database))
    return {
        f"{NAME}, {count} caller{'' if count == 1 else 's'}": stack.enter_context(saves(office, count, each))
        for count in callers
    }


# Databases -------------------------------------------------------------------------------


def sqlite(path: Path) -> dict[str, Any]:
    """Returns the settings of a database in a file, with the durability of a book."""
    pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
    options = {"timeout": BUSY_SECONDS, "transaction_mode": "IMMEDIATE", "init_command": pragmas}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path), "OPTIONS": options, "ATOMIC_REQUESTS": True}


def postgresql(url: str) -> dict[str, Any]:
    """Returns the settings of a database on a server, with the durability the server has."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts["dbname"],
        "USER": parts["user"],
        "HOST": parts["host"],
        "PORT": str(parts["port"]),
        "ATOMIC_REQUESTS": True,
    }


@contextmanager
def connected(database: dict[str, Any]) -> Iterator[Any]:
    """Yields the model in a database whose tables are made. One database at a time."""
    office = _office()
    from django.core.management import call_command  # type: ignore[import-untyped]
    from django.db import connections  # type: ignore[import-untyped]

    _disconnect()
    connections.settings = connections.configure_settings({ALIAS: database})
    try:
        call_command("migrate", verbosity=0)
        with connections[ALIAS].schema_editor() as editor:
            editor.create_model(office)
            editor.create_model(office.history.model)
        if connections[ALIAS].vendor == "sqlite":
            _assert_durable(connections[ALIAS])
        yield office
    finally:
        _disconnect()


@cache
def _office() -> Any:
    """Returns the model, Django set up around it. Once a process: Django cannot be set up twice."""
    import django  # type: ignore[import-untyped]
    from django.conf import settings  # type: ignore[import-untyped]

    settings.configure(INSTALLED_APPS=_APPS, DATABASES={ALIAS: {}}, USE_TZ=True, SECRET_KEY=uuid.uuid4().hex)
    django.setup()
    # Only now: both look at the settings when they are imported.
    from django.db import models
    from simple_history.models import HistoricalRecords  # type: ignore[import-untyped]

    def text(length: int, **more: Any) -> Any:
        return models.CharField(max_length=length, **more)

    fields = {
        "collaboration_id": text(64),
        "office_id": text(64),
        "title": text(200),
        "kind": text(40),
        "earliest": models.DateField(),
        "latest": models.DateField(),
        "mode": text(20),
        "recorded_at": models.DateTimeField(),
        "recorded_by": text(100),
        "entry_id": text(32),
        "command_id": text(32, unique=True),
        "rulebook_version": text(40),
        "details": models.JSONField(),
        "history": HistoricalRecords(app="bench"),
    }
    meta = type("Meta", (), {"app_label": "bench", "unique_together": [("collaboration_id", "office_id")]})
    return type("Office", (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def _assert_durable(connection: Any) -> None:
    """Raises RuntimeError unless what Django connects with is as durable as a book."""
    with connection.cursor() as cursor:
        journal = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    if (journal, synchronous) != ("wal", SYNCHRONOUS_FULL):
        raise RuntimeError(f"Django runs with journal_mode={journal} and synchronous={synchronous}")


def _disconnect() -> None:
    """Closes this thread's connection, so that the next one is made by the settings of its day."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        connection.close()
        del connections[connection.alias]


# Saving ----------------------------------------------------------------------------------


def save(office: Any) -> None:
    """Saves one office and its history, in one transaction."""
    from django.db import transaction

    day = date(2026, 1, 1)
    with transaction.atomic():
        office.objects.create(
            collaboration_id="test",
            office_id=f"o{next(_numbers)}",
            title="Test",
            kind="other",
            earliest=day,
            latest=day,
            mode="decide",
            recorded_at=datetime.now(UTC),
            recorded_by="bench",
            entry_id=uuid.uuid4().hex,
            command_id=uuid.uuid4().hex,
            rulebook_version="nb-2026-01",
            details=_DETAILS,
        )


@contextmanager
def saves(office: Any, callers: int, each: int) -> Iterator[Callable[[], int]]:
    """Yields a round of `each` saves by so many threads, which keep their connections from one round to the next."""
    together = Barrier(callers)

    def call(times: int) -> None:
        together.wait()
        for _ in range(times):
            save(office)

    def end(_: int) -> None:
        together.wait()
        _disconnect()

    with ThreadPoolExecutor(callers) as threads:

        def run() -> int:
            list(threads.map(call, [each // callers] * callers))
            return each

        try:
            yield run
        finally:
            list(threads.map(end, range(callers)))
