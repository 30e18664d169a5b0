"""What an outsider has of a log, in a folder: the evidence package's files, a receipt, an earlier checkpoint, a proof.

And what can be done to them, one thing at a time, that a verifier must notice.
"""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ledger.log.checkpointing import Signed, Signer
from ledger.log.evidence import export_evidence
from ledger.log.merkle import HASH_BYTES, leaf_hash
from ledger.log.notes import Note, Signature, encoded

OTHER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
"""An Ed25519 key that is not ours: the example of x/mod's documentation."""


@dataclass(frozen=True)
class Files:
    """What an outsider has of a log, in one folder."""

    folder: Path

    @property
    def log(self) -> Path:
        """The folder of its checkpoint, tiles and bundles."""
        return self.folder / "log"

    @property
    def checkpoint(self) -> Path:
        """The newest checkpoint."""
        return self.log / "checkpoint"

    @property
    def key(self) -> Path:
        """The log's verifier key."""
        return self.folder / "key"

    @property
    def receipt(self) -> Path:
        """The receipt of one entry, as a .tlog-proof file."""
        return self.folder / "receipt"

    @property
    def entry(self) -> Path:
        """The bytes of that entry."""
        return self.folder / "entry"

    @property
    def earlier(self) -> Path:
        """An earlier checkpoint."""
        return self.folder / "earlier"

    @property
    def proof(self) -> Path:
        """The consistency proof between the two checkpoints, a hash a line."""
        return self.folder / "proof"

    def copy(self, to: Path) -> Files:
        """Returns a copy to tamper with. Files are linked: whoever changes one writes a new one in its place."""
        shutil.copytree(self.folder, to, copy_function=lambda a, b: Path(b).hardlink_to(a))
        return Files(to)


def serve(signer: Signer, book: str, earlier: Signed, number: int, folder: Path) -> Files:
    """Writes what an outsider has of a book's log to a new folder: its package, and the receipt of one entry."""
    files, signed = Files(folder), signer.checkpoint(book)
    assert signed is not None
    package = folder.with_suffix(".zip")
    export_evidence(signer, package, [book], signer.policy([book]))
    with zipfile.ZipFile(package) as opened:
        opened.extractall(folder)
    (folder / "log" / book).rename(folder / "its-log")
    files.log.rmdir()
    (folder / "its-log").rename(files.log)
    files.key.write_text(str(signer.keys_of(book)[0]))
    files.receipt.write_text(str(signer.receipt(book, number)))
    files.entry.write_bytes(bytes(next(iter(signer.ledger.rows(book, number - 1, number))).state))
    files.earlier.write_text(str(earlier.note))
    path = signer.ledger.log_of(book).consistency(earlier.checkpoint.size, signed.checkpoint.size)
    files.proof.write_text("".join(f"{encoded(one)}\n" for one in path))
    return files


# Tampering -------------------------------------------------------------------------------


def put(path: Path, content: bytes) -> None:
    """Writes a file anew, so that what is linked to it elsewhere stays as it was."""
    path.unlink()
    path.write_bytes(content)


def flip(path: Path, place: int) -> None:
    """Changes one bit of a file."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    put(path, bytes(content))


def replace(path: Path, old: str, new: str) -> None:
    """Replaces the first of something in a file."""
    text = path.read_text()
    assert old in text
    put(path, text.replace(old, new, 1).encode())


def change_line(path: Path, number: int, to: str = encoded(bytes(32))) -> None:
    """Changes a line of a file, to another hash unless told otherwise."""
    lines = path.read_text().split("\n")
    assert lines[number] != to
    lines[number] = to
    put(path, "\n".join(lines).encode())


def change_signature(path: Path) -> None:
    """Changes one bit of the first signature on a note, and leaves the line readable."""
    head, line = path.read_text().rstrip("\n").rsplit("\n", 1)
    one = Signature.read(line)
    put(path, f"{head}\n{Signature(one.name, one.id, one.signature[:-1] + bytes((one.signature[-1] ^ 1,)))}".encode())


def _smaller(files: Files, path: Path) -> None:
    size = _note(files.checkpoint).text.split("\n")[1]
    replace(path, f"\n{size}\n", f"\n{int(size) - 1}\n")


def _indexed(files: Files, to: Callable[[int, int], int]) -> None:
    index = int(files.receipt.read_text().split("\n")[1].removeprefix("index "))
    size = int(_note(files.checkpoint).text.split("\n")[1])
    change_line(files.receipt, 1, f"index {to(index, size)}")


def _root_of_receipt(files: Files) -> None:
    lines = files.receipt.read_text().split("\n")
    change_line(files.receipt, lines.index(_note(files.checkpoint).text.split("\n")[1]) + 1)


def _note(path: Path) -> Note:
    return Note.read(path.read_bytes())


def _first(files: Files, pattern: str) -> Path:
    return min(files.log.glob(pattern))


def _entry_and_tile(files: Files) -> None:
    """Changes the first entry of a bundle, and its hash in the tile above."""
    bundle, tile = files.log / "tile/entries/001", files.log / "tile/0/001"
    flip(bundle, 40)
    content = bundle.read_bytes()
    put(tile, leaf_hash(content[2 : 2 + int.from_bytes(content[:2])]) + tile.read_bytes()[HASH_BYTES:])


Change = Callable[[Files], object]

OF_A_RECEIPT: dict[str, Change] = {
    "the index of the receipt": lambda f: _indexed(f, lambda index, _: index + 1),
    "an index beyond the tree": lambda f: _indexed(f, lambda _, size: size),
    "a hash of the receipt": lambda f: change_line(f.receipt, 4),
    "a receipt a hash short": lambda f: replace(f.receipt, f.receipt.read_text().split("\n")[3] + "\n", ""),
    "the size of the receipt": lambda f: _smaller(f, f.receipt),
    "the root of the receipt": _root_of_receipt,
    "the signature of the receipt": lambda f: change_signature(f.receipt),
    "the key": lambda f: put(f.key, OTHER_KEY.encode()),
}

OF_AN_ENTRY: dict[str, Change] = {"the entry of the receipt": lambda f: flip(f.entry, 40)}

OF_A_LOG: dict[str, Change] = {
    "an entry": lambda f: flip(f.log / "tile/entries/001", 40),
    "an entry and its tile": _entry_and_tile,
    "a bundle cut": lambda f: put(f.log / "tile/entries/001", (f.log / "tile/entries/001").read_bytes()[:-5]),
    "two bundles swapped": lambda f: put(f.log / "tile/entries/001", (f.log / "tile/entries/000").read_bytes()),
    "a tile": lambda f: flip(f.log / "tile/0/001", 40),
    "a partial tile": lambda f: flip(_first(f, "tile/0/*.p/*"), 40),
    "a tile above": lambda f: (
        flip(_first(f, "tile/1/000*"), 40)
        if (f.log / "tile/1/000").is_file()
        else flip(_first(f, "tile/1/000.p/*"), 40)
    ),
    "the size of the checkpoint": lambda f: _smaller(f, f.checkpoint),
    "the root of the checkpoint": lambda f: change_line(f.checkpoint, 2),
    "the origin of the checkpoint": lambda f: change_line(f.checkpoint, 0, "styringsbok.example/another"),
    "the signature of the checkpoint": lambda f: change_signature(f.checkpoint),
    "the earlier checkpoint": lambda f: change_line(f.earlier, 2),
    "a hash of the consistency proof": lambda f: change_line(f.proof, 1),
    "a consistency proof of nothing": lambda f: put(f.proof, b""),
}
"""For a log of more than 512 entries, the last tile of which is not full."""
