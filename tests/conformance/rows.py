"""What tests of rows have in common: views on either engine, and a projector of a ledger into them."""

from __future__ import annotations

from ledger.application import Ledger
from projections.runner import Projector
from projections.view_engines import PostgresViews, SQLiteViews

Views = SQLiteViews | PostgresViews


def projector_of(ledger: Ledger, views: Views) -> Projector:
    """Returns a projector of the ledger's books into these views."""
    return Projector(ledger, views, lambda book, number: ledger.book(book, number=number))
