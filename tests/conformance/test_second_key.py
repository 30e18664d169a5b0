"""The second signature line, ML-DSA-44: let in by the first key, verified where it stands, and never asked for."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.backing_up import back_up
from ledger.errors import BadBackup
from ledger.location import SQLiteLocation
from ledger.log.checking import check_keys, check_log
from ledger.log.checkpointing import Signer, open_signer, rotate, verifier_keys
from ledger.log.keys import KeyTrouble, create
from ledger.log.notes import ML_DSA_COSIGNATURE, InvalidNote, Note, VerifierKey, encoded
from ledger.log.second_keys import SecondKey, known_second_keys, let_in, load, path_beside
from ledger.restoring import restore
from tests.ledger.support import BOOK, Clock, begin, send, service

ORIGIN = "styringsbok.example/prove"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the first key is kept."""
    return tmp_path / "prove.key"


@pytest.fixture
def signer(ledger: Ledger, path: Path) -> Signer:
    """A signer with both keys for a book of two entries."""
    begin(ledger, service("a"))
    return open_signer(ledger, path=path, origin=ORIGIN, second=True)


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in another file."""
    found = Ledger(SQLiteLocation(tmp_path / "other" / "book.db"), clock=Clock())
    yield found
    found.close()


def note_of(signer: Signer, name: str | None = None) -> Note:
    """Returns the newest checkpoint, of one entry more where a name is given."""
    if name:
        signer.ledger.record(send(service(name)))
        assert isinstance(signer.ledger.clock, Clock)
        signer.ledger.clock.turn(seconds=2)
    signed = signer.checkpoint(BOOK)
    assert signed is not None
    return signed.note


def test_both_keys_sign_under_the_name_of_the_log(signer: Signer, path: Path) -> None:
    note = note_of(signer)
    first, second = signer.keys_of(BOOK)
    assert [line.id for line in note.signatures] == [first.id, second.id], "the first stays first: witnesses get it"
    assert (second.name, second.algorithm) == (f"{ORIGIN}/{BOOK}", ML_DSA_COSIGNATURE)
    times = note.verified([first, second])
    assert (times[first], times[second]) == (None, int(datetime(2026, 11, 24, 8, tzinfo=UTC).timestamp()))
    assert note.verified([first]) == {first: None}, "who knows the first key alone ignores the second line"
    assert stat.S_IMODE(path_beside(path).stat().st_mode) == 0o600
    assert path_beside(path).name == "prove.key.ml-dsa-44"
    assert list(check_log(signer.ledger, BOOK)) == list(check_keys(signer.ledger)) == []


def test_it_signs_only_while_it_is_asked_to_and_is_made_once(signer: Signer, path: Path) -> None:
    assert len(note_of(signer).signatures) == 2
    without = open_signer(signer.ledger, path=path)
    assert len(note_of(without, "b").signatures) == 1
    again = open_signer(signer.ledger, path=path, second=True)
    assert len(note_of(again, "c").signatures) == 2
    assert len(known_second_keys(signer.ledger)) == 1
    assert list(check_log(signer.ledger, BOOK)) == []


def test_a_second_line_that_was_changed_spoils_the_checkpoint(signer: Signer) -> None:
    note = note_of(signer)
    line = note.signatures[1]
    for changed in (line.signature[:-1] + bytes((line.signature[-1] ^ 1,)), bytes(8) + line.signature[8:], b"x"):
        broken = Note(note.text, (note.signatures[0], type(line)(line.name, line.id, changed)))
        with pytest.raises(InvalidNote, match="does not fit the text"):
            broken.verified(signer.keys_of(BOOK))
        signer.ledger.write_beside([("UPDATE log_checkpoints SET note = %s", (str(broken),))])
        assert [one.code for one in check_log(signer.ledger, BOOK)] == ["log_checkpoint"]


def test_the_second_line_alone_does_not_make_a_checkpoint_of_ours(signer: Signer) -> None:
    note = note_of(signer)
    signer.ledger.write_beside([("UPDATE log_checkpoints SET note = %s", (str(Note(note.text, note.signatures[1:])),))])
    assert [one.code for one in check_log(signer.ledger, BOOK)] == ["log_checkpoint"]


def test_a_size_that_no_tree_has_is_refused_and_not_stumbled_over(signer: Signer) -> None:
    (_, second) = signer.keys_of(BOOK)
    text = f"{ORIGIN}/{BOOK}\n{2**70}\n{encoded(bytes(32))}\n"
    line = type(note_of(signer).signatures[1])(second.name, second.id, bytes(2428))
    with pytest.raises(InvalidNote):
        Note(text, (line,)).verified([second])


# Its key ------------------------------------------------------------------------------------


def test_a_second_key_that_is_lost_or_another_is_said_and_not_replaced(signer: Signer, path: Path) -> None:
    beside = path_beside(path)
    kept = beside.read_text()
    beside.unlink()
    with pytest.raises(
        KeyTrouble, match=r"is not at .*ml-dsa-44: put it back, let another follow it .*second --another"
    ):
        open_signer(signer.ledger, path=path, second=True)
    assert not beside.exists()
    assert open_signer(signer.ledger, path=path).second is None, "without it the log can be signed all the same"
    let_in(signer.ledger, signer.key, beside)
    assert [key.number for key in known_second_keys(signer.ledger)] == [1, 2]
    again = open_signer(signer.ledger, path=path, second=True)
    assert len(note_of(again, "b").verified(signer.keys_of(BOOK))) == 2
    assert list(check_log(signer.ledger, BOOK)) == list(check_keys(signer.ledger)) == []
    beside.write_text(kept)
    with pytest.raises(KeyTrouble, match="is not the one the log was last signed with"):
        open_signer(signer.ledger, path=path, second=True)
    with pytest.raises(KeyTrouble, match="is not overwritten"):
        let_in(signer.ledger, signer.key, beside)


def test_a_key_that_was_written_and_not_yet_let_in_is_taken(ledger: Ledger, path: Path) -> None:
    begin(ledger)
    first = open_signer(ledger, path=path, origin=ORIGIN)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ledger, "write_beside", lambda _: None)
        made = let_in(ledger, first.key, path_beside(path))
    assert known_second_keys(ledger) == ()
    again = open_signer(ledger, path=path, second=True)
    assert again.second is not None
    assert again.second.public == made.public == known_second_keys(ledger)[0].public


@pytest.mark.parametrize("broken", ["", "PRIVATE+KEY+a+b", "PRIVATE+KEY+a+0+!!", "first"])
def test_what_is_no_second_key_is_refused_without_repeating_it(signer: Signer, path: Path, broken: str) -> None:
    beside = path_beside(path)
    beside.write_text(path.read_text() if broken == "first" else broken)
    with pytest.raises(KeyTrouble, match="is no second signing key") as caught:
        open_signer(signer.ledger, path=path, second=True)
    assert not broken or broken not in str(caught.value)
    beside.chmod(0o640)
    with pytest.raises(KeyTrouble, match="others may read"):
        open_signer(signer.ledger, path=path, second=True)


def test_it_is_read_as_it_is_written(signer: Signer, path: Path) -> None:
    assert signer.second is not None
    read = load(path_beside(path))
    assert (read.public, str(read)) == (signer.second.public, path_beside(path).read_text().rstrip("\n"))
    with pytest.raises(ValueError, match="does not fit its key"):
        SecondKey.read(str(read).replace("prove", "andre"))


def test_one_let_in_by_nobody_is_noticed(signer: Signer, path: Path, tmp_path: Path) -> None:
    (known,) = known_second_keys(signer.ledger)
    stranger = create(tmp_path / "stranger.key", ORIGIN)
    text = Note.read(known.statement.encode()).text
    by_another = str(Note(text, (stranger.sign(text, ORIGIN),)))
    for statement in (by_another, text, "", known.statement.replace("number 1", "number 2")):
        signer.ledger.write_beside([("UPDATE log_second_keys SET statement = %s", (statement,))])
        assert [one.code for one in check_keys(signer.ledger)] == ["log_key"]
        with pytest.raises(KeyTrouble, match="was let in by no first key"):
            open_signer(signer.ledger, path=path, second=True)
    signer.ledger.write_beside([("UPDATE log_second_keys SET statement = %s", (known.statement,))])
    rotate(signer, tmp_path / "ny.key")
    assert list(check_keys(signer.ledger)) == [], "what a first key let in stays when another follows it"


def test_an_origin_that_is_too_long_is_refused_before_a_key_is_made(ledger: Ledger, path: Path) -> None:
    begin(ledger)
    with pytest.raises(KeyTrouble, match="an origin of 190 bytes at most"):
        open_signer(ledger, path=path, origin=f"{'x' * 190}.example", second=True)
    assert not path_beside(path).exists()


# Elsewhere ----------------------------------------------------------------------------------


def test_a_backup_carries_it_and_a_broken_line_is_not_restored(
    signer: Signer, other: Ledger, tmp_path: Path, path: Path
) -> None:
    note_of(signer)
    back_up(signer.ledger, tmp_path / "b.zip", lambda copy: open_signer(copy, path=path, second=True))
    restore(other, tmp_path / "b.zip")
    assert known_second_keys(other) == known_second_keys(signer.ledger) != ()
    assert list(check_keys(other)) == list(check_log(other, BOOK)) == []
    note = note_of(signer)
    line = note.signatures[1]
    broken = str(Note(note.text, (note.signatures[0], type(line)(line.name, line.id, bytes(len(line.signature))))))
    signer.ledger.write_beside([("UPDATE log_checkpoints SET note = %s", (broken,))])
    with pytest.raises(BadBackup, match="does not fit the text"):
        back_up(signer.ledger, tmp_path / "c.zip", lambda copy: open_signer(copy, path=path, second=True))


def test_a_reader_beside_a_server_signs_without_one_that_was_never_made(
    ledger: Ledger, path: Path, tmp_path: Path
) -> None:
    begin(ledger)
    open_signer(ledger, path=path, origin=ORIGIN)
    reading = Ledger(ledger.location, read_only=True)
    assert open_signer(reading, path=path, second=True).second is None
    assert not path_beside(path).exists()
    reading.close()


def test_the_keys_of_a_log_are_first_the_first_ones(signer: Signer) -> None:
    keys = signer.keys_of(BOOK)
    assert keys[:1] == verifier_keys(signer.ledger, BOOK)
    assert [VerifierKey.read(str(key)) for key in keys] == list(keys)
    assert [key.algorithm for key in signer.policy([BOOK]).logs] == [0x01, 0x06]
    assert signer.policy([BOOK]).check(note_of(signer), f"{ORIGIN}/{BOOK}") == {}
