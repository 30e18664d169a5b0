"""Datastores for what lives beside the book: the views."""

from __future__ import annotations

from eventsourcing.postgres import PostgresDatastore
from eventsourcing.sqlite import SQLiteDatastore

from ledger.connections import BookDatastore
from ledger.location import Location, SQLiteLocation
from ledger.sqlite import FileDatastore


def views_datastore(location: Location, *, read_only: bool = False) -> SQLiteDatastore | PostgresDatastore:
    """Returns the datastore for the views of a book: a second file on SQLite, the same database on PostgreSQL."""
    if isinstance(location, SQLiteLocation):
        return FileDatastore(location.views, durable=False, read_only=read_only)
    return BookDatastore(location)
