"""Builds the tree of a log's entries with pymerkle, and compares its roots with the checkpoints'.

    python pymerkle_root.py FOLDER

Needs pymerkle from the Python package index (7.0.0 was used), in an environment of its own; nothing of this project. It
is under the GPL, version 3: an oracle to hold results against, never a part of the program. Exit code 0: the bundles
hold as many entries as the checkpoint says, and they have its root and, at its size, that of the earlier one.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from pymerkle import InmemoryTree  # type: ignore[import-not-found]


def point(path: Path) -> tuple[int, bytes]:
    """Returns what a checkpoint says, whoever signed it."""
    lines = path.read_text().split("\n")
    return int(lines[1]), base64.b64decode(lines[2])


def entries(log: Path) -> list[bytes]:
    """Returns the entries of the bundles, two bytes of length before each, in the order of their paths."""
    found: list[bytes] = []
    paths = [path for path in (log / "tile" / "entries").rglob("*") if path.is_file()]
    for path in sorted(paths, key=lambda one: [part.removesuffix(".p").lstrip("x") for part in one.parts]):
        raw = path.read_bytes()
        while raw:
            length = int.from_bytes(raw[:2]) + 2
            if len(raw) < length:
                sys.exit(f"{path.name} ends in the middle of an entry")
            found.append(raw[2:length])
            raw = raw[length:]
    return found


def main(folder: Path) -> None:
    """Compares; ends the program at the first difference."""
    tree = InmemoryTree(algorithm="sha256")
    for entry in entries(folder / "log"):
        tree.append_entry(entry)
    size, root = point(folder / "log" / "checkpoint")
    if tree.get_size() != size:
        sys.exit(f"{tree.get_size()} entries, and the checkpoint says {size}")
    if tree.get_root() != root:
        sys.exit(f"the root is {base64.b64encode(tree.get_root()).decode()}, not the checkpoint's")
    old_size, old_root = point(folder / "earlier")
    if tree.get_root(old_size) != old_root:
        sys.exit(f"the root of the first {old_size} is not the earlier checkpoint's")
    sys.stdout.write(f"{size} {base64.b64encode(root).decode()}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
