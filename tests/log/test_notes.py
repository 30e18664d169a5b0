"""Signed notes, checkpoints, receipts and policies: what is signed is believed, and nothing else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from ledger.log.checkpoints import Checkpoint, Receipt
from ledger.log.merkle import InvalidProof, inclusion_proof, leaf_hash, root_of
from ledger.log.notes import (
    COSIGNATURE,
    ED25519,
    ML_DSA_COSIGNATURE,
    InvalidNote,
    Note,
    Signature,
    VerifierKey,
    cosign,
    cosign_ml_dsa,
    sign,
)
from ledger.log.policy import InvalidPolicy, read_policy
from tests.log.test_merkle import leaves, node

NAME = "styringsbok.example/prove"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey(NAME, ED25519, PRIVATE.public_key().public_bytes_raw())
POINT = Checkpoint(NAME, 7, root_of(leaves(7)))
NOTE = Note(POINT.text, (sign(POINT.text, NAME, PRIVATE),))
TIME = 1_795_000_000

# The example of the specification, so that what we read is what others write.
FOREIGN_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOREIGN_NOTE = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""


# Notes -----------------------------------------------------------------------------------


def test_a_note_of_others_is_verified_and_written_again_as_it_was() -> None:
    key, note = VerifierKey.read(FOREIGN_KEY), Note.read(FOREIGN_NOTE.encode())
    assert note.verified([key]) == {key: None}
    assert (str(key), str(note)) == (FOREIGN_KEY, FOREIGN_NOTE)


def test_a_changed_text_or_another_key_is_not_believed() -> None:
    assert NOTE.verified([KEY]) == {KEY: None}
    with pytest.raises(InvalidNote, match="does not fit the text"):
        Note(NOTE.text.replace("7", "8"), NOTE.signatures).verified([KEY])
    assert NOTE.verified([VerifierKey.read(FOREIGN_KEY)]) == {}


@pytest.mark.parametrize(
    ("raw", "wrong"),
    [
        (b"text\n", "a text, a blank line"),
        (b"text\n\n", "a text, a blank line"),
        (b"text\n\n\xe2\x80\x94 a AAAA\n", "no signature line"),
        (b"text\n\n\xe2\x80\x94 a AAAAAA=\n", "cannot be read"),
        (b"text\n\n- a AAAAAAA=\n", "no signature line"),
        (b"te\x07xt\n\n\xe2\x80\x94 a AAAAAAA=\n", "control character"),
        (b"\xff\n\n\xe2\x80\x94 a AAAAAAA=\n", "not UTF-8"),
        (b"x" * 1_000_001, "more than 1000000 bytes"),
    ],
)
def test_what_is_no_note_is_refused(raw: bytes, wrong: str) -> None:
    with pytest.raises(InvalidNote, match=wrong):
        Note.read(raw)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("example.com/foo", "three parts"),
        (FOREIGN_KEY.replace("530d903a", "530d903b"), "id is 530d903a"),
        ("a+00000000+/w==", "not known here"),
        ("a+00000000+AQ==", "has 32 bytes"),
        ("a+00000000+AR==", "not how base64 is written"),
    ],
)
def test_what_is_no_key_is_refused(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        VerifierKey.read(text)


def test_a_name_with_a_space_or_a_plus_is_no_name() -> None:
    for name in ("a b", "a+b", ""):
        with pytest.raises(ValueError, match="no key name"):
            VerifierKey(name, ED25519, bytes(32))


def test_cosignatures_bear_the_time_and_are_bound_to_it() -> None:
    key = VerifierKey("vitne.example", COSIGNATURE, PRIVATE.public_key().public_bytes_raw())
    quantum = MLDSA44PrivateKey.from_seed_bytes(bytes(32))
    other = VerifierKey("vitne.example", ML_DSA_COSIGNATURE, quantum.public_key().public_bytes_raw())
    cosigned = NOTE.with_signatures(
        (cosign(NOTE.text, key.name, PRIVATE, TIME), cosign_ml_dsa(NOTE.text, other.name, quantum, TIME + 1))
    )
    assert cosigned.verified([KEY, key, other]) == {KEY: None, key: TIME, other: TIME + 1}
    assert Note.read(str(cosigned).encode()) == cosigned
    for signature in cosigned.signatures[1:]:
        later = Signature(signature.name, signature.id, (TIME + 5).to_bytes(8) + signature.signature[8:])
        with pytest.raises(InvalidNote, match="vitne"):
            Note(NOTE.text, (later,)).verified([key, other])


def test_a_signature_is_added_once() -> None:
    assert NOTE.with_signatures(NOTE.signatures) == NOTE


# Checkpoints and receipts ----------------------------------------------------------------


def test_a_checkpoint_is_three_lines() -> None:
    assert Checkpoint.read(NOTE.text) == POINT
    assert Checkpoint.read(NOTE.text + "extension\n") == POINT
    for broken in ("a\n1\n", "a\n01\n" + NOTE.text, "a\n1\nAAAA\n", "a\n1\n!!\n", "\n1\n" + NOTE.text):
        with pytest.raises(InvalidNote):
            Checkpoint.read(broken)


def test_a_receipt_is_read_as_it_is_written_and_proves_its_leaf_alone() -> None:
    receipt = Receipt(3, tuple(inclusion_proof(3, 7, node)), NOTE, b"extra")
    assert Receipt.read(str(receipt).encode()) == receipt
    plain = Receipt(3, receipt.path, NOTE)
    assert Receipt.read(str(plain).encode()) == plain
    receipt.check(leaves(7)[3])
    with pytest.raises(InvalidProof):
        receipt.check(leaf_hash(b"other"))


@pytest.mark.parametrize(
    "change",
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"),
        ("index 3", "index 03"),
        ("index 3\n", ""),
        ("index 3", "index -1"),
        ("\n\nstyr", "\nstyr"),
        ("index 3\n", "index 3\n!!\n"),
        ("index 3", "index 3é"),
    ],
)
def test_what_is_no_receipt_is_refused(change: tuple[str, str]) -> None:
    text = str(Receipt(3, tuple(inclusion_proof(3, 7, node)), NOTE))
    with pytest.raises(InvalidNote):
        Receipt.read(text.replace(*change).encode())


# Policies --------------------------------------------------------------------------------


def witness(name: str) -> tuple[str, Ed25519PrivateKey]:
    """Returns a policy's line of a witness, and its private key."""
    private = Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32))
    key = VerifierKey(f"{name}.example", COSIGNATURE, private.public_key().public_bytes_raw())
    return f"witness {name} {key}", private


def test_a_quorum_of_groups_is_met_by_enough_of_each() -> None:
    lines, privates = zip(*(witness(name) for name in ("x1", "x2", "x3", "y1")), strict=True)
    text = "\n".join((f"log {KEY}", *lines, "group x 2 x1 x2 x3", "group both all x y1", "# enough", "quorum both"))
    policy = read_policy(text)
    assert read_policy(str(policy)) == policy
    signed = [
        cosign(NOTE.text, f"{n}.example", p, TIME) for n, p in zip(("x1", "x2", "x3", "y1"), privates, strict=True)
    ]
    assert policy.check(NOTE.with_signatures(signed), NAME) == dict.fromkeys(("x1", "x2", "x3", "y1"), TIME)
    assert policy.check(NOTE.with_signatures([signed[0], signed[2], signed[3]]), NAME).keys() == {"x1", "x3", "y1"}
    for few in (signed[:3], [signed[0], signed[3]], []):
        with pytest.raises(InvalidNote, match="lacks the cosignatures"):
            policy.check(NOTE.with_signatures(few), NAME)


def test_a_log_the_policy_does_not_know_is_not_believed() -> None:
    policy = read_policy(f"log {FOREIGN_KEY}\nquorum none\n")
    with pytest.raises(InvalidNote, match="knows no log"):
        policy.check(NOTE, NAME)
    with pytest.raises(InvalidNote, match="no key the policy has"):
        policy.check(NOTE, "example.com/foo")


X1 = witness("x1")[0]


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", "no quorum line"),
        ("quorum x1", "line 1"),
        ("quorum none\nquorum none", "line 2"),
        (f"{X1}\n{X1}\nquorum none", "stands once"),
        (f"log {FOREIGN_KEY}\nlog {FOREIGN_KEY}\nquorum none", "stands once"),
        (f"{X1}\ngroup g 2 x1\nquorum g", "2 cannot be asked for"),
        (f"{X1}\ngroup g 0 x1\nquorum g", "0 cannot be asked for"),
        ("group g any x1\nquorum g", "named before it"),
        (f"{X1}\ngroup g any x1\ngroup h any x1\nquorum g", "each in one group"),
        (f"{X1}\ngroup x1 any x1\nquorum x1", "the name x1 is taken"),
        (f"witness none {FOREIGN_KEY}", "type 0x04"),
        ("log nothing", "three parts"),
        ("trust everyone", "no line of a policy"),
        ("#\n" * 1_001, "more than 1000 lines"),
    ],
)
def test_what_is_no_policy_is_refused_with_its_line(text: str, wrong: str) -> None:
    with pytest.raises(InvalidPolicy, match=wrong):
        read_policy(text)
