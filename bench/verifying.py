"""Verifying books (bytes, tree, numbering, row against record, signatures), beside the bare hash of the same bytes."""

from __future__ import annotations

import hashlib
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

from api.cli.verifying import Verified, verify_books
from api.composition import House
from bench.building import EACH, built
from bench.measure import Section, compare, rates
from ledger.checks import check_book
from ledger.log import verifier
from ledger.log.checking import check_log
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.evidence import export_evidence

BOOKS, BOOKS_WITH_ROWS, BOOKS_OF_A_MILLION = 100, 10, 1_000
ROUNDS, ROUNDS_OF_A_MILLION = 5, 1
BARE = "read rows + SHA-256"
REMARK = (
    "Every book is signed. `--no-rows` is the goal's words: bytes, tree, numbering, row against record, signatures. "
    "Another process is started where there is work for 300,000 entries: before that `--jobs 2` is `--jobs 1`."
)
REMARK_ON_ROWS = "`verify` reads every entry into its class on the way to the rows, and renders each row again."
REMARK_ON_THE_PROCESSOR = (
    "The processor time is that of the process that takes most of it, starting included: what it comes to on the clock "
    "where each process has a core of its own."
)

Alternatives = dict[str, Callable[[], int]]


def run() -> list[Section]:
    """Measures entries a second of the bare hash and of all that verifies entries, with and without their rows."""
    return [_signed(BOOKS, ROUNDS, packed=True), _with_rows()]


def run_million() -> list[Section]:
    """Measures the same of a million entries, without their rows."""
    return [_signed(BOOKS_OF_A_MILLION, ROUNDS_OF_A_MILLION)]


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
        title = f"Verification, {books * EACH:,} entries, SQLite"
        return _taken(title, alternatives, rounds, REMARK)


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
        return _taken(title, alternatives, ROUNDS, REMARK_ON_ROWS)


def _taken(title: str, alternatives: Alternatives, rounds: int, remark: str) -> Section:
    """Returns the rates, with what each takes of the processor in the process that works longest."""
    clocked = {name: _Clocked(run) for name, run in alternatives.items()}
    section = rates(
        title, "entries/s", compare(clocked, rounds), f"{remark} {REMARK_ON_THE_PROCESSOR} Rounds: {rounds}."
    )
    taken = [median(one.microseconds) for one in clocked.values()]
    more = [(f"{one:.1f}", f"{taken[0] / one:.2f}") for one in taken]
    rows = [(*row, *two) for row, two in zip(section.rows, more, strict=True)]
    return replace(section, heads=(*section.heads, "us of processor an entry", "ratio of these"), rows=rows)


class _Clocked:
    """Does something, and notes the processor time an item took, in this process or its helper, whichever took more."""

    def __init__(self, run: Callable[[], int]) -> None:
        self.run = run
        self.microseconds: list[float] = []

    def __call__(self) -> int:
        own, of_others = time.process_time(), _of_others()
        items = self.run()
        longest = max(time.process_time() - own, _of_others() - of_others)
        self.microseconds.append(longest * 1e6 / items)
        return items


def _of_others() -> float:
    """Returns the seconds of processor time of the processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


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
