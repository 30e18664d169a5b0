"""A witness over HTTP: the headers are those of the specification, for clients that compare them letter by letter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from starlette.testclient import TestClient

from api.witness import create_witness
from ledger.log.checkpoints import Checkpoint
from ledger.log.keys import SigningKey
from ledger.log.notes import Note
from ledger.log.witness import Memory, Sent, Witness

ORIGIN = "ror.example/boka"
LOG = SigningKey(ORIGIN, Ed25519PrivateKey.generate())


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A client of a witness that knows one log."""
    with closing(Memory(tmp_path / "vitne.db")) as memory:
        key = SigningKey("nabo.example/vitne", Ed25519PrivateKey.generate())
        with TestClient(create_witness(Witness(key, [LOG.key_for(ORIGIN)], memory))) as opened:
            yield opened


def sent(old: int, size: int) -> str:
    """Returns a request about a tree of so many entries."""
    text = Checkpoint(ORIGIN, size, bytes(32)).text
    return str(Sent(old, (), Note(text, (LOG.sign(text, ORIGIN),))))


def test_a_size_has_the_content_type_the_specification_gives_it_and_nothing_after_it(client: TestClient) -> None:
    assert client.post("/add-checkpoint", content=sent(0, 4)).status_code == 200
    answer = client.post("/add-checkpoint", content=sent(0, 5))
    assert (answer.status_code, answer.text) == (409, "4\n")
    assert answer.headers["content-type"] == "text/x.tlog.size"


def test_a_cosignature_is_text_and_says_so(client: TestClient) -> None:
    answer = client.post("/add-checkpoint", content=sent(0, 4))
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith("— nabo.example/vitne ")
