"""A book verified in parts that do not wait for each other: each reads its entries once, for everything.

A part is 16,384 consecutive numbers. What a row says, what is kept beside it, its hash in the tree, the tiles and the
signatures are looked at in one pass; what came before a part is found by reading back to where its first command
began. What only the whole tells, such as a root, is put together by `ledger.joining`.

What was signed is read before the entries: of a book that goes on meanwhile, every entry that was signed is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from eventsourcing.persistence import StoredEvent

from ledger.application import Ledger
from ledger.checks import BookCheck, Finding
from ledger.collecting import not_collecting
from ledger.errors import DamagedEntry, LedgerUnavailable
from ledger.glancing import Key, as_bytes, glance
from ledger.log.checking import NUMBER_MAX, signed_between
from ledger.log.merkle import Frontier, leaf_hash, node_hash
from ledger.log.tiles import TILE_WIDTH, first_entry
from ledger.pages import glanced
from ledger.rows import Glanced

PART_ENTRIES = 1 << 14
"""A power of two, so that the tree of a part is one whole subtree of the book's, made of whole tiles."""
PAGE_ENTRIES = 1 << 10
"""Entries of a part held in memory at once; whole tiles too."""
BACK_AT_A_TIME = 64


@dataclass(frozen=True, slots=True)
class Part:
    """Which entries of a book to verify."""

    collaboration_id: str
    after: int
    """A multiple of `PART_ENTRIES`."""
    up_to: int | None
    """None for the last part, however far the book has come."""
    read_after: int
    """Entries after this one are read into their classes; of those before, only what a glance shows amiss."""
    entries: int = 0
    """About how many there are."""


@dataclass(frozen=True, slots=True)
class Point:
    """A size something was signed of, with all the roots that were, and the part's own tree at that size."""

    size: int
    roots: frozenset[bytes]
    tree: Frontier


@dataclass(slots=True)
class LogPart:
    """What a part shows of the log."""

    wrong: list[Finding] = field(default_factory=list)
    """What is no signature of the log's."""
    points: list[Point] = field(default_factory=list)
    beyond: int = 0
    """The greatest size signed that the entries do not reach, 0 where they reach all."""
    tiles: list[Finding] = field(default_factory=list)
    """Stored tiles of the lowest level that are not those of the entries."""
    tile_roots: list[bytes] = field(default_factory=list)
    """Of the full tiles."""
    tree: Frontier = Frontier()
    """Of the part's own entries."""
    kept: Kept | None = None
    """Of the last part."""


@dataclass(slots=True)
class Kept:
    """What is kept of the log of a book as a whole, as it was when its last part began."""

    head: int
    """The last entry there was at the same moment as the frontier."""
    frontier: tuple[int, bytes] | None
    """Size and hashes; None where there is none."""
    tiles: list[tuple[int, int, bytes]]
    """Level, index and hashes of the tiles above the lowest level, in that order."""
    tree: Frontier | None = None
    """The part's own tree at the frontier's size, where its entries reach it."""


@dataclass(slots=True)
class Seen:
    """What was found in a part."""

    findings: list[Finding] = field(default_factory=list)
    entries: int = 0
    commands: int = 0
    texts: int = 0
    erased: dict[str, int] = field(default_factory=dict)
    unkept: dict[str, int] = field(default_factory=dict)
    unreadable: bool = False
    log: LogPart | None = None
    """None where the entries are not numbered as they should be, or the log cannot be read: then nothing of the log can
    be said by parts."""


def parts_of(ledger: Ledger, collaboration_id: str, read_after: int) -> list[Part]:
    """Returns the parts of a book; one in which numbers are missing is of one part. Raises LedgerUnavailable."""
    ((head, count),) = ledger.query(
        "SELECT COALESCE(MAX(originator_version), 0), COUNT(*) FROM stored_events "
        "WHERE originator_id = %s AND originator_version > 0 AND originator_version <= %s",
        (collaboration_id, NUMBER_MAX),
    )
    starts = range(0, max(int(head), 1), PART_ENTRIES) if head == count else range(1)
    ends: list[int | None] = [start + PART_ENTRIES for start in starts]
    ends[-1] = None
    return [
        Part(collaboration_id, start, end, read_after, min(int(count) - start, (end or NUMBER_MAX) - start))
        for start, end in zip(starts, ends, strict=True)
    ]


# One part --------------------------------------------------------------------------------


@not_collecting()
def check_part(ledger: Ledger, part: Part) -> Seen:
    """Returns what is found in a part. A database that cannot be read on is a finding.

    Without the collector, which looks through a page of records again and again: none of them has a cycle.
    """
    seen = Seen()
    tree = _tree_of(ledger, part)
    check = BookCheck(ledger, part.collaboration_id, read_after=part.read_after)
    try:
        for page in _begun(ledger, part, check):
            seen.findings += check.page(page)
            if tree is not None:
                tree.page(page)
        if part.up_to is None:
            seen.findings += check.end()
    except LedgerUnavailable as error:
        what = f"the book cannot be read on: {error}"
        seen.findings.append(Finding("unreadable", part.collaboration_id, check.last_number + 1, what))
        seen.unreadable, tree = True, None
    seen.entries, seen.commands, seen.texts = check.entries, check.commands, check.texts
    seen.erased, seen.unkept = check.erased, check.unkept
    seen.log = None if tree is None else tree.end()
    return seen


def _begun(ledger: Ledger, part: Part, check: BookCheck) -> Iterator[Glanced]:
    """Yields the pages of a part, once `check` knows what came before it."""
    book, last = part.collaboration_id, None
    if part.after:
        start = _start_of_what_goes_on(ledger, part)
        for page in glanced(ledger, book, start - 1, part.after, PAGE_ENTRIES):
            for _ in check.page(page):
                pass
            last = next((one.key for one in reversed(page.glances) if one.key is not None), last)
        check.count_anew()
    yield from glanced(ledger, book, part.after, part.up_to, PAGE_ENTRIES, last)


def _start_of_what_goes_on(ledger: Ledger, part: Part) -> int:
    """Returns the last entry before a part that can be read and carries another command than the last one does."""
    key: Key | None = None
    for end in range(part.after, 0, -BACK_AT_A_TIME):
        for row in reversed(list(ledger.rows(part.collaboration_id, max(0, end - BACK_AT_A_TIME), end))):
            found = glance(row).key
            key = key or found
            if found != key and _is_read(ledger, row):
                return int(row.originator_version)
    return 1


def _is_read(ledger: Ledger, row: StoredEvent) -> bool:
    try:
        ledger.read(row)
    except DamagedEntry:
        return False
    return True


def joined(before: Frontier, after: Frontier, width: int) -> Frontier:
    """Returns a tree of whole subtrees of a width, a power of two, with one more after them that may be less."""
    size = before.size + after.size
    if after.size < width:
        return Frontier(size, before.roots + after.roots)
    roots, (carried,) = list(before.roots), after.roots
    filled = before.size // width
    while filled & 1:
        carried = node_hash(roots.pop(), carried)
        filled >>= 1
    return Frontier(size, (*roots, carried))


# Its tree --------------------------------------------------------------------------------


def _tree_of(ledger: Ledger, part: Part) -> _Tree | None:
    """Returns what makes the tree of a part, None where what is kept of the log cannot be read."""
    try:
        return _Tree(ledger, part)
    except LedgerUnavailable:
        return None


class _Tree:
    """Makes the tree of a part, page by page, and holds it against what was stored and signed of it."""

    def __init__(self, ledger: Ledger, part: Part) -> None:
        """Reads what was stored and signed. Raises LedgerUnavailable."""
        self.part = part
        self.found = LogPart()
        before, up_to = (part.after if part.after else -1), part.up_to or NUMBER_MAX
        signed, self.found.wrong = signed_between(ledger, part.collaboration_id, before, up_to)
        self._roots = {size: frozenset(point.root for point in points) for size, points in signed.items()}
        self._tiles = _stored_tiles(ledger, part)
        if part.up_to is None:
            self.found.kept = _kept(ledger, part.collaboration_id)
        own = self.found.kept.frontier if self.found.kept is not None else None
        sizes = {*self._roots, *(() if own is None else (own[0],))}
        self._sizes = sorted((size for size in sizes if size > part.after), reverse=True)
        """Those at which something was signed or kept, the next one last."""
        self._is_regular = True

    def page(self, page: Glanced) -> None:
        """Adds the next entries."""
        first = self.part.after + self.found.tree.size + 1
        numbers = [row.originator_version for row in page.rows]
        self._is_regular = self._is_regular and numbers == list(range(first, first + len(numbers)))
        hashes = [leaf_hash(as_bytes(row.state)) for row in page.rows]
        for start in range(0, len(hashes), TILE_WIDTH):
            self._tile(hashes[start : start + TILE_WIDTH])

    def _tile(self, hashes: Sequence[bytes]) -> None:
        """Adds the entries of the next tile, which is not full where the book ends, and compares it with the stored."""
        before = self.part.after + self.found.tree.size
        tile, taken = Frontier(), 0
        while self._sizes and self._sizes[-1] <= before + len(hashes):
            size = self._sizes.pop()
            tile, taken = tile.grown(hashes[taken : size - before]), size - before
            self._at(size, joined(self.found.tree, tile, TILE_WIDTH))
        tile = tile.grown(hashes[taken:])
        if tile.size == TILE_WIDTH:
            self.found.tile_roots += tile.roots
        if self._tiles.pop(before // TILE_WIDTH, None) not in (None, b"".join(hashes)):
            self._wrong_tile(before // TILE_WIDTH)
        self.found.tree = joined(self.found.tree, tile, TILE_WIDTH)

    def _at(self, size: int, tree: Frontier) -> None:
        """Notes the tree at a size something was signed or kept of."""
        if size in self._roots:
            self.found.points.append(Point(size, self._roots[size], tree))
        kept = self.found.kept
        if kept is not None and kept.frontier is not None and kept.frontier[0] == size:
            kept.tree = tree

    def _wrong_tile(self, index: int) -> None:
        what = f"tile 0/{index} of the log is not that of its entries"
        self.found.tiles.append(Finding("log_tile", self.part.collaboration_id, first_entry(0, index), what))

    def end(self) -> LogPart | None:
        """Returns what was found, None where the entries are not numbered one after the other."""
        size, part = self.found.tree.size, self.part
        if not self._is_regular or (part.up_to is not None and size != part.up_to - part.after):
            return None
        for index in sorted(self._tiles):
            self._wrong_tile(index)
        self.found.beyond = max((one for one in self._roots if one > part.after + size), default=0)
        return self.found


def _stored_tiles(ledger: Ledger, part: Part) -> dict[int, bytes]:
    first = part.after // TILE_WIDTH if part.after else -NUMBER_MAX
    end = NUMBER_MAX if part.up_to is None else part.up_to // TILE_WIDTH
    rows = ledger.query(
        "SELECT tile_index, hashes FROM log_tiles WHERE collaboration_id = %s AND level = 0 "
        "AND tile_index >= %s AND tile_index < %s",
        (part.collaboration_id, first, end),
    )
    return {int(index): bytes(hashes) for index, hashes in rows}


def _kept(ledger: Ledger, collaboration_id: str) -> Kept:
    tiles = ledger.query(
        "SELECT level, tile_index, hashes FROM log_tiles WHERE collaboration_id = %s AND level <> 0 "
        "ORDER BY level, tile_index",
        (collaboration_id,),
    )
    ((head, size, hashes),) = ledger.query(
        "SELECT (SELECT COALESCE(MAX(originator_version), 0) FROM stored_events "
        "WHERE originator_id = %s AND originator_version <= %s), "
        "(SELECT size FROM log_frontiers WHERE collaboration_id = %s), "
        "(SELECT hashes FROM log_frontiers WHERE collaboration_id = %s)",
        (collaboration_id, NUMBER_MAX, collaboration_id, collaboration_id),
    )
    return Kept(
        int(head),
        None if size is None else (int(size), bytes(hashes)),
        [(int(level), int(index), bytes(one)) for level, index, one in tiles],
    )
