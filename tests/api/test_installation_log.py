"""The installation's log over HTTP: what is served is what was signed, verified here with nothing but the answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.composition import Signing
from ledger.log.checkpoints import Checkpoint, Receipt, read_hashes
from ledger.log.merkle import check_consistency, leaf_hash, root_of
from ledger.log.notes import Note, VerifierKey, decoded
from ledger.log.policy import read_policy
from ledger.log.tables import INSTALLATION
from ledger.log.tiles import bundles_of, hashes_in, tiles_of, unpack_entries
from tests.api.spec import BASE, BOOK, Door, get, service

LOG = "/api/v1/log"
ORIGIN = "styringsbok.example"


@pytest.fixture
def signing(door: Door, tmp_path: Path) -> Door:
    """The door on a house that keeps its key in a file of the test, with a book that was signed at four sizes."""
    door.house.signing = Signing(path=tmp_path / "key", origin=ORIGIN)
    for name in "abcd":
        door.given(service(name))
        assert door.house.signer.checkpoint(BOOK, at_once=True) is not None
    return door


def text(door: Door, path: str) -> str:
    """Returns the text at a path of the log."""
    answer = door.send(get(f"{LOG}/{path}"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


def leaves(door: Door, size: int) -> list[bytes]:
    """Returns the leaves that are served."""
    found: list[bytes] = []
    for bundle in bundles_of(size):
        answer = door.send(get(f"{LOG}/{bundle.path}"))
        assert "immutable" in answer.headers["cache-control"]
        found += unpack_entries(answer.content)
    return found


def test_a_stranger_can_verify_the_log_and_every_checkpoint_in_it(signing: Door) -> None:
    note = Note.read(text(signing, "checkpoint").encode())
    key = VerifierKey.read(text(signing, "keys").splitlines()[0])
    assert (key.name, key in note.verified([key])) == (ORIGIN, True)
    assert read_policy(text(signing, "policy")).check(note, key.name) == {}
    point = Checkpoint.read(note.text)
    assert (point.origin, point.size) == (ORIGIN, 4)
    found = leaves(signing, 4)
    assert point.root == root_of(map(leaf_hash, found))
    (tile,) = tiles_of(4)
    assert list(hashes_in(signing.send(get(f"{LOG}/{tile.path}")).content)) == list(map(leaf_hash, found))
    book_key = VerifierKey.read(signing.send(get(f"{BASE}/{BOOK}/log/keys")).text.splitlines()[0])
    for leaf in found:
        assert book_key in Note.read(leaf).verified([book_key])
    newest = Note.read(signing.send(get(f"{BASE}/{BOOK}/log/checkpoint")).content)
    assert Note.read(found[-1]).text == newest.text


def test_receipts_of_a_leaf_and_of_a_books_last(signing: Door) -> None:
    found = leaves(signing, 4)
    for number, leaf in enumerate(found, start=1):
        Receipt.read(text(signing, f"entries/{number}.tlog-proof").encode()).check(leaf_hash(leaf))
    last = Receipt.read(text(signing, f"collaborations/{BOOK}.tlog-proof").encode())
    last.check(leaf_hash(found[3]))
    assert last.index == 3
    signing.given().when(get(f"{LOG}/entries/9.tlog-proof")).then_refused(422, "leaf_not_yet", leaf=9, head=4)
    missing = get(f"{LOG}/collaborations/ingen.tlog-proof")
    signing.given().when(missing).then_refused(404, "unknown_collaboration")


def test_any_two_sizes_are_proved_consistent(signing: Door) -> None:
    for first in range(1, 5):
        seen = signing.see(f"{LOG}/consistency?first={first}&second=4")
        roots = (decoded(seen["first_root"]), decoded(seen["second_root"]))
        check_consistency(first, 4, *roots, read_hashes(seen["proof"]))
    signing.given().when(get(f"{LOG}/consistency?first=3&second=2")).then_refused(422, "sizes_reversed")
    signing.given().when(get(f"{LOG}/consistency?first=3&second=9")).then_refused(422, "leaf_not_yet", leaf=9, head=4)


def test_what_is_not_there_is_not_found(door: Door, tmp_path: Path) -> None:
    door.house.signing = Signing(path=tmp_path / "key", origin=ORIGIN)
    for path in ("tile/0/000", "tile/0/001.p/1", "tile/x", "tile/0/000.p/5", "tile/entries/000"):
        door.given().when(get(f"{LOG}/{path}")).then_refused(404, "unknown_route")
    for path in ("checkpoint", "consistency?first=1&second=1", "entries/1.tlog-proof"):
        door.given().when(get(f"{LOG}/{path}")).then_refused(404, "nothing_signed")


def test_a_log_that_is_held_is_said_and_what_needs_no_signature_is_served(signing: Door) -> None:
    signing.house.ledger.hold("2026-11-24T08:00:00.000000Z", "restored", [INSTALLATION])
    signing.given().when(get(f"{LOG}/checkpoint")).then_refused(503, "installation_held")
    assert len(leaves(signing, 4)) == 4
