"""The Merkle tree: roots, proofs for every leaf and every pair of sizes, and the vectors others test with."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from ledger.log.merkle import (
    EMPTY_ROOT,
    Frontier,
    InvalidProof,
    check_consistency,
    check_inclusion,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
)

VECTORS = Path(__file__).parents[3] / "shared" / "vectors" / "rfc6962"
VECTORS_OF_EACH_KIND = 98
LARGEST = 40


def leaves(size: int) -> list[bytes]:
    """Returns the hashes of so many leaves."""
    return [leaf_hash(str(number).encode()) for number in range(size)]


def textbook_root(hashes: list[bytes]) -> bytes:
    """Returns the root as RFC 6962 section 2.1 defines it."""
    if not hashes:
        return hashlib.sha256().digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node_hash(textbook_root(hashes[:split]), textbook_root(hashes[split:]))


def node(level: int, index: int) -> bytes:
    """Returns a whole subtree's hash."""
    return textbook_root(leaves((index + 1) << level)[index << level :])


# Trees -----------------------------------------------------------------------------------


def test_a_frontier_grows_to_the_root_of_the_definition() -> None:
    frontier = Frontier()
    for size in range(LARGEST):
        assert (frontier.size, frontier.root) == (size, textbook_root(leaves(size)))
        assert Frontier.read(size, frontier.packed) == frontier
        frontier = frontier.grown(leaves(size + 1)[size:])
    assert root_of([]) == EMPTY_ROOT


def test_growing_at_once_is_growing_one_by_one() -> None:
    for first in range(20):
        for more in range(20):
            both = Frontier().grown(leaves(first + more))
            assert Frontier().grown(leaves(first)).grown(leaves(first + more)[first:]) == both


def test_bytes_that_are_no_frontier_are_refused() -> None:
    with pytest.raises(ValueError, match="64 bytes are no frontier of a tree of size 4"):
        Frontier.read(4, bytes(64))


# Proofs ----------------------------------------------------------------------------------


def test_every_leaf_of_every_tree_is_proved_and_nothing_else() -> None:
    for size in range(1, LARGEST):
        root = textbook_root(leaves(size))
        for index in range(size):
            proof = inclusion_proof(index, size, node)
            check_inclusion(leaves(size)[index], index, size, proof, root)
            with pytest.raises(InvalidProof):
                check_inclusion(leaf_hash(b"other"), index, size, proof, root)
            with pytest.raises(InvalidProof):
                check_inclusion(leaves(size)[index], index, size, [*proof, root], root)


def test_every_two_trees_are_proved_consistent_and_a_rewritten_one_is_not() -> None:
    for second in range(1, LARGEST):
        root2 = textbook_root(leaves(second))
        for first in range(1, second + 1):
            root1 = textbook_root(leaves(first))
            proof = consistency_proof(first, second, node)
            check_consistency(first, second, root1, root2, proof)
            rewritten = textbook_root([leaf_hash(b"other"), *leaves(first)[1:]])
            with pytest.raises(InvalidProof):
                check_consistency(first, second, rewritten, root2, proof)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3)])
def test_what_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match=f"a tree of size {size} has no leaf {index}"):
        inclusion_proof(index, size, node)


@pytest.mark.parametrize(("first", "second"), [(0, 3), (4, 3)])
def test_nothing_is_proved_of_an_empty_or_a_larger_tree(first: int, second: int) -> None:
    with pytest.raises(ValueError, match="nothing is to be proved"):
        consistency_proof(first, second, node)


# The vectors others test with --------------------------------------------------------------


def vectors(kind: str) -> list[dict[str, Any]]:
    """Returns the vectors of a kind; their folder may be missing only where nobody demands that nothing is skipped."""
    found = [json.loads(path.read_text()) for path in sorted((VECTORS / kind).rglob("*.json"))]
    if not found and os.environ.get("STYRINGSBOK_REQUIRE_ALL") != "1":
        pytest.skip(f"for want of {VECTORS.name} beside the project")
    assert len(found) == VECTORS_OF_EACH_KIND
    return found


def read(text: str | None) -> bytes:
    """Returns what a vector holds in base64; nothing where it holds null."""
    return base64.b64decode(text or "")


def test_inclusion_vectors() -> None:
    for vector in vectors("inclusion"):
        proof = [read(one) for one in vector["proof"] or ()]
        given = (read(vector["leafHash"]), vector["leafIdx"], vector["treeSize"], proof, read(vector["root"]))
        if vector["wantErr"]:
            with pytest.raises(InvalidProof):
                check_inclusion(*given)
        else:
            check_inclusion(*given)


def test_consistency_vectors() -> None:
    for vector in vectors("consistency"):
        proof = [read(one) for one in vector["proof"] or ()]
        given = (vector["size1"], vector["size2"], read(vector["root1"]), read(vector["root2"]), proof)
        if vector["wantErr"]:
            with pytest.raises(InvalidProof):
                check_consistency(*given)
        else:
            check_consistency(*given)
