"""One entry: everything it says, as it is stored, and the way to what it concerns."""

from __future__ import annotations

import hashlib

from api.composition import House
from tests.pages.support import BOOK, SHIELD, Visitor, found, record, spoil

IMPORTED = {"mode": "import", "source": {"title": "Protokollen", "read_on": "2026-01-01"}}


def test_an_entry_says_all_it_says(real: Visitor) -> None:
    seen = real.see("/collaborations/ror-ikt/entries/24")
    for said in (
        "Innførsel 24 i ROR-IKT",
        "Tjenestenivå, versjon 2, ble fastsatt: Tjenestenivåavtale (SLA).",
        "Avtale Tjenestenivåavtale mellom ROR-IKT og kommunene (sla)",
        "critical-response Responstid, prioritet Kritisk høyst 15 minutter ukjent ukjent ukjent ukjent nei",
        "availability Tilgjengelighet minst ukjent prosent",
        "Begrunnelse Forankret i vedtektene § 14; revideres og godkjennes av styret hvert år",
        "Hendelse service_level.revised",
        "Virker fra en gang mellom 26.9.2013 og 23.11.2026 Kildens ord: «",
        "Hentet fra kilde Historie lest i en kilde.",
        "Innført av import:ror-ikt",
        "Kilde ROR-IKT: Tjenestenivåavtale (SLA) lest 23.11.2026",
        "Bygger på Vedtekter eller avtale: vedtekter-2013 Dokument: ",
        "Ikke kontrollert: agreement.target_uncomputable",
        "Kommandoens id ror-ikt-024",
    ):
        assert said in seen.text
    (source,) = seen.all("a", rel="noreferrer")
    assert source.attributes["href"].startswith("https://www.ror-ikt.no/organisering/")


def test_a_derived_date_says_so(real: Visitor) -> None:
    seen = real.see("/collaborations/ror-ikt/entries/20")
    words = real.json("/api/v1/collaborations/ror-ikt/entries/20")["entry"]["effective"]["text"]
    assert f"Virker fra 15.11.2018 utledet dato Kildens ord: «{words}»" in seen.text
    assert "Kilden gir ikke datoen; den er utledet av andre." in seen.text


def test_the_fingerprint_is_of_the_bytes_that_are_stored(real: Visitor) -> None:
    for number in (1, 24, 42):
        seen = real.see(f"/collaborations/ror-ikt/entries/{number}")
        recorded = real.house.ledger.entry("ror-ikt", number)
        assert recorded is not None
        digest = hashlib.sha256(recorded.state).hexdigest()
        assert f"SHA-256 {digest} Antall byte {len(recorded.state)}" in seen.text
        shown = seen.html.partition('<pre class="stored" tabindex="0"><code>')[2].partition("</code>")[0]
        assert (
            shown.replace("&#34;", '"')
            .replace("&#39;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
            .encode()
            == recorded.state
        )
        assert real.json(f"/api/v1/collaborations/ror-ikt/entries/{number}")["sha256"] == digest


def test_an_entry_leads_to_its_neighbours_its_subjects_and_the_book_as_it_was(real: Visitor) -> None:
    seen = real.see("/collaborations/ror-ikt/entries/25")
    assert [e.attributes["href"] for rel in ("prev", "next") for e in seen.all("a", rel=rel)] == [
        "/collaborations/ror-ikt/entries/24",
        "/collaborations/ror-ikt/entries/26",
    ]
    assert "/collaborations/ror-ikt?entry=25" in seen.links
    for subject in ("member%3Amidsund", "member%3Amolde-2020", "agreement%3Asla", "service%3Aikt"):
        link = f"/collaborations/ror-ikt/history?subject={subject}"
        assert link in seen.links
        assert "/collaborations/ror-ikt/entries/25" in real.see(link).links
    assert real.see("/collaborations/ror-ikt/entries/1").all("a", rel="prev") == []
    assert real.see("/collaborations/ror-ikt/entries/42").all("a", rel="next") == []


def test_an_entry_that_is_not_there_is_a_page_that_says_so(real: Visitor) -> None:
    assert (
        "Boken har innførslene 1 til 42; nummer 43 er ikke blant dem."
        in real.see("/collaborations/ror-ikt/entries/43", status=404).text
    )
    for wrong in ("0", "-1", "x", "9007199254740992"):
        real.see(f"/collaborations/ror-ikt/entries/{wrong}", status=422)


def test_of_a_shielded_entry_only_its_place_is_shown(house: House, reader: Visitor) -> None:
    found(house)
    record(house, "member.admit", member_id="hemmelig", name="Hemmelig kommune", access=SHIELD, **IMPORTED)
    seen = reader.see(f"/collaborations/{BOOK}/entries/2")
    assert "Skjermet innførsel. Innholdet er unntatt offentlighet etter offentleglova § 13." in seen.text
    assert "Innholdet er skjermet" in seen.text
    assert "Hendelse member.admitted" in seen.text
    for hidden in ("emmelig", "Protokollen", "secretary-1", "SHA-256", "Gjelder"):
        assert hidden not in seen.html


def test_who_acted_what_it_rests_on_and_why_are_shown(house: House, reader: Visitor) -> None:
    found(house, legal_form="ko", name="Prøvesamarbeidet KO", **IMPORTED)
    record(house, "body.establish", body_id="styre", name="Styret", kind="board", **IMPORTED)
    number = record(
        house,
        "member.admit",
        member_id="austvik",
        name="Austvik",
        acted_by={"body": "styre"},
        basis=[{"kind": "law", "ref": "kommuneloven § 19-1"}],
        evidence=[{"sha256": "a" * 64, "name": "Protokoll.pdf"}],
        mode="record",
        reason="Slik står det i protokollen.",
    )
    seen = reader.see(f"/collaborations/{BOOK}/entries/{number}")
    for said in (
        "Handlet Styret",
        "Lov: kommuneloven § 19-1",
        f"Protokoll.pdf {'a' * 64}",
        "Ført i etterkant",
        "Uregelmessig, uten virkning:",
        "Handlingen har ingen virkning før dette er rettet.",
        "Hvorfor den likevel er ført Slik står det i protokollen.",
    ):
        assert said in seen.text


def test_a_text_that_was_erased_leaves_a_gap(house: House, reader: Visitor) -> None:
    found(house, purpose="Noe som må bort")
    assert "Formål Noe som må bort" in reader.see(f"/collaborations/{BOOK}/entries/1").text
    with house.ledger.book_recorder.datastore.transaction(commit=True) as cursor:
        cursor.execute("DELETE FROM sealed_texts")
    assert "Formål Teksten er slettet" in reader.see(f"/collaborations/{BOOK}/entries/1").text


def test_a_person_is_called_by_name_as_long_as_the_name_is_kept(house: House, reader: Visitor) -> None:
    found(house)
    plan = [{"member_id": "nordvik", "seats": 1, "votes": 1, "deputies": 0}]
    since = {"effective": "2020-01-01"}
    record(house, "body.establish", body_id="styre", name="Styret", kind="steering_group", seat_plan=plan, **since)
    record(house, "person.register", person_id="p1", name="Kari Nordmann", **since)
    number = record(house, "seat.fill", person_id="p1", body_id="styre", on_behalf_of="nordvik", **since)
    assert "Kari Nordmann tok plass i Styret." in reader.see(f"/collaborations/{BOOK}/entries/{number}").text
    assert "Historikk: Kari Nordmann" in reader.see(f"/collaborations/{BOOK}/history?subject=person:p1").text
    with house.ledger.book_recorder.datastore.transaction(commit=True) as cursor:
        cursor.execute("DELETE FROM sealed_texts")
    seen = reader.see(f"/collaborations/{BOOK}")
    assert "P1 tok plass i Styret." in seen.text
    assert "Kari" not in seen.text


def test_a_damaged_entry_is_an_error_that_names_it(house: House, reader: Visitor) -> None:
    found(house)
    spoil(house, 1)
    seen = reader.see(f"/collaborations/{BOOK}/entries/1", status=500)
    assert f"Innførsel 1 i boken {BOOK} er ikke lenger slik den ble skrevet." in seen.text
