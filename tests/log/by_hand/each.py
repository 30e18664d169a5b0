"""Runs a verifier on the good log, on each tampered copy and on the rewritten history, and says what it made of each.

    python -m tests.log.by_hand.each FOLDER COMMAND ...

FOLDER is what `material` wrote. In the words of the command `{}` stands for the folder of one copy. Exit code 0 is
acceptance; anything else is refusal, and so is no answer in a minute. One line each: verdict, seconds, what it said.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

SECONDS = 60
LONGEST = 150


def verdict(words: list[str], folder: Path) -> tuple[str, str]:
    """Returns whether a verifier accepts a copy, and the last line it wrote."""
    command = [word.replace("{}", str(folder)) for word in words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "hangs", ""
    said = (done.stderr.strip() or done.stdout.strip()).split("\n")[-1]
    return "accepted" if done.returncode == 0 else "refused", said.replace(f"{folder}/", "")


def run(folder: Path, words: list[str]) -> None:
    """Writes the verdict on each copy."""
    tampered = sorted((folder / "tampered").iterdir())
    for one in (folder / "good", *tampered, folder / "rewritten"):
        began = time.perf_counter()
        found, said = verdict(words, one)
        sys.stdout.write(f"{found:8} {time.perf_counter() - began:5.1f} s  {one.name}: {said[:LONGEST]}\n")


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2:])
