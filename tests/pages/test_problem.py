"""Problems: a page for a browser, problem+json for a program, with the same status either way."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.composition import House
from api.settings import Settings
from ledger.errors import LedgerUnavailable
from tests.pages.support import Visitor, found, read

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "nb"}


@pytest.mark.parametrize(
    ("url", "status", "title"),
    [
        ("/nowhere", 404, "Finnes ikke"),
        ("/collaborations/nobody", 404, "Samarbeidet finnes ikke"),
        ("/collaborations/nobody/entries/1", 404, "Samarbeidet finnes ikke"),
        ("/collaborations/nobody/history?subject=member:a", 404, "Samarbeidet finnes ikke"),
        ("/collaborations/UPPER", 422, "Innholdet har feil"),
        ("/collaborations/ror-ikt?before=0", 422, "Innholdet har feil"),
    ],
)
def test_a_browser_gets_a_page_and_a_program_a_problem(real: Visitor, url: str, status: int, title: str) -> None:
    seen = real.see(url, status=status)
    assert title in [seen.text.partition(" – ")[0]]
    assert "Hva du kan gjøre" in seen.text
    assert f"Status {status}" in seen.text
    for accept in ("*/*", "application/json"):
        answer = real.client.get(url, headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert answer.json()["code"] in seen.text


@pytest.mark.parametrize("url", ["/api/v1/collaborations/nobody", "/api/v1/nowhere", "/static/nowhere.css"])
def test_what_programs_ask_for_is_answered_to_programs_whoever_asks(real: Visitor, url: str) -> None:
    answer = real.client.get(url, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_page_is_in_the_language_chosen(real: Visitor) -> None:
    seen = real.see("/nowhere?lang=en", status=404, language="nn")
    assert seen.all("html", lang="en")
    assert "What you can do" in seen.text
    assert "There is nothing at this address." in seen.text


def test_a_method_that_will_not_do_is_told_with_those_that_will(real: Visitor) -> None:
    answer = real.client.post("/collaborations/ror-ikt", headers=BROWSER)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}
    assert "Metoden kan ikke brukes her" in read(answer).text


def test_a_bug_of_ours_shows_nothing_of_what_is_inside(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the secret is 1234")

    monkeypatch.setattr("api.pages.collaborations.listed", fail)
    with TestClient(create_app(house, Settings()), raise_server_exceptions=False) as client:
        answer = client.get("/", headers=BROWSER)
    assert answer.status_code == 500
    assert "Noe gikk galt hos oss" in read(answer).text
    assert "1234" not in answer.text


def test_a_book_that_cannot_be_read_now_is_worth_another_try(
    house: House, reader: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(house)

    def fail(*_: object) -> None:
        raise LedgerUnavailable("the disk is away")

    monkeypatch.setattr(house.ledger, "rows", fail)
    seen = reader.see("/collaborations/provesamarbeidet", status=503)
    assert seen.headers["retry-after"] == "5"
    assert "Tjenesten er opptatt" in seen.text
    assert "disk" not in seen.text
