"""What a package of evidence holds of the installation's log, and what the verifier makes of it."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log import evidence, verifier
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.checkpoints import Checkpoint, Receipt
from ledger.log.evidence import export_evidence, has_own_log
from ledger.log.merkle import check_inclusion, root_of
from ledger.log.merkle import leaf_hash as hash_of
from ledger.log.notes import Note
from ledger.log.tables import INSTALLATION
from tests.ledger.support import BOOK, Clock, begin, send, service

ORIGIN = "styringsbok.example/prove"
OTHER = "annen"
SIGNED = 270
"""Checkpoints of the one book; there are two bundles of leaves."""


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signer]:
    """A signer for a book that was signed after each entry, and another that was signed once."""
    clock = Clock()
    ledger = Ledger(SQLiteLocation(tmp_path_factory.mktemp("house") / "book.db"), clock=clock)
    begin(ledger)
    begin(ledger, book=OTHER)
    found = open_signer(ledger, origin=ORIGIN)
    assert found.checkpoint(OTHER) is not None
    for number in range(SIGNED):
        found.checkpoint(BOOK, at_once=True)
        ledger.record(send(service(f"s-{number}")))
    clock.turn(seconds=5)
    yield found
    ledger.close()


@pytest.fixture(scope="module")
def whole(signer: Signer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evidence of both books, unpacked."""
    return packed(signer, tmp_path_factory.mktemp("evidence"), BOOK, OTHER)


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it that may be tampered with."""
    return Path(shutil.copytree(whole, tmp_path / "bevis"))


def packed(signer: Signer, path: Path, *books: str) -> Path:
    """Writes the evidence of books, and unpacks it."""
    export_evidence(signer, path / "bevis.zip", books, signer.policy([*books, INSTALLATION]))
    with zipfile.ZipFile(path / "bevis.zip") as archive:
        archive.extractall(path / "bevis")
    return path / "bevis"


def told(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    """Returns what the verifier says, and asserts that its exit code says so too."""
    code = verifier.main([str(path), "--json", *more])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (code == 0) is found["ok"]
    return found


def test_every_book_is_held_against_its_leaves_and_has_a_receipt(
    whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(whole, capsys)
    assert found["wrong"] is None
    log = found["installation"]
    assert (log["installation"], log["leaves"], log["books"]) == (ORIGIN, SIGNED + 2, [OTHER, BOOK])
    assert {book["book"]: book["leaf"] for book in found["books"]} == {OTHER: 1, BOOK: SIGNED + 2}
    assert verifier.main([str(whole)]) == 0
    assert "the installation's log: 272 leaves, as they were signed" in capsys.readouterr().out


def test_a_receipt_is_one_as_any(whole: Path) -> None:
    receipt = Receipt.read((whole / f"installation/{BOOK}.tlog-proof").read_bytes())
    newest = Note.read((whole / f"log/{BOOK}/checkpoint").read_bytes())
    receipt.check(hash_of(str(Note(newest.text, newest.signatures[:1])).encode()))


def test_the_verifier_follows_every_proof_and_no_other() -> None:
    for size in range(1, 40):
        leaves = [hash_of(bytes((number,))) for number in range(size)]
        for index in range(size):
            proof = proof_in(leaves, index)
            check_inclusion(leaves[index], index, size, proof, root_of(leaves))
            assert verifier.is_included(leaves[index], index, size, proof, root_of(leaves))
            assert not verifier.is_included(bytes(32), index, size, proof, root_of(leaves))
            assert not verifier.is_included(leaves[index], index + size, size, proof, root_of(leaves))
            assert not verifier.is_included(leaves[index], index, size, [*proof, bytes(32)], root_of(leaves))


def proof_in(leaves: list[bytes], index: int) -> list[bytes]:
    """Returns the audit path of a leaf, by the definition of RFC 6962."""
    if len(leaves) == 1:
        return []
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    if index < middle:
        return [*proof_in(leaves[:middle], index), root_of(leaves[middle:])]
    return [*proof_in(leaves[middle:], index - middle), root_of(leaves[:middle])]


def test_of_a_large_log_the_receipts_alone_are_in_it(
    signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(evidence, "LEAVES_MAX", 100)
    folder = packed(signer, tmp_path, BOOK, OTHER)
    assert not (folder / "installation" / "tile").exists()
    found = told(folder, capsys)
    assert {book["book"]: book["leaf"] for book in found["books"]} == {OTHER: 1, BOOK: SIGNED + 2}
    (tmp_path / "known").write_bytes((folder / "installation/checkpoint").read_bytes())
    assert "is without the leaves" in told(folder, capsys, "--known", str(tmp_path / "known"))["wrong"]
    proof = folder / f"installation/{BOOK}.tlog-proof"
    proof.write_text(proof.read_text().replace(f"index {SIGNED + 1}", "index 7"))
    assert "does not prove" in told(folder, capsys)["wrong"]


def test_a_package_of_one_book_is_not_said_to_lack_the_other(
    signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = told(packed(signer, tmp_path, OTHER), capsys)
    assert (found["ok"], found["installation"]["books"]) == (True, [OTHER, BOOK])


def test_a_policy_that_does_not_ask_for_it_is_enough_for_the_books(
    signer: Signer, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = tmp_path / "policy.txt"
    mine.write_text(str(signer.policy([BOOK, OTHER])))
    found = told(folder, capsys, "--policy", str(mine))
    assert (found["ok"], found["installation"]) == (True, None)
    (tmp_path / "known").write_bytes((folder / "installation/checkpoint").read_bytes())
    again = told(folder, capsys, "--policy", str(mine), "--known", str(tmp_path / "known"))
    assert "has no key for styringsbok.example/prove" in again["wrong"]


def test_a_log_that_was_never_written_is_not_asked_for(tmp_path: Path) -> None:
    ledger = Ledger(SQLiteLocation(tmp_path / "book.db"), clock=Clock())
    begin(ledger)
    signer = open_signer(ledger, origin=ORIGIN)
    assert has_own_log(signer)
    ledger.close()
    read = Ledger(ledger.location, read_only=True)
    assert not has_own_log(open_signer(read))
    read.close()


# Tampering -------------------------------------------------------------------------------


def drop(folder: Path) -> None:
    """Takes a book out of a package, and out of its manifest."""
    shutil.rmtree(folder / "log" / OTHER)
    (folder / f"texts/{OTHER}.ndjson").unlink()
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["books"][OTHER]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def unpacked(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Changes the first bundle of leaves."""
    path = folder / "installation/tile/entries/000"
    leaves = change(list(verifier.unpacked(path.read_bytes(), path.name)))
    path.write_bytes(b"".join(len(leaf).to_bytes(2) + leaf for leaf in leaves))


def shorter(folder: Path) -> None:
    """Makes the book's package end at an earlier checkpoint, as if nothing had been recorded since."""
    under = folder / "log" / BOOK
    (under / "checkpoint").write_bytes((under / "checkpoints/256").read_bytes())
    for path in (under / "checkpoints").iterdir():
        if int(path.name) > 256:
            path.unlink()


def edited(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Returns what changes a file."""

    def does(folder: Path) -> None:
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))

    return does


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "a book dropped": (drop, "annen is in the installation's log, and missing from the package: it was dropped"),
    "a book shortened": (shorter, "is of more entries: the tail was dropped"),
    "two leaves swapped": (
        lambda folder: unpacked(folder, lambda all_: [all_[1], all_[0], *all_[2:]]),
        "is of other leaves of the installation's log",
    ),
    "a leaf taken out": (lambda folder: unpacked(folder, lambda all_: all_[1:]), "holds 255 leaves, not 256"),
    "a leaf that was never signed": (
        lambda folder: unpacked(folder, lambda all_: [all_[0].replace(b"/annen", b"/bnnen"), *all_[1:]]),
        "leaf 1 of the installation's log",
    ),
    "its checkpoint changed": (edited("installation/checkpoint", "\n272\n", "\n271\n"), "does not fit what it is on"),
    "its checkpoint exchanged for a book's": (
        lambda folder: shutil.copy(folder / f"log/{OTHER}/checkpoint", folder / "installation/checkpoint"),
        "installation/checkpoint is of another log",
    ),
    "the log taken out": (
        lambda folder: shutil.rmtree(folder / "installation"),
        "installation/checkpoint is missing from the package",
    ),
    "a receipt of another leaf": (
        lambda folder: shutil.copy(
            folder / f"installation/{BOOK}.tlog-proof", folder / f"installation/{OTHER}.tlog-proof"
        ),
        "does not prove that a checkpoint of annen is in",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_not_as_it_was_signed_is_named(case: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change, said = WRONG[case]
    change(folder)
    assert said in told(folder, capsys)["wrong"]


def test_another_log_under_the_same_key_is_told_by_the_installations_checkpoint_of_the_last_visit(
    signer: Signer, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = tmp_path / "known"
    known.write_bytes((folder / "installation/checkpoint").read_bytes())
    assert told(folder, capsys, "--known", str(known))["ok"]
    forger = Ledger(SQLiteLocation(tmp_path / "forged.db"), clock=Clock())
    begin(forger)
    forged = open_signer(forger, text=str(signer.key))
    (tmp_path / "anew").mkdir()
    anew = packed(forged, tmp_path / "anew", BOOK)
    assert told(anew, capsys)["ok"]
    assert "ends at leaf 1, and" in told(anew, capsys, "--known", str(known))["wrong"]
    other = Checkpoint(ORIGIN, 1, bytes(32))
    known.write_text(str(Note(other.text, (signer.key.sign(other.text, ORIGIN),))))
    assert "is of other leaves" in told(anew, capsys, "--known", str(known))["wrong"]
    forger.close()
