"""Pitfalls, readiness, paperwork and audits on pages, in words for everything they count."""

from __future__ import annotations

import pytest

from api.catalogue import LANGUAGES, catalogue
from api.formality import FORMAL
from domain.readiness import HINTS, INDICATORS
from tests.pages.sheet_books import AT, DAY, entries
from tests.pages.support import Visitor


def test_the_radar_shows_every_pitfall_with_its_figure_and_what_was_raised(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/pitfall-radar?{DAY}")
    told = vindfjord.json(f"/api/v1{AT}/pitfall-radar?{DAY}")
    assert f"Boken viser {told['shown']} av dem nå, vet ikke nok om {told['unknown']}" in seen.text
    assert len(seen.all("tr")) == len(told["pitfalls"]) + len({one["heading"] for one in told["pitfalls"]})
    assert "bygger på skjermede innførsler handlinger mot reglene" in seen.text
    assert "alvor: middels, dempet" in seen.text
    assert "Utelatt fordi det er skjermet:" in seen.text
    assert entries(757, 1130) <= set(seen.links)


def test_the_pairs_stand_as_scored_beside_what_the_book_shows(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/readiness-pairs?{DAY}")
    assert "Par Vurdert 1.11.2022 Vurdert 1.11.2023 Vurdert 1.11.2024 Vurdert 1.11.2025 Boken viser" in seen.text
    assert "Uformell kultur – formell kultur helt landsby Innførsel 498 mest landsby Innførsel 977" in seen.text
    assert "vedtak i saker med dokumenter høyere peker mot storbyen" in seen.text
    assert "til, som står i JSON-svaret" in seen.text


def test_paperwork_is_counted_in_each_phase_of_one_agreement_or_all(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/formality-meter?{DAY}")
    assert "Før avtalen til 14.3.2022 207 45" in seen.text
    assert "Vedtak 10 239" in seen.text
    assert f"{AT}/formality-meter?{DAY}&agreement=drift" in seen.links
    assert "fra 15.3.2022" in vindfjord.see(f"{AT}/formality-meter?{DAY}&agreement=drift").text
    vindfjord.see(f"{AT}/formality-meter?agreement=borte", status=404)


def test_the_desk_shows_findings_answers_and_what_is_late(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/audit-desk?{DAY}")
    assert "Forvaltningsrevisjon ved Prøvevik revisjon (oppdiktet), åpnet 1.9.2024." in seen.text
    assert "Spørsmålet: Brukes fullmakten slik den er gitt?" in seen.text
    assert "Tiltak: Egen fullmakt ved hendelser, innen 1.3.2025." in seen.text
    assert "svaret skulle vært gitt 1.12.2024 ikke svart" in seen.text
    assert entries(1358, 1419, 1485, 1486, 1556) <= set(seen.links)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_every_indicator_pair_and_formal_kind(language: str) -> None:
    there = catalogue().codes("page", language)  # type: ignore[arg-type]
    made = [f"indicator.{id_}" for id_ in INDICATORS] + [f"pair_counts.{pair}" for pair in HINTS]
    made += [f"formal.{kind}" for kind in FORMAL]
    begin = ("indicator.", "pair_counts.", "formal.")
    assert {code for code in there if code.startswith(begin)} == set(made)
