"""Makes a COSE receipt (RFC 9942) of one entry from our tree and our key, and verifies it with scitt-cose.

    python scitt.py FOLDER KEY

KEY is the log's signing key. Needs scitt-cose from the Python package index (0.5.0 was used), in an environment of its
own; nothing of this project. The receipt is written here, in the few lines it takes, from the hashes of the
.tlog-proof: COSE signs the root, and a note its text, so our signature cannot be taken over. Exit code 0: it is
accepted with the entry and the log's key of FOLDER, and leads to the root of the checkpoint.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import cbor2  # type: ignore[import-not-found]
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from scitt_cose.receipt import verify_receipt  # type: ignore[import-not-found]

ALG, EDDSA, TREE, PROOFS, INCLUSION, SIGN1 = 1, -8, 395, 396, -1, 18
RFC9162_SHA256 = 1


def receipt(proof: str, private: Ed25519PrivateKey) -> tuple[bytes, bytes]:
    """Returns a COSE receipt with the hashes of a .tlog-proof, and the root it is signed over."""
    head, below = proof.split("\n\n")[:2]
    lines, point = head.split("\n"), below.split("\n")
    path = [base64.b64decode(line) for line in lines[2:]]
    included = cbor2.dumps([int(point[1]), int(lines[1].removeprefix("index ")), path])
    protected, root = cbor2.dumps({ALG: EDDSA, TREE: RFC9162_SHA256}), base64.b64decode(point[2])
    signature = private.sign(cbor2.dumps(["Signature1", protected, b"", root]))
    return cbor2.dumps(cbor2.CBORTag(SIGN1, [protected, {PROOFS: {INCLUSION: [included]}}, None, signature])), root


def public_bytes(text: str) -> bytes:
    """Returns the 32 bytes of a verifier key in the form `name+id+key`."""
    return base64.b64decode(text.strip().split("+", 2)[2])[1:]


def private_bytes(text: str) -> bytes:
    """Returns the 32 bytes of a signing key in the form `PRIVATE+KEY+name+id+key`."""
    return base64.b64decode(text.strip().split("+", 4)[4])[1:]


def main(folder: Path, key: Path) -> None:
    """Makes the receipt and verifies it; ends the program where it is not accepted."""
    private = Ed25519PrivateKey.from_private_bytes(private_bytes(key.read_text()))
    made, root = receipt((folder / "receipt").read_text(), private)
    public = Ed25519PublicKey.from_public_bytes(public_bytes((folder / "key").read_text()))
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    found = verify_receipt(made, leaf_entry_hex=(folder / "entry").read_bytes().hex(), log_public_key_pem=pem)
    if not found.ok or found.root != root.hex():
        sys.exit("; ".join(found.errors) or "another root")
    sys.stdout.write(f"{len(made)} bytes, entry {found.leaf_index + 1} of {found.tree_size}, root {found.root}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
