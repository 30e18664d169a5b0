"""Verifies a folder of `material` with metamorphic-log, a verifier in Rust with a binding for Python.

    python metamorphic.py FOLDER

Needs metamorphic-log from the Python package index (0.1.11 was used), in an environment of its own; nothing of this
project. Exit code 0: checkpoints, receipt and consistency proof hold. Tiles and bundles it does not read.
"""

from __future__ import annotations

import base64
import hashlib
import sys
from pathlib import Path

import metamorphic_log as log  # type: ignore[import-not-found]


def hashes(lines: list[str]) -> list[bytes]:
    """Returns the hashes in lines of base64."""
    return [base64.b64decode(line, validate=True) for line in lines]


def main(folder: Path) -> None:
    """Verifies; raises VerifyError at the first thing that does not hold."""
    key = (folder / "key").read_text().strip()
    newest, earlier = (folder / "log" / "checkpoint").read_text(), (folder / "earlier").read_text()
    found = log.checkpoint_verify(newest, [key])
    head, _, below = (folder / "receipt").read_text().partition("\n\n")
    lines = head.split("\n")
    leaf = hashlib.sha256(b"\0" + (folder / "entry").read_bytes()).digest()
    log.checkpoint_verify_inclusion(below, [key], int(lines[1].removeprefix("index ")), leaf, hashes(lines[2:]))
    log.checkpoint_verify_consistency(earlier, newest, [key], hashes((folder / "proof").read_text().split()))
    sys.stdout.write(f"{found.origin} {found.size} {base64.b64encode(found.root).decode()}\n")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except (log.VerifyError, ValueError) as error:
        sys.exit(repr(error))
