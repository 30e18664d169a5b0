"""Pages say plainly that nobody outside has seen or stamped a book for too long, or that a witness refused it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.composition import House
from ledger.log.notes import COSIGNATURE, VerifierKey, cosign
from ledger.log.policy import Witness
from ledger.log.timestamping import Stamping, Timestamp, insertion
from ledger.log.tokens import Authority
from ledger.log.witness import Sent
from ledger.log.witnessing import Asking, Heard
from tests.pages.support import BOOK, Visitor, found

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
WITNESS = Witness(
    "nabo", VerifierKey("nabo.example", COSIGNATURE, KEY.public_key().public_bytes_raw()), "http://nabo.example"
)
PAGES = ("/", f"/collaborations/{BOOK}")


def ask(house: House, status: int, body: bytes = b"") -> None:
    """Has the one witness asked once, which answers so; 200 stands for a cosignature."""

    def answer(url: str, sent: bytes) -> Heard:
        text = Sent.read(sent).note.text
        return Heard(status, str(cosign(text, "nabo.example", KEY, 1_795_000_000)).encode() if status == 200 else body)

    house.asking = Asking(house, [WITNESS], answer)
    house.asking.ask_all()


def hours_later(house: House, hours: int) -> None:
    """Lets so many hours go by."""
    clock = house.ledger.clock
    house.ledger.clock = lambda: clock() + timedelta(hours=hours)


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_said_where_no_witness_is_asked_or_it_has_seen_all(house: House, reader: Visitor, page: str) -> None:
    found(house)
    hours_later(house, 5)
    assert "Ikke bevitnet" not in reader.see(page).text
    ask(house, 200)
    assert "Ikke bevitnet" not in reader.see(page).text


@pytest.mark.parametrize("page", PAGES)
def test_a_book_unseen_for_too_long_is_named(house: House, reader: Visitor, page: str) -> None:
    found(house)
    ask(house, 500)
    assert "Ikke bevitnet" not in reader.see(page).text
    hours_later(house, 5)
    seen = reader.see(page).text
    assert "Ikke bevitnet utenfra" in seen
    assert "Ingen vitner utenfor har sett Prøvesamarbeidet til og med innførsel 1." in seen
    assert "mer enn 5 t gammel" in seen


@pytest.mark.parametrize("page", PAGES)
def test_a_refused_book_is_named_at_once(house: House, reader: Visitor, page: str) -> None:
    found(house)
    ask(house, 422, b"another history\n")
    assert "Vitnet nabo godtar ikke Prøvesamarbeidet" in reader.see(page).text
    ask(house, 409, b"7\n")
    assert "Vitnet nabo har sett Prøvesamarbeidet til og med innførsel 7" in reader.see(page).text


def test_the_installations_log_is_spoken_of_on_the_first_page_alone(house: House, reader: Visitor) -> None:
    found(house)
    ask(house, 500)
    assert "installasjonens logg" not in first_page(reader)
    hours_later(house, 5)
    late = (
        "Ingen vitner utenfor har sett installasjonens logg til og med blad 1. Det første som mangler, er mer enn 5 t"
    )
    assert late in reader.see("/").text
    assert "installasjonens logg" not in reader.see(PAGES[1]).text
    ask(house, 409, b"7\n")
    assert "Vitnet nabo har sett installasjonens logg til og med blad 7, og så langt går den ikke nå." in first_page(
        reader
    )
    ask(house, 422, b"another history\n")
    assert "Vitnet nabo godtar ikke installasjonens logg" in first_page(reader)
    ask(house, 404)
    assert "installasjonens logg" not in first_page(reader), "the witness was given the keys of books alone"


def first_page(reader: Visitor) -> str:
    """Returns the text of the first page."""
    return reader.see("/").text


# Timestamps --------------------------------------------------------------------------------


def nobody(url: str, asked: bytes) -> bytes:
    """Stands for an authority that does not answer."""
    raise OSError("nobody there")


@pytest.mark.parametrize("page", PAGES)
def test_a_book_unstamped_for_too_long_is_named(house: House, reader: Visitor, page: str) -> None:
    found(house)
    house.stamping = Stamping(house, [Authority("stempler", "http://tid.example", "")], 24, nobody)
    house.stamping.ask_all()
    hours_later(house, 47)
    assert "tidsstempeltjeneste" not in reader.see(page).text
    hours_later(house, 2)
    seen = reader.see(page).text
    assert "Ikke bevitnet utenfra" in seen
    assert "Ingen tidsstempeltjeneste har stemplet Prøvesamarbeidet til og med innførsel 1." in seen
    assert "mer enn 49 t gammel" in seen
    stamp = Timestamp(BOOK, 1, "stempler", b"0", "", "2026-11-24T08:00:00.000000Z")
    house.ledger.write_beside([insertion(stamp)])
    assert "tidsstempeltjeneste" not in reader.see(page).text
