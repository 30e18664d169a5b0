"""The history of one thing: every public entry that concerns it, newest first, and no other."""

from __future__ import annotations

import pytest

from api.composition import House
from api.pages.minutes import LINES_MAX
from tests.pages.support import BOOK, SHIELD, Seen, Visitor, found, record


def numbers(seen: Seen) -> list[int]:
    """Returns the numbers of the entries on a page."""
    return [int(e.attributes["id"].removeprefix("entry-")) for e in seen.all("tr") if "id" in e.attributes]


@pytest.mark.parametrize(
    "subject", ["member:aukra", "member:molde-2020", "charter:samarbeidsavtale", "grant:drift-27", "body:styre"]
)
def test_the_history_holds_the_entries_the_api_lists(real: Visitor, subject: str) -> None:
    seen = real.see(f"/collaborations/ror-ikt/history?subject={subject}")
    rows = real.json(f"/api/v1/collaborations/ror-ikt/history?subject={subject}")["rows"]
    assert rows
    assert numbers(seen) == [row["number"] for row in reversed(rows)]


def test_it_is_told_whose_history_it_is(real: Visitor) -> None:
    seen = real.see("/collaborations/ror-ikt/history?subject=member:aukra")
    assert seen.text.startswith("Historikk: Aukra – Styringsbok")
    assert "Medlem member:aukra" in seen.text
    assert "Aukra kommunestyre sa ja til opptak av Nesset." in seen.text
    assert (
        "Samarbeidet collaboration:this" in real.see("/collaborations/ror-ikt/history?subject=collaboration:this").text
    )


def test_what_nothing_concerns_has_no_history(real: Visitor) -> None:
    seen = real.see("/collaborations/ror-ikt/history?subject=member:nobody")
    assert "Ingen offentlig innførsel gjelder dette." in seen.text
    assert seen.all("table") == []
    assert "Annet something:else" in real.see("/collaborations/ror-ikt/history?subject=something:else").text


@pytest.mark.parametrize(
    "query", ["", "?subject=", "?subject=aukra", "?subject=member:<b>", f"?subject=member:{'x' * 200}"]
)
def test_a_subject_that_is_none_is_refused_in_words(real: Visitor, query: str) -> None:
    seen = real.see(f"/collaborations/ror-ikt/history{query}", status=422)
    assert "subject" in seen.text
    assert "x" * 101 not in seen.text


def test_a_long_history_is_paged(house: House, reader: Visitor) -> None:
    found(house)
    for number in range(LINES_MAX + 4):
        record(
            house,
            "service.register",
            service_id=f"s{number}",
            name=f"Tjeneste {number}",
            group="operations",
            consumers=["nordvik"],
        )
    first = reader.see(f"/collaborations/{BOOK}/history?subject=member:nordvik")
    (older,) = [e.attributes["href"] for e in first.all("a", class_="ds-button")]
    second = reader.see(older)
    assert numbers(first) + numbers(second) == list(range(LINES_MAX + 5, 0, -1))
    (newest,) = [e.attributes["href"] for e in second.all("a", class_="ds-button")]
    assert newest == f"/collaborations/{BOOK}/history?subject=member%3Anordvik"


def test_whom_a_shielded_entry_concerns_is_not_told(house: House, reader: Visitor) -> None:
    found(house)
    imported = {"mode": "import", "source": {"title": "Protokollen", "read_on": "2026-01-01"}}
    record(house, "withdrawal_notice.give", member_id="sorvik", departs_on="2030-01-01", access=SHIELD, **imported)
    assert numbers(reader.see(f"/collaborations/{BOOK}/history?subject=member:sorvik")) == [1]
    assert numbers(reader.see(f"/collaborations/{BOOK}")) == [2, 1]
