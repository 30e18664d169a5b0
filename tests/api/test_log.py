"""The log over HTTP: what is served is what the book holds, verified here with nothing but the answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.composition import Signing
from ledger.log.checkpoints import Checkpoint, Receipt, read_hashes
from ledger.log.merkle import check_consistency, leaf_hash, root_of
from ledger.log.notes import Note, VerifierKey, decoded
from ledger.log.policy import read_policy
from ledger.log.tiles import bundles_of, hashes_in, tiles_of, unpack_entries
from projections.minute_book import MINUTE_BOOK
from projections.records import ENTRY_ACCESS
from projections.views import Fault
from tests.api.spec import BASE, BOOK, SHIELD, Door, get, person, service

LOG = f"{BASE}/{BOOK}/log"


@pytest.fixture
def signing(door: Door, tmp_path: Path) -> Door:
    """The door on a house that keeps its key in a file of the test, with a book of four entries."""

    door.house.signing = Signing(path=tmp_path / "key", origin="styringsbok.example")
    door.given(service("a"), service("b"), service("c"))
    return door


def text(door: Door, path: str) -> str:
    """Returns the text at a path of the log."""
    answer = door.send(get(f"{LOG}/{path}"))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


def test_a_stranger_can_verify_the_whole_book_from_what_is_served(signing: Door) -> None:
    note = Note.read(text(signing, "checkpoint").encode())
    key = VerifierKey.read(text(signing, "keys").splitlines()[0])
    assert key in note.verified([key])
    assert read_policy(text(signing, "policy")).check(note, key.name) == {}
    point = Checkpoint.read(note.text)
    assert (point.origin, point.size) == (f"styringsbok.example/{BOOK}", 4)
    entries: list[bytes] = []
    for bundle in bundles_of(4):
        entries += unpack_entries(signing.send(get(f"{LOG}/{bundle.path}")).content)
    assert point.root == root_of(map(leaf_hash, entries))
    (tile,) = tiles_of(4)
    assert list(hashes_in(signing.send(get(f"{LOG}/{tile.path}")).content)) == list(map(leaf_hash, entries))


def test_a_receipt_can_be_kept_and_verified(signing: Door) -> None:
    stored = signing.see(f"{BASE}/{BOOK}/entries/2")["sha256"]
    receipt = Receipt.read(text(signing, "entries/2.tlog-proof").encode())
    (recorded,) = signing.house.ledger.entries(BOOK, 1, 2)
    receipt.check(leaf_hash(recorded.state))
    assert receipt.index == 1
    assert len(stored) == 64
    signing.given().when(get(f"{LOG}/entries/9.tlog-proof")).then_refused(422, "entry_not_yet", entry=9, head=4)


def test_any_two_sizes_are_proved_consistent(signing: Door) -> None:
    for first in range(1, 5):
        seen = signing.see(f"{LOG}/consistency?first={first}&second=4")
        roots = (decoded(seen["first_root"]), decoded(seen["second_root"]))
        check_consistency(first, 4, *roots, read_hashes(seen["proof"]))
    signing.given().when(get(f"{LOG}/consistency?first=3&second=2")).then_refused(422, "sizes_reversed")
    signing.given().when(get(f"{LOG}/consistency?first=3&second=9")).then_refused(422, "entry_not_yet")


def test_what_is_not_there_is_not_found(signing: Door) -> None:
    for path in ("tile/0/000", "tile/0/001.p/1", "tile/x", "tile/0/000.p/5"):
        signing.given().when(get(f"{LOG}/{path}")).then_refused(404, "unknown_route")
    for path in ("checkpoint", "consistency?first=1&second=1", "entries/1.tlog-proof"):
        signing.given().when(get(f"{BASE}/ingen/log/{path}")).then_refused(404, "unknown_collaboration")


def test_a_bundle_with_a_shielded_entry_is_for_those_who_may_see_it(signing: Door) -> None:
    signing.given(person("kari", access=SHIELD))
    hidden = get(f"{LOG}/tile/entries/000.p/5")
    assert signing.send(hidden).status_code == 403
    assert signing.send(get(f"{LOG}/tile/entries/000.p/4")).status_code == 200
    assert signing.send(get(f"{LOG}/tile/entries/000.p/5", by="auditor")).status_code == 200
    assert signing.send(get(f"{LOG}/tile/0/000.p/5")).status_code == 200


def test_no_bundle_is_given_away_while_rows_do_not_tell_whether_it_may_be(signing: Door) -> None:
    bundle = f"{LOG}/tile/entries/000.p/5"
    house = signing.house
    following = list(house.ledger.listeners)
    house.ledger.listeners.clear()
    signing.given(person("kari", access=SHIELD))
    assert signing.send(get(bundle)).status_code == 503
    assert signing.send(get(bundle, by="auditor")).status_code == 200
    house.projector.catch_up()
    assert signing.send(get(bundle)).status_code == 403
    house.ledger.listeners.extend(following)
    shield_later = {"type": "entry_access.change", "entry": 2, "level": "shielded", "legal_basis": "offentleglova § 13"}
    first_four = f"{LOG}/tile/entries/000.p/4"
    assert signing.send(get(first_four)).status_code == 200
    with house.views._writing() as cursor:
        house.views._note(cursor, [Fault(MINUTE_BOOK.name, BOOK, 5, "LookupError", "")])
    signing.given(shield_later)
    assert signing.send(get(first_four)).status_code == 503


def test_no_entry_is_shown_where_the_rows_of_access_have_stopped(signing: Door) -> None:
    with signing.house.views._writing() as cursor:
        signing.house.views._note(cursor, [Fault(ENTRY_ACCESS.name, BOOK, 4, "LookupError", "")])
    for path in ("entries/2", "entries"):
        signing.given().when(get(path)).then_refused(503, "unavailable")


def test_a_lost_key_is_said_and_what_needs_none_is_served(signing: Door, tmp_path: Path) -> None:
    text(signing, "checkpoint")
    signing.house._signer = None
    (tmp_path / "key").unlink()
    signing.given().when(get(f"{LOG}/checkpoint")).then_refused(503, "signing_key")
    assert signing.send(get(f"{LOG}/tile/0/000.p/4")).status_code == 200
