"""The minutes of a meeting on a page: read as minutes, each sentence with its entry, nothing lost, nothing shielded."""

from __future__ import annotations

import re

import pytest

from api.catalogue import LANGUAGES, Language
from api.composition import House
from tests.api.minutes_books import MEETING, called, meeting_commands, publication, signature
from tests.pages.support import BOOK, MEETING_OF_TEN, SHIELD, TEN_CASES, Seen, Visitor, record, spoil

PAGE = f"/collaborations/{BOOK}/meetings/{MEETING}"
JSON = f"/api/v1/collaborations/{BOOK}/meetings/{MEETING}/minutes"
TEN = f"/collaborations/{TEN_CASES}/meetings/{MEETING_OF_TEN}"
QUORATE = "vedtaksført etter kommuneloven § 11-9: 10 av 10 medlemmer"


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


def entries_linked(seen: Seen) -> set[int]:
    """Returns the entries a page leads to."""
    return {int(found[1]) for link in seen.links if (found := re.search(r"/entries/(\d+)", link))}


def minutes_read(seen: Seen) -> str:
    """Returns what stands in the minutes to be read and printed, without what is closed."""
    html = re.sub(r"<details.*?</details>", " ", seen.html, flags=re.DOTALL)
    text = " ".join(re.sub(r"<[^>]+>", " ", html[html.index("<main") : html.index("</main>")]).split())
    return re.sub(r"\( (.*?) \)", r"(\1)", text)


# The meeting of ten cases ----------------------------------------------------------------


def test_it_reads_from_the_head_to_the_signatures(ten_cases: Visitor) -> None:
    text = minutes_read(ten_cases.see(TEN))
    told = (
        "Skarsfjord IKT kommunalt oppgavefellesskap Møtebok for Representantskapet, møte 1/2026",
        "Tid og sted 10.3.2026 kl. 09.00, Rådhuset i Fjordvik innførsel 63",
        "Innkalt 16.2.2026 innførsel 62",
        "Møteleder Prøve Prøvesen nr. 1 innførsel 63",
        "Valgt til å underskrive Prøve Prøvesen nr. 5 og Prøve Prøvesen nr. 7 innførsel 63",
        "Til stede da møtet ble satt (innførsel 63):",
        "Nordli kommune : Prøve Prøvesen nr. 9, Prøve Prøvesen nr. 10",
        "(Nordli kommune, vara for Prøve Prøvesen nr. 10) møtte fra sak 9/26. innførsel 84",
        "Prøve Prøvesen nr. 19 gikk etter sak 9/26. innførsel 87",
        "Sak 1/26 Godkjenning av innkalling og saksliste",
        "Sak 10/26 Innkjøp av nettverk",
        "Sak 6/26 Plan for internkontroll Saken ble utsatt. innførsel 93",
        "Sak 7/26 Navn på samarbeidet Saken ble trukket. innførsel 93",
        "Møtet ble hevet. innførsel 93",
        "Møteboken er innførslene 62 til 93 som gjelder møtet, også de skjermede.",
        "Underskrevet 12.3.2026 av Prøve Prøvesen nr. 1 (møteleder), Prøve Prøvesen nr. 5 (valgt underskriver)",
        "Publisert 13.3.2026, uten det som er unntatt offentlighet. innførsel 95",
    )
    places = [text.index(sentence) for sentence in told]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "sentence",
    [
        "Avstemning over forslaget fra Prøve Prøvesen nr. 1: enstemmig vedtatt med 10 stemmer; "
        f"{QUORATE}. innførsel 65",
        f"Avstemning over innstillingen fra Daglig leder: vedtatt med 7 stemmer for og 3 mot; {QUORATE}. innførsel 67",
        "Avstemning over innstillingen fra Daglig leder, ved navneopprop kl. 10.15: vedtatt med 7 stemmer for "
        "og 3 mot; "
        f"mot stemte Prøve Prøvesen nr. 8, Prøve Prøvesen nr. 9 og Prøve Prøvesen nr. 10; {QUORATE}. innførsel 69",
        "Valg av nestleder: valget falt på Prøve Prøvesen nr. 6; Prøve Prøvesen nr. 6 fikk 9 stemmer og "
        f"Prøve Prøvesen nr. 3 fikk 1 stemme; {QUORATE}. innførsel 74",
        f"Avstemning om å lukke møtet: enstemmig vedtatt med 10 stemmer; {QUORATE}. innførsel 76",
        "Avstemning om habiliteten til Prøve Prøvesen nr. 10: enstemmig vedtatt med 9 stemmer; "
        "vedtaksført etter kommuneloven § 11-9: 9 av 10 medlemmer. innførsel 82",
        "Avstemning over endringsforslaget fra Prøve Prøvesen nr. 8: falt med 4 stemmer for og 6 mot; "
        f"{QUORATE}. innførsel 89",
    ],
)
def test_a_vote_is_one_sentence_that_ends_with_its_entry(ten_cases: Visitor, sentence: str) -> None:
    assert sentence in minutes_read(ten_cases.see(TEN))


def test_a_proposal_says_of_which_kind_it_is_by_whom_and_what_became_of_it(ten_cases: Visitor) -> None:
    text = minutes_read(ten_cases.see(TEN))
    assert (
        "Innstilling fra Daglig leder, lagt fram før møtet (innførsel 57): "
        "Brukerstøtten er åpen fra kl. 7 til kl. 17 på hverdager. Vedtatt. innførsel 67"
    ) in text
    assert (
        "Endringsforslag fra Prøve Prøvesen nr. 8 til innstillingen fra Daglig leder (innførsel 88): "
        "Rammen settes til 1 mill. kroner. Falt. innførsel 89"
    ) in text


def test_doors_and_impartiality_are_one_sentence_with_the_provision(ten_cases: Visitor) -> None:
    text = minutes_read(ten_cases.see(TEN))
    assert (
        "Møtet ble lukket etter kommuneloven § 11-5 andre ledd (en arbeidstakers tjenstlige forhold). innførsel 77 "
        "Møtet ble åpnet igjen. innførsel 81"
    ) in text
    assert ("Prøve Prøvesen nr. 10 er inhabil etter forvaltningsloven § 6 første ledd bokstav e. innførsel 83") in text


def test_a_decision_is_set_apart_with_its_dissents_and_its_effects_in_words(ten_cases: Visitor) -> None:
    seen = ten_cases.see(TEN)
    text = minutes_read(seen)
    assert "Vedtak innførsel 72 Retningslinjene vedtas slik de er lagt fram." in text
    assert (
        "Protokolltilførsel fra Prøve Prøvesen nr. 4 (innførsel 73): "
        "Retningslinjene er for strenge for dem som arbeider ute."
    ) in text
    effect = "Virkning: en fullmakt gis (beløpsgrenser: per handling 2 000 000,00 kr; fullmakt til å: bruke penger og"
    assert effect in text.replace("\u00a0", " ")
    assert len([e for e in seen.all("div") if e.attributes.get("class") == "decision"]) == 7


def test_what_is_withheld_has_its_basis_and_its_entries_and_nothing_more(ten_cases: Visitor) -> None:
    seen = ten_cases.see(TEN)
    basis = "offentleglova § 13, jf. forvaltningsloven § 13"
    assert f"Unntatt offentlighet etter {basis}: innførsel 78, innførsel 79, innførsel 80" in seen.text
    assert "Saken avsluttes uten videre tiltak" not in seen.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_id_and_no_gap_is_printed_where_there_is_a_name(ten_cases: Visitor, language: Language) -> None:
    seen = ten_cases.see(TEN, language=language)
    main = re.sub(r"<[^>]+>", " ", seen.html[seen.html.index("<main") :])
    ids = r"\b(?:sak-\d|(?:fjordvik|elvdal|skarnes|holmset|nordli)-(?:\d|vara)|nettverk-2026|daglig-leder)"
    assert re.findall(ids, main) == []
    assert (
        re.findall(r"authority\.grant|avstemning-|innstilling-|forslag-sak|vedtak-sak|event\.|field\.|meeting\.", main)
        == []
    )
    assert re.findall(r"ikke oppgitt|ingen oppgitt|ikkje oppgitt|not given|none given|…", main) == []


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nn", "Røysting over innstillinga frå Daglig leder: vedteke med 7 røyster for og 3 mot; vedtaksført etter"),
        ("en", "Vote on the recommendation from Daglig leder: adopted with 7 votes for and 3 against; quorate under"),
    ],
)
def test_it_is_in_every_language(ten_cases: Visitor, language: Language, sentence: str) -> None:
    assert sentence in ten_cases.see(TEN, language=language).text


def test_the_full_evidence_of_a_vote_is_there_and_closed(ten_cases: Visitor) -> None:
    seen = ten_cases.see(TEN)
    closed = [element for element in seen.all("details") if "open" not in element.attributes]
    votes = sum(len(case["votes"]) for case in ten_cases.json(f"/api/v1{TEN}/minutes")["cases"])
    assert len(closed) == len(seen.all("details")) == votes == 10
    assert seen.text.count("Regel KL-11-9 ") == 9
    assert seen.text.count("Regel KL-7-8 ") == 1
    assert "Prøve Prøvesen nr. 19 Nordli kommune Prøve Prøvesen nr. 10 1" in seen.text
    assert "KL-11-9" not in minutes_read(seen)


def test_nobody_is_asked_to_sign_what_is_signed(ten_cases: Visitor) -> None:
    assert "Skal underskrives av" not in ten_cases.see(TEN).text


# A small meeting -------------------------------------------------------------------------


def test_the_page_says_when_and_where_it_was_and_who_was_there(held: Visitor) -> None:
    seen = held.see(PAGE)
    assert seen.text.startswith("Møtebok for Representantskapet, møte 1/2026 – Styringsbok")
    assert "Tid og sted 10.3.2026 kl. 09.00, Rådhuset" in seen.text
    assert "Møteleder Prøve p-1, valgt i møtet" in seen.text
    assert "Nordvik: Prøve p-1 Sørvik: Prøve p-2" in seen.text
    assert "Møtebokens stand Ikke underskrevet" in seen.text


def test_cases_stand_in_the_order_they_were_treated_with_documents_and_outcome(held: Visitor) -> None:
    seen = held.see(PAGE)
    headings = [element.attributes["id"] for element in seen.all("h2") if element.attributes["id"].startswith("case-")]
    assert headings == ["case-1", "case-2"]
    assert seen.text.index("Sak 2/26 Tilsetting") < seen.text.index("Sak 1/26 Budsjett")
    assert "Saken ble utsatt." in seen.text
    assert "Saken ble tatt til orientering." in seen.text
    assert "Et dokument som er unntatt offentlighet etter offentleglova § 13" in seen.text
    assert "Hemmelig vedlegg" not in seen.html


@pytest.mark.parametrize("page", ["small", "ten"])
def test_every_entry_of_the_meeting_is_led_to(held: Visitor, ten_cases: Visitor, page: str) -> None:
    visitor, url = (held, PAGE) if page == "small" else (ten_cases, TEN)
    numbers = {entry["number"] for entry in visitor.json(f"/api/v1{url}/minutes")["entries"]}
    assert len(numbers) > 5
    assert numbers <= entries_linked(visitor.see(url))


def test_a_break_in_the_meeting_is_not_lost_for_its_end(house: House, reader: Visitor) -> None:
    *before, ended = meeting_commands()
    pause = {"type": "meeting.adjourn", "meeting_id": MEETING, "effective": "2026-03-10", "ended": False}
    for told in (*before, {**pause, "continues_on": "2026-03-11"}, {**ended, "effective": "2026-03-11"}):
        fields = {name: value for name, value in told.items() if name != "type"}
        record(house, told["type"], **fields)
    text = minutes_read(reader.see(PAGE))
    last = reader.json(JSON)["last_entry"]
    assert f"Møtet ble utsatt til 11.3.2026. innførsel {last - 1} Møtet ble hevet. innførsel {last}" in text


def test_no_two_parts_of_the_page_have_the_same_name(ten_cases: Visitor) -> None:
    """A reader who jumps from region to region tells them apart by name (landmark-unique)."""
    seen = ten_cases.see(TEN)
    names = [element.attributes["aria-label"] for element in seen.all("div", role="region")]
    assert len(names) == len(set(names)) > 2
    headings = {e.attributes["aria-labelledby"] for e in seen.all("section")}
    assert len(headings) == len(seen.all("section"))
    ids = [element.attributes["id"] for element in seen.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))


def test_what_is_shielded_says_only_that_it_is(held: Visitor) -> None:
    seen = held.see(PAGE)
    assert "Unntatt offentlighet etter offentleglova § 13: innførsel" in seen.text
    assert "forvaltningsloven § 6" not in seen.html
    assert "inhabil" not in seen.text


def test_a_damaged_entry_is_named_and_the_rest_stands(held: Visitor) -> None:
    entries = held.json(JSON)["entries"]
    (called,) = [entry["number"] for entry in entries if entry["type"] == "meeting.called"]
    spoil(held.house, called)
    seen = held.see(PAGE)
    assert "Innførselen er skadet" in seen.text
    assert called in entries_linked(seen)
    assert "Saken ble utsatt." in seen.text


def test_whoever_is_to_sign_has_room_for_a_hand_until_it_is_signed(held: Visitor) -> None:
    seen = held.see(PAGE)
    assert "Møteboken er ikke underskrevet ennå. Skal underskrives av: Prøve p-1 (møteleder)" in seen.text
    sign_and_publish(held)
    seen = held.see(PAGE)
    assert "Møtebokens stand Underskrevet" in seen.text
    assert "Underskrevet 12.3.2026 av Prøve p-1 (møteleder)." in seen.text
    assert "Publisert 13.3.2026, uten det som er unntatt offentlighet." in seen.text
    assert "Skal underskrives av" not in seen.text
    assert held.json(JSON)["minutes_sha256"] in seen.text
    assert JSON in seen.links


def test_what_came_after_the_signature_says_so_and_is_to_be_signed(held: Visitor) -> None:
    sign_and_publish(held)
    signed = held.json(JSON)
    late = {"proposal_id": "f-9", "case_id": "s-1", "meeting_id": MEETING, "proposer": {"person_id": "p-1"}}
    number = record(
        held.house, "proposal.table", effective="2026-03-10", mode="record", reason="Glemt", text="Sent.", **late
    )
    seen = held.see(PAGE)
    assert "Møtebokens stand Underskrevet, med tilføyelser etterpå" in seen.text
    assert f"Forslag fra Prøve p-1 (innførsel {number}): Kom til etter underskriften." in seen.text
    assert "Kommet til etter underskriften Forslag lagt fram i saken 1/26 Budsjett (forslag)." in seen.text
    assert f"kontrollsummen var da {signed['minutes_sha256']}" in seen.text
    assert "Skal underskrives av: Prøve p-1 (møteleder)" in seen.text


def test_the_page_is_as_of_an_entry(held: Visitor) -> None:
    last = held.json(JSON)["last_entry"]
    sign_and_publish(held)
    assert "Møteboken er ikke underskrevet ennå." in held.see(f"{PAGE}?entry={last}").text


def test_a_meeting_nothing_touches_has_no_page(held: Visitor) -> None:
    assert "m-9" in held.see(f"/collaborations/{BOOK}/meetings/m-9", status=404).text


# The list of meetings --------------------------------------------------------------------


def test_the_collaboration_leads_to_its_meetings(ten_cases: Visitor) -> None:
    seen = ten_cases.see(f"/collaborations/{TEN_CASES}")
    listed = "Møter i boken: 1 Møte Organ Dato Møtebok 1/2026 Representantskapet 10.3.2026 underskrevet og publisert"
    assert listed in seen.text
    assert TEN in seen.links


def test_the_list_says_how_far_the_minutes_had_come_as_of_an_entry(ten_cases: Visitor) -> None:
    url = f"/collaborations/{TEN_CASES}"
    for entry, state in (
        (62, "møtet er innkalt"),
        (63, "møtet er satt"),
        (93, "ikke underskrevet"),
        (94, "underskrevet"),
    ):
        seen = ten_cases.see(f"{url}?entry={entry}")
        assert f"1/2026 Representantskapet 10.3.2026 {state} Møteboken" in seen.text
        assert f"{TEN}?entry={entry}" in seen.links
    assert "Møter i boken" not in ten_cases.see(f"{url}?entry=61").text


def test_a_shielded_answer_in_a_meeting_does_not_hide_that_it_was_held(held: Visitor) -> None:
    seen = held.see(f"/collaborations/{BOOK}")
    assert "1/2026 Representantskapet 10.3.2026 ikke underskrevet" in seen.text


def test_a_meeting_whose_call_is_shielded_is_not_listed(held: Visitor) -> None:
    told = {**called(), "meeting_id": "m-2", "meeting_number": "2/2026", "starts_on": "2026-05-10", "access": SHIELD}
    del told["type"], told["agenda"]
    record(held.house, "meeting.call", agenda=[{"case_id": "s-1"}], **told)
    seen = held.see(f"/collaborations/{BOOK}")
    assert "2/2026" not in seen.text
    assert "meetings/m-2" not in seen.html
