"""States kept between starts: a ledger that keeps them at once, and what is read to get a book ready."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

from ledger.application import Ledger
from ledger.kept_states import KeptStates
from ledger.location import Location
from ledger.reading import Recorded
from ledger.state_bytes import same_state
from tests.ledger.support import BOOK, Clock

ENTRIES = 4
"""Of the book whose state is kept."""


@contextmanager
def keeping(location: Location, clock: Clock, grown_min: int = 1) -> Iterator[Ledger]:
    """Yields a ledger that keeps the state of any book that has grown."""
    with closing(Ledger(location, clock=clock)) as ledger:
        ledger.states = KeptStates(ledger, grown_min)
        yield ledger


def folded(ledger: Ledger) -> list[int]:
    """Returns the entries that are read to get a book ready, which must be the one a fresh fold gives."""
    read, found, numbers = ledger.read, list[int](), ledger.head(BOOK)

    def watched(row: Any) -> Recorded:
        found.append(row.originator_version)
        return read(row)

    ledger.read = watched  # type: ignore[method-assign]
    book = ledger.book(BOOK)
    ledger.read = read  # type: ignore[method-assign]
    fresh = ledger.book(BOOK, number=numbers)
    assert (book.id, book.number, book.recorded_at) == (fresh.id, fresh.number, fresh.recorded_at)
    assert same_state(book.state, fresh.state)
    return found


ALL = [1, 2, 3, 4]
"""Those of the book whose state is kept."""
