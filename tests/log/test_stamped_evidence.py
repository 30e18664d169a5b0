"""Timestamps in an evidence package: what its verifier says of them, and OpenSSL by the commands it prints."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log import verifier
from ledger.log.checkpointing import open_signer
from ledger.log.evidence import beside, export_evidence
from ledger.log.timestamping import Stamping
from ledger.log.tokens import Authority, request
from tests.ledger.support import BOOK, Clock, begin, send, service
from tests.log.authority import OPENSSL, House, LocalAuthority, served
from tests.log.test_evidence import OTHER, told

ORIGIN = "styringsbok.example/prove"
SIZES = (2, 3, 4)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[LocalAuthority]:
    """An authority that stamps."""
    with served(LocalAuthority(tmp_path / "tsa")) as answering:
        yield answering


@pytest.fixture
def folder(authority: LocalAuthority, tmp_path: Path) -> Path:
    """A package, unpacked, of a book that was stamped three times and another that was stamped once."""
    clock = Clock()
    ledger = Ledger(SQLiteLocation(tmp_path / "book.db"), clock=clock)
    begin(ledger, book=OTHER)
    begin(ledger, service("a"))
    signer = open_signer(ledger, origin=ORIGIN)
    rounds = Stamping(House(signer), [Authority("tid.example", authority.url, authority.root.read_text())])
    for name in ("b", "c", "d"):
        assert {one.state for one in rounds.ask_all()} == {"stamped"}
        ledger.record(send(service(name)))
        clock.turn(hours=25)
    row = (BOOK, 3, "vitne", "— vitne.example AAAAAAAAAA==", 1_795_000_000)
    ledger.write_beside([("INSERT INTO log_cosignatures VALUES (%s,%s,%s,%s,%s)", row)])
    export_evidence(signer, tmp_path / "bevis.zip", [BOOK, OTHER], signer.policy([BOOK, OTHER]))
    with zipfile.ZipFile(tmp_path / "bevis.zip") as opened:
        opened.extractall(tmp_path / "bevis")
    ledger.close()
    return tmp_path / "bevis"


def openssl(command: str, cwd: Path) -> tuple[int, str]:
    """Runs a command as it stands. Returns its exit code and what it said."""
    words = shlex.split(command)
    assert words[:3] == ["openssl", "ts", "-verify"]
    done = subprocess.run([OPENSSL, *words[1:]], cwd=cwd, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout + done.stderr


def stamp(folder: Path, size: int, end: str = "tid.example.tsr") -> Path:
    """Returns a file of the timestamp of so many entries."""
    return folder / "timestamps" / BOOK / f"{size}.{end}"


def test_the_commands_that_are_printed_check_the_authoritys_signature(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert verifier.main([str(folder)]) == 0
    said = capsys.readouterr().out
    commands = re.findall(r"^ +(openssl .*)$", said, re.MULTILINE)
    assert len(commands) == 3, "of each authority the first and the last"
    for command in commands:
        code, heard = openssl(command, folder)
        assert (code, "Verification: OK" in heard) == (0, True), heard
    assert re.search(r"entries 1 to 2 were there by 20..-..-..T..:..:..\+00:00, if tid.example signed it", said)
    at = int(commands[0].rpartition(" ")[2])
    for years, code in ((5, 0), (20, 1)):
        later = commands[0].replace(str(at), str(at + years * 365 * 86_400))
        assert openssl(later, folder)[0] == code, "the certificate is held against that time: it has ten years"
    (folder / "timestamps" / "tid.example.pem").write_bytes((folder.parent / "tsa" / "tsa.pem").read_bytes())
    assert openssl(commands[0], folder)[0] == 1, "another root"


@pytest.mark.parametrize(
    ("readme", "words"),
    [
        ("evidence.en.txt", ("BOOK", "SIZE", "AUTHORITY", "SECONDS")),
        ("evidence.nb.txt", ("BOK", "ANTALL", "TJENESTE", "SEKUNDER")),
    ],
)
def test_the_readme_has_the_command_for_any_of_them(readme: str, words: tuple[str, ...], folder: Path) -> None:
    text = beside(readme).decode()
    found = re.search(r"openssl ts -verify .*\\\n.*", text)
    assert found is not None
    command = found[0].replace("\\\n", " ")
    for word, value in zip(words, (BOOK, "3", "tid.example", str(int(datetime.now(UTC).timestamp()))), strict=True):
        command = re.sub(rf"\b{word}\b", value, command)
    assert openssl(command, folder)[0] == 0
    flipped = bytearray(stamp(folder, 3).read_bytes())
    flipped[-5] ^= 1
    stamp(folder, 3).write_bytes(flipped)
    assert openssl(command, folder)[0] == 1


def test_every_timestamp_is_told_to_programs(folder: Path) -> None:
    book = next(one for one in verifier.verify(folder, []) if one["book"] == BOOK)
    assert [(one["entries"], one["authority"]) for one in book["timestamps"]] == [(n, "tid.example") for n in SIZES]
    for one in book["timestamps"]:
        assert abs((datetime.fromisoformat(one["time"]) - datetime.now(UTC)).total_seconds()) < 300


def swapped(folder: Path) -> None:
    """Puts each of two timestamps in the place of the other."""
    first, second = stamp(folder, 2).read_bytes(), stamp(folder, 3).read_bytes()
    stamp(folder, 2).write_bytes(second)
    stamp(folder, 3).write_bytes(first)


def shorter(folder: Path) -> None:
    """Has the first line of a checkpoint stamped, which says nothing of its entries."""
    authority = LocalAuthority(folder.parent / "again")
    line = stamp(folder, 2, "note").read_bytes().split(b"\n")[0]
    stamp(folder, 2, "note").write_bytes(line)
    stamp(folder, 2).write_bytes(authority.stamp(request(line).body))


def unlisted(folder: Path) -> None:
    """Takes a timestamp out of package and manifest."""
    stamp(folder, 2).unlink()
    path = folder / "manifest.json"
    manifest = orjson.loads(path.read_bytes())
    manifest["timestamps"] = [one for one in manifest["timestamps"] if not one.endswith("2.tid.example.tsr")]
    path.write_bytes(orjson.dumps(manifest))


TAMPERING: dict[str, tuple[Callable[[Path], object], str]] = {
    "two swapped": (swapped, "2.tid.example.tsr is of something else than the checkpoint of 2 entries"),
    "one of another checkpoint": (
        lambda f: shutil.copy(f / "timestamps" / OTHER / "1.tid.example.tsr", stamp(f, 2)),
        "2.tid.example.tsr is of something else",
    ),
    "cut": (lambda f: stamp(f, 2).write_bytes(stamp(f, 2).read_bytes()[:200]), "is no timestamp"),
    "rubbish": (lambda f: stamp(f, 2).write_bytes(b"rubbish"), "is no timestamp"),
    "nothing": (lambda f: stamp(f, 2).write_bytes(b""), "is no timestamp"),
    "what is stamped": (
        lambda f: stamp(f, 2, "note").write_bytes(stamp(f, 3, "note").read_bytes()),
        "2.note is not the checkpoint of 2 entries",
    ),
    "a part of the checkpoint": (shorter, "2.note is no signed note"),
    "taken out": (lambda f: stamp(f, 2).unlink(), "does not hold the timestamps its manifest names"),
    "one added": (lambda f: shutil.copy(stamp(f, 2), stamp(f, 2, "x.tsr")), "does not hold the timestamps"),
    "the root": (lambda f: (f / "timestamps/tid.example.pem").unlink(), "tid.example.pem is missing"),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_with_timestamps_is_named(kind: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(folder, capsys) == (0, "None")
    change, named = TAMPERING[kind]
    change(folder)
    code, wrong = told(folder, capsys)
    assert (code, named in wrong) == (1, True), wrong


def test_one_taken_out_of_the_manifest_too_leaves_no_trace_as_the_readme_says(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unlisted(folder)
    assert told(folder, capsys) == (0, "None")


def test_another_token_of_the_same_checkpoint_is_for_openssl_to_refuse(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The verifier does not check who signed, and says so: a token of another authority passes it, and not OpenSSL."""
    own = LocalAuthority(folder.parent / "own-tsa")
    stamp(folder, 2).write_bytes(own.stamp(request(stamp(folder, 2, "note").read_bytes()).body))
    assert verifier.main([str(folder)]) == 0
    command = next(line for line in capsys.readouterr().out.splitlines() if f"{BOOK}/2.note" in line)
    assert openssl(command, folder)[0] == 1
