"""Books that are held after a restore: what brings them to go on, what it leaves behind, and what is refused until."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.errors import BookHeld
from ledger.log.checking import check_log, told_of
from ledger.log.checkpointing import Signer, SigningHeld, open_signer
from ledger.log.checkpoints import Checkpoint
from ledger.log.holding import NotHeld, breaks, outside_note, record_break, resume
from ledger.log.notes import InvalidNote, Note, sign
from tests.ledger.support import BOOK, Clock, begin, founding, send, service

ORIGIN = "styringsbok.example/prove"
SINCE = "2026-11-24T08:00:00.000000Z"


@pytest.fixture
def signer(ledger: Ledger, tmp_path: Path) -> Signer:
    """A signer for a ledger with a book of three entries, its clock standing still."""
    begin(ledger, service("a"), service("b"))
    return open_signer(ledger, path=tmp_path / "prove.key", origin=ORIGIN)


def turn(ledger: Ledger) -> None:
    """Lets the clock go on by what must lie between two checkpoints."""
    assert isinstance(ledger.clock, Clock)
    ledger.clock.turn(seconds=2)


def held(signer: Signer, *books: str) -> None:
    """Holds books."""
    signer.ledger.hold(SINCE, "restored from an archive", books or [BOOK])


def note_of(signer: Signer, size: int, root: bytes = bytes(32), book: str = BOOK) -> Note:
    """Returns a checkpoint the installation signed."""
    point = Checkpoint(f"{ORIGIN}/{book}", size, root)
    return Note(point.text, (signer.key.sign(point.text, point.origin),))


def test_a_held_book_goes_on_once_what_is_known_outside_agrees(signer: Signer) -> None:
    outside = signer.checkpoint(BOOK)
    assert outside is not None
    signer.ledger.record(send(service("c")))
    held(signer)
    turn(signer.ledger)
    with pytest.raises(SigningHeld, match="restored from an archive"):
        signer.checkpoint(BOOK)
    with pytest.raises(BookHeld, match="restored from an archive"):
        signer.ledger.record(send(service("d")))
    assert resume(signer.ledger, outside.note) == BOOK
    signed = signer.checkpoint(BOOK)
    assert signed is not None
    assert signed.checkpoint.size == 4
    signer.ledger.record(send(service("d")))
    assert list(breaks(signer.ledger)) == []


def test_a_receipt_somebody_kept_is_as_good_as_a_checkpoint(signer: Signer) -> None:
    receipt = signer.receipt(BOOK, 2)
    held(signer)
    assert resume(signer.ledger, outside_note(str(receipt).encode())) == BOOK
    assert signer.ledger.held() == {}


def test_what_was_recorded_before_is_answered_while_it_is_held(signer: Signer) -> None:
    sent = send(service("c"))
    first = signer.ledger.record(sent)
    held(signer)
    again = signer.ledger.record(sent)
    assert (again.repeated, again.recorded) == (True, first.recorded)


def test_no_other_book_is_begun_while_one_is_held_and_those_there_are_go_on(signer: Signer) -> None:
    begin(signer.ledger, book="nabosamarbeidet")
    held(signer)
    with pytest.raises(BookHeld, match="it may have been one of theirs"):
        signer.ledger.record(send(founding(), book="tapt"))
    with pytest.raises(BookHeld):
        signer.ledger.record(send(founding(), book="tapt"), dry_run=True)
    signer.ledger.record(send(service("c"), book="nabosamarbeidet"))


def test_a_book_that_does_not_go_on_from_what_is_known_outside_stays_held(signer: Signer) -> None:
    held(signer)
    for outside, why in (
        (note_of(signer, 9), "the book ends at entry 3"),
        (note_of(signer, 2), "its first 2 entries are not those known outside"),
        (note_of(signer, 4, book="tapt"), "the book ends at entry 0"),
    ):
        with pytest.raises(SigningHeld, match=why):
            resume(signer.ledger, outside)
    stranger = Checkpoint(f"{ORIGIN}/{BOOK}", 2, bytes(32))
    with pytest.raises(InvalidNote, match="not signed by this installation"):
        resume(signer.ledger, Note(stranger.text, (sign(stranger.text, "someone.example", signer.key.private),)))
    assert list(signer.ledger.held()) == [BOOK]


def test_a_break_is_recorded_under_the_logs_signature_and_the_book_goes_on(signer: Signer) -> None:
    held(signer)
    turn(signer.ledger)
    found = record_break(signer, BOOK, "  the disk burned;\n entries 4 to 9 are lost ")
    assert found.reason == "the disk burned; entries 4 to 9 are lost"
    note = Note.read(found.note.encode())
    assert note.verified(signer.keys_of(BOOK)).keys() == set(signer.keys_of(BOOK))
    assert Checkpoint.read(note.text) == Checkpoint(f"{ORIGIN}/{BOOK}", 3, signer.ledger.log_of(BOOK).frontier(3).root)
    assert list(breaks(signer.ledger, BOOK)) == list(breaks(signer.ledger)) == [found]
    assert list(breaks(signer.ledger, "annen")) == []
    signer.ledger.record(send(service("c")))
    signed = signer.checkpoint(BOOK)
    assert signed is not None
    assert signed.checkpoint.size == 4


def test_only_what_is_held_is_broken_with_and_never_without_a_reason(signer: Signer) -> None:
    with pytest.raises(NotHeld, match="is not held"):
        record_break(signer, BOOK, "no reason at all")
    held(signer)
    for reason in ("", "  \n", "x" * 501, "a\x07b"):
        with pytest.raises(NotHeld, match="needs a reason"):
            record_break(signer, BOOK, reason)
    assert list(signer.ledger.held()) == [BOOK]


def test_a_hold_outlives_the_process(signer: Signer) -> None:
    held(signer)
    ledger = signer.ledger
    ledger.close()
    again = Ledger(ledger.location)
    try:
        assert list(again.held()) == [BOOK]
    finally:
        again.close()


def test_a_break_is_verified_as_what_was_signed_and_told(signer: Signer) -> None:
    held(signer)
    assert [one.code for one in told_of(signer.ledger, BOOK)] == ["book_held"]
    found = record_break(signer, BOOK, "the disk burned")
    assert list(check_log(signer.ledger, BOOK)) == []
    (told,) = told_of(signer.ledger, BOOK)
    assert (told.code, told.entry) == ("log_break", 3)
    assert "the disk burned" in told.what
    for forged in (found.note.replace("burned", "was well"), found.note.replace(f"\n{3}\n", "\n2\n")):
        signer.ledger.write_beside([("UPDATE log_breaks SET note = %s", (forged,))])
        assert [one.code for one in check_log(signer.ledger, BOOK)] == ["log_checkpoint"]
    other = Checkpoint(f"{ORIGIN}/{BOOK}", 3, bytes(32)).text + "break 2026-11-24T08:00:00.000000Z another book\n"
    note = str(Note(other, (signer.key.sign(other, f"{ORIGIN}/{BOOK}"),)))
    signer.ledger.write_beside([("UPDATE log_breaks SET note = %s", (note,))])
    assert [one.code for one in check_log(signer.ledger, BOOK)] == ["log_other_entries"]
