"""A witness goes on from what it has seen and nothing else, whoever's key signed; and what the ledger makes of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.log.checkpoints import Checkpoint
from ledger.log.keys import SigningKey
from ledger.log.merkle import EMPTY_ROOT
from ledger.log.notes import Note, Signature
from ledger.log.policy import Witness as Named
from ledger.log.tables import INSTALLATION
from ledger.log.witness import Answer, Memory, Sent, Witness
from ledger.log.witnessing import Asking, Heard, Outcome, installation_witnessed, witnessed
from tests.ledger.support import BOOK, begin, service
from tests.log.witnessed import NAME, Installation, grown, witness

# The witness -------------------------------------------------------------------------------


def test_it_cosigns_what_it_sees_first_and_what_goes_on_from_there(memory: Memory, ours: Installation) -> None:
    seeing = witness(memory, ours)
    first = seeing.add_checkpoint(ours.sent(0))
    assert first.status == 200
    signed = ours.signer.latest(BOOK)
    assert signed is not None
    cosigned = Note(signed.note.text, (Signature.read(first.body.rstrip("\n")),))
    assert cosigned.verified([seeing.verifier_key]) == {seeing.verifier_key: 1_800_000_000}
    grown(ours, "d", "e")
    assert seeing.add_checkpoint(ours.sent(4)).status == 200
    assert seeing.add_checkpoint(ours.sent(6)).status == 200, "the same again is cosigned again"
    assert memory.logs() == [(f"ror.example/{BOOK}", 6)]


def test_it_says_how_far_it_has_come_to_one_who_does_not_know(memory: Memory, ours: Installation) -> None:
    seeing = witness(memory, ours)
    seeing.add_checkpoint(ours.sent(0))
    grown(ours, "d")
    assert seeing.add_checkpoint(ours.sent(0)) == Answer(409, "4\n", "text/x.tlog.size")
    assert seeing.add_checkpoint(ours.sent(3)) == Answer(409, "4\n", "text/x.tlog.size")


def test_it_refuses_a_history_that_was_rewritten_though_the_logs_own_key_signed_it(
    memory: Memory, ours: Installation, tmp_path: Path
) -> None:
    seeing = witness(memory, ours)
    assert seeing.add_checkpoint(ours.sent(0)).status == 200
    (tmp_path / "other").mkdir()
    key = tmp_path / "ours" / "book.db.key"
    rewritten = Installation(tmp_path / "other", key)
    begin(rewritten.ledger, service("a"), service("another"), service("c"), service("d"), service("e"))
    refused = seeing.add_checkpoint(rewritten.sent(4))
    assert refused.status == 422
    (kept,) = memory.refused()
    assert (kept.origin, kept.size, kept.held) == (f"ror.example/{BOOK}", 6, 4)
    assert Note.read(kept.note.encode()).verified(rewritten.signer.keys_of(BOOK)), "proof, signed by the log itself"
    rewritten.ledger.close()


def test_it_refuses_another_book_of_the_same_length(memory: Memory, ours: Installation, tmp_path: Path) -> None:
    seeing = witness(memory, ours)
    seeing.add_checkpoint(ours.sent(0))
    (tmp_path / "other").mkdir()
    other = Installation(tmp_path / "other", tmp_path / "ours" / "book.db.key")
    begin(other.ledger, service("x"), service("y"), service("z"))
    assert seeing.add_checkpoint(other.sent(4)).status == 422, "final: a 409 would ask for a proof from the same size"
    assert len(memory.refused()) == 1
    other.ledger.close()


def test_what_it_does_not_know_or_cannot_read(memory: Memory, ours: Installation) -> None:
    seeing = witness(memory, ours)
    stranger = SigningKey("ror.example", Ed25519PrivateKey.generate())
    body = Checkpoint(f"ror.example/{BOOK}", 4, EMPTY_ROOT)
    forged = Note(body.text, (stranger.sign(body.text, body.origin),))
    elsewhere = Checkpoint("andre.example/boka", 4, EMPTY_ROOT)
    unknown = Note(elsewhere.text, (stranger.sign(elsewhere.text, elsewhere.origin),))
    assert seeing.add_checkpoint(str(Sent(0, (), forged)).encode()).status == 403
    assert seeing.add_checkpoint(str(Sent(0, (), unknown)).encode()).status == 404
    assert seeing.add_checkpoint(ours.sent(9)).status == 400
    for wrong in (b"", b"old 01\n\n", b"old 0\nnot base64\n\nx", b"\xff\n\n", b"old 0\n\n" + b"x" * 100):
        assert seeing.add_checkpoint(wrong).status == 400
    assert memory.logs() == []


def test_a_proof_from_nothing_is_none(memory: Memory, ours: Installation) -> None:
    seeing = witness(memory, ours)
    raw = ours.sent(0).replace(b"old 0\n", b"old 0\n" + b"A" * 43 + b"=\n", 1)
    assert seeing.add_checkpoint(raw).status == 422


def test_it_remembers_over_a_restart(tmp_path: Path, ours: Installation) -> None:
    path, private = tmp_path / "vitne.db", Ed25519PrivateKey.generate()
    with closing(Memory(path)) as before:
        witness(before, ours, private).add_checkpoint(ours.sent(0))
    with closing(Memory(path)) as after:
        assert witness(after, ours, private).add_checkpoint(ours.sent(0)).status == 409


def test_refused_checkpoints_do_not_fill_the_disk(
    memory: Memory, ours: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.log.witness.REFUSED_MAX", 2)
    seeing = witness(memory, ours)
    seeing.add_checkpoint(ours.sent(0))
    for number in range(5):
        body = Checkpoint(f"ror.example/{BOOK}", 10 + number, bytes([number]) * 32)
        note = Note(body.text, (ours.signer.key.sign(body.text, body.origin),))
        assert seeing.add_checkpoint(str(Sent(4, (), note)).encode()).status == 422
    assert len(memory.refused()) == 2


# Asking it -----------------------------------------------------------------------------------


def asking(ours: Installation, *seeing: Witness, down: bool = False) -> Asking:
    """Returns what asks these witnesses, without a network between."""
    by_url = {f"http://{number}/add-checkpoint": one for number, one in enumerate(seeing)}

    def post(url: str, body: bytes) -> Heard:
        if down:
            raise ConnectionRefusedError("nobody there")
        answer = by_url[url].add_checkpoint(body)
        return Heard(answer.status, answer.body.encode())

    named = [Named(f"v{number}", one.verifier_key, f"http://{number}/") for number, one in enumerate(seeing)]
    return Asking(ours, named, post)


def test_cosignatures_are_kept_and_stand_under_the_checkpoint(memory: Memory, ours: Installation) -> None:
    seeing = witness(memory, ours)
    rounds = asking(ours, seeing)
    assert rounds.ask_all() == [Outcome("v0", BOOK, "cosigned", 4), Outcome("v0", INSTALLATION, "cosigned", 1)]
    signed = ours.signer.checkpoint(BOOK)
    assert signed is not None
    assert seeing.verifier_key in signed.note.verified([seeing.verifier_key])
    grown(ours, "d")
    ours.clock.turn(seconds=2)
    again = [Outcome("v0", BOOK, "cosigned", 5), Outcome("v0", INSTALLATION, "cosigned", 2)]
    assert rounds.ask_all() == again
    assert rounds.ask_all() == again, "it is not asked twice"


def test_one_that_forgot_what_was_cosigned_asks_from_where_the_witness_is(memory: Memory, ours: Installation) -> None:
    seeing = witness(memory, ours)
    asking(ours, seeing).ask_all()
    ours.ledger.write_beside([("DELETE FROM log_cosignatures WHERE collaboration_id = %s", (BOOK,))])
    grown(ours, "d")
    ours.clock.turn(seconds=2)
    assert asking(ours, seeing).ask_all()[0] == Outcome("v0", BOOK, "cosigned", 5)


def test_an_answer_that_was_lost_on_the_way_is_no_alarm(memory: Memory, ours: Installation) -> None:
    seeing = witness(memory, ours)
    assert seeing.add_checkpoint(ours.sent(0)).status == 200
    book, _ = asking(ours, seeing).ask_all()
    assert book == Outcome("v0", BOOK, "cosigned", 4), "of this size already, and the same"


@pytest.mark.parametrize("answer", [Heard(409, b""), Heard(409, b"4\n"), Heard(422, b"")])
def test_another_book_of_the_same_size_is_an_alarm_however_a_witness_says_so(
    answer: Heard, memory: Memory, ours: Installation
) -> None:
    answers = iter((Heard(409, b"4\n"), answer, Heard(404, b"")))
    named = Named("v0", witness(memory, ours).verifier_key, "http://0/")
    outcome, _ = Asking(ours, [named], lambda *_: next(answers)).ask_all()
    assert (outcome.state, outcome.size, outcome.why) == ("refused", 4, "it has seen another book of 4 entries")


def test_a_book_that_was_rolled_back_or_rewritten_raises_an_alarm(
    memory: Memory, ours: Installation, tmp_path: Path
) -> None:
    seeing = witness(memory, ours)
    asking(ours, seeing).ask_all()
    (tmp_path / "other").mkdir()
    old = Installation(tmp_path / "other", tmp_path / "ours" / "book.db.key")
    begin(old.ledger, service("a"))
    behind, own = asking(old, seeing).ask_all()
    assert (behind.state, behind.size, behind.is_alarm) == ("ahead", 4, True)
    assert (own.state, own.why) == ("refused", "it has seen another log of 1 leaves")
    grown(old, "x", "y")
    old.clock.turn(seconds=2)
    same, own = asking(old, seeing).ask_all()
    assert (same.state, same.is_alarm) == ("refused", True)
    assert (own.state, own.is_alarm) == ("refused", True)
    grown(old, "z")
    old.clock.turn(seconds=2)
    longer, own = asking(old, seeing).ask_all()
    assert (longer.state, longer.is_alarm) == ("refused", True)
    assert (own.state, own.is_alarm) == ("refused", True)
    old.ledger.close()


def test_a_witness_out_of_reach_is_no_alarm_and_leaves_the_book_unwitnessed(memory: Memory, ours: Installation) -> None:
    rounds = asking(ours, witness(memory, ours), down=True)
    outcome, _ = rounds.ask_all()
    assert (outcome.state, outcome.is_alarm) == ("unreachable", False)
    ours.clock.turn(hours=2)
    (state,) = witnessed(ours.signer, ["v0"])
    assert (state.entries, state.cosigned, state.is_late) == (4, {"v0": 0}, True)
    log = installation_witnessed(ours.signer, ["v0"])
    assert (log.entries, log.cosigned, log.is_late) == (1, {"v0": 0}, True)


def test_the_installations_log_is_witnessed_as_far_as_it_was_cosigned(memory: Memory, ours: Installation) -> None:
    rounds = asking(ours, witness(memory, ours))
    rounds.ask_all()
    grown(ours, "d")
    ours.clock.turn(hours=2)
    assert ours.signer.checkpoint(BOOK) is not None
    ours.clock.turn(hours=2)
    late = installation_witnessed(ours.signer, ["v0"])
    assert (late.entries, late.cosigned, late.seconds_behind) == (2, {"v0": 1}, 7200.0)
    rounds.ask_all()
    assert installation_witnessed(ours.signer, ["v0"]).seconds_behind == 0.0
    assert ours.signer.at(INSTALLATION, 2) == ours.signer.latest(INSTALLATION)


def test_a_witness_that_knows_books_alone_says_so_of_the_installations_log(memory: Memory, ours: Installation) -> None:
    key = SigningKey(NAME, Ed25519PrivateKey.generate())
    of_the_book = Witness(key, ours.signer.keys_of(BOOK), memory)
    book, own = asking(ours, of_the_book).ask_all()
    assert (book.state, own.state, own.is_alarm) == ("cosigned", "unknown_log", False)


def test_so_many_of_the_witnesses_are_enough(memory: Memory, ours: Installation, tmp_path: Path) -> None:
    first = witness(memory, ours)
    with closing(Memory(tmp_path / "second.db")) as other:
        asking(ours, first, witness(other, ours)).ask_all()
    grown(ours, "d")
    ours.clock.turn(hours=2)
    asking(ours, first).ask_all()
    (one,), (both,) = witnessed(ours.signer, ["v0", "v1"]), witnessed(ours.signer, ["v0", "v1"], least=2)
    assert one.cosigned == both.cosigned == {"v0": 5, "v1": 4}
    assert (one.is_late, both.is_late) == (False, True)


def test_an_answer_that_is_no_cosignature_of_the_witness_is_not_taken(memory: Memory, ours: Installation) -> None:
    seeing = witness(memory, ours)
    named = Named("v0", witness(memory, ours).verifier_key, "http://0/")
    other = Asking(ours, [named], lambda _, body: Heard(200, seeing.add_checkpoint(body).body.encode()))
    outcome, _ = other.ask_all()
    assert outcome.state == "not_ours"
    rubbish = Asking(ours, [named], lambda *_: Heard(200, b"<html>"))
    assert rubbish.ask_all()[0].state == "not_ours"
    assert ours.ledger.query("SELECT COUNT(*) FROM log_cosignatures") == [(0,)]
