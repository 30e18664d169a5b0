"""Has a witness's client that is not ours, that of aics-witness, take a log's checkpoints to our witness.

    python feeder.py FOLDER URL WITNESS-KEY

FOLDER is what `material` wrote; URL and WITNESS-KEY are what `styringsbok witness --log KEY` tells when it starts, with
the key in `good/key`. Needs Python 3.12 and, from the Python package index, aics-witness (0.1.0 was used), in an
environment of its own; nothing of this project. Exit code 0: the client takes each answer as what it is meant to be.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

from aics_witness.feeder import WitnessAhead, WitnessClient, WitnessRejected  # type: ignore[import-not-found]


def main(folder: Path, url: str, key: str) -> int:
    """Writes what the client made of each answer. Returns how many it took otherwise."""
    good, other = folder / "good", folder / "rewritten"
    proof = [base64.b64decode(line) for line in (good / "proof").read_text().split()]
    wrong = 0
    for what, note, expected in (
        ("the earlier checkpoint", good / "earlier", "cosigned"),
        ("the newest, with the proof between them", good / "log" / "checkpoint", "cosigned"),
        ("the earlier again", good / "earlier", WitnessAhead.__name__),
        ("another history of the same size, same key", other / "log" / "checkpoint", WitnessRejected.__name__),
    ):
        client = WitnessClient(url, key)
        try:
            line = client.submit(note.read_bytes(), lambda *_sizes: proof)
            found, said = "cosigned", line.split("\n")[0]
        except (WitnessAhead, WitnessRejected) as error:
            found, said = type(error).__name__, str(error)
        client.close()
        wrong += found != expected
        sys.stdout.write(f"{'as it should' if found == expected else 'OTHERWISE':12} {what}: {found}, {said[:100]}\n")
    return wrong


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2], sys.argv[3]) != 0)
