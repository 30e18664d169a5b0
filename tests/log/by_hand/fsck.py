"""Verifies a log's folder with `fsck` of Tessera: entries, tiles, root and checkpoint.

    python fsck.py FSCK FOLDER

FSCK is that program, which Debian has after version 13 as source, in golang-github-transparency-dev-tessera-dev
(1.0.4 was used). Many a corruption it does not report but waits for ever (transparency-dev/tessera#1098), and in 1.0.4
its exit code is 0 whatever it found. So it gets fifteen seconds, and its word that all is well is asked for. Exit code
0: it said so; 1: it found something; 3: it hung, which is no acceptance either.
"""

from __future__ import annotations

import subprocess
import sys

SECONDS = 15


def main(fsck: str, folder: str) -> None:
    """Runs it on a log."""
    command = [fsck, "--ui=false", f"--storage_url=file://{folder}/log/", f"--public_key={folder}/key"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        sys.stderr.write(f"hangs: nothing said in {SECONDS} seconds\n")
        sys.exit(3)
    said = next(iter(one for one in done.stderr.splitlines() if "fsck" in one.lower() and "checking" not in one), "")
    sys.stderr.write(said.split("] ", 1)[-1] + "\n")
    sys.exit(done.returncode or "Successfully" not in done.stderr)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
