"""The list of collaborations, and what every page has: its language, its headers, its way to read it."""

from __future__ import annotations

from importlib.resources import files
from itertools import pairwise

import pytest

from api.composition import House
from api.importing import parse
from api.pages.rendering import HEADERS
from demo.library import cases
from tests.pages.support import BOOK, Visitor, found

EVERY_PAGE = (
    "/",
    "/benchmark?year=2025",
    "/collaborations/ror-ikt",
    "/collaborations/ror-ikt?effective_on=2019-01-01",
    "/collaborations/ror-ikt?entry=0",
    "/collaborations/ror-ikt?entry=30&effective_on=2020-06-01",
    "/collaborations/ror-ikt/entries/1",
    "/collaborations/ror-ikt/entries/24",
    "/collaborations/ror-ikt/entries/31",
    "/collaborations/ror-ikt/history?subject=member:aukra",
    "/collaborations/ror-ikt/history?subject=member:nobody",
)
WRONG_PAGES = (
    ("/collaborations/ror-ikt?effective_on=2019-02-30", 422),
    ("/collaborations/ror-ikt/entries/99", 404),
    ("/collaborations/nobody", 404),
    ("/nowhere", 404),
)


def test_the_list_says_what_each_collaboration_is_today(real: Visitor) -> None:
    seen = real.see("/")
    assert "ROR-IKT Administrativt vertskommunesamarbeid 5 42" in seen.text
    assert "/collaborations/ror-ikt" in seen.links
    (listed,) = real.json("/api/v1/collaborations")["collaborations"]
    assert (listed["members"], listed["entry"]) == (5, 42)


def test_an_empty_list_says_how_to_begin(reader: Visitor) -> None:
    seen = reader.see("/")
    assert "Det er ingen samarbeid her ennå." in seen.text
    assert "styringsbok import historie.ndjson" in seen.text
    (link,) = [link for link in seen.links if "/commands/" in link]
    assert reader.json(link)["type"] == "collaboration.found"


def test_a_collaboration_that_is_not_founded_yet_is_listed(house: House, reader: Visitor) -> None:
    found(house, effective="2150-01-01")
    assert "Prøvesamarbeidet ikke stiftet ennå 0 1" in reader.see("/").text
    assert "Samarbeidet er ikke stiftet på denne dagen." in reader.see(f"/collaborations/{BOOK}").text


def test_a_house_with_a_case_shows_the_case_library_and_says_which_cases_are_stubs(
    house: House, reader: Visitor
) -> None:
    found(house)
    assert "Casebiblioteket" not in reader.see("/").text
    with (files("demo") / "cases" / "ikomm.ndjson").open("rb") as stream:
        for lines in parse(stream, "nb", 1).values():
            house.ledger.record_all(line.submission for line in lines)
    seen = reader.see("/", language="en")
    assert "The case library" in seen.text
    assert {link for link in seen.links if "/collaborations/" in link and "/api/" not in link} == {
        "/collaborations/ikomm",
        f"/collaborations/{BOOK}",
    }
    assert "iKomm: fra IKS til AS Observed Partly read in a source" in seen.text
    assert "LoVeIT Observed stub without a book Unknown" in seen.text
    assert seen.text.count("stub without a book") == sum(case.is_stub for case in cases())
    assert len(seen.all("th", lang="nb")) == len(cases())


@pytest.mark.parametrize("url", EVERY_PAGE)
def test_every_page_speaks_every_language_and_keeps_the_one_chosen(real: Visitor, url: str) -> None:
    texts = set()
    for language in ("nb", "nn", "en"):
        seen = real.see(url, language=language)
        assert seen.all("html", lang=language)
        assert seen.headers["content-language"] == language
        assert "Accept-Language" in seen.headers["vary"]
        texts.add(seen.text)
        chosen = real.see(f"{url}{'&' if '?' in url else '?'}lang={language}", language="de")
        assert chosen.text == seen.text
        inside = [link for link in chosen.links if link.startswith("/") and not link.startswith("/api/")]
        assert [link for link in inside if f"lang={language}" not in link and "hreflang" not in link] == [
            element.attributes["href"]
            for element in chosen.all("a")
            if "hreflang" in element.attributes and element.attributes["hreflang"] != language
        ]
    assert len(texts) == 3


@pytest.mark.parametrize(("url", "status"), [*((url, 200) for url in EVERY_PAGE), *WRONG_PAGES])
def test_every_page_lets_nothing_foreign_in(real: Visitor, url: str, status: int) -> None:
    seen = real.see(url, status=status)
    policy = {rule.split()[0]: rule.split()[1:] for rule in seen.headers["content-security-policy"].split(";")}
    assert policy == {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
    assert {name: seen.headers[name] for name in HEADERS if name not in ("Cache-Control", "Vary")} == {
        name: value for name, value in HEADERS.items() if name not in ("Cache-Control", "Vary")
    }
    assert seen.headers["cache-control"] == ("no-store" if status == 404 else "no-cache")
    assert seen.all("script") == seen.all("style") == []
    assert [e for e in seen.elements if {"style", "onclick", "onload"} & set(e.attributes)] == []


@pytest.mark.parametrize(("url", "status"), [*((url, 200) for url in EVERY_PAGE), *WRONG_PAGES])
def test_every_page_can_be_found_ones_way_in(real: Visitor, url: str, status: int) -> None:
    seen = real.see(url, status=status)
    assert [len(seen.all(tag)) for tag in ("header", "main", "footer", "h1", "title")] == [1, 1, 1, 1, 1]
    assert seen.links[0] == "#main"
    assert seen.all("main", id="main")
    ids = [element.attributes["id"] for element in seen.elements if "id" in element.attributes]
    assert len(ids) == len(set(ids))
    anchors = {link[1:] for link in seen.links if link.startswith("#")}
    assert anchors <= set(ids)
    labelled = {e.attributes["for"] for e in seen.all("label")}
    assert {e.attributes["id"] for e in seen.all("input") if e.attributes["type"] != "hidden"} == labelled
    for name in ("aria-labelledby", "aria-describedby"):
        named = [id_ for e in seen.elements for id_ in e.attributes.get(name, "").split()]
        assert set(named) <= set(ids)
    assert all(header.attributes["scope"] in ("col", "row") for header in seen.all("th"))
    headings = [int(e.tag[1]) for e in seen.elements if e.tag in ("h1", "h2", "h3", "h4")]
    assert all(after - before <= 1 for before, after in pairwise(headings))


def test_a_page_can_be_asked_for_without_its_body(real: Visitor) -> None:
    for url in EVERY_PAGE[:2]:
        answer = real.client.head(url)
        assert (answer.status_code, answer.content) == (200, b"")


def test_a_browser_that_sends_no_language_is_spoken_to_in_bokmaal(real: Visitor) -> None:
    assert 'lang="nb"' in real.client.get("/", headers={"Accept": "*/*"}).text


def test_files_are_served_and_nothing_beside_them(real: Visitor) -> None:
    seen = real.see("/")
    for link in [e.attributes["href"] for e in seen.all("link")]:
        answer = real.client.get(link)
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"
        again = real.client.get(link, headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
    for outside in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/static/vendor"):
        assert real.client.get(outside).status_code == 404
