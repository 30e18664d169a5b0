"""Verifying books (bytes, numbering, row against record, tree, signatures), beside the bare hash of the same bytes."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from bench.building import EACH, built
from bench.measure import Section, compare, rates
from ledger.checks import check_book
from ledger.log.checking import check_log

BOOKS = 10
ROUNDS = 5


def run() -> list[Section]:
    """Measures entries a second of the bare hash and of what `styringsbok verify` does to a book."""
    with tempfile.TemporaryDirectory() as name, built(Path(name) / "book.db", BOOKS) as house:
        ledger, ids = house.ledger, [f"copy-{number:06d}" for number in range(BOOKS)]

        def hashed() -> int:
            return sum(1 for book in ids for row in ledger.rows(book) if hashlib.sha256(row.state).digest())

        def checked() -> int:
            for book in ids:
                for _ in check_book(ledger, book):
                    pass
            return BOOKS * EACH

        def proved() -> int:
            for book in ids:
                for _ in check_log(ledger, book):
                    pass
            return BOOKS * EACH

        def both() -> int:
            checked()
            return proved()

        figures = compare(
            {
                "read rows + SHA-256": hashed,
                "entries, identities and texts": checked,
                "the log": proved,
                "both, as `verify` does": both,
            },
            ROUNDS,
        )
        return [rates(f"Verification, {BOOKS * EACH:,} entries, SQLite", "entries/s", figures)]
