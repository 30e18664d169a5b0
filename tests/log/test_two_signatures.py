"""A checkpoint with two signature lines, Ed25519 and ML-DSA-44: what others' verifiers and ours make of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log import verifier
from ledger.log.checkpointing import open_signer
from ledger.log.evidence import export_evidence
from ledger.log.notes import Note, Signature, encoded
from ledger.log.policy import Policy
from ledger.log.second_keys import let_in, path_beside
from tests.conftest import FOREIGN_MISSING
from tests.ledger.support import BOOK, Clock, begin, send, service
from tests.log.test_foreign import BUILD_SECONDS, GO_SOURCES, HERE, ran

ORIGIN = "styringsbok.example/prove"
ENTRIES, EARLIER, NUMBER = 300, 100, 37


@dataclass(frozen=True)
class Files:
    """What an outsider has: the evidence package, unpacked, the first key, a receipt and its entry, and a proof."""

    folder: Path

    @property
    def log(self) -> Path:
        """The folder of the book's log."""
        return self.folder / "log" / BOOK

    def at(self, name: str) -> Path:
        """Returns a file by its name."""
        return self.folder / name


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Everything of a log of 300 entries that was signed twice by both keys."""
    folder = tmp_path_factory.mktemp("kept")
    clock = Clock()
    ledger = Ledger(SQLiteLocation(folder / "book.db"), clock=clock)
    begin(ledger)
    signer = open_signer(ledger, origin=ORIGIN, second=True)
    ledger.record_all(send(service(f"s-{n}"), command_id=f"c-{n}") for n in range(1, EARLIER))
    earlier = signer.checkpoint(BOOK)
    ledger.record_all(send(service(f"s-{n}"), command_id=f"c-{n}") for n in range(EARLIER, ENTRIES))
    clock.turn(seconds=5)
    export_evidence(signer, folder / "bevis.zip", [BOOK], signer.policy([BOOK]))
    files = Files(folder / "bevis")
    with zipfile.ZipFile(folder / "bevis.zip") as opened:
        opened.extractall(files.folder)
    assert earlier is not None
    files.at("key").write_text(str(signer.keys_of(BOOK)[0]))
    files.at("receipt").write_text(str(signer.receipt(BOOK, NUMBER)))
    files.at("entry").write_bytes(bytes(next(iter(ledger.rows(BOOK, NUMBER - 1, NUMBER))).state))
    files.at("earlier").write_text(str(earlier.note))
    proof = ledger.log_of(BOOK).consistency(EARLIER, ENTRIES)
    files.at("proof").write_text("".join(f"{encoded(one)}\n" for one in proof))
    ledger.close()
    return files


@pytest.fixture
def files(kept: Files, tmp_path: Path) -> Files:
    """A copy to tamper with."""
    return Files(Path(shutil.copytree(kept.folder, tmp_path / "copy")))


def lines(path: Path) -> Note:
    """Returns the checkpoint in a file."""
    return Note.read(path.read_bytes())


def change_line(path: Path, place: int) -> None:
    """Changes a bit of one of the signatures on a checkpoint."""
    head, blank, below = path.read_text().rpartition("\n\n")
    found = [Signature.read(line) for line in below.splitlines()]
    one = found[place]
    found[place] = Signature(one.name, one.id, one.signature[:-1] + bytes((one.signature[-1] ^ 1,)))
    path.write_text(head + blank + "".join(map(str, found)))


# Others' verifiers --------------------------------------------------------------------------


Verify = Callable[[Files], tuple[int, str]]


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Verify:
    """Go's verifier. Skips where it is not installed."""
    if shutil.which("go") is None or not (GO_SOURCES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip(f"{FOREIGN_MISSING}: Go and its x/mod packages")
    folder = tmp_path_factory.mktemp("go")
    without = {"GO111MODULE": "off", "GOPATH": str(GO_SOURCES), "GOCACHE": str(folder / "cache"), "GOFLAGS": ""}
    assert ran("go", "build", "-o", folder / "modx", HERE / "modx.go", seconds=BUILD_SECONDS, **without) == (0, "")
    return lambda f: ran(folder / "modx", f.log, *(f.at(name) for name in ("key", "receipt", "earlier", "proof")))


@pytest.fixture(scope="module")
def sigstore() -> Verify:
    """The Sigstore project's verifier. Skips where it is not installed."""
    if shutil.which("node") is None or not (HERE / "node_modules/@sigstore/verify").is_dir():
        pytest.skip(f"{FOREIGN_MISSING}: Node and @sigstore/verify")
    return lambda f: ran("node", HERE / "verify.cjs", *(f.at(name) for name in ("key", "receipt", "entry")))


def test_both_lines_stand_on_all_that_is_handed_out(files: Files) -> None:
    for path in (files.log / "checkpoint", files.log / "checkpoints" / str(EARLIER), files.at("earlier")):
        assert [len(line.signature) for line in lines(path).signatures] == [64, 8 + 2_420]
    assert len((files.log / "checkpoint").read_bytes()) < 4_000


def test_go_accepts_two_lines_and_looks_at_the_one_it_knows(go: Verify, files: Files) -> None:
    assert go(files) == (0, "")
    change_line(files.log / "checkpoint", 1)
    assert go(files) == (0, ""), "an unknown signature is ignored"
    change_line(files.log / "checkpoint", 0)
    code, complaint = go(files)
    assert (code, bool(complaint), "panic" in complaint) == (1, True, False)


def test_sigstore_accepts_two_lines_and_looks_at_the_one_it_knows(sigstore: Verify, files: Files) -> None:
    assert sigstore(files) == (0, "")
    change_line(files.at("receipt"), 1)
    assert sigstore(files) == (0, ""), "an unknown signature is ignored"
    change_line(files.at("receipt"), 0)
    code, complaint = sigstore(files)
    assert (code, bool(complaint)) == (1, True)


# Our own of one file -------------------------------------------------------------------------


def told(files: Files, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[int, str, list[object]]:
    """Returns the exit code, what is wrong, and whether each book was signed by the second key."""
    code = verifier.main([str(files.folder), "--json", *more])
    said = json.loads(capsys.readouterr().out)
    return code, str(said["wrong"]), [book["second_signature"] for book in said["books"]]


def test_the_verifier_checks_the_second_line(files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(files, capsys) == (0, "None", [True])
    done = subprocess.run(
        [sys.executable, "-I", files.at("verify.py"), files.folder], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{BOOK}: {ENTRIES} entries, as they were signed\n"
    change_line(files.log / "checkpoints" / str(EARLIER), 1)
    code, wrong, _ = told(files, capsys)
    assert (code, "does not fit what it is on" in wrong) == (1, True)


def test_one_that_cannot_check_the_second_line_says_so(
    files: Files, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    change_line(files.log / "checkpoint", 1)
    monkeypatch.setattr(verifier, "HAS_ML_DSA", False)
    assert told(files, capsys) == (0, "None", [None])
    verifier.main([str(files.folder)])
    assert "its second signature (ML-DSA-44) was not checked" in capsys.readouterr().out


def only(files: Files, algorithm: int, tmp_path: Path) -> str:
    """Returns the file of a policy that knows the keys of one algorithm alone."""
    text = files.at("policy.txt").read_text()
    keys = [line for line in text.splitlines() if line.startswith("log ")]
    assert len(keys) == 2
    kept = [line for line in keys if verifier.read_key(line.split()[1])[1] == algorithm]
    path = tmp_path / "policy.txt"
    path.write_text("\n".join((*kept, "quorum none", "")))
    return str(path)


def test_a_policy_may_know_either_key_alone(files: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = only(files, verifier.ED25519, tmp_path)
    assert told(files, capsys, "--policy", mine) == (0, "None", [False])
    mine = only(files, verifier.ML_DSA, tmp_path)
    assert told(files, capsys, "--policy", mine) == (0, "None", [True])
    change_line(files.log / "checkpoint", 0)
    assert told(files, capsys, "--policy", mine) == (0, "None", [True]), "where Ed25519 counts for nothing any more"
    note = lines(files.log / "checkpoint")
    (files.log / "checkpoint").write_text(str(Note(note.text, note.signatures[:1])))
    code, wrong, _ = told(files, capsys, "--policy", mine)
    assert (code, "is not signed by a key the policy has" in wrong) == (1, True)


@pytest.mark.parametrize("kind", ["statement", "public", "number"])
def test_a_second_key_nobody_let_in_is_named(kind: str, files: Files, capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(files.at("keys.json").read_text())
    (second,) = listed["second"]
    if kind == "statement":
        second["statement"] = str(Note("anything\n", Note.read(second["statement"].encode()).signatures))
    elif kind == "public":
        second["public"] = encoded(bytes(1_312))
    else:
        listed["second"] = [second, second]
    files.at("keys.json").write_text(json.dumps(listed))
    code, wrong, _ = told(files, capsys)
    assert code == 1, wrong
    assert "does not fit what it is on" in wrong if kind == "statement" else "was let in by no first key" in wrong


def test_a_size_that_no_tree_has_is_told_and_not_stumbled_over(files: Files) -> None:
    policy = verifier.Policy(files.at("policy.txt").read_text())
    (name, algorithm, public) = next(key for key in policy.logs if key[1] == verifier.ML_DSA)
    line = Signature(name, verifier.key_id(name, algorithm, public), bytes(2_428))
    note = Note(f"{name}\n{2**70}\n{encoded(bytes(32))}\n", (line,))
    with pytest.raises(verifier.Wrong, match="does not fit what it is on"):
        verifier.Note(str(note).encode(), "it").signed_by(name, algorithm, public)


def test_another_second_key_follows_and_both_are_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock()
    ledger = Ledger(SQLiteLocation(tmp_path / "book.db"), clock=clock)
    begin(ledger)
    path = tmp_path / "prove.key"
    signer = open_signer(ledger, path=path, origin=ORIGIN, second=True)
    signer.checkpoint(BOOK)
    path_beside(path).rename(tmp_path / "before")
    let_in(ledger, signer.key, path_beside(path))
    ledger.record(send(service("more")))
    clock.turn(seconds=5)
    later = open_signer(ledger, path=path, second=True)
    policy = later.policy([BOOK])
    export_evidence(later, tmp_path / "bevis.zip", [BOOK], policy)
    ledger.close()
    assert isinstance(policy, Policy)
    assert [key.algorithm for key in policy.logs] == [0x01, 0x06, 0x06]
    assert verifier.main([str(tmp_path / "bevis.zip")]) == 0
    assert capsys.readouterr().err == ""
