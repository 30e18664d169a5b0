"""After a restore: held books go on where every witness answers and one saw them as they are, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log.checkpoints import Checkpoint
from ledger.log.keys import SigningKey
from ledger.log.notes import Note
from ledger.log.outside import Outside, Said
from ledger.log.policy import Witness as Named
from ledger.log.witness import Answer, Memory, Witness
from ledger.log.witnessing import Asking, Heard
from tests.ledger.support import BOOK, begin, send, service
from tests.log.witnessed import Installation, grown
from tests.log.witnessed import witness as witness_of

SINCE = "2026-11-24T08:00:00.000000Z"


class Reached:
    """Witnesses by address: `own` also tells the last checkpoint, as ours does."""

    def __init__(self, own: bool = True, **witnesses: Witness) -> None:
        self.own, self._witnesses = own, witnesses
        self.sent = 0

    @property
    def named(self) -> list[Named]:
        """The witnesses of the policy."""
        return [Named(name, one.verifier_key, f"http://{name}") for name, one in self._witnesses.items()]

    def fetch(self, url: str) -> Heard:
        """Answers what is fetched."""
        at = urlsplit(url)
        asked = self._witnesses[at.netloc]
        if not self.own:
            return Heard(404, b"Not Found")
        if at.path == "/":
            logs = ",".join(f'{{"log":"{origin}","entries":{size}}}' for origin, size in asked.memory.logs())
            return Heard(200, f'{{"logs":[{logs}]}}'.encode())
        return heard(asked.last_checkpoint(parse_qs(at.query)["log"][0]))

    def send(self, url: str, body: bytes) -> Heard:
        """Answers what is sent."""
        self.sent += 1
        return heard(self._witnesses[urlsplit(url).netloc].add_checkpoint(body))


def heard(answer: Answer) -> Heard:
    """Returns an answer as it comes over the network."""
    return Heard(answer.status, answer.body.encode())


def cosigned(ours: Installation, reached: Reached) -> None:
    """Lets every witness cosign the books as they are."""
    ours.clock.turn(seconds=2)
    asking = Asking(ours, reached.named, reached.send)
    assert all(one.state == "cosigned" for one in asking.ask_all())
    reached.sent = 0


def resumed(ours: Installation, reached: Reached, *books: str) -> list[Said]:
    """Holds the books, and returns what the witnesses say of them."""
    ours.ledger.hold(SINCE, "restored", books or [BOOK])
    return Outside(ours.ledger, reached.named, reached.fetch, reached.send).resume(books or [BOOK])


def cut(ours: Installation, size: int) -> None:
    """Makes the book end before, as a backup of before does."""
    run = ours.ledger.book_recorder.write_beside
    names = ours.ledger.query("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    run([(f"DROP TRIGGER {name}", ()) for (name,) in names])
    run([("DELETE FROM stored_events WHERE originator_version > %s", (size,))])
    run([("DELETE FROM log_frontiers", ()), ("DELETE FROM log_tiles", ())])
    run([("DELETE FROM log_checkpoints WHERE size > %s", (size,))])
    run([("DELETE FROM log_cosignatures WHERE size > %s", (size,))])


@pytest.mark.parametrize("own", [True, False])
def test_a_book_goes_on_that_a_witness_saw_as_it_is(memory: Memory, ours: Installation, own: bool) -> None:
    reached = Reached(own, nabo=witness_of(memory, ours))
    cosigned(ours, reached)
    (said,) = resumed(ours, reached)
    assert said == Said("nabo", BOOK, "agrees", 4, "saw it up to entry 4, as it is here")
    assert ours.ledger.held() == {}
    assert reached.sent == (0 if own else 1)
    assert resumed(ours, reached) == [said], "asking again says the same"


@pytest.mark.parametrize("own", [True, False])
def test_a_witness_that_is_behind_saw_what_it_saw(memory: Memory, ours: Installation, own: bool) -> None:
    reached = Reached(own, nabo=witness_of(memory, ours))
    cosigned(ours, reached)
    grown(ours, "d", "e")
    ours.clock.turn(seconds=2)
    ours.signer.checkpoint(BOOK)
    (said,) = resumed(ours, reached)
    assert (said.state, said.size) == ("agrees", 4)
    assert ours.ledger.held() == {}


@pytest.mark.parametrize(("own", "size"), [(True, 5), (False, 5), (True, 4), (False, 4)])
def test_entries_that_are_missing_are_named(memory: Memory, ours: Installation, own: bool, size: int) -> None:
    ours.signer.checkpoint(BOOK)
    grown(ours, "d")
    ours.clock.turn(seconds=2)
    ours.signer.checkpoint(BOOK)
    grown(ours, "e")
    reached = Reached(own, nabo=witness_of(memory, ours))
    cosigned(ours, reached)
    cut(ours, size)
    ledger = ours.ledger = Ledger(reopened(ours))
    (said,) = resumed(ours, reached)
    lost = "entry 6 is" if size == 5 else "entries 5 to 6 are"
    assert (said.state, said.what) == ("missing", f"saw 6 entries: {lost} missing here")
    assert list(ledger.held()) == [BOOK]


def reopened(ours: Installation) -> SQLiteLocation:
    """Closes the ledger and returns where it is."""
    place = ours.ledger.location
    assert isinstance(place, SQLiteLocation)
    ours.ledger.close()
    return place


@pytest.mark.parametrize("own", [True, False])
def test_another_book_of_the_same_length_stays_held(
    memory: Memory, ours: Installation, tmp_path: Path, own: bool
) -> None:
    reached = Reached(own, nabo=witness_of(memory, ours))
    cosigned(ours, reached)
    (tmp_path / "other").mkdir()
    other = Installation(tmp_path / "other", tmp_path / "ours" / "book.db.key")
    begin(other.ledger, service("x"), service("y"), service("z"), service("w"))
    other.signer.checkpoint(BOOK)
    (said,) = resumed(other, reached)
    assert (said.state, said.what) == ("other", "saw another book: one of entries 1 to 4 is another here")
    assert list(other.ledger.held()) == [BOOK]
    other.ledger.close()


@pytest.mark.parametrize("own", [True, False])
def test_one_that_never_saw_it_shows_nothing(memory: Memory, ours: Installation, own: bool) -> None:
    ours.signer.checkpoint(BOOK)
    (said,) = resumed(ours, Reached(own, nabo=witness_of(memory, ours)))
    assert (said.state, said.size) == ("saw_nothing", 0)
    assert list(ours.ledger.held()) == [BOOK]
    assert memory.logs() == [], "asking is not cosigning"


def test_every_witness_has_to_answer_and_one_to_have_seen_it(
    memory: Memory, ours: Installation, tmp_path: Path
) -> None:
    cosigned(ours, Reached(nabo=witness_of(memory, ours)))
    with closing(Memory(tmp_path / "by.db")) as empty:
        both = Reached(nabo=witness_of(memory, ours), by=witness_of(empty, ours))

        def unreachable(url: str) -> Heard:
            if "by" in url:
                raise ConnectionRefusedError("refused")
            return both.fetch(url)

        ours.ledger.hold(SINCE, "restored", [BOOK])
        said = Outside(ours.ledger, both.named, unreachable, both.send).resume([BOOK])
        assert [one.state for one in said] == ["agrees", "silent"]
        assert said[1].what == "did not answer at http://by: refused"
        assert list(ours.ledger.held()) == [BOOK]
        assert [one.state for one in resumed(ours, both)] == ["agrees", "saw_nothing"]
        assert ours.ledger.held() == {}


def forged(memory: Memory, ours: Installation) -> dict[str, bytes]:
    """Returns answers that are not a checkpoint of this book which the witness cosigned."""
    seeing = witness_of(memory, ours)
    seeing.add_checkpoint(ours.sent(0))
    answer = seeing.last_checkpoint(f"ror.example/{BOOK}").body
    text, _, below = answer.partition("\n\n")
    first = below.splitlines(keepends=True)[0]
    point = Checkpoint("andre.example/boka", 4, bytes(32))
    other = SigningKey("andre.example", ours.signer.key.private)
    return {
        "nothing": b"<html>",
        "not its own": f"{text}\n\n{first}".encode(),
        "changed": answer.replace("\n4\n", "\n3\n").encode(),
        "of another log": str(Note(point.text, (other.sign(point.text, point.origin),))).encode(),
    }


@pytest.mark.parametrize("kind", ["nothing", "not its own", "changed", "of another log"])
def test_what_is_no_checkpoint_it_cosigned_shows_nothing(memory: Memory, ours: Installation, kind: str) -> None:
    answer = forged(memory, ours)[kind]
    reached = Reached(nabo=witness_of(memory, ours))
    ours.ledger.hold(SINCE, "restored", [BOOK])
    (said,) = Outside(ours.ledger, reached.named, lambda _: Heard(200, answer), reached.send).resume([BOOK])
    assert said.state == "silent"
    assert "no checkpoint it cosigned" in said.what
    assert list(ours.ledger.held()) == [BOOK]


def answering(status: int, body: bytes = b"") -> Callable[[str, bytes], Heard]:
    """Returns a witness that answers everything the same."""
    return lambda _url, _body: Heard(status, body)


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (500, b"out of order", "answered HTTP 500: out of order"),
        (403, b"no key known", "answered HTTP 403: no key known"),
        (409, b"many", "did not say how far it has come"),
        (200, b"", "answered with what is no checkpoint it cosigned"),
    ],
)
def test_what_anothers_witness_says_that_is_no_answer(
    memory: Memory, ours: Installation, status: int, body: bytes, says: str
) -> None:
    ours.signer.checkpoint(BOOK)
    reached = Reached(own=False, nabo=witness_of(memory, ours))
    ours.ledger.hold(SINCE, "restored", [BOOK])
    (said,) = Outside(ours.ledger, reached.named, reached.fetch, answering(status, body)).resume([BOOK])
    assert said.state == "silent"
    assert says in said.what
    assert list(ours.ledger.held()) == [BOOK]


def test_anothers_witness_cannot_be_asked_beyond_what_was_signed_here(memory: Memory, ours: Installation) -> None:
    reached = Reached(own=False, nabo=witness_of(memory, ours))
    ours.ledger.hold(SINCE, "restored", [BOOK])
    outside = Outside(ours.ledger, reached.named, reached.fetch, reached.send)
    assert "no signed checkpoint of the book is kept here" in outside.resume([BOOK])[0].what
    ours.ledger.let_go(BOOK)
    ours.signer.checkpoint(BOOK)
    grown(ours, "d")
    cosigned(ours, reached)
    ours.ledger.write_beside([("DELETE FROM log_checkpoints WHERE size = 5", ())])
    (said,) = resumed(ours, reached)
    assert said.state == "silent"
    assert "saw 5 entries, and the newest checkpoint kept here is of 4: ask whoever runs it" in said.what


def test_a_book_that_is_not_here_at_all_is_named(memory: Memory, ours: Installation, tmp_path: Path) -> None:
    begin(ours.ledger, book="nabosamarbeidet")
    reached = Reached(nabo=witness_of(memory, ours))
    cosigned(ours, reached)
    (tmp_path / "other").mkdir()
    other = Installation(tmp_path / "other", tmp_path / "ours" / "book.db.key")
    begin(other.ledger, service("a"))
    (said,) = Outside(other.ledger, reached.named, reached.fetch, reached.send).lost()
    assert said == Said("nabo", "nabosamarbeidet", "missing", 1, "saw 1 entry: the whole book is missing here")
    assert Outside(ours.ledger, reached.named, reached.fetch, reached.send).lost() == []
    assert Outside(other.ledger, reached.named, lambda _: Heard(200, b"<html>"), reached.send).lost() == []
    other.ledger.record(send(service("b")))
    other.ledger.close()
