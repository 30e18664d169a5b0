"""The self-check: a served book is read and hashed again all the time, gently, and what is not as recorded is named.

It goes through every book a page at a time, with pauses that keep it below a rate, then through the installation's log,
which knows a book that is gone, and begins anew. It only reads, by the ways any reader has: nobody who records waits
for it. What it finds stays named until a later pass comes by and finds it gone.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog

from ledger.application import Ledger
from ledger.background import Background
from ledger.checks import BookCheck, Finding, books, check_beside
from ledger.errors import LedgerError, LedgerUnavailable
from ledger.log.installation_checking import check_installation
from ledger.log.tables import INSTALLATION
from ledger.log.walking import TreeCheck
from ledger.pages import pages

ENTRIES_PER_SECOND = 200
PAGE_ENTRIES_MAX = 500
SECONDS_BETWEEN_PASSES = 5.0
SECONDS_UNTIL_ASKED_AGAIN = 5.0
"""How long a database that cannot be read is left alone."""
FINDINGS_MAX = 100
"""Findings kept of one book: a file that came apart is known by the first."""

log = structlog.get_logger("self_check")


@dataclass(frozen=True, slots=True)
class Position:
    """How far the pass under way has come."""

    collaboration_id: str
    entry: int
    """Entries of the book that were hashed again."""


def walk(ledger: Ledger, collaboration_id: str, at_a_time: int) -> Iterator[Finding | int | None]:
    """Yields what is wrong with a book, after each page how many entries it had, and None after a row beside them.

    Looks no further than the book was when it began. Raises LedgerUnavailable.
    """
    tree, check = TreeCheck(ledger, collaboration_id), BookCheck(ledger, collaboration_id)
    for page in pages(ledger, collaboration_id, tree.up_to, at_a_time):
        yield from check.page(page)
        yield from tree.page(page.rows)
        yield len(page.rows)
    yield from check.end()
    yield from tree.end()
    yield from check_beside(ledger, check, tree.up_to)


class SelfCheck(Background):
    """Goes through the books of one ledger, a page a step."""

    def __init__(self, ledger: Ledger, entries_per_second: int = ENTRIES_PER_SECOND) -> None:
        """`entries_per_second` is at least 1, and never exceeded."""
        super().__init__("self-check")
        self.ledger, self.entries_per_second = ledger, entries_per_second
        self.position: Position | None = None
        """None between passes."""
        self.passes = 0
        """Whole passes through all books, since the process began."""
        self.entries = 0
        """Entries hashed again, since the process began."""
        self.last_pass_at: datetime | None = None
        self._known: dict[str, tuple[Finding, ...]] = {}
        """What the last pass through each book found; under no name, what kept it from going through any."""
        self._fresh: list[Finding] = []
        """What is found so far in the book under way."""
        self._steps = self._again_and_again()

    @property
    def findings(self) -> list[Finding]:
        """What is not as it was recorded, as far as is known, by book."""
        found = [one for _, kept in sorted(self._known.items()) for one in kept]
        return list(dict.fromkeys([*found, *self._fresh]))

    # A pass ------------------------------------------------------------------------------

    def step(self) -> float:
        """Reads a page, and returns for how many seconds to pause then. Raises nothing."""
        return next(self._steps)

    def _again_and_again(self) -> Iterator[float]:
        failed = 0
        while True:
            try:
                ids = self._ids()
            except Exception as error:
                failed = failed + 1 if self._answers() else 0
                log.warning("the self-check cannot begin", why=str(error))
                if failed > 1:
                    self._found(Finding("unreadable", None, None, str(error)))
                    self._finish("")
                yield SECONDS_UNTIL_ASKED_AGAIN
                continue
            failed = 0
            is_whole = True
            for book in ids:
                is_whole = (yield from self._book(book)) and is_whole
            self.position = None
            is_whole = (yield from self._installation()) and is_whole
            if is_whole:
                self._known = {book: kept for book, kept in self._known.items() if book in {*ids, INSTALLATION}}
                self.passes, self.last_pass_at = self.passes + 1, self.ledger.clock()
            yield SECONDS_BETWEEN_PASSES

    def _ids(self) -> list[str]:
        """Returns the books of which anything is kept, also one of which only the log is left."""
        found, unreadable = books(self.ledger)
        if unreadable:
            raise LedgerUnavailable(unreadable[0].what)
        found.update(str(book) for (book,) in self.ledger.query("SELECT collaboration_id FROM log_frontiers"))
        return sorted(found - {INSTALLATION})

    def _book(self, book: str) -> Generator[float, None, bool]:
        """Goes through one book; False where the database went away meanwhile, so that nothing is known anew.

        Where the book cannot be read though the database answers, it is tried once more; then that is the finding.
        """
        for is_last in (False, True):
            self._fresh, self.position = [], Position(book, 0)
            try:
                yield from self._pages(book)
                break
            except Exception as error:  # whatever a damaged row brings about: the other books are to be looked at too
                if not self._answers():
                    log.warning("the self-check left a book", book=book, why=str(error))
                    self._fresh = []
                    yield SECONDS_UNTIL_ASKED_AGAIN
                    return False
                if is_last:
                    what = f"the book cannot be read on: {type(error).__name__}: {error}"
                    self._found(Finding("unreadable", book, self.position.entry + 1, what))
            yield SECONDS_UNTIL_ASKED_AGAIN
        self._finish(book)
        return True

    def _installation(self) -> Generator[float, None, bool]:
        """Goes through the installation's log, which knows books that are gone; as `_book`, and tried once."""
        self._fresh = []
        try:
            for found in check_installation(self.ledger, min(PAGE_ENTRIES_MAX, self.entries_per_second)):
                if isinstance(found, Finding):
                    self._found(found)
                else:
                    yield found / self.entries_per_second
        except Exception as error:
            if not self._answers():
                log.warning("the self-check left the installation's log", why=str(error))
                self._fresh = []
                return False
            self._found(Finding("unreadable", None, None, f"the installation's log: {type(error).__name__}: {error}"))
        self._finish(INSTALLATION)
        return True

    def _pages(self, book: str) -> Iterator[float]:
        at_a_time = min(PAGE_ENTRIES_MAX, self.entries_per_second)
        read = 0
        for found in walk(self.ledger, book, at_a_time):
            if isinstance(found, Finding):
                self._found(found)
                continue
            if found is None:
                yield 1 / self.entries_per_second
                continue
            self.entries += found
            read += found
            self.position = Position(book, read)
            yield found / self.entries_per_second

    def _answers(self) -> bool:
        try:
            return bool(self.ledger.query("SELECT 1"))
        except LedgerError:
            return False

    def _found(self, one: Finding) -> None:
        if one in self._fresh or len(self._fresh) >= FINDINGS_MAX:
            return
        self._fresh.append(one)
        if not any(one in kept for kept in self._known.values()):
            log.error("not as it was recorded", book=one.collaboration, entry=one.entry, code=one.code, what=one.what)

    def _finish(self, book: str) -> None:
        for one in self._known.get(book, ()):
            if one not in self._fresh:
                log.warning("as it was recorded again", book=book, entry=one.entry, code=one.code)
        self._known = {**self._known, book: tuple(self._fresh)}
        self._fresh = []
