"""The evidence package and its verifier: what is as it was signed passes, and everything else is named."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log import verifier
from ledger.log.checkpointing import Signer, open_signer, rotate
from ledger.log.entry_schema import entry_schema
from ledger.log.evidence import export_evidence
from ledger.log.holding import record_break
from ledger.log.notes import COSIGNATURE, VerifierKey, cosign
from ledger.log.policy import Policy, Witness
from tests.ledger.support import BOOK, Clock, begin, person, send, service

ORIGIN = "styringsbok.example/prove"
ENTRIES = 300
OTHER = "annen"
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(32))


@pytest.fixture
def signer(tmp_path: Path) -> Iterator[Signer]:
    """A signer for a ledger with a book of two tiles that was signed twice, and another of one entry."""
    ledger = Ledger(SQLiteLocation(tmp_path / "book.db"), clock=Clock())
    begin(ledger)
    begin(ledger, book=OTHER)
    found = open_signer(ledger, origin=ORIGIN)
    ledger.record(send(person("kari"), command_id="kari"))
    found.checkpoint(BOOK)
    ledger.record_all(send(service(f"s-{n}"), command_id=f"c-{n}") for n in range(ENTRIES - 2))
    ledger.clock.turn(seconds=5)  # type: ignore[attr-defined]
    yield found
    ledger.close()


def package(signer: Signer, path: Path, policy: Policy | None = None) -> Path:
    """Writes the evidence of both books, unpacked so that it can be tampered with."""
    archive = path / "bevis.zip"
    written = export_evidence(signer, archive, [BOOK, OTHER], policy or signer.policy([BOOK, OTHER]))
    assert written == {BOOK: ENTRIES, OTHER: 1}
    folder = path / "bevis"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    return folder


def told(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str]:
    """Returns the verifier's exit code, and what it says is wrong."""
    code = verifier.main([str(path), "--json", *more])
    return code, str(json.loads(capsys.readouterr().out)["wrong"])


def test_a_package_is_verified_by_the_file_in_it_alone(signer: Signer, tmp_path: Path) -> None:
    folder = package(signer, tmp_path)
    assert (folder / "schema.json").read_bytes() == entry_schema()
    for where in (folder, tmp_path / "bevis.zip"):
        done = subprocess.run(
            [sys.executable, "-I", str(folder / "verify.py"), str(where)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert (
            done.stdout == f"{OTHER}: 1 entries, as they were signed\n{BOOK}: {ENTRIES} entries, as they were signed\n"
        )


def test_texts_stay_out_where_they_are_to(signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    archive = tmp_path / "uten.zip"
    export_evidence(signer, archive, [BOOK], signer.policy([BOOK]), texts=False)
    assert b"Kari" not in b"".join(zipfile.ZipFile(archive).read(n) for n in zipfile.ZipFile(archive).namelist())
    assert told(archive, capsys)[0] == 0


def test_a_break_after_a_restore_is_told_and_signed(
    signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    signer.ledger.hold("2026-11-24T08:00:00.000000Z", "restored", [BOOK])
    record_break(signer, BOOK, "the disk burned")
    folder = package(signer, tmp_path)
    assert verifier.main([str(folder)]) == 0
    assert "went on after a restore without proof, at entry 300: break 2026-11-24" in capsys.readouterr().out
    (statement,) = (folder / "log" / BOOK / "checkpoints").glob("*.break-1")
    statement.write_text(statement.read_text().replace("burned", "was well"))
    assert told(folder, capsys)[0] == 1


# Tampering -------------------------------------------------------------------------------


def bundle_of(folder: Path, index: int = 0) -> Path:
    """Returns the file of a bundle of the book's entries."""
    return next((folder / "log" / BOOK / "tile" / "entries").glob(f"00{index}*/**/*"), None) or (
        folder / "log" / BOOK / "tile" / "entries" / f"00{index}"
    )


def entries(path: Path) -> list[bytes]:
    """Returns the entries in a bundle."""
    return list(verifier.unpacked(path.read_bytes(), path.name))


def pack(path: Path, changed: list[bytes]) -> None:
    """Writes a bundle."""
    path.write_bytes(b"".join(len(entry).to_bytes(2) + entry for entry in changed))


def with_tile(folder: Path) -> None:
    """Makes the tile of hashes fit the entries, as whoever changes the one would change the other."""
    tile = folder / "log" / BOOK / "tile" / "0" / "000"
    tile.write_bytes(b"".join(map(verifier.leaf_hash, entries(bundle_of(folder)))))


def edited(record: bytes, **fields: object) -> bytes:
    """Returns an entry with other fields, written as entries are."""
    return orjson.dumps({**orjson.loads(record), **fields}, option=orjson.OPT_SORT_KEYS)


def edit(folder: Path, place: int, /, **fields: object) -> None:
    """Changes fields of the entry in a place."""
    held = entries(bundle_of(folder))
    held[place - 1] = edited(held[place - 1], **fields)
    pack(bundle_of(folder), held)


def edit_both(folder: Path, place: int, /, **fields: object) -> None:
    """Changes fields of the entry in a place, and the tile with it."""
    edit(folder, place, **fields)
    with_tile(folder)


def reorder(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Changes which entries there are."""
    pack(bundle_of(folder), change(entries(bundle_of(folder))))


def replace(folder: Path, name: str, old: str, new: str) -> None:
    """Replaces something in a file of the package."""
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


POINT = f"log/{BOOK}/checkpoint"
TAMPERING: dict[str, tuple[Callable[[Path], object], str]] = {
    "an author": (lambda f: edit(f, 7, recorded_by="someone"), f"entry 7 of {BOOK} is not the one in the tree"),
    "an author and the tile": (lambda f: edit_both(f, 7, recorded_by="someone"), "one of 3 to 300"),
    "an early entry and the tile": (lambda f: edit_both(f, 2, mode="record"), "one of 1 to 2"),
    "a number": (lambda f: edit(f, 9, number=10), f"entry 9 of {BOOK} calls itself entry 10"),
    "a book": (lambda f: edit(f, 9, collaboration_id="x"), f"entry 9 of {BOOK} calls itself entry 9 of x"),
    "a time": (
        lambda f: edit(f, 9, recorded_at="2000-01-01T00:00:00.000000Z"),
        "entry 9 of .* before the entry before",
    ),
    "white space": (
        lambda f: reorder(f, lambda e: [*e[:4], e[4].replace(b":", b": ", 1), *e[5:]]),
        "entry 5 of .* not written as entries are",
    ),
    "rubbish": (lambda f: reorder(f, lambda e: [*e[:4], b"{}", *e[5:]]), "entry 5 of .* is no entry"),
    "two swapped": (lambda f: reorder(f, lambda e: [e[0], e[2], e[1], *e[3:]]), "entry 2 of .* calls itself entry 3"),
    "one inserted": (lambda f: reorder(f, lambda e: [*e[:3], e[2], *e[3:]]), "entry 4 of .* calls itself entry 3"),
    "one dropped": (lambda f: reorder(f, lambda e: [*e[:3], *e[4:]]), "entry 4 of .* calls itself entry 5"),
    "the last of a bundle": (lambda f: reorder(f, lambda e: e[:-1]), "holds 255 entries"),
    "a bundle cut": (lambda f: bundle_of(f).write_bytes(bundle_of(f).read_bytes()[:-3]), "in the middle of an entry"),
    "a bundle gone": (lambda f: bundle_of(f).unlink(), "tile/entries/000 is missing"),
    "a tile gone": (lambda f: (f / "log" / BOOK / "tile/0/000").unlink(), "tile/0/000 is missing"),
    "a tile cut": (
        lambda f: (f / "log" / BOOK / "tile/0/000").write_bytes((f / "log" / BOOK / "tile/0/000").read_bytes()[:-32]),
        "entry 256 of .* is not the one in the tree",
    ),
    "the size": (lambda f: replace(f, POINT, "\n300\n", "\n299\n"), "does not fit what it is on"),
    "the signature": (lambda f: replace(f, POINT, "\n\n— ", "\n\n— x"), "is not signed by a key the policy has"),
    "another origin": (lambda f: replace(f, POINT, f"{ORIGIN}/{BOOK}\n300", f"{ORIGIN}/x\n300"), "is not signed by"),
    "the checkpoint of another book": (
        lambda f: (f / POINT).write_bytes((f / f"log/{OTHER}/checkpoint").read_bytes()),
        "is of another log",
    ),
    "an earlier checkpoint": (
        lambda f: replace(f, f"log/{BOOK}/checkpoints/2", "\n2\n", "\n3\n"),
        "does not fit what it is on",
    ),
    "a checkpoint gone": (lambda f: (f / POINT).unlink(), "checkpoint is missing"),
    "a book dropped": (
        lambda f: shutil.rmtree(f / "log" / OTHER),
        f"does not hold the books its manifest names: {OTHER}",
    ),
    "a text": (lambda f: replace(f, f"texts/{BOOK}.ndjson", "Prøvesen", "Annensen"), "a text of entry 2"),
    "a text of nothing": (
        lambda f: replace(f, f"texts/{BOOK}.ndjson", '{"commitment":"', '{"commitment":"00'),
        "a text no entry",
    ),
    "a key": (lambda f: replace(f, "keys.json", '"public": "', '"public": "AAAA'), "the policy has a key"),
    "the policy's key": (lambda f: replace(f, "policy.txt", "+A", "+B"), "does not have the id"),
    "no quorum": (lambda f: replace(f, "policy.txt", "quorum none", "# none"), "which witnesses are enough"),
}


@pytest.mark.parametrize("kind", TAMPERING)
def test_tampering_is_found_and_named(
    kind: str, signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = package(signer, tmp_path)
    assert told(folder, capsys) == (0, "None")
    change, named = TAMPERING[kind]
    change(folder)
    code, wrong = told(folder, capsys)
    assert code == 1, wrong
    assert re.search(named, wrong), wrong


def test_what_is_no_package_is_said_to_be_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.zip").write_bytes(b"x")
    for path in (tmp_path / "x.zip", tmp_path / "gone.zip"):
        code, wrong = told(path, capsys)
        assert code == 2
        assert "cannot be read" in wrong


# What only somebody outside can tell ------------------------------------------------------


def test_another_history_signed_with_the_same_key_is_told_by_the_checkpoint_of_the_last_visit(
    signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signer.checkpoint(BOOK)
    assert before is not None
    visit = tmp_path / "last-visit"
    visit.write_text(str(before.note))
    forger = Ledger(SQLiteLocation(tmp_path / "forged.db"), clock=Clock())
    begin(forger)
    begin(forger, book=OTHER)
    forger.record_all(send(service(f"x-{n}"), command_id=f"c-{n}") for n in range(ENTRIES - 1))
    forged = open_signer(forger, text=str(signer.key))
    folder = package(forged, tmp_path)
    assert told(folder, capsys)[0] == 0
    code, wrong = told(folder, capsys, "--known", str(visit))
    assert (code, f"the checkpoint you know is of other entries: one of 1 to {ENTRIES}" in wrong) == (1, True)
    forger.close()


def test_a_dropped_tail_is_told_by_the_checkpoint_of_the_last_visit(
    signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = package(signer, tmp_path)
    visit = tmp_path / "last-visit"
    visit.write_text((folder / POINT).read_text())
    (folder / POINT).write_text((folder / f"log/{BOOK}/checkpoints/2").read_text())
    code, wrong = told(folder, capsys, "--known", str(visit))
    assert (code, "the tail was dropped" in wrong) == (1, True)


def test_a_policy_of_ones_own_asks_for_witnesses(
    signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = VerifierKey("vitne.example", COSIGNATURE, WITNESS.public_key().public_bytes_raw())
    asked = signer.policy([BOOK, OTHER], [Witness("vitne", key)], least=1)
    folder = package(signer, tmp_path)
    mine = tmp_path / "policy.txt"
    mine.write_text(str(asked))
    assert told(folder, capsys, "--policy", str(mine))[1].endswith("by the witnesses the policy asks for (witnesses)")
    for book in (BOOK, OTHER):
        signed = signer.checkpoint(book)
        assert signed is not None
        line = cosign(signed.note.text, key.name, WITNESS, 1_795_000_000)
        row = (book, signed.checkpoint.size, "vitne", str(line), 1_795_000_000)
        signer.ledger.write_beside([("INSERT INTO log_cosignatures VALUES (%s,%s,%s,%s,%s)", row)])
    (tmp_path / "again").mkdir()
    again = package(signer, tmp_path / "again")
    assert told(again, capsys, "--policy", str(mine)) == (0, "None")


def test_a_rotated_key_is_followed_and_one_let_in_by_nobody_is_not(
    signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = rotate(signer, tmp_path / "ny.key")
    signer.ledger.record(send(service("more"), command_id="more"))
    signer.ledger.clock.turn(seconds=5)  # type: ignore[attr-defined]
    archive = tmp_path / "rotert.zip"
    export_evidence(later, archive, [BOOK], later.policy([BOOK]))
    assert told(archive, capsys) == (0, "None")
    folder = tmp_path / "rotert"
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    keys = json.loads((folder / "keys.json").read_text())
    keys["keys"][0]["public"] = base64.b64encode(bytes(32)).decode()
    (folder / "keys.json").write_text(json.dumps(keys))
    assert told(folder, capsys)[0] == 1
