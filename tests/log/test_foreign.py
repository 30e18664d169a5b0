"""Verifiers that we did not write accept our checkpoints, tiles and proofs, and refuse them tampered with.

One is Go's `x/mod` (the checksum database's note and tlog packages), another the Sigstore project's
`@sigstore/verify`, which knows receipts and no tiles, and the third `openssl`, which knows signatures alone. What other
verifiers make of our log, when they are run by hand, is in docs/verifiers.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log.checkpointing import open_signer
from ledger.log.notes import cosign
from tests.conftest import FOREIGN_MISSING
from tests.ledger.support import BOOK, Clock, begin, send, service
from tests.log.served import OF_A_LOG, OF_A_RECEIPT, OF_AN_ENTRY, Files, put, serve

HERE = Path(__file__).parent / "foreign"
GO_SOURCES = Path("/usr/share/gocode")
"""Where the distribution puts Go packages."""
SECONDS = 60
"""A verifier that takes longer hangs: that is no acceptance."""
BUILD_SECONDS = 300
ENTRIES, EARLIER, NUMBER = 600, 300, 137
OF_A_SIGNATURE = (
    "the size of the receipt",
    "the root of the receipt",
    "the signature of the receipt",
    "the key",
    "the size of the checkpoint",
    "the root of the checkpoint",
    "the origin of the checkpoint",
    "the signature of the checkpoint",
    "the earlier checkpoint",
)
"""What a verifier must notice that knows signatures alone."""


def ran(*words: object, seconds: float = SECONDS, **environment: str) -> tuple[int, str]:
    """Returns a program's exit code and what it complains of. Fails where it takes too long."""
    done = subprocess.run(
        [*map(str, words)], capture_output=True, text=True, check=False, timeout=seconds, env=os.environ | environment
    )
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Everything of a log of 600 entries, three tiles wide, that was signed twice."""
    folder = tmp_path_factory.mktemp("served")
    ledger = Ledger(SQLiteLocation(folder / "book.db"), clock=Clock())
    begin(ledger)
    signer = open_signer(ledger, origin="styringsbok.example/prove")
    ledger.record_all(send(service(f"s-{n}"), command_id=f"c-{n}") for n in range(1, EARLIER))
    earlier = signer.checkpoint(BOOK)
    ledger.record_all(send(service(f"s-{n}"), command_id=f"c-{n}") for n in range(EARLIER, ENTRIES))
    ledger.clock.turn(seconds=5)  # type: ignore[attr-defined]
    signed = signer.checkpoint(BOOK)
    assert earlier is not None
    assert signed is not None
    assert (earlier.checkpoint.size, signed.checkpoint.size) == (EARLIER, ENTRIES)
    files = serve(signer, BOOK, earlier, NUMBER, folder / "served")
    ledger.close()
    return files


@pytest.fixture
def files(served: Files, tmp_path: Path) -> Files:
    """A copy to tamper with."""
    return served.copy(tmp_path / "copy")


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


@pytest.mark.parametrize("kind", [*OF_A_RECEIPT, *OF_AN_ENTRY])
def test_sigstore_refuses_what_was_tampered_with(kind: str, sigstore: Verify, files: Files) -> None:
    (OF_A_RECEIPT | OF_AN_ENTRY)[kind](files)
    code, complaint = sigstore(files)
    assert (code, bool(complaint)) == (1, True)
    assert "    at " not in complaint


@pytest.fixture(scope="module")
def openssl() -> Verify:
    """OpenSSL's command. Skips where it is not installed."""
    if shutil.which("openssl") is None:
        pytest.skip(f"{FOREIGN_MISSING}: openssl")
    return lambda f: ran(sys.executable, HERE / "openssl.py", f.folder)


def test_openssl_accepts_our_signatures(openssl: Verify, files: Files) -> None:
    assert openssl(files) == (0, "")


@pytest.mark.parametrize("kind", OF_A_SIGNATURE)
def test_openssl_refuses_what_was_tampered_with(kind: str, openssl: Verify, files: Files) -> None:
    (OF_A_RECEIPT | OF_A_LOG)[kind](files)
    code, complaint = openssl(files)
    assert (code, "Verification Failure" in complaint) == (1, True)


def cosigned(path: Path) -> None:
    """Adds the cosignature of a witness nobody here knows to the note a file ends with."""
    whole = path.read_text()
    text = whole.rpartition("\n\n")[0].rpartition("\n\n")[2] + "\n"
    put(path, (whole + str(cosign(text, "nabo.example/vitne", Ed25519PrivateKey.generate(), 1))).encode())


@pytest.mark.parametrize("verifier", ["go", "openssl"])
def test_a_cosignature_by_an_unknown_witness_is_passed_over(
    verifier: str, request: pytest.FixtureRequest, files: Files
) -> None:
    verify: Verify = request.getfixturevalue(verifier)
    for path in (files.checkpoint, files.receipt, files.earlier):
        cosigned(path)
    assert verify(files) == (0, "")


def test_the_page_says_what_became_of_each_kind_of_tampering() -> None:
    page = (Path(__file__).parents[2] / "docs" / "verifiers.md").read_text(encoding="utf-8")
    kinds = (OF_A_RECEIPT | OF_A_LOG | OF_AN_ENTRY).keys()
    assert [kind for kind in kinds if f"\n| {kind} | " not in page] == []
