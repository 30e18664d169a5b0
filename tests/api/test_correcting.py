"""A measurement corrected later: both values and both verdicts in the scorecard, and each entry names the other."""

from __future__ import annotations

from typing import Any

from tests.api.spec import BASE, BOOK, JSON, SHIELD, Door, get, person, service

TARGET = {"target_id": "oppetid", "metric": "Oppetid", "operator": "at_least", "unit": "prosent", "value": "99.5"}
PERIOD = {"first_day": "2026-06-01", "last_day": "2026-06-30"}
DECIDED = {"basis": [{"kind": "resolution", "ref": "sak-7"}]}


def agreed() -> list[JSON]:
    """Returns an agreement with one target, entries 2 to 4."""
    agreement = {
        "agreement_id": "avtale",
        "name": "Tjenestenivåavtale",
        "provider": {"kind": "collaboration", "id": "this"},
        "customers": ["nordvik"],
        "services": ["drift"],
        "review_months": 12,
    }
    level = {
        "agreement_id": "avtale",
        "sla_version": 1,
        "name": "Første",
        "targets": [TARGET],
        "targets_complete": True,
    }
    return [
        service("drift", effective="2025-01-01"),
        {"type": "service_agreement.conclude", **agreement, **DECIDED, "effective": "2026-01-01"},
        {"type": "service_level.revise", **level, **DECIDED, "effective": "2026-01-01"},
    ]


def measure(value: str, **fields: Any) -> JSON:
    """Returns the measurement of June."""
    rows = [{"target_id": "oppetid", "value": value}]
    return {"type": "targets.measure", "agreement_id": "avtale", "period": PERIOD, "rows": rows, **fields}


def scorecard(door: Door, query: str = "", by: Any = None) -> list[JSON]:
    """Returns the rows of the scorecard."""
    answer = door.send(get(f"{BASE}/{BOOK}/scorecard?effective_on=all{query}", by=by))
    rows: list[JSON] = answer.json()["rows"]
    return rows


def test_both_values_and_both_verdicts_are_shown_and_each_entry_names_the_other(sqlite_door: Door) -> None:
    sqlite_door.given(*agreed(), measure("98.6"), measure("99.6", corrects=5))
    (now,) = scorecard(sqlite_door)
    (was,) = now["earlier"]
    assert (now["value"], now["outcome"], now["sla_version"], now["entry"]) == ("99.6", "met", 1, 6)
    assert (was["value"], was["outcome"], was["sla_version"], was["entry"]) == ("98.6", "missed", 1, 5)
    (before,) = scorecard(sqlite_door, "&entry=5")
    assert (before["value"], before["outcome"], before["earlier"]) == ("98.6", "missed", [])

    def entry(number: int, query: str = "") -> JSON:
        answer: JSON = sqlite_door.send(get(f"{BASE}/{BOOK}/entries/{number}{query}")).json()
        return answer

    assert (entry(5)["corrected_by"], entry(5)["entry"]["event"]["rows"][0]["value"]) == (6, "98.6")
    assert (entry(6)["corrected_by"], entry(6)["entry"]["corrects"]) == (None, 5)
    assert entry(5, "?entry=5")["corrected_by"] is None
    (row,) = sqlite_door.send(get(f"{BASE}/{BOOK}/corrections?effective_on=all")).json()["rows"]
    assert (row["corrected"], row["entry"], row["type"]) == (5, 6, "targets.measured")
    assert row["changes"] == [
        {"path": "event.rows.0.value", "was": "98.6", "is": "99.6"},
        {"path": "event.verdicts.0.gross", "was": "missed", "is": "met"},
        {"path": "event.verdicts.0.outcome", "was": "missed", "is": "met"},
    ]


def test_the_page_of_either_entry_leads_to_the_other(sqlite_door: Door) -> None:
    sqlite_door.given(person("p1", "Kari Prøvessen"), person("p1", "Kari Prøvesen", corrects=2))
    page = sqlite_door.send(get(f"/collaborations/{BOOK}/entries/2", accept="text/html")).text
    assert f"/collaborations/{BOOK}/entries/3" in page
    assert "Rettet av" in page


def test_what_a_shielded_entry_said_is_not_told_by_its_correction(sqlite_door: Door) -> None:
    wrong = service("drift", name="Varsel-QX72", access=SHIELD)
    sqlite_door.given(wrong, service("drift", name="Drift", corrects=2))
    hidden = sqlite_door.send(get(f"{BASE}/{BOOK}/corrections?effective_on=all")).json()
    assert (hidden["rows"], hidden["withheld"]) == ([], 1)
    seen = sqlite_door.send(get(f"{BASE}/{BOOK}/corrections?effective_on=all", by="auditor")).json()
    assert seen["rows"][0]["changes"] == [{"path": "event.name", "was": "Varsel-QX72", "is": "Drift"}]
