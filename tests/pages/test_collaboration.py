"""One collaboration: its state on a day, what is only possible, and its minute book, as they were at any point."""

from __future__ import annotations

import re

import pytest

from api.composition import House
from api.pages.minutes import LINES_MAX
from ledger.log.holding import RESTORED, record_break
from projections.views import Fault
from tests.pages.support import BOOK, FOUNDERS, SHIELD, Seen, Visitor, found, record, spoil

CERTAIN, POSSIBLE, MINUTES = "Det som er sikkert på denne dagen", "Mulig, men ikke sikkert på denne dagen", "Møteboken"


def sections(seen: Seen) -> tuple[str, str, str]:
    """Returns what a page says is certain, what it says is possible, and its minute book."""
    _, _, rest = seen.text.partition(f" {CERTAIN} ")
    certain, _, rest = rest.partition(f" {POSSIBLE} ")
    possible, _, minutes = rest.partition(f" {MINUTES} ")
    return certain, possible, minutes


def numbers(seen: Seen) -> list[int]:
    """Returns the numbers of the entries in a page's minute book."""
    return [int(e.attributes["id"].removeprefix("entry-")) for e in seen.all("tr") if "id" in e.attributes]


# A real history --------------------------------------------------------------------------


def test_before_the_founding_there_is_nothing_but_the_book(real: Visitor) -> None:
    seen = real.see("/collaborations/ror-ikt?effective_on=2013-09-25")
    certain, possible, minutes = sections(seen)
    assert certain == "Samarbeidet er ikke stiftet på denne dagen."
    assert possible == "Ingenting er uavklart på denne dagen."
    assert minutes.startswith("Innførsel 42 til 18, nyeste først")


@pytest.mark.parametrize(
    ("day", "form", "members"),
    [
        ("2014-01-01", "Interkommunalt styre etter § 27", ["Aukra", "Midsund", "Molde", "Rauma", "Vestnes"]),
        ("2019-01-01", "Interkommunalt styre etter § 27", ["Aukra", "Midsund", "Molde", "Nesset", "Rauma", "Vestnes"]),
        ("2020-01-01", "Interkommunalt styre etter § 27", ["Aukra", "Molde", "Rauma", "Vestnes"]),
        ("2026-11-24", "Administrativt vertskommunesamarbeid", ["Aukra", "Hustadvika", "Molde", "Rauma", "Vestnes"]),
    ],
)
def test_the_state_is_the_one_the_api_answers(real: Visitor, day: str, form: str, members: list[str]) -> None:
    certain, _, _ = sections(real.see(f"/collaborations/ror-ikt?effective_on={day}"))
    assert f"Organisasjonsform {form} Hjemmel: kommuneloven " in certain
    table = certain.partition(" Org.nr. Fra Innførsel ")[2].partition(" Organer ")[0]
    listed = re.findall(r"(\w+) (?:Deltaker|Kontorkommune) ", table)
    assert (
        listed
        == members
        == [m["name"] for m in real.json(f"/api/v1/collaborations/ror-ikt?effective_on={day}")["members"]]
    )


def test_what_is_certain_is_shown_with_what_it_rests_on(real: Visitor) -> None:
    seen = real.see("/collaborations/ror-ikt?effective_on=2019-01-01")
    certain, _, _ = sections(seen)
    assert "Hjemmel: kommuneloven (1992) § 27 Fra 26.9.2013 utledet dato, innførsel 1" in certain
    assert "Vedtekter eller avtale i kraft vedtekter-2013 Fra 26.9.2013 utledet dato, innførsel 8" in certain
    assert "Aukra Deltaker 964 981 337 26.9.2013 utledet dato 1" in certain
    assert "Midsund Deltaker ukjent 26.9.2013 utledet dato 1" in certain
    assert "Styret for ROR-IKT Administrativt og organisatorisk ansvar for driften" in certain
    assert "Daglig leder Daglig leder Styret for ROR-IKT" in certain
    assert "Versjon 1: Tjenestenivå Avtale Fra en gang mellom 26.9.2013 og 14.11.2018, innførsel 14" in certain
    assert "Målene i denne versjonen er ukjent. Mulig i kraft i stedet: versjon 2." in certain
    assert "ROR-IKT til Styret for ROR-IKT Fullmakt til å inngå avtaler og stå for driften" in certain
    assert "per handling: ukjent per år: ukjent per part: ukjent" in certain
    assert "/collaborations/ror-ikt/history?subject=member%3Aaukra" in seen.links
    assert "/collaborations/ror-ikt/history?subject=grant%3Adrift-27" in seen.links


def test_what_is_only_possible_stands_apart_with_its_dates(real: Visitor) -> None:
    certain, possible, _ = sections(real.see("/collaborations/ror-ikt?effective_on=2020-06-01"))
    assert "Hustadvika" not in certain
    assert "Medlem Hustadvika Ble medlem en gang mellom 2.1.2020 og 23.11.2026." in possible
    assert (
        "Organisasjonsform Administrativt vertskommunesamarbeid Endret en gang mellom 2.1.2020 og 23.11.2026."
        in possible
    )
    assert "Vertskommune ingen kjent Det siste som er sikkert. Kan være endret på denne dagen" in certain
    assert "Vertskommune Molde Endret en gang mellom 2.1.2020 og 23.11.2026." in possible
    assert "Bestillerutvalget Begynte en gang mellom 26.9.2013 og 23.11.2026." in possible
    assert "Organ Styret for ROR-IKT Opphørte en gang mellom 2.1.2020 og 23.11.2026." in possible
    assert "Fullmakt ROR-IKT til Molde Begynte en gang mellom 2.1.2020 og 23.11.2026." in possible
    assert "Tjenestenivå Versjon 3 av Tjenestenivåavtale mellom ROR-IKT og kommunene" in possible
    assert "Plasser og stemmer Bestillerutvalget Aukra: plasser 1, stemmer 1" in possible
    assert "Plasser og stemmer Faggruppene" not in possible
    words = real.json("/api/v1/collaborations/ror-ikt/entries/30")["entry"]["effective"]["text"]
    assert f"Kildens ord: «{words}»" in possible


def test_a_member_that_may_have_left_is_marked(house: House, reader: Visitor) -> None:
    found(house, founders=[*FOUNDERS, {"member_id": "austvik", "name": "Austvik"}])
    rough = {"earliest": "2022-01-01", "latest": "2023-12-31"}
    record(house, "member.depart", member_id="sorvik", cause="withdrawn", effective=rough, **IMPORTED)
    before, during, after = (
        sections(reader.see(f"/collaborations/{BOOK}?effective_on={day}"))
        for day in ("2021-12-31", "2022-01-01", "2024-01-01")
    )
    assert "Sørvik Deltaker" in before[0]
    assert "Sørvik Kan ha gått ut på denne dagen Deltaker" in during[0]
    assert "Medlem Sørvik Gikk ut en gang mellom 1.1.2022 og 31.12.2023." in during[1]
    assert "Sørvik" not in after[0]


def test_known_targets_are_shown_and_unknown_ones_are_gaps(house: House, reader: Visitor) -> None:
    found(house)
    record(house, "service.register", service_id="ikt", name="IKT", group="operations", effective="2020-01-01")
    shared = {"agreement_id": "sla", "effective": "2020-01-01", "basis": [{"kind": "document", "ref": "Avtalen"}]}
    parties = {"provider": {"kind": "collaboration", "id": "this"}, "customers": ["nordvik"], "services": ["ikt"]}
    imported = {"mode": "import", "source": {"title": "Avtalen", "read_on": "2026-01-01"}}
    record(house, "service_agreement.conclude", name="SLA", **shared, **parties, **imported)
    targets = [
        {
            "target_id": "svar",
            "metric": "Svartid",
            "operator": "at_most",
            "value": "7.5",
            "unit": "timer",
            "binding": True,
        },
        {"target_id": "oppe", "metric": "Oppetid", "operator": "at_least", "value": "unknown", "unit": "prosent"},
    ]
    level = {"sla_version": 1, "name": "SLA 1", "targets": targets}
    record(house, "service_level.revise", **shared, **level, targets_complete=False, **imported)
    certain, _, _ = sections(reader.see(f"/collaborations/{BOOK}"))
    assert "Svartid høyst 7,5 timer ukjent ja" in certain
    assert "Oppetid ukjent (prosent) ukjent ukjent" in certain
    assert "Versjonen har flere mål enn dem som er kjent." in certain
    assert "Svartid at most 7.5 timer unknown yes" in reader.see(f"/collaborations/{BOOK}", language="en").text


# As of -----------------------------------------------------------------------------------


def test_the_book_is_played_one_entry_at_a_time(real: Visitor) -> None:
    url, played = "/collaborations/ror-ikt?entry=0", []
    while True:
        seen = real.see(url)
        played.append(int(seen.all("input", name="entry")[0].attributes["value"]))
        assert numbers(seen) == list(range(played[-1], max(0, played[-1] - LINES_MAX), -1))
        following = seen.all("a", rel="next")
        if not following:
            break
        url = following[0].attributes["href"].partition("#")[0]
    assert played == list(range(43))
    back = real.see(url).all("a", rel="prev")[0].attributes["href"]
    assert back == "/collaborations/ror-ikt?entry=41#seen"


def test_stepping_keeps_the_day_and_says_what_the_entry_did(real: Visitor) -> None:
    seen = real.see("/collaborations/ror-ikt?entry=12&effective_on=2019-01-01")
    assert "Slik boken var etter innførsel 12 av 42, på 1.1.2019." in seen.text
    assert (
        "Innførsel 12 av 42 ROR-IKT ga Styret for ROR-IKT fullmakt til å stå for driften og inngå avtaler." in seen.text
    )
    assert (
        seen.all("a", rel="next")[0]
        .attributes["href"]
        .startswith("/collaborations/ror-ikt?effective_on=2019-01-01&entry=13")
    )
    certain, possible, minutes = sections(seen)
    assert "Nesset" not in certain
    assert "Tjenestenivå" not in possible
    assert minutes.startswith("Innførsel 12 til 1, nyeste først")


def test_the_same_state_is_a_link_away_as_json(real: Visitor) -> None:
    seen = real.see("/collaborations/ror-ikt?entry=30&effective_on=2019-01-01")
    (link,) = [link for link in seen.links if link.startswith("/api/")]
    answer = real.json(link)
    assert (answer["entry"], answer["effective_on"]) == (30, "2019-01-01")


# The minute book -------------------------------------------------------------------------


def test_the_minute_book_is_paged_without_gaps(real: Visitor) -> None:
    first = real.see("/collaborations/ror-ikt?entry=40&effective_on=2019-01-01&lang=nb")
    (older,) = [link for link in first.links if link.endswith("#book")]
    second = real.see(older.partition("#")[0])
    assert numbers(first) + numbers(second) == list(range(40, 0, -1))
    assert "Slik boken var etter innførsel 40 av 42, på 1.1.2019." in second.text
    (newer,) = [link for link in second.links if link.endswith("#book")]
    assert numbers(real.see(newer.partition("#")[0])) == numbers(first)
    assert numbers(real.see("/collaborations/ror-ikt?before=1")) == []


def test_each_entry_says_when_how_and_what_was_not_tested(real: Visitor) -> None:
    _, _, minutes = sections(real.see("/collaborations/ror-ikt"))
    assert "42 ROR-IKT ga Molde fullmakt til å stå for driften og inngå avtaler." in minutes
    assert "25 Midsund, Molde og Nesset ble etterfulgt av Molde (sammenslåing). 1.1.2020" in minutes
    assert "20 Nesset ble medlem (deltaker). 15.11.2018 utledet dato" in minutes
    assert "en gang mellom 2.1.2020 og 23.11.2026" in minutes
    assert "hentet fra kilde" in minutes
    assert "Ikke kontrollert: legal_form.resolution_missing Det mangler vedtak om overgangen" in minutes


def test_a_shielded_entry_has_its_place_but_no_content(house: House, reader: Visitor) -> None:
    found(house)
    record(house, "member.admit", member_id="hemmelig", name="Hemmelig kommune", access=SHIELD, **IMPORTED)
    seen = reader.see(f"/collaborations/{BOOK}")
    assert "Skjermet innførsel. Innholdet er unntatt offentlighet etter offentleglova § 13." in seen.text
    assert numbers(seen) == [2, 1]
    assert "emmelig" not in seen.html
    assert "Medlemmer: 2" in seen.text


def test_an_irregular_act_is_marked_and_without_effect(house: House, reader: Visitor) -> None:
    found(house, legal_form="ko", name="Prøvesamarbeidet KO", **IMPORTED)
    given = {"member_id": "austvik", "name": "Austvik", "effective": "2021-01-01"}
    record(house, "member.admit", **given, mode="record", reason="Slik står det i protokollen.")
    seen = reader.see(f"/collaborations/{BOOK}")
    certain, _, minutes = sections(seen)
    assert "Austvik ble medlem (deltaker). Uregelmessig, uten virkning: " in minutes
    assert "ført i etterkant" in minutes
    assert "Austvik" not in certain
    assert seen.all("tr", class_="is-irregular")


def test_a_damaged_entry_is_named_in_its_place_and_the_rest_is_readable(house: House, reader: Visitor) -> None:
    found(house)
    record(house, "service.register", service_id="ikt", name="IKT", group="operations")
    record(house, "service.register", service_id="lonn", name="Lønn til nordvik", group="operations")
    spoil(house, 3)
    seen = reader.see(f"/collaborations/{BOOK}")
    assert numbers(seen) == [3, 2, 1]
    assert seen.all("tr", class_="is-damaged", id="entry-3")
    _, _, minutes = sections(seen)
    assert "3 Innførselen er skadet: det som er lagret, er ikke lenger slik det ble skrevet." in minutes
    assert "2 Tjenesten IKT ble ført i katalogen (drift)." in minutes


def test_a_projection_that_stopped_is_named(house: House, reader: Visitor) -> None:
    found(house)
    assert "har stoppet" not in reader.see(f"/collaborations/{BOOK}").text
    with house.views._writing() as cursor:
        house.views._note(cursor, [Fault("members", BOOK, 1, "TypeError", "a bug with <details>")])
    seen = reader.see(f"/collaborations/{BOOK}")
    assert "Deler av oversikten har stoppet «members» stoppet ved innførsel 1 (TypeError)." in seen.text
    assert "details" not in seen.text


def test_that_a_book_is_held_after_a_restore_or_went_on_without_proof_is_said(house: House, reader: Visitor) -> None:
    found(house)
    assert "gjenopprettet" not in reader.see(f"/collaborations/{BOOK}").text
    house.ledger.hold("2026-11-24T08:00:00.000000Z", RESTORED, [BOOK])
    assert "Ingenting føres og ingenting signeres" in reader.see(f"/collaborations/{BOOK}").text
    record_break(house.signer, BOOK, f"disken brant {HOSTILE}")
    seen = reader.see(f"/collaborations/{BOOK}")
    assert "Boken er ført videre etter innførsel 1 uten bevis" in seen.text
    assert "disken brant <script>" in seen.text
    assert "<script>alert" not in seen.html
    assert "Ingenting føres" not in seen.text


def test_rows_that_lag_behind_are_named(house: House, reader: Visitor) -> None:
    found(house)
    house.ledger.listeners.clear()
    record(house, "service.register", service_id="ikt", name="IKT", group="operations")
    assert "Oversikten er ajour til innførsel 1; boken har 2." in reader.see(f"/collaborations/{BOOK}").text


# What others wrote -----------------------------------------------------------------------

HOSTILE = "<script>alert(1)</script>\"'>{{ 7 * 7 }}&lt;"
IMPORTED = {
    "mode": "import",
    "source": {"title": HOSTILE, "url": "https://example.org/?a=1&b='x'", "read_on": "2026-01-01"},
}


def test_whatever_names_say_is_shown_and_never_obeyed(house: House, reader: Visitor) -> None:
    founders = [{"member_id": "nordvik", "name": HOSTILE}, {"member_id": "sorvik", "name": "W" * 300}]
    found(house, name=HOSTILE, founders=founders, purpose=HOSTILE, **IMPORTED)
    record(house, "body.establish", body_id="styre", name=HOSTILE, kind="steering_group", role=HOSTILE, **IMPORTED)
    record(house, "office.establish", office_id="leder", title=HOSTILE, kind="leader", body_id="styre", **IMPORTED)
    pages = ("", "/entries/1", "/entries/2", "/history?subject=member:nordvik", "/history?subject=body:styre")
    for url in ("/", *(f"/collaborations/{BOOK}{page}" for page in pages)):
        seen = reader.see(url)
        assert seen.all("script") == []
        assert HOSTILE in seen.text
        assert "<script" not in seen.html
    source = reader.see(f"/collaborations/{BOOK}/entries/1").all("a", rel="noreferrer")
    assert [element.attributes["href"] for element in source] == ["https://example.org/?a=1&b='x'"]


# Pitfalls --------------------------------------------------------------------------------


def test_pitfalls_are_listed_with_what_came_of_them_the_open_ones_first(house: House, reader: Visitor) -> None:
    found(house)
    record(house, "pitfall.raise", concern_id="x-1", pitfall_id="too_fast", effective="2024-02-01", severity="high")
    record(house, "pitfall.raise", concern_id="x-2", pitfall_id="dear_and_bad", effective="2024-01-01")
    record(house, "pitfall.handle", concern_id="x-2", outcome="unfounded", effective="2024-03-01")
    shielded = {"concern_id": "x-3", "pitfall_id": "sla_at_start", "access": SHIELD}
    record(house, "pitfall.raise", effective="2024-01-01", **shielded)
    said = reader.see(f"/collaborations/{BOOK}").text.partition("Fallgruver som er meldt ")[2]
    assert said.startswith(
        "Meldte fallgruver: 2. Åpne først. Fallgruve Meldt av Alvor Meldt Hva som kom ut av det Innførsel "
        "For raskt til felles løsninger Noen som så den Høyt 1.2.2024 Åpen 2 "
        "Tvinges inn i dyrt og dårlig Noen som så den Ukjent 1.1.2024 Ubegrunnet 3 "
    )
    earlier = reader.see(f"/collaborations/{BOOK}?effective_on=2024-01-15").text
    assert "Tvinges inn i dyrt og dårlig Noen som så den Ukjent 1.1.2024 Åpen 3 " in earlier


def test_where_no_pitfall_was_raised_none_is_spoken_of(house: House, reader: Visitor) -> None:
    found(house)
    assert "Fallgruver som er meldt" not in reader.see(f"/collaborations/{BOOK}").text
