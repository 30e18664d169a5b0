"""Checkpoints: signed once for each size, never against what was signed before, with a key that is never replaced."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.log.checkpointing import Signer, SigningHeld, follow, key_path, known_keys, open_signer, rotate
from ledger.log.checkpoints import Checkpoint
from ledger.log.keys import KeyTrouble, SigningKey, check_chain, create, load
from ledger.log.merkle import check_consistency, leaf_hash, root_of
from ledger.log.notes import Note
from tests.ledger.support import BOOK, Clock, begin, send, service, states

ORIGIN = "styringsbok.example/prove"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the key is kept."""
    return tmp_path / "prove.key"


@pytest.fixture
def signer(ledger: Ledger, path: Path) -> Signer:
    """A signer for a ledger with a book of three entries, its clock standing still."""
    ledger.clock = Clock()
    begin(ledger)
    for name in ("a", "b"):
        ledger.record(send(service(name)))
    return open_signer(ledger, path=path, origin=ORIGIN)


def turn(ledger: Ledger) -> None:
    """Lets the clock go on by what must lie between two checkpoints."""
    assert isinstance(ledger.clock, Clock)
    ledger.clock.turn(seconds=2)


# Signing ---------------------------------------------------------------------------------


def test_a_checkpoint_says_how_far_the_book_goes(signer: Signer) -> None:
    signed = signer.checkpoint(BOOK)
    assert signed is not None
    root = root_of(leaf_hash(state) for state in states(signer.ledger))
    assert signed.checkpoint == Checkpoint(f"{ORIGIN}/{BOOK}", 3, root)
    assert signed.note.verified(signer.keys_of(BOOK)).keys() == set(signer.keys_of(BOOK))
    assert signer.checkpoint("ingen") is None


def test_a_size_is_signed_once_and_a_book_at_most_once_a_second(signer: Signer) -> None:
    first = signer.checkpoint(BOOK)
    assert signer.checkpoint(BOOK) == first
    signer.ledger.record(send(service("c")))
    assert signer.checkpoint(BOOK) == first
    turn(signer.ledger)
    second = signer.checkpoint(BOOK)
    assert first is not None
    assert second is not None
    assert (first.checkpoint.size, second.checkpoint.size) == (3, 4)
    check_consistency(3, 4, first.checkpoint.root, second.checkpoint.root, signer.ledger.log_of(BOOK).consistency(3, 4))
    assert list(signer.all(BOOK)) == [first, second]
    assert signer.at(BOOK, 3) == first


def test_a_receipt_proves_an_entry_of_the_checkpoint(signer: Signer) -> None:
    for number, state in enumerate(states(signer.ledger), start=1):
        receipt = signer.receipt(BOOK, number)
        assert receipt is not None
        receipt.check(leaf_hash(state))
    signer.ledger.record(send(service("c")))
    assert signer.receipt(BOOK, 4) is None
    turn(signer.ledger)
    assert signer.receipt(BOOK, 4) is not None
    assert signer.receipt(BOOK, 0) is None


def test_nothing_is_signed_against_what_was_signed_before(signer: Signer) -> None:
    """As when an older copy of the file is put back and written on: what is signed already says otherwise."""
    forged = Checkpoint(f"{ORIGIN}/{BOOK}", 2, bytes(32))
    note = Note(forged.text, (signer.key.sign(forged.text, forged.origin),))
    signer.ledger.write_beside(
        [("INSERT INTO log_checkpoints VALUES (%s,%s,%s,%s)", (BOOK, 2, str(note), "2020-01-01T00:00:00.000000Z"))]
    )
    with pytest.raises(SigningHeld, match="its first 2 entries are not those that were signed before"):
        signer.checkpoint(BOOK)


# Keys ------------------------------------------------------------------------------------


def test_a_key_is_made_once_and_its_owner_alone_may_read_it(signer: Signer, path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load(path) == SigningKey.read(path.read_text()) or load(path).public == signer.key.public
    again = open_signer(signer.ledger, path=path)
    assert (again.key.public, again.origin) == (signer.key.public, ORIGIN)
    assert open_signer(signer.ledger, text=path.read_text()).key.public == signer.key.public
    assert len(known_keys(signer.ledger)) == 1
    with pytest.raises(KeyTrouble, match="is not overwritten"):
        create(path, ORIGIN)


def test_a_lost_key_is_said_and_not_replaced(signer: Signer, path: Path, tmp_path: Path) -> None:
    path.rename(tmp_path / "elsewhere")
    with pytest.raises(KeyTrouble, match="put it back, or record that nobody has it any more"):
        open_signer(signer.ledger, path=path)
    assert not path.exists()
    found = follow(signer.ledger, "the disk burned", ORIGIN, path)
    keys = known_keys(signer.ledger)
    check_chain(ORIGIN, keys)
    assert keys[-1].statement.endswith("the key before was lost: the disk burned\n")
    assert open_signer(signer.ledger, path=path).key.public == found.key.public


def test_another_key_is_refused(signer: Signer, path: Path, tmp_path: Path) -> None:
    other = create(tmp_path / "other.key", ORIGIN)
    with pytest.raises(KeyTrouble, match="is not the one the log was last signed with"):
        open_signer(signer.ledger, path=tmp_path / "other.key")
    with pytest.raises(KeyTrouble, match="in the environment is not the one"):
        open_signer(signer.ledger, text=str(other))
    with pytest.raises(KeyTrouble, match="cannot be called other"):
        open_signer(signer.ledger, path=path, origin="other.example")


@pytest.mark.parametrize("broken", ["", "PRIVATE+KEY+a+b", "PRIVATE+KEY+a+00000000+AAAA", "PRIVATE+KEY+a+0+!!"])
def test_what_is_no_key_is_refused_without_repeating_it(ledger: Ledger, path: Path, broken: str) -> None:
    path.write_text(broken)
    path.chmod(0o600)
    with pytest.raises(KeyTrouble, match="is no signing key") as caught:
        open_signer(ledger, path=path)
    assert not broken or broken not in str(caught.value)


def test_a_key_others_may_read_is_refused(signer: Signer, path: Path) -> None:
    path.chmod(0o640)
    with pytest.raises(KeyTrouble, match="others may read"):
        open_signer(signer.ledger, path=path)


def test_a_rotation_is_signed_by_the_key_before_and_checkpoints_of_both_are_known(signer: Signer, path: Path) -> None:
    old = signer.checkpoint(BOOK)
    later = rotate(signer, path.with_name("ny.key"))
    keys = known_keys(signer.ledger)
    check_chain(ORIGIN, keys)
    assert [key.number for key in keys] == [1, 2]
    signer.ledger.record(send(service("c")))
    turn(signer.ledger)
    new = later.checkpoint(BOOK)
    assert old is not None
    assert new is not None
    for signed in (old, new):
        assert len(signed.note.verified(later.keys_of(BOOK))) == 1
    with pytest.raises(KeyTrouble, match="last signed with"):
        open_signer(signer.ledger, path=path)


def test_a_key_that_rests_on_nothing_is_noticed(signer: Signer, path: Path, tmp_path: Path) -> None:
    stranger = create(tmp_path / "stranger.key", ORIGIN)
    statement = str(Note("anything\n", (stranger.sign("anything\n", ORIGIN),)))
    row = (2, stranger.public, "2026-01-01T00:00:00.000000Z", statement)
    signer.ledger.write_beside([("INSERT INTO log_keys VALUES (%s,%s,%s,%s)", row)])
    with pytest.raises(KeyTrouble, match="does not rest on the key before it"):
        open_signer(signer.ledger, path=tmp_path / "stranger.key")


def test_the_key_is_beside_the_book_unless_told_otherwise(ledger: Ledger) -> None:
    assert key_path(ledger).name.endswith(".key")
    assert key_path(ledger).is_absolute() or key_path(ledger).parent.name
