"""Reasons, strategies and benefits on pages: how each stands, and what is missing."""

from __future__ import annotations

from tests.pages.sheet_books import AT, DAY, entries
from tests.pages.support import Visitor


def test_every_reason_of_the_founding_says_how_it_stands(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/why-are-we-here?{DAY}")
    assert "Kostnader Målt og nådd." in seen.text
    assert "Felles lisenser (oppdiktet): 610 000 per 1.9.2025, nådd Innførsel 1946" in seen.text
    assert "Rekruttere ansatte Kan måles, men ingenting er målt." in seen.text
    assert "Lovens minstekrav Ingen mål som kan måles, er satt for denne grunnen." in seen.text
    assert entries(1, 368, 1946) <= set(seen.links)


def test_the_map_shows_what_no_strategy_covers(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/strategy-map?{DAY}")
    told = vindfjord.json(f"/api/v1{AT}/strategy-map?{DAY}")
    assert f"{len(told['uncovered'])} av {len(told['cells'])} ruter er ikke dekket av noen strategi." in seen.text
    assert seen.html.count('<span class="gap">ikke dekket</span>') == len(told["uncovered"])
    assert "Tjeneste: Det gamle sakarkivet (oppdiktet) Innførsel 373" in seen.text
    assert entries(370, 371, 372, 373) <= set(seen.links)


def test_benefits_stand_by_level_and_participants(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/benefits-line?{DAY}")
    assert "Prosesstøtte 5 1 1 0 375 Drift ingen" in seen.text
    assert seen.text.index("Utvikling ingen") < seen.text.index("Anskaffelser 5 1 1 1 1946")
    assert "Målt sist 67 prosent av søknadene per 1.9.2025 Godt nok Innførsel 1922" in seen.text
    assert "600 000,00 kr budsjettet for 2025, linje lonn, endring nr. 1" in seen.text
    assert "Mangler Fristen er gått ut" in vindfjord.see(f"{AT}/benefits-line?effective_on=2026-06-01").text
