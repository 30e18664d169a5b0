"""The page that compares collaborations: figures in words, gaps that say why, and how a book comes in."""

from __future__ import annotations

from api.composition import House
from tests.pages.support import BOOK, Visitor, found, record

SOURCE = {"title": "Møtebok (prøve)", "read_on": "2026-11-24"}


def told(house: House, type_: str, on: str, **fields: object) -> None:
    """Records what a source tells."""
    record(house, type_, effective=on, mode="import", source=SOURCE, **fields)


def test_an_empty_comparison_says_how_a_book_comes_into_it(house: House, reader: Visitor) -> None:
    found(house)
    seen = reader.see("/benchmark?year=2025")
    assert "Ingen samarbeid lar seg sammenligne ennå." in seen.text
    assert "Samarbeid som er utelatt fordi de ikke har samtykket: 1." in seen.text
    (link,) = [link for link in seen.links if "/commands/" in link]
    assert reader.json(link)["type"] == "benchmark_consent.give"


def test_a_figure_stands_in_words_and_a_gap_says_why(house: House, reader: Visitor) -> None:
    found(house)
    told(house, "body.establish", "2020-01-01", body_id="styret", name="Styret", kind="cooperation_council")
    told(house, "case.open", "2025-01-01", case_id="c-1", case_number="1/25", title="Sak", kind="decision")
    made = {"decision_id": "v-1", "title": "Vedtak", "kind": "resolution", "case_id": "c-1", "body_id": "styret"}
    told(house, "decision.make", "2025-01-08", **made)
    told(house, "service.register", "2025-01-01", service_id="mail", name="E-post", group="operations")
    told(house, "service.register", "2025-01-01", service_id="nett", name="Nett", group="operations")
    on = ["days_to_decide", "cost_per_user", "services_per_function"]
    told(house, "benchmark_consent.give", "2025-02-01", consent_id="s-1", compared_on=on)
    seen = reader.see("/benchmark?year=2025")
    assert "Dager fra sak til vedtak" in seen.text
    assert "Prøvesamarbeidet 7 dager" in seen.text
    assert "Prøvesamarbeidet ingenting er ført" in seen.text
    assert "Prøvesamarbeidet 2 (2 av 1)" in seen.text
    assert "Realiserte gevinster" not in seen.text
    assert f"/collaborations/{BOOK}" in seen.links
    assert {"/benchmark?year=2024", "/benchmark?year=2026"} <= set(seen.links)
    assert "7 days" in reader.see("/benchmark?year=2025&lang=en").text
