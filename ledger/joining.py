"""A book's parts put together: what is kept beside the book as a whole, its root wherever one was signed, its tiles.

A part of whose log nothing can be said, since a number is missing in it or the log cannot be read, leaves the log to be
derived entry by entry from the first one on.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.application import Ledger
from ledger.checks import BookCheck, Finding, check_beside
from ledger.errors import LedgerError, LedgerUnavailable
from ledger.log.checking import check_log, dropped, other_entries, other_tiles
from ledger.log.merkle import Frontier
from ledger.log.tiles import Derived
from ledger.parts import PART_ENTRIES, Kept, LogPart, Seen, joined


class Joined:
    """The parts of one book, given in order."""

    def __init__(self, ledger: Ledger, collaboration_id: str) -> None:
        self.ledger, self.collaboration_id = ledger, collaboration_id
        self.entries = 0
        self.agreed = 0
        """Entries of the last checkpoint that agrees, once all parts are there."""
        self._check = BookCheck(ledger, collaboration_id)
        self._unreadable = False
        self._logs: list[LogPart | None] = []

    def add(self, seen: Seen) -> Iterator[Finding]:
        """Yields what is wrong in the next part."""
        yield from seen.findings
        self.entries += seen.entries
        self._unreadable = self._unreadable or seen.unreadable
        check = self._check
        check.commands += seen.commands
        check.texts += seen.texts
        check.erased.update(seen.erased)
        for commitment, number in seen.unkept.items():
            check.unkept.setdefault(commitment, number)
        self._logs.append(seen.log)

    def end(self) -> Iterator[Finding]:
        """Yields what is wrong beside the book and in its log; to be called after the last part."""
        book = self.collaboration_id
        if not self._unreadable:
            try:
                yield from (found for found in check_beside(self.ledger, self._check) if found is not None)
            except LedgerUnavailable as error:
                what = f"the book cannot be read on: {error}"
                yield Finding("unreadable", book, self.entries + 1, what)
        try:
            logs = [one for one in self._logs if one is not None]
            yield from self._log(logs) if len(logs) == len(self._logs) else check_log(self.ledger, book)
        except LedgerError as error:
            yield Finding("log_unreadable", book, None, f"its log cannot be read: {error}")

    def _log(self, parts: list[LogPart]) -> Iterator[Finding]:
        yield from (found for part in parts for found in part.wrong)
        tree, kept_at, reported = Frontier(), None, False
        for part in parts:
            for point in part.points:
                if point.roots == {joined(tree, point.tree, PART_ENTRIES).root}:
                    self.agreed = point.size
                elif not reported:
                    reported = True
                    yield other_entries(self.collaboration_id, self.agreed, point.size)
            if part.kept is not None and part.kept.tree is not None:
                kept_at = joined(tree, part.kept.tree, PART_ENTRIES)
            tree = joined(tree, part.tree, PART_ENTRIES)
        yield from dropped(self.collaboration_id, tree.size, max((part.beyond for part in parts), default=0))
        kept = parts[-1].kept
        if kept is not None:
            yield from self._frontier(kept, kept_at)
        yield from (found for part in parts for found in part.tiles)
        if kept is not None:
            roots = [root for part in parts for root in part.tile_roots]
            yield from other_tiles(self.collaboration_id, kept.tiles, Derived(roots, 1))

    def _frontier(self, kept: Kept, derived: Frontier | None) -> Iterator[Finding]:
        if kept.frontier is None:
            return
        size, hashes = kept.frontier
        own = Frontier() if size == 0 else derived
        if size != kept.head or own is None or hashes != own.packed:
            what = f"the log's frontier says {size} entries, or others than the {kept.head} there are"
            yield Finding("log_frontier", self.collaboration_id, None, what)
