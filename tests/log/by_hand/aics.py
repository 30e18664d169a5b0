"""Verifies a folder of `material` with aics-tlog, a verifier in Python of logs in the form C2SP gives them.

    python aics.py FOLDER

Needs Python 3.12 and, from the Python package index, aics-tlog (0.2.1 was used), in an environment of its own; nothing
of this project. Exit code 0: checkpoints, every tile and bundle, the receipt and the consistency proof hold.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import aics_tlog as tlog  # type: ignore[import-not-found]


def point(raw: bytes, key: object) -> tuple[int, bytes]:
    """Returns the size and root of a checkpoint whose signature holds."""
    note = tlog.parse_note(raw)
    found = tlog.verify_checkpoint(note, key)
    if not found.ok:
        sys.exit(f"checkpoint: {found.error}")
    read = tlog.parse_checkpoint(note.text)
    return read.size, read.root


def hashes(lines: list[str]) -> list[bytes]:
    """Returns the hashes in lines of base64."""
    return [base64.b64decode(line, validate=True) for line in lines]


def main(folder: Path) -> None:
    """Verifies everything in a folder; ends the program at the first thing that does not hold."""
    key = tlog.parse_vkey((folder / "key").read_text().strip())
    size, root = point((folder / "log" / "checkpoint").read_bytes(), key)
    audited = tlog.audit_tiles(tlog.FileSystemTileReader(folder / "log"), size, root)
    head, _, below = (folder / "receipt").read_bytes().partition(b"\n\n")
    lines = head.decode().split("\n")
    its_size, its_root = point(below, key)
    index = int(lines[1].removeprefix("index "))
    entry = (folder / "entry").read_bytes()
    if not tlog.verify_leaf_inclusion(entry, index, its_size, hashes(lines[2:]), its_root):
        sys.exit("receipt: the entry is not in the tree")
    old_size, old_root = point((folder / "earlier").read_bytes(), key)
    if not tlog.verify_consistency(old_size, size, old_root, root, hashes((folder / "proof").read_text().split())):
        sys.exit("consistency: the log does not go on from the earlier checkpoint")
    sys.stdout.write(f"{audited.size} entries, {audited.tiles} tiles, {audited.bundles} bundles\n")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except (ValueError, tlog.TileMissingError, tlog.TileVerificationError) as error:
        sys.exit(str(error))
