"""Has a witness of somebody else's cosign a book, and shows it what it must refuse; our own client asks it.

    python -m tests.log.by_hand.witness make FOLDER [sigsum]
    python -m tests.log.by_hand.witness run FOLDER URL WITNESS-KEY

`make` writes two books of one origin, both signed with one key: the second tells another history. It prints the log's
verifier key, and its 32 bytes in hexadecimal, for the witness to be started with; with `sigsum` the origin is of the
form its witness takes. `run` asks the witness at URL: WITNESS-KEY is its verifier key, or NAME:HEXADECIMAL. One line
for each question: what the specification asks for, what was answered, whether they are the same. Another tree of a size
it has seen is a 409 in tlog-witness v1.0.0 and a 422 in the text since.

Witnesses that were asked: `sigsum-witness` of Debian's package sigsum-go (from version 13 on), which needs GODEBUG to
be httpmuxgo121=0, and the key turned by `sigsum-key from-hex`; `aics-witness` from the Python package index; our own.
"""

from __future__ import annotations

import hashlib
import sys
import time
from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.application import Ledger
from ledger.location import SQLiteLocation
from ledger.log.checkpointing import Signed, Signer, open_signer
from ledger.log.keys import SigningKey, create, load
from ledger.log.notes import COSIGNATURE, InvalidNote, Note, Signature, VerifierKey
from ledger.log.policy import Group, Policy, Witness
from ledger.log.witness import Sent
from ledger.log.witnessing import Asking, Heard, post
from tests.ledger.support import begin, send, service

ORIGIN, OF_SIGSUM = "styringsbok.example/by-hand", "sigsum.org/v1/tree"
FIRST, SECOND = 300, 700
NAMES = ("ours", "rewritten")


class Place:
    """One of the two books."""

    def __init__(self, folder: Path, name: str) -> None:
        key = load(folder / "log.key")
        self.name = name
        self.book = hashlib.sha256(key.public).hexdigest() if key.origin == OF_SIGSUM else "boka"
        self.ledger = Ledger(SQLiteLocation(folder / name / "book.db"))
        self.signer: Signer = open_signer(self.ledger, path=folder / "log.key", origin=key.origin)

    def grow(self, entries: int) -> Signed:
        """Records services until the book has so many entries, and returns the checkpoint."""
        if not self.ledger.head(self.book):
            begin(self.ledger, book=self.book)
        for number in range(self.ledger.head(self.book) + 1, entries + 1):
            one = send(service(f"{self.name}-{number}"), book=self.book, command_id=f"{self.name}-{number}")
            self.ledger.record(one)
        signed = self.signer.checkpoint(self.book, at_once=True)
        assert signed is not None
        return signed

    def sent(self, signed: Signed, old: int) -> Sent:
        """Returns the request about a checkpoint, to one who has seen the first `old` entries."""
        size = signed.checkpoint.size
        proof = self.ledger.log_of(self.book).consistency(old, size) if 0 < old < size else []
        return Sent(old, tuple(proof), Note(signed.note.text, signed.note.signatures[:1]))


def make(folder: Path, origin: str) -> None:
    """Writes the two books, and prints the key they are both signed with."""
    for name in NAMES:
        (folder / name).mkdir(parents=True)
    create(folder / "log.key", origin)
    for name in NAMES:
        place = Place(folder, name)
        place.grow(FIRST)
        key = place.signer.keys_of(place.book)[0]
        place.ledger.close()
    sys.stdout.write(f"{key}\n{key.public.hex()}\n")


class Questions:
    """Asks a witness, and says how it answered."""

    def __init__(self, url: str, key: VerifierKey) -> None:
        self.witness = Witness("foreign", key, url)
        self.wrong = 0

    def ask(self, what: str, sent: Sent, *expected: int) -> Heard:
        """Sends a request; writes whether the status is one of those the specification asks for."""
        began = time.perf_counter()
        heard = post(f"{str(self.witness.url).rstrip('/')}/add-checkpoint", str(sent).encode())
        took = 1_000 * (time.perf_counter() - began)
        said = heard.body.decode().strip().split("\n")[0][:40]
        self.say(
            what, "/".join(map(str, expected)), f"{heard.status} {said!r}, {took:.1f} ms", heard.status in expected
        )
        return heard

    def client(self, what: str, place: Place, expected: str) -> None:
        """Has our own client ask about a book; writes whether it makes of the answer what it should."""
        asking = Asking(HouseOf(place.signer), [self.witness])
        outcome = asking.ask(place.signer, self.witness, place.book)
        assert outcome is not None
        found = f"{outcome.state} at {outcome.size}" + (f", {outcome.why!r}" if outcome.why else "")
        self.say(what, expected, found, f"{outcome.state} at {outcome.size}" == expected)

    def say(self, what: str, expected: str, found: str, right: bool) -> None:
        """Writes one line."""
        self.wrong += not right
        sys.stdout.write(f"{'as it should' if right else 'OTHERWISE':12} {what}: {expected} asked for; {found}\n")


class HouseOf:
    """A house that is no more than its signer."""

    def __init__(self, signer: Signer) -> None:
        self.signer = signer


def spoiled(sent: Sent) -> Sent:
    """Returns a request with one bit of the signature changed."""
    one = sent.note.signatures[0]
    changed = Signature(one.name, one.id, one.signature[:-1] + bytes((one.signature[-1] ^ 1,)))
    return replace(sent, note=Note(sent.note.text, (changed,)))


def run(folder: Path, url: str, key: VerifierKey) -> int:
    """Asks all that is asked. Returns how many answers were not as they should be."""
    ours, rewritten, to = Place(folder, "ours"), Place(folder, "rewritten"), Questions(url, key)
    to.client("our client, the first time", ours, f"cosigned at {FIRST}")
    to.ask("the same checkpoint once more", ours.sent(ours.grow(FIRST), FIRST), 200)
    grown = ours.sent(ours.grow(SECOND), FIRST)
    to.ask("a proof with a hash changed", replace(grown, proof=(bytes(32), *grown.proof[1:])), 422)
    to.ask("a proof a hash too short", replace(grown, proof=grown.proof[:-1]), 422)
    to.ask("a proof left out", replace(grown, proof=()), 422)
    to.ask("another old size than it has seen", replace(grown, old=FIRST - 1), 409)
    to.ask("an old size beyond the checkpoint's", replace(grown, old=SECOND + 1), 400)
    to.ask("a signature with a bit changed", spoiled(grown), 403)
    to.ask("a log it does not know", elsewhere(grown), 404)
    to.client("another book of the same size, our key: our client", rewritten, f"refused at {FIRST}")
    to.ask("another book of the same size, our key", rewritten.sent(rewritten.grow(FIRST), FIRST), 409, 422)
    told = rewritten.grow(SECOND + 50)
    to.ask("a history told anew, our key", rewritten.sent(told, FIRST), 422)
    to.client("a history told anew, our key: our client", rewritten, f"refused at {FIRST}")
    to.client("our client, after the book has grown", ours, f"cosigned at {SECOND}")
    to.client("a history told anew, after that: our client", rewritten, f"refused at {SECOND}")
    policies(to, ours, rewritten)
    for place in (ours, rewritten):
        place.ledger.close()
    return to.wrong


def elsewhere(sent: Sent) -> Sent:
    """Returns the request about the same tree under an origin nobody knows, signed by a key nobody knows."""
    key = SigningKey("elsewhere.example", Ed25519PrivateKey.generate())
    text = sent.note.text.replace(sent.note.text.split("\n")[0], key.origin, 1)
    return replace(sent, note=Note(text, (key.sign(text, key.origin),)))


def policies(to: Questions, ours: Place, rewritten: Place) -> None:
    """Holds both books' checkpoints against a policy that asks for the witness, as an auditor does."""
    log = ours.signer.keys_of(ours.book)
    policy = Policy(log, {"foreign": to.witness}, {"all": Group("all", 1, ("foreign",))}, "all")
    for place, expected in ((ours, "cosigned"), (rewritten, "refused")):
        signed = place.signer.latest(place.book)
        assert signed is not None
        try:
            policy.check(signed.note, signed.checkpoint.origin)
            found = "cosigned"
        except InvalidNote as error:
            found = f"refused: {error}"
        to.say(f"{place.name}, to an auditor who asks for this witness", expected, found, found.startswith(expected))


def key_of(text: str) -> VerifierKey:
    """Returns the witness's key."""
    name, found, public = text.rpartition(":")
    return VerifierKey(name, COSIGNATURE, bytes.fromhex(public)) if found else VerifierKey.read(text)


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(Path(sys.argv[2]), OF_SIGSUM if sys.argv[3:] == ["sigsum"] else ORIGIN)
    else:
        sys.exit(run(Path(sys.argv[2]), sys.argv[3], key_of(sys.argv[4])) != 0)
