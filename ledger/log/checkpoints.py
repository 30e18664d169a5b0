"""Checkpoints (C2SP tlog-checkpoint v1.0.0) and proofs of one entry to keep apart (tlog-proof): text to print and file.

A checkpoint says of a log, named by its origin, how many leaves it has and under which root: that text is signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.log.merkle import HASH_BYTES, check_inclusion
from ledger.log.notes import InvalidNote, Note, VerifierKey, encoded
from ledger.log.notes import decoded as bytes_of

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
PROOF_HASHES_MAX = 63
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a log goes: the text of a checkpoint."""

    origin: str
    """The log's name: a URL without its scheme, and never more than that is read into it."""
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{encoded(self.root)}\n"

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """Returns the checkpoint in a note's text; lines after the third are ignored. Raises InvalidNote."""
        lines = text.removesuffix("\n").split("\n")
        if len(lines) < 3 or not all(lines) or not _SIZE.fullmatch(lines[1]):  # noqa: PLR2004 (origin, size and root)
            raise InvalidNote("a checkpoint has three lines: origin, size and root")
        try:
            root = bytes_of(lines[2])
        except ValueError as error:
            raise InvalidNote(f"the root of the checkpoint cannot be read: {error}") from error
        if len(root) != HASH_BYTES:
            raise InvalidNote(f"the root of a checkpoint has {HASH_BYTES} bytes, not {len(root)}")
        return cls(lines[0], int(lines[1]), root)


@dataclass(frozen=True, slots=True)
class Receipt:
    """That one leaf is in the tree of a checkpoint."""

    index: int
    """The entry's number minus one."""
    path: tuple[bytes, ...]
    note: Note
    """The checkpoint with its signatures, not yet verified."""
    extra: bytes | None = None
    """Unauthenticated: never to be trusted."""

    def __str__(self) -> str:
        head = [PROOF_HEADER, *([] if self.extra is None else [f"extra {encoded(self.extra)}"]), f"index {self.index}"]
        return "\n".join((*head, *map(encoded, self.path))) + f"\n\n{self.note}"

    @classmethod
    def read(cls, raw: bytes) -> Receipt:
        """Returns the receipt in a `.tlog-proof` file. Raises InvalidNote, saying what is wrong."""
        head, blank, below = raw.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError as error:
            raise InvalidNote("the head of the proof is not ASCII") from error
        if not blank or lines[0] != PROOF_HEADER:
            raise InvalidNote(f"a proof begins with {PROOF_HEADER} and has a blank line before its checkpoint")
        try:
            extra = bytes_of(lines.pop(1)[6:]) if lines[1:2] and lines[1].startswith("extra ") else None
            path = tuple(map(bytes_of, lines[2:]))
        except ValueError as error:
            raise InvalidNote(f"the proof cannot be read: {error}") from error
        index = lines[1].removeprefix("index ") if lines[1:2] and lines[1].startswith("index ") else ""
        if not _SIZE.fullmatch(index) or len(path) > PROOF_HASHES_MAX:
            raise InvalidNote("the proof names no index, or has more hashes than any tree takes")
        return cls(int(index), path, Note.read(below), extra)

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint it leads to. Raises InvalidNote."""
        return Checkpoint.read(self.note.text)

    def check(self, leaf_hash: bytes) -> None:
        """Checks that a leaf, given by its hash, is in the tree of the checkpoint; says nothing of the signatures.

        Raises InvalidProof, or InvalidNote where the checkpoint cannot be read.
        """
        found = self.checkpoint
        check_inclusion(leaf_hash, self.index, found.size, self.path, found.root)


def signed_point(raw: bytes, keys: Iterable[VerifierKey]) -> Checkpoint:
    """Returns the checkpoint in a note that one of the keys signed, all of which are of one log.

    Raises InvalidNote where it is no checkpoint, or is not signed by any of them, or names another log than they do.
    """
    note, known = Note.read(raw), tuple(keys)
    point = Checkpoint.read(note.text)
    if not any(key in known for key in note.verified(known)) or point.origin != known[0].name:
        raise InvalidNote("it was not signed by this log")
    return point


def read_hashes(lines: Sequence[str]) -> tuple[bytes, ...]:
    """Returns the hashes of a proof, one a line in base64. Raises ValueError."""
    found = tuple(map(bytes_of, lines))
    if any(len(one) != HASH_BYTES for one in found):
        raise ValueError(f"a hash has {HASH_BYTES} bytes")
    return found
