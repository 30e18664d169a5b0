"""Pitfalls, readiness, paperwork and audits on pages, in words for everything they count."""

from __future__ import annotations

import pytest

from api.catalogue import LANGUAGES, catalogue
from api.formality import FORMAL
from domain.readiness import HINTS, INDICATORS
from tests.pages.sheet_books import AT, DAY, decimal, entries, kr, on
from tests.pages.support import Visitor


def test_the_radar_shows_every_pitfall_with_its_figure_and_what_was_raised(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/pitfall-radar?{DAY}")
    told = vindfjord.json(f"/api/v1{AT}/pitfall-radar?{DAY}")
    assert f"Boken viser {told['shown']} av dem nå, vet ikke nok om {told['unknown']}" in seen.text
    assert len(seen.all("tr")) == len(told["pitfalls"]) + len({one["heading"] for one in told["pitfalls"]})
    assert "bygger på skjermede innførsler handlinger mot reglene" in seen.text
    assert "alvor: middels, dempet" in seen.text
    assert "Utelatt fordi det er skjermet:" in seen.text
    concerns = [concern for pitfall in told["pitfalls"] for concern in pitfall["concerns"]]
    handled = [one["handled_by_entry"] for one in concerns if one["handled_by_entry"] is not None]
    assert handled
    assert entries(*handled, *(one["entry"] for one in concerns)) <= set(seen.links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_the_book_does_not_know_says_what_it_lacks(vindfjord: Visitor, language: str) -> None:
    radar = vindfjord.json(f"/api/v1{AT}/pitfall-radar?{DAY}")["pitfalls"]
    pairs = vindfjord.json(f"/api/v1{AT}/readiness-pairs?effective_on=2022-01-31")["pairs"]
    asked = (
        (f"pitfall-radar?{DAY}", [one["indicator"] for one in radar]),
        (
            "readiness-pairs?effective_on=2022-01-31",
            [one["hint"] for one in pairs],
        ),
    )
    for sheet, figures in asked:
        seen = vindfjord.see(f"{AT}/{sheet}&lang={language}")
        why = {figure["why"][language] for figure in figures if figure["why"] is not None}
        assert why
        assert {reason for reason in why if reason not in seen.text} == set()


def test_the_pairs_stand_as_scored_beside_what_the_book_shows(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/readiness-pairs?{DAY}")
    told = {one["pair"]: one for one in vindfjord.json(f"/api/v1{AT}/readiness-pairs?{DAY}")["pairs"]}
    scores = told["culture"]["scores"]
    headed = " ".join(f"Vurdert {on(score['on'])}" for score in scores)
    assert f"Par {headed} Boken viser" in seen.text
    first, second = (score["entry"] for score in scores[:2])
    said = f"helt landsby Innførsel {first} mest landsby Innførsel {second}"
    assert f"Uformell kultur – formell kultur {said}" in seen.text
    assert "til, som står i JSON-svaret" in seen.text


def test_a_pair_says_what_its_figure_leans_to_and_from_where(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/readiness-pairs?{DAY}")
    told = {one["pair"]: one["hint"] for one in vindfjord.json(f"/api/v1{AT}/readiness-pairs?{DAY}")["pairs"]}
    leans = {"village": "peker mot landsbyen", "between": "peker ingen vei", "city": "peker mot storbyen"}
    culture, costs = told["culture"], told["costs"]
    filed = f"vedtak i saker med dokumenter {leans[culture['leans']]}"
    since = f"landsby til og med {culture['village_from']}, storby fra {culture['city_from']}"
    assert f"{culture['value']} av {culture['of']} {filed} {since}" in seen.text
    assert f"{kr(costs['value'])} på {decimal(str(costs['of']))} innbyggere" in seen.text
    cheap, dear = kr(int(costs["city_from"])), kr(int(costs["village_from"]))
    assert f"{leans[costs['leans']]} storby til og med {cheap}, landsby fra {dear}" in seen.text
    for leaning, said in leans.items():
        assert seen.text.count(said) == sum(one["leans"] == leaning for one in told.values())


def test_paperwork_is_counted_in_each_phase_of_one_agreement_or_all(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/formality-meter?{DAY}")
    told = vindfjord.json(f"/api/v1{AT}/formality-meter?{DAY}")["phases"]
    before, during = told
    until, since = on(before["until"]), on(during["since"])
    assert f"Før avtalen til {until} {before['entries']} {before['formal']}" in seen.text
    assert f"Under avtalen fra {since} {during['entries']} {during['formal']}" in seen.text
    decided = [phase["kinds"]["decision.made"] for phase in told]
    assert f"Vedtak {decided[0]} {decided[1]}" in seen.text
    assert f"{AT}/formality-meter?{DAY}&agreement=drift" in seen.links
    assert f"fra {since}" in vindfjord.see(f"{AT}/formality-meter?{DAY}&agreement=drift").text
    vindfjord.see(f"{AT}/formality-meter?agreement=borte", status=404)


def test_the_desk_shows_findings_answers_and_what_is_late(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/audit-desk?{DAY}")
    assert "Forvaltningsrevisjon ved Prøvevik revisjon (oppdiktet), åpnet 1.9.2024." in seen.text
    assert "Spørsmålet: Brukes fullmakten slik den er gitt?" in seen.text
    assert "Tiltak: Egen fullmakt ved hendelser, innen 1.3.2025." in seen.text
    assert "svaret skulle vært gitt 1.12.2024 ikke svart" in seen.text
    audits = vindfjord.json(f"/api/v1{AT}/audit-desk?{DAY}")["audits"]
    findings = [finding for audit in audits for finding in audit["findings"]]
    answers = [answer for finding in findings for answer in finding["answers"]]
    concerned = [number for finding in findings for number in finding["entries"]]
    assert answers
    assert concerned
    assert entries(*concerned, *(one["entry"] for one in (*audits, *findings, *answers))) <= set(seen.links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_every_indicator_pair_and_formal_kind(language: str) -> None:
    there = catalogue().codes("page", language)  # type: ignore[arg-type]
    made = [f"indicator.{id_}" for id_ in INDICATORS] + [f"pair_counts.{pair}" for pair in HINTS]
    made += [f"formal.{kind}" for kind in FORMAL]
    begin = ("indicator.", "pair_counts.", "formal.")
    assert {code for code in there if code.startswith(begin)} == set(made)
