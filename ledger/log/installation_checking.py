"""What `verify` looks at in the installation's own log, and what that log says of the books: one that is gone shows.

All of it is derived anew from the leaves, and what they say of a book whose checkpoints are gone, from its entries.
What is compared is fixed at the start, so that it can be looked at beside a server that goes on signing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ledger.application import Ledger
from ledger.checks import Finding
from ledger.errors import LedgerUnavailable
from ledger.glancing import as_bytes
from ledger.log.appending import not_in_the_log
from ledger.log.checking import signed_between, told_of
from ledger.log.checkpointing import verifier_keys
from ledger.log.checkpoints import Checkpoint, signed_point
from ledger.log.holding import log_called
from ledger.log.installation_log import LEAVES_AT_A_TIME
from ledger.log.merkle import HASH_BYTES, Frontier, leaf_hash
from ledger.log.notes import InvalidNote, Note, VerifierKey
from ledger.log.tables import INSTALLATION
from ledger.log.tiles import TILE_WIDTH, Derived

LEAVES = (
    "SELECT l.number, l.collaboration_id, l.size, l.leaf, c.note FROM installation_log l LEFT JOIN log_checkpoints c "
    "ON c.collaboration_id = l.collaboration_id AND c.size = l.size "
    "WHERE l.number > %s AND l.number <= %s ORDER BY l.number LIMIT %s"
)


def check_installation(ledger: Ledger, at_a_time: int = LEAVES_AT_A_TIME) -> Iterator[Finding | int]:
    """Yields what in the installation's log is not as it was signed, and after each page how many leaves it had.

    A database of before there was this log has none, until it is opened to be written. Raises LedgerUnavailable.
    """
    if not ledger.has_table("installation_log"):
        yield from _table_gone(ledger)
        return
    check = _LeafCheck(ledger)
    while check.last < check.up_to:
        rows = ledger.query(LEAVES, (check.last, check.up_to, at_a_time))
        if not rows:
            break
        yield from check.page(rows)
        yield len(rows)
    yield from check.end()


def told_of_installation(ledger: Ledger) -> Iterator[Finding]:
    """Yields what must be known of the installation's log, though nothing is wrong. Raises LedgerUnavailable."""
    return (replace(one, collaboration=None) for one in told_of(ledger, INSTALLATION))


def check_known(ledger: Ledger, note: Note) -> Iterator[Finding]:
    """Yields where a book, or the installation's log, does not go on from a checkpoint somebody outside kept.

    Raises InvalidNote for one this installation never signed, LedgerUnavailable.
    """
    known, book = Checkpoint.read(note.text), log_called(ledger, note)
    derived, size = Frontier(), known.size
    leaves = _leaves_of(ledger, book, size)
    derived = derived.grown(map(leaf_hash, leaves))
    own = book == INSTALLATION
    name, what = (None, "leaves") if own else (book, "entries")
    if derived.size == 0 and size and not own:
        yield _book_dropped(book, size)
    elif derived.size < size:
        text = f"{derived.size} {what} are left of the {size} in the checkpoint known outside"
        yield Finding("log_installation_dropped" if own else "log_tail_dropped", name, None, text)
    elif derived.root != known.root:
        text = f"the first {size} {what} are not those of the checkpoint known outside"
        yield Finding("log_installation_other" if own else "log_other_entries", name, None, text)


def _leaves_of(ledger: Ledger, book: str, up_to: int) -> Iterator[bytes]:
    if book == INSTALLATION:
        return ledger.log_of(book).leaves(0, up_to) if ledger.has_table("installation_log") else iter(())
    return (as_bytes(row.state) for row in ledger.rows(book, 0, up_to))


def _table_gone(ledger: Ledger) -> Iterator[Finding]:
    try:
        signed = ledger.query("SELECT 1 FROM log_checkpoints WHERE collaboration_id = %s", (INSTALLATION,))
    except LedgerUnavailable:
        return  # older still: no log of any kind
    if signed:
        yield Finding("log_installation_dropped", None, None, "the installation's log was signed, and none is there")


def _book_dropped(book: str, size: int) -> Finding:
    return Finding(
        "log_book_dropped", book, None, f"{size} entries of it were signed, and none is left: it was dropped"
    )


@dataclass(slots=True)
class _Unkept:
    """A leaf whose checkpoint is not kept as it was signed."""

    point: Checkpoint
    gone: bool
    """Not there at all: else another stands in its place, which is named where the book's log is checked."""


@dataclass(slots=True)
class _LeafCheck:
    """Checks the leaves in order."""

    ledger: Ledger
    last: int = 0
    """The number of the last leaf that was read."""
    up_to: int = 0
    tree: Frontier = field(default_factory=Frontier)
    hashes: list[bytes] = field(default_factory=list)
    agreed: int = 0
    """Leaves of the last installation's checkpoint that agrees."""
    reported: bool = False
    largest: dict[str, int] = field(default_factory=dict)
    """The most entries any leaf says a book had."""
    unkept: dict[str, list[_Unkept]] = field(default_factory=dict)
    _signed: dict[int, list[Checkpoint]] = field(default_factory=dict)
    _wrong: list[Finding] = field(default_factory=list)
    _frontier: tuple[int, bytes] | None = None
    _keys: dict[str, tuple[VerifierKey, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Fixes how far is looked: what was signed before that is asked for cannot be of more leaves."""
        before = self.ledger.log_of(INSTALLATION).size()
        for after, up_to in ((-1, before), (before, 2**63 - 1)):
            signed, wrong = signed_between(self.ledger, INSTALLATION, after, up_to)
            self._signed |= signed
            self._wrong += [replace(one, collaboration=None, entry=None) for one in wrong]
        ((last, size, hashes),) = self.ledger.query(
            "SELECT (SELECT COALESCE(MAX(number), 0) FROM installation_log), "
            "(SELECT size FROM log_frontiers WHERE collaboration_id = %s), "
            "(SELECT hashes FROM log_frontiers WHERE collaboration_id = %s)",
            (INSTALLATION, INSTALLATION),
        )
        self.up_to = int(last)
        self._frontier = None if size is None else (int(size), bytes(hashes))

    # Leaves ------------------------------------------------------------------------------

    def page(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[Finding]:
        """Yields what is wrong with the next leaves."""
        for number, book, size, leaf, note in rows:
            if number != self.last + 1:
                what = f"after leaf {self.last} of the installation's log comes leaf {number}"
                yield Finding("log_leaf_missing", None, None, what)
            self.last = int(number)
            raw = as_bytes(leaf)
            self.hashes.append(leaf_hash(raw))
            self.tree = self.tree.grown(self.hashes[-1:])
            yield from self._leaf(str(book), int(size), raw, None if note is None else str(note).encode())
            yield from self._root()

    def _leaf(self, book: str, size: int, raw: bytes, kept: bytes | None) -> Iterator[Finding]:
        if book not in self._keys:
            self._keys[book] = verifier_keys(self.ledger, book)
        try:
            point = signed_point(raw, self._keys[book])
        except InvalidNote as error:
            what = f"leaf {self.last} of the installation's log is no signed checkpoint of {book}: {error}"
            yield Finding("log_leaf", None, None, what)
            return
        if point.size != size:
            what = f"leaf {self.last} of the installation's log is of {point.size} entries of {book}, not {size}"
            yield Finding("log_leaf", None, None, what)
        elif book != INSTALLATION:
            self.largest[book] = max(size, self.largest.get(book, 0))
            if raw != kept and not self._is_a_break(book, raw):
                self.unkept.setdefault(book, []).append(_Unkept(point, kept is None))

    def _is_a_break(self, book: str, raw: bytes) -> bool:
        query = "SELECT 1 FROM log_breaks WHERE collaboration_id = %s AND note = %s"
        return bool(self.ledger.query(query, (book, raw.decode())))

    def _root(self) -> Iterator[Finding]:
        size = self.tree.size
        roots = {point.root for point in self._signed.pop(size, ())}
        if roots == {self.tree.root}:
            self.agreed = size
        elif roots and not self.reported:
            self.reported = True
            what = f"the first {size} leaves of the installation's log are not those that were signed: "
            yield Finding("log_installation_other", None, None, f"{what}one of {self.agreed + 1} to {size} is another")

    # The whole ---------------------------------------------------------------------------

    def end(self) -> Iterator[Finding]:
        """Yields what is wrong with the log as a whole, and with the books it names; to be called after the leaves."""
        yield from self._wrong
        beyond, size = max(self._signed, default=0), self.tree.size
        if beyond > size:
            what = f"the installation's log ends at leaf {size}, and {beyond} leaves were signed: the tail was dropped"
            yield Finding("log_installation_dropped", None, None, what)
        if (self._frontier or (0, b"")) != (size, self.tree.packed):
            what = f"the frontier of the installation's log is not that of its {size} leaves"
            yield Finding("log_frontier", None, None, what)
        yield from self._tiles()
        yield from self._books()
        for leaf in not_in_the_log(self.ledger):
            if _is_signed(
                leaf.note, self._keys.get(leaf.collaboration_id) or verifier_keys(self.ledger, leaf.collaboration_id)
            ):
                what = f"the checkpoint of {leaf.size} entries is not in the installation's log"
                yield Finding("log_leaf_missing", leaf.collaboration_id, leaf.size, what)

    def _tiles(self) -> Iterator[Finding]:
        """Yields stored tiles that are not those of the leaves; one these leaves do not fill was made meanwhile."""
        derived = Derived(self.hashes)
        for level, index, stored in self.ledger.query(
            "SELECT level, tile_index, hashes FROM log_tiles WHERE collaboration_id = %s ORDER BY level, tile_index",
            (INSTALLATION,),
        ):
            own = derived.tile(int(level), int(index))
            if len(own) == TILE_WIDTH * HASH_BYTES and own != bytes(stored):
                yield Finding("log_tile", None, None, f"tile {level}/{index} of the installation's log is another")

    def _books(self) -> Iterator[Finding]:
        for book, size in sorted(self.largest.items()):
            try:
                head = self.ledger.head(book)
            except ValueError:
                continue  # its last entry is numbered with what is no number: that is said where the book is checked
            if head == 0:
                yield _book_dropped(book, size)
                continue
            if head < size:
                what = f"it ends at entry {head}, and {size} entries of it are in the installation's log"
                yield Finding("log_book_shorter", book, head + 1, what)
            yield from self._against_the_entries(
                book, [one for one in self.unkept.get(book, ()) if one.point.size <= head]
            )

    def _against_the_entries(self, book: str, leaves: Sequence[_Unkept]) -> Iterator[Finding]:
        """Yields what leaves say of a book whose checkpoints are not kept, by its entries."""
        left = sorted(leaves, key=lambda one: one.point.size)
        tree, agreed = Frontier(), 0
        for row in self.ledger.rows(book, 0, left[-1].point.size if left else 0):
            tree = tree.grown((leaf_hash(as_bytes(row.state)),))
            while left and left[0].point.size == tree.size:
                one = left.pop(0)
                if one.point.root != tree.root:
                    what = f"the first {tree.size} entries are not those in the installation's log: "
                    what += f"one of {agreed + 1} to {tree.size} is another"
                    yield Finding("log_book_other", book, agreed + 1, what)
                    return
                agreed = tree.size
                if one.gone:
                    what = f"the checkpoint of {tree.size} entries is in the installation's log, and not kept"
                    yield Finding("log_checkpoint_missing", book, tree.size, what)


def _is_signed(note: bytes, keys: Sequence[VerifierKey]) -> bool:
    try:
        return bool(signed_point(note, keys).size)
    except InvalidNote:
        return False
