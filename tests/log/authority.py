"""A time-stamping authority of one's own, over HTTP, with `openssl ts` behind it; it can be told to answer wrongly."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ledger.log.checkpointing import Signer
from ledger.log.verifier import inside

OPENSSL = shutil.which("openssl") or "openssl"
CONFIG = """[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = {digest}
ess_cert_id_alg = sha256
"""
DAYS = 3_650


@dataclass(frozen=True)
class House:
    """Anything with a signer."""

    signer: Signer


def openssl(*args: object, cwd: Path) -> bytes:
    """Runs openssl and returns what it wrote. Fails where it does."""
    done = subprocess.run([OPENSSL, *map(str, args)], cwd=cwd, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@dataclass
class LocalAuthority:
    """Certificates and a key in a folder, and how to answer."""

    folder: Path
    expired: bool = False
    chain: bool = False
    """Whether the answer holds the root too, beside the certificate it is signed with."""
    mood: str = "well"
    """`well`, or what is wrong with the next answers."""
    asked: int = 0
    url: str = ""
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        (self.folder / "serial").write_text("01\n")
        for digest in ("sha256", "sha512"):
            (self.folder / f"{digest}.cnf").write_text(CONFIG.format(folder=self.folder, digest=digest))
        ended = datetime.now(UTC) - timedelta(days=1 if self.expired else -DAYS)
        root, root_key = certificate("Rot (prøve)", datetime.now(UTC) + timedelta(days=DAYS))
        (self.folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
        raw = root_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "root.key").write_bytes(raw)
        leaf, key = certificate("Tidsstempler (prøve)", ended, (root, root_key))
        (self.folder / "tsa.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
        raw = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.folder / "tsa.key").write_bytes(raw)

    @property
    def root(self) -> Path:
        """The file of the root to trust."""
        return self.folder / "root.pem"

    def der(self, name: str) -> bytes:
        """Returns one of its certificates in DER."""
        return x509.load_pem_x509_certificate((self.folder / name).read_bytes()).public_bytes(Encoding.DER)

    def stamp(self, query: bytes, digest: str = "sha256") -> bytes:
        """Returns the answer to a request."""
        (self.folder / "query").write_bytes(query)
        args = ("-config", self.folder / f"{digest}.cnf", "-section", "one", "-queryfile", "query", "-out", "answer")
        signing = ("-signer", "tsa.pem", "-inkey", "tsa.key", *(("-chain", "root.pem") if self.chain else ()))
        openssl("ts", "-reply", *args, *signing, cwd=self.folder)
        return (self.folder / "answer").read_bytes()

    def misused(self, answer: bytes, for_time: str) -> bytes:
        """Returns an answer with the same content, signed with a certificate that is not one for timestamps alone."""
        root_key = load_pem_private_key((self.folder / "root.key").read_bytes(), None)
        assert isinstance(root_key, ec.EllipticCurvePrivateKey)
        root = x509.load_pem_x509_certificate(self.root.read_bytes())
        leaf, key = certificate("Noe annet (prøve)", root.not_valid_after_utc, (root, root_key), for_time=for_time)
        (self.folder / "other.pem").write_bytes(leaf.public_bytes(Encoding.PEM))
        (self.folder / "other.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (self.folder / "info").write_bytes(inside(answer, 0, 1, 1, 0, 2, 1, 0))
        signing = ("-signer", "other.pem", "-inkey", "other.key", "-econtent_type", "1.2.840.113549.1.9.16.1.4")
        form = ("-binary", "-nodetach", "-md", "sha256", "-outform", "DER")
        signed = openssl("cms", "-sign", "-in", "info", *signing, *form, cwd=self.folder)
        granted = bytes.fromhex("3003020100")
        return b"\x30\x82" + len(granted + signed).to_bytes(2) + granted + signed

    def answer(self, query: bytes) -> bytes:
        """Returns the answer to a request in the mood there is."""
        match self.mood:
            case "rubbish":
                return b"<html>Velkommen</html>"
            case "too much":
                return bytes(200_000)
            case "another checkpoint":
                (self.folder / "other").write_bytes(b"another")
                asked = openssl("ts", "-query", "-data", "other", "-sha256", "-cert", cwd=self.folder)
                return self.stamp(asked)
            case "another request":
                hashed = query[query.index(b"\x04\x20") + 2 :][:32]
                return self.stamp(openssl("ts", "-query", "-digest", hashed.hex(), "-sha256", "-cert", cwd=self.folder))
            case "a hash it does not take":
                return self.stamp(query, "sha512")
            case "a bit flipped":
                answer = bytearray(self.stamp(query))
                answer[-5] ^= 1
                return bytes(answer)
            case _:
                return self.stamp(query)


def certificate(
    name: str,
    until: datetime,
    issuer: tuple[x509.Certificate, ec.EllipticCurvePrivateKey] | None = None,
    *,
    for_time: str = "alone",
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """Returns a root, or where an issuer is given a certificate for timestamps `alone`, `too` or `no`, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=2 * DAYS))
        .not_valid_after(until)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer and for_time != "no":
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=for_time == "alone")
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


@contextmanager
def served(authority: LocalAuthority) -> Iterator[LocalAuthority]:
    """Yields an authority that takes requests at its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Answers a request."""
            authority.asked += 1
            query = self.rfile.read(int(self.headers["Content-Length"]))
            if authority.mood == "hangs":
                authority.stopped.wait(30)
                return
            if authority.mood == "no HTTP":
                self.wfile.write(b"220 velkommen\r\n")
                return
            answer = b"" if authority.mood == "fails" else authority.answer(query)
            self.send_response(500 if authority.mood == "fails" else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        authority.url = f"http://127.0.0.1:{server.server_port}/tsr"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield authority
        finally:
            authority.stopped.set()
            server.shutdown()
            thread.join()
