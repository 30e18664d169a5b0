"""Timestamps of checkpoints: what is kept of an authority's answers, what is not, and what `verify` makes of them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.checks import Finding
from ledger.log import timestamping
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.timestamp_checks import check_timestamps
from ledger.log.timestamping import Outcome, Stamping, stamped, stamped_bytes, timestamps
from ledger.log.tokens import Authority, BadAuthorities, BadToken, check, read_authorities, request
from tests.ledger.support import BOOK, Clock, begin, send, service
from tests.log.authority import OPENSSL, House, LocalAuthority, served

OTHER = "annen"


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[LocalAuthority]:
    """An authority that stamps."""
    with served(LocalAuthority(tmp_path / "tsa")) as answering:
        yield answering


@pytest.fixture
def signer(ledger: Ledger, tmp_path: Path) -> Signer:
    """A signer for a book of two entries and one of a single entry."""
    begin(ledger, service("a"))
    begin(ledger, book=OTHER)
    return open_signer(ledger, path=tmp_path / "prove.key", origin="styringsbok.example/prove")


def named(authority: LocalAuthority, name: str = "prove") -> Authority:
    """Returns how we know an authority."""
    return Authority(name, authority.url, authority.root.read_text())


def asking(signer: Signer, *authorities: LocalAuthority, hours: int = 24) -> Stamping:
    """Returns what asks these authorities, called a0, a1 ..."""
    return Stamping(House(signer), [named(one, f"a{n}") for n, one in enumerate(authorities)], hours)


def later(signer: Signer, name: str, **by: float) -> None:
    """Records one more entry and turns the clock."""
    signer.ledger.record(send(service(name)))
    assert isinstance(signer.ledger.clock, Clock)
    signer.ledger.clock.turn(**by)


def checked(signer: Signer, *trusted: Authority, book: str = BOOK) -> tuple[list[str], list[Finding]]:
    """Returns the codes of what `verify` finds in the timestamps of a book, and what it tells."""
    told: list[Finding] = []
    found = list(check_timestamps(signer.ledger, book, {one.name: one for one in trusted}, told))
    return [one.code for one in found], told


# What is asked and kept --------------------------------------------------------------------


def test_every_book_is_stamped_and_the_token_is_of_the_signed_checkpoint(
    signer: Signer, authority: LocalAuthority, tmp_path: Path
) -> None:
    assert asking(signer, authority).ask_all() == [
        Outcome("a0", OTHER, "stamped", 1),
        Outcome("a0", BOOK, "stamped", 2),
    ]
    (kept,) = timestamps(signer.ledger, BOOK)
    message = stamped_bytes(signer.ledger, BOOK, 2)
    signed = signer.checkpoint(BOOK)
    assert signed is not None
    assert message == str(signed.note).encode(), "text and our own signature, before any witness"
    assert message is not None
    assert abs(check(kept.token, message, kept.roots) - datetime.now(UTC)) < timedelta(minutes=5)
    (tmp_path / "note").write_bytes(message)
    (tmp_path / "token").write_bytes(kept.token)
    run = [OPENSSL, "ts", "-verify", "-data", "note", "-in", "token", "-CAfile", str(authority.root)]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, "Verification: OK" in done.stdout + done.stderr) == (0, True)


def test_a_book_is_stamped_again_when_it_has_grown_and_the_time_has_passed(
    signer: Signer, authority: LocalAuthority
) -> None:
    rounds = asking(signer, authority, hours=1)
    assert len(rounds.ask_all()) == 2
    assert rounds.ask_all() == [], "nothing is new"
    later(signer, "b", minutes=30)
    assert rounds.ask_all() == [], "half an hour is too soon"
    later(signer, "c", minutes=30)
    assert rounds.ask_all() == [Outcome("a0", BOOK, "stamped", 4)]
    later(signer, "d", minutes=59)
    assert asking(signer, authority, hours=1).ask_all() == [], "nor for a process that has just begun"
    assert [one.size for one in timestamps(signer.ledger, BOOK)] == [2, 4]


def test_a_witness_that_cosigns_does_not_change_what_is_stamped(signer: Signer, authority: LocalAuthority) -> None:
    asking(signer, authority).ask_all()
    row = (BOOK, 2, "vitne", "— vitne.example AAAAAAAAAA==", 1_795_000_000)
    signer.ledger.write_beside([("INSERT INTO log_cosignatures VALUES (%s,%s,%s,%s,%s)", row)])
    assert checked(signer, named(authority, "a0"))[0] == []


def test_nothing_is_stamped_of_a_book_that_is_held(signer: Signer, authority: LocalAuthority) -> None:
    signer.ledger.hold("2026-11-24T08:00:00.000000Z", "restored", [BOOK])
    assert asking(signer, authority).ask_all() == [Outcome("a0", OTHER, "stamped", 1)]


WRONG = {
    "another checkpoint": "not_ours",
    "another request": "not_ours",
    "a hash it does not take": "not_ours",
    "a bit flipped": "not_ours",
    "rubbish": "not_ours",
    "too much": "unreachable",
    "fails": "unreachable",
    "no HTTP": "unreachable",
    "hangs": "unreachable",
}


@pytest.mark.parametrize("mood", WRONG)
def test_an_answer_that_is_no_timestamp_of_ours_is_not_kept(
    mood: str, signer: Signer, authority: LocalAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timestamping, "TIMEOUT_SECONDS", 0.3 if mood == "hangs" else 10.0)
    authority.mood = mood
    (outcome,) = asking(signer, authority).ask_all()
    assert (outcome.state, bool(outcome.why)) == (WRONG[mood], True), outcome
    assert signer.ledger.query("SELECT COUNT(*) FROM log_timestamps") == [(0,)]


@pytest.mark.parametrize("expired", [False, True])
def test_one_whose_root_is_another_or_whose_certificate_has_ended_is_not_believed(
    expired: bool, signer: Signer, authority: LocalAuthority, tmp_path: Path
) -> None:
    with served(LocalAuthority(tmp_path / "other", expired=expired)) as other:
        believed = named(other) if expired else replace(named(authority), url=other.url)
        (outcome,) = Stamping(House(signer), [believed]).ask_all()
    assert outcome.state == "not_ours"
    assert ("expired" if expired else "does not lead to the root") in str(outcome.why)


def test_an_answer_whose_certificates_are_out_of_order_is_refused_with_a_reason(tmp_path: Path) -> None:
    """DER orders a set by its bytes, some authorities do not, and the client takes no such answer."""
    authority = LocalAuthority(tmp_path / "chain", chain=True)
    asked = request(b"message")
    answer = authority.stamp(asked.body)
    first, second = sorted((authority.der("root.pem"), authority.der("tsa.pem")), key=answer.index)
    assert first + second in answer
    orders = [answer, answer.replace(first + second, second + first)]
    if first > second:
        orders.reverse()
    assert check(orders[0], b"message", authority.root.read_text(), asked.nonce)
    with pytest.raises(BadToken, match="InvalidSetOrdering") as refused:
        check(orders[1], b"message", authority.root.read_text(), asked.nonce)
    assert refused.value.wrong == "unreadable"


def test_an_authority_that_gives_none_is_left_alone_for_longer_each_time(
    signer: Signer, authority: LocalAuthority
) -> None:
    rounds, now = asking(signer, authority), 0.0
    rounds.clock = lambda: now
    authority.mood = "fails"
    for pause in (60, 120, 240, 480, 960, 1_920, 3_600, 3_600):
        (outcome,) = rounds.ask_all()
        assert outcome.state == "unreachable"
        now += pause - 1
        assert rounds.ask_all() == []
        now += 1
    authority.mood = "well"
    assert [one.state for one in rounds.ask_all()] == ["stamped", "stamped"]
    assert authority.asked == 10
    authority.mood = "fails"
    later(signer, "b", hours=25)
    assert len(rounds.ask_all()) == 1
    now += 60
    assert len(rounds.ask_all()) == 1, "it begins with a minute again"


def test_a_book_that_fails_does_not_keep_the_others_waiting(signer: Signer, authority: LocalAuthority) -> None:
    rounds = asking(signer, authority)
    authority.mood = "fails"
    (first,) = rounds.ask_all()
    authority.mood = "well"
    rounds.clock = lambda: 1e9
    assert [one.collaboration_id for one in rounds.ask_all()] == [BOOK, OTHER]
    assert first.collaboration_id == OTHER


def test_a_book_is_late_when_its_first_unstamped_entry_has_waited_twice_as_long(
    signer: Signer, authority: LocalAuthority
) -> None:
    asking(signer, authority).ask_all()
    later(signer, "b", hours=47)
    book = next(one for one in stamped(signer, ["a0", "a1"], 24) if one.collaboration_id == BOOK)
    assert (book.entries, book.stamped, book.is_late) == (3, {"a0": 2, "a1": 0}, False)
    later(signer, "c", hours=2)
    late = {one.collaboration_id: one.is_late for one in stamped(signer, ["a0", "a1"], 24)}
    assert late == {BOOK: True, OTHER: False}
    assert stamped(signer, ["a1"], 24, only={OTHER})[0].is_late, "one that a0 stamped, and nobody asked now"


def test_it_goes_on_in_the_background_until_it_is_stopped(signer: Signer, authority: LocalAuthority) -> None:
    rounds = asking(signer, authority)
    rounds.seconds = 0.01
    rounds.start()
    deadline = datetime.now(UTC) + timedelta(seconds=30)
    while len(rounds.outcomes) < 2 and datetime.now(UTC) < deadline:
        time.sleep(0.02)
    rounds.stop()
    assert {one.state for one in rounds.outcomes.values()} == {"stamped"}


# What verify makes of them ------------------------------------------------------------------


def test_verify_tells_the_first_and_the_last_time_that_is_proven(signer: Signer, authority: LocalAuthority) -> None:
    rounds = asking(signer, authority)
    rounds.ask_all()
    for name in ("b", "c"):
        later(signer, name, hours=25)
        rounds.ask_all()
    codes, told = checked(signer, named(authority, "a0"))
    assert codes == []
    assert [(one.code, one.entry) for one in told] == [("timestamped", 2), ("timestamped", 4)]
    assert f"not later than {datetime.now(UTC):%Y-%m-%d}" in told[0].what
    assert "kept in the database" not in told[0].what
    assert "kept in the database" in checked(signer)[1][0].what


TAMPERING = {
    "two swapped": (
        "UPDATE log_timestamps SET token = (SELECT token FROM log_timestamps WHERE collaboration_id = 'annen') "
        f"WHERE collaboration_id = '{BOOK}'",
        ["timestamp_imprint"],
    ),
    "one moved to another size": (
        f"UPDATE log_timestamps SET size = 7 WHERE collaboration_id = '{BOOK}'",
        ["timestamp_imprint"],
    ),
    "its checkpoint gone": (f"DELETE FROM log_checkpoints WHERE collaboration_id = '{BOOK}'", ["timestamp_imprint"]),
    "its checkpoint another": (
        "UPDATE log_checkpoints SET note = REPLACE(note, 'styringsbok', 'annenbok')",
        ["timestamp_imprint"],
    ),
    "taken away": ("DELETE FROM log_timestamps", []),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_what_was_done_to_a_timestamp_is_named(kind: str, signer: Signer, authority: LocalAuthority) -> None:
    asking(signer, authority).ask_all()
    assert checked(signer, named(authority, "a0"))[0] == []
    statement, codes = TAMPERING[kind]
    signer.ledger.write_beside([(statement, ())])
    assert checked(signer, named(authority, "a0"))[0] == codes


def test_a_token_that_was_changed_or_made_elsewhere_is_named(
    signer: Signer, authority: LocalAuthority, tmp_path: Path
) -> None:
    asking(signer, authority).ask_all()
    message = stamped_bytes(signer.ledger, BOOK, 2) or b""
    other = LocalAuthority(tmp_path / "other")
    own = other.stamp(request(message).body)
    flipped = bytearray(timestamps(signer.ledger, BOOK)[0].token)
    flipped[-5] ^= 1
    for token, code in (
        (own, "timestamp_untrusted"),
        (bytes(flipped), "timestamp_signature"),
        (b"\x30\x00", "timestamp_unreadable"),
    ):
        change = "UPDATE log_timestamps SET token = %s WHERE collaboration_id = %s"
        signer.ledger.write_beside([(change, (token, BOOK))])
        assert checked(signer, named(authority, "a0"))[0] == [code]
        assert checked(signer)[0] == [code]
    signer.ledger.write_beside([("UPDATE log_timestamps SET token = %s, roots = %s", (own, other.root.read_text()))])
    assert checked(signer)[0] == [], "whoever believes the root in the database believes what is put there"
    assert checked(signer, named(authority, "a0"))[0] == ["timestamp_untrusted"]
    signer.ledger.write_beside([("UPDATE log_timestamps SET roots = %s", ("none",))])
    assert checked(signer)[0] == ["timestamp_untrusted"]


def test_an_answer_is_of_its_own_request(tmp_path: Path) -> None:
    asked = request(b"message")
    authority = LocalAuthority(tmp_path / "tsa")
    answer, root = authority.stamp(asked.body), authority.root.read_text()
    assert check(answer, b"message", root, asked.nonce) == check(answer, b"message", root)
    with pytest.raises(BadToken, match="another request"):
        check(answer, b"message", root, asked.nonce + 1)


@pytest.mark.parametrize("for_time", ["no", "too"])
def test_a_certificate_that_is_not_for_timestamps_alone_is_not_believed(for_time: str, tmp_path: Path) -> None:
    asked = request(b"message")
    authority = LocalAuthority(tmp_path / "tsa")
    misused = authority.misused(authority.stamp(asked.body), for_time)
    with pytest.raises(BadToken, match="unsuitable certificate purpose") as refused:
        check(misused, b"message", authority.root.read_text(), asked.nonce)
    assert refused.value.wrong == "untrusted"


# Whom to ask --------------------------------------------------------------------------------


def test_authorities_are_read_from_a_file(authority: LocalAuthority, tmp_path: Path) -> None:
    path = tmp_path / "tsa" / "timestampers.txt"
    path.write_text(f"# name address root\n\nprove\t{authority.url}  root.pem\n")
    assert read_authorities(path) == (named(authority),)


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "no authority stands in it"),
        ("prove http://x.example", "line 1"),
        ("Prøve http://x.example root.pem", "is no name"),
        ("p http://x.example root.pem\np http://y.example root.pem", "line 2: .* taken"),
        ("p ftp://x.example root.pem", "is no address"),
        ("p http://x.example gone.pem", "No such file"),
        ("p http://x.example list.txt", "no certificate"),
    ],
)
def test_a_list_that_cannot_be_used_says_where(line: str, says: str, authority: LocalAuthority) -> None:
    path = authority.folder / "list.txt"
    path.write_text(line)
    with pytest.raises(BadAuthorities, match=says):
        read_authorities(path)
