"""What an archive holds of the installation's own log, checked against its keys and checkpoints and put back.

An archive of before there was this log has none: its leaves are then made of what was signed of each book.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ledger.archived_log import Keys, LogLine, NotAsSigned, SignedRoots, log_statements
from ledger.log.book_log import Statement
from ledger.log.checkpoints import Checkpoint, signed_point
from ledger.log.installation_log import Leaf
from ledger.log.merkle import Frontier, leaf_hash
from ledger.log.notes import InvalidNote
from ledger.log.tables import INSERT_LEAF, INSTALLATION, UPSERT_FRONTIER


class ArchivedInstallation:
    """The leaves in an archive, and what was signed of them."""

    def __init__(self, keys: Keys, leaves: Sequence[Leaf], lines: Sequence[LogLine]) -> None:
        """Raises NotAsSigned for leaves that are not those that were signed, or that the installation never signed."""
        self._leaves, self._lines = list(leaves), list(lines)
        self._points: dict[str, list[Checkpoint]] = {}
        roots = SignedRoots(INSTALLATION, keys, self._lines)
        roots.take([leaf.note for leaf in self._leaves])
        roots.end()
        for number, leaf in enumerate(self._leaves, start=1):
            self._points.setdefault(leaf.collaboration_id, []).append(_point(keys, number, leaf))

    def of(self, book: str) -> list[Checkpoint]:
        """Returns what the leaves say of a book."""
        return self._points.get(book, [])

    def statements(self, signed: Mapping[str, Sequence[LogLine]]) -> Iterator[Statement]:
        """Yields what keeps the log in a ledger; of what was signed of each book, what is no leaf becomes one."""
        yield from log_statements(INSTALLATION, self._lines)
        leaves = [*self._leaves, *self._without_a_leaf(signed)]
        frontier = Frontier().grown(leaf_hash(leaf.note) for leaf in leaves)
        for number, leaf in enumerate(leaves, start=1):
            yield (INSERT_LEAF, (number, leaf.collaboration_id, leaf.size, leaf.note))
        if leaves:
            yield (UPSERT_FRONTIER, (INSTALLATION, frontier.size, frontier.packed))

    def _without_a_leaf(self, signed: Mapping[str, Sequence[LogLine]]) -> list[Leaf]:
        known = {(leaf.collaboration_id, leaf.note) for leaf in self._leaves}
        found = [
            (line.signed_at, book, line.size, line.kind != "checkpoint", Leaf(book, line.size, line.note.encode()))
            for book, lines in signed.items()
            for line in lines
        ]
        return [
            leaf
            for *_, leaf in sorted(found, key=lambda one: one[:4])
            if (leaf.collaboration_id, leaf.note) not in known
        ]


def _point(keys: Keys, number: int, leaf: Leaf) -> Checkpoint:
    try:
        point = signed_point(leaf.note, keys.of(leaf.collaboration_id))
    except InvalidNote as error:
        raise NotAsSigned(f"leaf {number} of the installation's log: {error}") from error
    if point.size != leaf.size:
        raise NotAsSigned(f"leaf {number} of the installation's log is of {point.size} entries, not {leaf.size}")
    return point
