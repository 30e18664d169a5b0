"""Where rows are kept: one table for each projection, versions beside the book's position, in one transaction.

What is the same on either engine; `projections.view_engines` has the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from eventsourcing.persistence import IntegrityError, PersistenceError, Tracking

from projections.projection import OPEN, Changes, OpenRows, Projection, Version
from projections.shielding import FOR_EVERYONE, ending, now, oslo_today
from projections.tables import layout, table

TRACKED = "ledger"
"""The name the position in the whole ledger is kept under."""

_LAYOUT_TABLE = "view_layout"

_FIXED = (
    "subject",
    "key",
    "from_entry",
    "to_entry",
    "possible_from",
    "certain_from",
    "certain_to",
    "possible_to",
    "access",
)


class ViewsUnavailable(RuntimeError):
    """The rows cannot be read or written now, or were never built."""


@contextmanager
def translated() -> Iterator[None]:
    """Raises ViewsUnavailable in the place of what the package raises."""
    try:
        yield
    except PersistenceError as error:
        raise ViewsUnavailable(" ".join(str(error).split())) from error


@dataclass(frozen=True, slots=True)
class Fault:
    """A projection that stopped at an entry; its rows keep the state before it."""

    projection: str
    collaboration_id: str
    entry: int
    category: str
    message: str


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows of one book to read."""

    collaboration_id: str
    entry: int
    """As the book was after this entry."""
    on: date | None = None
    """What is in effect, certainly or possibly, on this day; None for all days."""
    where: Mapping[str, str] | None = None
    """Values of index columns, or of `subject`."""
    after_key: str | None = None
    limit: int | None = None
    descending: bool = False
    shielded: bool = False
    """Whether rows of shielded entries are read too."""


@dataclass(frozen=True, slots=True)
class Found:
    """One row as read."""

    key: str
    subject: str
    from_entry: int
    to_entry: int
    possible_from: str
    certain_from: str
    certain_to: str
    possible_to: str
    access: str
    """`public` or `shielded`, as it is today."""
    body: bytes

    def certain_on(self, day: str) -> bool:
        """Whether it certainly holds on a day, in ISO form."""
        return self.certain_from <= day < self.certain_to


class Views:
    """What either engine does in the same words; parameters are marked `%s`."""

    projections: Mapping[str, Projection]
    tracking_table: str
    _among: str
    """Compares with any of the values in one parameter, as `_listed` gives them."""
    today: Callable[[], date] = staticmethod(oslo_today)
    """What tells the day in Europe/Oslo: a shield with an end holds until it."""

    def _writing(self) -> Any:
        raise NotImplementedError

    def _make_way(self, cursor: Any, tables: Sequence[str]) -> None:
        """Drops tables of another layout and forgets what was seen, so that catching up builds the rows anew."""
        wanted, held = layout(self.projections.values()), []
        if _LAYOUT_TABLE in tables:
            cursor.execute(f"SELECT layout FROM {_LAYOUT_TABLE}")  # noqa: S608
            held = [row["layout"] for row in cursor.fetchall()]
        if held == [wanted]:
            return
        for name in tables:
            if name == self.tracking_table:
                cursor.execute(f"DELETE FROM {name} WHERE application_name = '{TRACKED}'")  # noqa: S608
            elif name.startswith("view_"):
                cursor.execute(f"DROP TABLE {name}")
        cursor.execute(f"CREATE TABLE {_LAYOUT_TABLE} (layout TEXT NOT NULL)")
        cursor.execute(f"INSERT INTO {_LAYOUT_TABLE} VALUES ('{wanted}')")  # noqa: S608

    # Reading -----------------------------------------------------------------------------

    def position(self, collaboration_id: str) -> int:
        """Returns the entry up to which a book's rows are rendered, 0 where none are."""
        rows = self.query("SELECT entry FROM view_positions WHERE collaboration_id = %s", (collaboration_id,))
        return int(rows[0][0]) if rows else 0

    def positions(self) -> dict[str, int]:
        """Returns the entry up to which rows are rendered, by book."""
        return {
            str(book): int(entry) for book, entry in self.query("SELECT collaboration_id, entry FROM view_positions")
        }

    def faults(self, collaboration_id: str | None = None) -> list[Fault]:
        """Returns the projections that stopped, of one book or of all."""
        where, params = ("", ()) if collaboration_id is None else (" WHERE collaboration_id = %s", (collaboration_id,))
        statement = f"SELECT projection, collaboration_id, entry, category, message FROM view_faults{where}"  # noqa: S608
        rows = self.query(statement, params)
        return [Fault(*row) for row in rows]

    def select(self, projection: Projection, query: Query) -> list[Found]:
        """Returns the rows of a projection as of an entry and, if asked, on a day, in the order of their keys."""
        conditions = ["collaboration_id = %s", "from_entry <= %s", "to_entry > %s"]
        params: list[Any] = [query.collaboration_id, query.entry, query.entry]
        if query.on is not None:
            conditions += ["possible_from <= %s", "possible_to > %s"]
            params += [query.on.isoformat()] * 2
        for column, value in (query.where or {}).items():
            if column not in ("subject", *projection.columns):
                raise KeyError(column)
            conditions.append(f"{column} = %s")
            params.append(value)
        if not query.shielded:
            conditions.append(FOR_EVERYONE)
            params.append(ending(self.today()))
        if query.after_key is not None:
            conditions.append(f"key {'<' if query.descending else '>'} %s")
            params.append(query.after_key)
        statement = (
            "SELECT key, subject, from_entry, to_entry, possible_from, certain_from, certain_to, possible_to, access, "  # noqa: S608
            f"body FROM {table(projection.name)} WHERE {' AND '.join(conditions)} "
            f"ORDER BY key {'DESC' if query.descending else 'ASC'}"
        )
        if query.limit is not None:
            statement += " LIMIT %s"
            params.append(query.limit)
        return [Found(*(*row[:-2], now(row[-2], self.today()), row[-1])) for row in self.query(statement, params)]

    def open_rows(self, collaboration_id: str, wanted: Iterable[tuple[Projection, str]]) -> OpenRows:
        """Returns the versions not ended, of each projection and subject wanted, by one question for a projection."""
        found: OpenRows = {}
        by_projection: dict[str, tuple[Projection, list[str]]] = {}
        for projection, subject in wanted:
            found[projection.name, subject] = {}
            by_projection.setdefault(projection.name, (projection, []))[1].append(subject)
        for projection, subjects in by_projection.values():
            # In no order: asked for one, SQLite reads the whole book by the index that has it.
            condition, params = f"AND subject {self._among} AND to_entry = %s", (self._listed(subjects), OPEN)
            for version in self._versions(projection, collaboration_id, condition, params, ordered=False):
                found[projection.name, version.subject][version.key] = version
        return found

    def all_versions(self, projection: Projection, collaboration_id: str) -> list[Version]:
        """Returns every version of every row of a book, in the order of key and first entry."""
        return list(self._versions(projection, collaboration_id, "", ()))

    def versions_where(self, projection: Projection, collaboration_id: str, column: str, value: Any) -> list[Version]:
        """Returns every version with a value in one of the columns."""
        return list(self._versions(projection, collaboration_id, f"AND {column} = %s", (value,)))

    def _versions(
        self,
        projection: Projection,
        collaboration_id: str,
        condition: str,
        params: Sequence[Any],
        *,
        ordered: bool = True,
    ) -> Iterator[Version]:
        columns = ", ".join((*_FIXED, *projection.columns, "body"))
        statement = f"SELECT {columns} FROM {table(projection.name)} WHERE collaboration_id = %s {condition}"  # noqa: S608
        if ordered:
            statement += " ORDER BY key, from_entry"
        for row in self.query(statement, (collaboration_id, *params)):
            fixed, own, body = row[: len(_FIXED)], row[len(_FIXED) : -1], row[-1]
            values: tuple[Any, ...] = (projection.name, *fixed, tuple(own), bytes(body))
            yield Version(*values)

    def query(self, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Returns the rows of a reading statement. Raises ViewsUnavailable."""
        raise NotImplementedError

    # Writing -----------------------------------------------------------------------------

    def flush(
        self, collaboration_id: str, before: int, after: int, changes: Changes, faults: Sequence[Fault] = ()
    ) -> bool:
        """Writes what entries `before + 1` to `after` did, with the position, in one transaction.

        Returns False, having written nothing, if the rows are not at `before`: someone else has rendered these entries.
        """
        with self._writing() as cursor:
            if not self._move(cursor, collaboration_id, before, after):
                return False
            self._set(cursor, "to_entry", collaboration_id, changes.ended)
            self._set(cursor, "access", collaboration_id, ((one, one.access) for one in changes.reclassified))
            self._insert(cursor, collaboration_id, changes)
            self._note(cursor, faults)
        return True

    def replace(self, collaboration_id: str, after: int, changes: Changes, faults: Sequence[Fault] = ()) -> None:
        """Writes the rows of a book anew, up to `after`, in one transaction: readers see the old ones until it ends."""
        with self._writing() as cursor:
            cursor.execute(
                "INSERT INTO view_positions VALUES (%s, %s) "
                "ON CONFLICT (collaboration_id) DO UPDATE SET entry = excluded.entry",
                (collaboration_id, after),
            )
            for name in self.projections:
                cursor.execute(f"DELETE FROM {table(name)} WHERE collaboration_id = %s", (collaboration_id,))  # noqa: S608
            cursor.execute("DELETE FROM view_faults WHERE collaboration_id = %s", (collaboration_id,))
            self._insert(cursor, collaboration_id, changes)
            self._note(cursor, faults)

    def track(self, position: int) -> None:
        """Remembers that every entry up to a position of the whole ledger has been seen; never goes back."""
        if position > self.tracked():
            with suppress(IntegrityError):  # another process was further already
                self.insert_tracking(Tracking(TRACKED, position))  # type: ignore[attr-defined]

    def tracked(self) -> int:
        """Returns the position in the whole ledger up to which every entry has been seen."""
        return self.max_tracking_id(TRACKED) or 0  # type: ignore[attr-defined]

    def _move(self, cursor: Any, collaboration_id: str, before: int, after: int) -> bool:
        if before == 0:
            cursor.execute(
                "INSERT INTO view_positions VALUES (%s, %s) ON CONFLICT (collaboration_id) "
                "DO UPDATE SET entry = excluded.entry WHERE view_positions.entry = 0 RETURNING entry",
                (collaboration_id, after),
            )
        else:
            cursor.execute(
                "UPDATE view_positions SET entry = %s WHERE collaboration_id = %s AND entry = %s RETURNING entry",
                (after, collaboration_id, before),
            )
        return cursor.fetchone() is not None

    @staticmethod
    def _set(cursor: Any, column: str, collaboration_id: str, values: Iterable[tuple[Version, Any]]) -> None:
        """Gives a column of stored versions other values."""
        by_projection: dict[str, list[tuple[Any, ...]]] = {}
        for version, value in values:
            row = (value, collaboration_id, version.key, version.from_entry)
            by_projection.setdefault(version.projection, []).append(row)
        for name, rows in by_projection.items():
            cursor.executemany(
                f"UPDATE {table(name)} SET {column} = %s "  # noqa: S608
                "WHERE collaboration_id = %s AND key = %s AND from_entry = %s",
                rows,
            )

    def _insert(self, cursor: Any, collaboration_id: str, changes: Changes) -> None:
        by_projection: dict[str, list[tuple[Any, ...]]] = {}
        for v in changes.added.values():
            values = (collaboration_id, v.subject, v.key, v.from_entry, v.to_entry, v.possible_from, v.certain_from)
            by_projection.setdefault(v.projection, []).append(
                (*values, v.certain_to, v.possible_to, v.access, *v.columns, v.body)
            )
        for name, rows in by_projection.items():
            self._insert_into(cursor, name, rows)

    def _insert_into(self, cursor: Any, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        raise NotImplementedError

    @staticmethod
    def _listed(values: list[str]) -> Any:
        """Returns values as the parameter of what `_among` compares with."""
        raise NotImplementedError

    def _note(self, cursor: Any, faults: Sequence[Fault]) -> None:
        for f in faults:
            cursor.execute(
                "INSERT INTO view_faults VALUES (%s, %s, %s, %s, %s) "
                "ON CONFLICT (projection, collaboration_id) DO NOTHING",
                (f.projection, f.collaboration_id, f.entry, f.category, f.message),
            )
