"""Service levels and prices on pages, with the entries behind each figure."""

from __future__ import annotations

from tests.pages.sheet_books import AT, DAY, entries
from tests.pages.support import Visitor


def test_a_version_of_service_levels_shows_what_it_changed_and_how_it_went(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/sla-ladder?{DAY}")
    assert "Tjenesteavtale om drift (oppdiktet): versjon 4 «Tjenestenivå 2025 (oppdiktet)», fra 1.7.2025." in seen.text
    assert "Oppetid minst 99,9 prosent 99,0 alle dager, hele døgnet ja" in seen.text
    assert "Endret fra versjon 3 til 4 Mål Hva Før Nå Oppetid Verdi 99,8 99,9" in seen.text
    assert "Målt: 23 av 24 nådd eller godt nok" in seen.text
    assert "98,73: ikke nådd 98,7 før fradrag" in seen.text
    assert entries(1860, 1660) <= set(seen.links)
    assert f"{AT}/history?subject=decision%3Atjenesteniva-2023" in seen.links


def test_prices_stand_under_their_group_with_how_it_is_priced(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/price-list?{DAY}")
    assert "Infrastruktur Prismodell: fast pris. Priser: 1" in seen.text
    assert "Nett 400 000,00 kr år reguleres ikke" in seen.text
    assert "Utstyr uten fast pris til kostpris" in seen.text
    assert "Utvikling Prismodell: avtalt pris. Ingen priser er ført for denne gruppen." in seen.text
    assert entries(1623) <= set(seen.links)
