"""The key checkpoints are signed with: made at the first start, kept by its owner alone, and never replaced in silence.

A key file holds one line in the form Go's note package reads and writes, `PRIVATE+KEY+name+id+key`, and may be read by
its owner only. The database holds the public keys in the order they came; each after the first rests on a statement
that the key before it signed, or on an operator's word that it was lost.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.errors import LedgerError
from ledger.log.notes import ED25519, InvalidNote, Note, Signature, VerifierKey, decoded, encoded, sign

PREFIX = "PRIVATE+KEY"
SEED_BYTES = 32
FILE_BYTES_MAX = 4_096
LOST = "the key before was lost: "
"""Begins the line that stands for the signature of a key nobody has."""
LOCAL = "styringsbok.local"
"""The first part of an origin that nobody chose: it says that the log has no address of its own."""


class KeyTrouble(LedgerError):
    """The signing key is missing, unreadable, or not the one the log was signed with. The message says how to go on."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the name of the installation it signs for."""

    origin: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public key."""
        return self.private.public_key().public_bytes_raw()

    def key_for(self, name: str) -> VerifierKey:
        """Returns the verifier key under the name of one log."""
        return VerifierKey(name, ED25519, self.public)

    def sign(self, text: str, name: str) -> Signature:
        """Returns the signature on a text under the name of one log."""
        return sign(text, name, self.private)

    def __str__(self) -> str:
        key = encoded(bytes((ED25519,)) + self.private.private_bytes_raw())
        return f"{PREFIX}+{self.origin}+{self.key_for(self.origin).id.hex()}+{key}"

    @classmethod
    def read(cls, text: str) -> SigningKey:
        """Returns the key in a line. Raises ValueError; the message never repeats the key."""
        origin, id_, raw = raw_key(text)
        if len(raw) != SEED_BYTES + 1 or raw[0] != ED25519:
            raise ValueError("it holds no Ed25519 key")
        key = cls(origin, Ed25519PrivateKey.from_private_bytes(raw[1:]))
        if key.key_for(key.origin).id.hex() != id_:
            raise ValueError("its id does not fit its key")
        return key


def raw_key(text: str) -> tuple[str, str, bytes]:
    """Returns name, id and key in a line, the key with its type. Raises ValueError; the message never repeats it."""
    parts = text.strip().removeprefix(f"{PREFIX}+").split("+", 2)
    if not text.startswith(f"{PREFIX}+") or len(parts) != 3:  # noqa: PLR2004 (name, id and key)
        raise ValueError(f"it does not hold {PREFIX}+name+id+key")
    try:
        return parts[0], parts[1], decoded(parts[2])
    except ValueError:
        raise ValueError("its key is no base64") from None


def new_origin() -> str:
    """Returns the name of an installation nobody has named: unlike any other."""
    return f"{LOCAL}/{secrets.token_hex(8)}"


def create(path: Path, origin: str) -> SigningKey:
    """Makes a key and writes its file, readable by its owner only. Raises KeyTrouble if there is a file already."""
    key = SigningKey(origin, Ed25519PrivateKey.generate())
    write_private(path, str(key))
    return key


def write_private(path: Path, line: str) -> None:
    """Writes a key to a new file, readable by its owner only. Raises KeyTrouble if there is a file already."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"{line}\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise KeyTrouble(f"{path} is there already and is not overwritten: name another file") from None
    except OSError as error:
        raise KeyTrouble(f"{path} cannot be written: {error.strerror}") from error


def load(path: Path) -> SigningKey:
    """Returns the key in a file. Raises KeyTrouble if it cannot be read, or others may read it."""
    text = read_private(path)
    try:
        return SigningKey.read(text)
    except ValueError as error:
        raise KeyTrouble(f"{path} is no signing key: {error}") from error


def read_private(path: Path) -> str:
    """Returns what is in a key's file. Raises KeyTrouble as `load`, FileNotFoundError where there is none."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise
    except (OSError, UnicodeDecodeError) as error:
        raise KeyTrouble(f"the signing key in {path} cannot be read: {error}") from error
    if mode & 0o077:
        raise KeyTrouble(f"others may read the signing key in {path}: chmod 600 it, and think of it as known to them")
    return text


def holds(path: Path, public: bytes) -> bool:
    """Returns whether a file holds the private key of a public one, though others may read it."""
    with suppress(OSError, ValueError):
        small = path.stat().st_size < FILE_BYTES_MAX
        return small and SigningKey.read(path.read_text(encoding="ascii")).public == public
    return False


def lying_beside(where: Path, public: bytes) -> Path | None:
    """Returns the file near where a key should be, `<name>.*` or `*.key`, that holds the wanted one; None if none."""
    with suppress(OSError):
        near = (one for one in where.parent.iterdir() if one.suffix == ".key" or one.name.startswith(f"{where.name}."))
        return next((one for one in sorted(near) if one != where and holds(one, public)), None)
    return None


# Which key the log knows -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A public key the log has been signed with."""

    number: int
    public: bytes
    since: str
    """The instant it came, in UTC."""
    statement: str
    """The signed note it rests on; for the first key, and after a loss, the bare text."""

    @property
    def loss(self) -> str | None:
        """Why the key before it signed nothing for it: what was said when that one was lost; None where it was not."""
        _, lost, reason = self.statement.partition(f"\n{LOST}")
        return reason.rstrip("\n") if lost else None


def rotation_text(origin: str, number: int, public: bytes, since: str) -> str:
    """Returns what the key before signs when another follows it."""
    key = VerifierKey(origin, ED25519, public)
    return f"styringsbok key rotation\norigin {origin}\nnumber {number}\nkey {key}\nsince {since}\n"


def loss_text(origin: str, number: int, public: bytes, since: str, reason: str) -> str:
    """Returns what stands in its place where the key before was lost: nobody can sign it, so it says why."""
    told = " ".join(reason.split())
    return rotation_text(origin, number, public, since) + f"{LOST}{told}\n"


def check_chain(origin: str, keys: Sequence[KnownKey]) -> None:
    """Checks that every key after the first rests on the one before it, or says that it was lost. Raises KeyTrouble."""
    for place, (before, key) in enumerate(pairwise(keys), start=2):
        text = rotation_text(origin, place, key.public, key.since)
        if key.statement.startswith(f"{text}{LOST}"):
            continue
        signer = VerifierKey(origin, ED25519, before.public)
        try:
            note = Note.read(key.statement.encode())
            rests = note.text == text and signer in note.verified([signer])
        except InvalidNote:
            rests = False
        if not rests:
            raise KeyTrouble(f"key {place} of {origin} does not rest on the key before it")
