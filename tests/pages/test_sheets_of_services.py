"""Service levels, prices, budgets and bills on pages, with the entries behind each figure."""

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


def test_a_budget_stands_in_the_columns_of_the_regulations_with_its_bills(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/budget?{DAY}&year=2025")
    assert "Linje Opprinnelig Endret Regnskap Anslag I fjor Innførsel" in seen.text
    lisenser = "11 120 000,00 kr 11 720 000,00 kr 11 129 266,52 kr 11 420 000,00 kr 10 509 466,54 kr"
    assert f"Lisenser {lisenser} 1852" in seen.text
    assert "Konto 7790 ikke budsjettert ikke budsjettert 12,50 kr ikke ført 12,50 kr" in seen.text
    assert f"{AT}/bill/fjordvik?{DAY}&year=2025" in seen.links
    assert f"{AT}/budget?{DAY}&year=2022" in seen.links


def test_a_bill_sums_what_it_lists_and_leads_to_what_it_rests_on(vindfjord: Visitor) -> None:
    seen = vindfjord.see(f"{AT}/bill/fjordvik?{DAY}")
    told = vindfjord.json(f"/api/v1{AT}/bill/fjordvik?{DAY}")
    assert "Regning til Fjordvik kommune (oppdiktet) for 2025" in seen.text
    assert told["totals_ore"] == {"budget": 2_187_768_431}
    assert "Til sammen 21 877 684,31 kr." in seen.text
    assert "Lønn 30 580 000,00 kr drift, versjon 2 12 032 726,37 kr 1725 1729" in seen.text
    assert entries(1725, 1729, 1730, 1731, 1732) <= set(seen.links)
