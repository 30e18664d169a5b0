"""The Merkle tree of RFC 6962 section 2.1: hashes, the frontier that grows with the book, and what proofs prove.

A leaf is the stored bytes of an entry; its index is the entry's number minus one. Hashes are 32 bytes, SHA-256.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256().digest()
"""The root of a tree without leaves."""

Nodes = Callable[[int, int], bytes]
"""Returns the hash of the whole subtree of a level and an index in that level: node (0, i) is leaf i's hash."""


class InvalidProof(Exception):
    """A proof that does not prove what it says. The message says what is wrong with it."""


def leaf_hash(leaf: bytes) -> bytes:
    """Returns the hash of a leaf."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Returns the hash of a node over its two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


# The frontier ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frontier:
    """The right edge of a tree: its size, and the roots of the whole subtrees it is made of, the largest first.

    A tree of size n has one subtree for every bit set in n. It is all that is needed to add leaves and know the root.
    """

    size: int = 0
    roots: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, size: int, packed: bytes) -> Frontier:
        """Returns the frontier packed by `packed`. Raises ValueError if it cannot be of a tree of that size."""
        roots = tuple(packed[start : start + HASH_BYTES] for start in range(0, len(packed), HASH_BYTES))
        if size < 0 or len(packed) != HASH_BYTES * size.bit_count():
            raise ValueError(f"{len(packed)} bytes are no frontier of a tree of size {size}")
        return cls(size, roots)

    @property
    def packed(self) -> bytes:
        """The hashes one after the other, the largest subtree's first."""
        return b"".join(self.roots)

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.roots:
            return EMPTY_ROOT
        found = self.roots[-1]
        for subtree in reversed(self.roots[:-1]):
            found = node_hash(subtree, found)
        return found

    def grown(self, leaves: Iterable[bytes]) -> Frontier:
        """Returns the frontier after more leaves, given by their hashes."""
        size, roots = self.size, list(self.roots)
        for leaf in leaves:
            carried, filled = leaf, size
            while filled & 1:
                carried = node_hash(roots.pop(), carried)
                filled >>= 1
            roots.append(carried)
            size += 1
        return Frontier(size, tuple(roots))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Returns the root of the tree over leaves, given by their hashes."""
    return Frontier().grown(leaves).root


# Making proofs ---------------------------------------------------------------------------


def _subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yields level and index of the whole subtrees that leaves start to end are made of, left to right."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _hash_of(start: int, end: int, nodes: Nodes) -> bytes:
    """Returns the hash over leaves start to end, which are a subtree of the tree, whole or at its right edge."""
    found: bytes | None = None
    for level, index in reversed(list(_subtrees(start, end))):
        found = nodes(level, index) if found is None else node_hash(nodes(level, index), found)
    return EMPTY_ROOT if found is None else found


def _split(size: int) -> int:
    """Returns the largest power of two smaller than size, which is at least 2."""
    return 1 << ((size - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Returns the audit path of a leaf in the tree of a size, its sibling first (RFC 6962 section 2.1.1).

    Raises ValueError where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of size {size} has no leaf {index}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_hash_of(middle, end, nodes))
            end = middle
        else:
            path.append(_hash_of(start, middle, nodes))
            start = middle
    return path[::-1]


def consistency_proof(first: int, second: int, nodes: Nodes) -> list[bytes]:
    """Returns the proof that the tree of size `second` only adds to that of size `first` (section 2.1.2).

    Empty where the sizes are the same. Raises ValueError unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError(f"nothing is to be proved between a tree of size {first} and one of size {second}")
    path: list[bytes] = []
    start, end, known = 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_hash_of(middle, end, nodes))
            end = middle
        else:
            path.append(_hash_of(start, middle, nodes))
            start, known = middle, False
    if not known:
        path.append(_hash_of(start, end, nodes))
    return path[::-1]


# Checking proofs -------------------------------------------------------------------------


def check_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Checks that a leaf, given by its hash, stands at an index of the tree with this size and root.

    Raises InvalidProof.
    """
    if not 0 <= index < size:
        raise InvalidProof(f"a tree of size {size} has no leaf {index}")
    _check_sizes((leaf, *proof))
    inner = (index ^ (size - 1)).bit_length()
    border = (index >> inner).bit_count()
    if len(proof) != inner + border:
        raise InvalidProof(f"the proof has {len(proof)} hashes; leaf {index} of {size} takes {inner + border}")
    found = _up_inside(leaf, proof[:inner], index)
    found = _up_along_the_border(found, proof[inner:])
    if found != root:
        raise InvalidProof("the proof leads to another root")


def check_consistency(first: int, second: int, root1: bytes, root2: bytes, proof: Sequence[bytes]) -> None:
    """Checks that the tree of size `second` and root `root2` only adds to that of size `first` and root `root1`.

    An empty tree proves nothing: `first` is at least 1. Raises InvalidProof.
    """
    if not 0 < first <= second:
        raise InvalidProof(f"nothing is proved between a tree of size {first} and one of size {second}")
    _check_sizes(proof)
    if first == second:
        if proof or root1 != root2:
            raise InvalidProof("two trees of one size have one root and need no proof")
        return
    inner = ((first - 1) ^ (second - 1)).bit_length()
    shift = (first & -first).bit_length() - 1
    border = ((first - 1) >> inner).bit_count()
    inner -= shift
    whole = first == 1 << shift
    if len(proof) != inner + border + (0 if whole else 1):
        raise InvalidProof(f"the proof has {len(proof)} hashes, not as many as from {first} to {second}")
    seed, rest = (root1, proof) if whole else (proof[0], proof[1:])
    mask = (first - 1) >> shift
    before = _up_along_the_border(_up_where_right(seed, rest[:inner], mask), rest[inner:])
    if before != root1:
        raise InvalidProof("the proof leads to another first root")
    after = _up_along_the_border(_up_inside(seed, rest[:inner], mask), rest[inner:])
    if after != root2:
        raise InvalidProof("the proof leads to another second root")


def _check_sizes(hashes: Iterable[bytes]) -> None:
    if any(len(one) != HASH_BYTES for one in hashes):
        raise InvalidProof(f"a hash has {HASH_BYTES} bytes")


def _up_inside(seed: bytes, proof: Sequence[bytes], index: int) -> bytes:
    """Returns the hash where the path of `index` meets the right edge: siblings on both sides."""
    for level, sibling in enumerate(proof):
        seed = node_hash(sibling, seed) if (index >> level) & 1 else node_hash(seed, sibling)
    return seed


def _up_where_right(seed: bytes, proof: Sequence[bytes], index: int) -> bytes:
    """Returns the same with the left siblings only: what the smaller tree has."""
    for level, sibling in enumerate(proof):
        if (index >> level) & 1:
            seed = node_hash(sibling, seed)
    return seed


def _up_along_the_border(seed: bytes, proof: Sequence[bytes]) -> bytes:
    for sibling in proof:
        seed = node_hash(sibling, seed)
    return seed
