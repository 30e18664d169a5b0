"""The second key: ML-DSA-44, whose signatures stand beside those of the first as a second line (C2SP tlog-cosignature).

It is there for the decades an archive is kept: ML-DSA is made to stand where Ed25519 is broken by a quantum computer.
It signs origin, size, root and the time (type 0x06), which is the one form C2SP gives that algorithm. The first key
lets it in by a signed statement, so that whoever trusts the one can trust the other. Nobody needs it to verify: a
verifier that does not know it ignores its line.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ledger.application import Ledger
from ledger.entry import format_instant
from ledger.log.keys import PREFIX, SEED_BYTES, KeyTrouble, KnownKey, SigningKey, raw_key, read_private, write_private
from ledger.log.notes import (
    ED25519,
    ML_DSA_COSIGNATURE,
    InvalidNote,
    Note,
    Signature,
    VerifierKey,
    cosign_ml_dsa,
    encoded,
)

SUFFIX = ".ml-dsa-44"
"""Ends the name of its file, beside that of the first key."""
ORIGIN_BYTES_MAX = 190
"""What it signs holds the log's name in 255 bytes at most, and a book's id has up to 64 of them."""
INSERT = "INSERT INTO log_second_keys VALUES (%s,%s,%s,%s)"


@dataclass(frozen=True, slots=True)
class SecondKey:
    """A private key and the name of the installation it signs for."""

    origin: str
    private: MLDSA44PrivateKey

    @property
    def public(self) -> bytes:
        """The public key."""
        return self.private.public_key().public_bytes_raw()

    def sign(self, text: str, name: str, time: int) -> Signature:
        """Returns the signature on a checkpoint's text under the name of one log, at a POSIX time."""
        return cosign_ml_dsa(text, name, self.private, time)

    def __str__(self) -> str:
        key = encoded(bytes((ML_DSA_COSIGNATURE,)) + self.private.private_bytes_raw())
        return f"{PREFIX}+{self.origin}+{key_of(self.public, self.origin).id.hex()}+{key}"

    @classmethod
    def read(cls, text: str) -> SecondKey:
        """Returns the key in a line. Raises ValueError; the message never repeats the key."""
        origin, id_, raw = raw_key(text)
        if len(raw) != SEED_BYTES + 1 or raw[0] != ML_DSA_COSIGNATURE:
            raise ValueError("it holds no ML-DSA-44 key")
        key = cls(origin, MLDSA44PrivateKey.from_seed_bytes(raw[1:]))
        if key_of(key.public, origin).id.hex() != id_:
            raise ValueError("its id does not fit its key")
        return key


def key_of(public: bytes, name: str) -> VerifierKey:
    """Returns the verifier key under the name of one log."""
    return VerifierKey(name, ML_DSA_COSIGNATURE, public)


def path_beside(first: Path) -> Path:
    """Returns where the second key is, beside the file of the first."""
    return first.with_name(first.name + SUFFIX)


def load(path: Path) -> SecondKey:
    """Returns the key in a file. Raises KeyTrouble if it cannot be read, or others may read it; FileNotFoundError."""
    text = read_private(path)
    try:
        return SecondKey.read(text)
    except ValueError as error:
        raise KeyTrouble(f"{path} is no second signing key: {error}") from error


# Which second keys the log knows ------------------------------------------------------------


def known_second_keys(ledger: Ledger) -> tuple[KnownKey, ...]:
    """Returns the second keys the log has been signed with, the first first; none in a database of before."""
    if not ledger.has_table("log_second_keys"):
        return ()
    rows = ledger.query("SELECT number, public, since, statement FROM log_second_keys ORDER BY number")
    return tuple(KnownKey(int(n), bytes(public), str(since), str(statement)) for n, public, since, statement in rows)


def statement_text(origin: str, number: int, public: bytes, since: str) -> str:
    """Returns what the first key signs to let a second one in."""
    return f"styringsbok second key\norigin {origin}\nnumber {number}\nkey {key_of(public, origin)}\nsince {since}\n"


def check_second_keys(origin: str, first: Sequence[KnownKey], second: Iterable[KnownKey]) -> None:
    """Checks that each second key was let in by one of the first keys. Raises KeyTrouble."""
    signers = [VerifierKey(origin, ED25519, known.public) for known in first]
    for place, key in enumerate(second, start=1):
        try:
            note = Note.read(key.statement.encode())
            text = statement_text(origin, place, key.public, key.since)
            rests = note.text == text and bool(note.verified(signers))
        except (ValueError, InvalidNote):
            rests = False
        if not rests:
            raise KeyTrouble(f"the second key {place} of {origin} was let in by no first key of its")


def let_in(ledger: Ledger, first: SigningKey, path: Path) -> SecondKey:
    """Makes a second key in a file, which the first lets in, after those there were. Raises KeyTrouble.

    Where there never was one, a key that is there already is taken: whoever wrote it was stopped before it was let in.
    """
    before = known_second_keys(ledger)
    if len(first.origin.encode()) > ORIGIN_BYTES_MAX:
        raise KeyTrouble(f"a second key takes an origin of {ORIGIN_BYTES_MAX} bytes at most")
    if not before and path.exists():
        key = load(path)
        if key.origin != first.origin:
            raise KeyTrouble(f"the second signing key in {path} signs for {key.origin}, and not for {first.origin}")
    else:
        key = SecondKey(first.origin, MLDSA44PrivateKey.generate())
        write_private(path, str(key))
    number, now = len(before) + 1, format_instant(ledger.clock())
    text = statement_text(first.origin, number, key.public, now)
    statement = str(Note(text, (first.sign(text, first.origin),)))
    ledger.write_beside([(INSERT, (number, key.public, now, statement))])
    return key


def open_second(ledger: Ledger, first: SigningKey, keys: Sequence[KnownKey], path: Path) -> SecondKey | None:
    """Returns the second key of a ledger; made where there never was one, None where that cannot be written.

    `keys` are the first keys the log knows, of which `first` is the last. Raises KeyTrouble: a key that is lost or
    another one is never replaced in silence.
    """
    known = known_second_keys(ledger)
    check_second_keys(first.origin, keys, known)
    if not known:
        return None if ledger.read_only else let_in(ledger, first, path)
    how = (
        "put it back, let another follow it (`styringsbok signing-key second --another`), or sign without it "
        "(STYRINGSBOK_SECOND_SIGNATURE=false)"
    )
    try:
        key = load(path)
    except FileNotFoundError:
        raise KeyTrouble(f"the second signing key is not at {path}: {how}") from None
    if (key.origin, key.public) != (first.origin, known[-1].public):
        raise KeyTrouble(f"the second signing key in {path} is not the one the log was last signed with: {how}")
    return key
