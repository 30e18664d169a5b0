"""Questions over many books or many entries that take a few queries, whatever the number of either."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from ledger.entry import format_instant
from projections.minute_book import MINUTE_BOOK
from projections.projection import OPEN, Projection
from projections.shielding import FOR_EVERYONE, PUBLIC, WITHHELD, ending
from projections.tables import table
from projections.views import Found, Query, Views

BOOKS_AT_A_TIME = 500

_FIRST_INSTANT = datetime(1900, 1, 1, tzinfo=UTC)
_LAST_INSTANT = datetime(9000, 1, 1, tzinfo=UTC)
"""Nothing was recorded before the one or will be after the other, and both can be written in any time zone."""


def books(views: Views, after: str | None = None, limit: int | None = None) -> list[tuple[str, int]]:
    """Returns the books with rows and the entry their rows have come to, in the order of their ids."""
    statement = "SELECT collaboration_id, entry FROM view_positions WHERE entry > 0"
    params: list[str | int] = []
    if after is not None:
        statement += " AND collaboration_id > %s"
        params.append(after)
    statement += " ORDER BY collaboration_id"
    if limit is not None:
        statement += " LIMIT %s"
        params.append(limit)
    return [(str(book), int(entry)) for book, entry in views.query(statement, params)]


def current(views: Views, projection: Projection, collaboration_ids: Sequence[str]) -> dict[str, list[Found]]:
    """Returns the public rows of a projection as each book has them now, on any day, in the order of their keys."""
    found: dict[str, list[Found]] = {book: [] for book in collaboration_ids}
    for start in range(0, len(collaboration_ids), BOOKS_AT_A_TIME):
        part = collaboration_ids[start : start + BOOKS_AT_A_TIME]
        rows = views.query(
            "SELECT collaboration_id, key, subject, from_entry, to_entry, possible_from, certain_from, certain_to, "  # noqa: S608
            f"possible_to, access, body FROM {table(projection.name)} "
            f"WHERE collaboration_id IN ({', '.join(['%s'] * len(part))}) AND to_entry = %s AND {FOR_EVERYONE} "
            "ORDER BY collaboration_id, key",
            (*part, OPEN, ending(views.today())),
        )
        for book, *row in rows:
            found[book].append(Found(*(*row[:-2], PUBLIC, row[-1])))
    return found


def withheld(views: Views, projection: Projection, query: Query) -> int:
    """Returns how many rows `query` leaves out for being shielded, whatever page, subject or column it asks for."""
    if query.shielded:
        return 0
    statement = (
        f"SELECT COUNT(*) FROM {table(projection.name)} WHERE collaboration_id = %s AND {WITHHELD} "  # noqa: S608
        "AND from_entry <= %s AND to_entry > %s"
    )
    params: list[str | int] = [query.collaboration_id, ending(views.today()), query.entry, query.entry]
    if query.on is not None:
        statement += " AND possible_from <= %s AND possible_to > %s"
        params += [query.on.isoformat()] * 2
    return int(views.query(statement, params)[0][0])


def last_entry_by(views: Views, collaboration_id: str, instant: datetime) -> int:
    """Returns the number of a book's last entry recorded by an instant, which has a time zone; 0 if there is none."""
    within = min(max(instant, _FIRST_INSTANT), _LAST_INSTANT)
    rows = views.query(
        f"SELECT from_entry FROM {table(MINUTE_BOOK.name)} WHERE collaboration_id = %s AND recorded_at <= %s "  # noqa: S608
        "ORDER BY recorded_at DESC LIMIT 1",
        (collaboration_id, format_instant(within)),
    )
    return int(rows[0][0]) if rows else 0
