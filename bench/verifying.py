"""Verifying books (bytes, tree, numbering, row against record, signatures), beside the bare hash of the same bytes."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from api.cli.verifying import Verified, verify_books
from api.composition import House
from bench.building import EACH, built
from bench.measure import ROUNDS, Section, compare, rates
from ledger.checks import check_book
from ledger.log import verifier
from ledger.log.checking import check_log
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.evidence import export_evidence

BOOKS, BOOKS_WITH_ROWS, BOOKS_OF_A_MILLION = 100, 10, 1_000
ROUNDS_OF_A_MILLION = 3
BARE = "read rows + SHA-256"
REMARK = (
    "Every book is signed. `--no-rows` is the goal's words: bytes, tree, numbering, row against record, signatures. "
    "Another process is started where there is work for 300,000 entries: before that `--jobs 2` is `--jobs 1`."
)
REMARK_ON_ROWS = "`verify` reads every entry into its class on the way to the rows, and renders each row again."

Alternatives = dict[str, Callable[[], int]]


def run() -> list[Section]:
    """Measures entries a second of the bare hash and of all that verifies entries, with and without their rows."""
    return [_signed(BOOKS, ROUNDS, packed=True), _signed(BOOKS_OF_A_MILLION, ROUNDS_OF_A_MILLION), _with_rows()]


def _signed(books: int, rounds: int, *, packed: bool = False) -> Section:
    with tempfile.TemporaryDirectory() as name, built(Path(name) / "book.db", books) as house:
        ids, signer = _ids(books), open_signer(house.ledger, origin="maaling.example")
        for book in ids:
            signer.checkpoint(book)
        alternatives: Alternatives = {BARE: _bare(house, ids)}
        for jobs in (1, 2):
            alternatives[f"`verify --no-rows --jobs {jobs}`"] = _verifying(house, ids, jobs, with_rows=False)
        if packed:
            alternatives["`verify.py` on a package"] = _package(ids, signer, Path(name) / "package.zip")
        figures = compare(alternatives, rounds)
        return rates(f"Verification, {books * EACH:,} entries, SQLite", "entries/s", figures, REMARK)


def _with_rows() -> Section:
    with tempfile.TemporaryDirectory() as name, built(Path(name) / "book.db", BOOKS_WITH_ROWS) as house:
        ids = _ids(BOOKS_WITH_ROWS)
        for _ in house.projector.rebuild(ids):
            pass
        alternatives: Alternatives = {
            BARE: _bare(house, ids),
            "the log alone, entry by entry": _each(ids, lambda book: check_log(house.ledger, book)),
            "every entry read into its class": _each(ids, lambda book: check_book(house.ledger, book)),
        }
        for jobs in (1, 2):
            alternatives[f"`verify --jobs {jobs}`"] = _verifying(house, ids, jobs, with_rows=True)
        title = f"Verification with the rows of every projection, {BOOKS_WITH_ROWS * EACH:,} entries, SQLite"
        return rates(title, "entries/s", compare(alternatives), REMARK_ON_ROWS)


def _ids(books: int) -> list[str]:
    return [f"copy-{number:06d}" for number in range(books)]


def _bare(house: House, ids: Sequence[str]) -> Callable[[], int]:
    return lambda: sum(1 for book in ids for row in house.ledger.rows(book) if hashlib.sha256(row.state).digest())


def _verifying(house: House, ids: Sequence[str], jobs: int, *, with_rows: bool) -> Callable[[], int]:
    def verified() -> int:
        counted = Verified()
        found = list(verify_books(house, ids, counted, lambda _: None, jobs=jobs, with_rows=with_rows))
        if found or counted.entries != len(ids) * EACH:
            raise AssertionError(f"{counted.entries} entries, {found[:3]}")
        return counted.entries

    return verified


def _each(ids: Sequence[str], look: Callable[[str], Iterable[object]]) -> Callable[[], int]:
    def looked_at() -> int:
        for book in ids:
            for _ in look(book):
                pass
        return len(ids) * EACH

    return looked_at


def _package(ids: Sequence[str], signer: Signer, path: Path) -> Callable[[], int]:
    export_evidence(signer, path, ids, signer.policy(ids))
    return lambda: sum(book["entries"] for book in verifier.verify(path, []))
