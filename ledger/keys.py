"""API keys: a secret is shown once and only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from typing import Literal, get_args

from ledger.application import Ledger
from ledger.entry import format_instant
from ledger.rows import KeyRow

Role = Literal["secretary", "auditor", "reader", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)

FINGERPRINT_DIGITS = 12

PREFIX = "sbk_"
"""Lets a leaked key be recognised for what it is."""

ALL_BOOKS = "*"

_COLUMNS = "key_hash, principal, role, books, created_at, revoked_at"


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it may be listed: everything but the secret."""

    fingerprint: str
    """The first twelve hexadecimal digits of the key's hash: names it without giving it away."""
    principal: str
    role: str
    books: str
    created_at: str
    revoked_at: str | None


def make(ledger: Ledger, principal: str, role: Role, books: str = ALL_BOOKS) -> tuple[Key, str]:
    """Stores a new key and returns it with its secret, which nobody can read again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    row = KeyRow(_hash(secret), principal, role, books, format_instant(ledger.clock()))
    ledger.book_recorder.write_key(row)
    return _shown(row), secret


def create(ledger: Ledger, principal: str, role: Role, books: str = ALL_BOOKS) -> str:
    """Stores a new key and returns its secret, which nobody can read again."""
    return make(ledger, principal, role, books)[1]


def find(ledger: Ledger, secret: str) -> KeyRow | None:
    """Returns the key with this secret, None if there is none or it was revoked."""
    if not secret.startswith(PREFIX):
        return None
    rows = ledger.query(f"SELECT {_COLUMNS} FROM api_keys WHERE key_hash = %s", (_hash(secret),))  # noqa: S608
    key = KeyRow(*rows[0]) if rows else None
    return key if key is not None and key.revoked_at is None else None


def listed(ledger: Ledger) -> list[Key]:
    """Returns every key, revoked ones too, oldest first."""
    rows = ledger.query(f"SELECT {_COLUMNS} FROM api_keys ORDER BY created_at, principal")  # noqa: S608
    return [_shown(KeyRow(*row)) for row in rows]


def revoke(ledger: Ledger, fingerprint: str) -> Key | None:
    """Revokes the key of that fingerprint and returns it; None where there is none. Takes effect at once."""
    for row in ledger.query(f"SELECT {_COLUMNS} FROM api_keys"):  # noqa: S608
        key = KeyRow(*row)
        if bytes(key.key_hash).hex().startswith(fingerprint.lower()) and len(fingerprint) >= FINGERPRINT_DIGITS:
            revoked = replace(key, revoked_at=key.revoked_at or format_instant(ledger.clock()))
            ledger.book_recorder.write_key(revoked)
            return _shown(revoked)
    return None


def _shown(row: KeyRow) -> Key:
    fingerprint = bytes(row.key_hash).hex()[:FINGERPRINT_DIGITS]
    return Key(fingerprint, row.principal, row.role, row.books, row.created_at, row.revoked_at)


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
