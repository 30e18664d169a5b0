"""Verifiers that we did not write accept our checkpoints, tiles and proofs, and refuse them tampered with.

One is Go's `x/mod` (the checksum database's note and tlog packages), the other the Sigstore project's
`@sigstore/verify`, which knows receipts and no tiles.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log.checkpointing import open_signer
from ledger.log.notes import encoded
from ledger.log.tiles import bundles_of, tiles_of
from tests.conftest import FOREIGN_MISSING
from tests.ledger.support import BOOK, Clock, begin, send, service

HERE = Path(__file__).parent / "foreign"
GO_SOURCES = Path("/usr/share/gocode")
"""Where the distribution puts Go packages."""
SECONDS = 60
"""A verifier that takes longer hangs: that is no acceptance."""
BUILD_SECONDS = 300
ENTRIES, EARLIER, NUMBER = 600, 300, 137


def ran(*words: object, seconds: float = SECONDS, **environment: str) -> tuple[int, str]:
    """Returns a program's exit code and what it complains of. Fails where it takes too long."""
    done = subprocess.run(
        [*map(str, words)], capture_output=True, text=True, check=False, timeout=seconds, env=os.environ | environment
    )
    return done.returncode, done.stderr


@dataclass(frozen=True)
class Files:
    """What an outsider fetches of a log."""

    log: Path
    """The folder of its checkpoint, tiles and bundles."""
    key: Path
    receipt: Path
    entry: Path
    earlier: Path
    proof: Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything of a log of 600 entries, three tiles wide, that was signed twice."""
    folder = tmp_path_factory.mktemp("served")
    ledger = Ledger(SQLiteLocation(folder / "book.db"), clock=Clock())
    begin(ledger)
    signer = open_signer(ledger, origin="styringsbok.example/prove")
    ledger.record_all(send(service(f"s-{n}"), command_id=f"c-{n}") for n in range(1, EARLIER))
    earlier = signer.checkpoint(BOOK)
    ledger.record_all(send(service(f"s-{n}"), command_id=f"c-{n}") for n in range(EARLIER, ENTRIES))
    ledger.clock.turn(seconds=5)  # type: ignore[attr-defined]
    signed, log = signer.checkpoint(BOOK), ledger.log_of(BOOK)
    assert earlier is not None
    assert signed is not None
    assert (earlier.checkpoint.size, signed.checkpoint.size) == (EARLIER, ENTRIES)
    for tile in (*tiles_of(ENTRIES), *bundles_of(ENTRIES)):
        path = folder / "log" / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(log.tile(tile))
    (folder / "log" / "checkpoint").write_text(str(signed.note))
    (folder / "key").write_text(str(signer.keys_of(BOOK)[0]))
    (folder / "receipt").write_text(str(signer.receipt(BOOK, NUMBER)))
    (folder / "entry").write_bytes(bytes(next(iter(ledger.rows(BOOK, NUMBER - 1, NUMBER))).state))
    (folder / "earlier").write_text(str(earlier.note))
    (folder / "proof").write_text("".join(f"{encoded(one)}\n" for one in log.consistency(EARLIER, ENTRIES)))
    ledger.close()
    return folder


@pytest.fixture
def files(served: Path, tmp_path: Path) -> Files:
    """A copy to tamper with."""
    shutil.copytree(served, tmp_path / "copy", ignore=shutil.ignore_patterns("book.db*"))
    return Files(*(tmp_path / "copy" / name for name in ("log", "key", "receipt", "entry", "earlier", "proof")))


Verify = Callable[[Files], tuple[int, str]]


@pytest.fixture(scope="module")
def go(tmp_path_factory: pytest.TempPathFactory) -> Verify:
    """Go's verifier, built against the distribution's packages. Skips where they are not installed."""
    if shutil.which("go") is None or not (GO_SOURCES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip(f"{FOREIGN_MISSING}: Go and its x/mod packages")
    folder = tmp_path_factory.mktemp("go")
    without_modules = {"GO111MODULE": "off", "GOPATH": str(GO_SOURCES), "GOCACHE": str(folder / "cache"), "GOFLAGS": ""}
    built = ran("go", "build", "-o", folder / "modx", HERE / "modx.go", seconds=BUILD_SECONDS, **without_modules)
    assert built == (0, "")
    return lambda f: ran(folder / "modx", f.log, f.key, f.receipt, f.earlier, f.proof)


@pytest.fixture(scope="module")
def sigstore() -> Verify:
    """The Sigstore project's verifier. Skips where it is not installed: `npm ci` in its folder does that."""
    if shutil.which("node") is None or not (HERE / "node_modules/@sigstore/verify").is_dir():
        pytest.skip(f"{FOREIGN_MISSING}: Node and @sigstore/verify")
    return lambda f: ran("node", HERE / "verify.cjs", f.key, f.receipt, f.entry)


def flip(path: Path, place: int) -> None:
    """Changes one bit of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


def replace(path: Path, old: str, new: str) -> None:
    """Replaces the first of something in a file."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def change_line(path: Path, number: int) -> None:
    """Changes the hash in a line of a file."""
    lines = path.read_text().split("\n")
    lines[number] = encoded(bytes(32))
    path.write_text("\n".join(lines))


OF_A_RECEIPT: dict[str, Callable[[Files], object]] = {
    "its index": lambda f: replace(f.receipt, f"index {NUMBER - 1}", f"index {NUMBER}"),
    "an index beyond the tree": lambda f: replace(f.receipt, f"index {NUMBER - 1}", f"index {ENTRIES}"),
    "a hash of its path": lambda f: change_line(f.receipt, 4),
    "a hash too few": lambda f: replace(f.receipt, f.receipt.read_text().split("\n")[3] + "\n", ""),
    "its size": lambda f: replace(f.receipt, f"\n{ENTRIES}\n", f"\n{ENTRIES - 1}\n"),
    "its root": lambda f: change_line(f.receipt, f.receipt.read_text().split("\n").index(str(ENTRIES)) + 1),
    "its signature": lambda f: flip(f.receipt, -20),
    "the key": lambda f: f.key.write_text(OTHER_KEY),
}
OTHER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
"""An Ed25519 key that is not ours: the example of x/mod's documentation."""

OF_A_LOG: dict[str, Callable[[Files], object]] = {
    "an entry": lambda f: flip(f.log / "tile/entries/001", 40),
    "a bundle cut": lambda f: (f.log / "tile/entries/001").write_bytes((f.log / "tile/entries/001").read_bytes()[:-5]),
    "a tile": lambda f: flip(f.log / "tile/0/001", 40),
    "a partial tile": lambda f: flip(f.log / "tile/0/002.p/88", 40),
    "a tile above": lambda f: flip(f.log / "tile/1/000.p/2", 40),
    "two bundles swapped": lambda f: shutil.copy(f.log / "tile/entries/000", f.log / "tile/entries/001"),
    "the size of the checkpoint": lambda f: replace(f.log / "checkpoint", f"\n{ENTRIES}\n", f"\n{ENTRIES - 1}\n"),
    "the root of the checkpoint": lambda f: change_line(f.log / "checkpoint", 2),
    "the origin of the checkpoint": lambda f: replace(f.log / "checkpoint", BOOK, "x"),
    "the signature of the checkpoint": lambda f: flip(f.log / "checkpoint", -20),
    "the earlier checkpoint": lambda f: change_line(f.earlier, 2),
    "a hash of the consistency proof": lambda f: change_line(f.proof, 1),
    "a consistency proof of nothing": lambda f: f.proof.write_text(""),
}


def test_go_accepts_our_checkpoints_tiles_and_proofs(go: Verify, files: Files) -> None:
    assert go(files) == (0, "")


@pytest.mark.parametrize("kind", [*OF_A_RECEIPT, *OF_A_LOG])
def test_go_refuses_what_was_tampered_with(kind: str, go: Verify, files: Files) -> None:
    (OF_A_RECEIPT | OF_A_LOG)[kind](files)
    code, complaint = go(files)
    assert (code, bool(complaint)) == (1, True)
    assert "panic" not in complaint


def test_sigstore_accepts_our_checkpoints_and_receipts(sigstore: Verify, files: Files) -> None:
    assert sigstore(files) == (0, "")


@pytest.mark.parametrize("kind", [*OF_A_RECEIPT, "the entry"])
def test_sigstore_refuses_what_was_tampered_with(kind: str, sigstore: Verify, files: Files) -> None:
    (OF_A_RECEIPT | {"the entry": lambda f: flip(f.entry, 40)})[kind](files)
    code, complaint = sigstore(files)
    assert (code, bool(complaint)) == (1, True)
    assert "    at " not in complaint
