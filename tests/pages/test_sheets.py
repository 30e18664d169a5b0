"""Composed answers as pages: in words, with the entries behind each figure, and what would fill an empty one."""

from __future__ import annotations

import pytest

from api.catalogue import LANGUAGES
from api.composition import House
from tests.pages.sheet_books import AT, DAY, SHEETS, VINDFJORD
from tests.pages.support import BOOK, Visitor, found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sheet", SHEETS)
def test_every_sheet_says_everything_in_every_language(vindfjord: Visitor, sheet: str, language: str) -> None:
    seen = vindfjord.see(f"{AT}/{sheet}?{DAY}&lang={language}")
    assert seen.all("html")[0].attributes["lang"] == language
    assert len(seen.all("h1")) == 1
    assert "…" not in seen.text
    assert "None" not in seen.text


def test_the_collaboration_leads_to_every_sheet_seen_from_the_same_point(vindfjord: Visitor) -> None:
    earlier = vindfjord.house.ledger.head(VINDFJORD) - 1
    links = vindfjord.see(f"{AT}?{DAY}&entry={earlier}").links
    led_to = {sheet for sheet in SHEETS if f"{AT}/{sheet}?{DAY}&entry={earlier}" in links}
    assert led_to == {sheet for sheet in SHEETS if not sheet.startswith("bill/")}


@pytest.mark.parametrize(
    ("sheet", "said", "command"),
    [
        ("sla-ladder", "Ingen avtale i boken har et tjenestenivå eller priser.", "service_level.revise"),
        ("price-list", "Boken har verken priser eller prismodeller på denne dagen.", "price_terms.revise"),
        ("budget?year=2025", "Boken har verken budsjett eller regnskapstall for 2025.", "budget.adopt"),
        ("bill/nordvik?year=2025", "Ingenting er fordelt på Nordvik for 2025.", "costs.allocate"),
        ("why-are-we-here", "Stiftelsen nevner ingen grunn", "goal.define"),
        ("strategy-map", "Boken har verken strategier eller mål på denne dagen.", "strategy.adopt"),
        ("benefits-line", "Ingen gevinster er planlagt på denne dagen.", "benefit.plan"),
        ("pitfall-radar", "Boken har ennå ingenting fallgruvene kan regnes ut fra", "pitfall.raise"),
        ("readiness-pairs", "Ingen har vurdert modenheten", "readiness.assess"),
        ("formality-meter?effective_on=2019-01-01", "Boken har ingen innførsler på denne dagen.", "decision.make"),
        ("audit-desk", "Ingen revisjon er åpnet på denne dagen.", "audit.open"),
    ],
)
def test_an_empty_sheet_says_what_would_fill_it(
    house: House, reader: Visitor, sheet: str, said: str, command: str
) -> None:
    found(house)
    seen = reader.see(f"/collaborations/{BOOK}/{sheet}")
    assert said in seen.text
    assert f"/api/v1/commands/{command}" in seen.links
    commands = [link for link in seen.links if "/api/v1/commands/" in link]
    assert [reader.json(link)["type"] for link in commands] == [link.rpartition("/")[2] for link in commands]
    assert seen.all("table") == []


def test_a_point_that_cannot_be_shown_leads_to_the_form_that_says_why(house: House, reader: Visitor) -> None:
    found(house)
    seen = reader.see(f"/collaborations/{BOOK}/budget?entry=99", status=422)
    assert seen.all("input", name="entry")[0].attributes["value"] == "99"
    assert "Dette kan ikke vises" in reader.see(f"/collaborations/{BOOK}/budget?entry=mange", status=422).text
    assert reader.client.get("/collaborations/borte/budget", headers={"Accept": "text/html"}).status_code == 404
