"""What verify finds in the signatures of witnesses: each is by the witness it is kept for; an unknown one is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log.checkpointing import Signer, open_signer
from ledger.log.cosigned import check_cosignatures, unknown_witnesses
from ledger.log.notes import COSIGNATURE, VerifierKey, cosign
from ledger.log.policy import Witness
from tests.cli.support import CommandLine
from tests.conformance.database import Database
from tests.ledger.support import BOOK, Clock, begin, send, service

TIME = 1_795_000_000
PRIVATE = {name: Ed25519PrivateKey.from_private_bytes(bytes(31) + bytes((n,))) for n, name in enumerate(("nabo", "by"))}
KNOWN = {
    name: Witness(name, VerifierKey(f"{name}.example/vitne", COSIGNATURE, key.public_key().public_bytes_raw()))
    for name, key in PRIVATE.items()
}


@pytest.fixture
def signer(ledger: Ledger, tmp_path: Path) -> Signer:
    """A signer of a book signed at two sizes, each cosigned by two witnesses."""
    clock = ledger.clock = Clock()
    begin(ledger)
    found = open_signer(ledger, path=tmp_path / "key", origin="styringsbok.example")
    for name in ("a", "b"):
        ledger.record(send(service(name)))
        clock.turn(seconds=5)
        signed = found.checkpoint(BOOK)
        assert signed is not None
        for witness, known in KNOWN.items():
            line = str(cosign(signed.note.text, known.key.name, PRIVATE[witness], TIME))
            row = (BOOK, signed.checkpoint.size, witness, line, TIME)
            ledger.write_beside([("INSERT INTO log_cosignatures VALUES (%s,%s,%s,%s,%s)", row)])
    return found


def findings(ledger: Ledger) -> list[tuple[str, int | None]]:
    """Returns what is found, by code and entry."""
    return [(one.code, one.entry) for one in check_cosignatures(ledger, BOOK, KNOWN)]


def test_nothing_is_found_where_each_signed_what_it_is_kept_for(signer: Signer) -> None:
    assert findings(signer.ledger) == []
    assert list(unknown_witnesses(signer.ledger, BOOK, KNOWN)) == []


def test_a_witness_nobody_knows_here_is_told_and_no_finding(signer: Signer) -> None:
    known = {"nabo": KNOWN["nabo"]}
    assert list(check_cosignatures(signer.ledger, BOOK, known)) == []
    (told,) = unknown_witnesses(signer.ledger, BOOK, known)
    assert (told.code, told.what) == (
        "log_witness_unknown",
        "no key of the witness by is known here: its signatures (2) were not checked",
    )


AT = f"WHERE collaboration_id = '{BOOK}' AND size = 2 AND witness = 'nabo'"
OTHER = "SELECT line FROM (SELECT * FROM log_cosignatures) AS other WHERE size = {} AND witness = '{}'"
TAMPERED = {
    "of another witness": ("SET line = (" + OTHER.format(2, "by") + ")", "is not by the key the policy has for it"),
    "of another checkpoint": ("SET line = (" + OTHER.format(3, "nabo") + ")", "does not fit the text"),
    "no signature": ("SET line = 'x'", "is no signature line"),
    "at another time": ("SET cosigned_at = 1700000000", "was not made at the time beside it"),
    "on no checkpoint": ("SET size = 9", "is on a checkpoint that is not there"),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_what_is_not_its_own_is_named(signer: Signer, database: Database, kind: str) -> None:
    change, said = TAMPERED[kind]
    database.execute(f"UPDATE log_cosignatures {change} {AT}")
    (finding,) = check_cosignatures(signer.ledger, BOOK, KNOWN)
    assert (finding.code, finding.entry) == ("log_cosignature", 9 if kind == "on no checkpoint" else 2)
    assert said in finding.what
    assert finding.what.startswith("what is kept as the signature of nabo on the checkpoint of")


def test_what_cannot_be_read_is_named_though_its_witness_is_unknown(signer: Signer, database: Database) -> None:
    database.execute(f"UPDATE log_cosignatures SET line = 'x' {AT}")
    assert [one.code for one in check_cosignatures(signer.ledger, BOOK, {})] == ["log_cosignature"]


def test_verify_goes_by_the_policy_that_is_set_or_named(
    signer: Signer, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, policy = signer.ledger.location, tmp_path / "policy.txt"
    cli = CommandLine(f"sqlite:///{place.book}" if isinstance(place, SQLiteLocation) else place.url)
    assert [one["code"] for one in verified(cli)["told"]] == ["log_witness_unknown"] * 2
    policy.write_text("".join(f"witness {one.name} {one.key}\n" for one in KNOWN.values()) + "quorum none\n")
    assert verified(cli, "--policy", policy)["told"] == []
    monkeypatch.setenv("STYRINGSBOK_WITNESSES", str(policy))
    assert verified(cli)["told"] == []
    database.execute(f"UPDATE log_cosignatures SET cosigned_at = 1700000000 {AT}")
    assert "log_cosignature" in [one["code"] for one in verified(cli)["findings"]]
    policy.unlink()
    assert cli.refused("verify").startswith(f"STYRINGSBOK_WITNESSES: {policy} cannot be used")
    assert cli.refused("verify", "--policy", tmp_path / "none").startswith("--policy: ")


def verified(cli: CommandLine, *args: object) -> Any:
    """Returns what verify says of the book, whose rows nobody renders here."""
    return cli.json("verify", BOOK, *args, code=1)
