"""API keys on each engine: the secret is shown once, only its hash is kept, and a revoked key signs nobody in."""

from __future__ import annotations

import hashlib

from ledger import keys
from ledger.application import Ledger
from tests.conformance.database import Database
from tests.ledger.support import Clock


def test_a_key_signs_in_whom_it_was_made_for(ledger: Ledger) -> None:
    secret = keys.create(ledger, "kari", "secretary", "provesamarbeidet,andre")
    found = keys.find(ledger, secret)
    assert found is not None
    assert (found.principal, found.role, found.books) == ("kari", "secretary", "provesamarbeidet,andre")
    for other in ("", secret[:-1], secret.removeprefix(keys.PREFIX), keys.PREFIX + "x" * 43, secret.upper()):
        assert keys.find(ledger, other) is None


def test_only_the_hash_of_a_secret_is_kept(ledger: Ledger, database: Database) -> None:
    secret = keys.create(ledger, "kari", "auditor")
    (row,) = database.rows("SELECT * FROM api_keys")
    assert bytes(row[0]) == hashlib.sha256(secret.encode()).digest()
    assert not any(secret in str(value) or secret.removeprefix(keys.PREFIX) in str(value) for value in row)


def test_a_revoked_key_signs_nobody_in_and_stays_listed(ledger: Ledger, clock: Clock) -> None:
    first, second = keys.create(ledger, "kari", "secretary"), keys.create(ledger, "ola", "reader")
    (kari,) = [key for key in keys.listed(ledger) if key.principal == "kari"]
    clock.turn(hours=1)
    revoked = keys.revoke(ledger, kari.fingerprint)
    assert revoked is not None
    assert revoked.revoked_at == "2026-11-24T09:00:00.000000Z"
    clock.turn(hours=1)
    assert keys.revoke(ledger, kari.fingerprint) == revoked
    assert keys.find(ledger, first) is None
    assert keys.find(ledger, second) is not None
    assert [(key.principal, key.revoked_at is None) for key in keys.listed(ledger)] == [("kari", False), ("ola", True)]


def test_a_fingerprint_that_names_no_key_or_is_too_short_revokes_nothing(ledger: Ledger) -> None:
    secret = keys.create(ledger, "kari", "secretary")
    (kari,) = keys.listed(ledger)
    for fingerprint in ("0" * 12, "", kari.fingerprint[:11]):
        assert keys.revoke(ledger, fingerprint) is None
    assert keys.find(ledger, secret) is not None
