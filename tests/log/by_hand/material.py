"""Writes a large log to a folder, as an outsider has it, and copies of it with one thing changed in each.

    python -m tests.log.by_hand.material FOLDER [ENTRIES]

The book is the fictitious one, and after it services until there are so many entries. `good/` is as it left us,
`tampered/` has a folder for each change of tests/log/served.py, and `rewritten/` is a history of the same length told
anew, signed with the log's own key, beside the earlier checkpoint of the good one.
"""

from __future__ import annotations

import shutil
import sys
from io import BytesIO
from pathlib import Path

from api.composition import House, open_house
from api.importing import parse, record
from demo.fictitious import lines
from demo.vindfjord.telling import BOOK
from ledger.location import SQLiteLocation
from ledger.log.checkpointing import Signer, open_signer
from tests.ledger.support import send, service
from tests.log.served import OF_A_LOG, OF_A_RECEIPT, OF_AN_ENTRY, Files, serve

ENTRIES = 70_003
NUMBER = 4_242
"""The entry whose receipt is taken."""


def begun(folder: Path) -> tuple[House, Signer]:
    """Returns a house with the fictitious book in a database in a folder, and its signer."""
    house = open_house(SQLiteLocation(folder / "book.db"))
    house.ledger.listeners.clear()
    record(house.ledger, parse(BytesIO(b"".join(lines())), "en", 1), "en")
    return house, open_signer(house.ledger, path=folder.parent / "log.key", origin="styringsbok.example/by-hand")


def grow(house: House, entries: int, name: str = "s") -> None:
    """Records services until the book has so many entries."""
    have = house.ledger.head(BOOK)
    house.ledger.record_all(
        send(service(f"{name}-{number}"), book=BOOK, command_id=f"{name}-{number}")
        for number in range(have + 1, entries + 1)
    )


def write(folder: Path, entries: int) -> None:
    """Writes the good log, the tampered copies and the rewritten history."""
    for name in ("ours", "theirs"):
        (folder / name).mkdir(parents=True)
    house, signer = begun(folder / "ours")
    grow(house, entries * 3 // 4)
    earlier = signer.checkpoint(BOOK, at_once=True)
    assert earlier is not None
    grow(house, entries)
    signer.checkpoint(BOOK, at_once=True)
    good = serve(signer, BOOK, earlier, NUMBER, folder / "good")
    house.close()
    for kind, change in (OF_A_RECEIPT | OF_A_LOG | OF_AN_ENTRY).items():
        change(good.copy(folder / "tampered" / kind.replace(" ", "-")))
    house, signer = begun(folder / "theirs")
    grow(house, NUMBER - 1)
    grow(house, NUMBER, "another")
    grow(house, entries)
    rewritten = serve(signer, BOOK, earlier, NUMBER, folder / "rewritten")
    shutil.copyfile(good.earlier, rewritten.earlier)
    house.close()


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ENTRIES)
    sys.stdout.write(Files(Path(sys.argv[1]) / "good").checkpoint.read_text())
