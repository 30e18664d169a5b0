"""The tables rows are kept in, the same on either engine, and what tells one version's tables from another's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from projections.projection import Projection

LAYOUT = 3
"""Raised when what rows show changes and their tables do not: views of another layout are built anew."""


def table(name: str) -> str:
    """Returns the name of a projection's table."""
    return f"view_{name}"


def layout(projections: Iterable[Projection]) -> str:
    """Returns what tells these tables from those of a version whose projections are others, or have other columns."""
    statements = "\n".join(create_statements(projections))
    return f"{LAYOUT}:{hashlib.sha256(statements.encode()).hexdigest()}"


def create_statements(projections: Iterable[Projection]) -> Iterator[str]:
    """Yields the statements that make the tables, the same on either engine."""
    yield (
        "CREATE TABLE IF NOT EXISTS view_positions (collaboration_id TEXT NOT NULL PRIMARY KEY, entry BIGINT NOT NULL)"
    )
    yield (
        "CREATE TABLE IF NOT EXISTS view_faults (projection TEXT NOT NULL, collaboration_id TEXT NOT NULL, "
        "entry BIGINT NOT NULL, category TEXT NOT NULL, message TEXT NOT NULL, "
        "PRIMARY KEY (projection, collaboration_id))"
    )
    for projection in projections:
        name = table(projection.name)
        own = "".join(f"{column} TEXT NOT NULL, " for column in projection.columns)
        yield (
            f"CREATE TABLE IF NOT EXISTS {name} (collaboration_id TEXT NOT NULL, subject TEXT NOT NULL, "
            "key TEXT NOT NULL, from_entry BIGINT NOT NULL, to_entry BIGINT NOT NULL, "
            "possible_from TEXT NOT NULL, certain_from TEXT NOT NULL, "
            f"certain_to TEXT NOT NULL, possible_to TEXT NOT NULL, access TEXT NOT NULL, {own}body BYTES NOT NULL, "
            "PRIMARY KEY (collaboration_id, key, from_entry))"
        )
        yield f"CREATE INDEX IF NOT EXISTS {name}_subject ON {name} (collaboration_id, subject, to_entry)"
        yield (
            f"CREATE INDEX IF NOT EXISTS {name}_shielded ON {name} (collaboration_id, from_entry) "
            "WHERE access <> 'public'"
        )
        for column in projection.columns:
            yield f"CREATE INDEX IF NOT EXISTS {name}_{column} ON {name} (collaboration_id, {column}, key)"


class Marked:
    """An SQLite cursor that takes `%s` for a parameter."""

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def execute(self, statement: str, params: Sequence[Any] = ()) -> None:
        self._cursor.execute(statement.replace("%s", "?"), params)

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        self._cursor.executemany(statement.replace("%s", "?"), rows)

    def fetchone(self) -> Any:
        return self._cursor.fetchone()
