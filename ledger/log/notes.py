"""Signed notes (C2SP signed-note v1.0.0): a text with signature lines, verifier keys, and cosignatures of witnesses.

A text counts for nothing until a known key's signature on it is verified. Signatures of unknown keys are ignored, and
one of a known key that does not verify spoils the note. Ed25519 signs notes (type 0x01) and cosigns with the time
(0x04); ML-DSA-44 cosigns with the time (0x06, tlog-cosignature v1.0.1) and is meant as a second line beside Ed25519.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

NOTE_BYTES_MAX = 1_000_000
SIGNATURES_MAX = 100
ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
ML_DSA_COSIGNATURE: Final = 0x06
Algorithm = Literal[0x01, 0x04, 0x06]
_KEY_BYTES: dict[int, int] = {ED25519: 32, COSIGNATURE: 32, ML_DSA_COSIGNATURE: 1_312}
_TIME_BYTES = 8
_LINE = re.compile(r"— (?P<name>[^\s+]+) (?P<signature>[A-Za-z0-9+/]+={0,2})")


class InvalidNote(Exception):
    """A note that cannot be read or is not signed as it must be. The message says what is wrong."""


def decoded(text: str) -> bytes:
    """Returns what base64 with padding holds. Raises ValueError if it is none, or not the only way to write it."""
    try:
        found = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"{text[:40]!r} is no base64") from error
    if encoded(found) != text:
        raise ValueError(f"{text[:40]!r} is not how base64 is written")
    return found


def encoded(data: bytes) -> str:
    """Returns bytes in base64 with padding."""
    return base64.b64encode(data).decode()


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with the name it signs under and what it signs."""

    name: str
    algorithm: Algorithm
    public: bytes

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[^\s+]+", self.name):
            raise ValueError(f"{self.name!r} is no key name: it is not empty and has no space and no plus")
        if len(self.public) != _KEY_BYTES[self.algorithm]:
            raise ValueError(f"a public key of type {self.algorithm:#04x} has {_KEY_BYTES[self.algorithm]} bytes")

    @property
    def id(self) -> bytes:
        """The four bytes that tell it from other keys of the name; no proof of anything."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes((self.algorithm,)) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(bytes((self.algorithm,)) + self.public)}"

    @classmethod
    def read(cls, text: str) -> VerifierKey:
        """Returns the key written as `name+id+key`. Raises ValueError, saying what is wrong."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:  # noqa: PLR2004 (name, id and key)
            raise ValueError("a verifier key has three parts with a plus between them")
        name, id_, key = parts[0], parts[1], decoded(parts[2])
        if not key or key[0] not in _KEY_BYTES:
            raise ValueError(f"keys of type {key[:1].hex() or 'none'} are not known here")
        found = cls(name, key[0], key[1:])  # type: ignore[arg-type]
        if found.id.hex() != id_:
            raise ValueError(f"the key's id is {found.id.hex()}, not {id_}")
        return found

    def verify(self, text: str, signature: bytes) -> int | None:
        """Checks a signature on a note's text; returns the time a cosignature bears, None for one that bears none.

        Raises InvalidNote.
        """
        time, signed = None, signature
        if self.algorithm != ED25519:
            time, signed = int.from_bytes(signature[:_TIME_BYTES]), signature[_TIME_BYTES:]
        try:
            if self.algorithm == ML_DSA_COSIGNATURE:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(
                    signed, _tree_message(self.name, time or 0, text)
                )
            else:
                message = text if time is None else _cosigned(time, text)
                Ed25519PublicKey.from_public_bytes(self.public).verify(signed, message.encode())
        except (InvalidSignature, ValueError, OverflowError) as error:
            raise InvalidNote(f"the signature of {self.name} does not fit the text") from error
        return time


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line."""

    name: str
    id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {encoded(self.id + self.signature)}\n"

    @classmethod
    def read(cls, line: str) -> Signature:
        """Returns the signature in a line without its newline. Raises InvalidNote."""
        found = _LINE.fullmatch(line)
        try:
            raw = decoded(found["signature"]) if found else b""
        except ValueError as error:
            raise InvalidNote(f"a signature line cannot be read: {error}") from error
        if found is None or len(raw) <= 4:  # noqa: PLR2004 (the id alone)
            raise InvalidNote(f"{line[:60]!r} is no signature line")
        return cls(found["name"], raw[:4], raw[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text and the signatures under it, not yet verified."""

    text: str
    """With its last newline."""
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))

    @classmethod
    def read(cls, raw: bytes) -> Note:
        """Returns the note in the bytes. Raises InvalidNote, saying what is wrong."""
        if len(raw) > NOTE_BYTES_MAX:
            raise InvalidNote(f"a note of more than {NOTE_BYTES_MAX} bytes is not read")
        try:
            whole = raw.decode()
        except UnicodeDecodeError as error:
            raise InvalidNote("the note is not UTF-8") from error
        if re.search(r"[\x00-\x09\x0b-\x1f]", whole):
            raise InvalidNote("the note has a control character")
        text, blank, below = whole.rpartition("\n\n")
        lines = below.split("\n")
        if not blank or not below.endswith("\n") or len(lines) > SIGNATURES_MAX + 1:
            raise InvalidNote(f"a note is a text, a blank line and 1 to {SIGNATURES_MAX} signature lines")
        return cls(text + "\n", tuple(map(Signature.read, lines[:-1])))

    def verified(self, keys: Iterable[VerifierKey]) -> dict[VerifierKey, int | None]:
        """Returns which of the keys signed it, with the time where they are cosignatures.

        Raises InvalidNote where the signature of one of them does not verify.
        """
        known = {(key.name, key.id): key for key in keys}
        found: dict[VerifierKey, int | None] = {}
        for signature in self.signatures:
            key = known.get((signature.name, signature.id))
            if key is not None:
                found[key] = key.verify(self.text, signature.signature)
        return found

    def with_signatures(self, more: Iterable[Signature]) -> Note:
        """Returns the note with signatures that are not on it yet, after those that are."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))


# Signing ---------------------------------------------------------------------------------


def _cosigned(time: int, text: str) -> str:
    return f"cosignature/v1\ntime {time}\n{text}"


def _tree_message(name: str, time: int, text: str) -> bytes:
    """Returns what ML-DSA-44 signs of a checkpoint: origin, size and root, with the cosigner's name and the time.

    Raises ValueError where the text is no checkpoint.
    """
    origin, size, root = text.split("\n")[:3]
    return b"".join(
        (
            b"subtree/v1\n\x00",
            bytes((len(name.encode()),)) + name.encode(),
            time.to_bytes(_TIME_BYTES),
            bytes((len(origin.encode()),)) + origin.encode(),
            (0).to_bytes(8),
            int(size).to_bytes(8),
            decoded(root),
        )
    )


def sign(text: str, name: str, private: Ed25519PrivateKey) -> Signature:
    """Returns an Ed25519 signature on a text, which ends with a newline."""
    key = VerifierKey(name, ED25519, private.public_key().public_bytes_raw())
    return Signature(name, key.id, private.sign(text.encode()))


def cosign(text: str, name: str, private: Ed25519PrivateKey, time: int) -> Signature:
    """Returns an Ed25519 cosignature on a checkpoint's text at a POSIX time."""
    key = VerifierKey(name, COSIGNATURE, private.public_key().public_bytes_raw())
    return Signature(name, key.id, time.to_bytes(_TIME_BYTES) + private.sign(_cosigned(time, text).encode()))


def cosign_ml_dsa(text: str, name: str, private: MLDSA44PrivateKey, time: int) -> Signature:
    """Returns an ML-DSA-44 cosignature on a checkpoint's text at a POSIX time. Raises ValueError for another text."""
    key = VerifierKey(name, ML_DSA_COSIGNATURE, private.public_key().public_bytes_raw())
    signed = private.sign(_tree_message(name, time, text))
    return Signature(name, key.id, time.to_bytes(_TIME_BYTES) + signed)
