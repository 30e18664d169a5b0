"""The book folded, for questions the rules themselves answer, and what of it is shielded from whoever asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from api.composition import House
from api.deps import Point
from domain.collaboration import Collaboration
from ledger.deciding import today_in_oslo
from ledger.reading import Book
from projections.minute_book import MINUTE_BOOK


def day_of(house: House, point: Point) -> date:
    """Returns the day a question is about; where it is about every day, today."""
    return point.on or today_in_oslo(house.ledger.clock())


def folded(house: House, point: Point) -> Collaboration:
    """Returns what the book held after the point's entry."""
    return book_at(house, point).state


def book_at(house: House, point: Point) -> Book:
    """Returns the book as it was after the point's entry: the one kept for deciding, or folded anew to look back."""
    book = house.ledger.book(point.collaboration_id)
    return book if book.number == point.entry else house.ledger.book(point.collaboration_id, number=point.entry)


def hidden_among(house: House, point: Point, numbers: Iterable[int]) -> frozenset[int]:
    """Returns which of these entries are shielded from whoever asks."""
    if point.shielded:
        return frozenset()
    ever = replace(point, on=None)
    return frozenset(number for number in numbers if _is_shielded(house, ever, number))


def _is_shielded(house: House, ever: Point, number: int) -> bool:
    query = replace(ever.query(after_key=f"{number - 1:010d}", limit=1), shielded=True)
    found = house.views.select(MINUTE_BOOK, query)
    return any(row.from_entry == number and row.access == "shielded" for row in found)
