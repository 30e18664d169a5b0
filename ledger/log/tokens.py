"""Timestamps of RFC 3161: asked of an authority, and checked up to a root that is trusted.

What is stamped is a checkpoint as it is kept: its text, a blank line and the log's own signature lines, without those
of witnesses. So the time proven is that of the signatures too: whoever steals or breaks the key later has no token for
what is signed with it then. An authority is asked about a hash only, and says of it: this was there at that time.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

# The client and the certificates are loaded by those few runs that stamp or check: the others start sooner.

SHA_256 = "2.16.840.1.101.3.4.2.1"
GRANTED = 0
ROOTS_BYTES_MAX = 100_000
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}")
_REASON = re.compile(r'Verify error:\s*([^"]+)"')

Wrong = Literal["unreadable", "not_granted", "imprint", "nonce", "signature", "untrusted"]


class BadToken(Exception):
    """A token that proves no time. The message says why."""

    def __init__(self, wrong: Wrong, why: str) -> None:
        super().__init__(why)
        self.wrong = wrong


class BadAuthorities(Exception):
    """A list of authorities that cannot be used. The message says which line, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Authority:
    """Somebody who stamps: the name we give it, where it takes requests, and what its signature must lead to."""

    name: str
    url: str
    roots: str
    """Certificates in PEM."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent to an authority."""

    body: bytes
    nonce: int


WORDS = 3
"""In a line that names an authority."""


def read_authorities(path: Path) -> tuple[Authority, ...]:
    """Returns the authorities in a file: a line each with name, address, and the file of the root to trust beside it.

    Raises BadAuthorities or OSError.
    """
    found: dict[str, Authority] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            if len(words) != WORDS:
                raise ValueError(
                    f"a line has a name, an address and the file of a root, and this one {len(words)} words"
                )
            name, url, file = words
            if not NAME.fullmatch(name) or name in found:
                raise ValueError(f"{name[:64]!r} is no name of small letters, digits, dots and hyphens, or taken")
            if not url.startswith(("http://", "https://")):
                raise ValueError(f"{url!r} is no address that begins with http:// or https://")
            found[name] = Authority(name, url, read_roots(path.parent / file))
        except (OSError, ValueError) as error:
            raise BadAuthorities(f"line {number}: {error}") from error
    if not found:
        raise BadAuthorities("no authority stands in it: a line has a name, an address and the file of a root")
    return tuple(found.values())


def read_roots(path: Path) -> str:
    """Returns the certificates in a PEM file, and nothing else that stands there. Raises ValueError or OSError."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificates

    raw = path.read_bytes()
    if len(raw) > ROOTS_BYTES_MAX:
        raise ValueError(f"{path} has more than {ROOTS_BYTES_MAX} bytes: name the one root to trust")
    try:
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in load_pem_x509_certificates(raw))
    except ValueError:
        raise ValueError(f"{path} holds no certificate in PEM") from None


def request(message: bytes) -> Request:
    """Returns the request for a timestamp: SHA-256, a nonce, and the authority's certificates in the answer."""
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    made = TimestampRequestBuilder().data(message).hash_algorithm(HashAlgorithm.SHA256).build()
    return Request(made.as_bytes(), int(made.nonce or 0))


def check(answer: bytes, message: bytes, roots: str, nonce: int | None = None) -> datetime:
    """Returns the time an authority's answer proves for the message; with `nonce` as the answer to that request.

    The certificates must have been valid at that time, not today; whether one was revoked is not looked up.
    Raises BadToken.
    """
    from cryptography.x509 import load_pem_x509_certificates
    from rfc3161_client import VerifierBuilder, decode_timestamp_response

    try:
        read = decode_timestamp_response(answer)
        status = read.status
        info = read.tst_info if status == GRANTED else None
    except ValueError as error:
        raise BadToken("unreadable", f"it is no answer in DER: {error}") from error
    if info is None:
        raise BadToken("not_granted", f"it is refused (status {status}): {' '.join(read.status_string)[:200]}")
    imprint = info.message_imprint
    expected = hashlib.sha256(message).digest()
    if imprint.hash_algorithm.dotted_string != SHA_256 or bytes(imprint.message) != expected:
        raise BadToken("imprint", "it is of something else than the checkpoint")
    if nonce is not None and info.nonce != nonce:
        raise BadToken("nonce", "it answers another request than ours")
    builder = VerifierBuilder()
    for root in load_pem_x509_certificates(roots.encode()):
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify(read, expected)
    except Exception as error:  # whatever the client makes of a stranger's certificates
        raise _told(error) from error
    return info.gen_time


def _told(error: Exception) -> BadToken:
    """Returns what an error of the client says: a chain that ends nowhere we trust, or a signature that is none."""
    said = str(error)
    reason = _REASON.search(said)
    if reason is not None:
        return BadToken("untrusted", f"its signature does not lead to the root that is trusted: {reason[1].strip()}")
    if "signature failure" in said:
        return BadToken("signature", "its signature does not fit it")
    return BadToken("signature", f"its signature cannot be checked: {said[:200]}")
