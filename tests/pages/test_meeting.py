"""The minutes of a meeting on a page: who was there, each case as it was treated, what is withheld, who signed."""

from __future__ import annotations

import pytest

from api.composition import House
from tests.api.minutes_books import MEETING, meeting_commands, publication, signature
from tests.pages.support import BOOK, Visitor, record

PAGE = f"/collaborations/{BOOK}/meetings/{MEETING}"
JSON = f"/api/v1/collaborations/{BOOK}/meetings/{MEETING}/minutes"


@pytest.fixture
def held(house: House, reader: Visitor) -> Visitor:
    """A reader of a book with a meeting that has been held."""
    for told in meeting_commands():
        fields = {name: value for name, value in told.items() if name != "type"}
        record(house, told["type"], **fields)
    return reader


def sign_and_publish(reader: Visitor) -> None:
    """Signs the minutes as they stand, and publishes them."""
    for make in (signature, publication):
        told = make(reader.json(JSON))
        record(reader.house, told["type"], **{name: value for name, value in told.items() if name != "type"})


def test_the_page_says_when_and_where_it_was_and_who_was_there(held: Visitor) -> None:
    seen = held.see(PAGE)
    assert seen.text.startswith("Møtebok, møte 1/2026 – Styringsbok")
    assert "Representantskapet, 10.3.2026" in seen.text
    assert "Klokkeslett 09:00 Sted Rådhuset" in seen.text
    assert "Prøve p-1 Nordvik hele møtet" in seen.text
    assert "Møtebokens stand ikke underskrevet" in seen.text


def test_cases_stand_in_the_order_they_were_treated_with_documents_and_outcome(held: Visitor) -> None:
    seen = held.see(PAGE)
    headings = [element.attributes["id"] for element in seen.all("h2") if element.attributes["id"].startswith("case-")]
    assert headings == ["case-1", "case-2"]
    assert seen.text.index("2/26 Tilsetting") < seen.text.index("1/26 Budsjett")
    assert "Utfall: utsatt" in seen.text
    assert "Et dokument som er unntatt offentlighet" in seen.text
    assert "Hemmelig vedlegg" not in seen.html


def test_every_entry_of_the_meeting_stands_once_and_leads_to_itself(held: Visitor) -> None:
    seen, minutes = held.see(PAGE), held.json(JSON)
    ids = [element.attributes["id"] for element in seen.all("li") if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    assert {int(id_.rpartition("-")[2]) for id_ in ids} == {entry["number"] for entry in minutes["entries"]}
    told = sum(len(case["entries"]) for case in minutes["cases"])
    in_cases = {number for case in minutes["cases"] for number in case["entries"]}
    assert len(ids) == told + len(minutes["entries"]) - len(in_cases)
    assert f"/collaborations/{BOOK}/entries/{minutes['last_entry']}" in seen.links


def test_no_two_parts_of_the_page_have_the_same_name(held: Visitor) -> None:
    """A reader who jumps from region to region tells them apart by name (landmark-unique)."""
    seen = held.see(PAGE)
    names = [element.attributes["aria-label"] for element in seen.all("div", role="region")]
    assert len(names) == len(set(names)) > 2
    headings = {e.attributes["aria-labelledby"] for e in seen.all("section")}
    assert len(headings) == len(seen.all("section"))


def test_what_is_shielded_says_only_that_it_is(held: Visitor) -> None:
    seen = held.see(PAGE)
    assert "Innholdet er unntatt offentlighet etter offentleglova § 13." in seen.text
    assert "forvaltningsloven § 6" not in seen.html


def test_signatures_and_publication_stand_with_the_digest(held: Visitor) -> None:
    assert "Møteboken er ikke underskrevet ennå." in held.see(PAGE).text
    sign_and_publish(held)
    seen = held.see(PAGE)
    assert "Møtebokens stand underskrevet" in seen.text
    assert held.json(JSON)["minutes_sha256"] in seen.text
    assert JSON in seen.links


def test_the_page_is_as_of_an_entry(held: Visitor) -> None:
    last = held.json(JSON)["last_entry"]
    sign_and_publish(held)
    assert "Møteboken er ikke underskrevet ennå." in held.see(f"{PAGE}?entry={last}").text


def test_it_is_in_every_language(held: Visitor) -> None:
    assert "Møtebok, møte 1/2026" in held.see(PAGE, language="nn").text
    assert "Minutes of meeting 1/2026" in held.see(PAGE, language="en").text


def test_a_meeting_nothing_touches_has_no_page(held: Visitor) -> None:
    assert "m-9" in held.see(f"/collaborations/{BOOK}/meetings/m-9", status=404).text
