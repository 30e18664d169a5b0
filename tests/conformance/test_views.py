"""Rows kept in step with the book on each engine: followed, caught up in any batches, built anew, and verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from domain.collaboration import AnyCommand
from ledger.application import Ledger
from ledger.location import Location
from ledger.reading import Book, Commit
from ledger.storage import views_datastore
from projections.history import HISTORY
from projections.members import MEMBERS
from projections.minute_book import MINUTE_BOOK
from projections.projection import OPEN, Projection, Version
from projections.registry import ALL
from projections.runner import Projector
from projections.views import PostgresViews, Query, SQLiteViews, open_views
from tests.ledger.support import BOOK, begin, founding, send
from tests.properties.generator import history
from tests.spec import command

Rows = dict[str, list[Version]]

TWO_BOOKS = {BOOK: 11, "andre": 12}
"""Seeds of what is recorded, by book."""


@pytest.fixture
def views(location: Location) -> Iterator[SQLiteViews | PostgresViews]:
    """Empty views with every projection's tables."""
    views = open_views(views_datastore(location), ALL)
    yield views
    views.datastore.close()


@pytest.fixture
def projector(ledger: Ledger, views: SQLiteViews | PostgresViews) -> Projector:
    """A projector that follows nothing by itself."""
    return projector_of(ledger, views)


def projector_of(ledger: Ledger, views: SQLiteViews | PostgresViews) -> Projector:
    """Returns a projector of the ledger's books into these views."""
    return Projector(ledger, views, lambda book, number: ledger.book(book, number=number))


def record(ledger: Ledger, commands: list[AnyCommand], book: str = BOOK) -> None:
    """Records commands that are accepted, three at a time."""
    for start in range(0, len(commands), 3):
        ledger.record(send(*commands[start : start + 3], book=book))


def fill(ledger: Ledger) -> None:
    """Records two books of different histories."""
    for book, seed in TWO_BOOKS.items():
        record(ledger, history(seed, 24), book)


def kept(views: SQLiteViews | PostgresViews, book: str = BOOK) -> Rows:
    """Returns every version of every row of a book."""
    rows = {name: views.all_versions(projection, book) for name, projection in views.projections.items()}
    assert rows[MINUTE_BOOK.name]
    return rows


# Following and catching up ---------------------------------------------------------------


def test_rows_follow_each_commit_at_once(ledger: Ledger, projector: Projector) -> None:
    views = projector.views
    ledger.listeners.append(projector.follow)
    ledger.record(send(founding()))
    assert views.position(BOOK) == 1
    (nordvik, sorvik) = views.select(MEMBERS, Query(BOOK, 1))
    assert (nordvik.subject, sorvik.subject) == ("nordvik", "sorvik")
    fill(ledger_beside(ledger))
    assert views.positions() == {BOOK: 1, **{f"b-{book}": ledger.head(f"b-{book}") for book in TWO_BOOKS}}
    assert list(projector.verify("b-andre")) == []


def ledger_beside(ledger: Ledger) -> Ledger:
    """Returns the ledger, filled under other names."""
    for book, seed in TWO_BOOKS.items():
        record(ledger, history(seed, 24), f"b-{book}")
    return _Filled(ledger)


class _Filled(Ledger):
    def __init__(self, ledger: Ledger) -> None:
        self.__dict__ = ledger.__dict__

    def record(self, *_: object, **__: object) -> None:  # type: ignore[override]
        pass
