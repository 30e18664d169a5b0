"""Verifies the signatures on the checkpoints of a log with the `openssl` command alone.

    python openssl.py FOLDER

FOLDER holds what an outsider has (tests/log/served.py). Needs openssl 3 and nothing of this project. This program only
cuts the pieces out: the text of the note, the 64 bytes of the signature, and the key, to which it adds the twelve bytes
that a public Ed25519 key has before it in X.509. Exit code 0: all signatures hold.
"""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from pathlib import Path

BEFORE_AN_ED25519_KEY = bytes.fromhex("302a300506032b6570032100")


def verify(note: bytes, key: bytes, folder: Path) -> None:
    """Ends the program where openssl does not verify the first signature on a note."""
    text, _, below = note.partition(b"\n\n")
    line = below.decode().split("\n")[0]
    pieces = {"text": text + b"\n", "signature": base64.b64decode(line.split(" ")[2])[4:], "key.der": key}
    for name, content in pieces.items():
        (folder / name).write_bytes(content)
    command = "openssl pkeyutl -verify -rawin -pubin -inkey key.der -keyform DER -sigfile signature -in text"
    done = subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout)
    if done.returncode:
        sys.exit(f"{text.decode().split()[1]}: {done.stdout.strip() or done.stderr.strip()}")


def main(folder: Path) -> None:
    """Verifies the newest checkpoint, the receipt's and the earlier one."""
    key = BEFORE_AN_ED25519_KEY + base64.b64decode((folder / "key").read_text().strip().split("+", 2)[2])[1:]
    notes = [(folder / name).read_bytes() for name in ("log/checkpoint", "receipt", "earlier")]
    with tempfile.TemporaryDirectory() as place:
        for note in (notes[0], notes[1].partition(b"\n\n")[2], notes[2]):
            verify(note, key, Path(place))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
